use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
};

use bytes::Bytes;
use parquet::{
    errors::{ParquetError, Result},
    file::reader::{ChunkReader, Length},
};

/// Bytes that a page may have when it is decompressed; writers make pages of about a megabyte.
const MAX_PAGE_BYTES: i64 = 64 << 20;

/// Bytes of the footer's length and magic number, which end the file.
const TAIL: u64 = 8;

/// A file in which reading past the end is an error, and so is a page header that claims too much. The Parquet library takes what is missing at the
/// end for read: a header that claims lists of billions of numbers would keep it for hours. And it sets aside what a page is said to have.
pub(super) struct Whole(pub(super) File);

impl Length for Whole {
    fn len(&self) -> u64 {
        self.0.len()
    }
}

impl ChunkReader for Whole {
    type T = UntilEnd;

    fn get_read(&self, start: u64) -> Result<UntilEnd> {
        let mut read = self.0.get_read(start)?;
        // Whole columns are read page by page, so that what is read from here on is a page header, the footer's end aside.
        if start.saturating_add(TAIL) != self.len() {
            check_page(read.fill_buf()?)?;
        }
        Ok(UntilEnd(read))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        self.0.get_bytes(start, length)
    }
}

pub(super) struct UntilEnd(BufReader<File>);

impl Read for UntilEnd {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 if !buffer.is_empty() => Err(io::ErrorKind::UnexpectedEof.into()),
            read => Ok(read),
        }
    }
}

fn check_page(header: &[u8]) -> Result<()> {
    match decompressed_bytes(header) {
        Some(bytes) if bytes <= MAX_PAGE_BYTES => Ok(()),
        Some(bytes) => {
            Err(ParquetError::General(format!("a page of {bytes} bytes, at most {MAX_PAGE_BYTES} are read")))
        }
        None => Err(ParquetError::General("a page header does not begin with type and size of the page".to_owned())),
    }
}

/// The second field of a page header, which is in Thrift's compact protocol: `PageHeader { 1: PageType type, 2: i32 uncompressed_page_size, ..`.
fn decompressed_bytes(header: &[u8]) -> Option<i64> {
    /// The next field, of type i32 (enums are such, too).
    const NEXT_I32: u8 = 0x15;
    let (_, rest) = integer(header.strip_prefix(&[NEXT_I32])?)?;
    let (bytes, _) = integer(rest.strip_prefix(&[NEXT_I32])?)?;
    Some(bytes)
}

/// A zigzag number of at most 32 bits, seven in a byte, lowest first, and what follows.
fn integer(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let length = bytes.iter().take(5).position(|byte| byte & 0x80 == 0)? + 1;
    let (number, rest) = bytes.split_at_checked(length)?;
    let number = number.iter().rev().fold(0_i64, |number, byte| number << 7 | i64::from(byte & 0x7f));
    Some(((number >> 1) ^ -(number & 1), rest))
}

#[cfg(test)]
mod tests {
    use super::{check_page, decompressed_bytes};

    /// Numbers as the Thrift specification writes them: 300 is 0xd8 0x04, -1 is 0x01.
    #[test]
    fn a_page_header_tells_its_size() {
        assert_eq!(decompressed_bytes(&[0x15, 0x00, 0x15, 0xd8, 0x04, 0x15]), Some(300));
        assert_eq!(decompressed_bytes(&[0x15, 0x06, 0x15, 0x01]), Some(-1));
        assert_eq!(decompressed_bytes(&[0x15, 0x00, 0x15, 0xff, 0xff, 0xff, 0xff, 0x0f]), Some(-(1 << 31)));
        for short in
            [&[][..], &[0x15], &[0x15, 0x00], &[0x15, 0x00, 0x15], &[0x15, 0x00, 0x15, 0x80], &[0x05, 0x02, 0x00]]
        {
            assert_eq!(decompressed_bytes(short), None, "{short:?}");
        }
    }

    /// Otherwise a file of a few kilobytes makes the library set two gigabytes aside.
    #[test]
    fn a_page_that_claims_too_much_is_refused() {
        // 64 MiB are 1 << 26 and in zigzag 1 << 27: three groups of no bits, and 1 << 6 in the fourth.
        assert!(check_page(&[0x15, 0x00, 0x15, 0x80, 0x80, 0x80, 0x40]).is_ok());
        let error = check_page(&[0x15, 0x00, 0x15, 0x82, 0x80, 0x80, 0x40]).unwrap_err().to_string();
        assert!(error.ends_with("a page of 67108865 bytes, at most 67108864 are read"), "{error}");
    }
}
