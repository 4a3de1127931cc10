//! One module a command.

pub(crate) mod bench;
pub(crate) mod build;
pub(crate) mod compare;
pub(crate) mod config;
pub(crate) mod data;
pub(crate) mod evaluate;
pub(crate) mod evolve;
pub(crate) mod mutate;
pub(crate) mod mutations;
pub(crate) mod new;
pub(crate) mod ready;
pub(crate) mod report;
pub(crate) mod review;
pub(crate) mod runs;
pub(crate) mod seeds;
pub(crate) mod trust;
