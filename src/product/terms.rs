//! The operations from which the products of an element type are built.

use super::Number;
use crate::kernels::{Kernels, Line, product_choice};
use crate::loops::inner::{inner_rows, real_rows};
use crate::loops::whole;
use crate::number::Parts;
use crate::{ErrorKind, Scalar};
use ndarray::{ArrayRef2, ArrayViewMut2};
use num_complex::{Complex32, Complex64};
use num_traits::{One, Zero};
use std::any::Any;

/// An element type of products, as the code in this crate sees it.
pub(crate) trait Terms: Number + Zero {
    /// The kernel of a product, chosen once for a stack of matrices.
    type Kernel: Copy + Send + Sync;

    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;
    /// The complex conjugate; the number itself for all other types.
    fn conjugate(self) -> Self;
    /// Whether [`conjugate`](Terms::conjugate) changes numbers.
    const COMPLEX: bool;
    /// Returns the sum of `count` copies of `self`.
    fn repeated(self, count: usize) -> Self;
    /// Writes the inner product of every `n` elements of `a`, or of their conjugates, and of `b`.
    fn inner_rows(conjugate: bool, a: &[Self], b: &[Self], n: usize, out: &mut [Self]);
    /// Returns the sum of a slice.
    fn sum_of(a: &[Self]) -> Self;
    /// Returns the kernel for a product of these dimensions `(m, k)` and `(k, n)`, both matrices row-major or
    /// not, and whether it copies all matrices whose rows are not contiguous.
    fn kernel(dims: [usize; 3], in_rows: bool) -> (Self::Kernel, bool);
    /// As [`Kernels::products`].
    fn products(
        kernel: Self::Kernel,
        dims: [usize; 3],
        a: Line<'_, Self>,
        b: Line<'_, Self>,
        c: &mut [Self],
    ) -> Result<bool, ErrorKind>;
    /// Whether a product of these dimensions `(m, k)` and `(k, n)` may run on several threads.
    fn takes_threads(kernel: Self::Kernel, dims: [usize; 3]) -> bool;
    /// Returns a guard for many calls of [`Terms::multiply`] with these dimensions, as [`Kernels::hold`].
    fn hold(kernel: Self::Kernel, dims: [usize; 3]) -> Result<Option<Box<dyn Any>>, ErrorKind>;
    /// Writes `a · b` for matching shapes without a dimension of 0; `c` is row-major, and is added to the
    /// product or, if it is [`Before::Zero`], contains zeros.
    fn multiply(
        kernel: Self::Kernel,
        a: &ArrayRef2<Self>,
        b: &ArrayRef2<Self>,
        before: Before,
        c: ArrayViewMut2<'_, Self>,
    ) -> Result<(), ErrorKind>;
}

/// What the place of a product holds before it is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    Zero,
    Summand,
}

/// Adds numbers in independent partial sums, which the compiler can vectorise.
fn in_lanes<T: Copy + Zero, const N: usize>(x: &[T]) -> T {
    let mut sums = [T::zero(); N];
    let (chunks, rest) = x.as_chunks::<N>();
    for chunk in chunks {
        for (sum, &x) in sums.iter_mut().zip(chunk) {
            *sum = *sum + x;
        }
    }
    let rest = rest.iter().fold(T::zero(), |sum, &x| sum + x);
    sums.into_iter().fold(T::zero(), |sum, x| sum + x) + rest
}

macro_rules! floats {
    ($($t:ty: $complex:literal, $conjugate:expr, $inner:expr;)*) => {$(
        impl Terms for $t {
            type Kernel = &'static dyn Kernels<$t>;
            const COMPLEX: bool = $complex;

            #[inline(always)]
            fn plus(self, other: $t) -> $t {
                self + other
            }
            #[inline(always)]
            fn minus(self, other: $t) -> $t {
                self - other
            }
            #[inline(always)]
            fn times(self, other: $t) -> $t {
                self * other
            }
            #[inline(always)]
            fn conjugate(self) -> $t {
                $conjugate(self)
            }
            fn repeated(self, count: usize) -> $t {
                // part by part, since the complex product turns an infinity into NaN; a sum starts at +0
                <$t>::zero() + self * (count as <$t as Parts>::Real)
            }
            fn inner_rows(conjugate: bool, a: &[$t], b: &[$t], n: usize, out: &mut [$t]) {
                ($inner)(conjugate, a, b, n, out);
            }
            fn sum_of(a: &[$t]) -> $t {
                in_lanes::<$t, 16>(a)
            }
            fn kernel(dims: [usize; 3], in_rows: bool) -> (&'static dyn Kernels<$t>, bool) {
                product_choice::<$t>(dims, in_rows)
            }
            fn products(
                kernel: Self::Kernel,
                dims: [usize; 3],
                a: Line<'_, $t>,
                b: Line<'_, $t>,
                c: &mut [$t],
            ) -> Result<bool, ErrorKind> {
                kernel.products(dims, a, b, c)
            }
            fn takes_threads(kernel: Self::Kernel, dims: [usize; 3]) -> bool {
                kernel.takes_threads(dims)
            }
            fn hold(kernel: Self::Kernel, dims: [usize; 3]) -> Result<Option<Box<dyn Any>>, ErrorKind> {
                kernel.hold(dims)
            }
            fn multiply(
                kernel: &'static dyn Kernels<$t>,
                a: &ArrayRef2<$t>,
                b: &ArrayRef2<$t>,
                before: Before,
                c: ArrayViewMut2<'_, $t>,
            ) -> Result<(), ErrorKind> {
                kernel.gemm(a, b, if before == Before::Zero { <$t>::zero() } else { <$t>::one() }, c)
            }
        }
    )*};
}

floats! {
    f32: false, |x| x, |_, a, b, n, out| real_rows(a, b, n, out);
    f64: false, |x| x, |_, a, b, n, out| real_rows(a, b, n, out);
    Complex32: true, Scalar::conj, complex_rows;
    Complex64: true, Scalar::conj, complex_rows;
}

/// [`Terms::inner_rows`] of complex numbers.
fn complex_rows<T: Scalar>(conjugate: bool, a: &[T], b: &[T], n: usize, out: &mut [T]) {
    let (zero, plus) = (T::zero(), |x, y| x + y);
    if conjugate {
        inner_rows::<_, 16>(a, b, n, zero, |sum, x: T, y| sum + x.conj() * y, plus, out);
    } else {
        inner_rows::<_, 16>(a, b, n, zero, |sum, x, y| sum + x * y, plus, out);
    }
}

macro_rules! integers {
    ($($t:ident),*) => {$(
        impl whole::Whole for $t {
            #[inline(always)]
            fn plus(self, other: $t) -> $t {
                self.wrapping_add(other)
            }
            #[inline(always)]
            fn times(self, other: $t) -> $t {
                self.wrapping_mul(other)
            }
        }

        impl Terms for $t {
            type Kernel = ();
            const COMPLEX: bool = false;

            #[inline(always)]
            fn plus(self, other: $t) -> $t {
                self.wrapping_add(other)
            }
            #[inline(always)]
            fn minus(self, other: $t) -> $t {
                self.wrapping_sub(other)
            }
            #[inline(always)]
            fn times(self, other: $t) -> $t {
                self.wrapping_mul(other)
            }
            #[inline(always)]
            fn conjugate(self) -> $t {
                self
            }
            fn repeated(self, count: usize) -> $t {
                self.wrapping_mul(count as $t) // both modulo 2^BITS
            }
            fn inner_rows(_: bool, a: &[$t], b: &[$t], n: usize, out: &mut [$t]) {
                for (i, out) in out.iter_mut().enumerate() {
                    *out = whole::inner(&a[i * n..(i + 1) * n], &b[i * n..(i + 1) * n]);
                }
            }
            fn sum_of(a: &[$t]) -> $t {
                a.iter().fold(0, |sum: $t, &x| sum.wrapping_add(x))
            }
            fn kernel(_: [usize; 3], _: bool) -> ((), bool) {
                ((), false)
            }
            fn products(
                (): (),
                _: [usize; 3],
                _: Line<'_, $t>,
                _: Line<'_, $t>,
                _: &mut [$t],
            ) -> Result<bool, ErrorKind> {
                Ok(false)
            }
            fn takes_threads((): (), _: [usize; 3]) -> bool {
                false
            }
            fn hold((): (), _: [usize; 3]) -> Result<Option<Box<dyn Any>>, ErrorKind> {
                Ok(None)
            }
            fn multiply(
                (): (),
                a: &ArrayRef2<$t>,
                b: &ArrayRef2<$t>,
                _: Before,
                mut c: ArrayViewMut2<'_, $t>,
            ) -> Result<(), ErrorKind> {
                whole::add_product(a, b, c.as_slice_mut().unwrap_or_default());
                Ok(())
            }
        }
    )*};
}

integers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);
