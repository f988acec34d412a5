//! Random draws: NumPy's bits, and properties of all draws.

mod bits;
mod distributions;
mod errors;
pub mod golden;
mod legacy;
mod orders;
mod properties;
#[cfg(feature = "rand")]
mod rand;
mod streams;
mod table;

use crate::common::assert::{case, fail};
use ::rand::RngCore;
use golden::{Call, each_call, each_case, seed};
use linstat::random::{
    Generator, Mt19937, Pcg64, Pcg64Dxsm, Pcg64State, Philox, RandomState, Sfc64, default_rng,
};
use ndarray::{Array1, Array2, Axis};
use serde_json::Value;
use streams::Tested;

fn state(value: &Value) -> Pcg64State {
    Pcg64State {
        state: golden::wide(&value["state"]),
        inc: golden::wide(&value["inc"]),
        has_uint32: value["has_uint32"] == 1,
        uinteger: value["uinteger"].as_u64().unwrap().try_into().unwrap(),
    }
}

fn raw(bits: &mut impl RngCore, expected: &Value) {
    for (i, expected) in expected.as_array().unwrap().iter().enumerate() {
        assert_eq!(bits.next_u64(), expected.as_u64().unwrap(), "draw {i}");
    }
}

#[test]
fn seed_sequences_mix_as_numpy() {
    each_case("seedseq", |value| {
        let seed = seed(value);
        let words = |value: &Value| -> Vec<u64> {
            value.as_array().unwrap().iter().map(|word| word.as_u64().unwrap()).collect()
        };
        for (n, expected) in value["state32"].as_object().unwrap() {
            let found = seed.generate_state(n.parse().unwrap()).unwrap();
            assert_eq!(found.into_iter().map(u64::from).collect::<Vec<_>>(), words(expected), "{n} words");
        }
        for (n, expected) in value["state64"].as_object().unwrap() {
            let found = seed.generate_state(2 * n.parse::<usize>().unwrap()).unwrap();
            let pairs = found.chunks(2).map(|pair| u64::from(pair[0]) | u64::from(pair[1]) << 32);
            assert_eq!(pairs.collect::<Vec<_>>(), words(expected), "{n} words of 64 bits");
        }
    });
}

#[test]
fn pcg64_draws_as_numpy() {
    each_case("pcg64", |value| {
        let mut bits = Pcg64::from_sequence(&seed(value));
        assert_eq!(bits.state(), state(&value["state_initial"]));
        raw(&mut bits, &value["random_raw"]);
        assert_eq!(bits.state(), state(&value["state_after"]));
    });
}

#[test]
fn children_are_numpys() {
    each_case("spawn", |value| {
        let mut parent = Generator::new(seed(value));
        let plan = value["plan"].as_array().unwrap();
        let mut children = Vec::new();
        for n in plan {
            children.extend(parent.spawn(n.as_u64().unwrap() as usize).unwrap());
        }
        let expected = value["children"].as_array().unwrap();
        assert_eq!(children.len(), expected.len());
        for (i, (child, expected)) in children.iter_mut().zip(expected).enumerate() {
            case(format!("child {i}"), || {
                let sequence = seed(value).with_spawn_key(&golden::spawn_key(&expected["spawn_key"]));
                assert_eq!(child.bits(), &Pcg64::from_sequence(&sequence));
                assert_eq!(child.bits().state(), state(&expected["state_initial"]));
                raw(child, &expected["random_raw"]);
                if let Some(expected) = expected.get("grandchild") {
                    raw(&mut child.spawn(1).unwrap()[0], &expected["random_raw"]);
                }
            });
        }
        raw(&mut parent, &value["parent_raw_after"]);
    });
}

#[test]
fn generators_draw_as_numpy() {
    each_case("generator", |value| {
        let mut rng = Generator::new(seed(value));
        each_call(value, |call| {
            if !draw(&mut rng, call) {
                fail("no such method");
            }
        });
        let (found, expected) = (rng.bits().state(), state(&value["state_after"]));
        if found != expected {
            fail(format_args!("it ends in {found:?}, expected {expected:?}"));
        }
    });
}

#[test]
fn all_bit_generators_draw_as_numpy() {
    fn draws<B: Tested>(value: &Value) {
        let mut rng = Generator::<B>::seeded(seed(value));
        each_call(value, |call| {
            if !draw(&mut rng, call) {
                fail("no such method");
            }
        });
        // those of 128 bits in two halves
        let halves =
            |word: u128| [Some(word as u64), u64::try_from(word >> 64).ok().filter(|&high| high > 0)];
        let found = golden::hash(rng.bits().words().into_iter().flat_map(halves).flatten());
        assert_eq!(format!("{found:016x}"), value["state_after"].as_str().unwrap(), "hash of the state");
    }
    each_case("bits", |value| match value["bits"].as_str().unwrap() {
        "PCG64DXSM" => draws::<Pcg64Dxsm>(value),
        "Philox" => draws::<Philox>(value),
        "SFC64" => draws::<Sfc64>(value),
        "MT19937" => draws::<Mt19937>(value),
        other => fail(format_args!("no {other}")),
    });
}

/// Makes the call and compares the results; false if there is no such method.
fn draw<B: Tested>(rng: &mut Generator<B>, call: &Call<'_>) -> bool {
    streams::draw(rng, call)
        || distributions::draw(rng, call)
        || orders::draw(rng, call)
        || legacy::normal_vectors(rng, call)
}

/// As in NumPy: empty arrays accept any range, and nothing is drawn.
#[test]
fn arrays_without_elements() {
    let (rng, legacy) = (&mut default_rng(1), &mut RandomState::new(1));
    assert_eq!(rng.integers(0..0, (3, 0, 4)).unwrap().dim(), (3, 0, 4));
    assert_eq!(rng.integers(2_u8..2, 0).unwrap().len(), 0);
    assert_eq!(legacy.randint(0..0, 0).unwrap().len(), 0);
    let none = Array1::zeros(0);
    assert_eq!(legacy.multinomial(10, &none, ()).unwrap().dim(), 0);
    assert_eq!(legacy.multinomial(10, &none, (2, 3)).unwrap().dim(), (2, 3, 0));
    for mut x in [Array2::<f64>::zeros((3, 0)), Array2::zeros((0, 3))] {
        rng.shuffle(&mut x, Axis(0)).unwrap();
        rng.shuffle(&mut x, Axis(1)).unwrap();
        legacy.shuffle(&mut x).unwrap();
        assert_eq!(rng.permuted_axis(&x, Axis(1)).unwrap(), x);
    }
    assert_eq!((&*rng, &*legacy), (&default_rng(1), &RandomState::new(1)));
    assert!(rng.integers(0..0, 1).is_err() && legacy.randint(0..0, 1).is_err());
    assert!(rng.multinomial(10, &none, ()).is_err(), "NumPy's new generator refuses it");
}

/// A range excludes NaN; a location has no range, and NaN gives NaN as in NumPy.
#[test]
fn parameters_that_are_nan() {
    let (rng, nan) = (&mut default_rng(1), f64::NAN);
    assert!(rng.normal(nan, 1.0, 1).unwrap()[0].is_nan());
    assert!(rng.lognormal(nan, 1.0, 1).unwrap()[0].is_nan());
    assert!(rng.gumbel(nan, 1.0, 1).unwrap()[0].is_nan());
    *rng = default_rng(1);
    assert!(rng.normal(0.0, nan, 1).is_err() && rng.uniform(nan, 1.0, 1).is_err());
    assert!(rng.gamma(nan, 1.0, 1).is_err() && rng.beta(1.0, nan, 1).is_err());
    assert!(rng.triangular(0.0, nan, 1.0, 1).is_err() && rng.poisson(nan, 1).is_err());
    assert!(rng.dirichlet(&Array1::from_elem(2, nan), 1).is_err());
    assert_eq!(*rng, default_rng(1), "nothing is drawn");
}
