// The hidden driver of the reading of mails: a file each.
#include "cli/each_file.h"
#include "mail/mime.h"

static struct str shown(struct mime_address a)
{
    return a.address.n ? a.address : a.name.n ? a.name : STR_NONE;
}

static void put_attachments(struct buf *out, const struct mime *m)
{
    put_key(out, "attachments");
    buf_char(out, '[');
    for (size_t i = 0; i < m->n_parts; i++) {
        const struct mime_part *part = &m->parts[i];
        if (!part->attachment)
            continue;
        put_comma(out);
        buf_char(out, '{');
        put_text(out, "name", part->name.n ? part->name : STR_NONE);
        put_text(out, "type", part->type);
        put_int(out, "bytes", (int64_t)part->bytes);
        buf_char(out, '}');
    }
    buf_char(out, ']');
}

static void answer(struct arena *arena, struct str bytes, struct buf *out)
{
    const struct mime *m = mime_read(arena, bytes);
    put_text(out, "from", shown(m->from));
    put_key(out, "to");
    buf_char(out, '[');
    for (size_t i = 0; i < m->to.n; i++) {
        put_comma(out);
        json_put_string(out, shown(m->to.v[i]));
    }
    buf_char(out, ']');
    put_text(out, "subject", m->subject);
    put_time(out, "date", m->date);
    put_text(out, "text", m->text);
    put_text(out, "html", m->html);
    put_attachments(out, m);
}

static bool run(struct cli *cli, struct err *err)
{
    return each_file(cli, answer, err);
}

const struct command COMMAND_TEST_MIME = {
        .name = "test-mime",
        .summary = "Shows what mails hold",
        .synopsis = "FILE…",
        .hidden = true,
        .run = run,
};
