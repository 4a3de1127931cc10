use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type};
use parquet::data_type::{BoolType, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type as Schema;

use super::{Booked, COLUMNS, Cells, Column};

/// One row group, snappy-compressed; every column nullable. Equal trades give equal bytes.
pub(crate) fn write(trades: &[Booked<'_>], to: impl Write + Send) -> Result<()> {
    let fields = COLUMNS.iter().map(|column| field(column).map(Arc::new)).collect::<Result<_>>()?;
    let schema = Arc::new(Schema::group_type_builder("trades").with_fields(fields).build()?);
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut file = SerializedFileWriter::new(to, schema, Arc::new(properties))?;
    let mut group = file.next_row_group()?;
    for Column { cells, .. } in COLUMNS {
        match cells {
            Cells::Text(cell) => {
                column::<ByteArrayType, _>(&mut group, trades, |trade| Some(cell(trade).into_bytes().into()))?;
            }
            Cells::Time(cell) => column::<Int64Type, _>(&mut group, trades, |trade| cell(trade).map(|time| time.0))?,
            Cells::Count(cell) => column::<Int64Type, _>(&mut group, trades, cell)?,
            Cells::Number(cell) => column::<DoubleType, _>(&mut group, trades, cell)?,
            Cells::Flag(cell) => column::<BoolType, _>(&mut group, trades, |trade| Some(cell(trade)))?,
        }
    }
    group.close()?;
    file.close()?;
    Ok(())
}

fn field(column: &Column) -> Result<Schema> {
    let (kind, logical) = match column.cells {
        Cells::Text(_) => (Type::BYTE_ARRAY, Some(LogicalType::String)),
        Cells::Time(_) => (Type::INT64, Some(LogicalType::timestamp(true, TimeUnit::MILLIS))),
        Cells::Count(_) => (Type::INT64, None),
        Cells::Number(_) => (Type::DOUBLE, None),
        Cells::Flag(_) => (Type::BOOLEAN, None),
    };
    let field = Schema::primitive_type_builder(column.name, kind);
    field.with_repetition(Repetition::OPTIONAL).with_logical_type(logical).build()
}

fn column<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    trades: &[Booked<'_>],
    cell: impl Fn(&Booked<'_>) -> Option<T::T>,
) -> Result<()> {
    if let Some(mut column) = group.next_column()? {
        let values: Vec<Option<T::T>> = trades.iter().map(cell).collect();
        let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
        let present: Vec<T::T> = values.into_iter().flatten().collect();
        column.typed::<T>().write_batch(&present, Some(&levels), None)?;
        column.close()?;
    }
    Ok(())
}
