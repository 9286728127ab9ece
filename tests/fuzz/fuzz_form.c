// Definitions and answers of strangers: a definition in JSON, a line end, answers in JSON, a line end, a
// query. What is read is rendered and told to the log: the markup has no element that is not ours, the
// messages decode.
#include "app/form/render.h"
#include "app/form/submission.h"
#include "replay/message.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct str next_line(struct str *rest)
{
    size_t end = str_find(*rest, '\n');
    struct str line = str_sub(*rest, 0, end);
    *rest = str_sub(*rest, end < rest->n ? end + 1 : end, rest->n);
    return line;
}

static void check_markup(struct str html)
{
    static const char *const BAD[] = {"<script", "<img", "<svg", "<iframe", "onerror=\""};
    for (size_t i = 0; i < html.n; i++)
        for (size_t k = 0; k < sizeof BAD / sizeof *BAD; k++)
            if (str_starts(str_sub(html, i, html.n), str_of(BAD[k])))
                abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *arena = arena_new();
    struct str rest = arena_str(arena, (struct str){(const char *)data, n}), text = next_line(&rest);
    struct json *json, *sent_json;
    struct form_def def;
    struct problems *problems = problems_new(arena);
    if (json_parse(arena, text, &json, NULL) && form_def_read(arena, json, &def, problems)) {
        struct pairs *sent = ARENA_NEW(arena, struct pairs), *query = ARENA_NEW(arena, struct pairs);
        struct answers answers;
        if (json_parse(arena, next_line(&rest), &sent_json, NULL))
            pairs_of_json(arena, sent, sent_json);
        pairs_of_query(arena, query, rest);
        struct str language = form_def_language(&def, STR_NONE, rest);
        struct form_def translated = form_def_translated(arena, &def, language);
        const struct words *words = words_in(language);
        answers_read(arena, &translated, words, sent, query, NULL, &answers, problems);
        struct form form = {.id = STR("id"), .slug = STR("slug"), .name = translated.title};
        struct form_view view = {.form = &form,
                .def = &translated,
                .words = words,
                .action = rest,
                .start = STR("/f/x/start"),
                .answers = &answers,
                .problems = problems,
                .query = query};
        struct buf out = {0};
        form_render(&out, &view);
        form_render_check(&out, &view, sent, STR("t"));
        check_markup(buf_str(&out));
        struct submission_context context = {.language = language};
        struct submission s = {.id = STR("s"), .time = 1700000000, .user_id = STR("u")};
        struct messages *messages = ARENA_NEW(arena, struct messages);
        context_campaign(arena, &context, query);
        submission_messages(arena, &form, &translated, &s, &context, &answers, PHASE_SUBMIT | PHASE_CONFIRM,
                s.time, messages);
        for (unsigned i = 0; i < messages->n; i++) {
            struct message m;
            struct err err;
            if (!message_decode(arena, messages->list[i], &m, &err))
                abort();
        }
        out.n = 0;
        context_write(&context, &out);
        struct submission_context back;
        if (!context_read(arena, arena_str(arena, buf_str(&out)), &back, NULL) ||
                back.n_campaign != context.n_campaign)
            abort();
        buf_free(&out);
    }
    arena_free(arena);
    return 0;
}
