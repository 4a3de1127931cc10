mod explain;
mod subjects;

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use seedbed_outcome::GuestText;
use seedbed_review::render::{self, Unread};
use seedbed_review::{Policy, Request, Review, Rule, Verdict};
use seedbed_settings::file;

use self::subjects::{sources, uri};
use crate::args::{self, Global, ReviewFormat};
use crate::config::Config;
use crate::exit::{Exit, OrStop, Stop};
use crate::review::{ProvingGround, Standards, Subject, review, shown};
use crate::{output, setup};

/// Reviews of all components that could be read.
struct Reviewed {
    reviews: Vec<Review>,
    /// The file of each, as a code-scanning tool finds it.
    uris: Vec<String>,
    unread: Vec<Unread>,
}

pub(crate) fn run(global: &Global, args: &args::Review) -> Result<Exit, Stop> {
    if let Some(rule) = &args.explain {
        output::result(explain::page(rule).or_usage()?)?;
        return Ok(Exit::Success);
    }
    let session = setup::configure(global, args.grounds.given())?;
    let standards = Standards::read(&session.config)?;
    if args.rules {
        output::result(&explain::rules(&standards.policy))?;
        return Ok(Exit::Success);
    }
    let sources = sources(&args.plugins, &session.config)?;
    let baseline = args.baseline.as_deref().map(|path| baseline(path, sources.len(), &session.config)).transpose();
    let baseline = baseline.or_usage()?;
    let pool = setup::threads(None)?;
    let ground = || ProvingGround::new(&session, args.data.as_deref(), pool.current_num_threads());
    let ground = if args.static_only { None } else { Some(ground()?) };
    let subjects = pool.install(|| review(sources, &standards, ground.as_ref(), baseline.as_deref()));
    let reviewed = Reviewed::of(subjects);

    let text = match args.format {
        ReviewFormat::Text => text(&reviewed),
        ReviewFormat::Json => render::json(&reviewed.reviews, &reviewed.unread).or_host()?,
        ReviewFormat::Sarif => {
            let Reviewed { reviews, uris, unread } = &reviewed;
            render::sarif(reviews, uris, unread, env!("CARGO_PKG_VERSION")).or_host()?
        }
        ReviewFormat::Html => render::html(&reviewed.reviews, &reviewed.unread, env!("CARGO_PKG_VERSION")),
    };
    match &args.output {
        None => output::result(&text)?,
        Some(path) => {
            fs::write(path, text).with_context(|| format!("cannot write {}", shown(path))).or_host()?;
            let count = reviewed.count();
            output::note("note", format_args!("{} is written: {count}", shown(path)));
        }
    }
    let worst = reviewed.reviews.iter().map(Review::verdict).max();
    let least = if args.strict { Verdict::Warn } else { Verdict::Fail };
    let failed = !reviewed.unread.is_empty() || worst.is_some_and(|worst| worst >= least);
    Ok(if failed { Exit::Findings } else { Exit::Success })
}

impl Reviewed {
    /// One bad file never hides the others: what cannot be read is told, and counts for the exit code.
    fn of(subjects: Vec<Subject>) -> Self {
        let mut reviewed = Self { reviews: Vec::new(), uris: Vec::new(), unread: Vec::new() };
        for Subject { label, reviewed: read } in subjects {
            match read {
                Ok((code, review)) => {
                    reviewed.uris.push(uri(&code));
                    reviewed.reviews.push(review);
                }
                Err(rejection) => {
                    output::note("error", format_args!("{label} cannot be reviewed: {rejection}"));
                    reviewed.unread.push(Unread { name: label, why: GuestText::new(&rejection.to_string()) });
                }
            }
        }
        reviewed
    }

    /// `3 plugins: 1 fail, 1 pass, 1 not read`.
    fn count(&self) -> String {
        let of = |verdict: Verdict| {
            let count = self.reviews.iter().filter(|review| review.verdict() == verdict).count();
            (count > 0).then(|| format!("{count} {verdict}"))
        };
        let verdicts = [Verdict::Fail, Verdict::Warn, Verdict::Pass].into_iter().filter_map(of);
        let not_read = (!self.unread.is_empty()).then(|| format!("{} not read", self.unread.len()));
        let verdicts: Vec<_> = verdicts.chain(not_read).collect();
        let plugins = crate::cells::counted((self.reviews.len() + self.unread.len()) as u64, "plugin");
        if verdicts.is_empty() { plugins } else { format!("{plugins}: {}", verdicts.join(", ")) }
    }
}

/// The component that the one reviewed is compared with.
fn baseline(path: &Path, subjects: usize, config: &Config) -> anyhow::Result<Vec<u8>> {
    if subjects != 1 {
        bail!("--baseline compares one plugin with its earlier self, and {subjects} are to be reviewed; name one");
    }
    let bytes =
        file::read(path, config.limits.component_size).with_context(|| format!("cannot read {}", shown(path)))?;
    let read = Review::new(&Request::of("baseline", &bytes), &Policy::default());
    match read.rule(Rule::Format).filter(|format| format.verdict == Verdict::Fail).and_then(|format| format.worst()) {
        Some(finding) => bail!("{}: no component to compare with: {}", shown(path), finding.message),
        None => Ok(bytes),
    }
}

fn text(reviewed: &Reviewed) -> String {
    let texts: Vec<String> = reviewed.reviews.iter().map(render::text).collect();
    match (texts.as_slice(), reviewed.unread.as_slice()) {
        ([only], []) => only.clone(),
        (several, unread) => {
            let not_read = unread.iter().map(|Unread { name, why }| format!("{name} cannot be reviewed: {why}\n\n"));
            let between = if several.is_empty() { "" } else { "\n" };
            format!("{}{between}{}{}\n", several.join("\n"), not_read.collect::<String>(), reviewed.count())
        }
    }
}
