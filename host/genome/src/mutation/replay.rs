use crate::{Edit, Exit, Individual, Mechanism, Step, Target, Tie};

impl Individual {
    /// Repeats a recorded mutation: the edit, then the new value of each change. Parent and step give the child bit for bit.
    ///
    /// # Errors
    /// [`ReplayError`] where the step does not fit this individual, so that it must be another one's; nothing is changed then.
    pub fn apply(&mut self, step: &Step) -> Result<(), ReplayError> {
        let mut exits = self.genome.exits;
        let present = |mechanism| {
            let exit = exits.exit(mechanism).copied();
            exit.ok_or(ReplayError::Absent(mechanism))
        };
        for change in &step.changes {
            let found = match change.target {
                Target::Signal(index) => self.genome.parameters.get(index).copied(),
                Target::Exit(mechanism, index) => exits.value((mechanism, index)),
                Target::Coefficient(tie) => exits.relations().get(tie),
            };
            if change.old.is_some() && change.old != found {
                return Err(ReplayError::OldValue { target: change.target, recorded: change.old, found });
            }
        }
        match step.edit {
            Edit::Values => {}
            Edit::Add(mechanism) => {
                if let Some(other) = exits.insert(Exit::new(mechanism)) {
                    return Err(ReplayError::SlotTaken(mechanism, other.mechanism()));
                }
            }
            Edit::Remove(mechanism) => {
                present(mechanism)?;
                exits.remove(mechanism);
            }
            Edit::Replace { from, to } => {
                let touch = present(from)?.touch();
                exits.remove(from);
                if let Some(other) = exits.insert(Exit::new(to).with_touch(touch)) {
                    return Err(ReplayError::SlotTaken(to, other.mechanism()));
                }
            }
            // The coefficient is among the changes.
            Edit::Tie(tie) => {
                if exits.relations().get(tie).is_some() || !exits.has_ends(tie) {
                    return Err(ReplayError::Tie(tie));
                }
            }
            Edit::Untie(tie) => {
                exits.untie(tie).ok_or(ReplayError::Tie(tie))?;
            }
            Edit::Touch(mechanism) => {
                let touch = present(mechanism)?.touch().other();
                exits.set_touch(mechanism, touch);
            }
            Edit::Combine => exits.set_combine(exits.combine().other()),
        }
        let mut signal = None;
        for change in &step.changes {
            let fits = match change.target {
                Target::Signal(index) => {
                    signal = Some((index, change.new));
                    index < self.genome.parameters.len()
                }
                Target::Exit(mechanism, index) => exits.set_value((mechanism, index), change.new),
                Target::Coefficient(tie) => exits.tie(tie, change.new),
            };
            if !fits {
                return Err(ReplayError::NoSuchValue(change.target));
            }
        }
        self.genome.exits = exits;
        if let Some((index, new)) = signal
            && let Some(value) = self.genome.parameters.get_mut(index)
        {
            *value = new;
        }
        self.step_size = step.step_size;
        Ok(())
    }
}

/// Why a step cannot be repeated on an individual: it was recorded for another one.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ReplayError {
    /// The mechanism that leaves or changes is not in force.
    #[error("{0} is not in force")]
    Absent(Mechanism),
    /// The slot of the mechanism that comes is taken.
    #[error("{0} cannot come into force beside {1}, which has its slot")]
    SlotTaken(Mechanism, Mechanism),
    /// The tie is in force already, or is not, or lacks an end.
    #[error("the tie {0} is not as the step found it")]
    Tie(Tie),
    /// The genome has no such value.
    #[error("there is no {0}")]
    NoSuchValue(Target),
    /// The value is not what the step moved away from.
    #[error("{target} was {}, and is {}", or_absent(*recorded), or_absent(*found))]
    OldValue {
        /// Which value.
        target: Target,
        /// What the step found.
        recorded: Option<f64>,
        /// What is there.
        found: Option<f64>,
    },
}

fn or_absent(value: Option<f64>) -> String {
    value.map_or_else(|| "absent".to_owned(), |value| value.to_string())
}
