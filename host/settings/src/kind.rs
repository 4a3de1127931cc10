use std::borrow::Cow;

use seedbed_outcome::GuestText;
use toml::de::DeValue;

use crate::suggest::nearest;
use crate::{ByteSize, QuantityError, SecretUrl, Span, Value, masked};

/// What a key holds and which values are allowed; every range includes its ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer {
        /// Least.
        min: u64,
        /// Greatest; `u64::MAX` for none.
        max: u64,
    },
    /// A finite number; a whole one may be written without a point.
    Number {
        /// Least.
        min: f64,
        /// Greatest.
        max: f64,
    },
    /// One line of text, 1 to [`Kind::MAX_TEXT`] bytes.
    Text,
    /// One of these words.
    Words(&'static [&'static str]),
    /// A length of time: `"5s"`.
    Span {
        /// Least.
        min: Span,
        /// Greatest.
        max: Span,
    },
    /// A number of bytes: `"64MiB"`, or an integer.
    Size {
        /// Least.
        min: ByteSize,
        /// Greatest.
        max: ByteSize,
    },
    /// Two finite numbers, `[low, high]`, with `low <= high`.
    Pair {
        /// Least low end; `f64::MIN` for none.
        min: f64,
        /// Greatest high end; `f64::MAX` for none.
        max: f64,
    },
    /// One or more texts.
    List,
    /// A path of a file or a directory; nothing is looked up.
    Path,
    /// `host:port`.
    Address,
    /// `scheme://...`, perhaps with a password: masked in every output.
    Url,
}

/// Why a value was not taken.
#[derive(Debug, PartialEq)]
pub(crate) struct Fault {
    pub(crate) what: String,
    pub(crate) shown: Option<GuestText>,
    pub(crate) suggestion: Option<String>,
}

impl Kind {
    /// The longest text that a key takes, in bytes.
    pub const MAX_TEXT: usize = 1024;

    /// The allowed values in words.
    #[must_use]
    pub fn allowed(&self) -> String {
        match *self {
            Self::Bool => "true or false".into(),
            Self::Integer { min, max: u64::MAX } => format!("a whole number from {min}"),
            Self::Integer { min, max } if min == max => format!("{min}"),
            Self::Integer { min, max } => format!("a whole number from {min} to {max}"),
            Self::Number { min, max } => format!("a number from {min} to {max}"),
            Self::Text => format!("one line of 1 to {} bytes", Self::MAX_TEXT),
            Self::Words(words) => words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", "),
            Self::Span { min, max } => format!("a time from \"{min}\" to \"{max}\""),
            Self::Size { min, max } => format!("a size from \"{min}\" to \"{max}\""),
            Self::Pair { min: f64::MIN, max: f64::MAX } => "[low, high] with low <= high".into(),
            Self::Pair { min, max } => format!("[low, high] with {min} <= low <= high <= {max}"),
            Self::List => "a list of one or more texts".into(),
            Self::Path => "a path".into(),
            Self::Address => "\"host:port\"".into(),
            Self::Url => "\"scheme://address\"".into(),
        }
    }

    /// Reads what stands in an environment variable or behind a flag: TOML notation, texts without quotes.
    pub(crate) fn read_text(&self, text: &str) -> Result<Value, Fault> {
        self.read(&self.written(text))
    }

    fn written<'t>(&self, text: &'t str) -> DeValue<'t> {
        let as_toml = match self {
            Self::Bool | Self::Integer { .. } | Self::Number { .. } | Self::Pair { .. } | Self::List => {
                DeValue::parse(text).ok().map(toml::Spanned::into_inner)
            }
            _ => None,
        };
        as_toml.unwrap_or(DeValue::String(Cow::Borrowed(text)))
    }

    /// Reads a TOML value.
    pub(crate) fn read(&self, written: &DeValue<'_>) -> Result<Value, Fault> {
        self.value(written).map_err(|why| Fault {
            what: match why {
                Why::Type => format!("{} where {} belongs", noun(written), self.noun()),
                Why::Range => "out of range".into(),
                Why::Word => "unknown word".into(),
                Why::Form(what) => what.into(),
            },
            shown: self.shown(written),
            suggestion: self.suggestion(written),
        })
    }

    fn value(&self, written: &DeValue<'_>) -> Result<Value, Why> {
        match (*self, written) {
            (Self::Bool, DeValue::Boolean(value)) => Ok(Value::Bool(*value)),
            (Self::Integer { min, max }, DeValue::Integer(value)) => {
                let value = u64::from_str_radix(value.as_str(), value.radix()).map_err(|_| Why::Range)?;
                if (min..=max).contains(&value) { Ok(Value::Integer(value)) } else { Err(Why::Range) }
            }
            (Self::Number { min, max }, DeValue::Integer(_) | DeValue::Float(_)) => {
                finite_between(written, min, max).map(Value::Number)
            }
            (Self::Text, DeValue::String(text)) => match text.len() {
                _ if text.chars().any(char::is_control) => Err(Why::Form("text with control characters")),
                1..=Self::MAX_TEXT => Ok(Value::Text(text.to_string())),
                _ => Err(Why::Form("empty or too long")),
            },
            (Self::Words(words), DeValue::String(text)) => {
                words.iter().find(|word| *word == text).map(|word| Value::Word(word)).ok_or(Why::Word)
            }
            (Self::Span { min, max }, DeValue::String(text)) => {
                let span = text.parse().map_err(Why::quantity)?;
                if (min..=max).contains(&span) { Ok(Value::Span(span)) } else { Err(Why::Range) }
            }
            (Self::Size { min, max }, DeValue::String(_) | DeValue::Integer(_)) => {
                let size = match written {
                    DeValue::Integer(bytes) => u64::from_str_radix(bytes.as_str(), bytes.radix())
                        .map(ByteSize::bytes)
                        .map_err(|_| Why::Range)?,
                    other => other.as_str().unwrap_or_default().parse().map_err(Why::quantity)?,
                };
                if (min..=max).contains(&size) { Ok(Value::Size(size)) } else { Err(Why::Range) }
            }
            (Self::Pair { min, max }, DeValue::Array(items)) => {
                let [low, high] = items.iter().as_slice() else { return Err(Why::Form("not two numbers")) };
                let low = finite_between(low.get_ref(), min, max)?;
                let high = finite_between(high.get_ref(), min, max)?;
                if low <= high { Ok(Value::Pair(low, high)) } else { Err(Why::Form("low end above high end")) }
            }
            (Self::List, DeValue::Array(items)) => {
                let texts: Option<Vec<_>> =
                    items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect();
                match texts {
                    None => Err(Why::Form("a list with something else than texts")),
                    Some(texts) if texts.is_empty() => Err(Why::Form("an empty list")),
                    Some(texts) => Ok(Value::List(texts)),
                }
            }
            (Self::Path, DeValue::String(text)) => {
                if text.is_empty() || text.contains('\0') {
                    return Err(Why::Form("no path"));
                }
                if text.contains("://") {
                    return Err(Why::Form("an address where a path belongs"));
                }
                Ok(Value::Text(text.to_string()))
            }
            (Self::Address, DeValue::String(text)) => {
                if !is_address(text) {
                    return Err(Why::Form("no address"));
                }
                Ok(Value::Text(text.to_string()))
            }
            (Self::Url, DeValue::String(text)) => {
                let url = SecretUrl::new(text.as_ref());
                if url.is_well_formed() { Ok(Value::Url(url)) } else { Err(Why::Form("no URL")) }
            }
            _ => Err(Why::Type),
        }
    }

    fn noun(&self) -> &'static str {
        match self {
            Self::Bool => "a boolean",
            Self::Integer { .. } => "a whole number",
            Self::Number { .. } => "a number",
            Self::Span { .. } => "a time",
            Self::Size { .. } => "a size",
            Self::Pair { .. } | Self::List => "a list",
            Self::Text | Self::Words(_) | Self::Path | Self::Address | Self::Url => "a text",
        }
    }

    /// The value as a message may repeat it: cleaned, short, and nothing at all of what may be a secret.
    fn shown(&self, written: &DeValue<'_>) -> Option<GuestText> {
        const MOST: usize = 64;
        match (self, written) {
            (Self::Url, _) | (_, DeValue::Table(_)) => None,
            (_, DeValue::String(text)) => {
                Some(GuestText::new(&format!("\"{}\"", GuestText::bounded(&masked(text), MOST))))
            }
            (_, DeValue::Integer(value)) => Some(GuestText::bounded(&value.to_string(), MOST)),
            (_, DeValue::Float(value)) => Some(GuestText::bounded(value.as_str(), MOST)),
            (_, DeValue::Boolean(value)) => Some(GuestText::new(&value.to_string())),
            (_, DeValue::Datetime(value)) => Some(GuestText::new(&value.to_string())),
            (_, DeValue::Array(items)) => {
                let items: Vec<_> = items
                    .iter()
                    .take(3)
                    .map(|item| self.shown(item.get_ref()).map_or_else(|| "{..}".into(), |shown| shown.to_string()))
                    .chain((items.len() > 3).then(|| "..".into()))
                    .collect();
                Some(GuestText::bounded(&format!("[{}]", items.join(", ")), 2 * MOST))
            }
        }
    }

    /// The value that was probably meant, in TOML notation; only ever one that the kind takes.
    fn suggestion(&self, written: &DeValue<'_>) -> Option<String> {
        // Not `read_text`: what is wrong with a suggestion would be given a suggestion, and so on.
        let taken = |text: &str| self.value(&self.written(text)).ok();
        let candidate = match (self, written) {
            (Self::Words(words), DeValue::String(text)) => Value::Word(nearest(text, words.iter().copied())?),
            (Self::Span { .. }, DeValue::Integer(value)) => taken(&format!("{value}s"))?,
            (&Self::Pair { min, max }, DeValue::Array(items)) => {
                let [a, b] = items.iter().as_slice() else { return None };
                let (a, b) = (number(a.get_ref())?, number(b.get_ref())?);
                let are_percentages = max < 10.0 && a.min(b) >= 10.0;
                let (a, b) = if are_percentages { (a / PERCENT, b / PERCENT) } else { (a, b) };
                let finite = a.is_finite() && b.is_finite();
                finite.then(|| Value::Pair(a.min(b).clamp(min, max), a.max(b).clamp(min, max)))?
            }
            (Self::Bool, DeValue::String(text)) if matches!(text.as_ref(), "yes" | "on") => Value::Bool(true),
            (Self::Bool, DeValue::String(text)) if matches!(text.as_ref(), "no" | "off") => Value::Bool(false),
            (Self::Bool, DeValue::Integer(value)) if whole(value) <= 1 => Value::Bool(whole(value) == 1),
            (Self::Number { .. }, DeValue::String(text)) if text.ends_with('%') => {
                let value: f64 = text.trim_end_matches('%').trim_end().parse().ok()?;
                taken(&(value / PERCENT).to_string())?
            }
            (Self::Bool | Self::Integer { .. } | Self::Number { .. }, DeValue::String(text)) => {
                self.value(DeValue::parse(text).ok()?.get_ref()).ok()?
            }
            (Self::Integer { .. }, DeValue::Float(_)) => taken(&number(written)?.to_string())?,
            _ => self.in_range(written)?,
        };
        Some(candidate.to_string())
    }

    /// For a value out of range: what it means as a percentage or in mebibytes where only that is allowed, else the end of the range.
    fn in_range(&self, written: &DeValue<'_>) -> Option<Value> {
        match (*self, written) {
            (Self::Integer { min, max }, DeValue::Integer(value)) => Some(Value::Integer(whole(value).clamp(min, max))),
            (Self::Number { min, max }, DeValue::Integer(_) | DeValue::Float(_)) => {
                let value = number(written).filter(|value| value.is_finite())?;
                let is_percentage = max <= 1.0 && value >= 2.0 && value / PERCENT <= max;
                Some(Value::Number(if is_percentage { value / PERCENT } else { value.clamp(min, max) }))
            }
            (Self::Size { min, max }, DeValue::Integer(value)) => {
                let bytes = whole(value);
                let mebibytes = u32::try_from(bytes).map(ByteSize::mebibytes).ok();
                let meant = mebibytes.filter(|size| bytes < min.as_bytes() && (min..=max).contains(size));
                Some(Value::Size(meant.unwrap_or(ByteSize::bytes(bytes).clamp(min, max))))
            }
            (Self::Size { min, max }, DeValue::String(text)) => {
                Some(Value::Size(text.parse::<ByteSize>().ok()?.clamp(min, max)))
            }
            (Self::Span { min, max }, DeValue::String(text)) => {
                Some(Value::Span(text.parse::<Span>().ok()?.clamp(min, max)))
            }
            _ => None,
        }
    }
}

const PERCENT: f64 = 100.0;

enum Why {
    Type,
    Range,
    Word,
    Form(&'static str),
}

impl Why {
    fn quantity(error: QuantityError) -> Self {
        match error {
            QuantityError::Malformed => Self::Form("not a whole number and a unit"),
            QuantityError::TooLarge => Self::Range,
        }
    }
}

fn noun(written: &DeValue<'_>) -> &'static str {
    match written {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Of an integer of any size: what 64 bits hold of it.
fn whole(value: &toml::de::DeInteger<'_>) -> u64 {
    let otherwise = if value.as_str().starts_with('-') { 0 } else { u64::MAX };
    u64::from_str_radix(value.as_str(), value.radix()).unwrap_or(otherwise)
}

fn number(written: &DeValue<'_>) -> Option<f64> {
    match written {
        DeValue::Float(value) => value.as_str().parse().ok(),
        DeValue::Integer(value) if value.radix() == 10 => value.as_str().parse().ok(),
        DeValue::Integer(value) => u32::from_str_radix(value.as_str(), value.radix()).ok().map(f64::from),
        _ => None,
    }
}

fn finite_between(written: &DeValue<'_>, min: f64, max: f64) -> Result<f64, Why> {
    let value = number(written).ok_or(Why::Form("not a number"))?;
    // -0.0 would be another bit pattern of the same setting.
    if value.is_finite() && (min..=max).contains(&value) { Ok(value + 0.0) } else { Err(Why::Range) }
}

fn is_address(text: &str) -> bool {
    let host_ok = |host: &str| match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(six) => six.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')),
    };
    text.rsplit_once(':').is_some_and(|(host, port)| {
        host_ok(host) && port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok()
    })
}
