use std::fmt;
use std::path::Path;

use seedbed_outcome::GuestText;

/// Where a value comes from; ordered by precedence, so that the greater origin wins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The catalogue.
    Default,
    /// A file, at a one-based line and column (counted in characters).
    File {
        /// The file as it was named.
        file: GuestText,
        /// One-based.
        line: u32,
        /// One-based, in characters.
        column: u32,
    },
    /// An environment variable of that name.
    Environment(GuestText),
    /// A flag of the command line, as `--fees`.
    Flag(GuestText),
}

impl Origin {
    /// The word for tables and JSON: `default`, `file`, `environment` or `flag`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::File { .. } => "file",
            Self::Environment(_) => "environment",
            Self::Flag(_) => "flag",
        }
    }

    /// Whether both are of one layer, so that neither overrules the other.
    #[must_use]
    pub fn same_layer(&self, other: &Self) -> bool {
        self.rank() == other.rank()
    }

    /// Whether a value from here overrules one from `other`.
    #[must_use]
    pub fn overrules(&self, other: &Self) -> bool {
        self.rank() > other.rank()
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Default => 0,
            Self::File { .. } => 1,
            Self::Environment(_) => 2,
            Self::Flag(_) => 3,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { file, line, column } => write!(f, "{file}:{line}:{column}"),
            Self::Environment(name) | Self::Flag(name) => name.fmt(f),
        }
    }
}

/// Turns byte offsets of one document into origins.
pub(crate) struct Places<'t> {
    file: GuestText,
    text: &'t str,
    line_starts: Vec<usize>,
}

impl<'t> Places<'t> {
    pub(crate) fn new(file: &Path, text: &'t str) -> Self {
        let after_newlines = text.match_indices('\n').map(|(newline, _)| newline + 1);
        let line_starts = std::iter::once(0).chain(after_newlines).collect();
        Self { file: GuestText::new(&file.to_string_lossy()), text, line_starts }
    }

    pub(crate) fn at(&self, offset: usize) -> Origin {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or_default();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Origin::File { file: self.file.clone(), line: number(line), column: number(before.chars().count() + 1) }
    }
}
