// /u/…: leaving and choosing. A GET shows a page and changes nothing: scanners follow every link.
#include "app/message/leave.h"
#include "app/message/private.h"

#include "app/look/look.h"
#include "app/suppression/suppression.h"
#include "base/json_put.h"

struct leaving {
    struct request *r;
    const struct leave_words *words;
    struct send_row row;
    struct str topic, topic_name; // of the mail, if the topic is one that people may see
    struct topic *topics;
    unsigned n_topics;
    bool left_all;
};

static bool missing(struct request *r)
{
    const struct leave_words *words = leave_words(request_header(r, "Accept-Language"));
    look_message(r, 404, words->language, words->missing_title, words->missing, false, STR_NONE);
    return true;
}

// *ret_there false: the link is not ours, or its mail went nowhere.
static bool leaving_open(struct request *r, struct leaving *l, bool *ret_there, struct err *err)
{
    struct mail_draft draft;
    struct store *store = data_store(request_data(r));
    int64_t send;
    *ret_there = false;
    *l = (struct leaving){.r = r, .words = leave_words(request_header(r, "Accept-Language"))};
    if (!token_long_read(
                message_state(request_app(r)), r->arena, USE_LEAVE, request_param(r, "token"), &send, NULL))
        return true;
    struct err none = {0};
    if (!send_read(request_app(r), store, r->arena, send, &l->row, &none))
        return none.code == ERR_NOT_FOUND || err_set(err, none.code, "%s", none.message);
    if (!l->row.address.n)
        return true;
    if (!topics_for(store, r->arena, l->row.address, &l->topics, &l->n_topics, &l->left_all, err))
        return false;
    if (send_draft(request_app(r), request_data(r), r->arena, &l->row, &draft))
        for (unsigned i = 0; i < l->n_topics; i++)
            if (str_eq(draft.topic, l->topics[i].id)) {
                l->topic = l->topics[i].id;
                l->topic_name = l->topics[i].name;
            }
    *ret_there = true;
    return true;
}

static void page_begin(const struct leaving *l, struct str title)
{
    response_header(l->r, "Cache-Control", STR("no-store"));
    look_begin(l->r, &(struct look){.language = l->words->language, .title = title});
    html_put(l->r->out, "<div class=\"card\"><h1>$</h1>", title);
}

static void page_end(const struct leaving *l)
{
    html_literal(l->r->out, "</div>");
    look_end(l->r, &(struct look){.language = l->words->language});
}

// A sentence with "$" for what comes.
static struct str filled(struct arena *arena, struct str text, struct str one, struct str two)
{
    struct buf out = {0};
    for (size_t i = 0, n = 0; i < text.n; i++) {
        if (text.p[i] == '$')
            buf_put(&out, n++ ? two : one);
        else
            buf_char(&out, text.p[i]);
    }
    struct str filled_in = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return filled_in;
}

bool leave_route_page(struct request *r, struct err *err)
{
    struct leaving l;
    bool there;
    if (!leaving_open(r, &l, &there, err))
        return false;
    if (!there)
        return missing(r);
    const struct leave_words *w = l.words;
    page_begin(&l, w->title);
    html_put(r->out, "<p class=\"text\">$</p><form method=\"post\">",
            filled(r->arena, l.topic.n ? w->text_topic : w->text, l.row.address, l.topic_name));
    if (l.topic.n)
        html_put(r->out,
                "<button name=\"leave\" value=\"topic\">$</button>"
                "<button class=\"plain\" name=\"leave\" value=\"all\">$</button>",
                w->leave_topic, w->leave_all);
    else
        html_put(r->out, "<button name=\"leave\" value=\"all\">$</button>", w->leave);
    html_literal(r->out, "</form>");
    if (l.n_topics)
        html_put(r->out, "<p class=\"text\"><a href=\"$/topics\">$</a></p>", arena_str(r->arena, r->path),
                w->topics);
    page_end(&l);
    return true;
}

// One change of a person's own: the list, and the contact's history. Nothing where it is so already.
static bool change(struct writing *w, const struct leaving *l, struct str topic, bool leave, const char *how,
        struct err *err)
{
    struct buf properties = {0};
    struct str proof = arena_printf(
            w->arena, "send %lld, %s from %.*s", (long long)l->row.message.id, how, STR_ARG(l->r->client));
    bool changed = true;
    int64_t event;
    if (leave) {
        if (!suppression_has(w->store, l->row.address, topic, "unsubscribed", &changed, err))
            return false;
        changed = !changed;
        if (changed && !suppress(w, l->row.address, "unsubscribed", topic, proof, err))
            return false;
    } else if (!unsuppress(w, l->row.address, topic, proof, &changed, err)) {
        return false;
    }
    if (!changed)
        return true;
    if (topic.n) {
        buf_put(&properties, STR(",\"topic\":"));
        json_put_string(&properties, topic);
    }
    struct str id = arena_printf(w->arena, "%s:%lld:%lld:%.*s", leave ? "leave" : "take",
            (long long)l->row.message.id, (long long)w->now, STR_ARG(topic));
    bool ok = write_event(w, &l->row, leave ? "list.unsubscribed" : "list.subscribed", id, w->now,
            buf_str(&properties), &event, err);
    buf_free(&properties);
    return ok;
}

// RFC 8058: "List-Unsubscribe=One-Click", and the page's own button.
bool leave_route_post(struct request *r, struct err *err)
{
    struct leaving l;
    struct writing *w;
    bool there;
    struct str leave = request_form_value(r, "leave");
    bool one_click = str_eq(request_form_value(r, "List-Unsubscribe"), STR("One-Click"));
    if (!leaving_open(r, &l, &there, err))
        return false;
    if (!there)
        return missing(r);
    if (!one_click && !leave.n)
        return request_problem(r, 400, "leave", "What to leave is missing");
    bool topic = l.topic.n && !str_eq(leave, STR("all"));
    if (!writing_begin(request_app(r), &w, err) ||
            !writing_end(w,
                    change(w, &l, topic ? l.topic : STR(""), true, one_click ? "one-click POST" : "form",
                            err),
                    err))
        return false;
    app_publish(request_app(r), "suppression", STR(""));
    page_begin(&l, l.words->left_title);
    html_put(r->out, "<p class=\"text\">$</p>", l.words->left);
    if (l.n_topics)
        html_put(r->out, "<p class=\"text\"><a href=\"$/topics\">$</a></p>", arena_str(r->arena, r->path),
                l.words->back);
    page_end(&l);
    return true;
}

bool topics_route_page(struct request *r, struct err *err)
{
    struct leaving l;
    bool there;
    if (!leaving_open(r, &l, &there, err))
        return false;
    if (!there)
        return missing(r);
    const struct leave_words *w = l.words;
    page_begin(&l, w->topics_title);
    html_put(r->out,
            "<form method=\"post\"><fieldset style=\"border:0;margin:0;padding:0\"><legend "
            "class=\"text\">$</legend>",
            filled(r->arena, w->topics_text, l.row.address, STR("")));
    for (unsigned i = 0; i < l.n_topics; i++) {
        const struct topic *t = &l.topics[i];
        html_put(r->out, "<div class=\"tick\"><input type=\"checkbox\" name=\"topic\" value=\"$\" id=\"$\"",
                t->id, t->id);
        if (!t->left && !l.left_all)
            html_literal(r->out, " checked");
        html_put(r->out, "><label for=\"$\">$</label>", t->id, t->name);
        if (t->description.n)
            html_put(r->out, "<p class=\"help\">$</p>", t->description);
        html_literal(r->out, "</div>");
    }
    html_put(r->out, "<div class=\"tick\"><input type=\"checkbox\" name=\"none\" value=\"1\" id=\"none\"");
    if (l.left_all)
        html_literal(r->out, " checked");
    html_put(r->out, "><label for=\"none\">$</label></div></fieldset><button>$</button></form>", w->none,
            w->save);
    page_end(&l);
    return true;
}

static bool chosen(struct request *r, struct str id, bool *ret, struct err *err)
{
    const struct form_field *fields;
    size_t n;
    *ret = false;
    if (!request_form(r, &fields, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        *ret |= str_eq(fields[i].name, STR("topic")) && str_eq(fields[i].value, id);
    return true;
}

static bool save(struct writing *w, const struct leaving *l, struct err *err)
{
    bool none = request_form_value(l->r, "none").n > 0;
    if (!change(w, l, STR(""), none, "preference page", err))
        return false;
    for (unsigned i = 0; i < l->n_topics; i++) {
        bool takes;
        if (!chosen(l->r, l->topics[i].id, &takes, err))
            return false;
        // Who wants nothing at all keeps their choice for later.
        if (!none && takes == l->topics[i].left &&
                !change(w, l, l->topics[i].id, !takes, "preference page", err))
            return false;
        if (!none && l->left_all && !takes && !change(w, l, l->topics[i].id, true, "preference page", err))
            return false;
    }
    return true;
}

bool topics_route_post(struct request *r, struct err *err)
{
    struct leaving l;
    struct writing *w;
    bool there;
    if (!leaving_open(r, &l, &there, err))
        return false;
    if (!there)
        return missing(r);
    if (!writing_begin(request_app(r), &w, err) || !writing_end(w, save(w, &l, err), err))
        return false;
    app_publish(request_app(r), "suppression", STR(""));
    page_begin(&l, l.words->saved_title);
    html_put(r->out, "<p class=\"text\">$</p>", l.words->saved);
    page_end(&l);
    return true;
}
