use std::fs;
use std::io;

use crate::State;

/// Closes what was inherited and is not in `keep`.
///
/// Whatever Rust opens is closed on exec, so a descriptor without that flag was handed over by whoever started the process.
pub(super) fn close_inherited(keep: &[i32]) -> State {
    const STDIO: std::ops::RangeInclusive<i32> = 0..=2;
    let inherited = match inherited() {
        Ok(inherited) => inherited,
        Err(error) => return State::missing(format_args!("cannot list them: {error}")),
    };
    let mut closed = 0_usize;
    for descriptor in inherited.into_iter().filter(|fd| !STDIO.contains(fd) && !keep.contains(fd)) {
        if let Err(errno) = nix::unistd::close(descriptor) {
            return State::missing(format_args!("cannot close {descriptor}: {}", errno.desc().to_lowercase()));
        }
        closed += 1;
    }
    State::active(match (keep.len(), closed) {
        (0, 0) => "standard ones only".to_owned(),
        (0, closed) => format!("standard ones only, {closed} inherited closed"),
        (kept, closed) => format!("standard ones and {kept} handed over, {closed} inherited closed"),
    })
}

/// The descriptors without close-on-exec. Reading the directory opens one that is closed on exec, so it does not count.
fn inherited() -> io::Result<Vec<i32>> {
    let mut inherited = Vec::new();
    for entry in fs::read_dir("/proc/self/fdinfo")? {
        let entry = entry?;
        let Some(descriptor) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        if !closed_on_exec(&fs::read_to_string(entry.path())?)? {
            inherited.push(descriptor);
        }
    }
    Ok(inherited)
}

/// Reads the octal `flags:` line of a file in `fdinfo`.
fn closed_on_exec(info: &str) -> io::Result<bool> {
    info.lines()
        .find_map(|line| line.strip_prefix("flags:"))
        .and_then(|flags| i32::from_str_radix(flags.trim(), 8).ok())
        .map(|flags| flags & libc::O_CLOEXEC != 0)
        .ok_or_else(|| io::Error::other("a descriptor without flags"))
}

#[cfg(test)]
mod tests {
    use super::closed_on_exec;

    /// Misread flags would close descriptors that the process itself needs, or keep a file that the host never meant to hand over.
    #[test]
    fn flags_are_octal() {
        assert!(closed_on_exec("pos:\t0\nflags:\t02100000\nmnt_id:\t14\n").unwrap());
        assert!(!closed_on_exec("pos:\t0\nflags:\t0100002\nmnt_id:\t14\n").unwrap());
        closed_on_exec("pos:\t0\n").unwrap_err();
    }
}
