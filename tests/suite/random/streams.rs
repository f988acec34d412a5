//! Raw bits, standard uniform, normal and exponential draws, integers.

use super::golden::{Call, Drawn};
use linstat::random::{
    Distribution, Generator, Integers, InverseExponential, Mt19937, Normal, Pcg64, Pcg64Dxsm, Philox,
    SeededBits, Sfc64, StandardExponential, StandardNormal, StandardUniform, Uniform,
};
use ndarray::{Array0, Array1, ArrayD, IxDyn};
use rand::RngCore;
use serde_json::Value;
use std::fmt::Debug;

/// A bit generator, with what NumPy's bit generators have and ours have under different types.
pub trait Tested: SeededBits + Clone + PartialEq + Debug {
    /// The words of the state in the order of NumPy.
    fn words(&self) -> Vec<u128>;

    fn raw(&mut self) -> u64 {
        self.next_u64()
    }

    fn skip(&mut self, _: u128) {
        unreachable!("NumPy has no such method")
    }

    fn jump(&self, _: u128) -> Self {
        unreachable!("NumPy has no such method")
    }
}

macro_rules! skipping {
    () => {
        fn skip(&mut self, delta: u128) {
            self.advance(delta);
        }

        fn jump(&self, jumps: u128) -> Self {
            self.jumped(jumps)
        }
    };
}

macro_rules! tested {
    ($($t:ident, $self:ident => $words:expr, { $($more:tt)* })*) => {$(
        impl Tested for $t {
            fn words(&$self) -> Vec<u128> {
                $words
            }
            $($more)*
        }
    )*};
}

fn wide_words(words: &[u64]) -> Vec<u128> {
    words.iter().map(|&word| word.into()).collect()
}

tested! {
    Pcg64, self => {
        let state = self.state();
        vec![state.state, state.inc, state.has_uint32.into(), state.uinteger.into()]
    }, { skipping!(); }
    Pcg64Dxsm, self => {
        let state = self.state();
        vec![state.state, state.inc, state.has_uint32.into(), state.uinteger.into()]
    }, { skipping!(); }
    Philox, self => {
        let state = self.state();
        let words = [&state.counter[..], &state.key, &state.buffer, &[state.buffer_pos as u64]].concat();
        [wide_words(&words), vec![state.has_uint32.into(), state.uinteger.into()]].concat()
    }, { skipping!(); }
    Sfc64, self => {
        let state = self.state();
        [wide_words(&state.state), vec![state.has_uint32.into(), state.uinteger.into()]].concat()
    }, {}
    Mt19937, self => {
        let state = self.state();
        let words: Vec<u64> = state.key.iter().map(|&word| word.into()).collect();
        [wide_words(&words), vec![state.pos as u128]].concat()
    }, {
        fn raw(&mut self) -> u64 {
            self.next_u32().into()
        }

        fn jump(&self, jumps: u128) -> Self {
            self.jumped(jumps)
        }
    }
}

/// A number of up to 128 bits; a negative one wraps around.
fn wide(value: &Value) -> u128 {
    let digits = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    digits.parse().unwrap_or_else(|_| digits.parse::<i128>().unwrap() as u128)
}

/// Calls the method for an array, or draws one sample by the method and from the distribution.
macro_rules! drawn {
    ($rng:ident, $call:ident, $method:ident($($argument:expr),*) or $distribution:expr) => {{
        match $call.size() {
            Some(shape) => $call.expect(&$rng.$method($($argument,)* ndarray::IxDyn(&shape)).unwrap()),
            None => {
                let by_method = |rng: &mut Generator<_>| rng.$method($($argument,)* ()).unwrap();
                $crate::random::streams::draw_one($rng, $call, by_method, $distribution);
            }
        }
        true
    }};
}
pub(super) use drawn;

/// Draws one sample by the method and from the distribution; both leave the generator in the same state.
pub(super) fn draw_one<B: Tested, T: Drawn>(
    rng: &mut Generator<B>,
    call: &Call<'_>,
    by_method: impl FnOnce(&mut Generator<B>) -> Array0<T>,
    distribution: impl Distribution<T>,
) {
    let mut other = rng.clone();
    call.expect_one(by_method(&mut other).into_scalar());
    call.expect_one(rng.sample(distribution));
    assert_eq!(rng, &mut other);
}

/// An array of distributions: arrays of parameters, broadcast against each other and to the size.
pub(super) fn each<A: Drawn, P, const N: usize>(
    call: &Call<'_>,
    parameters: [&str; N],
    distribution: impl Fn([A; N]) -> linstat::Result<P>,
) -> ArrayD<P> {
    let arrays = parameters.map(|name| call.array::<A>(name));
    let longest = arrays.iter().map(|array| array.len()).max().unwrap();
    let shape = IxDyn(&call.size().unwrap_or(vec![longest]));
    let arrays = arrays.each_ref().map(|array| array.broadcast(shape.clone()).unwrap());
    let distribution = |i: IxDyn| distribution(arrays.each_ref().map(|array| array[&i])).unwrap();
    ArrayD::from_shape_fn(shape.clone(), distribution)
}

pub(super) fn draw_each<B: Tested, A: Drawn, T: Drawn, P: Distribution<T>, const N: usize>(
    rng: &mut Generator<B>,
    call: &Call<'_>,
    parameters: [&str; N],
    distribution: impl Fn([A; N]) -> linstat::Result<P>,
) -> bool {
    call.expect(&rng.sample_each(&each(call, parameters, distribution)).unwrap());
    true
}

/// Whether one of the arguments is an array.
pub(super) fn is_of_arrays(call: &Call<'_>) -> bool {
    call.args.as_object().unwrap().values().any(|argument| argument.get("list").is_some())
}

pub(super) fn draw<B: Tested>(rng: &mut Generator<B>, call: &Call<'_>) -> bool {
    let f32 = call.text("dtype") == Some("f32");
    let inverse = call.text("method") == Some("inv");
    match call.method {
        "random_raw" => {
            let n = call.size().unwrap()[0];
            call.expect(&Array1::from_shape_simple_fn(n, || rng.bits().raw()));
            true
        }
        "advance" => {
            // a negative one steps back
            rng.bits().skip(wide(&call.args["delta"]));
            true
        }
        "jumped" => {
            *rng.bits() = rng.bits().jump(wide(&call.args["jumps"]));
            true
        }
        "spawn" => {
            let mut children = rng.spawn(call.integer("n_children") as usize).unwrap();
            call.expect(&children.iter_mut().map(|child| child.bits().raw()).collect::<Array1<u64>>());
            true
        }
        "random" if f32 => drawn!(rng, call, random_f32() or StandardUniform),
        "random" => drawn!(rng, call, random() or StandardUniform),
        "uniform" if is_of_arrays(call) => {
            draw_each(rng, call, ["low", "high"], |[low, high]| Uniform::new(low, high))
        }
        "standard_normal" if f32 => drawn!(rng, call, standard_normal_f32() or StandardNormal),
        "standard_normal" => drawn!(rng, call, standard_normal() or StandardNormal),
        "normal" if is_of_arrays(call) => {
            draw_each(rng, call, ["loc", "scale"], |[loc, scale]| Normal::new(loc, scale))
        }
        "standard_exponential" if inverse => {
            let shape = IxDyn(&call.size().unwrap());
            if f32 {
                call.expect(&rng.sample_array::<f32, _, _>(InverseExponential, shape).unwrap());
            } else {
                call.expect(&rng.sample_array::<f64, _, _>(InverseExponential, shape).unwrap());
            }
            true
        }
        "standard_exponential" if f32 => drawn!(rng, call, standard_exponential_f32() or StandardExponential),
        "standard_exponential" => drawn!(rng, call, standard_exponential() or StandardExponential),
        "integers" => integers(rng, call),
        _ => false,
    }
}

fn integers<B: Tested>(rng: &mut Generator<B>, call: &Call<'_>) -> bool {
    macro_rules! of {
        ($t:ty, $convert:expr) => {{
            let convert: fn(i128) -> Option<$t> = $convert;
            let endpoint = call.has("endpoint");
            let within = move |low: i128, high: i128| {
                let low = convert(low).unwrap();
                // one past the greatest is not representable in the type
                match convert(high) {
                    Some(high) if !endpoint => Integers::new(low..high),
                    Some(high) => Integers::new(low..=high),
                    None => Integers::new(low..=convert(high - 1).unwrap()),
                }
            };
            if is_of_arrays(call) {
                let bounds = |[low, high]: [i64; 2]| within(low.into(), high.into());
                return draw_each(rng, call, ["low", "high"], bounds);
            }
            let range = within(call.integer("low"), call.integer("high")).unwrap();
            match call.size() {
                Some(shape) => call.expect(&rng.sample_array(range, IxDyn(&shape)).unwrap()),
                None => call.expect_one(rng.sample(range)),
            }
            true
        }};
    }
    match call.dtype() {
        "i8" => of!(i8, |x| x.try_into().ok()),
        "i16" => of!(i16, |x| x.try_into().ok()),
        "i32" => of!(i32, |x| x.try_into().ok()),
        "i64" => of!(i64, |x| x.try_into().ok()),
        "u8" => of!(u8, |x| x.try_into().ok()),
        "u16" => of!(u16, |x| x.try_into().ok()),
        "u32" => of!(u32, |x| x.try_into().ok()),
        "u64" => of!(u64, |x| x.try_into().ok()),
        "bool" => of!(bool, |x| [false, true].get(usize::try_from(x).unwrap()).copied()),
        _ => false,
    }
}
