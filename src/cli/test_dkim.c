// The hidden driver of DKIM: signs a mail, or says whether its signatures hold.
#include "base/input.h"
#include "base/json_put.h"
#include "cli/command.h"
#include "mail/dkim.h"

#include <stdlib.h>
#include <time.h>

enum { FILE_MAX = 64 << 20 };

static bool read_file(struct arena *arena, const char *path, struct str *ret, struct err *err)
{
    struct input *input;
    struct buf all = {0};
    size_t n = 1;
    bool ok = input_open(path, &input, err);
    if (!ok)
        return false;
    while (ok && n) {
        ok = input_read(input, buf_room(&all, 65536), 65536, &n, err);
        all.n += ok ? n : 0;
        if (ok && all.n > FILE_MAX)
            ok = err_set(err, ERR_LIMIT, "%s: larger than 64 MiB", path);
    }
    input_close(input);
    if (ok)
        *ret = arena_str(arena, buf_str(&all));
    buf_free(&all);
    return ok;
}

// A file with a line "NAME, tab, TXT" for each record.
static enum dkim_result lookup(void *ctx, struct arena *arena, struct str name, struct str *ret)
{
    struct str records = *(const struct str *)ctx;
    while (records.n) {
        size_t end = str_find(records, '\n');
        struct str line = str_trim(str_sub(records, 0, end));
        size_t tab = str_find(line, '\t');
        struct str found = str_trim(str_sub(line, 0, tab));
        if (found.n && found.p[found.n - 1] == '.')
            found.n--;
        if (tab < line.n && str_eq_nocase(found, name)) {
            *ret = arena_str(arena, str_trim(str_sub(line, tab + 1, line.n)));
            return DKIM_PASS;
        }
        records = str_sub(records, end < records.n ? end + 1 : end, records.n);
    }
    return DKIM_NONE;
}

static bool moment(struct cli *cli, int64_t *ret, struct err *err)
{
    uint64_t n;
    if (!args_number(&cli->args, "time", 0, INT64_MAX, (uint64_t)time(NULL), &n, err))
        return false;
    *ret = (int64_t)n;
    return true;
}

static bool sign(struct cli *cli, struct str mail, struct err *err)
{
    struct str key_text;
    struct dkim_signer signer = {.domain = str_of(args_value(&cli->args, "domain")),
            .selector = str_of(args_value(&cli->args, "selector")),
            .fields = str_of(args_value(&cli->args, "fields")),
            .canonical = str_of(args_value(&cli->args, "canonical"))};
    struct dkim_key *key;
    const char *path = args_value(&cli->args, "key");
    if (!path || !signer.domain.n || !signer.selector.n)
        return err_set(err, ERR_USAGE, "signing needs --key, --domain and --selector");
    if (!moment(cli, &signer.time, err) || !read_file(cli->arena, path, &key_text, err) ||
            !dkim_key_read(str_trim(key_text), &key, err))
        return false;
    signer.key = key;
    bool ok = dkim_sign(&signer, mail, &cli->out.buf, err);
    if (ok)
        buf_put(&cli->out.buf, mail);
    dkim_key_free(key);
    return ok;
}

static bool verify(struct cli *cli, const char *file, struct str mail, struct err *err)
{
    const char *dns = args_value(&cli->args, "dns");
    struct str records = STR("");
    const struct dkim_verdict *all;
    struct buf *out = &cli->out.buf;
    int64_t now;
    if ((dns && !read_file(cli->arena, dns, &records, err)) || !moment(cli, &now, err))
        return false;
    size_t n = dkim_verify(cli->arena, mail, now, lookup, &records, &all);
    struct dkim_verdict v = dkim_best(all, n);
    buf_char(out, '{');
    put_text(out, "file", str_of(file));
    put_text(out, "result", str_of(dkim_result_name(v.result)));
    put_text(out, "domain", v.domain.n ? v.domain : STR_NONE);
    put_text(out, "selector", v.selector.n ? v.selector : STR_NONE);
    put_text(out, "reason", str_of(v.reason));
    buf_put(out, STR("}\n"));
    return true;
}

static bool run(struct cli *cli, struct err *err)
{
    const char *what = cli->args.n ? cli->args.operands[0] : "", *file;
    bool signing = str_eq(str_of(what), STR("sign"));
    struct str mail;
    if (cli->args.n < 2 || (signing && cli->args.n != 2) ||
            (!signing && !str_eq(str_of(what), STR("verify"))))
        return err_set(err, ERR_USAGE, "sign FILE or verify FILE… is expected");
    for (unsigned i = 1; i < cli->args.n; i++) {
        file = cli->args.operands[i];
        if (!read_file(cli->arena, file, &mail, err) ||
                !(signing ? sign(cli, mail, err) : verify(cli, file, mail, err)))
            return false;
    }
    return true;
}

const struct command COMMAND_TEST_DKIM = {
        .name = "test-dkim",
        .summary = "Signs a mail, or says whether its signatures hold",
        .synopsis = "sign FILE --key FILE --domain D --selector S\nverify FILE… --dns FILE",
        .options =
                (const struct option[]){
                        {"key", "FILE", "the private key", false},
                        {"domain", "D", "who signs", false},
                        {"selector", "S", "which of its keys", false},
                        {"fields", "LIST", "names for h=, with : between", false},
                        {"canonical", "FORM", "relaxed/relaxed, …", false},
                        {"dns", "FILE", "key records: NAME, tab, TXT", false},
                        {"time", "T", "seconds since 1970 (default: now)", false},
                        OPTION_END,
                },
        .hidden = true,
        .run = run,
};
