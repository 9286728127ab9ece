// /o/… and /c/…: what recipients' programs ask for. A link leads only to what was sent: the address is in the
// signed token.
#include "app/message/leave.h"
#include "app/message/private.h"
#include "app/message/track.h"

#include "app/look/look.h"
#include "app/tracker/agent.h"
#include "base/json_put.h"
#include "base/map.h"

// One transparent dot.
static const uint8_t GIF[] = {'G', 'I', 'F', '8', '9', 'a', 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF,
        0x21, 0xF9, 4, 1, 0, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B};

// Remembers who followed what; fills in what it says about this one.
static void look_back(
        struct message_state *state, struct request *r, int64_t send, struct str url, struct track *t)
{
    int64_t now = app_now_ms(request_app(r));
    uint64_t link = hash64(url);
    t->other_ms = t->trap_seconds = -1;
    pthread_mutex_lock(&state->mutex);
    for (unsigned i = 0; i < RECENT; i++) {
        const struct recent *seen = &state->recent[i];
        int64_t ago = now - seen->ms;
        if (seen->send != send)
            continue;
        if (!seen->link && (t->trap_seconds < 0 || ago / 1000 < t->trap_seconds))
            t->trap_seconds = ago / 1000;
        else if (seen->link && seen->link != link && (t->other_ms < 0 || ago < t->other_ms))
            t->other_ms = ago;
    }
    if (t->click)
        state->recent[state->next_recent++ % RECENT] = (struct recent){send, now, url.n ? link : 0};
    pthread_mutex_unlock(&state->mutex);
}

static bool count(struct writing *w, const struct send_row *row, bool click, struct err *err)
{
    return store_do(w->store,
            click ? "UPDATE message_send SET clicks = clicks + 1 WHERE id = $1"
                  : "UPDATE message_send SET opens = opens + 1 WHERE id = $1",
            PARAMS(P_INT(row->message.id)), err);
}

static bool note_in(
        struct writing *w, struct request *r, int64_t send, struct str url, struct track *t, struct err *err)
{
    struct send_row row;
    struct buf properties = {0};
    char why[AGENT_REASON];
    int64_t event;
    if (!send_read(w->app, w->store, w->arena, send, &row, err))
        return false;
    unsigned n = t->click ? row.clicks : row.opens;
    if ((row.state != SEND_SENT && row.state != SEND_UNCLEAR) || n >= (t->click ? CLICKS_MAX : OPENS_MAX))
        return true;
    t->since = w->now - row.at;
    if (strcmp(row.message.order.source, "campaign") == 0)
        buf_printf(&properties, ",\"campaign\":\"%lld\"", (long long)row.message.order.campaign);
    if (t->click) {
        buf_put(&properties, STR(",\"link\":"));
        json_put_string(&properties, url);
    }
    if (track_is_machine(t, why)) {
        buf_put(&properties, STR(",\"machine\":true,\"why\":"));
        json_put_string(&properties, str_of(why));
    }
    // Without an id of its own: the count in the send's row, in the same transaction, bounds them.
    bool ok = write_event(w, &row, t->click ? "email.clicked" : "email.opened", STR_NONE, w->now,
                      buf_str(&properties), &event, err) &&
              count(w, &row, t->click, err);
    buf_free(&properties);
    (void)r;
    return ok;
}

// What cannot be written down must not keep anybody from what they asked for.
static void note(struct request *r, int64_t send, struct str url, bool click)
{
    struct track t = {
            .agent = request_header(r, "User-Agent"), .head = str_eq(r->method, STR("HEAD")), .click = click};
    struct writing *w;
    struct err err;
    look_back(message_state(request_app(r)), r, send, url, &t);
    if (t.head || (click && !url.n) || !writing_begin(request_app(r), &w, &err))
        return;
    if (!writing_end(w, note_in(w, r, send, url, &t, &err), &err) && err.code != ERR_NOT_FOUND)
        logger_error(app_logger(request_app(r)), "an open or a click was not written down",
                LOG_TEXT("error", str_of(err.message)));
}

bool open_route(struct request *r, struct err *err)
{
    struct str token = request_param(r, "token");
    int64_t send;
    (void)err;
    if (str_ends(token, STR(".gif")))
        token.n -= 4;
    if (token_long_read(message_state(request_app(r)), r->arena, USE_OPEN, token, &send, NULL))
        note(r, send, STR_NONE, false);
    response_type(r, "image/gif");
    response_header(r, "Cache-Control", STR("no-store"));
    response_header(r, "Cross-Origin-Resource-Policy", STR("cross-origin"));
    response_static(r, (struct str){(const char *)GIF, sizeof GIF});
    return true;
}

bool click_route(struct request *r, struct err *err)
{
    struct str url;
    int64_t send;
    (void)err;
    response_header(r, "Cache-Control", STR("no-store"));
    response_header(r, "Referrer-Policy", STR("no-referrer"));
    bool ours = token_long_read(
            message_state(request_app(r)), r->arena, USE_CLICK, request_param(r, "token"), &send, &url);
    if (ours)
        note(r, send, url, true);
    if (!ours || !url.n) {
        const struct leave_words *words = leave_words(request_header(r, "Accept-Language"));
        look_message(
                r, ours ? 200 : 404, words->language, words->missing_title, words->missing, false, STR_NONE);
        return true;
    }
    response_redirect(r, 302, arena_str(r->arena, url));
    return true;
}
