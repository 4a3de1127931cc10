use std::ffi::OsString;
use std::path::PathBuf;

/// What is started as a worker; it calls [`serve`](crate::serve()).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The executable.
    pub path: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

impl Program {
    /// This executable once more, by the link that stays right when the file is replaced while this process runs.
    #[must_use]
    pub fn this(arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        let link = PathBuf::from("/proc/self/exe");
        let path = if link.exists() { link } else { std::env::current_exe().unwrap_or(link) };
        Self { path, arguments: arguments.into_iter().map(Into::into).collect() }
    }
}
