//! One binary that drives every public function through every kernel library that was compiled.
//!
//! | file | holds |
//! |---|---|
//! | `common` | comparisons, layouts, golden data, and the loops over libraries, sizes and element types |
//! | `product`, `nn`, `activation`, `stats`, `reduce`, `sort`, `linalg`, `pca` | each function: its mathematics, every layout, golden data, size 0, errors |
//! | `order`, `correlation`, `histogram`, `scaler` | order statistics and what else data are looked at with; golden data in `statistics` |
//! | `kernels` | the libraries against each other |
//! | `loops` | the instruction sets against each other |
//! | `moments` | means and central moments against exact fractions, and what is centred with them |
//! | `traps` | what went wrong elsewhere |
//! | `oracle` | random arrays against the plainest code that is right |
//! | `never_panics` | random shapes, layouts and values for every function |
//! | `backend` | the library and its threads |

#[macro_use]
mod common;

mod activation;
mod backend;
mod correlation;
mod histogram;
mod kernels;
mod linalg;
mod loops;
mod moments;
mod naive;
mod never_panics;
mod nn;
mod oracle;
mod order;
mod pca;
mod product;
mod random;
mod reduce;
mod scaler;
mod sort;
mod statistics;
mod stats;
mod traps;
