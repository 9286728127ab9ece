#include "app/form/submit.h"

#include "app/identity/identity.h"
#include "app/message/message.h"
#include "app/setting/setting.h"
#include "app/suppression/suppression.h"
#include "app/user/limit.h"
#include "base/random.h"

#include <sodium.h>

struct taking {
    struct app *app;
    struct arena *arena;
    const struct submit_input *in;
    struct submission s;
    struct submission_context context;
    struct submit_result *ret;
    uint8_t address[16], content[16], token[16];
    int64_t now;
};

static struct str bytes16(const uint8_t *bytes)
{
    return (struct str){(const char *)bytes, 16};
}

// Who gave answers that name nobody. A program hands in those of many people, each once.
static struct str sender(const struct taking *t)
{
    const struct submit_input *in = t->in;
    return in->trusted && !in->token.n ? t->s.id
                                       : arena_printf(t->arena, "%.*s %.*s %.*s", STR_ARG(in->token),
                                                 STR_ARG(in->visitor), STR_ARG(t->context.address));
}

// What is stored, but for what the writing decides.
static void prepare(struct taking *t)
{
    const struct submit_input *in = t->in;
    char hex[33], uuid[UUID_SIZE];
    struct buf text = {0};
    token_address(form_state_secret(t->app), limit_network(t->arena, in->client), t->address);
    sodium_bin2hex(hex, sizeof hex, t->address, sizeof t->address);
    t->context = in->context;
    t->context.address = arena_str(t->arena, str_of(hex));
    t->s = (struct submission){.id = arena_str(t->arena, uuid_v7(app_now_ms(t->app), uuid)),
            .form = in->form->id,
            .version = in->form->version,
            .time = t->now,
            .visitor = in->visitor,
            .address = bytes16(t->address),
            .content = bytes16(t->content)};
    answers_hash(&t->ret->answers, in->def, sender(t), t->content);
    if (in->token.n) {
        crypto_generichash(t->token, 16, (const unsigned char *)in->token.p, in->token.n, NULL, 0);
        t->s.token = bytes16(t->token);
    }
    answers_write(&t->ret->answers, in->def, &text);
    t->s.answers = arena_str(t->arena, buf_str(&text));
    text.n = 0;
    context_write(&t->context, &text);
    t->s.context = arena_str(t->arena, buf_str(&text));
    buf_free(&text);
}

static bool fresh(const struct taking *t, enum token_kind kind, struct str token, int64_t *ret_age)
{
    struct str subject;
    int64_t time;
    if (!token.n || !token_read(form_state_secret(t->app), kind, token, &subject, &time) ||
            !str_starts(subject, t->in->form->id))
        return false; // (ids are of one length)
    *ret_age = t->now - time;
    return *ret_age >= 0 && *ret_age <= FORM_SHOWN_SECONDS;
}

// Decides from what came and what has been before; false: the visitor is to do something else first.
static enum disposable policy(const struct taking *t)
{
    if (t->in->def->disposable != DISPOSABLE_DEFAULT)
        return t->in->def->disposable;
    struct str word = setting_text(t->app, t->arena, "form_disposable_mail");
    return str_eq(word, STR("accept"))   ? DISPOSABLE_ALLOW
           : str_eq(word, STR("refuse")) ? DISPOSABLE_REFUSE
                                         : DISPOSABLE_SUSPECT;
}

static bool judge(struct taking *t, const struct submission_past *past)
{
    const struct submit_input *in = t->in;
    unsigned bits = past->from_address > FORM_RATE_MORE ? FORM_BITS_MORE : FORM_BITS;
    int64_t age = 0, checked_age = 0;
    bool shown = fresh(t, TOKEN_FORM, in->token, &age),
         checked = fresh(t, TOKEN_CHECK, in->checked, &checked_age);
    struct weighing w = {.trap = pairs_get(in->sent, STR(FORM_TRAP)).n > 0,
            .token_used = past->token_used,
            .from_address = past->from_address,
            // A program may well say that it is one; a page is filled in with a browser.
            .machine = in->context.via != VIA_JSON && in->context.via != VIA_HUBSPOT &&
                       answer_machine(in->user_agent),
            .disposable = policy(t) == DISPOSABLE_SUSPECT && answer_disposable(t->ret->answers.email),
            .fast = shown && age < FORM_FAST_SECONDS};
    w.proven = in->trusted || (shown && !past->token_used && proof_bits(in->token, in->proof) >= bits) ||
               (checked && checked_age >= 1);
    if (!in->trusted && past->from_address >= FORM_RATE_MOST) {
        t->ret->outcome = SUBMIT_LIMITED;
        return false;
    }
    if (!w.proven && !w.trap && in->browser) {
        t->ret->outcome = SUBMIT_CHECK;
        return false;
    }
    if (!w.proven && !w.trap && in->token.n) {
        t->ret->outcome = SUBMIT_PROOF;
        t->ret->bits = bits;
        return false;
    }
    struct buf reasons = {0};
    t->ret->points = form_weigh(&w, &t->ret->answers, &reasons);
    t->ret->reasons = arena_str(t->arena, buf_str(&reasons));
    buf_free(&reasons);
    t->ret->outcome = !in->trusted && t->ret->points >= FORM_SUSPECT ? SUBMIT_SUSPECT
                      : in->def->double_opt_in                       ? SUBMIT_PENDING
                                                                     : SUBMIT_ACCEPTED;
    return true;
}

static struct str state_word(enum submit_outcome outcome)
{
    return outcome == SUBMIT_SUSPECT   ? STR("suspect")
           : outcome == SUBMIT_PENDING ? STR("pending")
                                       : STR("accepted");
}

// Reads the answers. false: they are not to be taken.
static bool check(struct taking *t)
{
    const struct submit_input *in = t->in;
    t->ret->problems = problems_new(t->arena);
    answers_read(
            t->arena, in->def, in->words, in->sent, in->query, in->known, &t->ret->answers, t->ret->problems);
    if (policy(t) == DISPOSABLE_REFUSE && answer_disposable(t->ret->answers.email))
        for (unsigned i = 0; i < t->ret->answers.n; i++)
            if (t->ret->answers.given[i].field->type == FIELD_EMAIL)
                problems_add(t->ret->problems, t->ret->answers.given[i].field->name, "%.*s",
                        STR_ARG(in->words->disposable));
    t->ret->outcome = SUBMIT_INVALID;
    return t->ret->problems->n == 0;
}

// Who it is: by the addresses given, else by the link that led here, else by the browser, else somebody new
// without a name. Texts live in arena: the submission outlives the transaction.
static bool find_person(struct writing *w, struct arena *arena, struct submission *s,
        const struct answers *answers, struct str person, struct err *err)
{
    struct identity_ask ask = {.email = answers->email, .phone = answers->phone};
    bool is_new;
    if (ask.email.n || ask.phone.n) {
        if (!identity_resolve(w, &ask, &s->user_id, &is_new, err))
            return false;
        s->user_id = arena_str(arena, s->user_id);
        return true;
    }
    s->user_id = person;
    if (!person.n && !s->visitor.n)
        s->visitor = arena_printf(arena, "form-%.*s", STR_ARG(s->id));
    return true;
}

static bool append_all(struct writing *w, const struct messages *messages, struct err *err)
{
    for (unsigned i = 0; i < messages->n; i++)
        if (!writing_append(w, messages->list[i], NULL, err))
            return false;
    return true;
}

static bool write_down(struct taking *t, struct writing *w, struct err *err)
{
    const struct submit_input *in = t->in;
    struct messages *messages = ARENA_NEW(t->arena, struct messages);
    t->s.state = state_word(t->ret->outcome);
    t->s.points = t->ret->points;
    t->s.reasons = t->ret->reasons;
    t->s.user_id = in->person; // of one under suspicion: it is not in the log, but whose link it was is known
    if (t->ret->outcome != SUBMIT_SUSPECT) {
        if (!find_person(w, t->arena, &t->s, &t->ret->answers, in->person, err))
            return false;
        submission_messages(t->arena, in->form, in->def, &t->s, &t->context, &t->ret->answers,
                in->def->double_opt_in ? PHASE_SUBMIT : PHASE_SUBMIT | PHASE_CONFIRM, t->now, messages);
        if (!append_all(w, messages, err))
            return false;
    }
    return submission_insert(w->store, &t->s, err) &&
           (t->ret->outcome != SUBMIT_PENDING || form_letter(w, &t->s, t->ret->answers.email, err));
}

bool form_submit(struct app *app, struct data *reader, struct arena *arena, const struct submit_input *in,
        int64_t now, struct submit_result *ret, struct err *err)
{
    struct taking t = {.app = app, .arena = arena, .in = in, .ret = ret, .now = now};
    struct submission_past past;
    struct writing *w;
    *ret = (struct submit_result){0};
    if (!check(&t))
        return true;
    prepare(&t);
    if (!submission_past(data_store(reader), arena, &t.s, &past, err))
        return false;
    if (!past.same.n && !judge(&t, &past))
        return true;
    if (!writing_begin(app, &w, err))
        return false;
    // Once more, now that nobody else writes: a double click sends the same twice at the same moment.
    bool ok = submission_past(w->store, arena, &t.s, &past, err);
    if (ok && past.same.n) {
        struct submission same;
        ok = submission_find(w->store, arena, past.same, &same, err);
        writing_abort(w);
        if (!ok)
            return false;
        ret->id = same.id;
        ret->outcome = str_eq(same.state, STR("pending"))   ? SUBMIT_PENDING
                       : str_eq(same.state, STR("suspect")) ? SUBMIT_SUSPECT
                                                            : SUBMIT_ACCEPTED;
        return true;
    }
    ok = ok && write_down(&t, w, err);
    if (!ok) {
        writing_abort(w);
        return false;
    }
    ret->id = t.s.id;
    if (!writing_commit(w, err))
        return false;
    message_wake(app);
    app_publish(app, "submission", t.s.id);
    return true;
}

bool form_try(struct app *app, struct data *reader, struct arena *arena, const struct submit_input *in,
        int64_t now, struct submit_result *ret, struct messages *ret_messages, struct err *err)
{
    struct taking t = {.app = app, .arena = arena, .in = in, .ret = ret, .now = now};
    struct identity_ask ask = {0};
    *ret = (struct submit_result){0};
    ret_messages->n = 0;
    if (!check(&t))
        return true;
    prepare(&t);
    ask.email = ret->answers.email;
    ask.phone = ret->answers.phone;
    if ((ask.email.n || ask.phone.n) && !identity_find(data_store(reader), arena, &ask, &t.s.user_id, err))
        return false;
    if ((ask.email.n || ask.phone.n) && !t.s.user_id.n)
        t.s.user_id = STR("new");
    ret->outcome = in->def->double_opt_in ? SUBMIT_PENDING : SUBMIT_ACCEPTED;
    ret->id = t.s.id;
    submission_messages(arena, in->form, in->def, &t.s, &t.context, &ret->answers,
            PHASE_SUBMIT | PHASE_CONFIRM, now, ret_messages);
    return true;
}

bool form_stored(struct store *store, struct arena *arena, struct str id, struct stored_submission *ret,
        struct err *err)
{
    struct form_def def;
    struct json *json;
    struct pairs *sent = ARENA_NEW(arena, struct pairs);
    if (!submission_find(store, arena, id, &ret->s, err))
        return false;
    if (!form_find(store, arena, ret->s.form, &ret->form, NULL)) // deleted meanwhile
        ret->form = (struct form){.id = ret->s.form, .slug = ret->s.form, .name = ret->s.form};
    if (!form_at_version(store, arena, ret->s.form, ret->s.version, &ret->form.definition, err) ||
            !form_def_of(arena, ret->form.definition, &def, err) ||
            !context_read(arena, ret->s.context, &ret->context, err) ||
            !json_parse(arena, ret->s.answers, &json, err))
        return false;
    ret->def = form_def_translated(arena, &def, ret->context.language);
    pairs_of_json(arena, sent, json);
    answers_read(arena, &ret->def, words_in(STR("en")), sent, NULL, NULL, &ret->answers, problems_new(arena));
    return true;
}

// Who subscribes anew takes back that they had left. Whatever else stands against the address stays.
static bool take_back(struct writing *w, const struct stored_submission *stored, struct err *err)
{
    bool subscribes = false;
    for (unsigned i = 0; i < stored->def.n_consents; i++)
        subscribes |= stored->answers.agreed[i] && stored->def.consents[i].list.n;
    struct str proof = arena_printf(w->arena, "form %.*s, confirmed by link", STR_ARG(stored->form.slug));
    return !subscribes || unsuppress(w, stored->answers.email, STR(""), proof, NULL, err);
}

bool form_confirm(
        struct app *app, struct arena *arena, struct str id, struct submission *ret, struct err *err)
{
    struct writing *w;
    struct stored_submission *stored = ARENA_NEW(arena, struct stored_submission);
    struct messages *messages = ARENA_NEW(arena, struct messages);
    if (!writing_begin(app, &w, err))
        return false;
    bool ok = form_stored(w->store, arena, id, stored, err);
    if (ok && !str_eq(stored->s.state, STR("pending"))) {
        writing_abort(w);
        *ret = stored->s;
        return str_eq(stored->s.state, STR("confirmed")) || str_eq(stored->s.state, STR("accepted")) ||
               err_set(err, ERR_CONFLICT, "the submission cannot be confirmed");
    }
    if (ok) {
        stored->s.state = STR("confirmed");
        stored->s.confirmed = w->now;
        submission_messages(arena, &stored->form, &stored->def, &stored->s, &stored->context,
                &stored->answers, PHASE_CONFIRM, w->now, messages);
        ok = append_all(w, messages, err) && submission_update(w->store, &stored->s, err) &&
             take_back(w, stored, err);
    }
    if (!ok) {
        writing_abort(w);
        return false;
    }
    *ret = stored->s;
    if (!writing_commit(w, err))
        return false;
    app_publish(app, "submission", id);
    return true;
}

static bool release(struct writing *w, struct arena *arena, const struct principal *who,
        struct stored_submission *stored, bool spam, struct err *err)
{
    struct messages *messages = ARENA_NEW(arena, struct messages);
    struct submission *s = &stored->s;
    if (!str_eq(s->state, STR("suspect")))
        return err_set(err, ERR_CONFLICT,
                "the submission is %.*s: only those under suspicion can be decided on", STR_ARG(s->state));
    s->state = spam ? STR("spam") : stored->def.double_opt_in ? STR("pending") : STR("accepted");
    if (!spam) {
        if (!find_person(w, arena, s, &stored->answers, s->user_id, err))
            return false;
        submission_messages(arena, &stored->form, &stored->def, s, &stored->context, &stored->answers,
                stored->def.double_opt_in ? PHASE_SUBMIT : PHASE_SUBMIT | PHASE_CONFIRM, s->time, messages);
        if (!append_all(w, messages, err) ||
                (stored->def.double_opt_in && !form_letter(w, s, stored->answers.email, err)))
            return false;
    }
    return submission_update(w->store, s, err) &&
           audit_write(
                   w, who, spam ? "submission.reject" : "submission.accept", s->id, STR_NONE, STR_NONE, err);
}

bool form_release(struct app *app, struct arena *arena, const struct principal *who, struct str id, bool spam,
        struct submission *ret, struct err *err)
{
    struct writing *w;
    struct stored_submission *stored = ARENA_NEW(arena, struct stored_submission);
    if (!writing_begin(app, &w, err))
        return false;
    if (!form_stored(w->store, arena, id, stored, err) || !release(w, arena, who, stored, spam, err)) {
        writing_abort(w);
        return false;
    }
    *ret = stored->s;
    if (!writing_commit(w, err))
        return false;
    message_wake(app);
    app_publish(app, "submission", id);
    return true;
}
