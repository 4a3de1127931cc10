//! What the fast engine knows of a price history before any run: computed once, shared over runs and threads.

use crate::growth::Growth;
use crate::prices::Prices;
use crate::windows::Windows;

/// Extremes and sums of returns for any range of bars, in about 112 bytes a bar.
#[derive(Debug)]
pub(crate) struct History<'a> {
    pub(crate) windows: Windows<'a>,
    pub(crate) growth: Growth,
}

impl<'a> History<'a> {
    pub(crate) fn new(prices: Prices<'a>) -> Self {
        Self { windows: Windows::new(prices), growth: Growth::new(prices.close()) }
    }
}
