//! Narrow elements, which are computed as a wider type, part by part, wherever the types have nothing to gain
//! from code of their own: that code exists for fewer types.

use crate::loops::any_order::AnyOrder;
use crate::loops::lanes::{Along, Elements, check_extent};
use crate::memory::{check_memory, room};
use crate::{Element, Entry, ErrorKind, Result};
use ndarray::{Array, ArrayD, ArrayView, ArrayViewD, Axis, ShapeBuilder, Zip};
use num_complex::{Complex32, Complex64};

/// An element with an order-preserving conversion to a wider type.
pub(crate) trait Narrow: Entry {
    /// The wider type.
    type As: Entry;
    /// The value.
    fn carried(self) -> Self::As;
    /// The value of a number in the range of the narrow type.
    fn back(x: Self::As) -> Self;
}

/// An integer of less than 64 bits.
pub(crate) trait NarrowWhole:
    Element<Sum = i64, Mean = f64> + Narrow<As: Element<Sum = i64, Mean = f64>>
{
}

macro_rules! narrow {
    ($($t:ident as $wide:ident;)*) => {$(
        impl NarrowWhole for $t {}

        impl Narrow for $t {
            type As = $wide;
            #[inline(always)]
            fn carried(self) -> $wide {
                self.into()
            }
            #[inline(always)]
            fn back(x: $wide) -> $t {
                x as $t
            }
        }
    )*};
}

narrow! {
    i8 as i32;
    i16 as i32;
    u16 as i32;
    u32 as i64;
}

impl Narrow for Complex32 {
    type As = Complex64;
    #[inline(always)]
    fn carried(self) -> Complex64 {
        Complex64::new(self.re.into(), self.im.into())
    }
    #[inline(always)]
    fn back(x: Complex64) -> Complex32 {
        Complex32::new(x.re as f32, x.im as f32)
    }
}

/// Elements that are converted together.
const PART: usize = 1 << 19;
/// The least number of neighbours in memory that are converted together, so that no cache line is read twice.
const NEAR: usize = 64;

/// The elements as the wider type.
pub(crate) fn carried<T: Narrow>(x: &[T]) -> Result<Vec<T::As>, ErrorKind> {
    converted(x, &T::carried)
}

fn converted<T: Copy, W>(x: &[T], convert: &impl Fn(T) -> W) -> Result<Vec<W>, ErrorKind> {
    let mut wide = room(x.len())?;
    wide.extend(x.iter().map(|&x| convert(x)));
    Ok(wide)
}

/// The elements in their own type.
pub(crate) fn back<T: Narrow>(x: Vec<T::As>) -> Vec<T> {
    x.into_iter().map(T::back).collect()
}

/// All elements in any order, as the wider type.
pub(crate) fn in_any_order<T: Narrow>(x: &AnyOrder<'_, T>) -> Result<Vec<T::As>, ErrorKind> {
    let mut wide = room(x.len())?;
    x.each_chunk(|x| wide.extend(x.iter().map(|x| x.carried())));
    Ok(wide)
}

/// All elements in logical order, as the wider type.
pub(crate) fn in_logical_order<T: Narrow>(x: &Elements<'_, T>) -> Result<Vec<T::As>, ErrorKind> {
    let mut wide = room(x.len())?;
    x.each_block(|x| wide.extend(x.iter().map(|x| x.carried())));
    Ok(wide)
}

/// Returns the results of `work` for the lanes, as those of the wider type: `len` for each, in C order, where
/// the axis has length `len`. `work` gets some of the lanes at a time.
pub(crate) fn lanes_of<T: Narrow, R>(
    x: Along<'_, T>,
    len: usize,
    work: impl Fn(Along<'_, T::As>) -> Result<Vec<R>, ErrorKind>,
) -> Result<Vec<R>, ErrorKind> {
    lanes_as(x, len, T::carried, work)
}

/// As [`lanes_of`], with the elements as `convert` returns them.
pub(crate) fn lanes_as<T: Copy, W: Copy + Default, R>(
    x: Along<'_, T>,
    len: usize,
    convert: impl Fn(T) -> W,
    work: impl Fn(Along<'_, W>) -> Result<Vec<R>, ErrorKind>,
) -> Result<Vec<R>, ErrorKind> {
    let mut results = Vec::new();
    each_part(x, len, &convert, &mut |part| {
        let mut some = work(part)?;
        if results.is_empty() {
            results = some;
        } else {
            results.append(&mut some);
        }
        Ok(())
    })?;
    Ok(results)
}

/// The work on some of the lanes.
type Work<'f, W> = dyn FnMut(Along<'_, W>) -> Result<(), ErrorKind> + 'f;

/// Calls `work` with all lanes, some at a time if their results follow each other in C order.
pub(crate) fn each_part<T: Copy, W: Copy + Default>(
    x: Along<'_, T>,
    len: usize,
    convert: &impl Fn(T) -> W,
    work: &mut Work<'_, W>,
) -> Result<(), ErrorKind> {
    let (x, axis) = match x {
        Along::Few { x, len, step } => return work(Along::Few { x: &converted(x, convert)?, len, step }),
        Along::Any(x, axis) => (x, axis),
    };
    check_extent(&x)?;
    if x.is_empty() {
        let nothing: ArrayViewD<'_, W> = ArrayView::from_shape(x.raw_dim(), &[])
            .unwrap_or_else(|_| unreachable!("an array of this shape exists"));
        return work(Along::Any(nothing, axis));
    }
    let outer = Axis(usize::from(axis.0 == 0));
    if outer.0 >= x.ndim() || x.len() <= PART || (axis.0 == 0 && len != 1) {
        return work(Along::Any(wide(&x, convert)?.view(), axis));
    }
    let each = x.len() / x.len_of(outer);
    for part in x.axis_chunks_iter(outer, (PART / each).max(NEAR)) {
        work(Along::Any(wide(&part, convert)?.view(), axis))?;
    }
    Ok(())
}

/// Returns the converted array, in a similar memory order.
fn wide<T: Copy, W: Copy + Default>(
    x: &ArrayViewD<'_, T>,
    convert: &impl Fn(T) -> W,
) -> Result<ArrayD<W>, ErrorKind> {
    check_memory::<W>(x.len())?;
    if x.as_slice_memory_order().is_some() {
        return Ok(x.mapv(convert));
    }
    let fortran = x.strides()[0].unsigned_abs() < x.strides()[x.ndim() - 1].unsigned_abs();
    let mut wide = Array::from_elem(x.raw_dim().set_f(fortran), W::default());
    Zip::from(&mut wide).and(x).for_each(|wide, &x| *wide = convert(x));
    Ok(wide)
}
