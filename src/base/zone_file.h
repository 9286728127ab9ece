// Time zones by name, from the system's time zone database (tzdata).
#ifndef SLUICE_BASE_ZONE_FILE_H
#define SLUICE_BASE_ZONE_FILE_H

#include "base/zone.h"

#define ZONE_FOLDER "/usr/share/zoneinfo"

// "Europe/Berlin"; "UTC" needs no file. NULL: there is none of this name, or the system has no database.
// Reads a file each time; any thread. Lives in arena.
const struct zone *zone_named(struct arena *arena, struct str name);

#endif
