use std::fs;

/// Resident memory of this process in bytes; `None` where there is no `/proc`.
#[must_use]
pub fn resident_bytes() -> Option<u64> {
    in_status(&fs::read_to_string("/proc/self/status").ok()?, "VmRSS:")
}

/// The most resident memory that this process has had so far, in bytes; `None` where there is no `/proc`.
#[must_use]
pub fn peak_resident_bytes() -> Option<u64> {
    in_status(&fs::read_to_string("/proc/self/status").ok()?, "VmHWM:")
}

/// A line of `/proc/self/status` (proc(5)) in units of 1024 bytes.
fn in_status(status: &str, name: &str) -> Option<u64> {
    let rest = status.lines().find_map(|line| line.strip_prefix(name))?;
    rest.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// Bytes as the floating-point value of a gauge.
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53 bytes")]
pub(super) fn as_gauge(bytes: u64) -> f64 {
    bytes as f64
}

#[cfg(test)]
mod tests {
    use super::in_status;

    #[test]
    fn resident_memory_is_told_in_bytes() {
        let status = "Name:\tcat\nVmHWM:\t    1804 kB\nVmRSS:\t    1536 kB\nRssAnon:\t      84 kB\n";
        assert_eq!(in_status(status, "VmRSS:"), Some(1_572_864));
        assert_eq!(in_status(status, "VmHWM:"), Some(1_847_296));
        assert_eq!(in_status("Name:\tkthreadd\n", "VmRSS:"), None);
    }
}
