//! Statistics of data that come in blocks of rows, as from a file that is larger than the memory or from
//! several machines. Each is a state: [`update`](Quantiles::update) takes a block,
//! [`merge`](Quantiles::merge) the state of other rows, and the result depends on the rows alone, not on how
//! they were cut into blocks nor on which thread or machine saw them. With the feature `serde`, states can be
//! saved and sent.

#[cfg(feature = "serde")]
mod bits;
mod histogram;
mod quantiles;
#[cfg(feature = "sketch")]
mod sketch;

pub(crate) use histogram::Binned;
pub use histogram::Histogram;
pub(crate) use quantiles::Passes;
pub use quantiles::{Quantiles, quantiles};
#[cfg(feature = "sketch")]
pub use sketch::Sketch;
