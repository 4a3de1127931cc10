use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use seedbed_outcome::GuestText;
use seedbed_settings::{Notice, Origin, Problem, Value as Setting, masked};
use serde_json::{Value, json};

use crate::args::{Configuration, Format, Global};
use crate::config::{CATALOGUE, Config, ConfigError, FILE, Sources};
use crate::exit::{Exit, OrStop, Stop};
use crate::{output, setup};

/// No log is started: a configuration is looked at, not put in force.
pub(crate) fn run(global: &Global, args: &Configuration) -> Result<Exit, Stop> {
    match args {
        Configuration::Check { file, format } => check(sources(global, file.as_ref())?, *format),
        Configuration::Show { format } => show(sources(global, None)?, *format),
        Configuration::Init { file, force } => init(&sources(global, file.as_ref())?, *force),
    }
}

/// Where the configuration comes from; `FILE` is another way to say `--config FILE`.
fn sources(global: &Global, file: Option<&PathBuf>) -> Result<Sources, Stop> {
    let mut sources = setup::sources(global, [])?;
    if let (Some(file), Some(other)) = (file, &sources.named) {
        let [file, other] = [file, other].map(|path| shown(path));
        return Err(anyhow!("two files are named, {file} and --config {other}; name one")).or_usage();
    }
    sources.named = file.cloned().or(sources.named);
    Ok(sources)
}

fn check(sources: Sources, format: Format) -> Result<Exit, Stop> {
    let loaded = Config::load(sources);
    let (problems, notices) = match &loaded {
        Ok(config) => (Vec::new(), config.notices.as_slice()),
        Err(ConfigError::Problems { problems, notices }) => {
            (problems.listed().iter().map(problem).collect(), notices.as_slice())
        }
        Err(error) => (vec![json!({ "what": error.to_string() })], [].as_slice()),
    };
    tell(notices);
    if format == Format::Json {
        output::result(&format!(
            "{:#}\n",
            json!({
                "format": "seedbed.config-check/1",
                "file": loaded.as_ref().ok().and_then(|config| config.file.as_deref()).map(shown).map(text),
                "right": loaded.is_ok(),
                "problems": problems,
                "notices": notices.iter().map(notice).collect::<Vec<_>>(),
            })
        ))?;
    }
    let config = loaded.or_usage()?;
    if format == Format::Table {
        output::result(&verdict(&config))?;
    }
    Ok(Exit::Success)
}

/// What a right configuration consists of.
fn verdict(config: &Config) -> String {
    let file = match &config.file {
        Some(file) => format!("{}: nothing is wrong", shown(file)),
        None => format!("no ./{FILE}: the defaults are in force"),
    };
    let from = |word| config.settings.iter().filter(|setting| setting.origin.word() == word).count();
    let of = CATALOGUE.keys().len();
    let set = [("file", from("file")), ("environment", from("environment")), ("flags", from("flag"))];
    let set: Vec<_> =
        set.iter().filter(|(_, keys)| *keys > 0).map(|(layer, keys)| format!("{keys} by the {layer}")).collect();
    if set.is_empty() { format!("{file}\n") } else { format!("{file}; set of {of} keys: {}\n", set.join(", ")) }
}

fn show(sources: Sources, format: Format) -> Result<Exit, Stop> {
    let config = Config::load(sources).or_usage()?;
    tell(&config.notices);
    output::result(&match format {
        Format::Table => table(&config),
        Format::Json => format!(
            "{:#}\n",
            json!({
                "format": "seedbed.config/1",
                "file": config.file.as_deref().map(shown).map(text),
                "settings": config.settings.all().map(|(key, setting)| json!({
                    "key": key.path(),
                    "value": setting.map(|setting| value(&setting.value)),
                    "origin": origin(setting.map_or(&Origin::Default, |setting| &setting.origin)),
                })).collect::<Vec<_>>(),
                "notices": config.notices.iter().map(notice).collect::<Vec<_>>(),
            })
        ),
    })?;
    Ok(Exit::Success)
}

fn table(config: &Config) -> String {
    let rows = config.settings.all().map(|(key, setting)| {
        let (value, origin) = match setting {
            Some(setting) => (setting.value.to_string(), setting.origin.to_string()),
            None => ("-".to_owned(), "unset".to_owned()),
        };
        vec![key.path().to_owned(), value, origin]
    });
    output::table(&["key", "value", "origin"], &[false; 3], rows.collect())
}

fn init(sources: &Sources, force: bool) -> Result<Exit, Stop> {
    let template = format!("{HEAD}{}", CATALOGUE.template());
    let (path, _) = sources.file();
    if path.as_os_str() == "-" {
        output::result(&template)?;
        return Ok(Exit::Success);
    }
    write(&path, &template, force).or_usage()?;
    let shown = shown(&path);
    output::result(&format!("{shown}: the defaults, each commented out\nnext: edit it, then seedbed config check\n"))?;
    Ok(Exit::Success)
}

const HEAD: &str = "\
# The configuration of seedbed: every key at its default, commented out. A flag goes before the environment (SEEDBED_SECTION_KEY), which
# goes before this file. `seedbed config check` says what is wrong with it, `seedbed config show` what is in force and why.

";

/// Writes a new file; with `force` replaces a regular one in one step, so that nobody meets half of it, and keeps its rights.
fn write(path: &Path, text: &str, force: bool) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", shown(path));
    let present = if force { fs::metadata(path).ok() } else { None };
    let Some(present) = present else {
        let created = fs::File::create_new(path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => anyhow!("{} exists already; --force replaces it", shown(path)),
            io::ErrorKind::NotFound => anyhow!("{}: its folder is not there", cannot()),
            _ => anyhow!(error).context(cannot()),
        });
        return created?.write_all(text.as_bytes()).with_context(cannot);
    };
    if !present.is_file() {
        return Err(anyhow!("{}: it is not a regular file", cannot()));
    }
    let target = fs::canonicalize(path).with_context(cannot)?;
    let mut temporary = target.clone().into_os_string();
    temporary.push(format!(".{}.tmp", std::process::id()));
    let replace = || {
        fs::write(&temporary, text)?;
        fs::set_permissions(&temporary, present.permissions())?;
        fs::rename(&temporary, &target)
    };
    replace().inspect_err(|_| drop(fs::remove_file(&temporary))).with_context(cannot)
}

fn tell(notices: &[Notice]) {
    for notice in notices {
        output::note("warning", notice);
    }
}

/// A path as it may be printed.
fn shown(path: &Path) -> GuestText {
    GuestText::new(&masked(&path.to_string_lossy()))
}

#[expect(clippy::needless_pass_by_value, reason = "the end of a chain of maps")]
fn text(text: GuestText) -> String {
    text.to_string()
}

fn problem(problem: &Problem) -> Value {
    let text = |text: &Option<GuestText>| text.as_ref().map(ToString::to_string);
    json!({
        "origin": origin(&problem.origin),
        "key": text(&problem.key),
        "value": text(&problem.value),
        "what": problem.what.as_str(),
        "allowed": problem.allowed,
        "suggestion": problem.suggestion,
    })
}

fn notice(notice: &Notice) -> Value {
    json!({ "origin": origin(&notice.origin), "what": notice.what.as_str() })
}

fn origin(origin: &Origin) -> Value {
    let layer = origin.word();
    match origin {
        Origin::Default => json!({ "layer": layer }),
        Origin::File { file, line, column } => {
            json!({ "layer": layer, "file": file.as_str(), "line": line, "column": column })
        }
        Origin::Environment(name) => json!({ "layer": layer, "variable": name.as_str() }),
        Origin::Flag(name) => json!({ "layer": layer, "flag": name.as_str() }),
    }
}

/// Numbers, booleans and lists as such; times, sizes and addresses as texts, masked as everywhere.
fn value(setting: &Setting) -> Value {
    match setting {
        Setting::Bool(value) => json!(value),
        Setting::Integer(value) => json!(value),
        Setting::Number(value) => json!(value),
        Setting::Pair(low, high) => json!([low, high]),
        Setting::Text(text) => json!(masked(text)),
        Setting::List(texts) => json!(texts.iter().map(|text| masked(text)).collect::<Vec<_>>()),
        Setting::Word(word) => json!(word),
        Setting::Span(span) => json!(span.to_string()),
        Setting::Size(size) => json!(size.to_string()),
        Setting::Url(url) => json!(url.to_string()),
    }
}
