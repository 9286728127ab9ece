// Files of the time zone database, as strangers might make them: never a crash, and answers for any moment.
#include "base/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int64_t MOMENTS[] = {-2208988800, 0, 1774746000, 4102444799};
    struct arena *arena = arena_new();
    struct zone *zone;
    struct err err;
    if (zone_parse(arena, (struct str){(const char *)data, size}, &zone, &err))
        for (unsigned i = 0; i < sizeof MOMENTS / sizeof *MOMENTS; i++) {
            zone_offset(zone, MOMENTS[i]);
            zone_utc_of(zone, MOMENTS[i]);
            zone_next(zone, MOMENTS[i], 1, 150);
            zone_minute(zone, MOMENTS[i]);
        }
    arena_free(arena);
    return 0;
}
