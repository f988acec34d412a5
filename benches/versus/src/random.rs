//! Random samples: the same seed gives the same bits as NumPy's. All on one thread.

use crate::digest::Digest;
use crate::measure::{Contender, local, with_state};
use crate::python::Arguments;
use linstat::Result;
use linstat::random::{
    Choice, Distribution, Generator, Integers, Normal, StandardNormal, StandardUniform, default_rng,
};
use ndarray::{Array1, ArrayRef1};

const SEED: u64 = 42;
const ROOM: &str = "there is room for a million numbers";
const MILLION: &[usize] = &[1, 1_000_000];

/// How to draw; `peers.py` uses the same names.
pub struct Case {
    pub name: &'static str,
    pub dtype: &'static str,
    pub n: usize,
    ours: fn(usize) -> Box<dyn Contender>,
}

/// Name, type, numbers of samples, and linstat's draw.
type Entry = (&'static str, &'static str, &'static [usize], fn(usize) -> Box<dyn Contender>);

const ENTRIES: &[Entry] = &[
    ("random", "float64", MILLION, |n| array(move |rng| rng.random(n))),
    ("random", "float32", MILLION, |n| array(move |rng| rng.random_f32(n))),
    ("uniform(-1, 1)", "float64", MILLION, |n| array(move |rng| rng.uniform(-1.0, 1.0, n))),
    ("standard_normal", "float64", MILLION, |n| array(move |rng| rng.standard_normal(n))),
    ("standard_normal", "float32", MILLION, |n| array(move |rng| rng.standard_normal_f32(n))),
    ("normal(5, 2)", "float64", MILLION, |n| array(move |rng| rng.normal(5.0, 2.0, n))),
    ("exponential", "float64", MILLION, |n| array(move |rng| rng.standard_exponential(n))),
    ("integers(10)", "int64", MILLION, |n| array(move |rng| rng.integers(0_i64..10, n))),
    ("integers(2**40)", "int64", MILLION, |n| array(move |rng| rng.integers(0_i64..1 << 40, n))),
    ("binomial(10)", "int64", MILLION, |n| array(move |rng| rng.binomial(10, 0.3, n))),
    ("binomial(1000)", "int64", MILLION, |n| array(move |rng| rng.binomial(1000, 0.4, n))),
    ("poisson(3)", "int64", MILLION, |n| array(move |rng| rng.poisson(3.0, n))),
    ("gamma(2.5)", "float64", MILLION, |n| array(move |rng| rng.standard_gamma(2.5, n))),
    ("permutation", "int64", MILLION, |n| array(move |rng| rng.permutation(n))),
    ("choice", "int64", MILLION, |n| array(move |rng| rng.choice(1000, &Choice::new(), n))),
    ("choice, p", "int64", MILLION, |n| {
        let weights = Choice::new().weights(&Array1::from_iter((1..=1000).map(|i| f64::from(i) / 500_500.0)));
        array(move |rng| rng.choice(1000, &weights, n))
    }),
    ("choice, distinct", "int64", &[1, 100_000], |n| {
        array(move |rng| rng.choice(1_000_000, &Choice::new().without_replacement(), n))
    }),
    ("one random", "float64", &[1], |_| one::<f64>(StandardUniform)),
    ("one normal", "float64", &[1], |_| one(Normal::new(5.0, 2.0).expect("a positive scale"))),
    ("one normal", "float32", &[1], |_| one::<f32>(StandardNormal)),
    ("one integer", "int64", &[1], |_| one(Integers::new(0_i64..10).expect("ten numbers"))),
    ("default_rng", "float64", &[1], |_| {
        local("linstat", || default_rng(1), |mut rng| bits(&rng.random(1).expect(ROOM)))
    }),
];

pub fn cases() -> impl Iterator<Item = Case> {
    let of = |&(name, dtype, sizes, ours): &Entry| sizes.iter().map(move |&n| Case { name, dtype, n, ours });
    ENTRIES.iter().flat_map(of)
}

impl Case {
    pub fn ours(&self) -> Box<dyn Contender> {
        (self.ours)(self.n)
    }

    pub fn arguments(&self) -> Arguments<'static> {
        let (op, dtype) = (self.name.into(), self.dtype);
        Arguments { op, dtype, k: self.n, axis: None, arrays: Vec::new() }
    }

    /// The aims: how many times faster than NumPy, and than the best of all peers.
    pub fn aims(&self) -> (f64, f64) {
        if self.n == 1 { (5.0, 1.0) } else { (1.0, 1.0) }
    }
}

/// The bits of a sample.
trait Bits: Copy {
    fn bits(self) -> u64;
}

macro_rules! bits {
    ($($t:ident, $x:ident => $bits:expr;)*) => {$(
        impl Bits for $t {
            fn bits(self) -> u64 {
                let $x = self;
                $bits
            }
        }
    )*};
}

bits! {
    f64, x => x.to_bits();
    f32, x => u64::from(x.to_bits());
    i64, x => x as u64;
    usize, x => x as u64;
}

/// A digest of all bits and their positions, equal only for equal arrays, except by accident.
fn bits<T: Bits>(x: &ArrayRef1<T>) -> Digest {
    let sum = x
        .iter()
        .zip((1..).step_by(2))
        .fold(0u64, |sum, (x, place)| sum.wrapping_add(x.bits().wrapping_mul(place)));
    crate::digest::exactly(x.len(), [sum >> 32, sum & 0xffff_ffff])
}

fn array<T: Bits + 'static>(
    mut draw: impl FnMut(&mut Generator) -> Result<Array1<T>> + 'static,
) -> Box<dyn Contender> {
    with_state("linstat", default_rng(SEED), move |rng| draw(rng).expect(ROOM), |_, x| bits(&x))
}

fn one<T: Bits + 'static>(distribution: impl Distribution<T> + 'static) -> Box<dyn Contender> {
    with_state(
        "linstat",
        default_rng(SEED),
        move |rng| rng.sample(&distribution),
        |_, x: T| bits(&ndarray::arr1(&[x])),
    )
}
