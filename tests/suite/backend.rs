//! The library and its number of threads.

use crate::common::assert::*;
use crate::common::{alone, each_library, matrix, must_end};
use linstat::backend::{info, set_threads, threads, with_threads};
use linstat::testing::{Library, run_in, run_on_all_threads};
use linstat::{Eigh, ErrorKind, Svd, SvdShape, eigh, inv, matmul, pca, softmax, solve, svd};
use ndarray::{Array2, Axis};
use rayon::prelude::*;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

#[test]
fn the_library_names_itself() {
    let mut names = Vec::new();
    each_library(|| {
        let info = info();
        assert!(!info.name.is_empty() && info.version.starts_with(|c: char| c.is_ascii_digit()), "{info:?}");
        assert!(info.threads >= 1);
        let text = info.to_string();
        assert!(text.starts_with(&info.name) && text.contains(" thread"), "{text}");
    });
    for &library in Library::ALL {
        names.push(run_in(library, || info().name));
    }
    names.dedup();
    assert_eq!(names.len(), Library::ALL.len(), "each library is another one: {names:?}");
}

#[test]
fn a_build_holds_a_library_besides_our_own() {
    assert!(Library::ALL.len() > 1);
    assert_eq!(Library::ALL.first(), Some(&Library::Small));
}

/// A number of threads that the library accepts: 2, or 1 if it has no threads.
fn several() -> usize {
    let several = with_threads(2, threads).unwrap_or(1);
    assert!(several == 2 || !info().name.contains("faer"), "linstat's own threads can always be set");
    several
}

#[test]
fn threads_can_be_set() {
    let _alone = alone();
    let (before, several) = (threads(), several());
    for n in [1, several, 1] {
        assert_eq!(set_threads(n), Ok(()));
        assert_eq!(threads(), n);
        assert_eq!(info().threads, n);
        let a = Array2::<f64>::eye(200);
        assert_eq!(matmul(&a, &a).unwrap(), a);
        assert_eq!(threads(), n);
    }
    for n in [0, 1025, usize::MAX] {
        error_kind(set_threads(n), |e| {
            matches!((e.op(), e.kind()), ("set_threads", ErrorKind::InvalidArgument { name: "n", .. }))
        });
        error_kind(with_threads(n, || unreachable!("refused")), |e| {
            matches!((e.op(), e.kind()), ("with_threads", ErrorKind::InvalidArgument { name: "n", .. }))
        });
    }
    assert_eq!(threads(), 1);
    set_threads(before).unwrap();
}

#[test]
fn a_number_that_the_library_does_not_take_is_an_error() {
    let _alone = alone();
    let before = threads();
    // more than any build of OpenBLAS here accepts; linstat's own threads can be set
    match set_threads(1000) {
        Ok(()) => assert_eq!(threads(), 1000),
        Err(e) => {
            let ErrorKind::Threads { library, asked, found } = e.kind() else { fail(format!("{e:?}")) };
            assert_eq!((e.op(), *asked), ("set_threads", 1000));
            assert!(*found < 1000 && library.contains(&info().name), "{library}: {found}");
            assert_eq!(threads(), before);
        }
    }
    set_threads(before).unwrap();
    if several() == 1 {
        error_kind(set_threads(2), |e| matches!(e.kind(), ErrorKind::Threads { asked: 2, found: 1, .. }));
    }
}

#[test]
fn a_scope_of_threads_ends_with_its_call_and_its_panic() {
    let _alone = alone();
    let (before, several) = (threads(), several());
    assert_eq!(with_threads(1, threads), Ok(1));
    assert_eq!(threads(), before);
    let nested = with_threads(several, || (threads(), with_threads(1, threads), threads()));
    assert_eq!(nested, Ok((several, Ok(1), several)));
    assert_eq!(threads(), before);
    let set_inside = with_threads(1, || {
        set_threads(several).unwrap();
        with_threads(1, || ()).unwrap();
        threads()
    });
    assert_eq!(set_inside, Ok(several));
    assert_eq!(threads(), before);
    let panic = std::panic::catch_unwind(|| with_threads(1, || panic!("on purpose")));
    assert!(panic.is_err());
    assert_eq!(threads(), before);
    // it holds on other threads, too
    let elsewhere = with_threads(1, || std::thread::spawn(threads).join().unwrap());
    assert_eq!(elsewhere, Ok(1));
}

#[test]
fn scopes_of_threads_may_overlap() {
    let _alone = alone();
    let (before, several) = (threads(), several());
    let (begun, first_ends) = (Barrier::new(2), Barrier::new(2));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            with_threads(several, || {
                begun.wait();
                first_ends.wait();
            })
            .unwrap();
            begun.wait();
        });
        begun.wait();
        with_threads(1, || {
            first_ends.wait();
            begun.wait(); // the first one has ended, this one still holds
            assert_eq!(threads(), 1);
        })
        .unwrap();
    });
    assert_eq!(threads(), before);
}

/// Input whose results are compared when computed alone and at the same time as others.
struct Problem {
    a: Array2<f64>,
    b: Array2<f64>,
    symmetric: Array2<f64>,
    tall: Array2<f64>,
    wide: Array2<f64>,
}

impl Problem {
    fn new(n: usize) -> Self {
        let a = matrix(n, n, 1);
        let symmetric = &a + &a.t();
        Problem { a, b: matrix(n, 3, 2), symmetric, tall: matrix(2 * n, n / 2, 3), wide: matrix(n, 200, 4) }
    }

    /// The results of `solve`, `svd`, `eigh`, `matmul`, `pca` and `softmax`. Vectors with arbitrary signs are
    /// replaced by the matrix that they reconstruct.
    fn results(&self) -> [Array2<f64>; 8] {
        let Svd { u, s, vt, .. } = svd(&self.a, SvdShape::Reduced).unwrap();
        let Eigh { eigenvalues, eigenvectors, .. } = eigh(&self.symmetric).unwrap();
        let scores = pca(&self.tall, 3).unwrap();
        [
            solve(&self.a, &self.b).unwrap(),
            matmul(&(&u * &s), &vt).unwrap(),
            s.insert_axis(Axis(0)),
            matmul(&(&eigenvectors * &eigenvalues), &eigenvectors.t()).unwrap(),
            eigenvalues.insert_axis(Axis(0)),
            matmul(&self.a, &self.symmetric).unwrap(),
            matmul(&scores, &scores.t()).unwrap(),
            softmax(&self.wide),
        ]
    }
}

/// The results of problems that use one thread of the library, and of some that use all.
fn results(library: Library) -> [[Array2<f64>; 8]; 2] {
    // the embedded kernels are not optimised in tests, so their problems are small
    let embedded = format!("{library:?}") == "Embedded";
    let large = Problem::new(if embedded { 90 } else { 410 });
    let on_all = || if embedded { run_on_all_threads(|| large.results()) } else { large.results() };
    [run_in(library, || Problem::new(40).results()), run_in(library, on_all)]
}

fn assert_same(alone: &[[Array2<f64>; 8]], beside: &[[Array2<f64>; 8]]) {
    const NAMES: [&str; 8] = ["solve", "svd", "s", "eigh", "eigenvalues", "matmul", "pca", "softmax"];
    for (alone, beside) in alone.iter().zip(beside) {
        for ((name, x), y) in NAMES.iter().zip(alone).zip(beside) {
            let scale = x.iter().fold(0., |max: f64, x| max.max(x.abs()));
            // the number of threads changes the order of sums and nothing else
            case(*name, || close(y, x, if *name == "softmax" { 0. } else { 1e-9 * scale }));
        }
    }
}

fn each_backend(f: impl Fn(Library)) {
    for &library in Library::ALL.iter().filter(|&&library| library != Library::Small) {
        case(format!("{library:?}"), || f(library));
    }
}

#[test]
fn eight_rayon_workers_get_what_one_gets() {
    each_backend(|library| {
        let call = || results(library);
        let alone = call();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(8).build().unwrap();
        let beside: Vec<_> = pool.install(|| (0..8).into_par_iter().map(|_| call()).collect());
        beside.iter().for_each(|beside| assert_same(&alone, beside));
    });
}

#[test]
fn many_threads_get_what_one_gets() {
    each_backend(|library| {
        let call = || results(library);
        let alone = call();
        let n = 64;
        let start = Barrier::new(n);
        std::thread::scope(|scope| {
            let begin = || {
                start.wait();
                call()
            };
            let threads: Vec<_> = (0..n).map(|_| scope.spawn(begin)).collect();
            threads.into_iter().for_each(|thread| assert_same(&alone, &thread.join().unwrap()));
        });
    });
}

#[test]
fn the_number_may_change_while_calls_run() {
    let _alone = alone();
    let before = threads();
    let problems = [Problem::new(40), Problem::new(320)];
    let call = || problems.each_ref().map(Problem::results);
    let alone = call();
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..8).map(|_| scope.spawn(call)).collect();
        // more threads than before: the library then starts new ones
        for n in [1, 4, 1, 8, 2].into_iter().cycle().take(50) {
            if set_threads(n).is_ok() {
                assert_eq!(threads(), n);
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        callers.into_iter().for_each(|caller| assert_same(&alone, &caller.join().unwrap()));
    });
    set_threads(before).unwrap();
}

/// Other threads change the number of threads without a pause while calls run: no call waits for ever.
#[test]
fn who_sets_the_number_does_not_keep_callers_waiting() {
    let _alone = alone();
    let before = threads();
    must_end(|| {
        let (a, over) = (matrix::<f64>(40, 40, 1), &AtomicBool::new(false));
        std::thread::scope(|scope| {
            for n in [1, 2, 1, 2] {
                scope.spawn(move || {
                    while !over.load(Relaxed) {
                        drop(set_threads(n));
                        drop(with_threads(n, || ()));
                    }
                });
            }
            let callers: Vec<_> = (0..16)
                .map(|_| {
                    scope.spawn(|| (0..50).for_each(|_| drop(inv(&a).and_then(|x| solve(&x, &a)).unwrap())))
                })
                .collect();
            callers.into_iter().for_each(|caller| caller.join().unwrap());
            over.store(true, Relaxed);
        });
    });
    set_threads(before).unwrap();
}

/// On one thread, a call gives the same bits alone, in a pool, and in a pool inside a pool.
#[test]
fn one_thread_gives_the_same_bits_to_all_callers() {
    let _alone = alone();
    let bits = |results: [[Array2<f64>; 8]; 2]| results.map(|r| r.map(|x| x.mapv(f64::to_bits)));
    each_backend(|library| {
        // faer is not optimised in this build
        let large = if run_in(library, info).name == "faer" { 60 } else { 310 };
        let problems = [Problem::new(40), Problem::new(large)];
        let call = || bits(run_in(library, || problems.each_ref().map(Problem::results)));
        let pool = |n| rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
        with_threads(1, || {
            let alone = call();
            let beside = pool(4).install(|| {
                let nested = |i: usize| pool(i % 3 + 1).install(call);
                (0..6).into_par_iter().map(nested).collect::<Vec<_>>()
            });
            beside.into_iter().for_each(|beside| assert!(beside == alone));
        })
        .unwrap();
    });
}

/// The files that this process has loaded.
#[cfg(target_os = "linux")]
pub fn loaded() -> Vec<String> {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let mut files: Vec<String> =
        maps.lines().filter_map(|line| line.find('/').map(|i| line[i..].to_owned())).collect();
    files.sort();
    files.dedup();
    files
}

/// The name of a library in `info`, and the prefix of its files.
#[cfg(target_os = "linux")]
const FILES: [(&str, &str); 4] =
    [("OpenBLAS", "libopenblas"), ("BLIS", "libblis"), ("oneMKL", "libmkl_"), ("FlexiBLAS", "libflexiblas")];

/// `info` names the library that runs the kernels: it is the one whose files the process has loaded.
#[test]
#[cfg(target_os = "linux")]
fn the_library_that_is_named_is_the_one_that_is_loaded() {
    let a = Array2::<f64>::eye(50);
    solve(&matmul(&a, &a).unwrap(), &a).unwrap();
    let (info, loaded) = (info(), loaded());
    let file_name = |path: &String| path.rsplit('/').next().unwrap_or_default().to_owned();
    let is_loaded = |prefix: &str| loaded.iter().any(|path| file_name(path).starts_with(prefix));
    for (name, prefix) in FILES {
        // a static library has no file; under FlexiBLAS or BLIS another library may run LAPACK
        if info.name == name && !cfg!(feature = "openblas-static") {
            assert!(is_loaded(prefix), "{info}, but no file {prefix}* among {loaded:#?}");
        }
        if info.name == "faer" {
            assert!(!is_loaded(prefix), "pure Rust, but {prefix}* is loaded");
        }
    }
    if cfg!(feature = "openblas-system") {
        assert_eq!(info.name, "OpenBLAS");
    } else if cfg!(feature = "mkl-system") {
        assert_eq!(info.name, "oneMKL");
    } else if cfg!(feature = "blis-system") {
        assert_eq!(info.name, "BLIS");
    }
    for file in [&info.blas, &info.lapack].into_iter().flatten() {
        let file = file.display().to_string();
        let program = std::env::current_exe().unwrap().display().to_string();
        assert!(loaded.contains(&file) || file == program, "{file} is not among {loaded:#?}");
    }
    assert_eq!(info.blas.is_some(), info.name != "faer");
    // where several libraries can be loaded, the command that runs the tests sets the expected one
    for (variable, found) in
        [("EXPECTED_BLAS", info.blas.as_ref()), ("EXPECTED_LAPACK", info.lapack.as_ref())]
    {
        if let Ok(expected) = std::env::var(variable) {
            let found = found.map(|path| path.display().to_string()).unwrap_or_default();
            assert!(found.contains(&expected), "{variable} is {expected}, found {found}");
        }
    }
}

#[test]
fn a_choice_of_library_ends_with_its_call_and_its_panic() {
    let outside = info().name;
    run_in(Library::Small, || assert_eq!(info().name, "linstat"));
    assert_eq!(info().name, outside);
    let panic = std::panic::catch_unwind(|| run_in(Library::Small, || panic!("on purpose")));
    assert!(panic.is_err());
    assert_eq!(info().name, outside);
}
