use std::collections::BTreeSet;

use crate::catalogue::{Catalogue, Find, Key, in_section, is_free};

/// The longest word that is compared: longer ones are nobody's typing error, and comparing costs the product of both lengths.
const LONGEST: usize = 64;

/// The candidate nearest to `word` when it is near enough to be meant: one edit for short words, a third of the letters for long
/// ones; `-` and `_`, upper and lower case count as equal. The first wins a tie.
#[must_use]
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    if word.len() > LONGEST {
        return None;
    }
    let plain = |word: &str| word.to_lowercase().replace('-', "_");
    let word = plain(word);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &plain(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.len() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// What is offered instead of an unknown key.
#[derive(Debug, PartialEq)]
pub(crate) enum Offer {
    /// Probably this one was meant.
    Meant(String),
    /// None is near; these may stand there.
    Known(Vec<&'static str>),
}

/// The offer for `path`, whose last segment is unknown in the section before it.
///
/// A key that exists under exactly this name in another section was put in the wrong place; otherwise the nearest name of the same
/// section, then the nearest of any other.
pub(crate) fn offer(catalogue: &Catalogue, path: &[&str]) -> Offer {
    let Some((last, section)) = path.split_last() else { return Offer::Known(Vec::new()) };
    let elsewhere = |key: &&Key| !key.segments().rev().skip(1).any(is_free);
    let displaced = catalogue.keys().iter().filter(elsewhere).find(|key| key.name() == *last);
    if let Some(key) = displaced {
        return Offer::Meant(key.place());
    }
    let siblings = siblings(catalogue, section);
    if let Some(near) = nearest(last, siblings.iter().copied()) {
        let mut meant: Vec<&str> = section.to_vec();
        meant.push(near);
        let is_section = matches!(catalogue.find(&meant), Find::Section);
        return Offer::Meant(if is_section { format!("[{}]", meant.join(".")) } else { near.into() });
    }
    let near = nearest(last, catalogue.keys().iter().filter(elsewhere).map(Key::name));
    match near.and_then(|near| catalogue.keys().iter().filter(elsewhere).find(|key| key.name() == near)) {
        Some(key) => Offer::Meant(key.place()),
        None => Offer::Known(siblings.into_iter().collect()),
    }
}

/// The names that may stand directly below a section.
fn siblings(catalogue: &Catalogue, section: &[&str]) -> BTreeSet<&'static str> {
    let below = catalogue.keys().iter().filter(|key| in_section(key.segments(), section));
    below.filter_map(|key| key.segments().nth(section.len())).filter(|segment| !is_free(segment)).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn typing_errors_are_near_and_other_words_are_not() {
        let words = ["fees", "slippage", "fuel_per_bar", "sides"];
        for (word, near) in [
            ("fee", Some("fees")),
            ("slipage", Some("slippage")),
            ("fuel-per-bar", Some("fuel_per_bar")),
            ("FEES", Some("fees")),
            ("side", Some("sides")),
            ("feul_per_bar", Some("fuel_per_bar")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, words), near, "{word}");
        }
        assert_eq!(nearest(&"f".repeat(100_000), words), None);
    }
}
