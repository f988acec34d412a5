//! Ridge regression and whitening: an example of a library crate on linstat.
//!
//! - It depends on linstat with `default-features = false` and no backend feature. Cargo unites the features
//!   of all dependants, so a library crate that asked for `embedded` would build faer for everybody, and one
//!   that asked for a BLAS would force it on everybody. The final program chooses, once, for the whole graph.
//! - Its tests still need a backend: the dev-dependency asks for `embedded`. Cargo keeps features of
//!   dev-dependencies out of ordinary builds, so `cargo test` and `cargo check --all-targets` work in this
//!   folder, and a plain `cargo build` reports that no backend is chosen. Where one must be built, for
//!   example before publishing, choose it on the command line: `--features linstat/embedded`.
//! - It takes the arrays of [`linstat::ndarray`] and re-exports linstat, so that its users cannot mix
//!   versions.
//! - Its error wraps linstat's, which names the operation and the shapes.
//!
//! ```
//! use library::Ridge;
//! use library::linstat::ndarray::array;
//!
//! let x = array![[0., 1.], [1., 0.], [2., 2.], [3., 5.]];
//! let y = array![1., 3., 5., 7.]; // 1 + 2 * the first feature
//! let model = Ridge::fit(&x, &y, 0.)?;
//! assert!((model.predict(&array![[10., 0.]])?[0] - 21_f64).abs() < 1e-12);
//! # Ok::<(), library::Error>(())
//! ```
#![deny(missing_docs, missing_debug_implementations)]

pub use linstat;

use linstat::ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, Axis, s};
use linstat::{Pca, Real, StandardScaler, linear_layer, matmul, mean, solve};
use std::fmt;

/// The result of the functions of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a model could not be fitted or used.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The numbers of samples and targets differ.
    Targets {
        /// The number of samples.
        samples: usize,
        /// The number of targets.
        targets: usize,
    },
    /// The penalty is negative or not finite.
    Penalty(f64),
    /// linstat refused the arrays.
    Linstat(linstat::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Targets { samples, targets } => write!(f, "{samples} samples, but {targets} targets"),
            Error::Penalty(penalty) => write!(f, "the penalty must be 0 or above, found {penalty}"),
            Error::Linstat(_) => write!(f, "the model could not be computed"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Linstat(error) => Some(error),
            _ => None,
        }
    }
}

impl From<linstat::Error> for Error {
    fn from(error: linstat::Error) -> Self {
        Error::Linstat(error)
    }
}

/// A linear model with a penalty on the squares of the coefficients of the standardised features.
#[derive(Debug, Clone, PartialEq)]
pub struct Ridge<T> {
    coefficients: Array1<T>,
    intercept: T,
}

impl<T: Real> Ridge<T> {
    /// Fits targets `y`, shape `(n,)`, to samples `x`, shape `(n, p)`. The penalty counts per sample; with 0
    /// this is ordinary least squares.
    ///
    /// # Errors
    /// [`Error::Targets`], [`Error::Penalty`], and [`Error::Linstat`] if the samples are empty, not finite,
    /// or, without a penalty, do not determine the coefficients.
    pub fn fit(x: &ArrayRef2<T>, y: &ArrayRef1<T>, penalty: T) -> Result<Self> {
        if x.nrows() != y.len() {
            return Err(Error::Targets { samples: x.nrows(), targets: y.len() });
        }
        if !(penalty >= T::zero() && penalty.is_finite()) {
            return Err(Error::Penalty(penalty.f64()));
        }
        let scaler = StandardScaler::fit(x)?;
        let z = scaler.transform(x)?;
        let offset = mean(y)?;
        let mut gram = matmul(&z.t(), &z)?;
        gram.diag_mut().mapv_inplace(|d| d + penalty * T::of(x.nrows() as f64));
        let moments = matmul(&z.t(), &y.mapv(|y| y - offset))?;
        let coefficients = solve(&gram, &moments)? / scaler.scale();
        let intercept = offset - linstat::dot(&coefficients, scaler.mean())?;
        Ok(Ridge { coefficients, intercept })
    }

    /// The coefficients, one per feature, in the units of the data.
    pub fn coefficients(&self) -> &Array1<T> {
        &self.coefficients
    }

    /// The prediction if all features are 0.
    pub fn intercept(&self) -> T {
        self.intercept
    }

    /// Predicts the targets of samples of shape `(m, p)`.
    ///
    /// # Errors
    /// [`Error::Linstat`] if the number of columns differs from the number of coefficients.
    pub fn predict(&self, x: &ArrayRef2<T>) -> Result<Array1<T>> {
        let weights = self.coefficients.view().insert_axis(Axis(1));
        let predictions = linear_layer(x, &weights, &Array1::from_elem(1, self.intercept))?;
        Ok(predictions.slice_move(s![.., 0]))
    }
}

/// Transforms the rows of `x` to `k` uncorrelated coordinates with variance 1.
///
/// # Errors
/// [`Error::Linstat`] for fewer than two rows, values that are not finite, and a `k` that is 0 or too large.
pub fn whiten<T: Real>(x: &ArrayRef2<T>, k: usize) -> Result<Array2<T>> {
    Ok(Pca::new(k).whiten().fit_transform(x)?.1)
}
