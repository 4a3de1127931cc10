mod read;

use std::collections::BTreeMap;

use seedbed_genome::{ExitGenome, Genome, Individual, Touch};
use seedbed_outcome::GuestText;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::finite::Finite;

/// A genome as a file holds it: what the champion is exported as, and what every evaluation carries.
///
/// Every number is read back to the last bit, dormant ones too, so that a genome that went through a file is the one that was scored:
///
/// ```json
/// {
///   "version": 1,
///   "plugin": "ema-crossover",
///   "component": "9f2c...",
///   "parameters": { "fast": 12.0, "slow": 26.0 },
///   "exits": { "fixed-stop": { "stop-loss": 0.1, "touch": "inclusive" }, "time-stop": { "holding-period": 10.0 } },
///   "combine": "any",
///   "ties": {},
///   "step_size": 0.15
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct GenomeDocument {
    /// The plugin whose genome it is.
    pub plugin: String,
    /// Hash of the component that it was scored with, hexadecimal.
    pub component: Option<String>,
    /// The plugin's own parameters by name.
    pub parameters: BTreeMap<String, f64>,
    /// The exits.
    pub exits: ExitGenome,
    /// The individual's step size, a share of a parameter's scale.
    pub step_size: f64,
}

impl GenomeDocument {
    /// The version that is written, and the newest that is read.
    pub const VERSION: u32 = 1;

    /// The document of an individual; `names` are the plugin's parameters in declared order, each one once.
    ///
    /// A value without a name is kept under its place (`#2`), and a name without a value is left out, so that reading it back names either.
    #[must_use]
    pub fn new<'a>(
        plugin: &str,
        component: Option<&str>,
        names: impl IntoIterator<Item = &'a str>,
        individual: &Individual,
    ) -> Self {
        let mut names = names.into_iter();
        let parameter = |(place, &value): (usize, &f64)| {
            let name = names.next().map_or_else(|| format!("#{place}"), str::to_owned);
            (name, value)
        };
        Self {
            plugin: plugin.to_owned(),
            component: component.map(str::to_owned),
            parameters: individual.genome.parameters.iter().enumerate().map(parameter).collect(),
            exits: individual.genome.exits,
            step_size: individual.step_size,
        }
    }

    /// The individual; `names` are the plugin's parameters in declared order. Whether its values lie in bounds is for
    /// [`Space::check`](seedbed_genome::Space::check) to say.
    ///
    /// # Errors
    /// [`GenomeError::Missing`] and [`GenomeError::Unknown`] name the parameter that only one side has.
    pub fn individual<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<Individual, GenomeError> {
        let names: Vec<_> = names.into_iter().collect();
        let value = |name: &&str| {
            let missing = || GenomeError::Missing(GuestText::new(&format!("parameters.{name}")));
            self.parameters.get(*name).copied().ok_or_else(missing)
        };
        let parameters = names.iter().map(value).collect::<Result<Vec<_>, _>>()?;
        if let Some(unknown) = self.parameters.keys().find(|name| !names.contains(&name.as_str())) {
            return Err(GenomeError::unknown(&format!("parameters.{unknown}"), &names));
        }
        Ok(Individual { genome: Genome { parameters, exits: self.exits }, step_size: self.step_size })
    }

    /// Reads a document.
    ///
    /// # Errors
    /// [`GenomeError`] names the key.
    pub fn from_json(text: &str) -> Result<Self, GenomeError> {
        let json =
            serde_json::from_str(text).map_err(|error| GenomeError::NotJson(GuestText::new(&error.to_string())))?;
        read::document(&json)
    }

    /// The document as text of several lines for a file of its own.
    ///
    /// # Errors
    /// [`GenomeError::NotFinite`] for a number that JSON cannot say.
    pub fn to_json(&self) -> Result<String, GenomeError> {
        let text = serde_json::to_string_pretty(self).map_err(|_| GenomeError::NotFinite)?;
        Ok(text + "\n")
    }
}

impl Serialize for GenomeDocument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(8))?;
        map.serialize_entry("version", &Self::VERSION)?;
        map.serialize_entry("plugin", &self.plugin)?;
        map.serialize_entry("component", &self.component)?;
        let parameters = self.parameters.iter().map(|(name, &value)| (name, Finite(value)));
        map.serialize_entry("parameters", &parameters.collect::<BTreeMap<_, _>>())?;
        map.serialize_entry("exits", &exits(&self.exits))?;
        map.serialize_entry("combine", self.exits.combine().name())?;
        let ties = self.exits.relations().iter().map(|(tie, coefficient)| (tie.name(), Finite(coefficient)));
        map.serialize_entry("ties", &ties.collect::<BTreeMap<_, _>>())?;
        map.serialize_entry("step_size", &Finite(self.step_size))?;
        map.end()
    }
}

/// A value of an exit as it is written.
#[derive(Serialize)]
#[serde(untagged)]
enum Setting {
    Value(Finite),
    Touch(&'static str),
}

fn exits(exits: &ExitGenome) -> BTreeMap<&'static str, BTreeMap<&'static str, Setting>> {
    let settings = exits.exits().map(|exit| {
        let mechanism = exit.mechanism();
        let values = mechanism.parameters().iter().zip(exit.values());
        let mut settings: BTreeMap<_, _> =
            values.map(|(spec, &value)| (spec.name, Setting::Value(Finite(value)))).collect();
        // Without a level it has no meaning, but a genome may carry one on to a mechanism that has.
        if mechanism.has_level() || exit.touch() != Touch::default() {
            settings.insert("touch", Setting::Touch(exit.touch().name()));
        }
        (mechanism.name(), settings)
    });
    settings.collect()
}

impl<'de> Deserialize<'de> for GenomeDocument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = serde_json::Value::deserialize(deserializer)?;
        read::document(&json).map_err(|error| D::Error::custom(format_args!("genome: {error}")))
    }
}

/// Why a text is no genome, or not this plugin's. Keys are given with their path: `exits.fixed-stop.stop-loss`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GenomeError {
    /// Not JSON at all.
    #[error("not JSON: {0}")]
    NotJson(GuestText),
    /// Written by a newer version.
    #[error(
        "of version {0}, newer than version {known} which this seedbed reads; use a newer seedbed",
        known = GenomeDocument::VERSION
    )]
    Newer(u64),
    /// A key that has to be there.
    #[error("{0} is missing")]
    Missing(GuestText),
    /// A key that nobody knows.
    #[error("{key} is unknown; known here: {known}")]
    Unknown {
        /// The key.
        key: GuestText,
        /// What may stand in its place.
        known: String,
    },
    /// A value of another kind.
    #[error("{key} is not {wanted}")]
    Kind {
        /// The key.
        key: GuestText,
        /// What it has to be.
        wanted: &'static str,
    },
    /// Two mechanisms of one slot.
    #[error("exits has both {0} and {1}, of which only one can be in force; remove one")]
    OneSlot(&'static str, &'static str),
    /// A tie between mechanisms that are not both there.
    #[error("ties.{0} needs both mechanisms that it ties in exits")]
    LooseTie(&'static str),
    /// A number that JSON cannot say.
    #[error("a number is not finite, which JSON cannot say")]
    NotFinite,
}

impl GenomeError {
    fn unknown(key: &str, known: &[&str]) -> Self {
        Self::Unknown { key: GuestText::bounded(key, 160), known: known.join(", ") }
    }
}

#[cfg(test)]
mod tests;
