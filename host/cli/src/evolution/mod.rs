//! What the commands about runs share: what a run began with, where runs are kept, how one is followed and told.

mod file;
mod prepare;
mod shelf;
mod summary;
mod watch;

pub(crate) use file::{PluginRef, RunFile, SearchPlan, SymbolRef};
pub(crate) use prepare::{Prepared, kept, opened, symbols};
pub(crate) use shelf::{Shelf, StoredResult, is_usage};
pub(crate) use summary::summary;
pub(crate) use watch::Watch;
