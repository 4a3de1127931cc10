//! Serialising long columns as plain bytes: numbers little-endian, every bit as it is.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};

/// For `#[serde(with)]` on bytes; read back, they are borrowed from the frame.
pub(crate) mod bytes {
    use super::{Cow, Deserializer, Raw, Serializer};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(bytes)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Cow<'de, [u8]>, D::Error> {
        from.deserialize_bytes(Raw)
    }
}

/// For `#[serde(with)]` on numbers of eight bytes.
macro_rules! numbers {
    ($module:ident, $number:ty) => {
        pub(crate) mod $module {
            use super::{Cow, Deserializer, Error, Raw, Serializer};

            pub(crate) fn serialize<S: Serializer>(numbers: &[$number], to: S) -> Result<S::Ok, S::Error> {
                let mut bytes = Vec::with_capacity(size_of_val(numbers));
                numbers.iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
                to.serialize_bytes(&bytes)
            }

            pub(crate) fn deserialize<'de, 'a, D: Deserializer<'de>>(from: D) -> Result<Cow<'a, [$number]>, D::Error> {
                let bytes = from.deserialize_bytes(Raw)?;
                let (numbers, rest) = bytes.as_chunks();
                if !rest.is_empty() {
                    return Err(D::Error::custom("a column ends within a number"));
                }
                Ok(Cow::Owned(numbers.iter().map(|number| <$number>::from_le_bytes(*number)).collect()))
            }
        }
    };
}

numbers!(floats, f64);
numbers!(integers, i64);

struct Raw;

impl<'de> Visitor<'de> for Raw {
    type Value = Cow<'de, [u8]>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes")
    }

    fn visit_borrowed_bytes<E: Error>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(bytes))
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(Cow::Owned(bytes.to_owned()))
    }
}
