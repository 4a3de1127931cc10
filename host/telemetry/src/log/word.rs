use std::fmt;
use std::marker::PhantomData;

use seedbed_genome::{Clamped, GenomeHash, Mechanism, Source, Tie, Tier};
use seedbed_outcome::GuestText;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Timestamp;
use crate::metrics::Reason;

/// What is written as a text of its own form.
pub(super) trait Wording: Copy {
    /// What it is, for errors.
    const WHAT: &'static str;

    fn write(self, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    fn read(text: &str) -> Option<Self>;
}

/// A [`Wording`] as JSON.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Word<T>(pub(super) T);

impl<T: Wording> fmt::Display for Word<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write(f)
    }
}

impl<T: Wording> Serialize for Word<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T: Wording> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(WordVisitor(PhantomData))
    }
}

struct WordVisitor<T>(PhantomData<T>);

impl<T: Wording> Visitor<'_> for WordVisitor<T> {
    type Value = Word<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::WHAT)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Word<T>, E> {
        let unknown = || E::custom(format_args!("{:?} is not {}", GuestText::bounded(text, 80), T::WHAT));
        T::read(text).map(Word).ok_or_else(unknown)
    }
}

/// Wordings that are names.
macro_rules! named {
    ($($kind:ty, $what:literal, $name:expr, $read:expr;)+) => {
        $(impl Wording for $kind {
            const WHAT: &'static str = $what;

            fn write(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($name(self))
            }

            fn read(text: &str) -> Option<Self> {
                $read(text)
            }
        })+
    };
}

named! {
    Tier, "a tier", Tier::name, Tier::from_name;
    Mechanism, "a mechanism", Mechanism::name, Mechanism::from_name;
    Tie, "a tie", Tie::name, Tie::from_name;
    Reason, "a reason of failure", Reason::code, Reason::from_code;
    Clamped, "none, low or high", Clamped::name, |text| {
        [Self::None, Self::Low, Self::High].into_iter().find(|clamped| clamped.name() == text)
    };
    Source, "direct, relation or transfer", Source::name, |text| {
        [Self::Direct, Self::Relation, Self::Transfer].into_iter().find(|source| source.name() == text)
    };
}

impl Wording for GenomeHash {
    const WHAT: &'static str = "a genome hash of 64 hexadecimal digits";

    fn write(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self, f)
    }

    fn read(text: &str) -> Option<Self> {
        Self::from_hex(text)
    }
}

impl Wording for Timestamp {
    const WHAT: &'static str = "a time like 2026-01-31T23:59:59.123456Z";

    fn write(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:.6}")
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// The number of a mutation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct MutationId(pub(super) u64);

impl Wording for MutationId {
    const WHAT: &'static str = "an id like exit_mut_000042";

    fn write(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit_mut_{:06}", self.0)
    }

    fn read(text: &str) -> Option<Self> {
        text.strip_prefix("exit_mut_")?.parse().ok().map(Self)
    }
}

/// A number of 64 bits as text: readers that know only floating-point numbers keep 53.
impl Wording for u64 {
    const WHAT: &'static str = "a whole number of 64 bits as text";

    fn write(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self, f)
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}
