use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A length of time in whole milliseconds, written as one number and a unit: `250ms`, `5s`, `2m`, `1h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(u64);

impl Span {
    const UNITS: [(&'static str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

    /// A span of so many milliseconds.
    #[must_use]
    pub const fn millis(millis: u64) -> Self {
        Self(millis)
    }

    /// A span of so many seconds.
    #[must_use]
    pub const fn seconds(seconds: u32) -> Self {
        Self(seconds as u64 * 1000)
    }

    /// The number of milliseconds.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0
    }
}

impl From<Span> for Duration {
    fn from(span: Span) -> Self {
        Self::from_millis(span.0)
    }
}

impl FromStr for Span {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let (number, unit) = number_and_unit(text)?;
        let factor = Self::UNITS.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor);
        number.checked_mul(factor.ok_or(QuantityError::Malformed)?).map(Self).ok_or(QuantityError::TooLarge)
    }
}

/// In the largest unit that gives a whole number.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let largest = Self::UNITS.iter().find(|(_, factor)| self.0 != 0 && self.0.is_multiple_of(*factor));
        let (unit, factor) = largest.copied().unwrap_or(("s", 1000));
        write!(f, "{}{unit}", self.0 / factor)
    }
}

/// A number of bytes, written as one number and a unit: `64MiB`, `1 GiB`, `500kB`, or a bare number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(u64);

impl ByteSize {
    /// Powers of 1024 first: they are what a size is printed in.
    const UNITS: [(&'static str, u64); 9] = [
        ("TiB", 1 << 40),
        ("GiB", 1 << 30),
        ("MiB", 1 << 20),
        ("KiB", 1 << 10),
        ("TB", 1_000_000_000_000),
        ("GB", 1_000_000_000),
        ("MB", 1_000_000),
        ("kB", 1000),
        ("B", 1),
    ];

    /// So many bytes.
    #[must_use]
    pub const fn bytes(bytes: u64) -> Self {
        Self(bytes)
    }

    /// So many mebibytes.
    #[must_use]
    pub const fn mebibytes(mebibytes: u32) -> Self {
        Self((mebibytes as u64) << 20)
    }

    /// The number of bytes.
    #[must_use]
    pub const fn as_bytes(self) -> u64 {
        self.0
    }
}

impl FromStr for ByteSize {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let (number, unit) = number_and_unit(text)?;
        let unit = if unit.is_empty() { "B" } else { unit };
        let factor = Self::UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)).map(|(_, factor)| *factor);
        number.checked_mul(factor.ok_or(QuantityError::Malformed)?).map(Self).ok_or(QuantityError::TooLarge)
    }
}

/// In the largest power of 1024 that gives a whole number.
impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let binary = Self::UNITS.iter().take(4);
        let largest = binary.copied().find(|(_, factor)| self.0 != 0 && self.0.is_multiple_of(*factor));
        let (unit, factor) = largest.unwrap_or(("B", 1));
        write!(f, "{}{unit}", self.0 / factor)
    }
}

/// Why a text is no length of time or no size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// Not a whole number followed by a known unit.
    #[error("not a whole number and a unit")]
    Malformed,
    /// More than 64 bits hold.
    #[error("too large")]
    TooLarge,
}

/// Splits `1_000 MiB` into its number and its unit; spaces may stand between them.
fn number_and_unit(text: &str) -> Result<(u64, &str), QuantityError> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '_').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end).ok_or(QuantityError::Malformed)?;
    if !number.starts_with(|c: char| c.is_ascii_digit()) || number.ends_with('_') || number.contains("__") {
        return Err(QuantityError::Malformed);
    }
    let digits = number.replace('_', "");
    Ok((digits.parse().map_err(|_| QuantityError::TooLarge)?, unit.trim_start_matches(' ')))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{ByteSize, QuantityError, Span};

    #[test]
    fn spans_are_read_in_every_unit() {
        for (text, millis) in
            [("250ms", 250), ("5s", 5000), ("2m", 120_000), ("1h", 3_600_000), ("1_000 ms", 1000), ("0s", 0)]
        {
            assert_eq!(text.parse(), Ok(Span::millis(millis)), "{text}");
        }
    }

    #[test]
    fn sizes_are_read_in_every_unit() {
        for (text, bytes) in [
            ("64MiB", 67_108_864),
            ("1 GiB", 1_073_741_824),
            ("2KiB", 2048),
            ("1TiB", 1_099_511_627_776),
            ("500kB", 500_000),
            ("3MB", 3_000_000),
            ("4gb", 4_000_000_000),
            ("7B", 7),
            ("4096", 4096),
        ] {
            assert_eq!(text.parse(), Ok(ByteSize::bytes(bytes)), "{text}");
        }
    }

    #[test]
    fn what_is_no_quantity_is_refused() {
        for text in ["", "s", "5", "-5s", "1.5s", "5 sec", "5S", "_5s", "5_s", "5__0s", "s5", "٣s", "5s ", " 5s"] {
            assert_eq!(text.parse::<Span>(), Err(QuantityError::Malformed), "{text:?}");
        }
        for text in ["", "MiB", "-1MiB", "1.5GiB", "64Mi", "64 megabytes", "0x10", "1MiB "] {
            assert_eq!(text.parse::<ByteSize>(), Err(QuantityError::Malformed), "{text:?}");
        }
        assert_eq!("99999999999999999999s".parse::<Span>(), Err(QuantityError::TooLarge));
        assert_eq!("18446744073709551615h".parse::<Span>(), Err(QuantityError::TooLarge));
        assert_eq!("16777216TiB".parse::<ByteSize>(), Err(QuantityError::TooLarge));
    }

    #[test]
    fn quantities_print_in_the_unit_a_person_would_choose() {
        let spans = [(0, "0s"), (250, "250ms"), (5000, "5s"), (90_000, "90s"), (120_000, "2m"), (7_200_000, "2h")];
        for (millis, text) in spans {
            assert_eq!(Span::millis(millis).to_string(), text);
        }
        for (bytes, text) in [(0, "0B"), (1000, "1000B"), (67_108_864, "64MiB"), (1_610_612_736, "1536MiB")] {
            assert_eq!(ByteSize::bytes(bytes).to_string(), text);
        }
    }

    proptest! {
        /// A value that `config show` prints can be pasted back into the file and means the same.
        #[test]
        fn spans_survive_printing(millis: u64) {
            prop_assert_eq!(Span::millis(millis).to_string().parse(), Ok(Span::millis(millis)));
        }

        #[test]
        fn sizes_survive_printing(bytes: u64, shift in 0_u32..44) {
            let size = ByteSize::bytes(bytes >> shift << shift);
            prop_assert_eq!(size.to_string().parse(), Ok(size));
        }

        #[test]
        fn no_text_upsets_the_parsers(text in ".{0,20}") {
            let _ = (text.parse::<Span>(), text.parse::<ByteSize>());
        }
    }
}
