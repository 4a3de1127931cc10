use serde::{Deserialize, Serialize};

/// One measured value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Figure {
    pub(super) name: String,
    pub(super) unit: Unit,
    /// None where it cannot be told on this system.
    pub(super) value: Option<f64>,
    /// How many observations are behind it.
    pub(super) samples: u64,
    pub(super) better: Better,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Unit {
    #[serde(rename = "us")]
    Microseconds,
    #[serde(rename = "1/min")]
    PerMinute,
    #[serde(rename = "bytes")]
    Bytes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Better {
    Lower,
    Higher,
}

/// Memory comes and goes in pages and arenas: bytes by which two good runs differ.
const MEMORY_NOISE: f64 = 1_048_576.0;
/// Microseconds by which the difference of two equal measurements differs from nothing.
const OBSERVING_NOISE: f64 = 1.0;

/// The figure that is a difference of two measurements.
pub(super) const OBSERVING: &str = "observing";

impl Figure {
    pub(super) fn microseconds(name: impl Into<String>, value: Option<f64>, samples: u64) -> Self {
        let value = value.map(thousandths);
        Self { name: name.into(), unit: Unit::Microseconds, value, samples, better: Better::Lower }
    }

    pub(super) fn per_minute(name: impl Into<String>, value: f64, samples: u64) -> Self {
        Self { name: name.into(), unit: Unit::PerMinute, value: Some(value.round()), samples, better: Better::Higher }
    }

    #[expect(clippy::cast_precision_loss, reason = "exact below 2^53 bytes")]
    pub(super) fn bytes(name: impl Into<String>, value: Option<u64>) -> Self {
        let (value, samples) = (value.map(|bytes| bytes as f64), u64::from(value.is_some()));
        Self { name: name.into(), unit: Unit::Bytes, value, samples, better: Better::Lower }
    }

    /// The least difference that can be a verdict, in the figure's unit.
    pub(super) fn noise(&self) -> f64 {
        match self.unit {
            Unit::Bytes => MEMORY_NOISE,
            Unit::Microseconds if self.name == OBSERVING => OBSERVING_NOISE,
            Unit::Microseconds | Unit::PerMinute => 0.0,
        }
    }

    /// The value as people read it.
    pub(super) fn text(&self) -> String {
        match (self.value, self.unit) {
            (None, _) => "-".to_owned(),
            (Some(value), Unit::Microseconds) => format!("{value:.2}"),
            (Some(value), Unit::PerMinute | Unit::Bytes) => format!("{value:.0}"),
        }
    }
}

/// No clock tells more of a microsecond.
fn thousandths(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}

impl Unit {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Microseconds => "us",
            Self::PerMinute => "1/min",
            Self::Bytes => "bytes",
        }
    }
}
