//! Frames: a length of four bytes, little-endian, and so many bytes.

use std::io::{self, Read, Write};

/// Why no frame could be read.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The other end is gone, or the connection broke.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Longer than the reader takes.
    #[error("a frame of {length} bytes, at most {most} expected")]
    TooLong {
        /// What its header says.
        length: u64,
        /// What the reader takes.
        most: u64,
    },
}

/// Bytes of a frame's header.
pub const HEADER: usize = 4;

/// The length that a header tells.
///
/// # Errors
/// [`FrameError::TooLong`]: more than `most`.
pub fn length(header: [u8; HEADER], most: u64) -> Result<usize, FrameError> {
    let length = u32::from_le_bytes(header);
    usize::try_from(length)
        .ok()
        .filter(|_| u64::from(length) <= most)
        .ok_or(FrameError::TooLong { length: length.into(), most })
}

/// Reads one frame into `payload`, which grows only as bytes arrive. `false` where the other end closed before a frame began.
///
/// # Errors
/// [`FrameError`]: nothing that follows on this connection can be read.
pub fn read(from: &mut impl Read, most: u64, payload: &mut Vec<u8>) -> Result<bool, FrameError> {
    /// Set aside at once; a header that lies costs no more.
    const AHEAD: usize = 1 << 20;
    payload.clear();
    let mut header = [0; HEADER];
    let mut read = 0;
    while let Some(rest) = header.get_mut(read..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) if read == 0 => return Ok(false),
            Ok(0) => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    let length = length(header, most)?;
    payload.reserve(length.min(AHEAD));
    from.take(length as u64).read_to_end(payload)?;
    if payload.len() < length {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    Ok(true)
}

/// Appends a frame to `out`, its payload written by `fill`.
///
/// # Errors
/// Those of `fill`, and a payload of more than a header can tell.
pub fn append(
    out: &mut Vec<u8>,
    fill: impl FnOnce(&mut Vec<u8>) -> Result<(), postcard::Error>,
) -> Result<(), postcard::Error> {
    let start = out.len();
    out.extend([0; HEADER]);
    fill(out)?;
    let length = out.len().saturating_sub(start).saturating_sub(HEADER);
    let length = u32::try_from(length).map_err(|_| postcard::Error::SerializeBufferFull)?;
    if let Some(header) = out.get_mut(start..start.saturating_add(HEADER)) {
        header.copy_from_slice(&length.to_le_bytes());
    }
    Ok(())
}

/// Writes one frame.
///
/// # Errors
/// The connection broke, or the payload is longer than a header can tell.
pub fn write(to: &mut impl Write, payload: &[u8]) -> io::Result<()> {
    let length = u32::try_from(payload.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(payload)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, ErrorKind};

    use super::{FrameError, read, write};

    #[test]
    fn frames_arrive_as_they_were_sent() {
        let mut wire = Vec::new();
        write(&mut wire, b"one").unwrap();
        write(&mut wire, b"").unwrap();
        let (mut wire, mut payload) = (Cursor::new(wire), Vec::new());
        assert!(read(&mut wire, 3, &mut payload).unwrap());
        assert_eq!(payload, b"one");
        assert!(read(&mut wire, 3, &mut payload).unwrap());
        assert_eq!(payload, b"");
        assert!(!read(&mut wire, 3, &mut payload).unwrap());
    }

    /// Otherwise four bytes of a broken worker would cost the host four gigabytes.
    #[test]
    fn a_header_is_not_believed() {
        let mut payload = Vec::new();
        let error = read(&mut Cursor::new([0xff; 8]), 100, &mut payload).unwrap_err();
        assert!(matches!(error, FrameError::TooLong { length: 0xffff_ffff, most: 100 }), "{error:?}");
        let error = read(&mut Cursor::new([0xff; 8]), u64::MAX, &mut payload).unwrap_err();
        assert!(matches!(&error, FrameError::Io(error) if error.kind() == ErrorKind::UnexpectedEof), "{error:?}");
        assert!(payload.capacity() <= 2 << 20, "{}", payload.capacity());
        let error = read(&mut Cursor::new([1, 0]), 100, &mut payload).unwrap_err();
        assert!(matches!(&error, FrameError::Io(error) if error.kind() == ErrorKind::UnexpectedEof), "{error:?}");
    }
}
