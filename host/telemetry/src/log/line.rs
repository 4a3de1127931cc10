use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use seedbed_genome::{
    Change, Clamped, Edit, GenomeHash, Mechanism, Operator, Source, Step, Target, Tie, Tier, Warning,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::word::{MutationId, Word};
use super::{Dialect, Ending, Failed, Name, Names, Record, RecordError, Timestamp, VERSION};
use crate::metrics::Reason;

/// A record as it is written, field by field. What follows from other fields is written for readers, and not read back.
#[derive(Serialize, Deserialize)]
pub(super) struct Line<'a> {
    v: u32,
    timestamp: Word<Timestamp>,
    #[serde(borrow)]
    run_id: Cow<'a, str>,
    mutation_id: Word<MutationId>,
    #[serde(borrow)]
    plugin: Cow<'a, str>,
    generation: u32,
    slot: u32,
    parent_id: Word<GenomeHash>,
    child_id: Option<Word<GenomeHash>>,
    tier: Option<Word<Tier>>,
    tier_drawn: Option<Word<Tier>>,
    #[serde(skip_deserializing)]
    tier_fallback: bool,
    #[serde(borrow)]
    operator: Option<Cow<'a, str>>,
    #[serde(borrow)]
    operator_name: Option<Cow<'a, str>>,
    #[serde(skip_deserializing)]
    parameter: Option<Name<'a>>,
    #[serde(skip_deserializing)]
    mechanism: Option<Word<Mechanism>>,
    #[serde(skip_deserializing)]
    old_value: Option<Number>,
    #[serde(skip_deserializing)]
    raw_value: Option<Number>,
    #[serde(skip_deserializing)]
    new_value: Option<Number>,
    #[serde(skip_deserializing)]
    clamped: Option<ClampedField>,
    #[serde(skip_deserializing)]
    rounded: Option<bool>,
    #[serde(skip_deserializing)]
    source: Option<Word<Source>>,
    #[serde(borrow)]
    edit: Option<EditLine<'a>>,
    #[serde(borrow)]
    changes: Vec<ChangeLine<'a>>,
    step_size: Option<f64>,
    warnings: Vec<WarningLine>,
    success: bool,
    validation_passed: Option<bool>,
    #[serde(borrow)]
    error: Option<ErrorField<'a>>,
    attempt: u32,
    attempts: u32,
    duration_us: f64,
    #[serde(skip_deserializing)]
    duration_ms: f64,
    seed: Word<u64>,
}

impl<'a> Line<'a> {
    /// Names and texts are the record's own, nothing is copied.
    pub(super) fn of(record: &'a Record<'_>, dialect: Dialect) -> Self {
        let step = record.step.as_deref();
        let principal = step.and_then(|step| step.changes.first());
        let nanoseconds = record.duration.as_nanos() as f64;
        Self {
            v: VERSION,
            timestamp: Word(record.timestamp),
            run_id: Cow::Borrowed(&record.run_id),
            mutation_id: Word(MutationId(record.mutation)),
            plugin: Cow::Borrowed(&record.plugin),
            generation: record.generation,
            slot: record.slot,
            parent_id: Word(record.parent),
            child_id: record.ending.child().map(Word),
            tier: step.and_then(|step| step.tier).map(Word),
            tier_drawn: step.and_then(|step| step.drawn).map(Word),
            tier_fallback: step.is_some_and(Step::fell_back),
            operator: step.map(|step| Cow::Borrowed(step.operator.code())),
            operator_name: step.map(|step| Cow::Borrowed(step.operator.name())),
            parameter: match principal {
                Some(change) => Some(Name::of(change.target, &record.names)),
                None => step.and_then(|step| Name::of_edit(step.edit)),
            },
            mechanism: step.and_then(Step::mechanism).map(Word),
            old_value: principal.and_then(|change| change.old).map(Number),
            raw_value: principal.map(|change| Number(change.raw)),
            new_value: principal.map(|change| Number(change.new)),
            clamped: ClampedField::of(principal.map(|change| change.clamped), dialect),
            rounded: principal.map(|change| change.rounded),
            source: principal.map(|change| Word(change.source)),
            edit: step.map(|step| EditLine::of(step.edit)),
            changes: step.map_or_else(Vec::new, |step| {
                step.changes.iter().map(|change| ChangeLine::of(change, &record.names)).collect()
            }),
            step_size: step.map(|step| step.step_size),
            warnings: step.map_or_else(Vec::new, |step| step.warnings.iter().map(WarningLine::of).collect()),
            success: record.ending.succeeded(),
            validation_passed: match record.ending {
                Ending::Child(_) => Some(true),
                Ending::Rejected(..) => Some(false),
                Ending::NoChild(_) => None,
            },
            error: record.ending.failed().map(|failed| ErrorField::of(failed, dialect)),
            attempt: record.attempt,
            attempts: record.attempts,
            duration_us: nanoseconds / 1e3,
            duration_ms: nanoseconds / 1e6,
            seed: Word(record.seed),
        }
    }

    /// The record that was written as this line.
    pub(super) fn record(self) -> Result<Record<'a>, RecordError> {
        if self.v != VERSION {
            return Err(RecordError::Version(self.v));
        }
        let ending = match (self.success, self.child_id, self.validation_passed, self.error) {
            (true, Some(child), Some(true), None) => Ending::Child(child.0),
            (false, Some(child), Some(false), Some(error)) => Ending::Rejected(child.0, error.failed()?),
            (false, None, None, Some(error)) => Ending::NoChild(error.failed()?),
            _ => {
                return Err(RecordError::Contradiction(
                    "success, child_id, validation_passed and error contradict each other",
                ));
            }
        };
        let mut names = BTreeMap::new();
        let changes = self.changes.into_iter().map(|change| change.change(&mut names)).collect::<Result<_, _>>()?;
        let step = match (self.operator, self.operator_name, self.edit, self.step_size) {
            (None, None, None, None) => None,
            (Some(code), Some(name), Some(edit), Some(step_size)) => Some(Cow::Owned(Step {
                tier: self.tier.map(|tier| tier.0),
                drawn: self.tier_drawn.map(|tier| tier.0),
                operator: operator(&code, &name)?,
                edit: edit.edit()?,
                changes,
                step_size,
                warnings: self.warnings.iter().map(WarningLine::warning).collect(),
            })),
            _ => return Err(RecordError::Contradiction("operator, edit and step_size are given in part only")),
        };
        Ok(Record {
            timestamp: self.timestamp.0,
            run_id: self.run_id,
            mutation: self.mutation_id.0.0,
            plugin: self.plugin,
            generation: self.generation,
            slot: self.slot,
            parent: self.parent_id.0,
            step,
            names: Names::Recorded(names),
            ending,
            attempt: self.attempt,
            attempts: self.attempts,
            // Saturates: no number is too large or negative for a duration.
            duration: Duration::from_nanos((self.duration_us * 1e3).round_ties_even() as u64),
            seed: self.seed.0,
        })
    }
}

fn operator(code: &str, name: &str) -> Result<Operator, RecordError> {
    let known = Operator::ALL.into_iter().find(|operator| operator.code() == code && operator.name() == name);
    known.ok_or(RecordError::Contradiction("operator and operator_name name no operator together"))
}

/// A number; JSON has no word for one that is not finite, which is written as null.
#[derive(Clone, Copy)]
struct Number(f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Option::deserialize(deserializer)?.unwrap_or(f64::NAN)))
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum ClampedField {
    Word(Word<Clamped>),
    Bool(bool),
}

impl ClampedField {
    fn of(clamped: Option<Clamped>, dialect: Dialect) -> Option<Self> {
        match dialect {
            Dialect::Current => clamped.map(Word).map(Self::Word),
            Dialect::Compat => Some(Self::Bool(clamped.is_some_and(Clamped::is_clamped))),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum ErrorField<'a> {
    Object {
        code: Word<Reason>,
        #[serde(borrow)]
        text: Cow<'a, str>,
    },
    Text(String),
}

impl<'a> ErrorField<'a> {
    fn of(failed: &'a Failed<'_>, dialect: Dialect) -> Self {
        match dialect {
            Dialect::Current => Self::Object { code: Word(failed.reason), text: Cow::Borrowed(&failed.text) },
            Dialect::Compat => Self::Text(format!("{}: {}", failed.reason.code(), failed.text)),
        }
    }

    fn failed(self) -> Result<Failed<'a>, RecordError> {
        match self {
            Self::Object { code, text } => Ok(Failed { reason: code.0, text }),
            Self::Text(text) => {
                let parts = text.split_once(": ").and_then(|(code, text)| Some((Reason::from_code(code)?, text)));
                let (reason, text) = parts.ok_or(RecordError::Contradiction("error does not begin with a reason"))?;
                Ok(Failed { reason, text: Cow::Owned(text.to_owned()) })
            }
        }
    }
}

#[derive(Serialize, Deserialize)]
struct EditLine<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mechanism: Option<Word<Mechanism>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<Word<Mechanism>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<Word<Mechanism>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tie: Option<Word<Tie>>,
}

impl EditLine<'_> {
    fn of(edit: Edit) -> Self {
        let kind = match edit {
            Edit::Values => "values",
            Edit::Add(_) => "add",
            Edit::Remove(_) => "remove",
            Edit::Replace { .. } => "replace",
            Edit::Tie(_) => "tie",
            Edit::Untie(_) => "untie",
            Edit::Touch(_) => "touch",
            Edit::Combine => "combine",
        };
        let mut line = Self { kind: Cow::Borrowed(kind), mechanism: None, from: None, to: None, tie: None };
        match edit {
            Edit::Values | Edit::Combine => {}
            Edit::Add(mechanism) | Edit::Remove(mechanism) | Edit::Touch(mechanism) => {
                line.mechanism = Some(Word(mechanism));
            }
            Edit::Replace { from, to } => (line.from, line.to) = (Some(Word(from)), Some(Word(to))),
            Edit::Tie(tie) | Edit::Untie(tie) => line.tie = Some(Word(tie)),
        }
        line
    }

    fn edit(&self) -> Result<Edit, RecordError> {
        match (&*self.kind, self.mechanism, self.from.zip(self.to), self.tie) {
            ("values", None, None, None) => Ok(Edit::Values),
            ("add", Some(Word(mechanism)), None, None) => Ok(Edit::Add(mechanism)),
            ("remove", Some(Word(mechanism)), None, None) => Ok(Edit::Remove(mechanism)),
            ("replace", None, Some((Word(from), Word(to))), None) => Ok(Edit::Replace { from, to }),
            ("tie", None, None, Some(Word(tie))) => Ok(Edit::Tie(tie)),
            ("untie", None, None, Some(Word(tie))) => Ok(Edit::Untie(tie)),
            ("touch", Some(Word(mechanism)), None, None) => Ok(Edit::Touch(mechanism)),
            ("combine", None, None, None) => Ok(Edit::Combine),
            _ => Err(RecordError::Contradiction("edit is of no kind that there is, or lacks what it is about")),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct ChangeLine<'a> {
    #[serde(borrow)]
    parameter: Name<'a>,
    /// The place of an own parameter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
    old_value: Option<Number>,
    raw_value: Number,
    new_value: Number,
    clamped: Word<Clamped>,
    rounded: bool,
    source: Word<Source>,
}

impl<'a> ChangeLine<'a> {
    fn of(change: &Change, names: &'a Names<'_>) -> Self {
        let Change { target, old, raw, new, clamped, rounded, source } = *change;
        Self {
            parameter: Name::of(target, names),
            index: match target {
                Target::Signal(index) => Some(index),
                Target::Exit(..) | Target::Coefficient(_) => None,
            },
            old_value: old.map(Number),
            raw_value: Number(raw),
            new_value: Number(new),
            clamped: Word(clamped),
            rounded,
            source: Word(source),
        }
    }

    /// The change; the name of an own parameter goes to `names`.
    fn change(self, names: &mut BTreeMap<usize, Cow<'a, str>>) -> Result<Change, RecordError> {
        let target = match (self.parameter, self.index) {
            (Name::Exit(mechanism, index), None) => Target::Exit(mechanism, index),
            (Name::Tie(tie), None) => Target::Coefficient(tie),
            (Name::Signal(name), Some(index)) => {
                names.insert(index, name);
                Target::Signal(index)
            }
            _ => {
                return Err(RecordError::Contradiction(
                    "a change names no value, or an own parameter without its index",
                ));
            }
        };
        Ok(Change {
            target,
            old: self.old_value.map(|value| value.0),
            raw: self.raw_value.0,
            new: self.new_value.0,
            clamped: self.clamped.0,
            rounded: self.rounded,
            source: self.source.0,
        })
    }
}

/// I8, the only warning there is.
#[derive(Serialize, Deserialize)]
struct WarningLine {
    code: ThinTarget,
    target: f64,
    round_trip_cost: f64,
}

#[derive(Serialize, Deserialize)]
enum ThinTarget {
    I8,
}

impl WarningLine {
    fn of(warning: &Warning) -> Self {
        match *warning {
            Warning::ThinTarget { target, round_trip_cost } => Self { code: ThinTarget::I8, target, round_trip_cost },
        }
    }

    fn warning(&self) -> Warning {
        let Self { code: ThinTarget::I8, target, round_trip_cost } = *self;
        Warning::ThinTarget { target, round_trip_cost }
    }
}
