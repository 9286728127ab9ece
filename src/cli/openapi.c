#include "app/slice.h"
#include "cli/command.h"
#include "http/server.h"

enum { MAX_SLICES = 100 };

static bool run(struct cli *cli, struct err *err)
{
    const struct routes *routes[MAX_SLICES + 1];
    size_t n = 0;
    if (cli->args.n)
        return err_set(err, ERR_USAGE, "it takes no operands");
    for (size_t i = 0; SLICES[i] && n < MAX_SLICES; i++)
        if (SLICES[i]->routes)
            routes[n++] = SLICES[i]->routes;
    routes[n] = NULL;
    openapi_write(routes, "Sluice", "1", &cli->out.buf);
    buf_put(&cli->out.buf, STR("\n"));
    return true;
}

const struct command COMMAND_OPENAPI = {
        .name = "openapi",
        .summary = "Prints the description of the API (OpenAPI 3.1)",
        .run = run,
};
