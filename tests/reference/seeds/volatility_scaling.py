"""Volatility scaling: exposure by the regime of volatility, and momentum."""

import pandas as pd


def volatility_scaling(bars, window, threshold, factor, persistence, weight):
    returns = bars.close.pct_change()
    volatility = returns.rolling(window).std()
    usual = volatility.rolling(window).mean()

    def persistent(regime):
        return regime.astype(int).rolling(persistence, min_periods=1).sum() >= max(persistence // 2, 1)

    scale = pd.Series(1.0, bars.index)
    scale[persistent(volatility > usual * threshold)] = factor
    scale[persistent(volatility < usual / threshold)] = min(1 / factor, 2)
    change = volatility.diff()
    scale[change > change.rolling(20).quantile(0.8)] *= 0.7
    if weight > 0.1:
        ratio = volatility / returns.rolling(24).std()
        scale[ratio > 1.2] *= 1 - 0.3 * weight
        scale[ratio < 0.8] *= 1 + 0.2 * weight
    before = bars.close.shift(1)
    ranges = pd.concat([bars.high - bars.low, (bars.high - before).abs(), (bars.low - before).abs()], axis=1)
    span = ranges.max(axis=1).where(before.notna()).rolling(window).mean() / bars.close
    scale[span > span.rolling(50).quantile(0.8)] *= 0.8
    momentum = bars.close.pct_change(5).fillna(0).clip(-0.1, 0.1)
    return (0.7 * (scale - 1).clip(-0.9, 1) + 3 * momentum).clip(-1, 1)
