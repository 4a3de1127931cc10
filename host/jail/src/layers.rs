use std::fmt;

use serde::{Deserialize, Serialize};

/// One layer of the jail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wall {
    /// No variables in the environment, where hosts keep keys.
    Environment,
    /// No descriptors inherited beyond those that the worker talks through.
    Descriptors,
    /// The process dies when its host does.
    Parent,
    /// No program that the process might start gains rights.
    NewPrivileges,
    /// Other processes of the same user can neither read its memory nor trace it.
    Dumping,
    /// No files, no TCP, no signals and no abstract sockets to processes outside.
    Landlock,
    /// A bound on memory.
    Memory,
    /// A bound on processor time.
    Cpu,
    /// A bound on open descriptors.
    Files,
    /// A bound on the size of a file.
    FileSize,
    /// A bound on threads and processes.
    Tasks,
    /// No core dumps, which would carry memory to the disk.
    CoreDumps,
    /// Only the system calls that a worker needs.
    Seccomp,
}

impl Wall {
    /// All walls, in the order in which they are closed.
    pub const ALL: [Self; 13] = [
        Self::Environment,
        Self::Descriptors,
        Self::Parent,
        Self::NewPrivileges,
        Self::Dumping,
        Self::Landlock,
        Self::Memory,
        Self::Cpu,
        Self::Files,
        Self::FileSize,
        Self::Tasks,
        Self::CoreDumps,
        Self::Seccomp,
    ];
}

impl fmt::Display for Wall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Environment => "environment",
            Self::Descriptors => "descriptors",
            Self::Parent => "parent",
            Self::NewPrivileges => "new privileges",
            Self::Dumping => "dumping",
            Self::Landlock => "landlock",
            Self::Memory => "memory",
            Self::Cpu => "processor time",
            Self::Files => "open files",
            Self::FileSize => "file size",
            Self::Tasks => "tasks",
            Self::CoreDumps => "core dumps",
            Self::Seccomp => "seccomp",
        })
    }
}

/// Whether a wall stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It stands; the text says in a few words what that means here.
    Active(String),
    /// It does not, and why.
    Missing(String),
}

impl State {
    #[cfg(target_os = "linux")]
    pub(crate) fn active(means: impl fmt::Display) -> Self {
        Self::Active(means.to_string())
    }

    pub(crate) fn missing(reason: impl fmt::Display) -> Self {
        Self::Missing(reason.to_string())
    }
}

/// A wall and its state.
///
/// Shown as a line of a report: `landlock: active (no files, no network)` or `seccomp: not active: this kernel has no seccomp filters`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    /// Which wall.
    pub wall: Wall,
    /// Whether it stands.
    pub state: State,
}

impl Layer {
    /// Whether the wall stands.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        matches!(self.state, State::Active(_))
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.state {
            State::Active(means) => write!(f, "{}: active ({means})", self.wall),
            State::Missing(reason) => write!(f, "{}: not active: {reason}", self.wall),
        }
    }
}

/// Every wall with its state, in the order of [`Wall::ALL`]. Shown as one line a wall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Layers(Vec<Layer>);

impl Layers {
    /// The layers in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Layer> {
        self.0.iter()
    }

    /// The state of one wall; `None` if nothing was said about it, as by a worker of another version.
    #[must_use]
    pub fn get(&self, wall: Wall) -> Option<&State> {
        self.iter().find(|layer| layer.wall == wall).map(|layer| &layer.state)
    }

    /// The walls that do not stand.
    pub fn missing(&self) -> impl Iterator<Item = &Layer> {
        self.iter().filter(|layer| !layer.is_active())
    }

    /// Whether every wall there is stands.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        Wall::ALL.into_iter().all(|wall| matches!(self.get(wall), Some(State::Active(_))))
    }
}

impl FromIterator<Layer> for Layers {
    fn from_iter<T: IntoIterator<Item = Layer>>(layers: T) -> Self {
        Self(layers.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a Layers {
    type Item = &'a Layer;
    type IntoIter = std::slice::Iter<'a, Layer>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, layer) in self.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            layer.fmt(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Layer, Layers, State, Wall};

    fn layers(last: State) -> Layers {
        let mut layers: Vec<Layer> =
            Wall::ALL.into_iter().map(|wall| Layer { wall, state: State::Active("yes".into()) }).collect();
        layers.last_mut().unwrap().state = last;
        layers.into_iter().collect()
    }

    /// A user who reads that isolation is complete must be able to rely on it: one missing or unmentioned wall is enough to say no.
    #[test]
    fn one_missing_wall_makes_the_jail_incomplete() {
        assert!(layers(State::Active("listed calls only".into())).is_complete());

        let missing = layers(State::Missing("3 threads run already".into()));
        assert!(!missing.is_complete());
        assert_eq!(missing.missing().map(|layer| layer.wall).collect::<Vec<_>>(), [Wall::Seccomp]);

        let unmentioned: Layers = layers(State::Active("yes".into())).iter().skip(1).cloned().collect();
        assert_eq!(unmentioned.missing().count(), 0);
        assert!(!unmentioned.is_complete());
    }

    /// The lines of the report and the form in which a worker sends them.
    #[test]
    fn layers_are_shown_and_sent() {
        let layers: Layers = [
            Layer { wall: Wall::Landlock, state: State::Active("no files, no network".into()) },
            Layer { wall: Wall::Cpu, state: State::Missing("operation not permitted".into()) },
        ]
        .into_iter()
        .collect();
        assert_eq!(
            layers.to_string(),
            "landlock: active (no files, no network)\nprocessor time: not active: operation not permitted"
        );
        let sent = r#"[{"wall":"landlock","state":{"active":"no files, no network"}},{"wall":"cpu","state":{"missing":"operation not permitted"}}]"#;
        assert_eq!(serde_json::to_string(&layers).unwrap(), sent);
        assert_eq!(serde_json::from_str::<Layers>(sent).unwrap(), layers);
    }
}
