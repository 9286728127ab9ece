// The hidden driver of the recognition of machines: a user agent a line.
#include "app/tracker/agent.h"
#include "cli/each_line.h"

static void answer(struct arena *arena, struct str line, struct buf *out, void *ctx)
{
    (void)arena, (void)ctx;
    char reason[AGENT_REASON];
    bool machine = agent_is_machine(line, reason);
    buf_char(out, '{');
    put_text_or_null(out, "agent", line.p ? line : STR(""));
    buf_printf(out, ",\"machine\":%s,", machine ? "true" : "false");
    put_text_or_null(out, "reason", machine ? str_of(reason) : STR_NONE);
    buf_char(out, '}');
}

static bool run(struct cli *cli, struct err *err)
{
    return each_line(cli, answer, NULL, err);
}

const struct command COMMAND_TEST_AGENT = {
        .name = "test-agent",
        .summary = "Says which user agents are machines",
        .synopsis = "",
        .hidden = true,
        .run = run,
};
