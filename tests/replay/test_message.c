// What is read out of one message: a line of JSON, and all that was understood, as text.
#include "replay/message.h"

#include "base/datetime.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void put_fields(struct buf *out, const char *title, const struct field *fields, unsigned n)
{
    if (!n)
        return;
    buf_printf(out, " %s{", title);
    for (unsigned i = 0; i < n; i++) {
        buf_printf(out, "%s%.*s=", i ? " " : "", STR_ARG(fields[i].key));
        if (fields[i].value.kind == JSON_STRING)
            json_put_string(out, fields[i].value.text);
        else
            buf_put(out, fields[i].value.text);
    }
    buf_char(out, '}');
}

static void put_id(struct buf *out, const char *title, struct str id)
{
    if (id.n)
        buf_printf(out, " %s=%.*s", title, STR_ARG(id));
}

static void put_message(struct buf *out, const struct message *m)
{
    static const char *const KINDS[] = {"track", "identify", "group"},
                             *const DIRECTIONS[] = {"in", "out", "internal"},
                             *const ANSWERS[] = {"unknown", "yes", "no"};
    char time[DATETIME_SIZE];
    if (m->kind == MESSAGE_EVENT)
        buf_printf(out, "%s", KINDS[m->type.kind]);
    else
        buf_printf(out, m->kind == MESSAGE_ALIAS ? "alias" : "unalias");
    if (m->type.name.n)
        buf_printf(out, " %.*s %s%s", STR_ARG(m->type.name), DIRECTIONS[m->type.direction],
                m->type.machine ? " machine" : "");
    if (m->time)
        buf_printf(out, " %.*s", STR_ARG(datetime_format(m->time, time)));
    put_id(out, "id", m->message_id);
    put_id(out, "user", m->user_id);
    put_id(out, "anon", m->anonymous_id);
    put_id(out, "previous", m->previous_id);
    put_fields(out, "props", m->props, m->n_props);
    put_fields(out, "traits", m->traits, m->n_traits);
    if (m->fact.n)
        buf_printf(out, " fact %.*s %s", STR_ARG(m->fact), ANSWERS[m->answer]);
    if (m->amount.kind != JSON_NULL)
        buf_printf(out, " %.*s", STR_ARG(m->amount.text));
}

struct sample {
    const char *line, *expected;
};

// Decodes and compares; a line that is refused gives "bad: " and the reason.
static void check(const struct sample *samples, size_t n, const char *before, const char *after)
{
    for (size_t i = 0; i < n; i++) {
        struct arena *arena = arena_new();
        struct buf out = {0};
        struct message m;
        struct err err;
        struct str line = arena_printf(arena, "%s%s%s", before, samples[i].line, after);
        if (message_decode(arena, line, &m, &err))
            put_message(&out, &m);
        else
            buf_printf(&out, "bad: %s", err.message);
        buf_char(&out, '\0');
        if (strcmp(out.p, samples[i].expected) != 0)
            print_error("%.*s\n", STR_ARG(line));
        assert_string_equal(out.p, samples[i].expected);
        buf_free(&out);
        arena_free(arena);
    }
}

#define CHECK(samples, before, after) check((samples), sizeof(samples) / sizeof *(samples), (before), (after))

static void test_kinds(void **state)
{
    (void)state;
    static const struct sample SAMPLES[] = {
            {"\"type\":\"track\",\"event\":\"form.submitted\"",
                    "track form.submitted in 1970-01-01T00:01:00Z user=u"},
            {"\"type\":\"track\",\"event\":\"Order Completed\"",
                    "track order.placed in 1970-01-01T00:01:00Z user=u"},
            {"\"type\":\"track\",\"event\":\"email.sent\"",
                    "track email.sent out 1970-01-01T00:01:00Z user=u"},
            {"\"type\":\"track\",\"event\":\"deal.won\"",
                    "track deal.won internal 1970-01-01T00:01:00Z user=u"},
            {"\"type\":\"track\",\"event\":\"Demo Requested\"",
                    "track Demo Requested in 1970-01-01T00:01:00Z user=u"},
            {"\"type\":\"page\",\"name\":\"Home\"", "track page.viewed in 1970-01-01T00:01:00Z user=u"},
            {"\"type\":\"screen\"", "track screen.viewed in 1970-01-01T00:01:00Z user=u"},
            {"\"type\":\"identify\"", "identify 1970-01-01T00:01:00Z user=u"},
            {"\"type\":\"group\",\"groupId\":\"g\"", "group 1970-01-01T00:01:00Z user=u"},
            {"\"type\":\"alias\",\"previousId\":\"p\"", "alias 1970-01-01T00:01:00Z user=u previous=p"},
            {"\"type\":\"unalias\",\"messageId\":\"m\"", "unalias 1970-01-01T00:01:00Z id=m user=u"},
            // The last member of a name counts.
            {"\"type\":\"page\",\"type\":\"screen\"", "track screen.viewed in 1970-01-01T00:01:00Z user=u"},
            {"\"event\":\"x\"", "bad: no type"},
            {"\"type\":null", "bad: no type"},
            {"\"type\":\"\"", "bad: no type"},
            {"\"type\":7", "bad: type is not a text"},
            {"\"type\":\"Track\",\"event\":\"x\"", "bad: unknown type \"Track\""},
            {"\"type\":\"track\"", "bad: no event"},
            {"\"type\":\"track\",\"event\":null", "bad: no event"},
            {"\"type\":\"track\",\"event\":\"\"", "bad: no event"},
            {"\"type\":\"track\",\"event\":5", "bad: event is not a text"},
            {"\"type\":\"alias\"", "bad: an alias without previousId"},
            {"\"type\":\"alias\",\"previousId\":\"p\",\"userId\":null", "bad: an alias without userId"},
            {"\"type\":\"unalias\"", "bad: an unalias without messageId"},
    };
    CHECK(SAMPLES, "{\"userId\":\"u\",\"timestamp\":\"1970-01-01T00:01:00Z\",", "}");
}

static void test_unalias_needs_no_time(void **state)
{
    (void)state;
    static const struct sample SAMPLES[] = {
            {"{\"type\":\"unalias\",\"messageId\":\"m\"}", "unalias id=m"},
            {"{\"type\":\"unalias\",\"messageId\":\"m\",\"timestamp\":\"soon\"}",
                    "bad: timestamp \"soon\" is no time"},
    };
    CHECK(SAMPLES, "", "");
}

static void test_not_messages(void **state)
{
    (void)state;
    static const struct sample SAMPLES[] = {
            {"[]", "bad: not a JSON object"},
            {"null", "bad: not a JSON object"},
            {"\"track\"", "bad: not a JSON object"},
            {"{", "bad: not JSON: a member without a name at byte 2"},
    };
    CHECK(SAMPLES, "", "");
}

static void test_ids(void **state)
{
    (void)state;
    static const struct sample SAMPLES[] = {
            {"\"userId\":\"u\",\"anonymousId\":\"a\"",
                    "track page.viewed in 1970-01-01T00:01:00Z user=u anon=a"},
            {"\"userId\":\"\",\"anonymousId\":\"a\"", "track page.viewed in 1970-01-01T00:01:00Z anon=a"},
            {"\"userId\":null,\"anonymousId\":\"a\"", "track page.viewed in 1970-01-01T00:01:00Z anon=a"},
            {"\"userId\":\" \"", "track page.viewed in 1970-01-01T00:01:00Z user= "},
            {"\"userId\":\"u\",\"messageId\":null", "track page.viewed in 1970-01-01T00:01:00Z user=u"},
            {"\"userId\":\"u\",\"messageId\":\"\"", "track page.viewed in 1970-01-01T00:01:00Z user=u"},
            {"\"userId\":\"u\",\"messageId\":\"m\\u0031\"",
                    "track page.viewed in 1970-01-01T00:01:00Z id=m1 user=u"},
            {"\"anonymousId\":\"\"", "bad: no userId and no anonymousId"},
            {"\"context\":{}", "bad: no userId and no anonymousId"},
            {"\"userId\":7", "bad: userId is not a text"},
            {"\"userId\":\"u\",\"anonymousId\":true", "bad: anonymousId is not a text"},
            {"\"userId\":\"u\",\"messageId\":{}", "bad: messageId is not a text"},
            // Only an alias has a previousId.
            {"\"userId\":\"u\",\"previousId\":7", "track page.viewed in 1970-01-01T00:01:00Z user=u"},
    };
    CHECK(SAMPLES, "{\"type\":\"page\",\"timestamp\":\"1970-01-01T00:01:00Z\",", "}");
}

static void test_times(void **state)
{
    (void)state;
    static const struct sample SAMPLES[] = {
            {"\"timestamp\":\"2026-03-01T10:00:00Z\"", "track page.viewed in 2026-03-01T10:00:00Z user=u"},
            {"\"timestamp\":\"2026-03-01T10:00:00.999+02:00\"",
                    "track page.viewed in 2026-03-01T08:00:00Z user=u"},
            {"\"timestamp\":\"2026-03-01T10:00:00\"", "track page.viewed in 2026-03-01T10:00:00Z user=u"},
            {"\"timestamp\":\"2026-03-01\"", "track page.viewed in 2026-03-01T00:00:00Z user=u"},
            {"\"timestamp\":\"2026-03-01\",\"receivedAt\":\"2027-01-01\"",
                    "track page.viewed in 2026-03-01T00:00:00Z user=u"},
            {"\"timestamp\":null,\"receivedAt\":\"2027-01-01\"",
                    "track page.viewed in 2027-01-01T00:00:00Z user=u"},
            {"\"timestamp\":\"\",\"receivedAt\":\"2027-01-01\"",
                    "track page.viewed in 2027-01-01T00:00:00Z user=u"},
            {"\"receivedAt\":\"\"", "bad: no timestamp"},
            {"\"sentAt\":\"2026-03-01\"", "bad: no timestamp"},
            {"\"timestamp\":\"yesterday\",\"receivedAt\":\"2027-01-01\"",
                    "bad: timestamp \"yesterday\" is no time"},
            {"\"timestamp\":1772359200", "bad: timestamp \"1772359200\" is no time"},
            {"\"receivedAt\":\"2026-02-30\"", "bad: receivedAt \"2026-02-30\" is no time"},
    };
    CHECK(SAMPLES, "{\"type\":\"page\",\"userId\":\"u\",", "}");
}

static void test_properties(void **state)
{
    (void)state;
    static const struct sample SAMPLES[] = {
            {"\"properties\":{\"a\":1,\"B c\":\"x\",\"n\":null,\"o\":{\"p\":[1]}}",
                    "track email.sent out user=u props{a=1 B c=\"x\" n=null o={\"p\":[1]}}"},
            {"\"properties\":{\"a\":1,\"b\":2,\"a\":3}", "track email.sent out user=u props{a=3 b=2}"},
            {"\"properties\":null", "track email.sent out user=u"},
            {"\"properties\":[]", "track email.sent out user=u"},
            {"\"properties\":{\"direction\":\"inbound\"}",
                    "track email.sent in user=u props{direction=\"inbound\"}"},
            {"\"properties\":{\"direction\":\"Inbound\"}",
                    "track email.sent out user=u props{direction=\"Inbound\"}"},
            {"\"properties\":{\"direction\":1}", "track email.sent out user=u props{direction=1}"},
            {"\"properties\":{\"machine\":true}", "track email.sent out machine user=u props{machine=true}"},
            {"\"properties\":{\"machine\":\"Yes\"}",
                    "track email.sent out machine user=u props{machine=\"Yes\"}"},
            {"\"properties\":{\"machine\":false}", "track email.sent out user=u props{machine=false}"},
            {"\"properties\":{\"machine\":1}", "track email.sent out user=u props{machine=1}"},
            {"\"context\":{\"campaign\":{\"source\":\"google\",\"name\":\"spring\",\"medium\":\"cpc\"}}",
                    "track email.sent out user=u props{\377source=\"google\" \377medium=\"cpc\" "
                    "\377campaign=\"spring\"}"},
            {"\"properties\":{\"source\":\"x\"},\"context\":{\"campaign\":{\"source\":null,\"name\":\"n\"}}",
                    "track email.sent out user=u props{source=\"x\" \377campaign=\"n\"}"},
            {"\"context\":{\"campaign\":\"spring\"}", "track email.sent out user=u"},
            {"\"traits\":{\"city\":\"Bonn\"}", "track email.sent out user=u"},
    };
    CHECK(SAMPLES,
            "{\"type\":\"track\",\"event\":\"email.sent\",\"userId\":\"u\",\"timestamp\":\"1970-01-01T00:00:"
            "00Z\",",
            "}");
}

static void test_facts(void **state)
{
    (void)state;
#define IS "track fact.recorded internal user=u props{"
    static const struct sample SAMPLES[] = {
            {"\"fact\":\"need\",\"answer\":\"yes\"", IS "fact=\"need\" answer=\"yes\"} fact need yes"},
            {"\"fact\":\"need\",\"answer\":\"NO\"", IS "fact=\"need\" answer=\"NO\"} fact need no"},
            {"\"fact\":\"need\",\"answer\":\"True\"", IS "fact=\"need\" answer=\"True\"} fact need yes"},
            {"\"fact\":\"need\",\"answer\":false", IS "fact=\"need\" answer=false} fact need no"},
            {"\"fact\":\"need\",\"answer\":true", IS "fact=\"need\" answer=true} fact need yes"},
            {"\"fact\":\"need\",\"answer\":\"unknown\",\"amount\":4",
                    IS "fact=\"need\" answer=\"unknown\" amount=4} fact need unknown"},
            {"\"fact\":\"budget\",\"amount\":4.5", IS "fact=\"budget\" amount=4.5} fact budget yes 4.5"},
            {"\"fact\":\"budget\",\"amount\":\"-45\"",
                    IS "fact=\"budget\" amount=\"-45\"} fact budget yes -45"},
            {"\"fact\":\"budget\",\"answer\":\"no\",\"amount\":0",
                    IS "fact=\"budget\" answer=\"no\" amount=0} fact budget no 0"},
            {"\"fact\":\"budget\",\"answer\":null,\"amount\":4",
                    IS "fact=\"budget\" answer=null amount=4} fact budget yes 4"},
            {"\"fact\":\"budget\",\"answer\":\"\",\"amount\":4",
                    IS "fact=\"budget\" answer=\"\" amount=4} fact budget yes 4"},
            {"\"fact\":\"budget\",\"answer\":\"yes\",\"amount\":\"lots\"",
                    IS "fact=\"budget\" answer=\"yes\" amount=\"lots\"} fact budget yes"},
            // These record nothing.
            {"\"fact\":\"budget\"", IS "fact=\"budget\"}"},
            {"\"fact\":\"budget\",\"amount\":\"lots\"", IS "fact=\"budget\" amount=\"lots\"}"},
            {"\"fact\":\"need\",\"answer\":\"maybe\",\"amount\":4",
                    IS "fact=\"need\" answer=\"maybe\" amount=4}"},
            {"\"fact\":\"need\",\"answer\":1", IS "fact=\"need\" answer=1}"},
            {"\"answer\":\"yes\"", IS "answer=\"yes\"}"},
            {"\"fact\":\"\",\"answer\":\"yes\"", IS "fact=\"\" answer=\"yes\"}"},
            {"\"fact\":1,\"answer\":\"yes\"", IS "fact=1 answer=\"yes\"}"},
    };
    CHECK(SAMPLES,
            "{\"type\":\"track\",\"event\":\"fact.recorded\",\"userId\":\"u\",\"timestamp\":\"1970-01-01\","
            "\"properties\":{",
            "}}");
#undef IS
}

static void test_traits(void **state)
{
    (void)state;
    static const struct sample SAMPLES[] = {
            {"\"email\":\"a@b.c\",\"income\":7,\"plan_2\":null,\"city\":\"\"",
                    "identify user=u traits{email=\"a@b.c\" income=7 plan_2=null city=\"\"}"},
            {"\"firstName\":\"A\",\"Last Name\":\"B\",\"home-town\":\"C\"",
                    "identify user=u traits{first_name=\"A\" last_name=\"B\" home_town=\"C\"}"},
            // The trait's own key wins, wherever it stands; of two alike the last.
            {"\"first_name\":\"own\",\"firstName\":\"folded\"", "identify user=u traits{first_name=\"own\"}"},
            {"\"first_name\":null,\"firstName\":\"folded\"", "identify user=u traits{first_name=null}"},
            {"\"FirstName\":\"1\",\"firstName\":\"2\"", "identify user=u traits{first_name=\"2\"}"},
            {"\"company\":{\"name\":\"Acme\",\"industry\":\"gold\",\"employees\":4,\"id\":9}",
                    "identify user=u traits{industry=\"gold\" employees=4 company=\"Acme\"}"},
            {"\"company\":{\"employees\":4},\"employees\":5", "identify user=u traits{employees=5}"},
            {"\"Company\":{\"Name\":\"Acme\"}", "identify user=u traits{company=\"Acme\"}"},
            {"\"company\":\"Acme\"", "identify user=u traits{company=\"Acme\"}"},
            {"\"address\":{\"city\":\"Bonn\",\"country\":null,\"street\":\"x\"}",
                    "identify user=u traits{city=\"Bonn\" country=null "
                    "address={\"city\":\"Bonn\",\"country\":null,\"street\":\"x\"}}"},
            {"\"city\":\"Köln\",\"address\":{\"city\":\"Bonn\"}",
                    "identify user=u traits{city=\"Köln\" address={\"city\":\"Bonn\"}}"},
            {"\"address\":\"Bonn\"", "identify user=u traits{address=\"Bonn\"}"},
            {"\"jobTitle\":\"J\",\"position\":\"P\"",
                    "identify user=u traits{title=\"J\" job_title=\"J\" position=\"P\"}"},
            {"\"position\":\"P\",\"Title\":\"T\"", "identify user=u traits{title=\"T\" position=\"P\"}"},
            {"\"name\":\"Ada\"", "identify user=u traits{name=\"Ada\"}"},
            {"\"\":1,\"-\":2", "identify user=u"},
    };
    CHECK(SAMPLES, "{\"type\":\"identify\",\"userId\":\"u\",\"timestamp\":\"1970-01-01\",\"traits\":{", "}}");
}

static void test_group_traits(void **state)
{
    (void)state;
    static const struct sample SAMPLES[] = {
            {"\"name\":\"Acme\",\"industry\":\"gold\",\"employees\":4,\"website\":\"w\"",
                    "group user=u traits{company=\"Acme\" industry=\"gold\" employees=4 website=\"w\"}"},
            {"\"name\":\"Acme\",\"company\":\"Own\"", "group user=u traits{company=\"Own\"}"},
            {"\"Name\":\"Acme\"", "group user=u traits{company=\"Acme\"}"},
            {"\"company\":{\"name\":\"Acme\",\"employees\":3}",
                    "group user=u traits{employees=3 company=\"Acme\"}"},
            // Other built-in traits are a contact's, not a company's.
            {"\"email\":\"e\",\"phone\":\"p\",\"city\":\"c\",\"country\":\"c\",\"title\":\"t\",\"jobTitle\":"
             "\"t\","
             "\"first_name\":\"f\",\"lastName\":\"l\",\"income\":1,\"gender\":\"g\",\"source\":\"s\"",
                    "group user=u traits{job_title=\"t\"}"},
            {"\"address\":{\"city\":\"Bonn\"}", "group user=u traits{address={\"city\":\"Bonn\"}}"},
            {"\"planTier\":\"gold\"", "group user=u traits{plan_tier=\"gold\"}"},
    };
    CHECK(SAMPLES, "{\"type\":\"group\",\"userId\":\"u\",\"timestamp\":\"1970-01-01\",\"traits\":{", "}}");
}

static void test_trait_keys(void **state)
{
    (void)state;
    static const char *const KEYS[][2] = {
            {"email", "email"},
            {"first_name", "first_name"},
            {"firstName", "first_name"},
            {"FirstName", "first_name"},
            {"First Name", "first_name"},
            {"First  Name ", "first_name"},
            {"first-name", "first_name"},
            {"First - Name", "first_name"},
            {"FIRST_NAME", "first_name"},
            {"First_Name", "first_name"},
            {"EMAIL", "email"},
            {"companyURL", "company_url"},
            {"URLOfCompany", "url_of_company"},
            {"line2Text", "line2_text"},
            {"plan2", "plan2"},
            {"_private", "_private"},
            {"a__b", "a__b"},
            {"Größe", "größe"},
            {"key-", "key"},
            {"", ""},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
        struct str folded = trait_key(arena, str_of(KEYS[i][0]));
        assert_string_equal(arena_str(arena, folded).p, KEYS[i][1]);
        assert_true(str_eq(trait_key(arena, folded), folded));
    }
    arena_free(arena);
}

// Many keys go another way than few; both keep the last value of a key.
static void test_many_properties(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct buf line = {0};
    struct message m;
    struct err err;
    buf_put(&line,
            STR("{\"type\":\"page\",\"userId\":\"u\",\"timestamp\":\"2026-01-01\",\"properties\":{\"k\":0"));
    for (int i = 0; i < 5000; i++)
        buf_printf(&line, ",\"k%d\":%d", i % 1000, i);
    buf_put(&line, STR("}}"));
    assert_true(message_decode(arena, buf_str(&line), &m, &err));
    assert_int_equal(m.n_props, 1001);
    assert_true(str_eq(m.props[1].key, STR("k0")));
    assert_true(str_eq(m.props[1].value.text, STR("4000")));
    assert_true(str_eq(m.props[1000].value.text, STR("4999")));
    buf_free(&line);
    arena_free(arena);
}

static void test_long_words_are_cut(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct buf line = {0};
    struct message m;
    struct err err;
    buf_put(&line, STR("{\"type\":\"x"));
    for (int i = 0; i < 1000; i++)
        buf_put(&line, STR("ä"));
    buf_put(&line, STR("\"}"));
    assert_false(message_decode(arena, buf_str(&line), &m, &err));
    assert_int_equal(strlen(err.message), strlen("unknown type \"\"") + 79);
    buf_free(&line);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_kinds),
            cmocka_unit_test(test_unalias_needs_no_time),
            cmocka_unit_test(test_not_messages),
            cmocka_unit_test(test_ids),
            cmocka_unit_test(test_times),
            cmocka_unit_test(test_properties),
            cmocka_unit_test(test_facts),
            cmocka_unit_test(test_traits),
            cmocka_unit_test(test_group_traits),
            cmocka_unit_test(test_trait_keys),
            cmocka_unit_test(test_many_properties),
            cmocka_unit_test(test_long_words_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
