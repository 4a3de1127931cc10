mod lines;
mod times;

use std::io::Read;

use csv::ByteRecord;

use self::{
    lines::{Lines, RowLines},
    times::Times,
};
use crate::{
    Column, Columns,
    layout::Layout,
    read::{MAX_ROWS, Reading},
    read_error::{self, Place, Problem, ReadError, excerpt},
};

/// Reads comma-separated prices with a header, oldest bar first; `source` is the name that errors give.
///
/// Columns are found by name in any case and order, others are passed over: `time`, `date`, `datetime`, `timestamp` or `open time`
/// (an unnamed first column is the time if nothing else is); `open` or `o`; `high` or `h`; `low` or `l`; `close` or `c`; `volume`, `vol` or `v`.
/// `adj close` beside `close` is ignored, and a file without volume gets volume 0; both with a [`Notice`](crate::Notice).
///
/// Times are all text or all whole numbers. Text: `2000-03-01`, `2000-03-01 14:30[:00[.250]]` (with a space or `T`), or RFC 3339; UTC without an
/// offset. Numbers have one unit for the whole column, from the largest magnitude M: dates if all have the form `20000301`; else seconds since 1970 for
/// M < 1e11, milliseconds for M < 1e14, microseconds for M < 1e17, else nanoseconds.
///
/// Quoted fields, a byte-order mark, CRLF and blank lines are understood.
///
/// # Errors
/// The first fault, with line (counted from 1, header included) and column. Memory is bounded by [`MAX_ROWS`] and by the longest line allowed (1 MiB).
pub fn read_csv(reader: impl Read, source: &str) -> Result<Reading, ReadError> {
    read_bounded(reader, source, MAX_ROWS)
}

fn read_bounded(reader: impl Read, source: &str, max_rows: usize) -> Result<Reading, ReadError> {
    let mut lines = Lines::new(reader);
    let mut table = Table { times: Times::default(), columns: Columns::default(), lines: RowLines::default() };
    let read = table.read(&mut lines, max_rows);
    let (layout, notices) = read.map_err(|(column, problem)| {
        let place = lines.place(&problem);
        ReadError::new(source, column.map_or(place, |column| place.column(column)), problem)
    })?;
    let Table { times, mut columns, lines } = table;
    columns.time = times
        .into_milliseconds()
        .map_err(|(row, problem)| ReadError::new(source, Place::line(lines.line(row)).column(Column::Time), problem))?;
    if layout.volume.is_none() {
        columns.volume = vec![0.0; columns.time.len()];
    }
    let bars = read_error::bars(source, columns, |row| Place::line(lines.line(row)))?;
    Ok(Reading { bars, notices })
}

struct Table {
    times: Times,
    /// Without the times.
    columns: Columns,
    lines: RowLines,
}

type Fault = (Option<Column>, Problem);

impl Table {
    fn read<R: Read>(&mut self, lines: &mut Lines<R>, max_rows: usize) -> Result<(Layout, Vec<crate::Notice>), Fault> {
        let whole = |problem| (None, problem);
        let mut record = ByteRecord::new();
        if !lines.next(&mut record).map_err(whole)? {
            return Err(whole(Problem::Empty));
        }
        let header: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
        let names: Vec<_> = header.iter().map(|name| name.trim()).collect();
        let (layout, notices) = Layout::find(&names).map_err(whole)?;
        let expected = record.len();
        while lines.next(&mut record).map_err(whole)? {
            if record.len() != expected {
                return Err(whole(Problem::FieldCount { fields: record.len(), expected }));
            }
            if self.columns.open.len() == max_rows {
                return Err(whole(Problem::TooManyRows { limit: max_rows }));
            }
            self.lines.push(lines.line());
            self.push(&record, &layout)?;
        }
        Ok((layout, notices))
    }

    fn push(&mut self, record: &ByteRecord, layout: &Layout) -> Result<(), Fault> {
        let field = |position: usize| record.get(position).unwrap_or_default().trim_ascii();
        self.times.push(field(layout.time)).map_err(|problem| (Some(Column::Time), problem))?;
        let Columns { open, high, low, close, volume, .. } = &mut self.columns;
        let mut cells = [
            (Column::Open, Some(layout.open), open),
            (Column::High, Some(layout.high), high),
            (Column::Low, Some(layout.low), low),
            (Column::Close, Some(layout.close), close),
            (Column::Volume, layout.volume, volume),
        ];
        for (column, position, values) in &mut cells {
            if let Some(position) = *position {
                values.push(number(field(position)).map_err(|problem| (Some(*column), problem))?);
            }
        }
        Ok(())
    }
}

fn number(field: &[u8]) -> Result<f64, Problem> {
    let text = std::str::from_utf8(field).ok();
    text.and_then(|text| text.parse().ok())
        .ok_or_else(|| Problem::NotANumber { text: excerpt(&String::from_utf8_lossy(field)) })
}

#[cfg(test)]
mod tests;
