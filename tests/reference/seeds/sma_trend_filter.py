"""SMA trend filter: direction, strength and momentum of a trend of simple moving averages."""

import numpy as np
import pandas as pd


def sma_trend_filter(bars, fast_period, slow_period, strength_period, sensitivity, confirmation):
    close, volume = bars.close, bars.volume
    fast, slow = close.rolling(fast_period).mean(), close.rolling(slow_period).mean()
    returns = close.pct_change()
    gap = fast / slow - 1
    up = ((close > fast) & (close > slow) & (fast > slow)).astype(float)
    down = ((close < fast) & (close < slow) & (fast < slow)).astype(float)
    trend = up - down

    consistency = (close > fast).astype(float).where(fast.notna()).rolling(strength_period).mean()
    pull = (close.pct_change(3) * fast.pct_change(3)).rolling(5).mean()
    parts = [(50 * gap.abs()).clip(upper=1), (10 * pull.abs()).clip(upper=1), 2 * (consistency - 0.5).abs()]
    strength = sum(parts) / 3

    sloped = (np.sign(fast.diff(3)) == trend) & (np.sign(slow.diff(3)) == trend)
    direction = pd.Series(0.0, bars.index).mask(strength > 0.3, (1.2 * strength).clip(upper=0.7))
    direction = trend * direction.mask((strength > 0.6) & sloped, (1.5 * strength).clip(upper=1))

    clarity = strength / (returns.rolling(20).std() + 0.001)
    clear = (strength > 0.7) & (clarity > clarity.rolling(20).median())
    filtered = trend * (0.6 * ((strength > 0.4) & (gap.abs() > 0.005))).mask(clear, 0.9)

    busy = volume > volume.rolling(20).mean()
    pace = close.pct_change(5).rolling(3).mean()
    accelerating = (trend * gap.diff() > 0) & (trend * pace > 0) & busy
    sustained = (trend * (gap - gap.rolling(10).mean()) > 0) & (trend * (close / fast - 1) > 0.01)
    momentum = trend * (0.5 * sustained).mask(accelerating, 0.8)

    side = np.sign(gap)
    before = side.replace(0, np.nan).ffill().shift(1)
    crossed = ((side > 0) & (before < 0)).astype(float) - ((side < 0) & (before > 0))
    exhausted = ((gap < gap.rolling(50).quantile(0.1)) & (gap > gap.shift(3))).astype(float)
    exhausted -= (gap > gap.rolling(50).quantile(0.9)) & (gap < gap.shift(3))
    reversal = 0.7 * crossed.where(crossed != 0, exhausted) * (strength > 0.3)

    weights = (0.4 * (1 - sensitivity), 0.3 * sensitivity, 0.2 * confirmation, 0.1)
    conviction = sum(w * part for w, part in zip(weights, (direction, filtered, momentum, reversal))) / sum(weights)
    conviction = conviction.where(strength.notna(), 0).fillna(0)
    usual = close.rolling(min(500, 3 * slow_period)).mean()
    agrees, opposes = conviction * (close - usual) > 0, conviction * (close - usual) < 0
    return conviction.mask(agrees, 1.2 * conviction).mask(opposes, 0.6 * conviction).clip(-1, 1)
