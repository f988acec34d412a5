//! Properties of all draws, without NumPy.

use super::golden::Drawn;
use super::table::{NAN, each_distribution};
use crate::common::Stored;
use crate::common::assert::{case, fail};
use crate::common::layouts::{each_layout_full_of, each_layout_mut};
use linstat::random::*;
use ndarray::{Array1, Array2, ArrayRef, Axis, Dimension, array};
use proptest::prelude::*;
use rand::RngCore;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// The bits of a NaN, and of no number that is drawn.
pub(super) const FILLER: u64 = 0xfff8_5a5a_5a5a_5a5a;

/// Around the sizes at which draws are made in blocks, and around the block size.
const SIZES: &[usize] = &[0, 1, 31, 32, 33, 127, 128, 129, 1000];

#[track_caller]
pub(super) fn same<T: Drawn, D: Dimension>(actual: &ArrayRef<T, D>, expected: &[T]) {
    assert_eq!(actual.len(), expected.len());
    for (i, (x, y)) in actual.iter().zip(expected).enumerate() {
        if x.bits() != y.bits() {
            fail(format_args!("draw {i} is {x:?}, expected {y:?}"));
        }
    }
}

/// Calls `f` with generators with and without a saved half of a draw.
fn each_generator(f: impl Fn(Generator)) {
    for seed in [1, 42] {
        let mut rng = default_rng(seed);
        case(format!("seed {seed}"), || f(rng.clone()));
        rng.next_u32();
        assert!(rng.bits().state().has_uint32);
        case(format!("seed {seed}, half a draw left"), || f(rng));
    }
}

/// Arrays of every size equal single draws, and so do arrays that are filled, in any layout.
fn one_by_one<T: Drawn + Stored>(name: &str, distribution: impl Distribution<T>) {
    in_bulk(name, &distribution, |rng, n| (0..n).map(|_| rng.sample(&distribution)).collect());
    filled(name, &distribution);
}

fn in_bulk<T: Drawn>(
    name: &str,
    distribution: impl Distribution<T>,
    one_by_one: impl Fn(&mut Generator, usize) -> Vec<T>,
) {
    for &n in SIZES {
        case(format!("{name}, {n} of {}", T::DTYPE), || {
            each_generator(|mut rng| {
                let mut other = rng.clone();
                let many: Array1<T> = rng.sample_array(&distribution, n).unwrap();
                same(&many, &one_by_one(&mut other, n));
                assert_eq!(rng, other, "the generators end in different states");
            });
        });
    }
}

fn filled<T: Drawn + Stored>(name: &str, distribution: impl Distribution<T>) {
    // fewer and more than are drawn in a block
    for shape in [(0, 3), (3, 4), (13, 21)] {
        each_generator(|rng| {
            let mut other = rng.clone();
            let expected: Vec<T> = (0..shape.0 * shape.1).map(|_| other.sample(&distribution)).collect();
            case(name, || {
                each_layout_full_of(T::from_word(FILLER), shape, |out| {
                    let mut rng = rng.clone();
                    rng.sample_into(&distribution, out);
                    same(out, &expected);
                    assert_eq!(rng, other, "the generators end in different states");
                });
            });
        });
    }
}

#[test]
fn working_ahead_changes_nothing() {
    one_by_one::<f64>("uniform", StandardUniform);
    one_by_one::<f32>("uniform", StandardUniform);
    one_by_one::<f64>("normal", StandardNormal);
    one_by_one::<f32>("normal", StandardNormal);
    one_by_one::<f64>("exponential", StandardExponential);
    one_by_one::<f32>("exponential", StandardExponential);
    one_by_one::<f64>("inverse exponential", InverseExponential);
    one_by_one::<f32>("inverse exponential", InverseExponential);
    for shape in [0.5, 1.0, 2.5] {
        one_by_one::<f32>("gamma", StandardGamma::new(shape).unwrap());
    }
    one_by_one::<f64>("standard_cauchy", StandardCauchy);
    macro_rules! of_table {
        ($(
            $t:ident $method:ident($($parameter:ident: $kind:ident),*) $distribution:ident;
            good $(($($good:expr),*))*; bad $(($($bad:expr),*))*;
        )*) => {
            $($(
                let parameters = format!("{}{:?}", stringify!($method), ($($good,)*));
                one_by_one::<$t>(&parameters, $distribution::new($($good),*).unwrap());
            )*)*
        };
    }
    each_distribution!(of_table);
    one_by_one("integers", Integers::new(0_i64..10).unwrap());
    one_by_one("integers", Integers::new(-5_i32..=1 << 30).unwrap());
    one_by_one("integers", Integers::new(0_u64..1 << 40).unwrap());
    one_by_one("integers", Integers::new(0_u64..3 << 62).unwrap());
    one_by_one("integers", Integers::<u64>::new(..).unwrap());
}

#[test]
fn narrow_integers_share_a_draw_within_a_call() {
    // drawn one by one, each sample takes its own draw; an array of distributions is one call, too
    fn narrow<T: Drawn + Integer>(range: Integers<T>) {
        in_bulk("integers", range, |rng, n| rng.sample_each(&Array1::from_elem(n, range)).unwrap().to_vec());
    }
    narrow(Integers::new(0_u8..200).unwrap());
    narrow(Integers::<i8>::new(..).unwrap());
    narrow(Integers::new(-300_i16..300).unwrap());
    narrow(Integers::new(false..=true).unwrap());
}

/// Draws of every kind: 32 bits, 64 bits, in blocks, with rejection.
fn mixture(rng: &mut Generator) -> Vec<u64> {
    let mut bits = vec![rng.sample(Integers::new(0_i64..10).unwrap()) as u64];
    bits.extend(rng.standard_normal(40).unwrap().iter().map(|x| x.to_bits()));
    bits.extend(rng.random_f32(3).unwrap().iter().map(|&x| Drawn::bits(x)));
    bits.extend(rng.poisson(20.0, 5).unwrap().iter().map(|&x| x as u64));
    bits.push(rng.next_u64());
    bits
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_saved_state_goes_on_where_it_was(seed: u64, doubles in 0usize..300, halves in 0usize..4) {
        let mut rng = default_rng(seed);
        rng.random(doubles).unwrap();
        rng.random_f32(halves).unwrap();
        let state = rng.bits().state();
        prop_assert_eq!(state.has_uint32, halves % 2 == 1);
        let mut again = Generator::from_bits(Pcg64::from_state(state).unwrap());
        prop_assert_eq!(mixture(&mut rng), mixture(&mut again));
        prop_assert_eq!(rng.bits(), again.bits());
    }

    #[test]
    fn calls_of_any_size_make_one_stream(seed: u64, sizes in proptest::collection::vec(0usize..200, 1..8)) {
        let (mut rng, mut whole) = (default_rng(seed), default_rng(seed));
        let parts: Vec<f64> =
            sizes.iter().flat_map(|&n| rng.standard_exponential(n).unwrap().to_vec()).collect();
        same(&whole.standard_exponential(parts.len()).unwrap(), &parts);
        prop_assert_eq!(rng, whole);
    }

    #[test]
    fn advancing_is_drawing(seed: u64, steps in 0u64..5000) {
        let (mut drawn, mut advanced) = (Pcg64::new(seed), Pcg64::new(seed));
        for _ in 0..steps {
            drawn.next_u64();
        }
        advanced.advance(steps.into());
        prop_assert_eq!(&drawn, &advanced);
        advanced.advance(u128::from(steps).wrapping_neg());
        prop_assert_eq!(advanced, Pcg64::new(seed));
    }

    #[test]
    fn integers_are_in_range(seed: u64, low: i64, high: i64) {
        let (low, high) = (low.min(high), low.max(high));
        let drawn = default_rng(seed).integers(low..=high, 50).unwrap();
        prop_assert!(drawn.iter().all(|x| (low..=high).contains(x)));
    }
}

/// Whether these are `n` distinct indices below `population`.
fn are_distinct(indices: &Array1<usize>, n: usize, population: usize) -> bool {
    let found: BTreeSet<usize> = indices.iter().copied().collect();
    indices.len() == n && found.len() == n && found.last().is_none_or(|&last| last < population)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn permutations_take_every_index_once(seed: u64, n in 0usize..2000) {
        let mut rng = default_rng(seed);
        prop_assert!(are_distinct(&rng.permutation(n).unwrap(), n, n));
        // a vector is shuffled as its indices are
        let (mut x, mut other) = (Array1::from_iter(0..n), rng.clone());
        rng.shuffle(&mut x, Axis(0)).unwrap();
        prop_assert_eq!(&x, &other.permutation(n).unwrap());
        prop_assert_eq!(rng, other);
    }

    #[test]
    fn shuffles_keep_what_lies_across_the_axis(seed: u64, rows in 1usize..40, cols in 1usize..40, axis in 0usize..2) {
        let rng = default_rng(seed);
        let x = Array2::from_shape_fn((rows, cols), |(i, j)| (cols * i + j) as f64);
        let order = rng.clone().permutation(x.len_of(Axis(axis))).unwrap();
        let expected = x.select(Axis(axis), order.as_slice().unwrap());
        prop_assert_eq!(&rng.clone().permutation_of(&x, Axis(axis)).unwrap(), &expected);
        each_layout_mut((rows, cols), |view| {
            view.assign(&x);
            rng.clone().shuffle(view, Axis(axis)).unwrap();
            assert_eq!(*view, expected);
            // copies in any layout are shuffled in the same way
            view.assign(&x);
            assert_eq!(rng.clone().permutation_of(view, Axis(axis)).unwrap(), expected);
            assert_eq!(rng.clone().permuted(view).unwrap(), rng.clone().permuted(&x).unwrap());
            let lanes = rng.clone().permuted_axis(view, Axis(axis)).unwrap();
            assert_eq!(lanes, rng.clone().permuted_axis(&x, Axis(axis)).unwrap());
        });
        let lanes = rng.clone().permuted_axis(&x, Axis(axis)).unwrap();
        for (lane, before) in lanes.lanes(Axis(axis)).into_iter().zip(x.lanes(Axis(axis))) {
            let mut lane = lane.to_vec();
            lane.sort_by(f64::total_cmp);
            prop_assert_eq!(lane, before.to_vec());
        }
    }

    #[test]
    fn choices_without_replacement_are_distinct(
        seed: u64, population in 1usize..300, share in 0.0..1.0, unshuffled: bool, weighted: bool,
    ) {
        let mut rng = default_rng(seed);
        let n = (population as f64 * share) as usize;
        let mut choice = Choice::new().without_replacement();
        if unshuffled {
            choice = choice.unshuffled();
        }
        if weighted {
            let p = rng.standard_exponential(population).unwrap();
            choice = choice.weights(&(&p / p.sum()));
        }
        prop_assert!(are_distinct(&rng.choice(population, &choice, n).unwrap(), n, population));
    }

    #[test]
    fn choices_with_replacement_are_in_range(seed: u64, population in 1usize..300, nothing in 0usize..300) {
        let mut rng = default_rng(seed);
        let chosen = rng.choice(population, &Choice::new(), 100).unwrap();
        prop_assert!(chosen.iter().all(|&i| i < population));
        // an index without weight is never chosen
        let nothing = nothing % (population + 1);
        let mut p = rng.standard_exponential(population + 1).unwrap();
        p[nothing] = 0.0;
        let chosen = rng.choice(population + 1, &Choice::new().weights(&(&p / p.sum())), 100).unwrap();
        prop_assert!(chosen.iter().all(|&i| i <= population && i != nothing));
    }
}

#[test]
fn large_samples_without_replacement_are_distinct() {
    // with a set, and by shuffling the tail
    for (population, n) in [(10_000, 9_999), (10_001, 199), (10_001, 201), (20_000, 20_000), (1 << 40, 1000)]
    {
        for choice in [Choice::new().without_replacement(), Choice::new().without_replacement().unshuffled()]
        {
            let chosen = default_rng(42).choice(population, &choice, n).unwrap();
            assert!(are_distinct(&chosen, n, population), "{n} of {population}");
        }
    }
}

#[cfg(feature = "serde")]
proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn generators_survive_json(seed: u64, halves in 0usize..4, children in 0usize..3) {
        let mut rng = default_rng(seed);
        rng.random_f32(halves).unwrap();
        rng.spawn(children).unwrap();
        let json = serde_json::to_string(&rng).unwrap();
        let mut again: Generator = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&rng, &again);
        prop_assert_eq!(mixture(&mut rng), mixture(&mut again));
        prop_assert_eq!(rng.spawn(1).unwrap(), again.spawn(1).unwrap());
    }
}

#[cfg(feature = "serde")]
#[test]
fn a_state_that_no_generator_has_is_refused() {
    let bits = serde_json::to_string(Generator::new(1).bits()).unwrap();
    assert!(serde_json::from_str::<Pcg64>(&bits).is_ok());
    let inc = Pcg64::new(1).state().inc;
    let even = bits.replace(&inc.to_string(), &(inc - 1).to_string());
    assert_ne!(even, bits);
    assert!(serde_json::from_str::<Pcg64>(&even).is_err());
}

#[test]
fn tasks_draw_the_same_with_any_number_of_threads() {
    let draw = |threads: usize| -> Vec<Array1<f64>> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut tasks = default_rng(42).spawn(16).unwrap();
        pool.install(|| tasks.par_iter_mut().map(|rng| rng.standard_normal(500).unwrap()).collect())
    };
    let expected = draw(1);
    for threads in [2, 7] {
        for (array, expected) in draw(threads).iter().zip(&expected) {
            same(array, expected.as_slice().unwrap());
        }
    }
    let distinct = expected.iter().map(|array| array[0].to_bits()).collect::<BTreeSet<_>>();
    assert_eq!(distinct.len(), expected.len(), "two tasks have the same stream");
}

/// Fails unless this is an error that leaves the generator unchanged.
fn refused<R>(name: &str, call: impl Fn(&mut Generator) -> linstat::Result<R>) {
    each_generator(|mut rng| {
        let before = rng.clone();
        if call(&mut rng).is_ok() {
            fail(format_args!("{name} is accepted"));
        }
        assert_eq!(rng, before, "{name}: drawn in vain");
    });
}

#[test]
fn what_is_refused_draws_nothing() {
    macro_rules! of_table {
        ($(
            $t:ident $method:ident($($parameter:ident: $kind:ident),*) $distribution:ident;
            good $(($($good:expr),*))*; bad $(($($bad:expr),*))*;
        )*) => {
            $($(refused(stringify!($method), |rng| rng.$method($($bad,)* 3));)*)*
        };
    }
    each_distribution!(of_table);
    #[allow(clippy::reversed_empty_ranges)]
    refused("integers", |rng| rng.integers(5..4, 3));
    refused("integers", |rng| rng.integers(5_u8..5, 3));
    refused("standard_gamma_f32", |rng| rng.standard_gamma_f32(f32::NAN.into(), 3));
    refused("multinomial", |rng| rng.multinomial(10, &array![0.5, 0.6, 0.1], 3));
    refused("dirichlet", |rng| rng.dirichlet(&array![1.0, -1.0], 3));
    refused("multivariate_hypergeometric", |rng| rng.multivariate_hypergeometric(&array![2, 3], 6, 3));
    let (p, distinct) = (array![0.5, 0.5, 0.0], Choice::new().without_replacement());
    refused("choice of nothing", |rng| rng.choice(0, &Choice::new(), 3));
    refused("choice of too few", |rng| rng.choice(2, &distinct, 3));
    refused("choice of too few weights", |rng| rng.choice(3, &distinct.clone().weights(&p), 3));
    for p in [array![0.5, 0.5], array![0.5, 0.6, 0.0], array![1.5, -0.5, 0.0], array![f64::NAN, 0.5, 0.5]] {
        refused("choice by weights", |rng| rng.choice(3, &Choice::new().weights(&p), 3));
    }
    let x = array![[1, 2], [3, 4]];
    refused("choice_axis", |rng| rng.choice_axis(&x, Axis(2), &Choice::new(), 1));
    refused("choice_axis", |rng| rng.choice_axis(&x, Axis(0), &distinct, 3));
    refused("shuffle", |rng| rng.shuffle(&mut x.clone(), Axis(2)));
    refused("permutation_of", |rng| rng.permutation_of(&x, Axis(2)));
    refused("permuted_axis", |rng| rng.permuted_axis(&x, Axis(2)));
    // as many as there are bytes to address
    refused("permutation", |rng| rng.permutation(usize::MAX));
    refused("bytes", |rng| rng.bytes(usize::MAX));
    refused("random", |rng| rng.random(usize::MAX));
    refused("standard_normal", |rng| rng.standard_normal((usize::MAX, 2)));
}

/// The generators of this crate with the distributions of other crates.
mod neighbours {
    use super::*;
    use ndarray_rand::RandomExt;
    use rand_distr::{Distribution, StandardGeometric};

    #[test]
    fn rand_distr_draws_from_a_generator() {
        let (mut rng, mut raw) = (default_rng(42), Pcg64::new(42));
        let x: u64 = StandardGeometric.sample(&mut rng);
        let y: u64 = StandardGeometric.sample(&mut raw);
        assert_eq!((x, rng.bits()), (y, &mut raw));
    }

    #[test]
    fn ndarray_rand_fills_arrays_from_a_generator() {
        let uniform = rand_distr::Uniform::new(-1.0, 1.0).unwrap();
        let x: Array2<f64> = Array2::random_using((3, 4), uniform, &mut default_rng(42));
        let mut raw = Pcg64::new(42);
        same(&x, &std::iter::repeat_with(|| uniform.sample(&mut raw)).take(12).collect::<Vec<f64>>());
        assert!(x.iter().all(|x| (-1.0..1.0).contains(x)));
    }
}
