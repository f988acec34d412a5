//! Arguments that may be numbers, arrays or nothing.

use crate::Entry;
use ndarray::{ArrayBase, ArrayRef, ArrayView, ArrayViewD, Data, Dimension};

/// A number, an array of any shape and layout, or `None`: the limits of [`clip`](crate::clip) and the ends of
/// [`diff_with`](crate::diff_with), NumPy's `array_like`. Sealed.
///
/// | argument | meaning |
/// |---|---|
/// | `T`, `Option<T>` | one number for all places; `None`: nothing |
/// | `&Array<T, E>`, `&ArrayRef<T, E>`, `ArrayView<T, E>` | an array |
///
/// # Examples
/// ```
/// use linstat::clip;
/// use ndarray::array;
/// let x = array![[1., 5.], [-3., 9.]];
/// assert_eq!(clip(&x, 0., None)?, array![[1., 5.], [0., 9.]]);
/// assert_eq!(clip(&x, None, &array![2., 6.])?, array![[1., 5.], [-3., 6.]]);
/// assert_eq!(clip(&x, &array![[2.], [-1.]], Some(8.))?, array![[2., 5.], [-1., 8.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number of type `{T}`, no array of them, and not `None`",
    note = "write a number, a reference to an array (`&limits`), a view of one, or `None`"
)]
pub trait ArrayLike<T>: Seal {
    /// What it is.
    #[doc(hidden)]
    fn argument(&self) -> Argument<'_, T>;
}

/// Private: it seals [`ArrayLike`].
pub trait Seal {}

/// What an argument is.
#[derive(Debug)]
pub enum Argument<'a, T> {
    Nothing,
    Number(T),
    Array(ArrayViewD<'a, T>),
}

impl<T: Copy> Argument<'_, T> {
    /// The same argument, borrowed.
    pub(super) fn view(&self) -> Argument<'_, T> {
        match self {
            Argument::Nothing => Argument::Nothing,
            Argument::Number(number) => Argument::Number(*number),
            Argument::Array(x) => Argument::Array(x.view()),
        }
    }
}

impl<T: Entry> Seal for T {}
impl<T: Entry> ArrayLike<T> for T {
    fn argument(&self) -> Argument<'_, T> {
        Argument::Number(*self)
    }
}

impl<T: Entry> Seal for Option<T> {}
impl<T: Entry> ArrayLike<T> for Option<T> {
    fn argument(&self) -> Argument<'_, T> {
        self.map_or(Argument::Nothing, Argument::Number)
    }
}

/// An array without axes is a number, as in NumPy.
fn array<T: Copy, D: Dimension>(x: &ArrayRef<T, D>) -> Argument<'_, T> {
    match x.first() {
        Some(&number) if x.ndim() == 0 => Argument::Number(number),
        _ => Argument::Array(x.view().into_dyn()),
    }
}

impl<T: Entry, D: Dimension> Seal for &ArrayRef<T, D> {}
impl<T: Entry, D: Dimension> ArrayLike<T> for &ArrayRef<T, D> {
    fn argument(&self) -> Argument<'_, T> {
        array(self)
    }
}

impl<T: Entry, S: Data<Elem = T>, D: Dimension> Seal for &ArrayBase<S, D> {}
impl<T: Entry, S: Data<Elem = T>, D: Dimension> ArrayLike<T> for &ArrayBase<S, D> {
    fn argument(&self) -> Argument<'_, T> {
        array(self)
    }
}

impl<T: Entry, D: Dimension> Seal for ArrayView<'_, T, D> {}
impl<T: Entry, D: Dimension> ArrayLike<T> for ArrayView<'_, T, D> {
    fn argument(&self) -> Argument<'_, T> {
        array(self)
    }
}
