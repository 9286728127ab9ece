// The handler of all reports: understands what is asked, gets the snapshot, writes the numbers.
#include "app/report/keep.h"
#include "app/report/numbers.h"
#include "app/report/report.h"
#include "app/setting/setting.h"
#include "base/zone_file.h"

bool report_show(struct request *r, struct err *err)
{
    struct str path = str_of(r->route->path);
    const struct report *report = report_named(str_sub(path, sizeof "/api/reports/" - 1, path.n));
    struct report_words words = {request_query(r, "from"), request_query(r, "to"), request_query(r, "every"),
            request_query(r, "stage")};
    struct report_ask ask = {
            .base = {.filter = request_query(r, "filter"), .model = request_query(r, "model")},
            .last_touch = str_eq(request_query(r, "first"), STR("false"))};
    const struct kept *kept;
    const char *field;
    struct err why;
    if (!keep_borrow(r, &ask.base, &kept, err))
        return false;
    ask.snapshot = kept->snapshot;
    ask.title = kept->title;
    ask.zone = zone_named(r->arena, setting_text(request_app(r), r->arena, "time_zone"));
    ask.zone = ask.zone ? ask.zone : zone_utc();
    ask.shown = keep_visible(r, kept->snapshot);
    if (!report_understand(report, &words, r->arena, &ask, &field, &why))
        return request_problem(r, 400, field, "%s", why.message);
    report->put(&ask, r->out);
    return true;
}
