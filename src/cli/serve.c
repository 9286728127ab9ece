// sluice serve: the running server, until it is told to stop.
#include "app/app.h"
#include "app/idempotency/idempotency.h"
#include "app/status/status.h"
#include "app/user/principal.h"
#include "app/user/setup.h"
#include "cli/folder.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PROXIES_MAX = 32, STOP_SECONDS = 30 };

struct serving {
    struct logger *logger;
    struct app *app;
    struct server *server;
};

// "HOST:PORT", "[::1]:PORT", ":PORT", "PORT".
static bool split_address(
        struct arena *arena, const char *listen, const char **ret_host, unsigned *ret_port, struct err *err)
{
    struct str text = str_of(listen), host = STR_NONE;
    size_t colon = text.n;
    while (colon && text.p[colon - 1] != ':')
        colon--;
    if (colon)
        host = str_sub(text, 0, colon - 1);
    struct str port = str_sub(text, colon, text.n);
    if (host.n >= 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
        host = str_sub(host, 1, host.n - 1);
    unsigned number = 0;
    for (size_t i = 0; i < port.n && number <= 65535; i++)
        number = port.p[i] >= '0' && port.p[i] <= '9' ? number * 10 + (unsigned)(port.p[i] - '0') : 65536;
    if (!port.n || number > 65535)
        return err_set(err, ERR_USAGE, "--listen %s: expected HOST:PORT", listen);
    *ret_host = host.n ? arena_str(arena, host).p : "127.0.0.1";
    *ret_port = number;
    return true;
}

static bool split_proxies(struct arena *arena, const char *list, const char **out, struct err *err)
{
    struct str rest = str_of(list);
    unsigned n = 0;
    while (rest.n) {
        size_t comma = str_find(rest, ',');
        struct str one = str_trim(str_sub(rest, 0, comma));
        if (one.n && n == PROXIES_MAX)
            return err_set(err, ERR_USAGE, "--trust-proxy: at most %d", PROXIES_MAX);
        if (one.n)
            out[n++] = arena_str(arena, one).p;
        rest = str_sub(rest, comma < rest.n ? comma + 1 : rest.n, rest.n);
    }
    out[n] = NULL;
    return true;
}

static int64_t now(void *app)
{
    return app_now(app);
}

static void *worker_new(void *app, struct err *err)
{
    struct data *reader;
    return app_reader(app, &reader, err) ? reader : NULL;
}

static void worker_free(void *app, void *worker)
{
    (void)app;
    data_close(worker);
}

static bool start_server(struct cli *cli, struct serving *s, const char *host, unsigned port, struct err *err)
{
    const struct args *args = &cli->args;
    const char *proxies[PROXIES_MAX + 1] = {NULL}, *trusted = args_value(args, "trust-proxy");
    uint64_t workers, loops;
    if (trusted && !split_proxies(cli->arena, trusted, proxies, err))
        return false;
    if (!args_number(args, "workers", 1, 64, 0, &workers, err) ||
            !args_number(args, "loops", 1, 64, 0, &loops, err))
        return false;
    if (!args_value(args, "tls-cert") != !args_value(args, "tls-key"))
        return err_set(err, ERR_USAGE, "--tls-cert and --tls-key belong together");
    struct server_options options = {
            .host = host,
            .port = port,
            .loops = (unsigned)loops,
            .workers = (unsigned)workers,
            .tls_certificate = args_value(args, "tls-cert"),
            .tls_key = args_value(args, "tls-key"),
            .trusted_proxies = proxies,
            .routes = app_routes(s->app),
            .app = s->app,
            .now = now,
            .worker_new = worker_new,
            .worker_free = worker_free,
            .authorize = user_authorize,
            .done = status_done,
            .before = idempotency_before,
            .after = idempotency_after,
    };
    return server_start(&options, &s->server, err);
}

// Logs where it answers and, where nobody can log in yet, prints the link on which the owner is made: for the
// person at the terminal only, not for the log.
static bool say_listening(struct cli *cli, const struct serving *s, const char *host, struct err *err)
{
    struct str link;
    bool six = strchr(host, ':') != NULL;
    struct str address = arena_printf(
            cli->arena, "%s%s%s:%u", six ? "[" : "", host, six ? "]" : "", server_port(s->server));
    struct str url = arena_printf(
            cli->arena, "%s://%s", args_value(&cli->args, "tls-cert") ? "https" : "http", address.p);
    logger_info(s->logger, "listening", LOG_TEXT("address", address), LOG_TEXT("url", url));
    if (!user_setup_link(s->app, cli->arena, url.p, &link, err))
        return false;
    if (link.n) {
        buf_printf(&cli->out.buf, "Open this link within a day to become the owner: %.*s\n", STR_ARG(link));
        out_flush(&cli->out);
    }
    return true;
}

static sigset_t stop_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

// The second signal ends the process at once.
static void wait_for_stop(const struct serving *s)
{
    sigset_t set = stop_signals();
    int number = 0;
    while (sigwait(&set, &number) != 0)
        continue;
    logger_info(s->logger, "stopping", LOG_TEXT("signal", number == SIGINT ? STR("INT") : STR("TERM")));
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static bool choose_level(const struct args *args, enum log_level *ret, struct err *err)
{
    static const char *const NAMES[] = {"debug", "info", "warning", "error"};
    const char *name = args_value(args, "log");
    if (!name)
        return true;
    for (unsigned i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (strcmp(name, NAMES[i]) == 0) {
            *ret = (enum log_level)(LEVEL_DEBUG + i);
            return true;
        }
    return err_set(err, ERR_USAGE, "--log %s: expected debug, info, warning or error", name);
}

// Each connection is a descriptor: as many as the system lets us have. Fewer is no error.
static void want_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static bool serve(struct cli *cli, struct serving *s, struct err *err)
{
    const char *folder, *listen = args_value(&cli->args, "listen"), *host = NULL;
    unsigned port = 0;
    if (!listen)
        listen = getenv("SLUICE_LISTEN");
    if (!listen || !*listen)
        listen = "127.0.0.1:8080";
    if (!folder_named(cli, &folder, err) || !split_address(cli->arena, listen, &host, &port, err))
        return false;
    struct app_options options = {.folder = folder,
            .clock = clock_system(),
            .logger = s->logger,
            .allow_internal = args_flag(&cli->args, "allow-internal")};
    want_descriptors();
    if (!app_open(&options, &s->app, err) || !app_start(s->app, err) ||
            !start_server(cli, s, host, port, err))
        return false;
    status_serve(s->app, s->server);
    bool fine = say_listening(cli, s, host, err);
    if (fine)
        wait_for_stop(s);
    status_serve(s->app, NULL);
    return fine;
}

static bool run(struct cli *cli, struct err *err)
{
    struct serving s = {0};
    struct clock clock = clock_system();
    enum log_level level = LEVEL_INFO;
    sigset_t set = stop_signals();
    if (!operands_are(cli, 0, 0, "no operands", err) || !choose_level(&cli->args, &level, err))
        return false;
    // Before any thread: they inherit it, so that only wait_for_stop() gets the signals.
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGXFSZ, SIG_IGN); // a file that may not grow is a write that fails
    s.logger = logger_new(STDERR_FILENO, level, &clock);
    bool fine = serve(cli, &s, err);
    // Requests first: what they captured is written before the app closes.
    if (s.server)
        server_stop(s.server, STOP_SECONDS);
    app_close(s.app);
    if (fine)
        logger_info(s.logger, "stopped", LOG_INT("status", 0));
    logger_free(s.logger);
    return fine;
}

const struct command COMMAND_SERVE = {
        .name = "serve",
        .summary = "Runs the server on a data folder",
        .synopsis = "--data DIR [--listen HOST:PORT]",
        .about = "Logs one JSON object a line on standard error; \"listening\" with the address once it "
                 "answers. "
                 "TERM or INT\nstops it: what clients were told is taken is on the disk. A second signal "
                 "ends it "
                 "at once, with the same promise.",
        .options =
                (const struct option[]){
                        OPTION_DATA,
                        {"listen", "HOST:PORT",
                                "where to answer (default: $SLUICE_LISTEN, or 127.0.0.1:8080)", false},
                        {"tls-cert", "FILE", "certificate chain (PEM): answer over HTTPS", false},
                        {"tls-key", "FILE", "its private key (PEM)", false},
                        {"trust-proxy", "CIDR,…", "believe the X-Forwarded- headers of these addresses",
                                false},
                        {"workers", "N", "threads for requests that read or change (default: by processors)",
                                false},
                        {"log", "LEVEL", "debug, info, warning or error (default: info)", false},
                        {"allow-internal", NULL, "let webhooks call addresses of the own network", false},
                        {"loops", "N", "threads that talk to clients", true},
                        OPTION_END,
                },
        .run = run,
};
