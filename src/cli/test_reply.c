// The hidden driver of the cutting of answers: a whole mail, or a bare text, each.
#include "cli/each_file.h"
#include "mail/reply.h"

// Whether it begins with a header line: then it is a whole mail.
static bool is_mail(struct str bytes)
{
    if (str_starts(bytes, STR("From ")) && str_find(bytes, '@') < str_find(bytes, '\n'))
        return true;
    size_t i = 0;
    while (i < bytes.n && i < 60 && bytes.p[i] > ' ' && bytes.p[i] != ':' && (unsigned char)bytes.p[i] < 0x7f)
        i++;
    return i > 1 && i < bytes.n && bytes.p[i] == ':' && !str_starts(str_sub(bytes, i, bytes.n), STR("://")) &&
           bytes.p[0] != '>' && bytes.p[0] != '<' && bytes.p[0] != '*';
}

static void answer(struct arena *arena, struct str bytes, struct buf *out)
{
    struct reply reply = is_mail(bytes) ? reply_of(arena, mime_read(arena, bytes)) : reply_cut(arena, bytes);
    put_text(out, "visible", reply.visible);
    put_text(out, "quoted", reply.quoted);
}

static bool run(struct cli *cli, struct err *err)
{
    return each_file(cli, answer, err);
}

const struct command COMMAND_TEST_REPLY = {
        .name = "test-reply",
        .summary = "Cuts the answers out of mails",
        .synopsis = "FILE…",
        .hidden = true,
        .run = run,
};
