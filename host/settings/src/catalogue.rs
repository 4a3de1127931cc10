use crate::{DefaultValue, Kind, masked};

/// One key: everything that is known about it, said once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Key {
    path: &'static str,
    kind: Kind,
    doc: &'static str,
    default: Option<DefaultValue>,
    alias: Option<&'static str>,
    required: bool,
    free: bool,
}

impl Key {
    /// A key at a dotted path; a segment in capitals stands for any name (`exits.NAME.PARAMETER.bounds`).
    #[must_use]
    pub const fn new(path: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self { path, kind, doc, default: None, alias: None, required: false, free: has_capital(path) }
    }

    /// With a default, which must be of the key's kind and in its range: in a `const` catalogue the compiler checks that.
    ///
    /// # Panics
    /// When it is not. A word is only checked to be one of a kind that has words.
    #[must_use]
    pub const fn default(mut self, value: DefaultValue) -> Self {
        assert!(value.suits(self.kind), "the default is of another kind or out of range");
        self.default = Some(value);
        self
    }

    /// With a second, shorter environment variable; the long one wins where both are set.
    #[must_use]
    pub const fn alias(mut self, variable: &'static str) -> Self {
        self.alias = Some(variable);
        self
    }

    /// Must be given.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The dotted path.
    #[must_use]
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// What it holds.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// One line of documentation.
    #[must_use]
    pub fn doc(&self) -> &'static str {
        self.doc
    }

    /// The default, if there is one; prints in TOML notation.
    #[must_use]
    pub fn default_value(&self) -> Option<DefaultValue> {
        self.default
    }

    /// The second environment variable, if there is one.
    #[must_use]
    pub fn alias_variable(&self) -> Option<&'static str> {
        self.alias
    }

    /// Whether it must be given.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.required
    }

    /// The last segment of the path.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.path.rsplit_once('.').map_or(self.path, |(_, name)| name)
    }

    /// All segments but the last; empty at the top.
    #[must_use]
    pub fn section(&self) -> &'static str {
        self.path.rsplit_once('.').map_or("", |(section, _)| section)
    }

    /// As a person finds it in the file: `[section] name`.
    #[must_use]
    pub fn place(&self) -> String {
        place(&self.segments().collect::<Vec<_>>())
    }

    /// Whether a segment of the path stands for any name.
    #[must_use]
    pub fn has_free_segment(&self) -> bool {
        self.free
    }

    /// The environment variable: `PREFIX_SECTION_NAME`.
    #[must_use]
    pub fn variable(&self, prefix: &str) -> String {
        format!("{prefix}_{}", self.path.to_ascii_uppercase().replace('.', "_"))
    }

    /// Whether [`Key::variable`] is `PREFIX_` and this.
    pub(crate) fn is_variable(&self, after_prefix: &str) -> bool {
        let upper = |byte: u8| if byte == b'.' { b'_' } else { byte.to_ascii_uppercase() };
        after_prefix.len() == self.path.len() && after_prefix.bytes().eq(self.path.bytes().map(upper))
    }

    pub(crate) fn segments(&self) -> std::str::Split<'static, char> {
        self.path.split('.')
    }

    fn matches(&self, path: &[&str]) -> bool {
        self.segments().count() == path.len() && in_section(self.segments(), path)
    }
}

/// Every key of one kind of file.
#[derive(Debug, Clone, Copy)]
pub struct Catalogue {
    keys: &'static [Key],
    sections: &'static [(&'static str, &'static str)],
}

impl Catalogue {
    /// The keys in the order of the template; keys of one section stand together.
    #[must_use]
    pub const fn new(keys: &'static [Key]) -> Self {
        Self { keys, sections: &[] }
    }

    /// With one line of documentation for some sections, by dotted path.
    #[must_use]
    pub const fn sections(mut self, sections: &'static [(&'static str, &'static str)]) -> Self {
        self.sections = sections;
        self
    }

    /// The keys.
    #[must_use]
    pub fn keys(&self) -> &'static [Key] {
        self.keys
    }

    /// The documentation of a section.
    #[must_use]
    pub fn section_doc(&self, section: &str) -> Option<&'static str> {
        self.sections.iter().find(|(path, _)| *path == section).map(|(_, doc)| *doc)
    }

    /// The key of exactly that dotted path, as the catalogue writes it.
    #[must_use]
    pub fn key(&self, path: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.path == path)
    }

    pub(crate) fn find(&self, path: &[&str]) -> Find {
        // A quoted name with a dot in it is no two names.
        let plain = !path.iter().any(|name| name.contains('.'));
        let mut found = Find::Unknown;
        for key in self.keys {
            let (is_key, is_below) = match below(key.path, path) {
                _ if key.has_free_segment() => (key.matches(path), in_section(key.segments(), path)),
                Some(rest) if plain => (rest.is_empty(), !rest.is_empty()),
                _ => (false, false),
            };
            if is_key {
                return Find::Key(key);
            }
            if is_below {
                found = Find::Section;
            }
        }
        found
    }
}

/// What follows these names in a dotted path; `None` when it begins with other ones.
fn below<'k>(mut dotted: &'k str, path: &[&str]) -> Option<&'k str> {
    for name in path {
        let rest = dotted.strip_prefix(name)?;
        dotted = if rest.is_empty() { rest } else { rest.strip_prefix('.')? };
    }
    Some(dotted)
}

const fn has_capital(path: &str) -> bool {
    let mut bytes = path.as_bytes();
    while let [first, rest @ ..] = bytes {
        if first.is_ascii_uppercase() {
            return true;
        }
        bytes = rest;
    }
    false
}

pub(crate) enum Find {
    Key(&'static Key),
    Section,
    Unknown,
}

/// Whether a segment of a key stands for any name.
pub(crate) fn is_free(segment: &str) -> bool {
    segment.starts_with(|c: char| c.is_ascii_uppercase())
}

/// Whether `path` is the beginning of the key with these segments.
pub(crate) fn in_section<'k>(mut segments: impl Iterator<Item = &'k str>, path: &[&str]) -> bool {
    path.iter().all(|name| segments.next().is_some_and(|segment| is_free(segment) || segment == *name))
}

/// `[a.b] c` for a key, as a person finds it in the file; names that are no bare keys stand in quotes.
pub(crate) fn place(path: &[&str]) -> String {
    let bare =
        |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let written: Vec<String> =
        path.iter().map(|name| if bare(name) { (*name).to_owned() } else { format!("\"{}\"", masked(name)) }).collect();
    match written.split_last() {
        None => String::new(),
        Some((name, [])) => name.clone(),
        Some((name, section)) => format!("[{}] {name}", section.join(".")),
    }
}
