//! Student's t for whole degrees of freedom, where its distribution is a finite sum.

use std::f64::consts::FRAC_2_PI;

/// The t that so many degrees of freedom exceed in absolute value with probability `1 - confidence`.
///
/// By bisection to the last bit. None for no degree of freedom or a confidence outside (0, 1).
pub(super) fn two_sided_quantile(degrees: u32, confidence: f64) -> Option<f64> {
    if degrees == 0 || !(confidence > 0.0 && confidence < 1.0) {
        return None;
    }
    let (mut low, mut high) = (0.0, 1.0);
    while within(high, degrees) < confidence {
        low = high;
        high *= 2.0;
    }
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return Some(high);
        }
        if within(middle, degrees) < confidence {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// The probability of a t in [-t, t], for t at least 0. Abramowitz and Stegun, 26.7.3 and 26.7.4.
fn within(t: f64, degrees: u32) -> f64 {
    let freedom = f64::from(degrees);
    let hypotenuse = (freedom + t * t).sqrt();
    let (sine, cosine) = (t / hypotenuse, freedom.sqrt() / hypotenuse);
    let odd = degrees % 2 == 1;
    // The terms are cos^(k-1) with k = 2, 4, ... for an odd number, cos^(k-1) with k = 1, 3, ... for an even one, each with its product.
    let mut term = if odd { cosine } else { 1.0 };
    let mut sum = 0.0;
    let mut k = if odd { 2 } else { 1 };
    while k < degrees {
        sum += term;
        term *= f64::from(k) / f64::from(k + 1) * cosine * cosine;
        k += 2;
    }
    if odd { FRAC_2_PI * (libm::atan(t / freedom.sqrt()) + sine * sum) } else { sine * sum }
}

#[cfg(test)]
mod tests {
    use super::{two_sided_quantile, within};

    /// Whoever trusts an interval trusts these. NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, columns 0.95 and 0.975.
    #[test]
    fn quantiles_are_those_of_the_published_table() {
        let table: [(u32, f64, f64); 9] = [
            (1, 6.314, 12.706),
            (2, 2.920, 4.303),
            (3, 2.353, 3.182),
            (4, 2.132, 2.776),
            (9, 1.833, 2.262),
            (10, 1.812, 2.228),
            (19, 1.729, 2.093),
            (30, 1.697, 2.042),
            (100, 1.660, 1.984),
        ];
        for (degrees, ninety, ninety_five) in table {
            for (confidence, expected) in [(0.90, ninety), (0.95, ninety_five)] {
                let t = two_sided_quantile(degrees, confidence).unwrap();
                assert!((t - expected).abs() <= 0.000_5, "{degrees} {confidence}: {t}, the table has {expected}");
            }
        }
        assert_eq!((two_sided_quantile(0, 0.95), two_sided_quantile(3, 1.0)), (None, None));
    }

    /// With one and with two degrees of freedom the distribution has a closed form: 2/pi atan t, and t / sqrt(2 + t^2).
    #[test]
    fn small_degrees_have_their_closed_forms() {
        for t in [0.0, 0.3, 1.0, 2.5, 40.0] {
            assert!((within(t, 1) - std::f64::consts::FRAC_2_PI * libm::atan(t)).abs() < 1e-15, "{t}");
            assert!((within(t, 2) - t / (2.0 + t * t).sqrt()).abs() < 1e-15, "{t}");
        }
    }
}
