//! One place in a lane or several: the argument of partitions.

use crate::memory::room;
use crate::{ErrorKind, Result};
use ndarray::{Array1, ArrayRef1};

/// The `kth` of a partition: one index (`i32`, `i64`, `isize` or `usize`), or several (`[i32; N]`, `&[i32]`,
/// `Vec<i32>`, `Array1<i32>` and references to them, and the same of the other types). A negative index
/// counts from the end of the lane: -1 is its last element. Sealed.
///
/// # Examples
/// ```
/// use linstat::partition;
/// use ndarray::array;
/// let x = array![5, 1, 4, 2, 3];
/// assert_eq!(partition(&x, 0)?[0], 1);
/// assert_eq!(partition(&x, -1)?[4], 5);
/// let parted = partition(&x, [0, 2, -1])?;
/// assert_eq!([parted[0], parted[2], parted[4]], [1, 3, 5]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no `kth` of a partition: expected an index or several of them",
    note = "write `2`, `-1`, `[0, -1]`, a slice, a `Vec` or an `Array1`, of `i32`, `i64`, `isize` or `usize`"
)]
pub trait Kth: Seal {
    /// The indices in a lane of length `n`, ascending, each once.
    #[doc(hidden)]
    fn places(&self, n: usize) -> Result<Vec<usize>, ErrorKind>;
}

/// Private: it seals [`Kth`].
pub trait Seal {}

/// An index that may be negative.
trait Index: Copy {
    fn wide(self) -> i128;
}

fn places_of<I: Index>(kth: impl ExactSizeIterator<Item = I>, n: usize) -> Result<Vec<usize>, ErrorKind> {
    let mut places = room(kth.len())?;
    for k in kth {
        let (k, len) = (k.wide(), n as i128);
        let place = if k < 0 { k + len } else { k };
        if !(0..len).contains(&place) {
            let reason = format!("expected an index from {} to {}, found {k}", -len, len - 1);
            return Err(ErrorKind::invalid("kth", reason));
        }
        places.push(place as usize);
    }
    places.sort_unstable();
    places.dedup();
    Ok(places)
}

macro_rules! kth {
    ($($t:ident)*) => {$(
        impl Index for $t {
            fn wide(self) -> i128 {
                self as i128
            }
        }
        kth!(@impl [] $t, kth => [*kth].into_iter());
        kth!(@impl [const N: usize] [$t; N], kth => kth.iter().copied());
        kth!(@impl [const N: usize] &[$t; N], kth => kth.iter().copied());
        kth!(@impl [] &[$t], kth => kth.iter().copied());
        kth!(@impl [] Vec<$t>, kth => kth.iter().copied());
        kth!(@impl [] &Vec<$t>, kth => kth.iter().copied());
        kth!(@impl [] Array1<$t>, kth => kth.iter().copied());
        kth!(@impl [] &Array1<$t>, kth => kth.iter().copied());
        kth!(@impl [] &ArrayRef1<$t>, kth => kth.iter().copied());
    )*};
    (@impl [$($generic:tt)*] $t:ty, $kth:ident => $all:expr) => {
        impl<$($generic)*> Seal for $t {}
        impl<$($generic)*> Kth for $t {
            fn places(&self, n: usize) -> Result<Vec<usize>, ErrorKind> {
                let $kth = self;
                places_of($all, n)
            }
        }
    };
}

kth!(i32 i64 isize usize);
