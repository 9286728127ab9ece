#include "app/tracker/visit.h"

struct visit tracker_visit(const struct request *r)
{
    static const char *const PURPOSE[] = {"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"};
    struct visit visit = {
            .user_agent = request_header(r, "User-Agent"),
            .origin = request_header(r, "Origin"),
            .fetch_site = request_header(r, "Sec-Fetch-Site"),
            .referrer = request_header(r, "Referer"),
    };
    for (size_t i = 0; !visit.purpose.n && i < sizeof PURPOSE / sizeof *PURPOSE; i++)
        visit.purpose = request_header(r, PURPOSE[i]);
    return visit;
}
