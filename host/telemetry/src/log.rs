//! The mutation log: one JSON line an attempt, with all that it takes to understand the attempt and to repeat it.
//!
//! Threads encode their [`Record`]s into [`Block`]s in parallel; one [`Writer`] appends the blocks in order. A [`Reader`] streams them back, and a
//! [`Replay`] repeats them on generation 0. `docs/mutation-log.md` describes the fields.

mod block;
mod historic;
mod history;
mod line;
mod name;
mod reader;
mod record;
mod replay;
mod rotation;
mod word;
mod writer;

pub use block::Block;
pub use historic::Historic;
pub use history::{
    Counts, Distribution, ErrorHistory, HISTORIC, History, OTHERS, ParameterHistory, ParameterKey, Slice,
};
pub use jiff::Timestamp;
pub use name::Name;
pub use reader::{BadLine, Entry, ReadError, Reader};
pub use record::{Dialect, Ending, Failed, Names, Record, RecordError, VERSION};
pub use replay::{Lineage, Replay, ReplayError};
pub use rotation::Rotation;
pub use writer::{WriteError, Writer};
