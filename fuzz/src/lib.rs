//! What the targets share: arguments of any shape, layout and value, and the list of all functions from the
//! tests.

use arbitrary::Arbitrary;
use linstat::ndarray::{Array1, Array2, Axis, s};
use linstat::{Result, Scalar};

#[allow(dead_code, missing_docs)]
#[path = "../../tests/suite/functions.rs"]
pub mod functions;

use functions::{Arguments, Call};

/// Arguments of one call, and which one.
#[derive(Debug, Arbitrary)]
pub struct Input {
    call: u16,
    shapes: [u8; 5],
    steps: [i8; 4],
    numbers: Vec<f64>,
    order: f64,
    axis: u8,
    k: usize,
}

/// Largest dimension of a matrix: small ones run in kernels of our own, larger ones in the library.
const LARGEST: usize = 40;

/// Calls a function. Whatever it is given, it returns a result, or an error that names it.
pub fn call<T: Scalar>(input: &Input, calls: &[Call<T>], number: impl Fn(f64, f64) -> T) {
    let Input { call, shapes, steps, numbers, order, axis, k } = input;
    let mut numbers = numbers.iter().copied().chain([0.0, 1.0]).cycle();
    let [am, an, bm, bn, v] = shapes.map(|n| usize::from(n) % LARGEST);
    let mut next = |m: usize, n: usize| {
        Array2::from_shape_simple_fn((m * 3, n * 3), || {
            let x = numbers.next().unwrap_or_default();
            number(x, -x)
        })
    };
    let (a, b, v) = (next(am, an), next(bm, bn), next(v, 1));
    let [p, q, r, t] = steps.map(|step| [1, 1, 3, -1, -2][usize::from(step.unsigned_abs()) % 5]);
    let (a, b) = (a.slice(s![..;p, ..;q]), b.slice(s![..;r, ..;t]));
    let (a, b) = (a.slice(s![..am, ..an]), b.slice(s![..bm, ..bn]));
    let v: Array1<T> = v.slice(s![..;3, 0]).to_owned();
    let arguments = Arguments { a: &a, b: &b, v: &v, ord: *order, axis: Axis(usize::from(*axis) % 4), k: *k };
    let Call { text, name, run, .. } = &calls[usize::from(*call) % calls.len()];
    if let Err(error) = run(&arguments) {
        assert_eq!(error.op(), *name, "{text}");
    }
}

/// Whatever comes out, an error has a message.
pub fn ended<R>(result: Result<R>) {
    if let Err(error) = result {
        assert!(!error.to_string().is_empty());
    }
}
