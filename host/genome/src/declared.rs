use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Exit, ExitBounds, ExitGenome, Interval, Mechanism, Slot};

/// One exit parameter as a component declares it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeclaredExit {
    /// Contract name of the mechanism.
    pub mechanism: String,
    /// Contract name of the parameter.
    pub name: String,
    /// Its value in the component's own genome.
    pub value: f64,
    /// The component's bounds `(low, high)`.
    pub bounds: (f64, f64),
    /// Whether the mechanism is in force by default.
    pub enabled: bool,
}

/// What a component's exit declaration comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Declared {
    /// The mechanisms that are enabled by default.
    pub genome: ExitGenome,
    /// The host's bounds, narrowed by the component's.
    pub bounds: ExitBounds,
    /// Every mechanism that the component declares, also those that it leaves disabled, at its values inside the bounds.
    pub mechanisms: BTreeMap<Mechanism, Exit>,
    /// What did not fit and was brought inside.
    pub notices: Vec<ExitNotice>,
}

/// A declaration that the host's bounds overruled.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ExitNotice {
    /// The component's bounds reach outside the host's.
    #[error("{mechanism} {parameter}: bounds {declared} reach outside the host's {host}, which win")]
    Bounds {
        /// The mechanism.
        mechanism: Mechanism,
        /// The parameter's contract name.
        parameter: &'static str,
        /// What the component declared.
        declared: Interval,
        /// What the host allows.
        host: Interval,
    },
    /// The component's value lies outside the bounds in force, or between two whole numbers.
    #[error("{mechanism} {parameter}: value {declared} brought to {used}, inside {bounds}")]
    Value {
        /// The mechanism.
        mechanism: Mechanism,
        /// The parameter's contract name.
        parameter: &'static str,
        /// What the component declared.
        declared: f64,
        /// What is used.
        used: f64,
        /// The bounds in force.
        bounds: Interval,
    },
}

/// Why an exit declaration breaks the contract.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ExitError {
    /// A mechanism that is not on the host's list.
    #[error("unknown exit mechanism '{0}'; known are {known}", known = known_mechanisms())]
    UnknownMechanism(String),
    /// A parameter that the mechanism does not have.
    #[error("exit mechanism '{mechanism}' has no parameter '{parameter}'")]
    UnknownParameter {
        /// The mechanism's name.
        mechanism: String,
        /// The parameter's name.
        parameter: String,
    },
    /// One parameter declared twice.
    #[error("exit parameter {0} {1} is declared twice")]
    Duplicate(Mechanism, String),
    /// A value or bound that is not a finite number, or bounds the wrong way round.
    #[error("exit parameter {0} {1}: value {2} in [{3}, {4}] is not a finite value in ordered bounds")]
    NotFinite(Mechanism, String, f64, f64, f64),
    /// Nothing is left of the bounds.
    #[error("exit parameter {mechanism} {parameter}: bounds {wanted} leave nothing of {host}")]
    EmptyBounds {
        /// The mechanism.
        mechanism: Mechanism,
        /// The parameter's name.
        parameter: String,
        /// The bounds so far.
        host: Interval,
        /// The bounds asked for.
        wanted: Interval,
    },
    /// Two mechanisms enabled in one slot.
    #[error("exit mechanisms {0} and {1} are both enabled and share the slot '{2}'")]
    SlotTaken(Mechanism, Mechanism, Slot),
    /// Parameters of one mechanism that disagree on whether it is enabled.
    #[error("exit mechanism {0} is enabled by one of its parameters and disabled by another")]
    HalfEnabled(Mechanism),
}

fn known_mechanisms() -> String {
    Mechanism::ALL.iter().map(|mechanism| mechanism.name()).collect::<Vec<_>>().join(", ")
}

impl Declared {
    /// Reads a component's declaration under the bounds that operator and manifest grant.
    ///
    /// A parameter that a declared mechanism leaves out takes the host's default, brought inside the bounds. Bounds that reach
    /// outside and values outside are brought inside and reported; they are no error, since the exit bounds win by rule.
    ///
    /// # Errors
    /// [`ExitError`] names the first declaration that cannot be read.
    pub fn read(declarations: &[DeclaredExit], granted: ExitBounds) -> Result<Self, ExitError> {
        let mut bounds = granted;
        let mut notices = Vec::new();
        let mut mechanisms: BTreeMap<Mechanism, (bool, BTreeMap<usize, f64>)> = BTreeMap::new();
        for DeclaredExit { mechanism, name, value, bounds: (low, high), enabled } in declarations {
            let kind = Mechanism::from_name(mechanism).ok_or_else(|| ExitError::UnknownMechanism(mechanism.clone()))?;
            let unknown = || ExitError::UnknownParameter { mechanism: mechanism.clone(), parameter: name.clone() };
            let index = kind.parameter_index(name).ok_or_else(unknown)?;
            let spec = kind.parameters().get(index).ok_or_else(unknown)?;
            let declared = Interval::new(*low, *high)
                .filter(|_| value.is_finite())
                .ok_or_else(|| ExitError::NotFinite(kind, name.clone(), *value, *low, *high))?;
            // What operator and manifest narrowed is theirs to narrow; only reaching outside the host's list is worth a word.
            if !spec.bounds.encloses(declared) {
                let host = spec.bounds;
                notices.push(ExitNotice::Bounds { mechanism: kind, parameter: spec.name, declared, host });
            }
            bounds.narrow(kind, name, declared)?;
            let (was_enabled, values) = mechanisms.entry(kind).or_insert_with(|| (*enabled, BTreeMap::new()));
            if *was_enabled != *enabled {
                return Err(ExitError::HalfEnabled(kind));
            }
            if values.insert(index, *value).is_some() {
                return Err(ExitError::Duplicate(kind, name.clone()));
            }
        }
        let mut genome = ExitGenome::default();
        let mut exits = BTreeMap::new();
        for (mechanism, (enabled, declared)) in mechanisms {
            let mut exit = Exit::new(mechanism);
            for (index, default, spec) in Exit::new(mechanism).specs() {
                let allowed = bounds.at(mechanism, index).unwrap_or(spec.bounds);
                let wanted = declared.get(&index).copied().unwrap_or(default);
                let used = spec.scale.nearest(wanted, allowed);
                if used != wanted {
                    notices.push(ExitNotice::Value {
                        mechanism,
                        parameter: spec.name,
                        declared: wanted,
                        used,
                        bounds: allowed,
                    });
                }
                exit = exit.with_value(index, used);
            }
            exits.insert(mechanism, exit);
            if enabled && let Some(other) = genome.insert(exit) {
                return Err(ExitError::SlotTaken(other.mechanism(), mechanism, mechanism.slot()));
            }
        }
        Ok(Self { genome, bounds, mechanisms: exits, notices })
    }
}

#[cfg(test)]
mod tests {
    use super::{Declared, DeclaredExit};
    use crate::{ExitBounds, Interval, Mechanism};

    fn exit(mechanism: &str, name: &str, value: f64, bounds: (f64, f64)) -> DeclaredExit {
        DeclaredExit { mechanism: mechanism.into(), name: name.into(), value, bounds, enabled: true }
    }

    #[test]
    fn the_hosts_bounds_win_and_say_so() {
        let declared = Declared::read(
            &[
                exit("fixed-stop", "stop-loss", 0.002, (0.001, 0.1)),
                exit("time-stop", "holding-period", 7.5, (1.0, 20.0)),
            ],
            ExitBounds::default(),
        )
        .unwrap();
        let values: Vec<_> = declared.genome.exits().map(|exit| (exit.mechanism(), exit.values().to_vec())).collect();
        assert_eq!(values, [(Mechanism::FixedStop, vec![0.01]), (Mechanism::TimeStop, vec![8.0])]);
        assert_eq!(declared.bounds.get(Mechanism::FixedStop, "stop-loss"), Interval::new(0.01, 0.1));
        let says: Vec<_> = declared.notices.iter().map(ToString::to_string).collect();
        assert_eq!(
            says,
            [
                "fixed-stop stop-loss: bounds [0.001, 0.1] reach outside the host's [0.01, 0.2], which win",
                "fixed-stop stop-loss: value 0.002 brought to 0.01, inside [0.01, 0.1]",
                "time-stop holding-period: value 7.5 brought to 8, inside [1, 20]",
            ]
        );
    }

    /// A manifest that narrows is no disagreement; the user would look for a fault that is none.
    #[test]
    fn bounds_that_somebody_narrowed_are_kept_without_a_word() {
        let mut granted = ExitBounds::default();
        granted.narrow(Mechanism::AtrStop, "mult", Interval::new(1.5, 4.0).unwrap()).unwrap();
        let declared = Declared::read(&[exit("atr-stop", "mult", 2.0, (1.5, 5.0))], granted).unwrap();
        assert_eq!(declared.notices, []);
        assert_eq!(declared.bounds.get(Mechanism::AtrStop, "mult"), Interval::new(1.5, 4.0));
    }

    #[test]
    fn missing_parameters_take_the_default() {
        let declared = Declared::read(&[exit("chandelier", "mult", 4.0, (2.0, 8.0))], ExitBounds::default()).unwrap();
        let exits: Vec<_> = declared.genome.exits().collect();
        assert_eq!(
            (exits[0].value("period"), exits[0].value("mult"), exits[0].value("offset")),
            (Some(22.0), Some(4.0), None)
        );
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let half = DeclaredExit { enabled: false, ..exit("atr-stop", "mult", 2.0, (1.0, 6.0)) };
        for (declarations, says) in [
            (vec![exit("magic", "x", 1.0, (0.0, 1.0))], "unknown exit mechanism 'magic'; known are fixed-stop, "),
            (vec![exit("fixed-stop", "mult", 1.0, (0.0, 1.0))], "exit mechanism 'fixed-stop' has no parameter 'mult'"),
            (
                vec![exit("fixed-stop", "stop-loss", f64::NAN, (0.0, 1.0))],
                "exit parameter fixed-stop stop-loss: value NaN in [0, 1]",
            ),
            (
                vec![exit("fixed-stop", "stop-loss", 0.5, (0.4, 0.9))],
                "exit parameter fixed-stop stop-loss: bounds [0.4, 0.9] leave nothing of [0.01, 0.2]",
            ),
            (
                vec![exit("time-stop", "holding-period", 2.5, (2.2, 2.8))],
                "exit parameter time-stop holding-period: bounds [2.2, 2.8] leave nothing",
            ),
            (
                vec![exit("fixed-stop", "stop-loss", 0.1, (0.05, 0.2)), exit("atr-stop", "mult", 2.0, (1.0, 6.0))],
                "exit mechanisms fixed-stop and atr-stop are both enabled and share the slot 'protect'",
            ),
            (
                vec![exit("atr-stop", "period", 14.0, (5.0, 50.0)), half],
                "exit mechanism atr-stop is enabled by one of its parameters and disabled by another",
            ),
            (
                vec![
                    exit("fixed-stop", "stop-loss", 0.1, (0.05, 0.2)),
                    exit("fixed-stop", "stop-loss", 0.1, (0.05, 0.2)),
                ],
                "exit parameter fixed-stop stop-loss is declared twice",
            ),
        ] {
            let error = Declared::read(&declarations, ExitBounds::default()).unwrap_err().to_string();
            assert!(error.starts_with(says), "{error}");
        }
    }
}
