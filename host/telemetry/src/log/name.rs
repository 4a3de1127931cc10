use std::borrow::Cow;
use std::fmt;

use seedbed_genome::{Edit, Mechanism, Target, Tie};
use seedbed_outcome::GuestText;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Names;

/// What an attempt moved, by the name that the log gives it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name<'a> {
    /// A parameter of an exit mechanism: `fixed-stop.stop-loss`.
    Exit(Mechanism, usize),
    /// The coefficient of a tie, or the tie: `tie.target-by-stop`.
    Tie(Tie),
    /// A mechanism as a whole: `fixed-stop`.
    Mechanism(Mechanism),
    /// How time and signal combine: `combine`.
    Combine,
    /// A seed's own parameter: `signal.fast`.
    Signal(Cow<'a, str>),
}

const SIGNAL: &str = "signal.";
const TIE: &str = "tie.";
const COMBINE: &str = "combine";

impl<'a> Name<'a> {
    /// The name of a value.
    #[must_use]
    pub fn of(target: Target, names: &'a Names<'_>) -> Self {
        match target {
            Target::Exit(mechanism, index) => Self::Exit(mechanism, index),
            Target::Coefficient(tie) => Self::Tie(tie),
            Target::Signal(index) => Self::Signal(Cow::Borrowed(names.name(index))),
        }
    }

    /// What an edit is about; none where only values move.
    pub(super) fn of_edit(edit: Edit) -> Option<Self> {
        match edit {
            Edit::Values => None,
            Edit::Add(mechanism) | Edit::Remove(mechanism) | Edit::Touch(mechanism) => Some(Self::Mechanism(mechanism)),
            Edit::Replace { from, .. } => Some(Self::Mechanism(from)),
            Edit::Tie(tie) | Edit::Untie(tie) => Some(Self::Tie(tie)),
            Edit::Combine => Some(Self::Combine),
        }
    }

    fn parse(text: &'a str) -> Option<Self> {
        if text == COMBINE {
            return Some(Self::Combine);
        }
        if let Some(name) = text.strip_prefix(SIGNAL) {
            return Some(Self::Signal(Cow::Borrowed(name)));
        }
        if let Some(name) = text.strip_prefix(TIE) {
            return Tie::from_name(name).map(Self::Tie);
        }
        match text.split_once('.') {
            None => Mechanism::from_name(text).map(Self::Mechanism),
            Some((mechanism, parameter)) => {
                let mechanism = Mechanism::from_name(mechanism)?;
                Some(Self::Exit(mechanism, mechanism.parameter_index(parameter)?))
            }
        }
    }

    /// The same name, borrowed from nobody.
    #[must_use]
    pub fn into_owned(self) -> Name<'static> {
        match self {
            Self::Exit(mechanism, index) => Name::Exit(mechanism, index),
            Self::Tie(tie) => Name::Tie(tie),
            Self::Mechanism(mechanism) => Name::Mechanism(mechanism),
            Self::Combine => Name::Combine,
            Self::Signal(name) => Name::Signal(Cow::Owned(name.into_owned())),
        }
    }
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exit(mechanism, index) => {
                f.write_str(mechanism.name())?;
                f.write_str(".")?;
                f.write_str(mechanism.parameters().get(*index).map_or("?", |spec| spec.name))
            }
            Self::Tie(tie) => {
                f.write_str(TIE)?;
                f.write_str(tie.name())
            }
            Self::Mechanism(mechanism) => f.write_str(mechanism.name()),
            Self::Combine => f.write_str(COMBINE),
            Self::Signal(name) => {
                f.write_str(SIGNAL)?;
                f.write_str(name)
            }
        }
    }
}

impl Serialize for Name<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a parameter")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Name<'de>, E> {
        Name::parse(text).ok_or_else(|| unknown(text))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Name<'de>, E> {
        Name::parse(text).map(Name::into_owned).ok_or_else(|| unknown(text))
    }
}

fn unknown<E: de::Error>(text: &str) -> E {
    E::custom(format_args!("unknown parameter {:?}", GuestText::bounded(text, 64)))
}
