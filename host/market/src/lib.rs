//! Price bars: validated columns and their hash, readers and writers for CSV and Parquet, what a series is (bar length, bars a year,
//! gaps, suspected splits), an embedded sample, and seeded synthetic series.
//!
//! [`Bars`] are validated once, at the door; everything behind may rely on what [`Bars`] promises.

mod bars;
mod calendar;
mod column;
mod csv_reader;
mod gaps;
mod hash;
mod layout;
mod parquet_reader;
mod profile;
mod read;
mod read_error;
mod rule;
mod sample;
mod splits;
mod symbol;
pub mod synth;
mod time;
mod write;

pub use bars::{Bars, BarsError};
pub use calendar::Calendar;
pub use column::{Column, Columns};
pub use csv_reader::read_csv;
pub use gaps::Gap;
pub use hash::BarsHash;
pub use parquet_reader::read_parquet;
pub use profile::{Profile, profile};
pub use read::{MAX_FILE_BYTES, MAX_ROWS, Notice, Reading, read_file, read_file_with_notices};
pub use read_error::{FileRow, Place, Problem, ReadError};
pub use rule::Rule;
pub use sample::{SAMPLE_NAME, sample};
pub use splits::Split;
pub use symbol::Symbol;
pub use synth::{SynthConfig, SynthError, synthesize};
pub use time::{BarLength, BarTime};
pub use write::{WriteError, write_csv, write_parquet};
