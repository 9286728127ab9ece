// Filters on numbers. Ruby calculates these in decimals; a long double has enough digits to come out the
// same.
#include "mail/liquid_run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static struct number whole(int64_t n)
{
    return (struct number){.whole = n, .value = (long double)n};
}

// -?digits.digits and nothing else is a decimal; else the digits that it begins with, or 0.
static struct number of_text(struct str text)
{
    char copy[64];
    struct str s = str_trim(text);
    size_t n = 0, dot = 0, i = s.n && (s.p[0] == '-' || s.p[0] == '+') ? 1 : 0, from = i;
    if (s.n >= sizeof copy)
        s.n = sizeof copy - 1;
    for (; i < s.n; i++) {
        if (s.p[i] == '.' && !dot && i > from)
            dot = i;
        else if (s.p[i] < '0' || s.p[i] > '9')
            break;
    }
    bool decimal = dot && i == s.n && dot + 1 < s.n && (!from || s.p[0] == '-');
    n = decimal ? s.n : dot ? dot : i;
    memcpy(copy, s.n ? s.p : "", n);
    copy[n] = '\0';
    if (decimal || n > 18) {
        long double value = strtold(copy, NULL);
        return (struct number){.real = true, .value = value};
    }
    return whole(strtoll(copy, NULL, 10));
}

struct number number_of(struct liquid_value v)
{
    char text[40];
    if (v.kind == LIQUID_INT)
        return whole(v.number);
    if (v.kind == LIQUID_TEXT)
        return of_text(v.text);
    if (v.kind != LIQUID_REAL)
        return whole(0);
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(text, sizeof text, "%.*g", precision, v.real);
        if (strtod(text, NULL) == v.real)
            break;
    }
    return (struct number){.real = true, .value = strtold(text, NULL)};
}

struct liquid_value number_value(struct number n)
{
    if (n.real)
        return liquid_real((double)n.value);
    return liquid_int(n.whole);
}

static struct number real(long double value)
{
    return (struct number){.real = true, .value = value};
}

bool number_whole(struct run *r, struct liquid_value v, int64_t *ret)
{
    struct str text = v.kind == LIQUID_TEXT ? str_trim(v.text) : STR("");
    if (v.kind == LIQUID_INT) {
        *ret = v.number;
        return true;
    }
    size_t i = text.n && (text.p[0] == '-' || text.p[0] == '+') ? 1 : 0;
    bool good = i < text.n && text.n < 19;
    for (; i < text.n; i++)
        good = good && text.p[i] >= '0' && text.p[i] <= '9';
    if (!good)
        return run_fail(r, "a whole number is expected");
    *ret = of_text(text).whole;
    return true;
}

// --- arithmetic

// What does not fit into 64 bits becomes a real number.
static struct number plus(struct number a, struct number b)
{
    int64_t n;
    if (a.real || b.real || __builtin_add_overflow(a.whole, b.whole, &n))
        return real(a.value + b.value);
    return whole(n);
}

static struct number minus(struct number a, struct number b)
{
    int64_t n;
    if (a.real || b.real || __builtin_sub_overflow(a.whole, b.whole, &n))
        return real(a.value - b.value);
    return whole(n);
}

static struct number times(struct number a, struct number b)
{
    int64_t n;
    if (a.real || b.real || __builtin_mul_overflow(a.whole, b.whole, &n))
        return real(a.value * b.value);
    return whole(n);
}

#define ARITHMETIC(name)                                                                                     \
    static bool filter_##name(                                                                               \
            struct run *r, struct liquid_value in, const struct filter_args *args, struct liquid_value *ret) \
    {                                                                                                        \
        (void)r;                                                                                             \
        *ret = number_value(name(number_of(in), number_of(args->v[0])));                                     \
        return true;                                                                                         \
    }
ARITHMETIC(plus)
ARITHMETIC(minus)
ARITHMETIC(times)

static bool divide(struct run *r, struct liquid_value in, const struct filter_args *args, bool rest,
        struct liquid_value *ret)
{
    struct number a = number_of(in), b = number_of(args->v[0]);
    if (b.value == 0 || (!b.real && !b.whole))
        return run_fail(r, "divided by 0");
    if (a.real || b.real) {
        long double down = floorl(a.value / b.value);
        *ret = liquid_real((double)(rest ? a.value - b.value * down : a.value / b.value));
        return true;
    }
    if (b.whole == -1) {
        *ret = rest ? liquid_int(0) : number_value(minus(whole(0), a));
        return true;
    }
    int64_t quotient = a.whole / b.whole, left = a.whole % b.whole;
    bool under = left && (left < 0) != (b.whole < 0); // Ruby rounds down, and so the rest has b's sign
    *ret = liquid_int(rest ? left + (under ? b.whole : 0) : quotient - under);
    return true;
}

static bool filter_divided_by(
        struct run *r, struct liquid_value in, const struct filter_args *args, struct liquid_value *ret)
{
    return divide(r, in, args, false, ret);
}

static bool filter_modulo(
        struct run *r, struct liquid_value in, const struct filter_args *args, struct liquid_value *ret)
{
    return divide(r, in, args, true, ret);
}

static bool filter_abs(
        struct run *r, struct liquid_value in, const struct filter_args *args, struct liquid_value *ret)
{
    struct number n = number_of(in);
    (void)r, (void)args;
    *ret = number_value(n.value < 0 ? minus(whole(0), n) : n);
    return true;
}

static bool filter_at_least(
        struct run *r, struct liquid_value in, const struct filter_args *args, struct liquid_value *ret)
{
    struct number n = number_of(in), least = number_of(args->v[0]);
    (void)r;
    *ret = number_value(least.value > n.value ? least : n);
    return true;
}

static bool filter_at_most(
        struct run *r, struct liquid_value in, const struct filter_args *args, struct liquid_value *ret)
{
    struct number n = number_of(in), most = number_of(args->v[0]);
    (void)r;
    *ret = number_value(most.value < n.value ? most : n);
    return true;
}

// --- rounding

static struct liquid_value to_whole(long double value)
{
    if (value > 9e18L || value < -9e18L)
        return liquid_real((double)value);
    return liquid_int((int64_t)value);
}

static bool filter_ceil(
        struct run *r, struct liquid_value in, const struct filter_args *args, struct liquid_value *ret)
{
    struct number n = number_of(in);
    (void)r, (void)args;
    *ret = n.real ? to_whole(ceill(n.value)) : liquid_int(n.whole);
    return true;
}

static bool filter_floor(
        struct run *r, struct liquid_value in, const struct filter_args *args, struct liquid_value *ret)
{
    struct number n = number_of(in);
    (void)r, (void)args;
    *ret = n.real ? to_whole(floorl(n.value)) : liquid_int(n.whole);
    return true;
}

static bool filter_round(
        struct run *r, struct liquid_value in, const struct filter_args *args, struct liquid_value *ret)
{
    struct number n = number_of(in), digits = args->n ? number_of(args->v[0]) : whole(0);
    int64_t places = digits.real ? (int64_t)digits.value : digits.whole;
    (void)r;
    places = places > 30 ? 30 : places < -30 ? -30 : places;
    if (!n.real && places >= 0) {
        *ret = liquid_int(n.whole);
        return true;
    }
    long double power = powl(10, (long double)places), rounded = roundl(n.value * power) / power;
    *ret = places > 0 ? liquid_real((double)rounded) : to_whole(rounded);
    return true;
}

const struct liquid_filter LIQUID_NUMBER_FILTERS[] = {
        {"abs", 0, 0, filter_abs},
        {"at_least", 1, 1, filter_at_least},
        {"at_most", 1, 1, filter_at_most},
        {"ceil", 0, 0, filter_ceil},
        {"divided_by", 1, 1, filter_divided_by},
        {"floor", 0, 0, filter_floor},
        {"minus", 1, 1, filter_minus},
        {"modulo", 1, 1, filter_modulo},
        {"plus", 1, 1, filter_plus},
        {"round", 0, 1, filter_round},
        {"times", 1, 1, filter_times},
        {0},
};
