//! The harness finds every broken promise, and keeps quiet about honest strategies.

use std::{marker::PhantomData, panic};

use seedbed_sdk::{
    Bars, Column, DataNeed, Exit, Exported, Family, Refusal, Strategy, indicators::sma, parameters,
    testing::assert_contract, within,
};

parameters! {
    /// What the search may tune.
    struct Params {
        /// Bars of the average.
        period: integer(5..=30) = 20,
    }
}

/// How a strategy may break its promises.
trait Fault {
    const MINIMUM: usize = 30;
    const ABOUT: &'static str = "long above the moving average";
    const COLUMNS: &'static [Column] = &[Column::Close];

    fn exits() -> Vec<Exit> {
        vec![Exit::fixed_stop(0.1), Exit::atr_stop(14, 2.0).off()]
    }

    fn check(_: &Params) -> Result<(), Refusal> {
        Ok(())
    }

    fn signals(close: &[f64], params: &Params) -> Vec<f64> {
        let average = sma(close, params.period);
        let above = |(bar, (close, average)): (usize, (&f64, f64))| f64::from(bar >= 29 && *close > average);
        close.iter().zip(average).enumerate().map(above).collect()
    }
}

struct With<F>(PhantomData<F>);

impl<F: Fault> Strategy for With<F> {
    type Params = Params;
    const ABOUT: &'static str = F::ABOUT;
    const FAMILY: Family = Family::TrendFollowing;
    const READS: &'static [Column] = F::COLUMNS;

    fn exits() -> Vec<Exit> {
        F::exits()
    }

    fn data_needed(_: &Params) -> DataNeed {
        DataNeed { minimum_bars: F::MINIMUM, recommended_bars: 60 }
    }

    fn check(params: &Params) -> Result<(), Refusal> {
        F::check(params)
    }

    fn signals(bars: &Bars, params: &Params) -> Result<Vec<f64>, Refusal> {
        Ok(F::signals(bars.close()?, params))
    }
}

impl<F: Fault> Exported for With<F> {
    const NAME: &'static str = "test";
    const VERSION: &'static str = "0.0.0";
}

struct Honest;
impl Fault for Honest {}

/// Authors would chase faults that they do not have.
#[test]
fn an_honest_strategy_passes() {
    assert_contract::<With<Honest>>();
}

/// The profit of a strategy would come from the future.
#[test]
fn looking_ahead_is_found() {
    struct NextBar;
    impl Fault for NextBar {
        fn signals(close: &[f64], params: &Params) -> Vec<f64> {
            let mut signals = Honest::signals(close, params);
            signals.rotate_left(1);
            signals
        }
    }
    assert_broken::<NextBar>("looks ahead");

    struct WholeHistory;
    impl Fault for WholeHistory {
        fn signals(close: &[f64], _: &Params) -> Vec<f64> {
            let mean = close.iter().sum::<f64>() / close.len() as f64;
            close.iter().enumerate().map(|(bar, &close)| f64::from(bar >= 29 && close > mean)).collect()
        }
    }
    assert_broken::<WholeHistory>("looks ahead");
}

/// The host would discard the answer.
#[test]
fn bad_answers_are_found() {
    struct Short;
    impl Fault for Short {
        fn signals(close: &[f64], params: &Params) -> Vec<f64> {
            Honest::signals(close, params).split_off(1)
        }
    }
    assert_broken::<Short>("convictions for");

    struct Loud;
    impl Fault for Loud {
        fn signals(close: &[f64], params: &Params) -> Vec<f64> {
            Honest::signals(close, params).into_iter().map(|conviction| 1.5 * conviction).collect()
        }
    }
    assert_broken::<Loud>("is 1.5");

    struct Unknown;
    impl Fault for Unknown {
        fn signals(close: &[f64], params: &Params) -> Vec<f64> {
            sma(close, params.period)
        }
    }
    assert_broken::<Unknown>("is NaN");
}

/// Readiness would promise what the strategy does not hold.
#[test]
fn a_wrong_minimum_is_found() {
    struct TooHigh;
    impl Fault for TooHigh {
        const MINIMUM: usize = 45;
    }
    assert_broken::<TooHigh>("bars are enough, not 45");

    struct AboveRecommended;
    impl Fault for AboveRecommended {
        const MINIMUM: usize = 100;
    }
    assert_broken::<AboveRecommended>("minimum bars (100) exceed recommended bars (60)");
}

/// The host would refuse the plugin, and the author would learn it last.
#[test]
fn bad_declarations_are_found() {
    struct Silent;
    impl Fault for Silent {
        const ABOUT: &'static str = " ";
    }
    assert_broken::<Silent>("ABOUT is empty");

    struct Blind;
    impl Fault for Blind {
        const COLUMNS: &'static [Column] = &[];
    }
    assert_broken::<Blind>("READS is empty");

    struct WideExit;
    impl Fault for WideExit {
        fn exits() -> Vec<Exit> {
            vec![Exit::take_profit(within(0.04, 0.01..=0.2))]
        }
    }
    assert_broken::<WideExit>("take-profit target: bounds 0.01..=0.2 are not inside 0.05..=0.5");

    struct RivalExits;
    impl Fault for RivalExits {
        fn exits() -> Vec<Exit> {
            vec![Exit::fixed_stop(0.1), Exit::atr_stop(14, 2.0)]
        }
    }
    assert_broken::<RivalExits>("fixed-stop and atr-stop do the same job");

    struct HalfPeriod;
    impl Fault for HalfPeriod {
        fn exits() -> Vec<Exit> {
            vec![Exit::time_stop(2.5)]
        }
    }
    assert_broken::<HalfPeriod>("time-stop holding-period: 2.5 is not a whole number");
}

/// A plugin would be refused before it ever ran.
#[test]
fn refused_defaults_are_found() {
    struct Refusing;
    impl Fault for Refusing {
        fn check(params: &Params) -> Result<(), Refusal> {
            Err(Refusal::bad_parameters(format!("{} does not suit me", params.period)))
        }
    }
    assert_broken::<Refusing>("default parameters are refused: bad parameters: 20 does not suit me");
}

fn assert_broken<F: Fault>(message: &str) {
    let broken = panic::catch_unwind(assert_contract::<With<F>>);
    let panic = broken.expect_err("the harness found nothing");
    let found = panic.downcast_ref::<String>().cloned().or(panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    let found = found.unwrap();
    assert!(found.contains(message), "expected {message:?}, found {found:?}");
}
