// The grammar of the model language (lemon). An error never reaches it: the driver (parse.c) asks
// grammar_accepts before every token, so that it can say what was expected while the stack still knows.
%name GrammarParse
%token_prefix T_
%token_type {struct token}
%extra_context {struct builder_state *b}
// Room for NESTING_MAX levels of parentheses and `not`, each an operand and an operator besides.
%stack_size 2000

%include {
#define NDEBUG 1 // the driver's checks stand in for the parser's own
#include "rules/build_ast.h"

#include <stdlib.h>
}

%token BAD. // what the lexer could make nothing of: accepted nowhere
%fallback NAME REACHED MACHINES MOST PER.
%left OR.
%left AND.
%right NOT.

%stack_overflow { b->overflow = true; }

input ::= START_MODEL statements.
input ::= START_EXPR expr(E). { b->ast->expr = E; }
input ::= START_COND cond(C). { b->ast->expr = C; }

statements ::= .
statements ::= statements statement.

%type statement {int}
statement ::= MODEL(T) STRING(S). {
    build_stmt(b, STMT_MODEL, T, S.end)->name = build_string(b, S);
}
statement ::= ABOUT(T) STRING(S). {
    build_stmt(b, STMT_ABOUT, T, S.end)->name = build_string(b, S);
}
statement ::= HALF_LIFE(T) duration(D). {
    build_stmt(b, STMT_HALF_LIFE, T, D.end)->duration = D;
}
statement ::= TRAIT(T) name(N) NAME(Y). {
    struct stmt *s = build_stmt(b, STMT_TRAIT, T, Y.end);
    s->name = N;
    s->type = build_type(b, Y);
}
statement ::= SIGNAL(T) name(N) EQ(E) patterns(L). {
    struct stmt *s = build_stmt(b, STMT_SIGNAL, T, E.end);
    s->name = N;
    s->list = L;
}
statement ::= FACT(T) name(N). {
    build_stmt(b, STMT_FACT, T, N.end)->name = N;
}
statement ::= FACT(T) name(N) WHEN expr(E). {
    struct stmt *s = build_stmt(b, STMT_FACT, T, N.end);
    s->name = N;
    s->when = E;
}
statement ::= PERSONA(T) STRING(S) WHEN expr(E). {
    struct stmt *s = build_stmt(b, STMT_PERSONA, T, S.end);
    s->name = build_string(b, S);
    s->when = E;
}
statement ::= POINTS(T) NUMBER(N) EACH(K) patterns(L) cap(C). {
    struct stmt *s = build_stmt(b, STMT_POINTS, T, K.end);
    s->points = POINTS_EACH;
    s->n = build_number(b, N);
    s->list = L;
    s->at_most = C.k;
    s->per = C.per;
}
statement ::= POINTS(T) NUMBER(N) ONCE(K) patterns(L). {
    struct stmt *s = build_stmt(b, STMT_POINTS, T, K.end);
    s->points = POINTS_ONCE;
    s->n = build_number(b, N);
    s->list = L;
}
statement ::= POINTS(T) NUMBER(N) WHEN expr(E). {
    struct stmt *s = build_stmt(b, STMT_POINTS, T, N.end);
    s->points = POINTS_WHEN;
    s->n = build_number(b, N);
    s->when = E;
}
statement ::= STAGE(T) name(N) label(L) WHEN expr(E) until(U). {
    struct stmt *s = build_stmt(b, STMT_STAGE, T, L.text.p ? L.end : N.end);
    s->name = N;
    s->label = L;
    s->when = E;
    s->until = U;
}
statement ::= STAGE(T) name(N) label(L) WHILE expr(E). {
    struct stmt *s = build_stmt(b, STMT_STAGE, T, L.text.p ? L.end : N.end);
    s->name = N;
    s->label = L;
    s->when = E;
    s->is_while = true;
}
statement ::= GRADE(T) name(N) WHEN expr(E). {
    struct stmt *s = build_stmt(b, STMT_GRADE, T, N.end);
    s->name = N;
    s->when = E;
}
statement ::= GRADE(T) name(N) OTHERWISE(O). {
    build_stmt(b, STMT_GRADE, T, O.end)->name = N;
}

%type name {struct word}
name(A) ::= NAME(T). { A = build_word(b, T); }

%type label {struct word}
label(A) ::= . { A = (struct word){0}; }
label(A) ::= STRING(S). { A = build_string(b, S); }

%type until {struct node *}
until(A) ::= . { A = NULL; }
until(A) ::= UNTIL expr(E). { A = E; }

%include {
struct cap {
    struct number k;
    struct duration per;
};
}
%type cap {struct cap}
cap(A) ::= . { A = (struct cap){0}; }
cap(A) ::= AT MOST NUMBER(N) PER duration(D). { A = (struct cap){build_number(b, N), D}; }

%type duration {struct duration}
duration(A) ::= NUMBER(N) NAME(U). { A = build_duration(b, N, U); }
duration(A) ::= NAME(U). { A = build_duration(b, (struct token){0}, U); }

// Patterns

%type patterns {struct pattern_list *}
patterns(A) ::= pattern(P). { A = build_list(b, NULL, P); }
patterns(A) ::= patterns(L) COMMA pattern(P). { A = build_list(b, L, P); }

%type pattern {struct pattern *}
pattern(A) ::= filtered(P). { A = P; }
pattern(A) ::= filtered(P) INCLUDING MACHINES(M). {
    P->machines = true;
    P->end = M.end;
    A = P;
}

%type filtered {struct pattern *}
filtered(A) ::= primary(T). { A = build_pattern(b, T); }
filtered(A) ::= primary(T) WHERE compared(C). {
    A = build_pattern(b, T);
    A->where = C;
    A->where_bare = true;
    A->end = C->end;
}
filtered(A) ::= primary(T) WHERE NOT(N) compared(C). {
    A = build_pattern(b, T);
    A->where = build_not(b, N, C);
    A->where_bare = true;
    A->end = C->end;
}
filtered(A) ::= primary(T) WHERE LP cond(C) RP(R). {
    A = build_pattern(b, T);
    A->where = C;
    A->end = R.end;
}
filtered(A) ::= primary(T) WHERE NOT(N) LP(L) cond(C) RP(R). {
    A = build_pattern(b, T);
    A->where = build_not(b, N, build_paren(C, L, R));
    A->end = R.end;
}

%type primary {struct token}
primary(A) ::= EVENT(T). { A = T; }
primary(A) ::= PREFIX(T). { A = T; }
primary(A) ::= STRING(T). { A = T; }
primary(A) ::= INBOUND(T). { A = T; }
primary(A) ::= OUTBOUND(T). { A = T; }
primary(A) ::= INTERNAL(T). { A = T; }
primary(A) ::= NAME(T). { A = T; }

// Conditions on an event's properties

%type cond {struct node *}
cond(A) ::= cond(L) OR cond(R). { A = build_join(b, NODE_OR, L, R); }
cond(A) ::= cond(L) AND cond(R). { A = build_join(b, NODE_AND, L, R); }
cond(A) ::= NOT(T) cond(C). { A = build_not(b, T, C); }
cond(A) ::= LP(L) cond(C) RP(R). { A = build_paren(C, L, R); }
cond(A) ::= compared(C). { A = C; }

%type compared {struct node *}
compared(A) ::= prop(P) comparison(C). { A = build_compare(b, P, C); }

%type prop {struct word}
prop(A) ::= prop_word(T). { A = build_word(b, T); }
prop(A) ::= STRING(T). { A = build_string(b, T); }

%type prop_word {struct token}
prop_word(A) ::= NAME(T). { A = T; }
prop_word(A) ::= MODEL(T). { A = T; }
prop_word(A) ::= ABOUT(T). { A = T; }
prop_word(A) ::= HALF_LIFE(T). { A = T; }
prop_word(A) ::= TRAIT(T). { A = T; }
prop_word(A) ::= SIGNAL(T). { A = T; }
prop_word(A) ::= FACT(T). { A = T; }
prop_word(A) ::= PERSONA(T). { A = T; }
prop_word(A) ::= POINTS(T). { A = T; }
prop_word(A) ::= STAGE(T). { A = T; }
prop_word(A) ::= GRADE(T). { A = T; }

// Comparisons

%type comparison {struct comparison}
comparison(A) ::= IS(T) value(V). { A = build_comparison(CMP_IS, false, T, V); }
comparison(A) ::= IS(T) NOT value(V). { A = build_comparison(CMP_IS_NOT, false, T, V); }
comparison(A) ::= EQ(T) value(V). { A = build_comparison(CMP_IS, true, T, V); }
comparison(A) ::= NE(T) value(V). { A = build_comparison(CMP_NOT_EQUAL, true, T, V); }
comparison(A) ::= IN(T) LP values(V) RP(R). { A = build_in(CMP_IS, T, V, R); }
comparison(A) ::= NOT(T) IN LP values(V) RP(R). { A = build_in(CMP_IS_NOT, T, V, R); }
comparison(A) ::= CONTAINS(T) STRING(S). { A = build_comparison(CMP_CONTAINS, false, T, build_text(b, S)); }
comparison(A) ::= MATCHES(T) STRING(S). { A = build_comparison(CMP_MATCHES, false, T, build_text(b, S)); }
comparison(A) ::= KNOWN(T). { A = build_comparison(CMP_KNOWN, false, T, NULL); }
comparison(A) ::= UNKNOWN(T). { A = build_comparison(CMP_UNKNOWN, false, T, NULL); }
comparison(A) ::= IS KNOWN(T). { A = build_comparison(CMP_KNOWN, false, T, NULL); }
comparison(A) ::= IS UNKNOWN(T). { A = build_comparison(CMP_UNKNOWN, false, T, NULL); }
comparison(A) ::= LT(T) value(V). { A = build_comparison(CMP_LESS, true, T, V); }
comparison(A) ::= LE(T) value(V). { A = build_comparison(CMP_LESS_EQUAL, true, T, V); }
comparison(A) ::= GT(T) value(V). { A = build_comparison(CMP_GREATER, true, T, V); }
comparison(A) ::= GE(T) value(V). { A = build_comparison(CMP_GREATER_EQUAL, true, T, V); }

%type value {struct written *}
value(A) ::= STRING(T). { A = build_text(b, T); }
value(A) ::= NUMBER(T). { A = build_value(b, T); }
value(A) ::= DATE(T). { A = build_value(b, T); }
value(A) ::= YES(T). { A = build_value(b, T); }
value(A) ::= NO(T). { A = build_value(b, T); }
value(A) ::= NUMBER(N) NAME(U). { A = build_span(b, N, U); }
value(A) ::= NAME(T). { A = build_bare(b, T); }

%type values {struct comparison}
values(A) ::= value(V). { A = build_values((struct comparison){0}, V); }
values(A) ::= values(L) COMMA value(V). { A = build_values(L, V); }

// Expressions

%type expr {struct node *}
expr(A) ::= expr(L) OR expr(R). { A = build_join(b, NODE_OR, L, R); }
expr(A) ::= expr(L) AND expr(R). { A = build_join(b, NODE_AND, L, R); }
expr(A) ::= NOT(T) expr(E). { A = build_not(b, T, E); }
expr(A) ::= LP(L) expr(E) RP(R). { A = build_paren(E, L, R); }
expr(A) ::= YES(T). { A = build_node(b, NODE_CONST, T, T.end); A->holds = true; }
expr(A) ::= NO(T). { A = build_node(b, NODE_CONST, T, T.end); }
expr(A) ::= ANY(T) patterns(L) window(W). { A = build_over(b, NODE_ANY, T, L, W); }
expr(A) ::= NO(T) patterns(L) window(W). { A = build_over(b, NODE_NO, T, L, W); }
expr(A) ::= ANY(T) chain(C). {
    A = build_over(b, NODE_THEN, T, C, (struct written_window){0});
    A->end = A->to = C->last_link->within.end;
}
expr(A) ::= SILENT(T) patterns(L) FOR duration(D). {
    A = build_over(b, NODE_SILENT, T, L, (struct written_window){0});
    A->duration = D;
    A->end = A->to = D.end;
}
expr(A) ::= COUNT(T) patterns(L) window(W) relation(R) NUMBER(N). {
    A = build_over(b, NODE_COUNT, T, L, W);
    build_relation(b, A, R, N);
}
expr(A) ::= SUM(T) prop(P) OF patterns(L) window(W) relation(R) NUMBER(N). {
    A = build_over(b, NODE_SUM, T, L, W);
    A->name = P;
    build_relation(b, A, R, N);
}
expr(A) ::= name(N). {
    A = build_node(b, NODE_WORD, (struct token){.at = N.at}, N.end);
    A->name = N;
}
expr(A) ::= name(N) comparison(C). { A = build_compare(b, N, C); }
expr(A) ::= SCORE(T) order(R) NUMBER(N). {
    A = build_node(b, NODE_SCORE, T, N.end);
    build_relation(b, A, R, N);
}
expr(A) ::= PERSONA(T) IS STRING(S). {
    A = build_node(b, NODE_PERSONA, T, S.end);
    A->name = build_string(b, S);
}
expr(A) ::= PERSONA(T) IS NOT STRING(S). {
    A = build_node(b, NODE_PERSONA, T, S.end);
    A->name = build_string(b, S);
    A->negated = true;
}
expr(A) ::= PERSONA(T) KNOWN(K). { A = build_node(b, NODE_PERSONA, T, K.end); }
expr(A) ::= REACHED(T) name(N). {
    A = build_node(b, NODE_REACHED, T, N.end);
    A->name = N;
}
expr(A) ::= IS(T) name(N). {
    A = build_node(b, NODE_IS, T, N.end);
    A->name = N;
}
expr(A) ::= IN(T) name(N) FOR duration(D). {
    A = build_node(b, NODE_IN_FOR, T, D.end);
    A->name = N;
    A->duration = D;
}

%type window {struct written_window}
window(A) ::= . { A = (struct written_window){0}; }
window(A) ::= WITHIN(T) duration(D). { A = build_window(b, T, D); }
window(A) ::= SINCE(T) DATE(D). { A = build_window_date(b, T, D); }
window(A) ::= BEFORE(T) DATE(D). { A = build_window_date(b, T, D); }

%type chain {struct pattern_list *}
chain(A) ::= patterns(L) THEN patterns(P) WITHIN duration(D). { A = build_chain(L, P, D); }
chain(A) ::= chain(L) THEN patterns(P) WITHIN duration(D). { A = build_chain(L, P, D); }

%type order {enum relation}
order(A) ::= LT. { A = REL_LESS; }
order(A) ::= LE. { A = REL_LESS_EQUAL; }
order(A) ::= GT. { A = REL_GREATER; }
order(A) ::= GE. { A = REL_GREATER_EQUAL; }

%type relation {enum relation}
relation(A) ::= order(R). { A = R; }
relation(A) ::= EQ. { A = REL_EQUAL; }
relation(A) ::= NE. { A = REL_NOT_EQUAL; }

%code {
void *grammar_new(struct builder_state *b)
{
    return GrammarParseAlloc(mem_alloc, b);
}

void grammar_free(void *grammar)
{
    GrammarParseFree(grammar, free);
}

void grammar_feed(void *grammar, struct token token)
{
    GrammarParse(grammar, token.code, token);
}

int grammar_codes(void)
{
    return YYNTOKEN;
}

// Runs the reductions that the token would cause on a stack of states of its own, which lies over the
// parser's.
bool grammar_accepts(const void *grammar, int code)
{
    const yyParser *parser = grammar;
    YYACTIONTYPE over[64];
    size_t n_over = 0, n_under = (size_t)(parser->yytos - parser->yystack) + 1;
    YYACTIONTYPE state = parser->yytos->stateno;
    for (;;) {
        YYACTIONTYPE action = yy_find_shift_action((YYCODETYPE)code, state);
        if (action <= YY_MAX_SHIFTREDUCE)
            return true;
        // Default reductions get here on any token.
        if (action == YY_ACCEPT_ACTION)
            return code == 0;
        if (action < YY_MIN_REDUCE)
            return false;
        unsigned rule = (unsigned)(action - YY_MIN_REDUCE);
        size_t pops = (size_t)-yyRuleInfoNRhs[rule];
        size_t from_over = pops < n_over ? pops : n_over;
        n_over -= from_over;
        n_under -= pops - from_over;
        YYACTIONTYPE below = n_over ? over[n_over - 1] : parser->yystack[n_under - 1].stateno;
        if (n_over == sizeof over / sizeof over[0])
            return false;
        state = yy_find_reduce_action(below, yyRuleInfoLhs[rule]);
        over[n_over++] = state;
    }
}
}
