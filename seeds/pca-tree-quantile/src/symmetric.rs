//! Eigenvalues of a symmetric matrix.

use seedbed_sdk::learning::FEATURES;

const N: usize = FEATURES;

/// A square matrix, line by line.
pub type Matrix = [[f64; N]; N];

/// Steps for one eigenvalue after which it is as good as it gets; one or two are usual.
const MOST_STEPS: usize = 30;

/// The eigenvalues of a symmetric matrix, in no order, each with its eigenvector of length 1.
///
/// By Householder's reduction to tridiagonal form and the implicit QL algorithm (Golub and Van Loan, Matrix Computations,
/// 8.3).
pub fn eigen(matrix: Matrix) -> impl Iterator<Item = (f64, [f64; N])> {
    let mut reduced = Tridiagonal::reduce(matrix);
    reduced.diagonalise();
    reduced.diagonal.into_iter().zip(reduced.vectors)
}

struct Tridiagonal {
    diagonal: [f64; N],
    /// What stands beside the diagonal: `beside[i]` between lines i and i + 1.
    beside: [f64; N],
    /// In its lines the basis in which the matrix has this form.
    vectors: Matrix,
}

impl Tridiagonal {
    fn reduce(mut matrix: Matrix) -> Self {
        let mut beside = [0.0; N];
        // Each reflection takes what is below the first subdiagonal of one column to 0: I - scale v vᵀ.
        let mut reflections = [([0.0; N], 0.0); N];
        for column in 0..N - 1 {
            let (reflection, scale, kept) = reflection(&matrix, column);
            beside[column] = kept;
            reflections[column] = (reflection, scale);
            if scale != 0.0 {
                reflect_both_sides(&mut matrix, column + 1, &reflection, scale);
            }
        }
        let diagonal = std::array::from_fn(|line| matrix[line][line]);
        let mut vectors: Matrix = std::array::from_fn(|line| std::array::from_fn(|column| f64::from(line == column)));
        for first in (1..N).rev() {
            let (reflection, scale) = &reflections[first - 1];
            for line in &mut vectors[first..] {
                let along = scale * dot(line, reflection);
                line.iter_mut().zip(reflection).for_each(|(value, part)| *value -= along * part);
            }
        }
        Self { diagonal, beside, vectors }
    }

    fn diagonalise(&mut self) {
        for first in 0..N {
            for _ in 0..MOST_STEPS {
                let small = |line: usize| {
                    let around = self.diagonal[line].abs() + self.diagonal[line + 1].abs();
                    around + self.beside[line].abs() == around
                };
                let last = (first..N - 1).find(|&line| small(line)).unwrap_or(N - 1);
                if last == first {
                    break;
                }
                self.step(first, last);
            }
        }
    }

    /// One implicit QL step with Wilkinson's shift on the lines `first` to `last`.
    fn step(&mut self, first: usize, last: usize) {
        let (diagonal, beside) = (&mut self.diagonal, &mut self.beside);
        let half = (diagonal[first + 1] - diagonal[first]) / (2.0 * beside[first]);
        let root = length(half, 1.0);
        let mut bulge = diagonal[last] - diagonal[first] + beside[first] / (half + root.copysign(half));
        let (mut sine, mut cosine, mut carried) = (1.0, 1.0, 0.0);
        for line in (first..last).rev() {
            let (far, near) = (sine * beside[line], cosine * beside[line]);
            let root = length(far, bulge);
            beside[line + 1] = root;
            if root == 0.0 {
                diagonal[line + 1] -= carried;
                beside[last] = 0.0;
                return;
            }
            (sine, cosine) = (far / root, bulge / root);
            let shifted = diagonal[line + 1] - carried;
            let turned = (diagonal[line] - shifted) * sine + 2.0 * cosine * near;
            carried = sine * turned;
            diagonal[line + 1] = shifted + carried;
            bulge = cosine * turned - near;
            let (upper, lower) = self.vectors.split_at_mut(line + 1);
            for (above, below) in upper[line].iter_mut().zip(&mut lower[0]) {
                (*above, *below) = (cosine * *above - sine * *below, sine * *above + cosine * *below);
            }
        }
        diagonal[first] -= carried;
        beside[first] = bulge;
        beside[last] = 0.0;
    }
}

/// The vector and the scale of the reflection that clears a column below its subdiagonal, and what it leaves there.
fn reflection(matrix: &Matrix, column: usize) -> ([f64; N], f64, f64) {
    let mut vector = [0.0; N];
    for line in column + 1..N {
        vector[line] = matrix[line][column];
    }
    let head = vector[column + 1];
    let tail: f64 = vector[column + 2..].iter().map(|value| value * value).sum();
    if tail == 0.0 {
        return (vector, 0.0, head);
    }
    let kept = -(head * head + tail).sqrt().copysign(head);
    vector[column + 1] = head - kept;
    (vector, 2.0 / (tail + vector[column + 1] * vector[column + 1]), kept)
}

/// H A H for H = I - scale v vᵀ, in the lines and columns from `first` on.
fn reflect_both_sides(matrix: &mut Matrix, first: usize, vector: &[f64; N], scale: f64) {
    let mut image = [0.0; N];
    for line in first..N {
        image[line] = scale * dot(&matrix[line], vector);
    }
    let half = 0.5 * scale * dot(&image, vector);
    let shift: [f64; N] = std::array::from_fn(|line| image[line] - half * vector[line]);
    for line in first..N {
        let (own, other) = (vector[line], shift[line]);
        for ((value, part), shift) in matrix[line].iter_mut().zip(vector).zip(&shift) {
            *value -= own * shift + other * part;
        }
    }
}

fn dot(left: &[f64; N], right: &[f64; N]) -> f64 {
    let mut sum = 0.0;
    for place in 0..N {
        sum += left[place] * right[place];
    }
    sum
}

fn length(x: f64, y: f64) -> f64 {
    (x * x + y * y).sqrt()
}
