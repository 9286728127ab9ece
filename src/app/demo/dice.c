#include "app/demo/dice.h"

#include "base/datetime.h"

#include <math.h>

struct rng dice_rng(uint64_t seed, uint64_t purpose, uint64_t number)
{
    // rng_seed scrambles; the odd constants keep neighbouring purposes and numbers from meeting.
    return rng_seed(
            seed * 0x9e3779b97f4a7c15u + purpose * 0xd1b54a32d192ed03u + number * 0x8cb92ba72f3d8dd7u);
}

double dice_ln(double x)
{
    int exponent;
    double m = frexp(x, &exponent); // exact
    if (m < 0.70710678118654752) {
        m *= 2;
        exponent--;
    }
    double s = (m - 1) / (m + 1), square = s * s, sum = 0;
    for (int i = 19; i >= 1; i -= 2)
        sum = sum * square + 1.0 / i;
    return 2 * s * sum + exponent * 0.69314718055994531;
}

double dice_exp(double x)
{
    int n = (int)(x * 1.44269504088896341 + (x < 0 ? -0.5 : 0.5));
    double r = x - n * 0.69314718055994531, sum = 1;
    for (int i = 13; i >= 1; i--)
        sum = 1 + sum * r / i;
    return ldexp(sum, n); // exact
}

double dice_logistic(double x)
{
    return 1 / (1 + dice_exp(-x));
}

double dice_wait(struct rng *rng, double mean)
{
    return -mean * dice_ln(1 - rng_unit(rng));
}

double dice_normal(struct rng *rng)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += rng_unit(rng);
    return sum;
}

uint32_t dice_tries(struct rng *rng, double p, uint32_t max)
{
    uint32_t n = 0;
    while (n < max && rng_chance(rng, p))
        n++;
    return n;
}

uint32_t dice_pick(struct rng *rng, const uint16_t *weights, uint32_t n)
{
    uint32_t sum = 0, i = 0;
    for (uint32_t k = 0; k < n; k++)
        sum += weights[k];
    for (uint64_t at = rng_below(rng, sum); at >= weights[i]; i++)
        at -= weights[i];
    return i;
}

// By month of the year: the trade looks for software in autumn and at the turn of the year, hardly in July,
// August and around Christmas.
static const double SEASON[12] = {1.25, 1.15, 1.1, 0.95, 0.95, 0.85, 0.6, 0.6, 1.2, 1.3, 1.25, 0.75};
static const double WEEKDAY[7] = {1.15, 1.25, 1.2, 1.15, 0.9, 0.45, 0.5};

void calendar_make(struct calendar *c)
{
    double sum = 0;
    for (uint32_t day = 0; day < DEMO_DAYS; day++) {
        int64_t year;
        unsigned month, of_month;
        datetime_civil(DEMO_START / DAY + day, &year, &month, &of_month);
        // A day in the last weeks of December or the middle of August has half of its month's.
        double quiet =
                (month == 12 && of_month > 20) || (month == 8 && of_month > 7 && of_month < 22) ? 0.5 : 1;
        double growth = 1 + 0.7 * day / DEMO_DAYS;
        sum += SEASON[month - 1] * WEEKDAY[day % 7] * growth * quiet;
        c->until[day] = sum;
    }
    for (uint32_t day = 0; day < DEMO_DAYS; day++)
        c->until[day] /= sum;
}

uint32_t calendar_day(const struct calendar *c, struct rng *rng)
{
    double at = rng_unit(rng);
    uint32_t low = 0, high = DEMO_DAYS - 1;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (c->until[middle] > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static const uint16_t HOURS[3][24] = {
        [RHYTHM_OFFICE] = {0, 0, 0, 0, 0, 0, 1, 4, 10, 16, 17, 14, 8, 10, 15, 14, 11, 7, 3, 2, 1, 1, 0, 0},
        [RHYTHM_HOME] = {1, 0, 0, 0, 0, 1, 3, 6, 6, 6, 6, 6, 8, 6, 5, 5, 6, 8, 10, 13, 15, 14, 8, 3},
        [RHYTHM_NIGHT] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
};

uint32_t calendar_moment(struct rng *rng, uint32_t day, enum rhythm rhythm, int offset)
{
    int hour = ((int)dice_pick(rng, HOURS[rhythm], 24) - offset + 24) % 24;
    return day * DAY + (uint32_t)hour * HOUR + (uint32_t)rng_below(rng, HOUR);
}

uint32_t calendar_later(struct rng *rng, uint32_t t, double mean_days, enum rhythm rhythm, int offset)
{
    double seconds = t + dice_wait(rng, mean_days * DAY);
    if (seconds >= DEMO_SECONDS)
        return DEMO_SECONDS;
    uint32_t day = (uint32_t)seconds / DAY;
    // Few people answer business mail on a weekend; the others do it in the days after.
    if (rhythm == RHYTHM_OFFICE && day % 7 >= 5 && rng_chance(rng, 0.88))
        day += 7 - day % 7 + (uint32_t)rng_below(rng, 3);
    uint32_t moment = calendar_moment(rng, day, rhythm, offset);
    return moment > t ? moment : t + 120 + (uint32_t)rng_below(rng, 2 * HOUR);
}

// Days before each month from October 2024 on.
static const uint16_t MONTH_START[25] = {1, 32, 62, 93, 124, 152, 183, 213, 244, 274, 305, 336, 366, 397, 427,
        458, 489, 517, 548, 578, 609, 639, 670, 701, 731};

uint32_t calendar_month(uint32_t t)
{
    uint32_t day = t / DAY, month = 0;
    while (month < 23 && MONTH_START[month + 1] <= day)
        month++;
    return month;
}

uint32_t calendar_month_start(uint32_t month)
{
    return MONTH_START[month] * (uint32_t)DAY;
}
