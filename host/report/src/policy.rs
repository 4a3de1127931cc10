//! The Content-Security-Policy of the page: nothing from anywhere, and only the scripts and styles that this crate brought.

use sha2::{Digest, Sha256};

/// The policy for a page with these inline scripts and styles, each the exact content of its element.
///
/// Source: W3C Content Security Policy Level 3, section 2.3.1 (hash-source).
pub(crate) fn policy(scripts: &[&str], styles: &[&str]) -> String {
    format!(
        "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
        sources(scripts),
        sources(styles)
    )
}

fn sources(contents: &[&str]) -> String {
    let sources: Vec<String> =
        contents.iter().map(|content| format!("'sha256-{}'", base64(&Sha256::digest(content)))).collect();
    sources.join(" ")
}

/// RFC 4648, section 4, with padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = (0..3).fold(0_u32, |word, at| word << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        for digit in 0..4 {
            let index = (word >> (18 - 6 * digit)) & 63;
            match ALPHABET.get(index as usize) {
                Some(&letter) if digit <= chunk.len() => text.push(char::from(letter)),
                _ => text.push('='),
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{base64, policy};

    /// RFC 4648, section 10.
    #[test]
    fn base64_is_that_of_the_rfc() {
        for (bytes, text) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    /// Example of CSP Level 3, section 8.2 (hash usage): a wrong hash leaves the user with an empty page.
    #[test]
    fn a_script_is_named_by_the_hash_of_its_content() {
        let policy = policy(&["alert('Hello, world.');"], &[]);
        assert!(policy.contains("'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"), "{policy}");
    }
}
