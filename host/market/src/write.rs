use std::{
    io::{self, Write},
    sync::Arc,
};

use parquet::{
    basic::{Compression, LogicalType, Repetition, TimeUnit, Type},
    data_type::{DataType, DoubleType, Int64Type},
    errors::ParquetError,
    file::{
        properties::WriterProperties,
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::types::{Type as Schema, TypePtr},
};
use thiserror::Error;

use crate::{Bars, Column, time::BarTime};

/// Rows of a row group: few enough to be written from columns in memory, many enough to compress well.
const GROUP_ROWS: usize = 1 << 20;

/// Why bars were not written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The writer failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The Parquet encoder failed.
    #[error("cannot encode as Parquet: {0}")]
    Parquet(#[from] ParquetError),
}

/// Writes a header and one line a bar: the date alone at midnight UTC, else RFC 3339; numbers in the shortest form that reads back to the same bits.
///
/// # Errors
/// The writer's.
pub fn write_csv(bars: &Bars, writer: impl Write) -> Result<(), WriteError> {
    let mut writer = io::BufWriter::new(writer);
    let names = Column::ALL.map(Column::name);
    writeln!(writer, "{}", names.join(","))?;
    let prices = bars.open().iter().zip(bars.high()).zip(bars.low()).zip(bars.close());
    for ((&time, (((open, high), low), close)), volume) in bars.time().iter().zip(prices).zip(bars.volume()) {
        writeln!(writer, "{},{open},{high},{low},{close},{volume}", BarTime(time))?;
    }
    writer.flush()?;
    Ok(())
}

/// Writes a Parquet file, snappy-compressed: `time` as a UTC timestamp in milliseconds, the others as doubles, nothing nullable.
/// Equal bars give equal bytes.
///
/// # Errors
/// The writer's or the encoder's.
pub fn write_parquet(bars: &Bars, writer: impl Write + Send) -> Result<(), WriteError> {
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut file = SerializedFileWriter::new(writer, schema()?, Arc::new(properties))?;
    for first in (0..bars.len()).step_by(GROUP_ROWS) {
        let mut group = file.next_row_group()?;
        write_column::<Int64Type, _>(&mut group, rows(bars.time(), first))?;
        for column in [bars.open(), bars.high(), bars.low(), bars.close(), bars.volume()] {
            write_column::<DoubleType, _>(&mut group, rows(column, first))?;
        }
        group.close()?;
    }
    file.close()?;
    Ok(())
}

fn rows<T>(column: &[T], first: usize) -> &[T] {
    let rest = column.get(first..).unwrap_or_default();
    rest.get(..GROUP_ROWS).unwrap_or(rest)
}

fn write_column<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
) -> Result<(), ParquetError> {
    if let Some(mut column) = group.next_column()? {
        column.typed::<T>().write_batch(values, None, None)?;
        column.close()?;
    }
    Ok(())
}

fn schema() -> Result<TypePtr, ParquetError> {
    let fields = Column::ALL.map(|column| {
        let kind = if column == Column::Time { Type::INT64 } else { Type::DOUBLE };
        let logical = (column == Column::Time).then(|| LogicalType::timestamp(true, TimeUnit::MILLIS));
        let field = Schema::primitive_type_builder(column.name(), kind)
            .with_repetition(Repetition::REQUIRED)
            .with_logical_type(logical);
        field.build().map(Arc::new)
    });
    let fields = fields.into_iter().collect::<Result<_, _>>()?;
    Ok(Arc::new(Schema::group_type_builder("bars").with_fields(fields).build()?))
}
