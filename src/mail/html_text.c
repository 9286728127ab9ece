#include "mail/html_text.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "mail/html_entity.h"
#include "mail/html_tag.h"
#include "mail/phrases.h"

#include <strings.h>

// An element within which things are different: hidden, quoted, preformatted.
struct region {
    enum html_tag tag;
    unsigned open; // elements of that tag open within it, itself too
    size_t below;  // the region of the same tag around it, + 1; 0: none
    bool hidden, quoted, pre;
};

struct writing {
    struct arena *arena;
    struct buf out;
    unsigned flags;
    struct region regions[HTML_TEXT_DEPTH_MAX];
    size_t n_regions, top[TAG_COUNT]; // top: the innermost region of a tag, + 1
    unsigned hidden, quoted, pre;     // regions of that kind around
    bool rest_quoted;                 // from here on all is a quoted mail
    unsigned breaks;                  // line ends due before the next word: 0, 1, 2
    bool space;                       // a blank due
    bool begun;                       // there is something on this line
    struct str href;                  // of the link that is open
    size_t link_from;                 // where its words begin in out
};

static void start_line(struct writing *w)
{
    if (w->out.n == 0)
        w->breaks = 0;
    bool quoted = (w->flags & HTML_TEXT_QUOTES) && (w->quoted || w->rest_quoted);
    for (; w->breaks > 0; w->breaks--) {
        buf_char(&w->out, '\n');
        if (quoted && w->breaks > 1)
            buf_char(&w->out, '>');
    }
    if (quoted)
        buf_put(&w->out, STR("> "));
    w->begun = true;
    w->space = false;
}

static void put_char(struct writing *w, uint32_t c)
{
    if (w->hidden)
        return;
    if (c == 0x200b || c == 0x200c || c == 0x200d || c == 0xfeff || c == 0xad || c == 0x34f)
        return; // fillers of preview lines
    bool blank = c <= ' ' || c == 0xa0;
    if (blank && w->pre && c == '\n') {
        w->breaks = w->begun || w->breaks >= 1 ? w->breaks + 1 : 1;
        w->breaks = w->breaks > 2 ? 2 : w->breaks;
        w->begun = false;
        return;
    }
    if (blank && !(w->pre && w->begun)) {
        w->space = true;
        return;
    }
    if (!w->begun)
        start_line(w);
    if (w->space)
        buf_char(&w->out, ' ');
    w->space = false;
    char bytes[4];
    buf_put(&w->out, (struct str){bytes, utf8_put(c < ' ' && c != '\t' ? ' ' : c == 0xa0 ? ' ' : c, bytes)});
}

static void line_end(struct writing *w, unsigned breaks)
{
    w->space = false;
    w->begun = false;
    if (w->hidden)
        return;
    if (w->breaks < breaks)
        w->breaks = breaks;
}

// <br>: another one makes an empty line.
static void line_break(struct writing *w)
{
    if (w->hidden)
        return;
    w->breaks = w->begun ? 1 : w->breaks < 2 ? w->breaks + 1 : 2;
    w->begun = w->space = false;
}

static void link_end(struct writing *w)
{
    if (!w->href.n || w->hidden || !(w->flags & HTML_TEXT_LINKS))
        return;
    struct str words = str_trim(str_sub(buf_str(&w->out), w->link_from, w->out.n)), href = str_trim(w->href);
    bool mail = href.n > 7 && strncasecmp(href.p, "mailto:", 7) == 0;
    struct str shown = mail ? str_sub(href, 7, href.n) : href;
    if (!words.n || href.p[0] == '#' || str_eq_nocase(words, shown) || str_eq_nocase(words, href))
        return;
    buf_put(&w->out, STR(" <"));
    for (size_t i = 0; i < shown.n; i++) {
        size_t end = i;
        uint32_t c = shown.p[i] == '&' ? html_entity(shown, i, &end) : 0;
        char bytes[4];
        buf_put(&w->out, c ? (struct str){bytes, utf8_put(c, bytes)} : str_sub(shown, i, i + 1));
        i = c ? end - 1 : i;
    }
    buf_char(&w->out, '>');
}

static bool has(struct str value, const char *word)
{
    return value.n && memmem(value.p, value.n, word, strlen(word)) != NULL;
}

static bool is_hidden(struct arena *arena, struct str attributes)
{
    struct str raw = html_attribute(attributes, "style");
    if (!raw.n)
        return html_attribute(attributes, "hidden").p != NULL;
    struct str style = phrases_flat(arena, raw, 2000);
    return has(style, "display:none") || has(style, "display: none") || has(style, "mso-hide:all") ||
           has(style, "visibility:hidden") || has(style, "visibility: hidden") ||
           has(style, "font-size:0;") || has(style, "font-size:0px") || has(style, "font-size: 0px") ||
           has(style, "font-size:1px") || has(style, "max-height:0");
}

// What mail programs put a quoted mail into, by class or id; "rest": it only begins there.
static const struct {
    const char *name;
    bool rest;
} MARKS[] = {
        {"gmail_quote", false},
        {"gmail_extra", false},
        {"gmail_attr", false},
        {"yahoo_quoted", false},
        {"yahooquoted", false},
        {"moz-cite-prefix", false},
        {"moz-forward-container", false},
        {"protonmail_quote", false},
        {"zmail_extra", false},
        {"tutanota_quote", false},
        {"mail-quote", false},
        {"wordsection1-quoted", false},
        {"olk_src_body_section", false},
        {"divrplyfwdmsg", true},
        {"appendonsend", true},
        {"stopspelling", true},
        {"replyforwardmessage", true},
        {"ms-outlook-mobile-body-separator-line", true},
        {"mail-editor-reference-message-container", true},
        {"isforwardcontent", true},
        {"isreplycontent", true},
        {"spark_quote", true},
        {"front-blockquote", false},
        {"hse-quoted", false},
};

static bool has_mark(struct str value, bool rest)
{
    for (size_t i = 0; i < sizeof MARKS / sizeof *MARKS; i++)
        if (MARKS[i].rest == rest && has(value, MARKS[i].name))
            return true;
    return false;
}

// Outlook's line above "From: … Sent: …".
static bool outlook_line(struct str style)
{
    return has(style, "border-top:") && (has(style, "#e1e1e1") || has(style, "#b5c4df")) &&
           has(style, "solid") && has(style, "padding:3.0pt");
}

static bool is_quote(struct writing *w, const struct html_token *t)
{
    struct str class = phrases_flat(w->arena, html_attribute(t->attributes, "class"), 500),
               id = phrases_flat(w->arena, html_attribute(t->attributes, "id"), 200),
               style = phrases_flat(w->arena, html_attribute(t->attributes, "style"), 500);
    if (t->tag == TAG_HR && has(phrases_flat(w->arena, html_attribute(t->attributes, "tabindex"), 9), "-1"))
        w->rest_quoted = true;
    if (has_mark(class, true) || has_mark(id, true) || (t->tag == TAG_DIV && outlook_line(style)))
        w->rest_quoted = true;
    if (t->tag == TAG_BLOCKQUOTE)
        return !(has(style, "border:none") || has(style, "border: none")) || has(class, "quote");
    return has_mark(class, false) || has_mark(id, false);
}

static void region_open(struct writing *w, const struct html_token *t)
{
    size_t around = w->top[t->tag];
    if (around)
        w->regions[around - 1].open++;
    if (t->tag == TAG_OTHER || t->tag == TAG_BR || t->tag == TAG_SKIPPED)
        return;
    struct region r = {.tag = t->tag, .open = 1, .below = around, .pre = t->tag == TAG_PRE};
    if (t->attributes.n > 5)
        r.hidden = is_hidden(w->arena, t->attributes);
    if (w->flags & HTML_TEXT_QUOTES)
        r.quoted = (t->attributes.n > 3 || t->tag == TAG_BLOCKQUOTE) && is_quote(w, t);
    if (t->tag == TAG_HR || !(r.hidden || r.quoted || r.pre) || w->n_regions == HTML_TEXT_DEPTH_MAX)
        return;
    if (around)
        w->regions[around - 1].open--; // (it is counted by the region that it makes)
    w->regions[w->n_regions++] = r;
    w->top[t->tag] = w->n_regions;
    w->hidden += r.hidden;
    w->quoted += r.quoted;
    w->pre += r.pre;
}

static void region_close(struct writing *w, const struct html_token *t)
{
    size_t at = w->top[t->tag];
    if (!at || --w->regions[at - 1].open > 0)
        return;
    while (w->n_regions >= at) {
        const struct region *r = &w->regions[--w->n_regions];
        w->top[r->tag] = r->below;
        w->hidden -= r->hidden;
        w->quoted -= r->quoted;
        w->pre -= r->pre;
    }
}

static unsigned breaks_of(enum html_tag tag)
{
    switch (tag) {
    case TAG_BLOCK:
    case TAG_DIV:
    case TAG_ROW:
    case TAG_ITEM:
    case TAG_TABLE:
        return 1;
    case TAG_PARAGRAPH:
    case TAG_BLOCKQUOTE:
    case TAG_PRE:
        return 2;
    default:
        return 0;
    }
}

static void tag(struct writing *w, const struct html_token *t)
{
    unsigned breaks = breaks_of(t->tag);
    if (t->closing) {
        if (t->tag == TAG_A) {
            link_end(w);
            w->href = STR_NONE;
        }
        if (breaks)
            line_end(w, breaks);
        region_close(w, t);
        return;
    }
    if (breaks)
        line_end(w, breaks);
    region_open(w, t);
    if (t->tag == TAG_BR)
        line_break(w);
    else if (t->tag == TAG_HR)
        line_end(w, 1);
    else if (t->tag == TAG_CELL)
        w->space = w->begun;
    else if (t->tag == TAG_ITEM) {
        put_char(w, '-');
        w->space = true;
    } else if (t->tag == TAG_A) {
        w->href = html_attribute(t->attributes, "href");
        w->link_from = w->out.n;
    }
}

// Behind "</name"; html.n if there is none, which then goes for all that follow.
static size_t skip_element(struct str html, size_t at, struct str name)
{
    for (size_t i = at; i < html.n;) {
        const char *close = memmem(html.p + i, html.n - i, "</", 2);
        if (!close)
            break;
        i = (size_t)(close - html.p) + 2;
        if (html.n - i >= name.n && strncasecmp(html.p + i, name.p, name.n) == 0)
            return i - 2;
    }
    return html.n;
}

struct str html_to_text(struct arena *arena, struct str html, unsigned flags)
{
    struct writing *w = ARENA_NEW(arena, struct writing);
    w->arena = arena_new();
    w->flags = flags;
    for (size_t at = 0; at < html.n && w->out.n < HTML_TEXT_MAX;) {
        struct html_token t;
        size_t end = at;
        uint32_t c;
        if (html.p[at] == '<' && (end = html_token(html, at, &t)) > at) {
            at = end;
            if (t.name.n)
                tag(w, &t);
            if (t.tag == TAG_SKIPPED && !t.closing)
                at = skip_element(html, at, t.name);
        } else if (html.p[at] == '&' && (c = html_entity(html, at, &end))) {
            put_char(w, c);
            at = end;
        } else {
            put_char(w, utf8_next(html, &at));
        }
    }
    arena_free(w->arena);
    struct str text = str_trim(arena_str(arena, buf_str(&w->out)));
    buf_free(&w->out);
    return text;
}
