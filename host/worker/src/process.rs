use std::io::{self, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use seedbed_market::Bars;
use seedbed_outcome::GuestText;

use crate::board::Board;
use crate::frame::{self, FrameError};
use crate::holds::Holds;
use crate::lost::Lost;
use crate::nursery::Nursery;
use crate::protocol::{self, Answer, MOST_GREETING, Order, Reply, Role, SentBars, Setup, Welcome};

/// A worker process that was greeted. Killed when dropped.
#[derive(Debug)]
pub(crate) struct Process {
    line: Line,
    welcome: Welcome,
    board: Option<Board>,
    /// What it was sent and was not told to forget.
    pub(crate) holds: Holds,
}

/// A process and the only line to it.
#[derive(Debug)]
struct Line {
    child: Child,
    socket: BufReader<Timed>,
    errors: UnixStream,
    frame: Vec<u8>,
    orders: Vec<u8>,
}

/// What an answer may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// Wall clock of all answers together.
    pub(crate) time: Duration,
    /// Bytes of one answer.
    pub(crate) bytes: u64,
}

impl Process {
    /// From the start to the welcome; a worker on a busy machine takes a hundredth of it.
    const START: Duration = Duration::from_secs(10);

    /// Starts a worker and greets it.
    pub(crate) fn start(nursery: &Nursery, setup: &Setup) -> Result<Self, Lost> {
        let board = match setup.role {
            Role::Run => Board::new().map_err(Lost::Start)?,
            Role::Compile { .. } => None,
        };
        let mut line = Line::to(nursery, board.as_ref()).map_err(Lost::Start)?;
        let setup = Setup { board: board.as_ref().map_or(0, Board::bytes), ..*setup };
        let hello = protocol::encode_greeting(&setup)?;
        frame::append(&mut line.orders, |payload| {
            payload.extend(hello);
            Ok(())
        })?;
        let until = Until::now(Patience { time: Self::START, bytes: MOST_GREETING });
        line.send(until)?;
        line.receive(until)?;
        let welcome: Result<Welcome, GuestText> = protocol::decode_greeting(&line.frame)?;
        Ok(Self { line, welcome: welcome.map_err(Lost::GaveUp)?, board, holds: Holds::default() })
    }

    /// What it is.
    pub(crate) fn welcome(&self) -> &Welcome {
        &self.welcome
    }

    /// Adds an order to those that [`Process::exchange`] sends.
    pub(crate) fn order(&mut self, order: &Order<'_>) -> Result<(), Lost> {
        Ok(frame::append(&mut self.line.orders, |payload| protocol::encode(order, payload))?)
    }

    /// Sends bars, by the board from byte `at` on where they fit; gives where the next may stand.
    pub(crate) fn send_bars(&mut self, bars: &Bars, at: u64) -> Result<u64, Lost> {
        let posted = self.board.as_ref().map(|board| board.post_bars(bars, at)).transpose().map_err(Lost::Board)?;
        match posted.flatten() {
            Some(end) => {
                self.order(&Order::PostedBars { at, rows: bars.len() as u64 })?;
                Ok(end)
            }
            None => {
                self.order(&Order::Bars(SentBars::of(bars)))?;
                Ok(at)
            }
        }
    }

    /// Takes what answers put up, of `most` bytes at most, into them.
    pub(crate) fn fetch(&self, answers: &mut [Answer], most: u64) -> Result<(), Lost> {
        let Some(board) = &self.board else { return Ok(()) };
        board.fetch(answers, most).map_err(|_| Lost::BesidesThePoint("with more convictions than there are"))
    }

    /// Sends the orders and shows each of so many answers to `read`. After an error this worker is of no more use.
    pub(crate) fn exchange(
        &mut self,
        replies: usize,
        patience: Patience,
        mut read: impl FnMut(usize, Reply<'_>) -> Result<(), Lost>,
    ) -> Result<(), Lost> {
        let until = Until::now(patience);
        self.line.send(until)?;
        for number in 0..replies {
            self.line.receive(until)?;
            match protocol::decode(&self.line.frame)? {
                Reply::Failed(why) => return Err(Lost::GaveUp(why)),
                reply => read(number, reply)?,
            }
        }
        Ok(())
    }
}

impl Line {
    /// Short answers arrive in one read; long ones pass it by.
    const BUFFER: usize = 4 << 10;

    fn to(nursery: &Nursery, board: Option<&Board>) -> io::Result<Self> {
        let (socket, theirs) = UnixStream::pair()?;
        let (errors, their_errors) = UnixStream::pair()?;
        errors.set_nonblocking(true)?;
        let child = nursery.start(theirs, board.map(Board::handle).transpose()?, their_errors)?;
        let socket = BufReader::with_capacity(Self::BUFFER, Timed::new(socket));
        Ok(Self { child, socket, errors, frame: Vec::new(), orders: Vec::new() })
    }

    fn send(&mut self, until: Until) -> Result<(), Lost> {
        let socket = self.socket.get_mut();
        socket.until = until.instant;
        let sent = socket.write_all(&self.orders);
        self.orders.clear();
        // What large orders took is not kept for good.
        self.orders.shrink_to(1 << 20);
        sent.map_err(|error| self.why(FrameError::Io(error), until))
    }

    fn receive(&mut self, until: Until) -> Result<(), Lost> {
        self.socket.get_mut().until = until.instant;
        match frame::read(&mut self.socket, until.patience.bytes, &mut self.frame) {
            Ok(true) => Ok(()),
            Ok(false) => Err(self.died()),
            Err(error) => Err(self.why(error, until)),
        }
    }

    fn why(&mut self, error: FrameError, until: Until) -> Lost {
        match error {
            FrameError::Io(error) => match error.kind() {
                io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Lost::Hung(until.patience.time),
                _ => self.died(),
            },
            error @ FrameError::TooLong { .. } => Lost::Frame(error),
        }
    }

    /// The line is closed: its end is near, or is helped.
    fn died(&mut self) -> Lost {
        const NEAR: Duration = Duration::from_millis(50);
        let start = Instant::now();
        while start.elapsed() < NEAR && matches!(self.child.try_wait(), Ok(None)) {
            thread::sleep(Duration::from_millis(1));
        }
        // An error means that it is dead already.
        let _ = self.child.kill();
        match self.child.wait() {
            Ok(status) => Lost::Died { status, said: self.last_words() },
            Err(error) => Lost::Frame(FrameError::Io(error)),
        }
    }

    /// The start of what it wrote to standard error.
    fn last_words(&mut self) -> GuestText {
        let mut said = [0; 4096];
        let read = self.errors.read(&mut said).unwrap_or(0);
        GuestText::new(&String::from_utf8_lossy(said.get(..read).unwrap_or_default()))
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        // Errors mean that it is dead already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Until when something may take, and why.
#[derive(Debug, Clone, Copy)]
struct Until {
    instant: Instant,
    patience: Patience,
}

impl Until {
    fn now(patience: Patience) -> Self {
        /// Longer than anybody waits, and short enough for every clock.
        const LONG: Duration = Duration::from_secs(365 * 24 * 3600);
        Self { instant: Instant::now() + patience.time.min(LONG), patience }
    }
}

/// A socket that is read and written until a moment, however slowly the other end deals out its bytes.
#[derive(Debug)]
struct Timed {
    socket: UnixStream,
    until: Instant,
    /// What the kernel was told to wait at most, since it costs to tell it.
    told: Duration,
}

impl Timed {
    fn new(socket: UnixStream) -> Self {
        Self { socket, until: Instant::now(), told: Duration::ZERO }
    }

    /// Tells the kernel how long to wait, in whole seconds: after them, or after fewer, the moment is looked at.
    fn wait(&mut self) -> io::Result<()> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        // The last second is waited out exactly.
        let whole = if left > Duration::from_secs(1) { Duration::from_secs(1) } else { left };
        if whole != self.told {
            self.socket.set_read_timeout(Some(whole))?;
            self.socket.set_write_timeout(Some(whole))?;
            self.told = whole;
        }
        Ok(())
    }

    fn until(&mut self, mut act: impl FnMut(&UnixStream) -> io::Result<usize>) -> io::Result<usize> {
        loop {
            self.wait()?;
            match act(&self.socket) {
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
                done => return done,
            }
        }
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.until(|mut socket| socket.read(buffer))
    }
}

impl Write for Timed {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.until(|mut socket| socket.write(buffer))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
