/// A document of a run that is replaced as the run goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Document {
    /// How far the run is: what `runs` shows without reading every evaluation.
    Checkpoint,
    /// The best candidate.
    Champion,
    /// How the champion came about.
    Lineage,
    /// What came out in the end.
    Result,
}

impl Document {
    /// Every document.
    pub const ALL: [Self; 4] = [Self::Checkpoint, Self::Champion, Self::Lineage, Self::Result];

    /// The name in files and messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Checkpoint => "checkpoint",
            Self::Champion => "champion",
            Self::Lineage => "lineage",
            Self::Result => "result",
        }
    }
}
