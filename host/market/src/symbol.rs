use std::path::Path;

use crate::{Bars, ReadError, read_file};

/// A named price series.
#[derive(Clone, Debug, PartialEq)]
pub struct Symbol {
    /// The name, from the file stem: "ibm_1d" for "prices/ibm_1d.csv".
    pub name: String,
    /// The series.
    pub bars: Bars,
}

impl Symbol {
    /// Names bars after the file that they came from. Characters of the file name that steer a terminal or turn the direction of text become spaces.
    #[must_use]
    pub fn named_after(path: &Path, bars: Bars) -> Symbol {
        let stem = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy();
        let name = stem.chars().map(|letter| if steers(letter) { ' ' } else { letter }).collect();
        Symbol { name, bars }
    }

    /// Reads a file as [`read_file`] does and names the series after it.
    ///
    /// # Errors
    /// As [`read_file`].
    pub fn read(path: &Path) -> Result<Symbol, ReadError> {
        Ok(Symbol::named_after(path, read_file(path)?))
    }
}

/// Control characters, line and paragraph separators, and the bidirectional controls of Unicode (UAX #9).
fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
