//! Pages to read, with examples that are compiled and run by the tests.
//!
//! Pictures of results are drawn by the examples of the repository.
//!
//! | page | answers |
//! |---|---|
//! | [`lesson`] | what the common operations of a first course return, in Python and here |
//! | [`numpy`] | which function takes the place of a NumPy or SciPy call, and what differs on purpose |
//! | [`scikit_learn`] | PCA, scaling, metrics and distances, by scikit-learn's names |
//! | [`ndarray_linalg`] | how linstat goes with ndarray-linalg, ndarray-stats and ndarray-rand |
//! | [`random`] | seeds, streams, distributions, parallel work, saving |
//! | [`backends`] | which library to choose, how to install it, how to see what is in use, threads |
//! | [`errors`] | what each error means and what to do |
//! | [`large`] | data larger than memory or one machine |
//! | [`interop`] | arrays of Polars, Arrow, candle, nalgebra, and NumPy itself through PyO3 |
//! | [`accuracy`] | what is promised of digits and bits, and how it is tested |

#[doc = include_str!("accuracy.md")]
pub mod accuracy {}
#[doc = include_str!("backends.md")]
pub mod backends {}
#[doc = include_str!("errors.md")]
pub mod errors {}
#[doc = include_str!("interop.md")]
pub mod interop {}
#[doc = include_str!("large.md")]
#[doc = include_str!("pictures/tree.svg")]
pub mod large {}
#[doc = include_str!("lesson.md")]
#[doc = include_str!("pictures/mlp.svg")]
pub mod lesson {}
#[doc = include_str!("ndarray_linalg.md")]
pub mod ndarray_linalg {}
#[doc = include_str!("numpy.md")]
pub mod numpy {}
#[doc = include_str!("random.md")]
#[doc = include_str!("pictures/bootstrap.svg")]
pub mod random {}
#[doc = include_str!("scikit_learn.md")]
#[doc = include_str!("pictures/components.svg")]
pub mod scikit_learn {}
