#include "app/campaign/place.h"

#include "app/address/address.h"
#include "app/contact/contact.h"
#include "app/setting/setting.h"
#include "base/map.h"
#include "base/zone_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { KEPT_ZONES = 1000, TABLE_MAX = 100000, LETTERS = 26, LOOKED_DAYS = 730 };

struct country {
    bool read;
    const struct zone *zone; // NULL: it has several
};

struct places {
    struct app *app;
    struct arena *arena;
    struct map *names;
    const struct zone **zones; // by number of the name; NULL: there is none
    struct str table;          // zone.tab
    struct country countries[LETTERS * LETTERS];
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
    uint32_t known = name.n ? map_get(places->names, name) : MAP_NONE;
    if (known != MAP_NONE)
        return places->zones[known];
    if (!name.n || map_count(places->names) == KEPT_ZONES)
        return NULL;
    return places->zones[map_intern(places->names, name)] = zone_named(places->arena, name);
}

const struct zone *place_own(struct places *places)
{
    const struct zone *zone = place_named(places, setting_text(places->app, places->arena, "time_zone"));
    return zone ? zone : zone_utc();
}

// Whether clocks of both show the same, now and in the next two years.
static bool agree(const struct zone *a, const struct zone *b, int64_t now)
{
    for (int64_t at = now; at < now + LOOKED_DAYS * INT64_C(86400); at += 7 * 86400)
        if (zone_offset(a, at) != zone_offset(b, at))
            return false;
    return true;
}

// The zone of a country whose clocks all show the same, by zone.tab (country, place, zone, comment; parted by
// tabs).
static const struct zone *read_country(struct places *places, struct str country)
{
    const struct zone *found = NULL;
    if (!places->table.p)
        places->table = read_file(places->arena, ZONE_FOLDER "/zone.tab", TABLE_MAX);
    struct str rest = places->table;
    while (rest.n) {
        size_t end = str_find(rest, '\n');
        struct str line = str_sub(rest, 0, end);
        rest = str_sub(rest, end < rest.n ? end + 1 : end, rest.n);
        if (line.n < 4 || line.p[0] == '#' || !str_eq_nocase(str_sub(line, 0, 2), country))
            continue;
        struct str name = str_sub(line, 3, line.n);
        name = str_sub(name, str_find(name, '\t'), name.n);
        name = str_sub(name, name.n ? 1 : 0, name.n);
        const struct zone *zone = place_named(places, str_sub(name, 0, str_find(name, '\t')));
        if (!zone || (found && !agree(found, zone, app_now(places->app))))
            return NULL;
        found = zone;
    }
    return found;
}

static const struct zone *of_country(struct places *places, struct str country)
{
    unsigned a = country.n == 2 ? (unsigned)(country.p[0] | 32) - 'a' : LETTERS,
             b = country.n == 2 ? (unsigned)(country.p[1] | 32) - 'a' : LETTERS;
    if (a >= LETTERS || b >= LETTERS)
        return NULL;
    struct country *known = &places->countries[a * LETTERS + b];
    if (!known->read)
        *known = (struct country){true, read_country(places, country)};
    return known->zone;
}

// Of all countries that the number can be of, where their clocks show the same.
static const struct zone *of_phone(struct places *places, struct str phone)
{
    struct str e164, country, region = setting_text(places->app, places->arena, "country");
    const struct zone *found = NULL;
    if (!phone.n || !address_phone(places->arena, phone, region, &e164, NULL))
        return NULL;
    for (unsigned i = 0; (country = address_phone_country(e164, i)).n; i++) {
        const struct zone *zone = of_country(places, country);
        if (!zone || (found && !agree(found, zone, app_now(places->app))))
            return NULL;
        found = zone;
    }
    return found;
}

const struct zone *place_of(struct places *places, const struct columns *columns, uint32_t index)
{
    static const char *const NAMES[] = {"time_zone", "timezone"}, *const COUNTRIES[] = {"country",
                                                                          "country_code", "address_country"};
    const struct zone *zone = NULL;
    for (unsigned i = 0; !zone && i < sizeof NAMES / sizeof *NAMES; i++)
        zone = place_named(places, card_trait(columns, index, str_of(NAMES[i])));
    for (unsigned i = 0; !zone && i < sizeof COUNTRIES / sizeof *COUNTRIES; i++)
        zone = of_country(places, card_trait(columns, index, str_of(COUNTRIES[i])));
    if (!zone)
        zone = of_phone(places, card_trait(columns, index, STR("phone")));
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
