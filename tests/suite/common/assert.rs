//! Comparisons that fail for NaN, and name the case and the first index that differs.

use super::{Element, Stored};
use linstat::{Error, ErrorKind, Real, Scalar};
use ndarray::{Array2, ArrayRef, ArrayRef2, Dimension};
use num_complex::Complex64;
use num_traits::Zero;
use std::cell::RefCell;

thread_local! {
    static CASES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Runs `f` under a name that is printed if it fails or panics.
pub fn case<R>(name: impl Into<String>, f: impl FnOnce() -> R) -> R {
    struct Pop;
    impl Drop for Pop {
        fn drop(&mut self) {
            if std::thread::panicking() {
                CASES.with_borrow(|cases| eprintln!("in case: {}", cases.join(", ")));
            }
            CASES.with_borrow_mut(|cases| cases.pop());
        }
    }
    CASES.with_borrow_mut(|cases| cases.push(name.into()));
    let _pop = Pop;
    f()
}

/// Fails with the current case.
#[track_caller]
pub fn fail(message: impl std::fmt::Display) -> ! {
    panic!("{}: {message}", CASES.with_borrow(|cases| cases.join(", ")))
}

/// Whether two numbers are equal or at most `tolerance` apart; false if one of them is NaN.
fn near<T: Scalar>(x: T, y: T, tolerance: f64) -> bool {
    // the difference of equal infinities is NaN
    x == y || (x - y).modulus().f64() <= tolerance
}

/// Fails unless both have the same shape and all elements are at most `tolerance` apart.
#[track_caller]
pub fn close<T: Scalar, D: Dimension>(actual: &ArrayRef<T, D>, expected: &ArrayRef<T, D>, tolerance: f64) {
    close_by(actual, expected, |_| tolerance);
}

/// As [`close`], with a tolerance of `relative` times the expected size of each element.
#[track_caller]
pub fn close_relative<T: Scalar, D: Dimension>(
    actual: &ArrayRef<T, D>,
    expected: &ArrayRef<T, D>,
    relative: f64,
) {
    close_by(actual, expected, |x| relative * x.modulus().f64());
}

#[track_caller]
fn close_by<T: Scalar, D: Dimension>(
    actual: &ArrayRef<T, D>,
    expected: &ArrayRef<T, D>,
    tolerance: impl Fn(T) -> f64,
) {
    if actual.shape() != expected.shape() {
        fail(format_args!("shape {:?}, expected {:?}", actual.shape(), expected.shape()));
    }
    for (i, (&x, &y)) in actual.iter().zip(expected).enumerate() {
        if !near(x, y, tolerance(y)) {
            let index = expected.view().into_dyn().indexed_iter().nth(i).map(|(index, _)| index);
            let index = index.unwrap_or_else(|| unreachable!("as many indices as elements"));
            let tolerance = tolerance(y);
            fail(format_args!("{x} at {:?}, expected {y} to {tolerance:e}", index.slice()));
        }
    }
}

/// [`close`] for two numbers.
#[track_caller]
pub fn close_number<T: Scalar>(actual: T, expected: T, tolerance: f64) {
    close(&ndarray::arr0(actual), &ndarray::arr0(expected), tolerance);
}

/// Fails unless `actual` equals `expected`, including the sign of zero; NaN equals only NaN.
#[track_caller]
pub fn same<T: Scalar, D: Dimension>(actual: &ArrayRef<T, D>, expected: &ArrayRef<T, D>) {
    let bits = |x: T| {
        [x.re(), x.im()].map(|x| if x.f64().is_nan() { f64::NAN.to_bits() } else { x.f64().to_bits() })
    };
    if actual.shape() != expected.shape() || !actual.iter().zip(expected).all(|(&x, &y)| bits(x) == bits(y)) {
        fail(format_args!("{actual:?}, expected {expected:?}"));
    }
}

/// As [`same`], for every element type.
#[track_caller]
pub fn identical<T: Stored, D: Dimension, E: Dimension>(actual: &ArrayRef<T, D>, expected: &ArrayRef<T, E>) {
    let bits = |x: &T| x.bits();
    if actual.shape() != expected.shape() || !actual.iter().map(bits).eq(expected.iter().map(bits)) {
        fail(format_args!("{actual:?}, expected {expected:?}"));
    }
}

/// The largest column sum of absolute values.
pub fn one_norm<T: Scalar>(a: &ArrayRef2<T>) -> f64 {
    let sums = a.columns().into_iter().map(|c| c.iter().map(|x| x.modulus().f64()).sum::<f64>());
    // `max` drops a NaN
    sums.fold(0.0, |max, x| if max >= x { max } else { x })
}

/// Fails unless `|residual| < 30 * EPSILON * n * scale`, the threshold of LAPACK's own tests, in the 1-norm.
/// A scale of 0 requires a residual of 0.
#[track_caller]
pub fn small_residual<T: Element>(what: &str, residual: &ArrayRef2<impl Scalar>, n: usize, scale: f64) {
    let size = one_norm(residual);
    let unit = T::eps() * n.max(1) as f64 * scale;
    if !(size < 30.0 * unit || size.is_zero()) {
        fail(format_args!("{what}: residual {size:e} is {:.1} of at most 30 units", size / unit));
    }
}

/// Fails unless the columns of `q` are orthonormal.
#[track_caller]
pub fn orthonormal_columns<T: Element>(what: &str, q: &ArrayRef2<T>) {
    let q = super::wide(q);
    let gram = super::adjoint(&q).dot(&q);
    small_residual::<T>(what, &(gram - Array2::<Complex64>::eye(q.ncols())), q.nrows(), 1.0);
}

/// Fails unless `before(x, y)` holds for all neighbours.
#[track_caller]
pub fn ordered<T: Copy + std::fmt::Debug>(what: &str, x: &[T], before: impl Fn(T, T) -> bool) {
    for (i, pair) in x.windows(2).enumerate() {
        if !before(pair[0], pair[1]) {
            fail(format_args!("{what}: {pair:?} at {i} are out of order"));
        }
    }
}

/// Fails unless `result` is this error of the function `op`.
#[track_caller]
pub fn error<R: std::fmt::Debug>(result: linstat::Result<R>, op: &str, expected: ErrorKind) {
    match result {
        Err(e) if e.op() == op && e.kind() == &expected => {}
        other => fail(format_args!("{other:?}, expected {op}: {expected:?}")),
    }
}

/// Fails unless `result` is an [`ErrorKind::Shape`] whose message names the operation and the shapes.
#[track_caller]
pub fn shape_error<R: std::fmt::Debug>(result: linstat::Result<R>, op: &str, shapes: &str) {
    match result {
        Err(e) if matches!(e.kind(), ErrorKind::Shape { .. }) => {
            let message = e.to_string();
            if !(message.starts_with(&format!("{op}: expected "))
                && message.ends_with(&format!("found {shapes}")))
            {
                fail(format_args!("message `{message}`, expected one of {op} and {shapes}"));
            }
        }
        other => fail(format_args!("{other:?}, expected a shape error of {op}")),
    }
}

/// Fails unless `result` is an error for which `kind` is true.
#[track_caller]
pub fn error_kind<R: std::fmt::Debug>(result: linstat::Result<R>, kind: impl Fn(&Error) -> bool) {
    match result {
        Err(e) if kind(&e) => {}
        other => fail(format_args!("{other:?} is not the expected kind of error")),
    }
}

mod tests {
    use super::*;
    use ndarray::{Array1, array};
    use std::panic::catch_unwind;

    /// The message that `f` fails with, or `None`.
    fn failure(f: impl FnOnce() + std::panic::UnwindSafe) -> Option<String> {
        catch_unwind(f).err().map(|panic| panic.downcast_ref::<String>().cloned().unwrap_or_default())
    }

    #[test]
    fn nan_fails_on_either_side_and_on_both() {
        let (nan, one) = (array![1.0, f64::NAN], array![1.0, 1.0]);
        for (x, y) in [(&nan, &one), (&one, &nan), (&nan, &nan)] {
            let (x, y) = (x.clone(), y.clone());
            assert!(failure(move || close(&x, &y, f64::INFINITY)).is_some());
        }
        assert!(failure(move || close(&one, &array![1.0, 1.0], f64::NAN)).is_none());
        assert!(failure(|| close_relative(&array![f64::NAN], &array![1.0], 1e300)).is_some());
        assert!(failure(|| close(&array![1.0], &array![2.0], f64::NAN)).is_some());
        assert!(
            failure(|| small_residual::<f64>("a NaN", &array![[0.0, f64::NAN], [0.0, 0.0]], 2, 1e300))
                .is_some()
        );
        assert!(failure(|| orthonormal_columns("a NaN", &array![[1.0, 0.0], [0.0, f64::NAN]])).is_some());
        assert!(failure(|| ordered("a NaN", &[1.0, f64::NAN], |x, y| x <= y)).is_some());
        assert!(failure(|| same(&array![f64::NAN], &array![1.0])).is_some());
        assert!(failure(|| same(&array![f64::NAN], &array![f64::NAN])).is_none());
    }

    #[test]
    fn the_case_and_the_first_index_are_named() {
        let x = array![[1.0, 2.0], [3.0, 4.0]];
        let y = array![[1.0, 2.0], [7.0, 8.0]];
        let message = failure(|| case("outer", || case("inner", || close(&x, &y, 1.0)))).unwrap();
        assert_eq!(message, "outer, inner: 3 at [1, 0], expected 7 to 1e0");
    }

    #[test]
    fn distances_shapes_and_infinities_count() {
        let inf = f64::INFINITY;
        assert!(failure(|| close(&array![1.0], &array![1.25], 0.25)).is_none());
        assert!(failure(|| close(&array![1.0], &array![1.25], 0.24)).is_some());
        assert!(failure(|| close_relative(&array![9.0], &array![10.0], 0.11)).is_none());
        assert!(failure(|| close_relative(&array![9.0], &array![10.0], 0.09)).is_some());
        assert!(failure(move || close(&array![inf], &array![inf], 0.0)).is_none());
        assert!(failure(move || close(&array![inf], &array![-inf], 1e308)).is_some());
        assert!(failure(|| close(&Array1::<f64>::zeros(2), &Array1::zeros(3), 1.0)).is_some());
        assert!(failure(|| same(&array![0.0], &array![-0.0])).is_some());
    }

    #[test]
    fn bits_count() {
        let x = array![1.0 + f64::EPSILON, -f64::NAN];
        assert!(failure(move || identical(&x, &array![1.0 + f64::EPSILON, f64::NAN])).is_none());
        for (x, y) in [(0.0, -0.0), (1.0, f64::NAN), (1.0, 1.0 + f64::EPSILON)] {
            assert!(failure(move || identical(&array![x], &array![y])).is_some(), "{x} and {y}");
        }
        assert!(failure(|| identical(&array![1, 2], &array![[1, 2]])).is_some());
    }

    #[test]
    fn residuals_are_measured_in_units() {
        let r = |x: f64| array![[x * f64::EPSILON]];
        assert!(failure(move || small_residual::<f64>("r", &r(59.0), 1, 2.0)).is_none());
        assert!(failure(move || small_residual::<f64>("r", &r(61.0), 1, 2.0)).is_some());
        assert!(failure(move || small_residual::<f64>("r", &r(0.0), 1, 0.0)).is_none());
        assert!(failure(move || small_residual::<f64>("r", &r(1.0), 1, 0.0)).is_some());
        assert!(failure(|| orthonormal_columns("q", &array![[1.0, 1.0], [0.0, 0.0]])).is_some());
    }

    #[test]
    fn errors_must_be_the_expected_ones() {
        let one = || linstat::inv(&array![[1.0, 1.0], [1.0, 1.0]]);
        let singular = |pivot| ErrorKind::Singular { pivot };
        assert!(failure(move || error(one(), "inv", singular(1))).is_none());
        assert!(failure(move || error(one(), "inv", singular(0))).is_some());
        assert!(failure(move || error(one(), "solve", singular(1))).is_some());
        assert!(failure(move || error(Ok(()), "inv", singular(1))).is_some());
        let shape = || linstat::det(&array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
        assert!(failure(move || shape_error(shape(), "det", "(2, 3)")).is_none());
        assert!(failure(move || shape_error(shape(), "inv", "(2, 3)")).is_some());
        assert!(failure(move || shape_error(shape(), "det", "(3, 3)")).is_some());
    }
}
