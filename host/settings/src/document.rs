use std::path::Path;

use toml::de::{DeTable, DeValue};

use crate::catalogue::{Catalogue, Find, Key, place};
use crate::origin::Places;
use crate::suggest::{Offer, offer};
use crate::{FromValue, Origin, Problem, Problems, Value};

/// One value of a checked document.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its key.
    pub key: &'static Key,
    /// Its path as written where the key has free segments, which says what they stand for; empty for other keys.
    pub path: Vec<String>,
    /// The value, inside the key's range.
    pub value: Value,
    /// Where it stands.
    pub origin: Origin,
}

impl Entry {
    /// As a person finds it in the file: `[section] name`.
    #[must_use]
    pub fn place(&self) -> String {
        if self.path.is_empty() {
            return self.key.place();
        }
        place(&self.path.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// A problem with this entry that a rule beyond kind and range found.
    #[must_use]
    pub fn problem(&self, what: impl AsRef<str>) -> Problem {
        let value = self.value.to_string();
        Problem::new(self.origin.clone(), self.place(), what).value(seedbed_outcome::GuestText::bounded(&value, 130))
    }
}

/// What a document says, as far as it is right, and all that is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The values that are right, in the order of their paths.
    pub entries: Vec<Entry>,
    /// What is wrong so far; a caller adds what its own rules find.
    pub problems: Vec<Problem>,
}

impl Document {
    /// The first entry of a key, by the path that the catalogue gives it.
    #[must_use]
    pub fn entry(&self, key_path: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key.path() == key_path)
    }

    /// The value of a key, if it is given and right.
    #[must_use]
    pub fn get<T: FromValue>(&self, key_path: &str) -> Option<T> {
        T::from_value(&self.entry(key_path)?.value)
    }

    /// The document, if nothing is wrong.
    ///
    /// # Errors
    /// All problems at once.
    pub fn finish(self) -> Result<Self, Problems> {
        Problems::none_or_all(self.problems)?;
        Ok(Self { entries: self.entries, problems: Vec::new() })
    }
}

impl Catalogue {
    /// Checks a document against this catalogue. `file` only names it in messages.
    #[must_use]
    pub fn check(&self, file: &Path, text: &str) -> Document {
        let places = Places::new(file, text);
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut document = Document::default();
        let mut walk = Walk { catalogue: self, places: &places, document: &mut document };
        walk.table(&mut Vec::new(), table.get_ref());

        // What was recovered from a broken line may be anything: the syntax error there says enough. After a broken section header nobody
        // knows what section a key belongs to.
        let broken: Vec<Problem> = errors
            .iter()
            .map(|error| {
                let message = error.message();
                let what = if message.is_empty() { "broken syntax" } else { message };
                Problem::general(places.at(error.span().map_or(0, |span| span.start)), format!("not TOML: {what}"))
            })
            .collect();
        if broken.is_empty() {
            let missing = self.keys().iter().filter(|key| key.is_required() && document.entry(key.path()).is_none());
            let unseen: Vec<_> = missing
                .filter(|key| {
                    !document.problems.iter().any(|p| p.key.as_ref().is_some_and(|k| k.as_str() == key.place()))
                })
                .map(|key| Problem::new(places.at(0), key.place(), "missing").allowed(key.kind().allowed()))
                .collect();
            document.problems.extend(unseen);
        } else {
            let header = |line: u32| {
                let written = usize::try_from(line).ok().and_then(|line| text.lines().nth(line.saturating_sub(1)));
                written.is_some_and(|written| written.trim_start().starts_with('['))
            };
            document.problems.retain(|problem| {
                let here = line(&problem.origin);
                let mut lines = broken.iter().map(|error| line(&error.origin));
                !lines.any(|error| error == here || (header(error) && error < here))
            });
            document.problems.extend(broken);
        }
        document
    }
}

fn line(origin: &Origin) -> u32 {
    if let Origin::File { line, .. } = origin { *line } else { 0 }
}

struct Walk<'w, 't> {
    catalogue: &'w Catalogue,
    places: &'w Places<'t>,
    document: &'w mut Document,
}

impl Walk<'_, '_> {
    fn table<'v>(&mut self, path: &mut Vec<&'v str>, table: &'v DeTable<'_>) {
        for (key, value) in table {
            path.push(key.get_ref());
            self.value(path, key.span().start, value);
            path.pop();
        }
    }

    fn value<'v>(&mut self, path: &mut Vec<&'v str>, name_at: usize, value: &'v toml::Spanned<DeValue<'_>>) {
        let problem = match (self.catalogue.find(path), value.get_ref()) {
            (Find::Section, DeValue::Table(table)) => return self.table(path, table),
            (Find::Section, _) => Problem::new(
                self.places.at(name_at),
                format!("[{}]", path.join(".")),
                "a value where a section belongs",
            ),
            (Find::Key(key), written) => match key.kind().read(written) {
                Ok(value_read) => {
                    let path: &[&str] = if key.has_free_segment() { path } else { &[] };
                    let path = path.iter().map(|&name| name.to_owned()).collect();
                    let origin = self.places.at(value.span().start);
                    return self.document.entries.push(Entry { key, path, value: value_read, origin });
                }
                Err(fault) => Problem::new(self.places.at(value.span().start), place(path), fault.what)
                    .value(fault.shown)
                    .allowed(key.kind().allowed())
                    .suggestion(fault.suggestion),
            },
            (Find::Unknown, written) => {
                let (name, what) = match written {
                    DeValue::Table(_) => (format!("[{}]", path.join(".")), "unknown section"),
                    _ => (place(path), "unknown key"),
                };
                let problem = Problem::new(self.places.at(name_at), name, what);
                // A suggestion for each of thousands of keys would only cost time: they are counted, not listed.
                if self.document.problems.len() >= Problems::MOST {
                    return self.document.problems.push(problem);
                }
                match offer(self.catalogue, path) {
                    Offer::Meant(meant) => problem.suggestion(meant),
                    Offer::Known(known) => problem.allowed(known.join(", ")),
                }
            }
        };
        self.document.problems.push(problem);
    }
}

#[cfg(test)]
mod tests;
