// The text part of a mail.
#include "mail/layout_private.h"

enum { INDENTS_MAX = 20 };

struct layout_text {
    struct arena *arena;
    struct buf out;
    unsigned breaks;  // line ends that are due
    unsigned outside; // of how many indents the empty lines among them are
    bool blank;       // a blank is due
    bool keep;
    struct {
        struct str first, rest; // first: of the next line only
    } indents[INDENTS_MAX];
    unsigned n;
};

static void drop(void *t)
{
    buf_free(&((struct layout_text *)t)->out);
}

struct layout_text *layout_text_new(struct arena *arena)
{
    struct layout_text *t = ARENA_NEW(arena, struct layout_text);
    t->arena = arena;
    arena_defer(arena, drop, t);
    return t;
}

static void put_indents(struct layout_text *t, bool bare)
{
    size_t from = t->out.n;
    unsigned n = bare && t->outside < t->n ? t->outside : t->n;
    for (unsigned i = 0; i < n && i < INDENTS_MAX; i++) {
        buf_put(&t->out, t->indents[i].first.p && !bare ? t->indents[i].first : t->indents[i].rest);
        if (!bare)
            t->indents[i].first = STR_NONE;
    }
    while (bare && t->out.n > from && t->out.p[t->out.n - 1] == ' ')
        t->out.n--;
}

// Line ends and blanks that are due, before something is written.
static void settle(struct layout_text *t)
{
    bool begin = !t->out.n;
    if (t->breaks || begin) {
        for (unsigned i = 0; i < t->breaks && !begin; i++) {
            buf_char(&t->out, '\n');
            if (i + 1 < t->breaks)
                put_indents(t, true);
        }
        put_indents(t, false);
        t->blank = false;
    }
    if (t->blank)
        buf_char(&t->out, ' ');
    t->breaks = 0;
    t->blank = false;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

void layout_text_put(struct layout_text *t, struct str text)
{
    for (size_t i = 0; i < text.n;) {
        size_t from = i;
        if (t->keep && text.p[i] == '\n') {
            layout_text_break(t, t->breaks + 1);
            i++;
            continue;
        }
        while (i < text.n && (t->keep ? text.p[i] != '\n' : !is_space(text.p[i])))
            i++;
        if (i > from) {
            settle(t);
            buf_put(&t->out, str_sub(text, from, i));
        }
        for (; i < text.n && !t->keep && is_space(text.p[i]); i++)
            t->blank = t->out.n > 0;
    }
}

void layout_text_break(struct layout_text *t, unsigned lines)
{
    t->outside = t->breaks && t->outside < t->n ? t->outside : t->n;
    t->breaks = t->breaks > lines ? t->breaks : lines;
    t->blank = false;
}

void layout_text_line(struct layout_text *t, struct str line)
{
    layout_text_break(t, 1);
    settle(t);
    buf_put(&t->out, line);
    layout_text_break(t, 1);
}

void layout_text_indent(struct layout_text *t, struct str first, struct str rest)
{
    if (t->n < INDENTS_MAX) {
        t->indents[t->n].first = first;
        t->indents[t->n].rest = rest;
    }
    t->n++;
}

void layout_text_outdent(struct layout_text *t)
{
    t->n -= t->n > 0;
    t->outside = t->outside < t->n ? t->outside : t->n;
}

void layout_text_keep(struct layout_text *t, bool keep)
{
    t->keep = keep;
}

size_t layout_text_here(const struct layout_text *t)
{
    return t->out.n;
}

struct str layout_text_since(const struct layout_text *t, size_t here)
{
    struct str text = str_sub(buf_str(&t->out), here < t->out.n ? here : t->out.n, t->out.n);
    return str_trim(text);
}

struct str layout_text_end(struct layout_text *t)
{
    while (t->out.n && is_space(t->out.p[t->out.n - 1]))
        t->out.n--;
    if (t->out.n)
        buf_char(&t->out, '\n');
    return arena_str(t->arena, (struct str){t->out.p ? t->out.p : "", t->out.n});
}
