use seedbed_market::{Bars, FileRow, ReadError, Reading, profile, read_csv, read_parquet, write_csv, write_parquet};

use crate::{assert_printable, file};

/// Whatever was read is a price series by the rules that all code behind relies on, is described without trouble, and comes back the same
/// from either format; whatever was refused is refused in words that can be shown.
///
/// # Panics
/// When one of it does not hold.
pub fn assert_series(read: Result<Reading, ReadError>) {
    match read {
        Ok(Reading { bars, notices }) => {
            assert_rules(&bars);
            notices.iter().for_each(|notice| assert_printable(&notice.to_string()));
            let bars_per_year = profile(&bars).bars_per_year;
            assert!(bars_per_year.is_finite() && bars_per_year > 0.0, "{bars_per_year} bars a year");
            assert_written(&bars);
        }
        Err(error) => {
            assert_printable(&error.to_string());
            assert!(error.place().row != Some(FileRow::Line(0)), "lines count from 1: {error}");
        }
    }
}

fn assert_rules(bars: &Bars) {
    let columns = [bars.open(), bars.high(), bars.low(), bars.close(), bars.volume()];
    assert!(!bars.is_empty() && columns.iter().all(|column| column.len() == bars.len()));
    assert!(bars.time().is_sorted_by(|a, b| a < b));
    for row in 0..bars.len() {
        let [open, high, low, close, volume] = columns.map(|column| column[row]);
        assert!([open, high, low, close, volume].iter().all(|value| value.is_finite()));
        assert!(0.0 < low && low <= open.min(close) && open.max(close) <= high);
        assert!(volume >= 0.0 && volume.is_sign_positive());
    }
}

fn assert_written(bars: &Bars) {
    let mut csv = Vec::new();
    write_csv(bars, &mut csv).expect("written as CSV");
    let read = read_csv(csv.as_slice(), "written.csv")
        .unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(&csv)));
    assert_eq!(&read.bars, bars, "{}", String::from_utf8_lossy(&csv));
    let mut parquet = Vec::new();
    write_parquet(bars, &mut parquet).expect("written as Parquet");
    let read = read_parquet(file(&parquet), "written.parquet").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(&read.bars, bars);
}
