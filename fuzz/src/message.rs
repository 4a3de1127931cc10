use seedbed_settings::{Origin, Problems};

/// A message shows in a terminal and in a log: whatever the input, it must not steer either.
///
/// # Panics
/// When the text holds a control character other than the breaks between its own lines, or is longer than anybody reads.
pub fn assert_printable(text: &str) {
    let steering = text.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(steering, None, "in {text:?}");
    assert!(text.len() < 1 << 20, "{} bytes of message", text.len());
}

/// Every problem of a document names a line and a column that the document has.
///
/// # Panics
/// When one does not, or when there are none.
pub fn assert_places(problems: &Problems, document: &str) {
    assert!(problems.count() >= problems.listed().len() && !problems.listed().is_empty());
    let lines: Vec<&str> = document.split('\n').collect();
    for problem in problems.listed() {
        assert_printable(&problem.to_string());
        let Origin::File { line, column, .. } = &problem.origin else {
            panic!("of no file: {problem}");
        };
        let written = lines.get((*line as usize).wrapping_sub(1));
        let width = written.unwrap_or_else(|| panic!("no such line: {problem}")).chars().count();
        // One past the end is where something is missing.
        assert!((1..=width + 1).contains(&(*column as usize)), "no such column: {problem}");
    }
}
