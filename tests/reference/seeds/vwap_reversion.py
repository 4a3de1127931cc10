"""VWAP reversion: returns of the close to the volume-weighted average price."""

import numpy as np
import pandas as pd


def average(price, volume, period):
    return (price * volume).rolling(period).sum() / volume.rolling(period).sum()


def vwap_reversion(bars, period, threshold, confirmation, width, weight):
    close, volume = bars.close, bars.volume.astype(float)
    typical = (bars.high + bars.low + close) / 3
    mean = average(typical, volume, period)
    # Each window by itself: pandas has no weighted window.
    windows = {t: slice(t + 1 - period, t + 1) for t in range(period - 1, len(bars))}
    variance = {t: np.average((typical[w] - mean[t]) ** 2, weights=volume[w]) for t, w in windows.items()}
    sd = np.sqrt(pd.Series(variance)).reindex(bars.index)
    z = (close - mean) / sd

    side = -np.sign(z)
    far = (close / mean - 1).abs() > threshold
    back = (side * close.diff() > 0) & (z.abs() > width)
    reversion = (0.2 * z.abs()).clip(upper=0.8).where(back, 0).mask(z.abs() > 1.5 * width, (0.3 * z.abs()).clip(upper=1))
    reversion = reversion.where(far, 0)

    ratio = volume / volume.rolling(10).mean()
    bought = (volume / volume.rolling(20).mean() > 1.5) & (side * (close - bars.open) > 0)
    volumes = (0.3 * ratio).clip(upper=0.7).where((back & far & (ratio > confirmation)) | bought, 0)

    closing = (z.abs() > 1) & (z.abs() < z.shift(2).abs())
    beyond = [side * (average(typical, volume, other) - close) > 0 for other in (period // 2, 2 * period)]
    horizons = 0.6 * (closing & beyond[0] & beyond[1])

    flow = (close.pct_change() * (volume / volume.rolling(20).mean())).rolling(10).sum()
    flows = (flow > flow.rolling(20).quantile(0.7)).astype(int) - (flow < flow.rolling(20).quantile(0.3)).astype(int)
    flows = 0.5 * (flows * side > 0)

    slope = mean.diff(5).rolling(3).mean().abs()
    above = (close > mean).astype(int).where(mean.notna()).rolling(20).sum()
    trend = (slope > 0.1 * sd) | (above > 14) | (above < 6)
    calm = (slope < 0.05 * sd) & ~trend
    factor = pd.Series(1.0, bars.index).mask(trend, 1 - 0.4 * weight).mask(calm, 1 + 0.3 * weight)
    total = factor * (0.8 * reversion + 0.5 * volumes + 0.4 * horizons + 0.3 * flows)
    return (side * total.clip(upper=1)).fillna(0)
