//! `linstat::decomposition`.

mod model;
mod pca;
mod truncated;
