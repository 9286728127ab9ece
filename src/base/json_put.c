#include "base/json_put.h"

#include "base/datetime.h"

void put_comma(struct buf *out)
{
    if (out->n && out->p[out->n - 1] != '{' && out->p[out->n - 1] != '[')
        buf_char(out, ',');
}

void put_key(struct buf *out, const char *name)
{
    put_comma(out);
    json_put_string(out, str_of(name));
    buf_char(out, ':');
}

void put_text(struct buf *out, const char *name, struct str value)
{
    put_key(out, name);
    if (value.p)
        json_put_string(out, value);
    else
        buf_put(out, STR("null"));
}

void put_int(struct buf *out, const char *name, int64_t value)
{
    put_key(out, name);
    buf_int(out, value);
}

void put_flag(struct buf *out, const char *name, bool value)
{
    put_key(out, name);
    buf_put(out, value ? STR("true") : STR("false"));
}

void put_time(struct buf *out, const char *name, int64_t seconds)
{
    char text[DATETIME_SIZE];
    put_text(out, name, seconds ? datetime_format(seconds, text) : STR_NONE);
}

void put_raw(struct buf *out, const char *name, struct str json)
{
    put_key(out, name);
    buf_put(out, json.n ? json : STR("null"));
}
