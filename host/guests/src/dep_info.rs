use std::path::PathBuf;

/// The prerequisites that a make-style dependency file lists for its first rule, in its order.
///
/// Cargo writes one line, `output: file file ...`, where a space within a path is preceded by a backslash.
pub(crate) fn prerequisites(dep_info: &str) -> Vec<PathBuf> {
    let Some((_, listed)) = dep_info.lines().next().and_then(|rule| rule.split_once(": ")) else { return Vec::new() };
    let mut paths = vec![String::new()];
    let mut characters = listed.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, paths.last_mut()) {
            ('\\', Some(path)) if characters.next_if_eq(&' ').is_some() => path.push(' '),
            (' ', _) => paths.push(String::new()),
            (_, Some(path)) => path.push(character),
            (_, None) => {}
        }
    }
    paths.into_iter().filter(|path| !path.is_empty()).map(PathBuf::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source that is missed here is one whose change leaves an old seed in the binary.
    #[test]
    fn every_source_is_listed() {
        let rule = "/out/ema_crossover.wasm: /home/a\\ b/wit/strategy.wit /src/lib.rs C:\\x\\lib.rs\n\n/src/lib.rs:\n";
        let paths = ["/home/a b/wit/strategy.wit", "/src/lib.rs", "C:\\x\\lib.rs"].map(PathBuf::from);
        assert_eq!(prerequisites(rule), paths);
        assert_eq!(prerequisites(""), Vec::<PathBuf>::new());
    }
}
