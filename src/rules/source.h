// A model's text with its lines, and reporting what is wrong at a place in it. Immutable once made; lives in
// an arena. Internal to src/rules.
#ifndef SLUICE_RULES_SOURCE_H
#define SLUICE_RULES_SOURCE_H

#include "rules/model.h"

enum {
    SOURCE_MAX = 1 << 20, // bytes of a model's text
    SOURCE_BLOCK = 256,   // bytes
    NESTING_MAX = 200,    // parentheses and `not` within each other
    ERRORS_MAX = 100,     // shown of one text: behind that a reader gains nothing, a hostile text much
};

// A text with its lines, for places in messages.
struct source {
    struct str file, text;
    const uint32_t *lines; // offset of each line's first byte
    uint32_t n_lines;
    const uint32_t *points; // code points before each block of SOURCE_BLOCK bytes
};

// Takes a copy of text into the arena, cut behind SOURCE_MAX + 1 bytes.
const struct source *source_new(struct arena *arena, struct str file, struct str text);
// Line and column of a byte's offset, both from 1; columns count code points.
void source_place(const struct source *source, uint32_t at, uint32_t *ret_line, uint32_t *ret_column);
// Code points of the word, text or sign that stands there; at least 1.
uint32_t source_length(const struct source *source, uint32_t at);
// The suggestion is a sentence of its own, or empty; it must live as long as the diagnostics.
void diag_error(struct diagnostics *d, const struct source *source, uint32_t at, struct str suggestion,
        const char *format, ...) __attribute__((format(printf, 5, 6)));
void diag_warn(struct diagnostics *d, const struct source *source, uint32_t at, struct str suggestion,
        const char *format, ...) __attribute__((format(printf, 5, 6)));
// Text of a line, from 1.
struct str source_line(const struct source *source, uint32_t line);
void diag_warn_place(struct diagnostics *d, const struct place *place, struct str suggestion,
        const char *format, ...) __attribute__((format(printf, 4, 5)));
// All errors, listed or not.
static inline unsigned diag_errors(const struct diagnostics *d)
{
    return d->errors + d->hidden;
}

void diag_sort(struct diagnostics *d); // by line and column

#endif
