#include "app/campaign/sure.h"

#include <math.h>

enum { HALVINGS = 60 };

// log M_n(p)
static double log_martingale(double k, double n, double p)
{
    int sign; // lgamma() itself keeps it in a global
    double log_beta = lgamma_r(k + 1, &sign) + lgamma_r(n - k + 1, &sign) - lgamma_r(n + 2, &sign);
    double log_p = k > 0 ? k * log(p) : 0, log_q = n - k > 0 ? (n - k) * log1p(-p) : 0;
    return log_beta - log_p - log_q;
}

// It falls up to the measured rate and rises behind it: where it crosses the bound on one side.
static double crossing(double k, double n, double bound, double inside, double outside)
{
    if (log_martingale(k, n, outside) < bound)
        return outside;
    for (unsigned i = 0; i < HALVINGS; i++) {
        double middle = (inside + outside) / 2;
        if (log_martingale(k, n, middle) < bound)
            inside = middle;
        else
            outside = middle;
    }
    return outside;
}

void sure_interval(int64_t k, int64_t n, double alpha, double *ret_from, double *ret_to)
{
    double bound = -log(alpha), rate = n ? (double)k / (double)n : 0.5;
    *ret_from = k > 0 ? crossing((double)k, (double)n, bound, rate, 1e-12) : 0;
    *ret_to = k < n ? crossing((double)k, (double)n, bound, rate, 1 - 1e-12) : 1;
}

int sure_leading(const int64_t *k, const int64_t *n, unsigned variants, double alpha)
{
    for (unsigned i = 0; variants > 1 && i < variants; i++) {
        double from, to, other_from, other_to;
        bool above = true;
        sure_interval(k[i], n[i], alpha / variants, &from, &to);
        for (unsigned j = 0; above && j < variants; j++) {
            if (j == i)
                continue;
            sure_interval(k[j], n[j], alpha / variants, &other_from, &other_to);
            above = from > other_to;
        }
        if (above)
            return (int)i;
    }
    return -1;
}
