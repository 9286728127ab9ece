// Text to tokens. Errors that need no grammar (an unclosed string, a stray character) are reported here, and
// where it is clear what was meant, the token meant is returned. Internal to src/rules.
#ifndef SLUICE_RULES_LEXER_H
#define SLUICE_RULES_LEXER_H

#include "rules/ast.h"

struct lexer {
    const struct source *source;
    struct diagnostics *d;
    const char *cursor, *limit;
    uint32_t newlines;
    bool any;    // something stood before
    bool muted;  // an error on this line is reported
    bool faulty; // so is one of the token under way
    VEC(struct comment) comments;
};

void lexer_init(struct lexer *lexer, const struct source *source, struct diagnostics *d);
// The next token; code 0 at the end, T_BAD for what is reported already.
struct token lexer_next(struct lexer *lexer);

#endif
