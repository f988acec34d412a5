//! Walks over the lanes of an array along an axis. Whatever the layout is, the closure gets slices: single
//! lanes ([`map_along`]), or [`Bundle`]s of neighbouring lanes ([`reduce_along`]), which need no copy if
//! memory runs across the lanes. Small arrays take a short path. A walk is compiled once per type of element
//! and result, not once per closure, which is called by reference.

use crate::loops::transpose::{transpose, write_columns};
use crate::memory::{check_memory, in_huge_pages, room};
use crate::tuning::SMALL_ARRAY;
use crate::{ErrorKind, Result, threads};
use ndarray::{
    Array, ArrayBase, ArrayD, ArrayRef, ArrayView, ArrayView1, ArrayView2, ArrayViewD, ArrayViewMut,
    ArrayViewMutD, Axis, Dimension, Ix2, IxDyn, RawData, RemoveAxis, s,
};
use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::sync::OnceLock;

/// Lanes that are gathered together: elements of neighbouring lanes share cache lines.
const GROUP: usize = 8;
/// Elements that are copied at a time if memory has another order than the elements: a multiple of every
/// block of sums.
const ELEMENTS: usize = 1 << 16;
/// Maximum number of elements that are gathered from neighbouring lanes for that.
const GATHERED: usize = 1 << 22;
/// Maximum number of lanes of a bundle: pages of memory, which the hardware prefetches. Minima of
/// 1024 x 4096 f32 take 0.41 ms, with half as many 0.54.
pub(crate) const WIDTH: usize = 1024;

/// Fails if the axis does not exist.
pub(crate) fn check_axis<T, D: Dimension>(x: &ArrayRef<T, D>, axis: Axis) -> Result<(), ErrorKind> {
    if axis.0 < x.ndim() { Ok(()) } else { Err(ErrorKind::axis(axis, x.ndim())) }
}

/// Fails if the axis does not exist or has length 0, even if there are no lanes: where NumPy raises an error.
pub(crate) fn check_filled<T, D: Dimension>(x: &ArrayRef<T, D>, axis: Axis) -> Result<(), ErrorKind> {
    check_axis(x, axis)?;
    if x.len_of(axis) == 0 { Err(ErrorKind::empty(x.shape())) } else { Ok(()) }
}

/// Fails if the axis does not exist or the lanes are empty. Having no lanes is no error.
pub(crate) fn check_lanes<T, D: Dimension>(x: &ArrayRef<T, D>, axis: Axis) -> Result<(), ErrorKind> {
    check_axis(x, axis)?;
    let mut others = x.shape().iter().enumerate().filter(|&(i, _)| i != axis.0);
    match x.len_of(axis) {
        0 if others.all(|(_, &n)| n > 0) => Err(ErrorKind::empty(x.shape())),
        _ => Ok(()),
    }
}

/// Returns the axes of an array with those that are named at the end.
pub(crate) fn others_first(ndim: usize, axes: &[Axis]) -> Result<Vec<usize>, ErrorKind> {
    for (i, &axis) in axes.iter().enumerate() {
        if axis.0 >= ndim {
            return Err(ErrorKind::axis(axis, ndim));
        }
        if axes[..i].contains(&axis) {
            return Err(ErrorKind::invalid("axis", format!("axis {} is there twice", axis.0)));
        }
    }
    let others = (0..ndim).filter(|&axis| !axes.contains(&Axis(axis)));
    Ok(others.chain(axes.iter().map(|axis| axis.0)).collect())
}

/// Up to [`WIDTH`] lanes of equal length.
#[derive(Debug, Clone, Copy)]
pub enum Bundle<'a, T> {
    /// A single lane.
    Lane(&'a [T]),
    /// Element i of all lanes is in row i, in the `width` columns from `start` on.
    Rows { rows: &'a [&'a [T]], start: usize, width: usize },
}

impl<'a, T> Bundle<'a, T> {
    /// Length of the lanes.
    pub(crate) fn len(self) -> usize {
        match self {
            Bundle::Lane(lane) => lane.len(),
            Bundle::Rows { rows, .. } => rows.len(),
        }
    }

    /// Number of lanes.
    pub(crate) fn width(self) -> usize {
        match self {
            Bundle::Lane(_) => 1,
            Bundle::Rows { width, .. } => width,
        }
    }

    /// Element `i` of lane `j`.
    pub(crate) fn at(self, j: usize, i: usize) -> &'a T {
        match self {
            Bundle::Lane(lane) => &lane[i],
            Bundle::Rows { rows, start, .. } => &rows[i][start + j],
        }
    }

    /// Iterates over lane `j`.
    pub(crate) fn lane(self, j: usize) -> impl Iterator<Item = &'a T> {
        let (lane, rows, column) = match self {
            Bundle::Lane(lane) => (lane, [].as_slice(), 0),
            Bundle::Rows { rows, start, .. } => ([].as_slice(), rows, start + j),
        };
        lane.iter().chain(rows.iter().map(move |row| &row[column]))
    }
}

/// What is summed: neighbouring lanes, or all elements of an array in logical order, without a copy of the
/// whole array.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a, T> {
    Lanes(Bundle<'a, T>),
    Whole(&'a ArrayRef<T, IxDyn>),
}

impl<'a, T> From<Bundle<'a, T>> for Source<'a, T> {
    fn from(lanes: Bundle<'a, T>) -> Self {
        Source::Lanes(lanes)
    }
}

impl<'a, T: Copy> Source<'a, T> {
    /// Length of the lanes.
    pub(crate) fn len(self) -> usize {
        match self {
            Source::Lanes(lanes) => lanes.len(),
            Source::Whole(x) => x.len(),
        }
    }

    /// Number of lanes.
    pub(crate) fn width(self) -> usize {
        match self {
            Source::Lanes(lanes) => lanes.width(),
            Source::Whole(_) => 1,
        }
    }

    /// Iterates over lane `j`.
    pub(crate) fn lane(self, j: usize) -> impl Iterator<Item = &'a T> {
        let (lanes, x) = match self {
            Source::Lanes(lanes) => (Some(lanes.lane(j)), None),
            Source::Whole(x) => (None, Some(x.iter())),
        };
        lanes.into_iter().flatten().chain(x.into_iter().flatten())
    }
}

/// Element `i` in logical order.
pub(crate) fn nth<T: Copy>(x: &ArrayRef<T, IxDyn>, mut i: usize) -> T {
    let mut index = IxDyn::zeros(x.ndim());
    for axis in (0..x.ndim()).rev() {
        index[axis] = i % x.shape()[axis];
        i /= x.shape()[axis];
    }
    x[index]
}

/// Fails for a broadcast view whose elements would not fit into memory if they were all stored: a pass over
/// them would take years.
pub(crate) fn check_extent<T, D: Dimension>(x: &ArrayRef<T, D>) -> Result<(), ErrorKind> {
    let repeats = x.shape().iter().zip(x.strides()).any(|(&n, &stride)| n > 1 && stride == 0);
    if repeats { check_memory::<T>(x.len()) } else { Ok(()) }
}

/// All elements of an array with any number of axes.
#[derive(Debug)]
pub enum Elements<'a, T> {
    /// In logical order in memory.
    Slice(&'a [T]),
    /// In another order.
    View(ArrayViewD<'a, T>),
}

impl<'a, T: Copy> Elements<'a, T> {
    #[inline]
    pub(crate) fn new<D: Dimension>(x: &'a ArrayRef<T, D>) -> Self {
        match x.as_slice() {
            Some(x) => Elements::Slice(x),
            None => Elements::View(x.view().into_dyn()),
        }
    }

    /// Fails if [`check_extent`] does.
    pub(crate) fn check(&self) -> Result<(), ErrorKind> {
        match self {
            Elements::Slice(_) => Ok(()),
            Elements::View(x) => check_extent(x),
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Elements::Slice(x) => x.len(),
            Elements::View(x) => x.len(),
        }
    }

    /// All elements in logical order; a copy if memory has another order.
    #[inline]
    pub(crate) fn in_order(&self) -> Result<Cow<'a, [T]>, ErrorKind> {
        match self {
            Elements::Slice(x) => Ok(Cow::Borrowed(x)),
            x => {
                let mut all = room(x.len())?;
                x.each_block(|block| all.extend_from_slice(block));
                Ok(Cow::Owned(all))
            }
        }
    }

    /// The elements without the repetitions of a broadcast view: the first occurrences, in order.
    pub(crate) fn distinct(&self) -> Elements<'a, T> {
        match self {
            Elements::Slice(x) => Elements::Slice(x),
            Elements::View(x) => {
                let mut x = x.clone();
                for axis in (0..x.ndim()).map(Axis) {
                    if x.stride_of(axis) == 0 && x.len_of(axis) > 1 {
                        x.collapse_axis(axis, 0);
                    }
                }
                match x.to_slice() {
                    Some(x) => Elements::Slice(x),
                    None => Elements::View(x),
                }
            }
        }
    }

    /// Calls `f` with the elements as a source of sums, in logical order.
    pub(crate) fn summed<R>(&self, f: impl FnOnce(Source<'_, T>) -> R) -> Result<R, ErrorKind> {
        self.check()?;
        Ok(match self {
            Elements::Slice(x) => f(Bundle::Lane(x).into()),
            Elements::View(x) if x.len() <= ELEMENTS => f(Bundle::Lane(&in_order(x)?).into()),
            Elements::View(x) => f(Source::Whole(x)),
        })
    }

    /// Calls `f` with the elements in logical order: all at once, or block by block if memory has another
    /// order.
    pub(crate) fn each_block(&self, mut f: impl FnMut(&[T])) {
        match self {
            Elements::Slice(x) => f(x),
            Elements::View(x) => each_block_of_view(x, &mut f),
        }
    }
}

fn each_block_of_view<T: Copy>(x: &ArrayViewD<'_, T>, f: &mut dyn FnMut(&[T])) {
    let mut block = Vec::with_capacity(ELEMENTS.min(x.len()));
    let mut put = |mut part: &[T]| {
        while !part.is_empty() {
            let (now, later) = part.split_at(part.len().min(ELEMENTS - block.len()));
            block.extend_from_slice(now);
            part = later;
            if block.len() == ELEMENTS {
                f(&block);
                block.clear();
            }
        }
    };
    match x.ndim().checked_sub(1).map(Axis) {
        // several lanes together, unless their copy is too long
        Some(last) if x.len_of(last) <= GATHERED / GROUP => {
            each_group(x.view(), last, &mut |_, lanes| put(lanes));
        }
        Some(last) => {
            for lane in x.lanes(last) {
                for part in lane.axis_chunks_iter(Axis(0), ELEMENTS) {
                    match part.as_slice() {
                        Some(part) => put(part),
                        None => put(&part.to_vec()),
                    }
                }
            }
        }
        None => x.iter().for_each(|&x| put(&[x])),
    }
    if !block.is_empty() {
        f(&block);
    }
}

/// All elements in logical order; a copy if memory has another order.
pub(crate) fn in_order<'a, T: Copy, D: Dimension>(x: &'a ArrayRef<T, D>) -> Result<Cow<'a, [T]>, ErrorKind> {
    Elements::new(x).in_order()
}

/// The lanes of an array along an axis.
#[derive(Debug, Clone)]
pub enum Along<'a, T> {
    /// Of a few elements in C order: the length of the lanes, and the distance of their elements in memory.
    Few { x: &'a [T], len: usize, step: usize },
    /// Of any array.
    Any(ArrayViewD<'a, T>, Axis),
}

impl<'a, T: Copy> Along<'a, T> {
    /// The axis must exist.
    #[inline]
    pub(crate) fn new<D: Dimension>(x: &'a ArrayRef<T, D>, axis: Axis) -> Self {
        match x.as_slice() {
            Some(few) if (1..=SMALL_ARRAY).contains(&few.len()) => {
                Along::Few { x: few, len: x.len_of(axis), step: x.shape()[axis.0 + 1..].iter().product() }
            }
            _ => Along::Any(x.view().into_dyn(), axis),
        }
    }

    /// Length of the lanes.
    pub(crate) fn len(&self) -> usize {
        match self {
            Along::Few { len, .. } => *len,
            Along::Any(x, axis) => x.len_of(*axis),
        }
    }
}

/// The results for the lanes of `x` along `axis`, in the shape of `x` without that axis.
#[inline]
pub(crate) fn shaped<T, R, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    axis: Axis,
    results: Vec<R>,
) -> Array<R, D::Smaller> {
    Array::from_shape_vec(x.raw_dim().remove_axis(axis), results)
        .unwrap_or_else(|_| unreachable!("there is a result for every lane"))
}

/// The results for the lanes of `x` along `axis`, in the shape of `x` with length `len` along that axis.
#[inline]
pub(crate) fn reshaped<T, R, D: Dimension>(
    x: &ArrayRef<T, D>,
    axis: Axis,
    len: usize,
    results: Vec<R>,
) -> Array<R, D> {
    let mut dim = x.raw_dim();
    dim[axis.0] = len;
    Array::from_shape_vec(dim, results)
        .unwrap_or_else(|_| unreachable!("there are as many results for every lane"))
}

/// Computes several results for each lane of `x` along `axis` by `work`: as many as `len` returns for the
/// length of the lanes.
#[inline]
pub(crate) fn mapped<T: Copy, R, D: Dimension>(
    x: &ArrayRef<T, D>,
    axis: Axis,
    len: impl FnOnce(usize) -> Result<usize, ErrorKind>,
    work: impl FnOnce(Along<'_, T>) -> Result<Vec<R>, ErrorKind>,
) -> Result<Array<R, D>, ErrorKind> {
    check_axis(x, axis)?;
    let len = len(x.len_of(axis))?;
    Ok(reshaped(x, axis, len, work(Along::new(x, axis))?))
}

/// The work on one or several lanes: fills a result for each.
pub(crate) type Reduce<'f, T, R> = dyn Fn(Bundle<'_, T>, &mut [R]) + Sync + 'f;
/// The work on lanes of this length, one after the other: fills a result for each.
pub(crate) type Contiguous<'f, T, R> = dyn Fn(&[T], usize, &mut [R]) + Sync + 'f;
/// The work on one lane: fills its results.
pub(crate) type Map<'f, T, R> = dyn FnMut(&[T], &mut [R]) + 'f;
/// Walks some lanes with the given closure, which may keep buffers from lane to lane.
pub(crate) type Walk<'f, T, R> = dyn FnMut(&mut Map<'_, T, R>) + 'f;

/// Returns the result of `work` for every lane of `x`, in C order. `work` gets one result to fill for each
/// lane of the bundle.
///
/// `grain` is the number of elements of `x` from which on a second thread pays.
pub(crate) fn reduce_along<T, R>(
    x: Along<'_, T>,
    grain: usize,
    work: &Reduce<'_, T, R>,
) -> Result<Vec<R>, ErrorKind>
where
    T: Copy + Send + Sync,
    R: Copy + Default + Send + Sync,
{
    reduce(x, grain, work, None)
}

/// As [`reduce_along`]. Contiguous lanes of these lengths go to `lanes`, as many as there are at a time:
/// short ones take less time than as many calls of `work`.
pub(crate) fn reduce_lanes_along<T, R>(
    x: Along<'_, T>,
    grain: usize,
    work: &Reduce<'_, T, R>,
    lengths: RangeInclusive<usize>,
    lanes: &Contiguous<'_, T, R>,
) -> Result<Vec<R>, ErrorKind>
where
    T: Copy + Send + Sync,
    R: Copy + Default + Send + Sync,
{
    let short = lengths.contains(&x.len());
    reduce(x, grain, work, short.then_some(lanes))
}

fn reduce<T, R>(
    x: Along<'_, T>,
    grain: usize,
    work: &Reduce<'_, T, R>,
    lanes: Option<&Contiguous<'_, T, R>>,
) -> Result<Vec<R>, ErrorKind>
where
    T: Copy + Send + Sync,
    R: Copy + Default + Send + Sync,
{
    match x {
        Along::Few { x, len, step } => {
            let mut out = vec![R::default(); x.len() / len];
            if let (1, Some(lanes)) = (step, lanes) {
                lanes(x, len, &mut out);
                return Ok(out);
            }
            few_lanes(x, len, step, &mut out, 1, &mut |lane, out| work(Bundle::Lane(lane), out));
            Ok(out)
        }
        Along::Any(x, axis) => {
            let mut out = result(&x, axis, 1)?;
            reduce_any(x, axis, out.view_mut(), grain, work, lanes)?;
            Ok(out.into_raw_vec_and_offset().0)
        }
    }
}

/// Returns `len` results for every lane of `x`, in C order. `start` is called for a part of the lanes: it
/// calls the walk over them with the closure for each lane.
///
/// `grain` is the number of elements of `x` from which on a second thread pays.
pub(crate) fn map_along<T, R>(
    x: Along<'_, T>,
    len: usize,
    grain: usize,
    start: &(dyn Fn(&mut Walk<'_, T, R>) + Sync),
) -> Result<Vec<R>, ErrorKind>
where
    T: Copy + Send + Sync,
    R: Copy + Default + Send + Sync,
{
    match x {
        Along::Few { x, len: n, step } => {
            let lanes = x.len() / n;
            check_memory::<R>(lanes.saturating_mul(len))?;
            let mut out = vec![R::default(); lanes * len];
            start(&mut |work| few_lanes(x, n, step, &mut out, len, work));
            Ok(out)
        }
        Along::Any(x, axis) => {
            check_extent(&x)?;
            let mut out = result(&x, axis, len)?;
            if !out.is_empty() {
                let lanes = out.len() / len;
                check_group(&x, axis, lanes)?;
                if axis.0 + 1 < x.ndim() {
                    check_memory::<R>(len.saturating_mul(lanes.min(GROUP)))?; // results before they are scattered
                }
                split(x, out.view_mut(), axis, grain, &|x, mut out| {
                    start(&mut |work| in_groups(x.view(), out.view_mut(), axis, work));
                });
            }
            Ok(out.into_raw_vec_and_offset().0)
        }
    }
}

/// Returns `len` results for every lane of `x`, as [`map_along`] does, by work that may fail for want of
/// memory. It gets a spare value, which it may keep from lane to lane.
pub(crate) fn try_map_along<T, R, S: Default>(
    x: Along<'_, T>,
    len: usize,
    grain: usize,
    work: impl Fn(&[T], &mut [R], &mut S) -> Result<(), ErrorKind> + Sync,
) -> Result<Vec<R>, ErrorKind>
where
    T: Copy + Send + Sync,
    R: Copy + Default + Send + Sync,
{
    let failure = OnceLock::new();
    let out = map_along(x, len, grain, &|walk| {
        let mut spare = S::default();
        walk(&mut |lane, out| {
            if let Err(error) = work(lane, out, &mut spare) {
                failure.get_or_init(|| error);
            }
        });
    })?;
    failure.into_inner().map_or(Ok(out), Err)
}

/// Walks one by one the lanes of `n` elements, which are `step` apart, with `len` results each.
fn few_lanes<T: Copy, R: Copy + Default>(
    x: &[T],
    n: usize,
    step: usize,
    out: &mut [R],
    len: usize,
    work: &mut Map<'_, T, R>,
) {
    if len == 0 {
        return;
    }
    if step == 1 {
        return x.chunks_exact(n).zip(out.chunks_exact_mut(len)).for_each(|(lane, out)| work(lane, out));
    }
    const SHORT: usize = 16;
    let (mut short, mut long, mut result) = ([x[0]; SHORT], Vec::new(), Vec::new());
    let lane = if n <= SHORT {
        &mut short[..n]
    } else {
        long.resize(n, x[0]);
        &mut long
    };
    for (x, out) in x.chunks_exact(n * step).zip(out.chunks_exact_mut(len * step)) {
        for j in 0..step {
            lane.iter_mut().zip(x[j..].iter().step_by(step)).for_each(|(to, &x)| *to = x);
            if len == 1 {
                work(lane, &mut out[j..=j]);
                continue;
            }
            result.resize(len, R::default());
            work(lane, &mut result);
            out[j..].iter_mut().step_by(step).zip(&result).for_each(|(out, &x)| *out = x);
        }
    }
}

/// Fails if there is no memory for a group of these lanes, which are gathered unless they are contiguous.
fn check_group<T>(x: &ArrayViewD<'_, T>, axis: Axis, lanes: usize) -> Result<(), ErrorKind> {
    if x.stride_of(axis) == 1 {
        return Ok(());
    }
    check_memory::<T>(x.len_of(axis).saturating_mul(lanes.min(GROUP)))
}

/// Fills the results, one for each lane along `axis`.
fn reduce_any<T, R>(
    x: ArrayViewD<'_, T>,
    axis: Axis,
    mut out: ArrayViewMutD<'_, R>,
    grain: usize,
    work: &Reduce<'_, T, R>,
    lanes: Option<&Contiguous<'_, T, R>>,
) -> Result<(), ErrorKind>
where
    T: Copy + Send + Sync,
    R: Copy + Default + Send + Sync,
{
    check_extent(&x)?;
    let n = x.len_of(axis);
    if n == 0 {
        out.iter_mut().for_each(|result| work(Bundle::Lane(&[]), std::slice::from_mut(result)));
    } else if !out.is_empty() {
        // in Fortran order, memory runs across the first axes
        let last = x.ndim() - 1;
        let fortran = x.strides()[0].unsigned_abs() < x.strides()[last].unsigned_abs();
        let (x, out, axis) = if fortran {
            (x.reversed_axes(), out.reversed_axes(), Axis(last - axis.0))
        } else {
            (x, out, axis)
        };
        match x.to_slice() {
            Some(x) if axis.0 == last => in_lanes(x, n, out, grain, work, lanes),
            _ => {
                check_group(&x, axis, out.len())?;
                if x.stride_of(axis) != 1 {
                    check_memory::<&[T]>(n)?; // the rows of a bundle
                }
                in_bundles(x, out, axis, grain, work);
            }
        }
    }
    Ok(())
}

/// Allocates a result with the shape of `x`, with length `len` along `axis`.
fn result<T, R: Copy + Default>(
    x: &ArrayViewD<'_, T>,
    axis: Axis,
    len: usize,
) -> Result<ArrayD<R>, ErrorKind> {
    let mut dim = x.raw_dim();
    dim[axis.0] = len;
    new(dim)
}

/// Allocates an array to be filled, in C order. If it has no elements, its other axes may have any length
/// that an array can have: whoever walks over them must first ask whether it is empty.
pub(crate) fn new<R: Copy + Default, D: Dimension>(dim: D) -> Result<Array<R, D>, ErrorKind> {
    check_new::<R, D>(&dim)?;
    let mut out = Array::from_elem(dim, R::default());
    if let Some(out) = out.as_slice_mut() {
        in_huge_pages(out);
    }
    Ok(out)
}

/// Fails if a new array cannot be allocated.
pub(crate) fn check_new<R, D: Dimension>(dim: &D) -> Result<(), ErrorKind> {
    let filled = dim.slice().iter().filter(|&&n| n != 0);
    let size = filled.fold(1usize, |size, &n| size.saturating_mul(n));
    if size > isize::MAX as usize {
        return Err(ErrorKind::TooLarge { dim: size });
    }
    if !dim.slice().contains(&0) {
        check_memory::<R>(size)?;
    }
    Ok(())
}

/// Converts the result of code that is compiled once for any number of axes back to the array's own dimension
/// type.
pub(crate) fn typed<R, D: Dimension>(x: ArrayD<R>) -> Array<R, D> {
    x.into_dimensionality().unwrap_or_else(|_| unreachable!("the axes are those of the argument"))
}

/// The work on a part of an array and the same part of another one.
type Leaf<'f, T, R, D> = dyn Fn(ArrayView<'_, T, D>, ArrayViewMut<'_, R, D>) + Sync + 'f;

/// Halves the longest other axis until the parts are small; each part runs on any free thread.
pub(crate) fn split<T: Sync, R: Send, D: Dimension>(
    x: ArrayView<'_, T, D>,
    out: ArrayViewMut<'_, R, D>,
    axis: Axis,
    grain: usize,
    leaf: &Leaf<'_, T, R, D>,
) {
    let others = (0..x.ndim()).filter(|&other| other != axis.0);
    let longest = others.max_by_key(|&other| x.len_of(Axis(other))).map(Axis);
    match longest {
        Some(longest) if x.len() >= grain && x.len_of(longest) >= 2 => {
            // at a multiple of the group, so that no group is cut in two
            let half = x.len_of(longest) / 2;
            let half = if half > GROUP { half.next_multiple_of(GROUP) } else { half };
            let ((x0, x1), (out0, out1)) = (x.split_at(longest, half), out.split_at(longest, half));
            threads::join(|| split(x0, out0, axis, grain, leaf), || split(x1, out1, axis, grain, leaf));
        }
        _ => leaf(x, out),
    }
}

/// Works on contiguous lanes, with one result each.
fn in_lanes<T: Sync, R: Send>(
    x: &[T],
    n: usize,
    mut out: ArrayViewMutD<'_, R>,
    grain: usize,
    work: &Reduce<'_, T, R>,
    lanes: Option<&Contiguous<'_, T, R>>,
) {
    let one = |(lane, result): (&[T], &mut R)| work(Bundle::Lane(lane), std::slice::from_mut(result));
    let all = |x: &[T], out: &mut [R]| match lanes {
        Some(lanes) => lanes(&x[..out.len() * n], n, out),
        None => x.chunks_exact(n).zip(out).for_each(one),
    };
    match out.as_slice_mut() {
        Some(out) if threads::share(x.len(), grain) => {
            let some = (grain / 4).div_ceil(n);
            threads::each_chunk(out, some, &|i, out| all(&x[i * some * n..], out));
        }
        Some(out) => all(x, out),
        None => x.chunks_exact(n).zip(out.iter_mut()).for_each(one),
    }
}

fn in_bundles<T: Copy + Send + Sync, R: Copy + Default + Send + Sync>(
    x: ArrayViewD<'_, T>,
    mut out: ArrayViewMutD<'_, R>,
    axis: Axis,
    grain: usize,
    work: &Reduce<'_, T, R>,
) {
    if x.ndim() == 1 || x.stride_of(axis) == 1 {
        return split(x, out, axis, grain, &|x, mut out| {
            let mut results = out.iter_mut();
            each_group(x, axis, &mut |n, lanes| {
                for (lane, result) in lanes.chunks_exact(n).zip(results.by_ref()) {
                    work(Bundle::Lane(lane), std::slice::from_mut(result));
                }
            });
        });
    }
    let table = as_table(&x, axis);
    let rows: Option<Vec<&[T]>> =
        table.as_ref().and_then(|table| table.axis_iter(axis).map(|row| row.to_slice()).collect());
    if let (Some(rows), Some(across)) = (rows, out.as_slice_mut()) {
        let shared = threads::share(x.len(), grain);
        let each = if shared { across.len().div_ceil(threads::count()) } else { across.len() };
        let most = each.clamp(WIDTH / 2, WIDTH);
        // strips of equal width, so that no thread gets only a small rest
        let width = across.len().div_ceil(across.len().div_ceil(most));
        let strip = |i, results: &mut [R]| {
            work(Bundle::Rows { rows: &rows, start: i * width, width: results.len() }, results);
        };
        if shared {
            threads::each_chunk(across, width, &strip);
        } else {
            across.chunks_mut(width).enumerate().for_each(|(i, results)| strip(i, results));
        }
        return;
    }
    let outer = Axis(usize::from(axis.0 == 0));
    let n = x.len_of(outer);
    if x.len() >= grain && n >= 2 {
        let ((x0, x1), (out0, out1)) = (x.split_at(outer, n / 2), out.split_at(outer, n / 2));
        threads::join(|| in_bundles(x0, out0, axis, grain, work), || in_bundles(x1, out1, axis, grain, work));
    } else {
        let axis = Axis(axis.0 - usize::from(outer.0 < axis.0));
        for (x, out) in x.axis_iter(outer).zip(out.axis_iter_mut(outer)) {
            in_bundles(x, out, axis, usize::MAX, work);
        }
    }
}

/// The array with all axes except `axis` merged into one, if its layout allows that.
fn as_table<'a, T>(x: &ArrayViewD<'a, T>, axis: Axis) -> Option<ArrayView2<'a, T>> {
    let table = match (x.ndim(), axis.0) {
        (2, _) => x.clone().into_dimensionality(),
        (_, 0) => x.clone().into_shape_with_order((x.len_of(axis), x.len() / x.len_of(axis))),
        _ => return None,
    };
    table.ok()
}

/// Fills the results of each lane, a group of lanes at a time.
fn in_groups<T: Copy, R: Copy + Default>(
    x: ArrayViewD<'_, T>,
    mut out: ArrayViewMutD<'_, R>,
    axis: Axis,
    work: &mut Map<'_, T, R>,
) {
    let last = x.ndim() - 1;
    if last > 1 && axis.0 < last && x.len_of(Axis(last)) >= GROUP {
        // tables, whose columns are copied together
        let outer = Axis(usize::from(axis.0 == 0));
        let axis = Axis(axis.0 - usize::from(outer.0 < axis.0));
        for (x, out) in x.axis_iter(outer).zip(out.axis_iter_mut(outer)) {
            in_groups(x, out, axis, work);
        }
        return;
    }
    if last != 1 {
        return groups(x, out, axis, work);
    }
    // the lanes of a 2-D view are iterated faster
    if let (Ok(x), Ok(out)) = (x.into_dimensionality::<Ix2>(), out.into_dimensionality::<Ix2>()) {
        groups(x, out, axis, work);
    }
}

fn groups<T: Copy, R: Copy + Default, D: Dimension>(
    x: ArrayView<'_, T, D>,
    mut out: ArrayViewMut<'_, R, D>,
    axis: Axis,
    work: &mut Map<'_, T, R>,
) {
    let n = out.len_of(axis);
    if axis.0 + 1 == x.ndim()
        && let (Some(x), Some(out)) = (x.as_slice(), out.as_slice_mut())
    {
        let lanes = x.chunks_exact(x.len() / (out.len() / n));
        return lanes.zip(out.chunks_exact_mut(n)).for_each(|(lane, out)| work(lane, out));
    }
    let mut results = Vec::new();
    if let Some(mut table) = columns_of(out.view_mut(), axis) {
        let mut parts = table.axis_chunks_iter_mut(Axis(1), GROUP);
        let (mut part, mut filled) = (parts.next(), 0);
        each_group(x, axis, &mut |len, lanes| {
            for lane in lanes.chunks_exact(len) {
                let Some(columns) = &mut part else { return };
                // `work` overwrites all of it
                results.resize(n * columns.ncols(), R::default());
                work(lane, &mut results[filled * n..][..n]);
                filled += 1;
                if filled == columns.ncols() {
                    write_columns(&results, columns.view_mut());
                    (part, filled) = (parts.next(), 0);
                }
            }
        });
        return;
    }
    let mut outs = out.lanes_mut(axis).into_iter();
    each_group(x, axis, &mut |len, lanes| {
        for (lane, mut out) in lanes.chunks_exact(len).zip(&mut outs) {
            match out.as_slice_mut() {
                Some(out) => work(lane, out),
                None => {
                    results.resize(n, R::default());
                    work(lane, &mut results);
                    out.iter_mut().zip(&results).for_each(|(out, &x)| *out = x);
                }
            }
        }
    });
}

/// Returns a matrix whose columns are the lanes along `axis`, if neighbouring ones are neighbours in memory
/// and their own elements are not.
fn columns_of<S: RawData, D: Dimension>(x: ArrayBase<S, D>, axis: Axis) -> Option<ArrayBase<S, Ix2>> {
    let x = x.into_dimensionality::<Ix2>().ok()?;
    let x = if axis.0 == 0 { x } else { x.reversed_axes() };
    (x.strides()[1] == 1 && x.strides()[0] != 1 && x.ncols() > 1).then_some(x)
}

/// Calls `f` with the length of the lanes of `x` along `axis` and several lanes, one after the other.
fn each_group<T: Copy, D: Dimension>(x: ArrayView<'_, T, D>, axis: Axis, f: &mut dyn FnMut(usize, &[T])) {
    let n = x.len_of(axis);
    if n == 0 {
        return;
    }
    let mut buffer: Vec<T> = Vec::new();
    if n > 1
        && let Some(table) = columns_of(x.view(), axis)
    {
        for columns in table.axis_chunks_iter(Axis(1), GROUP) {
            buffer.resize(n * columns.ncols(), columns[(0, 0)]);
            let row = |i| columns.row(i).to_slice().unwrap_or_else(|| unreachable!("rows have no gaps"));
            transpose((n, columns.ncols()), row, &mut buffer);
            f(n, &buffer);
        }
        return;
    }
    let mut group: Vec<ArrayView1<'_, T>> = Vec::with_capacity(GROUP);
    let mut lanes = x.lanes(axis).into_iter();
    loop {
        group.clear();
        group.extend(lanes.by_ref().take(GROUP));
        match group.first() {
            None => return,
            Some(first) if n == 1 || first.stride_of(Axis(0)) == 1 => {
                group.iter().filter_map(|lane| lane.to_slice()).for_each(|lane| f(n, lane));
            }
            Some(_) => {
                gather(&group, &mut buffer);
                f(n, &buffer);
            }
        }
    }
}

/// Rows that are walked together, one group of columns after the other: neighbouring groups share pages of
/// memory, and cache lines.
const ROWS: usize = 1 << 10;

/// Calls `f` with each column of a table and the state that belongs to it: from top to bottom, a part of the
/// column at a time. There are as many states as columns.
///
/// `grain` is the number of elements of `x` from which on a second thread pays.
pub(crate) fn fold_columns<T: Copy + Sync, S: Send>(
    x: ArrayView2<'_, T>,
    states: &mut [S],
    grain: usize,
    f: &(dyn Fn(&[T], &mut S) + Sync),
) -> Result<(), ErrorKind> {
    check_extent(&x)?;
    if x.is_empty() {
        return Ok(());
    }
    let walk = |x: ArrayView2<'_, T>, states: &mut [S]| {
        for x in x.axis_chunks_iter(Axis(0), ROWS) {
            let mut states = states.iter_mut();
            each_group(x, Axis(0), &mut |n, lanes| {
                lanes.chunks_exact(n).zip(states.by_ref()).for_each(|(lane, state)| f(lane, state));
            });
        }
    };
    if !threads::share(x.len(), grain) {
        walk(x, states);
        return Ok(());
    }
    // whole groups, if there are enough of them: their columns share cache lines
    let each = states.len().div_ceil(threads::count());
    let width = if each > GROUP { (each / 4).max(1).next_multiple_of(GROUP) } else { each };
    threads::each_chunk(states, width, &|i, states| {
        let start = i * width;
        walk(x.slice(s![.., start..start + states.len()]), states);
    });
    Ok(())
}

/// Elements of a lane that are copied at once: the first-level cache still holds the lines that the lanes of
/// a group share.
const TILE: usize = 512;

/// Copies the lanes of a group, one after the other.
fn gather<T: Copy>(group: &[ArrayView1<'_, T>], buffer: &mut Vec<T>) {
    let n = group[0].len();
    buffer.resize(n * group.len(), group[0][0]);
    if n <= TILE {
        let lanes = group.iter().zip(buffer.chunks_exact_mut(n));
        return lanes.for_each(|(x, out)| out.iter_mut().zip(x).for_each(|(out, &x)| *out = x));
    }
    for start in (0..n).step_by(TILE) {
        let end = n.min(start + TILE);
        for (x, out) in group.iter().zip(buffer.chunks_exact_mut(n)) {
            out[start..end].iter_mut().zip(x.slice(s![start..end])).for_each(|(out, &x)| *out = x);
        }
    }
}
