use super::*;
use crate::Notice;

const HEADER: &str = "time,open,high,low,close,volume\n";

fn read(text: &str) -> Result<Reading, String> {
    read_csv(text.as_bytes(), "prices.csv").map_err(|error| error.to_string())
}

fn refusal(text: &str) -> String {
    read(text).unwrap_err()
}

/// `HEADER` and rows of two valid days, then the given row.
fn third_row(row: &str) -> String {
    format!("{HEADER}2000-03-01,9,10,8,9,100\n2000-03-02,9,10,8,9,100\n{row}\n")
}

#[test]
fn a_plain_file_is_read() {
    let bars = read(&third_row("2000-03-03,9.5,10.5,8.5,9.25,0")).unwrap().bars;
    assert_eq!(bars.len(), 3);
    // GNU date: date -u -d 2000-03-01 +%s is 951868800.
    assert_eq!(bars.time()[0], 951_868_800_000);
    let row = (bars.open()[2], bars.high()[2], bars.low()[2], bars.close()[2], bars.volume()[2]);
    assert_eq!(row, (9.5, 10.5, 8.5, 9.25, 0.0));
}

/// A user finds the bad cell by the line that the editor shows.
#[test]
fn refusals_name_file_line_and_column() {
    for (row, text) in [
        ("2000-03-03,9.1,9.1,9.4,9.4,1", "prices.csv, line 4, column high: 9.1 is below low 9.4"),
        ("2000-03-03,7,10,8,9,1", "prices.csv, line 4, column open: 7 is below low 8"),
        ("2000-03-03,9,10,8,11,1", "prices.csv, line 4, column close: 11 is above high 10"),
        ("2000-03-03,9,10,0,9,1", "prices.csv, line 4, column low: 0 is not above zero"),
        ("2000-03-03,9,inf,8,9,1", "prices.csv, line 4, column high: inf is not a finite number"),
        ("2000-03-03,9,10,8,nan,1", "prices.csv, line 4, column close: NaN is not a finite number"),
        ("2000-03-03,9,10,8,9,-1", "prices.csv, line 4, column volume: -1 is below zero"),
        (
            "2000-03-02,9,10,8,9,1",
            "prices.csv, line 4, column time: 2000-03-02 is not after 2000-03-02 of the row before",
        ),
        (
            "2000-03-03,9,10,8,,1",
            "prices.csv, line 4, column close: \"\" is not a number (write 1234.5, without thousands separators)",
        ),
        ("2000-03-03,9,10,8,9", "prices.csv, line 4: 5 fields where the header has 6"),
        (
            "2000-03-03,9,\"1\u{1b}[31m0\",8,9,1",
            "prices.csv, line 4, column high: \"1\\u{1b}[31m0\" is not a number (write 1234.5, without thousands separators)",
        ),
        (
            "20000303,9,10,8,9,1",
            "prices.csv, line 4, column time: \"20000303\" is written otherwise than the times before it: write all as dates or all as numbers",
        ),
    ] {
        assert_eq!(refusal(&third_row(row)), text);
    }
    let text = refusal(&third_row("03/03/2000,9,10,8,9,1"));
    assert!(
        text.starts_with("prices.csv, line 4, column time: \"03/03/2000\" is not a time (write 2000-03-01, "),
        "{text}"
    );
}

#[test]
fn lines_are_counted_as_an_editor_does() {
    let bad = "2000-03-03,9,10,11,9,1";
    let rows = |end: &str| {
        format!("{HEADER}2000-03-01,9,10,8,9,1\n\n\n2000-03-02,9,10,8,9,1\n\n{bad}{end}").replace('\n', "\r\n")
    };
    for text in [rows("\n"), rows(""), rows("\n\n\n"), rows("").replace('\r', "")] {
        assert!(refusal(&text).starts_with("prices.csv, line 7, column high: "), "{}", refusal(&text));
    }
    let blank_first = format!("\n\n{HEADER}{bad}\n");
    assert!(refusal(&blank_first).starts_with("prices.csv, line 4, "), "{}", refusal(&blank_first));
}

#[test]
fn spreadsheets_and_pandas_are_understood() {
    let plain = read(&third_row("2000-03-03,9,10,8,9,5")).unwrap();
    let text = "\u{feff}\"Date\", Open ,\"High\",Low,Close,Volume\r\n\
        \"2000-03-01\",9,10,8,\"9\",100\r\n2000-03-02 , 9,10.0,8e0,9,1e2\r\n\r\n2000-03-03,9,10,8,9,5\r\n  \r\n\r\n";
    assert_eq!(read(text).unwrap(), plain);
}

#[test]
fn times_may_be_numbers_of_one_unit() {
    let at = |times: [&str; 2]| {
        let rows: String = times.iter().map(|time| format!("{time},9,10,8,9,1\n")).collect();
        read(&format!("{HEADER}{rows}")).map(|reading| reading.bars.time().to_vec())
    };
    let expected = Ok(vec![951_868_800_000, 951_955_200_000]);
    assert_eq!(at(["2000-03-01", "2000-03-02"]), expected);
    assert_eq!(at(["951868800", "951955200"]), expected);
    assert_eq!(at(["951868800000", "951955200000"]), expected);
    assert_eq!(at(["951868800000000", "951955200000000"]), expected);
    assert_eq!(at(["20000301", "20000302"]), expected);
    assert_eq!(at(["2000-03-01T00:00:00Z", "2000-03-01 19:00:00-05:00"]), expected);
    assert!(
        at(["20000230", "20000301"])
            .unwrap_err()
            .starts_with("prices.csv, line 2, column time: \"20000230\" is not a time")
    );
    assert!(
        at(["951868800", "later"]).unwrap_err().starts_with("prices.csv, line 3, column time: \"later\" is not a time")
    );
}

#[test]
fn a_file_without_volume_reads_with_a_notice() {
    let reading = read("Date,Open,High,Low,Close,Adj Close\n2000-03-01,9,10,8,9,4\n").unwrap();
    assert_eq!(reading.bars.volume(), [0.0]);
    assert_eq!(reading.bars.close(), [9.0]);
    assert_eq!(reading.notices, [Notice::AdjustedCloseIgnored { name: "Adj Close".into() }, Notice::NoVolume]);
}

#[test]
fn what_holds_no_bars_is_refused() {
    assert_eq!(refusal(""), "prices.csv: no rows: there is nothing to evaluate");
    assert_eq!(refusal(HEADER), "prices.csv: no rows: there is nothing to evaluate");
    assert_eq!(
        refusal("a;b\n1;2\n"),
        "prices.csv, line 1: no column for time (time, date, datetime, timestamp, open time): the columns are a;b"
    );
    assert_eq!(
        refusal(&format!("{HEADER}2000-03-02,9,10,8,9,1\n2000-03-01,9,10,8,9,1\n")),
        "prices.csv, column time: the newest bar comes first: sort the rows by time, oldest first"
    );
    assert!(read_csv(&b"\x00\xff\xfe\x80"[..], "x").is_err());
}

/// A file without line ends, or with an unclosed quote, must not be taken into memory whole.
#[test]
fn endless_lines_are_refused_early() {
    struct Endless(u64);
    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.0 += buffer.len() as u64;
            assert!(self.0 < 16 << 20, "read on after the limit");
            buffer.fill(b'7');
            Ok(buffer.len())
        }
    }
    for start in
        ["", HEADER, "time,open,high,low,close,volume\n\"", "time,open,high,low,close,volume\n2000-03-01,9,10,8,9,1\n"]
    {
        let error = read_csv(start.as_bytes().chain(Endless(0)), "prices.csv").unwrap_err();
        let line = start.lines().count().max(1) + usize::from(start.ends_with('\n'));
        assert!(matches!(error.problem(), Problem::LongLine { .. }), "{error}");
        assert!(error.to_string().starts_with(&format!("prices.csv, line {line}: a line of more than")), "{error}");
    }
}

#[test]
fn rows_beyond_the_limit_are_refused() {
    let text = third_row("2000-03-03,9,10,8,9,1");
    assert!(read_bounded(text.as_bytes(), "prices.csv", 3).is_ok());
    let error = read_bounded(text.as_bytes(), "prices.csv", 2).unwrap_err();
    assert!(matches!(error.problem(), Problem::TooManyRows { limit: 2 }), "{error}");
}
