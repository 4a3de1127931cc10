use seedbed_backtest::{
    AtrStop, AtrTarget, BreakEven, Chandelier, ExitRules, FixedStop, PartialExit, SignalExit, TakeProfit, TimeStop,
    Touch, TrailingStop, VolatilityStop,
};
use seedbed_genome::{Exit, ExitGenome, Mechanism};

/// The rules that a genome stands for in the backtest.
#[must_use]
pub fn lower(genome: &ExitGenome) -> ExitRules {
    let mut rules = ExitRules::default();
    let touch = Touch::Inclusive;
    for exit in genome.exits() {
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
    use seedbed_genome::{Declared, DeclaredExit, ExitBounds, Mechanism};

    use super::lower;

    #[test]
    fn every_mechanism_reaches_the_backtest_whole() {
        for mechanism in Mechanism::ALL {
            let declare = |spec: &seedbed_genome::ParameterSpec| DeclaredExit {
                mechanism: mechanism.name().into(),
                name: spec.name.into(),
                value: spec.default,
                bounds: (spec.bounds.low(), spec.bounds.high()),
                enabled: true,
            };
            let declarations: Vec<_> = mechanism.parameters().iter().map(declare).collect();
            let genome = Declared::read(&declarations, ExitBounds::default()).unwrap().genome;
            let rules = lower(&genome);
            assert_eq!(rules.validate(), Ok(()), "{mechanism}");
            assert_ne!(rules, seedbed_backtest::ExitRules::default(), "{mechanism}");
        }
    }
}
