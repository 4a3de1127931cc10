//! May this component run here? Rules that answer without running any of it, and rules that try it out in the sandbox.
//!
//! ```text
//! bytes -> anatomy (one bounded walk) -> validation -> rules under a policy -> Review -> text, JSON, SARIF
//! Review + Trial (the component, prices, a budget) -> calls in the sandbox -> the rules from SB100 on, Measurements
//! Review -> Pin -> seedbed.lock -> Standing of the next component of that name
//! ```
//!
//! A component that is offered for review may be made to harm the reviewer: everything that is read is bounded by the policy's sizes, every
//! text of a report went through [`seedbed_outcome::GuestText`], and nothing here panics. No rule claims more than it looked at: what was
//! not checked is told apart from what passed, and each page of `docs/review/` says what a rule cannot see.

mod advisories;
mod anatomy;
mod changes;
mod checks;
mod contract;
mod cost;
mod count;
mod entropy;
mod facts;
mod files;
mod finding;
mod level;
mod lock;
mod policy;
pub mod render;
mod review;
mod rule;
mod signal_path;
mod texts;
pub mod trial;

pub use contract::KNOWN_VERSIONS;
pub use facts::{Facts, LargestFunction, SectionFacts};
pub use files::{FileRole, Watched};
pub use finding::{Finding, FunctionPlace, Place};
pub use level::{Level, Verdict};
pub use lock::{Lock, LockError, Pin, Standing};
pub use policy::{Policy, PolicyError, Sizes, WasiPolicy};
pub use review::{Pinning, Request, Review, RuleReport};
pub use rule::{Rule, Scope, catalogue, explain};
pub use trial::{Measurements, Trial, TrialBudget};
