// A mailbox read from a server that says what the test has written down: servers without IDLE, log-in by
// XOAUTH2 and its refusal. (Real servers: tests/api/test_inbox.py, test_mail_peers.py.)
#include "mail/imap.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

// What the client must say, and the answer to it. hear: behind the tag; with "=" before it a line without a
// tag; NULL: nothing. "%" in say: the tag of the line that was heard last.
struct line {
    const char *hear, *say;
};

struct server {
    int listener;
    unsigned port;
    const struct line *script;
    pthread_t thread;
    char wrong[1000]; // what came instead
};

static bool read_line(FILE *in, char *line, size_t size)
{
    if (!fgets(line, (int)size, in))
        return false;
    line[strcspn(line, "\r\n")] = '\0';
    return true;
}

static void say(int fd, const char *text, const char *tag)
{
    struct buf out = {0};
    for (; *text; text++)
        if (*text == '%')
            buf_put(&out, str_of(tag));
        else
            buf_char(&out, *text);
    ssize_t ignored = write(fd, out.p, out.n);
    (void)ignored;
    buf_free(&out);
}

static void *serve(void *arg)
{
    struct server *s = arg;
    char line[4000], tag[20] = "";
    int fd = accept(s->listener, NULL, NULL);
    FILE *in = fdopen(fd, "r");
    for (const struct line *l = s->script; l->hear || l->say; l++) {
        if (l->hear && !read_line(in, line, sizeof line)) {
            snprintf(s->wrong, sizeof s->wrong, "nothing came, wanted: %s", l->hear);
            break;
        }
        bool tagged = l->hear && l->hear[0] != '=';
        size_t at = tagged ? strcspn(line, " ") : 0;
        if (tagged)
            snprintf(tag, sizeof tag, "%.*s", (int)(at < 19 ? at : 19), line);
        if (l->hear && strcmp(line + at + (tagged && line[at] == ' '), l->hear + !tagged) != 0) {
            snprintf(s->wrong, sizeof s->wrong, "%.400s, wanted: %.400s", line, l->hear);
            break;
        }
        if (l->say)
            say(fd, l->say, tag);
    }
    fclose(in);
    return NULL;
}

static struct server *begin(const struct line *script)
{
    struct server *s = mem_zero(1, sizeof *s);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t n = sizeof at;
    s->script = script;
    s->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(s->listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(s->listener, 1), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&at, &n), 0);
    s->port = ntohs(at.sin_port);
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
    return s;
}

static void end(struct server *s)
{
    pthread_join(s->thread, NULL);
    close(s->listener);
    if (s->wrong[0])
        fail_msg("the client said %s", s->wrong);
    free(s);
}

static bool open_at(const struct server *s, enum mail_login login, struct imap **ret, struct err *err)
{
    struct mail_account account = {.host = STR("127.0.0.1"),
            .port = s->port,
            .security = MAIL_PLAIN,
            .login = login,
            .user = STR("ann@example.com"),
            .secret = STR("ya29.token")};
    struct imap_options options = {.seconds = 20};
    return imap_open(&account, &options, ret, err);
}

static void must(bool ok, const struct server *s, const struct err *err)
{
    if (!ok)
        fail_msg("%s; the client said %s", err->message, s->wrong);
}

// "user=ann@example.com\1auth=Bearer ya29.token\1\1"
#define XOAUTH2 "AUTHENTICATE XOAUTH2 dXNlcj1hbm5AZXhhbXBsZS5jb20BYXV0aD1CZWFyZXIgeWEyOS50b2tlbgEB"

static void access_token(void **state)
{
    static const struct line SCRIPT[] = {
            {NULL, "* OK ready\r\n"},
            {XOAUTH2, "% OK welcome\r\n"},
            {"CAPABILITY", "* CAPABILITY IMAP4rev1 IDLE AUTH=XOAUTH2 SASL-IR\r\n% OK done\r\n"},
            {"LOGOUT", "* BYE\r\n% OK bye\r\n"},
            {0},
    };
    struct server *s = begin(SCRIPT);
    struct arena *arena = arena_new();
    struct imap *imap;
    struct err err = {0};
    (void)state;
    must(open_at(s, MAIL_XOAUTH2, &imap, &err), s, &err);
    assert_string_equal(imap_about(imap, arena).p, "IDLE, XOAUTH2");
    imap_close(imap);
    arena_free(arena);
    end(s);
}

// The server tells why in a challenge of its own, which must be answered before it says no.
static void access_token_refused(void **state)
{
    static const struct line SCRIPT[] = {
            {NULL, "* OK ready\r\n"},
            {XOAUTH2, "+ eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIn0=\r\n"},
            {"=", "% NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\r\n"},
            {"LOGOUT", "* BYE\r\n% OK bye\r\n"},
            {0},
    };
    struct server *s = begin(SCRIPT);
    struct imap *imap;
    struct err err = {0};
    (void)state;
    assert_false(open_at(s, MAIL_XOAUTH2, &imap, &err));
    end(s);
    assert_int_equal(err.code, ERR_INPUT);
    assert_string_equal(
            err.message, "127.0.0.1: the server refuses the log-in: Invalid credentials (Failure)");
}

struct seen {
    unsigned n;
    uint32_t uid;
    char text[100];
};

static bool keep(void *ctx, uint32_t uid, struct str raw, struct err *err)
{
    struct seen *seen = ctx;
    (void)err;
    seen->n++;
    seen->uid = uid;
    snprintf(seen->text, sizeof seen->text, "%.*s", STR_ARG(raw));
    return true;
}

static void without_idle(void **state)
{
    static const struct line SCRIPT[] = {
            {NULL, "* OK ready\r\n"},
            {"LOGIN \"ann@example.com\" \"ya29.token\"", "% OK welcome\r\n"},
            {"CAPABILITY", "* CAPABILITY IMAP4rev1\r\n% OK done\r\n"},
            {"EXAMINE INBOX",
                    "* 1 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 7] is it\r\n% OK [READ-ONLY] done\r\n"},
            {"UID SEARCH UID 4:*", "* SEARCH 3\r\n% OK done\r\n"}, // the last one is always there
            // One went, another one came: there are as many as before.
            {"NOOP", "* 1 EXPUNGE\r\n* 1 EXISTS\r\n% OK done\r\n"},
            {"UID SEARCH UID 4:*", "* SEARCH 5\r\n% OK done\r\n"},
            {"UID FETCH 5 (UID INTERNALDATE RFC822.SIZE)",
                    "* 1 FETCH (UID 5 INTERNALDATE \"03-Mar-2026 11:00:00 +0100\" RFC822.SIZE 12)\r\n% OK "
                    "done\r\n"},
            {"UID FETCH 5 (UID BODY.PEEK[])",
                    "* 1 FETCH (UID 5 BODY[] {12}\r\nA: b\r\n\r\nhey\n)\r\n% OK done\r\n"},
            {"LOGOUT", "* BYE\r\n% OK bye\r\n"},
            {0},
    };
    struct server *s = begin(SCRIPT);
    struct arena *arena = arena_new();
    struct imap *imap;
    const struct imap_item *items;
    struct seen seen = {0};
    struct err err = {0};
    uint32_t validity;
    size_t n;
    bool news = false;
    (void)state;
    must(open_at(s, MAIL_PASSWORD, &imap, &err), s, &err);
    assert_string_equal(imap_about(imap, arena).p, "no IDLE");
    must(imap_examine(imap, "INBOX", &validity, &err), s, &err);
    assert_int_equal(validity, 7);
    must(imap_list(imap, arena, 3, &items, &n, &err), s, &err);
    assert_int_equal(n, 0);
    must(imap_wait(imap, 1, NULL, NULL, &news, &err), s, &err);
    assert_true(news);
    must(imap_list(imap, arena, 3, &items, &n, &err), s, &err);
    assert_int_equal(n, 1);
    assert_int_equal(items[0].uid, 5);
    assert_int_equal(items[0].at, 1772532000);
    must(imap_fetch(imap, items, n, 1000, keep, &seen, &err), s, &err);
    assert_int_equal(seen.n, 1);
    assert_int_equal(seen.uid, 5);
    assert_string_equal(seen.text, "A: b\r\n\r\nhey\n");
    imap_close(imap);
    arena_free(arena);
    end(s);
}

static void with_idle(void **state)
{
    static const struct line SCRIPT[] = {
            {NULL, "* OK ready\r\n"},
            {"LOGIN \"ann@example.com\" \"ya29.token\"", "% OK welcome\r\n"},
            {"CAPABILITY", "* CAPABILITY IMAP4rev1 IDLE\r\n% OK done\r\n"},
            {"EXAMINE INBOX", "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] is it\r\n% OK [READ-ONLY] done\r\n"},
            {"IDLE", "+ idling\r\n* 2 EXISTS\r\n"},
            {"=DONE", "% OK done\r\n"},
            {"LOGOUT", "* BYE\r\n% OK bye\r\n"},
            {0},
    };
    struct server *s = begin(SCRIPT);
    struct imap *imap;
    struct err err = {0};
    uint32_t validity;
    bool news = false;
    (void)state;
    must(open_at(s, MAIL_PASSWORD, &imap, &err), s, &err);
    must(imap_examine(imap, "INBOX", &validity, &err), s, &err);
    int64_t start = clock_monotonic_ns();
    must(imap_wait(imap, 40, NULL, NULL, &news, &err), s, &err);
    assert_true(news);
    assert_true(clock_monotonic_ns() - start < 20 * INT64_C(1000000000)); // it did not wait to the end
    imap_close(imap);
    end(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(access_token),
            cmocka_unit_test(access_token_refused),
            cmocka_unit_test(without_idle),
            cmocka_unit_test(with_idle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
