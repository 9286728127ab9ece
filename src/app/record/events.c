// Events over the API: the log from its end, one event, and adding one.
#include "app/record/record.h"

#include "app/assignment/owner.h"
#include "app/event/view.h"
#include "app/listing.h"
#include "app/standing/identifier.h"
#include "app/user/principal.h"
#include "base/datetime.h"
#include "base/random.h"
#include "base/vec.h"

#include <stdlib.h>

// A page of everything is looked for in at most so many rows; then `next` leads on.
enum { ROWS_LOOKED_AT = 20000, CHUNK = 1000 };

bool record_contact(struct request *r, struct str id, uint32_t *ret_contact, struct err *err)
{
    const struct principal *who = request_principal(r);
    char owner[UUID_SIZE];
    uint32_t contact;
    if (!live_find(app_live(request_app(r)), request_data(r), id, &contact, err))
        return false;
    if (who && who->own_only &&
            (!owner_of(request_app(r), contact, owner) || !str_eq(str_of(owner), who->id)))
        return err_set(err, ERR_NOT_FOUND, "there is no contact %.*s", STR_ARG(id));
    *ret_contact = contact;
    return true;
}

struct reading {
    struct request *r;
    VEC(struct str) found; // of the chunk, ascending, as JSON
    VEC(int64_t) ids;
    struct str name; // only events of this name
    int64_t since, until;
    struct buf json;
};

static struct str contact_of(struct request *r, const struct log_row *row, char *out)
{
    struct app *app = request_app(r);
    uint32_t number = (uint32_t)(row->user ? row->user : row->anonymous);
    return contact_uuid(app, live_owner(app_live(app), number), out);
}

static bool read_row(void *ctx, const struct log_row *row, struct err *err)
{
    struct reading *g = ctx;
    char contact[UUID_SIZE];
    (void)err;
    if (row->kind != MESSAGE_EVENT || row->undo || row->time < g->since || row->time > g->until ||
            (g->name.n && !str_eq(row->type->name, g->name)))
        return true;
    g->json.n = 0;
    event_put(g->r->arena, row, contact_of(g->r, row, contact), &g->json);
    vec_push(&g->found, arena_str(g->r->arena, buf_str(&g->json)));
    vec_push(&g->ids, row->id);
    return true;
}

// Puts what the chunk found, newest first. False when the page is full; *ret_next is where the next one
// begins.
static bool put_found(struct reading *g, unsigned limit, unsigned *n, int64_t *ret_next)
{
    for (size_t i = g->found.n; i-- > 0;) {
        if (*n == limit) {
            *ret_next = g->ids.v[i] + 1;
            return false;
        }
        buf_put(g->r->out, (*n)++ ? STR(",") : STR(""));
        buf_put(g->r->out, g->found.v[i]);
    }
    g->found.n = g->ids.n = 0;
    return true;
}

// The rows of a contact are known; everything else is read from the end in chunks.
static bool read_page(struct reading *g, const uint32_t *rows, uint32_t n_rows, int64_t before,
        unsigned limit, int64_t *ret_next, struct err *err)
{
    struct log *log = data_log(request_data(g->r));
    unsigned n = 0;
    if (rows) {
        for (uint32_t i = n_rows; i-- > 0;)
            if ((int64_t)rows[i] < before &&
                    (!log_scan(log, (int64_t)rows[i] - 1, rows[i], false, read_row, g, err) ||
                            !put_found(g, limit, &n, ret_next)))
                return *ret_next != 0;
        return true;
    }
    struct log_position end;
    if (!log_position(log, &end, err))
        return false;
    int64_t last = before - 1 < end.last ? before - 1 : end.last;
    for (unsigned looked = 0; last > 0 && looked < ROWS_LOOKED_AT; looked += CHUNK, last -= CHUNK) {
        if (!log_scan(log, last > CHUNK ? last - CHUNK : 0, last, false, read_row, g, err))
            return false;
        if (!put_found(g, limit, &n, ret_next))
            return true;
    }
    *ret_next = last > 0 ? last + 1 : 0;
    return true;
}

static int by_row(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

bool record_list_events(struct request *r, struct err *err)
{
    struct reading g = {.r = r, .name = request_query(r, "name")};
    struct str id = request_query(r, "contact");
    const struct principal *who = request_principal(r);
    uint32_t contact, *rows = NULL, n_rows = 0;
    int64_t before = INT64_MAX, next = 0;
    unsigned limit;
    if (!listing_limit(r, &limit, err) || !listing_after(r, INT64_MAX, &before) ||
            !listing_time(r, "since", INT64_MIN, &g.since) || !listing_time(r, "until", INT64_MAX, &g.until))
        return false;
    if (who && who->own_only && !id.n)
        return request_problem(r, 403, "contact", "name one of your contacts");
    if (id.n && (!record_contact(r, id, &contact, err) ||
                        !live_rows(app_live(request_app(r)), request_data(r), contact, &rows, &n_rows, err)))
        return false;
    if (rows)
        qsort(rows, n_rows, sizeof *rows, by_row);
    buf_put(r->out, STR("{\"items\":["));
    bool ok = read_page(&g, rows, n_rows, before, limit, &next, err);
    if (next)
        buf_printf(r->out, "],\"next\":\"%lld\"}", (long long)next);
    else
        buf_put(r->out, STR("],\"next\":null}"));
    free(rows);
    vec_free(&g.found);
    vec_free(&g.ids);
    buf_free(&g.json);
    return ok;
}

bool record_row(struct str id, int64_t *ret)
{
    int64_t n;
    if (!str_natural(id, &n) || n == 0)
        return false;
    *ret = n;
    return true;
}

bool record_put_event(struct request *r, int64_t row, struct buf *out, struct err *err)
{
    struct reading g = {.r = r, .since = INT64_MIN, .until = INT64_MAX};
    bool ok = log_scan(data_log(request_data(r)), row - 1, row, false, read_row, &g, err);
    if (ok && !g.found.n)
        ok = err_set(err, ERR_NOT_FOUND, "there is no event %lld", (long long)row);
    if (ok)
        buf_put(out, g.found.v[0]);
    vec_free(&g.found);
    vec_free(&g.ids);
    buf_free(&g.json);
    return ok;
}

bool record_get_event(struct request *r, struct err *err)
{
    struct str id = request_param(r, "id");
    struct str contact;
    struct json *event;
    uint32_t number;
    int64_t row;
    if (!record_row(id, &row))
        return err_set(err, ERR_NOT_FOUND, "there is no event %.*s", STR_ARG(id));
    if (!record_put_event(r, row, r->out, err))
        return false;
    // A seller who only sees some contacts sees only their events.
    struct str json = arena_str(r->arena, buf_str(r->out));
    if (!json_parse(r->arena, json, &event, err))
        return false;
    contact = json_get_str(event, STR("contact"));
    return record_contact(r, contact, &number, err);
}

bool record_write(struct request *r, uint32_t contact, const struct recording *what, int64_t *ret_event,
        struct err *err)
{
    struct app *app = request_app(r);
    struct identifier who;
    struct buf message = {0};
    struct writing *w;
    int64_t row;
    if (!contact_identifier(app_live(app), request_data(r), contact, r->arena, &who, err))
        return false;
    buf_put(&message, STR("{\"type\":\"track\",\"event\":"));
    json_put_string(&message, what->name);
    buf_char(&message, ',');
    identifier_put(&who, &message);
    if (what->time.n) {
        buf_put(&message, STR(",\"timestamp\":"));
        json_put_string(&message, what->time);
    }
    if (what->message_id.n) {
        buf_put(&message, STR(",\"messageId\":"));
        json_put_string(&message, what->message_id);
    }
    buf_put(&message, STR(",\"properties\":"));
    buf_put(&message, what->properties.n ? what->properties : STR("{}"));
    buf_char(&message, '}');
    bool ok = writing_begin(app, &w, err);
    if (ok && (!writing_append(w, buf_str(&message), &row, err) || (row && !record_note(w, row, err)))) {
        writing_abort(w);
        ok = false;
    } else if (ok) {
        ok = writing_commit(w, err);
    }
    buf_free(&message);
    if (!ok)
        return false;
    if (!row)
        return err_set(err, ERR_CONFLICT, "an event with this message_id is in the log already");
    *ret_event = row;
    return true;
}

bool record_append(struct request *r, uint32_t contact, const struct recording *what, struct err *err)
{
    int64_t row;
    return record_write(r, contact, what, &row, err) && record_put_event(r, row, r->out, err);
}

bool record_add_event(struct request *r, struct err *err)
{
    const struct json *properties = json_get(r->json, STR("properties"));
    uint32_t contact;
    struct recording what = {.name = json_get_str(r->json, STR("event")),
            .properties = properties ? properties->text : STR(""),
            .time = json_get_str(r->json, STR("time")),
            .message_id = json_get_str(r->json, STR("message_id"))};
    return record_contact(r, json_get_str(r->json, STR("contact")), &contact, err) &&
           record_append(r, contact, &what, err);
}
