//! What host and worker say to each other, one message a frame. Pure functions over bytes; nothing here reads or writes.
//!
//! | from the host | the worker's answer |
//! |---|---|
//! | hello: [`Setup`], once, first | welcome: [`Welcome`], or why it cannot serve |
//! | [`Order::Component`] | [`Reply::Linked`] |
//! | [`Order::Bars`], [`Order::PostedBars`], [`Order::Forget`] | none |
//! | [`Order::Calls`] | [`Reply::Answers`], one for each call, in order, up to the first that gives no answer |
//! | [`Order::Turn`] | [`Reply::Answers`], one for each call up to the first that gives no answer |
//! | [`Order::Compile`] | [`Reply::Compiled`] |
//!
//! Hello and welcome begin with [`MAGIC`] and the version (u16, little-endian), and this stays so in every version: an end of another version
//! can always be told. All else is [postcard](https://postcard.jamesmunns.com/wire-format), with columns and code as plain bytes. Where both ends
//! share a board, long columns stand there and the frames say where. Components
//! and bars are sent once, named by their hashes, and kept until the host says [`Order::Forget`]. An order that the worker cannot follow is
//! answered by [`Reply::Failed`], and the worker ends.

use std::borrow::Cow;
use std::time::Duration;

use seedbed_genome::{DeclaredExit, Exit, ExitGenome, Mechanism};
use seedbed_jail::Layers;
use seedbed_market::{Bars, BarsError, BarsHash, Columns};
use seedbed_outcome::{Function, GuestText, Outcome, Usage};
use seedbed_sandbox::{
    ComponentHash, DataNeed, Description, EngineFingerprint, Limits, Reads, Said, SizeLimits, WasiPolicy,
};
use serde::{Deserialize, Serialize};

use crate::bulk;

/// The version of this protocol. Ends of two versions do not talk.
pub const VERSION: u16 = 1;

/// How hello and welcome begin.
pub const MAGIC: [u8; 8] = *b"seedbed\x17";

/// Bytes of a hello or a welcome, at most.
pub const MOST_GREETING: u64 = 64 << 10;

/// Why bytes are no message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Not of this protocol at all.
    #[error("is no greeting of this protocol")]
    Magic,
    /// Of another version.
    #[error("speaks version {found} of the worker protocol, this end speaks {VERSION}")]
    Version {
        /// The other end's version.
        found: u16,
    },
    /// Breaks off, or holds what no message holds.
    #[error("is no message: {0}")]
    Malformed(postcard::Error),
    /// Goes on after its end.
    #[error("has {0} bytes after its end")]
    Trailing(usize),
}

/// What a worker is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// Compiles one component and ends.
    Compile {
        /// Seconds of processor time.
        processor: u64,
        /// Bytes of memory.
        memory: u64,
    },
    /// Runs components.
    Run,
}

/// What a worker must know before it serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// What it is for.
    pub role: Role,
    /// The most bytes that a component may hold.
    pub memory: u64,
    /// Whether generated code canonicalises NaN.
    pub strict_nan: bool,
    /// The bounds of components.
    pub size: SizeLimits,
    /// Bytes of the memory for long answers that its standard output is; 0 without any.
    pub board: u64,
}

/// What a worker is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// The engine that it compiles for and runs.
    pub engine: EngineFingerprint,
    /// What shuts it in.
    pub layers: Layers,
}

/// What a component is known by: one that is linked under another policy is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ComponentKey {
    /// The component's hash.
    pub hash: ComponentHash,
    /// Whether it may import WASI.
    pub wasi: WasiPolicy,
}

/// What the host wants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Order<'a> {
    /// Keep these bars.
    Bars(#[serde(borrow)] SentBars<'a>),
    /// Keep so many bars, put up on the board from this byte on, column by column.
    PostedBars {
        /// First byte.
        at: u64,
        /// Bars.
        rows: u64,
    },
    /// Link and keep this component.
    Component {
        /// What it is known by.
        key: ComponentKey,
        /// Its compiled code.
        #[serde(borrow, with = "bulk::bytes")]
        code: Cow<'a, [u8]>,
    },
    /// Keep these no longer.
    Forget {
        /// Components.
        components: Vec<ComponentKey>,
        /// Bars.
        bars: Vec<BarsHash>,
    },
    /// Make these calls, in order, each in a fresh instance.
    Calls(Vec<Request>),
    /// Make these calls of `signals` on one instance, one after the other.
    Turn {
        /// Of which component.
        component: ComponentKey,
        /// What each call may use.
        limits: Limits,
        /// The columns that it is given.
        reads: Reads,
        /// Bars and parameters of each call.
        calls: Vec<(BarsHash, Vec<f64>)>,
    },
    /// Compile this component.
    Compile(#[serde(borrow, with = "bulk::bytes")] Cow<'a, [u8]>),
}

/// What a worker answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Reply<'a> {
    /// Whether a component could be linked, or why not.
    Linked(Result<(), GuestText>),
    /// What the calls ended in.
    Answers(Vec<Answer>),
    /// Compiled code.
    Compiled(#[serde(borrow, with = "bulk::bytes")] Cow<'a, [u8]>),
    /// The compiler refused the component.
    Refused(GuestText),
    /// The order could not be followed; the worker ends.
    Failed(GuestText),
}

/// The columns of [`Bars`]. They are validated again where they arrive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the columns of a series, by their names")]
pub struct SentBars<'a> {
    #[serde(with = "bulk::integers")]
    pub time: Cow<'a, [i64]>,
    #[serde(with = "bulk::floats")]
    pub open: Cow<'a, [f64]>,
    #[serde(with = "bulk::floats")]
    pub high: Cow<'a, [f64]>,
    #[serde(with = "bulk::floats")]
    pub low: Cow<'a, [f64]>,
    #[serde(with = "bulk::floats")]
    pub close: Cow<'a, [f64]>,
    #[serde(with = "bulk::floats")]
    pub volume: Cow<'a, [f64]>,
}

impl<'a> SentBars<'a> {
    /// The columns of these bars.
    #[must_use]
    pub fn of(bars: &'a Bars) -> Self {
        Self {
            time: bars.time().into(),
            open: bars.open().into(),
            high: bars.high().into(),
            low: bars.low().into(),
            close: bars.close().into(),
            volume: bars.volume().into(),
        }
    }

    /// The bars of these columns.
    ///
    /// # Errors
    /// They are no price series.
    pub fn bars(self) -> Result<Bars, BarsError> {
        let Self { time, open, high, low, close, volume } = self;
        Bars::new(Columns {
            time: time.into_owned(),
            open: open.into_owned(),
            high: high.into_owned(),
            low: low.into_owned(),
            close: close.into_owned(),
            volume: volume.into_owned(),
        })
    }
}

/// One call of a component.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Of which component.
    pub component: ComponentKey,
    /// What it may use; it is made once only.
    pub limits: Limits,
    /// The function and what it is given.
    pub ask: Ask,
}

/// A function of the contract and what it is given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the functions of the contract, by their names")]
pub enum Ask {
    Describe,
    ExitParameters,
    DataNeeded { parameters: Vec<f64> },
    Accept { parameters: Vec<f64>, exits: Vec<SentExit> },
    Signals { bars: BarsHash, reads: Reads, parameters: Vec<f64> },
}

/// One exit of a genome, with all that a component is told of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SentExit {
    /// Contract name of the mechanism.
    pub mechanism: Cow<'static, str>,
    /// Its values, in the order of the mechanism's parameters.
    pub values: Vec<f64>,
}

impl SentExit {
    /// The exits of a genome.
    #[must_use]
    pub fn of(exits: &ExitGenome) -> Vec<Self> {
        let sent = |exit: &Exit| Self { mechanism: exit.mechanism().name().into(), values: exit.values().to_owned() };
        exits.exits().map(sent).collect()
    }

    /// A genome of these exits; `None` where a mechanism is none of the contract's.
    #[must_use]
    pub fn genome(exits: &[Self]) -> Option<ExitGenome> {
        let mut genome = ExitGenome::default();
        for Self { mechanism, values } in exits {
            let exit = Exit::new(Mechanism::from_name(mechanism)?);
            let exit = values.iter().enumerate().fold(exit, |exit, (place, value)| exit.with_value(place, *value));
            genome.insert(exit);
        }
        Some(genome)
    }
}

/// How one call ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The answer, or the failure.
    pub outcome: Outcome<Value>,
    /// What it cost.
    pub usage: Usage,
    /// The messages that the guest sent, those that reach the log.
    pub said: Vec<Said>,
}

/// What a function of the contract answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the answers of the contract's functions")]
pub enum Value {
    Description(Description),
    Exits(Vec<DeclaredExit>),
    DataNeed(DataNeed),
    Accepted,
    Convictions(#[serde(with = "bulk::floats")] Cow<'static, [f64]>),
    /// So many convictions, put up on the board from this byte on.
    Posted {
        at: u64,
        count: u64,
    },
}

/// The payload of a hello or a welcome.
///
/// # Errors
/// What is to be said does not fit into memory.
pub fn encode_greeting(body: &impl Serialize) -> Result<Vec<u8>, postcard::Error> {
    let mut payload = MAGIC.to_vec();
    payload.extend(VERSION.to_le_bytes());
    encode(body, &mut payload)?;
    Ok(payload)
}

/// The body of a hello or a welcome.
///
/// # Errors
/// [`DecodeError`]; of an end that speaks another version, nothing but the version is read.
pub fn decode_greeting<'a, T: Deserialize<'a>>(payload: &'a [u8]) -> Result<T, DecodeError> {
    let rest = payload.strip_prefix(&MAGIC).ok_or(DecodeError::Magic)?;
    let (version, body) = rest.split_first_chunk().ok_or(DecodeError::Magic)?;
    match u16::from_le_bytes(*version) {
        VERSION => decode(body),
        found => Err(DecodeError::Version { found }),
    }
}

/// Appends a message to `payload`.
///
/// # Errors
/// What is to be said does not fit into memory.
pub fn encode(message: &impl Serialize, payload: &mut Vec<u8>) -> Result<(), postcard::Error> {
    // Taken out and put back, since postcard extends what it owns.
    *payload = postcard::to_extend(message, std::mem::take(payload))?;
    Ok(())
}

/// The message that `payload` holds, and nothing besides.
///
/// # Errors
/// [`DecodeError`]. No bytes whatever make this panic, or take more memory than a small multiple of their number.
pub fn decode<'a, T: Deserialize<'a>>(payload: &'a [u8]) -> Result<T, DecodeError> {
    let (message, rest) = postcard::take_from_bytes(payload).map_err(DecodeError::Malformed)?;
    if rest.is_empty() { Ok(message) } else { Err(DecodeError::Trailing(rest.len())) }
}

impl Request {
    /// A call that may take so long.
    #[must_use]
    pub fn within(component: ComponentKey, limits: &Limits, ask: &Ask, deadline: Duration) -> Self {
        Self { component, limits: Limits { timeout: Some(deadline), ..*limits }, ask: ask.clone() }
    }
}

impl Ask {
    /// Whether `value` answers this question.
    #[must_use]
    pub fn is_answered_by(&self, value: &Value) -> bool {
        matches!(
            (self, value),
            (Self::Describe, Value::Description(_))
                | (Self::ExitParameters, Value::Exits(_))
                | (Self::DataNeeded { .. }, Value::DataNeed(_))
                | (Self::Accept { .. }, Value::Accepted)
                | (Self::Signals { .. }, Value::Convictions(_))
        )
    }

    /// The function of the contract.
    #[must_use]
    pub fn function(&self) -> Function {
        match self {
            Self::Describe => Function::Describe,
            Self::ExitParameters => Function::ExitParameters,
            Self::DataNeeded { .. } => Function::DataNeeded,
            Self::Accept { .. } => Function::Accept,
            Self::Signals { .. } => Function::Signals,
        }
    }
}

#[cfg(test)]
mod tests;
