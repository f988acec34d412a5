//! What the ranks compute together.

use crate::error::{Cause, Result};
use crate::ranks::{Arguments, Ranks};
use crate::share;
use crate::state::{State, gathered};
use crate::table::{Blocks, Rows, Source, Table, most};
use linstat::stream::{Covariance, Intercept, LeastSquares, Moments, Quantiles, TallQr};
use linstat::{FittedPca, Pca, QuantileMethod, Real, StandardScaler};
use mpi::topology::SimpleCommunicator;
use ndarray::{Array2, CowArray, Ix2, s};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::ops::Range;

/// Returns the [`Moments`] of all rows, on every rank: mean, variance, deviation, skewness, kurtosis and
/// extremes of the columns, with the bits of one state of all rows.
///
/// # Errors
/// See the [crate](crate#errors).
///
/// # Examples
/// ```no_run
/// use linstat_mpi::{NpyFile, Session};
/// let session = Session::start()?;
/// let moments = linstat_mpi::moments(&session.world(), &NpyFile::<f32>::new("table.npy"))?;
/// let skewness = linstat_mpi::agree(&session.world(), moments.skewness())?;
/// # Ok::<(), linstat_mpi::Error>(())
/// ```
pub fn moments<X: Table + ?Sized>(world: &SimpleCommunicator, x: &X) -> Result<Moments<X::Elem>> {
    fit(world, vec![("function", "moments".into())], x, Ok)
}

/// Returns the [`Covariance`] state of all rows, on every rank, with the bits of one state of all rows.
///
/// # Errors
/// See the [crate](crate#errors).
pub fn covariance<X: Table + ?Sized>(world: &SimpleCommunicator, x: &X) -> Result<Covariance<X::Elem>> {
    fit(world, vec![("function", "covariance".into())], x, Ok)
}

/// Returns the [`TallQr`] of all rows, on every rank, with the bits of one state of all rows.
///
/// # Errors
/// See the [crate](crate#errors).
pub fn tall_qr<X: Table + ?Sized>(world: &SimpleCommunicator, x: &X) -> Result<TallQr<X::Elem>> {
    fit(world, vec![("function", "tall_qr".into())], x, Ok)
}

/// Returns the scaler of all rows, as [`StandardScaler::fit_stream`], on every rank.
///
/// # Errors
/// See the [crate](crate#errors); `Empty` if no rank has rows.
pub fn fit_scaler<X: Table + ?Sized>(world: &SimpleCommunicator, x: &X) -> Result<StandardScaler<X::Elem>> {
    let finish = |state| StandardScaler::fit_stream(&state);
    fit(world, vec![("function", "fit_scaler".into())], x, finish)
}

/// Returns the covariance matrix of the columns, as [`Covariance::cov`] of all rows, on every rank.
///
/// # Errors
/// See the [crate](crate#errors); `Empty` if no rank has rows, `InvalidArgument` if `ddof` is not below their
/// number.
pub fn cov<X: Table + ?Sized>(world: &SimpleCommunicator, x: &X, ddof: usize) -> Result<Array2<X::Elem>> {
    let arguments = vec![("function", "cov".into()), ("ddof", ddof.to_string())];
    fit(world, arguments, x, |state: Covariance<_>| state.cov(ddof))
}

/// Returns the correlation coefficients of the columns, as [`Covariance::corrcoef`] of all rows, on every
/// rank.
///
/// # Errors
/// See the [crate](crate#errors); `Empty` if no rank has rows.
pub fn corrcoef<X: Table + ?Sized>(world: &SimpleCommunicator, x: &X) -> Result<Array2<X::Elem>> {
    let arguments = vec![("function", "corrcoef".into())];
    fit(world, arguments, x, |state: Covariance<_>| state.corrcoef())
}

/// Returns the principal components of all rows, as [`Pca::fit_stream`], on every rank. The condition of the
/// data is not squared: see [`TallQr`].
///
/// # Errors
/// See the [crate](crate#errors); those of [`Pca::fit_stream`].
///
/// # Examples
/// ```no_run
/// use linstat_mpi::linstat::Pca;
/// use linstat_mpi::{NpyFile, Session};
/// let session = Session::start()?;
/// let table = NpyFile::<f64>::new("table.npy");
/// let fitted = linstat_mpi::fit_pca(&session.world(), Pca::new(10), &table)?;
/// # Ok::<(), linstat_mpi::Error>(())
/// ```
pub fn fit_pca<X: Table + ?Sized>(world: &SimpleCommunicator, pca: Pca, x: &X) -> Result<FittedPca<X::Elem>> {
    let arguments = vec![("function", "fit_pca".into()), ("pca", format!("{pca:?}"))];
    fit(world, arguments, x, |state| pca.fit_stream(&state))
}

/// Returns the coefficients by which the columns of `y` are sums of those of `x`, with the least squares of
/// the residuals, as [`TallQr::lstsq`] of all rows, on every rank. Both tables have the same rows: either
/// both are shared, or each rank has its own ones of both.
///
/// # Errors
/// See the [crate](crate#errors); `Shape` if the numbers of rows differ; those of [`TallQr::lstsq`].
///
/// # Examples
/// ```no_run
/// use linstat_mpi::linstat::stream::Intercept;
/// use linstat_mpi::{NpyFile, Session};
/// let session = Session::start()?;
/// let (x, y) = (NpyFile::<f64>::new("x.npy"), NpyFile::new("y.npy"));
/// let plane = linstat_mpi::lstsq(&session.world(), &x, &y, Intercept::Fitted, None)?;
/// println!("{} + x . {}", plane.intercept, plane.x);
/// # Ok::<(), linstat_mpi::Error>(())
/// ```
pub fn lstsq<X: Table + ?Sized, Y: Table<Elem = X::Elem> + ?Sized>(
    world: &SimpleCommunicator,
    x: &X,
    y: &Y,
    intercept: Intercept,
    rcond: Option<X::Elem>,
) -> Result<LeastSquares<X::Elem>> {
    let mut shapes = None;
    let ranks = Ranks::begin(world, || {
        let arguments = vec![
            ("function", "lstsq".into()),
            ("intercept", format!("{intercept:?}")),
            ("rcond", format!("{rcond:?}")),
        ];
        let (of_x, of_y) = (x.shape()?, y.shape()?);
        if of_x.0 != of_y.0 {
            return Err(other_rows(format!("{:?} and {:?}", of_x.0, of_y.0)));
        }
        shapes = Some((of_x, of_y.1));
        let targets = ("targets", of_y.1.to_string());
        Ok(described::<X::Elem>(arguments, of_x).into_iter().chain([targets]).collect())
    })?;
    let ((rows, columns), targets) = known(shapes);
    let state = TallQr::new(columns).with_targets(targets);
    let (part, block) = (Part::of(&ranks, rows, state.block()), state.block());
    let state = ranks.local(|| {
        let mut state = state.starting_at(part.first);
        let all = columns.saturating_add(targets);
        let (mut of_x, mut of_y) = (part.open(x, all, block)?, part.open(y, all, block)?);
        let (mut a, mut b) = (next::<X::Elem>(&mut of_x)?, next(&mut of_y)?);
        while let (Some(block), Some(of_targets)) = (&mut a, &mut b) {
            // the blocks of both tables need not end at the same rows
            let n = block.nrows().min(of_targets.nrows());
            state.update_with(&block.slice(s![..n, ..]), &of_targets.slice(s![..n, ..]))?;
            block.slice_collapse(s![n.., ..]);
            of_targets.slice_collapse(s![n.., ..]);
            if block.nrows() == 0 {
                a = next(&mut of_x)?;
            }
            if b.as_ref().is_some_and(|block| block.nrows() == 0) {
                b = next(&mut of_y)?;
            }
        }
        part.check(state.n_samples(), a.is_none() && b.is_none())?;
        Ok::<_, Cause>(state)
    });
    finished(&ranks, state, |state| state.lstsq(intercept, rcond))
}

/// Returns the exact quantiles of every column of all rows, as [`linstat::stream::quantiles`], on every rank:
/// shape `(k, p)` for `k` numbers `q`. For each `q`, they are the elements that sorting the whole column
/// would find.
///
/// Every rank reads its rows two times, and at most four times for `f64`: if very many elements are nearly
/// equal. What travels are counts, at most 65 536 for a column in the first pass.
///
/// # Errors
/// See the [crate](crate#errors); `Empty` if no rank has rows, `InvalidArgument` if a `q` is outside 0 to 1,
/// or if the rows are others in another pass.
///
/// # Examples
/// ```no_run
/// use linstat_mpi::linstat::QuantileMethod::Linear;
/// use linstat_mpi::{NpyFile, Session};
/// let session = Session::start()?;
/// let table = NpyFile::<f64>::new("table.npy");
/// let quartiles = linstat_mpi::quantiles(&session.world(), &table, &[0.25, 0.5, 0.75], Linear)?;
/// # Ok::<(), linstat_mpi::Error>(())
/// ```
pub fn quantiles<X: Table + ?Sized>(
    world: &SimpleCommunicator,
    x: &X,
    q: &[f64],
    method: QuantileMethod,
) -> Result<Array2<X::Elem>> {
    let mut shape = None;
    let ranks = Ranks::begin(world, || {
        let shape = *shape.insert(x.shape()?);
        let arguments = vec![
            ("function", "quantiles".into()),
            ("method", format!("{method:?}")),
            ("q", format!("{q:?}")),
        ];
        Ok::<_, Cause>(described::<X::Elem>(arguments, shape))
    })?;
    let (rows, columns) = known(shape);
    let part = Part::of(&ranks, rows, 1);
    let mut state = ranks.agree(ranks.local(|| Quantiles::new(columns, q, method)))?;
    while !state.is_complete() {
        let own = ranks.local(|| {
            let mut own = state.clone();
            let mut seen = 0u64;
            for block in part.open(x, columns, 1)? {
                let block = block?;
                own.update(&block)?;
                seen = seen.saturating_add(block.nrows() as u64);
            }
            part.check(seen, true)?;
            Ok::<_, Cause>(own)
        });
        state = finished(&ranks, own, |mut all| {
            all.end_pass()?;
            Ok(all)
        })?;
    }
    ranks.agree(ranks.local(|| state.values()))
}

/// The rows of this rank.
struct Part {
    /// Where they are in what this rank can read.
    rows: Range<u64>,
    /// The number of the first one in the whole table.
    first: u64,
}

impl Part {
    /// Takes its rows, for a state that summarises this number of rows together.
    fn of(ranks: &Ranks, rows: Rows, block: u64) -> Self {
        match rows {
            Rows::Shared(n) => {
                let rows = share(n, block, ranks.rank(), ranks.size());
                Part { first: rows.start, rows }
            }
            Rows::Own(n) => Part { rows: 0..n, first: ranks.sum_below(n) },
        }
    }

    /// Opens these rows of a table, in blocks for a state that summarises this number of rows together.
    fn open<'a, X: Table + ?Sized>(
        &self,
        x: &'a X,
        columns: usize,
        block: u64,
    ) -> Result<Blocks<'a, X::Elem>, Cause> {
        x.blocks(self.rows.clone(), most(columns, block))
    }

    /// Fails if these are not all rows.
    fn check(&self, seen: u64, ended: bool) -> Result<(), Cause> {
        let expected = self.rows.end - self.rows.start;
        match ended && seen == expected {
            true => Ok(()),
            false => Err(other_rows(format!("{seen} rows where there should be {expected}"))),
        }
    }
}

fn other_rows(found: String) -> Cause {
    #[derive(Debug, thiserror::Error)]
    #[error("expected tables whose blocks have all of their rows, found {0}")]
    struct OtherRows(String);
    OtherRows(found).into()
}

/// Returns the next block that has rows.
fn next<'a, T>(
    blocks: &mut dyn Iterator<Item = Result<CowArray<'a, T, Ix2>, Cause>>,
) -> Result<Option<CowArray<'a, T, Ix2>>, Cause> {
    for block in blocks {
        let block = block?;
        if block.nrows() > 0 {
            return Ok(Some(block));
        }
    }
    Ok(None)
}

/// Adds to the arguments that have to be equal what has to be equal of a table.
fn described<T>(arguments: Arguments, (rows, columns): (Rows, usize)) -> Arguments {
    let rows = match rows {
        Rows::Shared(n) => format!("{n}, shared by all ranks"),
        Rows::Own(_) => "those of each rank".into(),
    };
    let of_table = [
        ("elements", std::any::type_name::<T>().to_string()),
        ("rows", rows),
        ("columns", columns.to_string()),
    ];
    arguments.into_iter().chain(of_table).collect()
}

/// Returns what was found out before the ranks agreed that all have found it out.
fn known<T>(found: Option<T>) -> T {
    found.unwrap_or_else(|| unreachable!("all ranks have agreed"))
}

/// Makes a state of the rows of this rank, merges all of them, and reads the result from the state of all
/// rows.
fn fit<X: Table + ?Sized, S: Fit<X::Elem>, R: Serialize + DeserializeOwned>(
    world: &SimpleCommunicator,
    arguments: Arguments,
    x: &X,
    finish: impl FnOnce(S) -> linstat::Result<R>,
) -> Result<R> {
    let mut shape = None;
    let ranks = Ranks::begin(world, || {
        let shape = *shape.insert(x.shape()?);
        Ok::<_, Cause>(described::<X::Elem>(arguments, shape))
    })?;
    let (rows, columns) = known(shape);
    let part = Part::of(&ranks, rows, S::of(columns, 0).block());
    let state = ranks.local(|| {
        let mut state = S::of(columns, part.first);
        let seen = state.add(part.open(x, columns, state.block())?)?;
        part.check(seen, true)?;
        Ok::<_, Cause>(state)
    });
    finished(&ranks, state, finish)
}

/// Merges the states of all ranks; rank 0 reads the result, which then all have.
fn finished<S: State, R: Serialize + DeserializeOwned>(
    ranks: &Ranks,
    state: Result<S>,
    finish: impl FnOnce(S) -> linstat::Result<R>,
) -> Result<R> {
    let all = gathered(ranks, state);
    ranks.of_root(all.and_then(|all| all.map(|all| ranks.local(|| finish(all))).transpose()))
}

/// A state that is made of the rows of this rank alone.
trait Fit<T>: State {
    /// Creates the state of no rows, whose first one will have a number.
    fn of(columns: usize, first: u64) -> Self;

    /// Adds blocks of rows; returns how many rows they had.
    fn add(&mut self, blocks: Blocks<'_, T>) -> Result<u64, Cause>;
}

macro_rules! fits {
    ($($state:ident),+) => {$(
        impl<T: Real> Fit<T> for $state<T> {
            fn of(columns: usize, first: u64) -> Self {
                $state::new(columns).starting_at(first)
            }

            fn add(&mut self, blocks: Blocks<'_, T>) -> Result<u64, Cause> {
                let before = self.n_samples();
                match blocks.0 {
                    Source::File(file) => file.read_into(self)?,
                    Source::Any(mut blocks) => blocks.try_for_each(|block| Ok::<_, Cause>(self.update(&*block?)?))?,
                }
                Ok(self.n_samples() - before)
            }
        }
    )+};
}

fits!(Moments, Covariance, TallQr);
