// /api/conversations, /api/messages, /api/inbox: reading, taking in, changing.
#include "app/assignment/owner.h"
#include "app/inbox/private.h"
#include "app/listing.h"
#include "app/standing/live.h"
#include "app/user/principal.h"
#include "base/json_put.h"
#include "store/ask.h"

struct wish {
    struct str owner; // empty: anybody
    uint32_t contact; // 0: any
};

static bool fits(struct request *r, const struct wish *wish, const struct conversation *c)
{
    char owner[UUID_SIZE];
    if (wish->owner.n && !str_eq(conversation_owner(request_app(r), c, owner), wish->owner))
        return false;
    if (wish->contact && (!c->contact || live_owner(app_live(request_app(r)), c->contact) != wish->contact))
        return false;
    return conversation_visible(r, c);
}

// What the people of one page are called: that takes a look at their histories.
static bool put_called(void *ctx, struct str id, struct buf *out, struct err *err)
{
    struct request *r = ctx;
    struct conversation c;
    return conversation_read(data_store(request_data(r)), r->arena, id, &c, err) &&
           conversation_put_called(r, &c, out, err);
}

bool inbox_route_list(struct request *r, struct err *err)
{
    struct listing *list;
    struct query *query;
    struct wish wish = {.owner = request_query(r, "owner")};
    struct str state = request_query(r, "state"), class = request_query(r, "class"),
               contact = request_query(r, "contact");
    struct boxes *boxes = ARENA_NEW(r->arena, struct boxes);
    bool row, ok;
    if (str_eq(request_query(r, "mine"), STR("true")))
        wish.owner = request_principal(r)->id;
    if ((contact.n && !owner_contact_named(r, contact, &wish.contact, err)) ||
            !boxes_read(request_data(r), r->arena, boxes, err) || !listing_new(r, "-last", &list, err) ||
            !store_ask(data_store(request_data(r)),
                    "SELECT " CONVERSATION_COLUMNS " FROM conversation WHERE ($1 = '' OR state = $1)"
                    " AND ($2 = '' OR class = $2) ORDER BY last DESC LIMIT 100000",
                    PARAMS(P_TEXT(state.n ? state : STR("")), P_TEXT(class.n ? class : STR(""))), &query,
                    err))
        return false;
    struct arena *arena = arena_new();
    while ((ok = query_step(query, &row, err)) && row) {
        struct buf item = {0};
        struct conversation c = conversation_decode(query, arena);
        if (fits(r, &wish, &c)) {
            conversation_put(request_app(r), boxes, &c, &item);
            listing_add(list, c.id, buf_str(&item));
        }
        buf_free(&item);
        arena_reset(arena);
    }
    arena_free(arena);
    query_end(query);
    return ok && listing_end_with(list, put_called, r, err);
}

bool inbox_route_get(struct request *r, struct err *err)
{
    struct conversation c;
    return conversation_seen(r, data_store(request_data(r)), request_param(r, "id"), &c, err) &&
           conversation_answer(r, c.number, err);
}

bool inbox_route_patch(struct request *r, struct err *err)
{
    struct str state = json_get_str(r->json, STR("state"));
    const struct json *owner = json_get(r->json, STR("owner"));
    struct conversation before, c;
    struct writing *w;
    bool there = true;
    if (owner && owner->kind == JSON_STRING && owner->text.n &&
            !owner_account(data_store(request_data(r)), owner->text, &there, err))
        return false;
    if (!there)
        return request_problem(r, 400, "owner", "There is no such user, or they are disabled");
    if (!writing_begin_tables(request_app(r), &w, err))
        return false;
    bool ok = conversation_seen(r, w->store, request_param(r, "id"), &before, err) &&
              request_matches(r, before.version, err);
    c = ok ? before : (struct conversation){0};
    if (state.n)
        c.state = state;
    if (state.n && !str_eq(state, STR("waiting"))) {
        c.until = 0;
        c.reason = STR("");
    }
    if (owner)
        c.owner = owner->kind == JSON_STRING ? owner->text : STR("");
    ok = ok && conversation_store(w, &c, err) &&
         audit_change(w, request_principal(r), "conversation.update", c.id, conversation_put_plain, &before,
                 &c, err);
    return conversation_end(r, w, ok, &c, err);
}

bool inbox_route_raw(struct request *r, struct err *err)
{
    struct store *store = data_store(request_data(r));
    struct conversation c;
    struct letter letter;
    struct str raw;
    if (!letter_read(store, r->arena, request_param(r, "id"), &letter, err) ||
            !conversation_by_number(store, r->arena, letter.conversation, &c, err))
        return false;
    if (!conversation_visible(r, &c))
        return err_set(err, ERR_NOT_FOUND, "there is no such message");
    if (!raw_read(store, r->arena, letter.number, &raw, err))
        return false;
    // Strangers wrote it: no browser may take it for a page of ours.
    response_type(r, "message/rfc822");
    response_header(r, "X-Content-Type-Options", STR("nosniff"));
    response_header(r, "Content-Disposition",
            arena_printf(r->arena, "attachment; filename=\"%.*s.eml\"", STR_ARG(letter.id)));
    response_header(r, "Content-Security-Policy", STR("sandbox; default-src 'none'"));
    buf_put(r->out, raw);
    return true;
}

static bool mailbox_named(struct request *r, struct str id, int64_t *ret, struct err *err)
{
    struct boxes *boxes = ARENA_NEW(r->arena, struct boxes);
    *ret = 0;
    if (!id.n)
        return true;
    if (!boxes_read(request_data(r), r->arena, boxes, err))
        return false;
    for (unsigned i = 0; i < boxes->n; i++)
        if (str_eq(boxes->v[i].id, id))
            *ret = boxes->v[i].number;
    return *ret || request_problem(r, 400, "mailbox", "There is no such mailbox");
}

bool inbox_route_take(struct request *r, struct err *err)
{
    struct inbox_mail mail = {.raw = r->body, .recipient = request_query(r, "recipient")};
    struct inbox_taken taken;
    char uuid[UUID_SIZE];
    if (request_principal(r)->own_only)
        return request_problem(r, 403, NULL, "Whoever sees only their own contacts cannot take mails in");
    if (!str_trim(r->body).n)
        return request_problem(r, 400, NULL, "The body is empty: a mail is expected (message/rfc822)");
    if (!mailbox_named(r, request_query(r, "mailbox"), &mail.mailbox, err) ||
            !inbox_take(request_app(r), request_data(r), &mail, &taken, err))
        return false;
    struct live *live = app_live(request_app(r));
    buf_char(r->out, '{');
    put_text(r->out, "id", taken.message[0] ? str_of(taken.message) : STR_NONE);
    put_text(r->out, "conversation", taken.conversation[0] ? str_of(taken.conversation) : STR_NONE);
    put_text(r->out, "contact",
            taken.contact ? contact_uuid(request_app(r), live_owner(live, taken.contact), uuid) : STR_NONE);
    put_text(r->out, "class", str_of(taken.class));
    put_flag(r->out, "copy", taken.copy);
    put_text(
            r->out, "event", taken.event ? arena_printf(r->arena, "%lld", (long long)taken.event) : STR_NONE);
    put_text(r->out, "send", taken.send ? arena_printf(r->arena, "%lld", (long long)taken.send) : STR_NONE);
    buf_char(r->out, '}');
    return true;
}
