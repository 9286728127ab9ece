#include "base/median.h"

#include <math.h>

// Puts the k-th smallest at k, smaller ones before it.
static void select_nth(uint32_t *v, size_t n, size_t k)
{
    size_t from = 0, to = n; // k lies in between
    while (to - from > 1) {
        uint32_t a = v[from], b = v[from + (to - from) / 2], c = v[to - 1];
        uint32_t pivot = a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
        size_t less = from, i = from, more = to;
        while (i < more) {
            uint32_t x = v[i];
            if (x < pivot) {
                v[i++] = v[less];
                v[less++] = x;
            } else if (x > pivot) {
                v[i] = v[--more];
                v[more] = x;
            } else {
                i++;
            }
        }
        if (k < less)
            to = less;
        else if (k >= more)
            from = more;
        else
            return;
    }
}

double median_u32(uint32_t *v, size_t n)
{
    size_t half = n / 2;
    uint32_t before = 0;
    if (!n)
        return NAN;
    select_nth(v, n, half);
    if (n % 2)
        return v[half];
    for (size_t i = 0; i < half; i++)
        before = v[i] > before ? v[i] : before;
    return ((double)before + v[half]) / 2;
}
