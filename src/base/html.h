// Writing HTML: the markup is a literal of ours, whatever comes in through it is escaped. So nobody can
// forget to.
#ifndef SLUICE_BASE_HTML_H
#define SLUICE_BASE_HTML_H

#include "base/arena.h"
#include "base/buf.h"

// Each "$" of the format, a literal, stands for the next text: escaped so that it is text between tags and in
// attributes with quotes (" or '). Never put one into <script>, <style>, an attribute without quotes, or an
// address (use html_url). Control characters become U+FFFD, and so does ill-formed UTF-8.
#define html_put(buf, format, ...)                                     \
    html_write((buf), "" format "", (const struct str[]){__VA_ARGS__}, \
            sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))
#define html_literal(buf, literal) buf_put((buf), STR(literal))

void html_write(struct buf *buf, const char *format, const struct str *texts, size_t n);
void html_text(struct buf *buf, struct str text);

// The address if a link may have it, else "#": https, http and mailto ones, paths of our own ("/…", but not
// "//…" or "/\…"), "#…" and "?…". Still to be escaped, by "$".
struct str html_url(struct str url);
// Whether it is an absolute https address with a plain host name or IPv4 address, or a path of our own:
// where a visitor may be sent. Without blanks, controls, backslashes, user names.
bool html_target(struct str url);

// A Content-Security-Policy source for an inline style or script: 'sha256-…' with the quotes.
struct str html_hash_source(struct arena *arena, struct str inline_text);

#endif
