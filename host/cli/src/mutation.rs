//! A plugin's genome under mutation: what is mutated, and what is written down of it.

mod log;
mod recorder;
mod subject;

pub(crate) use log::{Log, LogFile};
pub(crate) use recorder::{Id, Recorder};
pub(crate) use subject::Subject;
