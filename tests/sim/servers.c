// The mail servers of the world: each hand-over is a dialogue between the program's own SMTP machine and a
// small server that follows a script, may answer anything, and may be cut off at any byte.
#include "sim/run.h"

#include "app/message/pump.h"
#include "mail/smtp.h"

#include <stdio.h>

// What a server does with one mail.
struct script {
    const char *at_mail, *at_rcpt, *at_data, *at_dot; // replies; NULL: as all is well
    size_t cut;    // bytes from the program after which the connection is gone; SIZE_MAX: never
    bool mute_dot; // it takes the mail, and is gone before it says so
    bool loses;    // the same, but it does not take it
};

struct server {
    const struct script *script;
    struct buf in;
    size_t at, seen;
    bool content, landed, gone;
};

struct flying {
    struct mail_delivery *delivery;
    struct handed_mail *mail;
    bool landed;
};

static void say(struct smtp *smtp, const char *line)
{
    smtp_push(smtp, str_of(line));
    smtp_push(smtp, STR("\r\n"));
}

static void answer(struct smtp *smtp, const char *own, const char *usual)
{
    say(smtp, own ? own : usual);
}

static void on_dot(struct server *server, struct smtp *smtp)
{
    const struct script *script = server->script;
    server->content = false;
    if (script->mute_dot || script->loses) {
        server->landed = script->mute_dot;
        server->gone = true;
        return;
    }
    server->landed = !script->at_dot;
    answer(smtp, script->at_dot, "250 2.0.0 queued");
}

static void on_line(struct server *server, struct smtp *smtp, struct str line)
{
    const struct script *script = server->script;
    if (server->content) {
        if (str_eq(line, STR(".")))
            on_dot(server, smtp);
    } else if (str_starts(line, STR("EHLO"))) {
        say(smtp, "250-sim\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 PIPELINING");
    } else if (str_starts(line, STR("MAIL"))) {
        answer(smtp, script->at_mail, "250 2.1.0 fine");
    } else if (str_starts(line, STR("RCPT"))) {
        answer(smtp, script->at_rcpt, "250 2.1.5 fine");
    } else if (str_starts(line, STR("DATA"))) {
        bool refused = script->at_mail || script->at_rcpt || script->at_data;
        answer(smtp,
                script->at_data ? script->at_data
                : refused       ? "503 5.5.1 no recipient"
                                : NULL,
                "354 go on");
        server->content = !refused;
    } else {
        say(smtp, str_starts(line, STR("QUIT")) ? "221 bye" : "250 2.0.0 fine");
    }
}

static void take(struct server *server, struct smtp *smtp)
{
    struct str out = smtp_output(smtp);
    size_t n = out.n < server->script->cut - server->seen ? out.n : server->script->cut - server->seen;
    buf_put(&server->in, str_sub(out, 0, n));
    server->seen += n;
    smtp_sent(smtp, n);
    while (server->at < server->in.n && !server->gone) {
        struct str rest = {server->in.p + server->at, server->in.n - server->at};
        size_t end = str_find(rest, '\n');
        if (end == rest.n)
            break;
        server->at += end + 1;
        on_line(server, smtp, str_sub(rest, 0, end && rest.p[end - 1] == '\r' ? end - 1 : end));
    }
    server->gone |= server->seen >= server->script->cut;
}

// The whole dialogue; true: the server has the mail.
static bool dialogue(struct mail_delivery *delivery, const struct script *script)
{
    struct server server = {.script = script};
    struct smtp *smtp = smtp_new(delivery->account, STR("sim.example"), false);
    bool begun = false, over = false;
    say(smtp, "220 sim ESMTP");
    while (!over) {
        enum smtp_event event = smtp_pull(smtp);
        if (event == SMTP_READY) {
            smtp_begin(smtp, delivery);
            begun = true;
        } else if (event == SMTP_DONE || event == SMTP_OVER) {
            over = true;
        } else if (smtp_output(smtp).n && !server.gone) {
            take(&server, smtp);
        } else {
            if (!begun) // cut off before it began: the mail was never there
                smtp_begin(smtp, delivery);
            smtp_lost(smtp, "the connection broke");
        }
    }
    smtp_free(smtp);
    buf_free(&server.in);
    return server.landed;
}

// What the address's server does this time.
static struct script script_of(struct world *w, const struct address *a, size_t content)
{
    struct script s = {.cut = SIZE_MAX};
    if (a->dead) {
        s.at_rcpt = "550 5.1.1 no such user";
        return s;
    }
    if (w->calm)
        return s;
    if (rng_chance(&w->rng, a->busy)) {
        const char **at[] = {&s.at_mail, &s.at_rcpt, &s.at_data, &s.at_dot};
        *at[rng_below(&w->rng, 4)] =
                rng_chance(&w->rng, 0.5) ? "451 4.3.0 try again later" : "450 4.2.1 busy";
    } else if (rng_chance(&w->rng, a->flaky)) {
        switch (rng_below(&w->rng, 5)) {
        case 0:
            s.mute_dot = true;
            break;
        case 1:
            s.loses = true;
            break;
        case 2: // around the end
            s.cut = 100 + content + rng_below(&w->rng, 40);
            break;
        default:
            s.cut = rng_below(&w->rng, content + 200);
        }
    } else if (rng_chance(&w->rng, 0.01)) {
        s.at_dot = "554 5.7.1 not wanted";
    }
    return s;
}

static struct str header(struct str content, const char *name)
{
    struct str rest = content;
    size_t n = strlen(name);
    while (rest.n) {
        size_t end = str_find(rest, '\n');
        struct str line = str_sub(rest, 0, end && rest.p[end - 1] == '\r' ? end - 1 : end);
        if (!line.n)
            break;
        if (line.n > n + 1 && str_eq_nocase(str_sub(line, 0, n), str_of(name)) && line.p[n] == ':') {
            struct str value = str_trim(str_sub(line, n + 1, line.n));
            if (value.n || end + 1 >= rest.n)
                return value;
            rest = str_sub(rest, end + 1, rest.n); // folded at once
            return str_trim(str_sub(rest, 0, str_find(rest, '\r')));
        }
        rest = str_sub(rest, end < rest.n ? end + 1 : end, rest.n);
    }
    return STR_NONE;
}

static unsigned address_of(const struct world *w, struct str text)
{
    for (unsigned i = 0; i < w->n_addresses; i++)
        if (str_eq_nocase(text, str_of(w->addresses[i].text)))
            return i;
    return ADDRESSES;
}

static struct handed_mail *read_mail(struct world *w, const struct mail_delivery *d)
{
    struct handed_mail *mail = ARENA_NEW(w->arena, struct handed_mail);
    char subject[100], name[100];
    struct str leave = header(d->content, "List-Unsubscribe");
    size_t from = str_find(leave, '<'), http = 0;
    snprintf(subject, sizeof subject, "%.*s", STR_ARG(header(d->content, "Subject")));
    mail->address = address_of(w, d->to);
    struct str to = header(d->content, "To");
    snprintf(name, sizeof name, "%.*s", STR_ARG(to));
    if (sscanf(subject, "Z%u s%u v%u", &mail->campaign, &mail->step, &mail->variant) != 3 ||
            sscanf(name, name[0] == '"' ? "\"u%u" : "u%u", &mail->person) != 1 ||
            mail->address == ADDRESSES || mail->campaign >= w->n_campaigns || mail->person >= w->n_people) {
        fault(w, "a strange mail to %.*s: %s, %s", STR_ARG(d->to), subject, name);
        mail->address = 0;
        mail->campaign = mail->person = mail->step = 0;
    }
    mail->number = w->mails.n;
    mail->at = program_now(w);
    mail->from = arena_str(w->arena, d->from);
    mail->message_id = arena_str(w->arena, header(d->content, "Message-ID"));
    for (; from < leave.n; from += 1 + str_find(str_sub(leave, from + 1, leave.n), '<'))
        if (str_starts(str_sub(leave, from + 1, leave.n), STR("http")))
            http = from + 1;
    struct str url =
            http ? str_sub(leave, http, http + str_find(str_sub(leave, http, leave.n), '>')) : STR_NONE;
    const char *path = url.n ? memmem(url.p, url.n, "/u/", 3) : NULL;
    mail->leave_url = path ? arena_str(w->arena, str_sub(url, (size_t)(path - url.p), url.n)) : STR_NONE;
    return mail;
}

static void submit(void *ctx, struct mail_delivery *delivery)
{
    struct world *w = ctx;
    struct flying *f = ARENA_NEW(w->arena, struct flying);
    struct handed_mail *mail = read_mail(w, delivery);
    struct script script = script_of(w, &w->addresses[mail->address], delivery->content.n);
    delivery->handed = HANDED_UNREACHED;
    *f = (struct flying){delivery, mail, dialogue(delivery, &script)};
    note(w, "handed Z%u s%u v%u u%u to %u: %s%s", mail->campaign, mail->step, mail->variant, mail->person,
            mail->address, handed_word(delivery->handed), f->landed ? ", landed" : "");
    check_hand_over(w, mail);
    vec_push(&w->mails, mail);
    vec_push(&w->flying, f);
    int64_t slow = w->calm || rng_chance(&w->rng, 0.7) ? 0 : soon(w, 600);
    comes(w, w->time + slow, HAPPEN_DONE, 0, 0, f);
    // Now and then two turn out to be one while one of them is having a mail.
    if (slow && rng_chance(&w->rng, 0.04)) {
        unsigned other = (unsigned)rng_below(&w->rng, w->n_people);
        bool first = rng_chance(&w->rng, 0.5);
        comes(w, w->time + (int64_t)rng_below(&w->rng, (uint64_t)slow), HAPPEN_MERGE,
                first ? mail->person : other, first ? other : mail->person, NULL);
    }
}

// What its reader and their servers do about it; some of it more than once.
static void react(struct world *w, struct handed_mail *mail)
{
    const struct address *a = &w->addresses[mail->address];
    const struct {
        double chance;
        enum happening what;
        int64_t within;
    } ways[] = {{a->replies, HAPPEN_REPLY, 5 * DAY}, {a->leaves, HAPPEN_LEAVE, 6 * DAY},
            {a->complains, HAPPEN_COMPLAINT, 9 * DAY}, {a->bounces_late, HAPPEN_BOUNCE, 21 * DAY},
            {a->away, HAPPEN_AWAY, 60}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (!rng_chance(&w->rng, ways[i].chance) || (ways[i].what == HAPPEN_LEAVE && !mail->leave_url.n))
            continue;
        int64_t at = w->time + 1 + soon(w, ways[i].within);
        comes(w, at, ways[i].what, 0, 0, mail);
        if (rng_chance(&w->rng, 0.1))
            comes(w, at + soon(w, 3 * DAY), ways[i].what, 0, 0, mail);
    }
}

// What came of it as the world knows it.
static void settle(struct world *w, struct flying *f, bool told)
{
    struct handed_mail *mail = f->mail;
    enum handed handed = f->delivery->handed;
    mail->landed = f->landed;
    mail->told = told;
    mail->unknown = !told || handed == HANDED_UNCLEAR;
    mail->refused = told && handed == HANDED_REFUSED;
    mail->hard = mail->refused && w->addresses[mail->address].dead;
    mail->settled = true;
    mail->pending = told;
    if (told && (handed == HANDED_DELIVERED) != f->landed && handed != HANDED_UNCLEAR)
        fault(w, "the dialogue ended as %s, but the server %s the mail", handed_word(handed),
                f->landed ? "has" : "does not have");
    if (mail->landed) {
        check_landed(w, mail);
        react(w, mail);
    }
}

void delivery_done(struct world *w, struct flying *f)
{
    for (size_t i = 0; i < w->flying.n; i++)
        if (w->flying.v[i] == f) {
            w->flying.v[i] = w->flying.v[--w->flying.n];
            settle(w, f, true);
            vec_push(&w->done, f->delivery);
            return;
        }
}

static size_t collect(void *ctx, struct mail_delivery **out, size_t n, unsigned ms)
{
    struct world *w = ctx;
    size_t found = 0;
    (void)ms;
    while (found < n && found < w->done.n) {
        out[found] = w->done.v[found];
        found++;
    }
    if (found)
        memmove(w->done.v, w->done.v + found, (w->done.n - found) * sizeof *w->done.v);
    w->done.n -= found;
    return found;
}

static bool resolve(void *ctx, struct arena *arena, struct str name, enum dns_type type,
        struct dns_answer *ret, struct err *err)
{
    (void)ctx, (void)arena, (void)name, (void)type, (void)ret;
    return err_set(err, ERR_BUSY, "there are no name servers here");
}

static bool try_login(void *ctx, const struct mail_account *account, struct arena *arena,
        struct str *ret_about, struct err *err)
{
    (void)ctx, (void)account, (void)arena, (void)err;
    *ret_about = STR("");
    return true;
}

static void stop(void *ctx)
{
    (void)ctx;
}

void servers_init(struct world *w)
{
    w->network = (struct mail_network){.ctx = w,
            .submit = submit,
            .collect = collect,
            .try_login = try_login,
            .resolve = resolve,
            .stop = stop};
}

// Whoever was told nothing: what was on its way may have arrived, or not.
void servers_died(struct world *w)
{
    for (size_t i = 0; i < w->flying.n; i++) {
        struct flying *f = w->flying.v[i];
        f->landed = f->landed && rng_chance(&w->rng, 0.6);
        note(w, "in flight Z%u s%u u%u%s", f->mail->campaign, f->mail->step, f->mail->person,
                f->landed ? ": landed" : "");
        settle(w, f, false);
        flight_free(f->delivery->ctx);
    }
    w->flying.n = 0;
    for (size_t i = 0; i < w->mails.n; i++) {
        w->mails.v[i]->unsure |= w->mails.v[i]->pending;
        w->mails.v[i]->pending = false;
    }
    for (size_t i = 0; i < w->done.n; i++)
        flight_free(w->done.v[i]->ctx);
    w->done.n = 0;
}

void servers_free(struct world *w)
{
    vec_free(&w->flying);
    vec_free(&w->done);
}
