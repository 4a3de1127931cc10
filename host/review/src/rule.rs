use std::fmt;

use serde::{Serialize, Serializer};

use crate::Level;

/// What a rule looks at, which says what its answer may depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// The component's bytes and the policy: the same everywhere.
    Component,
    /// `plugin.toml` besides.
    Manifest,
    /// `seedbed.lock` besides.
    Lock,
    /// An earlier component besides.
    Baseline,
    /// Files of this machine.
    Files,
    /// Answers of the component on prices besides: a trial runs it.
    Trial,
}

macro_rules! rules {
    ($($variant:ident $id:literal $name:literal $level:ident $scope:ident;)+) => {
        /// A rule of the review. Its id never changes its meaning; a rule that is given up leaves a gap.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(
                #[doc = concat!("`", $id, "`: ", $name, "; explained in `docs/review/", $id, ".md`.")]
                $variant,
            )+
        }

        impl Rule {
            /// Every rule, in the order of ids.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable id: `SB` and three digits.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id),+ }
            }

            /// A short name for people; it may change.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// How much a finding weighs where a policy says nothing else.
            #[must_use]
            pub const fn default_level(self) -> Level {
                match self { $(Self::$variant => Level::$level),+ }
            }

            /// What it looks at.
            #[must_use]
            pub const fn scope(self) -> Scope {
                match self { $(Self::$variant => Scope::$scope),+ }
            }

            /// The page that explains it, Markdown.
            #[must_use]
            pub const fn page(self) -> &'static str {
                match self { $(Self::$variant => include_str!(concat!("../../../docs/review/", $id, ".md"))),+ }
            }
        }
    };
}

rules! {
    Format              "SB001" "format"               Fail Component;
    Size                "SB002" "size"                 Fail Component;
    Valid               "SB003" "valid"                Fail Component;
    Structure           "SB004" "structure"            Fail Component;
    Pinned              "SB005" "pinned"               Fail Lock;
    Contract            "SB010" "contract"             Fail Component;
    Version             "SB011" "version"              Fail Component;
    Imports             "SB012" "imports"              Fail Component;
    Wasi                "SB013" "wasi"                 Fail Component;
    ExtraExports        "SB014" "extra-exports"        Warn Component;
    Memory              "SB020" "memory"               Fail Component;
    MemoryGrowth        "SB021" "memory-growth"        Note Component;
    TableGrowth         "SB022" "table-growth"         Warn Component;
    Start               "SB023" "start"                Warn Component;
    Features            "SB030" "features"             Fail Component;
    EndlessLoops        "SB031" "endless-loops"        Warn Component;
    OpenLoops           "SB032" "open-loops"           Note Component;
    Recursion           "SB033" "recursion"            Note Component;
    CompileCost         "SB034" "compile-cost"         Warn Component;
    DataSegments        "SB040" "data-segments"        Fail Component;
    OpaqueData          "SB041" "opaque-data"          Warn Component;
    UnknownSections     "SB042" "unknown-sections"     Warn Component;
    Addresses           "SB043" "addresses"            Warn Component;
    Paths               "SB044" "paths"                Warn Component;
    Keys                "SB045" "keys"                 Warn Component;
    ShellText           "SB046" "shell-text"           Warn Component;
    HostileNames        "SB047" "hostile-names"        Fail Component;
    HostileTexts        "SB048" "hostile-texts"        Warn Component;
    Producers           "SB050" "producers"            Note Component;
    Toolchain           "SB051" "toolchain"            Warn Component;
    DebugNames          "SB052" "debug-names"          Note Component;
    ManifestWasi        "SB060" "manifest-wasi"        Warn Manifest;
    ManifestName        "SB061" "manifest-name"        Warn Manifest;
    ManifestLimits      "SB062" "manifest-limits"      Fail Manifest;
    ManifestBuild       "SB063" "manifest-build"       Warn Manifest;
    ManifestNotices     "SB064" "manifest-notices"     Note Manifest;
    Writable            "SB070" "writable"             Fail Files;
    ReadOnly            "SB071" "read-only"            Note Files;
    Widened             "SB080" "widened"              Warn Baseline;
    Changed             "SB081" "changed"              Note Baseline;
    Answers             "SB100" "answers"              Fail Trial;
    FuelSplit           "SB101" "fuel-split"           Warn Trial;
    FuelGrowth          "SB102" "fuel-growth"          Fail Trial;
    MemoryUse           "SB103" "memory-use"           Fail Trial;
    Diagnostics         "SB104" "diagnostics"          Warn Trial;
    Determinism         "SB110" "determinism"          Fail Trial;
    Causality           "SB120" "causality"            Fail Trial;
    CausalitySpace      "SB121" "causality-space" Fail Trial;
    WarmUp              "SB130" "warm-up"              Warn Trial;
    MinimumBars         "SB131" "minimum-bars"         Warn Trial;
    OddPrices           "SB140" "odd-prices"           Fail Trial;
    ParameterSpace      "SB141" "parameter-space"      Fail Trial;
    Accept              "SB142" "accept"               Warn Trial;
    Memorised           "SB150" "memorised"            Warn Trial;
    PriceScale          "SB151" "price-scale"          Note Trial;
    TimeShift           "SB152" "time-shift"           Note Trial;
}

impl Rule {
    /// The rule of an id, written in capitals as everywhere.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.id() == id)
    }

    /// The question that the rule answers: the first paragraph of its page.
    #[must_use]
    pub fn question(self) -> String {
        paragraph(self.page().split_once('\n').map_or("", |(_, rest)| rest))
    }

    /// Why a finding matters: the first paragraph below that heading of its page.
    #[must_use]
    pub fn why(self) -> String {
        self.section("## Why it matters")
    }

    /// What to do about a finding: the first paragraph below that heading of its page.
    #[must_use]
    pub fn remedy(self) -> String {
        self.section("## What to do")
    }

    fn section(self, heading: &str) -> String {
        paragraph(self.page().split_once(heading).map_or("", |(_, rest)| rest))
    }
}

/// The first paragraph of a Markdown text on one line, without the marks of code.
fn paragraph(text: &str) -> String {
    let lines = text.lines().map(str::trim).skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ").replace('`', "")
}

/// The page of a rule by its id, in capitals or not; `None` when there is no such rule.
#[must_use]
pub fn explain(id: &str) -> Option<&'static str> {
    Rule::from_id(&id.to_ascii_uppercase()).map(Rule::page)
}

/// The catalogue of all rules as Markdown: `docs/review/README.md` below its introduction.
#[must_use]
pub fn catalogue() -> String {
    let mut table = String::from("| rule | name | level | question |\n|---|---|---|---|\n");
    for rule in Rule::ALL {
        let (id, name, level) = (rule.id(), rule.name(), rule.default_level());
        table.push_str(&format!("| [{id}]({id}.md) | {name} | {level} | {} |\n", rule.question()));
    }
    table
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Rule, catalogue, explain};

    /// A finding without a reason or a remedy leaves a reviewer alone with it.
    #[test]
    fn every_page_says_what_why_and_what_to_do() {
        for rule in Rule::ALL {
            let title = format!("# {} {}\n", rule.id(), rule.name());
            assert!(rule.page().starts_with(&title), "{rule}: the page begins with {title:?}");
            assert!(rule.question().ends_with('?'), "{rule}: {}", rule.question());
            assert!(rule.page().contains(&format!("Level: {}.", rule.default_level())), "{rule}");
            for (what, text) in [("why", rule.why()), ("remedy", rule.remedy())] {
                assert!(text.len() > 40 && text.ends_with('.'), "{rule} {what}: {text}");
            }
            assert!(rule.page().contains("## How it is checked"), "{rule}");
        }
    }

    /// Policies and suppressions in other people's repositories name ids.
    #[test]
    fn ids_are_unique_ordered_and_found() {
        let ids: Vec<_> = Rule::ALL.iter().map(|rule| rule.id()).collect();
        let sorted: BTreeSet<_> = ids.iter().copied().collect();
        assert_eq!(ids, sorted.into_iter().collect::<Vec<_>>());
        assert_eq!(explain("sb012"), Some(Rule::Imports.page()));
        assert_eq!(explain("SB999"), None);
    }

    #[test]
    fn the_catalogue_in_the_manual_is_the_one_of_the_code() {
        let manual = include_str!("../../../docs/review/README.md");
        assert!(manual.contains(&catalogue()), "docs/review/README.md must hold:\n{}", catalogue());
    }
}
