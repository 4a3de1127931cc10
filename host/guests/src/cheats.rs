/// A guest of `tests/guests/cheats`: an honest strategy with one planted look-ahead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cheat {
    /// By this name [`hostile`](crate::hostile::hostile) gives its component.
    pub name: &'static str,
    /// What it knows before its time, and on which bars.
    pub leak: &'static str,
    /// The parameters with which it leaks, where the defaults are honest.
    pub parameters: Option<&'static [f64]>,
    /// How many bars before a bar that changes, by itself, or before the first that is missing the nearest conviction lies that changes
    /// with it.
    pub horizon: usize,
    /// The same of the first conviction that changes, where no other is farther; `None` where any is.
    pub farthest: Option<usize>,
    /// What has to happen to the bars after a cut for a conviction before it to change.
    pub shown_by: ShownBy,
}

/// What gives a [`Cheat`] away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownBy {
    /// Later bars become other bars, or are missing.
    Change,
    /// The history ends earlier; other bars in the place of the later ones show nothing.
    Cut,
    /// Later bars lose their volume. Neither the sample's own bars nor missing ones show anything.
    Halt,
    /// One instance is called with a history and then with its start. In a fresh instance it is honest.
    SecondCall,
}

impl Cheat {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::new("next-close", "the close of the next bar, on every bar"),
        Self::new("next-high", "the high of the next bar in a rolling maximum, on every bar"),
        Self::new("centred-mean", "half a period of closes in a mean around each bar, on every bar").ahead(1, 10),
        Self::new("whole-sample", "mean and deviation of all closes, on every bar").at_any_distance(),
        Self::new("last-window", "a weight learned from the last 100 bars, on every bar").at_any_distance(),
        Self::new("next-volume", "the volume of the next bar, on every bar"),
        Self::new("one-percent", "the return of the next bar, on one bar in a hundred by a hash of its index"),
        Self::new("long-period", "the close of the next bar, on every bar with a period above 40").at(&[45.0]),
        Self::new("corner", "the close of the next bar, with a period above 40 and the second choice").at(&[45.0, 1.0]),
        Self::new("after-1000", "the close of the next bar, after bar 1,000"),
        Self::new("cached", "the close of the next bar, from an earlier call").by(ShownBy::SecondCall),
        Self::new("length", "how many bars there are, on every bar").by(ShownBy::Cut).at_any_distance(),
        Self::new("final-time", "the time of the last bar, on every bar").by(ShownBy::Cut).at_any_distance(),
        Self::new("last-three", "the last close, on the three bars before it").by(ShownBy::Cut).ahead(2, 4),
        Self::new("fifty-ahead", "the close 50 bars later, on every bar").ahead(50, 50),
        Self::new("next-gap", "the time of the next bar, on the bars before a holiday"),
        Self::new("next-halt", "that the next bar has no volume, on the bars before one").by(ShownBy::Halt),
        Self::new("long-history", "the close of the next bar, on every bar if there are 1,260 or more")
            .at_any_distance(),
        Self::new("low-bits", "whether the next close is higher, in the last bit of every conviction"),
    ];

    const fn new(name: &'static str, leak: &'static str) -> Self {
        Self { name, leak, parameters: None, horizon: 1, farthest: Some(1), shown_by: ShownBy::Change }
    }

    const fn at(self, parameters: &'static [f64]) -> Self {
        Self { parameters: Some(parameters), ..self }
    }

    const fn ahead(self, horizon: usize, farthest: usize) -> Self {
        Self { horizon, farthest: Some(farthest), ..self }
    }

    const fn at_any_distance(self) -> Self {
        Self { farthest: None, ..self }
    }

    const fn by(self, shown_by: ShownBy) -> Self {
        Self { shown_by, ..self }
    }
}
