//! The exponential of matrices.
//!
//! Scaling and squaring: `exp(a)` is the power `2ˢ` of `exp(a / 2ˢ)`, for which a Padé approximant is exact
//! up to rounding if `a / 2ˢ` is small. Its degree and `s` are chosen from the norms of powers of `a`, which
//! may be far smaller than the powers of the norm: Al-Mohy and Higham, A New Scaling and Squaring Algorithm
//! for the Matrix Exponential, SIAM J. Matrix Anal. Appl. 31 (2009), 970-989.

use super::norm::matrix_norm_of;
use super::solve::solve_columns;
use super::stack::{Matrices, Stack, Stacked, array_each, matrices};
use super::{MatrixNorm, square};
use crate::error::BadMatrix;
use crate::kernels::{Dense, Operation, Triangle, lu_kernels, product_kernels, zeros};
use crate::loops::are_finite;
use crate::number::PowerOfTwo;
use crate::product::gemm;
use crate::{ErrorKind, Named, Real, Result, Scalar, memory};
use ndarray::{Array, Array2, ArrayRef, ArrayRef2, Zip};
use num_complex::{Complex32, Complex64};
use num_traits::{Float, One, Zero};

/// Returns the exponential of a square matrix, as `scipy.linalg.expm(a)`: the sum of `aᵏ / k!`.
///
/// `a` has shape `(n, n)` or `(.., n, n)` and any memory layout; the result has the same shape and is in C
/// order. The exponential of a 0 x 0 matrix is 0 x 0. A stack gives the same bits as its matrices one by one,
/// on the same number of threads of the library.
///
/// Scaling and squaring with Padé approximants of degree 3 to 13 (3 to 7 in single precision), after Al-Mohy
/// and Higham (2009), with the norms of powers themselves where they estimate them: 3 to 9 products (`gemm`),
/// one LU solution (`getrf`, `getrs`) and a product for each squaring. The result is the exponential of a
/// matrix that differs from `a` by a few `EPSILON`, up to the rounding errors of the squarings; the relative
/// error is of the order of `n * EPSILON` times the condition number of the exponential, which grows with the
/// norm of `a`. Triangular matrices give triangular ones, with a diagonal and a first secondary diagonal that
/// are accurate by themselves; diagonal matrices give the exponentials of their elements. f32 is computed in
/// f32, as SciPy does.
///
/// # Errors
/// [`ErrorKind::Shape`] if `a` is not square; [`ErrorKind::NonFinite`] for a NaN or an infinity, and for
/// elements of the exponential that are too large for the type (SciPy: infinity or NaN);
/// [`ErrorKind::TooLarge`] if the powers do not fit into memory.
///
/// # Examples
/// ```
/// use linstat::expm;
/// use ndarray::{Array2, array};
/// // a rotation
/// let angle = std::f64::consts::FRAC_PI_3;
/// let rotation = expm(&array![[0., -angle], [angle, 0.]])?;
/// let (sin, cos) = angle.sin_cos();
/// approx::assert_abs_diff_eq!(rotation, array![[cos, -sin], [sin, cos]], epsilon = 1e-15);
/// // the series ends if a power is 0
/// let series = expm(&array![[0., 1., 0.], [0., 0., 2.], [0., 0., 0.]])?;
/// approx::assert_abs_diff_eq!(series, array![[1., 1., 1.], [0., 1., 2.], [0., 0., 1.]], epsilon = 1e-15);
/// assert_eq!(expm(&Array2::<f64>::zeros((3, 3)))?, Array2::eye(3));
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("exponential", "exp"))]
pub fn expm<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>) -> Result<Array<T, D>> {
    array_each(a, T::expm, T::expms).named("expm")
}

/// An element that has an exponential.
pub(super) trait Exponential: Scalar {
    fn exponential(self) -> Self;
}

macro_rules! exponential {
    ($($t:ty),*) => {$(
        impl Exponential for $t {
            fn exponential(self) -> Self {
                <$t>::exp(self)
            }
        }
    )*};
}

exponential!(f32, f64, Complex32, Complex64);

pub(super) fn expms_of<T: Exponential>(stack: &Stack<'_, T>) -> Result<Stacked<T>, BadMatrix> {
    let n = stack.square()?;
    let cube = n.saturating_mul(n).saturating_mul(n);
    // as for stacks of products: on the same threads as a matrix alone
    let threads = product_kernels::<T>([n, n, n], false).takes_threads([n, n, n]);
    matrices(stack, (n, n), if threads { 0 } else { cube.saturating_mul(20) }, expm_of)
}

pub(super) fn expm_of<T: Exponential>(a: &ArrayRef2<T>) -> Result<Array2<T>, ErrorKind> {
    square(a)?;
    let copy = Dense::new(&a.t())?;
    if !are_finite(copy.as_slice()) {
        return Err(ErrorKind::non_finite("a", a));
    }
    let copy = copy.into_transpose();
    let zero_where = |outside: fn(usize, usize) -> bool| {
        copy.indexed_iter().all(|((i, j), x)| x.is_zero() || !outside(i, j))
    };
    let exponential = match (zero_where(|i, j| i > j), zero_where(|i, j| i < j)) {
        (true, true) => {
            let mut exponential = copy;
            exponential.diag_mut().mapv_inplace(T::exponential);
            exponential
        }
        (true, false) => squared(copy, Some(Triangle::Upper))?,
        (false, true) => squared(copy, Some(Triangle::Lower))?,
        (false, false) => squared(copy, None)?,
    };
    if are_finite(exponential.as_slice().unwrap_or_default()) {
        Ok(exponential)
    } else {
        Err(ErrorKind::non_finite("exponential", &exponential))
    }
}

/// The numerators of the Padé approximants, from the coefficient of 1 on.
const PADE: [&[f64]; 5] = [
    &[120.0, 60.0, 12.0, 1.0],
    &[30240.0, 15120.0, 3360.0, 420.0, 30.0, 1.0],
    &[17297280.0, 8648640.0, 1995840.0, 277200.0, 25200.0, 1512.0, 56.0, 1.0],
    &[
        17643225600.0,
        8821612800.0,
        2075673600.0,
        302702400.0,
        30270240.0,
        2162160.0,
        110880.0,
        3960.0,
        90.0,
        1.0,
    ],
    &[
        64764752532480000.0,
        32382376266240000.0,
        7771770303897600.0,
        1187353796428800.0,
        129060195264000.0,
        10559470521600.0,
        670442572800.0,
        33522128640.0,
        1323241920.0,
        40840800.0,
        960960.0,
        16380.0,
        182.0,
        1.0,
    ],
];

/// For each of [`PADE`], the largest norm for which the error of the approximant is that of a change of the
/// matrix by half of `EPSILON`; for the last one less, so that its denominator is well-conditioned.
fn radii<R: Real>() -> &'static [f64] {
    if R::epsilon().f64() < 1e-10 {
        &[1.495585217958292e-2, 2.53939833006323e-1, 9.504178996162932e-1, 2.097847961257068, 4.25]
    } else {
        &[4.25873e-1, 1.880152, 3.925724]
    }
}

/// The even powers of a matrix, as far as they are needed, and their 1-norms.
struct Powers<T: Scalar> {
    a: Array2<T>,
    /// The powers 2, 4, 6, 8.
    even: Vec<Array2<T>>,
    norms: Vec<f64>,
}

impl<T: Scalar> Powers<T> {
    fn new(a: Array2<T>) -> Result<Self, ErrorKind> {
        let mut powers = Powers { a, even: Vec::new(), norms: Vec::new() };
        powers.add()?;
        Ok(powers)
    }

    /// Computes the next power.
    fn add(&mut self) -> Result<(), ErrorKind> {
        let next = match &self.even[..] {
            [] => product(&self.a, &self.a)?,
            [second] => product(second, second)?,
            [second, .., last] => product(second, last)?,
        };
        self.norms.push(matrix_norm_of(&next, MatrixNorm::One)?.f64());
        self.even.push(next);
        Ok(())
    }

    /// Returns the norm of the power `2 * half`, or the best bound of it from those that are known.
    fn norm(&self, half: usize) -> f64 {
        let of_factors =
            || (1..=half / 2).map(|k| self.norm(k) * self.norm(half - k)).fold(f64::INFINITY, f64::min);
        self.norms.get(half - 1).copied().unwrap_or_else(of_factors)
    }

    /// Returns the norm that stands for that of the matrix in the series of the error: the larger one of the
    /// roots of the norms of the powers `p` and `p + 2`, for an approximant of degree `p / 2 * (p / 2 - 1)`
    /// or more.
    fn bound(&self, p: usize) -> f64 {
        let root = |p: usize| self.norm(p / 2).powf((p as f64).recip());
        root(p).max(root(p + 2))
    }

    /// Returns the number of squarings that rounding errors in the evaluation of the approximant of this
    /// degree add, for `a / 2^squarings`: many if the elements cancel in the powers.
    fn more_squarings(&self, degree: usize, squarings: u32) -> Result<u32, ErrorKind> {
        let log2_norm = log2_norm_of_power(&self.a, 2 * degree + 1)? - log2_norm_of_power(&self.a, 1)?;
        // the first term of the series of the error: 1 / ((2m choose m) (2m + 1)!)
        let factorial = |n: usize| (1..=n).map(|k| (k as f64).log2()).sum::<f64>();
        let log2_first = 2.0 * factorial(degree) - factorial(2 * degree) - factorial(2 * degree + 1);
        let log2_unit = T::Real::epsilon().f64().log2() - 1.0;
        let twice = 2.0 * degree as f64;
        let log2_error = log2_first + log2_norm - twice * f64::from(squarings);
        // of a nilpotent matrix, the norms may be 0
        let more = ((log2_error - log2_unit) / twice).ceil();
        Ok(if more > 0.0 { more as u32 } else { 0 })
    }

    /// Returns the place of the approximant in [`PADE`], and the number of squarings.
    fn choose(&mut self) -> Result<(usize, u32), ErrorKind> {
        let radii = radii::<T::Real>();
        let last = radii.len() - 1;
        // more powers give a smaller bound, or are needed for a higher degree
        for (powers, places) in [(1, 0..1), (2, 0..2), (3, 1..4)] {
            while self.even.len() < powers {
                self.add()?;
            }
            for (k, &radius) in radii.iter().enumerate().take(places.end.min(last)).skip(places.start) {
                let bound = if k < 2 { self.bound(4) } else { self.bound(4).min(self.bound(6)) };
                if bound <= radius && self.more_squarings(2 * k + 3, 0)? == 0 {
                    return Ok((k, 0));
                }
            }
        }
        let degree = PADE[last].len() - 1;
        let bound = |powers: &Self| {
            let bound = powers.bound(4).min(powers.bound(6));
            if degree >= 12 { bound.min(powers.bound(8)) } else { bound }
        };
        if bound(self) > radii[last] {
            self.add()?;
        }
        let squarings = (bound(self) / radii[last]).log2().ceil().max(0.0) as u32;
        Ok((last, squarings + self.more_squarings(degree, squarings)?))
    }

    /// Divides the matrix by `2^squarings`, and its powers accordingly.
    fn scale(&mut self, squarings: u32) {
        let scale = |x: &mut Array2<T>, power: i32| {
            PowerOfTwo::of(-(squarings as i32)).to(power).scale(x.as_slice_mut().unwrap_or_default());
        };
        scale(&mut self.a, 1);
        for (x, power) in self.even.iter_mut().zip([2, 4, 6, 8]) {
            scale(x, power);
        }
    }

    /// Returns the odd and the even part of the numerator with these coefficients.
    fn parts(mut self, b: &[f64]) -> Result<(Array2<T>, Array2<T>), ErrorKind> {
        let n = self.a.nrows();
        let degree = b.len() - 1;
        // polynomials in the square, with the coefficients of odd or of even powers from this one on
        let sum = |first: usize, start: usize, end: usize, even: &[Array2<T>]| {
            let mut sum = zeros(n, n)?;
            let coefficient = |k: usize| T::from_real(T::Real::of(b[first + 2 * k]));
            if start == 0 {
                sum.diag_mut().fill(coefficient(0));
            }
            for k in start.max(1)..=end {
                let (c, power) = (coefficient(k), &even[k - start.max(1)]);
                sum.zip_mut_with(power, |sum, &x| *sum += c * x);
            }
            Ok::<_, ErrorKind>(sum)
        };
        if degree < 13 {
            while self.even.len() < degree / 2 {
                self.add()?;
            }
            let [odd, even] = [1, 0].map(|first| sum(first, 0, degree / 2, &self.even));
            return Ok((product(&self.a, &odd?)?, even?));
        }
        // the power 6 is factored out of the higher ones
        let sixth = &self.even[2];
        let [odd, even] = [1, 0].map(|first| {
            // coefficients 8, 10, 12 of the powers 2, 4, 6, and 0, 2, 4, 6 of the powers 0, 2, 4, 6
            let (high, low) = (sum(first, 4, 6, &self.even)?, sum(first, 0, 3, &self.even)?);
            gemm(sixth, &high, T::one(), low)
        });
        Ok((product(&self.a, &odd?)?, even?))
    }
}

fn product<T: Scalar>(a: &Array2<T>, b: &Array2<T>) -> Result<Array2<T>, ErrorKind> {
    gemm(a, b, T::zero(), zeros(a.nrows(), b.ncols())?)
}

/// Returns the logarithm of the 1-norm of a power of the matrix of absolute values: its column sums are
/// computed from left to right, and kept near 1.
fn log2_norm_of_power<T: Scalar>(a: &Array2<T>, power: usize) -> Result<f64, ErrorKind> {
    let n = a.nrows();
    let mut sizes = memory::room(a.len())?;
    sizes.extend(a.iter().map(|x| x.modulus().f64()));
    let (mut sums, mut next) = (memory::filled(n, 1.0_f64)?, memory::filled(n, 0.0_f64)?);
    let mut log2 = 0.0;
    for _ in 0..power {
        next.fill(0.0);
        for (row, &sum) in sizes.chunks_exact(n).zip(&sums) {
            next.iter_mut().zip(row).for_each(|(next, x)| *next += sum * x);
        }
        let max = next.iter().fold(0.0, |max: f64, &x| max.max(x));
        if max == 0.0 {
            return Ok(f64::NEG_INFINITY);
        }
        log2 += max.log2();
        sums.iter_mut().zip(&next).for_each(|(sum, &x)| *sum = x / max);
    }
    Ok(log2)
}

/// Returns the exponential of a finite matrix in C order; elements that are too large are not finite.
fn squared<T: Exponential>(mut a: Array2<T>, triangle: Option<Triangle>) -> Result<Array2<T>, ErrorKind> {
    let n = a.nrows();
    let line = Line::of(&a, triangle)?;
    // so that the eighth power is finite
    let most = i32::from(T::Real::SAFE_EXPONENT) / 4;
    let max = a.iter().fold(T::Real::zero(), |max, &x| max.max(super::size(x)));
    let excess = PowerOfTwo::near(max.max(T::Real::one())).exponent() + (n as f64).log2() as i32 + 2 - most;
    let before = excess.max(0);
    PowerOfTwo::of(-before).scale(a.as_slice_mut().unwrap_or_default());
    let mut powers = Powers::new(a)?;
    let (pade, squarings) = powers.choose()?;
    powers.scale(squarings);
    let (odd, even) = powers.parts(PADE[pade])?;
    let mut x = quotient(odd, even, triangle)?;
    let mut left = before + squarings as i32;
    loop {
        if let Some(line) = &line {
            line.put(&mut x, left);
        }
        if left == 0 || !are_finite(x.as_slice().unwrap_or_default()) {
            return Ok(x);
        }
        x = product(&x, &x)?;
        left -= 1;
    }
}

/// Solves `(even - odd) · x = even + odd`; the result is in C order.
fn quotient<T: Scalar>(
    mut odd: Array2<T>,
    mut even: Array2<T>,
    triangle: Option<Triangle>,
) -> Result<Array2<T>, ErrorKind> {
    Zip::from(&mut odd).and(&mut even).for_each(|odd, even| (*odd, *even) = (*even + *odd, *even - *odd));
    let (numerator, denominator) = (odd, even);
    let Some(triangle) = triangle else {
        // the transposes, since both are functions of the same matrix: their solution is in Fortran order
        let x = solve_columns(&denominator.t(), &numerator.t(), numerator.shape())?;
        return Ok(x.reversed_axes());
    };
    let (denominator, mut x) = (Dense::new(&denominator)?, Dense::new(&numerator)?);
    lu_kernels(denominator.rows()).solve_triangular(
        &denominator.view(),
        triangle,
        Operation::None,
        &mut x,
    )?;
    Ok(Dense::new(&x.view().t())?.into_transpose())
}

/// The diagonal of a triangular matrix, and the line beside it.
struct Line<T> {
    diagonal: Vec<T>,
    beside: Vec<T>,
    triangle: Triangle,
}

impl<T: Exponential> Line<T> {
    fn of(a: &Array2<T>, triangle: Option<Triangle>) -> Result<Option<Self>, ErrorKind> {
        let Some(triangle) = triangle else { return Ok(None) };
        let n = a.nrows();
        let (mut diagonal, mut beside) = (memory::room(n)?, memory::room(n)?);
        diagonal.extend(a.diag());
        beside.extend((1..n).map(|i| a[Self::place(triangle, i)]));
        Ok(Some(Line { diagonal, beside, triangle }))
    }

    fn place(triangle: Triangle, i: usize) -> [usize; 2] {
        match triangle {
            Triangle::Upper => [i - 1, i],
            Triangle::Lower => [i, i - 1],
        }
    }

    /// Writes these elements of the exponential of the matrix divided by `2^squarings`.
    fn put(&self, x: &mut Array2<T>, squarings: i32) {
        let scale = |x: T| PowerOfTwo::of(-squarings).times(x);
        x.diag_mut().iter_mut().zip(&self.diagonal).for_each(|(x, &a)| *x = scale(a).exponential());
        for (i, &beside) in (1..).zip(&self.beside) {
            let [before, here] = [i - 1, i].map(|i| scale(self.diagonal[i]));
            x[Self::place(self.triangle, i)] = scale(beside) * difference_quotient(before, here);
        }
    }
}

/// Returns `(exp(y) - exp(x)) / (y - x)`, or the derivative if they are equal.
fn difference_quotient<T: Exponential>(x: T, y: T) -> T {
    let two = T::one() + T::one();
    let half = (y - x) / two;
    if half.modulus() >= T::Real::of(0.5) {
        return (y.exponential() - x.exponential()) / (y - x);
    }
    // exp of the mean times sinh(half) / half, by its series, which has no cancellation
    let square = half * half;
    let step =
        |sum: T, k: i32| T::one() + sum * square / T::from_real(T::Real::of(f64::from(2 * k * (2 * k + 1))));
    (x + half).exponential() * (1..=8).rev().fold(T::one(), step)
}
