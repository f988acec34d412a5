//! `linstat::decomposition`.

mod model;
mod pca;
