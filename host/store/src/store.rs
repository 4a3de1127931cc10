use std::fmt::Debug;

use seedbed_market::{Bars, BarsHash};
use serde_json::Value;

use crate::{Document, Lease, RunId, Segment, StoreError};

/// Where bars and runs are kept.
///
/// Calls return when what they wrote is durable; what a successful call wrote survives everything that follows, failures included. A run has one
/// writer: whoever holds the latest [`Lease`]. Reading needs none and may go on beside the writer. Every error names the file; see [`StoreError`].
///
/// A backend is right if it passes [`conformance::check`](crate::conformance::check).
pub trait Store: Debug + Send + Sync {
    /// Keeps bars under their hash. Bars that are there already are left as they are.
    ///
    /// # Errors
    /// What the place says: no space, no permission, out of reach.
    fn put_bars(&self, bars: &Bars) -> Result<BarsHash, StoreError>;

    /// Bars by their hash, which is computed anew from what was read.
    ///
    /// # Errors
    /// [`StoreError::NoBars`]; [`StoreError::Corrupt`] when the content is not what the name says.
    fn bars(&self, hash: BarsHash) -> Result<Bars, StoreError>;

    /// The runs, in the order of their names.
    ///
    /// # Errors
    /// What the place says.
    fn runs(&self) -> Result<Vec<RunId>, StoreError>;

    /// Begins a run: `run` is its configuration, written once and for all. The lease is the first one, epoch 1.
    ///
    /// # Errors
    /// [`StoreError::RunExists`].
    fn create(&self, id: &RunId, run: &Value) -> Result<Lease, StoreError>;

    /// The configuration that a run began with.
    ///
    /// # Errors
    /// [`StoreError::NoRun`], [`StoreError::Corrupt`], [`StoreError::Newer`].
    fn run(&self, id: &RunId) -> Result<Value, StoreError>;

    /// Takes a run over: the next epoch. Whoever wrote before fails at its next write.
    ///
    /// # Errors
    /// [`StoreError::Held`] at once where the backend can tell that another process still writes; [`StoreError::NoRun`].
    fn claim(&self, id: &RunId) -> Result<Lease, StoreError>;

    /// Writes one segment for good: the one that comes next. The very same segment again is taken for a retry and is no error.
    ///
    /// # Errors
    /// [`StoreError::Superseded`] when the run was claimed anew; [`StoreError::SegmentTaken`] when another content has that number;
    /// [`StoreError::SegmentOrder`] when earlier ones are missing or it has no row; [`StoreError::Unwritable`] for a number that is not finite.
    fn append(&self, lease: &Lease, segment: &Segment) -> Result<(), StoreError>;

    /// All segments of a run in order.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] and [`StoreError::Newer`] with the file; [`StoreError::NoSegment`] for a gap; [`StoreError::NoRun`].
    fn segments(&self, id: &RunId) -> Result<Vec<Segment>, StoreError>;

    /// Replaces a document: a reader sees the old one or the new one, nothing between.
    ///
    /// # Errors
    /// [`StoreError::Superseded`] when the run was claimed anew.
    fn put(&self, lease: &Lease, document: Document, value: &Value) -> Result<(), StoreError>;

    /// A document of a run; `None` when it was never written.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Newer`], [`StoreError::NoRun`].
    fn get(&self, id: &RunId, document: Document) -> Result<Option<Value>, StoreError>;
}
