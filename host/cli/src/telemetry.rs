//! The log and the metrics of a command.

use std::sync::Arc;
use std::time::Duration;

use seedbed_outcome::{Function, Usage};
use seedbed_settings::{Origin, Settings};
use seedbed_telemetry::logging::{self, Format, Options};
use seedbed_telemetry::metrics::{Metrics, MetricsFile, Server};
use seedbed_worker::Observer;

use crate::config::{self, LogFormat};
use crate::exit::{OrStop, Stop};

/// How often the file of metrics is replaced.
const FILE_PERIOD: Duration = Duration::from_secs(5);

/// The metrics of a command, served and written as configured until this is dropped.
#[derive(Debug)]
pub(crate) struct Telemetry {
    metrics: Metrics,
    _server: Option<Server>,
    _file: Option<MetricsFile>,
}

impl Telemetry {
    pub(crate) fn start(config: &config::Metrics) -> Result<Self, Stop> {
        let metrics = Metrics::new();
        let serve = |address: &String| Server::start(address, metrics.clone());
        let server = config.address.as_ref().map(serve).transpose().or_usage()?;
        let keep = |path: &std::path::PathBuf| MetricsFile::start(path, metrics.clone(), FILE_PERIOD);
        let file = config.file.as_ref().map(keep).transpose().or_usage()?;
        if let Some(server) = &server {
            tracing::info!("metrics at http://{}/metrics", server.address());
        }
        Ok(Self { metrics, _server: server, _file: file })
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Counts what a sandbox does.
    pub(crate) fn observer(&self) -> Arc<dyn Observer> {
        Arc::new(Counting(self.metrics.clone()))
    }
}

#[derive(Debug)]
struct Counting(Metrics);

impl Observer for Counting {
    fn compiled(&self, took: Duration) {
        self.0.compiled(took);
    }

    fn called(&self, function: Function, usage: &Usage) {
        self.0.guest_call(function, usage);
    }
}

/// Starts the log of this process.
pub(crate) fn log(config: &config::Logging) -> Result<(), Stop> {
    let format = match config.format {
        LogFormat::Text => Format::Text,
        LogFormat::Json => Format::Json,
    };
    logging::start(&Options { directives: config.level.clone(), format, file: config.file.clone() }).or_usage()
}

/// Says where values come from, if any was set at all.
pub(crate) fn log_origins(settings: &Settings) {
    let (mut file, mut from_file, mut environment, mut flags) = (None, 0, 0, 0);
    for setting in settings.iter() {
        match &setting.origin {
            Origin::Default => continue,
            Origin::File { file: name, .. } => {
                file = Some(name);
                from_file += 1;
            }
            Origin::Environment(_) => environment += 1,
            Origin::Flag(_) => flags += 1,
        }
        tracing::debug!("{} = {} by {}", setting.key.path(), setting.value, setting.origin);
    }
    let values = |count: usize| if count == 1 { "1 value".to_owned() } else { format!("{count} values") };
    let parts = [
        file.map(|file| format!("{} from {file}", values(from_file))),
        (environment > 0).then(|| format!("{} from the environment", values(environment))),
        (flags > 0).then(|| format!("{} from flags", values(flags))),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    if !parts.is_empty() {
        tracing::info!("configuration: {}", parts.join(", "));
    }
}
