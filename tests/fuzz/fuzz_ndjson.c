// Lines of messages, decoded, built and finished at two moments; the columns must hold together. The first
// two bytes choose the earlier moment.
#include "replay/build.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_sparse(const struct columns *c, const struct sparse *columns, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < columns[i].n; j++) {
            require(columns[i].ev[j] < c->n_events && columns[i].val[j] < c->n_values);
            require(!j || columns[i].ev[j - 1] < columns[i].ev[j]);
            require(columns_value(c, columns[i].val[j]).kind <= JSON_OBJECT);
        }
}

static void check_facts(const struct columns *c)
{
    for (uint32_t i = 0; i < c->n_facts; i++)
        for (uint32_t j = 0; j < c->facts[i].n; j++) {
            uint32_t amount = c->facts[i].amount[j];
            double number;
            require(c->facts[i].ev[j] < c->n_events && c->facts[i].answer[j] <= ANSWER_NO);
            require(!j || c->facts[i].ev[j - 1] < c->facts[i].ev[j]);
            if (amount != VALUE_NONE) {
                struct value value = columns_value(c, amount);
                require(value_number(&value, &number));
            }
        }
}

static void check_columns(const struct builder *b, const struct columns *c, int64_t at)
{
    require(c->off[0] == 0 && c->off[c->n_contacts] == c->n_events);
    for (uint32_t i = 0; i < c->n_contacts; i++) {
        uint64_t presence = 0;
        require(c->off[i] < c->off[i + 1]); // every contact has an event
        require(builder_contact(b, columns_name(c, i)) == i);
        for (uint32_t e = c->off[i]; e < c->off[i + 1]; e++) {
            require(c->type[e] < c->n_types && c->epoch + c->time[e] <= at);
            require(e == c->off[i] || c->time[e - 1] < c->time[e] ||
                    (c->time[e - 1] == c->time[e] && c->log[e - 1] < c->log[e]));
            presence |= 1ull << presence_bit(c->type[e]);
        }
        require(presence == c->presence[i]);
    }
    check_sparse(c, c->props, c->n_props);
    check_sparse(c, c->traits, c->n_traits);
    check_facts(c);
}

static void finish(struct builder *b, int64_t at)
{
    struct columns *c;
    struct err err;
    if (!builder_finish(b, at, &c, &err)) {
        require(err.code == ERR_LIMIT);
        return;
    }
    check_columns(b, c, at);
    columns_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n < 2)
        return 0;
    int64_t at = ((int64_t)data[0] << 8 | data[1]) * 86400;
    struct builder *b = builder_new();
    struct arena *arena = arena_new();
    const char *p = (const char *)data + 2, *end = (const char *)data + n;
    for (uint32_t log = 1; p < end; log++) {
        const char *newline = memchr(p, '\n', (size_t)(end - p)), *stop = newline ? newline : end;
        struct message m;
        struct err err;
        arena_reset(arena);
        if (message_decode(arena, (struct str){p, (size_t)(stop - p)}, &m, &err))
            builder_message(b, log, &m);
        p = stop + 1;
    }
    finish(b, INT64_MAX);
    finish(b, at);
    arena_free(arena);
    builder_free(b);
    return 0;
}
