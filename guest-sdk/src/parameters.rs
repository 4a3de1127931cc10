//! Parameters, declared once.

use crate::Refusal;

/// Declares a strategy's parameters: a struct of typed fields, their domains, defaults and documentation in one place.
///
/// | kind | field type | domain |
/// |---|---|---|
/// | `integer(5..=50)` | `usize` | whole numbers |
/// | `real(0.1..=1.0)` | `f64` | real numbers |
/// | `log_real(0.001..=0.1)` | `f64` | real numbers above zero, searched on a logarithmic scale |
/// | `choice(Mode { Follow, Fade })` | `Mode` | an enum, which the macro defines |
///
/// The host knows a parameter by its field's name with `-` for `_`, and a choice by its variant's name in kebab case. The doc
/// comment of a field is the text that users see. The struct gets a [`Default`] of the declared defaults and
/// [`Parameters`]. A default outside its domain does not compile.
///
/// ```
/// use seedbed_sdk::{Parameters, parameters};
///
/// parameters! {
///     /// What the search may tune.
///     pub struct Params {
///         /// Bars of the fast average.
///         fast_period: integer(5..=15) = 12,
///         /// Magnitude of every conviction.
///         strength: real(0.1..=1.0) = 1.0,
///         /// Smallest move that counts, as a fraction of the price.
///         noise: log_real(0.0001..=0.05) = 0.001,
///         /// Whether moves are followed or faded.
///         mode: choice(Mode {
///             /// Buys strength.
///             FollowTrend,
///             /// Buys weakness.
///             Fade,
///         }) = Mode::FollowTrend,
///     }
/// }
///
/// let params = Params::decode(&[9.0, 0.5, 0.01, 1.0])?;
/// assert_eq!((params.fast_period, params.strength, params.mode), (9, 0.5, Mode::Fade));
///
/// let refusal = Params::decode(&[4.0, 0.5, 0.01, 1.0]).unwrap_err();
/// assert_eq!(refusal.to_string(), "bad parameters: fast-period = 4 is outside 5..=15");
/// # Ok::<(), seedbed_sdk::Refusal>(())
/// ```
#[macro_export]
macro_rules! parameters {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $(
                $(#[doc = $doc:literal])*
                $field:ident : $kind:ident ( $($domain:tt)* ) = $default:expr
            ),* $(,)?
        }
    ) => {
        $( $crate::__parameter_item!($vis $kind ( $($domain)* )); )*

        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        $vis struct $name {
            $( $(#[doc = $doc])* pub $field: $crate::__parameter_type!($kind ( $($domain)* )), )*
        }

        impl ::core::default::Default for $name {
            fn default() -> Self {
                Self { $( $field: $default, )* }
            }
        }

        impl $crate::Parameters for $name {
            const DECLARED: &'static [$crate::Parameter] = &[
                $( $crate::declaration::checked($crate::Parameter {
                    field: stringify!($field),
                    about: concat!($($doc, "\n"),*),
                    domain: $crate::__parameter_domain!($kind ( $($domain)* )),
                    default: $crate::__parameter_default!($kind $default),
                }), )*
            ];

            fn decode(values: &[f64]) -> ::core::result::Result<Self, $crate::Refusal> {
                let mut values = $crate::declaration::values(Self::DECLARED, values)?;
                Ok(Self { $( $field: values.take(), )* })
            }

            fn encode(&self) -> Vec<f64> {
                vec![ $( $crate::declaration::Value::encode(&self.$field) ),* ]
            }
        }

        const _: &[$crate::Parameter] = <$name as $crate::Parameters>::DECLARED;
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __parameter_item {
    ($vis:vis choice($name:ident { $($(#[$meta:meta])* $variant:ident),* $(,)? })) => {
        #[doc = concat!("The values of the parameter `", stringify!($name), "`.")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        $vis enum $name { $($(#[$meta])* #[doc = ""] $variant),* }

        impl $crate::Choice for $name {
            const VARIANTS: &'static [Self] = &[$(Self::$variant),*];
            const LABELS: &'static [&'static str] = &[$(stringify!($variant)),*];

            fn index(self) -> usize {
                self as usize
            }
        }
    };
    ($vis:vis $kind:ident($($domain:tt)*)) => {};
}

#[doc(hidden)]
#[macro_export]
macro_rules! __parameter_type {
    (integer($($domain:tt)*)) => {
        usize
    };
    (real($($domain:tt)*)) => {
        f64
    };
    (log_real($($domain:tt)*)) => {
        f64
    };
    (choice($name:ident $variants:tt)) => {
        $name
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __parameter_domain {
    (integer($range:expr)) => {{
        const RANGE: ::core::ops::RangeInclusive<usize> = $range;
        $crate::Domain::Integer { low: *RANGE.start() as f64, high: *RANGE.end() as f64 }
    }};
    (real($range:expr)) => {{
        const RANGE: ::core::ops::RangeInclusive<f64> = $range;
        $crate::Domain::Real { low: *RANGE.start(), high: *RANGE.end() }
    }};
    (log_real($range:expr)) => {{
        const RANGE: ::core::ops::RangeInclusive<f64> = $range;
        $crate::Domain::LogReal { low: *RANGE.start(), high: *RANGE.end() }
    }};
    (choice($name:ident $variants:tt)) => {
        $crate::Domain::Choice(<$name as $crate::Choice>::LABELS)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __parameter_default {
    (integer $default:expr) => {{
        const DEFAULT: usize = $default;
        DEFAULT as f64
    }};
    (real $default:expr) => {
        $default
    };
    (log_real $default:expr) => {
        $default
    };
    (choice $default:expr) => {
        $default as usize as f64
    };
}

/// The parameters of a strategy. [`parameters!`](crate::parameters!) implements it.
pub trait Parameters: Sized + Default {
    /// The declarations, in the order in which values are passed.
    const DECLARED: &'static [Parameter];

    /// Reads values in declared order.
    ///
    /// # Errors
    ///
    /// [`Refusal::BadParameters`] naming every value outside its domain, or a count that differs from the declared one.
    fn decode(values: &[f64]) -> Result<Self, Refusal>;

    /// The values in declared order.
    fn encode(&self) -> Vec<f64>;
}

/// One declared parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameter {
    /// The name of the Rust field; the host sees [`name`](Self::name).
    pub field: &'static str,
    /// The doc comment as written; the host sees [`about`](Self::about).
    pub about: &'static str,
    /// The values that it may take.
    pub domain: Domain,
    /// The value in declared form: a choice as its index.
    pub default: f64,
}

impl Parameter {
    /// The name in the contract: the field's with `-` for `_`.
    pub fn name(&self) -> String {
        self.field.replace('_', "-")
    }

    /// The doc comment as one line.
    pub fn about(&self) -> String {
        let lines: Vec<&str> = self.about.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        lines.join(" ")
    }
}

/// The values that a parameter may take; intervals are closed.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "bounds are named low and high")]
pub enum Domain {
    /// Real numbers.
    Real { low: f64, high: f64 },
    /// Real numbers above zero, searched on a logarithmic scale.
    LogReal { low: f64, high: f64 },
    /// Whole numbers.
    Integer { low: f64, high: f64 },
    /// One of these variants, as its zero-based index.
    Choice(&'static [&'static str]),
}

impl Domain {
    /// Whether the domain has `value`; NaN is in none.
    pub const fn contains(&self, value: f64) -> bool {
        let (low, high) = self.ends();
        let whole = match self {
            Self::Real { .. } | Self::LogReal { .. } => true,
            Self::Integer { .. } | Self::Choice(_) => value as i64 as f64 == value,
        };
        low <= value && value <= high && whole
    }

    /// The least and the greatest value.
    pub const fn ends(&self) -> (f64, f64) {
        match *self {
            Self::Real { low, high } | Self::LogReal { low, high } | Self::Integer { low, high } => (low, high),
            Self::Choice(variants) => (0.0, variants.len() as f64 - 1.0),
        }
    }

    /// The labels of a choice in the contract: variants in kebab case. Empty for other domains.
    pub fn labels(&self) -> Vec<String> {
        match self {
            Self::Choice(variants) => variants.iter().map(|variant| kebab(variant)).collect(),
            _ => Vec::new(),
        }
    }
}

/// A parameter's enum. [`parameters!`](crate::parameters!) implements it.
pub trait Choice: Copy + 'static {
    /// Every variant, in order.
    const VARIANTS: &'static [Self];
    /// The variants' names, in order.
    const LABELS: &'static [&'static str];

    /// The position among the variants.
    fn index(self) -> usize;
}

fn kebab(variant: &str) -> String {
    let mut label = String::with_capacity(variant.len() + 4);
    for letter in variant.chars() {
        if letter.is_ascii_uppercase() && !label.is_empty() {
            label.push('-');
        }
        label.push(letter.to_ascii_lowercase());
    }
    label
}

/// What the expansion of [`parameters!`](crate::parameters!) calls.
#[doc(hidden)]
pub mod declaration {
    use super::{Choice, Domain, Parameter};
    use crate::Refusal;

    /// Fails the build when a declaration contradicts itself.
    #[expect(clippy::panic, reason = "evaluated at compile time only")]
    pub const fn checked(parameter: Parameter) -> Parameter {
        let (low, high) = parameter.domain.ends();
        if !(low <= high && low > f64::NEG_INFINITY && high < f64::INFINITY) {
            panic!("a parameter's domain is empty or not finite");
        }
        if matches!(parameter.domain, Domain::LogReal { .. }) && low <= 0.0 {
            panic!("the low end of a log_real domain must be above zero");
        }
        if !parameter.domain.contains(parameter.default) {
            panic!("a parameter's default is outside its domain");
        }
        parameter
    }

    /// Checks values against their declarations.
    pub fn values<'a>(declared: &[Parameter], values: &'a [f64]) -> Result<Values<'a>, Refusal> {
        if values.len() != declared.len() {
            let names: Vec<String> = declared.iter().map(Parameter::name).collect();
            return Err(Refusal::BadParameters(format!(
                "{} values given for {} parameters ({})",
                values.len(),
                declared.len(),
                names.join(", ")
            )));
        }
        let outside = |(parameter, value): (&Parameter, &f64)| {
            (!parameter.domain.contains(*value)).then(|| describe_outside(parameter, *value))
        };
        let mistakes: Vec<String> = declared.iter().zip(values).filter_map(outside).collect();
        if mistakes.is_empty() { Ok(Values(values.iter())) } else { Err(Refusal::BadParameters(mistakes.join("; "))) }
    }

    fn describe_outside(parameter: &Parameter, value: f64) -> String {
        let (low, high) = parameter.domain.ends();
        let name = parameter.name();
        match parameter.domain {
            Domain::Integer { .. } if low <= value && value <= high => {
                format!("{name} = {value} is not a whole number")
            }
            Domain::Choice(_) => {
                format!("{name} = {value} is not an index into {}", parameter.domain.labels().join(", "))
            }
            _ => format!("{name} = {value} is outside {low}..={high}"),
        }
    }

    /// Values that passed their checks, to be taken in declared order.
    pub struct Values<'a>(std::slice::Iter<'a, f64>);

    impl Values<'_> {
        pub fn take<T: Value>(&mut self) -> T {
            T::decode(self.0.next().copied().unwrap_or_default())
        }
    }

    /// The type of a field.
    pub trait Value {
        fn decode(value: f64) -> Self;
        fn encode(&self) -> f64;
    }

    impl Value for f64 {
        fn decode(value: f64) -> Self {
            value
        }

        fn encode(&self) -> f64 {
            *self
        }
    }

    impl Value for usize {
        fn decode(value: f64) -> Self {
            value as Self
        }

        fn encode(&self) -> f64 {
            *self as f64
        }
    }

    impl<C: Choice> Value for C {
        #[expect(clippy::indexing_slicing, reason = "the index was checked against the domain, which is never empty")]
        fn decode(value: f64) -> Self {
            C::VARIANTS[value as usize]
        }

        fn encode(&self) -> f64 {
            self.index() as f64
        }
    }
}
