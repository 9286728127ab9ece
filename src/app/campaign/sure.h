// How sure a rate is, at any time one looks: confidence sequences for proportions. The interval is a mixture
// martingale (beta-binomial, uniform prior): for a rate p and k of n, M_n(p) = B(k+1, n-k+1) / (p^k
// (1-p)^(n-k)) is a martingale with mean 1, so that by Ville's inequality {p: M_n(p) < 1/alpha} holds the
// true rate at all n at once with probability >= 1 - alpha. H. Robbins, "Statistical methods related to the
// law of the iterated logarithm", Ann. Math. Statist. 41 (1970); S. Howard, A. Ramdas, J. McAuliffe, J.
// Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences", Ann. Statist. 49 (2021). Looking
// early, often, and stopping when one likes it costs nothing, other than with a fixed horizon. Pure; any
// thread.
#ifndef SLUICE_APP_CAMPAIGN_SURE_H
#define SLUICE_APP_CAMPAIGN_SURE_H

#include <stdbool.h>
#include <stdint.h>

#define SURE_CONFIDENCE 0.95

// Bounds of the rate of k of n (k <= n), false with a probability of at most alpha, whenever one looks.
void sure_interval(int64_t k, int64_t n, double alpha, double *ret_from, double *ret_to);
// The variant whose interval lies above all others' (each at alpha / number of variants, so that all hold
// together), or -1.
int sure_leading(const int64_t *k, const int64_t *n, unsigned variants, double alpha);

#endif
