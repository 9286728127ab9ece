// Our links in a mail's HTML: each address goes through /c/, a picture tells that it was opened.
#include "app/message/private.h"

enum { URL_LONGEST = 2000, LINKS_MAX = 500 };

static bool starts_nocase(struct str text, const char *word)
{
    struct str w = str_of(word);
    return text.n >= w.n && str_eq_nocase(str_sub(text, 0, w.n), w);
}

// An attribute's value as text: the five entities that addresses are written with.
static struct str decoded(struct arena *arena, struct str value)
{
    static const struct {
        const char *entity;
        char letter;
    } ENTITIES[] = {{"&amp;", '&'}, {"&quot;", '"'}, {"&#39;", '\''}, {"&lt;", '<'}, {"&gt;", '>'}};
    char *out = arena_alloc(arena, value.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < value.n;) {
        bool found = false;
        for (unsigned k = 0; value.p[i] == '&' && !found && k < sizeof ENTITIES / sizeof *ENTITIES; k++)
            if (starts_nocase(str_sub(value, i, value.n), ENTITIES[k].entity)) {
                out[n++] = ENTITIES[k].letter;
                i += strlen(ENTITIES[k].entity);
                found = true;
            }
        if (!found)
            out[n++] = value.p[i++];
    }
    return (struct str){out, n};
}

struct linking {
    struct app *app;
    struct arena *arena;
    int64_t send;
    struct str own; // begin of our own addresses of this mail, which stay
    unsigned n;
    struct buf out;
};

static bool wanted(const struct linking *l, struct str url)
{
    return (starts_nocase(url, "https://") || starts_nocase(url, "http://")) && url.n <= URL_LONGEST &&
           !str_starts(url, l->own) && l->n < LINKS_MAX;
}

// The tag `<a …>`, from behind its "<": its href replaced.
static void put_anchor(struct linking *l, struct str tag)
{
    for (size_t i = 1; i + 6 < tag.n; i++) {
        char quote = tag.p[i + 5];
        if (!starts_nocase(str_sub(tag, i, tag.n), "href=") || (quote != '"' && quote != '\'') ||
                (unsigned char)tag.p[i - 1] > ' ')
            continue;
        size_t from = i + 6, end = from;
        while (end < tag.n && tag.p[end] != quote)
            end++;
        struct str url = str_trim(decoded(l->arena, str_sub(tag, from, end)));
        if (end == tag.n || !wanted(l, url))
            break;
        l->n++;
        buf_put(&l->out, str_sub(tag, 0, from));
        buf_put(&l->out, public_url(l->app, l->arena, "c",
                                 token_long(message_state(l->app), l->arena, USE_CLICK, l->send, url), ""));
        buf_put(&l->out, str_sub(tag, end, tag.n));
        return;
    }
    buf_put(&l->out, tag);
}

static size_t tag_end(struct str html, size_t from)
{
    char quote = 0;
    for (size_t i = from; i < html.n; i++) {
        char c = html.p[i];
        if (quote ? c == quote : c == '"' || c == '\'')
            quote = quote ? 0 : c;
        else if (c == '>' && !quote)
            return i + 1;
    }
    return html.n;
}

static void put_linked(struct linking *l, struct str html)
{
    for (size_t i = 0; i < html.n;) {
        struct str rest = str_sub(html, i, html.n);
        size_t next = i + str_find(rest, '<');
        buf_put(&l->out, str_sub(html, i, next));
        if (next == html.n)
            return;
        i = tag_end(html, next);
        struct str tag = str_sub(html, next, i);
        if (tag.n > 3 && (tag.p[1] | 0x20) == 'a' && (unsigned char)tag.p[2] <= ' ')
            put_anchor(l, tag);
        else
            buf_put(&l->out, tag);
    }
}

// In front of the end of the body, so that programs that stop reading there see it.
struct str html_before_end(struct arena *arena, struct str html, struct str tail)
{
    size_t at = html.n;
    for (size_t i = html.n; i-- > 0 && at == html.n;)
        if (starts_nocase(str_sub(html, i, html.n), "</body"))
            at = i;
    return arena_printf(
            arena, "%.*s%.*s%.*s", (int)at, html.p, STR_ARG(tail), (int)(html.n - at), html.p + at);
}

struct str letter_html(struct app *app, struct arena *arena, int64_t send, const struct mail_draft *draft)
{
    struct message_state *state = message_state(app);
    struct linking l = {.app = app, .arena = arena, .send = send};
    struct str html = draft->html;
    l.own = public_url(app, arena, "u", STR(""), "");
    if (!html.n || !l.own.n || (!draft->track_clicks && !draft->track_opens))
        return html;
    if (draft->track_clicks) {
        put_linked(&l, html);
        // Nobody sees it; who follows it follows everything.
        struct str trap =
                public_url(app, arena, "c", token_long(state, arena, USE_CLICK, send, STR_NONE), "");
        html = html_before_end(arena, arena_str(arena, buf_str(&l.out)),
                arena_printf(arena,
                        "<a href=\"%.*s\" style=\"display:none\" tabindex=\"-1\" aria-hidden=\"true\" "
                        "rel=\"nofollow\"></a>",
                        STR_ARG(trap)));
        buf_free(&l.out);
    }
    if (draft->track_opens) {
        struct str picture =
                public_url(app, arena, "o", token_long(state, arena, USE_OPEN, send, STR_NONE), ".gif");
        html = html_before_end(arena, html,
                arena_printf(arena, "<img src=\"%.*s\" width=\"1\" height=\"1\" alt=\"\" style=\"border:0\">",
                        STR_ARG(picture)));
    }
    return html;
}
