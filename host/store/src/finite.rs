//! Numbers as JSON has them: a NaN or an infinity would silently become `null`, so they are refused.

use serde::{Serialize, Serializer, ser::Error as _};

/// A number that is written only if it is finite.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Finite(pub(crate) f64);

impl Serialize for Finite {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.0.is_finite() {
            return Err(S::Error::custom(format_args!("a number is {}, which JSON cannot say", self.0)));
        }
        serializer.serialize_f64(self.0)
    }
}

/// For `#[serde(serialize_with)]`.
pub(crate) fn optional<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    value.map(Finite).serialize(serializer)
}
