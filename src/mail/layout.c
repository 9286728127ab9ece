// The document around a body.
#include "mail/layout.h"

#include "base/html.h"
#include "mail/layout_private.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <pthread.h>
#include <stdlib.h>

const char *const LAYOUTS[] = {"plain", "card", NULL};

#define FONT "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
#define TEXT_COLOR "#1f2328"
#define QUIET_COLOR "#6a737d"
#define OWN_COLOR "#1a5fb4"

// What programs that know media queries do with it: dark colors, narrow screens; [data-ogsc] is Outlook.com.
static const char STYLE[] =
        "<style>\n"
        ":root{color-scheme:light dark;supported-color-schemes:light dark}\n"
        "@media (prefers-color-scheme:dark){\n"
        ".s-page{background-color:#17181c !important}\n"
        ".s-box{background-color:#222429 !important;border-color:#34373d !important}\n"
        ".s-text,.s-text p,.s-text li,.s-text td,.s-text h1,.s-text h2,.s-text h3,.s-text h4"
        "{color:#e8eaed !important}\n"
        ".s-quiet,.s-quiet a{color:#a3a9b1 !important}\n"
        ".s-text a{color:#8ab4f8 !important}\n"
        ".s-text td[bgcolor] a{color:#ffffff !important}\n"
        "}\n"
        "[data-ogsc] .s-text{color:#e8eaed !important}\n"
        "[data-ogsc] .s-text a{color:#8ab4f8 !important}\n"
        "@media (max-width:620px){.s-pad{padding-left:20px !important;padding-right:20px !important}}\n"
        "</style>\n";

// --- colors

const char *layout_color(struct arena *arena, struct str wanted)
{
    if (wanted.n != 7 || wanted.p[0] != '#')
        return OWN_COLOR;
    for (size_t i = 1; i < 7; i++)
        if (!((wanted.p[i] >= '0' && wanted.p[i] <= '9') ||
                    ((wanted.p[i] | 32) >= 'a' && (wanted.p[i] | 32) <= 'f')))
            return OWN_COLOR;
    return arena_str(arena, wanted).p;
}

const char *layout_color_on(const char *color)
{
    unsigned long rgb = strtoul(color + 1, NULL, 16);
    unsigned long light = (rgb >> 16 & 255) * 299 + (rgb >> 8 & 255) * 587 + (rgb & 255) * 114;
    return light > 150000 ? "#111111" : "#ffffff";
}

// --- links

const char *layout_link_problem(struct str url)
{
    static const char *const TRAPS[] = {"localhost", "127.0.0.1", "example.com", "example.org"};
    if (!url.n || str_eq(url, STR("#")))
        return "it has no address";
    if (str_starts(url, STR("mailto:")))
        return str_find(url, '@') < url.n ? NULL : "it is no mail address";
    if (url.p[0] == '#' || str_starts(url, STR("tel:")) || str_starts(url, STR("sms:")) ||
            str_starts(url, STR("cid:")))
        return NULL;
    bool plain = str_starts(url, STR("http://"));
    if (!plain && !str_starts(url, STR("https://")))
        return "it must begin with https://";
    struct str host = str_sub(url, plain ? 7 : 8, url.n);
    size_t end = 0;
    while (end < host.n && host.p[end] != '/' && host.p[end] != '?' && host.p[end] != '#')
        end++;
    host.n = end;
    if (str_find(host, '@') < host.n)
        return "a user's name stands in it, as in deceitful mails";
    if (str_find(host, '.') == host.n && !str_starts(host, STR("localhost")))
        return "it names no host";
    host.n = str_find(host, ':');
    for (size_t i = 0; i < sizeof TRAPS / sizeof *TRAPS; i++)
        if (str_eq_nocase(host, str_of(TRAPS[i])))
            return "nobody but you can reach it, or it is an example";
    if (url.n > 2000)
        return "it is longer than some programs take (2,000 signs)";
    return plain ? "it is http, which programs warn about: use https" : NULL;
}

// --- the document

static void put_head(struct buf *out, const struct layout_body *b)
{
    html_literal(out, "<!DOCTYPE html>\n<html");
    if (b->language.n)
        html_put(out, " lang=\"$\"", b->language);
    html_literal(out,
            ">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta name=\"color-scheme\" content=\"light dark\">\n"
            "<meta name=\"supported-color-schemes\" content=\"light dark\">\n"
            "<meta name=\"format-detection\" content=\"telephone=no,date=no,address=no,email=no\">\n"
            "<meta name=\"x-apple-disable-message-reformatting\">\n");
    html_put(out, "<title>$</title>\n", b->subject);
    buf_put(out, str_of(STYLE));
    html_literal(out, "</head>\n");
}

// Hidden text that lists of mails show behind the subject; what follows keeps the body out of it.
static void put_preheader(struct buf *out, struct str preheader)
{
    if (!preheader.n)
        return;
    html_put(out,
            "<div "
            "style=\"display:none;max-height:0;overflow:hidden;mso-hide:all;font-size:1px;line-height:1px;"
            "color:#ffffff\">$",
            preheader);
    for (int i = 0; i < 40; i++)
        html_literal(out, "&#847;&zwnj;&nbsp;");
    html_literal(out, "</div>\n");
}

// Texts of several lines.
static void put_lines(struct buf *out, struct str text, struct str between)
{
    bool any = false;
    while (text.n) {
        size_t end = str_find(text, '\n');
        struct str line = str_trim(str_sub(text, 0, end));
        if (line.n && any)
            buf_put(out, between);
        html_text(out, line);
        any = any || line.n;
        text = str_sub(text, end < text.n ? end + 1 : end, text.n);
    }
}

static bool has_footer(const struct layout_body *b)
{
    return b->business_name.n || b->business_address.n || b->unsubscribe_url.n || b->preferences_url.n;
}

static void put_footer_link(struct buf *out, struct str url, struct str words)
{
    if (!url.n)
        return;
    html_put(
            out, "<a href=\"$\" style=\"color:" QUIET_COLOR ";text-decoration:underline\">$</a>", url, words);
}

static void put_footer(struct buf *out, const struct layout_body *b, bool card)
{
    const struct layout_words *words = layout_words(b->footer_language);
    if (!has_footer(b))
        return;
    buf_printf(out,
            "<tr><td class=\"s-quiet%s\" style=\"padding:%s;" FONT
            ";font-size:12px;line-height:1.5;color:" QUIET_COLOR "\">\n",
            card ? " s-pad" : "", card ? "20px 32px" : "24px 0 0");
    html_text(out, b->business_name);
    if (b->business_name.n && b->business_address.n)
        html_literal(out, " &middot; ");
    put_lines(out, b->business_address, STR(", "));
    if ((b->business_name.n || b->business_address.n) && (b->unsubscribe_url.n || b->preferences_url.n))
        html_literal(out, "<br>\n");
    put_footer_link(out, b->unsubscribe_url, words->unsubscribe);
    if (b->unsubscribe_url.n && b->preferences_url.n)
        html_literal(out, " &middot; ");
    put_footer_link(out, b->preferences_url, words->preferences);
    html_literal(out, "\n</td></tr>\n");
}

static void put_plain(struct buf *out, const struct layout_body *b, struct str body)
{
    html_literal(out,
            "<table role=\"presentation\" border=\"0\" cellpadding=\"0\" cellspacing=\"0\" width=\"100%\""
            " style=\"max-width:640px\">\n"
            "<tr><td class=\"s-text\" style=\"" FONT ";font-size:15px;line-height:1.5;color:" TEXT_COLOR
            ";text-align:left\">\n");
    buf_put(out, body);
    html_literal(out, "</td></tr>\n");
    put_footer(out, b, false);
    html_literal(out, "</table>\n");
}

static void put_logo(struct buf *out, const struct layout_body *b)
{
    if (!b->logo_url.n && !b->business_name.n)
        return;
    html_literal(out, "<tr><td class=\"s-pad s-text\" style=\"padding:28px 32px 0;" FONT
                      ";font-size:18px;font-weight:bold;color:" TEXT_COLOR "\">\n");
    if (b->logo_url.n)
        html_put(out, "<img src=\"$\" alt=\"$\" height=\"40\" style=\"height:40px;border:0;display:block\">",
                html_url(b->logo_url), b->business_name);
    else
        html_text(out, b->business_name);
    html_literal(out, "\n</td></tr>\n");
}

// 600 wide, for Outlook by a table of its own.
static void put_card(struct buf *out, const struct layout_body *b, struct str body)
{
    html_literal(out,
            "<table role=\"presentation\" class=\"s-page\" border=\"0\" cellpadding=\"0\" cellspacing=\"0\""
            " width=\"100%\" style=\"background-color:#f2f4f6\">\n"
            "<tr><td align=\"center\" style=\"padding:24px 12px\">\n"
            "<!--[if mso]><table role=\"presentation\" width=\"600\" align=\"center\" border=\"0\""
            " cellpadding=\"0\" cellspacing=\"0\"><tr><td><![endif]-->\n"
            "<table role=\"presentation\" class=\"s-box\" border=\"0\" cellpadding=\"0\" cellspacing=\"0\""
            " width=\"100%\" style=\"max-width:600px;background-color:#ffffff;border:1px solid #e1e4e8;"
            "border-radius:8px;border-collapse:separate\">\n");
    put_logo(out, b);
    html_literal(out, "<tr><td class=\"s-pad s-text\" style=\"padding:28px 32px 16px;" FONT
                      ";font-size:16px;line-height:1.55;color:" TEXT_COLOR ";text-align:left\">\n");
    buf_put(out, body);
    html_literal(out, "</td></tr>\n</table>\n");
    if (has_footer(b)) {
        html_literal(out, "<table role=\"presentation\" border=\"0\" cellpadding=\"0\" cellspacing=\"0\""
                          " width=\"100%\" style=\"max-width:600px\">\n");
        put_footer(out, b, true);
        html_literal(out, "</table>\n");
    }
    html_literal(out, "<!--[if mso]></td></tr></table><![endif]-->\n</td></tr></table>\n");
}

static void put_document(struct buf *out, const struct layout_body *b, struct str body)
{
    bool card = str_eq(b->layout, STR("card"));
    put_head(out, b);
    buf_printf(out,
            "<body class=\"s-page\" style=\"margin:0;padding:%s;background-color:%s;"
            "-webkit-text-size-adjust:100%%\">\n",
            card ? "0" : "8px", card ? "#f2f4f6" : "#ffffff");
    put_preheader(out, b->preheader);
    if (card)
        put_card(out, b, body);
    else
        put_plain(out, b, body);
    html_literal(out, "</body>\n</html>\n");
}

// A document of the author's own gets what every mail must have: preheader and footer.
static void put_whole(struct buf *out, const struct layout_body *b, struct str document)
{
    const char *body = memmem(document.p, document.n, "<body", 5), *end = NULL;
    const char *behind = body ? memchr(body, '>', document.n - (size_t)(body - document.p)) : NULL;
    size_t from = behind ? (size_t)(behind - document.p) + 1 : 0;
    for (const char *p = document.p + from;
            (p = memmem(p, document.n - (size_t)(p - document.p), "</body>", 7)); p++)
        end = p;
    size_t to = end ? (size_t)(end - document.p) : document.n;
    buf_put(out, str_sub(document, 0, from));
    put_preheader(out, b->preheader);
    buf_put(out, str_sub(document, from, to));
    if (has_footer(b)) {
        html_literal(out, "<table role=\"presentation\" border=\"0\" cellpadding=\"0\" cellspacing=\"0\""
                          " width=\"100%\">\n");
        put_footer(out, b, true);
        html_literal(out, "</table>\n");
    }
    buf_put(out, str_sub(document, to, document.n));
}

// --- the text part

static struct str text_part(struct arena *arena, const struct layout_body *b, struct str body)
{
    const struct layout_words *words = layout_words(b->footer_language);
    struct buf out = {0};
    buf_put(&out, body.n ? body : STR("\n"));
    if (has_footer(b)) {
        buf_put(&out, STR("\n-- \n"));
        buf_put(&out, b->business_name);
        for (struct str rest = b->business_address; rest.n;) {
            size_t end = str_find(rest, '\n');
            struct str line = str_trim(str_sub(rest, 0, end));
            buf_put(&out, line.n && out.p[out.n - 1] != '\n' ? STR(", ") : STR(""));
            buf_put(&out, line);
            rest = str_sub(rest, end < rest.n ? end + 1 : end, rest.n);
        }
        if (out.p[out.n - 1] != '\n')
            buf_char(&out, '\n');
        if (b->unsubscribe_url.n)
            buf_printf(&out, "%.*s: %.*s\n", STR_ARG(words->unsubscribe), STR_ARG(b->unsubscribe_url));
        if (b->preferences_url.n)
            buf_printf(&out, "%.*s: %.*s\n", STR_ARG(words->preferences), STR_ARG(b->preferences_url));
    }
    struct str text = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

// --- Markdown

static struct str markdown(struct arena *arena, struct str body)
{
    static const char *const EXTENSIONS[] = {"table", "strikethrough", "autolink"};
    static pthread_once_t once = PTHREAD_ONCE_INIT; // the library's own list
    pthread_once(&once, cmark_gfm_core_extensions_ensure_registered);
    cmark_parser *parser = cmark_parser_new(CMARK_OPT_DEFAULT);
    for (size_t i = 0; i < sizeof EXTENSIONS / sizeof *EXTENSIONS; i++) {
        cmark_syntax_extension *extension = cmark_find_syntax_extension(EXTENSIONS[i]);
        if (extension)
            cmark_parser_attach_syntax_extension(parser, extension);
    }
    cmark_parser_feed(parser, body.n ? body.p : "", body.n);
    cmark_node *document = cmark_parser_finish(parser);
    char *html = cmark_render_html(document, CMARK_OPT_DEFAULT, cmark_parser_get_syntax_extensions(parser));
    struct str copy = arena_str(arena, str_of(html));
    free(html);
    cmark_node_free(document);
    cmark_parser_free(parser);
    return copy;
}

bool layout_make(
        struct arena *arena, const struct layout_body *body, struct layout_mail *ret, struct err *err)
{
    struct layout_made made = {0};
    struct buf out = {0};
    if (body->body.n > LAYOUT_BODY_MAX)
        return err_set(err, ERR_LIMIT, "the body is larger than %d bytes", LAYOUT_BODY_MAX);
    struct str html = body->html ? body->body : markdown(arena, body->body);
    layout_body_make(arena, html, body, layout_color(arena, body->color), &made);
    struct str inner = {made.html.p ? made.html.p : "", made.html.n};
    if (made.whole)
        put_whole(&out, body, inner);
    else
        put_document(&out, body, inner);
    *ret = (struct layout_mail){.html = arena_str(arena, buf_str(&out)),
            .text = text_part(arena, body, made.text),
            .links = made.links,
            .n_links = made.n_links};
    buf_free(&out);
    buf_free(&made.html);
    return true;
}

struct str layout_relink(
        struct arena *arena, struct str html, struct str (*rewrite)(void *ctx, struct str url), void *ctx)
{
    struct buf out = {0};
    struct markup_piece piece;
    for (size_t at = 0; at < html.n;) {
        markup_piece(arena, html, &at, &piece);
        struct str href = piece.kind == MARKUP_OPEN && str_eq(piece.name, STR("a"))
                                  ? markup_attribute(&piece, "href")
                                  : STR_NONE;
        if (!href.n) {
            buf_put(&out, piece.whole);
            continue;
        }
        size_t from = (size_t)(href.p - piece.whole.p);
        buf_put(&out, str_sub(piece.whole, 0, from));
        html_text(&out, rewrite(ctx, markup_text(arena, href, NULL)));
        buf_put(&out, str_sub(piece.whole, from + href.n, piece.whole.n));
    }
    struct str copy = arena_str(arena, (struct str){out.p ? out.p : "", out.n});
    buf_free(&out);
    return copy;
}
