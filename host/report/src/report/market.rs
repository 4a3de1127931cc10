use serde::{Deserialize, Serialize};

use super::{Measured, Span};

/// The winner.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Champion {
    /// Its plugin.
    pub plugin: String,
    /// What the plugin says of itself; may be empty.
    pub about: String,
    /// Hash of its genome, in hex.
    pub genome: String,
    /// Its fitness in the final evolution.
    pub fitness: f64,
    /// Generation in which it was first seen.
    pub generation: u32,
    /// The plugin's own parameters, in declared order.
    pub parameters: Vec<Setting>,
    /// Its exits, in the order of the slots.
    pub exits: Vec<Exit>,
    /// Anything else that its exits hang on, in words: `target follows the stop: take-profit = 2.4 x stop-loss`.
    pub rules: Vec<String>,
    /// The file that `seedbed evaluate --genome` reads, whole; none where it is not to be shown.
    pub document: Option<String>,
}

/// One parameter and its value.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// The label of a choice; none for a number.
    pub label: Option<String>,
    /// The value that evolution started from; none where there was none.
    pub start: Option<f64>,
    /// Smallest and largest allowed value.
    pub bounds: Option<[f64; 2]>,
    /// What it means; may be empty.
    pub about: String,
}

/// One exit mechanism of the champion.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Exit {
    /// Its name in the contract: `fixed-stop`.
    pub mechanism: String,
    /// Its slot: `protect`.
    pub slot: String,
    /// Its parameters.
    pub parameters: Vec<Setting>,
}

/// One symbol: bars in columns of equal length, and the champion's trades.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Market {
    /// Its name.
    pub symbol: String,
    /// Open of each bar, strictly rising, milliseconds since 1970-01-01 UTC.
    pub time: Vec<i64>,
    /// First price.
    pub open: Vec<f64>,
    /// Highest price.
    pub high: Vec<f64>,
    /// Lowest price.
    pub low: Vec<f64>,
    /// Last price.
    pub close: Vec<f64>,
    /// The champion's trades over all bars, in order of entry.
    pub trades: Vec<Trade>,
}

/// One trade from its entry to its last exit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trade {
    /// Side of the trade.
    pub side: Side,
    /// Bar of the entry, an index into the market's columns.
    pub entry_bar: usize,
    /// Bar of the last exit; the last bar for an open trade.
    pub exit_bar: usize,
    /// Price of the entry, slippage included.
    pub entry_price: f64,
    /// Price of the last exit, slippage included.
    pub exit_price: f64,
    /// Gain over the value entered, after fees.
    pub profit: f64,
    /// Mechanism of the last exit, as the contract writes it; `end` for a trade that was still open.
    pub reason: String,
    /// The partial exit on the way, if one filled.
    pub partial: Option<Partial>,
    /// True for a position still open at the end, which is marked to the close.
    pub open: bool,
}

/// Part of a position given up before the last exit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Partial {
    /// Its bar.
    pub bar: usize,
    /// Its price, slippage included.
    pub price: f64,
}

/// Side of a trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Bought first.
    Long,
    /// Sold first.
    Short,
}

/// The champion's account and buy-and-hold with the same costs, in columns of equal length; over several symbols the equal-weight mean.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Equity {
    /// Open of each bar, strictly rising, milliseconds since 1970-01-01 UTC.
    pub time: Vec<i64>,
    /// Equity at the close as a multiple of the start: 1 is break-even.
    pub champion: Vec<f64>,
    /// The same for buy-and-hold.
    pub buy_and_hold: Vec<f64>,
}

/// What a stretch of time was used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// The final evolution trained on it.
    InSample,
    /// A walk-forward window tested on it, before the final evolution also trained on it.
    OutOfSample,
    /// Untouched until the champion was chosen; looked at once.
    Holdout,
}

/// A part of the time axis and what it was used for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stretch {
    /// What it was used for.
    pub phase: Phase,
    /// From and to.
    pub span: Span,
    /// Its name: `window-2`, `holdout`.
    pub name: String,
    /// The Sharpe ratio that counts for it, shown beside the name.
    pub sharpe: Option<Measured>,
}
