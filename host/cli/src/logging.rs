use std::fs::OpenOptions;
use std::io::IsTerminal;
use std::sync::Mutex;

use anyhow::Context;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

use crate::config::{LogFormat, Logging};

/// Sends the log to stderr and, where one is configured, to a file too; colours only on a terminal and never with `NO_COLOR`.
pub(crate) fn start(config: &Logging) -> anyhow::Result<()> {
    let level = &config.level;
    let filter = EnvFilter::try_new(level).with_context(|| format!("cannot read the log level '{level}'"))?;
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let stderr = fmt::layer().with_writer(std::io::stderr).with_ansi(colour).with_target(false);
    let mut lines = vec![line(stderr, config.format)];
    if let Some(path) = &config.file {
        let file = OpenOptions::new().create(true).append(true).open(path);
        let file = file.with_context(|| format!("cannot write the log file {}", path.display()))?;
        lines.push(line(fmt::layer().with_writer(Mutex::new(file)).with_ansi(false).with_target(false), config.format));
    }
    tracing_subscriber::registry().with(lines).with(filter).init();
    Ok(())
}

/// A layer that writes lines of the configured format.
fn line<N, W>(
    layer: fmt::Layer<Registry, N, fmt::format::Format, W>,
    format: LogFormat,
) -> Box<dyn Layer<Registry> + Send + Sync>
where
    N: for<'writer> fmt::FormatFields<'writer> + Send + Sync + 'static,
    W: for<'writer> fmt::MakeWriter<'writer> + Send + Sync + 'static,
{
    match format {
        LogFormat::Text => layer.boxed(),
        LogFormat::Json => layer.json().boxed(),
    }
}
