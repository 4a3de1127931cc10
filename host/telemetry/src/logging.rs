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
        "cannot read the log level '{directives}': {cause}; write off, error, warn, info, debug, trace, or target=level"
    )]
    Directives {
        /// As they were given.
        directives: String,
        /// What is wrong with them.
        cause: ParseError,
    },
    /// The file cannot be written.
    #[error("cannot write the log file {}: {cause}; its folder must exist and be writable", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
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
    let unread = |cause| LoggingError::Directives { directives: directives.to_owned(), cause };
    // Judged alone first, so that an error never speaks of a directive that the user did not write.
    EnvFilter::try_new(directives).map_err(unread)?;
    EnvFilter::try_new(format!("{ATTEMPT}=off,{directives}")).map_err(unread)
}

fn open(path: &Path) -> Result<std::fs::File, LoggingError> {
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.map_err(|cause| LoggingError::File { path: path.to_owned(), cause })
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

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use super::{ATTEMPT, Format, Options, subscriber};

    #[derive(Clone, Default)]
    struct Pipe(Arc<Mutex<Vec<u8>>>);

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn options(directives: &str, format: Format) -> Options {
        Options { directives: directives.to_owned(), format, file: None }
    }

    /// What is written of one attempt and one other event.
    fn written(options: &Options) -> String {
        let pipe = Pipe::default();
        let writer = pipe.clone();
        let subscriber = subscriber(options, move || writer.clone(), false).unwrap();
        tracing::subscriber::with_default(subscriber, || {
            let _span = tracing::info_span!("mutate", plugin = "ema-crossover").entered();
            tracing::info!(target: ATTEMPT, "an attempt");
            tracing::info!("something else");
        });
        let bytes = pipe.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    /// A batch would otherwise spend its time writing lines that the mutation log has already.
    #[test]
    fn attempts_are_muted_unless_they_are_named() {
        for (directives, attempt, other) in [
            ("info", false, true),
            ("trace", false, true),
            ("warn", false, false),
            ("info,seedbed::attempt=info", true, true),
            ("seedbed::attempt=info", true, false),
            ("info,seedbed::attempt=warn", false, true),
            ("off", false, false),
        ] {
            let lines = written(&options(directives, Format::Text));
            assert_eq!(
                (lines.contains("an attempt"), lines.contains("something else")),
                (attempt, other),
                "{directives}"
            );
        }
    }

    #[test]
    fn people_read_lines_and_programs_objects_with_plugin_and_target() {
        let text = written(&options("info", Format::Text));
        assert!(text.contains("INFO mutate{plugin=\"ema-crossover\"}: something else\n"), "{text}");
        let json = written(&options("info,seedbed::attempt=info", Format::Json));
        let first = json.lines().next().unwrap();
        assert!(first.starts_with('{') && first.ends_with('}'), "{json}");
        for part in ["\"target\":\"seedbed::attempt\"", "\"plugin\":\"ema-crossover\"", "\"level\":\"INFO\""] {
            assert!(first.contains(part), "{part} {json}");
        }
    }

    #[test]
    fn the_file_gets_what_stderr_gets() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("seedbed.log");
        std::fs::write(&file, "before\n").unwrap();
        let options = Options { file: Some(file.clone()), ..options("info", Format::Text) };
        let stderr = written(&options);
        let kept = std::fs::read_to_string(&file).unwrap();
        let without_time = |line: &str| line.split_once("Z ").map(|(_, rest)| rest.to_owned());
        let (kept, stderr): (Vec<_>, Vec<_>) =
            (kept.lines().map(without_time).collect(), stderr.lines().map(without_time).collect());
        assert_eq!(kept.len(), 2, "{kept:?}");
        assert_eq!((&kept[0], &kept[1..]), (&None, stderr.as_slice()), "what was there stays");
    }

    #[test]
    fn what_cannot_be_read_or_written_is_named() {
        let refused = |options: &Options| subscriber(options, io::sink, false).err().map(|error| error.to_string());
        let said = refused(&options("seedbed=loud", Format::Text)).unwrap();
        assert!(said.starts_with("cannot read the log level 'seedbed=loud': "), "{said}");
        let absent = Options { file: Some("/nowhere/seedbed.log".into()), ..options("info", Format::Text) };
        let said = refused(&absent).unwrap();
        assert!(said.starts_with("cannot write the log file /nowhere/seedbed.log: "), "{said}");
    }
}
