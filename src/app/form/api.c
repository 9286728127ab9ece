#include "app/form/api.h"

#include "app/letter/letter.h"
#include "app/listing.h"
#include "app/mailbox/mailbox.h"
#include "base/datetime.h"
#include "base/random.h"

static void put_time(struct buf *out, const char *name, int64_t time)
{
    char text[DATETIME_SIZE];
    buf_printf(out, ",\"%s\":\"%.*s\"", name, STR_ARG(datetime_format(time, text)));
}

static void put_form(const struct form *form, struct buf *out)
{
    buf_put(out, STR("{\"id\":"));
    json_put_string(out, form->id);
    buf_put(out, STR(",\"slug\":"));
    json_put_string(out, form->slug);
    buf_put(out, STR(",\"name\":"));
    json_put_string(out, form->name);
    buf_printf(out, ",\"version\":%lld,\"published\":%s,\"path\":\"/f/%.*s\"", (long long)form->version,
            form->published ? "true" : "false", STR_ARG(form->slug));
    put_time(out, "created", form->created);
    put_time(out, "updated", form->updated);
    buf_put(out, STR(",\"definition\":"));
    buf_put(out, form->definition);
    buf_char(out, '}');
}

bool form_api_find(struct request *r, struct form *ret, struct err *err)
{
    return form_find(data_store(request_data(r)), r->arena, request_param(r, "id"), ret, err);
}

static void add_form(void *ctx, const struct form *form)
{
    struct buf item = {0};
    put_form(form, &item);
    listing_add(ctx, form->id, buf_str(&item));
    buf_free(&item);
}

bool form_api_list(struct request *r, struct err *err)
{
    struct listing *list;
    return listing_new(r, "name", &list, err) &&
           form_each(data_store(request_data(r)), r->arena, add_form, list, err) && listing_end(list, err);
}

// The form; of one with double opt-in also whether its mails can go out.
static bool answer(struct request *r, const struct form *form, struct err *err)
{
    struct form_def def;
    enum letter_state state;
    int64_t mailbox = 0;
    response_etag(r, form->version);
    put_form(form, r->out);
    if (!form_def_of(r->arena, form->definition, &def, err))
        return false;
    if (!def.double_opt_in)
        return true;
    if (def.mailbox.n && !mailbox_number(data_store(request_data(r)), def.mailbox, &mailbox, err) &&
            err->code != ERR_NOT_FOUND)
        return false;
    if (!letter_state(request_app(r), request_data(r), mailbox, &state, err))
        return false;
    r->out->n--; // its closing brace
    buf_printf(r->out, ",\"confirmation\":\"%s\"}", LETTER_STATES[state]);
    return true;
}

bool form_api_get(struct request *r, struct err *err)
{
    struct form form;
    return form_api_find(r, &form, err) && answer(r, &form, err);
}

// What the body says, over what the form is; the definition is checked.
static bool read_form(struct request *r, struct form *form, struct err *err)
{
    const struct json *name = json_get(r->json, STR("name")), *slug = json_get(r->json, STR("slug")),
                      *published = json_get(r->json, STR("published")),
                      *definition = json_get(r->json, STR("definition"));
    struct problems *problems = problems_new(r->arena);
    struct form_def def;
    int64_t mailbox;
    if (name)
        form->name = name->text;
    if (slug)
        form->slug = slug->text;
    if (published)
        form->published = published->kind == JSON_TRUE;
    bool named = form_label_fits(form->name);
    if (!named)
        request_problem(r, 400, "name", "must be a text in one line");
    if (!form_slug_fits(form->slug))
        request_problem(r, 400, "slug", "must be small letters, digits and inner hyphens, at most 60");
    if (definition) {
        struct buf text = {0};
        json_put(&text, definition);
        form->definition = arena_str(r->arena, buf_str(&text));
        buf_free(&text);
        if (form_def_read(r->arena, definition, &def, problems) && def.mailbox.n &&
                !mailbox_number(data_store(request_data(r)), def.mailbox, &mailbox, err)) {
            if (err->code != ERR_NOT_FOUND)
                return false;
            problems_add(problems, STR("mailbox"), "there is no such mailbox");
        }
    }
    for (unsigned i = 0; i < problems->n; i++)
        request_problem(r, 400, arena_printf(r->arena, "definition.%.*s", STR_ARG(problems->list[i].field)).p,
                "%.*s", STR_ARG(problems->list[i].message));
    bool fine = named && form_slug_fits(form->slug) && !problems->n;
    return fine || err_set(err, ERR_INPUT, "the form cannot be taken");
}

static struct str text_of(struct arena *arena, const struct form *form)
{
    struct buf out = {0};
    put_form(form, &out);
    struct str text = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

// Between the look at a form and the writing somebody else may have changed it, deleted it, or taken its
// address.
static bool still_fits(
        struct request *r, struct store *store, const struct form *form, bool is_new, struct err *err)
{
    struct form other;
    if (form_find(store, r->arena, form->slug, &other, NULL) && !str_eq(other.id, form->id))
        return request_problem(r, 409, "slug", "another form has this address already");
    if (is_new)
        return true;
    if (!form_find(store, r->arena, form->id, &other, err) || !request_matches(r, other.version, err))
        return false;
    return other.version == form->version - 1 ||
           request_problem(r, 409, NULL, "somebody else has just changed the form: try again");
}

// Writes the form and the audit's line. before: STR_NONE for a new one.
static bool save(struct request *r, const struct form *form, struct str before, struct err *err)
{
    struct writing *w;
    struct str after = text_of(r->arena, form);
    if (!writing_begin(request_app(r), &w, err))
        return false;
    if (!still_fits(r, w->store, form, !before.n, err) || !form_put(w->store, form, err) ||
            !audit_write(w, request_principal(r), before.n ? "form.update" : "form.create", form->id, before,
                    after, err)) {
        writing_abort(w);
        return false;
    }
    if (!writing_commit(w, err))
        return false;
    app_publish(request_app(r), "form", form->id);
    return answer(r, form, err);
}

bool form_api_create(struct request *r, struct err *err)
{
    char uuid[UUID_SIZE];
    struct form form = {.id = uuid_v7(app_now_ms(request_app(r)), uuid),
            .version = 1,
            .created = r->now,
            .updated = r->now};
    return read_form(r, &form, err) && save(r, &form, STR_NONE, err);
}

bool form_api_change(struct request *r, struct err *err)
{
    struct form form;
    if (!form_api_find(r, &form, err) || !request_matches(r, form.version, err))
        return false;
    struct str before = text_of(r->arena, &form);
    if (!read_form(r, &form, err))
        return false;
    form.version++;
    form.updated = r->now;
    return save(r, &form, before, err);
}

bool form_api_delete(struct request *r, struct err *err)
{
    struct form form;
    struct writing *w;
    if (!form_api_find(r, &form, err) || !request_matches(r, form.version, err) ||
            !writing_begin(request_app(r), &w, err))
        return false;
    if (!form_remove(w->store, form.id, err) || !audit_write(w, request_principal(r), "form.delete", form.id,
                                                        text_of(r->arena, &form), STR_NONE, err)) {
        writing_abort(w);
        return false;
    }
    if (!writing_commit(w, err))
        return false;
    app_publish(request_app(r), "form", form.id);
    return true;
}

bool form_api_versions(struct request *r, struct err *err)
{
    struct form form;
    struct listing *list;
    struct query *query;
    struct buf item = {0};
    bool row, ok;
    if (!form_api_find(r, &form, err) || !listing_new(r, "-version", &list, err) ||
            !store_query(data_store(request_data(r)),
                    "SELECT version, created FROM form_version WHERE form = $1 ORDER BY version", &query,
                    err))
        return false;
    query_bind_text(query, 1, form.id);
    while ((ok = query_step(query, &row, err)) && row) {
        item.n = 0;
        buf_printf(&item, "{\"version\":%lld", (long long)query_int(query, 0));
        put_time(&item, "created", query_int(query, 1));
        buf_char(&item, '}');
        listing_add(list, arena_printf(r->arena, "%lld", (long long)query_int(query, 0)), buf_str(&item));
    }
    query_end(query);
    buf_free(&item);
    return ok && listing_end(list, err);
}

bool form_api_version(struct request *r, struct err *err)
{
    struct form form;
    struct str definition;
    int64_t version;
    if (!form_api_find(r, &form, err))
        return false;
    if (!str_natural(request_param(r, "version"), &version))
        return err_set(err, ERR_NOT_FOUND, "the form has no such version");
    if (!form_at_version(data_store(request_data(r)), r->arena, form.id, version, &definition, err))
        return false;
    buf_printf(r->out, "{\"version\":%lld,\"definition\":%.*s}", (long long)version, STR_ARG(definition));
    return true;
}

static void put_problems(struct buf *out, const struct problems *problems)
{
    buf_char(out, '[');
    for (unsigned i = 0; i < problems->n; i++) {
        buf_put(out, i ? STR(",{\"field\":") : STR("{\"field\":"));
        json_put_string(out, problems->list[i].field);
        buf_put(out, STR(",\"message\":"));
        json_put_string(out, problems->list[i].message);
        buf_char(out, '}');
    }
    buf_char(out, ']');
}

bool form_api_test(struct request *r, struct err *err)
{
    struct serving *s = ARENA_NEW(r->arena, struct serving);
    struct pairs *sent = ARENA_NEW(r->arena, struct pairs);
    struct submit_input *in = ARENA_NEW(r->arena, struct submit_input);
    struct messages *messages = ARENA_NEW(r->arena, struct messages);
    struct submit_result result;
    struct form_def def;
    s->r = r;
    if (!form_api_find(r, &s->form, err) || !form_def_of(r->arena, s->form.definition, &def, err))
        return false;
    struct str language = form_def_language(&def, json_get_str(r->json, STR("language")), STR_NONE);
    s->def = form_def_translated(r->arena, &def, language);
    s->words = words_in(language);
    pairs_of_json(r->arena, sent, json_get(r->json, STR("answers")));
    serving_input(s, sent, in);
    in->context.via = VIA_JSON;
    if (!form_try(request_app(r), request_data(r), r->arena, in, r->now, &result, messages, err))
        return false;
    buf_printf(r->out, "{\"state\":\"%s\",\"errors\":",
            result.outcome == SUBMIT_INVALID   ? "invalid"
            : result.outcome == SUBMIT_PENDING ? "pending"
                                               : "accepted");
    put_problems(r->out, result.problems);
    buf_put(r->out, STR(",\"messages\":["));
    for (unsigned i = 0; i < messages->n; i++) {
        buf_put(r->out, i ? STR(",") : STR(""));
        buf_put(r->out, messages->list[i]);
    }
    buf_put(r->out, STR("]}"));
    return true;
}

// Messages of a test name nobody: "new" stands for a contact who is not known yet.
bool form_api_link(struct request *r, struct err *err)
{
    struct form form;
    struct str user = json_get_str(r->json, STR("user_id"));
    if (!form_api_find(r, &form, err))
        return false;
    if (!serving_visitor(user).n)
        return request_problem(r, 400, "user_id", "must be letters, digits and - _ . : only");
    struct str token = token_link(r->arena, form_state_secret(request_app(r)), TOKEN_PERSON, user, r->now);
    // (by its id: the link outlives the slug)
    struct str path = arena_printf(r->arena, "/f/%.*s?who=%.*s", STR_ARG(form.id), STR_ARG(token));
    buf_put(r->out, STR("{\"path\":"));
    json_put_string(r->out, path);
    buf_put(r->out, STR(",\"url\":"));
    json_put_string(r->out, arena_printf(r->arena, "%.*s%.*s", STR_ARG(serving_origin(r)), STR_ARG(path)));
    put_time(r->out, "expires", r->now + FORM_LINK_SECONDS);
    buf_char(r->out, '}');
    return true;
}
