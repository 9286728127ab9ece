#include "app/user/password.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { OPERATIONS = 2, MEMORY = 19 << 20, AT_ONCE = 2, WAITING = 8 };

_Static_assert(PASSWORD_HASH >= crypto_pwhash_STRBYTES, "room for libsodium's text");

// What is checked when there is no account, for the time that it takes. No password has this hash.
static const char NOBODY[] = "$argon2id$v=19$m=19456,t=2,p=1$c2x1aWNlLW5vYm9keS4uLg"
                             "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

struct gate {
    pthread_mutex_t mutex;
    pthread_cond_t free;
    unsigned inside, waiting;
};

struct gate *gate_new(void)
{
    struct gate *gate = mem_zero(1, sizeof *gate);
    pthread_mutex_init(&gate->mutex, NULL);
    pthread_cond_init(&gate->free, NULL);
    return gate;
}

void gate_free(struct gate *gate)
{
    if (!gate)
        return;
    pthread_cond_destroy(&gate->free);
    pthread_mutex_destroy(&gate->mutex);
    free(gate);
}

static bool gate_enter(struct gate *gate, struct err *err)
{
    if (!gate)
        return true;
    bool ok = true;
    pthread_mutex_lock(&gate->mutex);
    if (gate->inside >= AT_ONCE && gate->waiting >= WAITING) {
        ok = err_set(err, ERR_BUSY, "too many log-ins at once: try again in a moment");
    } else {
        gate->waiting++;
        while (gate->inside >= AT_ONCE)
            pthread_cond_wait(&gate->free, &gate->mutex);
        gate->waiting--;
        gate->inside++;
    }
    pthread_mutex_unlock(&gate->mutex);
    return ok;
}

static void gate_leave(struct gate *gate)
{
    if (!gate)
        return;
    pthread_mutex_lock(&gate->mutex);
    gate->inside--;
    pthread_cond_signal(&gate->free);
    pthread_mutex_unlock(&gate->mutex);
}

bool password_hash(struct gate *gate, struct str password, char ret[PASSWORD_HASH], struct err *err)
{
    char hash[crypto_pwhash_STRBYTES];
    if (sodium_init() < 0)
        return err_set(err, ERR_IO, "the cryptography library does not start");
    if (!gate_enter(gate, err))
        return false;
    struct arena *arena = arena_new();
    struct str text = utf8_nfc(arena, password);
    int failed =
            crypto_pwhash_str_alg(hash, text.p, text.n, OPERATIONS, MEMORY, crypto_pwhash_ALG_ARGON2ID13);
    arena_free(arena);
    gate_leave(gate);
    if (failed)
        return err_set(err, ERR_BUSY, "no memory to compute a password's hash");
    snprintf(ret, PASSWORD_HASH, "%s", hash);
    return true;
}

bool password_fits(struct gate *gate, struct str password, struct str hash, bool *ret_fits, struct err *err)
{
    char text[crypto_pwhash_STRBYTES];
    struct str against = hash.n ? hash : STR(NOBODY);
    if (sodium_init() < 0)
        return err_set(err, ERR_IO, "the cryptography library does not start");
    if (against.n >= sizeof text)
        return err_set(err, ERR_CORRUPT, "a stored password hash is damaged");
    memset(text, 0, sizeof text);
    memcpy(text, against.p, against.n);
    if (!gate_enter(gate, err))
        return false;
    struct arena *arena = arena_new();
    struct str normal = utf8_nfc(arena, password);
    bool fits = crypto_pwhash_str_verify(text, normal.p ? normal.p : "", normal.n) == 0;
    arena_free(arena);
    gate_leave(gate);
    *ret_fits = fits && hash.n > 0;
    return true;
}

// Lower-case, and with the digits and signs that people put for letters turned back.
static struct str plain_of(struct str password, char *out, size_t max)
{
    static const char FROM[] = "013457@$!", TO[] = "oleastasi";
    size_t n = 0;
    for (size_t i = 0; i < password.n && n < max; i++) {
        char c = password.p[i];
        const char *found = c ? strchr(FROM, c) : NULL;
        if (c >= 'A' && c <= 'Z')
            c = (char)(c + ('a' - 'A'));
        out[n++] = found ? TO[found - FROM] : c;
    }
    return (struct str){out, n};
}

static bool row_has(const char *row, const char *p, size_t n)
{
    for (size_t at = 0; at + n <= strlen(row); at++)
        if (memcmp(row + at, p, n) == 0)
            return true;
    return false;
}

// The number of bytes at p that run along the alphabet, the digits, a keyboard's row, or repeat one sign.
static size_t run_at(const char *p, size_t n)
{
    static const char *const ROWS[] = {"abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba",
            "01234567890", "09876543210", "qwertyuiop", "poiuytrewq", "asdfghjkl", "lkjhgfdsa", "zxcvbnm",
            "mnbvcxz", "qwertzuiop", "yxcvbnm", "azertyuiop", "1q2w3e4r5t6z7u", "1q2w3e4r5t6y7u",
            "1qaz2wsx3edc4rfv"};
    size_t best = 1;
    while (best < n && p[best] == p[0])
        best++;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        size_t k = best + 1;
        while (k <= n && row_has(ROWS[i], p, k))
            k++;
        best = k - 1 > best ? k - 1 : best;
    }
    return best;
}

static size_t word_at(const char *p, size_t n)
{
    static const char *const WORDS[] = {"password", "passwort", "passwd", "letmein", "welcome", "willkommen",
            "iloveyou", "admin", "administrator", "sunshine", "princess", "football", "baseball", "dragon",
            "monkey", "master", "shadow", "superman", "batman", "trustno", "changeme", "change", "secret",
            "geheim", "hallo", "hello", "login", "sluice", "test", "user", "root", "guest", "default",
            "summer", "winter", "spring", "autumn", "sommer", "motdepasse", "bonjour", "pass", "qwerty"};
    size_t best = 0;
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        size_t k = strlen(WORDS[i]);
        if (k > best && k <= n && memcmp(WORDS[i], p, k) == 0)
            best = k;
    }
    return best;
}

// How many independent choices somebody made: a run or a well-known word counts as one, whatever its length.
static size_t choices(struct str s)
{
    size_t n = 0;
    for (size_t at = 0; at < s.n; n++) {
        size_t word = word_at(s.p + at, s.n - at), run = run_at(s.p + at, s.n - at);
        size_t longest = word > run ? word : run;
        at += longest >= 3 ? longest : 1;
    }
    return n;
}

// The length of the shortest piece that, repeated, makes all of it.
static size_t period(struct str s)
{
    for (size_t p = 1; p < s.n; p++)
        if (memcmp(s.p, s.p + p, s.n - p) == 0)
            return p;
    return s.n;
}

static bool common(struct str password)
{
    char lower[PASSWORD_MAX], plain[PASSWORD_MAX];
    size_t n = password.n < sizeof lower ? password.n : sizeof lower;
    for (size_t i = 0; i < n; i++) {
        char c = password.p[i];
        lower[i] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
    }
    struct str low = {lower, n}, as_letters = plain_of(password, plain, sizeof plain);
    return choices(low) < 6 || choices(as_letters) < 6 || period(low) < 5;
}

bool password_check(struct str password, struct str email, struct err *err)
{
    size_t letters = 0, at = 0;
    if (!utf8_valid(password) || memchr(password.p ? password.p : "", 0, password.n))
        return err_set(err, ERR_INPUT, "a password is text");
    while (at < password.n) {
        utf8_next(password, &at);
        letters++;
    }
    if (letters < PASSWORD_MIN)
        return err_set(err, ERR_INPUT, "a password has at least %d letters", PASSWORD_MIN);
    if (letters > PASSWORD_MAX)
        return err_set(err, ERR_INPUT, "a password has at most %d letters", PASSWORD_MAX);
    struct str local = str_sub(email, 0, str_find(email, '@'));
    if (str_eq_nocase(password, email) || (local.n > 3 && str_eq_nocase(password, local)))
        return err_set(err, ERR_INPUT, "the mail address is no password");
    if (common(password))
        return err_set(err, ERR_INPUT,
                "this password is among the first that are guessed: take several words, for example");
    return true;
}
