//! The distributions, one file each: its type, the method of [`Generator`] that samples it, and the tests of
//! both against NumPy.

mod beta;
mod binomial;
mod chisquare;
mod dirichlet;
pub(super) mod exponential;
mod f;
mod gamma;
mod geometric;
mod gumbel;
mod hypergeometric;
pub(super) mod integers;
mod laplace;
mod logistic;
mod lognormal;
mod logseries;
pub(super) mod multinomial;
mod multivariate_hypergeometric;
mod multivariate_normal;
mod negative_binomial;
mod noncentral_chisquare;
mod noncentral_f;
pub(super) mod normal;
mod pareto;
mod poisson;
mod power;
mod rayleigh;
mod standard_cauchy;
mod standard_t;
mod tables;
mod triangular;
mod uniform;
pub(super) mod vectors;
mod vonmises;
mod wald;
mod weibull;
mod zipf;

pub use beta::Beta;
pub use binomial::Binomial;
pub use chisquare::Chisquare;
pub use exponential::{Exponential, InverseExponential, StandardExponential};
pub use f::F;
pub use gamma::{Gamma, StandardGamma};
pub use geometric::Geometric;
pub use gumbel::Gumbel;
pub use hypergeometric::Hypergeometric;
pub use integers::{Integer, Integers};
pub use laplace::Laplace;
pub use logistic::Logistic;
pub use lognormal::Lognormal;
pub use logseries::Logseries;
pub use multivariate_normal::{Factor, MultivariateNormal};
pub use negative_binomial::NegativeBinomial;
pub use noncentral_chisquare::NoncentralChisquare;
pub use noncentral_f::NoncentralF;
pub use normal::{Normal, StandardNormal};
pub use pareto::Pareto;
pub use poisson::Poisson;
pub use power::Power;
pub use rayleigh::Rayleigh;
pub use standard_cauchy::StandardCauchy;
pub use standard_t::StandardT;
pub use triangular::Triangular;
pub use uniform::{StandardUniform, Uniform};
pub use vonmises::Vonmises;
pub use wald::Wald;
pub use weibull::Weibull;
pub use zipf::Zipf;

pub(super) use dirichlet::Simplex;
pub(super) use gamma::Shape;

// Shared by the files of this directory.
use super::bit_generator::{Bits, with_each};
use super::distribution::{Pieces, distributions, filling};
use super::generator::methods;
use super::{
    BitGenerator, Distribution, Generator, compensated_sum, copied, int64, non_negative, positive,
    probability,
};
use crate::loops::lanes;
use crate::memory::check_memory;
use crate::{ErrorKind, Named, Result};
use ndarray::{Array, ArrayD, ArrayRef1, Dimension, IntoDimension};

/// Declares a distribution of `f64`: its parameters, the method with the same parameters, the checks, and how
/// one sample is drawn.
macro_rules! continuous {
    (
        $(#[$doc:meta])*
        $name:ident($($field:ident),*), $method:literal, [$($check:ident($($checked:ident),*))*],
        $bits:ident => $value:expr
    ) => {
        distributions! {
            $(#[$doc])*
            $name { $($field: f64),* };
        }

        impl $name {
            #[doc = concat!("With the parameters of [`Generator::", $method, "`].")]
            ///
            /// # Errors
            /// [`ErrorKind::InvalidArgument`] as that method.
            pub fn new($($field: f64),*) -> Result<Self> {
                Self::checked($($field),*).named(concat!(stringify!($name), "::new"))
            }

            pub(in crate::random) fn checked($($field: f64),*) -> Result<Self, ErrorKind> {
                $($check($(stringify!($checked), $checked),*)?;)*
                Ok($name { $($field),* })
            }
        }

        impl Distribution<f64> for $name {
            filling!(f64);

            #[inline]
            fn draw<B: BitGenerator>(&self, $bits: &mut B, _: &mut Pieces) -> f64 {
                let $name { $($field),* } = *self;
                $value
            }
        }
    };
}
use continuous;

/// Returns a uniform sample from (0, 1).
fn positive_uniform<B: BitGenerator>(bits: &mut B) -> f64 {
    loop {
        let u = bits.next_f64();
        if u > 0.0 {
            return u;
        }
    }
}

/// Panics unless the samples are those of NumPy 2.4.6 with the same seed.
#[cfg(test)]
#[track_caller]
fn numpys<T: PartialEq + std::fmt::Debug>(drawn: Result<ndarray::Array1<T>>, expected: &[T]) {
    assert_eq!(drawn.unwrap().as_slice().unwrap(), expected);
}

/// Panics unless the call returns an error and draws nothing.
#[cfg(test)]
#[track_caller]
fn refused<R>(call: impl FnOnce(&mut Generator) -> Result<R>) {
    let mut rng = super::default_rng(42);
    assert!(call(&mut rng).is_err());
    assert_eq!(rng, super::default_rng(42), "nothing is drawn");
}
