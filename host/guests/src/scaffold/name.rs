/// Why a text is no name for a plugin; reads well after "is no name for a plugin: ".
pub(crate) fn objection<'a>(name: &str, mut dependencies: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    const LONGEST: usize = 48;
    let allowed = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-';
    if name.is_empty() || name.len() > LONGEST {
        return Some("it must have 1 to 48 characters");
    }
    if !name.chars().all(allowed) {
        return Some("only a-z, 0-9 and - are allowed");
    }
    if !name.starts_with(|first: char| first.is_ascii_lowercase()) {
        return Some("it must start with a letter");
    }
    if KEYWORDS.contains(&name) {
        return Some("it is a keyword of Rust");
    }
    if CRATES.contains(&name) {
        return Some("it is the name of a crate that comes with Rust");
    }
    if DEVICES.contains(&name) {
        return Some("it is the name of a device on Windows");
    }
    dependencies.any(|dependency| dependency == name).then_some("a package that plugins depend on is called so")
}

/// Words that cannot name a crate, of all editions, kept for the future or not.
const KEYWORDS: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

const CRATES: [&str; 5] = ["alloc", "core", "proc-macro", "std", "test"];

const DEVICES: [&str; 22] = [
    "aux", "con", "nul", "prn", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// An author would get a folder that cargo refuses, or that the host refuses after hours of work.
    #[test]
    fn names_that_would_fail_later_are_refused_now() {
        let refused = [
            "",
            "-a",
            "1a",
            "Ema",
            "ema_crossover",
            "ema crossover",
            "ema/..",
            "é",
            "loop",
            "gen",
            "core",
            "nul",
            "libm",
        ];
        let long = "a".repeat(49);
        for name in refused.into_iter().chain([long.as_str()]) {
            assert!(objection(name, ["libm", "syn"].into_iter()).is_some(), "{name}");
        }
        for name in ["a", "my-strategy", "ema2", "loops", &"a".repeat(48)] {
            assert_eq!(objection(name, ["libm", "syn"].into_iter()), None, "{name}");
        }
    }
}
