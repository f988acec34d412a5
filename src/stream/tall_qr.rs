//! The triangle of a QR factorization: principal components and least squares.

use super::covariance::triangle;
use super::means::Means;
use super::rows::{Beside, Rows};
use super::tree::{self, Tree};
use crate::decomposition::Components;
use crate::kernels::{Dense, kernels};
use crate::linalg::lstsq;
use crate::loops::twofold::Twofold;
use crate::number::PowerOfTwo;
use crate::stats::{Centred, Variables};
use crate::tuning::SMALL_DECOMPOSITION;
use crate::{Error, ErrorKind, FittedPca, Lstsq, Named, Pca, Real, Result, memory};
use ndarray::{Array1, Array2, ArrayRef2, ArrayView1, ArrayView2, s};
use std::marker::PhantomData;
use std::sync::Arc;

/// The QR factorization of the centred rows of a table that come in blocks, of which R is kept: principal
/// components and least squares **without squaring the condition** of the data.
///
/// Each block is centred by its own means, in twice the precision, and factorized (`geqrf`). The triangles of
/// two sets of rows and one row with the difference of their means, times the root of na nb / n, are
/// factorized again (TSQR: A. Benson, D. Gleich, J. Demmel, Direct QR factorizations for tall-and-skinny
/// matrices, arXiv 1301.1071). RᵀR is the sum of products of the centred rows, and the singular values of R
/// are theirs, with errors of a few EPSILON times the largest one (up to half the rows of a block, if these
/// repeat a few numbers, so that rounding errors add up: 80 for NIST's NumAcc2); products would have errors
/// of the size of its square. All of it is computed in f64, for f32, too.
///
/// See the [module](super#states) for what all states have in common: blocks, merging, equal bits, memory.
/// This one takes p (p + 1) / 2 numbers for each of at most log2 of the number of blocks, where p counts the
/// targets, too, and blocks have 992 rows, or more from 496 columns on: at least twice the number of columns.
///
/// # Examples
/// ```
/// use linstat::stream::{Intercept, TallQr};
/// use linstat::Pca;
/// use ndarray::array;
/// let mut qr = TallQr::new(2).with_targets(1);
/// qr.update_with(&array![[0., 1.], [1., 0.]], &array![[3.], [2.]])?;
/// qr.update_with(&array![[2., 3.], [4., 1.]], &array![[9.], [7.]])?;
/// let plane = qr.lstsq(Intercept::Fitted, None)?; // y = 1 + x0 + 2 x1
/// approx::assert_abs_diff_eq!(plane.x, array![[1.], [2.]], epsilon = 1e-14);
/// approx::assert_abs_diff_eq!(plane.intercept, array![1.], epsilon = 1e-14);
///
/// let mut qr = TallQr::new(2);
/// qr.update(&array![[1., 1.], [2., 2.]])?;
/// qr.update(&array![[3., 3.]])?;
/// let pca = Pca::new(1).fit_stream(&qr)?;
/// approx::assert_abs_diff_eq!(pca.explained_variance()[0], 2., epsilon = 1e-14);
/// # Ok::<(), linstat::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Loaded"))]
pub struct TallQr<T> {
    pub(super) tree: Tree<Triangle>,
    /// The number of columns, the last ones, that are targets.
    targets: usize,
    #[cfg_attr(feature = "serde", serde(skip))]
    element: PhantomData<T>,
}

/// A state as it was read, whose parts need not fit.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
#[serde(rename = "TallQr")]
struct Loaded {
    tree: Tree<Triangle>,
    targets: usize,
}

#[cfg(feature = "serde")]
impl<T> TryFrom<Loaded> for TallQr<T> {
    type Error = &'static str;
    fn try_from(Loaded { tree, targets }: Loaded) -> Result<Self, &'static str> {
        if targets > tree.columns() {
            return Err("a TallQr has no more targets than columns");
        }
        Ok(TallQr { tree, targets, element: PhantomData })
    }
}

/// Whether a linear model has a constant term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Intercept {
    /// It is fitted: y = intercept + x · b.
    Fitted,
    /// It is 0: y = x · b.
    Zero,
}

/// A linear model, as the tuple that NumPy's `lstsq` returns, with the constant term.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct LeastSquares<T> {
    /// The coefficients, the shortest ones if there are several: shape `(p, targets)`.
    pub x: Array2<T>,
    /// The constant terms, shape `(targets,)`: 0 if they were not fitted.
    pub intercept: Array1<T>,
    /// The sum of the squared residuals of every target; empty if the rank is below p, or if there are no
    /// more rows than unknowns, of which the constant term is one if it is fitted.
    pub residuals: Array1<T>,
    /// The number of singular values above the limit.
    pub rank: usize,
    /// The singular values of the columns, centred if the intercept is fitted, descending.
    pub s: Array1<T>,
}

/// The summary of some rows.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "LoadedTriangle"))]
pub(super) struct Triangle {
    means: Means,
    /// The columns of the upper triangle R of the scaled deviations.
    #[cfg_attr(feature = "serde", serde(with = "super::bits"))]
    r: Vec<f64>,
}

#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
#[serde(rename = "Triangle")]
struct LoadedTriangle {
    means: Means,
    #[serde(with = "super::bits")]
    r: Vec<f64>,
}

#[cfg(feature = "serde")]
impl TryFrom<LoadedTriangle> for Triangle {
    type Error = &'static str;
    fn try_from(LoadedTriangle { means, r }: LoadedTriangle) -> Result<Self, &'static str> {
        let p = means.columns();
        if !means.is_whole() || r.len() != p * (p + 1) / 2 || r.iter().any(|x| !x.is_finite()) {
            return Err("a TallQr has a finite triangle of all columns");
        }
        Ok(Triangle { means, r })
    }
}

impl tree::Summary for Triangle {
    fn block(columns: usize) -> usize {
        // beside the rows of a block, those of the two triangles that are factorized again are few
        (columns / tree::BLOCK + 1).saturating_mul(2 * tree::BLOCK)
    }

    fn of(rows: ArrayView2<'_, f64>, _: Option<ArrayView2<'_, f64>>) -> Result<Self, ErrorKind> {
        let centred = Centred::new(&rows, Variables::Columns)?;
        let (means, shifts) = Means::of(&centred)?;
        let mut data = Dense::new(&centred.data)?;
        scale(&mut data, &shifts);
        Ok(Triangle { means, r: factorized(data)? })
    }

    fn merged(&self, next: &Self) -> Result<Self, ErrorKind> {
        let p = self.means.columns();
        let joined = self.means.joined(&next.means)?;
        let weight = self.means.weight(&next.means).sqrt();
        let mut stacked = Dense::zeros(p.saturating_mul(2).saturating_add(1), p)?;
        let rows = stacked.rows();
        for (j, column) in stacked.as_mut_slice().chunks_exact_mut(rows).enumerate() {
            let (of_self, rest) = column.split_at_mut(p);
            for ((to, side), shifts) in [of_self, rest].into_iter().zip([self, next]).zip(&joined.shifts) {
                let to = &mut to[..=j];
                to.copy_from_slice(side.column(j));
                shifts[j].scale(to);
            }
            let d = joined.differences[j];
            column[rows - 1] = if d.is_nan() { 0.0 } else { weight * d };
        }
        Ok(Triangle { means: joined.means, r: factorized(stacked)? })
    }

    #[cfg(feature = "serde")]
    fn columns(&self) -> usize {
        self.means.columns()
    }

    fn rows(&self) -> u64 {
        self.means.rows
    }
}

/// Multiplies the columns by powers of two.
fn scale(data: &mut Dense<f64>, powers: &[PowerOfTwo]) {
    let rows = data.rows().max(1);
    data.as_mut_slice().chunks_exact_mut(rows).zip(powers).for_each(|(column, power)| power.scale(column));
}

/// Returns the columns of the upper triangle of the QR factorization, with a diagonal that is not negative.
fn factorized(data: Dense<f64>) -> Result<Vec<f64>, ErrorKind> {
    let (m, p) = (data.rows(), data.cols());
    let mut r = memory::room(triangle(p)?)?;
    if p == 0 || m == 0 {
        return Ok(r);
    }
    let qr = kernels::<f64>(m.max(p), SMALL_DECOMPOSITION).qr(data)?.qr;
    let signs: Vec<f64> =
        (0..p).map(|i| if i < m && qr.as_slice()[i + i * m] < 0.0 { -1.0 } else { 1.0 }).collect();
    for (j, column) in qr.as_slice().chunks_exact(m).enumerate() {
        // adding 0 turns -0 into 0
        r.extend((0..=j).map(|i| column.get(i).map_or(0.0, |x| signs[i] * x + 0.0)));
    }
    Ok(r)
}

impl Triangle {
    /// Returns the elements of a column down to the diagonal.
    fn column(&self, j: usize) -> &[f64] {
        let first = j * (j + 1) / 2;
        &self.r[first..=first + j]
    }

    /// Returns the power of two by which all columns are multiplied so that their norms do not overflow: 1
    /// unless numbers are near the largest one.
    fn common(&self) -> PowerOfTwo {
        // the root of the number of rows is below 2^32
        if self.means.largest() > 2f64.powi(960) { PowerOfTwo::of(-100) } else { PowerOfTwo::none() }
    }

    /// Returns the triangle of the centred rows, multiplied by a power of two.
    fn unscaled(&self, common: PowerOfTwo) -> Result<Array2<f64>, ErrorKind> {
        let p = self.means.columns();
        let mut square = Dense::zeros(p, p)?;
        for (j, column) in square.as_mut_slice().chunks_exact_mut(p.max(1)).enumerate() {
            column[..=j].copy_from_slice(self.column(j));
            self.means.scale(j).inverse().and(common).scale(column);
        }
        Ok(square.into_array())
    }

    /// Returns the triangle of the rows themselves, multiplied by a power of two: that of the centred rows
    /// and one more, for the means.
    fn of_rows(&self, common: PowerOfTwo) -> Result<Array2<f64>, ErrorKind> {
        let p = self.means.columns();
        let root = (self.means.rows as f64).sqrt();
        let mut stacked = Dense::zeros(p + 1, p)?;
        for (j, column) in stacked.as_mut_slice().chunks_exact_mut(p + 1).enumerate() {
            column[0] = common.times(self.means.mean(j).hi) * root;
            column[1..=j + 1].copy_from_slice(self.column(j));
            self.means.scale(j).inverse().and(common).scale(&mut column[1..=j + 1]);
        }
        let mut square = Dense::zeros(p, p)?;
        let r = factorized(stacked)?;
        let mut columns = r.iter();
        for (j, column) in square.as_mut_slice().chunks_exact_mut(p.max(1)).enumerate() {
            column[..=j].iter_mut().zip(&mut columns).for_each(|(to, &from)| *to = from);
        }
        Ok(square.into_array())
    }

    /// Fails if an element of the rows was not finite.
    fn check_finite(&self) -> Result<(), ErrorKind> {
        match self.means.not_finite() {
            None => Ok(()),
            Some((column, mean)) => {
                let reason = format!("column {column} has the mean {mean}, expected finite elements");
                Err(ErrorKind::invalid("self", reason))
            }
        }
    }
}

impl<T: Real> TallQr<T> {
    /// Creates the state of no rows of this many columns.
    pub fn new(columns: usize) -> Self {
        TallQr { tree: Tree::new(columns), targets: 0, element: PhantomData }
    }

    /// Adds this many targets to the columns: the right-hand sides of [`lstsq`](Self::lstsq). Rows that the
    /// state has seen, without targets, are dropped.
    #[must_use]
    pub fn with_targets(self, targets: usize) -> Self {
        let tree = Tree::new(self.columns().saturating_add(targets)).starting_at(self.tree.next);
        TallQr { tree, targets, element: PhantomData }
    }

    /// Sets the number of the row that comes next, for one of several states that share the rows of a table:
    /// see the [module](super#merging).
    pub fn starting_at(self, row: u64) -> Self {
        TallQr { tree: self.tree.starting_at(row), ..self }
    }

    /// Adds the rows of a block, of shape `(n, columns)` and any memory layout, after those before.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] for another number of columns; [`ErrorKind::InvalidArgument`] if the state has
    /// targets; [`ErrorKind::TooLarge`] if there is no memory. The state stays as it was.
    pub fn update(&mut self, block: &ArrayRef2<T>) -> Result<()> {
        without_targets(self.targets)
            .and_then(|()| update(&mut self.tree, &*T::rows(block.view())))
            .named("TallQr::update")
    }

    /// Adds the rows of a block with their targets, of shapes `(n, columns)` and `(n, targets)`.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] for other numbers of columns, or if the numbers of rows differ;
    /// [`ErrorKind::TooLarge`] if there is no memory. The state stays as it was.
    pub fn update_with(&mut self, block: &ArrayRef2<T>, targets: &ArrayRef2<T>) -> Result<()> {
        let (dims, found) = ([self.columns(), self.targets], [block.ncols(), targets.ncols()]);
        if dims != found || block.nrows() != targets.nrows() {
            let found = [block.shape(), targets.shape()];
            let error = ErrorKind::shape("blocks (n, columns) and (n, targets) of the state", &found);
            return Err(error).named("TallQr::update_with");
        }
        let both = Beside(&*T::rows(block.view()), &*T::rows(targets.view()));
        update(&mut self.tree, &both).named("TallQr::update_with")
    }

    /// Adds the rows of another state: see the [module](super#merging).
    ///
    /// # Errors
    /// As [`update`](Self::update).
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        let merged = match self.targets == other.targets {
            true => merge(&mut self.tree, &other.tree),
            false => {
                let found: [&[usize]; 2] = [&[self.targets], &[other.targets]];
                Err(ErrorKind::shape("states of the same number of targets", &found))
            }
        };
        merged.named("TallQr::merge")
    }

    /// Returns the number of columns without the targets.
    pub fn columns(&self) -> usize {
        self.tree.columns() - self.targets
    }

    /// Returns the number of targets.
    pub fn targets(&self) -> usize {
        self.targets
    }

    /// Returns the number of rows.
    pub fn n_samples(&self) -> u64 {
        self.tree.rows()
    }

    /// Returns the mean of every column, without the targets.
    ///
    /// # Errors
    /// [`ErrorKind::Empty`] if there are no rows.
    pub fn mean(&self) -> Result<Array1<T>> {
        let mean = |total: Arc<Triangle>| total.means.to_columns(0..self.columns()).mean;
        total(&self.tree).map(mean).named("TallQr::mean")
    }

    /// Returns the triangle R of the centred columns, without the targets: shape `(p, p)`, with a diagonal
    /// that is not negative.
    ///
    /// # Errors
    /// [`ErrorKind::Empty`] if there are no rows, [`ErrorKind::InvalidArgument`] if an element was not
    /// finite, [`ErrorKind::TooLarge`] if there is no memory.
    pub fn r(&self) -> Result<Array2<T>> {
        let r = |total: Arc<Triangle>| super::narrowed(triangle_of(&total, self.columns())?);
        total(&self.tree).and_then(r).named("TallQr::r")
    }

    /// Returns the coefficients by which the targets are sums of the columns, with the least squares of the
    /// residuals, as [`lstsq`](crate::lstsq) of all rows.
    ///
    /// Singular values of at most `rcond` times the largest one count as 0; `None` is EPSILON * max(n, p).
    ///
    /// # Errors
    /// [`ErrorKind::Empty`] if there are no rows; [`ErrorKind::InvalidArgument`] if an element was not
    /// finite, or for an `rcond` that is negative or NaN; [`ErrorKind::NonFinite`] if unknowns overflow;
    /// [`ErrorKind::NoConvergence`]; [`ErrorKind::TooLarge`] if there is no memory.
    pub fn lstsq(&self, intercept: Intercept, rcond: Option<T>) -> Result<LeastSquares<T>> {
        let (n, p) = (self.n_samples() as f64, self.columns());
        let limit = rcond.map_or_else(|| T::epsilon().f64() * n.max(p as f64), T::f64);
        let narrow = |found: LeastSquares<f64>| {
            let LeastSquares { x, intercept, residuals, rank, s } = found;
            let [intercept, residuals, s] = [intercept, residuals, s].map(|x| x.mapv(T::of));
            Ok(LeastSquares { x: super::narrowed(x)?, intercept, residuals, rank, s })
        };
        least_squares(&self.tree, p, intercept, limit).and_then(narrow).named("TallQr::lstsq")
    }
}

impl Pca {
    /// Finds the principal components of rows that came in blocks, as [`fit`](Self::fit) of all of them.
    ///
    /// The components and singular values are those of the triangle R of the rows: they agree with those of
    /// the data as [`fit`](Self::fit) promises, for f32 as if the data were f64.
    ///
    /// # Errors
    /// Those of [`fit`](Self::fit), of the shape of all rows; [`ErrorKind::InvalidArgument`] if an element
    /// was not finite, or if the state has targets.
    pub fn fit_stream<T: Real>(&self, qr: &TallQr<T>) -> Result<FittedPca<T>> {
        let shape = (qr.n_samples(), qr.columns());
        let narrow = |(fitted, total): (FittedPca<f64>, Arc<Triangle>)| {
            fitted.narrowed(total.means.to_columns::<T>(0..qr.columns()))
        };
        fit(*self, &qr.tree, shape, qr.targets).map(narrow).named("Pca::fit_stream")
    }
}

// These are not generic, so that no program compiles them again.

pub(super) fn update(tree: &mut Tree<Triangle>, rows: &dyn Rows) -> Result<(), ErrorKind> {
    tree.update(rows)
}

fn merge(tree: &mut Tree<Triangle>, other: &Tree<Triangle>) -> Result<(), ErrorKind> {
    tree.merge(other)
}

fn total(tree: &Tree<Triangle>) -> Result<Arc<Triangle>, ErrorKind> {
    tree.total()?.ok_or_else(|| ErrorKind::no_rows(tree.columns()))
}

fn without_targets(targets: usize) -> Result<(), ErrorKind> {
    match targets {
        0 => Ok(()),
        _ => Err(ErrorKind::invalid("targets", format!("expected a state without targets, found {targets}"))),
    }
}

/// Returns R of the first `p` columns.
fn triangle_of(total: &Triangle, p: usize) -> Result<Array2<f64>, ErrorKind> {
    total.check_finite()?;
    let r = total.unscaled(PowerOfTwo::none())?;
    if let Some(((_, j), _)) = r.indexed_iter().find(|(_, x)| !x.is_finite()) {
        let reason =
            format!("expected centred columns whose norms are finite, found column {j}, whose overflows");
        return Err(ErrorKind::invalid("self", reason));
    }
    Ok(r.slice(s![..p, ..p]).as_standard_layout().into_owned())
}

fn fit(
    pca: Pca,
    tree: &Tree<Triangle>,
    (n, p): (u64, usize),
    targets: usize,
) -> Result<(FittedPca<f64>, Arc<Triangle>), ErrorKind> {
    without_targets(targets)?;
    let n = usize::try_from(n).map_err(|_| ErrorKind::TooLarge { dim: usize::MAX })?;
    if n < 2 {
        return Err(ErrorKind::shape("rows (n, p) with at least two rows", &[&[n, p]]));
    }
    let total = total(tree)?;
    let fitted = f64::decompose_triangle(pca, (n, p), triangle_of(&total, p)?)?;
    Ok((fitted, total))
}

fn least_squares(
    tree: &Tree<Triangle>,
    p: usize,
    intercept: Intercept,
    limit: f64,
) -> Result<LeastSquares<f64>, ErrorKind> {
    let total = total(tree)?;
    total.check_finite()?;
    let means = &total.means;
    let common = total.common();
    let (r, unknowns) = match intercept {
        Intercept::Fitted => (total.unscaled(common)?, p + 1),
        Intercept::Zero => (total.of_rows(common)?, p),
    };
    let (a, b) = (r.slice(s![..p, ..p]), r.slice(s![..p, p..]));
    let Lstsq { x, rank, s, .. } = lstsq(&a, &b, Some(limit)).map_err(Error::into_kind)?;
    let mut constant = Array1::zeros(b.ncols());
    if intercept == Intercept::Fitted {
        let product = |j: usize, k: usize| means.mean(j).times(Twofold::from(-x[[j, k]]));
        for (k, constant) in constant.iter_mut().enumerate() {
            *constant = (0..p).fold(means.mean(p + k), |sum, j| sum.plus(product(j, k))).hi;
        }
    }
    let unscaled = common.inverse();
    let square = |column: ArrayView1<'_, f64>| unscaled.to(2).times(crate::norm(&column).powi(2));
    let residuals = match rank == p && means.rows > unknowns as u64 {
        true => r.slice(s![p.., p..]).columns().into_iter().map(square).collect(),
        false => Array1::zeros(0),
    };
    Ok(LeastSquares { x, intercept: constant, residuals, rank, s: s.mapv(|s| unscaled.times(s)) })
}
