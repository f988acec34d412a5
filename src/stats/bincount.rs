//! Counts of whole numbers.

use crate::loops::lanes::check_extent;
use crate::memory::defaults;
use crate::{ErrorKind, Named, Real, Result};
use ndarray::{Array1, ArrayRef1};

/// An element of [`bincount`]: an integer of up to 64 bits, `isize`, `usize`, or `bool`. Sealed.
#[diagnostic::on_unimplemented(
    message = "`bincount` counts whole numbers, not `{Self}`",
    note = "for real numbers there is `histogram`, for any labels `unique_counts`"
)]
pub trait Countable: Seal + Copy {
    /// The number as an index; itself if it is negative.
    #[doc(hidden)]
    fn index(self) -> Result<usize, i64>;
}

/// Private: it seals [`Countable`].
pub trait Seal {}

macro_rules! countable {
    ($($t:ident)*) => {$(
        impl Seal for $t {}
        impl Countable for $t {
            #[inline]
            fn index(self) -> Result<usize, i64> {
                usize::try_from(self).map_err(|_| self as i64)
            }
        }
    )*};
}

countable!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize bool);

/// Returns how often each number from 0 to the largest one occurs, as
/// `numpy.bincount(x, minlength=minlength)`.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `x` | `(n,)` | numbers that are not negative, of any integer type or `bool`, in any layout |
/// | `minlength` | | least length of the result |
/// | result | `(max(x) + 1,)`, or longer | the number of times that each index occurs |
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for a negative number, [`ErrorKind::TooLarge`] if the result does not fit
/// into memory.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::bincount(&array![1, 3, 1, 0], 0)?, array![1, 2, 0, 1]);
/// assert_eq!(linstat::bincount(&array![0, 0], 3)?, array![2, 0, 0]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn bincount<T: Countable>(x: &ArrayRef1<T>, minlength: usize) -> Result<Array1<usize>> {
    let counted = room_for::<T, usize>(x, minlength).map(|mut counts: Vec<usize>| {
        indices(x).for_each(|i| counts[i] += 1);
        counts.into()
    });
    counted.named("bincount")
}

/// Returns the sum of the weights of each number from 0 to the largest one, as
/// `numpy.bincount(x, weights, minlength)`.
///
/// `weights` has the shape of `x`. The weights are added in order and in `f64`, as in NumPy. See
/// [`bincount`].
///
/// # Errors
/// As [`bincount`]; [`ErrorKind::Shape`] if there is not one weight for each number.
///
/// # Examples
/// ```
/// use ndarray::array;
/// let sums = linstat::bincount_weighted(&array![0, 2, 2], &array![0.5, 1., 2.], 0)?;
/// assert_eq!(sums, array![0.5, 0., 3.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn bincount_weighted<T: Countable, W: Real>(
    x: &ArrayRef1<T>,
    weights: &ArrayRef1<W>,
    minlength: usize,
) -> Result<Array1<f64>> {
    let name = "bincount_weighted";
    if x.len() != weights.len() {
        return Err(ErrorKind::shape("x (n,) and weights (n,)", &[x.shape(), weights.shape()])).named(name);
    }
    let mut sums: Vec<f64> = room_for(x, minlength).named(name)?;
    indices(x).zip(weights).for_each(|(i, weight)| sums[i] += weight.f64());
    Ok(sums.into())
}

/// Returns zeros for all indices; refuses negative numbers.
fn room_for<T: Countable, C: Copy + Default>(
    x: &ArrayRef1<T>,
    minlength: usize,
) -> Result<Vec<C>, ErrorKind> {
    check_extent(x)?;
    let mut len = minlength;
    for (at, x) in x.iter().enumerate() {
        match x.index() {
            Ok(index) => len = len.max(index.saturating_add(1)),
            Err(negative) => {
                let reason = format!("expected numbers that are not negative, found {negative} at [{at}]");
                return Err(ErrorKind::invalid("x", reason));
            }
        }
    }
    defaults(len)
}

fn indices<T: Countable>(x: &ArrayRef1<T>) -> impl Iterator<Item = usize> {
    x.iter().filter_map(|x| x.index().ok())
}
