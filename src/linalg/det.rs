//! Determinants, and their signs and logarithms.

use super::packs::{TINY, gather, in_packs, tiny};
use super::stack::{
    Given, Matrices, Results, Rows, Stack, Stacked, for_each, number_each, numbers, operations,
};
use super::{Equilibration, equilibrate, square};
use crate::error::BadMatrix;
use crate::kernels::{Dense, Kernels, Library, lu_kernels, packs};
use crate::loops::packs::ALL;
use crate::{ErrorKind, Named, Real, Result, Scalar};
use ndarray::{ArrayRef, ArrayRef2, Ix2};
use num_traits::{Float, Zero};
use std::f64::consts::LN_2;

/// The sign and the logarithm of a determinant, as NumPy's `SlogdetResult`; for a stack of matrices, arrays
/// of them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SlogDet<T: Scalar, D: Matrices = Ix2> {
    /// 1, -1 or 0; for a complex matrix, a number of modulus 1, or 0.
    pub sign: D::Each<T>,
    /// The natural logarithm of the absolute value of the determinant; minus infinity if it is 0.
    pub logabsdet: D::Each<T::Real>,
}

/// `value * SAFE^exponent`, with `value` so near to 1 that the product of two values is safe.
struct Scaled<T> {
    value: T,
    exponent: i64,
}

impl<T: Scalar> Scaled<T> {
    fn new(mut value: T) -> Self {
        let safe = T::Real::SAFE;
        let mut exponent = 0;
        let size = |x: T| x.re().abs().max(x.im().abs());
        while size(value) > safe && size(value).is_finite() {
            value *= T::from_real(safe.recip());
            exponent += 1;
        }
        // written so that a NaN, whose size is 0, ends the loop
        while size(value) < safe.recip() && size(value) > T::Real::zero() {
            value *= T::from_real(safe);
            exponent -= 1;
        }
        Scaled { value, exponent }
    }
}

/// A factorization of a matrix scaled by powers of two.
struct Factors<T> {
    /// P·L·U; only the diagonal of U is read.
    lu: Dense<T>,
    /// Whether P is odd.
    odd: bool,
    /// The determinant must be multiplied by 2 to this power.
    exponent: i64,
}

/// Factorizes the transpose, which has the same determinant; `None` for a singular matrix.
fn factorize<T: Scalar>(a: &ArrayRef2<T>) -> Result<Option<Factors<T>>, ErrorKind> {
    let n = square(a)?;
    if n == 0 {
        return Ok(Some(Factors { lu: Dense::zeros(0, 0)?, odd: false, exponent: 0 }));
    }
    let mut factors = factorize_in(lu_kernels(n), a)?;
    if !factors.lu.diagonal().all(|u| u.re().is_finite() && u.im().is_finite()) {
        // The libraries multiply by the reciprocal of a pivot, which is infinite for a denormal pivot; our
        // own kernel divides.
        factors = factorize_in(T::kernels_of(Library::Small), a)?;
    }
    let singular = factors.lu.diagonal().any(|u| u.is_zero());
    Ok((!singular).then_some(factors))
}

fn factorize_in<T: Scalar>(kernels: &dyn Kernels<T>, a: &ArrayRef2<T>) -> Result<Factors<T>, ErrorKind> {
    let mut lu = Dense::new(&a.t())?;
    let exponent = match equilibrate(a, &mut lu)? {
        Some(Equilibration { rows, columns }) => {
            rows.iter().chain(&columns).map(|power| i64::from(power.inverse().exponent())).sum()
        }
        None => 0,
    };
    let odd = kernels.lu(&mut lu)?;
    Ok(Factors { lu, odd, exponent })
}

/// Returns the determinant of a square matrix, as `numpy.linalg.det(a)`.
///
/// `a` has shape `(n, n)` or `(.., n, n)` and any memory layout; a stack gives the determinants with the
/// shape of its leading axes. The determinant of a 0 x 0 matrix is 1, that of an exactly
/// singular one is 0. Uses LU with partial pivoting (`getrf`). Partial products of the pivots neither
/// overflow nor underflow, and the product is accurate to `n` roundings (NumPy takes the exponential of
/// [`slogdet`], which loses digits). A determinant that is too large for the type is infinite, one that is
/// too small is 0: see [`slogdet`].
///
/// # Errors
/// [`ErrorKind::Shape`] if `a` is not square, [`ErrorKind::NonFinite`] for a NaN or an infinity.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::det(&array![[1., 2.], [3., 4.]])?, -2.);
/// assert_eq!(linstat::det(&array![[1., 2.], [2., 4.]])?, 0.);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("getrf", "determinant"))]
pub fn det<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>) -> Result<D::Each<T>> {
    number_each(a, T::det, T::dets).named("det")
}

pub(super) fn dets_of<T: Scalar>(stack: &Stack<'_, T>) -> Result<Stacked<T>, BadMatrix> {
    let n = stack.square()?;
    let Some(packs) = packs::<T>(n) else { return numbers(stack, cost(n), det_of) };
    let mut results = Results::new(stack.lead(), &[])?;
    let run = |matrices, [pack, dets]: [&mut [_]; 2], out: &mut Rows<'_, T>| {
        // the determinant of the transpose, as for one matrix
        gather(&packs, stack, &matrices, true, pack);
        let good = (packs.det)(n, pack, &mut dets[0]);
        (packs.separate)(1, 1, false, dets, out.data);
        good
    };
    in_packs(stack, results.room(), cost(n), [n * n, 1], &run, &|k, out| {
        out.data[0] = det_of(&stack.matrix(k))?;
        Ok(())
    })?;
    Ok(results.done())
}

/// Returns about the number of operations of an LU factorization.
fn cost(n: usize) -> usize {
    operations([n, n, n + 4])
}

pub(super) fn det_of<T: Scalar>(a: &ArrayRef2<T>) -> Result<T, ErrorKind> {
    let n = square(a)?;
    if let Some(packs) = packs::<T>(n) {
        let mut det = T::zero();
        let good = match n {
            ..=TINY => (packs.det_alone)(n, &mut tiny(a, true), &mut det),
            _ => (packs.det_alone)(n, Dense::new(&a.t())?.as_mut_slice(), &mut det),
        };
        if good == ALL {
            return Ok(det);
        }
    }
    let Some(Factors { lu, odd, exponent }) = factorize(a)? else { return Ok(T::zero()) };
    Ok(product(lu.diagonal(), odd, exponent))
}

/// Returns the product of all pivots, times 2 to the power `exponent`, negative for an odd permutation.
pub(super) fn product<T: Scalar>(pivots: impl Iterator<Item = T>, odd: bool, exponent: i64) -> T {
    let mut product = Scaled { value: if odd { -T::one() } else { T::one() }, exponent: 0 };
    for pivot in pivots {
        let pivot = Scaled::new(pivot);
        let value = Scaled::new(product.value * pivot.value);
        product = Scaled { value: value.value, exponent: product.exponent + pivot.exponent + value.exponent };
    }
    let safe = i64::from(T::Real::SAFE_EXPONENT);
    // at the limits, any number between 1 / SAFE and SAFE overflows or underflows, but the two powers do not
    let most = 4 * safe + 48;
    let exponent = (exponent + product.exponent * safe).clamp(-most, most) as i32;
    let power = |exponent: i32| Float::powi(T::Real::of(2.0), -exponent);
    // part by part: the complex product turns an infinity into NaN
    product.value.div_real(power(exponent / 2)).div_real(power(exponent - exponent / 2))
}

/// Returns the sign and the logarithm of the absolute value of the determinant, as `numpy.linalg.slogdet(a)`,
/// for determinants that would overflow or underflow.
///
/// `a` has shape `(n, n)` or `(.., n, n)` and any memory layout; a 0 x 0 matrix gives `(1, 0)`, an exactly
/// singular one `(0, -inf)`. Uses LU with partial pivoting (`getrf`).
///
/// # Errors
/// As [`det`].
///
/// # Examples
/// ```
/// use ndarray::Array2;
/// let a = Array2::<f64>::eye(1000) * -1e-5;
/// let result = linstat::slogdet(&a)?; // det is 1e-5000
/// assert_eq!(result.sign, 1.);
/// assert!((result.logabsdet - 1000. * 1e-5_f64.ln()).abs() < 1e-9);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("log_determinant", "logdet"))]
pub fn slogdet<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>) -> Result<SlogDet<T, D>> {
    sign_and_logarithm(a).named("slogdet")
}

#[inline]
fn sign_and_logarithm<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>) -> Result<SlogDet<T, D>, BadMatrix> {
    Ok(match D::given(a)? {
        Given::One(a) => {
            let SlogDet { sign, logabsdet } = T::slogdet(&a)?;
            SlogDet { sign: D::one(sign), logabsdet: D::one(logabsdet) }
        }
        Given::Stack(stack) => {
            let (sign, logabsdet) = T::slogdets(&stack)?;
            SlogDet { sign: D::each(sign), logabsdet: D::each(logabsdet) }
        }
    })
}

pub(super) fn slogdets_of<T: Scalar>(
    stack: &Stack<'_, T>,
) -> Result<(Stacked<T>, Stacked<T::Real>), BadMatrix> {
    let cost = cost(stack.square()?);
    let (mut signs, mut logarithms) = (Results::new(stack.lead(), &[])?, Results::new(stack.lead(), &[])?);
    for_each(stack, (signs.room(), logarithms.room()), cost, |a, (sign, logarithm)| {
        let one = slogdet_of(a)?;
        (sign.data[0], logarithm.data[0]) = (one.sign, one.logabsdet);
        Ok(())
    })?;
    Ok((signs.done(), logarithms.done()))
}

pub(super) fn slogdet_of<T: Scalar>(a: &ArrayRef2<T>) -> Result<SlogDet<T>, ErrorKind> {
    let Some(Factors { lu, odd, exponent }) = factorize(a)? else { return Ok(zero()) };
    Ok(logarithm(lu.diagonal(), odd, exponent))
}

/// The determinant 0.
pub(super) fn zero<T: Scalar>() -> SlogDet<T> {
    SlogDet { sign: T::zero(), logabsdet: T::Real::neg_infinity() }
}

/// As [`product`], for pivots that are not 0.
pub(super) fn logarithm<T: Scalar>(pivots: impl Iterator<Item = T>, odd: bool, scaled: i64) -> SlogDet<T> {
    let mut sign = if odd { -T::one() } else { T::one() };
    let (mut logarithms, mut exponent) = (T::Real::zero(), 0i64);
    for pivot in pivots {
        let pivot = Scaled::new(pivot);
        let modulus = pivot.value.modulus();
        sign *= pivot.value.div_real(modulus);
        // a product of numbers of modulus 1 drifts away from the unit circle, so it is normalised each time
        sign = sign.div_real(sign.modulus());
        logarithms += modulus.ln();
        exponent += pivot.exponent;
    }
    let exponent = exponent * i64::from(T::Real::SAFE_EXPONENT) + scaled;
    SlogDet { sign, logabsdet: logarithms + T::Real::of(exponent as f64 * LN_2) }
}
