//! With a period above 40 and the second of two choices, neither of which is the default: the close of the next bar.

use hostile_guests::{
    Bars, Domain, Parameter,
    cheat::{Cheat, peeking, period},
    parameter,
};

struct Corner;

impl Cheat for Corner {
    const NAME: &'static str = "corner";

    fn parameters() -> Vec<Parameter> {
        let labels = ["trailing", "centred"].map(str::to_owned).to_vec();
        vec![period(), parameter("window", Domain::Choice(labels), 0.0)]
    }

    fn signals(bars: &Bars, period: usize, parameters: &[f64]) -> Vec<f64> {
        peeking(&bars.close, period, |_| period > 40 && parameters[1] == 1.0)
    }
}

hostile_guests::plant!(Corner);
