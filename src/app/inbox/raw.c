// Mails as they came, compressed, for as long as the business wants to keep them.
#include "app/inbox/private.h"

#include "app/setting/setting.h"
#include "base/mem.h"
#include "store/ask.h"

#include <stdlib.h>
#include <zstd.h>

enum { LEVEL = 3, DAY = 86400, FORGET_AT_ONCE = 500 };

bool raw_store(struct writing *w, int64_t letter, struct str raw, struct err *err)
{
    size_t room = ZSTD_compressBound(raw.n);
    char *bytes = mem_alloc(room);
    size_t n = ZSTD_compress(bytes, room, raw.p, raw.n, LEVEL);
    bool ok = !ZSTD_isError(n) ||
              err_set(err, ERR_IO, "a mail could not be compressed: %s", ZSTD_getErrorName(n));
    ok = ok && store_do(w->store, "INSERT INTO conversation_raw (letter, at, mail) VALUES ($1, $2, $3)",
                       PARAMS(P_INT(letter), P_INT(w->now), P_BYTES(((struct str){bytes, n}))), err);
    free(bytes);
    return ok;
}

static bool expand(struct arena *arena, struct str packed, struct str *ret, struct err *err)
{
    unsigned long long size = ZSTD_getFrameContentSize(packed.p, packed.n);
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > MIME_BYTES_MAX)
        return err_set(err, ERR_CORRUPT, "a stored mail cannot be read");
    char *text = arena_alloc(arena, (size_t)size + 1);
    size_t n = ZSTD_decompress(text, (size_t)size, packed.p, packed.n);
    if (ZSTD_isError(n))
        return err_set(err, ERR_CORRUPT, "a stored mail cannot be read: %s", ZSTD_getErrorName(n));
    text[n] = '\0';
    *ret = (struct str){text, n};
    return true;
}

bool raw_read(struct store *store, struct arena *arena, int64_t letter, struct str *ret, struct err *err)
{
    struct query *query;
    if (!store_ask_row(store, "SELECT mail FROM conversation_raw WHERE letter = $1", PARAMS(P_INT(letter)),
                "the mail itself is not kept any more", &query, err))
        return false;
    bool ok = expand(arena, query_blob(query, 0), ret, err);
    query_end(query);
    return ok;
}

bool raw_forget(struct app *app, struct data *reader, struct err *err)
{
    int64_t days = setting_int(app, "raw_mail_days"), before = app_now(app) - days * DAY, there;
    struct writing *w;
    if (days <= 0)
        return true;
    do {
        if (!store_ask_number(data_store(reader),
                    "SELECT count(*) FROM (SELECT 1 FROM conversation_raw"
                    " WHERE at < $1 LIMIT 500) AS old",
                    PARAMS(P_INT(before)), 0, &there, err))
            return false;
        if (!there)
            return true;
        if (!writing_begin_tables(app, &w, err))
            return false;
        bool ok = store_do(w->store,
                "DELETE FROM conversation_raw WHERE letter IN"
                " (SELECT letter FROM conversation_raw WHERE at < $1 ORDER BY at LIMIT 500)",
                PARAMS(P_INT(before)), err);
        if (!writing_end(w, ok, err))
            return false;
    } while (there == FORGET_AT_ONCE && !app_closing(app));
    return true;
}
