use crate::{Catalogue, FromValue, Key, Origin, Problem, Problems, Value};

/// One effective value and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// The key.
    pub key: &'static Key,
    /// The value; prints masked where it may be a secret.
    pub value: Value,
    /// Where it comes from.
    pub origin: Origin,
}

/// The effective values of a catalogue's keys; a key without default that nobody set is absent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings {
    keys: &'static [Key],
    /// One place a key, in their order.
    places: Vec<Option<Setting>>,
}

impl Settings {
    pub(crate) fn defaults(catalogue: Catalogue) -> Self {
        let default =
            |key: &'static Key| Some(Setting { key, value: key.default_value()?.into(), origin: Origin::Default });
        Self { keys: catalogue.keys(), places: catalogue.keys().iter().map(default).collect() }
    }

    /// Sets a key unless a stronger layer has set it.
    pub(crate) fn set(&mut self, key: &'static Key, value: Value, origin: Origin) {
        if let Some(place) = self.place(key.path())
            && !place.as_ref().is_some_and(|present| present.origin.overrules(&origin))
        {
            *place = Some(Setting { key, value, origin });
        }
    }

    /// Puts the value that a rule between keys came to in the place of the one that was set; the origin stays.
    pub fn replace(&mut self, path: &str, value: Value) {
        if let Some(Some(setting)) = self.place(path) {
            setting.value = value;
        }
    }

    /// Unsets a key that another one rules out.
    pub fn unset(&mut self, path: &str) {
        if let Some(place) = self.place(path) {
            *place = None;
        }
    }

    /// The value of a key that has a default.
    ///
    /// # Errors
    /// A problem when the key is unset or of another kind than asked for: the catalogue and its reader disagree.
    pub fn get<T: FromValue>(&self, path: &'static str) -> Result<T, Problems> {
        self.optional(path)?.ok_or_else(|| Problem::new(Origin::Default, path, "has no value").into())
    }

    /// The value of a key, if it is set.
    ///
    /// # Errors
    /// A problem when it is of another kind than asked for: the catalogue and its reader disagree.
    pub fn optional<T: FromValue>(&self, path: &'static str) -> Result<Option<T>, Problems> {
        let Some(setting) = self.setting(path) else { return Ok(None) };
        let mismatch = || Problem::new(setting.origin.clone(), setting.key.place(), "is read as another kind");
        T::from_value(&setting.value).map(Some).ok_or_else(|| mismatch().into())
    }

    /// Where a key's value comes from; [`Origin::Default`] for one that nobody set.
    #[must_use]
    pub fn origin(&self, path: &str) -> &Origin {
        self.setting(path).map_or(&Origin::Default, |setting| &setting.origin)
    }

    /// The setting of a key, if it is set.
    #[must_use]
    pub fn setting(&self, path: &str) -> Option<&Setting> {
        self.places.get(self.index(path)?)?.as_ref()
    }

    /// Every key in the order of the catalogue, with its setting if it is set.
    pub fn all(&self) -> impl Iterator<Item = (&'static Key, Option<&Setting>)> {
        self.keys.iter().zip(self.places.iter().map(Option::as_ref))
    }

    /// Every setting, in the order of the catalogue.
    pub fn iter(&self) -> impl Iterator<Item = &Setting> {
        self.places.iter().flatten()
    }

    fn place(&mut self, path: &str) -> Option<&mut Option<Setting>> {
        let index = self.index(path)?;
        self.places.get_mut(index)
    }

    /// A few dozen keys, most of different lengths: looking at each is faster than a map.
    fn index(&self, path: &str) -> Option<usize> {
        self.keys.iter().position(|key| key.path() == path)
    }
}
