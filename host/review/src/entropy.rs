/// Shannon entropy of a text of bytes, in bits a byte, 0 to 8; 0 for no bytes.
///
/// H = - sum over byte values of p log2 p, with p the share of the value (Shannon 1948, section 6).
#[must_use]
pub(crate) fn bits_per_byte(bytes: &[u8]) -> f64 {
    let mut counts = [0u32; 256];
    for byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count = count.saturating_add(1);
        }
    }
    let total = bytes.len() as f64;
    let part = |count: &u32| {
        let share = f64::from(*count) / total;
        -share * libm::log2(share)
    };
    // One value alone gives minus nothing.
    counts.iter().filter(|count| **count > 0).map(part).sum::<f64>() + 0.0
}

#[cfg(test)]
mod tests {
    use super::bits_per_byte;

    /// By hand: one value says nothing, two equally often one bit, all equally often eight; {1/2, 1/4, 1/4} says 1.5 bits.
    #[test]
    fn entropy_is_that_of_the_formula() {
        let all: Vec<u8> = (0..=255).collect();
        for (bytes, bits) in [(&b""[..], 0.0), (b"aaaa", 0.0), (b"abab", 1.0), (b"aabc", 1.5), (all.as_slice(), 8.0)] {
            assert!((bits_per_byte(bytes) - bits).abs() < 1e-12, "{bytes:?}");
        }
    }
}
