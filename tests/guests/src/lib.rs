//! Components that misbehave, each in one way. A guest of `examples/` implements [`Hostile`] and overrides the functions in which
//! it does harm; the others are those of a harmless strategy. Those of `cheats/` look into the future.

#![allow(missing_docs, reason = "most of this crate is generated")]

wit_bindgen::generate!({
    path: "../../wit/strategy-0.1",
    world: "strategy",
    pub_export_macro: true,
    export_macro_name: "export_strategy",
});

pub mod cheat;

pub use exports::seedbed::strategy::seed::{
    Bars, Columns, DataNeed, Description, Domain, ExitParameter, ExitSetting, Guest, Interval, Parameter, Refusal,
};
pub use seedbed::strategy::diagnostics::{Level, report};

/// Text that would take over a terminal, a web page or a spreadsheet that shows it as it is.
pub const FOUL: &str =
    "=HYPERLINK(\"http://x\")\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}\r\nseedbed: all well\n<script>alert(1)</script>";

/// A strategy that is long after a rise and short after a fall.
pub trait Hostile {
    const NAME: &'static str;
    const ABOUT: &'static str = "a hostile guest";
    const READS: Columns = Columns::CLOSE;
    const EXITS_CLOSED: bool = false;

    fn describe() -> Description {
        Description {
            name: Self::NAME.to_owned(),
            version: "0.1.0".to_owned(),
            about: Self::ABOUT.to_owned(),
            family: "momentum".to_owned(),
            reads: Self::READS,
            parameters: Self::parameters(),
            exits_closed: Self::EXITS_CLOSED,
        }
    }

    fn parameters() -> Vec<Parameter> {
        vec![parameter("period", Domain::Integer(Interval { low: 2.0, high: 50.0 }), 20.0)]
    }

    fn exit_parameters() -> Vec<ExitParameter> {
        vec![ExitParameter {
            mechanism: "fixed-stop".to_owned(),
            name: "stop-loss".to_owned(),
            value: 0.08,
            bounds: Interval { low: 0.04, high: 0.15 },
            enabled: true,
        }]
    }

    fn data_needed(_parameters: Vec<f64>) -> DataNeed {
        DataNeed { minimum_bars: 2, recommended_bars: 100 }
    }

    fn accept(_parameters: Vec<f64>, _exits: Vec<ExitSetting>) -> Result<(), Refusal> {
        Ok(())
    }

    fn signals(bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        Ok(convictions(&bars))
    }
}

impl<T: Hostile> Guest for T {
    fn describe() -> Description {
        <T as Hostile>::describe()
    }

    fn exit_parameters() -> Vec<ExitParameter> {
        <T as Hostile>::exit_parameters()
    }

    fn data_needed(parameters: Vec<f64>) -> DataNeed {
        <T as Hostile>::data_needed(parameters)
    }

    fn accept(parameters: Vec<f64>, exits: Vec<ExitSetting>) -> Result<(), Refusal> {
        <T as Hostile>::accept(parameters, exits)
    }

    fn signals(bars: Bars, parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        <T as Hostile>::signals(bars, parameters)
    }
}

/// 1 after a rise of the close, -1 after a fall, 0 otherwise.
pub fn convictions(bars: &Bars) -> Vec<f64> {
    let rises = bars.close.windows(2).map(|pair| f64::from(pair[1] > pair[0]) - f64::from(pair[1] < pair[0]));
    let first = bars.close.first().map(|_| 0.0);
    first.into_iter().chain(rises).collect()
}

pub fn parameter(name: &str, domain: Domain, default: f64) -> Parameter {
    Parameter { name: name.to_owned(), about: "a parameter".to_owned(), domain, default }
}

/// Sends the message of a panic through the diagnostics, as the SDK does.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|panic| report(Level::Error, &panic.to_string())));
}
