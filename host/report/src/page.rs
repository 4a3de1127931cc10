//! The HTML file: the skeleton of assets/page.html with styles, scripts and data put in.

use crate::embed::Embedded;
use crate::policy::policy;
use crate::report::{Report, Standing};
use crate::text::{escaped, inert_json};

const SKELETON: &str = include_str!("../assets/page.html");

const CHARTS_STYLE: &str = include_str!("../vendor/uplot/uPlot.min.css");
const STYLE: &str = concat!(
    include_str!("../assets/css/base.css"),
    include_str!("../assets/css/parts.css"),
    include_str!("../assets/css/print.css")
);

const UPLOT: &str = include_str!("../vendor/uplot/uPlot.iife.min.js");
const LIGHTWEIGHT_CHARTS: &str =
    include_str!("../vendor/lightweight-charts/lightweight-charts.standalone.production.js");
/// The page's own modules in the order of their use, in one scope of their own.
const SCRIPT: &str = concat!(
    "(() => {\n\"use strict\";\n",
    include_str!("../assets/js/dom.js"),
    include_str!("../assets/js/format.js"),
    include_str!("../assets/js/theme.js"),
    include_str!("../assets/js/plot.js"),
    include_str!("../assets/js/table.js"),
    include_str!("../assets/js/verdict.js"),
    include_str!("../assets/js/walk.js"),
    include_str!("../assets/js/champion.js"),
    include_str!("../assets/js/price.js"),
    include_str!("../assets/js/equity.js"),
    include_str!("../assets/js/trades.js"),
    include_str!("../assets/js/fitness.js"),
    include_str!("../assets/js/scatter.js"),
    include_str!("../assets/js/parameters.js"),
    include_str!("../assets/js/heat.js"),
    include_str!("../assets/js/lineage.js"),
    include_str!("../assets/js/facts.js"),
    include_str!("../assets/js/main.js"),
    "})();\n"
);

/// Renders the page.
pub(crate) fn render(report: &Report) -> String {
    // Plain structs with text keys: nothing in them can fail to serialise.
    let data = serde_json::to_string(&Embedded::new(report)).unwrap_or_default();
    fill(
        SKELETON,
        &[
            ("policy", &policy(&[UPLOT, LIGHTWEIGHT_CHARTS, SCRIPT], &[CHARTS_STYLE, STYLE])),
            ("title", &escaped(&title(report))),
            ("sentence", &escaped(&report.verdict.sentence)),
            ("charts_style", CHARTS_STYLE),
            ("style", STYLE),
            ("data", &inert_json(&data)),
            ("uplot", UPLOT),
            ("lightweight_charts", LIGHTWEIGHT_CHARTS),
            ("script", SCRIPT),
        ],
    )
}

fn title(report: &Report) -> String {
    let word = match report.verdict.standing {
        Standing::Skill => "distinguishable from luck",
        Standing::Luck => "not distinguishable from luck",
        Standing::Undecided => "undecided",
        Standing::Failed => "no candidate",
    };
    format!("{} · {word} · seedbed", report.run.id)
}

/// Replaces each `{{name}}` of the skeleton once; what is put in is never searched again.
fn fill(skeleton: &str, parts: &[(&str, &str)]) -> String {
    let mut page = String::with_capacity(skeleton.len() + parts.iter().map(|(_, part)| part.len()).sum::<usize>());
    let mut rest = skeleton;
    while let Some((before, after)) = rest.split_once("{{") {
        page.push_str(before);
        let Some((name, after)) = after.split_once("}}") else { break };
        page.push_str(parts.iter().find(|(part, _)| *part == name).map_or("", |(_, content)| content));
        rest = after;
    }
    page.push_str(rest);
    page
}

#[cfg(test)]
mod tests {
    use super::fill;

    /// A plugin named like a placeholder would be shown the page's own source.
    #[test]
    fn what_is_put_in_is_not_searched_again() {
        assert_eq!(fill("<{{a}}|{{b}}>", &[("a", "{{b}}"), ("b", "x")]), "<{{b}}|x>");
    }
}
