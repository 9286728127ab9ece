#include "support/result_text.h"

#include "base/datetime.h"
#include "base/json.h"

struct str message_json(struct arena *arena, struct str id, struct str contact, struct str time,
        struct str name, struct str json)
{
    bool traits = str_eq(name, STR("identify")) || str_eq(name, STR("group"));
    if (json.n == 0)
        json = STR("{}");
    return arena_printf(arena,
            "{\"type\":\"%.*s\",\"messageId\":\"%.*s\",\"userId\":\"%.*s\",\"timestamp\":\"%.*s\","
            "\"event\":\"%.*s\",\"%s\":%.*s}",
            STR_ARG(traits ? name : STR("track")), STR_ARG(id), STR_ARG(contact), STR_ARG(time),
            STR_ARG(name), traits ? "traits" : "properties", STR_ARG(json));
}

static struct str name_of(const struct program *p, enum transition_kind kind, uint32_t index)
{
    if (index == NO_INDEX)
        return STR("none");
    return kind == CHANGE_STAGE   ? p->stages[index].name
           : kind == CHANGE_GRADE ? p->grade_names[index]
                                  : p->persona_names[index];
}

static void put_time(struct buf *out, const struct columns *columns, step_t step)
{
    char text[DATETIME_SIZE];
    buf_put(out, datetime_format(columns->epoch + step_time(step), text));
}

struct str transitions_text(struct arena *arena, const struct program *program, const struct columns *columns,
        const struct replay_result *result, void (*event_id)(const void *ctx, uint32_t log, struct buf *out),
        const void *ctx)
{
    static const char *const KINDS[] = {"persona", "stage", "grade"};
    struct buf out = {0};
    for (size_t i = 0; i < result->transitions.n; i++) {
        const struct transition *t = &result->transitions.v[i];
        buf_put(&out, columns_name(columns, t->contact));
        buf_char(&out, ' ');
        put_time(&out, columns, t->step);
        buf_printf(&out, " %s %.*s>%.*s %s", KINDS[t->kind], STR_ARG(name_of(program, t->kind, t->from)),
                STR_ARG(name_of(program, t->kind, t->to)), t->by_hand ? "hand" : "rule");
        for (uint32_t e = 0; e < t->n_evidence; e++) {
            buf_char(&out, ' ');
            event_id(ctx, columns->log[result->evidence.v[t->evidence + e]], &out);
        }
        buf_char(&out, '\n');
    }
    struct str text = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

struct str standing_text(struct arena *arena, const struct program *program, const struct columns *columns,
        const struct replay_result *result, uint32_t contact)
{
    struct buf out = {0};
    const struct standing *s = &result->standings[contact];
    buf_put(&out, columns_name(columns, contact));
    buf_printf(&out, " %.*s ", STR_ARG(name_of(program, CHANGE_STAGE, s->stage)));
    put_time(&out, columns, s->since);
    buf_printf(&out, " %.*s %.*s ", STR_ARG(name_of(program, CHANGE_GRADE, s->grade)),
            STR_ARG(name_of(program, CHANGE_PERSONA, s->persona)));
    json_put_score(&out, s->score);
    struct str text = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return text;
}
