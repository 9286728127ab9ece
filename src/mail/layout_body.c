// A body's HTML → what mail programs show well: styles in each tag, buttons as tables, nothing that runs.
#include "mail/layout_private.h"

#include "base/html.h"

struct element {
    const char *name, *style;
    enum { INLINE, BLOCK, ITEM, CELL, VOID, SKIP, DOCUMENT } kind; // SKIP: with all that is in it
    unsigned breaks;                                               // of the text part
};

#define P_STYLE "margin:0 0 16px"
#define CELL_STYLE "padding:6px 12px 6px 0;text-align:left;vertical-align:top"

static const struct element ELEMENTS[] = {{"p", P_STYLE, BLOCK, 2}, {"a", NULL, INLINE, 0},
        {"br", NULL, VOID, 0}, {"strong", NULL, INLINE, 0}, {"b", NULL, INLINE, 0}, {"em", NULL, INLINE, 0},
        {"i", NULL, INLINE, 0}, {"u", NULL, INLINE, 0}, {"s", NULL, INLINE, 0}, {"del", NULL, INLINE, 0},
        {"ins", NULL, INLINE, 0}, {"sub", NULL, INLINE, 0}, {"sup", NULL, INLINE, 0},
        {"small", NULL, INLINE, 0}, {"span", NULL, INLINE, 0}, {"font", NULL, INLINE, 0},
        {"mark", NULL, INLINE, 0}, {"abbr", NULL, INLINE, 0}, {"q", NULL, INLINE, 0},
        {"center", NULL, BLOCK, 2},
        {"code", "font-family:Menlo,Consolas,monospace;font-size:14px", INLINE, 0},
        {"pre", "margin:0 0 16px;white-space:pre-wrap;font-family:Menlo,Consolas,monospace;font-size:14px",
                BLOCK, 2},
        {"div", NULL, BLOCK, 1}, {"section", NULL, BLOCK, 1}, {"article", NULL, BLOCK, 1},
        {"header", NULL, BLOCK, 1}, {"footer", NULL, BLOCK, 1}, {"main", NULL, BLOCK, 1},
        {"h1", "margin:0 0 16px;font-size:26px;line-height:1.25;font-weight:bold", BLOCK, 2},
        {"h2", "margin:24px 0 12px;font-size:21px;line-height:1.3;font-weight:bold", BLOCK, 2},
        {"h3", "margin:20px 0 8px;font-size:18px;line-height:1.3;font-weight:bold", BLOCK, 2},
        {"h4", "margin:16px 0 8px;font-size:16px;font-weight:bold", BLOCK, 2},
        {"h5", "margin:16px 0 8px;font-size:16px;font-weight:bold", BLOCK, 2},
        {"h6", "margin:16px 0 8px;font-size:16px;font-weight:bold", BLOCK, 2},
        {"ul", "margin:0 0 16px;padding:0 0 0 24px", BLOCK, 2},
        {"ol", "margin:0 0 16px;padding:0 0 0 24px", BLOCK, 2}, {"li", "margin:0 0 6px", ITEM, 1},
        {"blockquote", "margin:0 0 16px;padding:0 0 0 16px;border-left:3px solid #c8ccd1", BLOCK, 2},
        {"hr", "margin:24px 0;border:0;border-top:1px solid #d8dce0", VOID, 2},
        {"img", "max-width:100%;height:auto;border:0;display:inline-block", VOID, 0},
        {"table", "border-collapse:collapse;margin:0 0 16px", BLOCK, 2}, {"thead", NULL, BLOCK, 0},
        {"tbody", NULL, BLOCK, 0}, {"tfoot", NULL, BLOCK, 0}, {"caption", NULL, BLOCK, 1},
        {"tr", NULL, BLOCK, 1}, {"td", CELL_STYLE, CELL, 0}, {"th", CELL_STYLE ";font-weight:bold", CELL, 0},
        {"dl", NULL, BLOCK, 2}, {"dt", NULL, BLOCK, 1}, {"dd", NULL, BLOCK, 1}, {"html", NULL, DOCUMENT, 0},
        {"head", NULL, DOCUMENT, 0}, {"body", NULL, DOCUMENT, 0}, {"meta", NULL, DOCUMENT, 0},
        {"title", NULL, SKIP, 0}, {"style", NULL, SKIP, 0}, {"script", NULL, SKIP, 0},
        {"iframe", NULL, SKIP, 0}, {"object", NULL, SKIP, 0}, {"svg", NULL, SKIP, 0}, {"math", NULL, SKIP, 0},
        {"noscript", NULL, SKIP, 0}, {"template", NULL, SKIP, 0}, {"textarea", NULL, SKIP, 0},
        {"select", NULL, SKIP, 0}, {"audio", NULL, SKIP, 0}, {"video", NULL, SKIP, 0},
        {"canvas", NULL, SKIP, 0}};

static const char *const ATTRIBUTES[] = {"href", "src", "alt", "title", "style", "class", "id", "width",
        "height", "align", "valign", "bgcolor", "color", "face", "size", "border", "cellpadding",
        "cellspacing", "colspan", "rowspan", "dir", "lang", "role", "start", "type", "background", "nowrap",
        "aria-hidden", "aria-label", "content", "name", "charset", "http-equiv", "xmlns", "xmlns:v",
        "xmlns:o"};

struct making {
    struct arena *arena;
    struct buf *out;
    struct layout_text *text;
    const struct layout_values *values;
    const char *color;
    bool whole;
    struct {
        const struct element *element;
        unsigned item;     // of ol: the next number
        size_t link, here; // of a: index + 1 of its link; where its words begin in the text
    } open[LAYOUT_DEPTH_MAX];
    unsigned depth;
    bool in_button;
    size_t paragraph; // where an open <p> with nothing in it began, + 1; 0: there is none
    bool reopen;      // a button ended the paragraph: what comes needs another one
    struct layout_link *links;
    size_t n_links;
};

static const struct element *element_of(struct str name)
{
    for (size_t i = 0; i < sizeof ELEMENTS / sizeof *ELEMENTS; i++)
        if (str_eq(name, str_of(ELEMENTS[i].name)))
            return &ELEMENTS[i];
    return NULL;
}

static bool is(const struct element *e, const char *name)
{
    return strcmp(e->name, name) == 0;
}

static bool inside(const struct making *m, const char *name)
{
    for (unsigned i = m->depth; i-- > 0;)
        if (is(m->open[i].element, name))
            return true;
    return false;
}

// --- addresses

// As a browser would send it: blanks and signs that no address has are coded.
static struct str tidy_url(struct arena *arena, struct str url)
{
    struct buf out = {0};
    url = str_trim(url);
    for (size_t i = 0; i < url.n; i++) {
        unsigned char c = (unsigned char)url.p[i];
        if (c <= ' ' || c == '"' || c == '<' || c == '>' || c == '\\' || c == '^' || c == '`' || c == 0x7f)
            buf_printf(&out, "%%%02X", c);
        else
            buf_char(&out, (char)c);
    }
    struct str tidy = arena_str(arena, (struct str){out.p ? out.p : "", out.n});
    buf_free(&out);
    return tidy;
}

static bool may_link(struct str url, bool image)
{
    static const char *const SCHEMES[] = {"https://", "http://", "mailto:", "tel:", "sms:"};
    for (size_t i = 0; i < (image ? 2 : 5); i++) {
        struct str scheme = str_of(SCHEMES[i]);
        if (url.n >= scheme.n && str_eq_nocase(str_sub(url, 0, scheme.n), scheme))
            return true;
    }
    if (image && str_starts(url, STR("cid:")))
        return true;
    return !image && url.n && url.p[0] == '#';
}

static size_t note_link(struct making *m, struct str url, struct str text, bool button, bool image)
{
    if (m->n_links == LAYOUT_LINKS_MAX)
        return 0;
    m->links[m->n_links] = (struct layout_link){
            .url = url, .text = text, .button = button, .image = image, .problem = layout_link_problem(url)};
    return ++m->n_links;
}

// --- tags

static bool attribute_allowed(const struct making *m, struct str name)
{
    if (m->whole && str_starts(name, STR("data-")))
        return true;
    for (size_t i = 0; i < sizeof ATTRIBUTES / sizeof *ATTRIBUTES; i++)
        if (str_eq(name, str_of(ATTRIBUTES[i])))
            return true;
    return false;
}

static void put_attribute(struct making *m, struct str name, struct str value)
{
    buf_char(m->out, ' ');
    buf_put(m->out, name);
    html_put(m->out, "=\"$\"", value);
}

static void put_attributes(struct making *m, const struct markup_piece *piece, const char *style)
{
    struct str own = STR("");
    for (unsigned i = 0; i < piece->n; i++) {
        struct str name = piece->attributes[i].name;
        struct str value = markup_text(m->arena, piece->attributes[i].value, m->values);
        bool src = str_eq(name, STR("src")) || str_eq(name, STR("background"));
        bool href = str_eq(name, STR("href"));
        if (!attribute_allowed(m, name))
            continue;
        if (str_eq(name, STR("style"))) {
            own = value;
            continue;
        }
        if (href || src) {
            value = tidy_url(m->arena, value);
            if (!may_link(value, src))
                continue;
        }
        put_attribute(m, name, value);
    }
    if (!m->whole && style)
        own = own.n ? arena_printf(m->arena, "%s;%.*s", style, STR_ARG(own)) : str_of(style);
    if (own.n)
        put_attribute(m, STR("style"), own);
}

static void put_open(
        struct making *m, const struct element *e, const struct markup_piece *piece, const char *style)
{
    buf_printf(m->out, "<%s", e->name);
    put_attributes(m, piece, style);
    buf_char(m->out, '>');
}

// Something comes: a paragraph that a button ended goes on.
static void settle(struct making *m)
{
    if (m->in_button)
        return;
    if (m->reopen)
        buf_put(m->out, STR("<p style=\"" P_STYLE "\">"));
    m->reopen = false;
    m->paragraph = 0;
}

static bool wants_button(const struct making *m, const struct markup_piece *piece)
{
    struct str classes = markup_attribute(piece, "class");
    return str_eq(markup_attribute(piece, "title"), STR("button")) ||
           (!m->whole && classes.n && memmem(classes.p, classes.n, "button", 6));
}

static void open_button(struct making *m, struct str url)
{
    bool paragraph = inside(m, "p");
    if (m->paragraph)
        m->out->n = m->paragraph - 1;
    else if (paragraph && !m->reopen)
        buf_put(m->out, STR("</p>"));
    m->reopen = paragraph;
    m->paragraph = 0;
    buf_printf(m->out,
            "<table role=\"presentation\" border=\"0\" cellpadding=\"0\" cellspacing=\"0\""
            " style=\"margin:8px 0 24px\"><tr><td align=\"center\" bgcolor=\"%s\""
            " style=\"border-radius:6px;background-color:%s\"><a",
            m->color, m->color);
    if (url.n)
        put_attribute(m, STR("href"), url);
    buf_printf(m->out,
            " target=\"_blank\" style=\"display:inline-block;padding:12px 24px;border:1px solid %s;"
            "border-radius:6px;font-weight:bold;color:%s;text-decoration:none\">",
            m->color, layout_color_on(m->color));
}

static void open_link(struct making *m, const struct element *e, const struct markup_piece *piece)
{
    struct str url = tidy_url(m->arena, markup_text(m->arena, markup_attribute(piece, "href"), m->values));
    bool button = wants_button(m, piece);
    m->open[m->depth - 1].link = note_link(m, url, STR(""), button, false);
    if (!may_link(url, false))
        url = STR("");
    if (button) {
        m->in_button = true;
        open_button(m, url);
        layout_text_break(m->text, inside(m, "p") ? 2 : 1);
    } else {
        const char *style = arena_printf(m->arena, "color:%s;text-decoration:underline", m->color).p;
        settle(m);
        put_open(m, e, piece, style);
    }
    m->open[m->depth - 1].here = layout_text_here(m->text);
}

static void close_link(struct making *m, size_t link, size_t here)
{
    struct str words = arena_str(m->arena, layout_text_since(m->text, here));
    buf_put(m->out, m->in_button ? STR("</a></td></tr></table>") : STR("</a>"));
    if (link) {
        struct layout_link *l = &m->links[link - 1];
        l->text = words;
        struct str url = str_starts(l->url, STR("mailto:")) ? str_sub(l->url, 7, l->url.n) : l->url;
        if (url.n && url.p[0] != '#' && !str_eq(words, url) && may_link(l->url, false)) {
            layout_text_put(m->text, words.n ? (m->in_button ? STR(": ") : STR(" (")) : STR(""));
            layout_text_put(m->text, url);
            layout_text_put(m->text, words.n && !m->in_button ? STR(")") : STR(""));
        }
    }
    if (m->in_button)
        layout_text_break(m->text, 2);
    m->in_button = false;
}

static void put_void(struct making *m, const struct element *e, const struct markup_piece *piece)
{
    settle(m);
    if (is(e, "br")) {
        layout_text_break(m->text, 1);
        buf_put(m->out, STR("<br>"));
        return;
    }
    if (is(e, "hr")) {
        layout_text_break(m->text, 2);
        layout_text_line(m->text, STR("----"));
        layout_text_break(m->text, 2);
    } else {
        struct str url = tidy_url(m->arena, markup_text(m->arena, markup_attribute(piece, "src"), m->values));
        struct str alt = markup_text(m->arena, markup_attribute(piece, "alt"), m->values);
        note_link(m, url, alt, false, true);
        layout_text_put(m->text, alt.n ? arena_printf(m->arena, "[%.*s]", STR_ARG(alt)) : STR(""));
    }
    put_open(m, e, piece, e->style);
}

static void begin_text(struct making *m, const struct element *e)
{
    unsigned outer = m->depth >= 2 ? m->depth - 2 : 0;
    layout_text_break(m->text, inside(m, "li") && e->breaks > 1 && !is(e, "pre") ? 1 : e->breaks);
    if (e->kind == ITEM) {
        struct str mark = STR("- ");
        if (m->depth >= 2 && is(m->open[outer].element, "ol"))
            mark = arena_printf(m->arena, "%u. ", ++m->open[outer].item);
        layout_text_indent(m->text, mark, str_sub(STR("        "), 0, mark.n < 8 ? mark.n : 8));
    } else if (is(e, "blockquote"))
        layout_text_indent(m->text, STR_NONE, STR("> "));
    else if (is(e, "pre"))
        layout_text_keep(m->text, true);
    else if (e->kind == CELL)
        layout_text_put(m->text, STR(" "));
}

static void end_text(struct making *m, const struct element *e)
{
    if (e->kind == ITEM || is(e, "blockquote"))
        layout_text_outdent(m->text);
    if (is(e, "pre"))
        layout_text_keep(m->text, false);
    if (e->kind == CELL)
        layout_text_put(m->text, STR("  "));
    else
        layout_text_break(m->text, inside(m, "li") && e->breaks > 1 ? 1 : e->breaks);
}

static void open_tag(struct making *m, const struct element *e, const struct markup_piece *piece)
{
    if (e->kind == VOID) {
        put_void(m, e, piece);
        return;
    }
    if (m->depth == LAYOUT_DEPTH_MAX || (is(e, "a") && inside(m, "a")))
        return;
    m->open[m->depth].element = e;
    m->open[m->depth].item = 0;
    m->open[m->depth++].link = 0;
    if (is(e, "ol"))
        for (struct str n = markup_attribute(piece, "start"); n.n && *n.p >= '0' && *n.p <= '9';
                n = str_sub(n, 1, n.n))
            m->open[m->depth - 1].item = m->open[m->depth - 1].item % 100000 * 10 + (unsigned)(*n.p - '0');
    if (is(e, "ol") && m->open[m->depth - 1].item)
        m->open[m->depth - 1].item--;
    if (is(e, "a")) {
        open_link(m, e, piece);
        return;
    }
    size_t begin = m->out->n;
    if (e->kind != INLINE)
        begin_text(m, e);
    if (e->kind == INLINE)
        settle(m);
    m->reopen = false;
    put_open(m, e, piece, e->style);
    m->paragraph = is(e, "p") ? begin + 1 : 0;
}

static void close_top(struct making *m)
{
    const struct element *e = m->open[--m->depth].element;
    if (is(e, "a")) {
        close_link(m, m->open[m->depth].link, m->open[m->depth].here);
        return;
    }
    if (e->kind != INLINE)
        end_text(m, e);
    if (is(e, "p") && m->reopen) {
        m->reopen = false; // the button was the last of it
        return;
    }
    buf_printf(m->out, "</%s>", e->name);
    if (e->kind == BLOCK && !m->whole)
        buf_char(m->out, '\n');
    m->paragraph = 0;
}

static void close_tag(struct making *m, const struct element *e)
{
    unsigned i = m->depth;
    while (i > 0 && m->open[i - 1].element != e)
        i--;
    if (i) // with what was left open in it
        while (m->depth >= i)
            close_top(m);
}

// --- all of it

static void put_text_piece(struct making *m, struct str escaped)
{
    struct str text = markup_text(m->arena, escaped, m->values);
    bool blank = !str_trim(text).n;
    if (blank && !m->in_button && (m->reopen || m->paragraph))
        return;
    settle(m);
    while (text.n) {
        size_t end = inside(m, "pre") ? text.n : str_find(text, '\n');
        bool held = end < text.n && m->values && m->values->n &&
                    !memchr(escaped.p, '\n', escaped.n); // of a value: lines of its own
        html_text(m->out, str_sub(text, 0, end));
        layout_text_put(m->text, str_sub(text, 0, end));
        if (end < text.n) {
            buf_put(m->out, held ? STR("<br>") : STR("\n"));
            if (held)
                layout_text_break(m->text, 1);
            else
                layout_text_put(m->text, STR("\n"));
            end++;
        }
        text = str_sub(text, end, text.n);
    }
}

// Behind the end tag of what is left out, or at the end.
static size_t skip(struct making *m, struct str body, size_t at, struct str name)
{
    struct markup_piece piece;
    unsigned depth = 1;
    while (depth) {
        size_t from = at;
        const char *next = at < body.n ? memchr(body.p + at, '<', body.n - at) : NULL;
        if (!next)
            return body.n;
        at = (size_t)(next - body.p);
        from = at;
        struct str tag = str_sub(body, at, body.n);
        bool close =
                tag.n > name.n + 2 && tag.p[1] == '/' && str_eq_nocase(str_sub(tag, 2, 2 + name.n), name);
        bool open = tag.n > name.n + 1 && str_eq_nocase(str_sub(tag, 1, 1 + name.n), name) &&
                    !str_eq(name, STR("script")) && !str_eq(name, STR("style"));
        if (close || open) {
            markup_piece(m->arena, body, &at, &piece);
            depth += open ? 1u : 0u;
            depth -= close ? 1u : 0u;
        } else
            at = from + 1;
    }
    return at;
}

static void document_tag(struct making *m, const struct element *e, const struct markup_piece *piece)
{
    if (!m->whole || (is(e, "meta") && markup_attribute(piece, "http-equiv").n &&
                             !str_eq_nocase(markup_attribute(piece, "http-equiv"), STR("content-type")) &&
                             !str_eq_nocase(markup_attribute(piece, "http-equiv"), STR("x-ua-compatible"))))
        return;
    if (piece->kind == MARKUP_OPEN)
        put_open(m, e, piece, NULL);
    else
        buf_printf(m->out, "</%s>", e->name);
}

// What Outlook alone reads, and the document type.
static bool comment_stays(struct str comment)
{
    static const char *const BEGINS[] = {"<!--[if", "<!--<!", "<![", "<!doctype", "<!DOCTYPE"};
    for (size_t i = 0; i < sizeof BEGINS / sizeof *BEGINS; i++)
        if (str_starts(comment, str_of(BEGINS[i])))
            return true;
    return false;
}

static void make(struct making *m, struct str body)
{
    struct markup_piece piece;
    for (size_t at = 0;;) {
        size_t from = at;
        markup_piece(m->arena, body, &at, &piece);
        const struct element *e = piece.name.n ? element_of(piece.name) : NULL;
        if (piece.kind == MARKUP_END)
            break;
        if (piece.kind == MARKUP_TEXT)
            put_text_piece(m, piece.whole);
        else if (piece.kind == MARKUP_COMMENT) {
            if (m->whole && comment_stays(piece.whole))
                buf_put(m->out, piece.whole);
        } else if (e && e->kind == SKIP) {
            if (piece.kind == MARKUP_OPEN) {
                at = skip(m, body, at, piece.name);
                if (m->whole && (is(e, "style") || is(e, "title")))
                    buf_put(m->out, str_sub(body, from, at));
            }
        } else if (e && e->kind == DOCUMENT)
            document_tag(m, e, &piece);
        else if (e && piece.kind == MARKUP_OPEN)
            open_tag(m, e, &piece);
        else if (e)
            close_tag(m, e);
    }
    while (m->depth)
        close_top(m);
}

static bool begins_document(struct str body)
{
    body = str_trim(body);
    struct str begin = str_sub(body, 0, body.n < 14 ? body.n : 14);
    return begin.n >= 6 && (str_eq_nocase(str_sub(begin, 0, 5), STR("<html")) ||
                                   (begin.n >= 9 && str_eq_nocase(str_sub(begin, 0, 9), STR("<!doctype"))));
}

void layout_body_make(struct arena *arena, struct str body, const struct layout_body *options,
        const char *color, struct layout_made *ret)
{
    struct making *m = ARENA_NEW(arena, struct making);
    ret->whole = options->html && begins_document(body);
    m->arena = arena;
    m->out = &ret->html;
    m->text = layout_text_new(arena);
    m->values = options->values;
    m->color = color;
    m->whole = ret->whole;
    m->links = ARENA_ARRAY(arena, struct layout_link, LAYOUT_LINKS_MAX);
    make(m, body);
    ret->text = layout_text_end(m->text);
    ret->links = m->links;
    ret->n_links = m->n_links;
}
