use std::collections::BTreeMap;

use seedbed_genome::{Combine, Exit, ExitGenome, Mechanism, Tie, Touch};
use seedbed_outcome::GuestText;
use serde_json::{Map, Value};

use super::{GenomeDocument, GenomeError};

const KEYS: [&str; 8] = ["version", "plugin", "component", "parameters", "exits", "combine", "ties", "step_size"];

/// Reads a document, its version first: a newer one may have anything else.
pub(super) fn document(json: &Value) -> Result<GenomeDocument, GenomeError> {
    let root = Key(json.as_object().ok_or_else(|| kind("the genome", "an object"))?, "");
    let version = root.get("version")?.as_u64().ok_or_else(|| kind("version", "a whole number"))?;
    if version > u64::from(GenomeDocument::VERSION) {
        return Err(GenomeError::Newer(version));
    }
    if version != u64::from(GenomeDocument::VERSION) {
        return Err(kind("version", "1 or more"));
    }
    root.only(&KEYS)?;
    let component = match root.get("component")? {
        Value::Null => None,
        value => Some(text("component", value)?.to_owned()),
    };
    Ok(GenomeDocument {
        plugin: text("plugin", root.get("plugin")?)?.to_owned(),
        component,
        parameters: parameters(&root.object("parameters")?)?,
        exits: exits(&root)?,
        step_size: number("step_size", root.get("step_size")?)?,
    })
}

fn parameters(object: &Key<'_>) -> Result<BTreeMap<String, f64>, GenomeError> {
    let values = object.0.iter().map(|(name, value)| Ok((name.clone(), number(&object.path(name), value)?)));
    values.collect()
}

fn exits(root: &Key<'_>) -> Result<ExitGenome, GenomeError> {
    let mut genome = ExitGenome::default();
    let object = root.object("exits")?;
    for (name, settings) in object.0 {
        let path = object.path(name);
        let mechanism = Mechanism::from_name(name).ok_or_else(|| {
            let known: Vec<_> = Mechanism::ALL.iter().map(|mechanism| mechanism.name()).collect();
            GenomeError::unknown(&path, &known)
        })?;
        let settings = Key(settings.as_object().ok_or_else(|| kind(&path, "an object"))?, &path);
        if let Some(other) = genome.insert(exit(mechanism, &settings)?) {
            return Err(GenomeError::OneSlot(other.mechanism().name(), mechanism.name()));
        }
    }
    genome.set_combine(match text("combine", root.get("combine")?)? {
        "any" => Combine::Any,
        "all" => Combine::All,
        _ => return Err(kind("combine", "\"any\" or \"all\"")),
    });
    let ties = root.object("ties")?;
    for (name, coefficient) in ties.0 {
        let path = ties.path(name);
        let tie = Tie::from_name(name).ok_or_else(|| GenomeError::unknown(&path, &Tie::ALL.map(Tie::name)))?;
        if !genome.tie(tie, number(&path, coefficient)?) {
            return Err(GenomeError::LooseTie(tie.name()));
        }
    }
    Ok(genome)
}

fn exit(mechanism: Mechanism, settings: &Key<'_>) -> Result<Exit, GenomeError> {
    let names = mechanism.parameters().iter().map(|spec| spec.name);
    settings.only(&names.clone().chain(["touch"]).collect::<Vec<_>>())?;
    let touch = match settings.0.get("touch") {
        Some(value) => touch(&settings.path("touch"), value)?,
        None => Touch::default(),
    };
    let mut exit = Exit::new(mechanism).with_touch(touch);
    for (index, name) in names.enumerate() {
        exit = exit.with_value(index, number(&settings.path(name), settings.get(name)?)?);
    }
    Ok(exit)
}

fn touch(path: &str, value: &Value) -> Result<Touch, GenomeError> {
    match text(path, value)? {
        "inclusive" => Ok(Touch::Inclusive),
        "strict" => Ok(Touch::Strict),
        _ => Err(kind(path, "\"inclusive\" or \"strict\"")),
    }
}

fn text<'a>(path: &str, value: &'a Value) -> Result<&'a str, GenomeError> {
    value.as_str().ok_or_else(|| kind(path, "a text"))
}

fn number(path: &str, value: &Value) -> Result<f64, GenomeError> {
    value.as_f64().ok_or_else(|| kind(path, "a number"))
}

fn kind(path: &str, wanted: &'static str) -> GenomeError {
    GenomeError::Kind { key: GuestText::bounded(path, 160), wanted }
}

/// An object and where it stands.
struct Key<'a>(&'a Map<String, Value>, &'a str);

impl<'a> Key<'a> {
    fn path(&self, name: &str) -> String {
        if self.1.is_empty() { name.to_owned() } else { format!("{}.{name}", self.1) }
    }

    fn get(&self, name: &str) -> Result<&'a Value, GenomeError> {
        let missing = || GenomeError::Missing(GuestText::bounded(&self.path(name), 160));
        self.0.get(name).ok_or_else(missing)
    }

    fn object(&self, name: &'a str) -> Result<Key<'a>, GenomeError> {
        let object = self.get(name)?.as_object().ok_or_else(|| kind(&self.path(name), "an object"))?;
        Ok(Key(object, name))
    }

    fn only(&self, known: &[&str]) -> Result<(), GenomeError> {
        match self.0.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(GenomeError::unknown(&self.path(name), known)),
            None => Ok(()),
        }
    }
}
