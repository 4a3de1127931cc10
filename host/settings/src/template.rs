use std::fmt::Write as _;

use crate::Catalogue;

impl Catalogue {
    /// The commented defaults file: every section and key with its documentation, range and default, each key commented out, so that
    /// the file changes nothing until a line is uncommented.
    #[must_use]
    pub fn template(&self) -> String {
        let mut text = String::new();
        let mut section = None;
        for key in self.keys() {
            if section != Some(key.section()) {
                section = Some(key.section());
                if !key.section().is_empty() {
                    // Writing to a String cannot fail.
                    let _ = writeln!(text, "{}[{}]", if text.is_empty() { "" } else { "\n" }, key.section());
                }
                if let Some(doc) = self.section_doc(key.section()) {
                    let _ = writeln!(text, "# {doc}");
                }
            }
            let _ = writeln!(text, "\n# {}\n# Allowed: {}.", key.doc(), key.kind().allowed());
            let _ = match key.default_value() {
                Some(default) => writeln!(text, "#{} = {default}", key.name()),
                None => writeln!(text, "#{} =    # unset by default", key.name()),
            };
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::{Catalogue, DefaultValue, Key, Kind};

    const CATALOGUE: Catalogue = Catalogue::new(&[
        Key::new("top", Kind::Bool, "At the top.").default(DefaultValue::Bool(true)),
        Key::new("a.fees", Kind::Number { min: 0.0, max: 0.5 }, "Fees.").default(DefaultValue::Number(0.001)),
        Key::new("a.file", Kind::Path, "A file."),
        Key::new("b.c.words", Kind::Words(&["x", "y"]), "Words.").default(DefaultValue::Word("x")),
    ])
    .sections(&[("a", "About a.")]);

    #[test]
    fn the_defaults_file_explains_every_key() {
        assert_eq!(
            CATALOGUE.template(),
            r#"
# At the top.
# Allowed: true or false.
#top = true

[a]
# About a.

# Fees.
# Allowed: a number from 0 to 0.5.
#fees = 0.001

# A file.
# Allowed: a path.
#file =    # unset by default

[b.c]

# Words.
# Allowed: "x", "y".
#words = "x"
"#
        );
    }

    /// `config init` must not write a file that `config check` then refuses, commented or not.
    #[test]
    fn the_defaults_file_passes_its_own_check() {
        let template = CATALOGUE.template();
        assert_eq!(CATALOGUE.check(Path::new("t.toml"), &template).problems, []);
        let uncommented: String = template
            .lines()
            .filter(|line| !line.contains("unset"))
            .map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line).to_owned() + "\n")
            .collect();
        let document = CATALOGUE.check(Path::new("t.toml"), &uncommented).finish().expect("is right");
        assert_eq!(document.entries.len(), 3);
    }
}
