use seedbed_report::report::{Equity, Market, Partial, Side, Trade};

/// A small generator of its own, so that samples never change: Marsaglia's xorshift64 (2003).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// In [0, 1).
    pub(super) fn roll(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Sum of uniform numbers: about normal, mean 0, deviation 1.
    pub(super) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.roll()).sum::<f64>() - 6.0
    }
}

/// The bars of a CSV file with days: time,open,high,low,close,volume.
pub(super) fn bars(symbol: &str, csv: &str) -> Market {
    let mut market = Market { symbol: symbol.to_owned(), ..Market::default() };
    for line in csv.lines().skip(1) {
        let mut cells = line.split(',');
        market.time.push(midnight(cells.next().unwrap()));
        let mut price = || cells.next().unwrap().parse::<f64>().unwrap();
        market.open.push(price());
        market.high.push(price());
        market.low.push(price());
        market.close.push(price());
    }
    market
}

/// Days from civil: Howard Hinnant, "chrono-compatible low-level date algorithms".
fn midnight(date: &str) -> i64 {
    let mut parts = date.split('-').map(|part| part.parse::<i64>().unwrap());
    let (mut year, month, day) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    year -= i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    (era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468) * 86_400_000
}

/// A random walk in one-minute bars.
pub(super) fn walk(symbol: &str, bars: usize, dice: &mut Dice) -> Market {
    let mut market = Market { symbol: symbol.to_owned(), ..Market::default() };
    let mut close = 40_000.0_f64;
    for bar in 0..bars {
        let open = close;
        close *= 1.0 + 0.0006 * dice.normal();
        market.time.push(1_735_689_600_000 + 60_000 * bar as i64);
        market.open.push(open);
        market.high.push(open.max(close) * (1.0 + 0.0004 * dice.roll()));
        market.low.push(open.min(close) * (1.0 - 0.0004 * dice.roll()));
        market.close.push(close);
    }
    market
}

/// A market with trades and the account that they make.
pub(super) struct Account {
    pub(super) market: Market,
    pub(super) equity: Equity,
    pub(super) plugin: String,
}

impl Account {
    /// Trades the crossing of two exponential averages, long only, with a stop, a target and a holding period.
    pub(super) fn of(mut market: Market, fast: usize, slow: usize, plugin: &str) -> Self {
        let close = &market.close;
        let (fast, slow) = (average(close, fast), average(close, slow));
        let mut equity = Equity { time: market.time.clone(), champion: Vec::new(), buy_and_hold: Vec::new() };
        let mut trades: Vec<Trade> = Vec::new();
        let (mut cash, mut entered): (f64, Option<usize>) = (1.0, None);
        for bar in 0..close.len() {
            let mut now = cash;
            if let Some(entry) = entered {
                let gain = close[bar] / close[entry] - 1.0;
                now = cash * (1.0 + gain);
                let reason = match gain {
                    gain if gain < -0.06 => Some("fixed-stop"),
                    gain if gain > 0.22 => Some("take-profit"),
                    _ if bar - entry > 55 => Some("time-stop"),
                    _ if fast[bar] < slow[bar] => Some("signal-exit"),
                    _ if bar + 1 == close.len() => Some("end"),
                    _ => None,
                };
                if let Some(reason) = reason {
                    now *= 0.998;
                    trades.push(Trade {
                        side: if trades.len() % 11 == 10 { Side::Short } else { Side::Long },
                        entry_bar: entry,
                        exit_bar: bar,
                        entry_price: close[entry],
                        exit_price: close[bar],
                        profit: gain * 0.998 - 0.002,
                        reason: reason.to_owned(),
                        partial: (trades.len().is_multiple_of(5) && bar - entry > 4).then(|| Partial {
                            bar: usize::midpoint(entry, bar),
                            price: close[usize::midpoint(entry, bar)],
                        }),
                        open: reason == "end",
                    });
                    cash = now;
                    entered = None;
                }
            } else if bar > 0 && fast[bar] > slow[bar] && fast[bar - 1] <= slow[bar - 1] {
                entered = Some(bar);
            }
            equity.champion.push(now);
            equity.buy_and_hold.push(close[bar] / close[0]);
        }
        market.trades = trades;
        Self { market, equity, plugin: plugin.to_owned() }
    }
}

fn average(values: &[f64], span: usize) -> Vec<f64> {
    let weight = 2.0 / (span as f64 + 1.0);
    let mut mean = values[0];
    values
        .iter()
        .map(|value| {
            mean += weight * (value - mean);
            mean
        })
        .collect()
}
