#!/usr/bin/env python3
"""Writes seedbed.json, the Grafana dashboard, beside itself; with --check, only says whether it is up to date."""

import json
import pathlib
import sys

FILE = pathlib.Path(__file__).with_name("seedbed.json")
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
CHOSEN = 'job=~"$job", instance=~"$instance"'
WIDTH = 24
GOOD = [(None, "green")]
SUCCESS = [(None, "red"), (0.5, "orange"), (0.7, "green")]
INSTANT = ("stat", "bargauge")


def total(metric, *matchers):
    """What a counter stands at: of this run, or of the last one where a text file is read."""
    return f"{metric}{{{', '.join((CHOSEN,) + matchers)}}}"


def rate(metric, *matchers):
    return f"rate({total(metric, *matchers)}[$__rate_interval])"


def quantile(q, buckets):
    return f"histogram_quantile({q}, sum by (le) ({buckets}))"


def own_process(metric):
    """Of seedbed itself, not of the node exporter whose text file holds the other series."""
    return f"{metric} and on (job, instance) {total('seedbed_build_info')} unless on (job, instance) node_textfile_scrape_error"


def panel(kind, title, about, targets, width, *, unit="short", height=8, steps=GOOD, low=None, high=None, options=None, custom=None):
    """A panel; `targets` are (legend, expression), `steps` the (value, colour) from which a colour holds."""
    defaults = {
        "unit": unit,
        "thresholds": {"mode": "absolute", "steps": [{"color": colour, "value": value} for value, colour in steps]},
        "color": {"mode": "thresholds" if kind == "stat" else "palette-classic"},
        "custom": custom or {},
    }
    for key, value in (("min", low), ("max", high)):
        if value is not None:
            defaults[key] = value
    return {
        "type": kind,
        "title": title,
        "description": about,
        "datasource": DATASOURCE,
        "gridPos": {"w": width, "h": height},
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": options or {},
        "targets": [
            {"datasource": DATASOURCE, "refId": chr(ord("A") + n), "legendFormat": legend, "expr": expr, "range": kind not in INSTANT, "instant": kind in INSTANT}
            for n, (legend, expr) in enumerate(targets)
        ],
    }


LAST = {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}
LEGEND = {"legend": {"displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"]}, "tooltip": {"mode": "multi", "sort": "desc"}}


def stat(title, about, expr, width=4, height=4, **more):
    return panel("stat", title, about, [("{{instance}}", expr)], width, height=height, options={**LAST, "colorMode": "value", "graphMode": "none"}, **more)


def series(title, about, targets, width=12, stack=False, **more):
    custom = {"lineWidth": 1, "fillOpacity": 20 if stack else 5, "showPoints": "auto", "stacking": {"mode": "normal" if stack else "none", "group": "A"}}
    if "steps" in more:
        custom["thresholdsStyle"] = {"mode": "dashed"}
    return panel("timeseries", title, about, targets, width, options=LEGEND, custom=custom, **more)


def bars(title, about, targets, width=12, **more):
    return panel("bargauge", title, about, targets, width, options={**LAST, "orientation": "horizontal", "displayMode": "basic", "showUnfilled": True}, **more)


def heatmap(title, about, expr, width=12):
    made = panel(
        "heatmap",
        title,
        about,
        [("{{le}}", expr)],
        width,
        options={
            "calculate": False,
            "color": {"mode": "scheme", "scheme": "Oranges", "scale": "exponential", "exponent": 0.5, "steps": 64, "reverse": False},
            "cellGap": 1,
            "rowsFrame": {"layout": "auto"},
            "yAxis": {"unit": "s", "axisPlacement": "left"},
            "tooltip": {"show": True, "yHistogram": False},
            "legend": {"show": True},
        },
    )
    made["targets"][0]["format"] = "heatmap"
    return made


DURATION = "exit_mutation_duration_seconds"
FAILED_ATTEMPTS = total("exit_mutation_attempt_failures_total", 'reason!="no-change"')
TIERS = f"sum by (tier) ({total('exit_mutations_by_tier_total')})"
EVALUATIONS = "seedbed_evolution_evaluations_total"
REFUSALS, CHANGED, FILES = "seedbed_refusals_total", 'reason="changed"', 'reason="files"'
LOOKUPS = "seedbed_evolution_memo_lookups_total"
RUN = "Of this run, or of the last one where a node exporter's text file is read."
LATELY = "Lately; empty where a text file of a finished run is read."

IDLE = f"(time() - {total('seedbed_evolution_last_progress_timestamp_seconds')}) * {total('seedbed_evolution_under_way')}"


def hits(of):
    """The share of lookups that the memo answered."""
    known, asked = total(LOOKUPS, f'of="{of}"', 'result="hit"'), total(LOOKUPS, f'of="{of}"')
    return f"sum({known}) / clamp_min(sum({asked}), 1)"


ROWS = [
    (
        "Now",
        [
            stat("Success rate", RUN, total("exit_mutation_success_rate"), unit="percentunit", low=0, high=1, steps=SUCCESS),
            stat("Mutations a second", LATELY, f"sum({rate('exit_mutations_total')})", unit="ops"),
            stat("Mutations", RUN, f"sum({total('exit_mutations_total')})"),
            stat(
                "Failed attempts",
                f"No-change not counted. {RUN}",
                f"sum({FAILED_ATTEMPTS}) / clamp_min(sum({total('exit_mutation_attempts_total')}), 1)",
                unit="percentunit",
                steps=GOOD + [(0.3, "red")],
            ),
            stat("Mean time of a mutation", RUN, f"sum({total(DURATION + '_sum')}) / clamp_min(sum({total(DURATION + '_count')}), 1)", unit="s", steps=GOOD + [(0.1, "orange"), (1, "red")]),
            stat("Memory growth", "Resident memory since the first mutation.", f"max({total('seedbed_resident_memory_growth_bytes')})", unit="decbytes", steps=GOOD + [(50e6, "red")]),
        ],
    ),
    (
        "Evolution",
        [
            stat("Runs under way", "A run that was killed stays under way in its text file.", f"sum({total('seedbed_evolution_under_way')})", width=3),
            stat("Time without progress", "Of the run under way; 0 where none is. A run reports after each batch of 64 candidates.", f"max({IDLE})", width=3, unit="s", steps=GOOD + [(600, "orange"), (900, "red")]),
            stat("Phase", "Windows in their order, the final one last.", total("seedbed_evolution_phase"), width=3),
            stat("Generation", "The last complete one of the phase, from 0.", total("seedbed_evolution_generation"), width=3),
            stat("Best fitness", "In the population, on the training part of the phase: no promise.", total("seedbed_evolution_best_fitness"), width=3),
            stat("Distinct trials", "Of the phase: the more, the better the best is by luck alone.", total("seedbed_evolution_distinct_trials"), width=3),
            stat("Critical failures", "Candidates of fresh populations that failed in this run.", f"sum({total('seedbed_evolution_critical_failures')})", width=3, steps=GOOD + [(1, "red")]),
            stat("Memo", "Signals that are kept.", f"sum({total('seedbed_evolution_memo_bytes')})", width=3, unit="bytes"),
            series(
                "Fitness",
                "Of the population, by generation; each phase begins anew, on other bars.",
                [("{{instance}} best", total("seedbed_evolution_best_fitness")), ("{{instance}} median", total("seedbed_evolution_median_fitness"))],
            ),
            series("Evaluations a second by outcome", LATELY, [("{{outcome}}", f"sum by (outcome) ({rate(EVALUATIONS)})")], stack=True, unit="ops", low=0),
            series("Diversity", "Mean difference of two members of an island: towards 0 all are alike.", [("{{instance}}", total("seedbed_evolution_diversity_ratio"))], width=8, unit="percentunit", low=0, high=1),
            series("Memo hits", f"Share of lookups. {RUN}", [("signals", hits("signals")), ("scores", hits("scores"))], width=8, unit="percentunit", low=0, high=1),
            series(
                "Duplicates a second",
                f"Draws of known genomes: drawn again, or served what is known. {LATELY}",
                [("{{handling}}", f"sum by (handling) ({rate('seedbed_evolution_duplicates_total')})")],
                width=8,
                unit="ops",
                low=0,
            ),
            bars("Evaluations by outcome", RUN, [("{{outcome}}", f"sum by (outcome) ({total(EVALUATIONS)})")], width=8),
            bars("Failed evaluation attempts by reason", f"Also those that a later attempt made good. {RUN}", [("{{reason}}", f"sum by (reason) ({total('seedbed_evolution_evaluation_failures_total')})")], width=8),
            bars("Runs by how they ended", "A command that ends with its run is gone before it is scraped: what its text file says stays.", [("{{end}}", f"sum by (end) ({total('seedbed_evolution_runs_total')})")], width=8),
        ],
    ),
    (
        "Review",
        [
            stat("Refused as changed", "Plugins that are not the ones that were trusted.", f"sum({total(REFUSALS, CHANGED)})", steps=GOOD + [(1, "red")]),
            stat("Refused for files", "Others may write what the decision rests on.", f"sum({total(REFUSALS, FILES)})", steps=GOOD + [(1, "red")]),
            bars("Reviews by verdict", f"Before plugins run. {RUN}", [("{{verdict}}", f"sum by (verdict) ({total('seedbed_review_verdicts_total')})")], width=8, height=4),
            bars("Refused plugins by reason", RUN, [("{{reason}}", f"sum by (reason) ({total(REFUSALS)})")], width=8, height=4),
        ],
    ),
    (
        "Outcome",
        [
            series(
                "Success rate",
                f"{LATELY} Beside it the rate over the whole run.",
                [
                    ("{{instance}} lately", f"sum by (instance) ({rate('exit_mutations_success_total')}) / sum by (instance) ({rate('exit_mutations_total')})"),
                    ("{{instance}} run", total("exit_mutation_success_rate")),
                ],
                unit="percentunit",
                low=0,
                high=1,
                steps=SUCCESS,
            ),
            series(
                "Mutations a second",
                LATELY,
                [
                    ("mutations", f"sum({rate('exit_mutations_total')})"),
                    ("successes", f"sum({rate('exit_mutations_success_total')})"),
                    ("retries", f"sum({rate('exit_mutation_retries_total')})"),
                ],
                unit="ops",
                low=0,
            ),
            series("Failed attempts by reason", LATELY, [("{{reason}}", f"sum by (reason) ({rate('exit_mutation_attempt_failures_total')})")], stack=True, unit="ops", low=0),
            bars("Failed mutations by last reason", RUN, [("{{reason}}", f"sum by (reason) ({total('exit_mutations_failed_total')})")], width=6),
            bars(
                "Attempts",
                RUN,
                [
                    ("attempts", f"sum({total('exit_mutation_attempts_total')})"),
                    ("retries", f"sum({total('exit_mutation_retries_total')})"),
                    ("voided by a deadline", f"sum({total('exit_mutation_deadline_voids_total')})"),
                ],
                width=6,
            ),
        ],
    ),
    (
        "Tiers and clamps",
        [
            bars(
                "Tier shares and targets",
                f"Absent with track_mutation_types = false. {RUN}",
                [
                    ("{{tier}}", f"{TIERS} / ignoring (tier) group_left () sum without (tier) ({TIERS})"),
                    ("{{tier}}, target", f"avg by (tier) ({total('exit_mutation_tier_target_ratio')})"),
                ],
                width=8,
                unit="percentunit",
                low=0,
                high=1,
            ),
            series("Exit mutations by tier", LATELY, [("{{tier}}", f"sum by (tier) ({rate('exit_mutations_by_tier_total')})")], width=8, stack=True, unit="ops", low=0),
            bars("Clamps by parameter", f"The twenty most frequent. {RUN}", [("{{parameter}} {{bound}}", f"topk(20, sum by (parameter, bound) ({total('exit_mutation_clamps_total')}))")], width=8),
        ],
    ),
    (
        "Time",
        [
            series(
                "Time of a mutation",
                f"With all its attempts. {LATELY}",
                [(f"p{q * 100:g}", quantile(q, rate(DURATION + "_bucket"))) for q in (0.5, 0.95, 0.99)] + [("mean", f"sum({rate(DURATION + '_sum')}) / sum({rate(DURATION + '_count')})")],
                unit="s",
                low=0,
            ),
            heatmap("Distribution of times", LATELY, f"sum by (le) (increase({total(DURATION + '_bucket')}[$__rate_interval]))"),
            series(
                "Compile time of a component",
                f"Or the time to load it from the cache. {RUN}",
                [(f"p{q * 100:g}", quantile(q, total("seedbed_component_compile_seconds_bucket"))) for q in (0.5, 0.95)],
                width=8,
                unit="s",
                low=0,
            ),
            stat("Components compiled", RUN, f"sum({total('seedbed_component_compile_seconds_count')})", width=8, height=8),
            series(
                "Scoring",
                f"One plugin on one series; a command that only mutates scores nothing. {RUN}",
                [("p50", quantile(0.5, total("seedbed_evaluation_duration_seconds_bucket"))), ("p95", quantile(0.95, total("seedbed_evaluation_duration_seconds_bucket")))],
                width=8,
                unit="s",
                low=0,
            ),
        ],
    ),
    (
        "Sandbox and memory",
        [
            series("Fuel a second by function", LATELY, [("{{function}}", f"sum by (function) ({rate('seedbed_guest_fuel_total')})")], stack=True, low=0),
            series("Instances a second", LATELY, [("instances", f"sum({rate('seedbed_guest_instances_total')})")], unit="ops", low=0),
            series("Guest memory", "The largest peak of any instance so far.", [("{{instance}}", total("seedbed_guest_memory_peak_bytes"))], unit="bytes", low=0),
            series(
                "Resident memory",
                "Of seedbed itself, with its growth since the first mutation. A text file has the growth only.",
                [("{{instance}} resident", own_process(total("process_resident_memory_bytes"))), ("{{instance}} growth", total("seedbed_resident_memory_growth_bytes"))],
                unit="bytes",
            ),
        ],
    ),
]


def laid_out(rows):
    """All panels with their places: rows under each other, panels from left to right and wrapped."""
    panels, y = [], 0
    for title, members in rows:
        panels.append({"type": "row", "title": title, "collapsed": False, "panels": [], "gridPos": {"x": 0, "y": y, "w": WIDTH, "h": 1}})
        x, y = 0, y + 1
        height = 0
        for member in members:
            place = member["gridPos"]
            if x + place["w"] > WIDTH:
                x, y, height = 0, y + height, 0
            place.update(x=x, y=y)
            x, height = x + place["w"], max(height, place["h"])
            panels.append(member)
        y += height
    for number, member in enumerate(panels, start=1):
        member["id"] = number
    return panels


def variable(name, query):
    return {
        "name": name,
        "label": name,
        "type": "query",
        "datasource": DATASOURCE,
        "query": {"query": query, "refId": name},
        "definition": query,
        "refresh": 2,
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
    }


DASHBOARD = {
    "uid": "seedbed",
    "title": "seedbed",
    "description": "Evolution and mutation of strategies in the sandbox: progress, fitness, outcome, tiers, clamps, time, memory.",
    "tags": ["seedbed"],
    "schemaVersion": 39,
    "version": 1,
    "editable": True,
    "graphTooltip": 1,
    "refresh": "10s",
    "time": {"from": "now-30m", "to": "now"},
    "timezone": "browser",
    "annotations": {"list": []},
    "links": [],
    "templating": {
        "list": [
            {"name": "datasource", "label": "data source", "type": "datasource", "query": "prometheus", "refresh": 1, "current": {}, "includeAll": False, "multi": False},
            variable("job", "label_values(seedbed_build_info, job)"),
            variable("instance", 'label_values(seedbed_build_info{job=~"$job"}, instance)'),
        ]
    },
    "panels": laid_out(ROWS),
}


def main():
    text = json.dumps(DASHBOARD, indent=2) + "\n"
    if sys.argv[1:] == ["--check"]:
        if FILE.read_text() != text:
            sys.exit(f"{FILE.name} is out of date: run deploy/grafana/dashboard.py")
    elif sys.argv[1:]:
        sys.exit("usage: dashboard.py [--check]")
    else:
        FILE.write_text(text)


if __name__ == "__main__":
    main()
