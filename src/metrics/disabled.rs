//! What is left of the metrics without the feature: a seal that holds nothing.

/// The metrics, of which there are none.
pub trait Measures {}
impl Measures for f32 {}
impl Measures for f64 {}
