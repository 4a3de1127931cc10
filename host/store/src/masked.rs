/// The text with the secrets of its URLs struck out: whatever stands before an `@` of the host, and the values of a query.
///
/// `s3://key:secret@bucket/runs?X-Amz-Signature=0f1e` becomes `s3://***@bucket/runs?***`.
#[must_use]
pub fn masked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(scheme) = rest.find("://") {
        let (before, after) = rest.split_at(scheme + 3);
        let end =
            after.find(|letter: char| letter.is_whitespace() || "\"'<>`)".contains(letter)).unwrap_or(after.len());
        let (url, left) = after.split_at(end);
        shown.push_str(before);
        mask(&mut shown, url);
        rest = left;
    }
    shown.push_str(rest);
    shown
}

fn mask(shown: &mut String, url: &str) {
    let (place, secrets) = url.find(['?', '#']).map_or((url, ""), |at| url.split_at(at));
    // An `@` in the path too: rather a path cut than half a password shown.
    let place = match place.rfind('@') {
        Some(at) => {
            shown.push_str("***");
            place.get(at..).unwrap_or_default()
        }
        None => place,
    };
    shown.push_str(place);
    if let Some(mark) = secrets.chars().next() {
        shown.push(mark);
        shown.push_str("***");
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    /// An error text ends up in logs and in questions to colleagues; a key in it is a key given away.
    #[test]
    fn no_secret_of_a_url_is_shown() {
        for (text, shown) in [
            ("s3://key:secret@bucket/runs?X-Amz-Signature=0f1e", "s3://***@bucket/runs?***"),
            ("GET https://u:p@h/x?sig=1: refused", "GET https://***@h/x?*** refused"),
            ("postgres://app:p@ss/w@db:5432/x", "postgres://***@db:5432/x"),
            ("a (https://h/x#token=1) b", "a (https://h/x#***) b"),
            ("two http://a:b@c and ftp://d:e@f", "two http://***@c and ftp://***@f"),
            ("/home/me/runs", "/home/me/runs"),
            ("s3://bucket/runs", "s3://bucket/runs"),
            ("", ""),
        ] {
            assert_eq!(masked(text), shown);
        }
    }
}
