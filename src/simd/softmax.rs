//! Softmax and its kin over the lanes of contiguous memory.
//!
//! The sum of a lane is defined once, for lanes that lie in a row and for those that lie across: blocks of `BLOCK`
//! elements, in each of them `PARTS` sums of every `PARTS`th exponential, all with their tails and added in order. So its
//! bits depend neither on the layout nor on threads.

use super::elementary::{Elementary, exp_difference, fma, quotient, sum_tail};
use super::map::{CHUNK, Span};
use crate::Real;
use multiversion::{multiversion, target::target_cfg_f};
use rayon::prelude::*;

const BLOCK: usize = 4096;
const PARTS: usize = 8;
/// Columns that are worked on at a time, where lanes lie across.
const STRIP: usize = 128;
/// From how many elements on a second thread pays.
const PARALLEL: usize = 1 << 16;

/// Memory as `outer` blocks of `n` rows of `inner` elements; lanes run down the rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lanes {
    pub outer: usize,
    pub n: usize,
    pub inner: usize,
}

/// What to do with every element, once the sum of its lane is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `exp(x) / sum(exp(x))`.
    Softmax,
    /// Its logarithm.
    LogSoftmax,
    /// Nothing: only the logarithm of the sum is wanted.
    Sum,
}

/// A sum and its tail.
#[derive(Debug, Clone, Copy)]
struct Sum<T>(T, T);

impl<T: Elementary> Sum<T> {
    #[inline(always)]
    fn add(&mut self, x: T, tail: T) {
        let sum = self.0 + x;
        self.1 = self.1 + (sum_tail(self.0, x, sum) + tail);
        self.0 = sum;
    }

    fn total(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut total = Sum(T::zero(), T::zero());
        parts.into_iter().for_each(|part| total.add(part.0, part.1));
        total
    }
}

/// What is subtracted from the elements of a lane, and what of the sum they are divided by (or, for logarithms, what is
/// subtracted then), as a pair.
#[derive(Debug, Clone, Copy)]
struct Scale<T> {
    shift: T,
    by: (T, T),
}

impl<T: Real + Elementary> Scale<T> {
    #[inline(always)]
    fn new<const FMA: bool>(kind: Kind, max: T, sum: Sum<T>) -> Self {
        if kind == Kind::Softmax {
            let high = sum.0 + sum.1;
            let by = quotient::<FMA, T>((T::one(), T::zero()), (high, (sum.0 - high) + sum.1));
            return Scale { shift: max, by };
        }
        if max.is_infinite() {
            return Scale { shift: T::zero(), by: (max, T::zero()) };
        }
        // the largest element adds 1 to the sum
        let (high, low) = ((sum.0 - T::one()).f64(), sum.1.f64());
        let rest = high + low;
        let log = rest.ln_1p();
        let by = T::of(log);
        Scale { shift: max, by: (by, T::of((log - by.f64()) + ((high - rest) + low) / (1.0 + rest))) }
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
        return fma::<FMA, T>(x, by.0, x * by.1);
    }
    let d = x - shift;
    let y = d - by.0;
    let tail = sum_tail(d, -by.0, y) + (sum_tail(x, -shift, d) - by.1);
    // the tail of an infinity is none
    if y.abs() < T::infinity() { y + tail } else { y }
}

/// The larger one; NaN if either is.
#[inline(always)]
fn larger<T: Elementary>(max: T, x: T) -> T {
    if max >= x || max.is_nan() { max } else { x }
}

#[inline(always)]
fn max_of<T: Elementary>(span: Span<T>) -> T {
    let mut max = [T::neg_infinity(); CHUNK];
    for start in (0..span.len).step_by(CHUNK) {
        for (max, x) in max.iter_mut().zip(span.read(start, T::neg_infinity())) {
            *max = larger(*max, x);
        }
    }
    max.into_iter().fold(T::neg_infinity(), larger)
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

/// Adds numbers to sums with tails, side by side.
#[inline(always)]
fn add_to<T: Elementary>(sums: &mut [T], tails: &mut [T], x: &[T]) {
    for ((sum, tail), &x) in sums.iter_mut().zip(tails).zip(x) {
        let total = *sum + x;
        *tail = *tail + sum_tail(*sum, x, total);
        *sum = total;
    }
}

/// The sum over at most a block of a lane that lies in a row.
#[inline(always)]
fn sum_of<const FMA: bool, T: Elementary>(kind: Kind, span: Span<T>, max: T) -> Sum<T> {
    let (mut sums, mut tails) = ([T::zero(); PARTS], [T::zero(); PARTS]);
    let max = [max; CHUNK];
    for start in (0..span.len).step_by(CHUNK) {
        let e = exponentials::<FMA, T>(span.read(start, T::neg_infinity()), &max);
        e.as_chunks::<PARTS>().0.iter().for_each(|e| add_to(&mut sums, &mut tails, e));
        if kind == Kind::Softmax {
            span.write(start, e);
        }
    }
    Sum::total(sums.into_iter().zip(tails).map(|(sum, tail)| Sum(sum, tail)))
}

#[inline(always)]
fn finish<const FMA: bool, T: Elementary>(kind: Kind, span: Span<T>, scale: Scale<T>) {
    for start in (0..span.len).step_by(CHUNK) {
        let mut chunk = span.read(start, T::zero());
        for x in &mut chunk {
            *x = finished::<FMA, T>(kind, *x, scale.shift, scale.by);
        }
        span.write(start, chunk);
    }
}

/// The exponentials are read where they were written.
fn written<T: Copy>(kind: Kind, span: Span<T>) -> Span<T> {
    if kind == Kind::Softmax { Span { from: span.to, ..span } } else { span }
}

fn blocks<T: Copy + Send + Sync>(span: Span<T>) -> impl IndexedParallelIterator<Item = Span<T>> {
    (0..span.len.div_ceil(BLOCK))
        .into_par_iter()
        .map(move |i| span.part(i * BLOCK, span.len.min((i + 1) * BLOCK)))
        .with_min_len(4)
}

/// What a thread works on: `span` holds blocks of `lanes`, of which `outer` says how many; `logs` has room for as many
/// numbers as there are lanes, if `kind` is `Sum`.
#[derive(Debug, Clone, Copy)]
struct Job<T> {
    kind: Kind,
    span: Span<T>,
    lanes: Lanes,
    logs: Span<T>,
}

impl<T: Real + Elementary> Job<T> {
    /// The outer blocks from `start` up to `end`.
    fn part(self, start: usize, end: usize) -> Self {
        let Lanes { n, inner, .. } = self.lanes;
        let logs =
            if self.kind == Kind::Sum { self.logs.part(start * inner, end * inner) } else { self.logs };
        let lanes = Lanes { outer: end - start, ..self.lanes };
        Job { span: self.span.part(start * n * inner, end * n * inner), lanes, logs, ..self }
    }
}

/// Lanes that lie in rows.
#[inline(always)]
fn rows<const FMA: bool, T: Real + Elementary>(Job { kind, span, lanes, logs }: Job<T>) {
    for lane in 0..lanes.outer {
        let row = span.part(lane * lanes.n, (lane + 1) * lanes.n);
        let max = max_of(row);
        // a loop, not a closure: that would be compiled for the baseline
        let mut total = Sum(T::zero(), T::zero());
        for start in (0..row.len).step_by(BLOCK) {
            let block = sum_of::<FMA, T>(kind, row.part(start, row.len.min(start + BLOCK)), max);
            total.add(block.0, block.1);
        }
        let scale = Scale::new::<FMA>(kind, max, total);
        if kind == Kind::Sum {
            logs.put(lane, scale.log_sum());
        } else {
            finish::<FMA, T>(kind, written(kind, row), scale);
        }
    }
}

/// Lanes side by side: what is known of each of up to `STRIP` of them.
struct Strip<T> {
    max: [T; STRIP],
    sums: [[T; STRIP]; PARTS],
    tails: [[T; STRIP]; PARTS],
    totals: [Sum<T>; STRIP],
}

/// The columns from `first` on, `width` of them, of one outer block.
#[inline(always)]
fn strip<const FMA: bool, T: Real + Elementary>(job: Job<T>, first: usize, width: usize) {
    let Job { kind, span, lanes: Lanes { n, inner, .. }, logs } = job;
    let row = |i: usize| span.part(i * inner + first, i * inner + first + width);
    let (zero, low) = (T::zero(), T::neg_infinity());
    let none = [[zero; STRIP]; PARTS];
    let mut strip = Strip { max: [low; STRIP], sums: none, tails: none, totals: [Sum(zero, zero); STRIP] };
    for i in 0..n {
        let row = row(i);
        for (start, max) in (0..width).step_by(CHUNK).zip(strip.max.as_chunks_mut::<CHUNK>().0) {
            for (max, x) in max.iter_mut().zip(row.read(start, zero)) {
                *max = larger(*max, x);
            }
        }
    }
    for i in 0..n {
        let (row, part) = (row(i), i % PARTS);
        for start in (0..width).step_by(CHUNK) {
            let end = start + CHUNK;
            let mut max = [zero; CHUNK];
            max.copy_from_slice(&strip.max[start..end]);
            let e = exponentials::<FMA, T>(row.read(start, zero), &max);
            add_to(&mut strip.sums[part][start..end], &mut strip.tails[part][start..end], &e);
            if kind == Kind::Softmax {
                row.write(start, e);
            }
        }
        if (i + 1).is_multiple_of(BLOCK) || i + 1 == n {
            for (j, total) in strip.totals.iter_mut().enumerate().take(width) {
                let block = Sum::total((0..PARTS).map(|p| Sum(strip.sums[p][j], strip.tails[p][j])));
                total.add(block.0, block.1);
            }
            (strip.sums, strip.tails) = (none, none);
        }
    }
    let (mut shift, mut by, mut by_tail) = ([zero; STRIP], [zero; STRIP], [zero; STRIP]);
    for j in 0..width {
        let scale = Scale::new::<FMA>(kind, strip.max[j], strip.totals[j]);
        (shift[j], by[j], by_tail[j]) = (scale.shift, scale.by.0, scale.by.1);
        if kind == Kind::Sum {
            logs.put(first + j, scale.log_sum());
        }
    }
    if kind == Kind::Sum {
        return;
    }
    for i in 0..n {
        let row = written(kind, row(i));
        for start in (0..width).step_by(CHUNK) {
            let mut chunk = row.read(start, zero);
            for (j, x) in (start..start + CHUNK).zip(&mut chunk) {
                *x = finished::<FMA, T>(kind, *x, shift[j], (by[j], by_tail[j]));
            }
            row.write(start, chunk);
        }
    }
}

#[inline(always)]
fn work_on<const FMA: bool, T: Real + Elementary>(job: Job<T>) {
    if job.lanes.inner == 1 {
        return rows::<FMA, T>(job);
    }
    let inner = job.lanes.inner;
    for outer in 0..job.lanes.outer {
        for first in (0..inner).step_by(STRIP) {
            strip::<FMA, T>(job.part(outer, outer + 1), first, STRIP.min(inner - first));
        }
    }
}

#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl",
    "x86_64+avx2+fma",
    "aarch64+neon"
))]
fn work<T: Real + Elementary>(job: Job<T>) {
    if target_cfg_f!(any(target_feature = "fma", target_feature = "neon")) {
        work_on::<true, T>(job);
    } else {
        work_on::<false, T>(job);
    }
}

/// The sum over a block of a lane, as `sum_of`.
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl",
    "x86_64+avx2+fma",
    "aarch64+neon"
))]
fn block_sum<T: Real + Elementary>(kind: Kind, span: Span<T>, max: T) -> Sum<T> {
    if target_cfg_f!(any(target_feature = "fma", target_feature = "neon")) {
        sum_of::<true, T>(kind, span, max)
    } else {
        sum_of::<false, T>(kind, span, max)
    }
}

#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl",
    "x86_64+avx2+fma",
    "aarch64+neon"
))]
fn block_max<T: Real + Elementary>(span: Span<T>) -> T {
    max_of(span)
}

#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl",
    "x86_64+avx2+fma",
    "aarch64+neon"
))]
fn block_scale<T: Real + Elementary>(kind: Kind, max: T, sum: Sum<T>) -> Scale<T> {
    if target_cfg_f!(any(target_feature = "fma", target_feature = "neon")) {
        Scale::new::<true>(kind, max, sum)
    } else {
        Scale::new::<false>(kind, max, sum)
    }
}

#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl",
    "x86_64+avx2+fma",
    "aarch64+neon"
))]
fn block_finish<T: Real + Elementary>(kind: Kind, span: Span<T>, scale: Scale<T>) {
    if target_cfg_f!(any(target_feature = "fma", target_feature = "neon")) {
        finish::<true, T>(kind, span, scale);
    } else {
        finish::<false, T>(kind, span, scale);
    }
}

/// One lane that threads share, block by block.
fn long_lane<T: Real + Elementary>(Job { kind, span, logs, .. }: Job<T>) {
    let maxima: Vec<T> = blocks(span).map(block_max).collect();
    let max = maxima.into_iter().fold(T::neg_infinity(), larger);
    let sums: Vec<Sum<T>> = blocks(span).map(|block| block_sum(kind, block, max)).collect();
    let scale = block_scale(kind, max, Sum::total(sums));
    if kind == Kind::Sum {
        logs.put(0, scale.log_sum());
    } else {
        blocks(written(kind, span)).for_each(|block| block_finish(kind, block, scale));
    }
}

/// Halves the lanes until the parts are small, each on whatever thread is free.
fn split<T: Real + Elementary>(job: Job<T>) {
    let Lanes { outer, n, inner } = job.lanes;
    if job.span.len < PARALLEL {
        return work(job);
    }
    if outer > 1 && n * inner < PARALLEL {
        let (first, second) = (job.part(0, outer / 2), job.part(outer / 2, outer));
        rayon::join(|| split(first), || split(second));
        return;
    }
    for block in (0..outer).map(|i| job.part(i, i + 1)) {
        if inner == 1 {
            long_lane(block);
        } else {
            let width = inner.div_ceil(rayon::current_num_threads()).next_multiple_of(CHUNK).min(STRIP);
            let firsts = (0..inner.div_ceil(width)).into_par_iter().map(|i| i * width);
            firsts.for_each(|first| strip_of(block, first, width.min(inner - first)));
        }
    }
}

#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl",
    "x86_64+avx2+fma",
    "aarch64+neon"
))]
fn strip_of<T: Real + Elementary>(job: Job<T>, first: usize, width: usize) {
    if target_cfg_f!(any(target_feature = "fma", target_feature = "neon")) {
        strip::<true, T>(job, first, width);
    } else {
        strip::<false, T>(job, first, width);
    }
}

/// `kind` of the lanes of x, which has as many elements as they.
pub(crate) fn lanes_to<T: Real + Elementary>(kind: Kind, x: &[T], lanes: Lanes) -> Vec<T> {
    assert_eq!(x.len(), lanes.outer * lanes.n * lanes.inner);
    let fill = |to| run(kind, Span { from: x.as_ptr(), to, len: x.len() }, lanes, to);
    // SAFETY: `run` goes through all lanes and writes each of their elements, which are as many as asserted.
    unsafe { super::memory::filled(x.len(), fill) }
}

/// `kind` of the lanes of x in its place.
pub(crate) fn lanes_inplace<T: Real + Elementary>(kind: Kind, x: &mut [T], lanes: Lanes) {
    let to = x.as_mut_ptr();
    run(kind, Span { from: to, to, len: x.len() }, lanes, to);
}

/// The logarithms of the sums of the exponentials of the lanes of x.
pub(crate) fn log_sums<T: Real + Elementary>(x: &[T], lanes: Lanes) -> Vec<T> {
    if x.is_empty() {
        return vec![T::neg_infinity(); lanes.outer * lanes.inner];
    }
    // nothing is written to the span
    let span = Span { from: x.as_ptr(), to: x.as_ptr().cast_mut(), len: x.len() };
    let fill = |logs| run(Kind::Sum, span, lanes, logs);
    // SAFETY: `run` writes a logarithm for each of the outer times inner lanes.
    unsafe { super::memory::filled(lanes.outer * lanes.inner, fill) }
}

fn run<T: Real + Elementary>(kind: Kind, span: Span<T>, lanes: Lanes, logs: *mut T) {
    let count = lanes.outer * lanes.inner;
    assert_eq!(span.len, count * lanes.n);
    if span.len > 0 {
        let len = if kind == Kind::Sum { count } else { 0 };
        split(Job { kind, span, lanes, logs: Span { from: logs, to: logs, len } });
    }
}
