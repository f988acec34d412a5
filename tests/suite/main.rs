//! One binary that runs every public function in every library that was compiled. Each file is named after
//! the file of `src` whose functions it tests: against mathematics and golden data, in every layout, with
//! size 0, and for errors. Besides these:
//!
//! | file | holds |
//! |---|---|
//! | `common` | element types, random samples, comparisons, layouts, golden data, loops over libraries |
//! | `traps` | errors found in other crates and libraries |
//! | `naive` | first programs, written without reading the documentation |
//! | `complex` | reductions, statistics and sorting of complex numbers, which share their mechanism |
//! | `oracle` | random arrays against the simplest correct code |
//! | `functions` | the list of all functions, for the next two |
//! | `errors` | the names of functions in their errors, and the messages |
//! | `never_panics` | random shapes, layouts and values for every function |

#[macro_use]
mod common;

mod activation;
mod backend;
mod complex;
mod decomposition;
mod errors;
mod functions;
mod kernels;
mod linalg;
#[cfg(feature = "metrics")]
mod metrics;
mod naive;
mod never_panics;
mod nn;
mod numeric;
mod oracle;
mod product;
mod random;
mod reduce;
mod sort;
mod stats;
mod stream;
mod traps;
