#include "mail/dns.h"

#include "base/buf.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAME_MAX_BYTES = 255, JUMPS_MAX = 64 };

struct reading {
    const unsigned char *p;
    size_t n, at;
};

static bool take16(struct reading *r, unsigned *ret)
{
    if (r->n - r->at < 2)
        return false;
    *ret = (unsigned)r->p[r->at] << 8 | r->p[r->at + 1];
    r->at += 2;
    return true;
}

// A name, following pointers backwards only; out NULL: it is passed over. Without the last dot.
static bool take_name(struct reading *r, char *out, size_t *ret_n)
{
    size_t at = r->at, n = 0, behind = 0;
    for (unsigned jumps = 0;;) {
        if (at >= r->n)
            return false;
        unsigned length = r->p[at++];
        if (!length)
            break;
        if (length >= 0xc0) {
            if (at >= r->n || ++jumps > JUMPS_MAX)
                return false;
            size_t to = (size_t)(length & 0x3f) << 8 | r->p[at];
            behind = behind ? behind : at + 1;
            if (to >= at - 1)
                return false;
            at = to;
            continue;
        }
        if (length > 63 || r->n - at < length || n + length + 1 > NAME_MAX_BYTES)
            return false;
        if (n)
            out[n++] = '.';
        memcpy(out + n, r->p + at, length);
        n += length;
        at += length;
    }
    r->at = behind ? behind : at;
    *ret_n = n;
    return true;
}

static struct str printable(struct arena *arena, struct str text)
{
    struct str copy = arena_str(arena, text);
    char *p = (char *)(uintptr_t)copy.p;
    for (size_t i = 0; i < copy.n; i++)
        if ((unsigned char)p[i] < ' ' || (unsigned char)p[i] >= 0x7f)
            p[i] = '?';
    return copy;
}

static bool take_text(struct arena *arena, struct reading data, struct str *ret)
{
    struct buf text = {0};
    bool ok = true;
    while (ok && data.at < data.n) {
        size_t length = data.p[data.at++];
        ok = data.n - data.at >= length;
        if (ok)
            buf_put(&text, (struct str){(const char *)data.p + data.at, length});
        data.at += length;
    }
    *ret = printable(arena, buf_str(&text));
    buf_free(&text);
    return ok;
}

// The data of a record, `length` bytes from where we are.
static bool take_data(
        struct arena *arena, struct reading *r, enum dns_type type, size_t length, struct str *ret)
{
    char text[NAME_MAX_BYTES + 1];
    size_t n;
    unsigned preference;
    struct reading inside = {r->p, r->at + length, r->at};
    switch (type) {
    case DNS_TXT:
        return take_text(arena, (struct reading){r->p + r->at, length, 0}, ret);
    case DNS_A:
    case DNS_AAAA:
        if (length != (type == DNS_A ? 4 : 16) ||
                !inet_ntop(type == DNS_A ? AF_INET : AF_INET6, r->p + r->at, text, sizeof text))
            return false;
        *ret = arena_str(arena, str_of(text));
        return true;
    case DNS_MX:
        if (!take16(&inside, &preference) || !take_name(&inside, text, &n))
            return false;
        *ret = arena_printf(arena, "%u %.*s", preference, STR_ARG(printable(arena, (struct str){text, n})));
        return true;
    default:
        if (!take_name(&inside, text, &n))
            return false;
        *ret = printable(arena, (struct str){text, n});
        return true;
    }
}

static bool take_records(
        struct arena *arena, struct reading *r, unsigned count, enum dns_type wanted, struct dns_answer *ret)
{
    char name[NAME_MAX_BYTES + 1];
    for (unsigned i = 0; i < count; i++) {
        size_t n;
        unsigned type, class, ttl, length;
        if (!take_name(r, name, &n) || !take16(r, &type) || !take16(r, &class) || !take16(r, &ttl) ||
                !take16(r, &ttl) || !take16(r, &length) || r->n - r->at < length)
            return false;
        if (type == wanted && class == 1 && ret->n < DNS_RECORDS_MAX &&
                !take_data(arena, r, wanted, length, &ret->records[ret->n++]))
            return false;
        r->at += length;
    }
    return true;
}

bool dns_parse(
        struct arena *arena, struct str bytes, enum dns_type type, struct dns_answer *ret, struct err *err)
{
    struct reading r = {(const unsigned char *)bytes.p, bytes.n, 0};
    struct dns_answer answer = {.records = ARENA_ARRAY(arena, struct str, DNS_RECORDS_MAX)};
    char name[NAME_MAX_BYTES + 1];
    unsigned id, flags, questions, answers, other;
    size_t n;
    bool ok = take16(&r, &id) && take16(&r, &flags) && take16(&r, &questions) && take16(&r, &answers) &&
              take16(&r, &other) && take16(&r, &other);
    for (unsigned i = 0; ok && i < questions; i++)
        ok = take_name(&r, name, &n) && take16(&r, &other) && take16(&r, &other);
    if (!ok || !take_records(arena, &r, answers, type, &answer))
        return err_set(err, ERR_INPUT, "what came is no answer of a name server");
    unsigned code = flags & 15;
    if (code != 0 && code != 3)
        return err_set(err, ERR_BUSY, "the name server failed (code %u)", code);
    answer.none = !answer.n;
    *ret = answer;
    return true;
}

bool dns_query(
        struct arena *arena, struct str name, enum dns_type type, struct dns_answer *ret, struct err *err)
{
    struct __res_state state = {0};
    char text[NAME_MAX_BYTES + 1];
    if (!name.n || name.n > NAME_MAX_BYTES || memchr(name.p, 0, name.n))
        return err_set(err, ERR_INPUT, "this is no domain name");
    snprintf(text, sizeof text, "%.*s", STR_ARG(name));
    if (res_ninit(&state) != 0)
        return err_set(err, ERR_IO, "names cannot be looked up: /etc/resolv.conf cannot be read");
    state.retrans = 3;
    state.retry = 2;
    unsigned char *bytes = arena_alloc(arena, DNS_ANSWER_MAX);
    int n = res_nquery(&state, text, 1, (int)type, bytes, DNS_ANSWER_MAX);
    int why = state.res_h_errno;
    res_nclose(&state);
    if (n < 0 && (why == HOST_NOT_FOUND || why == NO_DATA)) {
        *ret = (struct dns_answer){.none = true};
        return true;
    }
    if (n < 0)
        return err_set(err, ERR_BUSY, "no name server answered about %s", text);
    return dns_parse(arena, (struct str){(const char *)bytes, (size_t)n}, type, ret, err);
}

struct str dns_reverse(struct arena *arena, struct str address)
{
    char text[64];
    unsigned char a[16];
    struct buf out = {0};
    snprintf(text, sizeof text, "%.*s", STR_ARG(address));
    if (inet_pton(AF_INET, text, a) == 1)
        return arena_printf(arena, "%u.%u.%u.%u.in-addr.arpa", a[3], a[2], a[1], a[0]);
    if (inet_pton(AF_INET6, text, a) != 1)
        return STR_NONE;
    for (unsigned i = 16; i-- > 0;)
        buf_printf(&out, "%x.%x.", a[i] & 15u, a[i] >> 4);
    buf_put(&out, STR("ip6.arpa"));
    struct str name = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return name;
}
