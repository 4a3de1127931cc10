use std::fmt::Write as _;

use super::words::{code, list};
use crate::count::count;
use crate::{Facts, Level, Measurements, Review, RuleReport, Verdict};

/// A review for people: what the component is, a line for each rule, its findings below it, the verdict last. Ends with a line break.
#[must_use]
pub fn text(review: &Review) -> String {
    let mut out = String::new();
    write(&mut out, review).map_or_else(|_| String::new(), |()| out)
}

fn write(out: &mut String, review: &Review) -> std::fmt::Result {
    writeln!(out, "review of {}\n", review.name)?;
    writeln!(out, "  hash       {}", review.hash)?;
    writeln!(out, "  size       {} bytes", review.bytes)?;
    if let Some(facts) = &review.facts {
        write_facts(out, facts)?;
    }
    if let Some(measurements) = &review.measurements {
        let Measurements { prices, spent, seed, .. } = measurements;
        let (bars, calls) = (count(prices.bars, "bar"), count(spent.calls, "call"));
        writeln!(out, "  tried on   {}, {bars}: {calls}, seed {seed}", prices.name)?;
    }
    writeln!(out)?;
    for report in &review.rules {
        write_rule(out, report)?;
    }
    let ended = |verdict| review.count(verdict);
    writeln!(
        out,
        "\nverdict: {} ({} fail, {} warn, {} pass, {} not checked)",
        review.verdict(),
        ended(Verdict::Fail),
        ended(Verdict::Warn),
        ended(Verdict::Pass),
        ended(Verdict::NotChecked),
    )?;
    if let Some((report, finding)) = review.worst() {
        writeln!(out, "worst: {} {}: {}", report.rule, report.rule.name(), finding.message)?;
        writeln!(out, "`seedbed review --explain {}` explains the rule", report.rule)?;
    }
    Ok(())
}

fn write_facts(out: &mut String, facts: &Facts) -> std::fmt::Result {
    writeln!(out, "  imports    {}", list(&facts.imports))?;
    writeln!(out, "  exports    {}", list(&facts.exports))?;
    writeln!(out, "  code       {}", code(facts))?;
    if let Some(largest) = &facts.largest_function {
        writeln!(out, "  largest    {}, {} bytes", largest.function, largest.bytes)?;
    }
    writeln!(out, "  data       {} in {}", count(facts.data_bytes, "byte"), count(facts.data_segments, "segment"))?;
    let most = facts.maximum_memory.map_or("no maximum of its own".to_owned(), |most| format!("at most {most} bytes"));
    writeln!(out, "  memory     {} bytes at the start, {most}", facts.initial_memory)?;
    writeln!(
        out,
        "  features   {}",
        if facts.features.is_empty() { "none".to_owned() } else { facts.features.join(", ") }
    )?;
    writeln!(out, "  producers  {}", list(&facts.producers))?;
    writeln!(out, "  compiling  about {} ms on one core", facts.compile_millis)?;
    for (index, section) in facts.sections.iter().take(5).enumerate() {
        let title = if index == 0 { "  sections " } else { "           " };
        let module = section.module.map_or(String::new(), |module| format!(" of module {module}"));
        writeln!(
            out,
            "{title}  {}{module} at byte {}: {} bytes, {:.2} bits a byte",
            section.name, section.offset, section.bytes, section.entropy
        )?;
    }
    Ok(())
}

/// The most notes of a rule that are listed.
const MOST_NOTES: usize = 3;

fn write_rule(out: &mut String, report: &RuleReport) -> std::fmt::Result {
    let verdict = report.verdict.as_str();
    writeln!(out, "{} {:<16} {verdict:<11}  {}", report.rule, report.rule.name(), report.checked)?;
    // What a verdict rests on is listed; of notes a few show what kind they are, and the other formats have them all.
    let notes = |finding: &&crate::Finding| finding.level <= Level::Note;
    let listed = report.findings.iter().filter(|finding| !notes(finding));
    for finding in listed.chain(report.findings.iter().filter(notes).take(MOST_NOTES)) {
        let place = finding.place.to_string();
        let place = if place.is_empty() { place } else { format!(" ({place})") };
        writeln!(out, "      {}: {}{place}", finding.level, finding.message)?;
    }
    let hidden = report.findings.iter().filter(notes).count().saturating_sub(MOST_NOTES);
    let more = report.more.saturating_add(crate::anatomy::wide(hidden));
    if more > 0 {
        writeln!(out, "      and {more} more")?;
    }
    if report.verdict >= Verdict::Warn {
        writeln!(out, "      why: {}", report.rule.why())?;
        writeln!(out, "      do:  {}", report.rule.remedy())?;
    }
    Ok(())
}
