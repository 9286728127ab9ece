// Where a submission came from.
#include "app/form/submission.h"

#include "base/utf8.h"

static const char *const VIA[] = {[VIA_PAGE] = "page",
        [VIA_SCRIPT] = "script",
        [VIA_POST] = "post",
        [VIA_JSON] = "json",
        [VIA_HUBSPOT] = "hubspot"};

struct str via_word(enum submission_via via)
{
    return str_of(VIA[via]);
}

static struct str bounded(struct arena *arena, struct str text)
{
    if (text.n > CONTEXT_TEXT_MAX)
        text.n = CONTEXT_TEXT_MAX;
    while (text.n && !utf8_valid(text))
        text.n--;
    return arena_str(arena, text);
}

static void keep(struct arena *arena, struct pair *list, unsigned *n, struct str name, struct str value)
{
    for (unsigned i = 0; i < *n; i++)
        if (str_eq(list[i].name, name))
            return;
    if (*n < CAMPAIGN_MAX && value.n)
        list[(*n)++] = (struct pair){name, bounded(arena, value)};
}

void context_campaign(struct arena *arena, struct submission_context *context, const struct pairs *query)
{
    static const struct {
        const char *parameter, *name;
    } UTM[] = {{"utm_source", "source"}, {"utm_medium", "medium"}, {"utm_campaign", "name"},
            {"utm_term", "term"}, {"utm_content", "content"}, {"utm_id", "id"},
            {"utm_source_platform", "source_platform"}};
    static const char *const CLICKS[] = {"gclid", "gbraid", "wbraid", "dclid", "msclkid", "fbclid", "ttclid",
            "li_fat_id", "twclid", "yclid", "epik", "irclickid", "sc_click_id", "rdt_cid"};
    for (size_t i = 0; i < sizeof UTM / sizeof *UTM; i++)
        keep(arena, context->campaign, &context->n_campaign, str_of(UTM[i].name),
                pairs_get(query, str_of(UTM[i].parameter)));
    for (size_t i = 0; i < sizeof CLICKS / sizeof *CLICKS; i++)
        keep(arena, context->clicks, &context->n_clicks, str_of(CLICKS[i]),
                pairs_get(query, str_of(CLICKS[i])));
}

static void member(struct buf *out, const char *key, struct str value)
{
    if (!value.n)
        return;
    buf_printf(out, "%s\"%s\":", out->p[out->n - 1] == '{' ? "" : ",", key);
    json_put_string(out, value);
}

static void put_pairs(struct buf *out, const char *key, const struct pair *list, unsigned n)
{
    if (!n)
        return;
    buf_printf(out, "%s\"%s\":{", out->p[out->n - 1] == '{' ? "" : ",", key);
    for (unsigned i = 0; i < n; i++) {
        buf_put(out, i ? STR(",") : STR(""));
        json_put_string(out, list[i].name);
        buf_char(out, ':');
        json_put_string(out, list[i].value);
    }
    buf_char(out, '}');
}

void context_write(const struct submission_context *context, struct buf *out)
{
    buf_char(out, '{');
    member(out, "via", via_word(context->via));
    member(out, "language", context->language);
    member(out, "page", context->page);
    member(out, "title", context->title);
    member(out, "referrer", context->referrer);
    member(out, "address", context->address);
    put_pairs(out, "campaign", context->campaign, context->n_campaign);
    put_pairs(out, "clicks", context->clicks, context->n_clicks);
    buf_char(out, '}');
}

static unsigned read_pairs(const struct json *object, struct pair *list)
{
    unsigned n = 0;
    for (const struct json *j = object ? object->child : NULL; j && n < CAMPAIGN_MAX; j = j->next)
        list[n++] = (struct pair){j->key, j->text};
    return n;
}

bool context_read(struct arena *arena, struct str text, struct submission_context *ret, struct err *err)
{
    struct json *json;
    struct submission_context context = {0};
    if (!json_parse(arena, text, &json, err))
        return false;
    struct str via = json_get_str(json, STR("via"));
    for (unsigned i = 0; i < sizeof VIA / sizeof *VIA; i++)
        if (str_eq(via, str_of(VIA[i])))
            context.via = (enum submission_via)i;
    context.language = json_get_str(json, STR("language"));
    context.page = json_get_str(json, STR("page"));
    context.title = json_get_str(json, STR("title"));
    context.referrer = json_get_str(json, STR("referrer"));
    context.address = json_get_str(json, STR("address"));
    context.n_campaign = read_pairs(json_get(json, STR("campaign")), context.campaign);
    context.n_clicks = read_pairs(json_get(json, STR("clicks")), context.clicks);
    *ret = context;
    return true;
}

void answers_write(const struct answers *answers, const struct form_def *def, struct buf *out)
{
    bool first = true;
    buf_char(out, '{');
    for (unsigned i = 0; i < answers->n; i++) {
        if (!answers->given[i].value.n)
            continue;
        buf_put(out, first ? STR("") : STR(","));
        json_put_string(out, answers->given[i].field->name);
        buf_char(out, ':');
        json_put_string(out, answers->given[i].value);
        first = false;
    }
    for (unsigned i = 0; i < def->n_consents; i++) {
        buf_put(out, first ? STR("") : STR(","));
        json_put_string(out, def->consents[i].id);
        buf_put(out, answers->agreed[i] ? STR(":true") : STR(":false"));
        first = false;
    }
    buf_char(out, '}');
}
