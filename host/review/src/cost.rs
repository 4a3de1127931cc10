use crate::anatomy::{Anatomy, wide};

/// Estimated milliseconds to compile a component on one core: by bytes of code, functions, and pairs of data segments.
///
/// A rule of thumb for the engine of this release, from the measurements in `docs/review/SB034.md`; a machine may be three times faster
/// or slower. It tells a component that takes minutes from one that takes milliseconds, and no more.
pub(crate) fn compile_millis(anatomy: &Anatomy<'_>) -> u64 {
    const NANOS_PER_CODE_BYTE: u64 = 1_600;
    const NANOS_PER_FUNCTION: u64 = 155_000;
    const NANOS_PER_PAIR_OF_SEGMENTS: u64 = 28;
    let segments = wide(anatomy.data().count());
    let nanos = [
        anatomy.code_bytes().saturating_mul(NANOS_PER_CODE_BYTE),
        anatomy.functions().saturating_mul(NANOS_PER_FUNCTION),
        segments.saturating_mul(segments).saturating_mul(NANOS_PER_PAIR_OF_SEGMENTS),
    ];
    nanos.into_iter().fold(0, u64::saturating_add) / 1_000_000
}
