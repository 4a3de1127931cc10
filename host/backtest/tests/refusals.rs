//! Nonsense is refused by name before anything runs: otherwise a typo becomes a score.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking, helpers included")]

use seedbed_backtest::{
    Decisions, ExitRules, FixedStop, Masks, PartialExit, Prices, PricesError, Refused, Settings, Size, TimeStop, Touch,
    VolatilityStop, backtest,
};

const FLAT: [f64; 3] = [1.0; 3];

fn refusal(bars: usize, rules: ExitRules, settings: Settings) -> String {
    let prices = Prices::new(&FLAT, &FLAT, &FLAT, &FLAT).unwrap();
    let decisions = Decisions::from_masks(bars, Masks::default());
    backtest(prices, &decisions, &rules, &settings).unwrap_err().to_string()
}

#[test]
fn rules_that_make_no_sense_are_named() {
    let touch = Touch::Inclusive;
    let none = ExitRules::default();
    let cases = [
        (
            ExitRules { fixed_stop: Some(FixedStop { loss: f64::NAN, touch }), ..none },
            "loss of fixed-stop is NaN: give a finite number of at least 0",
        ),
        (
            ExitRules { fixed_stop: Some(FixedStop { loss: -0.1, touch }), ..none },
            "loss of fixed-stop is -0.1: give a finite number of at least 0",
        ),
        (
            ExitRules { volatility_stop: Some(VolatilityStop { period: 1, mult: 1.0, touch }), ..none },
            "period of volatility-stop is 1: give at least 2 bars",
        ),
        (
            ExitRules { time_stop: Some(TimeStop { holding_period: 0 }), ..none },
            "holding-period of time-stop is 0: give at least 1 bar",
        ),
        (
            ExitRules { partial_exit: Some(PartialExit { trigger: 0.1, fraction: 1.0, touch }), ..none },
            "fraction of partial-exit is 1: give a share above 0 and below 1",
        ),
    ];
    for (rules, expected) in cases {
        assert_eq!(refusal(3, rules, Settings::default()), expected);
    }
}

#[test]
fn settings_that_make_no_sense_are_named() {
    let usual = Settings::default();
    let cases = [
        (Settings { fees: 1.0, ..usual }, "fees = 1 is out of range: give a fraction from 0 to below 1"),
        (Settings { slippage: -0.1, ..usual }, "slippage = -0.1 is out of range: give a fraction from 0 to below 1"),
        (Settings { cash: 0.0, ..usual }, "cash = 0 is out of range: give a finite number above 0"),
        (Settings { size: Size::Units(0.0), ..usual }, "units = 0 is out of range: give a finite number above 0"),
        (
            Settings { bars_per_year: f64::INFINITY, ..usual },
            "bars_per_year = inf is out of range: give a finite number above 0",
        ),
    ];
    for (settings, expected) in cases {
        assert_eq!(refusal(3, ExitRules::default(), settings), expected);
    }
}

#[test]
fn columns_and_decisions_must_cover_the_same_bars() {
    let expected = Refused::Length { decisions: 2, prices: 3 }.to_string();
    assert_eq!(refusal(2, ExitRules::default(), Settings::default()), expected);
    let length = PricesError::Length { column: "low", length: 2, expected: 3 };
    assert_eq!(Prices::new(&FLAT, &FLAT, &FLAT[..2], &FLAT).unwrap_err(), length);
    let hole = [1.0, f64::NAN, 1.0];
    assert_eq!(Prices::new(&FLAT, &hole, &FLAT, &FLAT).unwrap_err(), PricesError::Bar { bar: 1 });
    let prices = Prices::new(&FLAT, &FLAT, &FLAT, &FLAT).unwrap();
    let beyond = Settings::default().decide(&FLAT).from_bar(3);
    let refused = backtest(prices, &beyond, &ExitRules::default(), &Settings::default()).unwrap_err();
    assert_eq!(refused, Refused::Start { start: 3, bars: 3 });
    let message = "scoring starts at bar 3 of 3: start on one of the bars";
    assert_eq!(refused.to_string(), message);
}
