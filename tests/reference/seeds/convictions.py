"""Convictions of the genetic seeds, computed by pandas from their definitions, independently of the seeds' code.

    pip install numpy==2.4.6 pandas==3.1.1
    python tests/reference/seeds/convictions.py

from the project's root, with Python 3.11, writes NAME-SYMBOL.csv beside this file: one row a bar, one column a parameter set.
Each seed's tests/golden.rs compares.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from ichimoku_cloud import ichimoku_cloud
from sma_trend_filter import sma_trend_filter
from stochastic_oscillator import stochastic_oscillator
from volatility_scaling import volatility_scaling
from vwap_reversion import vwap_reversion

HERE = Path(__file__).parent
PRICES = HERE.parents[2] / "host" / "market" / "data"


def ema_crossover(bars, fast, slow, strength, band):
    fast = bars.close.ewm(span=fast, adjust=True).mean()
    slow = bars.close.ewm(span=slow, adjust=True).mean()
    side = np.sign(fast - slow)
    before = side.replace(0, np.nan).ffill().shift(1)
    up = ((side > 0) & (before < 0)) | (fast > slow * (1 + band))
    down = ((side < 0) & (before > 0)) | (fast < slow * (1 - band))
    return strength * (up.astype(float) - down.astype(float))


def rsi_filter(bars, period, oversold, overbought, mode, weight):
    close, volume = bars.close, bars.volume
    change = close.diff()
    gain = change.clip(lower=0).rolling(period).mean()
    loss = (-change).clip(lower=0).rolling(period).mean()
    rsi = 100 - 100 / (1 + gain / loss)
    base = pd.Series(0.0, bars.index)
    if mode == "reversion":
        base[rsi <= oversold] = ((oversold - rsi) / 20).clip(upper=1)
        base[rsi >= overbought] = -((rsi - overbought) / 20).clip(upper=1)
    else:
        fast, slow = close.rolling(10).mean(), close.rolling(30).mean()
        gap = (fast / slow - 1).abs()
        traded = volume >= volume.rolling(20).mean()
        momentum = close.diff(5)
        up = (fast > slow) & (momentum > 0) & (rsi.diff() > 0) & (rsi > oversold + 5) & (rsi < 50) & traded
        down = (fast < slow) & (momentum < 0) & (rsi.diff() < 0) & (rsi > 50) & (rsi < overbought - 5) & traded
        base[up] = (10 * gap * (1 - rsi / 100)).clip(upper=1)
        base[down] = -(10 * gap * rsi / 100).clip(upper=1)
    divergence = pd.Series(0.0, bars.index)
    divergence[(close.diff(20) < 0) & (rsi.diff(20) > 0)] = 1
    divergence[(close.diff(20) > 0) & (rsi.diff(20) < 0)] = -1
    if weight <= 0.1:
        return base
    return base.where(divergence == 0, (1 - weight) * base + weight * divergence)


def bollinger_bands(bars, lookback, width, scale):
    mean = bars.close.rolling(lookback).mean()
    sd = bars.close.rolling(lookback).std(ddof=1)
    upper, lower = mean + width * sd, mean - width * sd
    percent_b = (bars.close - lower) / (upper - lower)
    conviction = pd.Series(0.0, bars.index)
    conviction[percent_b < 0.2] = 1
    conviction[percent_b > 0.8] = -1
    conviction[bars.close > upper] = 1
    conviction[bars.close < lower] = -1
    return conviction * min(scale, 1)


SEEDS = {
    "ema-crossover": (
        ema_crossover,
        {"default": (12, 26, 1, 0.005), "low": (5, 18, 0.1, 0), "high": (15, 34, 1, 0.02)},
    ),
    "rsi-filter": (
        rsi_filter,
        {
            "default": (14, 25, 75, "reversion", 0.3),
            "low": (10, 25, 60, "reversion", 0),
            "high": (20, 40, 80, "pullback", 1),
            "pullback": (14, 25, 75, "pullback", 0),
        },
    ),
    "bollinger-bands": (
        bollinger_bands,
        {"default": (20, 2, 1), "low": (10, 1.5, 0.5), "high": (40, 2.5, 1.5)},
    ),
    "stochastic-oscillator": (
        stochastic_oscillator,
        {"default": (14, 3, 80, 20, 0.5), "low": (10, 2, 70, 15, 0), "high": (20, 5, 85, 30, 1)},
    ),
    "vwap-reversion": (
        vwap_reversion,
        {"default": (50, 0.012, 1.2, 2, 0.6), "low": (10, 0.008, 0.5, 1, 0), "high": (200, 0.015, 2.5, 4, 1)},
    ),
    "volatility-scaling": (
        volatility_scaling,
        {"default": (20, 1.5, 0.5, 5, 0.3), "low": (10, 0.8, 0.2, 2, 0), "high": (40, 2, 0.8, 10, 1)},
    ),
    "sma-trend-filter": (
        sma_trend_filter,
        {
            "default": (50, 200, 30, 0.7, 0.5),
            "low": (30, 150, 10, 0, 0),
            "high": (80, 300, 100, 1, 1),
            "late": (80, 150, 100, 0.7, 0.5),
        },
    ),
    "ichimoku-cloud": (
        ichimoku_cloud,
        {"default": (9, 26, 52, 0.7, 0.6), "low": (7, 20, 40, 0, 0), "high": (12, 34, 80, 1, 1)},
    ),
}


def entries(conviction):
    act = (conviction > 0.5).astype(int) - (conviction < -0.5).astype(int)
    return int(((act != 0) & (act != act.shift(1))).sum())


def main():
    for symbol in ("ibm", "goog"):
        bars = pd.read_csv(PRICES / f"{symbol}_1d.csv")
        for name, (seed, sets) in SEEDS.items():
            columns = {label: seed(bars, *parameters) for label, parameters in sets.items()}
            pd.DataFrame(columns).to_csv(HERE / f"{name}-{symbol}.csv", index=False, float_format="%.12g")
            print(name, symbol, {label: entries(column) for label, column in columns.items()})


if __name__ == "__main__":
    main()
