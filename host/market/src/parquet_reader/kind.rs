use parquet::{
    basic::{ConvertedType, LogicalType, TimeUnit, Type},
    schema::types::ColumnDescriptor,
};

use crate::{read_error::Problem, time::EpochUnit};

/// How the values of a time column stand for times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeKind {
    /// The reader yields milliseconds as it is (strings, INT96).
    Milliseconds,
    Days,
    Unit(EpochUnit),
    /// Plain whole numbers, whose unit the whole column decides.
    Epoch,
}

impl TimeKind {
    pub(super) fn of(column: &ColumnDescriptor) -> Result<TimeKind, Problem> {
        let kind = match (column.physical_type(), column.logical_type_ref(), column.converted_type()) {
            (Type::INT96, ..) => TimeKind::Milliseconds,
            (Type::BYTE_ARRAY, Some(LogicalType::String) | None, _) => TimeKind::Milliseconds,
            (Type::INT32, Some(LogicalType::Date), _) | (Type::INT32, None, ConvertedType::DATE) => TimeKind::Days,
            (Type::INT64, Some(LogicalType::Timestamp(timestamp)), _) => TimeKind::Unit(match timestamp.unit {
                TimeUnit::MILLIS => EpochUnit::Milliseconds,
                TimeUnit::MICROS => EpochUnit::Microseconds,
                TimeUnit::NANOS => EpochUnit::Nanoseconds,
            }),
            (Type::INT64, None, ConvertedType::TIMESTAMP_MILLIS) => TimeKind::Unit(EpochUnit::Milliseconds),
            (Type::INT64, None, ConvertedType::TIMESTAMP_MICROS) => TimeKind::Unit(EpochUnit::Microseconds),
            (Type::INT32 | Type::INT64, None, converted) if is_integer(converted) => TimeKind::Epoch,
            (Type::INT32 | Type::INT64, Some(LogicalType::Integer(_)), _) => TimeKind::Epoch,
            _ => return Err(mismatch(column, "a time (timestamp, date, epoch or text)")),
        };
        Ok(kind)
    }
}

/// How the values of a price or volume column stand for numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct NumberKind {
    unsigned: bool,
    /// What whole numbers are divided by: a power of ten for DECIMAL, else 1.
    divisor: f64,
}

impl NumberKind {
    pub(super) fn of(column: &ColumnDescriptor) -> Result<NumberKind, Problem> {
        let whole = |unsigned| NumberKind { unsigned, divisor: 1.0 };
        let kind = match (column.physical_type(), column.logical_type_ref(), column.converted_type()) {
            (Type::FLOAT | Type::DOUBLE, ..) => whole(false),
            (Type::INT32 | Type::INT64, Some(LogicalType::Integer(integer)), _) => whole(!integer.is_signed),
            (Type::INT32 | Type::INT64, Some(LogicalType::Decimal(decimal)), _) => scaled(decimal.scale),
            (Type::INT32 | Type::INT64, None, ConvertedType::DECIMAL) => scaled(column.type_scale()),
            (Type::INT32 | Type::INT64, None, converted) if is_integer(converted) => whole(is_unsigned(converted)),
            _ => return Err(mismatch(column, "a number (float, double or integer)")),
        };
        Ok(kind)
    }

    pub(super) fn of_i32(self, number: i32) -> f64 {
        let number = if self.unsigned { f64::from(number.cast_unsigned()) } else { f64::from(number) };
        number / self.divisor
    }

    pub(super) fn of_i64(self, number: i64) -> f64 {
        let number = if self.unsigned { number.cast_unsigned() as f64 } else { number as f64 };
        number / self.divisor
    }
}

/// Powers of ten up to 1e22 are exact, so the one division rounds correctly; the 18 digits of an INT64 stay below that.
fn scaled(scale: i32) -> NumberKind {
    let divisor = (0..scale.clamp(0, 22)).fold(1.0, |power, _| power * 10.0);
    NumberKind { unsigned: false, divisor }
}

fn is_integer(converted: ConvertedType) -> bool {
    let signed = [ConvertedType::NONE, ConvertedType::INT_8, ConvertedType::INT_16, ConvertedType::INT_32];
    signed.contains(&converted) || converted == ConvertedType::INT_64 || is_unsigned(converted)
}

fn is_unsigned(converted: ConvertedType) -> bool {
    [ConvertedType::UINT_8, ConvertedType::UINT_16, ConvertedType::UINT_32, ConvertedType::UINT_64].contains(&converted)
}

fn mismatch(column: &ColumnDescriptor, wanted: &'static str) -> Problem {
    let found = match column.logical_type_ref() {
        Some(logical) => format!("{} {logical:?}", column.physical_type()),
        None => column.physical_type().to_string(),
    };
    Problem::ColumnType { found, wanted }
}
