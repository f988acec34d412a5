//! `linstat::decomposition`.

mod pca;
