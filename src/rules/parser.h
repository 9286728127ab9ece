// The parser's driver (parse.c) and its messages about what the grammar does not accept (expect.c). Internal
// to src/rules.
#ifndef SLUICE_RULES_PARSER_H
#define SLUICE_RULES_PARSER_H

#include "rules/build_ast.h"

struct parser {
    struct builder_state build;
    struct token *tokens; // the last has code 0
    uint32_t n_tokens;
    void *grammar;
    uint32_t stmt;              // token that began the statement under way; n_tokens: none
    uint32_t open[NESTING_MAX]; // tokens of the parentheses open in it
    uint32_t n_open;
};

// Reports that the grammar does not accept tokens[i]. Returns the code of the token that was clearly meant
// and fits, to go on with, or 0.
int expect_report(struct parser *p, uint32_t i);
// Whether tokens[i] begins a statement, and is no property's name or atom of the same spelling.
bool begins_statement(const struct parser *p, uint32_t i);

static inline struct str token_text(const struct parser *p, uint32_t i)
{
    return str_sub(p->build.source->text, p->tokens[i].at, p->tokens[i].end);
}

#endif
