// Submissions and numbers over the API.
#include "app/form/api.h"

#include "app/listing.h"
#include "base/datetime.h"

static void put_time(struct buf *out, const char *name, int64_t time)
{
    char text[DATETIME_SIZE];
    if (time)
        buf_printf(out, ",\"%s\":\"%.*s\"", name, STR_ARG(datetime_format(time, text)));
    else
        buf_printf(out, ",\"%s\":null", name);
}

static void put_or_null(struct buf *out, const char *name, struct str text)
{
    buf_printf(out, ",\"%s\":", name);
    if (text.n)
        json_put_string(out, text);
    else
        buf_put(out, STR("null"));
}

static void put_submission(struct request *r, const struct submission *s, struct buf *out)
{
    buf_put(out, STR("{\"id\":"));
    json_put_string(out, s->id);
    buf_put(out, STR(",\"form\":"));
    json_put_string(out, s->form);
    buf_printf(out, ",\"form_version\":%lld,\"state\":\"%.*s\"", (long long)s->version, STR_ARG(s->state));
    put_time(out, "time", s->time);
    put_time(out, "confirmed", s->confirmed);
    put_or_null(out, "user_id", s->user_id);
    put_or_null(out, "anonymous_id", s->visitor);
    buf_printf(out, ",\"answers\":%.*s,\"context\":%.*s,\"suspicion\":%u,\"reasons\":%.*s",
            STR_ARG(s->answers), STR_ARG(s->context), s->points,
            STR_ARG(s->reasons.n ? s->reasons : STR("[]")));
    // The link confirms an address in its owner's name, so only who may change submissions gets it.
    bool link = str_eq(s->state, STR("pending")) && principal_may(request_principal(r), "form.write") &&
                r->now - s->time <= FORM_LINK_SECONDS;
    put_or_null(out, "confirm_url",
            link ? arena_printf(r->arena, "%.*s%.*s", STR_ARG(serving_origin(r)),
                           STR_ARG(form_confirm_path(request_app(r), r->arena, s)))
                 : STR_NONE);
    buf_char(out, '}');
}

struct page {
    struct request *r;
    unsigned n, limit;
    struct str last;
};

static void add_submission(void *ctx, const struct submission *s)
{
    struct page *page = ctx;
    if (page->n++ == page->limit)
        return;
    buf_put(page->r->out, page->n > 1 ? STR(",") : STR(""));
    put_submission(page->r, s, page->r->out);
    page->last = s->id;
}

bool submission_api_list(struct request *r, struct err *err)
{
    struct form form;
    struct page page = {.r = r};
    if (!form_api_find(r, &form, err) || !listing_limit(r, &page.limit, err))
        return false;
    buf_put(r->out, STR("{\"items\":["));
    if (!submission_page(data_store(request_data(r)), r->arena, form.id, request_query(r, "state"),
                request_query(r, "after"), page.limit + 1, add_submission, &page, err))
        return false;
    buf_put(r->out, STR("],\"next\":"));
    if (page.n > page.limit)
        json_put_string(r->out, page.last);
    else
        buf_put(r->out, STR("null"));
    buf_char(r->out, '}');
    return true;
}

static bool find(struct request *r, struct form *form, struct submission *s, struct err *err)
{
    if (!form_api_find(r, form, err) ||
            !submission_find(data_store(request_data(r)), r->arena, request_param(r, "submission"), s, err))
        return false;
    return str_eq(s->form, form->id) || err_set(err, ERR_NOT_FOUND, "there is no such submission");
}

bool submission_api_get(struct request *r, struct err *err)
{
    struct form form;
    struct submission s;
    if (!find(r, &form, &s, err))
        return false;
    put_submission(r, &s, r->out);
    return true;
}

static bool decide(struct request *r, bool spam, struct err *err)
{
    struct form form;
    struct submission s;
    if (!find(r, &form, &s, err) ||
            !form_release(request_app(r), r->arena, request_principal(r), s.id, spam, &s, err))
        return false;
    put_submission(r, &s, r->out);
    return true;
}

bool submission_api_accept(struct request *r, struct err *err)
{
    return decide(r, false, err);
}

bool submission_api_reject(struct request *r, struct err *err)
{
    return decide(r, true, err);
}

enum { NUMBERS_DAYS_MAX = 400 };

struct day {
    int64_t views, starts, submissions, confirmed, suspect;
};

static bool add_counts(
        struct request *r, struct str form, int64_t from, int64_t to, struct day *days, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_query(data_store(request_data(r)),
                "SELECT day, views, starts FROM form_day WHERE form = $1 AND day >= $2 AND day <= $3", &query,
                err))
        return false;
    query_bind_text(query, 1, form);
    query_bind_int(query, 2, from);
    query_bind_int(query, 3, to);
    while ((ok = query_step(query, &row, err)) && row) {
        days[query_int(query, 0) - from].views = query_int(query, 1);
        days[query_int(query, 0) - from].starts = query_int(query, 2);
    }
    query_end(query);
    return ok;
}

static bool add_submissions(
        struct request *r, struct str form, int64_t from, int64_t to, struct day *days, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_query(data_store(request_data(r)),
                "SELECT time / 86400, state, COUNT(*) FROM form_submission WHERE form = $1 AND time >= $2"
                " AND time < $3 GROUP BY time / 86400, state",
                &query, err))
        return false;
    query_bind_text(query, 1, form);
    query_bind_int(query, 2, from * 86400);
    query_bind_int(query, 3, (to + 1) * 86400);
    while ((ok = query_step(query, &row, err)) && row) {
        struct day *day = &days[query_int(query, 0) - from];
        struct str state = query_text(query, 1);
        int64_t n = query_int(query, 2);
        if (str_eq(state, STR("suspect")) || str_eq(state, STR("spam")))
            day->suspect += n;
        else
            day->submissions += n;
        if (str_eq(state, STR("confirmed")))
            day->confirmed += n;
    }
    query_end(query);
    return ok;
}

static bool read_day(struct request *r, const char *name, int64_t otherwise, int64_t *ret, struct err *err)
{
    struct str text = request_query(r, name);
    int64_t seconds;
    if (!text.n) {
        *ret = otherwise;
        return true;
    }
    if (!datetime_parse(text, &seconds))
        return err_set(err, ERR_INPUT, "%s is no date", name) ||
               request_problem(r, 400, name, "must be a date");
    *ret = seconds / 86400;
    return true;
}

bool form_api_numbers(struct request *r, struct err *err)
{
    struct form form;
    int64_t from, to, today = r->now / 86400;
    char text[DATETIME_SIZE];
    if (!form_api_find(r, &form, err) || !read_day(r, "to", today, &to, err) ||
            !read_day(r, "from", to - 29, &from, err))
        return false;
    if (from > to || to - from >= NUMBERS_DAYS_MAX)
        return request_problem(r, 400, "from", "must be before `to`, by at most %d days", NUMBERS_DAYS_MAX);
    struct day *days = ARENA_ARRAY(r->arena, struct day, (size_t)(to - from + 1));
    if (!add_counts(r, form.id, from, to, days, err) || !add_submissions(r, form.id, from, to, days, err))
        return false;
    buf_put(r->out, STR("{\"items\":["));
    for (int64_t d = from; d <= to; d++) {
        const struct day *n = &days[d - from];
        buf_printf(r->out,
                "%s{\"day\":\"%.*s\",\"views\":%lld,\"starts\":%lld,\"submissions\":%lld,\"confirmed\":%lld,"
                "\"suspect\":%lld}",
                d > from ? "," : "", STR_ARG(str_sub(datetime_format(d * 86400, text), 0, 10)),
                (long long)n->views, (long long)n->starts, (long long)n->submissions, (long long)n->confirmed,
                (long long)n->suspect);
    }
    buf_put(r->out, STR("],\"next\":null}"));
    return true;
}
