//! Log lines for people and programs, by `tracing`.

mod heartbeat;
mod warnings;

use std::fs::OpenOptions;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing::Subscriber;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

pub use heartbeat::Heartbeat;
pub use warnings::{MutationWarnings, SLOW_MUTATION};

/// The target of one event for each attempt at a mutation, at info.
///
/// Muted unless the directives name it: a batch makes a hundred thousand a second, and the mutation log has them all. Show them with
/// `info,seedbed::attempt=info`. Muted, an event costs the look at a flag.
pub const ATTEMPT: &str = "seedbed::attempt";

/// What is logged, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// A level or filter directives: `info`, `warn,seedbed_sandbox=debug`.
    pub directives: String,
    /// How a line looks, on stderr and in the file.
    pub format: Format,
    /// A file that gets the log too; appended to.
    pub file: Option<PathBuf>,
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON object a line, with the target.
    Json,
}

/// Why there is no log.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// The directives cannot be read.
    #[error(
        "cannot read the log level '{directives}': {source}; write off, error, warn, info, debug, trace, or target=level"
    )]
    Directives {
        /// As they were given.
        directives: String,
        /// What is wrong with them.
        source: ParseError,
    },
    /// The file cannot be written.
    #[error("cannot write the log file {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Sends the log of this process to stderr and, where one is named, to a file too; colours only on a terminal and never with `NO_COLOR`.
///
/// Where a log was started before, that one stays.
///
/// # Errors
/// [`LoggingError`]: nothing is logged.
pub fn start(options: &Options) -> Result<(), LoggingError> {
    // A second command in one process (tests) logs where the first one does.
    let _ = subscriber(options, io::stderr, colour())?.try_init();
    Ok(())
}

fn colour() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn subscriber<W>(options: &Options, stderr: W, colour: bool) -> Result<impl Subscriber + Send + Sync, LoggingError>
where
    W: for<'writer> fmt::MakeWriter<'writer> + Send + Sync + 'static,
{
    let mut lines = vec![lines(stderr, colour, options.format)];
    if let Some(path) = &options.file {
        lines.push(self::lines(Mutex::new(open(path)?), false, options.format));
    }
    Ok(tracing_subscriber::registry().with(lines).with(filter(&options.directives)?))
}

/// Of two directives for one target the later counts, so whoever names [`ATTEMPT`] hears it.
fn filter(directives: &str) -> Result<EnvFilter, LoggingError> {
    let muted = |source| LoggingError::Directives { directives: directives.to_owned(), source };
    // Judged alone first, so that an error never speaks of a directive that the user did not write.
    EnvFilter::try_new(directives).map_err(muted)?;
    EnvFilter::try_new(format!("{ATTEMPT}=off,{directives}")).map_err(muted)
}

fn open(path: &Path) -> Result<std::fs::File, LoggingError> {
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.map_err(|source| LoggingError::File { path: path.to_owned(), source })
}

/// A layer that writes lines; when its writer fails (a pipe that nobody reads), the lines are lost and the program goes on.
fn lines<W>(writer: W, colour: bool, format: Format) -> Box<dyn Layer<Registry> + Send + Sync>
where
    W: for<'writer> fmt::MakeWriter<'writer> + Send + Sync + 'static,
{
    let layer = fmt::layer().with_writer(writer).with_ansi(colour).log_internal_errors(false);
    match format {
        Format::Text => layer.with_target(false).boxed(),
        Format::Json => layer.json().boxed(),
    }
}
