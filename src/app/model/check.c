#include "app/model/check.h"

#include "app/event/log.h"
#include "app/model/store.h"
#include "base/json_put.h"
#include "rules/tree.h"

static void put_diagnostics(const struct diagnostics *d, struct buf *out)
{
    buf_char(out, '[');
    for (size_t i = 0; i < d->list.n; i++) {
        const struct diagnostic *one = &d->list.v[i];
        buf_printf(out,
                "%s{\"severity\":\"%s\",\"line\":%u,\"column\":%u,\"length\":%u,\"message\":", i ? "," : "",
                one->severity == SEVERITY_ERROR ? "error" : "warning", one->line, one->column, one->length);
        json_put_string(out, one->message);
        buf_put(out, STR(",\"suggestion\":"));
        if (one->suggestion.n)
            json_put_string(out, one->suggestion);
        else
            buf_put(out, STR("null"));
        buf_char(out, '}');
    }
    buf_char(out, ']');
}

// Events that the history has need not be in the catalogue.
struct names {
    struct log *log;
    bool read;
};

static bool known(void *ctx, struct str name)
{
    struct names *names = ctx;
    struct err unread; // then nobody is warned
    bool known = true;
    if (log_knows_event(names->log, name, !names->read, &known, &unread) && !known)
        names->read = true;
    return known;
}

static void warn_names(struct request *r, const struct program *p, struct diagnostics *d)
{
    struct names names = {.log = data_log(request_data(r))};
    if (p)
        model_warn_names(p, known, &names, d);
}

static void put_names(const char *key, const struct str *names, uint32_t n, struct buf *out)
{
    buf_printf(out, ",\"%s\":[", key);
    for (uint32_t i = 0; i < n; i++) {
        buf_put(out, i ? STR(",") : STR(""));
        json_put_string(out, names[i]);
    }
    buf_char(out, ']');
}

// What a text declares, for editors: names to complete, the canonical form.
bool model_check_text(struct request *r, struct err *err)
{
    struct str text = json_get_str(r->json, STR("text"));
    struct diagnostics *d = diagnostics_new(r->arena), *unused = diagnostics_new(r->arena);
    const struct program *p = model_compile(r->arena, STR("text"), text, d);
    struct buf *out = r->out, formatted = {0};
    (void)err;
    warn_names(r, p, d);
    buf_printf(out, "{\"ok\":%s,\"diagnostics\":", p ? "true" : "false");
    put_diagnostics(d, out);
    buf_put(out, STR(",\"statements\":"));
    tree_of_statements(text, out);
    buf_put(out, STR(",\"formatted\":"));
    if (model_format(text, &formatted, unused))
        json_put_string(out, buf_str(&formatted));
    else
        buf_put(out, STR("null"));
    buf_free(&formatted);
    buf_put(out, STR(",\"title\":"));
    json_put_string(out, p ? p->title : STR(""));
    buf_put(out, STR(",\"stages\":["));
    for (uint32_t i = 0; p && i < p->n_stages; i++) {
        buf_put(out, i ? STR(",{\"name\":") : STR("{\"name\":"));
        json_put_string(out, p->stages[i].name);
        buf_put(out, STR(",\"label\":"));
        json_put_string(out, p->stages[i].label);
        buf_char(out, '}');
    }
    buf_char(out, ']');
    put_names("grades", p ? p->grade_names : NULL, p ? p->n_grade_names : 0, out);
    put_names("personas", p ? p->persona_names : NULL, p ? p->n_persona_names : 0, out);
    buf_put(out, STR(",\"facts\":["));
    for (uint32_t i = 0; p && i < p->n_facts; i++) {
        buf_put(out, i ? STR(",") : STR(""));
        json_put_string(out, p->facts[i].name);
    }
    buf_put(out, STR("],\"traits\":["));
    for (uint32_t i = 0; p && i < p->n_traits; i++) {
        buf_put(out, i ? STR(",") : STR(""));
        json_put_string(out, p->traits[i].name);
    }
    buf_put(out, STR("]}"));
    return true;
}

// --- conditions

// Many contacts have no model yet: then there are the built-in facts and traits.
static bool vocabulary(struct request *r, struct str *ret_text, const struct program **ret, struct err *err)
{
    struct stored_model model = {.text = STR("")};
    struct err why;
    if (!model_active(data_store(request_data(r)), r->arena, &model, &why) && why.code != ERR_NOT_FOUND) {
        *err = why;
        return false;
    }
    *ret_text = model.text;
    *ret = model_compile(r->arena, STR("filter"), model.text, diagnostics_new(r->arena));
    return *ret || err_set(err, ERR_CONFLICT, "the active model does not compile");
}

static void put_expression(
        struct request *r, const struct program *base, struct str base_text, struct str text)
{
    struct arena *arena = arena_new();
    struct diagnostics *d = diagnostics_new(arena);
    const struct program *p = model_compile_filter(arena, base, base_text, text, d);
    struct buf *out = r->out, tree = {0};
    struct str canonical;
    warn_names(r, p, d);
    tree_of_expression(arena, base, text, &tree, &canonical);
    put_comma(out);
    buf_char(out, '{');
    put_text(out, "text", text);
    put_flag(out, "ok", p != NULL);
    put_text(out, "canonical", canonical);
    put_raw(out, "tree", buf_str(&tree));
    put_key(out, "problems");
    put_diagnostics(d, out);
    buf_char(out, '}');
    buf_free(&tree);
    arena_free(arena);
}

bool model_check_expressions(struct request *r, struct err *err)
{
    const struct json *one = json_get(r->json, STR("text")), *many = json_get(r->json, STR("texts"));
    struct str base_text;
    const struct program *base;
    if (!one == !many)
        return request_problem(r, 400, "text", "either `text` or `texts` is expected");
    if (!vocabulary(r, &base_text, &base, err))
        return false;
    buf_put(r->out, STR("{\"items\":["));
    if (one)
        put_expression(r, base, base_text, one->text);
    for (const struct json *item = many ? many->child : NULL; item; item = item->next)
        put_expression(r, base, base_text, item->text);
    buf_put(r->out, STR("]}"));
    return true;
}
