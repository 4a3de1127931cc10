//! Where long columns are put up: memory of a fixed size that both ends read and write like a file. Through a socket they would go in
//! pieces of what the kernel takes at once, and both ends would wait for each other at every one. Both are of one machine, so that numbers stay
//! as they are.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;

use seedbed_market::Bars;
use zerocopy::{FromBytes, IntoBytes};

use crate::protocol::{Answer, SentBars, Value};

/// Bars for the worker before a call, its convictions after it.
#[derive(Debug)]
pub(crate) struct Board {
    file: File,
    bytes: u64,
}

/// Bytes of a number.
const NUMBER: u64 = size_of::<f64>() as u64;
/// Answers with fewer numbers go through the socket: a frame holds them.
const LONG: usize = 512;

impl Board {
    /// Bytes of a board: the convictions of two million bars, or 350,000 bars. What does not fit goes through the socket.
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
            self.file.write_all(numbers.as_bytes())?;
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
        for answer in answers {
            let Ok(Value::Posted { at, count }) = answer.outcome else { continue };
            left = left.checked_sub(count.saturating_mul(NUMBER)).ok_or(io::ErrorKind::FileTooLarge)?;
            answer.outcome = Ok(Value::Convictions(self.column::<f64>(at, count)?.into()));
        }
        Ok(())
    }

    /// Puts bars up from byte `at` on; gives where they end, or `None` where they do not fit.
    pub(crate) fn post_bars(&self, bars: &Bars, at: u64) -> io::Result<Option<u64>> {
        let SentBars { time, open, high, low, close, volume } = SentBars::of(bars);
        let columns = [&open, &high, &low, &close, &volume].map(|column| column.as_bytes());
        let columns = std::iter::once(time.as_bytes()).chain(columns);
        let end = columns.clone().fold(at, |end, column| end.saturating_add(column.len() as u64));
        if end > self.bytes {
            return Ok(None);
        }
        columns.into_iter().try_fold(at, |at, column| {
            self.file.write_all_at(column, at)?;
            io::Result::Ok(at.saturating_add(column.len() as u64))
        })?;
        Ok(Some(end))
    }

    /// The bars that stand from byte `at` on.
    pub(crate) fn bars(&self, at: u64, rows: u64) -> io::Result<SentBars<'static>> {
        let place = |column: u64| rows.saturating_mul(NUMBER).saturating_mul(column).saturating_add(at);
        let prices = |column| io::Result::Ok(self.column::<f64>(place(column), rows)?.into());
        Ok(SentBars {
            time: self.column::<i64>(at, rows)?.into(),
            open: prices(1)?,
            high: prices(2)?,
            low: prices(3)?,
            close: prices(4)?,
            volume: prices(5)?,
        })
    }

    /// So many numbers from byte `at` on.
    fn column<T: Copy + Default + FromBytes + IntoBytes>(&self, at: u64, count: u64) -> io::Result<Vec<T>> {
        let fits = |count: &u64| count.saturating_mul(NUMBER).saturating_add(at) <= self.bytes;
        let count = Some(count).filter(fits).and_then(|count| usize::try_from(count).ok());
        let mut column = vec![T::default(); count.ok_or(io::ErrorKind::FileTooLarge)?];
        self.file.read_exact_at(column.as_mut_bytes(), at)?;
        Ok(column)
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::io::{Seek, SeekFrom, Write};

    use seedbed_market::sample;
    use seedbed_outcome::Usage;

    use super::{Board, LONG};
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
        let lengths = [LONG - 1, LONG, 4096, 4097, 100_000, 0, LONG];
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

    #[test]
    fn bars_are_taken_as_they_were_put_up() {
        let (host, worker) = boards();
        let end = host.post_bars(sample(), 0).unwrap().unwrap();
        let rows = sample().len() as u64;
        assert_eq!(end, 48 * rows);
        assert_eq!(host.post_bars(sample(), end).unwrap(), Some(2 * end));
        for at in [0, end] {
            assert_eq!(worker.bars(at, rows).unwrap().bars().unwrap(), *sample());
        }
        assert_eq!(host.post_bars(sample(), Board::BYTES - end + 1).unwrap(), None);
        for (at, rows) in [(Board::BYTES - end + 1, rows), (0, u64::MAX), (u64::MAX, rows)] {
            assert!(worker.bars(at, rows).is_err());
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
