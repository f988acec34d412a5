//! The instruction sets: the level that was asked for is used, and all levels give the same results. A binary
//! of its own, because only an optimised build has vectors to compare, and this one is quick to optimise:
//!
//! ```text
//! cargo test --lib --test levels --config profile.dev.lto=false \
//!     --config profile.dev.package.linstat.opt-level=3
//! ```

#[allow(dead_code, unused_macros, unused_imports)] // most of it is for the suite
#[macro_use]
#[path = "suite/common/mod.rs"]
mod common;

use common::assert::{case, fail};
use common::random;
use linstat::testing::{ASKED, Level, level};
use linstat::*;
use ndarray::{Array, Array1, Array2, Axis, Dimension};
use std::fmt::{Debug, Write};
use std::process::Command;

/// Fails for other values of the variable, and for levels that the processor does not have.
#[test]
fn the_level_is_what_was_asked_for() {
    let expected = std::env::var(ASKED).unwrap_or_else(|_| Level::highest().name().into());
    let levels = Level::ALL.map(|level| level.name());
    assert_eq!(level().name(), expected, "{ASKED} takes those of {levels:?} that the processor has");
}

/// Runs a process for each level. Bits are equal where the documentation promises it, which is everywhere
/// except in functions with exponentials; these are at most 2 ulp from the exact value, hence 4 from each
/// other.
#[test]
#[cfg_attr(not(debug_assertions), ignore = "programs that are built to be released do not ask for a level")]
fn all_levels_agree() {
    const CHILD: &str = "LINSTAT_SUITE_RESULTS";
    if std::env::var_os(CHILD).is_some() {
        return println!("\n{START}{}\n{}{END}", level().name(), results());
    }
    let levels: Vec<_> = Level::ALL.into_iter().filter(|&level| level <= Level::highest()).collect();
    let outputs = levels.iter().map(|level| {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "all_levels_agree", "--nocapture"])
            .envs([(ASKED, level.name()), (CHILD, "")])
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let results = text.split_once(START).and_then(|(_, text)| text.split_once(END)).map(|(text, _)| text);
        let (at, results) = results.and_then(|results| results.split_once('\n')).unwrap_or_default();
        assert_eq!(at, level.name(), "{}", String::from_utf8_lossy(&output.stderr));
        results.to_owned()
    });
    let outputs: Vec<String> = outputs.collect();
    let (highest, lower) = outputs.split_last().unwrap();
    assert!(highest.lines().count() > 4000, "{} results", highest.lines().count());
    // a level without fused operations gives other bits, unless the loops ignored the level
    assert!(lower.first() != Some(highest) || !cfg!(target_arch = "x86_64"));
    for (level, results) in levels.iter().zip(lower) {
        assert_eq!(results.lines().count(), highest.lines().count());
        for (actual, expected) in results.lines().zip(highest.lines()) {
            case(level.name(), || compare(actual, expected));
        }
    }
}

const START: &str = "results at ";
const END: &str = "end of results";

/// How close two results of a function must be.
#[derive(Debug, Clone, Copy)]
enum Promise {
    Bits,
    Ulp,
    /// As `Ulp`, or at most a few EPSILON apart.
    Logarithm,
}

/// Compares two lines written by [`Results::put`].
fn compare(actual: &str, expected: &str) {
    if actual == expected {
        return;
    }
    let ((name, actual), (same_name, expected)) =
        (actual.split_once(": ").unwrap(), expected.split_once(": ").unwrap());
    assert_eq!(name, same_name);
    let eps = if name.contains(" f32 ") { f64::from(f32::EPSILON) } else { f64::EPSILON };
    let least = if name.contains(" f32 ") { f64::from(f32::MIN_POSITIVE) } else { f64::MIN_POSITIVE };
    assert_eq!(actual.split(' ').count(), expected.split(' ').count(), "{name}");
    for (x, y) in actual.split(' ').zip(expected.split(' ')).filter(|(x, y)| x != y) {
        let [x, y]: [f64; 2] = [x, y].map(|x| x.parse().unwrap_or(f64::NAN));
        let (size, apart) = (y.abs().max(least), (x - y).abs());
        let ulp = apart / (2f64.powi(size.log2().floor() as i32) * eps);
        let near = match name.split_once(' ').unwrap().0 {
            "Ulp" => ulp <= 4.0,
            "Logarithm" => ulp <= 4.0 || apart <= 4.0 * eps,
            _ => false,
        };
        if !(near && x.is_sign_negative() == y.is_sign_negative()) {
            fail(format_args!("{name}: {x:?}, expected {y:?}, {ulp} ulp"));
        }
    }
}

/// One line per result: promise, type, function and argument, and the numbers.
struct Results(String);

impl Results {
    fn put(&mut self, promise: Promise, of: &str, function: &str, numbers: &dyn Numbers) {
        write!(self.0, "{promise:?} {of} {function}:").unwrap();
        numbers.each(&mut |x| write!(self.0, " {x:?}").unwrap());
        self.0.push('\n');
    }
}

/// The numbers of a result as text, from which the exact bits can be read, except those of a NaN.
trait Numbers {
    fn each(&self, f: &mut dyn FnMut(&dyn Debug));
}

macro_rules! numbers {
    ($($number:ident)*) => {$(
        impl Numbers for $number {
            fn each(&self, f: &mut dyn FnMut(&dyn Debug)) {
                f(self);
            }
        }
    )*};
}
numbers! { f32 f64 i32 i64 u8 bool usize }

impl<T: Numbers, D: Dimension> Numbers for Array<T, D> {
    fn each(&self, f: &mut dyn FnMut(&dyn Debug)) {
        self.iter().for_each(|x| x.each(f));
    }
}

impl<T: Numbers> Numbers for Result<T> {
    fn each(&self, f: &mut dyn FnMut(&dyn Debug)) {
        match self {
            Ok(result) => result.each(f),
            Err(error) => f(error),
        }
    }
}

impl<T: Numbers, D: Dimension> Numbers for TopK<T, D> {
    fn each(&self, f: &mut dyn FnMut(&dyn Debug)) {
        self.values.each(f);
        self.indices.each(f);
    }
}

impl<T: Numbers> Numbers for UniqueCounts<T> {
    fn each(&self, f: &mut dyn FnMut(&dyn Debug)) {
        self.values.each(f);
        self.counts.each(f);
    }
}

impl Numbers for Histogram {
    fn each(&self, f: &mut dyn FnMut(&dyn Debug)) {
        self.counts.each(f);
        self.edges.each(f);
    }
}

/// Writes down the results of these calls.
macro_rules! calls {
    ($results:ident, $promise:ident, $of:expr; $($function:ident($($argument:expr),*);)*) => {
        $($results.put(
            Promise::$promise,
            $of,
            concat!(stringify!($function), "(", $(stringify!($argument), ", ",)* ")"),
            &$function($($argument),*),
        );)*
    };
}

/// Around the widths of registers, and larger than the blocks of sums.
const SHAPES: [(usize, usize); 11] =
    [(1, 1), (1, 2), (2, 2), (3, 5), (8, 8), (1, 17), (17, 1), (9, 33), (130, 9), (1, 4200), (1100, 2)];

/// Numbers of one size or of many; some kinds include NaN, infinite, denormal or zero ones.
fn values(m: usize, n: usize, kind: &str) -> Array2<f64> {
    let mut next = random((1000 * m + n) as u64);
    Array2::from_shape_simple_fn((m, n), || {
        let x = 4.0 * next();
        match (kind, (next() * 50.0) as i32) {
            ("plain", _) => x,
            ("wide", k) => x * 2f64.powi(k - 25),
            (_, 0) => f64::NAN,
            (_, 1) => f64::INFINITY,
            (_, 2) => f64::NEG_INFINITY,
            (_, 3) => -0.0,
            (_, 4) => 0.0,
            (_, 5) => 1e-310,
            (_, 6) => -700.0,
            _ => (x * 8.0).round() / 8.0,
        }
    })
}

/// Functions of every element type.
fn of_every_kind<T, K>(out: &mut Results, of: &str, a: &Array2<T>)
where
    T: Averaged<K, Average: Numbers> + Summed<K, Total: Numbers> + Sortable + Numbers,
{
    let v = Array1::from_iter(a.iter().copied());
    let sorted = sort(&v).unwrap();
    calls! { out, Bits, of;
        sum(a); sum_axis(a, Axis(0)); sum_axis(a, Axis(1)); sum(&a.t());
        prod(a); prod_axis(a, Axis(0)); prod_axis(a, Axis(1));
        cumsum(a); cumsum_axis(a, Axis(0)); cumsum_axis(a, Axis(1)); cumprod_axis(a, Axis(0));
        min(a); min_axis(a, Axis(0)); min_axis(a, Axis(1)); max(a); max_axis(a, Axis(0)); max_axis(a, Axis(1));
        argmin(a); argmin_axis(a, Axis(0)); argmin_axis(a, Axis(1));
        argmax(a); argmax_axis(a, Axis(0)); argmax_axis(a, Axis(1));
        all(a); all_axis(a, Axis(0)); any(a); any_axis(a, Axis(1));
        count_nonzero(a); count_nonzero_axis(a, Axis(0)); count_nonzero_axis(a, Axis(1));
        mean(a); mean_axis(a, Axis(0)); mean_axis(a, Axis(1)); mean(&a.t());
        nanmean(a); nanmean_axis(a, Axis(0)); nanmean_axis(a, Axis(1));
        var(a, 0); var_axis(a, 0, Axis(0)); var_axis(a, 0, Axis(1)); std(a, 0); std_axis(a, 0, Axis(0));
        nanvar(a, 0); nanvar_axis(a, 0, Axis(0)); nanvar_axis(a, 0, Axis(1));
        central_moment(a, 3); central_moment_axis(a, 5, Axis(0)); central_moment_axis(a, 4, Axis(1));
        skewness(a); skewness_axis(a, Axis(0)); skewness_axis(a, Axis(1));
        kurtosis(a); kurtosis_axis(a, Axis(0)); kurtosis_axis(a, Axis(1));
        median(a); median_axis(a, Axis(0)); median_axis(a, Axis(1)); nanmedian(a); nanmedian_axis(a, Axis(0));
        quantile(a, [0.1, 0.25, 0.9], QuantileMethod::Linear); quantile_axis(a, 0.3, QuantileMethod::Linear, Axis(0));
        nanquantile_axis(a, 0.7, QuantileMethod::Linear, Axis(1)); percentile(a, 99., QuantileMethod::Linear);
        quantile_element(a, 0.4, QuantileMethod::Lower); quantile_element_axis(a, 0.6, QuantileMethod::Higher, Axis(0));
        sort(a); sort_axis(a, Axis(0)); argsort(a); argsort_axis(a, Axis(0)); argsort_descending(a);
        partition(a, a.ncols() / 3); partition_axis(a, a.nrows() / 2, Axis(0));
        top_k(a, 1); top_k_axis(a, a.nrows() / 2, Axis(0)); unique_counts(a);
        searchsorted(&sorted, &v, Side::Left); searchsorted(&sorted, &v, Side::Right);
        histogram(a, Bins::Auto); standardize(a);
    }
}

/// Functions of real numbers only.
fn of_reals<T: Real + Numbers>(out: &mut Results, of: &str, a: &Array2<T>) {
    let v = Array1::from_iter(a.iter().copied());
    let (weights, rows) = (a.mapv(|x| x * x), a.column(0).mapv(|x| x * x));
    calls! { out, Bits, of;
        average(a, &weights); average_axis(a, &rows, Axis(0)); relu(a); leaky_relu(a, T::of(0.1));
        norm(a); vector_norm(&v, 1.); vector_norm(&v, 2.); vector_norm(&v, f64::INFINITY); vector_norm(&v, 3.);
        vector_norm_axis(a, 1., Axis(0)); vector_norm_axis(a, 2., Axis(0)); vector_norm_axis(a, 2., Axis(1));
        matrix_norm(a, MatrixNorm::One); matrix_norm(a, MatrixNorm::Inf); normalize(a);
    }
    calls! { out, Ulp, of;
        sigmoid(a); tanh(a); gelu(a); gelu_tanh(a); silu(a); softplus(a);
        softmax(a); softmax_axis(a, Axis(0)); log_softmax(a); log_softmax_axis(a, Axis(0));
    }
    calls! { out, Logarithm, of;
        logsumexp(a); logsumexp_axis(a, Axis(0)); logsumexp_axis(a, Axis(1));
    }
}

/// Products of whole numbers, which wrap around.
fn of_whole<T: Number + Numbers>(out: &mut Results, of: &str, a: &Array2<T>) {
    let v = Array1::from_iter(a.iter().copied());
    calls! { out, Bits, of;
        dot(&v, &v); matmul(a, &a.t()); matmul(&a.t(), a);
    }
}

/// Stacks of small matrices, of which there is one in each lane of the vectors.
fn of_stacks<T: Real + Numbers>(out: &mut Results, of: &str, n: usize) {
    let x = values(11 * n, n, "plain").mapv(T::of);
    let a = x.into_shape_with_order((11, n, n)).unwrap();
    let transposed = a.view().permuted_axes([0, 2, 1]);
    let positive = matmul(&a, &transposed).unwrap() + Array2::<T>::eye(n);
    let (one, b) = (a.index_axis(Axis(0), 10), a.index_axis(Axis(0), 3));
    calls! { out, Bits, of;
        matmul(&a, &transposed); matmul(&a, &one); det(&a); inv(&a); inv(&transposed); solve(&a, &b);
        cholesky(&positive); cholesky_upper(&positive);
        det(&one); inv(&one); solve(&one, &b); cholesky(&positive.index_axis(Axis(0), 10));
    }
}

fn results() -> String {
    let mut out = Results(String::new());
    for n in [1, 2, 3, 4, 5, 8, 9, 16, 17, 31] {
        of_stacks::<f64>(&mut out, &format!("f64 stack {n}"), n);
        of_stacks::<f32>(&mut out, &format!("f32 stack {n}"), n);
    }
    for (m, n) in SHAPES {
        let kinds = ["special", "plain", "wide"];
        // the long ones for one kind only: they are slow without optimisations
        for kind in &kinds[..if m * n < 1000 { 3 } else { 1 }] {
            let x = values(m, n, kind);
            let of = |of: &str| format!("{of} {m} x {n} {kind}");
            let (narrow, byte, truth) =
                (x.mapv(|x| x as f32), x.mapv(|x| (100.0 * x) as u8), x.mapv(|x| x > 1.0));
            let (short, long) = (x.mapv(|x| (100.0 * x) as i32), x.mapv(|x| (1e15 * x) as i64));
            of_every_kind(&mut out, &of("f64"), &x);
            of_every_kind(&mut out, &of("f32"), &narrow);
            of_every_kind(&mut out, &of("i32"), &short);
            of_every_kind(&mut out, &of("i64"), &long);
            of_every_kind(&mut out, &of("u8"), &byte);
            of_every_kind(&mut out, &of("bool"), &truth);
            of_reals(&mut out, &of("f64"), &x);
            of_reals(&mut out, &of("f32"), &narrow);
            if m * n < 1000 {
                of_whole(&mut out, &of("i32"), &short);
                of_whole(&mut out, &of("i64"), &long);
            }
        }
    }
    out.0
}
