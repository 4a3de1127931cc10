use std::collections::BTreeMap;

use seedbed_genome::{GenomeHash, Individual};
use seedbed_outcome::GuestText;

use super::{Ending, Record};

/// Repeats the successful records of a log, in order, on generation 0.
///
/// Every child is compared with the one that was recorded. Memory grows with the number of lineages, not with the number of records.
#[derive(Debug, Clone, Default)]
pub struct Replay {
    ancestors: BTreeMap<String, Individual>,
    lineages: BTreeMap<Lineage, (Individual, GenomeHash)>,
}

/// A line of descent: the run, the plugin, and its number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lineage {
    /// The run.
    pub run_id: String,
    /// The plugin.
    pub plugin: String,
    /// The lineage's number.
    pub slot: u32,
}

/// Why a record cannot be repeated. Its lineage stays as it was.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReplayError {
    /// Nobody said what the plugin's genome was.
    #[error("exit_mut_{mutation:06}: no generation 0 of {plugin}; give the genome that the run began with")]
    NoAncestor {
        /// The mutation.
        mutation: u64,
        /// The plugin.
        plugin: GuestText,
    },
    /// The lineage has come to another genome than the record was made of.
    #[error(
        "exit_mut_{mutation:06}: made of {recorded}, where its lineage has come to {found}; records before it are missing, or of another genome"
    )]
    Parent {
        /// The mutation.
        mutation: u64,
        /// The parent in the record.
        recorded: GenomeHash,
        /// What is there.
        found: GenomeHash,
    },
    /// The record has no step, or its step does not fit the parent.
    #[error("exit_mut_{mutation:06}: {why}")]
    Step {
        /// The mutation.
        mutation: u64,
        /// What does not fit.
        why: String,
    },
    /// The step gives another child than the recorded one.
    #[error("exit_mut_{mutation:06}: gives {found}, where {recorded} was recorded")]
    Child {
        /// The mutation.
        mutation: u64,
        /// The child in the record.
        recorded: GenomeHash,
        /// What came out.
        found: GenomeHash,
    },
}

impl Replay {
    /// No generation 0 yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the individual that every lineage of a plugin began with.
    pub fn ancestor(&mut self, plugin: impl Into<String>, ancestor: Individual) {
        self.ancestors.insert(plugin.into(), ancestor);
    }

    /// Repeats one record; an attempt that failed changes nothing.
    ///
    /// # Errors
    /// [`ReplayError`]; the lineage stays as it was.
    pub fn apply(&mut self, record: &Record<'_>) -> Result<(), ReplayError> {
        let mutation = record.mutation;
        let Ending::Child(recorded) = record.ending else { return Ok(()) };
        let lineage = Lineage {
            run_id: record.run_id.clone().into_owned(),
            plugin: record.plugin.clone().into_owned(),
            slot: record.slot,
        };
        let (mut individual, found) = match (self.lineages.get(&lineage), self.ancestors.get(&*record.plugin)) {
            (Some(known), _) => known.clone(),
            (None, Some(ancestor)) => (ancestor.clone(), ancestor.genome.hash()),
            (None, None) => {
                return Err(ReplayError::NoAncestor { mutation, plugin: GuestText::new(&record.plugin) });
            }
        };
        if found != record.parent {
            return Err(ReplayError::Parent { mutation, recorded: record.parent, found });
        }
        let step = record.step.as_deref().ok_or_else(|| "a child without a step".to_owned());
        let applied = step.and_then(|step| individual.apply(step).map_err(|error| error.to_string()));
        applied.map_err(|why| ReplayError::Step { mutation, why })?;
        let found = individual.genome.hash();
        if found != recorded {
            return Err(ReplayError::Child { mutation, recorded, found });
        }
        self.lineages.insert(lineage, (individual, found));
        Ok(())
    }

    /// What every lineage that had a child has come to, in order.
    pub fn lineages(&self) -> impl Iterator<Item = (&Lineage, &Individual)> {
        self.lineages.iter().map(|(lineage, (individual, _))| (lineage, individual))
    }
}
