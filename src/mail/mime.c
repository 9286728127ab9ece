#include "mail/mime.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "mail/address.h"
#include "mail/charset.h"
#include "mail/mime_content.h"
#include "mail/mime_limits.h"

#include <strings.h>

struct field {
    const char *name;
    struct str raw;
};

struct fields {
    struct arena *arena;
    const struct field *v;
    size_t n;
};

static struct fields *read_fields(struct arena *arena, GMimeMessage *message)
{
    struct fields *all = ARENA_NEW(arena, struct fields);
    all->arena = arena;
    if (!message)
        return all;
    GMimeHeaderList *list = g_mime_object_get_header_list(GMIME_OBJECT(message));
    int count = g_mime_header_list_get_count(list);
    struct field *v = ARENA_ARRAY(arena, struct field, (size_t)count + 1);
    for (int i = 0; i < count; i++) {
        GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
        const char *raw = g_mime_header_get_raw_value(header);
        v[i] = (struct field){g_mime_header_get_name(header), str_of(raw ? raw : "")};
        if (v[i].raw.n > MIME_VALUE_MAX)
            v[i].raw.n = MIME_VALUE_MAX;
    }
    all->v = v;
    all->n = (size_t)count;
    return all;
}

static struct str raw_next(const struct fields *all, const char *name, size_t *at)
{
    for (; *at < all->n; (*at)++)
        if (strcasecmp(all->v[*at].name, name) == 0)
            return all->v[(*at)++].raw;
    return STR_NONE;
}

static struct str raw_first(const struct fields *all, const char *name)
{
    size_t at = 0;
    return raw_next(all, name, &at);
}

struct str mime_field_next(const struct mime *mime, const char *name, size_t *at)
{
    const struct fields *all = mime->fields;
    struct str raw = raw_next(all, name, at);
    return raw.p ? charset_header(all->arena, raw) : STR_NONE;
}

struct str mime_field(const struct mime *mime, const char *name)
{
    size_t at = 0;
    return mime_field_next(mime, name, &at);
}

// All fields of a name: there should be one, but some programs write several.
static struct mime_addresses addresses(struct fields *all, const char *name)
{
    struct buf raw = {0};
    size_t at = 0;
    for (struct str one; (one = raw_next(all, name, &at)).p && raw.n < MIME_VALUE_MAX;) {
        if (raw.n)
            buf_char(&raw, ',');
        buf_put(&raw, one);
    }
    struct mime_addresses found = mail_addresses(all->arena, buf_str(&raw));
    buf_free(&raw);
    return found;
}

static struct mime_address first_address(struct fields *all, const char *name)
{
    struct mime_addresses found = mail_addresses(all->arena, raw_first(all, name));
    for (size_t i = 0; i < found.n; i++)
        if (found.v[i].address.n)
            return found.v[i];
    return found.n ? found.v[0] : (struct mime_address){STR(""), STR("")};
}

// The next <id> of a field; a bare word counts where there is none at all.
static struct str next_id(struct str raw, size_t *at)
{
    while (*at < raw.n && raw.p[*at] != '<')
        (*at)++;
    size_t from = *at + 1, to = from;
    while (to < raw.n && raw.p[to] != '>' && raw.p[to] != '<')
        to++;
    *at = to;
    return to < raw.n + 1 && from <= raw.n ? str_trim(str_sub(raw, from, to)) : STR_NONE;
}

static struct str first_id(struct arena *arena, struct str raw)
{
    struct str s = charset_header(arena, raw);
    size_t at = 0;
    struct str id = next_id(s, &at);
    if (id.n)
        return id;
    id = str_trim(s);
    id.n = str_find(id, ' ');
    return id.n && memchr(id.p, '@', id.n) ? id : STR("");
}

static void references(struct fields *all, struct mime *m)
{
    struct str s = charset_header(all->arena, raw_first(all, "References"));
    struct str *ids = ARENA_ARRAY(all->arena, struct str, MIME_REFERENCES_MAX);
    size_t n = 0, at = 0;
    while (at < s.n) {
        struct str id = next_id(s, &at);
        if (!id.n)
            continue;
        if (n == MIME_REFERENCES_MAX)
            memmove(ids, ids + 1, --n * sizeof *ids);
        ids[n++] = id;
    }
    m->references = ids;
    m->n_references = n;
}

static int64_t date_of(struct str raw)
{
    char text[200];
    size_t n = raw.n < sizeof text - 1 ? raw.n : sizeof text - 1;
    if (!n)
        return 0;
    memcpy(text, raw.p, n);
    text[n] = 0;
    GDateTime *date = g_mime_utils_header_decode_date(text);
    if (!date)
        return 0;
    int64_t seconds = g_date_time_to_unix(date);
    g_date_time_unref(date);
    return seconds;
}

static void read_header(struct fields *all, struct mime *m)
{
    m->from = first_address(all, "From");
    m->sender = first_address(all, "Sender");
    m->to = addresses(all, "To");
    m->cc = addresses(all, "Cc");
    m->reply_to = addresses(all, "Reply-To");
    struct str subject = raw_first(all, "Subject");
    m->subject = subject.p ? charset_header(all->arena, subject) : STR_NONE;
    m->date = date_of(raw_first(all, "Date"));
    m->message_id = first_id(all->arena, raw_first(all, "Message-ID"));
    m->in_reply_to = first_id(all->arena, raw_first(all, "In-Reply-To"));
    references(all, m);
    m->return_path = mail_address_bare(all->arena, raw_first(all, "Return-Path"));
    m->delivered_to = mail_address_bare(all->arena, raw_first(all, "Delivered-To"));
    if (!m->delivered_to.n)
        m->delivered_to = mail_address_bare(all->arena, raw_first(all, "X-Original-To"));
}

// CR LF and CR become LF.
static struct str unix_lines(struct arena *arena, struct str s)
{
    if (!s.n || !memchr(s.p, '\r', s.n))
        return s;
    char *out = arena_alloc(arena, s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\r')
            out[n++] = s.p[i];
        else if (i + 1 >= s.n || s.p[i + 1] != '\n')
            out[n++] = '\n';
    return (struct str){out, n};
}

// charset=… of a <meta> in the first kilobyte of an HTML part that says nothing else.
static struct str meta_charset(struct str html)
{
    size_t most = html.n < 1500 ? html.n : 1500;
    for (size_t i = 0; i + 10 < most; i++) {
        if (strncasecmp(html.p + i, "charset=", 8) != 0)
            continue;
        size_t from = i + 8;
        while (from < most && strchr("\"' ", html.p[from]))
            from++;
        size_t to = from;
        while (to < most && !strchr("\"' />;", html.p[to]))
            to++;
        return str_sub(html, from, to);
    }
    return STR_NONE;
}

struct str mime_content(struct arena *arena, const struct mime_part *part)
{
    return mime_part_bytes(arena, part, MIME_BYTES_MAX);
}

struct str mime_text(struct arena *arena, const struct mime_part *part)
{
    struct str bytes = mime_part_bytes(arena, part, MIME_TEXT_MAX), charset = part->charset;
    if (!charset.n && str_eq(part->type, STR("text/html")))
        charset = meta_charset(bytes);
    return unix_lines(arena, charset_to_utf8(arena, bytes, charset));
}

// The parts of one kind among those of a list, joined.
static struct str joined(struct mime_parts *p, const unsigned *list, size_t n, struct str type)
{
    struct buf all = {0};
    bool any = false;
    for (size_t i = 0; i < n && all.n < MIME_TEXT_MAX; i++) {
        const struct mime_part *part = &p->all.v[list[i]];
        if (!str_eq(part->type, type))
            continue;
        struct str text = mime_text(p->arena, part);
        if (all.n && all.p[all.n - 1] != '\n')
            buf_char(&all, '\n');
        buf_put(&all, text);
        any = true;
    }
    struct str s = any ? arena_str(p->arena, buf_str(&all)) : STR_NONE;
    buf_free(&all);
    return s;
}

static void read_parts(struct arena *arena, GMimeMessage *message, struct mime *m)
{
    struct mime_parts p = {.arena = arena};
    mime_gather(&p, message);
    m->text = joined(&p, p.text.v, p.text.n, STR("text/plain"));
    m->html = joined(&p, p.html.v, p.html.n, STR("text/html"));
    for (size_t i = 0; i < p.files.n; i++)
        p.all.v[p.files.v[i]].attachment = true;
    struct mime_part *copy = ARENA_ARRAY(arena, struct mime_part, p.all.n + 1);
    if (p.all.n)
        memcpy(copy, p.all.v, p.all.n * sizeof *copy);
    m->parts = copy;
    m->n_parts = p.all.n;
    m->cut = m->cut || p.cut;
    vec_free(&p.all);
    vec_free(&p.text);
    vec_free(&p.html);
    vec_free(&p.files);
}

const struct mime *mime_read(struct arena *arena, struct str bytes)
{
    struct mime *m = ARENA_NEW(arena, struct mime);
    struct str plain = mime_plain_lines(arena, bytes);
    size_t within = mime_within_limits(plain);
    m->cut = within < plain.n;
    m->bytes = str_sub(plain, 0, plain.n < MIME_BYTES_MAX ? plain.n : MIME_BYTES_MAX);
    GMimeMessage *message = mime_parsed(arena, str_sub(plain, 0, within));
    struct fields *all = read_fields(arena, message);
    m->fields = all;
    read_header(all, m);
    if (message)
        read_parts(arena, message, m);
    return m;
}
