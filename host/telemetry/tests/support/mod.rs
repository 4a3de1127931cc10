//! Reads the text format 0.0.4 and refuses what promtool refuses.

use std::collections::{BTreeMap, BTreeSet};

/// The samples of a text by series (`name{labels}`), and the types of its families.
pub(crate) struct Scrape {
    pub(crate) samples: BTreeMap<String, f64>,
    pub(crate) types: BTreeMap<String, String>,
}

impl Scrape {
    pub(crate) fn read(text: &str) -> Self {
        assert!(text.ends_with('\n'), "cut off: {text}");
        let (mut samples, mut types, mut helped) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        for line in text.lines() {
            if let Some(help) = line.strip_prefix("# HELP ") {
                let (name, about) = help.split_once(' ').unwrap();
                assert!(!about.is_empty() && helped.insert(name.to_owned()), "{line}");
            } else if let Some(kind) = line.strip_prefix("# TYPE ") {
                let (name, kind) = kind.split_once(' ').unwrap();
                assert!(helped.contains(name), "no help before: {line}");
                assert!(types.insert(name.to_owned(), kind.to_owned()).is_none(), "twice: {line}");
            } else {
                let (series, value) = line.rsplit_once(' ').unwrap();
                let family = family(series, &types);
                assert!(types.contains_key(family), "no type before: {line}");
                assert_eq!(family.ends_with("_total"), types[family] == "counter", "{line}");
                assert!(samples.insert(series.to_owned(), value.parse().unwrap()).is_none(), "twice: {line}");
            }
        }
        let scrape = Self { samples, types };
        scrape.types.iter().filter(|(_, kind)| *kind == "histogram").for_each(|(name, _)| scrape.check_histogram(name));
        scrape
    }

    pub(crate) fn value(&self, series: &str) -> f64 {
        *self.samples.get(series).unwrap_or_else(|| panic!("no {series} among {:?}", self.samples.keys()))
    }

    /// The buckets of a histogram: upper bound, cumulative count.
    pub(crate) fn buckets(&self, name: &str) -> Vec<(f64, f64)> {
        let prefix = format!("{name}_bucket{{le=\"");
        let of = |(series, count): (&String, &f64)| {
            let bound = series.strip_prefix(&prefix)?.strip_suffix("\"}")?;
            Some((bound.parse().unwrap(), *count))
        };
        let mut buckets: Vec<(f64, f64)> = self.samples.iter().filter_map(of).collect();
        buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
        buckets
    }

    fn check_histogram(&self, name: &str) {
        let buckets = self.buckets(name);
        assert!(buckets.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1), "{name}: {buckets:?}");
        assert_eq!(buckets.last(), Some(&(f64::INFINITY, self.value(&format!("{name}_count")))), "{name}");
        assert!(self.value(&format!("{name}_sum")) >= 0.0);
    }
}

/// The family of a series: its name without the endings of a histogram.
fn family<'a>(series: &'a str, types: &BTreeMap<String, String>) -> &'a str {
    let name = series.split('{').next().unwrap();
    let of_histogram = ["_bucket", "_sum", "_count"].iter().find_map(|ending| name.strip_suffix(ending));
    of_histogram.filter(|family| types.get(*family).is_some_and(|kind| kind == "histogram")).unwrap_or(name)
}
