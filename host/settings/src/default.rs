use std::fmt;

use crate::{ByteSize, Kind, Span, Value};

/// The default of a key. [`crate::Key::default`] takes only one that suits the key's kind.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "each variant is a value of the kind of the same name")]
pub enum DefaultValue {
    Bool(bool),
    Integer(u64),
    Number(f64),
    Text(&'static str),
    Word(&'static str),
    Span(Span),
    Size(ByteSize),
    Pair(f64, f64),
}

impl DefaultValue {
    /// Whether a key of this kind could be set to it.
    pub(crate) const fn suits(self, kind: Kind) -> bool {
        match (self, kind) {
            (Self::Bool(_), Kind::Bool) => true,
            (Self::Integer(value), Kind::Integer { min, max }) => min <= value && value <= max,
            (Self::Number(value), Kind::Number { min, max }) => min <= value && value <= max,
            (Self::Text(text), Kind::Text) => !text.is_empty() && text.len() <= Kind::MAX_TEXT,
            (Self::Word(word), Kind::Words(words)) => is_one_of(word, words),
            (Self::Span(span), Kind::Span { min, max }) => {
                min.as_millis() <= span.as_millis() && span.as_millis() <= max.as_millis()
            }
            (Self::Size(size), Kind::Size { min, max }) => {
                min.as_bytes() <= size.as_bytes() && size.as_bytes() <= max.as_bytes()
            }
            (Self::Pair(low, high), Kind::Pair { min, max }) => min <= low && low <= high && high <= max,
            _ => false,
        }
    }
}

impl From<DefaultValue> for Value {
    fn from(value: DefaultValue) -> Self {
        match value {
            DefaultValue::Bool(value) => Self::Bool(value),
            DefaultValue::Integer(value) => Self::Integer(value),
            DefaultValue::Number(value) => Self::Number(value),
            DefaultValue::Text(text) => Self::Text(text.to_owned()),
            DefaultValue::Word(word) => Self::Word(word),
            DefaultValue::Span(span) => Self::Span(span),
            DefaultValue::Size(size) => Self::Size(size),
            DefaultValue::Pair(low, high) => Self::Pair(low, high),
        }
    }
}

/// In TOML notation.
impl fmt::Display for DefaultValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Value::from(*self).fmt(f)
    }
}

const fn is_one_of(word: &str, words: &[&str]) -> bool {
    let mut rest = words;
    while let [first, others @ ..] = rest {
        if is_same(word.as_bytes(), first.as_bytes()) {
            return true;
        }
        rest = others;
    }
    false
}

const fn is_same(mut a: &[u8], mut b: &[u8]) -> bool {
    while let ([first_of_a, rest_of_a @ ..], [first_of_b, rest_of_b @ ..]) = (a, b) {
        if *first_of_a != *first_of_b {
            return false;
        }
        (a, b) = (rest_of_a, rest_of_b);
    }
    a.is_empty() && b.is_empty()
}

#[cfg(test)]
mod tests {
    use super::DefaultValue;
    use crate::{ByteSize, Kind, Span};

    /// A default that its own key refuses would make the documented file an error.
    #[test]
    fn a_default_suits_its_key_or_is_refused() {
        let fraction = Kind::Number { min: 0.0, max: 1.0 };
        let words = Kind::Words(&["edge", "level"]);
        let span = Kind::Span { min: Span::millis(10), max: Span::seconds(60) };
        let size = Kind::Size { min: ByteSize::bytes(1), max: ByteSize::mebibytes(1) };
        let pair = Kind::Pair { min: 0.5, max: 2.0 };
        for (value, kind, suits) in [
            (DefaultValue::Bool(true), Kind::Bool, true),
            (DefaultValue::Integer(10), Kind::Integer { min: 1, max: 10 }, true),
            (DefaultValue::Integer(11), Kind::Integer { min: 1, max: 10 }, false),
            (DefaultValue::Number(1.0), fraction, true),
            (DefaultValue::Number(f64::NAN), fraction, false),
            (DefaultValue::Integer(1), fraction, false),
            (DefaultValue::Text("info"), Kind::Text, true),
            (DefaultValue::Text(""), Kind::Text, false),
            (DefaultValue::Word("level"), words, true),
            (DefaultValue::Word("leve"), words, false),
            (DefaultValue::Word("levels"), words, false),
            (DefaultValue::Span(Span::seconds(60)), span, true),
            (DefaultValue::Span(Span::seconds(61)), span, false),
            (DefaultValue::Size(ByteSize::bytes(1)), size, true),
            (DefaultValue::Size(ByteSize::mebibytes(2)), size, false),
            (DefaultValue::Pair(0.5, 2.0), pair, true),
            (DefaultValue::Pair(1.2, 0.8), pair, false),
            (DefaultValue::Pair(0.4, 0.8), pair, false),
        ] {
            assert_eq!(value.suits(kind), suits, "{value} as {}", kind.allowed());
        }
    }
}
