"""Optuna's TPE sampler with the same results in a fraction of the time, for this pinned version of Optuna and trials one after the other."""

import numpy
from optuna.distributions import CategoricalDistribution
from optuna.samplers import TPESampler
from optuna.samplers._tpe import sampler as original


def once_a_trial(split):
    """The division of all past trials into good and bad, which the original makes anew for each value of a trial."""
    last = {}

    def divided(study, trials, below):
        key = (id(study), len(trials), below)
        if last.get("key") != key:
            last.update(key=key, value=split(study, trials, below))
        return last["value"]

    return divided


original._split_trials = once_a_trial(original._split_trials)


class Sampler(TPESampler):
    """Reads the values of past trials without a detour by every distribution."""

    def _get_internal_repr(self, trials, search_space, study):
        if len(search_space) != 1:
            return super()._get_internal_repr(trials, search_space, study)
        ((name, distribution),) = search_space.items()
        values = [trial._params[name] for trial in trials if name in trial._params]
        if isinstance(distribution, CategoricalDistribution):
            values = [distribution.choices.index(value) for value in values]
        return {name: numpy.asarray([float(value) for value in values])}
