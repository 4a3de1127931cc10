//! What strategies that learn from prices share: features, labels, scaling and the walk forward.
//!
//! A strategy that learns must not see the future, neither through its labels nor through what its inputs are scaled by. So a
//! [`Refit`] trains on rows whose labels are known at its first bar and serves that bar and those after it, and a [`Scaler`] is
//! fitted on the rows that the refit trains on.
//!
//! ```
//! use seedbed_sdk::learning::{HORIZON, refits};
//!
//! let refits: Vec<_> = refits(1_000, 200, 250, 100).collect();
//! assert_eq!(refits[0].serves, 200..450);
//! assert_eq!(refits[0].trains, 96..196);
//! assert_eq!(refits[0].trains.end + HORIZON - 1, 200);
//! assert_eq!(refits[3].serves, 950..1_000);
//! ```

mod features;
mod scaler;
mod walk;

pub use features::{FEATURES, Features, WARM_UP, features};
pub use scaler::Scaler;
pub use walk::{HORIZON, Refit, forward_return, refits};
