#include "app/field/sums.h"

#include "replay/context_key.h"

#include <stdlib.h>

enum { TEXT_MOST = 200 /* bytes: longer ones are no choice */ };

void sums_init(struct sums *sums)
{
    *sums = (struct sums){.traits = map_new(), .events = map_new(), .sources = {.texts = map_new()}};
}

static void tally_free(struct tally *tally)
{
    map_free(tally->texts);
    vec_free(&tally->counts);
}

void sums_free(struct sums *sums)
{
    for (size_t i = 0; i < sums->trait_sums.n; i++)
        tally_free(&sums->trait_sums.v[i].values);
    tally_free(&sums->sources);
    map_free(sums->traits);
    map_free(sums->events);
    vec_free(&sums->trait_sums);
    vec_free(&sums->event_sums);
}

static void tally_add(struct tally *tally, struct str text, uint64_t count)
{
    uint32_t number = tally->many ? MAP_NONE : map_get(tally->texts, text);
    if (number == MAP_NONE && (tally->many || map_count(tally->texts) == VALUES_MOST)) {
        tally->many = true;
        return;
    }
    if (number == MAP_NONE) {
        number = map_intern(tally->texts, text);
        vec_push(&tally->counts, 0);
    }
    tally->counts.v[number] += count;
}

// How often values are there, by their numbers in the columns.
struct values {
    uint32_t *count;       // [columns.n_values]
    VEC(uint32_t) present; // numbers with a count
};

static void values_put(struct values *values, uint32_t number)
{
    if (!values->count[number]++)
        vec_push(&values->present, number);
}

// Moves what was counted into the tally.
static void values_take(struct values *values, const struct columns *c, struct tally *tally)
{
    for (size_t i = 0; i < values->present.n; i++) {
        uint32_t number = values->present.v[i];
        struct value v = columns_value(c, number);
        if (v.text.n && v.text.n <= TEXT_MOST)
            tally_add(tally, v.text, values->count[number]);
        values->count[number] = 0;
    }
    values->present.n = 0;
}

static bool is_set(const struct columns *c, uint32_t number)
{
    struct value v = columns_value(c, number);
    return v.kind != JSON_NULL && (v.kind != JSON_STRING || v.text.n);
}

static struct trait_sum *trait_sum(struct sums *sums, struct str key)
{
    uint32_t number = map_intern(sums->traits, key);
    if (number == sums->trait_sums.n)
        vec_push(&sums->trait_sums, (struct trait_sum){.values = {.texts = map_new()}});
    return &sums->trait_sums.v[number];
}

static void add_trait(struct sums *sums, const struct columns *c, const uint8_t *skip,
        const struct sparse *trait, struct values *values)
{
    struct trait_sum *sum = trait_sum(sums, trait->key);
    uint32_t contact = 0;
    for (uint32_t i = 0; i < trait->n; i++) {
        while (c->off[contact + 1] <= trait->ev[i])
            contact++;
        bool last = i + 1 == trait->n || trait->ev[i + 1] >= c->off[contact + 1];
        if (!last || skip[contact] || !is_set(c, trait->val[i]))
            continue;
        sum->contacts++;
        values_put(values, trait->val[i]);
    }
    values_take(values, c, &sum->values);
}

static void add_source(struct sums *sums, const struct columns *c, const uint8_t *skip, struct str key,
        struct values *values)
{
    const struct sparse *prop = columns_prop(c, key);
    uint32_t contact = 0;
    for (uint32_t i = 0; prop && i < prop->n; i++) {
        while (c->off[contact + 1] <= prop->ev[i])
            contact++;
        if (!skip[contact] && columns_value(c, prop->val[i]).kind == JSON_STRING)
            values_put(values, prop->val[i]);
    }
    values_take(values, c, &sums->sources);
}

static void add_event(struct sums *sums, const struct event_type *type, uint64_t count, int64_t last)
{
    struct buf key = {0};
    buf_char(&key, (char)('0' + type->direction));
    buf_put(&key, type->name);
    uint32_t number = map_intern(sums->events, buf_str(&key));
    if (number == sums->event_sums.n)
        vec_push(&sums->event_sums, (struct event_sum){.direction = type->direction, .last = INT64_MIN});
    struct event_sum *sum = &sums->event_sums.v[number];
    sum->name = map_key(sums->events, number);
    sum->name = str_sub(sum->name, 1, sum->name.n);
    sum->count += count;
    sum->last = last > sum->last ? last : sum->last;
    buf_free(&key);
}

static void add_events(struct sums *sums, const struct columns *c, const uint8_t *skip)
{
    uint64_t *count = mem_zero((size_t)c->n_types + 1, sizeof *count);
    uint32_t *last = mem_zero((size_t)c->n_types + 1, sizeof *last);
    for (uint32_t contact = 0; contact < c->n_contacts; contact++)
        for (uint32_t e = c->off[contact]; !skip[contact] && e < c->off[contact + 1]; e++) {
            uint16_t type = c->type[e];
            count[type]++;
            last[type] = c->time[e] > last[type] ? c->time[e] : last[type];
        }
    for (uint32_t i = 0; i < c->n_types; i++)
        if (count[i] && c->types[i].name.n)
            add_event(sums, &c->types[i], count[i], c->epoch + last[i]);
    free(count);
    free(last);
}

void sums_add(struct sums *sums, const struct columns *c, const uint8_t *skip)
{
    struct values values = {.count = mem_zero((size_t)c->n_values + 1, sizeof *values.count)};
    uint8_t *without = mem_zero((size_t)c->n_contacts + 1, 1);
    for (uint32_t i = 0; i < c->n_contacts; i++)
        without[i] = (skip && skip[i]) || (sums->visible && !sums->visible(sums->ctx, c->owner[i]));
    for (uint32_t i = 0; i < c->n_traits; i++)
        add_trait(sums, c, without, &c->traits[i], &values);
    add_source(sums, c, without, STR("source"), &values);
    add_source(sums, c, without, CONTEXT_SOURCE, &values);
    add_events(sums, c, without);
    free(without);
    free(values.count);
    vec_free(&values.present);
}

unsigned tally_top(const struct tally *tally, unsigned most, uint32_t *ret)
{
    unsigned n = 0;
    if (tally->many)
        return 0;
    for (uint32_t i = 0; i < tally->counts.n; i++) {
        unsigned at = n < most ? n++ : most;
        // The place is free, or the last one's if it is rarer.
        if (at == most && tally->counts.v[ret[most - 1]] >= tally->counts.v[i])
            continue;
        if (at == most)
            at = most - 1;
        for (; at > 0 && tally->counts.v[ret[at - 1]] < tally->counts.v[i]; at--)
            ret[at] = ret[at - 1];
        ret[at] = i;
    }
    return n;
}
