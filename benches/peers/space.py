"""The search space of a plugin's genome, as peers need it: a flat list of named dimensions.

The plugin's own parameters come from `seedbed seeds NAME --format json`. The exits are the host's: one choice for each slot (at most one
mechanism is in force in a slot), and every mechanism's values in the host's bounds (host/genome/src/mechanism.rs). Ties between values,
strict touches and the combination `all` are seedbed's alone: a peer searches free values, inclusive touches and `any`.
"""

import json
import math
import re
import subprocess
from dataclasses import dataclass

NONE = "none"

# slot -> mechanism -> parameter -> (scale, low, high, default)
SLOTS = {
    "protect": {
        "fixed-stop": {"stop-loss": ("log", 0.01, 0.20, 0.10)},
        "atr-stop": {"period": ("integer", 5, 50, 14), "mult": ("log", 1.0, 6.0, 2.0)},
        "volatility-stop": {"period": ("integer", 5, 60, 20), "mult": ("log", 1.0, 6.0, 2.0)},
    },
    "trail": {
        "trailing-stop": {"offset": ("log", 0.005, 0.05, 0.025), "activation": ("linear", 0.0, 0.20, 0.05)},
        "chandelier": {"period": ("integer", 5, 50, 22), "mult": ("log", 1.5, 8.0, 3.0)},
    },
    "target": {
        "take-profit": {"target": ("log", 0.05, 0.50, 0.20)},
        "atr-target": {"period": ("integer", 5, 50, 14), "mult": ("log", 1.0, 10.0, 3.0)},
    },
    "time": {"time-stop": {"holding-period": ("integer", 1, 60, 10)}},
    "break-even": {"break-even": {"trigger": ("log", 0.005, 0.10, 0.02), "lock": ("linear", 0.0, 0.02, 0.0)}},
    "partial": {"partial-exit": {"trigger": ("log", 0.02, 0.30, 0.08), "fraction": ("linear", 0.1, 0.9, 0.5)}},
    "signal": {"signal-exit": {"threshold": ("linear", 0.0, 1.0, 0.1)}},
}

SCALES = {"real": "linear", "log-real": "log", "integer": "integer"}


@dataclass(frozen=True)
class Axis:
    """A number between two bounds, on a scale: linear, log or integer."""

    name: str
    scale: str
    low: float
    high: float
    default: float

    def at(self, unit):
        """The value at a place in [0, 1] along the scale."""
        unit = min(max(unit, 0.0), 1.0)
        if self.scale == "log":
            value = math.exp(math.log(self.low) + unit * (math.log(self.high) - math.log(self.low)))
        else:
            value = self.low + unit * (self.high - self.low)
        if self.scale == "integer":
            return float(round(value))
        return min(max(value, self.low), self.high)

    def place(self, value):
        """The place in [0, 1] of a value: the inverse of `at`."""
        if self.scale == "log":
            return (math.log(value) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        return (value - self.low) / (self.high - self.low)

    def step(self):
        """The distance of neighbours in [0, 1]; 0 where there is none."""
        return 1.0 / (self.high - self.low) if self.scale == "integer" else 0.0


@dataclass(frozen=True)
class Choice:
    """A slot: the mechanism in force, or none."""

    name: str
    options: tuple
    default: str

    def at(self, unit):
        """The option at a place in [0, 1]: equal shares."""
        return self.options[min(int(max(unit, 0.0) * len(self.options)), len(self.options) - 1)]

    def place(self, option):
        """A place in [0, 1] of an option that `at` reads back, on a grid that touches both ends."""
        return self.options.index(option) * self.step()

    def step(self):
        """The distance of neighbours in [0, 1]."""
        return 1.0 / (len(self.options) - 1)


class Space:
    """The dimensions of one plugin's genomes: own parameters, one choice for each slot, the values of every mechanism."""

    def __init__(self, binary, plugin):
        shown = subprocess.run(
            [binary, "seeds", plugin, "--format", "json"], check=True, capture_output=True, text=True
        ).stdout
        (seed,) = json.loads(shown)["seeds"]
        self.plugin = plugin
        self.own = [own_axis(parameter) for parameter in seed["parameters"]]
        self.slots = {}
        self.values = {}
        for slot, mechanisms in SLOTS.items():
            default = next((name for name in mechanisms if name in seed["exits"]), NONE)
            self.slots[slot] = Choice(slot, (NONE, *mechanisms), default)
            for mechanism, parameters in mechanisms.items():
                declared = seed["exits"].get(mechanism, {})
                self.values[mechanism] = {
                    name: Axis(f"{mechanism}.{name}", scale, low, high, declared.get(name, default))
                    for name, (scale, low, high, default) in parameters.items()
                }

    def dimensions(self):
        """Every dimension in a fixed order, those of mechanisms out of force too."""
        values = [axis for axes in self.values.values() for axis in axes.values()]
        return [*self.own, *self.slots.values(), *values]

    def genome(self, pick):
        """The genome document whose dimensions `pick` answers; only mechanisms in force are asked for their values."""
        parameters = {axis.name: float(pick(axis)) for axis in self.own}
        exits = {}
        for slot in self.slots.values():
            mechanism = pick(slot)
            if mechanism != NONE:
                exits[mechanism] = {name: float(pick(axis)) for name, axis in self.values[mechanism].items()}
        return {
            "version": 1,
            "plugin": self.plugin,
            "component": None,
            "parameters": parameters,
            "exits": exits,
            "combine": "any",
            "ties": {},
            "step_size": 0.15,
        }


def own_axis(parameter):
    """The axis of a plugin's own parameter, from the domain that `seedbed seeds` prints: `integer [5, 15]`."""
    domain = re.fullmatch(r"(\S+) \[(\S+), (\S+)\]", parameter["domain"])
    if domain is None or domain[1] not in SCALES:
        raise ValueError(f"{parameter['name']}: domain {parameter['domain']!r} is none that the peers are given")
    return Axis(parameter["name"], SCALES[domain[1]], float(domain[2]), float(domain[3]), parameter["default"])
