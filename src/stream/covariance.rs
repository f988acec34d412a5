//! Covariances and correlations of columns.

use super::means::Means;
use super::rows::Rows;
use super::tree::{self, Tree};
use crate::stats::{Centred, Variables, coefficients, unscaled_covariances};
use crate::{ErrorKind, Named, Real, Result, memory};
use ndarray::{Array1, Array2, ArrayRef2, ArrayView2};
use std::marker::PhantomData;
use std::sync::Arc;

/// Covariances and correlations of the columns of rows that come in blocks.
///
/// The results are those of [`cov`](crate::cov) and [`corrcoef`](crate::corrcoef) with
/// [`Variables::Columns`], and more accurate: each block is centred by its own means in twice the precision,
/// and `syrk` of the backend multiplies 62 rows at a time, in f64 for f32, too. The products of two sets of
/// rows whose means differ by d are `Ca + Cb + d dᵀ na nb / n` (T. Chan, G. Golub, R. LeVeque, Algorithms for
/// computing the sample variance, 1983). The error of a covariance is at most about 4 EPSILON of f64 times
/// the product of the deviations, however large the means are and however many rows there are; up to 35 if
/// the same few numbers come again and again, whose rounding errors do not cancel: libraries add the products
/// of the 62 rows one after the other.
///
/// See the [module](super#states) for what all states have in common: blocks, merging, equal bits, memory.
/// This one takes p (p + 1) / 2 numbers for each of at most log2 of the number of blocks, of 496 rows. For
/// principal components and least squares there is [`TallQr`](super::TallQr), which does not square the data.
///
/// # Examples
/// ```
/// use linstat::stream::Covariance;
/// use ndarray::array;
/// let mut covariance = Covariance::new(2);
/// for block in [array![[0., 2.], [1., 1.]], array![[2., 0.], [5., -3.]]] {
///     covariance.update(&block)?;
/// }
/// assert_eq!(covariance.corrcoef()?, array![[1., -1.], [-1., 1.]]);
/// assert_eq!(covariance.cov(0)?, array![[3.5, -3.5], [-3.5, 3.5]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct Covariance<T> {
    pub(super) tree: Tree<Products>,
    #[cfg_attr(feature = "serde", serde(skip))]
    element: PhantomData<T>,
}

/// The summary of some rows.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Loaded"))]
pub(super) struct Products {
    means: Means,
    /// The columns of the lower triangle of the sums of products of scaled deviations.
    #[cfg_attr(feature = "serde", serde(with = "super::bits"))]
    products: Vec<f64>,
}

/// A summary as it was read, whose parts need not fit.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
#[serde(rename = "Products")]
struct Loaded {
    means: Means,
    #[serde(with = "super::bits")]
    products: Vec<f64>,
}

#[cfg(feature = "serde")]
impl TryFrom<Loaded> for Products {
    type Error = &'static str;
    fn try_from(Loaded { means, products }: Loaded) -> Result<Self, &'static str> {
        let p = means.columns();
        if !means.is_whole() || products.len() != p * (p + 1) / 2 {
            return Err("a Covariance has a product for every pair of columns");
        }
        Ok(Products { means, products })
    }
}

/// Returns the number of elements of a triangle.
pub(super) fn triangle(p: usize) -> Result<usize, ErrorKind> {
    p.checked_mul(p + 1).map(|twice| twice / 2).ok_or(ErrorKind::TooLarge { dim: p })
}

/// Rows whose products a library adds one after the other.
const TOGETHER: usize = tree::BLOCK / 8;

impl tree::Summary for Products {
    fn block(_: usize) -> usize {
        tree::BLOCK
    }

    fn of(rows: ArrayView2<'_, f64>, _: Option<ArrayView2<'_, f64>>) -> Result<Self, ErrorKind> {
        let p = rows.ncols();
        let centred = Centred::new(&rows, Variables::Columns)?;
        let (means, shifts) = Means::of(&centred)?;
        let all = centred.products_in(TOGETHER)?;
        let mut products = memory::room(triangle(p)?)?;
        for j in 0..p {
            products.extend((j..p).map(|i| shifts[i].and(shifts[j]).times(all[[i, j]])));
        }
        Ok(Products { means, products })
    }

    fn merged(&self, next: &Self) -> Result<Self, ErrorKind> {
        let p = self.means.columns();
        let joined = self.means.joined(&next.means)?;
        let (weight, d) = (self.means.weight(&next.means), &joined.differences);
        let mut products = memory::room(self.products.len())?;
        let is_shifted = joined.shifts.iter().flatten().any(|shift| !shift.is_one());
        let mut first = 0;
        for j in 0..p {
            let range = first..first + p - j;
            first = range.end;
            let sides = self.products[range.clone()].iter().zip(&next.products[range]);
            let weighted = weight * d[j];
            if is_shifted {
                let [a, b] = &joined.shifts;
                products.extend((j..p).zip(sides).map(|(i, (&x, &y))| {
                    let (x, y) = (a[i].and(a[j]).times(x), b[i].and(b[j]).times(y));
                    (x + y) + weighted * d[i]
                }));
            } else {
                products.extend(sides.zip(&d[j..]).map(|((x, y), d)| (x + y) + weighted * d));
            }
        }
        Ok(Products { means: joined.means, products })
    }

    #[cfg(feature = "serde")]
    fn columns(&self) -> usize {
        self.means.columns()
    }

    fn rows(&self) -> u64 {
        self.means.rows
    }
}

impl Products {
    /// Returns a square matrix with this lower triangle.
    fn square(&self) -> Result<Array2<f64>, ErrorKind> {
        let p = self.means.columns();
        let mut square = crate::kernels::zeros(p, p)?;
        let mut products = self.products.iter();
        for j in 0..p {
            (j..p).zip(&mut products).for_each(|(i, &product)| square[[i, j]] = product);
        }
        Ok(square)
    }
}

impl<T: Real> Covariance<T> {
    /// Creates the state of no rows of this many columns.
    pub fn new(columns: usize) -> Self {
        Covariance { tree: Tree::new(columns), element: PhantomData }
    }

    /// Sets the number of the row that comes next, for one of several states that share the rows of a table:
    /// see the [module](super#merging).
    pub fn starting_at(self, row: u64) -> Self {
        Covariance { tree: self.tree.starting_at(row), element: PhantomData }
    }

    /// Adds the rows of a block, of shape `(n, columns)` and any memory layout, after those before.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] for another number of columns; [`ErrorKind::TooLarge`] if there is no memory. The
    /// state stays as it was.
    pub fn update(&mut self, block: &ArrayRef2<T>) -> Result<()> {
        update(&mut self.tree, &*T::rows(block.view())).named("Covariance::update")
    }

    /// Adds the rows of another state: see the [module](super#merging).
    ///
    /// # Errors
    /// As [`update`](Self::update).
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        merge(&mut self.tree, &other.tree).named("Covariance::merge")
    }

    /// Returns the number of columns.
    pub fn columns(&self) -> usize {
        self.tree.columns()
    }

    /// Returns the number of rows.
    pub fn n_samples(&self) -> u64 {
        self.tree.rows()
    }

    /// Returns the mean of every column.
    ///
    /// # Errors
    /// [`ErrorKind::Empty`] if there are no rows.
    pub fn mean(&self) -> Result<Array1<T>> {
        let mean = |total: Arc<Products>| total.means.to_columns(0..self.columns()).mean;
        total(&self.tree).map(mean).named("Covariance::mean")
    }

    /// Returns the covariance matrix, shape `(p, p)`, as [`cov`](crate::cov): symmetric to the bit.
    ///
    /// # Errors
    /// [`ErrorKind::Empty`] if there are no rows, [`ErrorKind::InvalidArgument`] if `ddof` is not below their
    /// number, [`ErrorKind::TooLarge`] if there is no memory.
    pub fn cov(&self, ddof: usize) -> Result<Array2<T>> {
        let cov = |total: Arc<Products>| {
            let freedom = super::freedom(total.means.rows, ddof)?;
            let cov = unscaled_covariances(total.square()?, &total.means.scales(), freedom);
            super::narrowed(cov)
        };
        total(&self.tree).and_then(cov).named("Covariance::cov")
    }

    /// Returns the correlation coefficients, shape `(p, p)`, as [`corrcoef`](crate::corrcoef).
    ///
    /// # Errors
    /// [`ErrorKind::Empty`] if there are no rows, [`ErrorKind::TooLarge`] if there is no memory.
    pub fn corrcoef(&self) -> Result<Array2<T>> {
        let corrcoef = |total: Arc<Products>| super::narrowed(coefficients(total.square()?));
        total(&self.tree).and_then(corrcoef).named("Covariance::corrcoef")
    }
}

// These are not generic, so that no program compiles them again.

pub(super) fn update(tree: &mut Tree<Products>, rows: &dyn Rows) -> Result<(), ErrorKind> {
    tree.update(rows)
}

fn merge(tree: &mut Tree<Products>, other: &Tree<Products>) -> Result<(), ErrorKind> {
    tree.merge(other)
}

fn total(tree: &Tree<Products>) -> Result<Arc<Products>, ErrorKind> {
    tree.total()?.ok_or_else(|| ErrorKind::no_rows(tree.columns()))
}
