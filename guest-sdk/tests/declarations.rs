//! What a strategy declares is what the host gets, and what the host sends is checked before the strategy sees it.

use seedbed_sdk::{
    Bars, Choice, Column, DataNeed, Domain, Exit, ExitSetting, ExitSettings, Family, Mechanism, Parameter, Parameters,
    Refusal, Strategy, dispatch, parameters, within,
};

parameters! {
    /// What the search may tune.
    struct Params {
        /// Bars of the fast average,
        /// counted back.
        fast_period: integer(5..=15) = 12,
        /// Magnitude.
        strength: real(-1.0..=1.0) = -0.5,
        /// Smallest move.
        noise: log_real(0.001..=0.1) = 0.01,
        /// What to do.
        mode: choice(Mode { FollowTrend, Fade }) = Mode::Fade,
    }
}

struct Careful;

impl Strategy for Careful {
    type Params = Params;
    const ABOUT: &'static str = "says what it was asked";
    const FAMILY: Family = Family::Carry;
    const READS: &'static [Column] = &[Column::Close, Column::Volume];

    fn data_needed(params: &Params) -> DataNeed {
        DataNeed { minimum_bars: params.fast_period, recommended_bars: 2 * params.fast_period }
    }

    fn check(params: &Params) -> Result<(), Refusal> {
        if params.strength == 0.0 { Err(Refusal::bad_parameters("no strength")) } else { Ok(()) }
    }

    fn accept(_: &Params, exits: &ExitSettings) -> Result<(), Refusal> {
        match exits.value(Mechanism::TimeStop, "holding-period") {
            Some(bars) if bars < 3.0 => Err(Refusal::other("too hasty")),
            _ => Ok(()),
        }
    }

    fn signals(bars: &Bars, params: &Params) -> Result<Vec<f64>, Refusal> {
        Ok(vec![params.strength; bars.len()])
    }
}

/// Users would see and tune other parameters than the author wrote.
#[test]
fn parameters_are_declared_as_written() {
    let [fast, strength, noise, mode] = Params::DECLARED else { panic!("four parameters") };
    assert_eq!(
        (fast.name(), fast.about()),
        ("fast-period".to_owned(), "Bars of the fast average, counted back.".to_owned())
    );
    assert_eq!((fast.domain, fast.default), (Domain::Integer { low: 5.0, high: 15.0 }, 12.0));
    assert_eq!((strength.domain, strength.default), (Domain::Real { low: -1.0, high: 1.0 }, -0.5));
    assert_eq!((noise.domain, noise.default), (Domain::LogReal { low: 0.001, high: 0.1 }, 0.01));
    assert_eq!((mode.domain.labels(), mode.default), (vec!["follow-trend".to_owned(), "fade".to_owned()], 1.0));
    assert_eq!((Mode::LABELS.len(), Mode::Fade.index()), (2, 1));
    assert!(Params::DECLARED.iter().all(|parameter: &Parameter| parameter.domain.contains(parameter.default)));
}

/// A genome would be evaluated with other values than it holds.
#[test]
fn values_come_back_as_they_were() {
    let params = Params { fast_period: 7, strength: 0.25, noise: 0.05, mode: Mode::FollowTrend };
    assert_eq!(params.encode(), [7.0, 0.25, 0.05, 0.0]);
    assert_eq!(Params::decode(&params.encode()), Ok(params));
    assert_eq!(Params::decode(&Params::default().encode()), Ok(Params::default()));
}

/// A strategy would run on values that it never meant to take, or trap on them.
#[test]
fn values_outside_their_domains_are_named() {
    let refusal = |values: &[f64]| Params::decode(values).unwrap_err().to_string();
    assert_eq!(
        refusal(&[16.0, f64::NAN, 0.0, -1.0]),
        "bad parameters: fast-period = 16 is outside 5..=15; strength = NaN is outside -1..=1; noise = 0 is outside \
         0.001..=0.1; mode = -1 is not an index into follow-trend, fade"
    );
    assert_eq!(refusal(&[12.5, 0.0, 0.01, 0.0]), "bad parameters: fast-period = 12.5 is not a whole number");
    assert_eq!(refusal(&[12.0, f64::INFINITY, 0.01, 0.0]), "bad parameters: strength = inf is outside -1..=1");
    assert_eq!(
        refusal(&[12.0]),
        "bad parameters: 1 values given for 4 parameters (fast-period, strength, noise, mode)"
    );
}

/// Strategies would trap, or answer from prices that are not there.
#[test]
fn a_strategy_is_asked_only_what_it_can_answer() {
    let default = Params::default().encode();
    let closes = |bars: usize| vec![1.0; bars];
    let bars = |close: usize, volume: usize| {
        Bars::new(Vec::new(), Vec::new(), Vec::new(), Vec::new(), closes(close), closes(volume)).unwrap()
    };
    let signals = |bars: &Bars, values: &[f64]| dispatch::signals::<Careful>(bars, values);
    assert_eq!(signals(&bars(12, 12), &default), Ok(vec![-0.5; 12]));
    assert_eq!(signals(&bars(11, 11), &default), Err(Refusal::TooFewBars(12)));
    assert_eq!(signals(&bars(0, 0), &default), Err(Refusal::TooFewBars(12)));
    assert_eq!(signals(&bars(12, 0), &default), Err(Refusal::MissingColumn(Column::Volume)));
    assert_eq!(signals(&bars(12, 12), &[12.0, 0.0, 0.01, 0.0]), Err(Refusal::bad_parameters("no strength")));
    let uneven = Bars::new(Vec::new(), Vec::new(), Vec::new(), Vec::new(), closes(2), closes(3));
    assert_eq!(uneven, Err(Refusal::other("columns of different lengths")));
}

/// A mutation that the author forbids would be bred.
#[test]
fn a_strategy_may_veto_a_genome() {
    let holding = |value: f64| {
        let setting = ExitSetting { mechanism: "time-stop".into(), name: "holding-period".into(), value };
        dispatch::accept::<Careful>(&Params::default().encode(), &ExitSettings::new(vec![setting]))
    };
    assert_eq!(holding(3.0), Ok(()));
    assert_eq!(holding(2.0), Err(Refusal::other("too hasty")));
    let unknown = ExitSetting { mechanism: "moon-phase".into(), name: "phase".into(), value: 1.0 };
    let settings = ExitSettings::new(vec![unknown]);
    assert_eq!(dispatch::accept::<Careful>(&Params::default().encode(), &settings), Ok(()));
    assert_eq!(settings.iter().count(), 1);
    assert!(!settings.has(Mechanism::TimeStop));
}

/// The host would start trades with other exits than the author proposed, or refuse them by name.
#[test]
fn exits_are_declared_in_the_words_of_the_contract() {
    let exits = [
        Exit::fixed_stop(0.1),
        Exit::atr_stop(14, 2.0),
        Exit::volatility_stop(20, 2.0),
        Exit::trailing_stop(0.025, 0.05),
        Exit::chandelier(22, 3.0),
        Exit::take_profit(within(0.2, 0.1..=0.3)),
        Exit::atr_target(14, 3.0),
        Exit::time_stop(within(10, 5..=20)),
        Exit::break_even(0.02, 0.0),
        Exit::partial_exit(0.08, 0.5).off(),
        Exit::signal_exit(0.1),
    ];
    let lines = exits.iter().flat_map(|exit| {
        let on = if exit.is_enabled() { "on" } else { "off" };
        exit.parameters()
            .map(move |(name, value, low, high)| format!("{} {name} {value} [{low}, {high}] {on}", exit.mechanism()))
    });
    let expected = "\
fixed-stop stop-loss 0.1 [0.01, 0.2] on
atr-stop period 14 [5, 50] on
atr-stop mult 2 [1, 6] on
volatility-stop period 20 [5, 60] on
volatility-stop mult 2 [1, 6] on
trailing-stop offset 0.025 [0.005, 0.05] on
trailing-stop activation 0.05 [0, 0.2] on
chandelier period 22 [5, 50] on
chandelier mult 3 [1.5, 8] on
take-profit target 0.2 [0.1, 0.3] on
atr-target period 14 [5, 50] on
atr-target mult 3 [1, 10] on
time-stop holding-period 10 [5, 20] on
break-even trigger 0.02 [0.005, 0.1] on
break-even lock 0 [0, 0.02] on
partial-exit trigger 0.08 [0.02, 0.3] off
partial-exit fraction 0.5 [0.1, 0.9] off
signal-exit threshold 0.1 [0, 1] on";
    assert_eq!(lines.collect::<Vec<_>>().join("\n"), expected);
    assert!(exits.iter().all(|exit| exit.mistakes().is_empty()));
}
