//! Texts in data: what a reader of the bytes would call an address, a path, a key, a command, or an attack on whoever prints it.
//!
//! A search for what is written plainly. What a component puts together while it runs, or keeps packed, is not found here.

use std::collections::BTreeMap;

/// What a text looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    Address,
    Path,
    /// A path of the machine that built the component, in a panic's message.
    BuildPath,
    Key,
    Shell,
    TerminalEscape,
    LogLine,
    Html,
    Formula,
    MetricSyntax,
}

/// A text that looks like something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) likeness: Likeness,
    /// Bytes from the start of the data.
    pub(crate) offset: usize,
    /// The text as it stands there, cut off.
    pub(crate) shown: String,
}

/// Texts that look like something, in the order of the data; at most [`MOST`] of each likeness.
///
/// One pass: at each byte only the patterns that begin with it are compared.
pub(crate) fn search(data: &[u8]) -> Vec<Text> {
    let lower = data.to_ascii_lowercase();
    let mut by_first: Vec<Vec<(Likeness, &str)>> = vec![Vec::new(); 256];
    for (likeness, patterns) in PATTERNS {
        for pattern in *patterns {
            let first = pattern.as_bytes().first().copied().unwrap_or_default();
            if let Some(list) = by_first.get_mut(usize::from(first)) {
                list.push((*likeness, pattern));
            }
        }
    }
    let mut found: Vec<Text> = Vec::new();
    let mut counts = BTreeMap::<Likeness, usize>::new();
    for (offset, byte) in lower.iter().enumerate() {
        for (likeness, pattern) in by_first.get(usize::from(*byte)).into_iter().flatten() {
            let stands = lower.get(offset..).is_some_and(|rest| rest.starts_with(pattern.as_bytes()));
            let Some(text) = stands.then(|| judge(*likeness, pattern, data, &lower, offset)).flatten() else {
                continue;
            };
            // Several patterns meet in one text, which is told once.
            let mut near = found.iter().rev().take_while(|other| offset - other.offset < NEAR);
            let again = near.any(|other| other.likeness == text.likeness);
            let count = counts.entry(text.likeness).or_default();
            if *count < MOST && !again {
                *count += 1;
                found.push(text);
            }
        }
    }
    found
}

/// Bytes within which a text of the same likeness is the same text: both stand in what is shown of the first.
const NEAR: usize = 24;

/// The most texts of one likeness that are listed of one piece of data.
const MOST: usize = 50;

/// A folder at the root of a file system, as paths begin with it.
macro_rules! folder {
    ($name:literal) => {
        concat!("/", $name, "/")
    };
}

/// Where people have their folders.
const HOMES: [&str; 3] = [folder!("root"), folder!("home"), folder!("users")];

/// What is searched, in small letters.
const PATTERNS: &[(Likeness, &[&str])] = &[
    (Likeness::Address, &["://", "www.", "mailto:", "@", ".onion"]),
    (
        Likeness::Path,
        &[
            folder!("etc"),
            folder!("proc"),
            folder!("sys"),
            folder!("dev"),
            HOMES[0],
            HOMES[1],
            HOMES[2],
            folder!("var"),
            folder!("tmp"),
            folder!("private"),
            "~/",
            ".ssh/",
            ".aws/",
            ".netrc",
            ".git-credentials",
            "id_rsa",
            "id_ed25519",
            ":\\",
            "\\\\.\\",
            "%appdata%",
            "../../",
        ],
    ),
    (
        Likeness::Key,
        &[
            "-----begin ",
            "akia",
            "ghp_",
            "github_pat_",
            "glpat-",
            "xoxb-",
            "xoxp-",
            "sk_live_",
            "sk-ant-",
            "aiza",
            "eyjhbgcioi",
            "ssh-rsa aaaa",
            "ssh-ed25519 aaaa",
            "aws_secret",
            "api_key",
            "apikey",
            "api-key",
            "password=",
            "passwd=",
            "authorization: ",
            "bearer ey",
        ],
    ),
    (
        Likeness::Shell,
        &[
            "#!/",
            "/bin/sh",
            "/bin/bash",
            "bash -c",
            "sh -c",
            "cmd.exe",
            "cmd /c",
            "powershell",
            "curl -",
            "curl http",
            "wget ",
            "rm -rf",
            "chmod +x",
            "nc -e",
            "/dev/tcp/",
            "base64 -d",
            "| sh",
            "|sh",
            "python -c",
            "eval(",
        ],
    ),
    (
        Likeness::TerminalEscape,
        &[
            "\u{1b}[", "\u{1b}]", "\u{1b}p", "\u{1b}_", "\u{9b}", "\u{202a}", "\u{202b}", "\u{202d}", "\u{202e}",
            "\u{2066}", "\u{2067}", "\u{2068}",
        ],
    ),
    (
        Likeness::LogLine,
        &[
            "\nseedbed",
            "\nerror",
            "\nwarn",
            "\ninfo",
            "\ndebug",
            "\nfatal",
            "\nlevel=",
            "\n{\"",
            "\n[error",
            "\n[warn",
            "\n[info",
        ],
    ),
    (
        Likeness::Html,
        &[
            "<script",
            "<img ",
            "<iframe",
            "<svg",
            "<a href",
            "<html",
            "<body",
            "<object",
            "javascript:",
            "onerror=",
            "onload=",
        ],
    ),
    (
        Likeness::Formula,
        &[
            "=hyperlink(",
            "=webservice(",
            "=importxml(",
            "=importdata(",
            "=importrange(",
            "=image(",
            "=dde(",
            "=exec(",
            "=shell(",
            "=cmd|",
            "+cmd|",
            "-cmd|",
            "@sum(",
            "=rtd(",
        ],
    ),
    (Likeness::MetricSyntax, &["\"}\n", "\"} 1", "\",le=\"", "\n# help ", "\n# type "]),
];

/// Whether a place where a pattern stands is what the pattern is for, and the text there.
fn judge(likeness: Likeness, pattern: &str, data: &[u8], lower: &[u8], offset: usize) -> Option<Text> {
    let after = lower.get(offset + pattern.len()..).unwrap_or_default();
    let before = lower.get(..offset).unwrap_or_default();
    let word_before = before.last().is_some_and(u8::is_ascii_alphanumeric);
    let mut likeness = likeness;
    let fits = match (likeness, pattern) {
        (Likeness::Address, "://") => {
            before.last().is_some_and(u8::is_ascii_lowercase) && after.first().is_some_and(u8::is_ascii_graphic)
        }
        (Likeness::Address, "www.") => !word_before && after.first().is_some_and(u8::is_ascii_alphanumeric),
        (Likeness::Address, "@") => is_mail(before, after),
        (Likeness::Address, ".onion") => {
            before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).take(17).count() >= 16
        }
        (Likeness::Path, ":\\") => {
            // A drive's letter stands alone, and a folder's name follows.
            before.last().is_some_and(u8::is_ascii_lowercase)
                && !before.iter().rev().nth(1).is_some_and(u8::is_ascii_alphanumeric)
                && after.first().is_some_and(u8::is_ascii_alphanumeric)
        }
        (Likeness::Path, _) => match source_path(lower, offset) {
            Some(true) => {
                likeness = Likeness::BuildPath;
                true
            }
            Some(false) => false,
            None => after.first().is_none_or(u8::is_ascii_graphic),
        },
        (Likeness::Key, "akia") => after.iter().take(16).filter(|byte| byte.is_ascii_alphanumeric()).count() == 16,
        (Likeness::Key, "aiza") => after.iter().take(35).all(|byte| is_token(*byte)) && after.len() >= 35,
        (Likeness::Shell, "eval(") => !word_before,
        (Likeness::TerminalEscape, pattern) if pattern.starts_with('\u{1b}') => escapes(pattern, data, offset),
        (Likeness::TerminalEscape, _) => {
            // The bytes of a control character may be part of a number: text stands around it.
            let around = before.iter().rev().take(3).chain(after.iter().take(3));
            around.filter(|byte| byte.is_ascii_graphic() || **byte == b' ').count() >= 4
        }
        _ => true,
    };
    fits.then(|| Text { likeness, offset, shown: shown(data, offset) })
}

/// An escape sequence, not the same two bytes by chance: parameters and a final byte, or a command with its number.
fn escapes(pattern: &str, data: &[u8], offset: usize) -> bool {
    let after = data.get(offset + 2..).unwrap_or_default();
    let parameters = after.iter().take_while(|byte| matches!(byte, b'0'..=b'?')).take(16).count();
    let next = after.get(parameters);
    match pattern {
        "\u{1b}[" => next.is_some_and(u8::is_ascii_alphabetic) && (parameters > 0 || text_around(data, offset)),
        "\u{1b}]" => parameters > 0 && after.get(..parameters).is_some_and(|digits| digits.contains(&b';')),
        _ => after.iter().take(8).filter(|byte| byte.is_ascii_graphic()).count() == 8,
    }
}

fn text_around(data: &[u8], offset: usize) -> bool {
    let before = data.get(offset.saturating_sub(4)..offset).unwrap_or_default();
    before.len() == 4 && before.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ')
}

/// `name@host.letters`; versions (`wasi:io/poll@0.2.0`) are none.
fn is_mail(before: &[u8], after: &[u8]) -> bool {
    let host: Vec<u8> = after.iter().copied().take(64).take_while(|byte| is_token(*byte) || *byte == b'.').collect();
    let mut labels = host.split(|byte| *byte == b'.').filter(|label| !label.is_empty()).rev();
    let top = labels.next().unwrap_or_default();
    before.last().is_some_and(u8::is_ascii_alphanumeric)
        && labels.next().is_some_and(|label| label.iter().any(u8::is_ascii_alphabetic))
        && top.len() >= 2
        && top.iter().all(u8::is_ascii_alphabetic)
}

/// For a path that names a source file: whether it tells somebody's folder. `None` for any other path.
fn source_path(lower: &[u8], offset: usize) -> Option<bool> {
    const MOST: usize = 200;
    const SOURCES: [&[u8]; 12] =
        [b".rs", b".c", b".h", b".cc", b".cpp", b".hpp", b".go", b".zig", b".py", b".js", b".ts", b".swift"];
    let is_path = |byte: &u8| is_token(*byte) || matches!(byte, b'/' | b'\\' | b'.' | b'+' | b':' | b'@' | b'~');
    let from = lower.get(offset..).unwrap_or_default();
    let path: &[u8] = from.get(..from.iter().take(MOST).take_while(|byte| is_path(byte)).count()).unwrap_or_default();
    // Texts stand side by side in data without anything between them: the ending may be followed by the next text.
    let ending = path.iter().enumerate().filter(|(_, byte)| **byte == b'.').find_map(|(at, _)| {
        let rest = path.get(at..)?;
        SOURCES.iter().find(|source| rest.starts_with(source)).map(|_| at)
    })?;
    let named = path.get(..ending)?;
    let homes = HOMES.iter().chain([&":\\users\\"]);
    Some(homes.into_iter().any(|home| named.starts_with(home.as_bytes())))
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// The printable text around a place, or the bytes escaped where the place itself is not printable.
fn shown(data: &[u8], offset: usize) -> String {
    const BEFORE: usize = 12;
    const AFTER: usize = 48;
    let printable = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
    let before =
        data.get(..offset).unwrap_or_default().iter().rev().take(BEFORE).take_while(|byte| printable(byte)).count();
    let piece = data.get(offset - before..data.len().min(offset + AFTER)).unwrap_or_default();
    let end = piece.iter().skip(before + 4).position(|byte| *byte == 0).map_or(piece.len(), |end| end + before + 4);
    piece.get(..end).unwrap_or_default().escape_ascii().to_string()
}

/// Whether `needle` stands anywhere in `text`.
pub(crate) fn holds(text: &[u8], needle: &[u8]) -> bool {
    !needle.is_empty() && text.windows(needle.len()).any(|window| window == needle)
}

/// What is wrong with a name that is printed, logged, counted and exported, in words; nothing for most names.
pub(crate) fn hostile_name(name: &str) -> Vec<&'static str> {
    let mut wrong = debug_name(name);
    let lower = name.to_ascii_lowercase();
    let tag = lower.match_indices('<').any(|(at, _)| {
        lower
            .get(at + 1..)
            .and_then(|rest| rest.chars().next())
            .is_some_and(|c| c.is_ascii_alphabetic() || "/!".contains(c))
    });
    if tag || lower.contains("javascript:") {
        wrong.push("HTML");
    }
    if name.starts_with(['=', '+', '-', '@']) {
        wrong.push("the beginning of a spreadsheet formula");
    }
    if name.contains(['"', '\\', '{', '}']) {
        wrong.push("the syntax of metric labels");
    }
    wrong
}

/// The part of [`hostile_name`] that holds for debug names, which compilers write with all kinds of brackets.
pub(crate) fn debug_name(name: &str) -> Vec<&'static str> {
    let mut wrong = Vec::new();
    if name.chars().any(|c| c == '\n' || c == '\r' || c == '\u{85}' || c == '\u{2028}' || c == '\u{2029}') {
        wrong.push("a line break");
    }
    if name.chars().any(|c| c == '\u{1b}' || c == '\u{9b}') {
        wrong.push("a terminal escape");
    } else if name.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\u{85}')) {
        wrong.push("a control character");
    }
    let invisible = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    if name.chars().any(invisible) {
        wrong.push("an invisible or direction-changing character");
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::{Likeness, hostile_name, search};

    fn likenesses(data: &[u8]) -> Vec<Likeness> {
        search(data).into_iter().map(|text| text.likeness).collect()
    }

    #[test]
    fn what_looks_like_something_is_found() {
        for (data, likeness) in [
            (&b"GET http://evil.example/x"[..], Likeness::Address),
            (b"to somebody@example.com now", Likeness::Address),
            (b"\0open /etc/passwd\0", Likeness::Path),
            (b"C:\\Windows\\System32", Likeness::Path),
            (b"/home/jane/strategy/src/lib.rs", Likeness::BuildPath),
            (b"-----BEGIN RSA PRIVATE KEY-----", Likeness::Key),
            (b"AKIAIOSFODNN7EXAMPLE", Likeness::Key),
            (b"bash -c id", Likeness::Shell),
            (b"x\x1b[2Jy", Likeness::TerminalEscape),
            (b"\x1b]0;owned\x07", Likeness::TerminalEscape),
            ("txt\u{202e}gnp.exe".as_bytes(), Likeness::TerminalEscape),
            (b"fine\nERROR forged", Likeness::LogLine),
            (b"<script>alert(1)</script>", Likeness::Html),
            (b"=HYPERLINK(\"x\")", Likeness::Formula),
            (b"a\"} 1", Likeness::MetricSyntax),
        ] {
            assert!(likenesses(data).contains(&likeness), "{:?}: {:?}", data.escape_ascii().to_string(), search(data));
        }
    }

    /// Each false alarm teaches a reviewer to skip the rule.
    #[test]
    fn what_compilers_write_is_left_alone() {
        for data in [
            &b"/rustc/59807616e1fa/library/core/src/fmt/mod.rs"[..],
            b"seeds/ema-crossover/src/lib.rsassertion failed",
            b"library/core/src/../../portable-simd/crates/core_simd/src/vector.rs",
            b"seedbed:strategy/diagnostics@0.1.0",
            b"wasi:io/poll@0.2.0",
            b"index out of bounds: the len is ",
            b"\x1b[\x00\x00\xe2\x80\xae\x3f\xc2\x9b\x00\x00",
        ] {
            assert_eq!(search(data), [], "{:?}", data.escape_ascii().to_string());
        }
    }

    #[test]
    fn hostile_names_are_told_from_ordinary_ones() {
        for name in
            ["seedbed:strategy/seed@0.1.0", "component-type:x", "Grüße", "_ZN4core3fmt17h0E", "wit-bindgen-rust"]
        {
            assert_eq!(hostile_name(name), Vec::<&str>::new(), "{name}");
        }
        for name in ["a\u{1b}[2J", "a\nb", "a\u{202e}b", "<b>", "=1+1", "a\"b", "a\0b"] {
            assert_ne!(hostile_name(name), Vec::<&str>::new(), "{name:?}");
        }
    }

    /// A data segment as large as a component may be must not hold a reviewer up.
    #[test]
    fn a_search_is_linear() {
        for fill in [&b"/"[..], b"\n", b"@a.bc", b"/etc/", b"://", b"=cmd|", b"aaaa@"] {
            let data = fill.repeat((4 << 20) / fill.len());
            let start = std::time::Instant::now();
            search(&data);
            assert!(start.elapsed().as_secs() < 2, "{:?}: {:?}", fill.escape_ascii().to_string(), start.elapsed());
        }
    }
}
