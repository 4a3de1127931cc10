"""Compares seedbed's algorithms with Optuna's TPE and CMA-ES at equal budgets: one JSON line a result, none computed twice."""

import argparse
import json
import os
import pathlib

from algorithms import PEERS, SEEDBED
from objective import Objective, training_bars
from searches import peer, seedbed
from space import Space


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default="seedbed", help="the seedbed to ask")
    parser.add_argument("--plugin", default="ema-crossover", help="name of the built-in seed")
    parser.add_argument("--component", required=True, help="its .wasm, or a folder with nothing else in it")
    parser.add_argument("--data", nargs="+", required=True, help="series, CSV with a header")
    parser.add_argument("--algorithms", nargs="+", default=[*SEEDBED, *PEERS], choices=[*SEEDBED, *PEERS])
    parser.add_argument("--budgets", nargs="+", type=int, default=[500, 2000])
    parser.add_argument("--seeds", type=int, default=20, help="seeds 1 to this")
    parser.add_argument("--stores", help="where the runs' stores stand while they are needed")
    parser.add_argument("--out", required=True, type=pathlib.Path, help="results, one JSON line each; more are appended")
    options = parser.parse_args()

    rows = [json.loads(line) for line in options.out.read_text().splitlines()] if options.out.exists() else []
    done = {tuple(row[key] for key in ("plugin", "series", "algorithm", "budget", "seed")) for row in rows}
    space = Space(options.binary, options.plugin)
    with options.out.open("a", encoding="utf-8") as out:
        for seed in range(1, options.seeds + 1):
            for algorithm in options.algorithms:
                for series in options.data:
                    name = pathlib.Path(series).stem
                    todo = [b for b in options.budgets if (options.plugin, name, algorithm, b, seed) not in done]
                    if not todo:
                        continue
                    for budget, best, errors in results(options, space, series, algorithm, todo, seed):
                        row = {"plugin": options.plugin, "series": name, "algorithm": algorithm}
                        row |= {"budget": budget, "seed": seed, "best": best, "errors": errors}
                        out.write(json.dumps(row) + "\n")
                        out.flush()
                        os.fsync(out.fileno())


def results(options, space, series, algorithm, budgets, seed):
    """Budget, best value and refusals of one seed."""
    if algorithm in SEEDBED:
        for budget in budgets:
            best = seedbed(options.binary, options.component, series, algorithm, budget, seed, options.stores)
            yield budget, best, None
        return
    with Objective(options.binary, options.component, series, training_bars(series)) as objective:
        for budget, best in sorted(peer(space, objective, algorithm, budgets, seed).items()):
            yield budget, best, sum(objective.errors.values())


if __name__ == "__main__":
    main()
