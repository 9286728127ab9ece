// Machines by their user agent.
#include "app/tracker/agent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#define CHROME \
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"

static const char *const PEOPLE[] = {
        CHROME,
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/17.5 "
        "Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 15; CPH2557 Build/AP3A.240617.008; wv) AppleWebKit/537.36 (KHTML, like "
        "Gecko) "
        "Version/4.0 Chrome/142.0.7444.142 Mobile Safari/537.36 Instagram 406.0.0.58.159 Android",
        "Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 50) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/116.0.0.0 Mobile "
        "Safari/537.36",
        "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0)",
        "Mozilla/5.0 (compatible; Konqueror/4.5; Linux) KHTML/4.5.4 (like Gecko)",
        "Opera/9.80 (Android; Opera Mini/12.0.39008/37.7327; U; pl) Presto/2.12.423 Version/12.16",
        "Lynx/2.8.9rel.1 libwww-FM/2.14 SSL-MM/1.4.1",
        "Nokia6280/2.0 (03.60) Profile/MIDP-2.0 Configuration/CLDC-1.1",
};

// Agent, the reason's beginning.
static const char *const MACHINES[][2] = {
        {"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
                "search-engine: Googlebot/"},
        {"Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "search-engine"},
        {"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.2; "
         "+https://openai.com/gptbot",
                "ai-crawler"},
        {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0 "
         "Safari/537.36",
                "browser-automation"},
        {"curl/8.5.0", "http-library"},
        {"python-requests/2.31.0", "http-library"},
        {"Go-http-client/2.0", "http-library"},
        {"facebookexternalhit/1.1", "social-preview"},
        {CHROME " Barracuda Sentinel (EE)", "scanner"},
        {"Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
                "image-proxy"},
        {"SomethingNew/1.0 (+https://new.example/about)", "names an address"},
        {"Mozilla/5.0 (compatible; SomethingNew/1.0)", "names no browser"},
        {"SomethingNew/1.0", "no browser"},
        {"an unheard-of robot", "crawler"},
        {"", "no user agent"},
        {"   ", "no user agent"},
};

static void people(void **state)
{
    (void)state;
    char reason[AGENT_REASON];
    for (size_t i = 0; i < sizeof PEOPLE / sizeof *PEOPLE; i++)
        if (agent_is_machine(str_of(PEOPLE[i]), reason))
            fail_msg("%s: %s", PEOPLE[i], reason);
}

static void machines(void **state)
{
    (void)state;
    char reason[AGENT_REASON];
    for (size_t i = 0; i < sizeof MACHINES / sizeof *MACHINES; i++) {
        if (!agent_is_machine(str_of(MACHINES[i][0]), reason))
            fail_msg("%s is a machine", MACHINES[i][0]);
        if (!str_starts(str_of(reason), str_of(MACHINES[i][1])))
            fail_msg("%s: %s", MACHINES[i][0], reason);
    }
}

// Only the first kilobyte is looked at, at the same speed whatever is in it.
static void long_ones(void **state)
{
    (void)state;
    char reason[AGENT_REASON], *text = malloc(1 << 20);
    memset(text, 'b', 1 << 20);
    memcpy(text, CHROME, strlen(CHROME));
    assert_false(agent_is_machine((struct str){text, 1 << 20}, reason));
    memcpy(text + AGENT_LOOK - 10, " crawler ", 9);
    assert_true(agent_is_machine((struct str){text, 1 << 20}, reason));
    text[5] = '\0';
    assert_true(agent_is_machine((struct str){text, 1 << 20}, reason));
    free(text);
}

static void quick_enough(void **state)
{
    (void)state;
    enum { ROUNDS = 2000 };
    char reason[AGENT_REASON];
    unsigned n = 0, found = 0;
    clock_t from = clock();
    for (int i = 0; i < ROUNDS; i++)
        for (size_t j = 0; j < sizeof PEOPLE / sizeof *PEOPLE; j++, n++)
            found += agent_is_machine(str_of(PEOPLE[j]), reason);
    double seconds = (double)(clock() - from) / CLOCKS_PER_SEC;
    printf("%.0f agents a second\n", n / seconds);
    assert_int_equal(found, 0);
    assert_true(seconds < n / 10000.0); // ten times the time it may take, for slow builds
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(people), cmocka_unit_test(machines),
            cmocka_unit_test(long_ones), cmocka_unit_test(quick_enough)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
