//! One candidate from bytes to a score: load, describe, signals, exits, backtest; and whole directories of them at once.
//!
//! Whatever a plugin does ends in its own row: a [`Scored`] or a [`Rejection`]. Rows come in the order of the sources and symbols,
//! whatever the number of threads.

mod batch;
mod benchmark;
mod campaign;
mod examiner;
mod gate;
mod in_order;
mod key;
mod lower;
mod market_scale;
mod memo;
mod objective;
mod open;
mod plugin;
mod portfolio;
mod readiness;
mod rejection;
mod remark;
mod score;
mod source;
mod stage;
mod validator;

pub use batch::{Row, Series, evaluate};
pub use benchmark::{buy_and_hold, random_entry};
pub use campaign::{Campaign, Mutation, Plan, Trial};
pub use examiner::{ExamineError, Examiner, Foreseen};
pub use gate::{Gate, Refusal};
pub use key::{EvaluationKey, SCORING_VERSION, SignalsKey};
pub use lower::lower;
pub use market_scale::market_scale;
pub use memo::{Memo, MemoUse};
pub use objective::Objective;
pub use open::{Opened, open};
pub use plugin::{Grant, Plugin};
pub use portfolio::{Account, stitch};
pub use readiness::{Measured, Readiness, Recommendation, Rule};
pub use rejection::Rejection;
pub use remark::Remark;
pub use score::{Scored, SignalCount, score};
pub use source::{Code, Place, Source};
pub use stage::{Excerpt, Stage, Timeline};
pub use validator::{CallFailure, ValidationRules, Validator};
