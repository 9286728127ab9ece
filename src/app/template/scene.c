#include "app/template/scene.h"

#include "app/person/normal.h"
#include "app/setting/setting.h"
#include "app/template/conditions.h"
#include "base/random.h"
#include "base/vec.h"
#include "replay/replay.h"

#include <stdlib.h>

static void drop_columns(void *columns)
{
    columns_free(columns);
}

static void read_standing(struct scene *s)
{
    struct replay_options options = {.at = s->of->at, .threads = 1, .standings = true};
    struct replay_result result;
    const struct program *p = s->model.program;
    replay_run(p, s->columns, &options, &result);
    if (result.exists[0]) {
        const struct standing *standing = &result.standings[0];
        s->stage = standing->stage == NO_INDEX ? s->stage : p->stages[standing->stage].name;
        s->grade = standing->grade == NO_INDEX ? s->grade : p->grade_names[standing->grade];
        s->persona = standing->persona == NO_INDEX ? s->persona : p->persona_names[standing->persona];
        s->since = s->columns->epoch + step_time(standing->since);
        s->score = standing->score;
    }
    replay_result_free(&result);
}

bool scene_read(struct app *app, struct data *reader, struct arena *arena, const struct template_scene *of,
        struct scene *ret, struct err *err)
{
    struct scene s = {.app = app,
            .reader = reader,
            .arena = arena,
            .of = of,
            .stage = STR("none"),
            .grade = STR("none"),
            .persona = STR("none")};
    struct live *live = app_live(app);
    struct columns *columns;
    if (!live_program(live, arena, &s.model, err))
        return false;
    if (of->contact) {
        if (of->at >= app_now(app) ? !live_history(live, reader, &of->contact, 1, of->at, &columns, err)
                                   : !live_history_past(live, reader, of->contact, of->at, &columns, err))
            return false;
        arena_defer(arena, drop_columns, columns);
        s.columns = columns->n_contacts ? columns : NULL;
    }
    if (s.columns)
        read_standing(&s);
    *ret = s;
    return true;
}

// --- values

typedef VEC(struct liquid_member) member_list;

static void add(member_list *list, struct str key, struct liquid_value value)
{
    vec_push(list, (struct liquid_member){key, value});
}

static void add_text(member_list *list, const char *key, struct str text)
{
    if (text.n)
        add(list, str_of(key), liquid_text(text));
}

// An address of our own: Markdown may take it for one.
static void add_url(member_list *list, const char *key, struct str url)
{
    struct liquid_value value = liquid_text(url);
    value.raw = true;
    if (url.n)
        add(list, str_of(key), value);
}

static struct liquid_value object(struct scene *s, member_list *list)
{
    struct liquid_object *made = ARENA_NEW(s->arena, struct liquid_object);
    struct liquid_member *members = ARENA_ARRAY(s->arena, struct liquid_member, list->n + 1);
    if (list->n)
        memcpy(members, list->v, list->n * sizeof *members);
    *made = (struct liquid_object){.members = members, .n = (uint32_t)list->n};
    vec_free(list);
    return liquid_object(made);
}

static struct liquid_value value_of(const struct columns *c, uint32_t number)
{
    struct value v = columns_value(c, number);
    double real;
    if (v.kind == JSON_TRUE || v.kind == JSON_FALSE)
        return liquid_flag(v.kind == JSON_TRUE);
    if (v.kind == JSON_STRING && v.text.n)
        return liquid_text(v.text);
    if (v.kind != JSON_NUMBER || !json_number(v.text, &real))
        return LIQUID_NOTHING;
    bool whole = real >= -9e15 && real <= 9e15 && real == (double)(int64_t)real;
    return whole ? liquid_int((int64_t)real) : liquid_real(real);
}

static struct str text_of(const member_list *list, const char *key)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->v[i].key, str_of(key)) && list->v[i].value.kind == LIQUID_TEXT)
            return list->v[i].value.text;
    return STR_NONE;
}

static void add_traits(const struct columns *c, member_list *list)
{
    for (uint32_t i = 0; i < c->n_traits; i++) {
        const struct sparse *trait = &c->traits[i];
        struct liquid_value value = trait->n ? value_of(c, trait->val[trait->n - 1]) : LIQUID_NOTHING;
        if (value.kind != LIQUID_NIL)
            add(list, trait->key, value);
    }
}

// Names are known whole or in parts: each gives the other.
static void add_names(struct scene *s, member_list *list)
{
    struct str name = text_of(list, "name"), first = text_of(list, "first_name"),
               last = text_of(list, "last_name");
    if (!name.n && (first.n || last.n))
        add_text(list, "name",
                arena_printf(
                        s->arena, "%.*s%s%.*s", STR_ARG(first), first.n && last.n ? " " : "", STR_ARG(last)));
    size_t blank = str_find(name, ' ');
    if (name.n && !first.n && !last.n && blank < name.n && str_find(name, ',') == name.n) {
        size_t end = name.n;
        while (name.p[end - 1] != ' ')
            end--;
        add_text(list, "first_name", str_sub(name, 0, blank));
        add_text(list, "last_name", str_sub(name, end, name.n));
    }
}

static void add_invented(member_list *list)
{
    add_text(list, "first_name", STR("Ada"));
    add_text(list, "last_name", STR("Example"));
    add_text(list, "name", STR("Ada Example"));
    add_text(list, "email", STR("ada@example.com"));
    add_text(list, "company", STR("Example Ltd"));
}

// What a contact's traits say about where it works: company, company_… and the address's domain.
static struct liquid_value company_of(struct scene *s, const member_list *traits)
{
    member_list list = {0};
    struct str name = text_of(traits, "company"), email = text_of(traits, "email");
    for (size_t i = 0; i < traits->n; i++)
        if (str_starts(traits->v[i].key, STR("company_")) && traits->v[i].key.n > 8)
            add(&list, str_sub(traits->v[i].key, 8, traits->v[i].key.n), traits->v[i].value);
    if (!text_of(&list, "name").n)
        add_text(&list, "name", name);
    for (size_t i = 0; i < traits->n; i++)
        if (str_eq(traits->v[i].key, STR("industry")) || str_eq(traits->v[i].key, STR("employees")) ||
                str_eq(traits->v[i].key, STR("website")))
            add(&list, traits->v[i].key, traits->v[i].value);
    if (email.n && !text_of(&list, "domain").n)
        add_text(&list, "domain", normal_company_domain(s->arena, email));
    return object(s, &list);
}

static struct liquid_value facts_of(struct scene *s)
{
    const struct columns *c = s->columns;
    member_list list = {0};
    for (uint32_t i = 0; c && i < c->n_facts; i++) {
        const struct fact_column *fact = &c->facts[i];
        member_list one = {0};
        if (!fact->n || fact->answer[fact->n - 1] == ANSWER_UNKNOWN)
            continue;
        add(&one, STR("answer"),
                liquid_text(fact->answer[fact->n - 1] == ANSWER_YES ? STR("yes") : STR("no")));
        if (fact->amount[fact->n - 1] != VALUE_NONE)
            add(&one, STR("amount"), value_of(c, fact->amount[fact->n - 1]));
        add(&one, STR("since"), liquid_time(c->epoch + c->time[fact->ev[fact->n - 1]]));
        add(&list, fact->name, object(s, &one));
    }
    return object(s, &list);
}

static struct liquid_value standing_of(struct scene *s)
{
    member_list list = {0};
    add_text(&list, "stage", s->stage);
    add_text(&list, "grade", s->grade);
    add_text(&list, "persona", s->persona);
    add(&list, STR("score"), liquid_real(s->score));
    if (s->since)
        add(&list, STR("since"), liquid_time(s->since));
    return object(s, &list);
}

static struct liquid_value pair(struct scene *s, const char *a, struct str x, const char *b, struct str y)
{
    member_list list = {0};
    add_text(&list, a, x);
    add_text(&list, b, y);
    return object(s, &list);
}

static struct liquid_value offer_of(struct scene *s)
{
    member_list list = {0};
    add_text(&list, "code", s->of->offer_code);
    add_text(&list, "text", s->of->offer_text);
    if (s->of->offer_ends)
        add(&list, STR("ends"), liquid_time(s->of->offer_ends));
    return list.n ? object(s, &list) : LIQUID_NOTHING;
}

struct liquid_value scene_values(struct scene *s, struct liquid_value blocks)
{
    member_list contact = {0}, all = {0};
    char id[UUID_SIZE];
    if (s->columns)
        add_traits(s->columns, &contact);
    else if (!s->of->contact)
        add_invented(&contact);
    add_names(s, &contact);
    if (s->of->contact)
        add(&contact, STR("id"), liquid_text(arena_str(s->arena, contact_uuid(s->app, s->of->contact, id))));
    add(&all, STR("company"), company_of(s, &contact));
    add(&all, STR("contact"), object(s, &contact));
    add(&all, STR("standing"), standing_of(s));
    add(&all, STR("facts"), facts_of(s));
    add(&all, STR("offer"), offer_of(s));
    add(&all, STR("sender"), pair(s, "name", s->of->sender_name, "address", s->of->sender_address));
    add(&all, STR("campaign"), pair(s, "name", s->of->campaign_name, "", STR("")));
    add(&all, STR("business"),
            pair(s, "name", setting_text(s->app, s->arena, "business_name"), "address",
                    setting_text(s->app, s->arena, "business_address")));
    add_url(&all, "unsubscribe_url", s->of->unsubscribe_url);
    add_url(&all, "preferences_url", s->of->preferences_url);
    add(&all, STR("blocks"), blocks);
    return object(s, &all);
}

// --- conditions

static bool grade_says(const struct scene *s, struct str condition, bool *ret)
{
    struct str rest = str_trim(condition);
    bool negated = false;
    if (!str_starts(rest, STR("grade is ")))
        return false;
    rest = str_trim(str_sub(rest, 9, rest.n));
    if (str_starts(rest, STR("not "))) {
        negated = true;
        rest = str_trim(str_sub(rest, 4, rest.n));
    }
    *ret = str_eq(rest, s->grade) != negated;
    return true;
}

bool scene_holds(struct scene *s, struct str condition)
{
    struct replay_options options = {.at = s->of->at, .threads = 1, .standings = true};
    struct replay_result result;
    bool holds = false;
    if (grade_says(s, condition, &holds) || !s->columns)
        return holds;
    struct conditions *all;
    const struct program *program = conditions_get(s->app, s->reader, s->model.version, condition, &all);
    if (!program)
        return false;
    replay_run(program, s->columns, &options, &result);
    holds = result.exists[0] && result.standings[0].filter;
    replay_result_free(&result);
    conditions_put(all);
    return holds;
}
