"""Ichimoku cloud: crosses, breakouts, momentum and alignment of the lines."""

import numpy as np
import pandas as pd


def middle(bars, period):
    return (bars.high.rolling(period).max() + bars.low.rolling(period).min()) / 2


def ichimoku_cloud(bars, tenkan_period, kijun_period, senkou_b_period, weight, confirmation):
    high, low, close = bars.high, bars.low, bars.close
    tenkan, kijun = middle(bars, tenkan_period), middle(bars, kijun_period)
    span_a = ((tenkan + kijun) / 2).shift(kijun_period)
    span_b = middle(bars, senkou_b_period).shift(kijun_period)
    known = span_a.notna() & span_b.notna()
    top, bottom = np.maximum(span_a, span_b), np.minimum(span_a, span_b)
    rising, falling = span_a > span_b, span_a < span_b

    colour = rising.where(known)
    turned = (colour != colour.shift(1)) & known & colour.shift(1).notna()
    age = (~turned).astype(int).where(known, 0)
    age = age.groupby(turned.cumsum()).cumsum()
    strength = ((span_a - span_b).abs() / close * 100 + (age / kijun_period).clip(upper=1)) / 2

    def cross(tenkan, kijun, high, low, close, bullish):
        crossed = (tenkan > kijun) & (tenkan.shift(1) <= kijun.shift(1))
        bounced = (low <= kijun) & (close > kijun)
        value = (bounced & bullish) * (0.3 + strength).clip(upper=0.6)
        return value.mask(crossed & bullish, (0.5 + strength).clip(upper=0.8)).fillna(0)

    crosses = cross(tenkan, kijun, high, low, close, rising) - cross(-tenkan, -kijun, -low, -high, -close, falling)

    above, below = close > top, close < bottom
    entered = known.shift(1, fill_value=False)
    broke = (above & ~above.shift(1, fill_value=False) & entered).astype(float)
    broke -= (below & ~below.shift(1, fill_value=False) & entered).astype(float)
    thick = (strength > 0.5) & ((top - bottom) / ((top + bottom) / 2) > 0.01)
    breakouts = broke * (0.7 + 0.3 * strength).clip(upper=1).where(thick, 0.5)

    def lined(tenkan, kijun, close):
        trending = (tenkan.diff(3) > 0) & (kijun.diff(3) > 0) & (tenkan > kijun)
        far = (close - tenkan > 0.02 * tenkan.abs()) & (close - kijun > 0.02 * kijun.abs())
        return trending * (0.6 + 0.3 * far)

    momentum = lined(tenkan, kijun, close) - lined(-tenkan, -kijun, -close)

    def aligned(tenkan, kijun, close, outside):
        ordered = (close > tenkan) & (tenkan > kijun)
        return ordered * (0.5 + 0.3 * (outside & (close > close.shift(kijun_period))))

    alignment = aligned(tenkan, kijun, close, above) - aligned(-tenkan, -kijun, -close, below)

    weights = (0.25, 0.35 * weight, 0.25 * confirmation, 0.15 * (1 - weight))
    parts = (crosses, breakouts, momentum, alignment)
    conviction = sum(w * part for w, part in zip(weights, parts)) / sum(weights)
    slow_tenkan, slow_kijun = middle(bars, 2 * tenkan_period), middle(bars, 2 * kijun_period)
    both = known & slow_kijun.notna()
    agree = (rising == (slow_tenkan > slow_kijun)).astype(float).where(both).rolling(10).mean().round(9)
    conviction = conviction.mask(agree > 0.7, 1.2 * conviction).mask(agree < 0.3, 0.6 * conviction)
    return conviction.clip(-1, 1)
