// Collections of other projects: user agents, and the hosts of search engines, social networks and AI
// assistants.
#include "app/tracker/agent.h"
#include "app/tracker/source.h"
#include "base/json.h"
#include "support/lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void isbot(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct str line, rest = corpus_file(arena, "07-tracking/isbot/user-agents.tsv");
    unsigned bots = 0, missed = 0, browsers = 0, wrong = 0;
    char reason[AGENT_REASON];
    if (!rest.p)
        skip();
    next_line(&rest, &line);
    while (next_line(&rest, &line)) {
        bool bot = str_eq(next_field(&line), STR("bot"));
        next_field(&line);
        bool found = agent_is_machine(line, reason);
        *(bot ? &bots : &browsers) += 1;
        missed += bot && !found;
        wrong += !bot && found;
        if (bot != found)
            printf("%.*s: %s\n", STR_ARG(line), found ? reason : "taken for a person");
    }
    printf("isbot: %u of %u machines missed, %u of %u browsers taken for one\n", missed, bots, wrong,
            browsers);
    assert_true(bots > 100 && missed * 20 <= bots);
    assert_true(browsers > 100 && wrong * 80 <= browsers); // 1 %, and rounding
    arena_free(arena);
}

static void crawlers(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct str text = corpus_file(arena, "07-tracking/crawler-user-agents/crawler-user-agents.json");
    struct json *all;
    struct err err;
    unsigned n = 0, missed = 0;
    char reason[AGENT_REASON];
    if (!text.p)
        skip();
    assert_true(json_parse(arena, text, &all, &err));
    for (const struct json *entry = all->child; entry; entry = entry->next)
        for (const struct json *j = json_get(entry, STR("instances"))->child; j; j = j->next) {
            n++;
            missed += !agent_is_machine(j->text, reason);
        }
    printf("crawler-user-agents: %u of %u missed\n", missed, n);
    assert_true(n > 500 && missed * 50 <= n);
    arena_free(arena);
}

// "- host" anywhere in a file of networks: each must be of this medium.
static void networks(const char *path, enum medium medium)
{
    struct arena *arena = arena_new();
    struct str line, rest = corpus_file(arena, path);
    unsigned n = 0, wrong = 0;
    if (!rest.p)
        skip();
    while (next_line(&rest, &line)) {
        line = str_trim(line);
        if (!str_starts(line, STR("- ")))
            continue;
        struct str url = arena_printf(arena, "https://%.*s/", STR_ARG(str_sub(line, 2, line.n)));
        n++;
        if (source_of_referrer(arena, url, STR_NONE).medium != medium) {
            printf("%.*s\n", STR_ARG(url));
            wrong++;
        }
    }
    printf("%s: %u of %u wrong\n", path, wrong, n);
    assert_true(n > 10 && wrong * 20 <= n);
    arena_free(arena);
}

static void social(void **state)
{
    (void)state;
    networks("07-tracking/matomo-lists/Socials.yml", MEDIUM_SOCIAL);
}

static void assistants(void **state)
{
    (void)state;
    networks("07-tracking/matomo-lists/AIAssistants.yml", MEDIUM_AI);
}

// A host of a search engine as its list writes it, as a URL that searched.
static struct str search_url(struct arena *arena, struct str host, struct str param)
{
    struct buf url = {0};
    if (!str_starts(host, STR("android-app")))
        buf_put(&url, STR("https://"));
    for (size_t i = 0; i < host.n; i++) // {} stands for a country
        if (host.p[i] == '{' && i + 1 < host.n) {
            buf_put(&url, STR("de"));
            i++;
        } else {
            buf_char(&url, host.p[i]);
        }
    if (str_find(host, '/') == host.n)
        buf_char(&url, '/');
    if (param.n && param.p[0] != '\'')
        buf_printf(&url, "?%.*s=lead+scoring", STR_ARG(param));
    struct str text = arena_str(arena, buf_str(&url));
    buf_free(&url);
    return text;
}

// The lists "urls:" and "params:" follow each other; the first parameter holds for all hosts of the block.
static void search_engines(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct str line, rest = corpus_file(arena, "07-tracking/matomo-lists/SearchEngines.yml"), hosts[500];
    unsigned n = 0, wrong = 0, terms = 0, wrong_terms = 0, n_hosts = 0;
    enum { ELSEWHERE, URLS, PARAMS } in = ELSEWHERE;
    if (!rest.p)
        skip();
    while (next_line(&rest, &line)) {
        line = str_trim(line);
        bool item = str_starts(line, STR("- "));
        struct str value = item ? str_trim(str_sub(line, 2, line.n)) : STR("");
        if (value.n > 1 && value.p[0] == '\'' && value.p[1] != '/')
            value = str_sub(value, 1, value.n - 1);
        if (str_eq(line, STR("urls:"))) {
            in = URLS;
            n_hosts = 0;
        } else if (str_eq(line, STR("params:"))) {
            in = PARAMS;
        } else if (!item) {
            in = ELSEWHERE;
        } else if (in == URLS && n_hosts < 500) {
            hosts[n_hosts++] = value;
        } else if (in == PARAMS) {
            in = ELSEWHERE;
            bool by_query = value.n && value.p[0] != '\'';
            for (unsigned i = 0; i < n_hosts; i++, n++) {
                struct source source =
                        source_of_referrer(arena, search_url(arena, hosts[i], value), STR_NONE);
                wrong += source.medium != MEDIUM_SEARCH;
                terms += source.medium == MEDIUM_SEARCH && by_query;
                wrong_terms += source.medium == MEDIUM_SEARCH && by_query &&
                               !str_eq(source.term, STR("lead scoring"));
            }
        }
    }
    printf("search engines: %u of %u hosts wrong, %u of %u terms\n", wrong, n, wrong_terms, terms);
    assert_true(n > 300 && wrong * 20 <= n);
    assert_true(wrong_terms * 50 <= terms);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(isbot), cmocka_unit_test(crawlers),
            cmocka_unit_test(social), cmocka_unit_test(assistants), cmocka_unit_test(search_engines)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
