use seedbed_backtest::{
    AtrStop, AtrTarget, BreakEven, Chandelier, Combine, ExitRules, FixedStop, PartialExit, SignalExit, TakeProfit,
    TimeStop, Touch, TrailingStop, VolatilityStop,
};
use seedbed_genome::{Exit, ExitGenome, Mechanism};

/// The rules that a genome stands for in the backtest: its mechanisms with values and comparators, and how time and signal combine. Derived
/// values stand in the genome already.
#[must_use]
pub fn lower(genome: &ExitGenome) -> ExitRules {
    let mut rules = ExitRules { combine: combine(genome), ..ExitRules::default() };
    for exit in genome.exits() {
        let touch = touch(exit);
        let value = |name| value(exit, name);
        let bars = |name| bars(exit, name);
        match exit.mechanism() {
            Mechanism::FixedStop => rules.fixed_stop = Some(FixedStop { loss: value("stop-loss"), touch }),
            Mechanism::AtrStop => {
                rules.atr_stop = Some(AtrStop { period: bars("period"), mult: value("mult"), touch });
            }
            Mechanism::VolatilityStop => {
                rules.volatility_stop = Some(VolatilityStop { period: bars("period"), mult: value("mult"), touch });
            }
            Mechanism::TrailingStop => {
                let (offset, activation) = (value("offset"), value("activation"));
                rules.trailing_stop = Some(TrailingStop { offset, activation, touch });
            }
            Mechanism::Chandelier => {
                rules.chandelier = Some(Chandelier { period: bars("period"), mult: value("mult"), touch });
            }
            Mechanism::TakeProfit => rules.take_profit = Some(TakeProfit { gain: value("target"), touch }),
            Mechanism::AtrTarget => {
                rules.atr_target = Some(AtrTarget { period: bars("period"), mult: value("mult"), touch });
            }
            Mechanism::TimeStop => rules.time_stop = Some(TimeStop { holding_period: bars("holding-period") }),
            Mechanism::BreakEven => {
                rules.break_even = Some(BreakEven { trigger: value("trigger"), lock: value("lock"), touch });
            }
            Mechanism::PartialExit => {
                let (trigger, fraction) = (value("trigger"), value("fraction"));
                rules.partial_exit = Some(PartialExit { trigger, fraction, touch });
            }
            Mechanism::SignalExit => rules.signal_exit = Some(SignalExit { threshold: value("threshold") }),
        }
    }
    rules
}

fn combine(genome: &ExitGenome) -> Combine {
    match genome.combine() {
        seedbed_genome::Combine::All if genome.has_combine() => Combine::All,
        seedbed_genome::Combine::Any | seedbed_genome::Combine::All => Combine::Any,
    }
}

fn touch(exit: &Exit) -> Touch {
    match exit.touch() {
        seedbed_genome::Touch::Inclusive => Touch::Inclusive,
        seedbed_genome::Touch::Strict => Touch::Strict,
    }
}

/// The value of a parameter that the mechanism has by its own list; the test below asks for each of them.
fn value(exit: &Exit, name: &str) -> f64 {
    exit.value(name).unwrap_or(f64::NAN)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "integer parameters lie in [1, 60]")]
fn bars(exit: &Exit, name: &str) -> usize {
    value(exit, name) as usize
}

#[cfg(test)]
mod tests {
    use seedbed_backtest::{
        AtrStop, AtrTarget, BreakEven, Chandelier, Combine, ExitRules, FixedStop, PartialExit, SignalExit, TakeProfit,
        TimeStop, Touch, TrailingStop, VolatilityStop,
    };
    use seedbed_genome::{Exit, ExitGenome, Mechanism};

    use super::lower;

    fn genome(exits: impl IntoIterator<Item = Exit>) -> ExitGenome {
        let mut genome = ExitGenome::default();
        for exit in exits {
            genome.insert(exit);
        }
        genome
    }

    /// Values that tell each parameter from every other one.
    fn exit(mechanism: Mechanism) -> Exit {
        Exit::new(mechanism).with_value(0, 7.0).with_value(1, 0.25).with_touch(seedbed_genome::Touch::Strict)
    }

    /// A value that ends in another place, or a comparator that is lost, is a candidate scored by rules that are not its own.
    #[test]
    fn every_mechanism_reaches_the_backtest_whole() {
        let (touch, none) = (Touch::Strict, ExitRules::default());
        for mechanism in Mechanism::ALL {
            let expected = match mechanism {
                Mechanism::FixedStop => ExitRules { fixed_stop: Some(FixedStop { loss: 7.0, touch }), ..none },
                Mechanism::AtrStop => ExitRules { atr_stop: Some(AtrStop { period: 7, mult: 0.25, touch }), ..none },
                Mechanism::VolatilityStop => {
                    ExitRules { volatility_stop: Some(VolatilityStop { period: 7, mult: 0.25, touch }), ..none }
                }
                Mechanism::TrailingStop => {
                    ExitRules { trailing_stop: Some(TrailingStop { offset: 7.0, activation: 0.25, touch }), ..none }
                }
                Mechanism::Chandelier => {
                    ExitRules { chandelier: Some(Chandelier { period: 7, mult: 0.25, touch }), ..none }
                }
                Mechanism::TakeProfit => ExitRules { take_profit: Some(TakeProfit { gain: 7.0, touch }), ..none },
                Mechanism::AtrTarget => {
                    ExitRules { atr_target: Some(AtrTarget { period: 7, mult: 0.25, touch }), ..none }
                }
                Mechanism::TimeStop => ExitRules { time_stop: Some(TimeStop { holding_period: 7 }), ..none },
                Mechanism::BreakEven => {
                    ExitRules { break_even: Some(BreakEven { trigger: 7.0, lock: 0.25, touch }), ..none }
                }
                Mechanism::PartialExit => {
                    ExitRules { partial_exit: Some(PartialExit { trigger: 7.0, fraction: 0.25, touch }), ..none }
                }
                Mechanism::SignalExit => ExitRules { signal_exit: Some(SignalExit { threshold: 7.0 }), ..none },
            };
            assert_eq!(lower(&genome([exit(*mechanism)])), expected, "{mechanism}");
            let inclusive = genome([Exit::new(*mechanism)]);
            assert_eq!(lower(&inclusive).validate(), Ok(()), "{mechanism}");
            assert_ne!(lower(&inclusive), lower(&genome([exit(*mechanism)])), "{mechanism}");
        }
        let stop = lower(&genome([Exit::new(Mechanism::FixedStop)])).fixed_stop;
        assert_eq!(stop, Some(FixedStop { loss: 0.10, touch: Touch::Inclusive }));
    }

    #[test]
    fn slots_are_lowered_together() {
        let rules = lower(&genome([exit(Mechanism::AtrStop), exit(Mechanism::TimeStop), exit(Mechanism::TakeProfit)]));
        let present = (rules.atr_stop.is_some(), rules.time_stop.is_some(), rules.take_profit.is_some());
        assert_eq!(present, (true, true, true));
    }

    /// ALL concerns time and signal only where both are there; a leftover must not silence the one that is.
    #[test]
    fn combining_needs_both_ends() {
        let lowered = |exits: &[Mechanism]| {
            let mut genome = genome(exits.iter().copied().map(Exit::new));
            genome.set_combine(seedbed_genome::Combine::All);
            lower(&genome).combine
        };
        assert_eq!(lowered(&[Mechanism::TimeStop, Mechanism::SignalExit]), Combine::All);
        assert_eq!(lowered(&[Mechanism::TimeStop, Mechanism::FixedStop]), Combine::Any);
        assert_eq!(lowered(&[Mechanism::SignalExit, Mechanism::FixedStop]), Combine::Any);
        let both = genome([Exit::new(Mechanism::TimeStop), Exit::new(Mechanism::SignalExit)]);
        assert_eq!(lower(&both).combine, Combine::Any);
    }
}
