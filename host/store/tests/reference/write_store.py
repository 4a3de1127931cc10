"""Writes tests/fixtures/store-1 by docs/store.md alone, without seedbed: what a reader of version 1 must read for ever.

Needs blake3 and pyarrow (written with Python 3.11, blake3 1.0.11, pyarrow 26.0.1). Usage: python write_store.py FOLDER
"""

import json
import struct
import sys
from pathlib import Path

import pyarrow
import pyarrow.parquet
from blake3 import blake3

NUMBERS = [0.1 + 0.2, -0.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1 / 3, 1e23]


def document(path, kind, value):
    body = json.dumps(value, indent=1)
    check = blake3(body.encode()).hexdigest()[:16]
    head = f'{{"format":"seedbed-{kind}","version":1,"check":"{check}","value":'
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(f"{head}\n{body}\n}}\n".encode())


def segment(path, number, rows):
    text = b""
    for row, evaluation in enumerate(rows):
        columns = {"version": 1, "segment": number, "row": row, "rows": len(rows), **evaluation}
        text += json.dumps(columns, ensure_ascii=False)[:-1].encode()
        text += f',"check":"{blake3(text).hexdigest()[:16]}"}}\n'.encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)


def bars(folder):
    time = [0, 86_400_000]
    columns = [[10.0, 0.1 + 0.2], [11.5, 9.25], [9.5, 0.25], [11.0, 9.0], [0.0, 1 / 3]]
    content = b"seedbed bars 1\n" + struct.pack("<Q2q", 2, *time)
    content += b"".join(struct.pack("<2d", *column) for column in columns)
    names = ["open", "high", "low", "close", "volume"]
    table = {"time": pyarrow.array(time, pyarrow.timestamp("ms", "UTC")), **dict(zip(names, columns))}
    folder.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(pyarrow.table(table), folder / f"{blake3(content).hexdigest()}.parquet")


def genome():
    return {
        "version": 1,
        "plugin": "ema-crossover",
        "component": "c0" * 32,
        "parameters": {"fast": 12, "slow": NUMBERS[0]},
        "exits": {
            "fixed-stop": {"stop-loss": NUMBERS[5], "touch": "strict"},
            "take-profit": {"target": NUMBERS[6], "touch": "inclusive"},
            "time-stop": {"holding-period": 10.0},
        },
        "combine": "all",
        "ties": {"target-by-stop": NUMBERS[2]},
        "step_size": NUMBERS[3],
    }


def evaluation(slot, **changed):
    return {
        "phase": "window-1",
        "generation": 2,
        "slot": slot,
        "plugin": "ema-crossover",
        "genome": genome(),
        "hash": "ab" * 32,
        "origin": "crossover",
        "parents": ["01" * 32, "02" * 32],
        "attempts": ["refused", "a \"text\"\n\u2028\U0001F331"],
        "status": "scored",
        "reason": None,
        "fitness": NUMBERS[4],
        "total_return": NUMBERS[0],
        "max_drawdown": NUMBERS[1],
        "sharpe": NUMBERS[2],
        "holding_bars": NUMBERS[5],
        "trades": 17,
        "loss_share": 0.25,
        "deadline": False,
        **changed,
    }


nothing = dict.fromkeys(["fitness", "total_return", "max_drawdown", "sharpe", "holding_bars", "trades", "loss_share"])
root = Path(sys.argv[1])
run = root / "runs" / "20261121-142233-ema"
document(root / "store.json", "store", {"layout": 1})
bars(root / "bars")
document(run / "run.json", "run", {"seed": 2**64 - 1, "numbers": NUMBERS, "text": "\u2028é"})
document(run / "epoch-1", "epoch", {"process": 4711, "host": "laptop"})
segment(run / "evaluations" / "00000000.jsonl", 0, [evaluation(0), evaluation(1, sharpe=None, status="raced")])
failed = evaluation(2, status="failed", reason="trapped", deadline=True, parents=[], attempts=[], **nothing)
segment(run / "evaluations" / "00000001.jsonl", 1, [failed])
for name in ["checkpoint", "champion", "lineage", "result"]:
    document(run / f"{name}.json", name, {"name": name, "numbers": NUMBERS})
