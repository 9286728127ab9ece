// Liquid templates (the language of Shopify's and Jekyll's, as golden-liquid has it, without include and
// render; docs/templates.md): text → program, once; program and values → text, often. Pure: no clock, no
// files. Everything has a limit. A program may be used by several threads at once.
#ifndef SLUICE_MAIL_LIQUID_H
#define SLUICE_MAIL_LIQUID_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum {
    LIQUID_TEXT_MAX = 512 << 10,  // bytes of a template
    LIQUID_NODES_MAX = 20000,     // tags, texts and outputs in it
    LIQUID_DEPTH_MAX = 50,        // tags within tags, and values within values that are written out
    LIQUID_OUTPUT_MAX = 2 << 20,  // bytes of one rendering
    LIQUID_STEPS_MAX = 1000000,   // tags, outputs, filters and items passed in one rendering
    LIQUID_MEMORY_MAX = 16 << 20, // bytes that one rendering may make in between
};

struct json;
struct liquid_value;
struct liquid_object;

enum liquid_kind {
    LIQUID_NIL,
    LIQUID_FLAG,
    LIQUID_INT,
    LIQUID_REAL,
    LIQUID_TEXT,
    LIQUID_ARRAY,
    LIQUID_OBJECT,
    LIQUID_RANGE, // (1..3)
    LIQUID_TIME,  // seconds since 1970; written as "2026-03-01 10:00:00 +0000"
    // The language's own words; no data has them.
    LIQUID_EMPTY,
    LIQUID_BLANK,
};

struct liquid_value {
    enum liquid_kind kind;
    bool raw;   // of a text: markup of ours, written as it is where values are escaped
    uint32_t n; // of an array
    union {
        bool flag;
        int64_t number; // also of a time
        double real;
        struct str text;
        const struct liquid_value *items; // [n]
        const struct liquid_object *object;
        struct {
            int64_t from, to;
        } range;
    };
};

struct liquid_member {
    struct str key;
    struct liquid_value value;
};

// Members, then what find() knows (may be NULL): called when a template asks for a key, in the rendering's
// arena; false: there is no such member.
struct liquid_object {
    const struct liquid_member *members;
    uint32_t n;
    bool (*find)(void *ctx, struct arena *arena, struct str key, struct liquid_value *ret);
    void *ctx;
};

#define LIQUID_NOTHING ((struct liquid_value){0})
static inline struct liquid_value liquid_text(struct str text) // STR_NONE: nil
{
    return text.p ? (struct liquid_value){.kind = LIQUID_TEXT, .text = text} : LIQUID_NOTHING;
}
static inline struct liquid_value liquid_int(int64_t number)
{
    return (struct liquid_value){.kind = LIQUID_INT, .number = number};
}
static inline struct liquid_value liquid_real(double real)
{
    return (struct liquid_value){.kind = LIQUID_REAL, .real = real};
}
static inline struct liquid_value liquid_flag(bool flag)
{
    return (struct liquid_value){.kind = LIQUID_FLAG, .flag = flag};
}
static inline struct liquid_value liquid_time(int64_t seconds)
{
    return (struct liquid_value){.kind = LIQUID_TIME, .number = seconds};
}
static inline struct liquid_value liquid_object(const struct liquid_object *object) // borrowed
{
    return (struct liquid_value){.kind = LIQUID_OBJECT, .object = object};
}
// A JSON value; texts are borrowed, the rest is in arena.
struct liquid_value liquid_json(struct arena *arena, const struct json *json);

struct liquid;
// Reads a template into arena; its text must live as long. ERR_INPUT: it is wrong, "line 3, column 7: …".
bool liquid_parse(struct arena *arena, struct str text, const struct liquid **ret, struct err *err);

struct liquid_options {
    // Writes a value that `{{ … }}` gives into the output; NULL: as it is. Not called for `| raw`.
    void (*escape)(void *ctx, struct str value, struct buf *out);
    void *escape_ctx;
    int64_t now; // what `"now" | date` means, seconds since 1970
    // NULL, or told each path that has no value, "contact.company", where it is written out: once a place and
    // rendering. Not where a `default` filter stands in for it.
    void (*missing)(void *ctx, struct str path);
    void *missing_ctx;
    unsigned depth; // renderings around this one (find() that renders); LIQUID_DEPTH_MAX ends it
};
void liquid_escape_html(void *ctx, struct str value, struct buf *out); // for .escape

// scope: an object, whose members are the template's variables. Appends to out, of which the caller frees
// what is there on failure, too. What is in between lives in arena. ERR_INPUT: the template asked for
// something wrong ("divided by 0"), with its place; ERR_LIMIT: one of the limits.
bool liquid_render(const struct liquid *program, struct arena *arena, struct liquid_value scope,
        const struct liquid_options *options, struct buf *out, struct err *err);

// The variables that a template names, for checks before anybody is written to: "contact.first_name". Each
// once, in the order of the text; n of them.
struct liquid_use {
    struct str path; // in arena
    unsigned line, column;
};
void liquid_uses(
        const struct liquid *program, struct arena *arena, const struct liquid_use **ret, size_t *ret_n);

#endif
