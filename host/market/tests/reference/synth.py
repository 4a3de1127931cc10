"""Writes tests/data/synth.csv: the first bars of a synthetic series, computed apart from the crate from the documentation of `synth`.

Python 3.11, standard library only. Run from host/market: python tests/reference/synth.py
xoshiro256++ and SplitMix64 after https://prng.di.unimi.it (Blackman and Vigna).
"""

import math

MASK = (1 << 64) - 1


def splitmix(seed):
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & MASK
        z = seed
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def rotate(x, k):
    return ((x << k) | (x >> (64 - k))) & MASK


def xoshiro(seed):
    words = splitmix(seed)
    s = [next(words) for _ in range(4)]
    while True:
        yield (rotate((s[0] + s[3]) & MASK, 23) + s[0]) & MASK
        t = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotate(s[3], 45)


def normals(seed):
    uniforms = ((word >> 11) * 2.0**-53 for word in xoshiro(seed))
    while True:
        radius = math.sqrt(-2 * math.log(1 - next(uniforms)))
        angle = 2 * math.pi * next(uniforms)
        yield radius * math.cos(angle)
        yield radius * math.sin(angle)


SEED, PRICE, DRIFT, VOLATILITY, VOLUME, STEPS = 42, 50.0, 0.1, 0.35, 20_000.0, 5
per_year = 252.0 * STEPS
draw = normals(SEED)
log_price = math.log(PRICE)
price = PRICE
day = 10957  # 2000-01-01, a Saturday
with open("tests/data/synth.csv", "w") as file:
    file.write("time,open,high,low,close,volume\n")
    for bar in range(60):
        while (day + 3) % 7 > 4:
            day += 1
        path = [price]
        for _ in range(STEPS):
            log_price += (DRIFT - VOLATILITY**2 / 2) / per_year + VOLATILITY / math.sqrt(per_year) * next(draw)
            path.append(math.exp(log_price))
        price = path[-1]
        volume = math.floor(VOLUME * math.exp(0.3 * next(draw) - 0.045) + 0.5)
        file.write(f"{day * 86_400},{path[0]!r},{max(path)!r},{min(path)!r},{price!r},{volume}\n")
        day += 1
