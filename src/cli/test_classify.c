// The hidden driver of the sorting of mails that come in: a file each.
#include "cli/each_file.h"
#include "mail/classify.h"

static void answer(struct arena *arena, struct str bytes, struct buf *out)
{
    struct classified c = classify(arena, mime_read(arena, bytes), 0);
    put_text(out, "class", str_of(mail_class_name(c.class)));
    put_time(out, "returns_at", c.returns_at);
}

static bool run(struct cli *cli, struct err *err)
{
    return each_file(cli, answer, err);
}

const struct command COMMAND_TEST_CLASSIFY = {
        .name = "test-classify",
        .summary = "Says what kind of mail files are",
        .synopsis = "FILE…",
        .hidden = true,
        .run = run,
};
