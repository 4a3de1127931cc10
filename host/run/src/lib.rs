//! Resumable runs of evolution, and the verdict on what they found.
//!
//! A [`run`] divides the history ([`Schedule`]), evolves on the training part of each walk-forward window, looks once at the window's test, evolves
//! once more on all that comes before an untouched last window, looks once at that one, and says whether the winner is luck. Every
//! batch of evaluations is written to the [`Journal`] before the next begins. A run that was killed is replayed from it: the same
//! evolution asks the same questions, and those that were answered are not asked again.

mod champion;
mod elites;
mod error;
mod evolved;
mod fold;
mod folds;
mod history;
mod journal;
mod naming;
mod page;
mod rows;
mod run;
mod schedule;
mod search;
mod setup;
mod verdict;
mod watcher;

pub use error::RunError;
pub use history::{History, Symbol};
pub use journal::Journal;
pub use run::{Ended, Finished, run};
pub use schedule::{Division, Phase, Schedule, ScheduleError};
pub use search::Examined;
pub use setup::{Clocks, RunSetup};
pub use verdict::CONFIDENCE;
pub use watcher::{Unwatched, Watcher};
