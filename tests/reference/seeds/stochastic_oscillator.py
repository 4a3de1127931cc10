"""Stochastic oscillator: crosses, divergences and zones of %K."""

import numpy as np


def percent_k(bars, period):
    lowest, highest = bars.low.rolling(period).min(), bars.high.rolling(period).max()
    span = highest - lowest
    # In this order a close at the highest high is at 100 exactly.
    return (100 * ((bars.close - lowest) / span)).mask(span == 0, 50)


def stochastic_oscillator(bars, k_period, d_period, overbought, oversold, divergence_weight):
    k = percent_k(bars, k_period)
    # Rolling sums leave rounding noise where %K stands still.
    side = np.sign((k - k.rolling(d_period).mean()).round(9))
    before = side.replace(0, np.nan).ffill().shift(1)
    depth, height = (oversold - k).clip(lower=0), (k - overbought).clip(lower=0)
    cross = ((side > 0) & (before < 0)) * (0.3 + depth / 20).clip(upper=1)
    cross -= ((side < 0) & (before > 0)) * (0.3 + height / 20).clip(upper=1)
    zone = (k <= oversold) * (0.2 + depth / 30).clip(upper=0.6) - (k >= overbought) * (0.2 + height / 30).clip(upper=0.6)

    lowest, highest = bars.close.rolling(20).min().shift(1), bars.close.rolling(20).max().shift(1)
    bullish = (bars.close <= lowest) & (k > k.rolling(20).min().shift(1)) & (k <= oversold)
    bearish = (bars.close >= highest) & (k < k.rolling(20).max().shift(1)) & (k >= overbought)
    divergence = 0.8 * (bullish.astype(float) - bearish.astype(float))

    conviction = 0.5 * cross.fillna(0) + divergence_weight * divergence + 0.5 * (1 - divergence_weight) * zone.fillna(0)
    short, long = percent_k(bars, k_period // 2), percent_k(bars, 2 * k_period)
    falling = (short < 0.8 * k) | (long < 0.8 * k)
    rising = (100 - short < 0.8 * (100 - k)) | (100 - long < 0.8 * (100 - k))
    doubted = ((conviction > 0) & falling) | ((conviction < 0) & rising)
    return conviction.mask(doubted, 0.7 * conviction).clip(-1, 1)
