//! The seals of the number traits: the functions of all floors that exist once per type.
//!
//! A program that calls linstat does not compile their bodies again: they are compiled here, for every type,
//! and the public functions, which are generic, call them through the seals. That is why the lowest floor,
//! `number`, names this file, and this file names all others.

use crate::activation::Activate;
use crate::decomposition::Components;
use crate::kernels::Engine;
use crate::linalg::{Factorizations, Norms};
use crate::loops::elementary::Elementary;
use crate::loops::{SortKernels, Sums};
use crate::metrics::Measures;
use crate::number::{Accumulate, Ordered, Ranked};
use crate::numeric::{Curves, Limits, Numeric};
use crate::reduce::Reduce;
use crate::sort::Sort;
use crate::stats::{Compiled, Measured, Tables};
use crate::stream::{Binned, Passes, Streams};
use num_complex::{Complex32, Complex64};

/// Seal of [`Scalar`](crate::Scalar).
pub trait Scalar: Engine + Norms + Factorizations {}
impl Scalar for f32 {}
impl Scalar for f64 {}
impl Scalar for Complex32 {}
impl Scalar for Complex64 {}

/// Seal of [`Real`](crate::Real).
pub trait Real:
    Elementary + Activate + Tables + Components + Curves + Measures + Streams + Passes + Binned
{
}
impl Real for f32 {}
impl Real for f64 {}

/// Seal of [`Entry`](crate::Entry).
pub trait Entry: Ranked + Accumulate + Reduce + Sort + Measured + Numeric {}
impl<T: Element> Entry for T {}
impl Entry for Complex32 {}
impl Entry for Complex64 {}

/// Seal of [`Element`](crate::Element).
pub trait Element:
    Ordered + Ranked + Accumulate + Sums + Reduce + Sort + Measured + Compiled + Numeric + Limits
{
}
impl Element for f32 {}
impl Element for f64 {}
impl Element for i8 {}
impl Element for i16 {}
impl Element for i32 {}
impl Element for i64 {}
impl Element for u8 {}
impl Element for u16 {}
impl Element for u32 {}
impl Element for u64 {}
impl Element for bool {}

/// Seal of the keys of sorting.
pub trait Key: SortKernels {}
impl Key for u8 {}
impl Key for u16 {}
impl Key for u32 {}
impl Key for u64 {}

/// Declares a private trait of functions with heavy bodies and implements it for the elements. Each body is
/// compiled once per element, in this crate instead of in every program that calls it. A body after `narrow:`
/// is that of the elements that are computed as wider ones ([`Narrow`](crate::loops::narrow::Narrow)).
///
/// A trait after `entries` also has the complex numbers. A body after `complex:` is theirs; otherwise, those
/// of 64 bits are narrow, too.
macro_rules! compiled {
    ($(#[$doc:meta])* entries $trait:ident $functions:tt) => {
        compiled!(@elements [$(#[$doc])*] $trait [$crate::Entry] $functions);
        compiled!(@complex $trait $functions);
    };
    ($(#[$doc:meta])* $trait:ident $functions:tt) => {
        compiled!(@elements [$(#[$doc])*] $trait [$crate::Element] $functions);
    };
    (@elements [$(#[$doc:meta])*] $trait:ident [$bound:path] $functions:tt) => {
        compiled!($(#[$doc])* $trait: $bound; f32, f64, i32, i64, u8, u64, bool; $functions);
        compiled!(@narrow $trait i8 $functions);
        compiled!(@narrow $trait i16 $functions);
        compiled!(@narrow $trait u16 $functions);
        compiled!(@narrow $trait u32 $functions);
    };
    ($(#[$doc:meta])* $trait:ident: $bound:path; $($t:ident),*; $functions:tt) => {
        compiled!(@trait [$(#[$doc])*] $trait [$bound] $functions);
        $(compiled!(@impl $trait [$t] $functions);)*
    };
    (@trait [$(#[$doc:meta])*] $trait:ident [$bound:path] {$(
        fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty
            = $body:path $(, narrow: $narrow:path)? $(, complex: $complex:path)?;
    )*}) => {
        $(#[$doc])*
        pub trait $trait: Sized {
            $(
                #[doc(hidden)]
                fn $name($($argument: $type),*) -> $result
                where
                    Self: $bound;
            )*
        }
    };
    (@narrow $trait:ident $t:ident {$(
        fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty
            = $body:path $(, narrow: $narrow:path)? $(, complex: $complex:path)?;
    )*}) => {
        compiled!(@impl $trait [$t] {$(
            fn $name($($argument: $type),*) -> $result = compiled!(@first $($narrow,)? $body);
        )*});
    };
    (@complex $trait:ident {$(
        fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty
            = $body:path $(, narrow: $narrow:path)? $(, complex: $complex:path)?;
    )*}) => {
        compiled!(@impl $trait [num_complex::Complex64] {$(
            fn $name($($argument: $type),*) -> $result = compiled!(@first $($complex,)? $body);
        )*});
        compiled!(@impl $trait [num_complex::Complex32] {$(
            fn $name($($argument: $type),*) -> $result = compiled!(@first $($complex,)? $($narrow,)? $body);
        )*});
    };
    (@impl $trait:ident [$t:ty] {$(
        fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty
            = $body:expr $(, narrow: $narrow:path)? $(, complex: $complex:path)?;
    )*}) => {
        impl $trait for $t {
            $(
                #[inline(never)]
                fn $name($($argument: $type),*) -> $result {
                    $body($($argument),*)
                }
            )*
        }
    };
    (@first $body:path $(, $other:path)*) => {
        $body
    };
}
pub(crate) use compiled;
