//! What the commands about runs share: what a run began with, where runs are kept, how one is followed and told.

pub(crate) mod facts;
mod file;
mod prepare;
mod shelf;
mod stopped;
mod summary;
mod watch;

pub(crate) use file::{PluginRef, RunFile, SearchPlan, SymbolRef, effective};
pub(crate) use prepare::{Prepared, kept, opened, symbols};
pub(crate) use shelf::{OrStore, Shelf, StoredResult, is_usage};
pub(crate) use stopped::stop;
pub(crate) use summary::{standing, summary};
pub(crate) use watch::Watch;
