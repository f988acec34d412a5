//! Raw bits, standard uniform, normal and exponential draws, integers.

use super::golden::{Call, Drawn};
use linstat::random::{
    Distribution, Generator, Integers, InverseExponential, Normal, StandardExponential, StandardNormal,
    StandardUniform, Uniform,
};
use ndarray::{Array0, Array1, ArrayD, IxDyn};
use rand::RngCore;

/// Calls the method for an array, or draws one sample by the method and from the distribution.
macro_rules! drawn {
    ($rng:ident, $call:ident, $method:ident($($argument:expr),*) or $distribution:expr) => {{
        match $call.size() {
            Some(shape) => $call.expect(&$rng.$method($($argument,)* ndarray::IxDyn(&shape)).unwrap()),
            None => {
                let by_method = |rng: &mut Generator| rng.$method($($argument,)* ()).unwrap();
                $crate::random::streams::draw_one($rng, $call, by_method, $distribution);
            }
        }
        true
    }};
}
pub(super) use drawn;

/// Draws one sample by the method and from the distribution; both leave the generator in the same state.
pub(super) fn draw_one<T: Drawn>(
    rng: &mut Generator,
    call: &Call<'_>,
    by_method: impl FnOnce(&mut Generator) -> Array0<T>,
    distribution: impl Distribution<T>,
) {
    let mut other = rng.clone();
    call.expect_one(by_method(&mut other).into_scalar());
    call.expect_one(rng.sample(distribution));
    assert_eq!(rng, &mut other);
}

/// Arrays of parameters, broadcast against each other and to the size.
pub(super) fn draw_each<A: Drawn, T: Drawn, P: Distribution<T>, const N: usize>(
    rng: &mut Generator,
    call: &Call<'_>,
    parameters: [&str; N],
    distribution: impl Fn([A; N]) -> linstat::Result<P>,
) -> bool {
    let arrays = parameters.map(|name| call.array::<A>(name));
    let longest = arrays.iter().map(|array| array.len()).max().unwrap();
    let shape = IxDyn(&call.size().unwrap_or(vec![longest]));
    let arrays = arrays.each_ref().map(|array| array.broadcast(shape.clone()).unwrap());
    let distribution = |i: IxDyn| distribution(arrays.each_ref().map(|array| array[&i])).unwrap();
    call.expect(&rng.sample_each(&ArrayD::from_shape_fn(shape.clone(), distribution)).unwrap());
    true
}

/// Whether one of the arguments is an array.
pub(super) fn is_of_arrays(call: &Call<'_>) -> bool {
    call.args.as_object().unwrap().values().any(|argument| argument.get("list").is_some())
}

pub(super) fn draw(rng: &mut Generator, call: &Call<'_>) -> bool {
    let f32 = call.text("dtype") == Some("f32");
    let inverse = call.text("method") == Some("inv");
    match call.method {
        "random_raw" => {
            let n = call.size().unwrap()[0];
            call.expect(&Array1::from_shape_simple_fn(n, || rng.next_u64()));
            true
        }
        "advance" => {
            // a negative one steps back
            rng.bits().advance(call.integer("delta") as u128);
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
                call.expect(&rng.sample_array::<f32, _>(InverseExponential, shape).unwrap());
            } else {
                call.expect(&rng.sample_array::<f64, _>(InverseExponential, shape).unwrap());
            }
            true
        }
        "standard_exponential" if f32 => drawn!(rng, call, standard_exponential_f32() or StandardExponential),
        "standard_exponential" => drawn!(rng, call, standard_exponential() or StandardExponential),
        "integers" => integers(rng, call),
        _ => false,
    }
}

fn integers(rng: &mut Generator, call: &Call<'_>) -> bool {
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
