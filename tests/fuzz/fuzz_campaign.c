// The definition of a campaign, and a line below it a change of it, both JSON of any kind: what is taken
// leads everybody to the end, says the same when it is read again, and what is refused names a reason.
#include "app/campaign/act.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static bool leads_down(const struct definition *d, unsigned from, int to)
{
    return to == STEP_END || (to > (int)from && to < (int)d->n_steps);
}

static void check_waits(const struct step *s)
{
    if (s->kind == STEP_WAIT || s->kind == STEP_WAIT_FOR)
        require(s->seconds > 0 && s->seconds <= STEP_WAIT_MAX);
    if (s->kind == STEP_WAIT_UNTIL)
        require(s->minute < 1440 && s->weekdays && s->weekdays < 128);
}

static void check_mail(const struct step *s)
{
    require(s->n_variants >= 1 && s->n_variants <= VARIANTS_MAX);
    for (unsigned v = 0; v < s->n_variants; v++)
        require(step_text(s, v, "template").n || (step_text(s, v, "subject").n && step_text(s, v, "body").n));
    for (unsigned winner = 0; winner <= s->n_variants; winner++) {
        int variant = split_variant(s, 1, 2, winner);
        require(variant >= -1 && variant < (int)s->n_variants);
        require(!winner || s->n_variants < 2 || variant == (int)winner - 1);
    }
}

static void check_definition(const struct definition *d)
{
    require(d->n_steps <= STEPS_MAX);
    require(!d->quiet || (d->quiet_from < 1440 && d->quiet_to < 1440));
    for (unsigned i = 0; i < d->n_steps; i++) {
        const struct step *s = &d->steps[i];
        require(s->id.n > 0 && s->id.n <= STEP_ID_MAX && definition_step(d, s->id) == s);
        require(leads_down(d, i, s->next) && leads_down(d, i, s->then) && leads_down(d, i, s->otherwise));
        check_waits(s);
        if (s->kind == STEP_MAIL)
            check_mail(s);
    }
}

// What a change makes of what was there; NULL: it is refused.
static const struct json *change(struct arena *arena, const struct json *before, struct str text)
{
    struct json *json, *again;
    struct definition d;
    struct err err = {0};
    char field[80];
    if (!json_parse(arena, text, &json, NULL) || json->kind != JSON_OBJECT)
        return NULL;
    struct str said = definition_text(arena, before, json);
    require(json_parse(arena, said, &again, NULL));
    require(str_eq(definition_text(arena, NULL, again), said));
    if (!definition_read(arena, said, &d, field, &err)) {
        require(err.code == ERR_INPUT && err.message[0] && memchr(field, '\0', sizeof field));
        return NULL;
    }
    check_definition(&d);
    return again;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *arena = arena_new();
    struct str text = arena_str(arena, (struct str){(const char *)data, n});
    size_t end = str_find(text, '\n');
    const struct json *first = change(arena, NULL, str_sub(text, 0, end));
    if (first && end < text.n)
        change(arena, first, str_sub(text, end + 1, text.n));
    arena_free(arena);
    return 0;
}
