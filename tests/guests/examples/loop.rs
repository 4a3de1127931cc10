//! Never returns from `signals`.

use hostile_guests::{Bars, Hostile, Refusal};

struct Loop;

impl Hostile for Loop {
    const NAME: &'static str = "loop";

    #[expect(clippy::empty_loop, reason = "wasting time is the point")]
    fn signals(_bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        loop {}
    }
}

hostile_guests::export_strategy!(Loop with_types_in hostile_guests);
