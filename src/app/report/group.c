#include "app/report/group.h"

#include "base/datetime.h"

static bool read_time(struct request *r, const char *name, int64_t *ret)
{
    struct str text = request_query(r, name);
    if (!text.n || datetime_parse(text, ret))
        return true;
    return request_problem(r, 400, name, "a time like 2026-03-01T10:00:00Z is expected");
}

static bool read_text(struct request *r, const char *name, struct str *ret, bool *any)
{
    struct str text = request_query(r, name);
    if (text.n) {
        *ret = text;
        *any = true;
    }
    return text.n > 0;
}

bool group_read(struct request *r, struct group *ret, bool *ret_any)
{
    struct group g = {.filter = request_query(r, "filter"), .model = request_query(r, "model")};
    bool any = g.model.n > 0;
    struct str touch;
    if (!read_time(r, "first_seen_from", &g.first_seen.from) ||
            !read_time(r, "first_seen_to", &g.first_seen.to) ||
            !read_time(r, "reached_from", &g.reached_in.from) ||
            !read_time(r, "reached_to", &g.reached_in.to) || !read_time(r, "moved_from", &g.moved_in.from) ||
            !read_time(r, "moved_to", &g.moved_in.to))
        return false;
    any = any || g.first_seen.from || g.first_seen.to;
    read_text(r, "stage", &g.stage, &any);
    if (!read_text(r, "reached", &g.reached, &any) && (g.reached_in.from || g.reached_in.to))
        return request_problem(r, 400, "reached", "the stage is expected");
    bool moved = read_text(r, "moved", &g.moved, &any);
    if (moved != read_text(r, "moved_into", &g.moved_into, &any) ||
            (!moved && (g.moved_in.from || g.moved_in.to)))
        return request_problem(r, 400, "moved_into", "`moved` and `moved_into` go together");
    bool source = read_text(r, "source", &g.source, &any);
    if (read_text(r, "medium", &g.medium, &any) && !source)
        return request_problem(r, 400, "source", "the source is expected");
    g.last_touch = read_text(r, "touch", &touch, &any) && str_eq(touch, STR("last"));
    *ret = g;
    *ret_any = any;
    return true;
}

static void put_name(const char *name, struct buf *out)
{
    if (out->n && out->p[out->n - 1] != '?')
        buf_char(out, '&');
    buf_put(out, str_of(name));
    buf_char(out, '=');
}

static void put_text_pair(const char *name, struct str value, struct buf *out)
{
    static const char HEX[] = "0123456789ABCDEF";
    if (!value.n)
        return;
    put_name(name, out);
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                c == '_' || c == '.' || c == '~') {
            buf_char(out, (char)c);
        } else {
            buf_char(out, '%');
            buf_char(out, HEX[c >> 4]);
            buf_char(out, HEX[c & 15]);
        }
    }
}

static void put_time_pair(const char *name, int64_t time, struct buf *out)
{
    char text[DATETIME_SIZE];
    if (!time)
        return;
    put_name(name, out);
    buf_put(out, datetime_format(time, text)); // its colons need no escape in a query
}

void group_put(const struct group *g, struct buf *out)
{
    struct buf q = {0}; // so that the first pair is known as such wherever out ends
    put_text_pair("filter", g->filter, &q);
    put_time_pair("first_seen_from", g->first_seen.from, &q);
    put_time_pair("first_seen_to", g->first_seen.to, &q);
    put_text_pair("stage", g->stage, &q);
    put_text_pair("reached", g->reached, &q);
    put_time_pair("reached_from", g->reached_in.from, &q);
    put_time_pair("reached_to", g->reached_in.to, &q);
    put_text_pair("moved", g->moved, &q);
    put_text_pair("moved_into", g->moved_into, &q);
    put_time_pair("moved_from", g->moved_in.from, &q);
    put_time_pair("moved_to", g->moved_in.to, &q);
    put_text_pair("source", g->source, &q);
    put_text_pair("medium", g->medium, &q);
    if (g->source.n && g->last_touch)
        put_text_pair("touch", STR("last"), &q);
    put_text_pair("model", g->model, &q);
    put_time_pair("at", g->at, &q);
    buf_put(out, buf_str(&q));
    buf_free(&q);
}

static bool check_stage(
        struct request *r, const struct program *program, const char *field, struct str name, bool none)
{
    if (!name.n || (none && str_eq(name, STR("none"))) || program_stage(program, name) != STAGE_NONE)
        return true;
    return request_problem(r, 400, field, "the model has no stage %.*s", STR_ARG(name));
}

bool group_check(struct request *r, const struct program *program, const struct group *g)
{
    return check_stage(r, program, "stage", g->stage, true) &&
           check_stage(r, program, "reached", g->reached, false) &&
           check_stage(r, program, "moved_into", g->moved_into, true);
}

static void select_moved(const struct snapshot *s, const struct group *g, uint8_t *ret)
{
    uint16_t into = program_stage(s->program, g->moved_into);
    uint8_t *moved = mem_zero((size_t)s->n + 1, 1);
    for (size_t i = 0; i < s->changes.n; i++) {
        const struct stage_change *c = &s->changes.v[i];
        if (c->to == into && str_eq(change_direction(c->from, c->to), g->moved) &&
                span_holds(&g->moved_in, snapshot_time(s, c->time)))
            moved[c->row] = 1;
    }
    for (uint32_t i = 0; i < s->n; i++)
        ret[i] &= moved[i];
    free(moved);
}

void group_select(const struct snapshot *s, const struct group *g, uint8_t *ret)
{
    uint16_t stage = program_stage(s->program, g->stage), reached = program_stage(s->program, g->reached);
    uint8_t *touched = mem_alloc((size_t)s->n_touches + 1);
    for (uint32_t t = 0; t < s->n_touches; t++)
        touched[t] = (!g->source.n || str_eq(touch_word(s->touches[t].source), g->source)) &&
                     (!g->medium.n || str_eq(touch_word(s->touches[t].medium), g->medium));
    for (uint32_t i = 0; i < s->n; i++) {
        bool in = span_holds(&g->first_seen, snapshot_time(s, s->first[i]));
        in = in && (!g->stage.n || s->stage[i] == stage);
        if (g->reached.n)
            in = in && reached != STAGE_NONE && s->entered[reached][i] != NEVER &&
                 span_holds(&g->reached_in, snapshot_time(s, s->entered[reached][i]));
        ret[i] = in && touched[s->touch[g->last_touch][i]];
    }
    free(touched);
    if (g->moved.n)
        select_moved(s, g, ret);
}
