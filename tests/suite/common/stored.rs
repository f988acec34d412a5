//! Arrays of every element type, stored as text: floats by their bits in hexadecimal, all others in decimal.

use super::assert::{case, fail};
use ndarray::{Array, ArrayD, ArrayRef, Dimension, IxDyn};
use serde_json::Value;

/// An element, of which NaN is one.
pub trait Stored: Copy + std::fmt::Debug + Default + 'static {
    const DTYPE: &'static str;
    fn read(text: &str) -> Self;
    /// Equal for equal bits, and for any two NaN.
    fn word(self) -> i128;
}

macro_rules! stored {
    ($($t:ident, $name:literal, $text:ident => $read:expr, $x:ident => $word:expr;)*) => {$(
        impl Stored for $t {
            const DTYPE: &'static str = $name;
            fn read($text: &str) -> $t {
                $read
            }
            fn word(self) -> i128 {
                let $x = self;
                $word
            }
        }
    )*};
}

stored! {
    f64, "float64", text => f64::from_bits(u64::from_str_radix(text, 16).unwrap()),
        x => if x.is_nan() { -1 } else { i128::from(x.to_bits()) };
    f32, "float32", text => f32::from_bits(u32::from_str_radix(text, 16).unwrap()),
        x => if x.is_nan() { -1 } else { i128::from(x.to_bits()) };
    i8, "int8", text => text.parse().unwrap(), x => i128::from(x);
    i16, "int16", text => text.parse().unwrap(), x => i128::from(x);
    u16, "uint16", text => text.parse().unwrap(), x => i128::from(x);
    u32, "uint32", text => text.parse().unwrap(), x => i128::from(x);
    i32, "int32", text => text.parse().unwrap(), x => i128::from(x);
    // sums of unsigned numbers too, which are those of NumPy modulo 2^64
    i64, "int64", text => text.parse().unwrap_or_else(|_| text.parse::<u64>().unwrap() as i64), x => i128::from(x);
    u8, "uint8", text => text.parse().unwrap(), x => i128::from(x);
    u64, "uint64", text => text.parse().unwrap(), x => i128::from(x);
    usize, "intp", text => text.parse().unwrap(), x => x as i128;
    bool, "bool", text => text != "0", x => i128::from(x);
}

/// The array of a file.
pub fn array<T: Stored>(stored: &Value) -> ArrayD<T> {
    let shape: Vec<usize> =
        stored["shape"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as usize).collect();
    let values = stored["values"].as_str().unwrap().split_whitespace().map(T::read).collect();
    Array::from_shape_vec(IxDyn(&shape), values).unwrap()
}

/// Calls `f` with every case of the type.
pub fn each_case<T: Stored>(file: &str, f: impl Fn(&Value)) {
    let file: Value = serde_json::from_str(file).unwrap();
    let cases: Vec<_> = file["cases"].as_array().unwrap().iter().filter(|c| c["type"] == T::DTYPE).collect();
    assert!(cases.len() >= 3, "{} cases of {}", cases.len(), T::DTYPE);
    cases.into_iter().for_each(|value| case(value["case"].as_str().unwrap(), || f(value)));
}

/// Fails unless both have the same shape and the same bits.
#[track_caller]
pub fn identical<T: Stored, D: Dimension, E: Dimension>(actual: &ArrayRef<T, D>, expected: &ArrayRef<T, E>) {
    let words = |x: &T| x.word();
    if actual.shape() != expected.shape() || !actual.iter().map(words).eq(expected.iter().map(words)) {
        fail(format_args!("{actual:?}, expected {expected:?}"));
    }
}

mod tests {
    use super::*;
    use ndarray::array;
    use std::panic::catch_unwind;

    #[test]
    fn bits_count() {
        let stored = serde_json::json!({"shape": [2], "values": "3ff0000000000001 7ff8000000000000"});
        identical(&array::<f64>(&stored), &array![1.0 + f64::EPSILON, -f64::NAN]);
        for (x, y) in [(0.0, -0.0), (1.0, f64::NAN), (1.0, 1.0 + f64::EPSILON)] {
            assert!(catch_unwind(|| identical(&array![x], &array![y])).is_err(), "{x} and {y}");
        }
        assert!(catch_unwind(|| identical(&array![1, 2], &array![[1, 2]])).is_err());
    }
}
