#include "app/assignment/owner.h"
#include "app/listing.h"
#include "app/person/request.h"
#include "app/privacy/erase.h"
#include "app/privacy/history.h"
#include "app/privacy/retention.h"
#include "app/privacy/routes.h"
#include "app/standing/live.h"
#include "app/user/principal.h"
#include "base/datetime.h"
#include "base/json_put.h"
#include "store/ask.h"

#include <stdio.h>
#include <stdlib.h>

// The log must be worked in up to here before somebody's rows are taken for all there are.
enum { WAIT_MS = 10000, EXPORT_ROWS_MAX = 200000 };

static bool put_consents(struct request *r, uint32_t contact, struct err *err)
{
    uint32_t *rows, n_rows;
    struct said *said;
    unsigned n;
    if (!live_rows(app_live(request_app(r)), request_data(r), contact, &rows, &n_rows, err))
        return false;
    bool ok = said_read(request_data(r), rows, n_rows, STR("consent."), r->arena, &said, &n, err);
    free(rows);
    if (ok)
        consents_put(said, n, r->out);
    return ok;
}

bool consent_list(struct request *r, struct err *err)
{
    uint32_t contact;
    return person_of_request(r, request_param(r, "id"), &contact, err) && put_consents(r, contact, err);
}

static bool consent_properties(struct request *r, struct buf *out, struct err *err)
{
    static const char *const TEXTS[] = {"purpose", "wording", "version", "language", "how"};
    struct str time = json_get_str(r->json, STR("time"));
    const struct principal *who = request_principal(r);
    int64_t when;
    char text[DATETIME_SIZE];
    buf_char(out, '{');
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        struct str value = str_trim(json_get_str(r->json, str_of(TEXTS[i])));
        if (value.n)
            put_text(out, TEXTS[i], value);
        else if (!i)
            return request_problem(r, 400, "purpose", "must not be empty");
    }
    if (who)
        put_text(out, "by", who->name);
    if (time.n) {
        if (!datetime_parse(time, &when) || when > r->now + 86400)
            return request_problem(
                    r, 400, "time", "must be a time like 2026-03-01T10:00:00Z, and not to come");
        put_text(out, "given_at", datetime_format(when, text));
    }
    buf_char(out, '}');
    (void)err;
    return true;
}

bool consent_add(struct request *r, struct err *err)
{
    uint32_t contact;
    struct writing *w;
    struct buf properties = {0};
    char uuid[UUID_SIZE];
    int64_t event;
    bool given = str_eq(json_get_str(r->json, STR("state")), STR("given"));
    if (!person_of_request(r, request_param(r, "id"), &contact, err))
        return false;
    bool ok = consent_properties(r, &properties, err) && writing_begin(request_app(r), &w, err);
    if (ok) {
        ok = assignment_record(w, contact, given ? "consent.given" : "consent.withdrawn",
                     buf_str(&properties), &event, err) &&
             audit_write(w, request_principal(r), given ? "consent.give" : "consent.withdraw",
                     contact_uuid(request_app(r), contact, uuid), STR_NONE, buf_str(&properties), err);
        ok = writing_end(w, ok, err);
    }
    buf_free(&properties);
    if (!ok)
        return false;
    person_settle(r, event);
    return put_consents(r, contact, err);
}

static bool settled(struct request *r, struct err *err)
{
    struct log_position now;
    return log_position(data_log(request_data(r)), &now, err) &&
           (live_wait(app_live(request_app(r)), now.last, WAIT_MS) ||
                   err_set(err, ERR_BUSY, "the standings are behind the log: try again in a moment"));
}

static bool gather(struct request *r, struct person *ret, int64_t *ret_last, struct err *err)
{
    uint32_t contact;
    return settled(r, err) && person_of_request(r, request_param(r, "id"), &contact, err) &&
           person_live(request_app(r), request_data(r), contact, r->arena, ret, ret_last, err);
}

static void put_standing(struct request *r, uint32_t contact, struct buf *out)
{
    struct live_standing s;
    struct err none;
    if (!live_standing(app_live(request_app(r)), contact, r->arena, &s, &none))
        return;
    buf_char(out, '{');
    put_text(out, "model", s.model);
    put_text(out, "stage", s.stage);
    put_time(out, "since", s.since);
    put_text(out, "grade", s.grade);
    put_text(out, "persona", s.persona);
    put_key(out, "score");
    json_put_score(out, s.score);
    buf_char(out, '}');
}

static bool note_export(struct request *r, uint32_t contact, struct err *err)
{
    struct writing *w;
    char uuid[UUID_SIZE];
    if (!writing_begin(request_app(r), &w, err))
        return false;
    if (audit_write(w, request_principal(r), "contact.export", contact_uuid(request_app(r), contact, uuid),
                STR_NONE, STR_NONE, err))
        return writing_commit(w, err);
    writing_abort(w);
    return false;
}

bool privacy_export(struct request *r, struct err *err)
{
    struct person who;
    struct buf standing = {0};
    char uuid[UUID_SIZE];
    int64_t last;
    if (!gather(r, &who, &last, err))
        return false;
    if (who.n_rows > EXPORT_ROWS_MAX)
        return err_set(err, ERR_LIMIT,
                "the contact has %u events, over the API an export has at most %d: `sluice export --contact` "
                "gives them all",
                who.n_rows, EXPORT_ROWS_MAX);
    if (!note_export(r, who.contact, err))
        return false;
    put_standing(r, who.contact, &standing);
    struct telling t = {.reader = request_data(r),
            .who = &who,
            .id = contact_uuid(request_app(r), who.contact, uuid),
            .standing = buf_str(&standing),
            .now = r->now};
    bool ok = privacy_tell(&t, r->arena, r->out, err);
    buf_free(&standing);
    if (ok)
        response_header(r, "Content-Disposition", STR("attachment; filename=\"contact.json\""));
    return ok;
}

// Whom an open suggestion holds for the same person: their data stays, unless they are erased, too.
static bool put_doubles(struct request *r, const struct person *who, struct buf *out, struct err *err)
{
    struct query *query;
    bool row, ok = true;
    for (unsigned i = 0; ok && i < who->n_ids; i++) {
        if (!store_ask(data_store(request_data(r)),
                    "SELECT a + b - $1 FROM merge_suggestion WHERE (a = $1 OR b = $1) AND state = 0",
                    PARAMS(P_INT(who->ids[i])), &query, err))
            return false;
        while ((ok = query_step(query, &row, err)) && row) {
            uint32_t other = live_owner(app_live(request_app(r)), (uint32_t)query_int(query, 0));
            if (other == who->contact)
                continue;
            put_comma(out);
            person_put(r, other, out);
        }
        query_end(query);
    }
    return ok;
}

bool privacy_erase_contact(struct request *r, struct err *err)
{
    struct person who;
    struct erasure count;
    struct buf doubles = {0};
    bool clean;
    int64_t last;
    char uuid[UUID_SIZE];
    if (!gather(r, &who, &last, err))
        return false;
    bool ok = put_doubles(r, &who, &doubles, err) &&
              privacy_erase_person(request_app(r), &who, last, request_principal(r), &count, &clean, err);
    if (ok) {
        buf_char(r->out, '{');
        put_text(r->out, "contact", contact_uuid(request_app(r), who.contact, uuid));
        put_int(r->out, "events", (int64_t)count.events);
        put_int(r->out, "identifiers", (int64_t)count.identifiers);
        put_flag(r->out, "clean", clean);
        buf_printf(r->out, ",\"perhaps_also\":[%.*s]}", STR_ARG(buf_str(&doubles)));
        app_publish(request_app(r), "contact", str_of(uuid));
    }
    buf_free(&doubles);
    return ok;
}

bool privacy_erasures(struct request *r, struct err *err)
{
    struct query *query;
    struct listing *list;
    struct buf item = {0};
    bool row, ok;
    if (!listing_new(r, "-time", &list, err) ||
            !store_query(data_store(request_data(r)),
                    "SELECT id, at, by, people, events, identifiers, clean FROM erasure ORDER BY id DESC "
                    "LIMIT 100000",
                    &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        char id[24];
        int n = snprintf(id, sizeof id, "%lld", (long long)query_int(query, 0));
        item.n = 0;
        buf_char(&item, '{');
        put_text(&item, "id", (struct str){id, (size_t)n});
        put_time(&item, "time", query_int(query, 1));
        put_text(&item, "by", query_text(query, 2));
        put_int(&item, "people", query_int(query, 3));
        put_int(&item, "events", query_int(query, 4));
        put_int(&item, "identifiers", query_int(query, 5));
        put_flag(&item, "clean", query_int(query, 6) != 0);
        buf_char(&item, '}');
        listing_add(list, (struct str){id, (size_t)n}, buf_str(&item));
    }
    query_end(query);
    buf_free(&item);
    return ok && listing_end(list, err);
}

static void put_retention(const struct retention *ret, struct buf *out)
{
    buf_char(out, '{');
    put_int(out, "machine_days", ret->machine_days);
    put_int(out, "anonymous_days", ret->anonymous_days);
    put_int(out, "contact_days", ret->contact_days);
    put_int(out, "machine_events", (int64_t)ret->machine_events);
    put_int(out, "anonymous", (int64_t)ret->anonymous);
    put_int(out, "contacts", (int64_t)ret->contacts);
    buf_char(out, '}');
}

bool privacy_retention(struct request *r, struct err *err)
{
    struct retention retention;
    if (!settled(r, err) || !retention_look(request_app(r), request_data(r), &retention, err))
        return false;
    put_retention(&retention, r->out);
    return true;
}

bool privacy_retention_now(struct request *r, struct err *err)
{
    struct retention retention;
    if (!settled(r, err) || !retention_run(request_app(r), request_data(r), &retention, err))
        return false;
    put_retention(&retention, r->out);
    return true;
}
