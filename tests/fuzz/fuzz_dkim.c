// Any bytes as a mail with signatures, and as a key record behind a line "----": read within limits. What we
// sign holds.
#include "mail/dkim.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static enum dkim_result lookup(void *ctx, struct arena *arena, struct str name, struct str *ret)
{
    (void)name;
    *ret = arena_str(arena, *(const struct str *)ctx);
    return ret->n ? DKIM_PASS : DKIM_NONE;
}

static void sign(struct arena *arena, struct str mail)
{
    static const char SEED[] = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
    struct dkim_key *key;
    struct err err;
    struct buf out = {0};
    if (!dkim_key_read(STR(SEED), &key, &err))
        abort();
    struct str record = dkim_record(arena, key);
    struct dkim_signer signer = {.key = key, .domain = STR("a.example"), .selector = STR("s"), .time = 5};
    if (dkim_sign(&signer, mail, &out, &err)) {
        const struct dkim_verdict *all;
        buf_put(&out, mail);
        size_t found = dkim_verify(arena, buf_str(&out), 10, lookup, &record, &all);
        if (!found || all[0].result != DKIM_PASS)
            abort();
    }
    buf_free(&out);
    dkim_key_free(key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *arena = arena_new();
    char *copy = malloc(n ? n : 1);
    memcpy(copy, data, n);
    struct str mail = {copy, n}, record = STR("");
    const char *cut = memmem(copy, n, "\n----\n", 6);
    const struct dkim_verdict *all;
    if (cut) {
        mail.n = (size_t)(cut - copy) + 1;
        record = str_sub((struct str){copy, n}, mail.n + 5, n);
    }
    size_t found = dkim_verify(arena, mail, 1700000000, lookup, &record, &all);
    for (size_t i = 0; i < found; i++)
        if (all[i].result == DKIM_FAIL && !all[i].reason)
            abort();
    sign(arena, mail);
    free(copy);
    arena_free(arena);
    return 0;
}
