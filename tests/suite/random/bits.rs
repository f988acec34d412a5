//! The bit generators beside the default one: what NumPy's draws do not show.

use super::streams::Tested;
use crate::common::assert::case;
use linstat::ErrorKind;
use linstat::random::*;
use ndarray::{Array1, Axis};
use rand::{RngCore, SeedableRng};

/// Calls a generic function for each bit generator.
macro_rules! each_bits {
    ($f:ident) => {
        case("PCG64", || $f::<Pcg64>());
        case("PCG64DXSM", || $f::<Pcg64Dxsm>());
        case("Philox", || $f::<Philox>());
        case("SFC64", || $f::<Sfc64>());
        case("MT19937", || $f::<Mt19937>());
    };
}

/// Draws of every kind: 32 bits, 64 bits, with rejection, and those that are compiled for all generators.
fn mixture<B: Tested>(rng: &mut Generator<B>) -> Vec<u64> {
    let mut drawn = vec![rng.sample(Integers::new(0_i64..10).unwrap()) as u64];
    drawn.extend(rng.standard_normal(200).unwrap().iter().map(|x| x.to_bits()));
    drawn.extend(rng.random_f32(3).unwrap().iter().map(|x| u64::from(x.to_bits())));
    drawn.extend(rng.poisson(20.0, 5).unwrap().iter().map(|&x| x as u64));
    drawn.extend(rng.permutation(70).unwrap().iter().map(|&i| i as u64));
    drawn.extend(rng.choice(50, &Choice::new().without_replacement(), 7).unwrap().iter().map(|&i| i as u64));
    drawn.push(rng.next_u64());
    drawn
}

#[test]
fn arrays_are_single_samples() {
    fn of<B: Tested>() {
        for halves in 0..3 {
            let mut rng = Generator::<B>::seeded(5);
            rng.random_f32(halves).unwrap();
            let mut one = rng.clone();
            let normal = Normal::new(1.0, 2.0).unwrap();
            let many = rng.sample_array(normal, 300).unwrap();
            assert!(many.iter().all(|&x: &f64| x == one.sample::<f64>(normal)));
            assert_eq!(rng, one);
            let mut shuffled = Array1::from_iter(0..100);
            rng.shuffle(&mut shuffled, Axis(0)).unwrap();
            assert_eq!(shuffled, one.permutation(100).unwrap());
            assert_eq!(rng, one);
        }
    }
    each_bits!(of);
}

#[test]
fn children_are_those_of_the_seed() {
    fn of<B: Tested>() {
        let mut parent = Generator::<B>::seeded([7, 8]);
        let (mut first, mut later) = (parent.spawn(2).unwrap(), parent.spawn(1).unwrap());
        let mut seed = SeedSequence::new([7, 8]);
        let children = seed.spawn(3).unwrap();
        for (child, seed) in first.iter_mut().chain(&mut later).zip(children) {
            assert_eq!(child.bits(), &B::from_seed_sequence(&seed));
        }
        assert_eq!(
            parent.bits(),
            &B::from_seed_sequence(&SeedSequence::new([7, 8])),
            "spawning draws nothing"
        );
        assert!(Generator::from_bits(parent.bits().clone()).spawn(1).is_err());
        assert!(matches!(
            parent.spawn(usize::MAX).unwrap_err().kind(),
            ErrorKind::TooLarge { .. } | ErrorKind::InvalidArgument { .. }
        ));
    }
    each_bits!(of);
}

#[test]
fn seeds_of_bytes_are_lists_of_words() {
    fn of<B: Tested + SeedableRng<Seed = [u8; 32]>>() {
        let bytes: [u8; 32] = std::array::from_fn(|i| 7 * i as u8 + 1);
        let words: Vec<u64> =
            bytes.chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap()).into()).collect();
        assert_eq!(B::from_seed(bytes), B::from_seed_sequence(&SeedSequence::new(words)));
        assert_eq!(B::seed_from_u64(1 << 40), B::from_seed_sequence(&SeedSequence::new(1 << 40)));
    }
    each_bits!(of);
}

#[test]
fn bytes_are_words() {
    fn of<B: Tested>() {
        let (mut rng, mut other) = (Generator::<B>::seeded(3), Generator::<B>::seeded(3));
        let mut bytes = [0; 20];
        rng.fill_bytes(&mut bytes);
        let words: Vec<u8> = (0..2).flat_map(|_| other.next_u64().to_le_bytes()).collect();
        assert_eq!(bytes[..16], words);
    }
    each_bits!(of);
}

#[test]
fn saved_states_go_on_where_they_were() {
    macro_rules! saved {
        ($($t:ident, $restored:expr;)*) => {$(
            // the position in a block of words, and an unused half of one
            for (doubles, halves) in [(0, 0), (1, 0), (2, 1), (3, 2), (4, 1), (5, 3)] {
                let mut rng = Generator::<$t>::seeded(9);
                rng.random(doubles).unwrap();
                rng.random_f32(halves).unwrap();
                let state = rng.bits().state();
                let restored: fn(_) -> $t = $restored;
                let mut again = Generator::from_bits(restored(state.clone()));
                assert_eq!(again.bits(), rng.bits());
                assert_eq!(again.bits().state(), state);
                assert_eq!(mixture(&mut again), mixture(&mut rng));
                assert_eq!(again.bits(), rng.bits());
            }
        )*};
    }
    saved! {
        Pcg64, |state| Pcg64::from_state(state).unwrap();
        Pcg64Dxsm, |state| Pcg64Dxsm::from_state(state).unwrap();
        Philox, |state| Philox::from_state(state).unwrap();
        Sfc64, Sfc64::from_state;
        Mt19937, |state| Mt19937::from_state(state).unwrap();
    }
}

#[test]
fn states_that_no_generator_has_are_refused() {
    let inc = Pcg64Dxsm::new(1).state().inc;
    let even = Pcg64State { inc: inc - 1, ..Pcg64Dxsm::new(1).state() };
    assert!(matches!(Pcg64Dxsm::from_state(even).unwrap_err().kind(), ErrorKind::InvalidArgument { .. }));
    let after = PhiloxState { buffer_pos: 5, ..Philox::new(1).state() };
    assert!(matches!(Philox::from_state(after).unwrap_err().kind(), ErrorKind::InvalidArgument { .. }));
    assert!(Philox::from_state(PhiloxState { buffer_pos: 4, ..after }).is_ok());
}

#[cfg(feature = "serde")]
#[test]
fn generators_survive_json() {
    fn of<B: Tested + serde::Serialize + serde::de::DeserializeOwned>() {
        for halves in 0..2 {
            let mut rng = Generator::<B>::seeded(9);
            rng.random_f32(halves).unwrap();
            rng.spawn(2).unwrap();
            let json = serde_json::to_string(&rng).unwrap();
            let mut again: Generator<B> = serde_json::from_str(&json).unwrap();
            assert_eq!(again, rng);
            assert_eq!(mixture(&mut again), mixture(&mut rng));
            assert_eq!(again.spawn(1).unwrap(), rng.spawn(1).unwrap());
        }
    }
    each_bits!(of);
    let json = serde_json::to_string(&Philox::new(1)).unwrap();
    let after = json.replace("\"buffer_pos\":4", "\"buffer_pos\":5");
    assert!(json != after && serde_json::from_str::<Philox>(&after).is_err());
}

// numpy.random.Philox(key=1, counter=counter).random_raw(5)
#[test]
fn the_counter_of_philox_wraps_around() {
    const MAX: u64 = u64::MAX;
    for (counter, expected) in [
        (
            [MAX, 0, 0, 0],
            [
                13544356828153190067,
                9200523714533466731,
                13940246686084213027,
                8824793313338902322,
                6606046235915459596,
            ],
        ),
        (
            [MAX, MAX, 0, 0],
            [
                415504370380404305,
                9458422888584102745,
                6322651606089002329,
                8432768431864653899,
                5811865570322049050,
            ],
        ),
        (
            [MAX, MAX, MAX, MAX],
            [
                14663341350739098444,
                11767532808736069200,
                16779231742903463967,
                3767138099972079151,
                5599841837815857887,
            ],
        ),
    ] {
        let mut bits = Philox::from_key([1, 0]).with_counter(counter);
        assert_eq!(std::array::from_fn(|_| bits.next_u64()), expected, "{counter:?}");
    }
    let mut bits = Philox::from_key([1, 0]).with_counter([MAX - 2, MAX, MAX, MAX]);
    bits.advance(1 << 100);
    assert_eq!(bits.state().counter, [MAX - 2, (1 << 36) - 1, 0, 0]);
    assert_eq!(bits.jumped(u128::MAX).state().counter, [MAX - 2, (1 << 36) - 1, MAX, MAX]);
    // what is drawn already is dropped
    let mut bits = Philox::new(3);
    bits.next_u32();
    bits.advance(0);
    assert_eq!((bits.state().buffer_pos, bits.state().has_uint32, bits.state().uinteger), (4, false, 0));
}

/// NumPy's jumps of the Mersenne Twister one after the other, and as many as it would never end.
#[test]
fn jumps_of_the_twister_add_up() {
    // from every place: the words before it are another part of the ring
    let mut bits = Mt19937::legacy(3);
    for draws in [0, 1, 300, 322, 1, 100] {
        (0..draws).for_each(|_| _ = bits.next_u32());
        let mut one_by_one = bits.clone();
        for jumps in 0..4 {
            assert_eq!(bits.jumped(jumps), one_by_one, "{draws}, {jumps}");
            one_by_one = one_by_one.jumped(1);
        }
        let half = bits.jumped(1 << 126);
        assert_eq!(half.jumped(1 << 126).jumped(5), bits.jumped((1 << 127) + 5));
        assert_ne!(bits.jumped(u128::MAX), bits);
    }
}

#[test]
fn advancing_is_drawing() {
    let (mut drawn, mut advanced) = (Pcg64Dxsm::new(1), Pcg64Dxsm::new(1));
    drawn.next_u32();
    for _ in 1..777 {
        drawn.next_u64();
    }
    advanced.advance(777);
    assert_eq!((drawn.state().state, drawn.next_u64()), (advanced.state().state, advanced.next_u64()));
    advanced.advance(778_u128.wrapping_neg());
    assert_eq!(advanced, Pcg64Dxsm::new(1));
}
