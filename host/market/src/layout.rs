use crate::{
    Column,
    read::Notice,
    read_error::{Problem, excerpt},
};

/// Where the six columns stand in a file: positions into its list of column names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) time: usize,
    pub(crate) open: usize,
    pub(crate) high: usize,
    pub(crate) low: usize,
    pub(crate) close: usize,
    /// `None` when the file has no volume column.
    pub(crate) volume: Option<usize>,
}

impl Layout {
    /// Finds the columns by name, whatever their case and order; other columns are passed over.
    pub(crate) fn find(names: &[&str]) -> Result<(Layout, Vec<Notice>), Problem> {
        let header = Header { given: names, plain: names.iter().map(|name| plain(name)).collect() };
        let time = match header.position(Column::Time)? {
            Some(position) => Some(position),
            None => header.unnamed_index(),
        };
        let require = |position: Option<usize>, column| position.ok_or_else(|| header.missing(column));
        let layout = Layout {
            time: require(time, Column::Time)?,
            open: require(header.position(Column::Open)?, Column::Open)?,
            high: require(header.position(Column::High)?, Column::High)?,
            low: require(header.position(Column::Low)?, Column::Low)?,
            close: require(header.position(Column::Close)?, Column::Close)?,
            volume: header.position(Column::Volume)?,
        };
        let adjusted = header.adjusted_close().map(|name| Notice::AdjustedCloseIgnored { name: excerpt(name) });
        let no_volume = layout.volume.is_none().then_some(Notice::NoVolume);
        Ok((layout, adjusted.into_iter().chain(no_volume).collect()))
    }
}

struct Header<'a> {
    given: &'a [&'a str],
    plain: Vec<String>,
}

impl Header<'_> {
    fn position(&self, column: Column) -> Result<Option<usize>, Problem> {
        let names = accepted(column);
        let mut found = self.plain.iter().enumerate().filter(|(_, name)| names.contains(&name.as_str()));
        let first = found.next().map(|(position, _)| position);
        if let (Some(first), Some((second, _))) = (first, found.next()) {
            let name = |position: usize| self.given.get(position).map(|name| excerpt(name)).unwrap_or_default();
            return Err(Problem::Ambiguous { column, first: name(first), second: name(second) });
        }
        Ok(first)
    }

    /// An index that pandas wrote without a name: an empty first name in CSV, `__index_level_0__` in Parquet.
    fn unnamed_index(&self) -> Option<usize> {
        let named = self.plain.iter().position(|name| name == "index level 0");
        named.or_else(|| self.plain.first().filter(|name| name.is_empty()).map(|_| 0))
    }

    fn adjusted_close(&self) -> Option<&str> {
        let adjusted = ["adj close", "adjclose", "adjusted close", "close adj"];
        let position = self.plain.iter().position(|name| adjusted.contains(&name.as_str()))?;
        self.given.get(position).copied()
    }

    fn missing(&self, column: Column) -> Problem {
        let names: Vec<_> = self.given.iter().take(12).map(|name| excerpt(name)).collect();
        Problem::MissingColumn { column, accepted: accepted(column).join(", "), found: names.join(", ") }
    }
}

fn accepted(column: Column) -> &'static [&'static str] {
    match column {
        Column::Time => &["time", "date", "datetime", "timestamp", "open time"],
        Column::Open => &["open", "o"],
        Column::High => &["high", "h"],
        Column::Low => &["low", "l"],
        Column::Close => &["close", "c"],
        Column::Volume => &["volume", "vol", "v"],
    }
}

/// Lower case, with runs of spaces, underscores and hyphens as one space.
fn plain(name: &str) -> String {
    let words: Vec<_> = name.split([' ', '_', '-', '\t']).filter(|word| !word.is_empty()).collect();
    words.join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(header: &str) -> Result<(Layout, Vec<Notice>), String> {
        Layout::find(&header.split(',').collect::<Vec<_>>()).map_err(|problem| problem.to_string())
    }

    #[test]
    fn names_are_found_in_any_case_and_order() {
        let (layout, notices) = find("VOL,Close,Low,High,Open,Open_Time,Trades").unwrap();
        assert_eq!(layout, Layout { time: 5, open: 4, high: 3, low: 2, close: 1, volume: Some(0) });
        assert_eq!(notices, []);
        assert!(find("t,o,h,l,c,v").is_err(), "t may be trades");
        assert_eq!(find("timestamp,o,h,l,c,v").unwrap().0.volume, Some(5));
    }

    #[test]
    fn close_is_taken_and_adjusted_close_is_told() {
        let (layout, notices) = find("Date,Open,High,Low,Adj Close,Close,Volume").unwrap();
        assert_eq!(layout.close, 5);
        assert_eq!(notices, [Notice::AdjustedCloseIgnored { name: "Adj Close".into() }]);
        assert_eq!(
            find("Date,Open,High,Low,Adj Close,Volume").unwrap_err(),
            "no column for close (close, c): the columns are Date, Open, High, Low, Adj Close, Volume"
        );
    }

    #[test]
    fn only_volume_may_be_missing() {
        let (layout, notices) = find("date,open,high,low,close").unwrap();
        assert_eq!((layout.volume, notices), (None, vec![Notice::NoVolume]));
        for header in
            ["open,high,low,close,volume", "date,high,low,close", "date,open,low,close", "date,open,high,close", ""]
        {
            assert!(find(header).is_err(), "{header}");
        }
    }

    #[test]
    fn two_candidates_for_a_column_are_refused() {
        assert_eq!(
            find("date,time,open,high,low,close").unwrap_err(),
            "columns date and time both stand for time: drop or rename one (a date and a time of day go into one column)"
        );
        assert!(find("date,open,high,low,close,close").is_err());
    }

    #[test]
    fn an_unnamed_pandas_index_is_the_time_unless_a_time_column_has_a_name() {
        assert_eq!(find(",Open,High,Low,Close,Volume").unwrap().0.time, 0);
        assert_eq!(find("open,high,low,close,volume,__index_level_0__").unwrap().0.time, 5);
        assert_eq!(find(",date,open,high,low,close,volume").unwrap().0.time, 1);
    }
}
