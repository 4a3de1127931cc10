use std::fmt;
use std::time::Duration;

use seedbed_outcome::{Function, Usage};

use crate::said::Said;

/// Is told what a sandbox does, on whichever thread does it. Nothing that it does reaches a result; what it costs, every call costs.
pub trait Observer: fmt::Debug + Send + Sync {
    /// A component was compiled, or loaded from the compiled cache.
    fn compiled(&self, took: Duration);
    /// A function was called in a fresh instance, however that ended.
    fn called(&self, function: Function, usage: &Usage);
    /// A guest said something that reaches the log.
    fn said(&self, _said: &Said) {}
}
