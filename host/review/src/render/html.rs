mod trial;

use std::fmt::{self, Display, Write as _};

use super::Unread;
use super::words::{code, list};
use crate::count::count;
use crate::{Finding, Level, Review, RuleReport, Verdict};

const STYLE: &str = include_str!("review.css");

/// Reviews, and what could not be reviewed, as one HTML file that opens offline: no script, nothing loaded, and a policy in the page that forbids both. Every text is
/// escaped, whoever wrote it. `version` is that of seedbed.
#[must_use]
pub fn html(reviews: &[Review], unread: &[Unread], version: &str) -> String {
    let mut out = String::new();
    page(&mut out, reviews, unread, version).map_or_else(|_| String::new(), |()| out)
}

/// A text that may stand anywhere in HTML: between tags, and in a quoted attribute.
struct Escaped<T>(T);

impl<T: Display> Display for Escaped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.to_string().chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

fn page(out: &mut String, reviews: &[Review], unread: &[Unread], version: &str) -> fmt::Result {
    let unreadable = (!unread.is_empty()).then_some(Verdict::Fail);
    let worst = reviews.iter().map(Review::verdict).chain(unreadable).max().unwrap_or(Verdict::Pass);
    let title = match (reviews, unread) {
        ([only], []) => format!("{}: {}", only.name, only.verdict()),
        _ => format!(
            "{}: {}",
            count(crate::anatomy::wide(reviews.len() + unread.len()), "plugin"),
            tally(reviews, unread)
        ),
    };
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{} · seedbed review</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header class=\"{worst}\"><p class=\"brand\">seedbed review</p><h1>{}</h1></header>\n<main>\n",
        Escaped(&title),
        Escaped(&title),
    )?;
    if reviews.len() + unread.len() > 1 {
        contents(out, reviews, unread)?;
    }
    for (at, review) in reviews.iter().enumerate() {
        section(out, at, review)?;
    }
    for Unread { name, why } in unread {
        writeln!(
            out,
            "<section>\n<div class=\"banner fail\">{}<h2>{}</h2>\n<p>{}</p>\n</div>\n</section>",
            badge(Verdict::NotChecked),
            Escaped(name),
            Escaped(why)
        )?;
    }
    write!(
        out,
        "</main>\n<footer>Written by seedbed {}. No rule claims more than it looked at: <code>seedbed review --explain RULE</code> \
         says what each checks and cannot see.</footer>\n</body>\n</html>\n",
        Escaped(version),
    )
}

/// `1 fail, 2 pass, 1 not read`.
fn tally(reviews: &[Review], unread: &[Unread]) -> String {
    let of = |verdict: Verdict| {
        let count = reviews.iter().filter(|review| review.verdict() == verdict).count();
        (count > 0).then(|| format!("{count} {verdict}"))
    };
    let not_read = (!unread.is_empty()).then(|| format!("{} not read", unread.len()));
    let verdicts = [Verdict::Fail, Verdict::Warn, Verdict::Pass].into_iter().filter_map(of);
    verdicts.chain(not_read).collect::<Vec<_>>().join(", ")
}

fn contents(out: &mut String, reviews: &[Review], unread: &[Unread]) -> fmt::Result {
    out.push_str("<nav><table><thead><tr><th>verdict</th><th>plugin</th><th>what decided</th></tr></thead><tbody>\n");
    for (at, review) in reviews.iter().enumerate() {
        let why = review.worst().map_or_else(String::new, |(report, finding)| {
            format!("{} {}: {}", report.rule, report.rule.name(), finding.message)
        });
        writeln!(
            out,
            "<tr><td>{}</td><td><a href=\"#review-{at}\">{}</a></td><td>{}</td></tr>",
            badge(review.verdict()),
            Escaped(&review.name),
            Escaped(why),
        )?;
    }
    for Unread { name, why } in unread {
        let badge = badge(Verdict::NotChecked);
        writeln!(out, "<tr><td>{badge}</td><td>{}</td><td>{}</td></tr>", Escaped(name), Escaped(why))?;
    }
    out.push_str("</tbody></table></nav>\n");
    Ok(())
}

fn badge(verdict: Verdict) -> String {
    let word = if verdict == Verdict::NotChecked { "not checked" } else { verdict.as_str() };
    format!("<span class=\"badge {verdict}\">{word}</span>")
}

fn section(out: &mut String, at: usize, review: &Review) -> fmt::Result {
    let verdict = review.verdict();
    writeln!(
        out,
        "<section id=\"review-{at}\">\n<div class=\"banner {verdict}\">{}<h2>{}</h2>",
        badge(verdict),
        Escaped(&review.name)
    )?;
    if let Some((report, finding)) = review.worst() {
        writeln!(out, "<p>{} {}: {}</p>", report.rule, report.rule.name(), Escaped(&finding.message))?;
    }
    writeln!(
        out,
        "<p class=\"soft\">{} fail, {} warn, {} pass, {} not checked</p></div>",
        review.count(Verdict::Fail),
        review.count(Verdict::Warn),
        review.count(Verdict::Pass),
        review.count(Verdict::NotChecked),
    )?;
    let mut told: Vec<_> = review.rules.iter().filter(|report| report.verdict >= Verdict::Warn).collect();
    told.sort_by_key(|report| std::cmp::Reverse(report.verdict));
    for report in told {
        writeln!(
            out,
            "<article class=\"{}\"><h3>{} <code>{}</code> {}</h3>",
            report.verdict,
            badge(report.verdict),
            report.rule,
            report.rule.name()
        )?;
        findings(out, report)?;
        writeln!(
            out,
            "<p><b>Why it matters.</b> {}</p><p><b>What to do.</b> {}</p></article>",
            Escaped(report.rule.why()),
            Escaped(report.rule.remedy())
        )?;
    }
    if let Some(measured) = &review.measurements {
        trial::section(out, measured)?;
    }
    rules(out, review)?;
    facts(out, review)?;
    out.push_str("</section>\n");
    Ok(())
}

fn findings(out: &mut String, report: &RuleReport) -> fmt::Result {
    out.push_str("<ul class=\"findings\">");
    for Finding { level, message, place } in &report.findings {
        write!(out, "<li><span class=\"level {level}\">{level}</span> {}", Escaped(message))?;
        let place = place.to_string();
        if !place.is_empty() {
            write!(out, " <span class=\"soft\">({})</span>", Escaped(place))?;
        }
        out.push_str("</li>\n");
    }
    if report.more > 0 {
        write!(out, "<li class=\"soft\">and {} more</li>", report.more)?;
    }
    out.push_str("</ul>\n");
    Ok(())
}

fn rules(out: &mut String, review: &Review) -> fmt::Result {
    out.push_str("<h3>Every rule</h3>\n<div class=\"scroll\"><table><thead><tr><th>rule</th><th>came to</th><th>question, and what was looked at</th></tr></thead><tbody>\n");
    for report in &review.rules {
        write!(
            out,
            "<tr><td><code>{}</code><br>{}</td><td>{}</td><td>{}<br><span class=\"soft\">{}</span>",
            report.rule,
            report.rule.name(),
            badge(report.verdict),
            Escaped(report.rule.question()),
            Escaped(&report.checked),
        )?;
        let notes = report.findings.iter().all(|finding| finding.level <= Level::Note);
        if notes && !report.findings.is_empty() {
            let found = crate::anatomy::wide(report.findings.len()).saturating_add(report.more);
            write!(out, "<details><summary>{}</summary>", count(found, "note"))?;
            findings(out, report)?;
            out.push_str("</details>");
        }
        out.push_str("</td></tr>\n");
    }
    out.push_str("</tbody></table></div>\n");
    Ok(())
}

fn facts(out: &mut String, review: &Review) -> fmt::Result {
    out.push_str("<h3>What it is</h3>\n<dl>");
    fact(out, "hash", &review.hash)?;
    fact(out, "size", count(review.bytes, "byte"))?;
    fact(out, "policy", &review.policy)?;
    fact(out, "findings", review.digest())?;
    let Some(facts) = &review.facts else {
        out.push_str("</dl>\n<p class=\"soft\">The component could not be read to its end.</p>\n");
        return Ok(());
    };
    fact(out, "imports", list(&facts.imports))?;
    fact(out, "exports", list(&facts.exports))?;
    fact(out, "code", code(facts))?;
    if let Some(largest) = &facts.largest_function {
        fact(out, "largest function", format!("{}, {}", largest.function, count(largest.bytes, "byte")))?;
    }
    fact(out, "data", format!("{} in {}", count(facts.data_bytes, "byte"), count(facts.data_segments, "segment")))?;
    let most = facts.maximum_memory.map_or("no maximum of its own".to_owned(), |most| format!("at most {most}"));
    fact(out, "memory", format!("{} at the start, {most}", count(facts.initial_memory, "byte")))?;
    fact(out, "features", if facts.features.is_empty() { "none".to_owned() } else { facts.features.join(", ") })?;
    fact(out, "producers", list(&facts.producers))?;
    if let Some(sdk) = &facts.sdk {
        fact(out, "guest SDK", sdk)?;
    }
    fact(out, "compiling", format!("about {} ms on one core", facts.compile_millis))?;
    out.push_str("</dl>\n<details><summary>Sections, largest first</summary><div class=\"scroll\"><table><thead><tr><th>section</th><th class=\"number\">module</th><th class=\"number\">at byte</th><th class=\"number\">bytes</th><th class=\"number\">bits a byte</th></tr></thead><tbody>\n");
    for section in &facts.sections {
        let module = section.module.map_or(String::new(), |module| module.to_string());
        writeln!(
            out,
            "<tr><td>{}</td><td class=\"number\">{module}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{:.2}</td></tr>",
            Escaped(&section.name),
            section.offset,
            section.bytes,
            section.entropy,
        )?;
    }
    out.push_str("</tbody></table></div></details>\n");
    Ok(())
}

fn fact(out: &mut String, name: &str, value: impl Display) -> fmt::Result {
    writeln!(out, "<div><dt>{name}</dt><dd>{}</dd></div>", Escaped(value))
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    /// Whoever opens the report of a hostile plugin would run its script.
    #[test]
    fn no_text_is_markup() {
        let hostile = "</p><script>alert(1)</script><img src=x onerror='a' title=\"b\">&lt;";
        let safe = Escaped(hostile).to_string();
        assert!(!safe.contains(['<', '>', '"', '\'']));
        assert_eq!(Escaped("a < b & c").to_string(), "a &lt; b &amp; c");
    }
}
