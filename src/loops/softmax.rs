//! Softmax and related functions over the lanes of contiguous memory.
//!
//! The sum of a lane is defined once, for lanes along rows and for lanes across rows: in each block of
//! `BLOCK` elements there are `PARTS` sums of every `PARTS`th exponential, in f64 and with tails where
//! needed, which are added pairwise; then the blocks are added in order. So its bits depend neither on the
//! layout nor on threads.
//!
//! Exponentials are stored multiplied by 2^`SCALE`: only the last multiplication makes a result denormal.
//!
//! Lanes are not walked by [`lanes`](super::lanes), as reductions do: a lane is read three times and written
//! twice, in the memory of the result, so that a copy of the lanes would cost more than the exponentials.
#![allow(unsafe_code)] // reads results of spans that were written

use super::elementary::{Elementary, exp_difference, fma, log1p, quotient, sum_tail};
use super::map::{CHUNK, Kernel, Span, dispatch};
use super::wide::{LANES, Pack, Plain, Vectors, Wide, exact_sum};
use super::{larger, larger_or_nan};
use crate::loops::lanes::Elements;
use crate::tuning::PARALLEL_SOFTMAX;
use crate::{Real, threads};
use std::hint::black_box;

const BLOCK: usize = 1024;
const PARTS: usize = LANES;
/// Chunks of a lane along a row whose exponentials are computed before they are added.
const KEPT: usize = 8;
/// Short lanes along rows that are processed at a time.
const GROUP: usize = 8;
/// Columns that are processed at a time if the lanes run across rows.
const STRIP: usize = 128;
/// Memory as `outer` blocks of `n` rows of `inner` elements; lanes run down the rows.
#[derive(Debug, Clone, Copy)]
pub struct Lanes {
    pub outer: usize,
    pub n: usize,
    pub inner: usize,
}

/// What to do with every element once the sum of its lane is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `exp(x) / sum(exp(x))`.
    Softmax,
    /// `x - log(sum(exp(x)))`.
    LogSoftmax,
    /// Nothing: only the logarithm of the sum is computed.
    Sum,
}

/// A sum and its tail.
#[derive(Debug, Clone, Copy)]
struct Sum(f64, f64);

impl Sum {
    const ZERO: Self = Sum(0.0, 0.0);

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        let sum = self.0 + other.0;
        Sum(sum, (self.1 + other.1) + sum_tail(self.0, other.0, sum))
    }
}

/// `N` sums with their tails.
#[derive(Debug, Clone, Copy)]
struct Sums<const N: usize> {
    sums: [f64; N],
    tails: [f64; N],
}

impl<const N: usize> Sums<N> {
    const ZERO: Self = Sums { sums: [0.0; N], tails: [0.0; N] };

    /// Adds one number to each sum from `first` on.
    #[inline(always)]
    fn add<const TAILS: bool, T: Real, const M: usize>(&mut self, first: usize, x: &[T; M]) {
        // as arrays, which the compiler turns into vectors
        let (mut sums, mut tails, mut wide) = ([0.0; M], [0.0; M], [0.0; M]);
        sums.copy_from_slice(&self.sums[first..first + M]);
        tails.copy_from_slice(&self.tails[first..first + M]);
        for (wide, x) in wide.iter_mut().zip(x) {
            *wide = x.f64();
        }
        for i in 0..M {
            let total = sums[i] + wide[i];
            if TAILS {
                tails[i] += sum_tail(sums[i], wide[i], total);
            }
            sums[i] = total;
        }
        self.sums[first..first + M].copy_from_slice(&sums);
        if TAILS {
            self.tails[first..first + M].copy_from_slice(&tails);
        }
    }

    #[inline(always)]
    fn at(&self, i: usize) -> Sum {
        Sum(self.sums[i], self.tails[i])
    }

    #[inline(always)]
    fn put(&mut self, i: usize, sum: Sum) {
        (self.sums[i], self.tails[i]) = (sum.0, sum.1);
    }
}

/// What is subtracted from the elements of a lane, and the pair by which they are then multiplied (or, for
/// logarithms, which is then subtracted).
#[derive(Debug, Clone, Copy)]
struct Scale<T> {
    shift: T,
    by: (T, T),
}

impl<T: Real + Elementary> Scale<T> {
    /// From a sum of scaled exponentials.
    #[inline(always)]
    fn new<const FMA: bool>(kind: Kind, max: T, sum: Sum) -> Self {
        let pair = |high: f64, tail: f64| {
            let by = T::of(high);
            (by, T::of((high - by.f64()) + tail))
        };
        if kind == Kind::Softmax {
            let high = sum.0 + sum.1;
            let (by, tail) = quotient::<FMA, f64>((T::UP.f64(), 0.0), (high, (sum.0 - high) + sum.1));
            return Scale { shift: max, by: pair(by, tail) };
        }
        if max.is_infinite() {
            return Scale { shift: T::zero(), by: (max, T::zero()) };
        }
        // the largest element contributes 1 to the sum
        let (high, low) = ((sum.0 - T::UP.f64()) * T::DOWN.f64(), sum.1 * T::DOWN.f64());
        let rest = high + low;
        let (by, tail) = log1p::<FMA>(rest, (high - rest) + low);
        Scale { shift: max, by: pair(by, tail) }
    }

    /// The logarithm of the sum of exponentials.
    fn log_sum(self) -> T {
        let y = self.shift + self.by.0;
        if y.is_finite() { y + (sum_tail(self.shift, self.by.0, y) + self.by.1) } else { y }
    }
}

#[inline(always)]
fn finished<const FMA: bool, T: Elementary>(kind: Kind, x: T, shift: T, by: (T, T)) -> T {
    if kind == Kind::Softmax {
        return fma::<FMA, T>(x, by.0, x * by.1) * T::DOWN;
    }
    let d = x - shift;
    let y = d - by.0;
    let tail = sum_tail(d, -by.0, y) + (sum_tail(x, -shift, d) - by.1);
    // an infinity has no tail
    if y.abs() < T::infinity() { y + tail } else { y }
}

/// Raises `max[i]` to `x[i]` if that is larger. A NaN is skipped: it shows in the sum, unless the maximum is
/// infinite.
#[inline(always)]
fn meet<T: Elementary>(max: &mut [T], x: &[T; CHUNK]) {
    for (max, &x) in max.iter_mut().zip(x) {
        *max = larger(*max, x);
    }
}

/// The exponentials of a chunk.
#[inline(always)]
fn exponentials<const FMA: bool, T: Elementary>(x: [T; CHUNK], max: &[T; CHUNK]) -> [T; CHUNK] {
    let mut e = x;
    for i in 0..CHUNK {
        e[i] = exp_difference::<FMA, T>(x[i], max[i]);
    }
    e
}

#[inline(always)]
fn max_of<T: Elementary>(span: Span<T>) -> T {
    let mut max = [T::neg_infinity(); CHUNK];
    for start in span.whole() {
        meet(&mut max, &span.read(start));
    }
    if let Some(start) = span.rest() {
        meet(&mut max, &span.read_rest(start, T::neg_infinity()));
    }
    // compilers that see the pairs split the vectors of the loop
    let mut max = black_box(max);
    for half in [8, 4, 2, 1] {
        for i in 0..half {
            max[i] = larger(max[i + half], max[i]);
        }
    }
    if max[0].is_infinite() { (0..span.len).map(|i| span.get(i)).fold(max[0], larger_or_nan) } else { max[0] }
}

/// Whether sums need tails: those of f32 are accurate enough without, except for logarithms, which need the
/// part above 1.
#[inline(always)]
fn need_tails<T: Elementary>(kind: Kind) -> bool {
    !T::NARROW || kind != Kind::Softmax
}

/// The sum over at most a block of a lane along a row.
#[inline(always)]
fn sum_of<const FMA: bool, T: Real + Elementary>(kind: Kind, span: Span<T>, max: T) -> Sum {
    if need_tails::<T>(kind) {
        sum_parts::<FMA, true, T>(kind, span, max)
    } else {
        sum_parts::<FMA, false, T>(kind, span, max)
    }
}

#[inline(always)]
fn sum_parts<const FMA: bool, const TAILS: bool, T: Real + Elementary>(
    kind: Kind,
    span: Span<T>,
    max: T,
) -> Sum {
    if FMA {
        sum_packs::<FMA, TAILS, T, <f64 as Vectors>::Registers>(kind, span, max)
    } else {
        sum_packs::<FMA, TAILS, T, Plain<f64>>(kind, span, max)
    }
}

/// As [`sum_parts`], with the sums in the vectors of a level: compilers split arrays of them.
#[inline(always)]
fn sum_packs<const FMA: bool, const TAILS: bool, T, W>(kind: Kind, span: Span<T>, max: T) -> Sum
where
    T: Real + Elementary,
    W: Wide<Number = f64, Stored = Pack<f64>>,
{
    let (mut sums, max) = ([W::splat(0.0); 2], [max; CHUNK]);
    // of several chunks before they are added: exponentials have a long latency, and overlap if little else
    // comes between
    let (mut kept, mut count) = ([[T::zero(); CHUNK]; KEPT], 0);
    for start in span.whole() {
        let e = exponentials::<FMA, T>(span.read(start), &max);
        if kind == Kind::Softmax {
            span.write(start, e);
        }
        kept[count] = e;
        count += 1;
        if count == KEPT {
            for e in &kept {
                add_chunk::<TAILS, T, W>(&mut sums, e);
            }
            count = 0;
        }
    }
    for e in &kept[..count] {
        add_chunk::<TAILS, T, W>(&mut sums, e);
    }
    if let Some(start) = span.rest() {
        let e = exponentials::<FMA, T>(span.read_rest(start, T::neg_infinity()), &max);
        add_chunk::<TAILS, T, W>(&mut sums, &e);
        if kind == Kind::Softmax {
            span.write_rest(start, e);
        }
    }
    let [mut parts, mut tails] = [Pack([0.0; PARTS]); 2];
    sums[0].store(&mut parts);
    sums[1].store(&mut tails);
    for half in [4, 2, 1] {
        for i in 0..half {
            let [low, high] = [i, i + half].map(|i| Sum(parts.0[i], tails.0[i]));
            let Sum(sum, tail) = low.plus(high);
            (parts.0[i], tails.0[i]) = (sum, tail);
        }
    }
    Sum(parts.0[0], tails.0[0])
}

/// Adds every [`PARTS`]th number to the same sum, and what is lost to its tail.
#[inline(always)]
fn add_chunk<const TAILS: bool, T, W>([sums, tails]: &mut [W; 2], x: &[T; CHUNK])
where
    T: Real,
    W: Wide<Number = f64, Stored = Pack<f64>>,
{
    for x in x.as_chunks::<PARTS>().0 {
        let mut wide = Pack([0.0; PARTS]);
        wide.0.iter_mut().zip(x).for_each(|(wide, x)| *wide = x.f64());
        let x = W::load(&wide);
        if TAILS {
            let (total, lost) = exact_sum(*sums, x);
            (*sums, *tails) = (total, tails.plus(lost));
        } else {
            *sums = sums.plus(x);
        }
    }
}

#[inline(always)]
fn finish<const FMA: bool, T: Elementary>(kind: Kind, span: Span<T>, scale: Scale<T>) {
    let (shift, by, tail) = ([scale.shift; CHUNK], [scale.by.0; CHUNK], [scale.by.1; CHUNK]);
    for start in span.whole() {
        span.write(start, finish_chunk::<FMA, T>(kind, span.read(start), &shift, &by, &tail));
    }
    if let Some(start) = span.rest() {
        let chunk = span.read_rest(start, T::zero());
        span.write_rest(start, finish_chunk::<FMA, T>(kind, chunk, &shift, &by, &tail));
    }
}

#[inline(always)]
fn finish_chunk<const FMA: bool, T: Elementary>(
    kind: Kind,
    mut x: [T; CHUNK],
    shift: &[T; CHUNK],
    by: &[T; CHUNK],
    tail: &[T; CHUNK],
) -> [T; CHUNK] {
    for j in 0..CHUNK {
        x[j] = finished::<FMA, T>(kind, x[j], shift[j], (by[j], tail[j]));
    }
    x
}

/// The span from which to read the exponentials: where they were written.
#[inline(always)]
fn written<T: Copy>(kind: Kind, span: Span<T>) -> Span<T> {
    if kind == Kind::Softmax { Span { from: span.to, ..span } } else { span }
}

/// The work of a thread. `span` holds `lanes.outer` blocks; `logs` has room for one number per lane if `kind`
/// is `Sum`.
#[derive(Debug, Clone, Copy)]
struct Job<T> {
    kind: Kind,
    span: Span<T>,
    lanes: Lanes,
    logs: Span<T>,
}

impl<T: Real + Elementary> Job<T> {
    /// The outer blocks from `start` to `end`.
    #[inline(always)]
    fn part(self, start: usize, end: usize) -> Self {
        let Lanes { n, inner, .. } = self.lanes;
        let logs =
            if self.kind == Kind::Sum { self.logs.part(start * inner, end * inner) } else { self.logs };
        let lanes = Lanes { outer: end - start, ..self.lanes };
        Job { span: self.span.part(start * n * inner, end * n * inner), lanes, logs, ..self }
    }
}

/// Lanes along rows. Short ones are processed several at a time, step by step: the end of a step, from the
/// partial sums to the inverse of the sum, has a long latency, but those of different lanes overlap.
#[inline(always)]
fn rows<const FMA: bool, T: Real + Elementary>(Job { kind, span, lanes, logs }: Job<T>) {
    let group = if lanes.n < BLOCK { GROUP } else { 1 };
    for first in (0..lanes.outer).step_by(group) {
        let count = group.min(lanes.outer - first);
        let row = |i: usize| span.part((first + i) * lanes.n, (first + i + 1) * lanes.n);
        let (mut max, mut sums) = ([T::zero(); GROUP], [Sum::ZERO; GROUP]);
        for (i, max) in max.iter_mut().enumerate().take(count) {
            *max = max_of(row(i));
        }
        for (i, (sum, &max)) in sums.iter_mut().zip(&max).enumerate().take(count) {
            let row = row(i);
            // a loop, not a closure: a closure would be compiled for the baseline
            for start in (0..row.len).step_by(BLOCK) {
                let block = row.part(start, row.len.min(start + BLOCK));
                *sum = sum.plus(sum_of::<FMA, T>(kind, block, max));
            }
        }
        for i in 0..count {
            let scale = Scale::new::<FMA>(kind, max[i], sums[i]);
            if kind == Kind::Sum {
                logs.put(first + i, scale.log_sum());
            } else {
                finish::<FMA, T>(kind, written(kind, row(i)), scale);
            }
        }
    }
}

/// Up to `STRIP` neighbouring lanes, or some of their rows.
#[derive(Debug, Clone, Copy)]
struct Strip<T> {
    kind: Kind,
    /// Begins at the first row.
    span: Span<T>,
    rows: usize,
    inner: usize,
    first: usize,
    width: usize,
}

/// The scale of each column.
#[derive(Debug, Clone, Copy)]
struct Scales<T> {
    shift: [T; STRIP],
    by: [T; STRIP],
    tail: [T; STRIP],
}

impl<T: Real + Elementary> Strip<T> {
    fn new(Job { kind, span, lanes, .. }: Job<T>, first: usize, width: usize) -> Self {
        Strip { kind, span, rows: lanes.n, inner: lanes.inner, first, width }
    }

    #[inline(always)]
    fn row(&self, i: usize) -> Span<T> {
        self.span.part(i * self.inner + self.first, i * self.inner + self.first + self.width)
    }

    #[inline(always)]
    fn block(self, i: usize) -> Self {
        let (start, end) = (i * BLOCK, self.rows.min((i + 1) * BLOCK));
        Strip { span: self.span.part(start * self.inner, end * self.inner), rows: end - start, ..self }
    }

    #[inline(always)]
    fn max(self) -> [T; STRIP] {
        let mut max = [T::neg_infinity(); STRIP];
        for i in 0..self.rows {
            let row = self.row(i);
            for start in row.whole() {
                meet(&mut max[start..start + CHUNK], &row.read(start));
            }
            if let Some(start) = row.rest() {
                meet(&mut max[start..start + CHUNK], &row.read_rest(start, T::zero()));
            }
        }
        for (j, max) in max.iter_mut().enumerate().take(self.width) {
            if max.is_infinite() {
                *max = (0..self.rows).map(|i| self.row(i).get(j)).fold(*max, larger_or_nan);
            }
        }
        max
    }

    /// The sums over at most a block of rows.
    #[inline(always)]
    fn sums<const FMA: bool>(self, max: &[T; STRIP]) -> Sums<STRIP> {
        if need_tails::<T>(self.kind) {
            self.sum_rows::<FMA, true>(max)
        } else {
            self.sum_rows::<FMA, false>(max)
        }
    }

    #[inline(always)]
    fn sum_rows<const FMA: bool, const TAILS: bool>(self, max: &[T; STRIP]) -> Sums<STRIP> {
        let mut parts = [Sums::<STRIP>::ZERO; PARTS];
        for i in 0..self.rows {
            let (row, part) = (self.row(i), &mut parts[i % PARTS]);
            for start in row.whole() {
                let e = exponentials::<FMA, T>(row.read(start), chunk_of(max, start));
                part.add::<TAILS, T, CHUNK>(start, &e);
                if self.kind == Kind::Softmax {
                    row.write(start, e);
                }
            }
            if let Some(start) = row.rest() {
                let e = exponentials::<FMA, T>(row.read_rest(start, T::zero()), chunk_of(max, start));
                part.add::<TAILS, T, CHUNK>(start, &e);
                if self.kind == Kind::Softmax {
                    row.write_rest(start, e);
                }
            }
        }
        for half in [4, 2, 1] {
            for i in 0..half {
                let (low, high) = parts.split_at_mut(i + half);
                for j in 0..STRIP {
                    low[i].put(j, low[i].at(j).plus(high[0].at(j)));
                }
            }
        }
        parts[0]
    }

    #[inline(always)]
    fn scales<const FMA: bool>(self, max: &[T; STRIP], sums: &Sums<STRIP>, logs: Span<T>) -> Scales<T> {
        let mut scales = Scales { shift: *max, by: *max, tail: *max };
        for (j, &max) in max.iter().enumerate().take(self.width) {
            let scale = Scale::new::<FMA>(self.kind, max, sums.at(j));
            (scales.shift[j], scales.by[j], scales.tail[j]) = (scale.shift, scale.by.0, scale.by.1);
            if self.kind == Kind::Sum {
                logs.put(self.first + j, scale.log_sum());
            }
        }
        scales
    }

    #[inline(always)]
    fn finish<const FMA: bool>(self, scales: &Scales<T>) {
        for i in 0..self.rows {
            let row = written(self.kind, self.row(i));
            let Scales { shift, by, tail } = scales;
            for start in row.whole() {
                let [shift, by, tail] = [shift, by, tail].map(|of| chunk_of(of, start));
                row.write(start, finish_chunk::<FMA, T>(self.kind, row.read(start), shift, by, tail));
            }
            if let Some(start) = row.rest() {
                let [shift, by, tail] = [shift, by, tail].map(|of| chunk_of(of, start));
                let chunk = row.read_rest(start, T::zero());
                row.write_rest(start, finish_chunk::<FMA, T>(self.kind, chunk, shift, by, tail));
            }
        }
    }
}

/// The chunk of a strip that begins at `start`.
#[inline(always)]
fn chunk_of<T>(strip: &[T; STRIP], start: usize) -> &[T; CHUNK] {
    &strip.as_chunks::<CHUNK>().0[start / CHUNK]
}

#[inline(always)]
fn add_block(totals: &mut Sums<STRIP>, block: &Sums<STRIP>) {
    for j in 0..STRIP {
        totals.put(j, totals.at(j).plus(block.at(j)));
    }
}

/// The `width` columns from `first` on, of one outer block.
#[inline(always)]
fn strip<const FMA: bool, T: Real + Elementary>(job: Job<T>, first: usize, width: usize) {
    let strip = Strip::new(job, first, width);
    let max = strip.max();
    let mut sums = Sums::ZERO;
    for i in 0..strip.rows.div_ceil(BLOCK) {
        add_block(&mut sums, &strip.block(i).sums::<FMA>(&max));
    }
    let scales = strip.scales::<FMA>(&max, &sums, job.logs);
    if job.kind != Kind::Sum {
        strip.finish::<FMA>(&scales);
    }
}

/// What a thread runs at a time: a job of its own, or its part of one step of lanes that several threads
/// share.
macro_rules! kernels {
    ($($name:ident<$T:ident, $FMA:ident>($($field:pat => $type:ty),*) -> $out:ty $body:block)*) => {$(
        struct $name<$T>($($type),*);

        impl<$T: Real + Elementary> Kernel for $name<$T> {
            type Output = $out;
            #[inline(always)]
            fn run<const $FMA: bool>(self) -> $out {
                let $name($($field),*) = self;
                $body
            }
        }
    )*};
}

kernels! {
    Rows<T, FMA>(job => Job<T>) -> () { rows::<FMA, T>(job) }
    Columns<T, FMA>(job => Job<T>, first => usize, width => usize) -> () { strip::<FMA, T>(job, first, width) }

    RowMax<T, FMA>(span => Span<T>) -> T { max_of(span) }
    RowSum<T, FMA>(kind => Kind, span => Span<T>, max => T) -> Sum { sum_of::<FMA, T>(kind, span, max) }
    RowScale<T, FMA>(kind => Kind, max => T, sum => Sum) -> Scale<T> { Scale::new::<FMA>(kind, max, sum) }
    RowFinish<T, FMA>(kind => Kind, span => Span<T>, scale => Scale<T>) -> () { finish::<FMA, T>(kind, span, scale) }

    StripMax<T, FMA>(strip => Strip<T>) -> [T; STRIP] { strip.max() }
    StripSums<T, FMA>(strip => Strip<T>, max => [T; STRIP]) -> Sums<STRIP> { strip.sums::<FMA>(&max) }
    StripScales<T, FMA>(strip => Strip<T>, max => [T; STRIP], sums => Vec<Sums<STRIP>>, logs => Span<T>) -> Scales<T> {
        let mut total = Sums::ZERO;
        for block in &sums {
            add_block(&mut total, block);
        }
        strip.scales::<FMA>(&max, &total, logs)
    }
    StripFinish<T, FMA>(strip => Strip<T>, scales => Scales<T>) -> () { strip.finish::<FMA>(&scales) }
}

/// One lane that threads share, block by block.
fn long_lane<T: Real + Elementary>(Job { kind, span, logs, .. }: Job<T>) {
    let blocks = span.len.div_ceil(BLOCK);
    let block = |span: Span<T>, i: usize| span.part(i * BLOCK, span.len.min((i + 1) * BLOCK));
    let maxima = threads::map(blocks, 8, &|i| dispatch(RowMax(block(span, i))));
    let max = maxima.into_iter().fold(T::neg_infinity(), larger_or_nan);
    let sums = threads::map(blocks, 8, &|i| dispatch(RowSum(kind, block(span, i), max)));
    let sum = sums.into_iter().fold(Sum::ZERO, Sum::plus);
    let scale = dispatch(RowScale(kind, max, sum));
    if kind == Kind::Sum {
        logs.put(0, scale.log_sum());
    } else {
        threads::map(blocks, 8, &|i| dispatch(RowFinish(kind, block(written(kind, span), i), scale)));
    }
}

/// Long lanes across rows, too few of them to give each thread a strip.
fn long_strip<T: Real + Elementary>(job: Job<T>, first: usize, width: usize) {
    let strip = Strip::new(job, first, width);
    let blocks = strip.rows.div_ceil(BLOCK);
    let mut max = [T::neg_infinity(); STRIP];
    for block in threads::map(blocks, 1, &|i| dispatch(StripMax(strip.block(i)))) {
        max.iter_mut().zip(block).for_each(|(max, x)| *max = larger_or_nan(*max, x));
    }
    let sums = threads::map(blocks, 1, &|i| dispatch(StripSums(strip.block(i), max)));
    let scales = dispatch(StripScales(strip, max, sums, job.logs));
    if job.kind != Kind::Sum {
        threads::map(blocks, 1, &|i| dispatch(StripFinish(strip.block(i), scales)));
    }
}

/// All lanes on one thread.
fn all<T: Real + Elementary>(job: Job<T>) {
    let Lanes { outer, inner, .. } = job.lanes;
    if inner == 1 {
        return dispatch(Rows(job));
    }
    for block in (0..outer).map(|i| job.part(i, i + 1)) {
        for first in (0..inner).step_by(STRIP) {
            dispatch(Columns(block, first, STRIP.min(inner - first)));
        }
    }
}

/// Halves the lanes until the parts are small; each part runs on any free thread.
fn split<T: Real + Elementary>(job: Job<T>) {
    let Lanes { outer, n, inner } = job.lanes;
    if job.span.len < PARALLEL_SOFTMAX {
        return all(job);
    }
    if outer > 1 && n * inner < PARALLEL_SOFTMAX {
        let (first, second) = (job.part(0, outer / 2), job.part(outer / 2, outer));
        threads::join(|| split(first), || split(second));
        return;
    }
    let strips = inner.div_ceil(STRIP);
    for block in (0..outer).map(|i| job.part(i, i + 1)) {
        let columns = |i: usize| (i * STRIP, STRIP.min(inner - i * STRIP));
        if inner == 1 {
            long_lane(block);
        } else if strips < 2 * threads::count() && n > BLOCK {
            (0..strips).map(columns).for_each(|(first, width)| long_strip(block, first, width));
        } else {
            threads::map(strips, 1, &|i| {
                let (first, width) = columns(i);
                dispatch(Columns(block, first, width));
            });
        }
    }
}

/// Returns `kind` of the lanes of `x`, which has exactly the elements of `lanes`.
pub(crate) fn lanes_to<T: Real + Elementary>(kind: Kind, x: &[T], lanes: Lanes) -> Vec<T> {
    assert_eq!(x.len(), lanes.outer * lanes.n * lanes.inner);
    let fill = |to| run(kind, Span { from: x.as_ptr(), to, len: x.len() }, lanes, to);
    // SAFETY: `run` visits all lanes and writes each of their elements, which are `x.len()`, as asserted.
    unsafe { crate::memory::written(x.len(), fill) }
}

/// Replaces the lanes of `x` by `kind` of them.
pub(crate) fn lanes_inplace<T: Real + Elementary>(kind: Kind, x: &mut [T], lanes: Lanes) {
    let to = x.as_mut_ptr();
    run(kind, Span { from: to, to, len: x.len() }, lanes, to);
}

/// The logarithms of the sums of the exponentials of the lanes of `x`.
pub(crate) fn log_sums<T: Real + Elementary>(x: &[T], lanes: Lanes) -> Vec<T> {
    if x.is_empty() {
        return vec![T::neg_infinity(); lanes.outer * lanes.inner];
    }
    // nothing is written to the span
    let span = Span { from: x.as_ptr(), to: x.as_ptr().cast_mut(), len: x.len() };
    let fill = |logs| run(Kind::Sum, span, lanes, logs);
    // SAFETY: `run` writes a logarithm for each of the outer times inner lanes.
    unsafe { crate::memory::written(lanes.outer * lanes.inner, fill) }
}

/// The logarithm of the sum of the exponentials of all elements, as one lane, for elements that are not in
/// logical order in memory.
pub(crate) fn log_sum_in_blocks<T: Real + Elementary>(x: &Elements<'_, T>) -> T {
    // nothing is written to the span
    let span = |x: &[T]| Span { from: x.as_ptr(), to: x.as_ptr().cast_mut(), len: x.len() };
    let mut max = T::neg_infinity();
    x.each_block(|block| max = larger_or_nan(max, dispatch(RowMax(span(block)))));
    let mut sum = Sum::ZERO;
    x.each_block(|block| {
        for block in block.chunks(BLOCK) {
            sum = sum.plus(dispatch(RowSum(Kind::Sum, span(block), max)));
        }
    });
    dispatch(RowScale(Kind::Sum, max, sum)).log_sum()
}

fn run<T: Real + Elementary>(kind: Kind, span: Span<T>, lanes: Lanes, logs: *mut T) {
    let count = lanes.outer * lanes.inner;
    assert_eq!(span.len, count * lanes.n);
    if span.len > 0 {
        let len = if kind == Kind::Sum { count } else { 0 };
        split(Job { kind, span, lanes, logs: Span { from: logs, to: logs, len } });
    }
}
