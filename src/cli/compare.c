#include "cli/subject.h"
#include "cli/table.h"
#include "replay/results.h"

// Where every contact stands under every model.
struct comparison {
    struct cli *cli;
    const struct subject *subject;
    const struct model_file *models;
    unsigned n_models;
    uint32_t **stage;          // [model][contact], index of a stage of that model or NO_INDEX
    struct funnel_row **rows;  // [model][stage]
    uint32_t *none;            // [model] contacts in no stage
    uint8_t *exists, *differs; // [contact]
    uint32_t contacts, differing;
};

static void stand(struct comparison *c, unsigned model, const struct engine *engine)
{
    const struct program *program = c->models[model].program;
    uint32_t n = c->subject->columns->n_contacts;
    struct replay_options options = {.at = c->subject->at, .threads = engine->threads};
    struct replay_result result = {0};
    engine->run(program, c->subject->columns, &options, &result);
    c->stage[model] = ARENA_ARRAY(c->cli->arena, uint32_t, n);
    c->rows[model] = ARENA_ARRAY(c->cli->arena, struct funnel_row, program->n_stages);
    funnel_count(&result, c->rows[model]);
    for (uint32_t i = 0; i < n; i++) {
        c->stage[model][i] = result_current_stage(&result, i);
        c->exists[i] = result.exists[i];
        c->none[model] += result.exists[i] && c->stage[model][i] == NO_INDEX;
    }
    replay_result_free(&result);
}

static struct str standing_of(const struct comparison *c, unsigned model, uint32_t contact)
{
    return stage_name(c->models[model].program, c->stage[model][contact]);
}

static void find_differences(struct comparison *c)
{
    for (uint32_t i = 0; i < c->subject->columns->n_contacts; i++) {
        if (!c->exists[i])
            continue;
        c->contacts++;
        for (unsigned m = 1; m < c->n_models; m++)
            if (!str_eq(standing_of(c, 0, i), standing_of(c, m, i)))
                c->differs[i] = 1;
        c->differing += c->differs[i];
    }
}

static void print_json(const struct comparison *c)
{
    struct buf *b = &c->cli->out.buf;
    const uint32_t *order = contacts_by_name(c->cli, c->subject->columns);
    bool first = true;
    buf_put(b, STR("{\"models\":["));
    for (unsigned m = 0; m < c->n_models; m++) {
        buf_put(b, m ? STR(",") : STR(""));
        json_put_string(b, c->models[m].title);
    }
    buf_printf(b, "],\"contacts\":%u,\"stages\":[", c->contacts);
    for (unsigned m = 0; m < c->n_models; m++) {
        const struct program *p = c->models[m].program;
        buf_put(b, m ? STR(",{") : STR("{"));
        for (uint32_t s = 0; s < p->n_stages; s++) {
            json_put_string(b, p->stages[s].name);
            buf_printf(b, ":%u,", c->rows[m][s].now);
        }
        buf_printf(b, "\"none\":%u}", c->none[m]);
    }
    buf_printf(b, "],\"agree\":%u,\"differ\":[", c->contacts - c->differing);
    for (uint32_t k = 0; k < c->subject->columns->n_contacts && out_step(&c->cli->out); k++) {
        if (!c->differs[order[k]])
            continue;
        buf_put(b, first ? STR("{\"contact\":") : STR(",{\"contact\":"));
        first = false;
        json_put_string(b, columns_name(c->subject->columns, order[k]));
        buf_put(b, STR(",\"stages\":["));
        for (unsigned m = 0; m < c->n_models; m++) {
            buf_put(b, m ? STR(",") : STR(""));
            json_put_string(b, standing_of(c, m, order[k]));
        }
        buf_put(b, STR("]}"));
    }
    buf_put(b, STR("]}\n"));
}

// The contacts that differ, which is the only list in the JSON form.
static void print_csv(const struct comparison *c)
{
    struct buf *b = &c->cli->out.buf;
    const uint32_t *order = contacts_by_name(c->cli, c->subject->columns);
    buf_put(b, STR("contact,stages\n"));
    for (uint32_t k = 0; k < c->subject->columns->n_contacts && out_step(&c->cli->out); k++) {
        if (!c->differs[order[k]])
            continue;
        put_csv(b, columns_name(c->subject->columns, order[k]));
        buf_char(b, ',');
        for (unsigned m = 0; m < c->n_models; m++) {
            buf_put(b, m ? STR(" ") : STR(""));
            buf_put(b, standing_of(c, m, order[k]));
        }
        buf_char(b, '\n');
    }
}

// The letter that stands for a model above its columns.
static void put_letter(struct buf *b, unsigned model)
{
    if (model < 26)
        buf_char(b, (char)('A' + model));
    else
        buf_printf(b, "%u", model + 1);
}

static uint32_t find_stage(const struct program *p, struct str name)
{
    for (uint32_t i = 0; i < p->n_stages; i++)
        if (str_eq(p->stages[i].name, name))
            return i;
    return NO_INDEX;
}

// The names of all models' stages, each once, a new one behind the one that stands before it in its model.
static struct str *stage_names(const struct comparison *c, uint32_t *ret_n)
{
    uint32_t n = 0, most = 0;
    for (unsigned m = 0; m < c->n_models; m++)
        most += c->models[m].program->n_stages;
    struct str *names = ARENA_ARRAY(c->cli->arena, struct str, (size_t)most + 1);
    for (unsigned m = 0; m < c->n_models; m++) {
        const struct program *p = c->models[m].program;
        uint32_t behind = 0; // where a new one goes
        for (uint32_t s = 0; s < p->n_stages; s++) {
            uint32_t at = 0;
            while (at < n && !str_eq(names[at], p->stages[s].name))
                at++;
            if (at == n) {
                memmove(names + behind + 1, names + behind, (n - behind) * sizeof *names);
                names[at = behind] = p->stages[s].name;
                n++;
            }
            behind = at + 1;
        }
    }
    *ret_n = n;
    return names;
}

// The header of a model's column: "A" with what stands in it.
static const char *column_header(const struct comparison *c, unsigned model, const char *what)
{
    struct buf b = {0};
    put_letter(&b, model);
    buf_put(&b, str_of(what));
    const char *header = arena_str(c->cli->arena, buf_str(&b)).p;
    buf_free(&b);
    return header;
}

// Stages by models: how many contacts ever reached it, how many are there now.
static void print_funnels(const struct comparison *c)
{
    uint32_t n;
    const struct str *names = stage_names(c, &n);
    struct table *table = table_new(&c->cli->out);
    table_column(table, "", ALIGN_LEFT);
    for (unsigned m = 0; m < c->n_models; m++) {
        table_column(table, column_header(c, m, " ever"), ALIGN_RIGHT);
        table_column(table, "now", ALIGN_RIGHT);
    }
    for (uint32_t i = 0; i <= n; i++) {
        bool none = i == n;
        table_text(table, none ? STR("none") : names[i]);
        for (unsigned m = 0; m < c->n_models; m++) {
            uint32_t stage = none ? NO_INDEX : find_stage(c->models[m].program, names[i]);
            struct buf *ever = table_cell(table);
            if (stage != NO_INDEX)
                put_count(ever, c->rows[m][stage].ever);
            struct buf *now = table_cell(table);
            if (none || stage != NO_INDEX)
                put_count(now, none ? c->none[m] : c->rows[m][stage].now);
        }
        table_row(table);
    }
    table_end(table);
}

// For each two models, the contacts that they see in different stages.
static void print_pairs(const struct comparison *c)
{
    struct table *table = table_new(&c->cli->out);
    table_column(table, "", ALIGN_LEFT);
    for (unsigned m = 0; m < c->n_models; m++)
        table_column(table, column_header(c, m, ""), ALIGN_RIGHT);
    for (unsigned a = 0; a < c->n_models; a++) {
        put_letter(table_cell(table), a);
        for (unsigned m = 0; m < c->n_models; m++) {
            uint32_t n = 0;
            for (uint32_t i = 0; i < c->subject->columns->n_contacts; i++)
                n += c->exists[i] && !str_eq(standing_of(c, a, i), standing_of(c, m, i));
            if (a == m)
                buf_put(table_cell(table), STR("–"));
            else
                table_count(table, n);
        }
        table_row(table);
    }
    table_end(table);
}

static void print_table(const struct comparison *c)
{
    struct buf *b = &c->cli->out.buf;
    put_count(b, c->contacts);
    buf_put(b, STR(" contacts; the definitions agree on "));
    put_count(b, c->contacts - c->differing);
    buf_put(b, STR(" and differ on "));
    put_count(b, c->differing);
    if (c->contacts) {
        buf_put(b, STR(" ("));
        put_percent(b, (double)c->differing / c->contacts);
        buf_char(b, ')');
    }
    buf_put(b, STR(".\n\n"));
    for (unsigned m = 0; m < c->n_models; m++) {
        put_letter(b, m);
        buf_put(b, STR("  "));
        put_plain(b, c->models[m].title);
        buf_char(b, '\n');
    }
    buf_char(b, '\n');
    print_funnels(c);
    if (c->n_models > 1) {
        buf_put(b, STR("\nContacts that two definitions see in different stages:\n\n"));
        print_pairs(c);
    }
}

static bool run(struct cli *cli, struct err *err)
{
    const struct args *args = &cli->args;
    struct model_file *models;
    struct subject subject;
    struct engine engine;
    enum form form;
    unsigned n, n_models;
    if (!args_form(args, &form, err) || !engine_choose(cli, &engine, err))
        return false;
    if (!subject_begin(cli, false, &subject, err) || !subject_operands(cli, &subject, &n, err))
        return false;
    if (!subject_models(cli, &subject, args->operands, n, true, &models, &n_models, err))
        return false;
    if (!subject_history(cli, &subject, args->operands + n, args->n - n, err))
        return false;
    struct comparison c = {.cli = cli, .subject = &subject, .models = models, .n_models = n_models};
    c.stage = ARENA_ARRAY(cli->arena, uint32_t *, c.n_models);
    c.rows = ARENA_ARRAY(cli->arena, struct funnel_row *, c.n_models);
    c.none = ARENA_ARRAY(cli->arena, uint32_t, c.n_models);
    c.exists = ARENA_ARRAY(cli->arena, uint8_t, subject.columns->n_contacts);
    c.differs = ARENA_ARRAY(cli->arena, uint8_t, subject.columns->n_contacts);
    for (unsigned m = 0; m < c.n_models; m++) {
        subject_warn(cli, &subject, &models[m]);
        stand(&c, m, &engine);
    }
    find_differences(&c);
    if (form == FORM_JSON)
        print_json(&c);
    else if (form == FORM_CSV)
        print_csv(&c);
    else
        print_table(&c);
    return true;
}

const struct command COMMAND_COMPARE = {
        .name = "compare",
        .summary = "Shows where definitions differ on the same contacts",
        .synopsis = "MODEL MODEL… -- EVENTS… --at TIME [--json | --csv]\n"
                    "[MODEL…] --data DIR [--at TIME] [--json | --csv]",
        .about = "Two standings are the same if their stages have the same name. With --data, a single model "
                 "is compared\nwith the active one.",
        .options =
                (const struct option[]){
                        OPTION_JSON,
                        OPTION_CSV,
                        OPTIONS_SUBJECT,
                        OPTIONS_ENGINE,
                        OPTION_END,
                },
        .separator = true,
        .run = run,
};
