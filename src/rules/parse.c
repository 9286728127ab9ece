// Runs the generated parser over the tokens, statement by statement: after an error it goes on at the next
// statement, so that one run reports what is wrong in each.
#include "rules/parser.h"

#include "base/utf8.h"
#include "rules/grammar.h"
#include "rules/lexer.h"
#include "rules/words.h"

#include <stdlib.h>

bool begins_statement(const struct parser *p, uint32_t i)
{
    if (!code_is_statement(p->tokens[i].code))
        return false;
    switch (p->tokens[i + 1].code) {
    case T_IS:
    case T_IN:
    case T_NOT:
    case T_CONTAINS:
    case T_MATCHES:
    case T_KNOWN:
    case T_UNKNOWN:
    case T_NE:
    case T_LT:
    case T_LE:
    case T_GT:
    case T_GE:
    case T_OF:
        return false;
    case T_EQ: // `signal = …` lacks its name; `where stage = "x"` is a comparison
        return i == 0 || (p->tokens[i - 1].code != T_WHERE && p->tokens[i - 1].code != T_LP &&
                                 p->tokens[i - 1].code != T_AND && p->tokens[i - 1].code != T_OR &&
                                 p->tokens[i - 1].code != T_NOT);
    default:
        return true;
    }
}

static int start_code(enum parse_what what)
{
    return what == PARSE_MODEL ? T_START_MODEL : what == PARSE_EXPR ? T_START_EXPR : T_START_COND;
}

static void restart(struct parser *p, enum parse_what what)
{
    if (p->grammar)
        grammar_free(p->grammar);
    p->grammar = grammar_new(&p->build);
    grammar_feed(p->grammar, (struct token){.code = start_code(what)});
    p->n_open = 0;
}

// A statement that could not be read declares its name all the same, so that its uses are no errors.
static void declare_broken(struct parser *p)
{
    if (p->stmt >= p->n_tokens)
        return;
    const struct token *t = &p->tokens[p->stmt];
    bool persona = t->code == T_PERSONA;
    if (!persona && t->code != T_TRAIT && t->code != T_SIGNAL && t->code != T_FACT && t->code != T_STAGE &&
            t->code != T_GRADE)
        return;
    struct token name = t[1];
    bool quoted = persona && name.code == T_STRING;
    if (!quoted && !word_is_name(token_text(p, p->stmt + 1)))
        return;
    enum stmt_kind kind = t->code == T_TRAIT     ? STMT_TRAIT
                          : t->code == T_SIGNAL  ? STMT_SIGNAL
                          : t->code == T_FACT    ? STMT_FACT
                          : t->code == T_PERSONA ? STMT_PERSONA
                          : t->code == T_STAGE   ? STMT_STAGE
                                                 : STMT_GRADE;
    p->build.failed = true;
    struct stmt *s = build_stmt(&p->build, kind, *t, name.end);
    struct diagnostics silent = {.arena = p->build.arena};
    struct diagnostics *d = p->build.d;
    p->build.d = &silent;
    s->name = quoted ? build_string(&p->build, name) : build_word(&p->build, name);
    p->build.d = d;
    vec_free(&silent.list);
}

// Where to go on after an error at tokens[i]. The statement under way may just have been ended by it.
static uint32_t recover(struct parser *p, uint32_t i)
{
    declare_broken(p);
    while (p->tokens[i].code && (!begins_statement(p, i) || i == p->stmt))
        i++;
    restart(p, PARSE_MODEL);
    p->stmt = p->n_tokens;
    p->build.failed = false;
    return i;
}

// How deep parentheses and `not` lie within each other.
struct nesting {
    uint32_t nots;
    uint32_t saved[NESTING_MAX]; // nots at each open parenthesis
};

// False if the token nests too deeply.
static bool nest(struct parser *p, struct nesting *n, uint32_t i)
{
    switch (p->tokens[i].code) {
    case T_LP:
        if (p->n_open + n->nots >= NESTING_MAX)
            return false;
        n->saved[p->n_open] = n->nots;
        p->open[p->n_open++] = i;
        return true;
    case T_RP:
        if (p->n_open)
            n->nots = n->saved[--p->n_open];
        return true;
    case T_NOT:
        return p->n_open + ++n->nots <= NESTING_MAX;
    case T_AND:
    case T_OR:
    case T_COMMA:
    case T_WHEN:
    case T_UNTIL:
    case T_WHILE:
        n->nots = p->n_open ? n->saved[p->n_open - 1] : 0;
        return true;
    default:
        return true;
    }
}

static void too_deep(struct parser *p, uint32_t i)
{
    diag_error(p->build.d, p->build.source, p->tokens[i].at,
            STR("split it into facts or signals of their own"), "conditions nest at most %d deep",
            NESTING_MAX);
}

// Feeds all tokens; goes on behind errors if they are of a whole model.
static void run(struct parser *p, enum parse_what what)
{
    struct nesting nesting = {0};
    for (uint32_t i = 0;; i++) {
        bool repaired = false;
        if (p->tokens[i].code == T_BAD || !grammar_accepts(p->grammar, p->tokens[i].code)) {
            int meant = 0;
            if (!p->tokens[i].faulty && !p->build.failed)
                meant = expect_report(p, i);
            if ((!meant && what != PARSE_MODEL) || diag_errors(p->build.d) >= p->build.ast->enough)
                return;
            repaired = meant != 0;
            if (repaired)
                p->tokens[i].code = meant;
            else
                i = recover(p, i);
        }
        bool begins = what == PARSE_MODEL && begins_statement(p, i);
        if (begins)
            nesting.nots = p->n_open = 0;
        else
            p->build.failed |= repaired;
        bool deep = !nest(p, &nesting, i);
        if (!deep)
            grammar_feed(p->grammar, p->tokens[i]);
        if (deep || p->build.overflow) {
            too_deep(p, i);
            p->build.overflow = false;
            if (what != PARSE_MODEL)
                return;
            i = recover(p, i + !deep) - 1;
            continue;
        }
        if (!p->tokens[i].code)
            return;
        if (begins) {
            p->stmt = i;
            p->build.failed = repaired;
        }
        p->build.failed |= p->tokens[i].faulty;
    }
}

// A statement ends where the next one begins, whether that one could be read or not. One that had an error
// behind it stands there twice, the second time broken.
static void place_ends(const struct parser *p)
{
    uint32_t i = 0;
    for (struct stmt *s = p->build.ast->stmts; s; s = s->next) {
        while (p->tokens[i].at < s->at)
            i++;
        s->end = p->tokens[i].end;
        for (uint32_t k = i + 1; p->tokens[k].code && !begins_statement(p, k); k++)
            s->end = p->tokens[k].end;
    }
}

static bool readable(const struct source *source, struct diagnostics *d)
{
    struct str text = source->text;
    if (text.n > SOURCE_MAX) {
        diag_error(d, source, 0, STR_NONE, "a model's text is at most 1 MB");
        return false;
    }
    size_t at = str_find(text, '\0'), from = 0;
    if (at < text.n) {
        diag_error(d, source, (uint32_t)at, STR("is this a text file?"), "a model has no NUL characters");
        return false;
    }
    if (utf8_valid(text))
        return true;
    for (at = 0; utf8_valid(str_sub(text, from, at));) {
        from = at;
        utf8_next(text, &at);
    }
    diag_error(d, source, (uint32_t)from, STR("save the file as UTF-8"), "this is no valid UTF-8 text");
    return false;
}

struct ast *parse(
        struct arena *arena, const struct source *source, enum parse_what what, struct diagnostics *d)
{
    struct ast *ast = ARENA_NEW(arena, struct ast);
    ast->source = source;
    ast->enough = diag_errors(d) + ERRORS_MAX;
    if (!readable(source, d))
        return ast;
    struct lexer lexer;
    lexer_init(&lexer, source, d);
    VEC(struct token) tokens = {0};
    do
        vec_push(&tokens, lexer_next(&lexer));
    while (tokens.v[tokens.n - 1].code);
    ast->n_comments = (uint32_t)lexer.comments.n;
    ast->comments = ARENA_ARRAY(arena, struct comment, lexer.comments.n);
    if (lexer.comments.n)
        memcpy(ast->comments, lexer.comments.v, lexer.comments.n * sizeof *ast->comments);
    vec_free(&lexer.comments);

    struct parser *p = mem_zero(1, sizeof *p);
    p->build = (struct builder_state){.arena = arena, .d = d, .source = source, .ast = ast};
    p->tokens = tokens.v;
    p->n_tokens = p->stmt = (uint32_t)tokens.n;
    restart(p, what);
    run(p, what);
    place_ends(p);
    grammar_free(p->grammar);
    free(p);
    vec_free(&tokens);
    return ast;
}
