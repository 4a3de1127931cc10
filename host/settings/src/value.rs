use std::fmt::{self, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use crate::{ByteSize, SecretUrl, Span, masked};

/// A value that passed its key's [`crate::Kind`].
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant holds what the kind of the same name reads")]
pub enum Value {
    Bool(bool),
    Integer(u64),
    Number(f64),
    Text(String),
    Word(&'static str),
    Span(Span),
    Size(ByteSize),
    Pair(f64, f64),
    List(Vec<String>),
    Url(SecretUrl),
}

/// In TOML notation; a [`SecretUrl`] masked, an address in any other text too, and whatever would not print escaped.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Text(value) => quote(f, &masked(value)),
            Self::Word(value) => quote(f, value),
            Self::Span(value) => write!(f, "\"{value}\""),
            Self::Size(value) => write!(f, "\"{value}\""),
            Self::Pair(low, high) => write!(f, "[{low}, {high}]"),
            Self::List(values) => {
                f.write_char('[')?;
                for (index, value) in values.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { ", " })?;
                    quote(f, &masked(value))?;
                }
                f.write_char(']')
            }
            Self::Url(value) => quote(f, &value.to_string()),
        }
    }
}

/// A TOML basic string; control characters, bidirectional overrides and the like as escapes by code point.
fn quote(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            '\'' => f.write_char(c)?,
            c if c.escape_debug().len() == 1 => f.write_char(c)?,
            c if u32::from(c) <= 0xffff => write!(f, "\\u{:04X}", u32::from(c))?,
            c => write!(f, "\\U{:08X}", u32::from(c))?,
        }
    }
    f.write_char('"')
}

/// What a [`Value`] can be read as.
pub trait FromValue: Sized {
    /// `None` when the value is of another kind.
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! from_value {
    ($($type:ty: $pattern:pat => $value:expr;)+) => {
        $(impl FromValue for $type {
            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    $pattern => Some($value),
                    _ => None,
                }
            }
        })+
    };
}

from_value! {
    bool: Value::Bool(value) => *value;
    u64: Value::Integer(value) => *value;
    f64: Value::Number(value) => *value;
    String: Value::Text(value) => value.clone();
    PathBuf: Value::Text(value) => PathBuf::from(value);
    &'static str: Value::Word(value) => value;
    Duration: Value::Span(value) => Duration::from(*value);
    ByteSize: Value::Size(value) => *value;
    (f64, f64): Value::Pair(low, high) => (*low, *high);
    Vec<String>: Value::List(values) => values.clone();
    SecretUrl: Value::Url(value) => value.clone();
}

/// `None` for a number that 32 bits do not hold: the key's range should not allow it.
impl FromValue for u32 {
    fn from_value(value: &Value) -> Option<Self> {
        u64::from_value(value)?.try_into().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Value;

    /// What `config show` prints must be TOML again, and must not steer a terminal.
    #[test]
    fn texts_print_as_toml_without_control_characters() {
        let text = "a\"b\\c\u{1b}[31m\u{202e}\n\u{e0001}é'";
        let shown = Value::Text(text.into()).to_string();
        assert_eq!(shown, r#""a\"b\\c\u001B[31m\u202E\u000A\U000E0001é'""#);
        let read = toml::de::DeValue::parse(&shown).expect("is TOML");
        assert_eq!(read.get_ref().as_str(), Some(text));
    }
}
