// Running the automaton: all its states at once, one step a code point (Thompson 1968, Pike 1987), so the
// time is at most text × program, whatever the expression. Scratch is per call: any thread may match.
#include "base/mem.h"
#include "base/utf8.h"
#include "rules/cond.h"
#include "rules/regex.h"

#include <stdlib.h>

// States before a code point. `mark[i] == stamp` says that step i is among them already.
struct states {
    uint32_t n;
    uint32_t *list;
};

struct run {
    const struct regex *regex;
    uint32_t *mark, *stack;
    uint32_t stamp;
    bool at_begin, at_end;
};

enum { SMALL = 128 }; // programs up to this many steps need no allocation

// Adds step i and all that it leads to without reading; true if that is the match.
static bool add(struct run *run, struct states *states, uint32_t i)
{
    uint32_t n = 0;
    if (run->mark[i] != run->stamp) {
        run->mark[i] = run->stamp;
        run->stack[n++] = i;
    }
    while (n > 0) {
        i = run->stack[--n];
        const struct regex_step *step = &run->regex->steps[i];
        uint32_t to[2], n_to = 0;
        switch (step->op) {
        case STEP_MATCH:
            return true;
        case STEP_CHAR:
        case STEP_ANY:
        case STEP_SET:
            states->list[states->n++] = i;
            break;
        case STEP_BEGIN:
            if (run->at_begin)
                to[n_to++] = i + 1;
            break;
        case STEP_END:
            if (run->at_end)
                to[n_to++] = i + 1;
            break;
        case STEP_SPLIT:
            to[n_to++] = step->x;
            to[n_to++] = step->y;
            break;
        case STEP_JUMP:
            to[n_to++] = step->x;
            break;
        }
        while (n_to > 0) {
            uint32_t j = to[--n_to];
            if (run->mark[j] != run->stamp) {
                run->mark[j] = run->stamp;
                run->stack[n++] = j;
            }
        }
    }
    return false;
}

static bool takes(const struct regex_step *step, uint32_t c)
{
    return step->op == STEP_CHAR ? step->x == c : step->op == STEP_ANY || charset_has(step->set, c);
}

static uint32_t next_lowered(struct str text, size_t *at)
{
    unsigned char c = (unsigned char)text.p[*at];
    if (c >= 0x80)
        return utf8_caseless(utf8_next(text, at));
    ++*at;
    return c >= 'A' && c <= 'Z' ? c + 32U : c;
}

static bool may_begin(const struct regex *regex, uint32_t c)
{
    return c >= 128 || (regex->first[c / 32] >> (c % 32) & 1);
}

static void new_stamp(struct run *run)
{
    if (++run->stamp == 0) { // after 4 billion code points
        memset(run->mark, 0, run->regex->n_steps * sizeof *run->mark);
        run->stamp = 1;
    }
}

// scratch: four times as many numbers as the program has steps.
static bool run_program(const struct regex *regex, struct str text, uint32_t *scratch)
{
    size_t n = regex->n_steps, at = 0;
    struct run run = {regex, scratch, scratch + n, 1, true, text.n == 0};
    struct states now = {0, scratch + 2 * n}, next = {0, scratch + 3 * n};
    memset(run.mark, 0, n * sizeof *run.mark);
    while (at < text.n) {
        uint32_t c = next_lowered(text, &at);
        // Found anywhere: a match may begin at every code point. One that reads nothing begins at the first
        // or last place too, if it begins at any.
        if ((run.at_begin || may_begin(regex, c)) && add(&run, &now, 0))
            return true;
        new_stamp(&run);
        run.at_begin = false;
        run.at_end = at == text.n;
        next.n = 0;
        for (uint32_t i = 0; i < now.n; i++)
            if (takes(&regex->steps[now.list[i]], c) && add(&run, &next, now.list[i] + 1))
                return true;
        struct states swap = now;
        now = next;
        next = swap;
    }
    return add(&run, &now, 0);
}

static bool is_ascii(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

bool regex_matches(const struct regex *regex, struct str text)
{
    struct arena *arena = is_ascii(text) ? NULL : arena_new();
    if (arena)
        text = utf8_nfc(arena, text);
    uint32_t small[4 * SMALL];
    uint32_t *scratch = regex->n_steps <= SMALL ? small : mem_alloc(4 * sizeof *scratch * regex->n_steps);
    bool found = run_program(regex, text, scratch);
    if (scratch != small)
        free(scratch);
    arena_free(arena);
    return found;
}
