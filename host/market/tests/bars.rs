//! What every holder of bars relies on: validity, and a hash that names the content.

use proptest::prelude::*;
use seedbed_market::{Bars, BarsError, Column, Columns, Rule, read_csv, sample, write_csv, write_parquet};

/// Computed by tests/reference/hash.py, apart from the crate.
#[test]
fn the_hash_of_the_sample_is_the_documented_one() {
    let expected = "d69386ae4e3f20994f953622a2e44c758d98f4b95131ffc96875ffcb46f4c5f3";
    assert_eq!(sample().hash().to_string(), expected);
}

#[test]
fn columns_of_different_lengths_are_refused_by_name() {
    let mut columns = sample().clone().into_columns();
    columns.low.pop();
    let expected = BarsError::Length { column: Column::Low, length: 3_269, expected: 3_270 };
    assert_eq!(Bars::new(columns), Err(expected));
}

#[test]
fn no_rows_are_valid_bars() {
    let bars = Bars::new(Columns::default()).unwrap();
    assert!(bars.is_empty());
    assert_eq!(bars.bar_length(), None);
    assert_eq!(bars.slice(0..0), Some(bars));
}

#[test]
fn a_slice_stays_inside_the_series() {
    let bars = sample();
    let slice = bars.slice(10..20).unwrap();
    assert_eq!(slice.close(), &bars.close()[10..20]);
    assert_eq!(bars.slice(0..bars.len()).unwrap().hash(), bars.hash());
    assert_eq!(bars.slice(3_200..3_271), None);
    #[expect(clippy::reversed_empty_ranges, reason = "an inverted range is the case")]
    let inverted = bars.slice(20..10);
    assert_eq!(inverted, None);
}

/// Valid columns of 1 to 40 bars.
fn valid_columns() -> impl Strategy<Value = Columns> {
    let bar = (1_i64..1_000_000_000, prop::array::uniform4(1e-6..1e9_f64), 0.0..1e12_f64);
    (-1_000_000_000_000_i64..1_000_000_000_000, prop::collection::vec(bar, 1..40)).prop_map(|(start, bars)| {
        let mut columns = Columns::default();
        let mut time = start;
        for (step, mut prices, volume) in bars {
            time += step;
            prices.sort_by(f64::total_cmp);
            let [low, open, close, high] = prices;
            columns.time.push(time);
            columns.open.push(open);
            columns.high.push(high);
            columns.low.push(low);
            columns.close.push(close);
            columns.volume.push(volume);
        }
        columns
    })
}

#[expect(clippy::indexing_slicing, reason = "a row outside the columns is a fault of the test")]
fn cell(columns: &mut Columns, column: Column, row: usize) -> Option<&mut f64> {
    match column {
        Column::Time => None,
        Column::Open => Some(&mut columns.open[row]),
        Column::High => Some(&mut columns.high[row]),
        Column::Low => Some(&mut columns.low[row]),
        Column::Close => Some(&mut columns.close[row]),
        Column::Volume => Some(&mut columns.volume[row]),
    }
}

proptest! {
    /// Two series that differ anywhere never share a memoised result.
    #[test]
    fn the_hash_differs_when_any_cell_differs(
        columns in valid_columns(),
        row: prop::sample::Index,
        column in prop::sample::select(&Column::ALL[..]),
    ) {
        let bars = Bars::new(columns.clone()).unwrap();
        let row = row.index(bars.len());
        let mut other = columns.clone();
        match cell(&mut other, column, row) {
            // The last time may always rise; rows of a changed time in the middle stay valid as each step is at least 1.
            None => *other.time.last_mut().unwrap() += 1,
            Some(cell) => {
                let neighbour = if column == Column::Low { cell.next_down() } else { cell.next_up() };
                *cell = neighbour;
            }
        }
        let high = other.high[row].max(other.open[row]).max(other.close[row]);
        other.high[row] = high;
        prop_assert_ne!(Bars::new(other).unwrap().hash(), bars.hash());
        prop_assert_ne!(bars.slice(0..bars.len() - 1).unwrap().hash(), bars.hash());
        prop_assert_eq!(Bars::new(columns).unwrap().hash(), bars.hash());
    }

    #[test]
    fn a_negative_zero_volume_is_zero(columns in valid_columns(), row: prop::sample::Index) {
        let row = row.index(columns.time.len());
        let (mut negative, mut positive) = (columns.clone(), columns);
        negative.volume[row] = -0.0;
        positive.volume[row] = 0.0;
        let (negative, positive) = (Bars::new(negative).unwrap(), Bars::new(positive).unwrap());
        prop_assert_eq!(negative.volume()[row].to_bits(), 0);
        prop_assert_eq!(negative.hash(), positive.hash());
    }

    /// One bad cell is refused by row, column and value, wherever it stands.
    #[test]
    fn a_bad_cell_is_named(
        columns in valid_columns(),
        row: prop::sample::Index,
        column in prop::sample::select(&Column::ALL[1..]),
        bad in prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, -0.5]),
    ) {
        let row = row.index(columns.time.len());
        let mut columns = columns;
        *cell(&mut columns, column, row).unwrap() = bad;
        let Err(BarsError::Cell { row: at, column: named, rule }) = Bars::new(columns) else {
            return Err(TestCaseError::fail("accepted"));
        };
        prop_assert_eq!((at, named), (row, column));
        let value = match rule {
            Rule::NotFinite { value } | Rule::NotPositive { value } | Rule::Negative { value } => value,
            other => return Err(TestCaseError::fail(other.to_string())),
        };
        prop_assert_eq!(value.to_bits(), bad.to_bits());
    }

    #[test]
    fn a_time_that_does_not_rise_is_named(columns in valid_columns(), row: prop::sample::Index, back in 0_i64..1_000) {
        prop_assume!(columns.time.len() > 1);
        let row = 1 + row.index(columns.time.len() - 1);
        let mut columns = columns;
        let previous = columns.time[row - 1];
        columns.time[row] = previous - back;
        let rule = Rule::NotRising { time: previous - back, previous };
        prop_assert_eq!(Bars::new(columns), Err(BarsError::Cell { row, column: Column::Time, rule }));
    }

    /// The file format never changes the key under which results are stored.
    #[test]
    fn csv_and_parquet_give_the_same_bars_back(columns in valid_columns()) {
        let bars = Bars::new(columns).unwrap();
        let mut csv = Vec::new();
        write_csv(&bars, &mut csv).unwrap();
        prop_assert_eq!(read_csv(&csv[..], "x").unwrap().bars.hash(), bars.hash());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.parquet");
        write_parquet(&bars, std::fs::File::create(&path).unwrap()).unwrap();
        prop_assert_eq!(seedbed_market::read_file(&path).unwrap().hash(), bars.hash());
    }
}
