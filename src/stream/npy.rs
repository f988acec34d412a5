//! Tables in `.npy` files, NumPy's format, in blocks of bounded memory. Needs the feature `npy`.
//!
//! [`Blocks`] reads the rows of a file block by block or, by [`read_into`](Blocks::read_into), into a state;
//! [`Writer`] writes one.
//! A file is read, not mapped: a map would end the program, or change the numbers under way, if another
//! program cuts or writes the file.
//! The members of an `.npz` archive, Parquet and Arrow are read by crates of their own into blocks, which the
//! [states](crate::stream) take as well.
//!
//! ```
//! use linstat::stream::Moments;
//! use linstat::stream::npy::{Blocks, Writer};
//! use ndarray::array;
//! let path = "table.npy";
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join(path);
//! let mut file = Writer::create(&path, (3, 2))?;
//! file.write(&array![[1., 10.], [2., 20.]])?;
//! file.write(&array![[6., 60.]])?;
//! file.finish()?;
//!
//! let blocks = Blocks::<f64>::open(&path, 10_000)?;
//! let mut moments = Moments::new(blocks.columns());
//! blocks.read_into(&mut moments)?; // on all threads
//! assert_eq!(moments.mean()?, array![3., 30.]);
//!
//! for block in Blocks::<f64>::open(&path, 10_000)? {
//!     println!("{}", block?); // whatever else is to be done with the rows
//! }
//! # Ok::<(), linstat::Error>(())
//! ```

use super::rows::{Rows, Table};
use super::{Covariance, Moments, TallQr, covariance, moments, tall_qr};
use crate::memory::{Filling, Unfilled};
use crate::{ErrorKind, Named, Real, Result, memory, threads};
use ndarray::{Array2, ArrayRef2, ArrayView2, ArrayViewMut2, ShapeBuilder};
use ndarray_npy::npy::header::{Header, Layout};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Most bytes of a header: NumPy's limit for files that are not trusted.
const LONGEST_HEADER: usize = 10_000;
/// Most rows of a file of no columns, whose size says nothing about their number.
const MOST_EMPTY: u64 = 1 << 32;
/// Most brackets within each other in a header: those of a table have one.
const DEEPEST_HEADER: usize = 32;

/// The rows of a table in an `.npy` file, block by block, in C or Fortran order.
///
/// It is an iterator of blocks of shape `(rows, columns)`; the last one may have fewer rows. Only one block
/// is in memory. See the [module](self) for an example.
pub struct Blocks<T> {
    elements: Elements,
    layout: Layout,
    /// Rows and columns of the whole table.
    shape: (u64, usize),
    /// The rows that are still to be read.
    range: Range<u64>,
    first: u64,
    block: usize,
    progress: Option<Progress>,
    element: std::marker::PhantomData<T>,
}

/// The elements in a file.
#[derive(Debug)]
struct Elements {
    path: PathBuf,
    file: File,
    /// Where they begin.
    start: u64,
    order: Order,
}

/// The order of the bytes of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

const NATIVE: Order = if cfg!(target_endian = "big") { Order::Big } else { Order::Little };

/// Bytes that are read or written at a time.
const AT_ONCE: usize = 1 << 16;
/// Elements that a thread reads at a time.
const TOGETHER: usize = 1 << 15;

type Progress = Box<dyn FnMut(u64, u64) + Send>;

impl<T> std::fmt::Debug for Blocks<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Blocks")
            .field("path", &self.elements.path)
            .field("shape", &self.shape)
            .field("range", &self.range)
            .field("block", &self.block)
            .finish_non_exhaustive()
    }
}

fn file_error(path: &Path, reason: impl std::fmt::Display) -> ErrorKind {
    ErrorKind::File { path: path.display().to_string(), reason: reason.to_string() }
}

/// What to do with a file whose elements have this type.
fn remedy(found: &str) -> &'static str {
    match found.trim_matches(['\'', '<', '>', '=']) {
        "f4" => "read it as Blocks::<f32>",
        "f8" => "read it as Blocks::<f64>",
        _ => "convert it in NumPy by x.astype(float)",
    }
}

/// Returns the code of the type in NumPy's format without the order of its bytes.
fn code<T>() -> &'static str {
    if size_of::<T>() == 4 { "f4" } else { "f8" }
}

/// Reads the header; the file is then where the elements begin.
fn header(file: &mut File) -> Result<Header, String> {
    let mut start = [0; 12];
    file.read_exact(&mut start).map_err(|_| "it is too short for an .npy file".to_string())?;
    if start[..6] != *b"\x93NUMPY" {
        return Err("it does not begin like an .npy file".into());
    }
    let short = usize::from(u16::from_le_bytes([start[8], start[9]]));
    let length = match start[6] {
        1 => short + 10,
        _ => (u32::from_le_bytes([start[8], start[9], start[10], start[11]]) as usize).saturating_add(12),
    };
    if length > LONGEST_HEADER {
        return Err(format!("its header has {length} bytes, more than {LONGEST_HEADER}"));
    }
    let mut bytes = vec![0; length];
    file.rewind().and_then(|()| file.read_exact(&mut bytes)).map_err(|_| "its header is cut".to_string())?;
    let mut depth = 0usize;
    for byte in &bytes {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST_HEADER {
            return Err("its header is damaged: too many brackets".into());
        }
    }
    Header::from_reader(&mut bytes.as_slice()).map_err(|error| format!("its header is damaged: {error}"))
}

impl<T: Real> Blocks<T> {
    /// Opens a file that holds a table `(n, p)` of elements `T`, of either order of bytes, or an array
    /// `(n,)`, which is read as one column. `rows` is the number of rows of a block.
    ///
    /// # Errors
    /// [`ErrorKind::File`] if the file cannot be read, is no `.npy` file, is damaged or cut, or has elements
    /// of another type, more than two axes or none, or 2^32 rows without elements;
    /// [`ErrorKind::InvalidArgument`] if `rows` is 0.
    pub fn open(path: impl AsRef<Path>, rows: usize) -> Result<Self> {
        Self::opened(path.as_ref(), rows).named("Blocks::open")
    }

    fn opened(path: &Path, block: usize) -> Result<Self, ErrorKind> {
        if block == 0 {
            return Err(ErrorKind::invalid("rows", "expected at least 1, found 0"));
        }
        let bad = |reason: String| file_error(path, reason);
        let mut file = File::open(path).map_err(|error| file_error(path, error))?;
        let Header { type_descriptor, layout, shape } = header(&mut file).map_err(bad)?;
        let found = type_descriptor.to_string();
        let order = match found.trim_matches('\'').strip_suffix(code::<T>()) {
            Some("<") => Order::Little,
            Some(">") => Order::Big,
            Some("=" | "") => NATIVE,
            _ => {
                return Err(bad(format!(
                    "expected elements '<{}', found {found}: {}",
                    code::<T>(),
                    remedy(&found)
                )));
            }
        };
        let shape = match shape[..] {
            [n] => (n as u64, 1),
            [n, p] => (n as u64, p),
            _ => return Err(bad(format!("expected one or two axes, found the shape {shape:?}"))),
        };
        if shape.1 == 0 && shape.0 > MOST_EMPTY {
            return Err(bad(format!(
                "expected at most {MOST_EMPTY} rows without elements, found {}",
                shape.0
            )));
        }
        let mut sizes = || {
            let start = file.stream_position().ok()?;
            let bytes = (shape.1 as u64).checked_mul(size_of::<T>() as u64)?.checked_mul(shape.0)?;
            Some((start, bytes))
        };
        let (start, bytes) = sizes().ok_or_else(|| bad("the size of its table is absurd".into()))?;
        let there = file.metadata().map_err(|error| file_error(path, error))?.len().saturating_sub(start);
        if there < bytes {
            return Err(bad(format!("it is cut: expected {bytes} bytes of elements, found {there}")));
        }
        let elements = Elements { path: path.to_owned(), file, start, order };
        let (range, element) = (0..shape.0, std::marker::PhantomData);
        Ok(Blocks { elements, layout, shape, range, first: 0, block, progress: None, element })
    }

    /// Returns the number of columns.
    pub fn columns(&self) -> usize {
        self.shape.1
    }

    /// Returns the number of rows of the whole file.
    pub fn n_rows(&self) -> u64 {
        self.shape.0
    }

    /// Restricts the blocks to a range of rows, as the part of one of several programs; a state of them
    /// begins [`starting_at`](crate::stream::Moments::starting_at) its first row. Blocks go from multiples of
    /// their size on.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if the file does not have these rows.
    pub fn in_rows(mut self, range: Range<u64>) -> Result<Self> {
        if range.start > range.end || range.end > self.shape.0 {
            let reason = format!("expected rows from 0 to {}, found {range:?}", self.shape.0);
            return Err(ErrorKind::invalid("range", reason)).named("Blocks::in_rows");
        }
        self.first = range.start;
        self.range = range;
        Ok(self)
    }

    /// Calls `f` after every block with the number of rows that were read, and with that of all rows to read.
    pub fn on_progress(mut self, f: impl FnMut(u64, u64) + Send + 'static) -> Self {
        self.progress = Some(Box::new(f));
        self
    }

    /// Adds the rows that are left to a state: the same as its `update` with each block, but faster. Every
    /// thread reads rows and summarises them while they are in its cache, so that no block is ever in memory
    /// as a whole, and a progress function is called about once per block of `rows` rows, or after more.
    ///
    /// If a [`TallQr`] has targets, they are the last columns of the file.
    ///
    /// # Errors
    /// As `update`; [`ErrorKind::File`] if the file cannot be read. The state stays as it was.
    ///
    /// # Examples
    /// ```
    /// use linstat::stream::{Intercept, TallQr};
    /// use linstat::stream::npy::{Blocks, Writer};
    /// use ndarray::array;
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("table.npy");
    /// let mut file = Writer::create(&path, (3, 2))?;
    /// file.write(&array![[0., 1.], [1., 3.], [2., 5.]])?; // x and y = 2 x + 1
    /// file.finish()?;
    ///
    /// let mut qr = TallQr::new(1).with_targets(1);
    /// Blocks::<f64>::open(&path, 10_000)?.read_into(&mut qr)?;
    /// let fit = qr.lstsq(Intercept::Fitted, None)?;
    /// assert!((fit.x[[0, 0]] - 2.).abs() < 1e-14 && (fit.intercept[0] - 1.).abs() < 1e-14);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn read_into<S: State<T>>(mut self, state: &mut S) -> Result<()> {
        let mut new = state.clone();
        let mut add = || -> Result<(), ErrorKind> {
            while !self.range.is_empty() {
                let (start, left) = (self.range.start, self.range.end - self.range.start);
                let rows = new.stretch(self.block as u64).min(left);
                let elements = std::marker::PhantomData::<T>;
                let by_rows = self.by_rows();
                let file = &self.elements;
                new.add(&Stretch { file, by_rows, shape: self.shape, start, rows: rows as usize, elements })?;
                self.passed(start + rows);
            }
            Ok(())
        };
        add().named("Blocks::read_into")?;
        *state = new;
        Ok(())
    }

    /// Whether rows are neighbours in the file.
    fn by_rows(&self) -> bool {
        self.layout == Layout::Standard || self.shape.1 == 1
    }

    /// Goes on from this row.
    fn passed(&mut self, end: u64) {
        self.range.start = end;
        if let Some(progress) = &mut self.progress {
            progress(end - self.first, self.range.end - self.first);
        }
    }

    fn read(&mut self) -> Result<Array2<T>, ErrorKind> {
        let block = self.block as u64;
        let first = self.range.start;
        let end = ((first / block + 1).saturating_mul(block)).min(self.range.end);
        let (rows, columns) = ((end - first) as usize, self.shape.1);
        let by_rows = self.by_rows();
        // neighbours in the file, and how far apart their first elements are
        let (start, run, distance) = match by_rows {
            true => (first * columns as u64, rows.saturating_mul(columns), 0),
            false => (first, rows, self.shape.0),
        };
        let mut data = Filling::new(rows.saturating_mul(columns))?;
        let mut parts = Vec::new();
        for (i, run) in data.parts().chunks(run).enumerate() {
            for (part, at) in run.chunks(TOGETHER).zip((0..).step_by(TOGETHER)) {
                parts.push((start + i as u64 * distance + at, Mutex::new(Some(part))));
            }
        }
        let (elements, failure) = (&self.elements, OnceLock::new());
        let fill = |i: usize| {
            let (first, part) = &parts[i];
            if let Some(part) = part.lock().unwrap_or_else(PoisonError::into_inner).take()
                && let Err(error) = elements.fill(*first, part)
            {
                failure.get_or_init(|| error);
            }
        };
        if threads::share(rows * columns, TOGETHER) {
            threads::each(parts.len(), TOGETHER.div_ceil(run.max(1)), &fill);
        } else {
            (0..parts.len()).for_each(fill);
        }
        drop(parts);
        failure.into_inner().map_or(Ok(()), Err)?;
        self.passed(end);
        Array2::from_shape_vec((rows, columns).set_f(!by_rows), data.done())
            .map_err(|_| ErrorKind::TooLarge { dim: rows })
    }
}

impl Elements {
    /// Fills a part of a block with elements of the file, of which the first has this number.
    fn fill<T: Real>(&self, first: u64, part: Unfilled<'_, T>) -> Result<(), ErrorKind> {
        // what was cleared is still in the cache when it is needed again
        let count = part.len();
        let mut parts = part.chunks(AT_ONCE / size_of::<T>());
        self.each::<T>(first, count, &mut |bytes| {
            if let Some(part) = parts.next() {
                decode::<T, T>(bytes, self.order, part.fill(T::zero()), T::of);
            }
        })
    }

    /// Reads elements of type `T`, of which the first has this number.
    fn put<T: Real>(&self, first: u64, out: &mut [f64]) -> Result<(), ErrorKind> {
        if size_of::<T>() == size_of::<f64>() && self.order == NATIVE {
            let bytes = bytemuck::cast_slice_mut(out);
            let at = self.start + first * size_of::<f64>() as u64;
            return read_at(&self.file, bytes, at).map_err(|error| file_error(&self.path, error));
        }
        let count = out.len();
        let mut parts = out.chunks_mut(AT_ONCE / size_of::<T>());
        self.each::<T>(first, count, &mut |bytes| {
            if let Some(part) = parts.next() {
                decode::<T, f64>(bytes, self.order, part, |x| x);
            }
        })
    }

    /// Calls `f` with the bytes of elements of type `T`, a few at a time.
    fn each<T>(&self, first: u64, count: usize, f: &mut dyn FnMut(&[u8])) -> Result<(), ErrorKind> {
        let mut at = self.start + first * size_of::<T>() as u64;
        let mut left = count * size_of::<T>();
        let mut bytes = vec![0; left.min(AT_ONCE)];
        while left > 0 {
            let some = &mut bytes[..left.min(AT_ONCE)];
            read_at(&self.file, some, at).map_err(|error| file_error(&self.path, error))?;
            f(some);
            at += some.len() as u64;
            left -= some.len();
        }
        Ok(())
    }
}

/// Reads bytes of a file from this place on.
#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

/// Reads bytes of a file from this place on, for one thread at a time: all move the same place.
#[cfg(not(unix))]
fn read_at(mut file: &File, bytes: &mut [u8], at: u64) -> std::io::Result<()> {
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(bytes)
}

/// Writes the elements of type `T` in these bytes.
fn decode<T, U>(bytes: &[u8], order: Order, out: &mut [U], of: impl Fn(f64) -> U) {
    match (size_of::<T>(), order) {
        (4, Order::Little) => each(bytes, out, |x| of(f32::from_le_bytes(x).into())),
        (4, Order::Big) => each(bytes, out, |x| of(f32::from_be_bytes(x).into())),
        (_, Order::Little) => each(bytes, out, |x| of(f64::from_le_bytes(x))),
        (_, Order::Big) => each(bytes, out, |x| of(f64::from_be_bytes(x))),
    }
}

fn each<U, const N: usize>(bytes: &[u8], out: &mut [U], number: impl Fn([u8; N]) -> U) {
    for (out, &bytes) in out.iter_mut().zip(bytes.as_chunks().0) {
        *out = number(bytes);
    }
}

/// A state to which [`Blocks::read_into`] adds the rows of a file: [`Moments`], [`Covariance`], [`TallQr`].
/// Sealed.
pub trait State<T>: Clone + sealed::State {}

impl<T: Real> State<T> for Moments<T> {}
impl<T: Real> State<T> for Covariance<T> {}
impl<T: Real> State<T> for TallQr<T> {}

mod sealed {
    use super::*;

    pub trait State {
        /// Returns how many rows, about this many, to add next.
        fn stretch(&self, rows: u64) -> u64;
        /// Adds rows after those before.
        fn add(&mut self, rows: &dyn Rows) -> Result<(), ErrorKind>;
    }

    macro_rules! states {
        ($($state:ident in $module:ident),*) => {$(
            impl<T: Real> State for $state<T> {
                fn stretch(&self, rows: u64) -> u64 {
                    self.tree.stretch(rows)
                }
                fn add(&mut self, rows: &dyn Rows) -> Result<(), ErrorKind> {
                    $module::update(&mut self.tree, rows)
                }
            }
        )*};
    }

    states!(Moments in moments, Covariance in covariance, TallQr in tall_qr);
}

/// Neighbouring rows of a file, which are read when they are needed.
struct Stretch<'a, T> {
    file: &'a Elements,
    by_rows: bool,
    shape: (u64, usize),
    start: u64,
    rows: usize,
    elements: std::marker::PhantomData<T>,
}

impl<T: Real> Rows for Stretch<'_, T> {
    fn len(&self) -> usize {
        self.rows
    }

    fn columns(&self) -> usize {
        self.shape.1
    }

    fn check(&self) -> Result<(), ErrorKind> {
        Ok(())
    }

    fn in_memory(&self, _: Range<usize>) -> Option<ArrayView2<'_, f64>> {
        None
    }

    fn put(&self, range: Range<usize>, mut out: ArrayViewMut2<'_, f64>) -> Result<(), ErrorKind> {
        let (first, (rows, columns)) = (self.start + range.start as u64, out.dim());
        let by_rows = self.by_rows;
        if by_rows && let Some(out) = out.as_slice_mut() {
            return self.file.put::<T>(first * columns as u64, out);
        }
        let mut data = memory::filled(rows * columns, 0.0)?;
        let run = if by_rows { rows * columns } else { rows };
        for (j, run) in data.chunks_mut(run.max(1)).enumerate() {
            let first = if by_rows { first * columns as u64 } else { j as u64 * self.shape.0 + first };
            self.file.put::<T>(first, run)?;
        }
        match ArrayView2::from_shape((rows, columns).set_f(!by_rows), &data) {
            Ok(data) => Table::<f64>::new(data).put(0..rows, out),
            Err(_) => Err(ErrorKind::TooLarge { dim: rows }),
        }
    }
}

impl<T: Real> Iterator for Blocks<T> {
    type Item = Result<Array2<T>>;

    /// Reads the next block. After an error there are no more.
    fn next(&mut self) -> Option<Self::Item> {
        if self.range.is_empty() {
            return None;
        }
        let block = self.read();
        if block.is_err() {
            self.range.start = self.range.end;
        }
        Some(block.named("Blocks::next"))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let block = self.block as u64;
        let blocks = match self.range.is_empty() {
            true => 0,
            false => self.range.end.div_ceil(block) - self.range.start / block,
        };
        (0, usize::try_from(blocks).ok())
    }
}

/// A table in an `.npy` file that is written block by block, in C order.
#[derive(Debug)]
pub struct Writer<T> {
    path: PathBuf,
    file: File,
    /// Where the elements begin.
    start: u64,
    shape: (usize, usize),
    written: usize,
    element: std::marker::PhantomData<T>,
}

impl<T: Real> Writer<T> {
    /// Creates a file for a table of this shape, or replaces the one that is there.
    ///
    /// # Errors
    /// [`ErrorKind::File`] if it cannot be written.
    pub fn create(path: impl AsRef<Path>, (rows, columns): (usize, usize)) -> Result<Self> {
        Self::created(path.as_ref(), (rows, columns)).named("Writer::create")
    }

    fn created(path: &Path, shape: (usize, usize)) -> Result<Self, ErrorKind> {
        let bad = |error: std::io::Error| file_error(path, error);
        let header = || {
            let type_descriptor = format!("'<{}'", code::<T>()).parse().ok()?;
            let header = Header { type_descriptor, layout: Layout::Standard, shape: vec![shape.0, shape.1] };
            header.to_bytes().ok()
        };
        let header = header().ok_or_else(|| file_error(path, "no header fits this shape"))?;
        let mut file = File::create(path).map_err(bad)?;
        file.write_all(&header).map_err(bad)?;
        let (path, element) = (path.to_owned(), std::marker::PhantomData);
        Ok(Writer { path, file, start: header.len() as u64, shape, written: 0, element })
    }

    /// Writes the rows of a block, of any memory layout, after those before.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] for another number of columns or too many rows; [`ErrorKind::File`] if the file
    /// cannot be written: the same rows can then be written again.
    pub fn write(&mut self, block: &ArrayRef2<T>) -> Result<()> {
        self.put(block).named("Writer::write")
    }

    fn put(&mut self, block: &ArrayRef2<T>) -> Result<(), ErrorKind> {
        let left = self.shape.0 - self.written;
        if block.ncols() != self.shape.1 || block.nrows() > left {
            let found: [&[usize]; 2] = [block.shape(), &[left, self.shape.1]];
            return Err(ErrorKind::shape("a block of the rows and columns that are left", &found));
        }
        // after a write that failed, too, some of which may be there
        let at = self.start + (self.written * self.shape.1 * size_of::<T>()) as u64;
        self.file.seek(SeekFrom::Start(at)).map_err(|error| file_error(&self.path, error))?;
        let mut bytes = Vec::with_capacity(AT_ONCE);
        let mut elements = block.iter();
        for _ in 0..block.len().div_ceil(AT_ONCE / size_of::<T>()) {
            bytes.clear();
            for x in elements.by_ref().take(AT_ONCE / size_of::<T>()) {
                match size_of::<T>() {
                    4 => bytes.extend((x.f64() as f32).to_le_bytes()),
                    _ => bytes.extend(x.f64().to_le_bytes()),
                }
            }
            self.file.write_all(&bytes).map_err(|error| file_error(&self.path, error))?;
        }
        self.written += block.nrows();
        Ok(())
    }

    /// Ends the file, which is complete then.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if rows are missing, [`ErrorKind::File`] if the file cannot be written.
    pub fn finish(self) -> Result<()> {
        let (rows, columns) = self.shape;
        if self.written < rows {
            let found: [&[usize]; 2] = [&[self.written, columns], &[rows, columns]];
            return Err(ErrorKind::shape("all rows of the table", &found)).named("Writer::finish");
        }
        self.file.sync_all().map_err(|error| file_error(&self.path, error)).named("Writer::finish")
    }
}
