// Phone numbers, much as libphonenumber reads them.
#include "app/address/address.h"
#include "app/address/phone_table.h"
#include "base/utf8.h"

enum { DIGITS_MAX = 24, GROUPS = 8 };

// Digits of a number as it was dialled.
struct dialled {
    char digits[DIGITS_MAX + 1];
    size_t n;
    bool plus;
};

// What a program found: its whole length, and up to four groups (from, to); SIZE_MAX: not taken part.
struct match {
    size_t end;
    size_t group[GROUPS];
};

// Programs come from short patterns without loops, so this ends soon.
static bool run(const uint16_t *pc, struct str digits, size_t at, struct match *match)
{
    for (;;) {
        switch (pc[0]) {
        case PHONE_SET:
            if (at >= digits.n || !(pc[1] >> (digits.p[at] - '0') & 1))
                return false;
            at++;
            pc += 2;
            break;
        case PHONE_SPLIT:
            if (run(pc + 2, digits, at, match))
                return true;
            pc += pc[1];
            break;
        case PHONE_JUMP:
            pc += pc[1];
            break;
        case PHONE_SAVE: {
            size_t before = pc[1] < GROUPS ? match->group[pc[1]] : 0;
            if (pc[1] < GROUPS)
                match->group[pc[1]] = at;
            if (run(pc + 2, digits, at, match))
                return true;
            if (pc[1] < GROUPS)
                match->group[pc[1]] = before;
            return false;
        }
        case PHONE_END:
            if (at != digits.n)
                return false;
            pc++;
            break;
        default: // PHONE_MATCH
            match->end = at;
            return true;
        }
    }
}

static bool begins(uint16_t program, struct str digits, struct match *match)
{
    *match = (struct match){0};
    for (unsigned i = 0; i < GROUPS; i++)
        match->group[i] = SIZE_MAX;
    return program && run(PHONE_CODE + program, digits, 0, match);
}

static bool fits(const struct phone_region *region, struct str national)
{
    struct match match;
    return national.n < 32 && (region->lengths >> national.n & 1) &&
           begins(region->national, national, &match);
}

static const struct phone_region *region_of(struct str id)
{
    for (uint32_t i = 0; id.n == 2 && i < PHONE_REGIONS_N; i++)
        if (str_eq_nocase(id, (struct str){PHONE_REGIONS[i].id, strlen(PHONE_REGIONS[i].id)}))
            return &PHONE_REGIONS[i];
    return NULL;
}

static const struct phone_region *main_region(unsigned country_code)
{
    for (uint32_t i = 0; i < PHONE_REGIONS_N; i++)
        if (PHONE_REGIONS[i].country_code == country_code)
            return &PHONE_REGIONS[i];
    return NULL;
}

// "9$1" with the groups put in, and what stands behind the match.
static struct str transformed(
        struct arena *arena, const struct phone_region *region, struct str digits, const struct match *match)
{
    const char *rule = PHONE_TEXT + region->transform - 1;
    char *out = arena_alloc(arena, strlen(rule) + (GROUPS / 2 + 1) * digits.n + 1);
    size_t n = 0;
    for (; *rule; rule++) {
        if (*rule != '$') {
            out[n++] = *rule;
            continue;
        }
        rule++;
        size_t group = (size_t)(*rule - '1') * 2;
        if (group + 1 >= GROUPS || match->group[group] == SIZE_MAX || match->group[group + 1] == SIZE_MAX)
            continue;
        size_t length = match->group[group + 1] - match->group[group];
        memcpy(out + n, digits.p + match->group[group], length);
        n += length;
    }
    memcpy(out + n, digits.p + match->end, digits.n - match->end);
    return (struct str){out, n + digits.n - match->end};
}

static bool groups_are_there(const char *rule, const struct match *match)
{
    for (; *rule; rule++)
        if (*rule == '$' && match->group[(size_t)(rule[1] - '1') * 2] == SIZE_MAX)
            return false;
    return true;
}

// Takes off what is only dialled inside the country, unless the number would no longer be one.
static struct str without_trunk(struct arena *arena, const struct phone_region *region, struct str digits)
{
    struct match match;
    if (!begins(region->trunk, digits, &match) || match.end == 0)
        return digits;
    struct str rest = region->transform && groups_are_there(PHONE_TEXT + region->transform - 1, &match)
                              ? transformed(arena, region, digits, &match)
                              : str_sub(digits, match.end, digits.n);
    return fits(region, digits) && !fits(region, rest) ? digits : rest;
}

static bool known_national(unsigned country_code, struct str national)
{
    for (uint32_t i = 0; i < PHONE_REGIONS_N; i++)
        if (PHONE_REGIONS[i].country_code == country_code && fits(&PHONE_REGIONS[i], national))
            return true;
    return false;
}

static bool finish(struct arena *arena, unsigned country_code, struct str national, struct str *ret)
{
    if (!known_national(country_code, national))
        return false;
    *ret = arena_printf(arena, "+%u%.*s", country_code, STR_ARG(national));
    return true;
}

// Digits that begin with a country code.
static bool read_international(struct arena *arena, struct str digits, struct str *ret)
{
    unsigned country_code = 0;
    for (size_t i = 0; i < 3 && i < digits.n; i++) {
        country_code = country_code * 10 + (unsigned)(digits.p[i] - '0');
        const struct phone_region *region = i || country_code ? main_region(country_code) : NULL;
        if (!region)
            continue;
        struct str rest = str_sub(digits, i + 1, digits.n);
        return finish(arena, country_code, without_trunk(arena, region, rest), ret) ||
               finish(arena, country_code, rest, ret);
    }
    return false;
}

static bool read_national(
        struct arena *arena, const struct phone_region *region, struct str digits, struct str *ret)
{
    struct match match;
    if (begins(region->international, digits, &match) && match.end && match.end < digits.n &&
            digits.p[match.end] != '0' &&
            read_international(arena, str_sub(digits, match.end, digits.n), ret))
        return true;
    struct str national = without_trunk(arena, region, digits);
    if (finish(arena, region->country_code, national, ret) ||
            finish(arena, region->country_code, digits, ret))
        return true;
    // The country code without a plus.
    char code[8];
    int n = 0;
    for (unsigned c = region->country_code; c; c /= 10)
        n++;
    for (unsigned c = region->country_code, i = (unsigned)n; i > 0; c /= 10)
        code[--i] = (char)('0' + c % 10);
    return str_starts(digits, (struct str){code, (size_t)n}) && read_international(arena, digits, ret);
}

// The value of a decimal digit of any of the usual scripts, -1 for other signs.
static int digit_value(uint32_t c)
{
    static const uint32_t ZEROS[] = {'0', 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66,
            0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810, 0xFF10};
    for (size_t i = 0; i < sizeof ZEROS / sizeof *ZEROS; i++)
        if (c >= ZEROS[i] && c < ZEROS[i] + 10)
            return (int)(c - ZEROS[i]);
    return -1;
}

static bool separates(uint32_t c)
{
    return (c && c < 128 && strchr(" -./()[]~\t", (int)c)) || c == 0xA0 || c == 0xAD || c == 0x3000 ||
           (c >= 0x2000 && c <= 0x2015) || (c >= 0x2060 && c <= 0x2064) || c == 0x202F || c == 0x2212 ||
           c == 0x200B || c == 0xFF0D || c == 0xFF0E || c == 0xFF0F || c == 0xFF08 || c == 0xFF09 ||
           c == 0xFEFF || c == 0x30FC;
}

// The digit on a telephone's key; 0 for what is no letter.
static char key_of(uint32_t c)
{
    static const char KEYS[] = "22233344455566677778889999";
    if (c >= 'A' && c <= 'Z')
        return KEYS[c - 'A'];
    return c >= 'a' && c <= 'z' ? KEYS[c - 'a'] : '\0';
}

// Where an extension begins ("ext. 12", "x12", "#12", ";ext=12", ",12"), or the end. at: its first sign.
static bool extension_at(struct str text, size_t at)
{
    static const char *const WORDS[] = {
            ";ext=", "extension", "extn", "ext", "x", "#", ",", ";", "int", "anexo", NULL};
    for (const char *const *word = WORDS; *word; word++) {
        size_t n = strlen(*word);
        if (at + n > text.n || !str_eq_nocase(str_sub(text, at, at + n), str_of(*word)))
            continue;
        size_t i = at + n, digits = 0;
        while (i < text.n && strchr(" .:=-#", text.p[i]) && text.p[i])
            i++;
        for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++)
            digits++;
        while (i < text.n && (text.p[i] == '#' || text.p[i] == ' '))
            i++;
        if (digits && digits <= 9 && i == text.n)
            return true;
    }
    return false;
}

static bool add_digit(struct dialled *d, char digit)
{
    if (d->n >= DIGITS_MAX)
        return false;
    d->digits[d->n++] = digit;
    return true;
}

static bool read_signs(struct str text, struct dialled *ret, struct err *err)
{
    struct dialled d = {.n = 0};
    unsigned letters = 0;
    for (size_t at = 0; at < text.n;) {
        if (d.n && extension_at(text, at))
            break;
        uint32_t c = utf8_next(text, &at);
        int value = digit_value(c);
        char key = key_of(c);
        bool fine = true;
        if (value >= 0)
            fine = add_digit(&d, (char)('0' + value));
        else if ((c == '+' || c == 0xFF0B) && !d.n && !d.plus)
            d.plus = true;
        else if (key && d.n)
            fine = letters++ < DIGITS_MAX && add_digit(&d, key);
        else if (!separates(c))
            return err_set(err, ERR_INPUT, "there is something in it that no phone number has");
        if (!fine)
            return err_set(err, ERR_INPUT, "it is longer than a phone number");
    }
    if (letters && letters < 3)
        return err_set(err, ERR_INPUT, "there is something in it that no phone number has");
    d.digits[d.n] = '\0';
    *ret = d;
    return true;
}

// "tel:0301234;phone-context=+49" → "+490301234"
static struct str without_uri(struct arena *arena, struct str text)
{
    if (text.n > 4 && str_eq_nocase(str_sub(text, 0, 4), STR("tel:")))
        text = str_sub(text, 4, text.n);
    const char *found = memmem(text.p, text.n, ";phone-context=", 15);
    if (!found)
        return text;
    struct str number = {text.p, (size_t)(found - text.p)}, context = {found + 15, text.n - number.n - 15};
    return context.n && context.p[0] == '+' && (!number.n || number.p[0] != '+')
                   ? arena_printf(arena, "%.*s %.*s", STR_ARG(context), STR_ARG(number))
                   : number;
}

bool address_phone(
        struct arena *arena, struct str text, struct str region, struct str *ret_e164, struct err *err)
{
    struct dialled d;
    text = str_trim(text);
    if (!text.n || text.n > ADDRESS_PHONE_MAX)
        return err_set(err, ERR_INPUT, text.n ? "it is longer than a phone number" : "there is no number");
    if (!read_signs(without_uri(arena, text), &d, err))
        return false;
    struct str digits = {d.digits, d.n}, found = STR_NONE;
    const struct phone_region *country = region_of(region);
    if (d.n < 3)
        return err_set(err, ERR_INPUT, "it is too short for a phone number");
    if (!d.plus && !country)
        return err_set(err, ERR_INPUT, "the country code is missing (+49 …)");
    if (d.plus ? !read_international(arena, digits, &found) : !read_national(arena, country, digits, &found))
        return err_set(err, ERR_INPUT, "no such number can exist%s", d.plus ? "" : " in this country");
    *ret_e164 = found;
    return true;
}

struct str address_phone_country(struct str e164, unsigned index)
{
    unsigned code = 0;
    for (size_t i = 1; i <= 3 && i < e164.n && !main_region(code); i++) {
        code = code * 10 + (unsigned)(e164.p[i] - '0');
        struct str national = str_sub(e164, i + 1, e164.n);
        for (uint32_t k = 0; k < PHONE_REGIONS_N; k++) {
            const struct phone_region *region = &PHONE_REGIONS[k];
            if (region->country_code == code && region->id[0] && fits(region, national) && !index--)
                return str_of(region->id);
        }
    }
    return STR_NONE;
}
