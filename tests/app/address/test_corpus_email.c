// Verdicts of other projects on mail addresses and domains. They contradict each other (isemail takes test@io
// and hapi does not; hapi refuses what need not be quoted), so a few per cent may differ.
#include "app/address/address.h"
#include "base/json.h"
#include "support/lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct tally {
    unsigned cases, wrong;
};

static void judge(struct arena *arena, struct tally *tally, struct str text, bool valid, struct str normal)
{
    struct err err = {0};
    struct str found = STR_NONE;
    bool fine = address_email(arena, text, &found, &err);
    tally->cases++;
    if (fine == valid && (!fine || !normal.p || str_eq(found, normal)))
        return;
    tally->wrong++;
    printf("%.*s: %.*s %s\n", STR_ARG(text), STR_ARG(found), fine ? "is accepted" : err.message);
}

static const struct json *corpus_json(struct arena *arena, const char *path)
{
    struct str text = corpus_file(arena, path);
    struct json *json = NULL;
    struct err err;
    if (text.p && !json_parse(arena, text, &json, &err))
        fail_msg("%s: %s", path, err.message);
    return json;
}

static void isemail(void **state)
{
    (void)state;
    static const char *const FILES[] = {
            "04-addresses/isemail/tests.json", "04-addresses/isemail/tests-original.json"};
    struct arena *arena = arena_new();
    struct tally tally = {0};
    for (int i = 0; i < 2; i++) {
        const struct json *all = corpus_json(arena, FILES[i]);
        if (!all)
            skip();
        for (const struct json *j = all->child; j; j = j->next) {
            struct str category = json_get_str(j, STR("category_or_valid"));
            bool valid = str_eq(category, STR("ISEMAIL_VALID_CATEGORY")) ||
                         str_eq(category, STR("ISEMAIL_DNSWARN"));
            if (valid || str_eq(category, STR("ISEMAIL_ERR")))
                judge(arena, &tally, json_get_str(j, STR("address")), valid, STR_NONE);
        }
    }
    assert_true(tally.cases > 90);
    assert_true(tally.wrong * 50 <= tally.cases);
    arena_free(arena);
}

static void hapi(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct tally tally = {0};
    const struct json *all = corpus_json(arena, "04-addresses/hapi-address/email.json");
    if (!all)
        skip();
    for (const struct json *j = all->child; j; j = j->next)
        if (!json_get(j, STR("options")))
            judge(arena, &tally, json_get_str(j, STR("address")),
                    json_get(j, STR("expected"))->kind == JSON_TRUE, STR_NONE);
    assert_true(tally.cases > 90);
    assert_true(tally.wrong * 20 <= tally.cases);
    arena_free(arena);
}

static void python_email_validator(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct tally tally = {0};
    const struct json *all = corpus_json(arena, "04-addresses/python-email-validator/cases.json");
    if (!all)
        skip();
    const struct json *good = json_get(all, STR("with_parsed_result")),
                      *bad = json_get(all, STR("with_error_or_plain"));
    for (const struct json *j = good->child; j; j = j->next)
        judge(arena, &tally, json_get_str(j, STR("email")), true,
                json_get_str(json_get(j, STR("expected")), STR("normalized")));
    for (const struct json *j = bad->child; j; j = j->next) {
        struct str test = json_get_str(j, STR("test"));
        // (Those two ask for the local part only, and for a mode without international addresses.)
        if (!str_eq(test, STR("test_email_valid_only_if_quoted_local_part")) &&
                !str_eq(test, STR("test_email_invalid_character_smtputf8_off")))
            judge(arena, &tally, json_get_str(j, STR("email")), false, STR_NONE);
    }
    assert_true(tally.cases > 50);
    assert_true(tally.wrong * 20 <= tally.cases);
    arena_free(arena);
}

static void flanker(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct tally tally = {0};
    for (int valid = 0; valid < 2; valid++) {
        struct str line,
                rest = corpus_file(arena, valid ? "04-addresses/flanker/abridged_localpart_valid.txt"
                                                : "04-addresses/flanker/abridged_localpart_invalid.txt");
        if (!rest.p)
            skip();
        while (next_line(&rest, &line))
            if (line.n && !str_starts(line, STR("# ")) && !str_eq(line, STR("#")))
                judge(arena, &tally, arena_printf(arena, "%.*s@example.com", STR_ARG(line)), valid, STR_NONE);
    }
    assert_true(tally.cases > 100);
    assert_true(tally.wrong * 50 <= tally.cases);
    arena_free(arena);
}

static void slips(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct str line, rest = corpus_file(arena, "04-addresses/flanker/domain_typos_valid.txt");
    unsigned cases = 0, right = 0, other = 0;
    if (!rest.p)
        skip();
    while (next_line(&rest, &line)) {
        size_t comma = str_find(line, ',');
        if (!line.n || line.p[0] == '#' || comma == line.n)
            continue;
        struct str found = address_email_suggestion(arena, arena_printf(arena, "a@%.*s", (int)comma, line.p));
        bool same = found.p && str_eq(address_domain(found), str_sub(line, comma + 1, line.n));
        cases++;
        right += same;
        other += found.p && !same;
    }
    printf("%u of %u slips mended, %u wrongly\n", right, cases, other);
    assert_true(cases > 50);
    assert_true(other * 50 <= cases);
    assert_true(right * 2 >= cases);
    arena_free(arena);
}

static void providers(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    unsigned cases = 0, missed = 0;
    struct str line, rest = corpus_file(arena, "10-lists/disposable/disposable_email_blocklist.conf");
    const struct json *free_mail = corpus_json(arena, "10-lists/free-mail/domains.json");
    if (!rest.p || !free_mail)
        skip();
    while (next_line(&rest, &line)) {
        cases++;
        missed += !address_domain_disposable(line);
        missed += !address_domain_disposable(arena_printf(arena, "mail.%.*s", STR_ARG(line)));
    }
    printf("%u of %u throw-away domains missed\n", missed, cases);
    assert_true(cases > 5000 && missed * 100 <= cases);
    cases = missed = 0;
    for (const struct json *j = free_mail->child; j; j = j->next) {
        cases++;
        missed += address_domain_company(arena, j->text).p != NULL;
    }
    printf("%u of %u mail providers taken for companies\n", missed, cases);
    assert_true(cases > 5000 && missed * 20 <= cases); // the list drops names from release to release
    arena_free(arena);
}

// Every rule of the list that registries made: what lies right below it can be registered, and itself cannot.
// (libpsl's copy may be years older; the list's other part, of hosters, changes every week.)
static void public_suffixes(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    unsigned cases = 0, wrong = 0;
    struct str line, rest = corpus_file(arena, "10-lists/public-suffix/public_suffix_list.dat");
    if (!rest.p)
        skip();
    while (next_line(&rest, &line)) {
        line = str_trim(line);
        if (str_ends(line, STR("===END ICANN DOMAINS===")))
            break;
        if (!line.n || str_starts(line, STR("//")) || line.p[0] == '!' || line.p[0] == '*')
            continue;
        struct str below = arena_printf(arena, "a.b.%.*s", STR_ARG(line)),
                   found = address_domain_registrable(arena, below);
        cases++;
        wrong += !str_eq(found, str_sub(below, 2, below.n));
    }
    printf("%u of %u suffixes differ\n", wrong, cases);
    assert_true(cases > 5000 && wrong * 20 <= cases);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(isemail), cmocka_unit_test(hapi),
            cmocka_unit_test(python_email_validator), cmocka_unit_test(flanker), cmocka_unit_test(slips),
            cmocka_unit_test(providers), cmocka_unit_test(public_suffixes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
