// Accounts, sessions, links, keys, limits and codes, without a server.
#include "support/data_help.h"
#include "support/store_help.h"

#include "app/user/account.h"
#include "app/user/key.h"
#include "app/user/limit.h"
#include "app/user/link.h"
#include "app/user/password.h"
#include "app/user/principal.h"
#include "app/user/rights.h"
#include "app/user/secret.h"
#include "app/user/session.h"
#include "app/user/totp.h"
#include "store/ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
    struct arena *arena;
    char folder[220];
    struct data *data;
    struct writing w;
    struct err err;
};

static int set_up(void **state)
{
    struct arena *arena = arena_new();
    struct fixture *f = ARENA_NEW(arena, struct fixture);
    f->arena = arena;
    snprintf(f->folder, sizeof f->folder, "%s/data", help_folder().p);
    help_init(f->folder);
    f->data = help_open(f->folder, DATA_BESIDE);
    f->w = (struct writing){.store = data_store(f->data), .arena = arena, .now = NOW};
    assert_true(store_begin_write(f->w.store, &f->err));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    data_close(f->data);
    *strrchr(f->folder, '/') = '\0';
    help_remove(f->folder);
    arena_free(f->arena);
    return 0;
}

static struct account add(struct fixture *f, const char *email, const char *role)
{
    struct account account = {
            .email = str_of(email), .name = STR(""), .role = str_of(role), .password = STR("hash")};
    if (!account_add(&f->w, &account, &f->err))
        fail_msg("%s", f->err.message);
    return account;
}

static void emails(void **state)
{
    struct fixture *f = *state;
    static const char *const GOOD[][2] = {{" Ann@Example.ORG ", "ann@example.org"},
            {"a+b@localhost", "a+b@localhost"}, {"o'neil@x.co", "o'neil@x.co"},
            {"j\xC3\xBCrgen@m\xC3\xBCller.de", "j\xC3\xBCrgen@m\xC3\xBCller.de"}};
    static const char *const BAD[] = {"", "@", "a@", "@b", "a b@c.de", "a@b@c", "a@b c", "a@.de", "a@b..de",
            "a@b.", "<a@b.de>", "a\n@b.de", "a@b.de\r\nBcc: x", "a@b.de;drop", "\xFF@b.de", "a@-b.de"};
    struct str normal;
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        assert_true(email_normal(f->arena, str_of(GOOD[i][0]), &normal, &f->err));
        assert_string_equal(normal.p, GOOD[i][1]);
    }
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        if (email_normal(f->arena, str_of(BAD[i]), &normal, &f->err))
            fail_msg("took %s", BAD[i]);
    char local[80];
    memset(local, 'a', sizeof local);
    memcpy(local + 65, "@b.de", 6);
    assert_false(email_normal(f->arena, str_of(local), &normal, &f->err));
    assert_true(email_normal(f->arena, str_of(local + 1), &normal, &f->err));
}

static void passwords(void **state)
{
    struct fixture *f = *state;
    static const char *const GOOD[] = {"correct horse battery staple", "Tr0ub4dor&3x", "zug faehrt um neun",
            "x7#Kq9!mZ2", "\xC3\xBC\xC3\xA4\xC3\xB6 blau gelb", "mein hund heisst rex"};
    static const char *const BAD[] = {"", "short", "password12", "Password123!", "P@ssw0rd2024", "1234567890",
            "0987654321", "qwertyuiop", "aaaaaaaaaaaa", "abababababab", "abcdefghij", "qwertz12345",
            "ann@example.org", "ANN@example.org", "letmein12345", "sluicesluice", "1q2w3e4r5t6z",
            "admin12345!", "\xFFxxxxxxxxxxxx"};
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++)
        if (!password_check(str_of(GOOD[i]), STR("ann@example.org"), &f->err))
            fail_msg("refused %s", GOOD[i]);
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        if (password_check(str_of(BAD[i]), STR("ann@example.org"), &f->err))
            fail_msg("took %s", BAD[i]);
    char hash[PASSWORD_HASH], again[PASSWORD_HASH];
    struct gate *gate = gate_new();
    bool fits;
    assert_true(password_hash(gate, str_of(GOOD[0]), hash, &f->err));
    assert_true(password_hash(NULL, str_of(GOOD[0]), again, &f->err));
    assert_string_not_equal(hash, again); // salted
    assert_true(str_starts(str_of(hash), STR("$argon2id$v=19$m=19456,t=2,")));
    assert_true(password_fits(gate, str_of(GOOD[0]), str_of(hash), &fits, &f->err) && fits);
    assert_true(password_fits(gate, str_of(GOOD[1]), str_of(hash), &fits, &f->err) && !fits);
    assert_true(password_fits(gate, str_of(GOOD[0]), STR_NONE, &fits, &f->err) && !fits);
    assert_true(password_fits(gate, STR_NONE, str_of(hash), &fits, &f->err) && !fits);
    assert_true(password_hash(gate, STR("gr\xC3\xBC\xC3\x9F\x65 aus k\xC3\xB6ln"), hash, &f->err));
    assert_true(password_fits(
            gate, STR("gru\xCC\x88\xC3\x9F\x65 aus ko\xCC\x88ln"), str_of(hash), &fits, &f->err));
    assert_true(fits);
    gate_free(gate);
}

// RFC 6238, appendix B (of eight digits the last six), and RFC 4648.
static void codes(void **state)
{
    struct fixture *f = *state;
    struct str secret = STR("12345678901234567890");
    static const struct {
        int64_t time;
        uint32_t code;
    } CASES[] = {{59, 287082}, {1111111109, 81804}, {1111111111, 50471}, {1234567890, 5924},
            {2000000000, 279037}, {20000000000, 353130}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        assert_int_equal(totp_code(secret, CASES[i].time / TOTP_STEP), CASES[i].code);
    int64_t step;
    assert_true(totp_fits(secret, STR("287082"), 59, 0, &step) && step == 1);
    assert_true(totp_fits(secret, STR("287 082"), 89, 0, &step) && step == 1);
    assert_true(totp_fits(secret, STR("287082"), 29, 0, &step) && step == 1);
    assert_false(totp_fits(secret, STR("287082"), 90, 0, &step)); // two steps away
    assert_false(totp_fits(secret, STR("287082"), 59, 1, &step)); // used
    assert_false(totp_fits(secret, STR("28708"), 59, 0, &step));
    assert_false(totp_fits(secret, STR("2870822"), 59, 0, &step));
    assert_false(totp_fits(secret, STR("28708a"), 59, 0, &step));
    assert_false(totp_fits(secret, STR_NONE, 59, 0, &step));
    assert_string_equal(base32(f->arena, (const uint8_t *)"foobar", 6, true).p, "MZXW6YTBOI");
    assert_string_equal(totp_uri(f->arena, STR("foobar"), STR("Sluice"), STR("a b@c.de")).p,
            "otpauth://totp/Sluice:a%20b@c.de?secret=MZXW6YTBOI&issuer=Sluice&algorithm=SHA1&digits=6&period="
            "30");
}

static void accounts(void **state)
{
    struct fixture *f = *state;
    struct account owner = add(f, "owner@example.org", "owner"), found;
    struct account same = {
            .email = STR("owner@example.org"), .name = STR(""), .role = STR("viewer"), .password = STR("")};
    assert_false(account_add(&f->w, &same, &f->err));
    assert_int_equal(f->err.code, ERR_CONFLICT);
    owner.role = STR("viewer");
    assert_false(account_save(&f->w, &owner, &f->err)); // the last owner
    assert_int_equal(f->err.code, ERR_CONFLICT);
    store_rollback(f->w.store);
    assert_true(store_begin_write(f->w.store, &f->err));
    owner = add(f, "owner@example.org", "owner");
    assert_false(account_remove(&f->w, owner.id, &f->err));
    store_rollback(f->w.store);
    assert_true(store_begin_write(f->w.store, &f->err));
    owner = add(f, "owner@example.org", "owner");
    struct account second = add(f, "second@example.org", "owner");
    owner.disabled = true;
    owner.name = STR("O'Neil \"<b>\"; DROP TABLE account;--");
    assert_true(account_save(&f->w, &owner, &f->err));
    assert_int_equal(owner.version, 2);
    assert_true(account_by_email(f->w.store, f->arena, STR("owner@example.org"), &found, &f->err));
    assert_true(str_eq(found.name, owner.name) && found.disabled && found.version == 2);
    assert_false(account_remove(&f->w, second.id, &f->err)); // a disabled owner is none
    store_rollback(f->w.store);
    assert_true(store_begin_write(f->w.store, &f->err));
    struct buf json = {0};
    owner.password = STR("secret hash");
    owner.totp = STR("totp secret");
    account_json(&owner, &json);
    buf_char(&json, '\0');
    assert_null(strstr(json.p, "secret"));
    buf_free(&json);
}

static void recovery(void **state)
{
    struct fixture *f = *state;
    struct account ann = add(f, "ann@example.org", "owner"), bob = add(f, "bob@example.org", "viewer");
    struct str code[RECOVERY_CODES], old;
    bool fits;
    int64_t left;
    assert_true(recovery_new(&f->w, ann.id, code, &f->err));
    old = code[1];
    char upper[40];
    for (size_t i = 0; i < code[0].n; i++) // as somebody types it
        upper[i] = code[0].p[i] == '-' ? ' ' : (char)(code[0].p[i] & (code[0].p[i] > '9' ? 0xDF : 0xFF));
    assert_true(recovery_use(&f->w, bob.id, code[0], &fits, &f->err) && !fits);
    assert_true(recovery_use(&f->w, ann.id, (struct str){upper, code[0].n}, &fits, &f->err) && fits);
    assert_true(recovery_use(&f->w, ann.id, code[0], &fits, &f->err) && !fits); // once
    assert_true(recovery_left(f->w.store, ann.id, &left, &f->err) && left == RECOVERY_CODES - 1);
    assert_true(recovery_new(&f->w, ann.id, code, &f->err));
    assert_true(recovery_use(&f->w, ann.id, old, &fits, &f->err) && !fits);
    assert_true(recovery_use(&f->w, ann.id, STR_NONE, &fits, &f->err) && !fits);
}

static bool alive(struct fixture *f, struct str token, int64_t now)
{
    struct session session;
    struct account account;
    return session_find(f->w.store, f->arena, token, now, &session, &account, &f->err);
}

static int64_t rows(struct fixture *f, const char *sql)
{
    int64_t n = -1;
    assert_true(store_number(f->w.store, sql, 0, &n, &f->err));
    return n;
}

static void sessions(void **state)
{
    struct fixture *f = *state;
    struct account ann = add(f, "ann@example.org", "owner"), bob = add(f, "bob@example.org", "viewer");
    struct str token, second;
    struct session *list;
    size_t n;
    assert_true(session_add(&f->w, ann.id, STR("::1"), STR("Agent"), &token, &f->err));
    assert_true(token.n >= 43);
    assert_true(alive(f, token, NOW));
    assert_false(alive(f, STR("x"), NOW));
    assert_false(alive(f, STR_NONE, NOW));
    assert_true(alive(f, token, NOW + SESSION_IDLE - 1));
    assert_false(alive(f, token, NOW + SESSION_IDLE));
    // Use makes it longer, but not for ever.
    struct secret_hash hash = secret_hash(token);
    for (int64_t t = NOW; t < NOW + SESSION_LIFE; t += SESSION_IDLE / 2)
        assert_true(session_seen(&f->w, hash_str(&hash), t, &f->err));
    assert_true(alive(f, token, NOW + SESSION_LIFE - 1));
    assert_false(alive(f, token, NOW + SESSION_LIFE));
    assert_true(session_add(&f->w, ann.id, STR("::1"), STR("Agent"), &second, &f->err));
    assert_true(session_all(f->w.store, f->arena, ann.id, NOW, &list, &n, &f->err) && n == 2);
    assert_false(session_end(&f->w, bob.id, list[0].id, &f->err)); // not his
    struct secret_hash kept = secret_hash(second);
    assert_true(session_end_all(&f->w, ann.id, hash_str(&kept), &f->err));
    assert_true(!alive(f, token, NOW) && alive(f, second, NOW));
    ann.disabled = true;
    bob.role = STR("owner");
    assert_true(account_save(&f->w, &bob, &f->err) && account_save(&f->w, &ann, &f->err));
    assert_false(alive(f, second, NOW));
    for (int i = 0; i < SESSIONS_MAX + 7; i++)
        assert_true(session_add(&f->w, bob.id, STR("::1"), STR("\xC3\xBC"), &token, &f->err));
    assert_true(session_all(f->w.store, f->arena, bob.id, NOW, &list, &n, &f->err));
    assert_int_equal(n, SESSIONS_MAX);
    assert_int_equal(rows(f, "SELECT count(*) FROM session"), SESSIONS_MAX + 1);
    f->w.now = NOW + SESSION_IDLE;
    assert_true(session_purge(&f->w, &f->err));
    assert_int_equal(rows(f, "SELECT count(*) FROM session"), 0);
}

static void links(void **state)
{
    struct fixture *f = *state;
    struct account ann = add(f, "ann@example.org", "owner");
    struct str token, newer, setup;
    struct link link;
    int64_t expires;
    assert_true(link_add(&f->w, "reset", ann.id, &token, &expires, &f->err));
    assert_int_equal(expires, NOW + LINK_LIFE);
    assert_true(link_find(f->w.store, f->arena, token, NOW, &link, &f->err));
    assert_true(str_eq(link.account, ann.id) && str_eq(link.kind, STR("reset")));
    assert_false(link_find(f->w.store, f->arena, token, expires, &link, &f->err));
    assert_true(link_add(&f->w, "setup", STR(""), &setup, &expires, &f->err));
    assert_true(link_add(&f->w, "reset", ann.id, &newer, &expires, &f->err));
    assert_false(link_find(f->w.store, f->arena, token, NOW, &link, &f->err));
    assert_true(link_find(f->w.store, f->arena, setup, NOW, &link, &f->err));
    assert_true(link_find(f->w.store, f->arena, newer, NOW, &link, &f->err));
    // Another one beside it; when one was used all are gone.
    assert_true(link_add_another(&f->w, "reset", ann.id, 60, &token, &expires, &f->err));
    assert_int_equal(expires, NOW + 60);
    assert_true(link_find(f->w.store, f->arena, newer, NOW, &link, &f->err));
    assert_true(link_find(f->w.store, f->arena, token, NOW, &link, &f->err));
    assert_true(link_remove(&f->w, link.account, &f->err));
    assert_false(link_find(f->w.store, f->arena, newer, NOW, &link, &f->err));
    assert_false(link_find(f->w.store, f->arena, token, NOW, &link, &f->err));
    assert_true(link_find(f->w.store, f->arena, setup, NOW, &link, &f->err));
}

static int64_t attempt(struct fixture *f, const char *email, const char *client)
{
    int64_t wait = -1;
    assert_true(limit_wait(f->w.store, f->arena, f->w.now, str_of(email), str_of(client), &wait, &f->err));
    assert_true(wait || limit_failed(&f->w, str_of(email), str_of(client), &f->err));
    return wait;
}

static void limits(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < LIMIT_PAIR; i++)
        assert_int_equal(attempt(f, "a@x.de", "10.0.0.1"), 0);
    assert_int_equal(attempt(f, "a@x.de", "10.0.0.1"), LIMIT_SECONDS);
    assert_int_equal(attempt(f, "a@x.de", "::ffff:10.0.0.1"), LIMIT_SECONDS); // the same
    assert_int_equal(attempt(f, "a@x.de", "10.0.0.2"), 0);
    assert_int_equal(attempt(f, "b@x.de", "10.0.0.1"), 0);
    f->w.now += LIMIT_SECONDS - 1;
    assert_int_equal(attempt(f, "a@x.de", "10.0.0.1"), 1);
    f->w.now += 1;
    assert_int_equal(attempt(f, "a@x.de", "10.0.0.1"), 0);
    // Right after all: all failures of the pair are forgotten.
    for (int i = 0; i < 20; i++) {
        assert_int_equal(attempt(f, "c@x.de", "10.0.0.3"), 0);
        assert_true(limit_forget(&f->w, STR("c@x.de"), STR("10.0.0.3"), &f->err));
    }
    // An account from ever other addresses; one IPv6 network is one address.
    int n = 0;
    char client[64];
    for (; n < 200; n++) {
        snprintf(client, sizeof client, "10.1.%d.1", n);
        if (attempt(f, "d@x.de", client))
            break;
    }
    assert_int_equal(n, LIMIT_ACCOUNT);
    for (n = 0; n < 200; n++) {
        snprintf(client, sizeof client, "2001:db8::%x", n + 1);
        if (attempt(f, "e@x.de", client))
            break;
    }
    assert_int_equal(n, LIMIT_PAIR);
    for (n = 0; n < 200; n++) {
        snprintf(client, sizeof client, "f%d@x.de", n);
        if (attempt(f, client, "10.2.0.1"))
            break;
    }
    assert_int_equal(n, LIMIT_ADDRESS);
    f->w.now += LIMIT_SECONDS;
    assert_true(limit_purge(&f->w, &f->err));
    assert_int_equal(rows(f, "SELECT count(*) FROM log_in_limit"), 0);
}

static void keys(void **state)
{
    struct fixture *f = *state;
    struct key key = {.name = STR("shop"), .scope = STR("capture")}, found;
    struct str secret;
    int64_t before, after;
    assert_true(key_revision(f->w.store, &before, &f->err));
    assert_true(key_add(&f->w, NULL, &key, &secret, &f->err));
    assert_true(key_revision(f->w.store, &after, &f->err) && after > before);
    assert_true(str_starts(secret, STR(KEY_PREFIX)) && secret.n >= 40);
    struct secret_hash hash = secret_hash(secret);
    assert_true(key_find(f->w.store, f->arena, &hash, &found, &f->err));
    assert_true(str_eq(found.id, key.id) && str_eq(found.prefix, str_sub(secret, 0, KEY_SHOWN)));
    assert_true(key_used(&f->w, key.id, NOW + 5, &f->err) && key_used(&f->w, key.id, NOW + 3, &f->err));
    assert_true(key_by_id(f->w.store, f->arena, key.id, &found, &f->err) && found.used == NOW + 5);
    assert_true(key_revoke(&f->w, NULL, key.id, &f->err));
    assert_false(key_find(f->w.store, f->arena, &hash, &found, &f->err));
    assert_false(key_revoke(&f->w, NULL, key.id, &f->err));
    assert_int_equal(f->err.code, ERR_CONFLICT);
    assert_int_equal(rows(f, "SELECT count(*) FROM audit"), 2);
    // Nothing of the secret is stored.
    assert_true(store_commit(f->w.store, &f->err));
    data_close(f->data);
    f->data = NULL;
    if (help_on_postgres())
        return; // its files are the server's
    struct str file = help_read(f->arena, help_path(f->arena, f->folder, DATA_DATABASE));
    assert_null(memmem(file.p, file.n, secret.p + KEY_SHOWN + 1, secret.n - KEY_SHOWN - 1));
    struct stat st;
    assert_int_equal(stat(help_path(f->arena, f->folder, DATA_DATABASE), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    f->data = help_open(f->folder, DATA_BESIDE);
    f->w.store = data_store(f->data);
}

static void beside_a_writer(void **state)
{
    struct fixture *f = *state;
    store_rollback(f->w.store);
    struct data *writer = help_open(f->folder, DATA_WRITE);
    assert_true(data_writable(writer));
    assert_false(data_writable(f->data));
    struct key key = {.name = STR(""), .scope = STR("read")};
    struct str secret;
    assert_true(store_begin_write(f->w.store, &f->err));
    assert_true(key_add(&f->w, NULL, &key, &secret, &f->err) && store_commit(f->w.store, &f->err));
    struct secret_hash hash = secret_hash(secret);
    assert_true(key_find(data_store(writer), f->arena, &hash, &key, &f->err));
    data_close(writer);
}

static void rights(void **state)
{
    (void)state;
    struct principal who = {.kind = PRINCIPAL_USER, .role = STR("seller")};
    assert_true(principal_may(&who, "contact.write") && principal_may(&who, "session"));
    assert_false(principal_may(&who, "form.write") || principal_may(&who, "capture"));
    who.role = STR("capture"); // a scope is no role
    assert_false(principal_may(&who, "capture"));
    who.kind = PRINCIPAL_KEY;
    assert_true(principal_may(&who, "capture"));
    assert_false(principal_may(&who, "contact.read") || principal_may(&who, NULL) ||
                 principal_may(NULL, "contact.read"));
    who.role = STR("write");
    assert_true(principal_may(&who, "webhook.read") && principal_may(&who, "form.write"));
    assert_false(principal_may(&who, "webhook.write") || principal_may(&who, "user.read") ||
                 principal_may(&who, "privacy.write") || principal_may(&who, "session"));
    who.role = STR("nonsense");
    assert_false(principal_may(&who, "contact.read"));
    assert_true(role_known(STR("viewer")) && !role_known(STR("")) && !scope_known(STR("owner")));
    for (const char *const *right = RIGHTS; *right; right++)
        assert_true(role_may(STR("owner"), str_of(*right)));
}

static void trail(void **state)
{
    struct fixture *f = *state;
    struct principal who = {
            .kind = PRINCIPAL_KEY, .id = STR("id"), .name = STR("'; --"), .role = STR("admin")};
    char *large = arena_alloc(f->arena, 1 << 20);
    memset(large, '1', 1 << 20);
    assert_true(audit_write(
            &f->w, &who, "thing.update", STR("s"), STR("{}"), (struct str){large, 1 << 20}, &f->err));
    assert_true(audit_write(&f->w, NULL, "thing.remove", STR("s"), STR_NONE, STR_NONE, &f->err));
    assert_int_equal(rows(f, "SELECT count(*) FROM audit WHERE was = '{}' AND became IS NULL"), 1);
    assert_int_equal(rows(f, "SELECT count(*) FROM audit WHERE who_kind = 'system' AND who = ''"), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {TEST(emails), TEST(passwords), TEST(codes), TEST(accounts),
            TEST(recovery), TEST(sessions), TEST(links), TEST(limits), TEST(keys), TEST(beside_a_writer),
            cmocka_unit_test(rights), TEST(trail)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
