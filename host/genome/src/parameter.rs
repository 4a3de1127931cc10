use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Interval;

/// The most parameters that a component may declare.
pub const MAX_PARAMETERS: usize = 64;

/// Whether `name` is a name of the contract: 1 to 48 characters of `a-z`, `0-9` and `-`.
#[must_use]
pub fn is_name(name: &str) -> bool {
    (1..=48).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Declares the families once, with their contract names.
macro_rules! families {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// What kind of strategy a component says it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "the names are the field's own")]
        pub enum Family { $($variant),+ }

        impl Family {
            /// Every family of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in the contract (kebab case).
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

families! {
    Momentum = "momentum",
    MeanReversion = "mean-reversion",
    Breakout = "breakout",
    TrendFollowing = "trend-following",
    Volatility = "volatility",
    Volume = "volume",
    Carry = "carry",
    RiskManagement = "risk-management",
    MlClassifier = "ml-classifier",
}

impl Family {
    /// The family of that contract name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|family| family.name() == name)
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The values that a parameter may take. Every value travels as `f64`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Domain {
    /// Any number in the interval.
    Real(Interval),
    /// Any number in the interval, scaled logarithmically; `low > 0`.
    LogReal(Interval),
    /// Whole numbers in the interval.
    Integer(Interval),
    /// The index of one of these labels.
    Choice(Vec<String>),
}

impl Domain {
    /// Whether `value` belongs to the domain.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        match self {
            Self::Real(interval) | Self::LogReal(interval) => interval.contains(value),
            Self::Integer(interval) => interval.contains(value) && value.fract() == 0.0,
            Self::Choice(labels) => value >= 0.0 && value.fract() == 0.0 && value < labels.len() as f64,
        }
    }

    /// Checks the domain itself: a log-real starts above 0, an integer domain holds a whole number, a choice has 1 to 64 distinct
    /// labels of at most 48 bytes.
    ///
    /// # Errors
    /// Names the first rule that is broken.
    pub fn check(&self) -> Result<(), DomainError> {
        match self {
            Self::Real(_) => Ok(()),
            Self::LogReal(interval) if interval.low() > 0.0 => Ok(()),
            Self::LogReal(interval) => Err(DomainError::LogFromZero(interval.low())),
            Self::Integer(interval) if interval.low().ceil() <= interval.high().floor() => Ok(()),
            Self::Integer(interval) => Err(DomainError::NoInteger(*interval)),
            Self::Choice(labels) if labels.is_empty() || labels.len() > 64 => Err(DomainError::Labels(labels.len())),
            Self::Choice(labels) => {
                let mut seen = BTreeSet::new();
                labels.iter().try_for_each(|label| match () {
                    () if label.is_empty() || label.len() > 48 => Err(DomainError::Label(label.clone())),
                    () if !seen.insert(label) => Err(DomainError::DuplicateLabel(label.clone())),
                    () => Ok(()),
                })
            }
        }
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Real(interval) => write!(f, "real {interval}"),
            Self::LogReal(interval) => write!(f, "log {interval}"),
            Self::Integer(interval) => write!(f, "integer {interval}"),
            Self::Choice(labels) => write!(f, "one of {}", labels.join(", ")),
        }
    }
}

/// Why a domain is none.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DomainError {
    /// A logarithmic scale cannot start at or below 0.
    #[error("a log-real domain starts above 0, not at {0}")]
    LogFromZero(f64),
    /// No whole number between the ends.
    #[error("no whole number lies in {0}")]
    NoInteger(Interval),
    /// A choice of nothing, or of too much.
    #[error("a choice has 1 to 64 labels, not {0}")]
    Labels(usize),
    /// A label that is empty or too long.
    #[error("choice label '{0}' is not 1 to 48 bytes long")]
    Label(String),
    /// One label twice.
    #[error("choice label '{0}' stands twice")]
    DuplicateLabel(String),
}

/// One parameter of a component's signal function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// A name of the contract, unique in its component.
    pub name: String,
    /// What it does, for people.
    pub about: String,
    /// The values that it may take.
    pub domain: Domain,
    /// A value of the domain.
    pub default: f64,
}

impl Parameter {
    /// Checks a component's whole list by the contract's rules.
    ///
    /// # Errors
    /// Names the first parameter that breaks a rule, and the rule.
    pub fn check_all(parameters: &[Self]) -> Result<(), ParameterError> {
        if parameters.len() > MAX_PARAMETERS {
            return Err(ParameterError::TooMany(parameters.len()));
        }
        let mut seen = BTreeSet::new();
        for Self { name, domain, default, .. } in parameters {
            if !is_name(name) {
                return Err(ParameterError::Name(name.clone()));
            }
            if !seen.insert(name) {
                return Err(ParameterError::Duplicate(name.clone()));
            }
            domain.check().map_err(|error| ParameterError::Domain(name.clone(), error))?;
            if !domain.contains(*default) {
                return Err(ParameterError::Default(name.clone(), *default, domain.to_string()));
            }
        }
        Ok(())
    }
}

/// Why a list of parameters breaks the contract.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ParameterError {
    /// More than [`MAX_PARAMETERS`].
    #[error("{0} parameters, at most {MAX_PARAMETERS} allowed")]
    TooMany(usize),
    /// Not a name of the contract.
    #[error("parameter name '{0}' is not 1 to 48 of a-z, 0-9 and -")]
    Name(String),
    /// One name twice.
    #[error("parameter '{0}' stands twice")]
    Duplicate(String),
    /// A domain that is none.
    #[error("parameter '{0}': {1}")]
    Domain(String, DomainError),
    /// A default outside the domain.
    #[error("parameter '{0}': default {1} is outside its domain, {2}")]
    Default(String, f64, String),
}

#[cfg(test)]
mod tests {
    use super::{Domain, Interval, Parameter, ParameterError};

    fn parameter(name: &str, domain: Domain, default: f64) -> Parameter {
        Parameter { name: name.into(), about: String::new(), domain, default }
    }

    #[test]
    fn a_bad_declaration_is_named() {
        let unit = || Domain::Real(Interval::constant(0.0, 1.0));
        let good = parameter("a", unit(), 0.5);
        assert_eq!(Parameter::check_all(std::slice::from_ref(&good)), Ok(()));
        for (parameters, says) in [
            (vec![good.clone(), good.clone()], "parameter 'a' stands twice"),
            (vec![parameter("A b", unit(), 0.5)], "parameter name 'A b' is not 1 to 48 of a-z, 0-9 and -"),
            (vec![parameter("a", unit(), f64::NAN)], "parameter 'a': default NaN is outside its domain, real [0, 1]"),
            (
                vec![parameter("a", Domain::LogReal(Interval::constant(0.0, 1.0)), 0.5)],
                "parameter 'a': a log-real domain starts above 0, not at 0",
            ),
            (
                vec![parameter("a", Domain::Choice(vec!["x".into(), "x".into()]), 0.0)],
                "parameter 'a': choice label 'x' stands twice",
            ),
            (
                vec![parameter("a", Domain::Integer(Interval::constant(0.2, 0.8)), 0.5)],
                "parameter 'a': no whole number lies in [0.2, 0.8]",
            ),
        ] {
            assert_eq!(Parameter::check_all(&parameters).unwrap_err().to_string(), says);
        }
        assert_eq!(Parameter::check_all(&vec![good; 65]), Err(ParameterError::TooMany(65)));
    }

    #[test]
    fn domains_hold_their_values_only() {
        let choice = Domain::Choice(vec!["a".into(), "b".into()]);
        assert!(choice.contains(1.0) && !choice.contains(2.0) && !choice.contains(0.5) && !choice.contains(-1.0));
        let integer = Domain::Integer(Interval::constant(1.0, 3.0));
        assert!(integer.contains(2.0) && !integer.contains(2.5) && !integer.contains(f64::NAN));
    }
}
