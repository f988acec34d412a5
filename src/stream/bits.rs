//! Numbers that are saved as their bits: JSON has no infinities, and not every reader of it rounds correctly.

use serde::{Deserialize, Deserializer, Serializer};

pub(super) fn serialize<S: Serializer>(x: &[f64], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(x.iter().map(|x| x.to_bits()))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
    Ok(Vec::<u64>::deserialize(from)?.into_iter().map(f64::from_bits).collect())
}
