#include "replay/explain.h"

#include "cli/subject.h"

#include <stdlib.h>
#include <unistd.h>

static bool run(struct cli *cli, struct err *err)
{
    const struct args *args = &cli->args;
    struct model_file *model;
    struct subject subject;
    unsigned n_models;
    uint32_t contact;
    if (!subject_begin(cli, false, &subject, err))
        return false;
    // MODEL EVENTS… CONTACT, or with --data [MODEL] CONTACT
    if (args->n < (subject.data ? 1 : 3))
        return err_set(err, ERR_USAGE,
                subject.data ? "no contact is named"
                             : "it takes a model, one or more files of events, and a contact");
    unsigned named = args->n > 1 && !(subject.data && args_value(args, "model")) ? 1 : 0;
    const char *id = args->operands[args->n - 1];
    if (!subject_models(cli, &subject, args->operands, named, false, &model, &n_models, err))
        return false;
    if (!subject_history(cli, &subject, args->operands + named, args->n - named - 1, err))
        return false;
    if (!subject_contact(cli, &subject, id, &contact, err))
        return false;
    subject_warn(cli, &subject, model);
    struct explain_options options = {.at = subject.at,
            .json = args_flag(args, "json"),
            .color = isatty(cli->out.fd) == 1 && !getenv("NO_COLOR"),
            .event_name = subject.event_name,
            .ctx = subject.event_ctx};
    if (!explain_contact(model->program, subject.columns, contact, &options, &cli->out.buf))
        return err_set(err, ERR_NOT_FOUND, "%s has no event up to that time", id);
    if (cli->out.buf.p[cli->out.buf.n - 1] != '\n')
        buf_char(&cli->out.buf, '\n');
    return true;
}

const struct command COMMAND_EXPLAIN = {
        .name = "explain",
        .summary = "Says why a contact is where it is, and what is missing for more",
        .synopsis =
                "MODEL EVENTS… CONTACT --at TIME [--json]\n[MODEL] CONTACT --data DIR [--at TIME] [--json]",
        .about = "CONTACT is one of the contact's user ids or anonymous ids.",
        .options = (const struct option[]){OPTIONS_SUBJECT, OPTION_JSON, OPTION_END},
        .run = run,
};
