//! Linear systems.

use super::packs::{TINY, gather, in_packs, tiny};
use super::stack::{
    Given, Matrices, Results, Rows, Stack, Stacked, broadcast_lead, in_parts, of_one, one_by_one, operations,
    put,
};
use super::{Equilibration, equilibrate, size, square};
use crate::error::BadMatrix;
use crate::kernels::{Dense, Kernels, Library, lu_kernels, packs};
use crate::loops::are_finite;
use crate::loops::packs::{ALL, lanes_without};
use crate::number::PowerOfTwo;
use crate::{ErrorKind, Named, Real, Result, Scalar};
use ndarray::{
    Array, Array1, Array2, ArrayRef, ArrayRef1, ArrayRef2, ArrayViewD, Axis, DimMax, Dimension, Ix1, Ix2,
    Ix3, Ix4, Ix5, Ix6, IxDyn,
};
use num_traits::{Float, Zero};
use std::ops::RangeInclusive;

/// Dimensions of a right-hand side of [`solve`] for matrices of the dimension `A`: one vector, or matrices
/// whose columns are vectors, also a stack of them. Sealed.
#[diagnostic::on_unimplemented(
    message = "`solve` takes right-hand sides of one to six dimensions, not of `{Self}`",
    label = "not a vector, a matrix or a stack of matrices",
    note = "a number is a vector of length 1"
)]
pub trait RightHandSide<A: Matrices>: Dimension + sealed::Sealed {
    /// Dimension of the solution: that of the right-hand side, with the leading axes of a stack.
    type Solution: Dimension;
    #[doc(hidden)]
    fn solve<T: Scalar>(
        a: &ArrayRef<T, A>,
        b: &ArrayRef<T, Self>,
    ) -> Result<Array<T, Self::Solution>, BadMatrix>;
}

mod sealed {
    pub trait Sealed {}
}

impl sealed::Sealed for Ix1 {}
impl<A: Matrices> RightHandSide<A> for Ix1 {
    type Solution = A::Smaller;
    fn solve<T: Scalar>(a: &ArrayRef<T, A>, b: &ArrayRef1<T>) -> Result<Array<T, A::Smaller>, BadMatrix> {
        Ok(match A::given(a)? {
            Given::One(a) => of_one(T::solve_vector(&a, b)?),
            Given::Stack(a) => T::solve_stacks(&a, b.view().into_dyn())?.into_array(),
        })
    }
}

impl sealed::Sealed for Ix2 {}
impl RightHandSide<Ix2> for Ix2 {
    type Solution = Ix2;
    fn solve<T: Scalar>(a: &ArrayRef2<T>, b: &ArrayRef2<T>) -> Result<Array2<T>, BadMatrix> {
        Ok(T::solve_columns(a, b, b.shape())?)
    }
}

/// Pairs of dimensions with a stack on either side.
macro_rules! pairs {
    ($b:ty: $($a:ty),*) => {$(
        impl RightHandSide<$a> for $b {
            type Solution = <$a as DimMax<$b>>::Output;
            fn solve<T: Scalar>(
                a: &ArrayRef<T, $a>,
                b: &ArrayRef<T, $b>,
            ) -> Result<Array<T, Self::Solution>, BadMatrix> {
                Ok(T::solve_stacks(&Stack::of(a.view().into_dyn())?, b.view().into_dyn())?.into_array())
            }
        }
    )*};
    ($($b:ty),*) => {$(
        impl sealed::Sealed for $b {}
        pairs!($b: Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn);
    )*};
}

pairs!(Ix2: Ix3, Ix4, Ix5, Ix6, IxDyn);
pairs!(Ix3, Ix4, Ix5, Ix6, IxDyn);

/// Solves the linear system `a · x = b`, as `numpy.linalg.solve(a, b)`.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `a` | `(m, m)`, or `(.., m, m)` for a stack | coefficients, any memory layout |
/// | `b` | `(m,)` or `(m, k)`, or `(.., m, k)` | right-hand sides, one per column |
/// | result | `(.., m)` if `b` has one dimension, else `(.., m, k)` | solutions; of one matrix in Fortran order |
///
/// The leading axes of stacks are broadcast against each other, as in NumPy; one vector is solved for with
/// every matrix.
///
/// Uses LU with partial pivoting (`getrf`, `getrs`). Neither argument is modified. The relative error is of
/// the order of `m * EPSILON * cond(a)`. f32 is computed in f32 (NumPy computes it in f64 and rounds). A NaN
/// in `b` affects only its column. Rows and columns with very large or very small elements are first scaled
/// by powers of two to be near 1, which is exact, and so are right-hand sides, in parts if their elements are
/// of very different sizes; an unknown that is too large for the type is infinite.
///
/// # Errors
/// [`ErrorKind::Shape`] if `a` is not square or the row counts differ; [`ErrorKind::Singular`] if a pivot is
/// *exactly* zero (a nearly singular `a` is not an error); [`ErrorKind::NonFinite`] for a NaN or an infinity
/// in `a`, or if unknowns overflow and turn others into NaN.
///
/// # Examples
/// ```
/// use ndarray::array;
/// let x = linstat::solve(&array![[3., 1.], [1., 2.]], &array![9., 8.])?;
/// approx::assert_abs_diff_eq!(x, array![2., 3.], epsilon = 1e-14);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("gesv", "getrs"))]
pub fn solve<T: Scalar, A: Matrices, B: RightHandSide<A>>(
    a: &ArrayRef<T, A>,
    b: &ArrayRef<T, B>,
) -> Result<Array<T, B::Solution>> {
    B::solve(a, b).named("solve")
}

/// Solves the systems of a stack; `b` is one vector, or a stack of matrices.
pub(super) fn solve_stacks<T: Scalar>(
    a: &Stack<'_, T>,
    b: ArrayViewD<'_, T>,
) -> Result<Stacked<T>, BadMatrix> {
    let mismatch = || ErrorKind::shape("a (.., m, m) and b (m,) or (.., m, k)", &[a.shape(), b.shape()]);
    let n = a.square().map_err(|_| mismatch())?;
    let is_vector = b.ndim() == 1;
    let columns = Stack::of(if is_vector { b.view().insert_axis(Axis(1)) } else { b.view() })
        .map_err(|_| mismatch())?;
    let (rows, k) = columns.dim();
    let lead = broadcast_lead(a.lead(), columns.lead()).filter(|_| rows == n).ok_or_else(mismatch)?;
    let (a, columns) = a.broadcast(&lead).zip(columns.broadcast(&lead)).ok_or_else(mismatch)?;
    let each = if is_vector { &[n][..] } else { &[n, k] };
    let mut results = Results::new(&lead, each)?;
    let cost = operations([n, n, n + 4]).saturating_add(operations([2, n, n, k]));
    let one = |i: usize, out: Rows<'_, T>| {
        let b = columns.matrix(i);
        put(&solve_columns(&a.matrix(i), &b, b.shape())?, out);
        Ok(())
    };
    if let (1.., Some(packs)) = (k, packs::<T>(n)) {
        let run = |matrices, [pack, x]: [&mut [_]; 2], out: &mut Rows<'_, T>| {
            gather(&packs, &a, &matrices, false, pack);
            gather(&packs, &columns, &matrices, false, x);
            let without_small = lanes_without(x, |x| has_small(&[x]));
            let good = (packs.solve)(n, pack, x);
            (packs.separate)(n, k, false, x, out.data);
            good & without_small
        };
        in_packs(&a, results.room(), cost, [n * n, n * k], &run, &one)?;
    } else {
        in_parts(&a, results.room(), cost, |range, out| one_by_one(range, out, one))?;
    }
    Ok(results.done())
}

pub(super) fn solve_vector<T: Scalar>(a: &ArrayRef2<T>, b: &ArrayRef1<T>) -> Result<Array1<T>, ErrorKind> {
    Ok(solve_columns(a, &b.view().insert_axis(Axis(1)), b.shape())?.remove_axis(Axis(1)))
}

/// Returns the solutions for the columns of `b`; `given` is the shape of the caller's `b`.
pub(super) fn solve_columns<T: Scalar>(
    a: &ArrayRef2<T>,
    b: &ArrayRef2<T>,
    given: &[usize],
) -> Result<Array2<T>, ErrorKind> {
    let mismatch = || ErrorKind::shape("a (m, m) and b (m,) or (m, k)", &[a.shape(), given]);
    let n = square(a).map_err(|_| mismatch())?;
    if b.nrows() != n {
        return Err(mismatch());
    }
    let right = || Dense::new(b);
    let mut x = right()?;
    if let (1.., Some(packs)) = (x.cols(), packs::<T>(n))
        && !has_small(x.as_slice())
    {
        let good = match n {
            ..=TINY => (packs.solve_alone)(n, &mut tiny(a, false), x.as_mut_slice()),
            _ => (packs.solve_alone)(n, Dense::new(a)?.as_mut_slice(), x.as_mut_slice()),
        };
        if good == ALL {
            return Ok(x.into_array());
        }
        x = right()?;
    }
    if n > 0 && x.cols() > 0 {
        let columns = if has_small(x.as_slice()) { Columns::InParts } else { Columns::Whole };
        eliminate(lu_kernels(n), a, &mut x, columns)?;
        if !are_finite(x.as_slice()) && has_lost(&right()?, &x, |x| x.is_finite()) {
            // The libraries multiply by the reciprocal of a pivot, which is infinite for a denormal pivot;
            // our own kernel divides. The quotient of complex numbers can also overflow although its value is
            // finite, and an infinite unknown times 0 is NaN.
            x = right()?;
            eliminate(T::kernels_of(Library::Small), a, &mut x, Columns::InParts)?;
            if has_lost(&right()?, &x, |x| !x.is_nan()) {
                return Err(ErrorKind::non_finite("solution", &x.view()));
            }
        }
    }
    Ok(x.into_array())
}

/// Returns whether products of an element with those of a moderate matrix may vanish.
pub(super) fn has_small<T: Scalar>(b: &[T]) -> bool {
    let least = T::Real::min_positive_value() * T::Real::SAFE;
    // false for a NaN
    let small = |x: &T| (x.re().abs() < least) & (x.im().abs() < least) & !x.is_zero();
    b.iter().fold(false, |any, x| any | small(x))
}

/// Returns whether the solution for a finite column of `b` has a part that is not `good`.
pub(super) fn has_lost<T: Scalar>(b: &Dense<T>, x: &Dense<T>, good: fn(T::Real) -> bool) -> bool {
    let all = |column: &[T], good: fn(T::Real) -> bool| column.iter().all(|x| good(x.re()) && good(x.im()));
    let [b, x] = [b, x].map(|m| m.as_slice().chunks_exact(m.rows()));
    b.zip(x).any(|(b, x)| all(b, |x| x.is_finite()) && !all(x, good))
}

/// How right-hand sides are solved for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Columns {
    /// As they are, if the matrix is moderate.
    Whole,
    /// As sums of parts, each of which is scaled to be near 1.
    InParts,
}

/// Solves `a · x = b` in place.
fn eliminate<T: Scalar>(
    kernels: &dyn Kernels<T>,
    a: &ArrayRef2<T>,
    b: &mut Dense<T>,
    columns: Columns,
) -> Result<(), ErrorKind> {
    // A row-major matrix is the transpose of a column-major one, so it is copied as its transpose and solved
    // as such. Other layouts are treated in the same way: rounding decides what is exactly singular, and must
    // not depend on the layout.
    let mut transpose = Dense::new(&a.t())?;
    let powers = equilibrate(a, &mut transpose)?;
    if powers.is_none() && columns == Columns::Whole {
        return kernels.solve_transpose(transpose, b);
    }
    let powers = powers.map_or_else(|| Equilibration::none(b.rows()), Ok)?;
    let mut transpose = Some(transpose);
    eliminate_in_parts(&powers, b, &mut |y| {
        let transpose = transpose.take();
        transpose.map_or_else(|| unreachable!("parts are solved together"), |a| kernels.solve_transpose(a, y))
    })
}

/// The elements of a column of the right-hand side whose exponents are in a range.
struct Part {
    column: usize,
    exponents: RangeInclusive<i32>,
    /// Scales them to be near 1, unless they are moderate already.
    scale: PowerOfTwo,
}

/// The exponent of an element after its multiplication by a power; nothing for 0 and what is not finite.
fn exponent<T: Scalar>(x: T, power: PowerOfTwo) -> Option<i32> {
    let size = size(x);
    (size.is_finite() && !size.is_zero()).then(|| PowerOfTwo::near(size).and(power).exponent())
}

/// Splits a column into parts of similar exponents, from the largest to the smallest: at least one part, and
/// only one for a column that is not finite.
fn split<T: Scalar>(
    column: &[T],
    powers: &[PowerOfTwo],
    mut found: impl FnMut(RangeInclusive<i32>, PowerOfTwo) -> Result<(), ErrorKind>,
) -> Result<(), ErrorKind> {
    let safe = i32::from(T::Real::SAFE_EXPONENT);
    let is_finite = are_finite(column);
    let mut rest = i32::MIN..=i32::MAX;
    loop {
        let exponents = column.iter().zip(powers).filter_map(|(&x, &power)| exponent(x, power));
        let largest = exponents.filter(|exponent| rest.contains(exponent)).max();
        let scale = match largest {
            Some(largest) if largest.abs() > safe / 2 => PowerOfTwo::of(-largest),
            _ => PowerOfTwo::none(),
        };
        match largest {
            Some(largest) if is_finite => {
                found(largest - safe..=largest, scale)?;
                rest = i32::MIN..=largest - safe - 1;
            }
            None if *rest.end() < i32::MAX => return Ok(()),
            _ => return found(rest, scale),
        }
    }
}

/// Solves `a · x = b` in place by `solve`, which solves `(C · a · R) · y = c`: `C` and `R` are the diagonal
/// matrices of the powers of columns and of rows of the transpose of `a`.
///
/// Equations that do not share unknowns may have right-hand sides of such different sizes that there is no
/// scale for all of them. The solution is linear in the right-hand side: it is the sum of those for its
/// parts.
#[cold]
pub(super) fn eliminate_in_parts<T: Scalar>(
    Equilibration { rows, columns }: &Equilibration,
    b: &mut Dense<T>,
    solve: &mut dyn FnMut(&mut Dense<T>) -> Result<(), ErrorKind>,
) -> Result<(), ErrorKind> {
    // a · x = b is (C · a · R) · (R⁻¹ · x) = C · b, since a row of the transpose is a column of `a`
    let n = b.rows();
    let mut parts: Vec<Part> = Vec::new();
    for (column, x) in b.as_slice().chunks_exact(n).enumerate() {
        split(x, columns, |exponents, scale| {
            parts.try_reserve(1).map_err(|_| ErrorKind::TooLarge { dim: parts.len() })?;
            parts.push(Part { column, exponents, scale });
            Ok(())
        })?;
    }
    let mut y = Dense::zeros(n, parts.len())?;
    for (part, y) in parts.iter().zip(y.as_mut_slice().chunks_exact_mut(n)) {
        let column = b.as_slice()[part.column * n..].iter().zip(columns);
        for (y, (&x, power)) in y.iter_mut().zip(column) {
            match exponent(x, *power) {
                Some(exponent) if !part.exponents.contains(&exponent) => {}
                Some(_) => *y = power.and(part.scale).times(x),
                None => *y = x,
            }
        }
    }
    solve(&mut y)?;
    let mut first = 0;
    for (part, y) in parts.iter().zip(y.as_slice().chunks_exact(n)) {
        let x = &mut b.as_mut_slice()[part.column * n..];
        for ((x, &y), power) in x.iter_mut().zip(y).zip(rows) {
            // a power may be infinite where the unknown is 0
            let y = if y.is_zero() { y } else { power.and(part.scale.inverse()).times(y) };
            *x = if part.column == first { y } else { *x + y };
        }
        // the other parts of this column are added to this one
        if part.column == first {
            first += 1;
        }
    }
    Ok(())
}
