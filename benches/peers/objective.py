"""The objective that seedbed's own search has, asked of the very same binary: the Sharpe ratio of the training window."""

import json
import subprocess

# Below every Sharpe ratio; all peers rank, so that only the order counts.
WORST = -1e6


class Objective:
    """A child process `seedbed evaluate --genome -`: one genome document a line in, one line of metrics out."""

    def __init__(self, binary, component, series, window):
        command = [binary, "evaluate", component, "--genome", "-", "--window", f"0..{window}", "--data", series]
        command += ["--threads", "1", "--log-level", "error", "--format", "json"]
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.errors = {}

    def __call__(self, genome):
        """The Sharpe ratio; a genome that is refused, that does not trade or whose ratio is undefined has the worst value."""
        self.child.stdin.write(json.dumps(genome) + "\n")
        self.child.stdin.flush()
        line = self.child.stdout.readline()
        if not line:
            raise RuntimeError("seedbed evaluate ended early")
        answer = json.loads(line)
        sharpe = answer.get("sharpe")
        if isinstance(sharpe, float | int):
            return float(sharpe)
        reason = answer.get("error", "no Sharpe ratio")
        self.errors[reason] = self.errors.get(reason, 0) + 1
        return WORST

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.stdin.close()
        self.child.wait()


def training_bars(series):
    """Bars that `seedbed evolve --windows 0` trains on: all before the last quarter, the untouched window (host/run/src/schedule.rs)."""
    with open(series, encoding="utf-8") as lines:
        bars = sum(1 for line in lines if line.strip()) - 1
    return bars - bars // 4
