use std::collections::BTreeMap;
use std::io::{BufReader, Write};
use std::num::NonZeroUsize;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use seedbed_jail::Bounds;
use seedbed_market::{Bars, BarsHash};
use seedbed_outcome::{Call, Function, GuestText, Usage};
use seedbed_sandbox::{Code, Component, Limits, LoadError, Observer, Reads, Said, Sandbox, SandboxConfig};

use crate::board::Board;
use crate::frame::{self, FrameError};
use crate::holds::Holds;
use crate::protocol::{
    self, Answer, Ask, ComponentKey, DecodeError, MOST_GREETING, Order, Reply, Request, Role, SentExit, Setup, Value,
    Welcome,
};

/// Serves the host at the other end of standard input as a worker, until that end closes.
///
/// It shuts the process in, so it comes first in a program and last: before any thread is started, and with nothing to do afterwards.
#[must_use]
pub fn serve() -> ExitCode {
    let line = std::io::stdin().as_fd().try_clone_to_owned().map(UnixStream::from);
    let line = line.and_then(|line| Ok((line, std::io::stdout().as_fd().try_clone_to_owned()?)));
    match line.map_err(|error| Unable::Frame(error.into())).and_then(|(line, board)| serve_on(&line, board)) {
        Ok(()) => ExitCode::SUCCESS,
        // Standard error reaches the host's log.
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

/// Why a worker ends before its host does.
#[derive(Debug, thiserror::Error)]
enum Unable {
    #[error("the line to the host: {0}")]
    Frame(#[from] FrameError),
    #[error("what the host sent {0}")]
    Decode(#[from] DecodeError),
    #[error("cannot say what there is to say: {0}")]
    Encode(#[from] postcard::Error),
    #[error("{0}")]
    Failed(GuestText),
}

fn serve_on(host: &UnixStream, board: OwnedFd) -> Result<(), Unable> {
    let (mut orders, mut line) = (BufReader::new(host), host);
    let mut payload = Vec::new();
    if !frame::read(&mut orders, MOST_GREETING, &mut payload)? {
        return Ok(());
    }
    let greeted = protocol::decode_greeting::<Setup>(&payload);
    let begun = match &greeted {
        Ok(setup) => Server::new(setup, board),
        Err(error) => Err(GuestText::new(&format!("what the host sent {error}"))),
    };
    let welcome = begun.as_ref().map(|(_, welcome)| welcome);
    frame::write(&mut line, &protocol::encode_greeting(&welcome)?).map_err(FrameError::Io)?;
    let (mut server, _) = begun.map_err(Unable::Failed)?;
    let mut out = Vec::new();
    while frame::read(&mut orders, u64::MAX, &mut payload)? {
        let reply = match protocol::decode(&payload) {
            Ok(order) => server.follow(order),
            Err(error) => Some(Reply::Failed(GuestText::new(&format!("the order {error}")))),
        };
        if let Some(reply) = reply {
            out.clear();
            frame::append(&mut out, |payload| protocol::encode(&reply, payload))?;
            line.write_all(&out).map_err(FrameError::Io)?;
            if let Reply::Failed(why) = reply {
                return Err(Unable::Failed(why));
            }
        }
    }
    Ok(())
}

/// A worker's engine, and what it was sent.
struct Server {
    sandbox: Sandbox,
    heard: Arc<Heard>,
    components: BTreeMap<ComponentKey, Component>,
    bars: BTreeMap<BarsHash, Bars>,
    /// For long answers, where the host has one.
    board: Option<Board>,
}

impl Server {
    fn new(setup: &Setup, board: OwnedFd) -> Result<(Self, Welcome), GuestText> {
        seedbed_sandbox::prepare();
        let layers = seedbed_jail::enter(&bounds(setup));
        let heard = Arc::new(Heard::default());
        let config = SandboxConfig {
            memory: setup.memory,
            concurrency: NonZeroUsize::MIN,
            gate: false,
            strict_nan: setup.strict_nan,
            size: setup.size,
            cache: None,
            observer: Some(Arc::clone(&heard) as Arc<dyn Observer>),
        };
        let sandbox = Sandbox::new(&config).map_err(|error| GuestText::new(&error.to_string()))?;
        let welcome = Welcome { engine: sandbox.fingerprint(), layers };
        let board = (setup.board > 0).then(|| Board::given(board, setup.board));
        Ok((Self { sandbox, heard, components: BTreeMap::new(), bars: BTreeMap::new(), board }, welcome))
    }

    fn follow(&mut self, order: Order<'_>) -> Option<Reply<'static>> {
        match order {
            Order::Bars(sent) => self.keep_bars(sent),
            Order::PostedBars { at, rows } => match self.board.as_ref().map(|board| board.bars(at, rows)) {
                Some(Ok(sent)) => self.keep_bars(sent),
                Some(Err(error)) => Some(failed(&format!("bars that are put up cannot be read: {error}"))),
                None => Some(failed("bars on a board that is not here")),
            },
            Order::Component { key, code } => Some(self.link(key, Code::received(code.into_owned()))),
            Order::Forget { components, bars } => {
                components.iter().for_each(|key| drop(self.components.remove(key)));
                bars.iter().for_each(|hash| drop(self.bars.remove(hash)));
                None
            }
            Order::Calls(requests) => {
                let answers = self.calls(&requests);
                Some(self.answer(answers))
            }
            Order::Turn { component, limits, reads, calls } => {
                let answers = self.turn(component, &limits, reads, &calls);
                Some(self.answer(answers))
            }
            Order::Compile(component) => Some(match self.sandbox.compile(&component) {
                Ok(code) => Reply::Compiled(code.into_bytes().into()),
                Err(LoadError::Invalid(why)) => Reply::Refused(why),
                Err(error) => Reply::Refused(GuestText::new(&error.to_string())),
            }),
        }
    }

    fn keep_bars(&mut self, sent: protocol::SentBars<'_>) -> Option<Reply<'static>> {
        match sent.bars() {
            Ok(bars) => {
                self.bars.insert(bars.hash(), bars);
                None
            }
            Err(error) => Some(failed(&error.to_string())),
        }
    }

    fn link(&mut self, key: ComponentKey, code: Code) -> Reply<'static> {
        // The host forgets for both; one that does not would fill this process, and means no good.
        if self.components.len() > 2 * Holds::COMPONENTS {
            return failed("too many components at once");
        }
        match self.sandbox.link(key.hash, key.wasi, &code) {
            Ok(component) => {
                self.components.insert(key, component);
                Reply::Linked(Ok(()))
            }
            Err(LoadError::Invalid(why)) => Reply::Linked(Err(why)),
            Err(error) => Reply::Linked(Err(GuestText::new(&error.to_string()))),
        }
    }

    /// Says what calls ended in, the long answers on the board.
    fn answer(&mut self, answers: Result<Vec<Answer>, &'static str>) -> Reply<'static> {
        let mut answers = match answers {
            Ok(answers) => answers,
            Err(why) => return failed(why),
        };
        match self.board.as_mut().map_or(Ok(()), |board| board.post(&mut answers)) {
            Ok(()) => Reply::Answers(answers),
            Err(error) => failed(&format!("an answer cannot be put up: {error}")),
        }
    }

    fn calls(&self, requests: &[Request]) -> Result<Vec<Answer>, &'static str> {
        let mut answers = Vec::with_capacity(requests.len().min(64));
        for request in requests {
            let answer = self.call(request)?;
            let is_last = answer.outcome.is_err();
            answers.push(answer);
            if is_last {
                break;
            }
        }
        Ok(answers)
    }

    /// Fails only where the host asked for what it never sent.
    fn call(&self, request: &Request) -> Result<Answer, &'static str> {
        let Request { component, limits, ask } = request;
        let component = self.components.get(component).ok_or("a call of a component that is not here")?;
        let Call { outcome, usage } = match ask {
            Ask::Describe => component.describe(limits).and_then(|answer| Ok(Value::Description(answer))),
            Ask::ExitParameters => component.exit_parameters(limits).and_then(|answer| Ok(Value::Exits(answer))),
            Ask::DataNeeded { parameters } => {
                component.data_needed(parameters, limits).and_then(|answer| Ok(Value::DataNeed(answer)))
            }
            Ask::Accept { parameters, exits } => {
                let exits = SentExit::genome(exits).ok_or("an exit mechanism that the contract does not have")?;
                component.accept(parameters, &exits, limits).and_then(|()| Ok(Value::Accepted))
            }
            Ask::Signals { bars, reads, parameters } => {
                let bars = self.bars.get(bars).ok_or("a call on bars that are not here")?;
                component
                    .signals(bars, *reads, parameters, limits)
                    .and_then(|answer| Ok(Value::Convictions(answer.into())))
            }
        };
        Ok(Answer { outcome, usage, said: self.heard.take() })
    }

    /// What the guest said stands with the last of the answers.
    fn turn(
        &self,
        component: ComponentKey,
        limits: &Limits,
        reads: Reads,
        calls: &[(BarsHash, Vec<f64>)],
    ) -> Result<Vec<Answer>, &'static str> {
        let component = self.components.get(&component).ok_or("a turn of a component that is not here")?;
        let given = |(hash, parameters): &'_ (BarsHash, Vec<f64>)| Some((self.bars.get(hash)?, parameters.clone()));
        let calls: Vec<_> = calls.iter().map(given).collect::<Option<_>>().ok_or("a turn on bars that are not here")?;
        let calls: Vec<_> = calls.iter().map(|(bars, parameters)| (*bars, parameters.as_slice())).collect();
        let ended = component.signals_in_turn(&calls, reads, limits).into_iter();
        let mut answers: Vec<_> = ended
            .map(|Call { outcome, usage }| {
                let outcome = outcome.map(|convictions| Value::Convictions(convictions.into()));
                Answer { outcome, usage, said: Vec::new() }
            })
            .collect();
        let said = self.heard.take();
        if let Some(last) = answers.last_mut() {
            last.said = said.into_iter().take(Said::LOGGED).collect();
        }
        Ok(answers)
    }
}

/// What a worker may use: enough for what it is for, so that only a broken one meets a bound.
fn bounds(setup: &Setup) -> Bounds {
    /// Engine, libraries and what a call takes besides its guest's memory.
    const OWN: u64 = 512 << 20;
    /// Descriptors of the first contents of memories, one or two a component.
    const FILES: u64 = 16 * Holds::COMPONENTS as u64;
    let usual = Bounds::default();
    match setup.role {
        Role::Compile { processor, memory } => Bounds { data: memory, cpu: processor, ..usual },
        Role::Run => Bounds {
            data: setup.memory.saturating_mul(2).saturating_add(2 * Holds::BARS as u64).saturating_add(OWN),
            // It lives as long as its host; fuel and deadlines bound each call.
            cpu: u64::MAX,
            files: FILES,
            file_bytes: usual.file_bytes.max(setup.memory),
            ..usual
        },
    }
}

fn failed(why: &str) -> Reply<'static> {
    Reply::Failed(GuestText::new(why))
}

/// What guests said during the call under way.
#[derive(Debug, Default)]
struct Heard(Mutex<Vec<Said>>);

impl Heard {
    fn take(&self) -> Vec<Said> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Observer for Heard {
    fn compiled(&self, _took: Duration) {}

    fn called(&self, _function: Function, _usage: &Usage) {}

    fn said(&self, said: &Said) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(said.clone());
    }
}
