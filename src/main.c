// sluice: finds the command that is asked for, reads its options, runs it, and turns what it says into an
// exit status.
#include "cli/command.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static bool run(struct cli *cli, int argc, char **argv, struct err *err)
{
    int words;
    if (argc < 2) {
        struct buf text = {0};
        help_program(&text);
        fwrite(text.p, 1, text.n, stderr);
        buf_free(&text);
        return err_set(err, ERR_USAGE, "%s", "");
    }
    if (!command_find(argv + 1, argc - 1, &cli->command, &words, err))
        return false;
    if (!args_parse(cli->arena, cli->command, argc - 1 - words, argv + 1 + words, &cli->args, err))
        return false;
    if (cli->args.help) {
        help_command(cli->command, &cli->out.buf);
        return true;
    }
    return cli->command->run(cli, err);
}

static void complain(const struct cli *cli, const struct err *err)
{
    const char *space = cli->command ? " " : "", *name = cli->command ? cli->command->name : "";
    if (!err->message[0])
        return;
    fprintf(stderr, "sluice%s%s: %s\n", space, name, err->message);
    if (err->code == ERR_USAGE)
        fprintf(stderr, "Try 'sluice%s%s --help'.\n", space, name);
}

int main(int argc, char **argv)
{
    struct cli cli = {.arena = arena_new(), .out = {.fd = STDOUT_FILENO}};
    struct err err = {0}, end = {0};
    signal(SIGPIPE, SIG_IGN); // a reader that goes away is a failed write
    bool fine = run(&cli, argc, argv, &err);
    if (!fine)
        complain(&cli, &err);
    bool written = out_end(&cli.out, &end);
    if (fine && !written)
        complain(&cli, &end);
    arena_free(cli.arena);
    return !fine ? err_exit_status(&err) : written ? 0 : err_exit_status(&end);
}
