// `sluice help`, the text of every --help, and finding a command by its name.
#include "base/utf8.h"
#include "cli/command.h"

#include <stdio.h>

// The name's first word, and whether there is a second.
static struct str group_of(const struct command *command)
{
    struct str name = str_of(command->name);
    size_t blank = str_find(name, ' ');
    return blank < name.n ? str_sub(name, 0, blank) : STR_NONE;
}

static bool unknown_command(const char *first, const char *second, struct err *err)
{
    struct nearest group = {.word = str_of(first)}, member = {.word = str_of(second)};
    char members[200] = "";
    for (const struct command *const *c = COMMANDS; *c; c++) {
        struct str its_group = group_of(*c);
        if (its_group.n && str_eq(its_group, str_of(first))) {
            const char *rest = (*c)->name + its_group.n + 1;
            nearest_offer(&member, str_of(rest));
            size_t n = strlen(members);
            snprintf(members + n, sizeof members - n, "%s%s", n ? ", " : "", rest);
        } else if (!(*c)->hidden) {
            nearest_offer(&group, its_group.n ? its_group : str_of((*c)->name));
        }
    }
    if (members[0] && !second)
        return err_set(err, ERR_USAGE, "%s: which one? %s", first, members);
    if (members[0])
        return err_set(err, ERR_USAGE, "unknown command %s %s; it knows: %s", first, second, members);
    if (group.best.n)
        return err_set(err, ERR_USAGE, "unknown command %s; did you mean %.*s?", first, STR_ARG(group.best));
    return err_set(err, ERR_USAGE, "unknown command %s", first);
}

static const char *alias_of(const char *word)
{
    return strcmp(word, "--version") == 0                           ? "version"
           : strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ? "help"
                                                                    : word;
}

bool command_find(char *const *argv, int argc, const struct command **ret, int *ret_words, struct err *err)
{
    struct str first = str_of(alias_of(argv[0])), second = str_of(argc > 1 ? argv[1] : NULL);
    for (const struct command *const *c = COMMANDS; *c; c++) {
        struct str name = str_of((*c)->name), group = group_of(*c);
        bool both = group.n && str_eq(group, first) && str_eq(str_sub(name, group.n + 1, name.n), second);
        if (both || str_eq(name, first)) {
            *ret = *c;
            *ret_words = both ? 2 : 1;
            return true;
        }
    }
    return unknown_command(first.p, second.p, err);
}

static void put_row(struct buf *out, struct str name, unsigned width, const char *text)
{
    unsigned have = utf8_width(name);
    buf_printf(out, "  %.*s%*s  %s\n", STR_ARG(name), (int)(have < width ? width - have : 0), "", text);
}

void help_program(struct buf *out)
{
    unsigned width = 0;
    buf_put(out, STR("Sluice says who is a lead, a prospect, a customer, since when and why, by a definition "
                     "you can read.\n\nUsage: sluice COMMAND [options]\n\n"));
    for (const struct command *const *c = COMMANDS; *c; c++)
        if (!(*c)->hidden && strlen((*c)->name) > width)
            width = (unsigned)strlen((*c)->name);
    for (const struct command *const *c = COMMANDS; *c; c++)
        if (!(*c)->hidden)
            put_row(out, str_of((*c)->name), width, (*c)->summary);
    buf_put(out, STR("\n'sluice COMMAND --help' says more about one. "
                     "Exit status: 0 fine, 1 failed, 2 wrong usage.\n"));
}

// "--at TIME"
static struct str option_title(const struct option *option, struct buf *scratch)
{
    scratch->n = 0;
    buf_printf(
            scratch, "--%s%s%s", option->name, option->value ? " " : "", option->value ? option->value : "");
    return buf_str(scratch);
}

void help_command(const struct command *command, struct buf *out)
{
    static const struct option HELP = {"help", NULL, "print this", false};
    struct buf scratch = {0};
    unsigned width = utf8_width(STR("--help"));
    const char *line = command->synopsis ? command->synopsis : "";
    for (const char *lead = "Usage:"; lead; lead = line ? "      " : NULL) {
        const char *end = strchr(line, '\n');
        buf_printf(out, "%s sluice %s %.*s\n", lead, command->name,
                end ? (int)(end - line) : (int)strlen(line), line);
        line = end ? end + 1 : NULL;
    }
    buf_printf(out, "\n%s.\n", command->summary);
    if (command->about)
        buf_printf(out, "\n%s\n", command->about);
    for (const struct option *o = command->options; o && o->name; o++)
        if (!o->hidden && utf8_width(option_title(o, &scratch)) > width)
            width = utf8_width(buf_str(&scratch));
    buf_put(out, STR("\nOptions:\n"));
    for (const struct option *o = command->options; o && o->name; o++)
        if (!o->hidden)
            put_row(out, option_title(o, &scratch), width, o->help);
    put_row(out, STR("--help"), width, HELP.help);
    buf_free(&scratch);
}

static bool run_help(struct cli *cli, struct err *err)
{
    const struct command *command;
    int words = 0;
    if (cli->args.n == 0) {
        help_program(&cli->out.buf);
        return true;
    }
    if (!command_find((char *const *)cli->args.operands, (int)cli->args.n, &command, &words, err))
        return false;
    if ((unsigned)words < cli->args.n)
        return err_set(err, ERR_USAGE, "one command at a time");
    help_command(command, &cli->out.buf);
    return true;
}

const struct command COMMAND_HELP = {
        .name = "help",
        .summary = "Says what a command does",
        .synopsis = "[COMMAND]",
        .run = run_help,
};
