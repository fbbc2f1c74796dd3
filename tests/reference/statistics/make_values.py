#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Values of statistics from scipy, statsmodels and numpy, for src/evaluate/*_test.cc.

    tests/reference/statistics/make_values > tests/reference/statistics/values.json

What no library has is worked out here another way than in the program: Tango's interval by
maximising the likelihood numerically, coverage by enumeration over test inversion, power of the
exact McNemar test by summing the trinomial, the bootstrap-t by numpy with many resamples, maj@k by
drawing all subsets.
"""
import itertools
import json
import math
import sys

import numpy as np
import scipy
import statsmodels
from scipy import optimize, stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW


def wilson():
    rows = []
    for right, size in [(0, 10), (1, 1), (5, 10), (7, 9), (640, 900), (899, 900), (131, 1319),
                        (15, 30), (450, 500), (71.3, 100)]:
        low, high = proportion_confint(right, size, method="wilson")
        rows.append(dict(right=right, size=size, low=low, high=high))
    return rows


def wilson_coverage():
    rows = []
    for size in (30, 500, 1319):
        x = np.arange(size + 1)
        low, high = proportion_confint(x, size, method="wilson")
        for p in (0.01, 0.05, 0.3, 0.5, 0.72, 0.917, 0.941, 0.99):
            inside = (low <= p) & (p <= high)
            rows.append(dict(size=size, share=p,
                             coverage=float(stats.binom.pmf(x, size, p)[inside].sum())))
    return rows


def tango_z(b, c, n, delta):
    """Score statistic of p_c - p_b = delta (b right only before, c only after), the nuisance
    parameter by maximising the multinomial likelihood over p_b."""
    low = max(0.0, -delta) + 1e-13
    high = (1 - delta) / 2 - 1e-13

    def loss(q):
        rest = 1 - 2 * q - delta
        total = 0.0
        for count, p in ((b, q), (c, q + delta), (n - b - c, rest)):
            if count:
                total -= count * math.log(max(p, 1e-300))
        return total

    q = optimize.minimize_scalar(loss, bounds=(low, high), method="bounded",
                                 options=dict(xatol=1e-13)).x
    variance = (2 * q + delta * (1 - delta)) / n
    return ((c - b) / n - delta) / math.sqrt(max(variance, 1e-300))


def tango_interval(b, c, n):
    z = stats.norm.ppf(0.975)
    value = (c - b) / n
    low = -1.0 if value <= -1 else optimize.brentq(
        lambda d: tango_z(b, c, n, d) - z, -1 + 1e-12, value - 1e-12, xtol=1e-13)
    high = 1.0 if value >= 1 else optimize.brentq(
        lambda d: tango_z(b, c, n, d) + z, value + 1e-12, 1 - 1e-12, xtol=1e-13)
    return low, high


def paired_difference():
    rows = []
    for b, c, n in [(12, 2, 50), (2, 12, 50), (0, 0, 100), (1, 0, 44), (32, 28, 900), (60, 25, 900),
                    (3, 10, 150), (0, 20, 40), (10, 0, 10), (0, 10, 10), (0, 5, 900), (2, 1, 30)]:
        low, high = tango_interval(b, c, n)
        rows.append(dict(only_before=b, only_after=c, pairs=n, low=low, high=high))
    return rows


def tango_coverage():
    """Coverage where right only before / only after have these probabilities: every outcome whose
    score test does not reject. Outcomes of probability below 1e-8 are left out (in all < 1e-4)."""
    z = stats.norm.ppf(0.975)
    rows = []
    for n, pb, pc in [(30, 0.1, 0.1), (30, 0.2, 0.05), (30, 0.02, 0.1), (500, 0.03, 0.03),
                      (500, 0.06, 0.02), (1319, 0.01, 0.02), (1319, 0.02, 0.02)]:
        covered = 0.0
        for b in range(n + 1):
            if stats.binom.pmf(b, n, pb) < 1e-8:
                continue
            for c in range(n + 1 - b):
                mass = stats.binom.pmf(b, n, pb) * stats.binom.pmf(c, n - b, pc / (1 - pb))
                if mass < 1e-8:
                    continue
                if abs(tango_z(b, c, n, pc - pb)) <= z:
                    covered += mass
        rows.append(dict(pairs=n, only_before=pb, only_after=pc, coverage=float(covered)))
    return rows


def cluster_variance(values, groups):
    """Of the mean, by statsmodels' cluster-robust covariance without the small-sample factor."""
    fit = OLS(np.asarray(values, dtype=float), np.ones(len(values))).fit(
        cov_type="cluster", cov_kwds=dict(groups=np.asarray(groups), use_correction=False))
    return float(fit.cov_params()[0, 0])


def clustered():
    """Several samples a problem: Wilson's and Tango's interval at the number of independent
    responses that would have the cluster-robust variance."""
    rng = np.random.default_rng(7)
    rows = []
    for problems, samples in [(30, 4), (40, 16), (120, 2)]:
        chance = rng.choice([0.95, 0.7, 0.2], problems)
        before = rng.binomial(samples, chance)
        after = rng.binomial(samples, np.clip(chance - 0.08, 0, 1))

        def spread(counts):
            return [x for count in counts for x in [1] * count + [0] * (samples - count)]

        groups = [i for i in range(problems) for _ in range(samples)]
        share = before.mean() / samples
        variance = cluster_variance(spread(before), groups)
        size = min(max(share * (1 - share) / variance, problems), problems * samples)
        low, high = proportion_confint(share * size, size, method="wilson")
        # A pair of responses drawn from a problem is discordant with these probabilities.
        p, q = before / samples, after / samples
        b, c = float((p * (1 - q)).mean()), float((q * (1 - p)).mean())
        variance = cluster_variance(q - p, range(problems))
        pairs = min(max((b + c - (c - b) ** 2) / variance, problems), problems * samples)
        diff_low, diff_high = tango_interval(b * pairs, c * pairs, pairs)
        rows.append(dict(samples=samples, before=before.tolist(), after=after.tolist(),
                         share=float(share), low=float(low), high=float(high), difference=c - b,
                         difference_low=float(diff_low), difference_high=float(diff_high)))
    return rows


def mean_interval():
    values = [0.02, -0.15, 0.31, 0.07, 0.0, 0.44, -0.02, 0.11, 0.09, 0.27]
    low, high = DescrStatsW(values).zconfint_mean()
    return dict(values=values, mean=float(np.mean(values)), low=float(low), high=float(high))


def mcnemar_exact():
    rows = []
    for b, c in [(0, 0), (1, 0), (5, 5), (3, 10), (10, 3), (28, 32), (0, 20), (60, 25), (1000, 900),
                 (5200, 4800)]:
        p = 1.0 if b + c == 0 else float(mcnemar([[0, b], [c, 0]], exact=True).pvalue)
        rows.append(dict(only_before=b, only_after=c, p=p))
    return rows


def permutation():
    cases = {
        "tokens": [-0.9, -1.2, 0.1, -0.4, -2.0, -0.7, 0.3, -1.1, -0.05, -0.6, -0.8, 0.2],
        "shares": [0.25, -0.5, 0.0, 0.25, 0.75, 0.0, -0.25, 0.5, 0.25, 0.0, 0.5, 0.25, -0.25, 0.5],
        "even": [1, -1, 1, -1],
        "one": [0.3, 0.0],
        "zero": [0, 0, 0],
    }
    rows = []
    for name, values in cases.items():
        array = np.array(values, dtype=float)
        p = 1.0
        if np.any(array):
            p = float(stats.permutation_test((array,), np.sum, permutation_type="samples",
                                             n_resamples=np.inf).pvalue)
        rows.append(dict(name=name, differences=values, p=p))
    # More than can be gone through: the sum of signs is a binomial.
    rows.append(dict(name="sixty ones", differences=[1] * 38 + [-1] * 22,
                     p=float(stats.binomtest(22, 60).pvalue)))
    return rows


def token_pairs(n):
    return [(100 + (i * 37 % n) * 3.0, 20 + (i * 23 % n) * 1.5 + (i % 7) * 2.0) for i in range(n)]


def bootstrap():
    rng = np.random.default_rng(20250520)
    resamples = 100_000
    rows = []
    for n in (30, 60):
        pairs = np.array(token_pairs(n))
        before, after = pairs[:, 0], pairs[:, 1]

        def cut_statistic(b, a):
            ratio = a.sum(-1) / b.sum(-1)
            residual = a - ratio[..., None] * b
            variance = residual.var(-1, ddof=1) / n
            return np.log(ratio), np.sqrt(variance) / (b.mean(-1) * ratio)

        def mean_statistic(x):
            return x.mean(-1), x.std(-1, ddof=1) / math.sqrt(n)

        index = rng.integers(0, n, (resamples, n))
        value, error = cut_statistic(before, after)
        values, errors = cut_statistic(before[index], after[index])
        low_t, high_t = np.quantile((values - value) / errors, [0.025, 0.975])
        row = dict(problems=n, cut=1 - after.sum() / before.sum(),
                   cut_low=1 - math.exp(value - low_t * error),
                   cut_high=1 - math.exp(value - high_t * error))
        logs = np.log(after / before)
        value, error = mean_statistic(logs)
        values, errors = mean_statistic(logs[index])
        low_t, high_t = np.quantile((values - value) / errors, [0.025, 0.975])
        row.update(ratio=stats.gmean(after / before), ratio_low=math.exp(value - high_t * error),
                   ratio_high=math.exp(value - low_t * error))
        rows.append({key: float(item) for key, item in row.items()})
    # Below ten problems: percentiles.
    pairs = np.array(token_pairs(8))
    result = stats.bootstrap((pairs[:, 0], pairs[:, 1]), lambda b, a, axis=-1:
                             1 - a.sum(axis) / b.sum(axis), paired=True, method="percentile",
                             n_resamples=resamples, random_state=rng)
    few = dict(problems=8, cut_low=float(result.confidence_interval.low),
               cut_high=float(result.confidence_interval.high))
    return dict(studentised=rows, percentile=few)


def holm():
    rows = []
    for values in ([0.01, 0.04, 0.03], [0.2], [0.001, 0.5, 0.02, 0.02, 0.9], [0.6, 0.7], [1, 1]):
        adjusted = multipletests(values, method="holm")[1]
        rows.append(dict(p=values, adjusted=[float(x) for x in adjusted]))
    return rows


def mcnemar_power():
    """Power of the exact test at the least difference that Connor's formula says is shown with
    80 %: found by that formula solved with brentq, then the whole distribution summed."""
    rows = []
    for n, discordant in [(30, 0.3), (40, 0.25), (150, 0.1), (500, 0.1), (1319, 0.06)]:
        def gap(d):
            return (math.sqrt(n) * d - stats.norm.ppf(0.975) * math.sqrt(discordant)
                    - stats.norm.ppf(0.8) * math.sqrt(discordant - d * d))
        difference = float(optimize.brentq(gap, 1e-6, discordant))
        share = (discordant + difference) / 2 / discordant
        power = 0.0
        for d in range(n + 1):
            mass = stats.binom.pmf(d, n, discordant)
            if mass < 1e-9 or d == 0:
                continue
            x = np.arange(d + 1)
            p = np.minimum(1, 2 * stats.binom.cdf(np.minimum(x, d - x), d, 0.5))
            power += mass * stats.binom.pmf(x, d, share)[p < 0.05].sum()
        rows.append(dict(pairs=n, discordant=discordant, difference=difference, power=float(power)))
    return rows


def pass_at_k():
    rows = []
    for n, c, k in [(4, 1, 2), (10, 3, 5), (64, 1, 16), (64, 60, 8), (5, 0, 5), (5, 5, 1),
                    (200, 37, 100)]:
        rows.append(dict(samples=n, right=c, k=k, value=1 - math.comb(n - c, k) / math.comb(n, k)))
    return rows


def majority_at_k():
    rows = []
    for votes, right, silent in [([3, 2, 1], 0, 0), ([2, 2], 1, 1), ([1, 4, 1, 1], 0, 2), ([5], 0, 3),
                                 ([3, 3, 2], 2, 0)]:
        labels = [i for i, count in enumerate(votes) for _ in range(count)] + [None] * silent
        for k in range(1, len(labels) + 1):
            total, count = 0.0, 0
            for subset in itertools.combinations(labels, k):
                tally = {}
                for label in subset:
                    if label is not None:
                        tally[label] = tally.get(label, 0) + 1
                if tally:
                    most = max(tally.values())
                    level = [label for label, number in tally.items() if number == most]
                    total += (right in level) / len(level)
                count += 1
            rows.append(dict(votes=votes, right=right, silent=silent, k=k, value=total / count))
    return rows


def quantiles():
    values = [1, 1, 2, 3, 3.5, 4, 5, 5, 6, 9]
    at = [0, 0.025, 0.25, 0.5, 0.9, 0.975, 1]
    return dict(values=values, at=at, quantiles=[float(x) for x in np.quantile(values, at)])


json.dump(dict(
    made_by=dict(python=sys.version.split()[0], numpy=np.__version__, scipy=scipy.__version__,
                 statsmodels=statsmodels.__version__),
    wilson=wilson(), wilson_coverage=wilson_coverage(), paired_difference=paired_difference(),
    paired_difference_coverage=tango_coverage(), clustered=clustered(),
    mean_interval=mean_interval(), mcnemar_exact=mcnemar_exact(),
    permutation=permutation(), bootstrap=bootstrap(), holm=holm(), mcnemar_power=mcnemar_power(),
    pass_at_k=pass_at_k(), majority_at_k=majority_at_k(), quantiles=quantiles()),
    sys.stdout, indent=1)
print()
