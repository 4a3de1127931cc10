//! Instructions that LLVM does not find by itself.

pub(super) use lanes::{count_above, count_below, greater};

/// The smaller of two values, the second where one is NaN: one comparison, where `f64::min` is a call in WebAssembly.
#[inline(always)]
pub fn smaller(value: f64, other: f64) -> f64 {
    if value < other { value } else { other }
}

/// The larger of two values, the second where one is NaN: one comparison, where `f64::max` is a call in WebAssembly.
#[inline(always)]
pub fn larger(value: f64, other: f64) -> f64 {
    if value > other { value } else { other }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod lanes {
    use core::arch::wasm32::{
        f64x2, f64x2_extract_lane, f64x2_gt, f64x2_lt, f64x2_pmax, f64x2_splat, i64x2_extract_lane, i64x2_splat,
        i64x2_sub, v128,
    };

    /// The greater value at each place, the first where one is NaN.
    #[inline(always)]
    pub(in super::super) fn greater([a, b]: [f64; 2], [c, d]: [f64; 2]) -> [f64; 2] {
        let greater = f64x2_pmax(f64x2(a, b), f64x2(c, d));
        [f64x2_extract_lane::<0>(greater), f64x2_extract_lane::<1>(greater)]
    }

    /// How many values are above `bound`.
    #[inline(always)]
    pub(in super::super) fn count_above(values: &[f64], bound: f64) -> i64 {
        count(values, bound, |values, bound| f64x2_gt(values, bound))
    }

    /// How many values are below `bound`.
    #[inline(always)]
    pub(in super::super) fn count_below(values: &[f64], bound: f64) -> i64 {
        count(values, bound, |values, bound| f64x2_lt(values, bound))
    }

    #[inline(always)]
    fn count(values: &[f64], bound: f64, passes: impl Fn(v128, v128) -> v128) -> i64 {
        let bound = f64x2_splat(bound);
        let (steps, rest) = values.as_chunks::<10>();
        let mut counts = i64x2_splat(0);
        // A lane that passes is all ones, which is -1.
        let mut add = |first, second| counts = i64x2_sub(counts, passes(f64x2(first, second), bound));
        for &[a, b, c, d, e, f, g, h, i, j] in steps {
            add(a, b);
            add(c, d);
            add(e, f);
            add(g, h);
            add(i, j);
        }
        for &value in rest {
            add(value, f64::NAN);
        }
        i64x2_extract_lane::<0>(counts) + i64x2_extract_lane::<1>(counts)
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod lanes {
    /// The greater value at each place, the first where one is NaN.
    #[inline(always)]
    pub(in super::super) fn greater([a, b]: [f64; 2], [c, d]: [f64; 2]) -> [f64; 2] {
        [if a < c { c } else { a }, if b < d { d } else { b }]
    }

    /// How many values are above `bound`.
    #[inline(always)]
    pub(in super::super) fn count_above(values: &[f64], bound: f64) -> i64 {
        values.iter().map(|&value| i64::from(value > bound)).sum()
    }

    /// How many values are below `bound`.
    #[inline(always)]
    pub(in super::super) fn count_below(values: &[f64], bound: f64) -> i64 {
        values.iter().map(|&value| i64::from(value < bound)).sum()
    }
}
