//! Trades and the executions that make them.

use std::fmt;

/// Side of a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Bought first, gains when prices rise.
    Long,
    /// Sold first, gains when prices fall.
    Short,
}

impl Side {
    /// +1 for long, -1 for short.
    pub fn sign(self) -> f64 {
        match self {
            Self::Long => 1.0,
            Self::Short => -1.0,
        }
    }

    /// The other side.
    pub fn opposite(self) -> Self {
        match self {
            Self::Long => Self::Short,
            Self::Short => Self::Long,
        }
    }

    /// Name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Long => "long",
            Self::Short => "short",
        }
    }
}

/// The mechanism behind an exit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitReason {
    /// Stop at a fixed fraction from the entry.
    FixedStop,
    /// Stop at a multiple of the average true range from the entry.
    AtrStop,
    /// Stop at a multiple of the volatility from the entry.
    VolatilityStop,
    /// Stop that follows the best price at a fixed fraction.
    TrailingStop,
    /// Stop that follows the best price at a multiple of the average true range.
    Chandelier,
    /// Stop moved to the entry once the trade was ahead.
    BreakEven,
    /// Target at a fixed fraction from the entry.
    TakeProfit,
    /// Target at a multiple of the average true range from the entry.
    AtrTarget,
    /// Holding period over.
    TimeStop,
    /// Conviction on the other side.
    SignalExit,
    /// Part of the position sold on the way to the target.
    Partial,
    /// Still open at the last bar, or when the account was ruined: marked to that close.
    End,
}

/// The family of an exit reason, as reports group them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitKind {
    /// A stop fixed at entry.
    Stop,
    /// A stop that follows the price.
    Trail,
    /// A target.
    Target,
    /// The holding period.
    Time,
    /// A conviction on the other side.
    Signal,
    /// The break-even stop.
    BreakEven,
    /// A partial exit.
    Partial,
    /// The end of the data or of the account.
    End,
}

impl ExitReason {
    /// The family of the reason.
    pub fn kind(self) -> ExitKind {
        match self {
            Self::FixedStop | Self::AtrStop | Self::VolatilityStop => ExitKind::Stop,
            Self::TrailingStop | Self::Chandelier => ExitKind::Trail,
            Self::BreakEven => ExitKind::BreakEven,
            Self::TakeProfit | Self::AtrTarget => ExitKind::Target,
            Self::TimeStop => ExitKind::Time,
            Self::SignalExit => ExitKind::Signal,
            Self::Partial => ExitKind::Partial,
            Self::End => ExitKind::End,
        }
    }

    /// Name of the mechanism, as the contract writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::FixedStop => "fixed-stop",
            Self::AtrStop => "atr-stop",
            Self::VolatilityStop => "volatility-stop",
            Self::TrailingStop => "trailing-stop",
            Self::Chandelier => "chandelier",
            Self::BreakEven => "break-even",
            Self::TakeProfit => "take-profit",
            Self::AtrTarget => "atr-target",
            Self::TimeStop => "time-stop",
            Self::SignalExit => "signal-exit",
            Self::Partial => "partial-exit",
            Self::End => "end",
        }
    }
}

impl ExitKind {
    /// Name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Trail => "trail",
            Self::Target => "target",
            Self::Time => "time",
            Self::Signal => "signal",
            Self::BreakEven => "break-even",
            Self::Partial => "partial",
            Self::End => "end",
        }
    }
}

impl fmt::Display for ExitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for ExitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One execution that gives up all or part of a position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Execution {
    /// Bar of the fill.
    pub idx: usize,
    /// Price paid or received, slippage included.
    pub price: f64,
    /// Units given up, above zero.
    pub quantity: f64,
    /// Fee of this execution; 0 for an open position marked to the market.
    pub fees: f64,
    /// The mechanism that fired.
    pub reason: ExitReason,
    /// The level that fired, before gaps and slippage; none for exits at the market.
    pub level: Option<f64>,
}

/// One trade from its entry to its last exit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trade {
    /// Bar of the entry fill.
    pub entry_idx: usize,
    /// Bar of the last exit fill; the last bar for an open trade.
    pub exit_idx: usize,
    /// Side of the trade.
    pub side: Side,
    /// Price of the entry fill, slippage included.
    pub entry_price: f64,
    /// Price of the last exit fill, slippage included; the last close for an open trade.
    pub exit_price: f64,
    /// Units entered, above zero.
    pub quantity: f64,
    /// Fees of all fills.
    pub fees: f64,
    /// Gain in cash over all fills, after fees.
    pub pnl: f64,
    /// `pnl` over the value entered.
    pub return_: f64,
    /// Mechanism of the last exit.
    pub reason: ExitReason,
    /// Level of the last exit, before gaps and slippage; none for exits at the market.
    pub level: Option<f64>,
    /// The partial exit on the way, if one filled.
    pub partial: Option<Execution>,
    /// False for a position still open at the end, which is marked to the close and counts as a trade (R11).
    pub closed: bool,
    /// Whether an indicator of the exit rules did not exist yet at the entry, so that its mechanism was off (R14).
    pub inactive_indicator: bool,
}
