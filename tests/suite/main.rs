//! One binary that drives every public function through every kernel library that was compiled. Its files
//! have the names of those of `src` whose functions they hold to their mathematics, to golden data, in every
//! layout, of size 0, with errors. Beside them:
//!
//! | file | holds |
//! |---|---|
//! | `common` | element types, random numbers, comparisons, layouts, golden data, and the loops over libraries and sizes |
//! | `traps` | what went wrong elsewhere |
//! | `naive` | first programs, as somebody writes them who has not read the documentation |
//! | `oracle` | random arrays against the plainest code that is right |
//! | `errors` | the names of functions in their errors, and the messages |
//! | `never_panics` | random shapes, layouts and values for every function |

#[macro_use]
mod common;

mod activation;
mod backend;
mod decomposition;
mod errors;
mod kernels;
mod linalg;
mod loops;
mod naive;
mod never_panics;
mod nn;
mod oracle;
mod product;
mod random;
mod reduce;
mod sort;
mod stats;
mod traps;
