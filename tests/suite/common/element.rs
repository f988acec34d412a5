//! The element types of golden data, and those of linear algebra.

use linstat::{Real, Scalar};
use num_complex::{Complex32, Complex64};
use num_traits::Float;
use std::fmt::Debug;

/// A number of a golden file.
#[derive(Debug, Clone, Copy)]
pub enum Word {
    Whole(i128),
    /// Real and imaginary part; single precision is widened.
    Float(f64, f64),
}

/// An element type of golden data.
pub trait Stored: Copy + Debug + Default + 'static {
    /// The name of the type in the files.
    const NAME: &'static str;
    /// The nearest number of this type; whole numbers are exact.
    fn read(word: Word) -> Self;
    /// The element with these bits, or with the lowest of them.
    fn from_word(word: u64) -> Self;
    /// Equal for equal bits, and for any two NaN.
    fn bits(self) -> [i128; 2];
}

fn bits<R: Real>(x: R) -> i128 {
    if x.is_nan() { -1 } else { i128::from(x.f64().to_bits()) }
}

macro_rules! floats {
    ($($t:ident, $name:literal, $word:ident => $from:expr;)*) => {$(
        impl Stored for $t {
            const NAME: &'static str = $name;
            fn read(word: Word) -> $t {
                match word {
                    Word::Float(re, im) => Element::new(re, im),
                    Word::Whole(x) => panic!("{x} is no float"),
                }
            }
            fn from_word($word: u64) -> $t {
                $from
            }
            fn bits(self) -> [i128; 2] {
                [bits(self.re()), bits(self.im())]
            }
        }
    )*};
}

macro_rules! whole {
    ($($t:ident, $x:ident => $read:expr, $word:ident => $from:expr;)*) => {$(
        impl Stored for $t {
            const NAME: &'static str = stringify!($t);
            fn read(word: Word) -> $t {
                match word {
                    Word::Whole($x) => $read,
                    Word::Float(x, _) => panic!("{x} is no {}", Self::NAME),
                }
            }
            fn from_word($word: u64) -> $t {
                $from
            }
            fn bits(self) -> [i128; 2] {
                [self as i128, 0]
            }
        }
    )*};
}

floats! {
    f32, "f32", word => f32::from_bits(word as u32);
    f64, "f64", word => f64::from_bits(word);
    Complex32, "c32", word => Complex32::new(f32::from_word(word), f32::from_word(word >> 32));
    Complex64, "c64", word => Complex64::new(f64::from_word(word), f64::from_word(word.rotate_left(32)));
}

whole! {
    i8, x => x.try_into().unwrap(), word => word as i8;
    i16, x => x.try_into().unwrap(), word => word as i16;
    i32, x => x.try_into().unwrap(), word => word as i32;
    // also sums of unsigned numbers, as NumPy's modulo 2^64
    i64, x => x.try_into().unwrap_or_else(|_| u64::try_from(x).unwrap() as i64), word => word as i64;
    u8, x => x.try_into().unwrap(), word => word as u8;
    u16, x => x.try_into().unwrap(), word => word as u16;
    u32, x => x.try_into().unwrap(), word => word as u32;
    u64, x => x.try_into().unwrap(), word => word as u64;
    usize, x => x.try_into().unwrap(), word => word as usize;
    bool, x => x != 0, word => word & 1 == 1;
}

/// An element type of linear algebra, made from f64.
pub trait Element: Scalar + Stored {
    const COMPLEX: bool;
    /// The nearest number; a real type drops `im`.
    fn new(re: f64, im: f64) -> Self;
    fn eps() -> f64 {
        <Self::Real as Float>::epsilon().f64()
    }
}

macro_rules! element {
    ($($t:ident, $complex:literal, ($re:ident, $im:ident) => $new:expr;)*) => {$(
        impl Element for $t {
            const COMPLEX: bool = $complex;
            #[allow(unused_variables, clippy::unnecessary_cast)]
            fn new($re: f64, $im: f64) -> Self {
                $new
            }
        }
    )*};
}

element! {
    f32, false, (re, im) => re as f32;
    f64, false, (re, im) => re;
    Complex32, true, (re, im) => Complex32::new(re as f32, im as f32);
    Complex64, true, (re, im) => Complex64::new(re, im);
}
