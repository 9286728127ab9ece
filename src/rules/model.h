// The model language (docs/models.md): text to program, text to canonical text. Pure; all results live in the
// arena given.
#ifndef SLUICE_RULES_MODEL_H
#define SLUICE_RULES_MODEL_H

#include "base/vec.h"
#include "rules/program.h"

enum severity { SEVERITY_WARNING, SEVERITY_ERROR };

struct diagnostic {
    enum severity severity;
    uint32_t line, column; // from 1; column counts code points
    uint32_t length;       // code points of the word or sign there, at least 1
    struct str message;    // one sentence, says what was expected
    struct str suggestion; // "did you mean …", or empty
    struct str source;     // the line it stands in
};

struct diagnostics {
    struct arena *arena;         // holds the texts
    VEC(struct diagnostic) list; // by line and column
    unsigned errors;             // of them
    unsigned hidden;             // further errors: of very many only the first are listed
};

struct diagnostics *diagnostics_new(struct arena *arena);
// "file:line:column: error: message", the line, a caret, the suggestion: as a compiler prints it.
void diagnostic_print(const struct diagnostic *d, struct str file, struct buf *out);
// {"file","line","column","severity","message","suggestion"} and a newline.
void diagnostic_print_json(const struct diagnostic *d, struct str file, struct buf *out);

// NULL if there was an error; warnings may be there all the same. file is only a name for messages.
const struct program *model_compile(
        struct arena *arena, struct str file, struct str text, struct diagnostics *d);
// The same model with one more condition, which may refer to everything a grade may (and to `grade` nothing):
// program.filter.
const struct program *model_compile_filter(struct arena *arena, const struct program *base,
        struct str base_text, struct str expr, struct diagnostics *d);
// Appends a warning for each event name of the program that is neither in the catalogue nor in the history,
// and keeps the list in order. has(ctx, name): whether the history has it; NULL: there is no history.
void model_warn_names(const struct program *program, bool (*has)(void *ctx, struct str name), void *ctx,
        struct diagnostics *d);
// The canonical form; false on a syntax error. Idempotent, comments kept, means the same.
bool model_format(struct str text, struct buf *out, struct diagnostics *d);
// Whether a trait or fact of this name is there without being declared.
bool model_built_in(struct str name);
// A hash over everything stage i depends on (its conditions, and the declarations they refer to), for caches.
uint64_t program_stage_hash(const struct program *program, uint32_t stage);
// The same of a part of a condition of that stage.
uint64_t program_expr_hash(const struct program *program, const struct expr *e, uint32_t stage);

// For the CSV mapping's `when`: a COND on its own ("y is \"yes\""); program-independent, prop_index counts
// its own keys.
struct cond *cond_compile(struct arena *arena, struct str text, struct str **ret_props, uint32_t *ret_n_props,
        struct diagnostics *d);
// "6 months", "5 minutes": a DURATION on its own, in seconds.
bool duration_parse(struct str text, int64_t *ret_seconds, struct err *err);

#endif
