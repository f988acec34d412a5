//! Bytes, shuffling and choosing.

use super::golden::{Call, Drawn};
use super::streams::Tested;
use linstat::random::{Choice, Generator};
use ndarray::{Axis, Ix1, IxDyn, arr1};

pub(super) fn draw<B: Tested>(rng: &mut Generator<B>, call: &Call<'_>) -> bool {
    match call.method {
        "bytes" => {
            call.expect(&arr1(&rng.bytes(call.integer("length") as usize).unwrap()));
            true
        }
        "permutation" if !call.args["x"].is_object() => {
            call.expect(&rng.permutation(call.integer("x") as usize).unwrap());
            true
        }
        "choice" => choice(rng, call),
        "shuffle" | "permutation" | "permuted" => match call.dtype() {
            "f64" => reordered::<f64, _>(rng, call),
            "i64" => reordered::<i64, _>(rng, call),
            "u8" => reordered::<u8, _>(rng, call),
            _ => false,
        },
        _ => false,
    }
}

fn reordered<T: Drawn, B: Tested>(rng: &mut Generator<B>, call: &Call<'_>) -> bool {
    let mut x = call.array::<T>("x");
    let axis = call.has("axis").then(|| Axis(call.integer("axis") as usize));
    match (call.method, axis) {
        ("shuffle", _) => {
            rng.shuffle(&mut x, axis.unwrap_or(Axis(0))).unwrap();
            call.expect(&x);
        }
        ("permutation", _) => call.expect(&rng.permutation_of(&x, axis.unwrap_or(Axis(0))).unwrap()),
        (_, None) => call.expect(&rng.permuted(&x).unwrap()),
        (_, Some(axis)) => call.expect(&rng.permuted_axis(&x, axis).unwrap()),
    }
    true
}

fn choice<B: Tested>(rng: &mut Generator<B>, call: &Call<'_>) -> bool {
    let p = call.has("p").then(|| call.vector::<f64>("p"));
    let mut choice = Choice::new();
    if call.args["replace"] == false {
        choice = choice.without_replacement();
    }
    if call.args["shuffle"] == false {
        choice = choice.unshuffled();
    }
    if let Some(p) = &p {
        choice = choice.weights(p);
    }
    let size = call.size();
    if !call.args["a"].is_object() {
        let a = call.integer("a") as usize;
        match size {
            Some(shape) => call.expect(&rng.choice(a, &choice, IxDyn(&shape)).unwrap()),
            None => call.expect_one(rng.choice(a, &choice, ()).unwrap().into_scalar()),
        }
        return true;
    }
    match call.dtype() {
        "f64" => items::<f64, _>(rng, call, &choice),
        _ => items::<i64, _>(rng, call, &choice),
    }
    true
}

/// Items of an array; the result for a vector can have any shape.
fn items<T: Drawn, B: Tested>(rng: &mut Generator<B>, call: &Call<'_>, choice: &Choice) {
    let (a, size) = (call.array::<T>("a"), call.size().unwrap());
    if let Ok(vector) = a.view().into_dimensionality::<Ix1>() {
        let mut other = rng.clone();
        call.expect(&other.choice_of(&vector, choice, IxDyn(&size)).unwrap());
    }
    let axis = Axis(if call.has("axis") { call.integer("axis") as usize } else { 0 });
    match size[..] {
        [n] => call.expect(&rng.choice_axis(&a, axis, choice, n).unwrap()),
        _ => drop(rng.choice(a.len_of(axis), choice, IxDyn(&size)).unwrap()),
    }
}
