// The three outputs of `sluice replay`, each as JSON, CSV or a table.
#ifndef SLUICE_CLI_REPLAY_PRINT_H
#define SLUICE_CLI_REPLAY_PRINT_H

#include "cli/subject.h"

struct replay_view {
    struct cli *cli;
    const struct model_file *model;
    const struct subject *subject;
    const struct replay_result *result;
    enum form form;
};

void print_transitions(const struct replay_view *view);
void print_standings(const struct replay_view *view);
void print_funnel(const struct replay_view *view);

#endif
