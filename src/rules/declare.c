// The names a model declares: built-in ones first, then its own.
#include "rules/check.h"
#include "rules/model.h"
#include "rules/words.h"

static const struct {
    struct str name;
    enum value_type type;
} TRAITS[] = {
        {STR("income"), TYPE_NUMBER},
        {STR("employees"), TYPE_NUMBER},
        {STR("email"), TYPE_TEXT},
        {STR("phone"), TYPE_TEXT},
        {STR("first_name"), TYPE_TEXT},
        {STR("last_name"), TYPE_TEXT},
        {STR("title"), TYPE_TEXT},
        {STR("company"), TYPE_TEXT},
        {STR("industry"), TYPE_TEXT},
        {STR("country"), TYPE_TEXT},
        {STR("city"), TYPE_TEXT},
        {STR("gender"), TYPE_TEXT},
        {STR("website"), TYPE_TEXT},
        {STR("source"), TYPE_TEXT},
};

static const struct str FACTS[] = {
        STR("fit"),
        STR("need"),
        STR("budget"),
        STR("authority"),
        STR("timeline"),
};

bool model_built_in(struct str name)
{
    bool is = false;
    for (unsigned i = 0; i < sizeof TRAITS / sizeof TRAITS[0]; i++)
        is |= str_eq(TRAITS[i].name, name);
    for (unsigned i = 0; i < sizeof FACTS / sizeof FACTS[0]; i++)
        is |= str_eq(FACTS[i], name);
    return is;
}

const char *decl_word(enum decl_kind kind)
{
    static const char *const WORDS[] = {"trait", "fact", "signal", "stage"};
    return WORDS[kind];
}

const struct decl *declared(const struct check *c, struct str name)
{
    uint32_t number = map_get(c->names, name);
    return number == MAP_NONE ? NULL : &c->decls.v[number];
}

static number_list *list_of(struct check *c, enum decl_kind kind)
{
    return kind == DECL_TRAIT    ? &c->traits
           : kind == DECL_FACT   ? &c->facts
           : kind == DECL_SIGNAL ? &c->signals
                                 : &c->stages;
}

static void declare(struct check *c, struct decl decl)
{
    number_list *list = list_of(c, decl.kind);
    decl.index = (uint32_t)list->n;
    vec_push(list, map_intern(c->names, decl.name));
    vec_push(&c->decls, decl);
}

// A name that is taken: fine only for a built-in trait or fact, once, as what it is.
static void declare_again(struct check *c, const struct stmt *s, enum decl_kind kind)
{
    struct decl *old = &c->decls.v[map_get(c->names, s->name.text)];
    struct str name = word_shown(s->name.text);
    if (old->built_in && !old->stmt && old->kind == kind) {
        old->stmt = s;
        old->broken |= s->broken;
        if (kind == DECL_TRAIT && !s->broken && s->type != old->type)
            diag_error(c->d, c->source, s->name.at,
                    arena_printf(c->d->arena, "did you mean `trait %.*s %s`?", STR_ARG(name),
                            old->type == TYPE_NUMBER ? "number" : "text"),
                    "the built-in trait `%.*s` is a %s", STR_ARG(name),
                    old->type == TYPE_NUMBER ? "number" : "text");
        return;
    }
    if (!old->stmt) {
        diag_error(c->d, c->source, s->name.at, STR_NONE, "`%.*s` is a built-in %s; expected another name",
                STR_ARG(name), decl_word(old->kind));
        return;
    }
    uint32_t line, column;
    source_place(c->source, old->stmt->at, &line, &column);
    diag_error(c->d, c->source, s->name.at, STR_NONE,
            "`%.*s` is declared already, as a %s in line %u; expected another name", STR_ARG(name),
            decl_word(old->kind), line);
}

static void declare_stmt(struct check *c, const struct stmt *s, enum decl_kind kind)
{
    if (kind == DECL_STAGE && str_eq(s->name.text, STR("none"))) {
        diag_error(c->d, c->source, s->name.at, STR_NONE,
                "no stage can be called `none`, which stands for a contact on no stage");
        return;
    }
    if (map_get(c->names, s->name.text) != MAP_NONE) {
        declare_again(c, s, kind);
        return;
    }
    declare(c, (struct decl){
                       .kind = kind, .name = s->name.text, .stmt = s, .broken = s->broken, .type = s->type});
}

static void declare_persona(struct check *c, const struct stmt *s)
{
    if (!s->broken && str_eq(s->name.text, STR("none")))
        diag_error(c->d, c->source, s->name.at, STR_NONE,
                "no persona can be called \"none\", which stands for a contact without one");
    if (!s->broken && !s->name.text.n)
        diag_error(c->d, c->source, s->name.at, STR_NONE, "a persona's name is not empty");
    map_intern(c->persona_names, s->name.text);
}

void declare_all(struct check *c)
{
    for (unsigned i = 0; i < sizeof TRAITS / sizeof TRAITS[0]; i++)
        declare(c, (struct decl){.kind = DECL_TRAIT,
                           .name = TRAITS[i].name,
                           .type = TRAITS[i].type,
                           .built_in = true});
    for (unsigned i = 0; i < sizeof FACTS / sizeof FACTS[0]; i++)
        declare(c, (struct decl){.kind = DECL_FACT, .name = FACTS[i], .built_in = true});
    const struct stmt *once[STMT_HALF_LIFE + 1] = {0};
    static const char *const WORDS[] = {"model", "about", "half-life"};
    for (const struct stmt *s = c->ast->stmts; s; s = s->next) {
        switch (s->kind) {
        case STMT_MODEL:
        case STMT_ABOUT:
        case STMT_HALF_LIFE:
            if (once[s->kind])
                diag_error(c->d, c->source, s->at, STR_NONE, "expected at most one `%s` in a model",
                        WORDS[s->kind]);
            once[s->kind] = s;
            break;
        case STMT_TRAIT:
            declare_stmt(c, s, DECL_TRAIT);
            break;
        case STMT_SIGNAL:
            declare_stmt(c, s, DECL_SIGNAL);
            break;
        case STMT_FACT:
            declare_stmt(c, s, DECL_FACT);
            break;
        case STMT_STAGE:
            declare_stmt(c, s, DECL_STAGE);
            break;
        case STMT_PERSONA:
            declare_persona(c, s);
            break;
        case STMT_GRADE:
            if (!str_eq(s->name.text, STR("none"))) // whoever has it has none
                map_intern(c->grade_names, s->name.text);
            break;
        case STMT_POINTS:
            break;
        }
    }
}
