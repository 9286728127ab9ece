// Definitions, answers, tokens, messages, suspicion: everything of forms that needs no server.
#include "app/form/render.h"
#include "app/form/submit.h"
#include "replay/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <stdlib.h>

static const uint8_t SECRET[TOKEN_SECRET] = "not so secret, but 32 bytes long";

static int set_up(void **state)
{
    *state = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

static const char DEFINITION[] =
        "{\"title\":\"T\",\"fields\":["
        "{\"name\":\"email\",\"type\":\"email\",\"label\":\"E\",\"required\":true},"
        "{\"name\":\"n\",\"type\":\"number\",\"label\":\"N\",\"fact\":\"budget\",\"min_value\":1,\"max_"
        "value\":9},"
        "{\"name\":\"when\",\"type\":\"date\",\"label\":\"W\",\"fact\":\"timeline\"},"
        "{\"name\":\"yes\",\"type\":\"checkbox\",\"label\":\"Y\",\"fact\":\"need\",\"unchecked\":\"no\"},"
        "{\"name\":\"pick\",\"type\":\"select\",\"label\":\"P\",\"fact\":\"fit\",\"options\":["
        "{\"value\":\"a\",\"label\":\"A\",\"answer\":\"no\",\"amount\":3},{\"value\":\"b\"}]},"
        "{\"name\":\"name\",\"type\":\"text\",\"label\":\"Name\",\"trait\":\"first_name\",\"max\":5},"
        "{\"name\":\"tel\",\"type\":\"phone\",\"label\":\"Tel\"},"
        "{\"name\":\"text\",\"type\":\"textarea\",\"label\":\"Text\"},"
        "{\"name\":\"src\",\"type\":\"hidden\",\"query\":\"ref\",\"value\":\"none\"}],"
        "\"consents\":[{\"id\":\"news\",\"purpose\":\"marketing\",\"label\":\"Write to "
        "me\",\"version\":\"1\","
        "\"list\":\"letter\"}],"
        "\"translations\":{\"de\":{\"title\":\"D\",\"fields\":{\"pick\":{\"options\":{\"b\":\"Be\"}}},"
        "\"consents\":{\"news\":{\"label\":\"Schreibt mir\"}}},\"pt-br\":{\"title\":\"B\"}}}";

static struct form_def definition(struct arena *arena, const char *text)
{
    struct json *json;
    struct form_def def;
    struct err err;
    struct problems *problems = problems_new(arena);
    assert_true(json_parse(arena, str_of(text), &json, &err));
    if (!form_def_read(arena, json, &def, problems))
        fail_msg("%.*s %.*s", STR_ARG(problems->list[0].field), STR_ARG(problems->list[0].message));
    return def;
}

static struct problems *wrong(struct arena *arena, const char *text)
{
    struct json *json;
    struct form_def def;
    struct err err;
    struct problems *problems = problems_new(arena);
    assert_true(json_parse(arena, str_of(text), &json, &err));
    assert_false(form_def_read(arena, json, &def, problems));
    return problems;
}

static void definitions_say_all_that_is_wrong(void **state)
{
    struct arena *arena = *state;
    struct problems *p =
            wrong(arena, "{\"title\":7,\"language\":\"E "
                         "N\",\"fields\":[{\"name\":\"homepage\",\"type\":\"text\",\"label\":\"x\"},"
                         "{\"name\":\"a\",\"type\":\"select\",\"label\":\"x\",\"options\":[{\"value\":\"1\"},"
                         "{\"value\":\"1\"}]},"
                         "{\"name\":\"a\",\"type\":\"text\",\"label\":\"x\",\"value\":\"typed already\"},5],"
                         "\"consents\":[{\"id\":\"a\",\"purpose\":\"p\",\"label\":\"l\",\"version\":\"1\"}],"
                         "\"double_opt_in\":true,\"embed\":{\"frames\":[\"https://x.example/path\",\"*\"]},"
                         "\"translations\":{\"de\":{\"fields\":{\"zzz\":{}}}}}");
    static const char *const FIELDS[] = {"title", "language", "fields[0].name", "fields[1].options[1].value",
            "fields[2].name", "fields[2].value", "fields[3]", "consents[0].id", "double_opt_in",
            "embed.frames[0]", "translations.de.fields.zzz"};
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++)
        if (!problems_of(p, str_of(FIELDS[i])).n)
            fail_msg("nothing about %s", FIELDS[i]);
    assert_false(problems_of(p, STR("embed.frames[1]")).n);
    wrong(arena, "[]");
    wrong(arena, "{}");
    wrong(arena, "{\"title\":\"x\",\"fields\":[]}");
}

static void languages(void **state)
{
    struct arena *arena = *state;
    struct form_def def = definition(arena, DEFINITION);
    static const struct {
        const char *wanted, *accepted, *result;
    } CASES[] = {{NULL, NULL, "en"}, {NULL, "de", "de"}, {NULL, "de-AT,de;q=0.9,en;q=0.5", "de"},
            {NULL, "en;q=0.1, DE;q=0.2", "de"}, {NULL, "xx, yy;q=1", "en"}, {"de", "en", "de"},
            {"xx", "de;q=0.5", "de"}, {NULL, "pt", "pt-br"}, {NULL, "pt-BR;q=1", "pt-br"},
            {NULL, "de;q=0", "en"}, {NULL, ",,;;q=,=", "en"}, {NULL, "*", "en"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct str found = form_def_language(&def, str_of(CASES[i].wanted), str_of(CASES[i].accepted));
        if (!str_eq(found, str_of(CASES[i].result)))
            fail_msg("%s %s: %.*s", CASES[i].wanted, CASES[i].accepted, STR_ARG(found));
    }
    struct form_def de = form_def_translated(arena, &def, STR("de"));
    assert_true(str_eq(de.title, STR("D")) && str_eq(de.consents[0].label, STR("Schreibt mir")));
    assert_true(str_eq(form_def_field(&de, STR("pick"))->options[1].label, STR("Be")));
    assert_true(str_eq(form_def_field(&de, STR("pick"))->options[0].label, STR("A")));
    assert_true(str_eq(form_def_field(&def, STR("pick"))->options[1].label, STR("b")));
}

static struct answers read(struct arena *arena, const struct form_def *def, const char *json_text,
        const char *query, struct problems *problems)
{
    struct json *json;
    struct err err;
    struct answers answers;
    struct pairs *sent = ARENA_NEW(arena, struct pairs), *asked = ARENA_NEW(arena, struct pairs);
    assert_true(json_parse(arena, str_of(json_text), &json, &err));
    pairs_of_json(arena, sent, json);
    pairs_of_query(arena, asked, str_of(query));
    answers_read(arena, def, words_in(STR("en")), sent, asked, NULL, &answers, problems);
    return answers;
}

static struct str value(const struct answers *answers, const char *name)
{
    for (unsigned i = 0; i < answers->n; i++)
        if (str_eq(answers->given[i].field->name, str_of(name)))
            return answers->given[i].value;
    return STR("not there");
}

static void thousands(void **state)
{
    struct arena *arena = *state;
    struct problems *problems = problems_new(arena);
    struct form_def def = definition(
            arena, "{\"title\":\"T\",\"fields\":[{\"name\":\"n\",\"type\":\"number\",\"label\":\"N\"}]}");
    static const char *const CASES[][2] = {{"\"10,000\"", "10000"}, {"\"1.250.000\"", "1250000"},
            {"\"-12.500\"", "-12500"}, {"\"12,5\"", "12.5"}, {"\"0.125\"", "0.125"}, {"\"1.2500\"", "1.2500"},
            {"1.250", "1.2500"}, {"10000.000", "10000.000"}, {"\"+1,000\"", "1000"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct answers a = read(arena, &def, arena_printf(arena, "{\"n\":%s}", CASES[i][0]).p, "", problems);
        if (!str_eq(value(&a, "n"), str_of(CASES[i][1])))
            fail_msg("%s: %.*s", CASES[i][0], STR_ARG(value(&a, "n")));
    }
    for (const char *const *wrong = (const char *const[]){"1,000.5", "1,00", NULL}; *wrong; wrong++)
        read(arena, &def, arena_printf(arena, "{\"n\":\"%s,000\"}", *wrong).p, "", problems);
    assert_int_equal(problems->n, 2);
}

static void answers_are_cleaned(void **state)
{
    struct arena *arena = *state;
    struct form_def def = definition(arena, DEFINITION);
    struct problems *p = problems_new(arena);
    struct answers a = read(arena, &def,
            "{\"email\":\"  Ann@EXAMPLE.com \",\"n\":\" 2,5 "
            "\",\"name\":\"a\\nb\\u0000\",\"text\":\"x\\r\\ny\\rz\","
            "\"yes\":true,\"pick\":\"b\",\"when\":\"2026-04-01\",\"news\":\"on\",\"extra\":\"ignored\"}",
            "ref=card&utm_source=x", p);
    assert_int_equal(p->n, 0);
    assert_true(str_eq(value(&a, "email"), STR("Ann@example.com")));
    assert_true(str_eq(value(&a, "n"), STR("2.5")));
    assert_true(str_eq(value(&a, "name"), STR("a b")));
    assert_true(str_eq(value(&a, "text"), STR("x\ny\nz")));
    assert_true(str_eq(value(&a, "src"), STR("card")));
    assert_true(a.agreed[0]);
    assert_true(str_eq(a.email, STR("Ann@example.com")));
}

static void answers_that_do_not_fit(void **state)
{
    struct arena *arena = *state;
    struct form_def def = definition(arena, DEFINITION);
    struct problems *p = problems_new(arena);
    read(arena, &def,
            "{\"email\":\"\",\"n\":\"10\",\"name\":\"longer\",\"pick\":\"c\",\"when\":\"2026-02-30\",\"tel\":"
            "\"12\"}",
            NULL, p);
    static const char *const FIELDS[] = {"email", "n", "name", "pick", "when", "tel"};
    assert_int_equal(p->n, sizeof FIELDS / sizeof *FIELDS);
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++)
        if (!problems_of(p, str_of(FIELDS[i])).n)
            fail_msg("nothing about %s", FIELDS[i]);
    assert_true(str_eq(problems_of(p, STR("n")), STR("Enter at most 9.")));
    assert_true(str_eq(problems_of(p, STR("name")), STR("Use at most 5 characters.")));
}

static void hash_tells_answers_apart(void **state)
{
    struct arena *arena = *state;
    struct form_def def = definition(arena, DEFINITION);
    struct problems *p = problems_new(arena);
    struct answers a = read(arena, &def, "{\"email\":\"a@b.example\",\"name\":\"ab\"}", NULL, p);
    struct answers same = read(arena, &def, "{\"email\":\" a@b.example\",\"name\":\"ab \"}", NULL, p);
    struct answers other =
            read(arena, &def, "{\"email\":\"a@b.example\",\"name\":\"a\",\"text\":\"b\"}", NULL, p);
    uint8_t x[16], y[16], z[16];
    answers_hash(&a, &def, STR("t"), x);
    answers_hash(&same, &def, STR("u"), y);
    answers_hash(&other, &def, STR("t"), z);
    assert_memory_equal(x, y, 16);
    assert_memory_not_equal(x, z, 16);
    // Two people may say the same where nothing tells who they are.
    struct answers nobody = read(arena, &def, "{\"pick\":\"a\"}", NULL, p);
    answers_hash(&nobody, &def, STR("t"), x);
    answers_hash(&nobody, &def, STR("u"), y);
    answers_hash(&nobody, &def, STR("t"), z);
    assert_memory_not_equal(x, y, 16);
    assert_memory_equal(x, z, 16);
}

static void tokens(void **state)
{
    struct arena *arena = *state;
    uint8_t other[TOKEN_SECRET] = {1};
    struct str subject;
    int64_t time;
    struct str token = token_make(arena, SECRET, TOKEN_FORM, STR("0192-abc:x"), 1700000000);
    assert_true(token_read(SECRET, TOKEN_FORM, token, &subject, &time));
    assert_true(str_eq(subject, STR("0192-abc:x")) && time == 1700000000);
    assert_false(token_read(SECRET, TOKEN_CHECK, token, &subject, &time));
    assert_false(token_read(other, TOKEN_FORM, token, &subject, &time));
    for (size_t i = 0; i < token.n; i++) {
        char *bent = arena_alloc(arena, token.n);
        memcpy(bent, token.p, token.n);
        bent[i] = bent[i] == 'a' ? 'b' : 'a';
        assert_false(token_read(SECRET, TOKEN_FORM, (struct str){bent, token.n}, &subject, &time));
        assert_false(token_read(SECRET, TOKEN_FORM, str_sub(token, 0, i), &subject, &time));
    }
    struct str link = token_link(arena, SECRET, TOKEN_LINK, STR("id"), 5);
    assert_true(str_eq(link, token_link(arena, SECRET, TOKEN_LINK, STR("id"), 5)));
    assert_true(token_read(SECRET, TOKEN_LINK, link, &subject, &time) && time == 5);
}

static void work(void **state)
{
    char number[24];
    unsigned n = 0;
    (void)state;
    do
        snprintf(number, sizeof number, "%u", n++);
    while (proof_bits(STR("token"), str_of(number)) < 10);
    assert_in_range(n, 2, 20000);
    assert_int_equal(proof_bits(STR("token"), STR("")), 0);
    assert_int_equal(proof_bits(STR(""), STR("1")), 0);
    assert_int_equal(proof_bits(STR("token"), STR("123456789012345678901")), 0);
}

static bool has(struct messages *messages, const char *part)
{
    for (unsigned i = 0; i < messages->n; i++)
        if (strstr(messages->list[i].p, part))
            return true;
    return false;
}

static void messages_say_it_all(void **state)
{
    struct arena *arena = *state;
    struct form_def def = definition(arena, DEFINITION);
    struct form form = {.id = STR("F"), .slug = STR("slug"), .name = STR("A \"form\"")};
    struct submission s = {
            .id = STR("S"), .version = 3, .time = 1775000000, .user_id = STR("u"), .visitor = STR("v")};
    struct submission_context context = {.page = STR("https://x.example/\"<"), .language = STR("en")};
    struct answers a = read(arena, &def,
            "{\"email\":\"a@b.example\",\"n\":\"2\",\"pick\":\"a\",\"when\":\"2026-04-11\",\"news\":true,"
            "\"text\":\"\\\"\\\\\"}",
            NULL, problems_new(arena));
    struct messages *m = ARENA_NEW(arena, struct messages);
    submission_messages(arena, &form, &def, &s, &context, &a, PHASE_SUBMIT | PHASE_CONFIRM, s.time, m);
    for (unsigned i = 0; i < m->n; i++) {
        struct message message;
        struct err err;
        if (!message_decode(arena, m->list[i], &message, &err))
            fail_msg("%s: %s", m->list[i].p, err.message);
        assert_int_equal(message.time, s.time);
    }
    assert_true(has(m, "\"fact\":\"budget\",\"amount\":2"));
    assert_true(has(m, "\"fact\":\"fit\",\"answer\":\"no\",\"amount\":3"));
    assert_true(has(m, "\"fact\":\"need\",\"answer\":\"no\""));
    assert_true(has(m, "\"fact\":\"timeline\",\"amount\":11"));
    assert_true(has(m, "\"wording\":\"Write to me\",\"version\":\"1\""));
    assert_true(has(m, "\"list\":\"letter\""));
    assert_false(has(m, "optin.confirmed"));
    def.double_opt_in = true;
    submission_messages(arena, &form, &def, &s, &context, &a, PHASE_SUBMIT, s.time, m);
    assert_false(has(m, "consent.given"));
    submission_messages(arena, &form, &def, &s, &context, &a, PHASE_CONFIRM, s.time, m);
    assert_true(has(m, "optin.confirmed") && has(m, "consent.given") && !has(m, "identify"));
}

static void suspicion(void **state)
{
    struct arena *arena = *state;
    struct form_def def = definition(arena, DEFINITION);
    struct answers plain = read(arena, &def, "{\"email\":\"a@b.example\",\"text\":\"see https://x.example\"}",
            NULL, problems_new(arena));
    struct answers links = read(arena, &def,
            "{\"text\":\"http://a http://b http://c http://d http://e http://f http://g\",\"name\":\"x\"}",
            NULL, problems_new(arena));
    struct answers name = read(arena, &def, "{\"name\":\"www.\"}", NULL, problems_new(arena));
    struct buf out = {0};
    assert_int_equal(form_weigh(&(struct weighing){.proven = true}, &plain, &out), 0);
    assert_true(str_eq(buf_str(&out), STR("[]")));
    out.n = 0;
    assert_true(form_weigh(&(struct weighing){0}, &plain, &out) < FORM_SUSPECT);
    out.n = 0;
    assert_true(form_weigh(&(struct weighing){.proven = true, .trap = true}, &plain, &out) >= FORM_SUSPECT);
    out.n = 0;
    assert_true(form_weigh(&(struct weighing){.proven = true}, &links, &out) >= FORM_SUSPECT);
    out.n = 0;
    assert_true(form_weigh(&(struct weighing){.proven = true}, &name, &out) >= FORM_SUSPECT);
    out.n = 0;
    assert_true(form_weigh(&(struct weighing){.proven = true, .fast = true}, &plain, &out) < FORM_SUSPECT);
    buf_free(&out);
}

static void context_survives(void **state)
{
    struct arena *arena = *state;
    struct pairs *query = ARENA_NEW(arena, struct pairs);
    struct submission_context context = {.via = VIA_SCRIPT, .page = STR("https://x.example/?a=\"")}, back;
    struct buf out = {0};
    struct err err;
    pairs_of_query(arena, query, STR("utm_source=a%22b&utm_campaign=c&gclid=g&fbclid=f&other=x&utm_source="));
    context_campaign(arena, &context, query);
    pairs_of_query(arena, query, STR("utm_source=later"));
    context_campaign(arena, &context, query);
    context_write(&context, &out);
    assert_true(context_read(arena, arena_str(arena, buf_str(&out)), &back, &err));
    assert_int_equal(back.via, VIA_SCRIPT);
    assert_int_equal(back.n_clicks, 2);
    assert_true(str_eq(back.page, context.page));
    assert_true(back.n_campaign >= 1 && str_eq(back.campaign[0].value, context.campaign[0].value));
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(definitions_say_all_that_is_wrong, set_up, tear_down),
            cmocka_unit_test_setup_teardown(languages, set_up, tear_down),
            cmocka_unit_test_setup_teardown(thousands, set_up, tear_down),
            cmocka_unit_test_setup_teardown(answers_are_cleaned, set_up, tear_down),
            cmocka_unit_test_setup_teardown(answers_that_do_not_fit, set_up, tear_down),
            cmocka_unit_test_setup_teardown(hash_tells_answers_apart, set_up, tear_down),
            cmocka_unit_test_setup_teardown(tokens, set_up, tear_down),
            cmocka_unit_test_setup_teardown(work, set_up, tear_down),
            cmocka_unit_test_setup_teardown(messages_say_it_all, set_up, tear_down),
            cmocka_unit_test_setup_teardown(suspicion, set_up, tear_down),
            cmocka_unit_test_setup_teardown(context_survives, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
