"""Convictions of the two seeds that learn, and single fits of theirs, computed from their definitions independently of their code.

    pip install numpy==2.4.6 pandas==3.1.1 scikit-learn==1.9.1 scipy==1.17.1
    python tests/reference/seeds/learning.py

from the project's root, with Python 3.11, writes beside this file

- NAME-SYMBOL.csv: convictions, one row a bar, one column a parameter set;
- learning-features.csv: the 27 features of IBM's bars 1000 to 1199 and the return over the five bars after each;
- learning-svc.csv: scikit-learn's LinearSVC on them: intercept and weights, then the decision for each bar;
- learning-pca.csv: scikit-learn's PCA on them: explained variance and 27 loadings a line.

Features are pandas', scaling, classifier, components and the one tree scikit-learn's. The forest is written out here: its random
splits come from a generator that the seed defines, which scikit-learn's forests cannot draw from.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeRegressor

HERE = Path(__file__).parent
PRICES = HERE.parents[2] / "host" / "market" / "data"
HORIZON, WARM_UP = 5, 40


def features(bars):
    close, volume, returns = bars.close, bars.volume, bars.close.pct_change()
    mean = lambda values, length: values.rolling(length).mean()
    sd = lambda values, length: values.rolling(length).std(ddof=0)
    change = close.diff().dropna()
    gain, loss = mean(change.clip(lower=0), 14), mean((-change).clip(lower=0), 14)
    previous = close.shift(1)
    true_range = np.maximum(bars.high, previous) - np.minimum(bars.low, previous)
    true_range.iloc[0] = np.nan
    atr = pd.Series(np.nan, bars.index)
    atr.iloc[14] = true_range.iloc[1:15].mean()
    for t in range(15, len(bars)):
        atr.iloc[t] = (atr.iloc[t - 1] * 13 + true_range.iloc[t]) / 14
    high14, low14 = bars.high.rolling(14).max(), bars.low.rolling(14).min()
    high20, low20 = bars.high.rolling(20).max(), bars.low.rolling(20).min()
    columns = [
        returns,
        close.pct_change(5),
        close.pct_change(20),
        close / mean(close, 10) - 1,
        close / mean(close, 40) - 1,
        (100 * gain / (gain + loss)).reindex(bars.index),
        sd(returns, 20),
        volume / mean(volume, 20) - 1,
        (close - mean(close, 20)) / sd(close, 20),
        (close - low14) / (high14 - low14),
        (close.ewm(span=12).mean() - close.ewm(span=26).mean()) / close,
        close.pct_change(10),
        close / mean(close, 20) - 1,
        atr / close,
        sd(returns, 5) / sd(returns, 20),
        close.pct_change(2),
        mean(close, 5) / mean(close, 20) - 1,
        (bars.high - bars.low) / close,
        (close - bars.low) / (bars.high - bars.low),
        bars.open / previous - 1,
        close / bars.open - 1,
        close / high20 - 1,
        close / low20 - 1,
        returns.shift(1),
        mean(volume, 5) / mean(volume, 20) - 1,
        mean(volume.where(returns > 0, 0), 20) / mean(volume, 20),
        close.pct_change(40),
    ]
    table = pd.concat(columns, axis=1).to_numpy()
    return np.where(np.isfinite(table), table, 0)


def forward_returns(bars):
    return (bars.close.shift(-HORIZON) / bars.close - 1).to_numpy()


def refits(count, first, every, window):
    for bar in range(first, count, every):
        end = bar + 1 - HORIZON
        yield np.arange(max(end - window, WARM_UP), end), np.arange(bar, min(bar + every, count))


def linear_svc(rows, labels, penalty):
    """Intercept and weights."""
    if len(set(labels)) == 2:
        model = LinearSVC(C=penalty, loss="squared_hinge", dual=False, tol=1e-12, max_iter=100_000).fit(rows, labels)
        return np.append(model.intercept_, model.coef_[0])
    # scikit-learn refuses to learn from one class.
    rows = np.column_stack([np.ones(len(rows)), rows])

    def loss(weights):
        errors = np.maximum(0, 1 - labels * (rows @ weights))
        return weights @ weights / 2 + penalty * errors @ errors, weights - 2 * penalty * rows.T @ (labels * errors)

    return minimize(loss, np.zeros(rows.shape[1]), jac=True, tol=1e-14).x


def linear_svc_classifier(bars, lookback, count, penalty, ensemble, folds, bins, every):
    table, close = features(bars)[:, :count], bars.close.to_numpy()
    labels, convictions, models = np.sign(forward_returns(bars)), np.zeros(len(bars)), []
    for trains, serves in refits(len(bars), 199, every, lookback):
        scaler = StandardScaler().fit(table[trains])
        rows, label = scaler.transform(table[trains]), labels[trains]
        use = label != 0
        if len(set(label[use])) < 2:
            convictions[serves] = np.sign(close[serves] - close[serves - HORIZON])
            continue
        models.append((scaler, linear_svc(rows[use], label[use], penalty)))
        decide = lambda rows, models=models[-ensemble:]: np.mean(
            [weights[0] + scaler.transform(rows) @ weights[1:] for scaler, weights in models], axis=0
        )
        right, place = 0, np.arange(len(trains))
        for fold in range(folds):
            start, end = fold * len(trains) // folds, (fold + 1) * len(trains) // folds
            kept = use & ((place <= start - HORIZON) | (place >= end + HORIZON - 1))
            fitted = linear_svc(rows[kept], label[kept], penalty) if kept.any() else np.zeros(count + 1)
            right += np.sum(label[start:end] * (fitted[0] + rows[start:end] @ fitted[1:]) > 0)
        if right / use.sum() < 0.45:
            convictions[serves] = np.sign(close[serves] - close[serves - HORIZON])
            continue
        low, high = np.quantile(decide(table[trains]), [1 / bins, 1 - 1 / bins])
        decision = decide(table[serves])
        convictions[serves] = ((decision > 0) & (decision >= high)).astype(float)
        convictions[serves] -= (decision < 0) & (decision <= low)
    return convictions


class Random:
    """SplitMix64."""

    def __init__(self, seed):
        self.state = seed

    def below(self, end):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        mixed = (self.state ^ (self.state >> 30)) * 0xBF58476D1CE4E5B9 & mask
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB & mask
        return ((mixed ^ (mixed >> 31)) >> 32) * end >> 32


LEAST = 8


def random_tree(rows, targets, seed, depth):
    random, picked = Random(seed), list(range(len(rows)))
    half = (len(rows) + 1) // 2
    for place in range(half):
        other = place + random.below(len(rows) - place)
        picked[place], picked[other] = picked[other], picked[place]

    def grow(members, depth):
        best, gain = None, 0
        if depth > 0 and len(members) >= 2 * LEAST:
            for _ in range(max(2, int(rows.shape[1] ** 0.5))):
                column = random.below(rows.shape[1])
                first, second = (rows[members[random.below(len(members))], column] for _ in range(2))
                threshold = (first + second) / 2
                left = rows[members, column] <= threshold
                if min(left.sum(), (~left).sum()) < LEAST:
                    continue
                y = targets[members]
                fall = y.var() * len(y) - y[left].var() * left.sum() - y[~left].var() * (~left).sum()
                if fall > gain * (1 + 1e-9):
                    best, gain = (column, threshold, left), fall
        if best is None:
            return targets[members].mean()
        column, threshold, left = best
        return column, threshold, grow(members[left], depth - 1), grow(members[~left], depth - 1)

    return grow(np.array(picked[:half]), depth)


def predict(tree, row):
    while isinstance(tree, tuple):
        tree = tree[2] if row[tree[0]] <= tree[1] else tree[3]
    return tree


def components(rows, count):
    pca = PCA(count, svd_solver="full").fit(rows)
    greatest = np.take_along_axis(pca.components_, np.abs(pca.components_).argmax(axis=1)[:, None], 1)
    pca.components_ *= np.sign(greatest)
    return pca


def pca_tree_quantile(bars, count, depth, trees, share, window, every):
    table, targets, predictions = features(bars), forward_returns(bars), np.full(len(bars), np.nan)
    for trains, serves in refits(len(bars), 100, every, window):
        trains = trains[:: -int(np.ceil(len(trains) / 75))][::-1]
        scaler = StandardScaler().fit(table[trains])
        pca = components(scaler.transform(table[trains]), count)
        place = lambda bars: pca.transform(scaler.transform(table[bars]))
        rows, served = place(trains), place(serves)
        forest = [random_tree(rows, targets[trains], seed, depth) for seed in range(trees)]
        one = DecisionTreeRegressor(max_depth=depth, min_samples_leaf=LEAST, random_state=0).fit(rows, targets[trains])
        mean = np.array([np.mean([predict(tree, row) for tree in forest]) for row in served])
        predictions[serves] = (mean + one.predict(served)) / 2
    predictions = pd.Series(predictions)
    high, low = (predictions.rolling(100).quantile(share) for share in (share, 1 - share))
    return (predictions > high).astype(float) - (predictions < low)


SEEDS = {
    "linear-svc-classifier": (
        linear_svc_classifier,
        {
            "default": (100, 8, 1, 3, 5, 3, 175),
            "low": (20, 3, 0.5, 1, 3, 2, 175),
            "high": (200, 15, 2, 5, 10, 4, 350),
        },
    ),
    "pca-tree-quantile": (
        pca_tree_quantile,
        {
            "default": (8, 6, 30, 0.7, 200, 350),
            "low": (3, 3, 10, 0.5, 50, 350),
            "high": (20, 15, 30, 0.9, 500, 700),
        },
    ),
}


def entries(conviction):
    act = np.where(np.abs(conviction) > 0.5, np.sign(conviction), 0)
    return int(((act != 0) & (act != np.append(0, act[:-1]))).sum())


def single_fits():
    bars = pd.read_csv(PRICES / "ibm_1d.csv")
    chosen = np.arange(1000, 1200)
    table, targets = features(bars)[chosen], forward_returns(bars)[chosen]
    write = lambda name, rows: np.savetxt(HERE / name, rows, fmt="%.15g", delimiter=",")
    write("learning-features.csv", np.column_stack([table, targets]))
    scaled = StandardScaler().fit_transform(table)
    labels = np.sign(targets)
    weights = linear_svc(scaled[labels != 0, :15], labels[labels != 0], 1)
    write("learning-svc.csv", np.append(weights, weights[0] + scaled[:, :15] @ weights[1:]))
    pca = components(scaled, 20)
    write("learning-pca.csv", np.column_stack([pca.explained_variance_, pca.components_]))


def main():
    single_fits()
    for symbol in ("ibm", "goog"):
        bars = pd.read_csv(PRICES / f"{symbol}_1d.csv")
        for name, (seed, sets) in SEEDS.items():
            columns = {label: seed(bars, *parameters) for label, parameters in sets.items()}
            pd.DataFrame(columns).to_csv(HERE / f"{name}-{symbol}.csv", index=False, float_format="%.12g")
            print(name, symbol, {label: entries(np.asarray(column)) for label, column in columns.items()}, flush=True)


if __name__ == "__main__":
    main()
