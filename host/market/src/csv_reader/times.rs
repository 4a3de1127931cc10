use crate::{
    read_error::{Problem, excerpt},
    time::{EpochUnit, parse_time},
};

/// The time column as it is read: what the first cell is, all others must be.
#[derive(Default)]
pub(super) enum Times {
    #[default]
    Unknown,
    /// Milliseconds.
    Texts(Vec<i64>),
    /// In a unit that the whole column decides.
    Numbers(Vec<i64>),
}

impl Times {
    pub(super) fn push(&mut self, field: &[u8]) -> Result<(), Problem> {
        let text = std::str::from_utf8(field).unwrap_or_default();
        let number = text.parse::<i64>();
        if let Times::Unknown = self {
            *self = if number.is_ok() { Times::Numbers(Vec::new()) } else { Times::Texts(Vec::new()) };
        }
        let cell = || excerpt(&String::from_utf8_lossy(field));
        match (self, number) {
            (Times::Numbers(times), Ok(number)) => times.push(number),
            (Times::Texts(times), Err(_)) => {
                times.push(parse_time(text).ok_or_else(|| Problem::NotATime { text: cell() })?);
            }
            (Times::Numbers(_), Err(_)) if parse_time(text).is_none() => {
                return Err(Problem::NotATime { text: cell() });
            }
            _ => return Err(Problem::MixedTimes { text: cell() }),
        }
        Ok(())
    }

    /// Milliseconds since 1970-01-01 UTC, or the row of a number that is no time.
    pub(super) fn into_milliseconds(self) -> Result<Vec<i64>, (usize, Problem)> {
        match self {
            Times::Unknown => Ok(Vec::new()),
            Times::Texts(times) => Ok(times),
            Times::Numbers(numbers) => {
                let unit = EpochUnit::of(&numbers);
                let times = numbers.iter().enumerate().map(|(row, &number)| {
                    unit.milliseconds(number).ok_or_else(|| (row, Problem::NotATime { text: number.to_string() }))
                });
                times.collect()
            }
        }
    }
}
