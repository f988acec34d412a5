//! `tests/golden/numpy_random.json`: NumPy's draws, call by call; the README there describes the format.

use crate::common::assert::{case, fail};
use crate::common::golden::{self, NUMPY_RANDOM};
use linstat::random::{SeedSequence, Words};
use ndarray::{Array, Array1, Array2, ArrayD, ArrayRef, Dimension, IxDyn, arr0};
use serde_json::Value;

/// Runs `f` with every case of a kind: `seedseq`, `pcg64`, `spawn`, `generator` or `legacy`.
pub fn each_case(kind: &str, f: impl Fn(&Value)) {
    golden::each_case(NUMPY_RANDOM, kind, |golden| f(golden));
}

/// Runs `f` with every call of a case, under the index and the arguments of the call.
pub fn each_call(value: &Value, mut f: impl FnMut(&Call<'_>)) {
    for (i, call) in value["calls"].as_array().unwrap().iter().enumerate() {
        let call = Call { method: call["m"].as_str().unwrap(), args: &call["args"], call };
        case(format!("call {i} {}{}", call.method, call.args), || f(&call));
    }
}

/// A method, its arguments, and the result of NumPy.
#[derive(Debug)]
pub struct Call<'a> {
    pub method: &'a str,
    pub args: &'a Value,
    call: &'a Value,
}

impl Call<'_> {
    pub fn has(&self, name: &str) -> bool {
        self.args.get(name).is_some()
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.args[name].as_str()
    }

    pub fn float(&self, name: &str) -> f64 {
        float(&self.args[name])
    }

    /// An integer from 0 to 2^64, or a negative one.
    pub fn integer(&self, name: &str) -> i128 {
        integer(&self.args[name])
    }

    /// An array argument: a list, or a range that is reshaped; a number is a 0-dimensional array.
    pub fn array<T: Drawn>(&self, name: &str) -> ArrayD<T> {
        array(&self.args[name])
    }

    pub fn vector<T: Drawn>(&self, name: &str) -> Array1<T> {
        self.array(name).into_dimensionality().unwrap()
    }

    /// A list of lists.
    pub fn matrix(&self, name: &str) -> Array2<f64> {
        let rows = self.args[name].as_array().unwrap();
        let values: Vec<f64> = rows.iter().flat_map(|row| row.as_array().unwrap()).map(float).collect();
        Array::from_shape_vec((rows.len(), values.len() / rows.len()), values).unwrap()
    }

    /// The argument `size` (`dims` of `rand`); `None` for a single sample.
    pub fn size(&self) -> Option<Vec<usize>> {
        match self.args.get("size").or(self.args.get("dims")) {
            None | Some(Value::Null) => None,
            Some(Value::Array(dims)) if self.has("dims") && dims.is_empty() => None,
            Some(Value::Array(dims)) => Some(dims.iter().map(|n| n.as_u64().unwrap() as usize).collect()),
            Some(n) => Some(vec![n.as_u64().unwrap() as usize]),
        }
    }

    /// The element type that NumPy returns.
    pub fn dtype(&self) -> &str {
        self.call["out"]["dtype"].as_str().unwrap()
    }

    /// Fails unless these have NumPy's shape, type and bits, and reports the first that differs.
    #[track_caller]
    pub fn expect<T: Drawn, D: Dimension>(&self, actual: &ArrayRef<T, D>) {
        let out = &self.call["out"];
        let expected = shape(&out["shape"]);
        if actual.shape() != expected {
            fail(format_args!("shape {:?}, expected {expected:?}", actual.shape()));
        }
        if out["dtype"] != T::DTYPE {
            fail(format_args!("type {}, expected {}", T::DTYPE, out["dtype"]));
        }
        let values = |name: &str| out[name].as_array().unwrap().iter().map(T::read).collect::<Vec<T>>();
        let same = |i: usize, x: T, y: T| {
            if x.bits() != y.bits() {
                fail(format_args!("draw {i} is {x:?}, expected {y:?}"));
            }
        };
        if out.get("data").is_some() {
            let expected = values("data");
            assert_eq!(actual.len(), expected.len());
            actual.iter().zip(expected).enumerate().for_each(|(i, (&x, y))| same(i, x, y));
            return;
        }
        let (head, tail) = (values("head"), values("tail"));
        assert!(head.len() + tail.len() <= actual.len());
        actual.iter().zip(head).enumerate().for_each(|(i, (&x, y))| same(i, x, y));
        let first = actual.len() - tail.len();
        actual.iter().enumerate().skip(first).zip(tail).for_each(|((i, &x), y)| same(i, x, y));
        let (found, expected) = (hash(actual.iter().map(|x| x.bits())), out["fnv"].as_str().unwrap());
        if format!("{found:016x}") != expected {
            fail(format_args!(
                "the hash is {found:016x}, expected {expected}: a draw other than the first and last differs"
            ));
        }
    }

    /// [`expect`](Self::expect) for one sample. NumPy returns those of f32 as f64.
    #[track_caller]
    pub fn expect_one<T: Drawn>(&self, actual: T) {
        match actual.widened() {
            Some(actual) if self.dtype() == "f64" => self.expect(&arr0(actual)),
            _ => self.expect(&arr0(actual)),
        }
    }

    /// As [`expect`](Self::expect) with the tolerance of the file, for results that went through LAPACK.
    #[track_caller]
    pub fn expect_near<D: Dimension>(&self, actual: &ArrayRef<f64, D>) {
        let (out, tolerance) = (&self.call["out"], &self.call["tol"]);
        let bound =
            |name: &str| tolerance[name].as_str().unwrap_or_else(|| fail("no tolerance")).parse::<f64>();
        let (relative, absolute) = (bound("rtol").unwrap(), bound("atol").unwrap());
        let expected = shape(&out["shape"]);
        if actual.shape() != expected {
            fail(format_args!("shape {:?}, expected {expected:?}", actual.shape()));
        }
        let expected = out["data"].as_array().unwrap().iter().map(float);
        for (i, (&x, y)) in actual.iter().zip(expected).enumerate() {
            // NaN fails
            let near = (x - y).abs() <= absolute + relative * y.abs();
            if !near {
                fail(format_args!("draw {i} is {x:?}, expected {y:?}"));
            }
        }
    }
}

/// An element type of the file.
pub trait Drawn: Copy + Default + std::fmt::Debug {
    const DTYPE: &'static str;
    fn read(value: &Value) -> Self;
    fn bits(self) -> u64;
    /// An f32 as f64.
    fn widened(self) -> Option<f64> {
        None
    }
}

macro_rules! drawn {
    ($($t:ident, $name:literal, $value:ident => $read:expr, $x:ident => $bits:expr $(, $widened:expr)?;)*) => {$(
        impl Drawn for $t {
            const DTYPE: &'static str = $name;
            fn read($value: &Value) -> $t {
                $read
            }
            fn bits(self) -> u64 {
                let $x = self;
                $bits
            }
            $(fn widened(self) -> Option<f64> {
                let $x = self;
                Some($widened)
            })?
        }
    )*};
}

drawn! {
    f64, "f64", value => float(value), x => x.to_bits();
    f32, "f32", value => float(value) as f32, x => u64::from(x.to_bits()), f64::from(x);
    bool, "bool", value => value.as_bool().unwrap(), x => u64::from(x);
    i8, "i8", value => integer(value).try_into().unwrap(), x => x as u64;
    i16, "i16", value => integer(value).try_into().unwrap(), x => x as u64;
    i32, "i32", value => integer(value).try_into().unwrap(), x => x as u64;
    i64, "i64", value => integer(value).try_into().unwrap(), x => x as u64;
    u8, "u8", value => integer(value).try_into().unwrap(), x => u64::from(x);
    u16, "u16", value => integer(value).try_into().unwrap(), x => u64::from(x);
    u32, "u32", value => integer(value).try_into().unwrap(), x => u64::from(x);
    u64, "u64", value => integer(value).try_into().unwrap(), x => x;
    // an index
    usize, "i64", value => integer(value).try_into().unwrap(), x => x as u64;
}

/// FNV-1a over whole elements.
pub fn hash(bits: impl Iterator<Item = u64>) -> u64 {
    bits.fold(0xcbf2_9ce4_8422_2325, |hash, bits| (hash ^ bits).wrapping_mul(0x100_0000_01b3))
}

fn shape(value: &Value) -> Vec<usize> {
    let dims = value.as_array().map_or(&[][..], Vec::as_slice);
    dims.iter().map(|n| n.as_u64().unwrap() as usize).collect()
}

/// An argument that is an array.
pub fn array<T: Drawn>(value: &Value) -> ArrayD<T> {
    if let Some(n) = value.get("arange") {
        let n = n.as_u64().unwrap();
        let shape = value.get("shape").map_or(vec![n as usize], shape);
        // floats with a decimal point, as in the file
        let number =
            |i: u64| if T::DTYPE.starts_with('f') { format!("{i}.0").into() } else { Value::from(i) };
        return Array::from_shape_vec(IxDyn(&shape), (0..n).map(|i| T::read(&number(i))).collect()).unwrap();
    }
    match value.get("list").unwrap_or(value) {
        Value::Array(list) => Array::from_iter(list.iter().map(T::read)).into_dyn(),
        number => arr0(T::read(number)).into_dyn(),
    }
}

/// Parses a float as written by Python's `float.hex()`, or a decimal number.
pub fn float(value: &Value) -> f64 {
    let Some(text) = value.as_str() else { return value.as_f64().unwrap() };
    let (sign, size) = text.strip_prefix('-').map_or((1.0, text), |size| (-1.0, size));
    let Some(digits) = size.strip_prefix("0x") else { return text.parse().unwrap() };
    let (mantissa, exponent) = digits.split_once('p').unwrap();
    let (whole, fraction) = mantissa.split_once('.').unwrap();
    let (scale, exponent) = (4 * fraction.len() as i32, exponent.parse::<i32>().unwrap());
    let number = u64::from_str_radix(&format!("{whole}{fraction}"), 16).unwrap();
    // in two steps, both exact unless the result is subnormal: a single factor may overflow or vanish
    let exponent = exponent - scale;
    sign * number as f64 * 2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2)
}

/// An integer, stored as a number or in decimal digits. serde_json reads 2^64 as a float, which is exact.
pub fn integer(value: &Value) -> i128 {
    match value.as_str() {
        Some(text) => text.parse().unwrap(),
        None => value.as_i64().map(i128::from).or(value.as_u64().map(i128::from)).unwrap_or_else(|| {
            let x = value.as_f64().unwrap();
            assert_eq!(x, 2f64.powi(64));
            1 << 64
        }),
    }
}

/// A state of 128 bits.
pub fn wide(value: &Value) -> u128 {
    value.as_str().unwrap().parse().unwrap()
}

/// The 32-bit words of an integer of any size in decimal digits, the lowest first.
pub fn words(decimal: &str) -> Vec<u32> {
    let mut words = vec![0u32];
    for digit in decimal.chars() {
        let mut carry = u64::from(digit.to_digit(10).unwrap());
        for word in &mut words {
            carry += u64::from(*word) * 10;
            *word = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            words.push(carry as u32);
        }
    }
    words
}

/// The items of a seed.
pub fn entropy(seed: &Value) -> Vec<&str> {
    seed["entropy"].as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

/// The seed of a case, with its spawn key and pool size.
pub fn seed(value: &Value) -> SeedSequence {
    let value = &value["seed"];
    let items = entropy(value);
    let mut seed = match value["form"].as_str() {
        Some("int") => SeedSequence::new(Words(&words(items[0]))),
        Some("list") => {
            SeedSequence::new(items.iter().map(|item| item.parse().unwrap()).collect::<Vec<u64>>())
        }
        other => panic!("form {other:?}"),
    };
    if let Some(key) = value.get("spawn_key") {
        seed = seed.with_spawn_key(&spawn_key(key));
    }
    if let Some(size) = value.get("pool_size") {
        seed = seed.with_pool_size(size.as_u64().unwrap() as usize).unwrap();
    }
    seed
}

pub fn spawn_key(value: &Value) -> Vec<u64> {
    value.as_array().unwrap().iter().map(|item| item.as_str().unwrap().parse().unwrap()).collect()
}

mod tests {
    use super::*;
    use serde_json::json;
    use std::panic::catch_unwind;

    #[test]
    fn numbers_are_read_exactly() {
        for (text, x) in [
            ("0x1.8p+1", 3.0),
            ("-0x0.0p+0", -0.0),
            ("0x1.fffffffffffffp+1023", f64::MAX),
            ("0x0.0000000000001p-1022", 5e-324),
            ("-0x1.0000000000000p-1022", -f64::MIN_POSITIVE),
            ("0x1.999999999999ap-4", 0.1),
            ("1e-9", 1e-9),
        ] {
            assert_eq!(float(&text.into()).to_bits(), x.to_bits(), "{text}");
        }
        assert_eq!(words("0"), [0]);
        assert_eq!(words("4294967296"), [0, 1]);
        assert_eq!(words("340282366920938463463374607431768211455"), [u32::MAX; 4]);
        assert_eq!(integer(&serde_json::from_str("18446744073709551616").unwrap()), 1 << 64);
        assert_eq!(integer(&json!(-5)), -5);
    }

    #[test]
    fn every_difference_fails() {
        let short = json!({"out": {"dtype": "f64", "shape": [2], "data": ["0x0.0p+0", "0x1.0p+0"]}});
        let long = json!({"out": {"dtype": "i64", "shape": [3], "head": [1], "tail": [3],
            "fnv": format!("{:016x}", hash([1, 2, 3].into_iter()))}});
        let fails = |call: &Value, f: &dyn Fn(&Call<'_>)| {
            let call = Call { method: "m", args: &Value::Null, call };
            catch_unwind(std::panic::AssertUnwindSafe(|| f(&call))).is_err()
        };
        assert!(!fails(&short, &|call| call.expect(&ndarray::array![0.0, 1.0])));
        assert!(fails(&short, &|call| call.expect(&ndarray::array![-0.0, 1.0])));
        assert!(fails(&short, &|call| call.expect(&ndarray::array![0.0, f64::NAN])));
        assert!(fails(&short, &|call| call.expect(&ndarray::array![[0.0, 1.0]])));
        assert!(fails(&short, &|call| call.expect(&ndarray::array![0.0f32, 1.0])));
        assert!(!fails(&long, &|call| call.expect(&ndarray::array![1i64, 2, 3])));
        assert!(fails(&long, &|call| call.expect(&ndarray::array![1i64, 0, 3])));
        assert!(fails(&long, &|call| call.expect(&ndarray::array![1i64, 2, 4])));
    }
}
