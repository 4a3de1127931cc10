//! The component that a trial runs, and the types of its calls: the one place that says who runs it.

pub(crate) use seedbed_worker::{Component, DataNeed, Description, Limits};
