use std::borrow::Cow;
use std::fmt;

/// An address that may carry a password: it prints masked, and says its secret only when asked by name.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretUrl(String);

impl SecretUrl {
    /// Wraps an address.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self(url.into())
    }

    /// The address with its secrets, for whoever opens the connection.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it has the form `scheme://rest`.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        let scheme_ok = |scheme: &str| {
            scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        };
        let plain = !self.0.chars().any(|c| c.is_control() || c.is_whitespace());
        plain && self.0.split_once("://").is_some_and(|(scheme, rest)| scheme_ok(scheme) && !rest.is_empty())
    }
}

/// `postgres://user:***@host/path?***`. Up to the last `@` everything counts as credentials, so that a password with an unescaped
/// `/` or `@` stays hidden; queries and fragments carry signatures and tokens. Where the two could be confused, nothing is shown.
impl fmt::Display for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_well_formed() {
            return f.write_str("***");
        }
        let (scheme, rest) = self.0.split_once("://").unwrap_or_default();
        write!(f, "{scheme}://")?;
        let address = match rest.rsplit_once('@') {
            None => rest,
            Some((before, _)) if before.contains(['?', '#']) => return f.write_str("***"),
            Some((credentials, address)) => {
                match credentials.split_once(':') {
                    Some((user, _)) => write!(f, "{user}:***@")?,
                    None => f.write_str("***@")?,
                }
                address
            }
        };
        match address.split_once(['?', '#']) {
            None => f.write_str(address),
            Some((path, _)) => write!(f, "{path}?***"),
        }
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretUrl({self})")
    }
}

/// A text that is no [`SecretUrl`] as it may be printed: where somebody put an address with a password into it, that is masked.
#[must_use]
pub fn masked(text: &str) -> Cow<'_, str> {
    let Some((before, after)) = text.rsplit_once('@') else {
        let may_carry_a_token = text.contains("://") && text.contains(['?', '#']);
        return if may_carry_a_token { SecretUrl::new(text).to_string().into() } else { text.into() };
    };
    if text.contains("://") {
        SecretUrl::new(text).to_string().into()
    } else if before.contains(':') {
        format!("***@{after}").into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::{SecretUrl, masked};

    /// The wrong key for an address is an easy mistake, and its message goes to the same logs.
    #[test]
    fn an_address_in_any_text_prints_without_its_secrets() {
        for (text, shown) in [
            ("postgres://u:hunter2@db/x", "postgres://u:***@db/x"),
            ("u:hunter2@db:5432", "***@db:5432"),
            ("x://u:a@hunter2@db", "x://u:***@db"),
            ("https://host/x?token=hunter2", "https://host/x?***"),
            ("warn,postgres://u:hunter2@db", "***"),
            ("seedbed_sandbox=debug", "seedbed_sandbox=debug"),
            ("cache@2/a:b", "cache@2/a:b"),
            ("/var/lib/seedbed", "/var/lib/seedbed"),
            ("what?", "what?"),
        ] {
            assert_eq!(masked(text), shown);
        }
    }

    /// A log, a table or a bug report with a pasted configuration must not give a password away.
    #[test]
    fn secrets_never_print() {
        for (url, masked) in [
            ("postgres://u:hunter2@db:5432/x", "postgres://u:***@db:5432/x"),
            ("postgres://u:hun/t@er2@db/x", "postgres://u:***@db/x"),
            ("https://hunter2@host/x", "https://***@host/x"),
            ("https://host/x?token=hunter2", "https://host/x?***"),
            ("https://host/x#hunter2", "https://host/x?***"),
            ("postgres://u:hunt?er2@host", "postgres://***"),
            ("https://host/x?a=b@hunter2", "https://***"),
            ("s3://bucket/prefix", "s3://bucket/prefix"),
            ("hunter2", "***"),
            ("a b://hunter2", "***"),
            ("x://", "***"),
        ] {
            let url = SecretUrl::new(url);
            assert_eq!(url.to_string(), masked);
            assert_eq!(format!("{url:?}"), format!("SecretUrl({masked})"));
        }
    }
}
