// The hidden driver of the reading of bounces: a file each; of an mbox all its mails together.
#include "cli/each_file.h"
#include "mail/bounce.h"

static void put_recipient(struct buf *out, const struct bounce_recipient *r)
{
    put_comma(out);
    buf_char(out, '{');
    put_text(out, "address", r->address.n ? r->address : STR_NONE);
    put_text(out, "class", str_of(bounce_class_name(r->class)));
    put_text(out, "status", r->status.n ? r->status : STR_NONE);
    buf_char(out, '}');
}

static void answer(struct arena *arena, struct str bytes, struct buf *out)
{
    enum bounce_class class = BOUNCE_NONE;
    struct str mail, id = STR_NONE;
    struct buf recipients = {0};
    buf_char(&recipients, '[');
    for (size_t at = 0; mime_mbox(bytes, &at, &mail);) {
        const struct bounce *b = bounce_read(arena, mime_read(arena, mail));
        for (size_t i = 0; i < b->n; i++)
            put_recipient(&recipients, &b->recipients[i]);
        class = b->class > class ? b->class : class;
        if (!id.n && b->original_message_id.n)
            id = b->original_message_id;
    }
    buf_char(&recipients, ']');
    put_text(out, "class", str_of(bounce_class_name(class)));
    put_raw(out, "recipients", buf_str(&recipients));
    put_text(out, "original_message_id", id);
    buf_free(&recipients);
}

static bool run(struct cli *cli, struct err *err)
{
    return each_file(cli, answer, err);
}

const struct command COMMAND_TEST_BOUNCE = {
        .name = "test-bounce",
        .summary = "Says what mails tell about delivery",
        .synopsis = "FILE…",
        .hidden = true,
        .run = run,
};
