// Liquid as mails use it: escaping, what is missing, limits, and errors with their places.
#include "base/json.h"
#include "mail/liquid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct rendering {
    struct arena *arena;
    struct liquid_options options;
    struct buf out, missing;
    struct err err;
};

static void miss(void *ctx, struct str path)
{
    struct rendering *r = ctx;
    buf_put(&r->missing, path);
    buf_char(&r->missing, ' ');
}

static bool render(struct rendering *r, const char *template, const char *data)
{
    struct json *json;
    const struct liquid *program;
    r->out.n = r->missing.n = 0;
    r->options.missing = miss;
    r->options.missing_ctx = r;
    assert_true(json_parse(r->arena, str_of(data), &json, &r->err));
    return liquid_parse(r->arena, str_of(template), &program, &r->err) &&
           liquid_render(program, r->arena, liquid_json(r->arena, json), &r->options, &r->out, &r->err);
}

static void is(struct rendering *r, const char *template, const char *data, const char *wanted)
{
    if (!render(r, template, data))
        fail_msg("%s: %s", template, r->err.message);
    if (!str_eq(buf_str(&r->out), str_of(wanted)))
        fail_msg("%s: %.*s", template, (int)r->out.n, r->out.p ? r->out.p : "");
}

static void fails(struct rendering *r, const char *template, const char *message)
{
    assert_false(render(r, template, "{}"));
    if (!strstr(r->err.message, message))
        fail_msg("%s: %s", template, r->err.message);
}

static int set_up(void **state)
{
    struct rendering *r = calloc(1, sizeof *r);
    r->arena = arena_new();
    r->options.now = 1772359200; // 2026-03-01 10:00
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct rendering *r = *state;
    arena_free(r->arena);
    buf_free(&r->out);
    buf_free(&r->missing);
    free(r);
    return 0;
}

static void values_are_escaped(void **state)
{
    struct rendering *r = *state;
    const char *data = "{\"name\":\"<b>&\\\"x\",\"list\":[\"<\",\"&\"]}";
    r->options.escape = liquid_escape_html;
    is(r, "<p>{{ name }}</p>", data, "<p>&lt;b&gt;&amp;&quot;x</p>");
    is(r, "{{ name | raw }}", data, "<b>&\"x");
    is(r, "{{ name | upcase }}{{ list | join: '>' }}", data, "&lt;B&gt;&amp;&quot;X&lt;&gt;&amp;");
    is(r, "{% capture x %}<i>{{ name }}</i>{% endcapture %}{{ x }}|{{ x | raw }}", data,
            "&lt;i&gt;&lt;b&gt;&amp;&quot;x&lt;/i&gt;|<i><b>&\"x</i>");
    is(r, "{% cycle name, 'a' %}{% raw %}<{{ x }}>{% endraw %}", data, "&lt;b&gt;&amp;&quot;x<{{ x }}>");
}

static void missing_values_are_told(void **state)
{
    struct rendering *r = *state;
    const char *data = "{\"contact\":{\"name\":\"Ann\",\"empty\":null}}";
    is(r, "{{ contact.name }} {{ contact.company }} {{ contact.empty }}", data, "Ann  ");
    assert_string_equal((buf_char(&r->missing, '\0'), r->missing.p), "contact.company contact.empty ");
    is(r,
            "{{ contact.company | default: 'you' }}{% if contact.x %}1{% endif %}{% assign y = contact.z "
            "%}{{ y }}",
            data, "you");
    assert_int_equal(r->missing.n, 0);
    is(r, "{{ 'a' | append: contact.last }}", data, "a");
    assert_string_equal((buf_char(&r->missing, '\0'), r->missing.p), "contact.last ");
}

static bool find(void *ctx, struct arena *arena, struct str key, struct liquid_value *ret)
{
    (void)ctx;
    *ret = liquid_text(arena_printf(arena, "<%.*s>", STR_ARG(key)));
    ret->raw = true;
    return !str_eq(key, STR("none"));
}

static void blocks_are_found(void **state)
{
    struct rendering *r = *state;
    const struct liquid_object blocks = {.find = find};
    const struct liquid_member members[] = {{STR("blocks"), liquid_object(&blocks)}};
    const struct liquid_object scope = {members, 1, NULL, NULL};
    const struct liquid *program;
    const struct liquid_use *uses;
    size_t n;
    r->options.escape = liquid_escape_html;
    assert_true(liquid_parse(r->arena, STR("{% block \"cta\" %}{{ blocks.x }}\n {{ a.b }}{% block 'none' %}"),
            &program, &r->err));
    assert_true(liquid_render(program, r->arena, liquid_object(&scope), &r->options, &r->out, &r->err));
    assert_true(str_eq(buf_str(&r->out), STR("<cta><x>\n ")));
    liquid_uses(program, r->arena, &uses, &n);
    assert_int_equal(n, 4);
    assert_true(str_eq(uses[2].path, STR("a.b")));
    assert_int_equal(uses[2].line, 2);
    assert_int_equal(uses[2].column, 5);
}

static void times_are_written(void **state)
{
    struct rendering *r = *state;
    is(r, "{{ 'now' | date: '%A, %-d %B %Y %H:%M' }}", "{}", "Sunday, 1 March 2026 10:00");
    is(r, "{{ '2026-12-31' | date: '%j %V %G %e%b %y' }}", "{}", "365 53 2026 31Dec 26");
    is(r, "{{ '2027-01-01T23:05:09Z' | date: '%G-W%V-%u %I:%M %p %k %D' }}", "{}",
            "2026-W53-5 11:05 PM 23 01/01/27");
    is(r, "{{ '14 Mar 2016 9:30' | date: '%F %T' }}", "{}", "2016-03-14 09:30:00");
    is(r, "{{ 'someday' | date: '%F' }}{{ nil | date: '%F' }}", "{}", "someday");
}

static void errors_say_where(void **state)
{
    struct rendering *r = *state;
    fails(r, "Hello\n{{ name | upcas }}", "line 2, column 11: there is no filter \"upcas\"");
    fails(r, "{% if x %}", "line 1, column 1: \"if\" is never closed by endif");
    fails(r, "ä {% nope %}", "line 1, column 3: there is no tag \"nope\"");
    fails(r, "{{ name", "line 1, column 1: {{ is never closed");
    fails(r, "{{ 'x }}", "column 4: this quote is never closed");
    fails(r, "{{ a b }}", "not \"b\"");
    fails(r, "x\n\n{{ 1 | divided_by: 0 }}", "line 3, column 8: divided by 0");
    fails(r, "{{ 1 | plus }}", "plus needs 1 argument");
    fails(r, "{{ 'a' | upcase: 1 }}", "upcase takes at most 0 arguments");
    fails(r, "{% endif %}", "there is no tag \"endif\" here");
}

static void limits_hold(void **state)
{
    struct rendering *r = *state;
    char nested[60 * 13 + 1] = "";
    fails(r, "{% for i in (1..100000000) %}{% endfor %}", "too many steps");
    fails(r, "{% for i in (1..1000) %}{% for j in (1..1000) %}x{% endfor %}{% endfor %}", "too many steps");
    fails(r, "{% assign x = 'aaaaaaaaaa' %}{% for i in (1..40) %}{% assign x = x | append: x %}{% endfor %}",
            "too");
    fails(r,
            "{% assign a = 'x' | split: '' %}{% for i in (1..40) %}{% assign a = a | concat: a %}{% endfor "
            "%}",
            "too");
    for (int i = 0; i < 60; i++)
        strcat(nested, "{% if true %}");
    fails(r, nested, "nested too deeply");
    fails(r, "{{ [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[a]]]]]]]] }}", "nested too deeply");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {TEST(values_are_escaped), TEST(missing_values_are_told),
            TEST(blocks_are_found), TEST(times_are_written), TEST(errors_say_where), TEST(limits_hold)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
