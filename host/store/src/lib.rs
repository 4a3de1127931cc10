//! What a run leaves behind: its configuration, every evaluation, checkpoints, the champion and its lineage, and the bars that it saw.
//!
//! [`Store`] is the trait, [`DirectoryStore`] the default backend. Files are described in `docs/store.md`: plain JSON, JSON lines and
//! Parquet, each with a version and a checksum. Nothing that was written is ever changed in place, and a backend that fails says so.

pub mod conformance;
mod directory;
mod document;
mod document_file;
mod error;
mod evaluation;
mod finite;
mod genome_document;
mod lease;
mod lock;
mod masked;
mod object_backend;
mod objects;
mod run_id;
mod segment;
mod store;

pub use directory::DirectoryStore;
pub use document::Document;
pub use error::{Access, StoreError};
pub use evaluation::{Evaluation, EvaluationStatus};
pub use genome_document::{GenomeDocument, GenomeError};
pub use lease::{Lease, Owner};
pub use masked::masked;
pub use object_backend::ObjectBackend;
pub use run_id::{RunId, RunIdError};
pub use segment::Segment;
pub use store::Store;
