//! What the ranks compute together, and how they fail together. A program for `mpirun`, which the script
//! `test` starts with several numbers of ranks; alone, it is one rank.
//!
//! Each check compares with what one process computes, to the bit: so all numbers of ranks give the same.

use linstat_mpi::linstat::ndarray::{Array2, ArrayView2, Axis, CowArray, array, s};
use linstat_mpi::linstat::stream::npy::Writer;
use linstat_mpi::linstat::stream::{Covariance, Histogram, Intercept, Moments, Quantiles, TallQr};
use linstat_mpi::linstat::{Pca, QuantileMethod, Real, StandardScaler, quantile_axis};
use linstat_mpi::mpi::topology::{Color, SimpleCommunicator};
use linstat_mpi::mpi::traits::{Communicator, CommunicatorCollectives, Root};
use linstat_mpi::{
    Blocks, Cause, Error, Kind, NpyFile, Result, Rows, Session, State, Table, agree, all_merge, corrcoef,
    cov, covariance, fit_pca, fit_scaler, lstsq, moments, quantiles, share, tall_qr,
};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Rows of the large table: many blocks, and not a multiple of any.
const ROWS: usize = 20_011;
/// Columns of it.
const COLUMNS: usize = 5;

fn main() {
    let session = Session::start().expect("MPI");
    assert!(matches!(Session::start(), Err(Error::Start { .. })));
    let world = session.world();
    // for the script: the session ends all ranks, though the others wait
    if std::env::var("PANICS").is_ok_and(|rank| rank == world.rank().to_string()) {
        panic!("a rank panics, as it should");
    }
    let folder = Folder::new(&world);
    let checks: &[(&str, Check)] = &[
        ("states of arrays, however the rows are shared", states_of_arrays),
        ("results of arrays", results_of_arrays),
        ("f32", single_precision),
        ("columns of NaN, infinities and constants", special_columns),
        ("files in both orders", files),
        ("least squares of two tables whose blocks differ", unequal_blocks),
        ("rows that overlap", overlapping_rows),
        ("exact quantiles", exact_quantiles),
        ("quantiles that fail", failing_quantiles),
        ("histograms", histograms),
        ("ranks without rows", ranks_without_rows),
        ("no rows at all", no_rows),
        ("ranks that disagree", disagreement),
        ("another function on one rank", other_functions),
        ("a damaged file on one rank", damaged_files),
        ("an update that fails on one rank", failing_updates),
        ("a panic on one rank", panics),
        ("blocks with too few rows", missing_rows),
        ("errors of the result", errors_of_results),
        ("several ranks that fail", several_failures),
        ("steps of each rank alone", agreement),
        ("a part of the ranks", parts_of_the_world),
    ];
    let world = World { world, folder: folder.0.clone() };
    for (name, check) in checks {
        check(&world);
        if world.rank() == 0 {
            println!("ok, {} ranks: {name}", world.size());
        }
        // nobody is still in a check, or waits for one
        world.world.barrier();
    }
    drop(folder);
}

type Check = fn(&World);

/// The ranks, and a folder that all of them see.
struct World {
    world: SimpleCommunicator,
    folder: PathBuf,
}

impl World {
    fn rank(&self) -> usize {
        self.world.rank() as usize
    }

    fn size(&self) -> usize {
        self.world.size() as usize
    }

    /// A rank that is not the first one, if there are others.
    fn last(&self) -> usize {
        self.size() - 1
    }

    /// Writes a file on rank 0; all ranks can read it afterwards.
    fn file(&self, name: &str, write: impl FnOnce(&Path)) -> PathBuf {
        let path = self.folder.join(name);
        if self.rank() == 0 {
            write(&path);
        }
        self.world.barrier();
        path
    }

    /// Returns the error, which has to be the same one on all ranks.
    fn same_error<T>(&self, result: Result<T>) -> Error {
        let error = result.err().unwrap_or_else(|| panic!("rank {}: no error", self.rank()));
        let mut text = format!("{error:?}").into_bytes();
        text.resize(4096, 0);
        let own = text.clone();
        self.world.process_at_rank(0).broadcast_into(&mut text[..]);
        assert!(
            text == own,
            "rank {}: {error:?}, but rank 0: {}",
            self.rank(),
            String::from_utf8_lossy(&text)
        );
        error
    }
}

/// A temporary folder of rank 0, whose name all ranks know.
struct Folder(PathBuf, #[allow(dead_code, reason = "it removes the folder")] Option<tempfile::TempDir>);

impl Folder {
    fn new(world: &SimpleCommunicator) -> Self {
        let own = (world.rank() == 0).then(|| tempfile::tempdir().expect("a folder"));
        let mut name =
            own.as_ref().map_or_else(Vec::new, |own| own.path().display().to_string().into_bytes());
        name.resize(1024, 0);
        world.process_at_rank(0).broadcast_into(&mut name[..]);
        let name = String::from_utf8(name).expect("a name");
        Folder(name.trim_end_matches('\0').into(), own)
    }
}

/// The element of a table: of very different sizes, with a large offset in some columns.
fn element(i: usize, j: usize) -> f64 {
    let mut bits = (i as u64 * 31 + j as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits ^= bits >> 29;
    bits = bits.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits ^= bits >> 32;
    let x = bits as f64 / u64::MAX as f64 - 0.5;
    match j % 3 {
        0 => x,
        1 => x * 1e3 + 1e6,
        _ => x.powi(3) + (i % 7) as f64,
    }
}

fn table() -> Array2<f64> {
    Array2::from_shape_fn((ROWS, COLUMNS), |(i, j)| element(i, j))
}

fn targets() -> Array2<f64> {
    Array2::from_shape_fn((ROWS, 2), |(i, k)| element(i, 0) * (k + 1) as f64 - element(i, 2) + element(i, 11))
}

/// Shares of rows: even ones, ones that begin anywhere, all rows on the last rank.
fn shares(n: usize, world: &World) -> Vec<Range<usize>> {
    let (rank, size) = (world.rank(), world.size());
    let uneven = |rank: usize| if rank == size { n } else { n * rank * (rank + 3) / (size * (size + 3)) };
    let last = |rank: usize| if rank == size { n } else { 0 };
    vec![n * rank / size..n * (rank + 1) / size, uneven(rank)..uneven(rank + 1), last(rank)..last(rank + 1)]
}

fn states_of_arrays(world: &World) {
    let x = table();
    let (mut of_moments, mut of_covariance) = (Moments::new(COLUMNS), Covariance::new(COLUMNS));
    let mut of_qr = TallQr::new(COLUMNS);
    of_moments.update(&x).unwrap();
    of_covariance.update(&x).unwrap();
    of_qr.update(&x).unwrap();
    for range in shares(ROWS, world) {
        let own = x.slice(s![range.clone(), ..]);
        assert_eq!(moments(&world.world, &own).unwrap(), of_moments);
        assert_eq!(covariance(&world.world, &own).unwrap(), of_covariance);
        assert_eq!(tall_qr(&world.world, &own).unwrap(), of_qr);
        let mut state = Moments::new(COLUMNS).starting_at(range.start as u64);
        state.update(&own).unwrap();
        assert_eq!(all_merge(&world.world, state).unwrap(), of_moments);
    }
    // ranks in another order than their rows
    let range = shares(ROWS, world)[0].clone();
    let (start, end) = (ROWS - range.end, ROWS - range.start);
    let mut state = Covariance::new(COLUMNS).starting_at(start as u64);
    state.update(&x.slice(s![start..end, ..])).unwrap();
    assert_eq!(all_merge(&world.world, state).unwrap(), of_covariance);
}

fn results_of_arrays(world: &World) {
    let (x, y) = (table(), targets());
    let mut of_moments = Moments::new(COLUMNS);
    of_moments.update(&x).unwrap();
    let mut of_covariance = Covariance::new(COLUMNS);
    of_covariance.update(&x).unwrap();
    let mut of_qr = TallQr::new(COLUMNS);
    of_qr.update(&x).unwrap();
    let mut with_targets = TallQr::new(COLUMNS).with_targets(2);
    with_targets.update_with(&x, &y).unwrap();
    for range in shares(ROWS, world) {
        let (own, of_y) = (x.slice(s![range.clone(), ..]), y.slice(s![range, ..]));
        // another layout of the same rows
        let own = CowArray::from(own.reversed_axes().as_standard_layout().into_owned().reversed_axes());
        assert_eq!(fit_scaler(&world.world, &own).unwrap(), StandardScaler::fit_stream(&of_moments).unwrap());
        assert_eq!(cov(&world.world, &own, 1).unwrap(), of_covariance.cov(1).unwrap());
        assert_eq!(corrcoef(&world.world, &own).unwrap(), of_covariance.corrcoef().unwrap());
        for pca in [Pca::new(2), Pca::with_share(0.9), Pca::all().whiten()] {
            assert_eq!(fit_pca(&world.world, pca, &own).unwrap(), pca.fit_stream(&of_qr).unwrap());
        }
        for intercept in [Intercept::Fitted, Intercept::Zero] {
            let found = lstsq(&world.world, &own, &of_y, intercept, None).unwrap();
            assert_eq!(found, with_targets.lstsq(intercept, None).unwrap());
            assert_eq!((found.rank, found.x.dim()), (COLUMNS, (COLUMNS, 2)));
        }
    }
}

fn single_precision(world: &World) {
    let x = table().mapv(|x| x as f32);
    let range = shares(ROWS, world)[1].clone();
    let own = x.slice(s![range, ..]);
    let mut of_moments = Moments::new(COLUMNS);
    of_moments.update(&x).unwrap();
    let mut of_qr = TallQr::new(COLUMNS);
    of_qr.update(&x).unwrap();
    assert_eq!(moments(&world.world, &own).unwrap(), of_moments);
    assert_eq!(fit_pca(&world.world, Pca::new(3), &own).unwrap(), Pca::new(3).fit_stream(&of_qr).unwrap());
}

/// Compares as bits: NaN is equal to itself.
fn assert_bits(a: &Array2<f64>, b: &Array2<f64>) {
    assert_eq!(a.mapv(f64::to_bits), b.mapv(f64::to_bits), "{a} and {b}");
}

fn special_columns(world: &World) {
    let mut x = Array2::from_shape_fn((3000, 6), |(i, j)| element(i, j));
    x[[700, 0]] = f64::NAN;
    x[[2500, 1]] = f64::INFINITY;
    x[[10, 2]] = f64::NEG_INFINITY;
    x.column_mut(3).fill(7.);
    x.column_mut(4).mapv_inplace(|x| x * 1e302);
    x.column_mut(5).mapv_inplace(|x| x * 1e-306);
    let mut of_covariance = Covariance::new(6);
    of_covariance.update(&x).unwrap();
    let mut of_moments = Moments::new(6);
    of_moments.update(&x).unwrap();
    let own = x.slice(s![shares(3000, world)[0].clone(), ..]);
    assert_bits(&cov(&world.world, &own, 0).unwrap(), &of_covariance.cov(0).unwrap());
    assert_bits(&corrcoef(&world.world, &own).unwrap(), &of_covariance.corrcoef().unwrap());
    let all = moments(&world.world, &own).unwrap();
    let readers = [Moments::mean, Moments::skewness, Moments::kurtosis, Moments::min, Moments::max];
    for reader in readers {
        let [all, one] = [&all, &of_moments].map(|state| reader(state).unwrap().insert_axis(Axis(0)));
        assert_bits(&all, &one);
    }
    // the triangle of what is not finite can be merged, and is refused when it is read
    let error = world.same_error(fit_pca(&world.world, Pca::new(1), &own));
    assert!(
        matches!(&error, Error::Failed { rank: 0, function, kind: Kind::InvalidArgument, .. } if function == "Pca::fit_stream"),
        "{error:?}"
    );
}

fn write<T: Real>(path: &Path, x: ArrayView2<'_, T>) {
    let mut file = Writer::create(path, x.dim()).unwrap();
    file.write(&x).unwrap();
    file.finish().unwrap();
}

/// Writes a table in Fortran order.
fn write_columns(path: &Path, x: ArrayView2<'_, f64>) {
    let (n, p) = x.dim();
    let text = format!("{{'descr': '<f8', 'fortran_order': True, 'shape': ({n}, {p}), }}");
    let header = format!("{text:<117}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.bytes());
    bytes.extend(x.t().iter().flat_map(|x| x.to_le_bytes()));
    std::fs::write(path, bytes).unwrap();
}

fn files(world: &World) {
    let (x, y) = (table(), targets());
    let rows = world.file("rows.npy", |path| write(path, x.view()));
    let columns = world.file("columns.npy", |path| write_columns(path, x.view()));
    let of_y = world.file("y.npy", |path| write(path, y.view()));
    let mut of_moments = Moments::new(COLUMNS);
    of_moments.update(&x).unwrap();
    let mut of_covariance = Covariance::new(COLUMNS);
    of_covariance.update(&x).unwrap();
    let mut qr = TallQr::new(COLUMNS);
    qr.update(&x).unwrap();
    let mut with_targets = TallQr::new(COLUMNS).with_targets(2);
    with_targets.update_with(&x, &y).unwrap();
    for path in [rows, columns] {
        let read = std::sync::Arc::new(std::sync::Mutex::new((0, 0)));
        let to = read.clone();
        let file = NpyFile::<f64>::new(&path).on_progress(move |rows, all| *to.lock().unwrap() = (rows, all));
        assert_eq!(moments(&world.world, &file).unwrap(), of_moments);
        let own = share(ROWS as u64, of_moments.block(), world.rank(), world.size());
        assert_eq!(*read.lock().unwrap(), (own.end - own.start, own.end - own.start));
        assert_eq!(cov(&world.world, &file, 1).unwrap(), of_covariance.cov(1).unwrap());
        assert_eq!(fit_pca(&world.world, Pca::new(2), &file).unwrap(), Pca::new(2).fit_stream(&qr).unwrap());
        let found = lstsq(&world.world, &file, &NpyFile::new(&of_y), Intercept::Fitted, None).unwrap();
        assert_eq!(found, with_targets.lstsq(Intercept::Fitted, None).unwrap());
    }
}

/// Rows in blocks of a fixed size, whose last ones can be another thing.
struct Cut<'a> {
    x: ArrayView2<'a, f64>,
    block: usize,
    end: End,
}

/// What comes after the rows.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Nothing,
    EmptyBlock,
    Missing,
    More,
    Error,
    Panic,
}

impl Table for Cut<'_> {
    type Elem = f64;

    fn shape(&self) -> Result<(Rows, usize), Cause> {
        Ok((Rows::Own(self.x.nrows() as u64), self.x.ncols()))
    }

    fn blocks(&self, rows: Range<u64>, _: usize) -> Result<Blocks<'_, f64>, Cause> {
        assert_eq!(rows, 0..self.x.nrows() as u64);
        let shown = if self.end == End::Missing { self.x.nrows() - 1 } else { self.x.nrows() };
        let blocks = self.x.slice_move(s![..shown, ..]);
        let block = self.block;
        let blocks = (0..shown.div_ceil(block))
            .map(move |k| Ok(blocks.slice_move(s![k * block..(k * block + block).min(shown), ..]).into()));
        let last = std::iter::once_with(move || match self.end {
            End::Nothing | End::Missing => None,
            End::EmptyBlock => Some(Ok(Array2::zeros((0, self.x.ncols())).into())),
            End::More => Some(Ok(Array2::zeros((1, self.x.ncols())).into())),
            End::Error => Some(Err("the disk is gone".into())),
            End::Panic => panic!("a table panics, as it should"),
        });
        Ok(Blocks::new(blocks.chain(last.flatten())))
    }
}

fn unequal_blocks(world: &World) {
    let (x, y) = (table(), targets());
    let mut with_targets = TallQr::new(COLUMNS).with_targets(2);
    with_targets.update_with(&x, &y).unwrap();
    let range = shares(ROWS, world)[1].clone();
    let x = Cut { x: x.slice(s![range.clone(), ..]), block: 700, end: End::EmptyBlock };
    let y = Cut { x: y.slice(s![range, ..]), block: 999, end: End::Nothing };
    let found = lstsq(&world.world, &x, &y, Intercept::Fitted, None).unwrap();
    assert_eq!(found, with_targets.lstsq(Intercept::Fitted, None).unwrap());
}

fn overlapping_rows(world: &World) {
    // all states begin at row 0: correct, the same everywhere, but not to the bit that of one state
    let x = Array2::from_shape_fn((600, 2), |(i, j)| element(i + 600 * world.rank(), j));
    let mut state = Moments::new(2);
    state.update(&x).unwrap();
    let all = all_merge(&world.world, state).unwrap();
    let mut one = Moments::new(2);
    for rank in 0..world.size() {
        one.update(&Array2::from_shape_fn((600, 2), |(i, j)| element(i + 600 * rank, j))).unwrap();
    }
    assert_eq!(all.n_samples(), one.n_samples());
    for (a, b) in all.mean().unwrap().iter().zip(&one.mean().unwrap()) {
        assert!((a - b).abs() <= 4. * f64::EPSILON * b.abs(), "{a} and {b}");
    }
    let mut bits = all.mean().unwrap().mapv(f64::to_bits).to_vec();
    let own = bits.clone();
    world.world.process_at_rank(0).broadcast_into(&mut bits[..]);
    assert_eq!(bits, own);
}

fn exact_quantiles(world: &World) {
    // the last column needs the most passes: its elements differ in their last bits
    let x = Array2::from_shape_fn((ROWS, 3), |(i, j)| match j {
        2 => f64::from_bits(1f64.to_bits() + (i as u64 * 7919) % 70_001),
        _ => element(i, j),
    });
    let path = world.file("quantiles.npy", |path| write(path, x.view()));
    let q = [0., 0.25, 0.5, 0.99, 1.];
    for method in [QuantileMethod::Linear, QuantileMethod::Hazen] {
        let expected = quantile_axis(&x, &q, method, Axis(0)).unwrap();
        let found = quantiles(&world.world, &NpyFile::<f64>::new(&path), &q, method).unwrap();
        assert_bits(&found, &expected);
        for range in shares(ROWS, world) {
            let own = x.slice(s![range, ..]);
            assert_bits(&quantiles(&world.world, &own, &q, method).unwrap(), &expected);
        }
        let single = x.mapv(|x| x as f32);
        let own = single.slice(s![shares(ROWS, world)[1].clone(), ..]);
        let found = quantiles(&world.world, &own, &q, method).unwrap();
        assert_eq!(found, quantile_axis(&single, &q, method, Axis(0)).unwrap());
    }
}

fn failing_quantiles(world: &World) {
    let x = table();
    let error = world.same_error(quantiles(&world.world, &x, &[0.5, 1.5], QuantileMethod::Linear));
    assert!(matches!(&error, Error::Failed { rank: 0, kind: Kind::InvalidArgument, .. }), "{error:?}");
    let none = x.slice(s![..0, ..]);
    let error = world.same_error(quantiles(&world.world, &none, &[0.5], QuantileMethod::Linear));
    assert!(matches!(&error, Error::Failed { rank: 0, kind: Kind::Empty, .. }), "{error:?}");
    // the rows change after the first pass
    let own = Changing { x: x.view(), passes: Default::default(), changes: world.rank() == world.last() };
    let error = world.same_error(quantiles(&world.world, &own, &[0.5], QuantileMethod::Linear));
    assert!(matches!(&error, Error::Failed { kind: Kind::InvalidArgument, .. }), "{error:?}");
    assert!(error.to_string().contains("passes before"), "{error}");
    if world.size() > 1 {
        let is_last = world.rank() == world.last();
        let q = if is_last { [0.5, 0.75] } else { [0.5, 0.25] };
        let error = world.same_error(quantiles(&world.world, &x, &q, QuantileMethod::Linear));
        assert_disagreement(world, &error, "q", "[0.5, 0.25]", "[0.5, 0.75]");
        let method = if is_last { QuantileMethod::Lower } else { QuantileMethod::Higher };
        let error = world.same_error(quantiles(&world.world, &x, &[0.5], method));
        assert_disagreement(world, &error, "method", "Higher", "Lower");
        // states
        let error = world.same_error(all_merge(
            &world.world,
            Quantiles::<f64>::new(2, &q, QuantileMethod::Linear).unwrap(),
        ));
        assert_disagreement(world, &error, "q", "[0.5, 0.25]", "[0.5, 0.75]");
        let mut state = Quantiles::<f32>::new(2, &[0.5, 0.], method).unwrap();
        state.update(&array![[1., f32::NAN], [2., 4.]]).unwrap();
        let error = world.same_error(all_merge(&world.world, state));
        assert_disagreement(world, &error, "method", "Higher", "Lower");
        let mut state = Quantiles::<f64>::new(1, &[0.5], QuantileMethod::Linear).unwrap();
        state.update(&array![[1.], [2.]]).unwrap();
        if is_last {
            state.end_pass().unwrap();
        }
        let error = world.same_error(all_merge(&world.world, state));
        assert_disagreement(world, &error, "passes", "0", "1");
    }
}

/// Rows that are others when they are read again.
struct Changing<'a> {
    x: ArrayView2<'a, f64>,
    passes: std::cell::Cell<usize>,
    changes: bool,
}

impl Table for Changing<'_> {
    type Elem = f64;

    fn shape(&self) -> Result<(Rows, usize), Cause> {
        Table::shape(&self.x)
    }

    fn blocks(&self, _: Range<u64>, _: usize) -> Result<Blocks<'_, f64>, Cause> {
        self.passes.set(self.passes.get() + 1);
        let block = match self.changes && self.passes.get() > 1 {
            true => CowArray::from(Array2::from_elem(self.x.dim(), 1e300)),
            false => self.x.into(),
        };
        Ok(Blocks::new(std::iter::once(Ok(block))))
    }
}

fn histograms(world: &World) {
    let x = table();
    let edges = [-0.5, -0.25, 0., 0.5];
    let mut one = Histogram::new(COLUMNS, &edges).unwrap();
    one.update(&x).unwrap();
    let mut own = Histogram::new(COLUMNS, &edges).unwrap();
    own.update(&x.slice(s![shares(ROWS, world)[1].clone(), ..])).unwrap();
    assert_eq!(all_merge(&world.world, own).unwrap(), one);
    if world.size() > 1 {
        let is_last = world.rank() == world.last();
        let edges = if is_last { [0., 1.] } else { [0., 2.] };
        let error = world.same_error(all_merge(&world.world, Histogram::new(3, &edges).unwrap()));
        let [of_root, of_last] = ["[0.0, 2.0] from column 0 on", "[0.0, 1.0] from column 0 on"];
        assert_disagreement(world, &error, "edges", of_root, of_last);
        // edges that are equal in another form
        let own = match is_last {
            true => Histogram::per_column(&[[-0., 1.], [0., 1.]]).unwrap(),
            false => Histogram::new(2, &[0., 1.]).unwrap(),
        };
        assert_eq!(all_merge(&world.world, own).unwrap(), Histogram::new(2, &[0., 1.]).unwrap());
        let edges = [[0., 1.], [0., if is_last { 3. } else { 1. }]];
        let error = world.same_error(all_merge(&world.world, Histogram::per_column(&edges).unwrap()));
        let of_last = "[0.0, 1.0] from column 0 on, [0.0, 3.0] from column 1 on";
        assert_disagreement(world, &error, "edges", of_last.split(", [").next().unwrap(), of_last);
        let error = world.same_error(all_merge(
            &world.world,
            Histogram::new(if is_last { 2 } else { 3 }, &[0., 1.]).unwrap(),
        ));
        assert_disagreement(world, &error, "columns", "3", "2");
    }
}

fn ranks_without_rows(world: &World) {
    let x = Array2::from_shape_fn((3, 2), |(i, j)| element(i, j));
    let mut one = TallQr::new(2);
    one.update(&x).unwrap();
    for holder in 0..world.size() {
        let own = if world.rank() == holder { x.view() } else { x.slice(s![..0, ..]) };
        assert_eq!(tall_qr(&world.world, &own).unwrap(), one);
        assert_eq!(fit_pca(&world.world, Pca::new(1), &own).unwrap(), Pca::new(1).fit_stream(&one).unwrap());
    }
    // a file with fewer rows than ranks
    let path = world.file("few.npy", |path| write(path, x.view()));
    assert_eq!(tall_qr(&world.world, &NpyFile::<f64>::new(path)).unwrap(), one);
    // no columns
    let none = Array2::<f64>::zeros((2, 0));
    assert_eq!(moments(&world.world, &none).unwrap().n_samples(), 2 * world.size() as u64);
}

fn no_rows(world: &World) {
    let none = Array2::<f64>::zeros((0, 3));
    let path = world.file("none.npy", |path| write(path, none.view()));
    let file = NpyFile::<f64>::new(path);
    for result in [cov(&world.world, &none, 0), cov(&world.world, &file, 0)] {
        let error = world.same_error(result);
        assert!(matches!(&error, Error::Failed { rank: 0, kind: Kind::Empty, .. }), "{error:?}");
    }
    assert_eq!(moments(&world.world, &file).unwrap(), Moments::new(3));
}

/// Asserts that the error says that the last rank has another value.
fn assert_disagreement(world: &World, error: &Error, name: &str, of_root: &str, of_last: &str) {
    let Error::Disagreement { rank, what, expected, found } = error else { panic!("{error:?}") };
    assert_eq!(
        (*rank, what.as_str(), expected.as_str(), found.as_str()),
        (world.last(), name, of_root, of_last)
    );
}

fn disagreement(world: &World) {
    if world.size() == 1 {
        return;
    }
    let is_last = world.rank() == world.last();
    let x = Array2::from_shape_fn((50, 3), |(i, j)| element(i, j));
    let own = if is_last { x.slice(s![.., ..2]) } else { x.view() };
    for result in [moments(&world.world, &own).map(drop), fit_pca(&world.world, Pca::new(1), &own).map(drop)]
    {
        assert_disagreement(world, &world.same_error(result), "columns", "3", "2");
    }
    let error = world.same_error(cov(&world.world, &x, usize::from(is_last)));
    assert_disagreement(world, &error, "ddof", "0", "1");
    let error = world.same_error(fit_pca(&world.world, Pca::new(1 + usize::from(is_last)), &x));
    assert!(matches!(&error, Error::Disagreement { what, .. } if what == "pca"), "{error:?}");
    let rcond = is_last.then_some(0.5);
    let error = world.same_error(lstsq(&world.world, &x, &x, Intercept::Fitted, rcond));
    assert_disagreement(world, &error, "rcond", "None", "Some(0.5)");
    let intercept = if is_last { Intercept::Zero } else { Intercept::Fitted };
    let error = world.same_error(lstsq(&world.world, &x, &x, intercept, None));
    assert_disagreement(world, &error, "intercept", "Fitted", "Zero");
    let error = world.same_error(lstsq(&world.world, &x, &own, Intercept::Zero, None));
    assert_disagreement(world, &error, "targets", "3", "2");
    // states
    let error = world.same_error(all_merge(&world.world, Moments::<f64>::new(if is_last { 4 } else { 5 })));
    assert_disagreement(world, &error, "columns", "5", "4");
    let targets = usize::from(is_last);
    let error =
        world.same_error(all_merge(&world.world, TallQr::<f64>::new(3 - targets).with_targets(targets)));
    assert_disagreement(world, &error, "columns", "3", "2");
    // another number of rows of a shared file, and a file where the others have arrays
    let path = world.file("fifty.npy", |path| write(path, x.view()));
    let fewer = world.file("forty.npy", |path| write(path, x.slice(s![..40, ..])));
    let file = NpyFile::<f64>::new(if is_last { &fewer } else { &path });
    let error = world.same_error(corrcoef(&world.world, &file));
    assert_disagreement(world, &error, "rows", "50, shared by all ranks", "40, shared by all ranks");
    let result = if is_last { moments(&world.world, &x) } else { moments(&world.world, &file) };
    let error = world.same_error(result);
    assert_disagreement(world, &error, "rows", "50, shared by all ranks", "those of each rank");
    // it is the lowest one that is named
    let own = x.slice(s![.., ..3 - world.rank().min(2)]);
    let error = world.same_error(moments(&world.world, &own));
    assert_eq!(error.rank(), Some(1));
}

fn other_functions(world: &World) {
    if world.size() == 1 {
        return;
    }
    let is_last = world.rank() == world.last();
    let x = Array2::from_shape_fn((50, 3), |(i, j)| element(i, j));
    let result = match is_last {
        true => moments(&world.world, &x).map(drop),
        false => fit_pca(&world.world, Pca::new(1), &x).map(drop),
    };
    assert_disagreement(world, &world.same_error(result), "function", "fit_pca", "moments");
    let result = match is_last {
        true => all_merge(&world.world, Covariance::<f64>::new(3)).map(drop),
        false => all_merge(&world.world, Moments::<f64>::new(3)).map(drop),
    };
    let error = world.same_error(result);
    assert!(matches!(&error, Error::Disagreement { what, .. } if what == "state"), "{error:?}");
    let result = match is_last {
        true => cov(&world.world, &x.mapv(|x| x as f32), 1).map(drop),
        false => cov(&world.world, &x, 1).map(drop),
    };
    assert_disagreement(world, &world.same_error(result), "elements", "f64", "f32");
}

fn damaged_files(world: &World) {
    let x = table();
    let good = world.file("good.npy", |path| write(path, x.view()));
    let cut = world.file("cut.npy", |path| {
        let bytes = std::fs::read(&good).unwrap();
        std::fs::write(path, &bytes[..bytes.len() - 1]).unwrap();
    });
    let text = world.file("text.npy", |path| std::fs::write(path, "1, 2, 3\n").unwrap());
    let single = world.file("single.npy", |path| write(path, x.mapv(|x| x as f32).view()));
    let missing = world.folder.join("missing.npy");
    for (bad, reason) in
        [(cut, "cut"), (text, "too short"), (single, "expected elements"), (missing, "No such")]
    {
        for bad_rank in [0, world.last()] {
            let file = NpyFile::<f64>::new(if world.rank() == bad_rank { &bad } else { &good });
            let targets = NpyFile::<f64>::new(&good);
            let results = [
                fit_scaler(&world.world, &file).map(drop),
                fit_pca(&world.world, Pca::new(1), &file).map(drop),
                lstsq(&world.world, &targets, &file, Intercept::Fitted, None).map(drop),
            ];
            for result in results {
                let error = world.same_error(result);
                assert!(error.to_string().contains(reason), "{error}");
                assert!(error.to_string().contains(&bad.display().to_string()), "{error}");
                assert!(
                    matches!(&error, Error::Failed { rank, kind: Kind::File, function, .. }
                        if *rank == bad_rank && function == "Blocks::open"),
                    "{error:?}"
                );
            }
        }
    }
}

fn failing_updates(world: &World) {
    // one row that is repeated more often than there is memory
    let row = array![[1., 2.]];
    let endless = row.broadcast((1 << 60, 2)).unwrap();
    let few = row.broadcast((3, 2)).unwrap();
    for bad_rank in [0, world.last()] {
        let own = if world.rank() == bad_rank { endless } else { few };
        let error = world.same_error(moments(&world.world, &own));
        assert!(
            matches!(&error, Error::Failed { rank, kind: Kind::TooLarge, function, .. }
                if *rank == bad_rank && function == "Moments::update"),
            "{error:?}"
        );
        // in the middle of its rows
        let x = table();
        let end = if world.rank() == bad_rank { End::Error } else { End::Nothing };
        let own = Cut { x: x.view(), block: 1000, end };
        for result in
            [covariance(&world.world, &own).map(drop), fit_pca(&world.world, Pca::all(), &own).map(drop)]
        {
            let error = world.same_error(result);
            assert_eq!(error.to_string(), format!("rank {bad_rank}: the disk is gone"));
            assert!(matches!(&error, Error::Failed { kind: Kind::Other, .. }));
        }
    }
}

fn panics(world: &World) {
    let x = table();
    let bad_rank = world.size() / 2;
    let end = if world.rank() == bad_rank { End::Panic } else { End::Nothing };
    let own = Cut { x: x.view(), block: 10_000, end };
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let results = [
        cov(&world.world, &own, 0).map(drop),
        lstsq(&world.world, &x, &own, Intercept::Zero, None).map(drop),
    ];
    std::panic::set_hook(report);
    for result in results {
        let error = world.same_error(result);
        let message = "a table panics, as it should".to_string();
        assert_eq!(error, Error::Panicked { rank: bad_rank, message });
    }
}

fn missing_rows(world: &World) {
    let x = table();
    let bad_rank = world.last();
    for end in [End::Missing, End::More] {
        let end = if world.rank() == bad_rank { end } else { End::Nothing };
        let own = Cut { x: x.view(), block: 3000, end };
        let whole = Cut { x: x.view(), block: 4000, end: End::Nothing };
        let results = [
            moments(&world.world, &own).map(drop),
            lstsq(&world.world, &own, &whole, Intercept::Fitted, None).map(drop),
            lstsq(&world.world, &whole, &own, Intercept::Fitted, None).map(drop),
        ];
        for result in results {
            let error = world.same_error(result);
            assert_eq!(error.rank(), Some(bad_rank), "{error:?}");
            assert!(error.to_string().contains("blocks have all of their rows"), "{error}");
        }
    }
    let fewer = if world.rank() == bad_rank { x.slice(s![..9, ..]) } else { x.view() };
    let error = world.same_error(lstsq(&world.world, &x, &fewer, Intercept::Fitted, None));
    assert!(error.rank() == Some(bad_rank) && error.to_string().contains("Own(9)"), "{error}");
}

fn errors_of_results(world: &World) {
    let x = Array2::from_shape_fn((1, 3), |(_, j)| j as f64);
    let own = if world.rank() == 0 { x.view() } else { x.slice(s![..0, ..]) };
    let error = world.same_error(cov(&world.world, &own, 1));
    assert!(matches!(&error, Error::Failed { rank: 0, kind: Kind::InvalidArgument, .. }), "{error:?}");
    let error = world.same_error(fit_pca(&world.world, Pca::new(1), &own));
    assert!(matches!(&error, Error::Failed { rank: 0, kind: Kind::Shape, .. }), "{error:?}");
    let error = world.same_error(lstsq(&world.world, &own, &own, Intercept::Fitted, Some(-1.)));
    assert!(matches!(&error, Error::Failed { rank: 0, kind: Kind::InvalidArgument, .. }), "{error:?}");
}

fn several_failures(world: &World) {
    let x = table();
    let lowest = world.size() / 2;
    let end = if world.rank() >= lowest { End::Error } else { End::Nothing };
    let error = world.same_error(moments(&world.world, &Cut { x: x.view(), block: 500, end }));
    assert_eq!(error.rank(), Some(lowest));
}

fn agreement(world: &World) {
    assert_eq!(agree(&world.world, Ok::<_, Cause>(world.rank())).unwrap(), world.rank());
    let own = match world.rank() == world.last() {
        true => "x".parse::<i32>(),
        false => Ok(1),
    };
    let error = world.same_error(agree(&world.world, own));
    assert_eq!(error.to_string(), format!("rank {}: invalid digit found in string", world.last()));
    // what all ranks have agreed on stays what it is
    let again = world.same_error(agree(&world.world, Err::<(), _>(error.clone())));
    assert_eq!(again, error);
}

fn parts_of_the_world(world: &World) {
    let part = world.world.split_by_color(Color::with_value(world.rank() as i32 % 2)).expect("a color");
    let x = Array2::from_shape_fn((100, 2), |(i, j)| element(i, j + world.rank() % 2));
    let all = moments(&part, &x).unwrap();
    assert_eq!(all.n_samples(), 100 * part.size() as u64);
    let mut one = Moments::new(2);
    (0..part.size()).for_each(|_| one.update(&x).unwrap());
    assert_eq!(all, one);
}
