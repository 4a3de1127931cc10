"""Indicators on real prices, computed by TA-Lib and pandas for the SDK's tests.

    pip install numpy==2.4.6 pandas==3.1.1 TA-Lib==0.8.2
    python tests/reference/indicators/indicators.py

from the project's root, with Python 3.11, writes guest-sdk/tests/data/: prices.csv, the first 300 bars of IBM, and
indicators.csv, one row a bar and one column an indicator, empty where it has no value.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import talib

ROOT = Path(__file__).parents[3]
OUT = ROOT / "guest-sdk" / "tests" / "data"


def main():
    bars = pd.read_csv(ROOT / "host" / "market" / "data" / "ibm_1d.csv").head(300)
    high, low, close, volume = bars.high, bars.low, bars.close, bars.volume.astype(float)
    columns = {
        "ema_12": close.ewm(span=12, adjust=False).mean(),
        "ema_1": close.ewm(span=1, adjust=False).mean(),
        "ema_adjusted_12": close.ewm(span=12, adjust=True).mean(),
        "ema_adjusted_50": close.ewm(span=50, adjust=True).mean(),
        "sma_1": close.rolling(1).mean(),
        "sma_20": close.rolling(20).mean(),
        "sma_of_rsi_5": cutler(close, 14).rolling(5).mean(),
        "rsi_14": cutler(close, 14),
        "rsi_wilder_14": talib.RSI(close, 14),
        "rolling_min_10": close.rolling(10).min(),
        "rolling_max_10": close.rolling(10).max(),
        "rolling_sd_20_0": close.rolling(20).std(ddof=0),
        "rolling_sd_20_1": close.rolling(20).std(ddof=1),
        "rolling_quantile_20_80": close.rolling(20).quantile(0.8),
        "rolling_quantile_7_33": close.rolling(7).quantile(0.33),
        "true_range": talib.TRANGE(high, low, close),
        "atr_14": talib.ATR(high, low, close, 14),
    }
    k, d = talib.STOCHF(high, low, close, fastk_period=14, fastd_period=3)
    # TA-Lib starts both lines together; before that the fast line is by its formula.
    highest, lowest = high.rolling(14).max(), low.rolling(14).min()
    columns["stochastic_k_14"] = k.fillna(100 * (close - lowest) / (highest - lowest))
    columns["stochastic_d_14_3"] = d
    for name, band in zip(("upper", "middle", "lower"), talib.BBANDS(close, 20, 2.5, 2.5)):
        columns[f"bollinger_{name}_20"] = band
    typical = talib.TYPPRICE(high, low, close)
    columns["typical_price"] = typical
    # Each window by itself: pandas has no weighted window.
    windows = [slice(end - 20, end) for end in range(20, len(bars) + 1)]
    mean = [np.average(typical[window], weights=volume[window]) for window in windows]
    variance = [np.average((typical[window] - m) ** 2, weights=volume[window]) for window, m in zip(windows, mean)]
    columns["vwap_20"] = pd.Series(mean, index=range(19, len(bars)))
    columns["vwap_upper_20"] = columns["vwap_20"] + 2 * pd.Series(np.sqrt(variance), index=range(19, len(bars)))
    OUT.mkdir(exist_ok=True)
    bars.to_csv(OUT / "prices.csv", index=False)
    pd.DataFrame(columns).to_csv(OUT / "indicators.csv", index=False, float_format="%.14g")


def cutler(close, period):
    change = close.diff()
    gain = change.clip(lower=0).rolling(period).mean()
    loss = (-change).clip(lower=0).rolling(period).mean()
    return 100 * gain / (gain + loss)


if __name__ == "__main__":
    main()
