"""The searches that are compared. Each gives the best value after every budget asked for, from one run of the largest where it may."""

import json
import shutil
import subprocess
import tempfile

import cmaes
import numpy
import optuna

import quick_tpe
from objective import WORST
from space import Axis


def seedbed(binary, component, series, algorithm, budget, seed, stores):
    """The in-sample best of one `seedbed evolve --windows 0`; a run for each budget, because L-SHADE plans by it."""
    store = tempfile.mkdtemp(dir=stores)
    try:
        command = [binary, "evolve", component, "--data", series, "--windows", "0", "--algorithm", algorithm]
        command += ["--budget", str(budget), "--seed", str(seed), "--threads", "1", "--store", store]
        command += ["--format", "json", "--log-level", "error"]
        result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["result"]
        if result["evaluations"] != budget:
            raise RuntimeError(f"{algorithm} made {result['evaluations']} evaluations of {budget}")
        return result["report"]["champion"]["fitness"]
    finally:
        shutil.rmtree(store)


class Best:
    """The best value so far, kept at each budget that is passed."""

    def __init__(self, objective, budgets):
        self.objective, self.budgets = objective, set(budgets)
        self.most, self.count, self.value, self.kept = max(budgets), 0, WORST, {}

    def spent(self):
        return self.count >= self.most

    def __call__(self, genome):
        value = self.objective(genome)
        self.count += 1
        self.value = max(self.value, value)
        if self.count in self.budgets:
            self.kept[self.count] = self.value
        return value


def tpe(space, best, seed):
    """Optuna's TPE with its own defaults, begun at the plugin's own genome as seedbed is."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(direction="maximize", sampler=quick_tpe.Sampler(seed=seed))
    start = {}
    space.genome(lambda dimension: start.setdefault(dimension.name, dimension.default))
    study.enqueue_trial(start)

    def value(trial):
        def pick(dimension):
            if not isinstance(dimension, Axis):
                return trial.suggest_categorical(dimension.name, dimension.options)
            if dimension.scale == "integer":
                return trial.suggest_int(dimension.name, int(dimension.low), int(dimension.high))
            return trial.suggest_float(dimension.name, dimension.low, dimension.high, log=dimension.scale == "log")

        return best(space.genome(pick))

    study.optimize(value, n_trials=best.most)


def cma(space, best, seed, margin):
    """CMA-ES in the unit cube, begun at the plugin's own genome; once it has converged it starts anew, at random, with twice the population.

    With `margin` it is CMAwM, which keeps whole numbers and choices from freezing.
    """
    dimensions = space.dimensions()
    bounds = numpy.array([[0.0, 1.0]] * len(dimensions))
    steps = numpy.array([dimension.step() for dimension in dimensions])
    random = numpy.random.RandomState(seed)
    mean = numpy.array([dimension.place(dimension.default) for dimension in dimensions])
    population = None
    while not best.spent():
        given = {"mean": mean, "sigma": 0.3, "bounds": bounds, "seed": int(random.randint(2**31)), "population_size": population}
        search = cmaes.CMAwM(steps=steps, **given) if margin else cmaes.CMA(**given)
        while not (best.spent() or search.should_stop()):
            told = []
            for _ in range(search.population_size):
                if margin:
                    point, tell = search.ask()
                else:
                    point = tell = search.ask()
                places = {dimension.name: place for dimension, place in zip(dimensions, point, strict=True)}
                told.append((tell, -best(space.genome(lambda dimension: dimension.at(places[dimension.name])))))
                if best.spent():
                    return
            search.tell(told)
        mean, population = random.uniform(size=len(dimensions)), 2 * search.population_size


def peer(space, objective, name, budgets, seed):
    """The best value at each budget."""
    best = Best(objective, budgets)
    if name == "tpe":
        tpe(space, best, seed)
    else:
        cma(space, best, seed, name == "cma-es-margin")
    return best.kept
