// Signatures: what is signed holds, what was changed does not; keys and their records.
#include "mail/dkim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char MAIL[] =
        "From: Ann <ann@acme.test>\r\nTo: bob@b.test\r\nSubject: Hi  there\r\n"
        "Date: Sun, 01 Mar 2026 10:00:00 +0000\r\nList-Unsubscribe: <https://a.test/u>\r\n"
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\nOne  two \r\nthree\r\n\r\n";

struct world {
    struct arena *arena;
    struct dkim_key *key;
    struct str record;
    enum dkim_result answer;
};

static enum dkim_result lookup(void *ctx, struct arena *arena, struct str name, struct str *ret)
{
    const struct world *w = ctx;
    (void)arena;
    assert_true(str_eq(name, STR("s1._domainkey.acme.test")));
    *ret = w->record;
    return w->answer;
}

static int with_key(void **state, enum dkim_algorithm algorithm)
{
    struct world *w = calloc(1, sizeof *w);
    struct str pem;
    struct err err;
    w->arena = arena_new();
    assert_true(dkim_key_make(w->arena, algorithm, &pem, &err));
    assert_true(dkim_key_read(pem, &w->key, &err));
    assert_int_equal(dkim_key_algorithm(w->key), algorithm);
    w->record = dkim_record(w->arena, w->key);
    w->answer = DKIM_PASS;
    *state = w;
    return 0;
}

static int with_ed25519(void **state)
{
    return with_key(state, DKIM_ED25519);
}

static int with_rsa(void **state)
{
    return with_key(state, DKIM_RSA);
}

static int tear_down(void **state)
{
    struct world *w = *state;
    dkim_key_free(w->key);
    arena_free(w->arena);
    free(w);
    return 0;
}

static struct str signed_mail(struct world *w, const char *canonical, int64_t expires)
{
    struct dkim_signer signer = {.key = w->key,
            .domain = STR("acme.test"),
            .selector = STR("s1"),
            .canonical = str_of(canonical),
            .time = 1000,
            .expires = expires};
    struct buf out = {0};
    struct err err;
    assert_true(dkim_sign(&signer, STR(MAIL), &out, &err));
    buf_put(&out, STR(MAIL));
    struct str mail = arena_str(w->arena, buf_str(&out));
    buf_free(&out);
    return mail;
}

static struct dkim_verdict verdict(struct world *w, struct str mail)
{
    const struct dkim_verdict *all;
    size_t n = dkim_verify(w->arena, mail, 2000, lookup, w, &all);
    return dkim_best(all, n);
}

static void fails(struct world *w, struct str mail, const char *reason)
{
    struct dkim_verdict v = verdict(w, mail);
    assert_int_equal(v.result, DKIM_FAIL);
    if (!strstr(v.reason, reason))
        fail_msg("%s", v.reason);
}

// The mail with one text in place of another.
static struct str changed(struct world *w, struct str mail, const char *from, const char *to)
{
    const char *p = memmem(mail.p, mail.n, from, strlen(from));
    assert_non_null(p);
    return arena_printf(w->arena, "%.*s%s%s", (int)(p - mail.p), mail.p, to, p + strlen(from));
}

static void what_is_signed_holds(void **state)
{
    struct world *w = *state;
    static const char *const FORMS[] = {
            "relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple"};
    for (size_t i = 0; i < 4; i++) {
        struct str mail = signed_mail(w, FORMS[i], 0);
        struct dkim_verdict v = verdict(w, mail);
        if (v.result != DKIM_PASS)
            fail_msg("%s: %s", FORMS[i], v.reason);
        assert_true(str_eq(v.domain, STR("acme.test")) && str_eq(v.selector, STR("s1")));
        assert_null(memmem(mail.p, mail.n, "\r\n\r\nDKIM", 8));
        for (size_t at = 0, line = 0; at < mail.n; at++, line++) {
            line = mail.p[at] == '\n' ? 0 : line;
            assert_true(line <= 78);
        }
    }
    // Relaxed: blanks may change, and line ends.
    struct str mail = signed_mail(w, "", 0);
    assert_int_equal(verdict(w, changed(w, mail, "Hi  there", "Hi \t there ")).result, DKIM_PASS);
    assert_int_equal(verdict(w, changed(w, mail, "One  two ", "One two")).result, DKIM_PASS);
    assert_int_equal(verdict(w, changed(w, mail, "three\r\n\r\n", "three\r\n\r\n\r\n")).result, DKIM_PASS);
    assert_non_null(memmem(mail.p, mail.n, "list-unsubscribe-post", 21));
}

static void what_was_changed_does_not(void **state)
{
    struct world *w = *state;
    struct str mail = signed_mail(w, "", 3000);
    fails(w, changed(w, mail, "three", "four"), "the body was changed");
    fails(w, changed(w, mail, "Hi  there", "Ho there"), "the header was changed");
    fails(w, changed(w, mail, "One-Click", "Two-Click"), "the header was changed");
    fails(w, changed(w, mail, "To: bob", "From: eve@e.test\r\nTo: bob"), "the header was changed");
    fails(w, changed(w, mail, "To: bob", "Subject: Other\r\nTo: bob"), "the header was changed");
    fails(w, changed(w, mail, "x=3000", "x=1500"), "expired");
    fails(w, changed(w, mail, "a=rsa-sha256", "a=rsa-sha1"), "rsa-sha1 proves nothing");
    fails(w, changed(w, mail, "v=1;", "v=2;"), "version");
    fails(w, changed(w, mail, "i=@acme.test", "i=@evil.test"), "i= is not of its domain");
    fails(w, changed(w, changed(w, mail, "h=from :", "h="), ": from :", ":"), "does not sign From");
    fails(w, changed(w, mail, "bh=", "l=1000; bh="), "shorter than l=");
    fails(w, changed(w, mail, "s=s1;", "s=s1; s=s1;"), "no list of tags");
    assert_int_equal(verdict(w, STR(MAIL)).result, DKIM_NONE);
}

static void records(void **state)
{
    struct world *w = *state;
    struct str mail = signed_mail(w, "", 0), good = w->record;
    const char *key = memmem(good.p, good.n, "p=", 2);
#define RECORD(format) w->record = arena_printf(w->arena, format, key)
    RECORD("k=rsa; %s");
    assert_int_equal(verdict(w, mail).result, DKIM_PASS);
    RECORD("v=DKIM1; t=y:s; s=email; h=sha1:sha256; n=x; %s");
    assert_int_equal(verdict(w, mail).result, DKIM_PASS);
    assert_true(verdict(w, mail).testing);
    RECORD("v=DKIM1; k=ed25519; %s");
    fails(w, mail, "of another kind");
    RECORD("v=DKIM1; h=sha1; %s");
    fails(w, mail, "not for SHA-256");
    RECORD("v=DKIM1; s=tlsrpt; %s");
    fails(w, mail, "not for mail");
    RECORD("k=rsa; v=DKIM1; %s");
    fails(w, mail, "of no version");
    w->record = STR("v=DKIM1; p=");
    fails(w, mail, "revoked");
    w->record = STR("v=DKIM1; p=AAAA");
    fails(w, mail, "holds no RSA key");
    w->record = STR("nonsense");
    fails(w, mail, "cannot be read");
    w->answer = DKIM_NONE;
    fails(w, mail, "there is no key");
    w->answer = DKIM_TEMPORARY;
    assert_int_equal(verdict(w, mail).result, DKIM_TEMPORARY);
}

static void record_texts(void **state)
{
    struct world *w = *state;
    struct str quoted = dkim_record_quoted(w->arena, w->record);
    assert_true(str_starts(w->record, STR("v=DKIM1; k=rsa; p=MII")));
    assert_true(str_starts(quoted, STR("\"v=DKIM1;")) && str_ends(quoted, STR("\"")));
    assert_non_null(memmem(quoted.p, quoted.n, "\" \"", 3));
}

static void canonical_forms(void **state)
{
    struct buf out = {0};
    (void)state;
    // The example of RFC 6376, 3.4.5.
    dkim_canonical_field(STR("A: X\r\n"), true, &out);
    dkim_canonical_field(STR("B : Y\t\r\n\tZ  \r\n"), true, &out);
    dkim_canonical_body(STR(" C \r\nD \t E\r\n\r\n\r\n"), true, SIZE_MAX, &out);
    assert_true(str_eq(buf_str(&out), STR("a:X\r\nb:Y Z\r\n C\r\nD E\r\n")));
    out.n = 0;
    dkim_canonical_field(STR("B : Y\t\r\n\tZ  \r\n"), false, &out);
    dkim_canonical_body(STR(" C \nD \t E\n\n\n"), false, SIZE_MAX, &out);
    assert_true(str_eq(buf_str(&out), STR("B : Y\t\r\n\tZ  \r\n C \r\nD \t E\r\n")));
    out.n = 0;
    dkim_canonical_body(STR(""), false, SIZE_MAX, &out);
    assert_true(str_eq(buf_str(&out), STR("\r\n")));
    out.n = 0;
    dkim_canonical_body(STR("\r\n\r\n"), true, SIZE_MAX, &out);
    assert_int_equal(out.n, 0);
    buf_free(&out);
}

static void wrong_keys(void **state)
{
    struct dkim_key *key;
    struct err err;
    (void)state;
    assert_false(dkim_key_read(STR(""), &key, &err));
    assert_false(dkim_key_read(STR("AAAA"), &key, &err));
    assert_false(dkim_key_read(STR("-----BEGIN X-----\nAAAA\n-----END X-----\n"), &key, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(what_is_signed_holds, with_ed25519, tear_down),
            cmocka_unit_test_setup_teardown(what_is_signed_holds, with_rsa, tear_down),
            cmocka_unit_test_setup_teardown(what_was_changed_does_not, with_rsa, tear_down),
            cmocka_unit_test_setup_teardown(records, with_rsa, tear_down),
            cmocka_unit_test_setup_teardown(record_texts, with_rsa, tear_down),
            cmocka_unit_test(canonical_forms), cmocka_unit_test(wrong_keys)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
