// Whether a submission looks like a machine's. Nothing here refuses anything: what looks so is kept apart for
// a person.
#include "app/form/submit.h"

static unsigned count(struct str text, struct str needle)
{
    unsigned n = 0;
    for (size_t i = 0; i + needle.n <= text.n; i++)
        n += str_eq_nocase(str_sub(text, i, i + needle.n), needle);
    return n;
}

static unsigned links(struct str text)
{
    return count(text, STR("http://")) + count(text, STR("https://")) + count(text, STR("www."));
}

static void add(unsigned *points, unsigned more, struct buf *reasons, const char *why)
{
    buf_printf(reasons, "%s\"%s\"", reasons->p[reasons->n - 1] == '[' ? "" : ",", why);
    *points += more;
}

static bool is_name(const struct question *field)
{
    struct str t = field->trait;
    return str_eq(t, STR("first_name")) || str_eq(t, STR("last_name")) || str_eq(t, STR("name")) ||
           str_eq(t, STR("city")) || str_eq(t, STR("title"));
}

static void weigh_texts(const struct answers *answers, unsigned *points, struct buf *reasons)
{
    unsigned n = 0;
    bool name = false, markup = false;
    for (unsigned i = 0; i < answers->n; i++) {
        const struct given *g = &answers->given[i];
        if (g->field->type != FIELD_TEXT && g->field->type != FIELD_TEXTAREA)
            continue;
        unsigned here = links(g->value);
        n += here;
        name = name || (is_name(g->field) && here);
        markup = markup || count(g->value, STR("<a href")) || count(g->value, STR("[url"));
    }
    if (name)
        add(points, 60, reasons, "link in a name");
    if (markup)
        add(points, 60, reasons, "markup of links");
    if (n > 3)
        add(points, n > 6 ? 60 : 30, reasons, "many links");
}

unsigned form_weigh(const struct weighing *w, const struct answers *answers, struct buf *reasons)
{
    unsigned points = 0;
    buf_char(reasons, '[');
    if (w->trap)
        add(&points, 100, reasons, "filled in what people do not see");
    if (w->fast)
        add(&points, 40, reasons, "faster than people type");
    if (!w->proven)
        add(&points, 20, reasons, "no proof of work");
    if (w->token_used)
        add(&points, 30, reasons, "page used before");
    if (w->machine)
        add(&points, 40, reasons, "user agent of a machine");
    if (w->disposable)
        add(&points, 50, reasons, "throw-away address");
    if (w->from_address > FORM_RATE_MORE)
        add(&points, w->proven ? 10 : 30, reasons, "many from one address");
    weigh_texts(answers, &points, reasons);
    buf_char(reasons, ']');
    return points;
}
