"""Prints the results of compare.py: median of the in-sample best, and in how many seeds it is above that of `random` with the same seed."""

import collections
import json
import pathlib
import statistics
import sys

from algorithms import PEERS, SEEDBED


def main():
    best = collections.defaultdict(dict)
    for line in pathlib.Path(sys.argv[1]).read_text().splitlines():
        row = json.loads(line)
        best[row["plugin"], row["budget"], row["series"], row["algorithm"]][row["seed"]] = row["best"]
    series = list(dict.fromkeys(key[2] for key in best))
    algorithms = [name for name in (*SEEDBED, *PEERS) if any(key[3] == name for key in best)]
    for plugin, budget in sorted({key[:2] for key in best}):
        print(f"\n### {plugin}, {budget} evaluations\n")
        print("| algorithm | " + " | ".join(series) + " |")
        print("|---|" + "---|" * len(series))
        for algorithm in algorithms:
            cells = [cell(best[plugin, budget, name, algorithm], best[plugin, budget, name, "random"]) for name in series]
            print(f"| {algorithm} | " + " | ".join(cells) + " |")


def cell(values, control):
    """`1.234 (18/20)`: median, seeds above the control of those that both have."""
    if not values:
        return "-"
    paired = [seed for seed in values if seed in control]
    wins = sum(values[seed] > control[seed] for seed in paired)
    return f"{statistics.median(values.values()):.3f}" + ("" if values is control else f" ({wins}/{len(paired)})")


if __name__ == "__main__":
    main()
