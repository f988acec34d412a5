//! The distributions of `rand_distr` as arrays.

use super::golden::Drawn;
use crate::common::assert::{case, fail};
use ::rand::Rng;
use linstat::ErrorKind;
use linstat::random::distr::{self, Distribution};
use linstat::random::*;
use ndarray::{Array, Array1, Array2, IntoDimension, IxDyn};

/// More elements than fit into memory.
const HUGE: usize = 1 << 60;

/// Arrays of every shape are single samples in C order, and nothing else is drawn.
fn one_by_one<T: Drawn, P: Distribution<T> + Copy>(name: &str, distribution: P) {
    fn of<T: Drawn, S: IntoDimension + Copy, P: Distribution<T> + Copy>(distribution: P, shape: S) {
        macro_rules! on {
            ($($rng:expr;)*) => {$(
                let (mut rng, mut other) = ($rng, $rng);
                let many: Array<T, S::Dim> = rng.sample_array(distribution, shape).unwrap();
                assert_eq!(many.raw_dim(), shape.into_dimension());
                assert!(many.is_standard_layout());
                for (i, x) in many.iter().enumerate() {
                    let expected: T = distribution.sample(&mut other);
                    if x.bits() != expected.bits() {
                        fail(format_args!("sample {i} is {x:?}, expected {expected:?}"));
                    }
                }
                assert_eq!(rng, other, "the generators end in different states");
            )*};
        }
        on! {
            default_rng(1);
            Generator::<Pcg64Dxsm>::seeded(1);
            Generator::<Philox>::seeded(1);
            Generator::<Sfc64>::seeded(1);
            Generator::<Mt19937>::seeded(1);
            { let mut random = RandomState::new(1); random.randn(1).unwrap(); random };
        }
    }
    case(name, || {
        of(distribution, ());
        of(distribution, 300);
        of(distribution, (3, 0));
        of(distribution, (5, 1, 7));
        let (mut rng, mut other) = (default_rng(1), default_rng(1));
        let x: Array<T, IxDyn> = rng.sample_array(distribution, IxDyn(&[2, 3])).unwrap();
        let y: Array2<T> = other.sample_array(distribution, (2, 3)).unwrap();
        assert!(x.iter().zip(&y).all(|(x, y)| x.bits() == y.bits()));
    });
}

#[test]
fn arrays_are_single_samples() {
    one_by_one::<f64, _>("normal", distr::Normal::new(1.0, 2.0).unwrap());
    one_by_one::<f32, _>("normal", distr::Normal::new(1.0_f32, 2.0).unwrap());
    one_by_one::<f64, _>("uniform", distr::Uniform::new(-1.0, 1.0).unwrap());
    one_by_one::<u8, _>("uniform", distr::Uniform::new(1_u8, 7).unwrap());
    one_by_one::<bool, _>("bernoulli", distr::Bernoulli::new(0.3).unwrap());
    one_by_one::<f64, _>("skew normal", distr::SkewNormal::new(0.0, 1.0, 2.0).unwrap());
    one_by_one::<f64, _>("frechet", distr::Frechet::new(0.0, 1.0, 2.0).unwrap());
    one_by_one::<u64, _>("binomial", distr::Binomial::new(20, 0.3).unwrap());
    one_by_one::<f64, _>("poisson", distr::Poisson::new(3.0).unwrap());
    // NumPy's names are not in the way
    one_by_one::<f64, _>("standard normal", distr::StandardNormal);
    one_by_one::<f32, _>("exponential", distr::Exp1);
}

/// A distribution of a user: of a type that is neither `Copy` nor has a default.
#[derive(Clone, Copy)]
struct Words;

#[derive(Debug, Clone, PartialEq)]
struct Word(String);

impl Distribution<Word> for Words {
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> Word {
        Word(distr::Alphanumeric.sample_iter(rng).take(5).map(char::from).collect())
    }
}

/// No data.
impl Distribution<()> for Words {
    fn sample<R: Rng + ?Sized>(&self, _: &mut R) {}
}

#[test]
fn distributions_of_users() {
    let words: Array1<Word> = default_rng(1).sample_array(Words, 4).unwrap();
    let mut rng = default_rng(1);
    assert!(words.iter().all(|word| word.0.len() == 5 && *word == Words.sample(&mut rng)));
    let empty: Array1<()> = default_rng(1).sample_array(Words, 3).unwrap();
    assert_eq!(empty.len(), 3);
    let points: Array1<[f64; 2]> = default_rng(1).sample_array(distr::UnitCircle, 10).unwrap();
    assert!(points.iter().all(|[x, y]| (x * x + y * y - 1.0).abs() < 1e-15));
}

#[test]
fn sizes_that_do_not_fit_are_refused() {
    let normal = distr::Normal::new(0.0, 1.0).unwrap();
    for shape in [vec![HUGE], vec![usize::MAX, 2], vec![1 << 31, 1 << 31, 1 << 31], vec![usize::MAX, 3, 0]] {
        let mut rng = default_rng(1);
        let error = rng.sample_array::<f64, _, _>(normal, IxDyn(&shape)).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::TooLarge { .. }), "{error}");
        assert_eq!((error.op(), rng), ("Generator::sample_array", default_rng(1)));
        let mut random = RandomState::new(1);
        let error = random.sample_array::<f64, _, _>(normal, IxDyn(&shape)).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::TooLarge { .. }), "{error}");
        assert_eq!((error.op(), random), ("RandomState::sample_array", RandomState::new(1)));
    }
    // elements without a size would take no memory, but time
    assert!(default_rng(1).sample_array::<(), _, _>(Words, HUGE).is_err());
}
