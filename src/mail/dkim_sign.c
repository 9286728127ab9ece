#include "mail/dkim_private.h"

#include <inttypes.h>

// What is signed where a mail has it: RFC 6376 5.4.1, and RFC 8058's.
static const char *const SIGNED[] = {"from", "reply-to", "subject", "date", "to", "cc", "sender",
        "resent-date", "resent-from", "resent-to", "resent-cc", "in-reply-to", "references", "list-id",
        "list-help", "list-unsubscribe", "list-unsubscribe-post", "list-subscribe", "list-post", "list-owner",
        "list-archive", "message-id", "mime-version", "content-type", "content-transfer-encoding"};
// Signed once more than they are there: nobody can add another one.
static const char *const SEALED[] = {"from", "subject", "date"};

static bool is_one_of(struct str name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq_nocase(name, str_of(list[i])))
            return true;
    return false;
}

static void put_name(struct buf *out, struct str name)
{
    if (out->n)
        buf_put(out, STR(" : "));
    for (size_t i = 0; i < name.n; i++)
        buf_char(out, name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] + 32) : name.p[i]);
}

// In the mail's order, as dkimpy and RFC 8463's example have it.
static struct str own_choice(const struct dkim_mail *mail)
{
    struct buf out = {0};
    for (size_t i = 0; i < mail->n; i++)
        if (is_one_of(mail->fields[i].name, SIGNED, sizeof SIGNED / sizeof *SIGNED))
            put_name(&out, mail->fields[i].name);
    for (size_t i = 0; i < sizeof SEALED / sizeof *SEALED; i++)
        put_name(&out, str_of(SEALED[i]));
    struct str names = arena_str(mail->arena, buf_str(&out));
    buf_free(&out);
    return names;
}

static struct str given_choice(struct arena *arena, struct str names)
{
    struct buf out = {0};
    struct str name;
    while (dkim_list_next(&names, &name))
        put_name(&out, name);
    struct str told = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return told;
}

static bool has_from(const struct dkim_mail *mail)
{
    for (size_t i = 0; i < mail->n; i++)
        if (str_eq_nocase(mail->fields[i].name, STR("from")))
            return true;
    return false;
}

static bool token_good(struct str token)
{
    for (size_t i = 0; i < token.n; i++) {
        char c = token.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                    c == '_' || (c == '.' && i && i + 1 < token.n)))
            return false;
    }
    return token.n > 0 && token.n <= 253;
}

// Writes words with a blank between, folded; what is behind "\r\n " counts as one blank in relaxed form.
struct fold {
    struct buf *out;
    size_t column;
};

static void put_folded(struct fold *fold, struct str text)
{
    while (text.n) {
        size_t end = str_find(text, ' ');
        if (fold->column + end + 1 > 76) {
            buf_put(fold->out, STR("\r\n "));
            fold->column = 1;
        } else {
            buf_char(fold->out, ' ');
            fold->column++;
        }
        buf_put(fold->out, str_sub(text, 0, end));
        fold->column += end;
        text = str_sub(text, end < text.n ? end + 1 : end, text.n);
    }
}

static void put_time(struct fold *fold, const char *tag, int64_t seconds)
{
    struct buf text = {0};
    buf_printf(&text, "%s=%" PRId64 ";", tag, seconds);
    put_folded(fold, buf_str(&text));
    buf_free(&text);
}

static void put_tag(struct fold *fold, const char *tag, struct str value)
{
    struct buf text = {0};
    buf_printf(&text, "%s=%.*s;", tag, STR_ARG(value));
    put_folded(fold, buf_str(&text));
    buf_free(&text);
}

static bool forms(struct str canonical, bool *ret_header, bool *ret_body)
{
    *ret_header = str_starts(canonical, STR("relaxed"));
    *ret_body = str_ends(canonical, STR("/relaxed"));
    return str_eq(canonical, STR("relaxed/relaxed")) || str_eq(canonical, STR("relaxed/simple")) ||
           str_eq(canonical, STR("simple/relaxed")) || str_eq(canonical, STR("simple/simple"));
}

// The field up to "b=".
static void put_tags(const struct dkim_signer *s, struct str canonical, struct str names,
        const uint8_t hash[32], struct buf *out)
{
    struct fold fold = {out, sizeof "DKIM-Signature:" - 1};
    struct buf body = {0}, of_domain = {0};
    buf_put(out, STR("DKIM-Signature:"));
    buf_char(&of_domain, '@');
    buf_put(&of_domain, s->domain);
    put_folded(&fold, STR("v=1;"));
    put_tag(&fold, "a", dkim_key_algorithm(s->key) == DKIM_RSA ? STR("rsa-sha256") : STR("ed25519-sha256"));
    put_tag(&fold, "c", canonical);
    put_tag(&fold, "d", s->domain);
    put_tag(&fold, "i", s->identity.n ? s->identity : buf_str(&of_domain));
    put_folded(&fold, STR("q=dns/txt;"));
    put_tag(&fold, "s", s->selector);
    if (s->time)
        put_time(&fold, "t", s->time);
    if (s->expires)
        put_time(&fold, "x", s->expires);
    put_tag(&fold, "h", names);
    dkim_base64_put((struct str){(const char *)hash, 32}, &body);
    put_tag(&fold, "bh", buf_str(&body));
    buf_put(out, STR("\r\n b="));
    buf_free(&body);
    buf_free(&of_domain);
}

static void put_signature(struct str signature, struct buf *out)
{
    struct buf text = {0};
    dkim_base64_put(signature, &text);
    for (size_t at = 0; at < text.n; at += 72) {
        if (at)
            buf_put(out, STR("\r\n "));
        buf_put(out, str_sub(buf_str(&text), at, text.n - at > 72 ? at + 72 : text.n));
    }
    buf_put(out, STR("\r\n"));
    buf_free(&text);
}

bool dkim_sign(const struct dkim_signer *signer, struct str mail, struct buf *out, struct err *err)
{
    struct arena *arena = arena_new();
    struct str canonical = signer->canonical.n ? signer->canonical : STR("relaxed/relaxed");
    struct buf field = {0}, bytes = {0}, signature = {0};
    struct dkim_mail m;
    bool relaxed = true, relaxed_body = true;
    uint8_t hash[32];
    bool ok = dkim_split(arena, mail, &m, err);
    if (ok && !has_from(&m))
        ok = err_set(err, ERR_INPUT, "the mail has no From");
    if (ok && (!token_good(signer->domain) || !token_good(signer->selector)))
        ok = err_set(err, ERR_INPUT, "the domain or the selector is none");
    if (ok && !forms(canonical, &relaxed, &relaxed_body))
        ok = err_set(err, ERR_INPUT, "canonical forms are simple and relaxed");
    if (ok) {
        struct str names = signer->fields.n ? given_choice(arena, signer->fields) : own_choice(&m);
        dkim_hash_body(m.body, relaxed_body, -1, hash);
        put_tags(signer, canonical, names, hash, &field);
        dkim_signed_bytes(&m, names, relaxed, buf_str(&field), &bytes);
        ok = dkim_key_sign(signer->key, buf_str(&bytes), &signature, err);
    }
    if (ok) {
        put_signature(buf_str(&signature), &field);
        buf_put(out, buf_str(&field));
    }
    buf_free(&field);
    buf_free(&bytes);
    buf_free(&signature);
    arena_free(arena);
    return ok;
}
