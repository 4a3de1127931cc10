use std::io::Write;

use super::{Booked, COLUMNS, Cells};

/// One line a trade; numbers in the shortest form that reads back to the same bits, absent values empty.
pub(crate) fn write(trades: &[Booked<'_>], to: impl Write) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record(COLUMNS.iter().map(|column| column.name))?;
    for trade in trades {
        writer.write_record(COLUMNS.iter().map(|column| text(&column.cells, trade)))?;
    }
    Ok(writer.flush()?)
}

fn text(cells: &Cells, trade: &Booked<'_>) -> String {
    match cells {
        Cells::Text(cell) => not_a_formula(cell(trade)),
        Cells::Time(cell) => cell(trade).map(|time| time.to_string()).unwrap_or_default(),
        Cells::Count(cell) => cell(trade).map(|count| count.to_string()).unwrap_or_default(),
        Cells::Number(cell) => cell(trade).map(|number| number.to_string()).unwrap_or_default(),
        Cells::Flag(cell) => cell(trade).to_string(),
    }
}

/// A spreadsheet runs a cell that begins so; an apostrophe makes it text.
fn not_a_formula(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_symbol_cannot_become_a_formula() {
        assert_eq!(super::not_a_formula("=HYPERLINK(1)".into()), "'=HYPERLINK(1)");
        assert_eq!(super::not_a_formula("ibm_1d".into()), "ibm_1d");
    }
}
