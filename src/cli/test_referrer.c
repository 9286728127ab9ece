// The hidden driver of sources: a URL a line, the address of the page that linked here. One with campaign
// parameters that no list knows is taken for the page that was reached.
#include "app/tracker/source.h"
#include "cli/each_line.h"

static void answer(struct arena *arena, struct str line, struct buf *out, void *ctx)
{
    const struct args *args = ctx;
    line = str_trim(line);
    struct source source = source_of_referrer(arena, line, str_of(args_value(args, "site"))), page;
    if ((source.medium == MEDIUM_REFERRAL || source.medium == MEDIUM_INTERNAL) &&
            source_of_page(arena, line, &page)) {
        source = page;
        if (source.medium == MEDIUM_UNKNOWN)
            source.medium = MEDIUM_REFERRAL;
    }
    buf_char(out, '{');
    put_text_or_null(out, "url", line.p ? line : STR(""));
    buf_printf(out, ",\"medium\":\"%s\",", medium_word(source.medium));
    put_text_or_null(out, "source", source.source);
    buf_char(out, ',');
    put_text_or_null(out, "term", source.term);
    buf_char(out, '}');
}

static bool run(struct cli *cli, struct err *err)
{
    return each_line(cli, answer, &cli->args, err);
}

const struct command COMMAND_TEST_REFERRER = {
        .name = "test-referrer",
        .summary = "Says where visits come from that were linked from these addresses",
        .synopsis = "[--site HOST]",
        .options =
                (const struct option[]){
                        {"site", "HOST", "the site that was visited: its own pages are internal", false},
                        OPTION_END,
                },
        .hidden = true,
        .run = run,
};
