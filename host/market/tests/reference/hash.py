"""Prints the hash of the embedded sample, computed apart from the crate.

Versions: Python 3.11, blake3 1.0.11. Run from host/market: python tests/reference/hash.py
"""

import csv
import datetime
import struct

import blake3

rows = list(csv.DictReader(open("data/ibm_1d.csv")))
epoch = datetime.date(1970, 1, 1)
days = [(datetime.date.fromisoformat(row["time"]) - epoch).days for row in rows]
parts = [b"seedbed bars 1\n", struct.pack("<Q", len(rows))]
parts += [struct.pack("<q", day * 86_400_000) for day in days]
for column in ["open", "high", "low", "close", "volume"]:
    parts += [struct.pack("<d", float(row[column])) for row in rows]
print(blake3.blake3(b"".join(parts)).hexdigest())
