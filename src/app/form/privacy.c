// What submissions hold of a person: told on request, erased, and not kept for ever where they are spam.
#include "app/form/state.h"

#include "app/form/submission.h"
#include "base/datetime.h"
#include "base/vec.h"
#include "store/ask.h"

enum { SUSPECT_DAYS = 90 };

static bool name_of(struct store *store, struct arena *arena, uint32_t id, struct str *ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_ask(store, "SELECT name FROM contact WHERE id = $1", PARAMS(P_INT(id)), &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok)
        *ret = row ? arena_str(arena, query_text(query, 0)) : STR_NONE;
    query_end(query);
    return ok;
}

// Rows stay for the counts: when, which form, what became of it.
#define EMPTIED                                                                                             \
    "UPDATE form_submission SET answers = '{}', context = '{}', reasons = '[]', user_id = NULL, visitor = " \
    "NULL,"                                                                                                 \
    " address = $2, content = $2, token = NULL"

// The mail's row stays: its number must not come to mean another one.
#define LETTERLESS                                                                             \
    "UPDATE form_letter SET submission = '', address = 0 WHERE submission IN (SELECT id FROM " \
    "form_submission WHERE user_id = $1)"

// Whether one of the answers is one of the person's words: an address, a number.
static bool answers_name(struct arena *arena, const struct person *who, struct str answers)
{
    struct json *json;
    if (!json_parse(arena, answers, &json, NULL))
        return false;
    for (const struct json *j = json->child; j; j = j->next)
        for (unsigned i = 0; i < who->n_words; i++)
            if (j->kind == JSON_STRING && str_eq_nocase(j->text, who->words[i]))
                return true;
    return false;
}

// Those set aside belong to nobody yet, so they are known by what they say.
static bool erase_aside(struct writing *w, const struct person *who, struct str nothing, struct err *err)
{
    struct query *query;
    VEC(struct str) ids = {0};
    bool row, ok;
    if (!store_ask(w->store,
                "SELECT id, answers FROM form_submission WHERE (state = 'suspect' OR state = 'spam')"
                " AND answers <> '{}'",
                NULL, 0, &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row)
        if (answers_name(w->arena, who, query_text(query, 1)))
            vec_push(&ids, arena_str(w->arena, query_text(query, 0)));
    query_end(query);
    for (size_t i = 0; ok && i < ids.n; i++)
        ok = store_do(w->store, EMPTIED " WHERE id = $1", PARAMS(P_TEXT(ids.v[i]), P_BYTES(nothing)), err);
    vec_free(&ids);
    return ok;
}

bool form_erase(struct writing *w, const char *folder, const struct person *who, struct err *err)
{
    static const char ZEROS[16] = {0};
    struct str nothing = {ZEROS, sizeof ZEROS}, name;
    (void)folder;
    for (unsigned i = 0; i < who->n_ids; i++) {
        if (!name_of(w->store, w->arena, who->ids[i], &name, err))
            return false;
        if (name.n && !(store_do(w->store, LETTERLESS, PARAMS(P_TEXT(name)), err) &&
                              store_do(w->store, EMPTIED " WHERE user_id = $1",
                                      PARAMS(P_TEXT(name), P_BYTES(nothing)), err) &&
                              store_do(w->store, EMPTIED " WHERE visitor = $1",
                                      PARAMS(P_TEXT(name), P_BYTES(nothing)), err)))
            return false;
    }
    return erase_aside(w, who, nothing, err);
}

bool form_tell(struct data *reader, const struct person *who, struct buf *out, struct err *err)
{
    struct arena *arena = arena_new();
    char time[DATETIME_SIZE];
    bool ok = true, first = true;
    buf_put(out, STR(",\"submissions\":["));
    for (unsigned i = 0; ok && i < who->n_ids; i++) {
        struct str name;
        struct query *query;
        bool row;
        ok = name_of(data_store(reader), arena, who->ids[i], &name, err) &&
             store_ask(data_store(reader),
                     "SELECT id, form, state, time, answers, context FROM form_submission"
                     " WHERE user_id = $1 OR (visitor = $1 AND user_id IS NULL) ORDER BY id",
                     PARAMS(P_TEXT(name)), &query, err);
        if (!ok)
            break;
        while ((ok = query_step(query, &row, err)) && row) {
            buf_put(out, first ? STR("{\"id\":") : STR(",{\"id\":"));
            json_put_string(out, query_text(query, 0));
            buf_put(out, STR(",\"form\":"));
            json_put_string(out, query_text(query, 1));
            buf_put(out, STR(",\"state\":"));
            json_put_string(out, query_text(query, 2));
            buf_printf(out, ",\"time\":\"%.*s\",\"answers\":%.*s",
                    STR_ARG(datetime_format(query_int(query, 3), time)), STR_ARG(query_text(query, 4)));
            buf_printf(out, ",\"context\":%.*s}", STR_ARG(query_text(query, 5)));
            first = false;
        }
        query_end(query);
    }
    buf_char(out, ']');
    arena_free(arena);
    return ok;
}

bool form_forget(struct app *app, struct data *reader, struct err *err)
{
    static const char ZEROS[16] = {0};
    struct writing *w;
    struct query *query;
    bool row;
    int64_t before = app_now(app) - SUSPECT_DAYS * 86400;
    if (!store_ask(data_store(reader),
                "SELECT id FROM form_submission WHERE (state = 'suspect' OR state = 'spam') AND time < $1"
                " AND answers <> '{}' LIMIT 1",
                PARAMS(P_INT(before)), &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    query_end(query);
    if (!ok || !row)
        return ok;
    if (!writing_begin(app, &w, err))
        return false;
    if (!store_do(w->store,
                EMPTIED ", state = 'spam' WHERE (state = 'suspect' OR state = 'spam') AND time < $1",
                PARAMS(P_INT(before), P_BYTES(((struct str){ZEROS, sizeof ZEROS}))), err)) {
        writing_abort(w);
        return false;
    }
    return writing_commit(w, err);
}
