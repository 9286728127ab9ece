#include "cli/replay_print.h"

#include "cli/table.h"
#include "replay/results.h"

#include <math.h>

static struct str change_name(const struct program *program, const struct transition *t, uint32_t number)
{
    if (number == NO_INDEX)
        return STR("none");
    switch ((enum transition_kind)t->kind) {
    case CHANGE_PERSONA:
        return program->persona_names[number];
    case CHANGE_GRADE:
        return program->grade_names[number];
    case CHANGE_STAGE:
        break;
    }
    return program->stages[number].name;
}

static struct str kind_name(const struct transition *t)
{
    static const char *const NAMES[] = {"persona", "stage", "grade"};
    return str_of(NAMES[t->kind]);
}

static void put_evidence(
        const struct replay_view *view, const struct transition *t, struct buf *buf, struct buf *name)
{
    for (uint32_t i = 0; i < t->n_evidence; i++) {
        uint32_t event = view->result->evidence.v[t->evidence + i];
        name->n = 0;
        view->subject->event_name(view->subject->event_ctx, view->subject->columns->log[event], name);
        if (view->form == FORM_JSON) {
            if (i)
                buf_char(buf, ',');
            json_put_string(buf, buf_str(name));
        } else {
            if (i)
                buf_char(buf, ' ');
            if (view->form == FORM_TABLE)
                put_plain(buf, buf_str(name));
            else
                buf_put(buf, buf_str(name));
        }
    }
}

static void json_transition(const struct replay_view *view, const struct transition *t, struct buf *name)
{
    const struct columns *c = view->subject->columns;
    struct buf *b = &view->cli->out.buf;
    buf_put(b, STR("{\"contact\":"));
    json_put_string(b, columns_name(c, t->contact));
    buf_put(b, STR(",\"at\":\""));
    put_when(b, c, step_time(t->step));
    buf_put(b, STR("\",\"kind\":\""));
    buf_put(b, kind_name(t));
    buf_put(b, STR("\",\"from\":"));
    json_put_string(b, change_name(view->model->program, t, t->from));
    buf_put(b, STR(",\"to\":"));
    json_put_string(b, change_name(view->model->program, t, t->to));
    buf_put(b, t->by_hand ? STR(",\"by\":\"hand\",\"evidence\":[") : STR(",\"by\":\"rule\",\"evidence\":["));
    put_evidence(view, t, b, name);
    buf_put(b, STR("]}\n"));
}

static void csv_transition(const struct replay_view *view, const struct transition *t, struct buf *name)
{
    const struct columns *c = view->subject->columns;
    struct buf *b = &view->cli->out.buf, list = {0};
    put_csv(b, columns_name(c, t->contact));
    buf_char(b, ',');
    put_when(b, c, step_time(t->step));
    buf_char(b, ',');
    buf_put(b, kind_name(t));
    buf_char(b, ',');
    put_csv(b, change_name(view->model->program, t, t->from));
    buf_char(b, ',');
    put_csv(b, change_name(view->model->program, t, t->to));
    buf_put(b, t->by_hand ? STR(",hand,") : STR(",rule,"));
    put_evidence(view, t, &list, name);
    put_csv(b, buf_str(&list));
    buf_char(b, '\n');
    buf_free(&list);
}

static bool table_transition(
        const struct replay_view *view, const struct transition *t, struct table *table, struct buf *name)
{
    const struct columns *c = view->subject->columns;
    table_text(table, columns_name(c, t->contact));
    put_when(table_cell(table), c, step_time(t->step));
    table_text(table, kind_name(t));
    table_text(table, change_name(view->model->program, t, t->from));
    table_text(table, change_name(view->model->program, t, t->to));
    table_text(table, t->by_hand ? STR("hand") : STR("rule"));
    put_evidence(view, t, table_cell(table), name);
    return table_row(table);
}

static struct table *transition_table(struct out *out)
{
    static const char *const HEADERS[] = {"Contact", "At", "Kind", "From", "To", "By", "Evidence"};
    struct table *table = table_new(out);
    for (unsigned i = 0; i < sizeof HEADERS / sizeof *HEADERS; i++)
        table_column(table, HEADERS[i], ALIGN_LEFT);
    return table;
}

void print_transitions(const struct replay_view *view)
{
    const struct replay_result *r = view->result;
    struct out *out = &view->cli->out;
    const uint32_t *order = contacts_by_name(view->cli, view->subject->columns);
    struct table *table = view->form == FORM_TABLE ? transition_table(out) : NULL;
    struct buf name = {0};
    // first[c] … first[c+1]: the contact's transitions, which stand together in the result.
    size_t *first = ARENA_ARRAY(view->cli->arena, size_t, (size_t)r->n_contacts + 1);
    for (size_t i = 0; i < r->transitions.n; i++)
        first[r->transitions.v[i].contact + 1]++;
    for (uint32_t c = 0; c < r->n_contacts; c++)
        first[c + 1] += first[c];
    if (view->form == FORM_CSV)
        buf_put(&out->buf, STR("contact,at,kind,from,to,by,evidence\n"));
    for (uint32_t k = 0; k < r->n_contacts && out_step(out); k++) {
        for (size_t i = first[order[k]]; i < first[order[k] + 1]; i++) {
            const struct transition *t = &r->transitions.v[i];
            if (table)
                table_transition(view, t, table, &name);
            else if (view->form == FORM_JSON)
                json_transition(view, t, &name);
            else
                csv_transition(view, t, &name);
        }
    }
    if (table)
        table_end(table);
    buf_free(&name);
}

struct standing_text {
    struct str contact, stage, grade, persona;
    uint32_t since;
    double score;
};

static struct standing_text standing_text(const struct replay_view *view, uint32_t contact)
{
    const struct program *p = view->model->program;
    const struct standing *s = &view->result->standings[contact];
    return (struct standing_text){
            .contact = columns_name(view->subject->columns, contact),
            .stage = stage_name(p, s->stage),
            .grade = s->grade == NO_INDEX ? STR("none") : p->grade_names[s->grade],
            .persona = s->persona == NO_INDEX ? STR("none") : p->persona_names[s->persona],
            .since = step_time(s->since),
            .score = s->score,
    };
}

static void json_standing(struct buf *b, const struct columns *c, const struct standing_text *s)
{
    buf_put(b, STR("{\"contact\":"));
    json_put_string(b, s->contact);
    buf_put(b, STR(",\"stage\":"));
    json_put_string(b, s->stage);
    buf_put(b, STR(",\"since\":\""));
    put_when(b, c, s->since);
    buf_put(b, STR("\",\"grade\":"));
    json_put_string(b, s->grade);
    buf_put(b, STR(",\"persona\":"));
    json_put_string(b, s->persona);
    buf_put(b, STR(",\"score\":"));
    json_put_score(b, s->score);
    buf_put(b, STR("}\n"));
}

static void csv_standing(struct buf *b, const struct columns *c, const struct standing_text *s)
{
    put_csv(b, s->contact);
    buf_char(b, ',');
    put_csv(b, s->stage);
    buf_char(b, ',');
    put_when(b, c, s->since);
    buf_char(b, ',');
    put_csv(b, s->grade);
    buf_char(b, ',');
    put_csv(b, s->persona);
    buf_char(b, ',');
    json_put_score(b, s->score);
    buf_char(b, '\n');
}

static struct table *standing_table(struct out *out)
{
    struct table *table = table_new(out);
    table_column(table, "Contact", ALIGN_LEFT);
    table_column(table, "Stage", ALIGN_LEFT);
    table_column(table, "Since", ALIGN_LEFT);
    table_column(table, "Grade", ALIGN_LEFT);
    table_column(table, "Persona", ALIGN_LEFT);
    table_column(table, "Score", ALIGN_RIGHT);
    return table;
}

void print_standings(const struct replay_view *view)
{
    const struct columns *c = view->subject->columns;
    const struct replay_result *r = view->result;
    struct out *out = &view->cli->out;
    const uint32_t *order = contacts_by_name(view->cli, c);
    struct table *table = view->form == FORM_TABLE ? standing_table(out) : NULL;
    if (view->form == FORM_CSV)
        buf_put(&out->buf, STR("contact,stage,since,grade,persona,score\n"));
    for (uint32_t k = 0; k < r->n_contacts && out_step(out); k++) {
        if (!r->exists[order[k]])
            continue;
        struct standing_text s = standing_text(view, order[k]);
        if (view->form == FORM_JSON) {
            json_standing(&out->buf, c, &s);
        } else if (view->form == FORM_CSV) {
            csv_standing(&out->buf, c, &s);
        } else {
            table_text(table, s.contact);
            table_text(table, stage_label(view->model->program, r->standings[order[k]].stage));
            put_when(table_cell(table), c, s.since);
            table_text(table, s.grade);
            table_text(table, s.persona);
            json_put_score(table_cell(table), s.score);
            table_row(table);
        }
    }
    if (table)
        table_end(table);
}

static void json_funnel(struct buf *b, const struct program *p, const struct funnel_row *rows)
{
    buf_char(b, '[');
    for (uint32_t i = 0; i < p->n_stages; i++) {
        buf_put(b, i ? STR(",{\"stage\":") : STR("{\"stage\":"));
        json_put_string(b, p->stages[i].name);
        buf_put(b, STR(",\"label\":"));
        json_put_string(b, p->stages[i].label);
        buf_printf(b, ",\"ever\":%u,\"now\":%u,\"median_days_from_previous\":", rows[i].ever, rows[i].now);
        json_put_number(b, rows[i].median_days);
        buf_char(b, '}');
    }
    buf_put(b, STR("]\n"));
}

static void csv_funnel(struct buf *b, const struct program *p, const struct funnel_row *rows)
{
    buf_put(b, STR("stage,label,ever,now,median_days_from_previous\n"));
    for (uint32_t i = 0; i < p->n_stages; i++) {
        put_csv(b, p->stages[i].name);
        buf_char(b, ',');
        put_csv(b, p->stages[i].label);
        buf_printf(b, ",%u,%u,", rows[i].ever, rows[i].now);
        if (!isnan(rows[i].median_days))
            json_put_number(b, rows[i].median_days);
        buf_char(b, '\n');
    }
}

static void table_funnel(const struct replay_view *view, const struct funnel_row *rows)
{
    enum { BAR = 30 };
    const struct program *p = view->model->program;
    struct table *table = table_new(&view->cli->out);
    uint32_t most = 1;
    table_column(table, "Stage", ALIGN_LEFT);
    table_column(table, "Ever", ALIGN_RIGHT);
    table_column(table, "Now", ALIGN_RIGHT);
    table_column(table, "Median days", ALIGN_RIGHT);
    table_column(table, "", ALIGN_LEFT);
    for (uint32_t i = 0; i < p->n_stages; i++)
        most = rows[i].ever > most ? rows[i].ever : most;
    for (uint32_t i = 0; i < p->n_stages; i++) {
        table_text(table, p->stages[i].label);
        table_count(table, rows[i].ever);
        table_count(table, rows[i].now);
        struct buf *days = table_cell(table);
        if (!isnan(rows[i].median_days))
            buf_printf(days, "%.1f", rows[i].median_days);
        put_bar(table_cell(table), (double)rows[i].ever / most, BAR);
        table_row(table);
    }
    table_end(table);
}

void print_funnel(const struct replay_view *view)
{
    const struct program *p = view->model->program;
    struct funnel_row *rows = ARENA_ARRAY(view->cli->arena, struct funnel_row, p->n_stages);
    funnel_count(view->result, rows);
    switch (view->form) {
    case FORM_JSON:
        json_funnel(&view->cli->out.buf, p, rows);
        break;
    case FORM_CSV:
        csv_funnel(&view->cli->out.buf, p, rows);
        break;
    case FORM_TABLE:
        table_funnel(view, rows);
        break;
    }
}
