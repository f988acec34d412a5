//! `linstat::stats`, with the same files.

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
