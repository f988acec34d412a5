//! `linstat::stats`, a file for each of its files.

mod center;
mod correlation;
mod histogram;
mod mean;
mod moments;
mod nanorder;
mod order;
mod quantile;
mod scaler;
mod spread;
