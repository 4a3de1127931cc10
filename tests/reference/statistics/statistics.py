#!/usr/bin/env python3
"""Overfitting statistics computed apart from the Rust code, for what the kept vectors of host/backtest/tests/data do not hold.

Written from the papers' definitions with numpy, scipy and scikit-learn, on whole matrices of returns. Run it from this folder
to regenerate the kept numbers (the versions stand in them):

    pip install numpy scipy scikit-learn
    python3 statistics.py > expected.json
"""

import sys

# This file's own name would hide the standard library's module from numpy.
sys.path.pop(0)

import itertools
import json
import math
import platform

import numpy as np
import scipy
import scipy.cluster.hierarchy as hierarchy
import scipy.spatial.distance as spatial
import scipy.stats as stats
import sklearn
from sklearn.metrics import silhouette_score


def gauss12(seed, count):
    """Sums of twelve uniforms of the generator that vectors.json describes."""
    state, values = seed, []
    for _ in range(count):
        total = 0.0
        for _ in range(12):
            state = (1664525 * state + 1013904223) % 2**32
            total += state / 2**32
        values.append(total - 6.0)
    return np.array(values)


def noise(seed, columns, bars):
    return np.column_stack([0.01 * gauss12(seed + j, bars) for j in range(columns)])


def expected_maximum(trials):
    gamma = np.euler_gamma
    return (1 - gamma) * stats.norm.isf(1 / trials) + gamma * stats.norm.isf(1 / (trials * math.e))


def cross_validation(matrix, blocks):
    bars = matrix.shape[0]
    kept = matrix[bars % blocks :]
    length = kept.shape[0] // blocks
    parts = kept.reshape(blocks, length, -1)

    def sharpes(members):
        rows = np.concatenate([parts[b] for b in members])
        return rows.mean(0) / rows.std(0, ddof=1)

    inside, outside, logits = [], [], []
    for half in itertools.combinations(range(blocks), blocks // 2):
        chosen = sharpes(half)
        other = sharpes([b for b in range(blocks) if b not in half])
        best = int(np.argmax(chosen))
        rank = stats.rankdata(other)[best] / (len(other) + 1)
        inside.append(chosen[best])
        outside.append(other[best])
        logits.append(math.log(rank / (1 - rank)))
    line = stats.linregress(inside, outside)
    return {
        "probability": float(np.mean(np.array(logits) <= 0)),
        "loss_probability": float(np.mean(np.array(outside) < 0)),
        "slope": line.slope,
        "intercept": line.intercept,
        "r2": line.rvalue**2,
        "logits": len(logits),
        "logit_mean": float(np.mean(logits)),
        "first_logits": logits[:6],
        "last_logits": logits[-6:],
    }


def factors(seed, columns, bars, count, weight):
    """Columns that share `count` factors in turn."""
    shared = [gauss12(seed + f, bars) for f in range(count)]
    rest = math.sqrt(1 - weight * weight)
    own = [gauss12(seed + 100 + j, bars) for j in range(columns)]
    return np.column_stack([0.01 * (weight * shared[j % count] + rest * own[j]) for j in range(columns)])


def independence(matrix):
    bars, columns = matrix.shape
    bins = min(bars, 512)
    index = np.arange(bars) * bins // bars
    binned = np.column_stack([np.bincount(index, weights=matrix[:, j], minlength=bins) for j in range(columns)])
    correlation = np.corrcoef(binned.T)
    distance = np.sqrt(np.clip((1 - correlation) / 2, 0, None))
    np.fill_diagonal(distance, 0)
    tree = hierarchy.linkage(spatial.squareform(distance, checks=False), "average")
    scores = {}
    for count in range(2, columns):
        labels = hierarchy.fcluster(tree, count, "maxclust")
        assert len(set(labels)) == count
        scores[count] = float(silhouette_score(distance, labels, metric="precomputed"))
    best = max(scores, key=lambda count: (scores[count], count))
    mean = float(correlation[np.triu_indices(columns, 1)].mean())
    return {
        "clusters": best,
        "silhouette": scores[best],
        "mean_correlation": mean,
        "simple": 1 + (columns - 1) * (1 - mean),
    }


def stationary_bootstrap(random, bars, block):
    index = np.empty(bars, dtype=int)
    starts = random.integers(bars, size=bars)
    leave = random.random(bars) < 1 / block
    index[0] = starts[0]
    for t in range(1, bars):
        index[t] = starts[t] if leave[t] else (index[t - 1] + 1) % bars
    return index


def reality_check(matrix, block, resamples, seeds):
    bars = matrix.shape[0]
    means = matrix.mean(0)
    shares = []
    for seed in range(seeds):
        random = np.random.default_rng(seed)
        hits = 0
        for _ in range(resamples):
            drawn = matrix[stationary_bootstrap(random, bars, block)].mean(0)
            hits += (drawn - means).max() >= means.max()
        shares.append(hits / resamples)
    return {"mean": float(np.mean(shares)), "sd": float(np.std(shares, ddof=1))}


uneven = noise(700, 11, 503)
expected = {
    "versions": {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "scikit-learn": sklearn.__version__,
    },
    "minimum_backtest_years": [
        {"trials": n, "annual_sharpe": sharpe, "value": (expected_maximum(n) / sharpe) ** 2}
        for n, sharpe in [(2, 1.0), (10, 1.0), (45, 1.0), (412, 1.31), (1000, 0.5), (37.5, 2.0)]
    ],
    "moments": [
        {
            "mean": float(column.mean()),
            "deviation": float(column.std(ddof=1)),
            "skew": float(stats.skew(column)),
            "kurtosis": float(stats.kurtosis(column, fisher=False)),
        }
        for column in uneven.T[:3]
    ],
    # Column j = 0.01 * gauss12(700 + j, 503), 11 columns: an odd number has a median.
    "cross_validation": [{"blocks": blocks, **cross_validation(uneven, blocks)} for blocks in (8, 12)],
    # factors(seed, columns, bars, count, weight) above.
    "independence": [
        {"seed": seed, "columns": columns, "bars": bars, "factors": count, "weight": weight,
         **independence(factors(seed, columns, bars, count, weight))}
        for seed, columns, bars, count, weight in
        [(900, 24, 700, 3, 0.8), (2000, 30, 1300, 5, 0.6), (3000, 16, 300, 1, 0.5), (4000, 40, 512, 4, 0.3)]
    ],
    # The first SPA series of vectors.json: column j = 0.01 * gauss12(200 + j, 480), 20 columns, mean block 10.
    "reality_check": reality_check(noise(200, 20, 480), 10, 2000, 10),
}
json.dump(expected, sys.stdout, indent=1)
print()
