use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
};

use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};

use crate::read_error::Problem;

/// Bytes that the footer may have; that of a price file has some kilobytes.
const MAX_FOOTER_BYTES: u32 = 16 << 20;

/// Checks the last eight bytes, the footer's length and the magic number; gives the size of the file.
pub(super) fn check_size(file: &mut File) -> Result<u64, Problem> {
    let bytes = file.seek(SeekFrom::End(0))?;
    if bytes < 12 {
        return Err(Problem::Parquet(format!("{bytes} bytes are too few")));
    }
    file.seek(SeekFrom::End(-8))?;
    let mut tail = [0; 8];
    file.read_exact(&mut tail)?;
    let [a, b, c, d, magic @ ..] = tail;
    match &magic {
        b"PAR1" => {}
        b"PARE" => return Err(Problem::Parquet("the footer is encrypted".to_owned())),
        _ => return Err(Problem::Parquet("it does not end in PAR1: cut short, or another format".to_owned())),
    }
    let footer = u32::from_le_bytes([a, b, c, d]);
    if footer > MAX_FOOTER_BYTES {
        return Err(Problem::Footer(format!("{footer} bytes, at most {MAX_FOOTER_BYTES} are read")));
    }
    Ok(bytes)
}

/// The rows of the table, when the numbers of the footer agree with each other, with the file and with the limit.
pub(super) fn check_rows(metadata: &ParquetMetaData, bytes: u64, max_rows: usize) -> Result<usize, Problem> {
    let columns = metadata.file_metadata().schema_descr().num_columns();
    let mut sum = 0_usize;
    for group in metadata.row_groups() {
        if group.num_columns() != columns {
            return Err(Problem::Footer("a row group lacks columns".to_owned()));
        }
        if !group.columns().iter().all(|chunk| lies_within(chunk, bytes)) {
            return Err(Problem::Footer("a column lies outside the file".to_owned()));
        }
        let rows = usize::try_from(group.num_rows());
        let rows = rows.map_err(|_| Problem::Footer("a row group has a negative number of rows".to_owned()))?;
        sum = sum.saturating_add(rows);
        if sum > max_rows {
            return Err(Problem::TooManyRows { limit: max_rows });
        }
    }
    if i64::try_from(sum).ok() != Some(metadata.file_metadata().num_rows()) {
        return Err(Problem::Footer("the row groups do not add up to the rows of the file".to_owned()));
    }
    Ok(sum)
}

/// The Parquet library panics on a chunk that starts or ends before the file.
fn lies_within(chunk: &ColumnChunkMetaData, bytes: u64) -> bool {
    let start = chunk.dictionary_page_offset().unwrap_or(chunk.data_page_offset());
    let end = start.checked_add(chunk.compressed_size());
    let end = end.and_then(|end| u64::try_from(end).ok());
    start >= 0 && chunk.compressed_size() >= 0 && end.is_some_and(|end| end <= bytes)
}
