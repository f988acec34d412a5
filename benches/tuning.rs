//! The thresholds of our own loops: the times on both sides of each one in `src/tuning.rs`.
//!
//! `cargo bench --bench tuning` measures the thresholds in force. `RUSTFLAGS="--cfg tuning"` in front divides
//! those of the first two groups by 8, so that sizes below are computed the other way, too.
//!
//! - A second thread: the speedup of all threads at each size, which should be above 1 from the threshold on.
//! - A simpler way, on one thread: `-- --save FILE` in a plain build, then `-- --against FILE` in a `tuning`
//!   build, which prints the speedup of the simpler way: above 1 up to the threshold, at best.
//! - Our own linear algebra: its speedup over each library of the build, which should be above 1 up to the
//!   threshold; with `--features openblas-system` over OpenBLAS, too.
//! - Some eigenpairs: what it saves to compute these alone.

mod common;

use common::medians;
use linstat::QuantileMethod::Linear;
use linstat::backend;
use linstat::ndarray::{Array1, Array2, Axis};
use linstat::random::default_rng;
use linstat::testing::{self, Library, tuning};
use linstat::{
    Bins, Side, SvdShape, activation, argmax, cumsum_axis, eig, eigh, histogram, inv, matmul, mean,
    mean_axis, median, median_axis, pca, quantile, searchsorted, softmax_axis, solve, sort, sort_axis,
    sum_axis, svd, var, var_axis, vector_norm,
};
use num_complex::Complex64;
use std::cell::RefCell;
use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::hint::black_box;

type Call = Box<dyn Fn()>;

/// A threshold in force and a call to measure at each size.
struct Threshold {
    name: &'static str,
    size: usize,
    call: fn(usize) -> Call,
}

macro_rules! thresholds {
    ($($name:ident: |$n:ident| $input:expr, |$x:ident| $call:expr;)*) => {
        [$(Threshold {
            name: stringify!($name),
            size: tuning::$name,
            call: |$n| {
                let $x = $input;
                Box::new(move || drop(black_box($call)))
            },
        }),*]
    };
}

fn numbers() -> impl FnMut() -> f64 {
    let mut state = 42u64;
    move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as f64 / (1u64 << 31) as f64 - 0.5
    }
}

fn array(n: usize) -> Array1<f64> {
    Array1::from_shape_simple_fn(n, numbers())
}

/// A matrix of `n` elements.
fn rows(n: usize, columns: usize) -> Array2<f64> {
    Array2::from_shape_simple_fn((n / columns, columns), numbers())
}

fn whole(n: usize, columns: usize) -> Array2<i64> {
    rows(n, columns).mapv(|x| (x * 100.0) as i64)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let file = |name: &str| arguments.iter().position(|x| x == name).and_then(|i| arguments.get(i + 1));
    println!("{}, thresholds divided by {}", backend::info(), tuning::DIVISOR);

    let shared = thresholds! {
        PARALLEL_SUM: |n| array(n), |x| var(&x, 0);
        PARALLEL_NORM: |n| array(n), |x| vector_norm(&x, 2.0);
        PARALLEL_CHEAP_MAP: |n| array(n), |x| activation::relu(&x);
        PARALLEL_MAP: |n| array(n), |x| activation::gelu(&x);
        PARALLEL_SOFTMAX: |n| rows(n, 64), |x| softmax_axis(&x, Axis(1));
        PARALLEL_EXTREME: |n| array(n), |x| argmax(&x);
        PARALLEL_SORT: |n| array(n), |x| sort(&x);
        PARALLEL_LANES: |n| rows(n, 64), |x| sum_axis(&x, Axis(1));
        PARALLEL_LANES: |n| rows(n, 64), |x| var_axis(&x, 0, Axis(1));
        PARALLEL_SORT_LANES: |n| rows(n, 64), |x| sort_axis(&x, Axis(1));
        PARALLEL_SORT_LANES: |n| rows(n, 64), |x| median_axis(&x, Axis(1));
        PARALLEL_SELECT: |n| array(n), |x| median(&x);
        PARALLEL_SEARCH: |n| (sort(&array(1 << 14)), array(n)), |x|
            x.0.as_ref().map(|sorted| searchsorted(sorted, &x.1, Side::Left));
        PARALLEL_HISTOGRAM: |n| array(n), |x| histogram(&x, Bins::Count(10));
    };
    println!("\nspeedup of {} threads at this part of the threshold", backend::threads());
    let parts = [(1, 8), (1, 4), (1, 2), (1, 1), (2, 1), (4, 1)];
    println!("{:<22}{:>9}{}", "", "", parts.map(|(p, q)| format!("{:>8}", format!("{p}/{q}"))).concat());
    for Threshold { name, size, call } in shared {
        let full = size * tuning::DIVISOR;
        print!("{name:<22}{full:>9}");
        for (p, q) in parts {
            let call = call(full * p / q);
            let one = || backend::with_threads(1, &call).unwrap_or_default();
            let times = medians(11, &[&one, &call]);
            print!("{:>8.2}", times[0].as_secs_f64() / times[1].as_secs_f64());
        }
        println!();
    }

    let simple = thresholds! {
        SHORT_LANE: |n| rows(64 * n, n), |x| mean_axis(&x, Axis(1));
        SHORT_LANE: |n| rows(64 * n, 64), |x| var_axis(&x, 0, Axis(0));
        SHORT_SUM: |n| array(n), |x| mean(&x);
        SMALL_ARRAY: |n| rows(n, 4), |x| sum_axis(&x, Axis(0));
        SMALL_ARRAY: |n| rows(n, n.isqrt()), |x| sum_axis(&x, Axis(0));
        SMALL_ARRAY: |n| rows(n, n.isqrt()), |x| var_axis(&x, 0, Axis(0));
        SAMPLED: |n| array(n), |x| median(&x);
        COPIED: |n| array(n), |x| quantile(&x, [0.1, 0.5, 0.9], Linear);
        FEW_LANES: |n| rows(1000 * n, n), |x| cumsum_axis(&x, Axis(0));
        TINY_FACTOR: |n| (whole(100 * n, n), whole(n, 1)), |x| matmul(&x.0, &x.1);
        NARROW_FACTOR: |n| (whole(10_000, 100), whole(100 * n, n)), |x| matmul(&x.0, &x.1);
        FEW_DRAWS: |n| RefCell::new((default_rng(1), n)), |x| {
            let (rng, n) = &mut *x.borrow_mut();
            rng.standard_normal(*n)
        };
        SHORT_BYTES: |n| array(n).mapv(|x| (x * 100.0 + 50.0) as u8), |x| sort(&x);
        SHORT_WORDS: |n| array(n).mapv(|x| (x * 25000.0 + 12500.0) as u16), |x| sort(&x);
        NARROW: |n| rows(64 * n, n), |x| softmax_axis(&x, Axis(0));
    };
    let saved = match file("--against") {
        Some(path) => fs::read_to_string(path)?,
        None => String::new(),
    };
    let saved: HashMap<&str, f64> = saved
        .lines()
        .filter_map(|line| line.split_once(','))
        .map(|(k, v)| (k, v.parse().unwrap_or(f64::NAN)))
        .collect();
    let parts = [(1, 8), (1, 4), (1, 2), (1, 1)];
    let what = if saved.is_empty() { "nanoseconds" } else { "speedup of the simpler way" };
    println!("\n{what} on one thread at this part of the threshold");
    println!("{:<22}{:>9}{}", "", "", parts.map(|(p, q)| format!("{:>8}", format!("{p}/{q}"))).concat());
    let mut lines = Vec::new();
    for (i, Threshold { name, size, call }) in simple.iter().enumerate() {
        let full = size * tuning::DIVISOR;
        print!("{name:<22}{full:>9}");
        for (p, q) in parts {
            let call = call(full * p / q);
            let time = backend::with_threads(1, || medians(11, &[&call])[0])?;
            let nanos = time.as_secs_f64() * 1e9;
            let key = format!("{i} {name} {p}/{q}");
            match saved.get(key.as_str()) {
                Some(plain) => print!("{:>8.2}", nanos / plain),
                None => print!("{nanos:>8.0}"),
            }
            lines.push(format!("{key},{nanos}"));
        }
        println!();
    }
    if let Some(path) = file("--save") {
        fs::write(path, lines.join("\n"))?;
    }
    our_own();
    some_eigenpairs();
    Ok(())
}

/// Prints what it saves to compute some eigenpairs instead of all.
fn some_eigenpairs() {
    const ORDER: usize = 600;
    let x = rows(2 * ORDER * ORDER, ORDER);
    println!(
        "\nspeedup of the principal components that are wanted, over all of {ORDER}, on {}",
        backend::info()
    );
    let all = || drop(black_box(pca(&x, ORDER)));
    for part in [16, 8, tuning::FEW_EIGENPAIRS] {
        let some = || drop(black_box(pca(&x, ORDER / part)));
        let times = medians(5, &[&some, &all]);
        println!("FEW_EIGENPAIRS: 1/{part:<14}{:>8.2}", times[1].as_secs_f64() / times[0].as_secs_f64());
    }
}

/// Prints the speedups of our own linear algebra.
fn our_own() {
    type Function = (&'static str, fn(&Array2<f64>, &Array2<Complex64>));
    let functions: [Function; 8] = [
        ("SMALL_PRODUCT: matmul", |a, _| drop(black_box(matmul(a, a)))),
        ("SMALL_LU: solve", |a, _| drop(black_box(solve(a, a)))),
        ("SMALL_LU: inv", |a, _| drop(black_box(inv(a)))),
        ("SMALL_COMPLEX_LU: solve", |_, z| drop(black_box(solve(z, z)))),
        ("SMALL_COMPLEX_LU: inv", |_, z| drop(black_box(inv(z)))),
        ("SMALL_DECOMPOSITION: eigh", |a, _| drop(black_box(eigh(a)))),
        ("SMALL_DECOMPOSITION: eig", |a, _| drop(black_box(eig(a)))),
        ("SMALL_DECOMPOSITION: svd", |a, _| drop(black_box(svd(a, SvdShape::Reduced)))),
    ];
    let orders = [2, 4, 8, 12, 16, 24, 32];
    for &library in Library::ALL.iter().filter(|&&library| library != Library::Small) {
        println!("\nspeedup of our own linear algebra over {library:?} at these orders");
        println!("{:<31}{}", "", orders.map(|n| format!("{n:>8}")).concat());
        for (name, f) in functions {
            print!("{name:<31}");
            for n in orders {
                let a = rows(n * n, n);
                let z = a.mapv(|x| Complex64::new(x, -x));
                let ours = || testing::run_in(Library::Small, || f(&a, &z));
                let theirs = || testing::run_in(library, || f(&a, &z));
                let times = medians(11, &[&ours, &theirs]);
                print!("{:>8.2}", times[1].as_secs_f64() / times[0].as_secs_f64());
            }
            println!();
        }
    }
}
