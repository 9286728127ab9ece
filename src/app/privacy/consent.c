// The ledger of consents: what the log's consent.* events say.
#include "app/privacy/history.h"
#include "base/datetime.h"
#include "base/json_put.h"

enum { PURPOSES_MAX = 200 };

static bool is_consent(const struct said *said)
{
    return str_eq(said->type.name, STR("consent.given")) || str_eq(said->type.name, STR("consent.withdrawn"));
}

static struct str state_of(const struct said *said)
{
    return str_sub(said->type.name, 8, said->type.name.n); // behind "consent."
}

static struct str property(const struct said *said, const char *name)
{
    return json_get_str(json_get(said->body, STR("properties")), str_of(name));
}

static void put_property(const struct said *said, const char *name, struct buf *out)
{
    struct str text = property(said, name);
    put_text(out, name, text.n ? text : STR_NONE);
}

static void put_item(const struct said *said, struct buf *out)
{
    static const char *const TEXTS[] = {
            "purpose", "wording", "version", "language", "how", "by", "form", "address"};
    put_comma(out);
    buf_printf(out, "{\"event\":\"%lld\"", (long long)said->row.id);
    put_text(out, "state", state_of(said));
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        put_property(said, TEXTS[i], out);
    put_time(out, "time", said->row.time);
    int64_t given;
    put_time(out, "given_at", datetime_parse(property(said, "given_at"), &given) ? given : said->row.time);
    buf_char(out, '}');
}

// What holds now: the last word about each purpose.
static void put_purposes(const struct said *said, unsigned n, struct buf *out)
{
    struct str seen[PURPOSES_MAX];
    unsigned n_seen = 0;
    for (unsigned i = n; i-- > 0 && n_seen < PURPOSES_MAX;) {
        if (!is_consent(&said[i]))
            continue;
        struct str purpose = property(&said[i], "purpose");
        unsigned at = 0;
        while (at < n_seen && !str_eq(seen[at], purpose))
            at++;
        if (at < n_seen)
            continue;
        seen[n_seen++] = purpose;
        put_comma(out);
        buf_char(out, '{');
        put_text(out, "purpose", purpose.n ? purpose : STR_NONE);
        put_text(out, "state", state_of(&said[i]));
        put_time(out, "since", said[i].row.time);
        put_property(&said[i], "version", out);
        buf_char(out, '}');
    }
}

void consents_put(const struct said *said, unsigned n, struct buf *out)
{
    buf_put(out, STR("{\"purposes\":["));
    put_purposes(said, n, out);
    buf_put(out, STR("],\"items\":["));
    for (unsigned i = n; i-- > 0;)
        if (is_consent(&said[i]))
            put_item(&said[i], out);
    buf_put(out, STR("],\"next\":null}"));
}
