#include "app/tracker/enrich.h"

#include "app/tracker/agent.h"
#include "app/tracker/source.h"
#include "app/tracker/url.h"

enum { PAGE_MAX = 500 /* bytes of an address kept as a trait */ };

// Members to put into one object of a message (properties, traits): those that it has stay as they are.
struct additions {
    struct arena *arena;
    const struct json *object; // NULL: it is not there yet
    struct json *first, **end;
    struct buf text;
};

static void add(struct additions *to, const char *key, enum json_kind kind, struct str text)
{
    const struct json added = {.kind = JSON_OBJECT, .child = to->first};
    if (json_get(to->object, str_of(key)) || json_get(&added, str_of(key)))
        return;
    struct json *member = ARENA_NEW(to->arena, struct json);
    *member = (struct json){.kind = kind, .key = str_of(key), .text = text};
    *to->end = member;
    to->end = &member->next;
    buf_char(&to->text, ',');
    json_put_string(&to->text, member->key);
    buf_char(&to->text, ':');
    if (kind == JSON_STRING)
        json_put_string(&to->text, text);
    else
        buf_put(&to->text, text);
}

static void add_text(struct additions *to, const char *key, struct str text)
{
    if (text.n)
        add(to, key, JSON_STRING, text);
}

static struct additions additions_to(struct arena *arena, const struct json *object)
{
    return (struct additions){.arena = arena, .object = object};
}

// A copy of the list of members, without `left_out`, into *list; returns where more can be hung.
static struct json **copy_members(
        struct arena *arena, const struct json *first, const struct json *left_out, struct json **list)
{
    struct json **end = list;
    *list = NULL;
    for (const struct json *m = first; m; m = m->next) {
        if (m == left_out)
            continue;
        struct json *copy = ARENA_NEW(arena, struct json);
        *copy = *m;
        copy->next = NULL;
        *end = copy;
        end = &copy->next;
    }
    return end;
}

// The object with the additions behind its own members.
static struct json *extended(struct additions *to, struct str key)
{
    struct arena *arena = to->arena;
    struct json *whole = ARENA_NEW(arena, struct json);
    struct buf text = {0};
    *whole = (struct json){.kind = JSON_OBJECT, .key = key};
    *copy_members(arena, to->object ? to->object->child : NULL, NULL, &whole->child) = to->first;
    if (to->object && to->object->child) {
        struct str own = str_trim(to->object->text);
        buf_put(&text, str_sub(own, 0, own.n - 1)); // all but its }
        buf_put(&text, buf_str(&to->text));
    } else {
        buf_char(&text, '{');
        buf_put(&text, str_sub(buf_str(&to->text), 1, to->text.n));
    }
    buf_char(&text, '}');
    whole->text = arena_str(arena, buf_str(&text));
    buf_free(&text);
    return whole;
}

static void put_members(struct buf *out, const struct json *first)
{
    for (const struct json *m = first; m; m = m->next) {
        buf_char(out, m == first ? '{' : ',');
        json_put_string(out, m->key);
        buf_char(out, ':');
        if (m->kind == JSON_STRING)
            json_put_string(out, m->text);
        else
            buf_put(out, m->text);
    }
    buf_char(out, '}');
}

// The message with the additions in its member `key`; the message itself if there are none.
static const struct json *with_additions(const struct json *message, struct str key, struct additions *to)
{
    if (!to->first) {
        buf_free(&to->text);
        return message;
    }
    struct json *whole = ARENA_NEW(to->arena, struct json);
    struct buf text = {0};
    *whole = *message;
    *copy_members(to->arena, message->child, json_get(message, key), &whole->child) = extended(to, key);
    put_members(&text, whole->child);
    whole->text = arena_str(to->arena, buf_str(&text));
    buf_free(&text);
    buf_free(&to->text);
    return whole;
}

// The member if it is an object, NULL if it is absent; false if it is something else, which stays as it is.
static bool object_of(const struct json *message, struct str key, const struct json **ret)
{
    const struct json *member = json_get(message, key);
    if (member && member->kind != JSON_OBJECT && member->kind != JSON_NULL)
        return false;
    *ret = member && member->kind == JSON_OBJECT ? member : NULL;
    return true;
}

static bool is_prefetch(struct str purpose)
{
    return str_starts(purpose, STR("prefetch")) || str_starts(purpose, STR("prerender")) ||
           str_starts(purpose, STR("preview"));
}

static void add_machine(struct additions *to, const struct json *context, const struct visit *visit)
{
    char reason[AGENT_REASON];
    struct str agent = json_get_str(context, STR("userAgent"));
    bool browser = visit->own || visit->origin.n || visit->fetch_site.n;
    const struct json *driven = json_get(context, STR("automated"));
    if (json_get(to->object, STR("machine")))
        return;
    if (is_prefetch(visit->purpose))
        memcpy(reason, "prefetch", sizeof "prefetch");
    else if (driven && driven->kind == JSON_TRUE)
        memcpy(reason, "browser-automation: webdriver", sizeof "browser-automation: webdriver");
    else if (agent.n ? !agent_is_machine(agent, reason)
                     : !browser || !agent_is_machine(visit->user_agent, reason))
        return;
    // Mail programs let a proxy fetch the pictures of a mail that somebody opens.
    if (str_starts(str_of(reason), STR("image-proxy")))
        return;
    add(to, "machine", JSON_TRUE, STR("true"));
    add_text(to, "machine_reason", arena_str(to->arena, str_of(reason)));
}

// Of properties, else of context.page.
static struct str page_text(const struct json *properties, const struct json *context, struct str key)
{
    struct str text = json_get_str(properties, key);
    return text.n ? text : json_get_str(json_get(context, STR("page")), key);
}

static struct source source_of_page_message(struct arena *arena, const struct json *properties,
        const struct json *context, const struct visit *visit, bool *ret_campaign)
{
    const struct json *campaign = json_get(context, STR("campaign"));
    struct str page = page_text(properties, context, STR("url")),
               referrer = page_text(properties, context, STR("referrer"));
    struct str source = json_get_str(campaign, STR("source")), medium = json_get_str(campaign, STR("medium")),
               name = json_get_str(campaign, STR("name"));
    if (!page.n && visit->own)
        page = visit->referrer.p ? visit->referrer : STR("");
    struct source of_visit = source_of_visit(arena, page, referrer.p ? referrer : STR(""));
    *ret_campaign = source.n || medium.n || name.n;
    if (!*ret_campaign)
        return of_visit;
    struct source of_campaign =
            source_of_campaign(arena, source, medium, name, json_get_str(campaign, STR("term")));
    if (of_campaign.medium == MEDIUM_UNKNOWN)
        of_campaign.medium = of_visit.medium < MEDIUM_DIRECT ? of_visit.medium : MEDIUM_REFERRAL;
    return of_campaign;
}

static void add_source(struct additions *to, const struct json *context, const struct visit *visit)
{
    const struct json *campaign = json_get(context, STR("campaign"));
    bool by_campaign;
    // Where the client names the source, what else the address says may be of another one.
    if (json_get(to->object, STR("source")) || json_get(to->object, STR("medium")))
        return;
    struct source source = source_of_page_message(to->arena, to->object, context, visit, &by_campaign);
    if (source.medium >= MEDIUM_INTERNAL)
        return;
    if (!json_get_str(campaign, STR("source")).n)
        add_text(to, "source", source.source);
    add_text(to, "medium", str_of(medium_word(source.medium)));
    if (!json_get_str(campaign, STR("name")).n)
        add_text(to, "campaign", source.campaign);
    add_text(to, "campaign_id", source.campaign_id);
    add_text(to, "content", source.content);
    add_text(to, "term", source.term);
}

static const struct json *enrich_event(
        struct arena *arena, const struct json *message, const struct visit *visit, bool page)
{
    const struct json *properties, *context;
    if (!object_of(message, STR("properties"), &properties) || !object_of(message, STR("context"), &context))
        return message;
    struct additions to = additions_to(arena, properties);
    to.end = &to.first;
    if (page)
        add_source(&to, context, visit);
    add_machine(&to, context, visit);
    return with_additions(message, STR("properties"), &to);
}

static struct str shortened(struct str text)
{
    if (text.n > PAGE_MAX) {
        text.n = PAGE_MAX;
        while (text.n && ((unsigned char)text.p[text.n] & 0xC0) == 0x80)
            text.n--;
    }
    return text;
}

// Traits of the first or last touch: {"page","referrer","time"}.
static void add_touch(struct additions *to, const struct json *touch, bool first)
{
    struct str page = json_get_str(touch, STR("page")), referrer = json_get_str(touch, STR("referrer"));
    if (!touch || touch->kind != JSON_OBJECT)
        return;
    struct source source =
            source_of_visit(to->arena, page.p ? page : STR(""), referrer.p ? referrer : STR(""));
    if (source.medium >= MEDIUM_INTERNAL)
        return;
    add_text(to, first ? "first_source" : "last_source", source.source);
    add_text(to, first ? "first_medium" : "last_medium", str_of(medium_word(source.medium)));
    add_text(to, first ? "first_campaign" : "last_campaign", source.campaign);
    add_text(to, first ? "first_term" : "last_term", source.term);
    add_text(to, first ? "first_page" : "last_page", shortened(page));
    add_text(to, first ? "first_referrer" : "last_referrer", shortened(referrer));
    add_text(to, first ? "first_touch_at" : "last_touch_at", json_get_str(touch, STR("time")));
}

static void add_click_ids(struct additions *to, struct str page)
{
    struct url url;
    if (!page.n || !url_parse(to->arena, page, &url) || !url.query.n)
        return;
    for (const struct click_id *id = CLICK_IDS; id->name; id++)
        add_text(to, id->name, url_param(to->arena, url.query, id->name));
}

static const struct json *enrich_identify(struct arena *arena, const struct json *message)
{
    const struct json *traits, *touch = json_get(json_get(message, STR("context")), STR("touch"));
    if (!touch || touch->kind != JSON_OBJECT || !object_of(message, STR("traits"), &traits))
        return message;
    const struct json *first = json_get(touch, STR("first")), *last = json_get(touch, STR("last"));
    struct additions to = additions_to(arena, traits);
    to.end = &to.first;
    add_touch(&to, first, true);
    add_touch(&to, last, false);
    add_click_ids(&to, json_get_str(last, STR("page")));
    add_click_ids(&to, json_get_str(first, STR("page")));
    return with_additions(message, STR("traits"), &to);
}

const struct json *tracker_enrich(struct arena *arena, const struct json *message, const struct visit *visit)
{
    struct str type = json_get_str(message, STR("type"));
    if (str_eq(type, STR("page")))
        return enrich_event(arena, message, visit, true);
    if (str_eq(type, STR("track")) || str_eq(type, STR("screen")))
        return enrich_event(arena, message, visit, false);
    return str_eq(type, STR("identify")) ? enrich_identify(arena, message) : message;
}
