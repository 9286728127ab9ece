// Reactions to changes of standings.
#include "app/task/reaction.h"

#include "app/standing/live.h"
#include "app/webhook/webhook.h"
#include "base/json_put.h"
#include "rules/model.h"
#include "store/ask.h"

struct reaction reaction_decode(struct query *query, struct arena *arena)
{
    return (struct reaction){.id = arena_str(arena, query_text(query, 0)),
            .name = arena_str(arena, query_text(query, 1)),
            .active = query_int(query, 2) != 0,
            .kind = arena_str(arena, query_text(query, 3)),
            .becomes = arena_str(arena, query_text(query, 4)),
            .task_title = arena_str(arena, query_text(query, 5)),
            .task_note = arena_str(arena, query_text(query, 6)),
            .task_kind = arena_str(arena, query_text(query, 7)),
            .task_owner = arena_str(arena, query_text(query, 8)),
            .task_due = arena_str(arena, query_text(query, 9)),
            .webhook = arena_str(arena, query_text(query, 10)),
            .version = query_int(query, 11),
            .created = query_int(query, 12),
            .changed = query_int(query, 13)};
}

static bool make_task(
        struct writing *w, const struct reaction *reaction, const struct moved *moved, struct err *err)
{
    int64_t seconds = 0;
    struct err unread; // it was checked when the reaction was made
    if (reaction->task_due.n)
        duration_parse(reaction->task_due, &seconds, &unread);
    struct task task = {.contact = moved->contact,
            .title = reaction->task_title,
            .note = reaction->task_note,
            .kind = reaction->task_kind,
            .owner = reaction->task_owner,
            .by = arena_printf(w->arena, "reaction:%.*s", STR_ARG(reaction->id)),
            .due = reaction->task_due.n ? w->now + seconds : 0};
    if (!task_make(w, &task, err))
        return false;
    task_changed(w->app, task.id);
    return true;
}

static bool tell_webhook(
        struct writing *w, const struct reaction *reaction, const struct moved *moved, struct err *err)
{
    struct buf data = {0};
    buf_char(&data, '{');
    bool ok = webhook_put_contact(w, moved->contact, &data, err);
    put_text(&data, "reaction", reaction->id);
    put_text(&data, "name", reaction->name);
    put_text(&data, "kind", str_of(moved->kind));
    put_text(&data, "from", moved->from);
    put_text(&data, "to", moved->to);
    put_time(&data, "at", moved->at);
    buf_char(&data, '}');
    ok = ok && webhook_emit_to(w, reaction->webhook, "reaction.fired", moved->contact, buf_str(&data), err);
    buf_free(&data);
    return ok;
}

static bool react(struct writing *w, struct arena *arena, const struct moved *moved, struct err *err)
{
    struct query *query;
    struct reaction fits[REACTIONS_MAX];
    unsigned n = 0;
    bool row, ok;
    if (!store_ask(w->store,
                "SELECT " REACTION_COLUMNS " FROM reaction WHERE kind = $1 AND active = 1"
                " AND (becomes = '' OR becomes = $2) ORDER BY id",
                PARAMS(P_TEXT(str_of(moved->kind)), P_TEXT(moved->to)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row && n < REACTIONS_MAX)
        fits[n++] = reaction_decode(query, arena);
    query_end(query);
    for (unsigned i = 0; ok && i < n; i++)
        ok = (!fits[i].task_title.n || make_task(w, &fits[i], moved, err)) &&
             (!fits[i].webhook.n || tell_webhook(w, &fits[i], moved, err));
    return ok;
}

bool task_react(struct writing *w, const struct moved *moved, struct err *err)
{
    if (!moved->fresh)
        return true;
    struct arena *arena = arena_new();
    bool ok = react(w, arena, moved, err);
    arena_free(arena);
    return ok;
}
