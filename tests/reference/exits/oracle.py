#!/usr/bin/env python3
"""Independent oracle of the fill and exit rules R1 to R20, for the tests of host/backtest.

Plain Python, standard library only. It is written from the text of the rules, for being right rather than fast: each bar
of a trade works its levels out from the history of that trade, longs and shorts are spelled out apart, and nothing is
shared with the Rust code. Run it from this folder to regenerate the kept files:

    python3 oracle.py --bars ../../../host/backtest/tests/data --out ../../../host/backtest/tests/data/oracle
"""

import argparse
import csv
import json
import math
import platform
import random
from pathlib import Path

# Order of names on a tie between protective levels (R16).
PROTECTIVE = ["fixed_stop", "atr_stop", "volatility_stop", "trailing_stop", "chandelier", "break_even"]


class Market:
    def __init__(self, rows):
        self.open, self.high, self.low, self.close = (
            [float(row[name]) for row in rows] for name in ("open", "high", "low", "close")
        )
        self.count = len(rows)
        self._atr, self._volatility = {}, {}

    def atr(self, period):
        """Wilder's average true range; a true range needs the close before it, so the first one belongs to bar 1."""
        if period not in self._atr:
            ranges = [None]
            for i in range(1, self.count):
                before = self.close[i - 1]
                ranges.append(
                    max(self.high[i] - self.low[i], abs(self.high[i] - before), abs(self.low[i] - before))
                )
            out = [None] * self.count
            if self.count > period:
                out[period] = sum(ranges[1 : period + 1]) / period
                for i in range(period + 1, self.count):
                    out[i] = (out[i - 1] * (period - 1) + ranges[i]) / period
            self._atr[period] = out
        return self._atr[period]

    def volatility(self, period):
        """Standard deviation (ddof 1) of the last `period` simple returns."""
        if period not in self._volatility:
            returns = [None] + [self.close[i] / self.close[i - 1] - 1 for i in range(1, self.count)]
            out = [None] * self.count
            for i in range(period, self.count):
                window = returns[i - period + 1 : i + 1]
                mean = sum(window) / period
                out[i] = math.sqrt(sum((x - mean) ** 2 for x in window) / (period - 1))
            self._volatility[period] = out
        return self._volatility[period]


class Position:
    """One open trade: what was paid, and the history that its levels follow from."""

    def __init__(self, long, bar, known, first, price, quantity, fee, market, rules):
        self.long, self.bar, self.price, self.quantity, self.fees = long, bar, price, quantity, fee
        self.first = first  # the first bar on which stops act
        self.market, self.rules = market, rules
        self.remaining = quantity
        self.partial = None
        self.peaks = {first: price}  # bar -> best price known before the bar's own extreme
        self.chandelier = None
        self.inactive = False
        for name, series in (
            ("atr_stop", market.atr),
            ("volatility_stop", market.volatility),
            ("chandelier", market.atr),
            ("atr_target", market.atr),
        ):
            if name in rules and (known < 0 or series(rules[name]["period"])[known] is None):
                self.inactive = True
        self.known = known

    def reading(self, series, bar):
        return series[bar] if bar >= 0 else None

    def protective(self, i):
        """(level, name, strict) of every stop in force on bar i."""
        base, rules, market, long = self.price, self.rules, self.market, self.long
        peak = self.peaks[i]
        found = []

        def add(name, level):
            found.append((level, name, rules[name].get("touch") == "strict"))

        if "fixed_stop" in rules:
            loss = rules["fixed_stop"]["loss"]
            add("fixed_stop", base * (1 - loss) if long else base * (1 + loss))
        if "atr_stop" in rules:
            value = self.reading(market.atr(rules["atr_stop"]["period"]), self.known)
            if value is not None:
                width = rules["atr_stop"]["mult"] * value
                add("atr_stop", base - width if long else base + width)
        if "volatility_stop" in rules:
            value = self.reading(market.volatility(rules["volatility_stop"]["period"]), self.known)
            if value is not None:
                width = rules["volatility_stop"]["mult"] * value
                add("volatility_stop", base * (1 - width) if long else base * (1 + width))
        if "trailing_stop" in rules:
            offset, activation = rules["trailing_stop"]["offset"], rules["trailing_stop"]["activation"]
            excursion = peak / base - 1 if long else 1 - peak / base
            if excursion >= activation:
                add("trailing_stop", peak * (1 - offset) if long else peak * (1 + offset))
        if "chandelier" in rules:
            value = self.reading(market.atr(rules["chandelier"]["period"]), i - 1)
            if value is not None:
                width = rules["chandelier"]["mult"] * value
                level = peak - width if long else peak + width
                if self.chandelier is not None:
                    level = max(level, self.chandelier) if long else min(level, self.chandelier)
                self.chandelier = level
            if self.chandelier is not None:
                add("chandelier", self.chandelier)
        if "break_even" in rules:
            trigger, lock = rules["break_even"]["trigger"], rules["break_even"]["lock"]
            if long:
                reached = any(market.high[k] >= base * (1 + trigger) for k in range(self.first, i))
            else:
                reached = any(market.low[k] <= base * (1 - trigger) for k in range(self.first, i))
            if reached:
                add("break_even", base * (1 + lock) if long else base * (1 - lock))
        return found

    def stopped(self, i):
        """(price, name, level) if a stop fires on bar i: the tightest of those touched, by R4."""
        market, fired = self.market, []
        for level, name, strict in self.protective(i):
            extreme = market.low[i] if self.long else market.high[i]
            if extreme == level and strict:
                continue
            if (extreme <= level) if self.long else (extreme >= level):
                fired.append((level, name))
        if not fired:
            return None
        tightest = (max if self.long else min)(level for level, _ in fired)
        name = min((name for level, name in fired if level == tightest), key=PROTECTIVE.index)
        gapped = market.open[i] <= tightest if self.long else market.open[i] >= tightest
        return (market.open[i] if gapped else tightest, name, tightest)

    def reaches(self, i, level, strict):
        """The fill price if the favourable extreme of bar i reaches the level, else None."""
        market = self.market
        extreme = market.high[i] if self.long else market.low[i]
        if extreme == level and strict:
            return None
        if (extreme < level) if self.long else (extreme > level):
            return None
        gapped = market.open[i] >= level if self.long else market.open[i] <= level
        return market.open[i] if gapped else level

    def targets(self):
        base, rules, found = self.price, self.rules, []
        if "take_profit" in rules:
            gain = rules["take_profit"]["gain"]
            found.append(
                (base * (1 + gain) if self.long else base * (1 - gain), "take_profit", rules["take_profit"])
            )
        if "atr_target" in rules:
            value = self.reading(self.market.atr(rules["atr_target"]["period"]), self.known)
            if value is not None:
                width = rules["atr_target"]["mult"] * value
                found.append((base + width if self.long else base - width, "atr_target", rules["atr_target"]))
        return found

    def profited(self, i):
        """(price, name, level) of the nearest target reached on bar i."""
        best = None
        for level, name, rule in self.targets():
            price = self.reaches(i, level, rule.get("touch") == "strict")
            nearer = best is None or (level < best[2] if self.long else level > best[2])
            if price is not None and nearer:
                best = (price, name, level)
        return best

    def partial_hit(self, i):
        """(price, level) if the partial exit fires on bar i."""
        if "partial_exit" not in self.rules or self.partial is not None:
            return None
        rule = self.rules["partial_exit"]
        level = self.price * (1 + rule["trigger"]) if self.long else self.price * (1 - rule["trigger"])
        price = self.reaches(i, level, rule.get("touch") == "strict")
        return None if price is None else (price, level)

    def close_decision(self, i, held):
        """The reason of an exit decided at the close of bar i; `held` is the holding time such an exit would have."""
        rules = self.rules
        due = "time_stop" in rules and held >= rules["time_stop"]["holding_period"]
        against = False
        if "signal_exit" in rules:
            conviction = self.convictions[i]
            threshold = rules["signal_exit"]["threshold"]
            against = conviction < -threshold if self.long else conviction > threshold
        if "time_stop" in rules and "signal_exit" in rules and rules.get("combine") == "all":
            return "signal_exit" if due and against else None
        return "time_stop" if due else "signal_exit" if against else None


def masks(convictions, threshold, mode):
    """Entry marks per side, by 'first bar beyond after a bar that was not' (edge) or by every bar beyond (level)."""
    above = [x > threshold for x in convictions]
    below = [x < -threshold for x in convictions]
    if mode == "level":
        return above, below, above, below
    edge = lambda m: [now and not before for before, now in zip([False] + m[:-1], m)]
    return edge(above), edge(below), above, below


def run(market, raw, variant):
    rules, settings = variant["rules"], variant["settings"]
    convictions = [0.0 if math.isnan(x) else x for x in raw]
    enter_long, enter_short, above, below = masks(convictions, settings["entry_threshold"], settings["entry"])
    if settings["sides"] == "short":
        enter_long = above = [False] * market.count
    if settings["sides"] == "long":
        enter_short = below = [False] * market.count
    at_close = settings["fill"] == "close"
    fee_rate, slip = settings["fees"], settings["slippage"]

    cash = settings["cash"]
    equity, trades = [], []
    position = pending_exit = pending_entry = armed = None
    unfunded = inactive = 0
    ruined = None

    def sell(bar, price, quantity):
        """Gives up `quantity` of the position at the price; returns the fee."""
        nonlocal cash
        fee = fee_rate * price * quantity
        cash += price * quantity - fee if position.long else -price * quantity - fee
        position.remaining -= quantity
        position.fees += fee
        return fee

    def finish(bar, price, reason, level):
        nonlocal position
        sell(bar, price, position.remaining)
        book(bar, price, reason, level, True)
        position = None

    def book(bar, price, reason, level, closed):
        last = position.quantity - (position.partial[2] if position.partial else 0.0)
        gross = 0.0
        sold = [(price, last)] + ([(position.partial[1], position.partial[2])] if position.partial else [])
        for fill_price, quantity in sold:
            move = fill_price - position.price if position.long else position.price - fill_price
            gross += quantity * move
        trades.append(
            {
                "entry_idx": position.bar,
                "exit_idx": bar,
                "side": 1 if position.long else -1,
                "entry_price": position.price,
                "exit_price": price,
                "quantity": position.quantity,
                "fees": position.fees,
                "pnl": gross - position.fees,
                "reason": reason,
                "level": level,
                "partial_idx": position.partial[0] if position.partial else None,
                "partial_price": position.partial[1] if position.partial else None,
                "closed": int(closed),
            }
        )

    def worse(price, long, exiting):
        """Market fill: buyers pay more, sellers get less."""
        buying = long != exiting
        return price * (1 + slip) if buying else price * (1 - slip)

    def enter(long, bar, known, market_price):
        nonlocal cash, position, unfunded, inactive
        price = worse(market_price, long, exiting=False)
        if settings["size"] == "all-in":
            quantity = cash / (1 + fee_rate) / price
        else:
            quantity = settings["size"]
            if quantity * price * (1 + fee_rate) > cash:
                unfunded += 1
                return
        fee = fee_rate * price * quantity
        cash += -price * quantity - fee if long else price * quantity - fee
        position = Position(long, bar, known, bar + 1 if at_close else bar, price, quantity, fee, market, rules)
        position.convictions = convictions
        inactive += position.inactive

    for i in range(market.count):
        left = None  # side of the position that ended on this bar
        if not at_close:
            if pending_exit:
                long = position.long
                finish(i, worse(market.open[i], long, exiting=True), pending_exit, None)
                left = long
            elif pending_entry is not None:
                enter(pending_entry, i, i - 1, market.open[i])
            pending_exit = pending_entry = None

        if position and i >= position.first:
            long = position.long

            def resting(price):
                return worse(price, long, exiting=True) if settings["stop_slippage"] else price

            stop, target, partial = position.stopped(i), position.profited(i), position.partial_hit(i)
            target_first = (
                settings["stop_order"] == "open_first"
                and target is not None
                and (market.open[i] >= target[2] if long else market.open[i] <= target[2])
            )
            if stop and not target_first:
                finish(i, resting(stop[0]), stop[1], stop[2])
                left = long
            else:
                if partial and (target is None or (partial[1] <= target[2] if long else partial[1] >= target[2])):
                    quantity = position.quantity * rules["partial_exit"]["fraction"]
                    price = resting(partial[0])
                    sell(i, price, quantity)
                    position.partial = (i, price, quantity)
                if target:
                    finish(i, resting(target[0]), target[1], target[2])
                    left = long
            if position:
                best = max(position.peaks[i], market.high[i]) if long else min(position.peaks[i], market.low[i])
                position.peaks[i + 1] = best
                reason = position.close_decision(i, i - position.bar + (0 if at_close else 1))
                if reason and at_close:
                    finish(i, worse(market.close[i], long, exiting=True), reason, None)
                    left = long
                elif reason:
                    pending_exit = reason

        # Entry decision at the close of bar i.
        was_armed, armed = armed, None
        leaving = left if at_close else (position.long if position and pending_exit else None)
        if leaving is not None:
            if leaving and enter_short[i]:
                armed = "short"
            if not leaving and enter_long[i]:
                armed = "long"
        elif position is None:
            choice = None
            if enter_long[i] or (was_armed == "long" and above[i]):
                choice = True
            elif enter_short[i] or (was_armed == "short" and below[i]):
                choice = False
            if choice is not None:
                if at_close:
                    enter(choice, i, i, market.close[i])
                else:
                    pending_entry = choice

        worth = cash
        if position:
            worth += position.remaining * market.close[i] if position.long else -position.remaining * market.close[i]
        if worth <= 0:
            # The account is gone: the open position is marked here and nothing is traded afterwards.
            ruined = i
            if position:
                book(i, market.close[i], "end", None, False)
                position = None
            equity += [0.0] * (market.count - i)
            break
        equity.append(worth)
    if position:
        book(market.count - 1, market.close[-1], "end", None, False)

    returns, before = [], settings["cash"]
    for worth in equity:
        returns.append(worth / before - 1 if before > 0 else 0.0)
        before = worth
    return trades, {
        "total_return": equity[-1] / settings["cash"] - 1,
        "max_drawdown": drawdown([settings["cash"]] + equity),
        "sharpe": sharpe(returns, settings["bars_per_year"]) if trades else None,
        "sortino": sortino(returns, settings["bars_per_year"]) if trades else None,
        "trades": len(trades),
        "inactive": inactive,
        "unfunded": unfunded,
        "ruined": ruined,
        "nan": sum(math.isnan(x) for x in raw),
    }


def drawdown(equity):
    worst, peak = 0.0, equity[0]
    for worth in equity:
        peak = max(peak, worth)
        worst = min(worst, worth / peak - 1)
    return worst


def sharpe(returns, periods):
    mean = math.fsum(returns) / len(returns)
    variance = math.fsum((x - mean) ** 2 for x in returns) / (len(returns) - 1)
    flat = max(returns) - min(returns) <= 4 * 2.0**-52 * max(abs(x) for x in returns)
    return None if flat else mean / math.sqrt(variance) * math.sqrt(periods)


def sortino(returns, periods):
    downside = math.sqrt(math.fsum(min(x, 0.0) ** 2 for x in returns) / len(returns))
    return None if downside == 0 else math.fsum(returns) / len(returns) / downside * math.sqrt(periods)


def wander(rng, count):
    """A sluggish random conviction: long stretches on a side, some hovering around the threshold, some unknown."""
    level, out = 0.0, []
    for _ in range(count):
        level = 0.93 * level + rng.gauss(0, 0.24)
        out.append(max(-1.0, min(1.0, round(level, 2))))
    return [math.nan if rng.random() < 0.01 else x for x in out]


def reverse(rng, count):
    """Always in the market: +1 or -1, switching from one bar to the next, for stop-and-reverse."""
    side, out = 1.0, []
    for _ in range(count):
        if rng.random() < 0.06:
            side = -side
        out.append(side)
    return out


def cross(market):
    """Sign of EMA(10) - EMA(30), silent for 30 bars."""
    fast = slow = market.close[0]
    out = []
    for i, price in enumerate(market.close):
        fast += 2 / 11 * (price - fast)
        slow += 2 / 31 * (price - slow)
        out.append(0.0 if i < 30 else 1.0 if fast > slow else -1.0)
    return out


def grid(rng, count):
    """Prices on whole numbers, so that levels built from dyadic fractions are touched exactly."""
    rows, price = [], 96
    for _ in range(count):
        price = min(160, max(48, price + rng.choice([-3, -2, -1, -1, 0, 0, 1, 1, 2, 3])))
        open_, close = price, min(160, max(48, price + rng.randint(-4, 4)))
        rows.append((open_, max(open_, close) + rng.randint(0, 3), min(open_, close) - rng.randint(0, 3), close))
        price = close
    return rows


def genome(rng, dyadic):
    """Random rules: each mechanism with a chance of its own, values far beyond the genome's bounds included."""
    pick = lambda low, high: round(math.exp(rng.uniform(math.log(low), math.log(high))), 5)
    part = lambda low, high: rng.choice([1, 2, 3, 4, 6]) / 64 if dyadic else pick(low, high)
    touch = lambda: {"touch": "strict"} if rng.random() < 0.3 else {}
    rules = {}
    if rng.random() < 0.45:
        rules["fixed_stop"] = {"loss": part(0.01, 0.2), **touch()}
    if rng.random() < 0.2:
        rules["atr_stop"] = {"period": rng.randint(5, 50), "mult": pick(1, 6), **touch()}
    if rng.random() < 0.2:
        rules["volatility_stop"] = {"period": rng.randint(5, 60), "mult": pick(1, 6), **touch()}
    if rng.random() < 0.35:
        activation = rng.choice([0.0, part(0.01, 0.2)])
        rules["trailing_stop"] = {"offset": part(0.005, 0.08), "activation": activation, **touch()}
    if rng.random() < 0.25:
        rules["chandelier"] = {"period": rng.randint(5, 50), "mult": pick(1.5, 8), **touch()}
    if rng.random() < 0.35:
        rules["take_profit"] = {"gain": part(0.02, 0.5), **touch()}
    if rng.random() < 0.2:
        rules["atr_target"] = {"period": rng.randint(5, 50), "mult": pick(1, 10), **touch()}
    if rng.random() < 0.35:
        rules["time_stop"] = {"holding_period": rng.randint(1, 60)}
    if rng.random() < 0.3:
        rules["break_even"] = {"trigger": part(0.005, 0.1), "lock": rng.choice([0.0, part(0.002, 0.03)]), **touch()}
    if rng.random() < 0.35:
        rules["partial_exit"] = {"trigger": part(0.02, 0.2), "fraction": rng.choice([0.25, 0.5, 0.3, 0.9]), **touch()}
    if rng.random() < 0.5:
        rules["signal_exit"] = {"threshold": rng.choice([0.0, 0.1, 0.5, 0.7])}
    if rng.random() < 0.3:
        rules["combine"] = "all"
    return rules


def settings(rng, dyadic):
    return {
        "fill": rng.choice(["close", "next-open"]),
        "fees": rng.choice([0.0, 0.001, 0.0025]),
        "slippage": 0.0 if dyadic else rng.choice([0.0, 0.0005, 0.002]),
        "stop_slippage": rng.random() < 0.3,
        "stop_order": "open_first" if rng.random() < 0.3 else "stop_first",
        "size": rng.choice(["all-in", "all-in", 10.0, 250.0]),
        "sides": rng.choice(["long", "short", "both", "both"]),
        "entry_threshold": rng.choice([0.5, 0.5, 0.2]),
        "entry": rng.choice(["edge", "edge", "level"]),
        "cash": 100000.0 if rng.random() < 0.8 else 30000.0,
        "bars_per_year": 252.0,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bars", type=Path, required=True, help="folder of ibm_1d.csv and goog_1d.csv")
    parser.add_argument("--out", type=Path, required=True, help="folder of the kept files")
    parser.add_argument("--variants", type=int, default=360)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)

    rng = random.Random(20240613)
    with open(options.out / "grid.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["open", "high", "low", "close"])
        writer.writerows(grid(rng, 900))
    rows = {
        "ibm_1d": list(csv.DictReader(open(options.bars / "ibm_1d.csv"))),
        "goog_1d": list(csv.DictReader(open(options.bars / "goog_1d.csv"))),
        "grid": list(csv.DictReader(open(options.out / "grid.csv"))),
    }
    convictions = {}
    for name in rows:
        market = Market(rows[name])
        convictions[name] = {
            "wander": wander(rng, market.count),
            "reverse": reverse(rng, market.count),
            "cross": cross(market),
        }
        # The kept text is what counts: both sides read the numbers back from it.
        with open(options.out / f"convictions_{name}.csv", "w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(convictions[name])
            writer.writerows(zip(*convictions[name].values()))

    variants, booked, tally = [], [], {}
    for index in range(options.variants):
        name = rng.choice(list(rows))
        dyadic = name == "grid"
        # A window of its own for most variants: other indicator starts, and fewer rows to keep.
        length = len(rows[name]) if rng.random() < 0.06 else 420
        start = rng.randint(0, len(rows[name]) - length)
        variant = {
            "id": index,
            "market": name,
            "bars": [start, start + length],
            "convictions": rng.choice(["wander", "wander", "reverse", "cross"]),
            "rules": genome(rng, dyadic),
            "settings": settings(rng, dyadic),
        }
        if index % 60 == 0:
            # A short that nothing stops, in a stock that rises more than threefold: it ruins the account.
            name, start, length = "goog_1d", 0, len(rows["goog_1d"])
            partial = {"partial_exit": {"trigger": 0.02, "fraction": 0.25}} if index % 120 == 0 else {}
            variant |= {"market": name, "bars": [start, length], "rules": partial}
            variant["settings"] |= {"sides": "short", "size": "all-in"}
        if index % 30 == 1:
            # Two stops on one level, until the price rises: the name tells which one is said to fire.
            name, start, length = "grid", 0, len(rows["grid"])
            tied = {"fixed_stop": {"loss": 0.03125}, "trailing_stop": {"offset": 0.03125, "activation": 0.0}}
            variant |= {"market": name, "bars": [start, length], "rules": tied}
        if index % 30 == 2:
            # Stop and target within one bar's range, so that opens beyond the target meet lows beyond the stop.
            name, start, length = "grid", 0, len(rows["grid"])
            narrow = {"fixed_stop": {"loss": 0.015625}, "take_profit": {"gain": 0.015625}}
            narrow |= {"partial_exit": {"trigger": 0.0078125, "fraction": 0.5}} if index % 60 == 2 else {}
            variant |= {"market": name, "bars": [start, length], "rules": narrow}
            variant["settings"] |= {"fill": "close", "slippage": 0.0, "stop_order": "open_first", "entry": "level"}
        window = slice(start, start + length)
        trades, metrics = run(Market(rows[name][window]), convictions[name][variant["convictions"]][window], variant)
        variants.append({**variant, "metrics": metrics})
        for trade in trades:
            booked.append({"variant": index, **trade})
            tally[trade["reason"]] = tally.get(trade["reason"], 0) + 1

    versions = {"python": platform.python_version(), "implementation": platform.python_implementation()}
    about = "written by tests/reference/exits/oracle.py; trades in trades.csv"
    with open(options.out / "variants.json", "w") as file:
        lines = ",\n".join(json.dumps(variant) for variant in variants)
        header = json.dumps({"about": about, "versions": versions})[1:-1]
        file.write("{" + header + ', "variants": [\n' + lines + "\n]}\n")
    with open(options.out / "trades.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, booked[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(booked)
    print(len(variants), "variants,", len(booked), "trades,", dict(sorted(tally.items())))
    partials = sum(trade["partial_idx"] is not None for trade in booked)
    shorts = sum(trade["side"] < 0 for trade in booked)
    ruined = sum(variant["metrics"]["ruined"] is not None for variant in variants)
    print(partials, "partial fills,", shorts, "shorts,", ruined, "ruined")


if __name__ == "__main__":
    main()
