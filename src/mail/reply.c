#include "mail/reply.h"

#include "base/buf.h"
#include "base/vec.h"
#include "mail/html_text.h"
#include "mail/phrases.h"
#include "mail/reply_line.h"

enum { JOINED_LINES = 6, TEXTS_BEHIND_QUOTE = 7, FIELD_GAP = 3 };

struct line {
    struct str text;
    enum reply_line kind;
    bool cut;
};

// The lines that are left, by number; `all` keeps those that are cut, too. The steps below look at the row of
// kinds only, from one end to the other.
struct cutting {
    struct arena *arena;
    VEC(struct line) all;
    VEC(size_t) left;
};

static enum reply_line kind(const struct cutting *c, size_t i)
{
    return c->all.v[c->left.v[i]].kind;
}

static struct str line_of(const struct cutting *c, size_t i)
{
    return c->all.v[c->left.v[i]].text;
}

static bool one_of(enum reply_line k, const char *kinds)
{
    return strchr(kinds, (char)k) != NULL;
}

// Keeps the lines from … to-1.
static void keep(struct cutting *c, size_t from, size_t to)
{
    for (size_t i = 0; i < c->left.n; i++)
        if (i < from || i >= to)
            c->all.v[c->left.v[i]].cut = true;
    memmove(c->left.v, c->left.v + from, (to - from) * sizeof *c->left.v);
    c->left.n = to - from;
}

static void drop_kind(struct cutting *c, enum reply_line k)
{
    size_t n = 0;
    for (size_t i = 0; i < c->left.n; i++)
        if (kind(c, i) == k)
            c->all.v[c->left.v[i]].cut = true;
        else
            c->left.v[n++] = c->left.v[i];
    c->left.n = n;
}

static size_t first_of(const struct cutting *c, enum reply_line k)
{
    size_t i = 0;
    while (i < c->left.n && kind(c, i) != k)
        i++;
    return i;
}

// Position behind the last line that is not one of these kinds.
static size_t tail_of(const struct cutting *c, const char *kinds)
{
    size_t i = c->left.n;
    while (i > 0 && one_of(kind(c, i - 1), kinds))
        i--;
    return i;
}

static struct str flat_of(struct arena *arena, struct str s)
{
    struct str flat = phrases_flat(arena, str_trim(s), 600);
    while (flat.n && flat.p[flat.n - 1] == ' ')
        flat.n--;
    return flat;
}

// An introduction that goes over several lines: makes all of them one.
static void join_intro(struct cutting *c, size_t at, bool dated)
{
    struct line *first = &c->all.v[at];
    if (first->kind != LINE_TEXT && first->kind != LINE_FIELD)
        return;
    struct str begin = flat_of(c->arena, first->text);
    if (!reply_may_begin_intro(begin) || reply_begins_with_date(begin) != dated)
        return;
    struct buf whole = {0};
    buf_put(&whole, first->text);
    for (size_t k = 1; k < JOINED_LINES && at + k < c->all.n; k++) {
        struct line *next = &c->all.v[at + k];
        if (next->kind == LINE_RULE || (k == 1 && next->kind == LINE_EMPTY && first->text.n < 20) ||
                whole.n > 500)
            break;
        struct str text = str_trim(next->text);
        if (next->kind == LINE_INTRO && !reply_may_end_intro(flat_of(c->arena, text)))
            break;
        if (next->kind == LINE_QUOTE && text.n > 60)
            break;
        buf_char(&whole, ' ');
        buf_put(&whole, text);
        if (!reply_is_intro(flat_of(c->arena, buf_str(&whole))))
            continue;
        for (size_t i = 0; i <= k; i++)
            c->all.v[at + i].kind = LINE_INTRO;
        break;
    }
    buf_free(&whole);
}

// The rest of a quoted line that was wrapped on its way: long before, small letter, quoted behind.
static void join_wrapped(struct cutting *c)
{
    for (size_t i = 1; i + 1 < c->all.n; i++) {
        struct str before = c->all.v[i - 1].text, text = c->all.v[i].text;
        bool wrapped = c->all.v[i - 1].kind == LINE_QUOTE && c->all.v[i].kind == LINE_TEXT &&
                       c->all.v[i + 1].kind == LINE_QUOTE && before.n >= 60 && text.n < before.n;
        if (wrapped && text.p[0] >= 'a' && text.p[0] <= 'z')
            c->all.v[i].kind = LINE_QUOTE;
    }
}

static void split_lines(struct cutting *c, struct str text)
{
    bool code = false;
    for (size_t at = 0; at <= text.n;) {
        size_t end = at + str_find(str_sub(text, at, text.n), '\n');
        struct line line = {.text = str_sub(text, at, end)};
        while (line.text.n && line.text.p[line.text.n - 1] == '\r')
            line.text.n--;
        bool fence = str_starts(str_trim(line.text), STR("```"));
        line.kind = code || fence ? LINE_TEXT : reply_line_kind(c->arena, line.text);
        code = code != fence;
        vec_push(&c->all, line);
        at = end + 1;
    }
    for (size_t i = c->all.n; i > 0; i--) // the shortest ones first, but those that begin with a date
        join_intro(c, i - 1, true);
    for (size_t i = c->all.n; i > 0; i--)
        join_intro(c, i - 1, false);
    join_wrapped(c);
    for (size_t i = 0; i < c->all.n; i++)
        vec_push(&c->left, i);
}

// The answer stands below what it answers.
static void answer_below(struct cutting *c)
{
    size_t t = first_of(c, LINE_TEXT);
    if (c->left.n == 0 || kind(c, 0) != LINE_INTRO || t < 2 || t == c->left.n)
        return;
    if (tail_of(c, "et") <= t)
        keep(c, t, c->left.n);
}

// Text, then an introduction, then no quote any more: up to there.
static void before_intro(struct cutting *c)
{
    size_t last_quote = 0;
    for (size_t i = 0; i < c->left.n; i++)
        if (kind(c, i) == LINE_QUOTE)
            last_quote = i;
    size_t text = c->left.n; // the last text line with only empty ones behind it
    for (size_t i = 0; i < c->left.n; i++) {
        enum reply_line k = kind(c, i);
        if (k == LINE_INTRO && text < c->left.n && i >= last_quote) {
            keep(c, 0, text + 1);
            return;
        }
        text = k == LINE_TEXT ? i : k == LINE_EMPTY ? text : c->left.n;
    }
}

// Text, then an introduction with its quotes, then little text (of a footer).
static void before_quote(struct cutting *c)
{
    size_t tail = tail_of(c, "te"), texts = 0, i = tail;
    for (size_t k = tail; k < c->left.n; k++)
        texts += kind(c, k) == LINE_TEXT;
    while (i > 0 && one_of(kind(c, i - 1), "eqbh"))
        i--;
    if (i == 0 || kind(c, i - 1) != LINE_TEXT || texts >= TEXTS_BEHIND_QUOTE)
        return;
    size_t intro = i;
    while (intro < tail && kind(c, intro) == LINE_EMPTY)
        intro++;
    if (intro < tail && kind(c, intro) == LINE_INTRO)
        keep(c, 0, i);
}

// Text, then only quotes.
static void before_last_quotes(struct cutting *c)
{
    size_t tail = tail_of(c, "qbe");
    if (tail > 0 && tail < c->left.n && kind(c, tail - 1) == LINE_TEXT)
        keep(c, 0, tail);
}

// A subject goes over several lines: what stands between fields belongs to them.
static void join_fields(struct cutting *c)
{
    for (size_t i = 0; i < c->left.n; i++) {
        if (kind(c, i) != LINE_FIELD)
            continue;
        size_t last = i;
        for (size_t k = i + 1; k < c->left.n && k - last <= FIELD_GAP && one_of(kind(c, k), "hte"); k++)
            if (kind(c, k) == LINE_FIELD)
                last = k;
        for (; i < last; i++)
            c->all.v[c->left.v[i]].kind = LINE_FIELD;
    }
}

// Text, then the header of a mail.
static void before_header(struct cutting *c)
{
    size_t text = c->left.n, fields = 0;
    for (size_t i = 0; i < c->left.n; i++) {
        enum reply_line k = kind(c, i);
        fields = k == LINE_FIELD ? fields + 1 : 0;
        // (two will do where the first names an address)
        bool header = fields >= 3 || (fields == 2 && memchr(line_of(c, i - 1).p, '@', line_of(c, i - 1).n));
        if (header && text < c->left.n) {
            keep(c, 0, text + 1);
            return;
        }
        text = k == LINE_TEXT ? i : k == LINE_EMPTY || k == LINE_QUOTE || k == LINE_FIELD ? text : c->left.n;
    }
}

static void cut_lines(struct cutting *c)
{
    size_t rule = first_of(c, LINE_RULE);
    if (rule < c->left.n)
        keep(c, 0, rule);
    drop_kind(c, LINE_SIGNATURE);
    answer_below(c);
    before_intro(c);
    before_quote(c);
    before_last_quotes(c);
    drop_kind(c, LINE_INTRO);
    join_fields(c);
    before_header(c);
    drop_kind(c, LINE_FIELD);
    keep(c, 0, tail_of(c, "eq"));
}

// Of a quoted line what is quoted.
static struct str unquoted(struct str line)
{
    size_t i = 0;
    while (i < line.n && strchr("> ", line.p[i]))
        i++;
    return i && memchr(line.p, '>', i) ? str_sub(line, i, line.n) : line;
}

static struct str find_forwarded(struct cutting *c)
{
    struct buf out = {0};
    bool on = false;
    for (size_t i = 0; i < c->all.n; i++) {
        struct str line = unquoted(c->all.v[i].text);
        if (!on && line.n < 120 && (c->all.v[i].kind == LINE_INTRO || c->all.v[i].kind == LINE_QUOTE))
            on = reply_is_forward(flat_of(c->arena, line));
        if (on) {
            buf_put(&out, line);
            buf_char(&out, '\n');
        }
    }
    struct str s = arena_str(c->arena, str_trim(buf_str(&out)));
    buf_free(&out);
    return s;
}

static struct str gathered(struct cutting *c, bool cut)
{
    struct buf out = {0};
    for (size_t i = 0; i < c->all.n; i++)
        if (c->all.v[i].cut == cut) {
            buf_put(&out, c->all.v[i].text);
            buf_char(&out, '\n');
        }
    struct str s = arena_str(c->arena, str_trim(buf_str(&out)));
    buf_free(&out);
    return s;
}

struct reply reply_cut(struct arena *arena, struct str text)
{
    struct arena *work = arena_new();
    struct cutting c = {.arena = work};
    struct str rest = STR("");
    if (text.n > REPLY_TEXT_MAX) {
        rest = str_sub(text, REPLY_TEXT_MAX, text.n);
        text.n = REPLY_TEXT_MAX;
    }
    split_lines(&c, str_trim(text));
    cut_lines(&c);
    struct reply reply = {0};
    reply.visible = arena_str(arena, gathered(&c, false));
    struct str quoted = gathered(&c, true);
    reply.quoted = arena_printf(arena, "%.*s%.*s", STR_ARG(quoted), STR_ARG(rest));
    reply.forwarded = arena_str(arena, find_forwarded(&c));
    vec_free(&c.all);
    vec_free(&c.left);
    arena_free(work);
    return reply;
}

struct reply reply_cut_html(struct arena *arena, struct str html)
{
    return reply_cut(arena, html_to_text(arena, html, HTML_TEXT_QUOTES));
}

struct reply reply_of(struct arena *arena, const struct mime *mime)
{
    if (str_trim(mime->text).n)
        return reply_cut(arena, mime->text);
    if (mime->html.n)
        return reply_cut_html(arena, mime->html);
    return (struct reply){STR(""), STR(""), STR("")};
}
