mod footer;
mod kind;
mod whole;

use std::{
    fs::File,
    panic::{self, AssertUnwindSafe},
};

use parquet::{
    basic::{Compression, Type},
    data_type::{ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type, Int96Type},
    errors::ParquetError,
    file::{reader::FileReader, serialized_reader::SerializedFileReader},
    schema::types::ColumnDescPtr,
};

use self::{
    kind::{NumberKind, TimeKind},
    whole::Whole,
};
use crate::{
    Column, Columns,
    layout::Layout,
    read::{MAX_ROWS, Notice, Reading},
    read_error::{self, Place, Problem, ReadError},
    time::{EpochUnit, parse_time},
};

/// Rows that are decoded at a time.
const BATCH_ROWS: usize = 16 * 1024;

/// Reads prices from a Parquet file, oldest bar first; `source` is the name that errors give.
///
/// Column names are those of [`read_csv`](crate::read_csv) (`__index_level_0__` is the time if nothing else is). Nested columns are passed over.
/// Prices and volume are FLOAT, DOUBLE, INT32 or INT64 (signed, unsigned or DECIMAL). The time is a TIMESTAMP in ms, us or ns (without a zone it
/// is UTC), DATE, INT96, or whole numbers or strings as in `read_csv`. Chunks are uncompressed, snappy or zstd.
///
/// # Errors
/// The first fault, with row (counted from 0) and column. The footer is bounded before anything is allocated for it: at most 16 MiB,
/// [`MAX_ROWS`] rows, and row groups that add up. A page may have 64 MiB when it is decompressed.
pub fn read_parquet(file: File, source: &str) -> Result<Reading, ReadError> {
    read_bounded(file, source, MAX_ROWS)
}

fn read_bounded(file: File, source: &str, max_rows: usize) -> Result<Reading, ReadError> {
    // The Parquet library panics on some damaged pages (a dictionary that is missing, say). All it worked on is dropped with the panic.
    let read = panic::catch_unwind(AssertUnwindSafe(|| read_trusting(file, source, max_rows)));
    read.unwrap_or_else(|_| {
        let problem = Problem::Parquet("a page is damaged".to_owned());
        Err(ReadError::new(source, Place::FILE, problem))
    })
}

fn read_trusting(mut file: File, source: &str, max_rows: usize) -> Result<Reading, ReadError> {
    let whole = |problem| ReadError::new(source, Place::FILE, problem);
    let bytes = footer::check_size(&mut file).map_err(whole)?;
    let reader = SerializedFileReader::new(Whole(file)).map_err(|error| whole(damaged(&error)))?;
    let rows = footer::check_rows(reader.metadata(), bytes, max_rows).map_err(whole)?;
    let table = Table::new(reader, rows, source);
    let (layout, notices) = table.layout().map_err(whole)?;
    let columns = Columns {
        time: table.times(layout.time)?,
        open: table.numbers(Column::Open, layout.open)?,
        high: table.numbers(Column::High, layout.high)?,
        low: table.numbers(Column::Low, layout.low)?,
        close: table.numbers(Column::Close, layout.close)?,
        volume: match layout.volume {
            Some(position) => table.numbers(Column::Volume, position)?,
            None => vec![0.0; rows],
        },
    };
    let bars = read_error::bars(source, columns, Place::row)?;
    Ok(Reading { bars, notices })
}

fn damaged(error: &ParquetError) -> Problem {
    let text = match error {
        ParquetError::General(text) | ParquetError::NYI(text) | ParquetError::EOF(text) => text.clone(),
        other => other.to_string(),
    };
    Problem::Parquet(read_error::message(&text))
}

struct Table<'a> {
    reader: SerializedFileReader<Whole>,
    /// The columns that are neither nested nor repeated, with their positions among all.
    flat: Vec<(usize, ColumnDescPtr)>,
    rows: usize,
    source: &'a str,
}

impl<'a> Table<'a> {
    fn new(reader: SerializedFileReader<Whole>, rows: usize, source: &'a str) -> Table<'a> {
        let columns = reader.metadata().file_metadata().schema_descr().columns().iter().cloned().enumerate();
        let flat = columns.filter(|(_, column)| column.path().parts().len() == 1 && column.max_rep_level() == 0);
        let flat = flat.collect();
        Table { reader, flat, rows, source }
    }

    fn layout(&self) -> Result<(Layout, Vec<Notice>), Problem> {
        let names: Vec<_> = self.flat.iter().map(|(_, column)| column.name()).collect();
        Layout::find(&names)
    }

    fn times(&self, position: usize) -> Result<Vec<i64>, ReadError> {
        let column = self.column(Column::Time, position)?;
        let kind = TimeKind::of(column.descriptor).map_err(|problem| column.error(None, problem))?;
        let mut times = Vec::with_capacity(self.rows);
        match (column.descriptor.physical_type(), kind) {
            (Type::BYTE_ARRAY, _) => column.each::<ByteArrayType>(|text| {
                times.push(parse_text(text.data())?);
                Ok(())
            })?,
            (Type::INT96, _) => column.each::<Int96Type>(|time| {
                times.push(time.to_millis());
                Ok(())
            })?,
            (Type::INT32, _) => column.each::<Int32Type>(|&time| {
                times.push(i64::from(time));
                Ok(())
            })?,
            _ => column.each::<Int64Type>(|&time| {
                times.push(time);
                Ok(())
            })?,
        }
        let unit = match kind {
            TimeKind::Milliseconds => return Ok(times),
            TimeKind::Days => {
                times.iter_mut().for_each(|time| *time *= crate::time::DAY);
                return Ok(times);
            }
            TimeKind::Unit(unit) => unit,
            TimeKind::Epoch => EpochUnit::of(&times),
        };
        for (row, time) in times.iter_mut().enumerate() {
            let no_time = || column.error(Some(row), Problem::NotATime { text: time.to_string() });
            *time = unit.milliseconds(*time).ok_or_else(no_time)?;
        }
        Ok(times)
    }

    fn numbers(&self, name: Column, position: usize) -> Result<Vec<f64>, ReadError> {
        let column = self.column(name, position)?;
        let kind = NumberKind::of(column.descriptor).map_err(|problem| column.error(None, problem))?;
        let mut numbers = Vec::with_capacity(self.rows);
        match column.descriptor.physical_type() {
            Type::FLOAT => column.each::<FloatType>(|&number| {
                numbers.push(f64::from(number));
                Ok(())
            })?,
            Type::INT32 => column.each::<Int32Type>(|&number| {
                numbers.push(kind.of_i32(number));
                Ok(())
            })?,
            Type::INT64 => column.each::<Int64Type>(|&number| {
                numbers.push(kind.of_i64(number));
                Ok(())
            })?,
            _ => column.each::<DoubleType>(|&number| {
                numbers.push(number);
                Ok(())
            })?,
        }
        Ok(numbers)
    }

    fn column(&self, name: Column, position: usize) -> Result<TableColumn<'_>, ReadError> {
        let Some((leaf, descriptor)) = self.flat.get(position) else {
            let problem = Problem::Footer(format!("no column at position {position}"));
            return Err(ReadError::new(self.source, Place::FILE.column(name), problem));
        };
        Ok(TableColumn { table: self, leaf: *leaf, name, descriptor })
    }
}

fn parse_text(text: &[u8]) -> Result<i64, Problem> {
    let parsed = std::str::from_utf8(text).ok().and_then(|text| parse_time(text.trim()));
    parsed.ok_or_else(|| Problem::NotATime { text: read_error::excerpt(&String::from_utf8_lossy(text)) })
}

struct TableColumn<'a> {
    table: &'a Table<'a>,
    leaf: usize,
    name: Column,
    descriptor: &'a ColumnDescPtr,
}

impl TableColumn<'_> {
    /// Gives `take` every value in order; refuses nulls, and row groups that hold other than the promised rows.
    fn each<T: DataType>(&self, mut take: impl FnMut(&T::T) -> Result<(), Problem>) -> Result<(), ReadError> {
        let damaged = |error: ParquetError| self.error(None, damaged(&error));
        let full = self.descriptor.max_def_level();
        let mut row = 0;
        let mut levels = Vec::new();
        let mut values = Vec::new();
        for (group, metadata) in self.table.reader.metadata().row_groups().iter().enumerate() {
            self.check_codec(metadata.column(self.leaf).compression())?;
            let end = row + usize::try_from(metadata.num_rows()).unwrap_or_default();
            let group = self.table.reader.get_row_group(group).map_err(damaged)?;
            let cells = group.get_column_reader(self.leaf).map_err(damaged)?;
            let Some(mut cells) = T::get_column_reader(cells) else {
                return Err(self.error(None, Problem::Footer("the column changes its type".to_owned())));
            };
            loop {
                levels.clear();
                values.clear();
                let (records, _, _) =
                    cells.read_records(BATCH_ROWS, Some(&mut levels), None, &mut values).map_err(damaged)?;
                if let Some(null) = levels.iter().position(|&level| level != full) {
                    return Err(self.error(Some(row + null), Problem::Null));
                }
                if records == 0 && row == end {
                    break;
                }
                if records == 0 || row + records > end {
                    let promise = Problem::Footer("a row group has other than the promised rows".to_owned());
                    return Err(self.error(Some(row), promise));
                }
                for (offset, value) in values.iter().enumerate() {
                    take(value).map_err(|problem| self.error(Some(row + offset), problem))?;
                }
                row += records;
            }
        }
        Ok(())
    }

    fn check_codec(&self, codec: Compression) -> Result<(), ReadError> {
        let name = match codec {
            Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::ZSTD(_) => return Ok(()),
            Compression::GZIP(_) => "gzip",
            Compression::LZO => "lzo",
            Compression::BROTLI(_) => "brotli",
            Compression::LZ4 | Compression::LZ4_RAW => "lz4",
        };
        Err(self.error(None, Problem::Codec { codec: name.to_owned() }))
    }

    fn error(&self, row: Option<usize>, problem: Problem) -> ReadError {
        let place = row.map_or(Place::FILE, Place::row).column(self.name);
        ReadError::new(self.table.source, place, problem)
    }
}

#[cfg(test)]
mod tests;
