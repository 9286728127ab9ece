#include "support/store_help.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/random.h"
#include "store/postgres/postgres.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *server(void)
{
    const char *url = getenv("SLUICE_TEST_DATABASE");
    return url && *url ? url : NULL;
}

bool help_on_postgres(void)
{
    return server() != NULL;
}

unsigned help_fewer(unsigned rounds)
{
    return server() ? (rounds + 5) / 6 : rounds;
}

void help_only_sqlite(void)
{
    if (server())
        skip();
}

static bool make_schema(const char *name, struct err *err)
{
    struct store *store;
    struct buf sql = {0};
    if (!postgres_open(server(), STORE_WRITE, &store, err))
        return false;
    buf_printf(&sql, "CREATE SCHEMA IF NOT EXISTS %s%c", name, 0);
    bool ok = store_exec(store, sql.p, err);
    buf_free(&sql);
    store_close(store);
    return ok;
}

static const char *url_of(struct arena *arena, const char *schema, struct err *err)
{
    const char *separator = strchr(server(), '?') ? "&" : "?";
    return make_schema(schema, err)
                   ? arena_printf(arena, "%s%soptions=-csearch_path%%3D%s", server(), separator, schema).p
                   : NULL;
}

const char *help_database_url(struct arena *arena)
{
    uint64_t number;
    struct err err;
    if (!server())
        return NULL;
    random_bytes(&number, sizeof number);
    const char *url = url_of(arena, arena_printf(arena, "t_%016llx", (unsigned long long)number).p, &err);
    if (!url)
        abort();
    return url;
}

bool help_store(
        const char *folder, const char *name, enum store_mode mode, struct store **ret, struct err *err)
{
    struct arena *arena = arena_new();
    const char *path = arena_printf(arena, "%s/%s", folder, name).p;
    bool ok = false;
    if (server()) {
        uint64_t hash = hash64(str_of(path));
        const char *url = url_of(arena, arena_printf(arena, "t_%016llx", (unsigned long long)hash).p, err);
        ok = url && postgres_open(url, mode, ret, err);
    } else {
        ok = sqlite_open(path, mode, ret, err);
    }
    arena_free(arena);
    return ok;
}
