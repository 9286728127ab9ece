#include "mail/dkim_private.h"

// A signature's field, read.
struct reading {
    const struct dkim_mail *mail;
    const struct dkim_field *field;
    struct dkim_tags tags;
    bool relaxed, relaxed_body;
    enum dkim_algorithm algorithm;
    struct dkim_verdict *verdict;
};

static bool fail(struct reading *r, const char *reason)
{
    r->verdict->result = DKIM_FAIL;
    r->verdict->reason = reason;
    return false;
}

static bool read_forms(struct reading *r)
{
    struct str c = dkim_tag(&r->tags, "c");
    if (!c.p)
        return true;
    size_t slash = str_find(c, '/');
    struct str header = str_sub(c, 0, slash), body = slash < c.n ? str_sub(c, slash + 1, c.n) : STR("simple");
    r->relaxed = str_eq_nocase(header, STR("relaxed"));
    r->relaxed_body = str_eq_nocase(body, STR("relaxed"));
    return (r->relaxed || str_eq_nocase(header, STR("simple"))) &&
           (r->relaxed_body || str_eq_nocase(body, STR("simple")));
}

// The domain itself or below it.
static bool within(struct str domain, struct str above)
{
    return str_eq_nocase(domain, above) ||
           (domain.n > above.n && domain.p[domain.n - above.n - 1] == '.' &&
                   str_eq_nocase(str_sub(domain, domain.n - above.n, domain.n), above));
}

static struct str domain_of(struct str identity)
{
    size_t at = identity.n;
    while (at && identity.p[at - 1] != '@')
        at--;
    return str_sub(identity, at, identity.n);
}

static bool signs_from(struct str names)
{
    struct str name;
    unsigned n = 0;
    while (n++ < DKIM_NAMES_MAX && dkim_list_next(&names, &name))
        if (str_eq_nocase(name, STR("from")))
            return true;
    return false;
}

static bool name_good(struct str name)
{
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] <= ' ' || (unsigned char)name.p[i] > '~')
            return false;
    return name.n > 0 && name.n <= 253;
}

static bool check_times(struct reading *r, int64_t now)
{
    struct str t = dkim_tag(&r->tags, "t"), x = dkim_tag(&r->tags, "x");
    int64_t signed_at = 0, expires = 0;
    if ((t.p && !str_natural(t, &signed_at)) || (x.p && !str_natural(x, &expires)) ||
            (t.p && x.p && expires < signed_at))
        return fail(r, "its times are wrong");
    return !x.p || expires >= now || fail(r, "it has expired");
}

static bool check_tags(struct reading *r, int64_t now)
{
    struct dkim_verdict *v = r->verdict;
    struct str length = dkim_tag(&r->tags, "l"), query = dkim_tag(&r->tags, "q");
    if (!str_eq(dkim_tag(&r->tags, "v"), STR("1")))
        return fail(r, "it is of no version that is known");
    if (!v->algorithm.n || !dkim_tag(&r->tags, "b").n || !dkim_tag(&r->tags, "bh").n || !v->domain.n ||
            !dkim_tag(&r->tags, "h").n || !v->selector.n)
        return fail(r, "a tag is missing");
    if (str_eq_nocase(v->algorithm, STR("rsa-sha1")))
        return fail(r, "rsa-sha1 proves nothing any more (RFC 8301)");
    r->algorithm = str_eq_nocase(v->algorithm, STR("ed25519-sha256")) ? DKIM_ED25519 : DKIM_RSA;
    if (r->algorithm == DKIM_RSA && !str_eq_nocase(v->algorithm, STR("rsa-sha256")))
        return fail(r, "its algorithm is unknown");
    if (!read_forms(r))
        return fail(r, "its canonical form is unknown");
    if (!name_good(v->domain) || !name_good(v->selector))
        return fail(r, "its domain or selector is none");
    if (v->identity.p && !within(domain_of(v->identity), v->domain))
        return fail(r, "i= is not of its domain");
    if (length.p && !str_natural(length, &v->length))
        return fail(r, "l= is no number");
    if (query.p && !str_eq_nocase(query, STR("dns/txt")))
        return fail(r, "where its key is, is unknown");
    if (!signs_from(dkim_tag(&r->tags, "h")))
        return fail(r, "it does not sign From");
    return check_times(r, now);
}

static bool check_body(struct reading *r)
{
    struct str wanted;
    uint8_t hash[32];
    if (!dkim_base64(r->mail->arena, dkim_tag(&r->tags, "bh"), &wanted))
        return fail(r, "bh= is no base64");
    if (!dkim_hash_body(r->mail->body, r->relaxed_body, r->verdict->length, hash))
        return fail(r, "the body is shorter than l= says");
    return str_eq(wanted, (struct str){(char *)hash, sizeof hash}) || fail(r, "the body was changed");
}

static bool in_list(struct str list, const char *word)
{
    struct str item;
    unsigned n = 0;
    while (n++ < DKIM_NAMES_MAX && dkim_list_next(&list, &item))
        if (str_eq_nocase(item, str_of(word)))
            return true;
    return false;
}

// What the key record says; *ret_public: the key itself.
static bool check_record(struct reading *r, struct str record, struct str *ret_public)
{
    struct dkim_tags tags;
    if (record.n > DKIM_RECORD_MAX || !dkim_tags_read(record, &tags))
        return fail(r, "the key record cannot be read");
    struct str v = dkim_tag(&tags, "v"), h = dkim_tag(&tags, "h"), k = dkim_tag(&tags, "k"),
               s = dkim_tag(&tags, "s"), t = dkim_tag(&tags, "t"), p = dkim_tag(&tags, "p");
    if (v.p && (!str_eq(v, STR("DKIM1")) || !str_eq(tags.v[0].name, STR("v"))))
        return fail(r, "the key record is of no version that is known");
    if (h.p && !in_list(h, "sha256"))
        return fail(r, "the key is not for SHA-256");
    if (!str_eq_nocase(k.p ? k : STR("rsa"), r->algorithm == DKIM_RSA ? STR("rsa") : STR("ed25519")))
        return fail(r, "the key is of another kind");
    if (s.p && !in_list(s, "*") && !in_list(s, "email"))
        return fail(r, "the key is not for mail");
    r->verdict->testing = t.p && in_list(t, "y");
    if (t.p && in_list(t, "s") && r->verdict->identity.p &&
            !str_eq_nocase(domain_of(r->verdict->identity), r->verdict->domain))
        return fail(r, "i= is of a domain below, which the key does not allow");
    if (!p.p)
        return fail(r, "the key record has no key");
    if (!p.n)
        return fail(r, "the key was revoked");
    return dkim_base64(r->mail->arena, p, ret_public) || fail(r, "the key is no base64");
}

static bool find_key(struct reading *r, dkim_lookup *lookup, void *ctx, struct str *ret_public)
{
    struct arena *arena = r->mail->arena;
    struct str record, name = arena_printf(arena, "%.*s._domainkey.%.*s", STR_ARG(r->verdict->selector),
                               STR_ARG(r->verdict->domain));
    enum dkim_result found = lookup(ctx, arena, name, &record);
    if (found == DKIM_TEMPORARY) {
        r->verdict->result = DKIM_TEMPORARY;
        r->verdict->reason = "the key cannot be asked for now";
        return false;
    }
    if (found != DKIM_PASS)
        return fail(r, "there is no key of this name");
    return check_record(r, record, ret_public);
}

static void check_signature(struct reading *r, struct str public)
{
    struct arena *arena = r->mail->arena;
    struct str b = dkim_tag(&r->tags, "b"), whole = r->field->whole, signature;
    struct buf field = {0}, bytes = {0};
    const char *why;
    if (!dkim_base64(arena, b, &signature)) {
        fail(r, "b= is no base64");
        return;
    }
    // The value goes, with the blanks up to a following tag; in the simple form nothing else may change.
    size_t from = (size_t)(b.p - whole.p), to = from + b.n, next = to;
    while (from && whole.p[from - 1] != '=')
        from--;
    while (next < whole.n &&
            (whole.p[next] == ' ' || whole.p[next] == '\t' || whole.p[next] == '\r' || whole.p[next] == '\n'))
        next++;
    to = next < whole.n && whole.p[next] == ';' ? next : to;
    buf_put(&field, str_sub(whole, 0, from));
    buf_put(&field, str_sub(whole, to, whole.n));
    dkim_signed_bytes(r->mail, dkim_tag(&r->tags, "h"), r->relaxed, buf_str(&field), &bytes);
    if (dkim_key_holds(r->algorithm, public, buf_str(&bytes), signature, &why))
        r->verdict->result = DKIM_PASS;
    else
        fail(r, why ? why : "the header was changed, or the key is another one");
    buf_free(&field);
    buf_free(&bytes);
}

static void verify_one(const struct dkim_mail *mail, const struct dkim_field *field, int64_t now,
        dkim_lookup *lookup, void *ctx, struct dkim_verdict *ret)
{
    struct reading r = {.mail = mail, .field = field, .verdict = ret};
    size_t colon = str_find(field->whole, ':');
    struct str public;
    *ret = (struct dkim_verdict){.result = DKIM_FAIL, .length = -1};
    if (!dkim_tags_read(str_sub(field->whole, colon + 1, field->whole.n), &r.tags)) {
        fail(&r, "it is no list of tags");
        return;
    }
    ret->domain = dkim_tag(&r.tags, "d");
    ret->selector = dkim_tag(&r.tags, "s");
    ret->identity = dkim_tag(&r.tags, "i");
    ret->algorithm = dkim_tag(&r.tags, "a");
    if (check_tags(&r, now) && check_body(&r) && find_key(&r, lookup, ctx, &public))
        check_signature(&r, public);
}

size_t dkim_verify(struct arena *arena, struct str mail, int64_t now, dkim_lookup *lookup, void *ctx,
        const struct dkim_verdict **ret_all)
{
    struct dkim_mail m;
    struct dkim_verdict *all = ARENA_ARRAY(arena, struct dkim_verdict, DKIM_SIGNATURES_MAX);
    size_t n = 0;
    *ret_all = all;
    if (!dkim_split(arena, mail, &m, NULL))
        return 0;
    for (size_t i = 0; i < m.n && n < DKIM_SIGNATURES_MAX; i++)
        if (str_eq_nocase(m.fields[i].name, STR("dkim-signature")) &&
                str_find(m.fields[i].whole, ':') < m.fields[i].whole.n)
            verify_one(&m, &m.fields[i], now, lookup, ctx, &all[n++]);
    return n;
}

struct dkim_verdict dkim_best(const struct dkim_verdict *all, size_t n)
{
    struct dkim_verdict best = {.result = DKIM_NONE, .length = -1};
    for (size_t i = 0; i < n; i++)
        if (!i || (all[i].result == DKIM_PASS && best.result != DKIM_PASS) ||
                (all[i].result == DKIM_TEMPORARY && best.result == DKIM_FAIL))
            best = all[i];
    return best;
}

const char *dkim_result_name(enum dkim_result result)
{
    static const char *const NAMES[] = {"none", "pass", "fail", "temperror"};
    return NAMES[result];
}
