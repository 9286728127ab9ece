#include "app/campaign/place.h"

#include "app/address/address.h"
#include "app/contact/contact.h"
#include "app/setting/setting.h"
#include "base/map.h"
#include "base/zone_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { KEPT_ZONES = 1000, TABLE_MAX = 100000 };

struct places {
    struct app *app;
    struct arena *arena;
    struct map *names;
    const struct zone **zones; // by number of the name; NULL: there is none
    struct str countries;      // the text of zone.tab
    bool read_countries;
};

static void free_names(void *names)
{
    map_free(names);
}

struct places *places_new(struct app *app, struct arena *arena)
{
    struct places *places = ARENA_NEW(arena, struct places);
    places->app = app;
    places->arena = arena;
    places->names = map_new();
    places->zones = ARENA_ARRAY(arena, const struct zone *, KEPT_ZONES);
    arena_defer(arena, free_names, places->names);
    return places;
}

static struct str read_file(struct arena *arena, const char *path, size_t most)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return STR_NONE;
    char *bytes = arena_alloc(arena, most + 1);
    size_t n = fread(bytes, 1, most, file);
    fclose(file);
    return (struct str){bytes, n};
}

const struct zone *place_named(struct places *places, struct str name)
{
    uint32_t known = map_get(places->names, name);
    if (known != MAP_NONE)
        return places->zones[known];
    if (map_count(places->names) == KEPT_ZONES)
        return NULL;
    return places->zones[map_intern(places->names, name)] = zone_named(places->arena, name);
}

const struct zone *place_own(struct places *places)
{
    const struct zone *zone = place_named(places, setting_text(places->app, places->arena, "time_zone"));
    return zone ? zone : zone_utc();
}

// The zone of a country that has one only, by zone.tab (country, place, zone, comment; parted by tabs).
static const struct zone *of_country(struct places *places, struct str country)
{
    struct str found = STR_NONE;
    if (!places->read_countries)
        places->countries = read_file(places->arena, ZONE_FOLDER "/zone.tab", TABLE_MAX);
    places->read_countries = true;
    struct str rest = places->countries;
    while (rest.n) {
        size_t end = str_find(rest, '\n');
        struct str line = str_sub(rest, 0, end);
        rest = str_sub(rest, end < rest.n ? end + 1 : end, rest.n);
        if (line.n < 4 || line.p[0] == '#' || !str_eq_nocase(str_sub(line, 0, 2), country))
            continue;
        if (found.n)
            return NULL; // several
        size_t tab = 3 + str_find(str_sub(line, 3, line.n), '\t');
        if (tab >= line.n)
            continue;
        found = str_sub(line, tab + 1, line.n);
        found = str_sub(found, 0, str_find(found, '\t'));
    }
    return found.n ? place_named(places, found) : NULL;
}

const struct zone *place_of(struct places *places, const struct columns *columns, uint32_t index)
{
    static const char *const COUNTRIES[] = {"country", "country_code", "address_country"};
    const struct zone *zone = NULL;
    struct str name = card_trait(columns, index, STR("time_zone"));
    if (!name.n)
        name = card_trait(columns, index, STR("timezone"));
    if (name.n)
        zone = place_named(places, name);
    for (unsigned i = 0; !zone && i < sizeof COUNTRIES / sizeof *COUNTRIES; i++) {
        struct str country = card_trait(columns, index, str_of(COUNTRIES[i]));
        if (country.n == 2)
            zone = of_country(places, country);
    }
    return zone ? zone : place_own(places);
}

// --- quiet hours

struct quiet quiet_of(const struct app *app, const struct definition *d)
{
    struct quiet quiet = {d->quiet, d->quiet_from, d->quiet_to};
    struct arena *arena = arena_new();
    if (!quiet.there)
        quiet.there = minute_parse(setting_text(app, arena, "mail_quiet_from"), &quiet.from) &&
                      minute_parse(setting_text(app, arena, "mail_quiet_to"), &quiet.to);
    arena_free(arena);
    quiet.there = quiet.there && quiet.from != quiet.to;
    return quiet;
}

static bool is_quiet(const struct quiet *quiet, const struct zone *zone, int64_t utc)
{
    unsigned minute = zone_minute(zone, utc);
    return quiet->from < quiet->to ? minute >= quiet->from && minute < quiet->to
                                   : minute >= quiet->from || minute < quiet->to;
}

// Minute by minute, so that an hour that comes twice, or never, is as the clock on the wall says.
static int64_t change_of(const struct quiet *quiet, const struct zone *zone, int64_t utc, bool until)
{
    for (unsigned i = 0; i < 2 * 1440 && is_quiet(quiet, zone, utc) != until; i++)
        utc += 60 - utc % 60;
    return utc;
}

int64_t quiet_end(const struct quiet *quiet, const struct zone *zone, int64_t utc)
{
    return quiet->there ? change_of(quiet, zone, utc, false) : utc;
}

int64_t quiet_start(const struct quiet *quiet, const struct zone *zone, int64_t utc)
{
    return quiet->there ? change_of(quiet, zone, utc, true) : INT64_MAX;
}
