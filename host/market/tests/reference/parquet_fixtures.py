"""Writes the Parquet fixtures of tests/data with foreign writers.

Versions that wrote the kept files: Python 3.11, pandas 3.1.1, pyarrow 26.0.1, duckdb 2.0.0.
Run from host/market: python tests/reference/parquet_fixtures.py
All but `wrong_*` hold the first 60 rows of data/ibm_1d.csv. wrong_page_header.parquet and wrong_page_size.parquet are not from here: fuzzing came
upon them.
"""

from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

DATA = Path("tests/data")
CSV = "data/ibm_1d.csv"

frame = pd.read_csv(CSV, parse_dates=["time"]).head(60)
frame["volume"] = frame["volume"].astype("int64")

# pandas, as people call it: a named index, an unnamed index, zstd, capital names, an adjusted close.
titled = frame.rename(columns=str.title).rename(columns={"Time": "Date"})
titled.assign(**{"Adj Close": titled["Close"] / 2}).set_index("Date").to_parquet(DATA / "pandas_index.parquet")
frame.set_index(pd.DatetimeIndex(frame["time"].to_numpy())).drop(columns="time").to_parquet(
    DATA / "pandas_unnamed_index.parquet", compression="zstd"
)

# pyarrow: every unit of time, legacy types, text, narrow numbers, several row groups, data pages of version 2.
table = pa.Table.from_pandas(frame, preserve_index=False)


def with_time(name, array, **options):
    position = table.schema.get_field_index("time")
    pq.write_table(table.set_column(position, "time", array), DATA / name, **options)


stamps = pa.array(frame["time"].astype("datetime64[ns]"))
epoch = frame["time"].astype("datetime64[ns]").astype("int64") // 1_000_000_000
for unit in ["ms", "us", "ns"]:
    with_time(f"pyarrow_{unit}.parquet", stamps.cast(pa.timestamp(unit, tz="UTC")), row_group_size=25)
with_time("pyarrow_int96.parquet", stamps, use_deprecated_int96_timestamps=True)
with_time("pyarrow_date32.parquet", stamps.cast(pa.date32()), data_page_version="2.0", compression="zstd")
with_time("pyarrow_text.parquet", pa.array(frame["time"].dt.strftime("%Y-%m-%d")), compression="none")
with_time("pyarrow_epoch_s.parquet", pa.array(epoch))
with_time("pyarrow_epoch_ms.parquet", pa.array(epoch * 1_000))

decimal = pa.decimal128(9, 3)
exact = {
    name: pa.array([Decimal(str(value)) for value in frame[name]], type=decimal)
    for name in ["open", "high", "low", "close"]
}
pq.write_table(
    pa.table({"time": stamps, **exact, "volume": pa.array(frame["volume"]).cast(pa.uint32())}),
    DATA / "pyarrow_decimal.parquet",
    store_decimal_as_integer=True,
)

# Refused.
with_time("wrong_codec_gzip.parquet", stamps, compression="gzip")
with_time("wrong_codec_lz4.parquet", stamps, compression="lz4")
with_time("wrong_time_type.parquet", pa.array([float(value) for value in epoch]))
holes = pa.table(table)
closes = frame["close"].tolist()
closes[31] = None
pq.write_table(
    holes.set_column(holes.schema.get_field_index("close"), "close", pa.array(closes)),
    DATA / "wrong_null.parquet",
    row_group_size=20,
)
pq.write_table(table.drop_columns(["high"]), DATA / "wrong_no_high.parquet")
pq.write_table(table.slice(0, 0), DATA / "wrong_empty.parquet")
pq.write_table(table.take(pa.array(range(59, -1, -1))), DATA / "wrong_newest_first.parquet")
pq.write_table(
    table.set_column(1, "open", pa.array([[value] for value in frame["open"]])), DATA / "wrong_nested.parquet"
)

# DuckDB: what COPY makes of a CSV, and a time zone.
rows = f"(SELECT * FROM read_csv('{CSV}') LIMIT 60)"
duckdb.sql(f"COPY {rows} TO '{DATA}/duckdb_copy.parquet' (FORMAT parquet)")
duckdb.sql("SET TimeZone = 'UTC'")
duckdb.sql(
    f"COPY (SELECT * REPLACE (time::TIMESTAMPTZ AS time, open::DECIMAL(18, 4) AS open) FROM {rows})"
    f" TO '{DATA}/duckdb_zoned.parquet' (FORMAT parquet, COMPRESSION zstd)"
)
