//! Where long answers are put up: memory of a fixed size that both ends read and write like a file. Through a socket they would go in
//! pieces of what the kernel takes at once, and both ends would wait for each other at every one.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;

use crate::protocol::{Answer, Value};

/// Convictions, the longest answers.
#[derive(Debug)]
pub(crate) struct Board {
    file: File,
    bytes: u64,
}

/// Bytes of a number.
const NUMBER: u64 = size_of::<f64>() as u64;
/// Answers with fewer numbers go through the socket: a frame holds them.
const LONG: usize = 512;
/// Numbers turned into bytes at once.
const PIECE: usize = 4096;

impl Board {
    /// Bytes of a board: the convictions of two million bars. What does not fit goes through the socket.
    const BYTES: u64 = 16 << 20;

    /// A new board, where the system has such memory. It takes no more memory than is written, and nobody can change its size.
    #[cfg(target_os = "linux")]
    pub(crate) fn new() -> io::Result<Option<Self>> {
        use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
        let memory = memfd_create("seedbed-answers", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        ftruncate(&memory, Self::BYTES)?;
        fcntl_add_seals(&memory, SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL)?;
        Ok(Some(Self { file: memory.into(), bytes: Self::BYTES }))
    }

    #[cfg(not(target_os = "linux"))]
    pub(crate) fn new() -> io::Result<Option<Self>> {
        Ok(None)
    }

    /// The board of the other end.
    pub(crate) fn given(handle: OwnedFd, bytes: u64) -> Self {
        Self { file: handle.into(), bytes }
    }

    /// For the other end.
    pub(crate) fn handle(&self) -> io::Result<OwnedFd> {
        Ok(self.file.try_clone()?.into())
    }

    /// Its size in bytes.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Puts up the long ones of some answers, over those of the last time.
    pub(crate) fn post(&mut self, answers: &mut [Answer]) -> io::Result<()> {
        let mut at = 0;
        for answer in answers {
            let Ok(Value::Convictions(numbers)) = &answer.outcome else { continue };
            let count = numbers.len() as u64;
            let end = count.saturating_mul(NUMBER).saturating_add(at);
            if numbers.len() < LONG || end > self.bytes {
                continue;
            }
            self.file.seek(SeekFrom::Start(at))?;
            let mut bytes = Vec::with_capacity(PIECE * size_of::<f64>());
            for numbers in numbers.chunks(PIECE) {
                bytes.clear();
                bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
                self.file.write_all(&bytes)?;
            }
            answer.outcome = Ok(Value::Posted { at, count });
            at = end;
        }
        Ok(())
    }

    /// Takes what is put up into the answers that say so: of all of them together at most `most` bytes.
    ///
    /// # Errors
    /// An answer points to more, or beyond the board.
    pub(crate) fn fetch(&self, answers: &mut [Answer], most: u64) -> io::Result<()> {
        let mut left = most.min(self.bytes);
        let mut bytes = vec![0; PIECE * size_of::<f64>()];
        for answer in answers {
            let Ok(Value::Posted { mut at, count }) = answer.outcome else { continue };
            let mut wanted = count.saturating_mul(NUMBER);
            left = left.checked_sub(wanted).ok_or(io::ErrorKind::FileTooLarge)?;
            let mut numbers = Vec::with_capacity(usize::try_from(count).unwrap_or_default());
            while wanted > 0 {
                let piece = usize::try_from(wanted).unwrap_or(usize::MAX).min(bytes.len());
                let piece = bytes.get_mut(..piece).unwrap_or_default();
                self.file.read_exact_at(piece, at)?;
                numbers.extend(piece.as_chunks().0.iter().map(|number| f64::from_le_bytes(*number)));
                let piece = piece.len() as u64;
                (at, wanted) = (at.saturating_add(piece), wanted.saturating_sub(piece));
            }
            answer.outcome = Ok(Value::Convictions(numbers.into()));
        }
        Ok(())
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::{Seek, SeekFrom, Write};

    use seedbed_outcome::Usage;

    use super::{Board, LONG, PIECE};
    use crate::protocol::{Answer, Value};

    fn answer(value: Value) -> Answer {
        Answer { outcome: Ok(value), usage: Usage::default(), said: Vec::new() }
    }

    fn boards() -> (Board, Board) {
        let host = Board::new().unwrap().unwrap();
        let worker = Board::given(host.handle().unwrap(), host.bytes());
        (host, worker)
    }

    #[test]
    fn what_is_put_up_is_taken_to_the_last_bit() {
        let (host, mut worker) = boards();
        let numbers = |count: usize| (0..count as u64).map(|n| f64::from_bits(n.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        let lengths = [LONG - 1, LONG, PIECE, PIECE + 1, 3 * PIECE - 1, 0, LONG];
        for _ in 0..2 {
            let mut answers: Vec<_> =
                lengths.map(|count| answer(Value::Convictions(numbers(count).collect::<Vec<_>>().into()))).into();
            worker.post(&mut answers).unwrap();
            let posted = answers.iter().filter(|answer| matches!(answer.outcome, Ok(Value::Posted { .. }))).count();
            assert_eq!(posted, 5);
            host.fetch(&mut answers, u64::MAX).unwrap();
            for (answer, count) in answers.iter().zip(lengths) {
                let Ok(Value::Convictions(found)) = &answer.outcome else { panic!("{:?}", answer.outcome) };
                assert!(found.iter().map(|number| number.to_bits()).eq(numbers(count).map(f64::to_bits)), "{count}");
            }
        }
    }

    /// What fits no more goes through the socket instead of being lost.
    #[test]
    fn what_does_not_fit_stays_in_the_answer() {
        let (_, mut worker) = boards();
        let long = vec![0.5; usize::try_from(Board::BYTES).unwrap() / size_of::<f64>()];
        let mut answers = [answer(Value::Convictions(long.into())), answer(Value::Convictions(vec![0.5; LONG].into()))];
        worker.post(&mut answers).unwrap();
        assert!(matches!(answers[0].outcome, Ok(Value::Posted { at: 0, .. })));
        assert!(matches!(answers[1].outcome, Ok(Value::Convictions(_))));
    }

    /// Otherwise a broken worker could make the host read, and set aside, as much as it likes.
    #[test]
    fn a_worker_that_points_elsewhere_is_not_believed() {
        let (host, _) = boards();
        let numbers = Board::BYTES / 8;
        for (at, count) in [(8, numbers), (u64::MAX, 1), (0, numbers + 1), (0, u64::MAX), (u64::MAX, u64::MAX)] {
            assert!(host.fetch(&mut [answer(Value::Posted { at, count })], u64::MAX).is_err(), "{at} {count}");
        }
        let posted = || answer(Value::Posted { at: 0, count: 100 });
        assert!(host.fetch(&mut [posted(), posted()], 1600).is_ok());
        assert!(host.fetch(&mut [posted(), posted()], 1599).is_err());
    }

    /// A worker cannot make it larger, so that what all of them fill is known beforehand.
    #[test]
    fn a_board_keeps_its_size() {
        let (_, mut worker) = boards();
        assert!(worker.file.set_len(Board::BYTES + 1).is_err());
        assert!(worker.file.set_len(0).is_err());
        worker.file.seek(SeekFrom::Start(Board::BYTES)).unwrap();
        assert!(worker.file.write_all(b"x").is_err());
    }
}
