#include "cli/options.h"

#include "base/datetime.h"
#include "cli/command.h"

#include <assert.h>

void nearest_offer(struct nearest *nearest, struct str name)
{
    // A third of the word may be wrong: more would suggest names that have nothing to do with it.
    unsigned max = nearest->word.n < 4 ? 1 : nearest->word.n < 8 ? 2 : 3;
    unsigned distance = str_distance(nearest->word, name, max);
    if (distance > max || (nearest->best.n && distance >= nearest->distance))
        return;
    nearest->best = name;
    nearest->distance = distance;
}

const char *nearest_hint(const struct nearest *nearest, struct arena *arena)
{
    if (!nearest->best.n)
        return "";
    return arena_printf(arena, "; did you mean %.*s?", STR_ARG(nearest->best)).p;
}

static unsigned option_count(const struct option *options)
{
    unsigned n = 0;
    while (options && options[n].name)
        n++;
    return n;
}

static bool unknown_option(struct arena *arena, const struct args *args, struct str name, struct err *err)
{
    struct nearest nearest = {.word = name};
    nearest_offer(&nearest, STR("help"));
    for (unsigned i = 0; i < option_count(args->options); i++)
        nearest_offer(&nearest, str_of(args->options[i].name));
    const char *hint = "";
    if (nearest.best.n)
        hint = arena_printf(arena, "; did you mean --%.*s?", STR_ARG(nearest.best)).p;
    return err_set(err, ERR_USAGE, "unknown option --%.*s%s", STR_ARG(name), hint);
}

// argv[*at] begins with two dashes; moves *at onto the last word it takes.
static bool take_option(
        struct arena *arena, struct args *args, int argc, char *const *argv, int *at, struct err *err)
{
    struct str word = str_of(argv[*at] + 2);
    size_t equals = str_find(word, '=');
    struct str name = str_sub(word, 0, equals);
    if (str_eq(name, STR("help")) && equals == word.n) {
        args->help = true;
        return true;
    }
    for (unsigned i = 0; i < option_count(args->options); i++) {
        const struct option *option = &args->options[i];
        if (!str_eq(name, str_of(option->name)))
            continue;
        if (!option->value) {
            if (equals < word.n)
                return err_set(err, ERR_USAGE, "--%s takes no value", option->name);
            args->given[i] = "";
        } else if (equals < word.n) {
            args->given[i] = word.p + equals + 1;
        } else {
            if (*at + 1 >= argc)
                return err_set(err, ERR_USAGE, "--%s needs a value: %s", option->name, option->value);
            args->given[i] = argv[++*at];
        }
        return true;
    }
    return unknown_option(arena, args, name, err);
}

bool args_parse(struct arena *arena, const struct command *command, int argc, char *const *argv,
        struct args *ret, struct err *err)
{
    struct args args = {.options = command->options};
    assert(option_count(args.options) <= OPTIONS_MAX);
    args.operands = ARENA_ARRAY(arena, const char *, (size_t)argc + 1);
    bool only_operands = false;
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i];
        if (only_operands || word[0] != '-' || !word[1]) { // "-" alone is standard input
            args.operands[args.n++] = word;
        } else if (strcmp(word, "--") == 0) {
            if (!command->separator) {
                only_operands = true;
            } else if (args.separated) {
                return err_set(err, ERR_USAGE, "more than one --");
            } else {
                args.separated = true;
                args.split = args.n;
            }
        } else if (strcmp(word, "-h") == 0) {
            args.help = true;
        } else if (word[1] != '-') {
            return err_set(
                    err, ERR_USAGE, "unknown option %s (a file of that name is written ./%s)", word, word);
        } else if (!take_option(arena, &args, argc, argv, &i, err)) {
            return false;
        }
    }
    if (!args.separated)
        args.split = args.n;
    *ret = args;
    return true;
}

const char *args_value(const struct args *args, const char *name)
{
    for (unsigned i = 0; i < option_count(args->options); i++)
        if (strcmp(args->options[i].name, name) == 0)
            return args->given[i];
    assert(false && "an option that the command does not have");
    return NULL;
}

bool args_flag(const struct args *args, const char *name)
{
    return args_value(args, name) != NULL;
}

bool args_number(const struct args *args, const char *name, uint64_t min, uint64_t max, uint64_t otherwise,
        uint64_t *ret, struct err *err)
{
    const char *text = args_value(args, name);
    uint64_t value = 0;
    if (!text) {
        *ret = otherwise;
        return true;
    }
    bool fine = *text != '\0';
    for (const char *p = text; *p && fine; p++)
        fine = *p >= '0' && *p <= '9' && !__builtin_mul_overflow(value, 10u, &value) &&
               !__builtin_add_overflow(value, (uint64_t)(*p - '0'), &value);
    if (!fine || value < min || value > max)
        return err_set(err, ERR_USAGE, "--%s %s: expected a whole number from %llu to %llu", name, text,
                (unsigned long long)min, (unsigned long long)max);
    *ret = value;
    return true;
}

bool args_time(const struct args *args, const char *name, int64_t *ret, struct err *err)
{
    const char *text = args_value(args, name);
    if (!text)
        return err_set(err, ERR_USAGE, "--%s TIME is missing", name);
    if (!datetime_parse(str_of(text), ret))
        return err_set(err, ERR_USAGE,
                "--%s %s: not a time; expected a form like 2026-03-01 or 2026-03-01T10:00:00Z", name, text);
    return true;
}

bool args_form(const struct args *args, enum form *ret, struct err *err)
{
    bool json = args_flag(args, "json"), csv = args_flag(args, "csv");
    if (json && csv)
        return err_set(err, ERR_USAGE, "--json and --csv exclude each other");
    *ret = json ? FORM_JSON : csv ? FORM_CSV : FORM_TABLE;
    return true;
}
