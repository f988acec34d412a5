//! Calls that could end or hang a whole process: on workers of a foreign rayon pool, on threads with small
//! stacks, and in the child of a fork. Each test runs in its own process.
#![allow(clippy::useless_vec)] // most of these lists of calls grow

use linstat::ndarray::{Array1, Array2, Axis};
use linstat::*;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

type Call = (&'static str, Box<dyn Fn() + Sync>);

macro_rules! calls {
    ($($call:expr),* $(,)?) => {
        vec![$((stringify!($call), Box::new(move || { let _ = std::hint::black_box($call); }) as Box<dyn Fn() + Sync>)),*]
    };
}

fn numbers(n: usize) -> Array1<f64> {
    (0..n).map(|i| ((i * 7919) % 100_003) as f64 - 5e4).collect()
}

fn table(rows: usize, columns: usize) -> Array2<f64> {
    numbers(rows * columns).into_shape_with_order((rows, columns)).unwrap()
}

/// Calls of reductions, sorting and activations on `x`.
fn ours(x: &'static Array2<f64>) -> Vec<Call> {
    let v: &'static Array1<f64> = Box::leak(Box::new(x.iter().copied().collect()));
    let bytes: &'static Array2<u8> = Box::leak(Box::new(x.mapv(|x| x as i64 as u8)));
    let mut calls = calls![
        sum(v).unwrap(),
        sum(&x.t()).unwrap(),
        sum(bytes).unwrap(),
        prod(v).unwrap(),
        cumsum(v).unwrap(),
        min(v).unwrap(),
        argmax(v).unwrap(),
        max(&x.t()).unwrap(),
        all(v),
        count_nonzero(&x.t()),
        sort(v).unwrap(),
        sort(bytes).unwrap(),
        argsort(v).unwrap(),
        partition(v, 7).unwrap(),
        top_k(v, 7).unwrap(),
        unique(v).unwrap(),
        unique_inverse(v).unwrap(),
        searchsorted(&numbers(2), v, Side::Left).unwrap(),
        relu(v),
        leaky_relu(v, 0.1),
        sigmoid(v),
        tanh(v),
        gelu(v),
        gelu_tanh(v),
        silu(v),
        softplus(v),
        relu(&x.t()),
        softmax(v),
        log_softmax(v),
        logsumexp(v).unwrap(),
        logsumexp(&x.t()).unwrap(),
    ];
    for axis in [Axis(0), Axis(1)] {
        calls.extend(calls![
            sum_axis(x, axis).unwrap(),
            sum_axis(bytes, axis).unwrap(),
            prod_axis(x, axis).unwrap(),
            cumsum_axis(x, axis).unwrap(),
            max_axis(x, axis).unwrap(),
            argmin_axis(x, axis).unwrap(),
            count_nonzero_axis(x, axis).unwrap(),
            sort_axis(x, axis).unwrap(),
            argsort_axis(x, axis).unwrap(),
            partition_axis(x, 3, axis).unwrap(),
            top_k_axis(x, 3, axis).unwrap(),
            softmax_axis(x, axis).unwrap(),
            log_softmax_axis(x, axis).unwrap(),
            logsumexp_axis(x, axis).unwrap(),
        ]);
    }
    calls
}

/// Calls of statistics and norms on `x`.
fn statistics(x: &'static Array2<f64>) -> Vec<Call> {
    let v: &'static Array1<f64> = Box::leak(Box::new(x.iter().copied().collect()));
    let weights: &'static Array1<f64> = Box::leak(Box::new(v.mapv(f64::abs)));
    let mut calls = calls![
        mean(v).unwrap(),
        var(&x.t(), 0).unwrap(),
        std(v, 0).unwrap(),
        skewness(v).unwrap(),
        kurtosis(v).unwrap(),
        average(v, weights).unwrap(),
        median(v).unwrap(),
        nanstd(v, 0).unwrap(),
        nanmedian(v).unwrap(),
        histogram(v, Bins::Count(10)).unwrap(),
        standardize(x).unwrap(),
        cov(&x.slice(ndarray::s![.., ..5]), Variables::Columns, 1).unwrap(),
        norm(v),
        vector_norm(v, 1.),
    ];
    for axis in [Axis(0), Axis(1)] {
        calls.extend(calls![
            mean_axis(x, axis).unwrap(),
            var_axis(x, 0, axis).unwrap(),
            kurtosis_axis(x, axis).unwrap(),
            nanvar_axis(x, 0, axis).unwrap(),
            median_axis(x, axis).unwrap(),
            vector_norm_axis(x, 2., axis),
        ]);
    }
    calls
}

/// Calls of linear algebra on matrices large enough for several threads.
fn linear_algebra(n: usize) -> Vec<Call> {
    let a: &'static Array2<f64> = Box::leak(Box::new(&table(n, n) / 5e4 + Array2::<f64>::eye(n) * n as f64));
    let symmetric: &'static Array2<f64> = Box::leak(Box::new(a + &a.t()));
    calls![
        matmul(a, a).unwrap(),
        solve(a, &a.column(0)).unwrap(),
        inv(a).unwrap(),
        det(a).unwrap(),
        svd(a, SvdShape::Reduced).unwrap(),
        eigh(symmetric).unwrap(),
        eigvals(a).unwrap(),
        pca(a, 3).unwrap(),
    ]
}

fn leak(x: Array2<f64>) -> &'static Array2<f64> {
    Box::leak(Box::new(x))
}

/// Runs `f` in another process, which must succeed: it runs the same test again, by its name.
fn alone(test: &str, f: impl FnOnce()) {
    const CHILD: &str = "LINSTAT_TEST_CHILD";
    if std::env::var_os(CHILD).is_some() {
        return f();
    }
    let program = std::env::current_exe().unwrap();
    let output =
        Command::new(program).args(["--exact", test, "--nocapture"]).env(CHILD, "1").output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    let end: Vec<&str> = text.lines().rev().take(8).collect();
    assert!(output.status.success(), "{test}: {}: {end:#?}", output.status);
}

/// Runs `count` tasks on the workers of a foreign pool, taking the calls in turn.
fn tasks(pool: &rayon::ThreadPool, count: usize, calls: &[Call]) {
    let done = AtomicUsize::new(0);
    pool.scope(|scope| {
        for i in 0..count {
            let (call, done) = (&calls[i % calls.len()].1, &done);
            scope.spawn(move |_| {
                call();
                done.fetch_add(1, Relaxed);
            });
        }
    });
    assert_eq!(done.into_inner(), count);
}

/// A pool whose stacks hold a few nested calls, but not a few hundred.
fn pool() -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(4).stack_size(1 << 20).build().unwrap()
}

#[test]
fn tasks_of_a_foreign_pool_do_not_pile_up_on_its_stacks() {
    alone("tasks_of_a_foreign_pool_do_not_pile_up_on_its_stacks", || {
        // fewer threads than the pool has, and as many
        for threads in [2, 4] {
            if backend::set_threads(threads).is_err() {
                continue;
            }
            // more than a thread takes at a time
            let mut calls = ours(leak(table(700, 96)));
            calls.extend(statistics(leak(table(700, 380))));
            tasks(&pool(), 2 * calls.len(), &calls);
            for call in &linear_algebra(310) {
                tasks(&pool(), 8, std::slice::from_ref(call));
            }
        }
        let x: &'static Array2<f64> = leak(table(700, 380));
        tasks(&pool(), 400, &calls![var_axis(x, 0, Axis(0)).unwrap(), softmax_axis(x, Axis(1)).unwrap()]);
    });
}

#[test]
fn twenty_thousand_tasks() {
    alone("twenty_thousand_tasks", || {
        drop(backend::set_threads(4));
        let (edges, x): (Array1<f64>, &'static Array1<f64>) =
            (numbers(1), Box::leak(Box::new(numbers(1 << 13))));
        let short: &'static Array2<f64> = leak(table(1 << 12, 4));
        tasks(&pool(), 20_000, &calls![searchsorted(&edges, x, Side::Left).unwrap()]);
        tasks(&pool(), 1000, &calls![sort(short).unwrap()]);
    });
}

/// The number of threads does not depend on the caller: results have the same bits everywhere.
#[test]
fn workers_get_the_bits_of_other_threads() {
    let (x, pool) = (table(900, 600), pool());
    let call = || {
        let bits = |x: &Array1<f64>| x.mapv(f64::to_bits);
        let all = [sum(&x).unwrap(), var(&x.t(), 0).unwrap(), logsumexp(&x).unwrap()];
        let flat: Array1<f64> = softmax(&x).iter().copied().collect();
        let axes = [Axis(0), Axis(1)].map(|axis| {
            [sum_axis(&x, axis), kurtosis_axis(&x, axis), logsumexp_axis(&x, axis)].map(|x| bits(&x.unwrap()))
        });
        (all.map(f64::to_bits), bits(&flat), axes, sort(&x.t()).unwrap().mapv(f64::to_bits))
    };
    assert!(call() == pool.install(call));
}

/// Work on one thread needs little stack. Without optimisation, values of a frame that are never alive
/// together do not share memory, so the stack is larger there: the sorting network of AVX-512 takes 440 KiB.
#[test]
fn little_stack() {
    alone("little_stack", || {
        drop(backend::set_threads(1));
        let sizes = [(20, 30), (300, 600)].map(|(m, n)| leak(table(m, n)));
        let calls = sizes.into_iter().flat_map(|x| ours(x).into_iter().chain(statistics(x)));
        let size = if cfg!(debug_assertions) { 1 << 20 } else { 128 << 10 };
        for (name, call) in calls {
            println!("{name}");
            let little = std::thread::Builder::new().stack_size(size);
            std::thread::scope(|scope| little.spawn_scoped(scope, &call).unwrap().join()).unwrap();
        }
    });
}

/// Threads do not survive a fork: waiting for them in the child never ends.
#[cfg(unix)]
#[test]
fn the_child_of_a_fork_goes_on() {
    alone("the_child_of_a_fork_goes_on", || {
        for threads in [0, 4] {
            if threads > 0 && backend::set_threads(threads).is_err() {
                continue;
            }
            let mut calls = ours(leak(table(700, 380)));
            calls.extend(statistics(leak(table(700, 380))));
            let long: &'static Array1<f64> = Box::leak(Box::new(numbers(2_000_000)));
            calls.extend(calls![std(long, 0).unwrap(), max(long).unwrap()]);
            calls.extend(linear_algebra(420));
            // starts the threads of rayon's global pool
            rayon::join(|| (), || ());
            for (_, call) in &calls {
                call();
            }
            // SAFETY: the child only calls functions that this test expects to work there, and exits without
            // returning.
            let child = unsafe { libc::fork() };
            assert!(child >= 0);
            if child == 0 {
                for (name, call) in &calls {
                    eprintln!("in the child: {name}");
                    // SAFETY: it sets a timer that ends this process.
                    unsafe { libc::alarm(60) };
                    call();
                }
                assert!(
                    backend::with_threads(3, || sum(&numbers(2_000_000)).unwrap()).is_ok_and(f64::is_finite)
                );
                // SAFETY: nothing needs to be cleaned up.
                unsafe { libc::_exit(0) };
            }
            let mut status = 0;
            // SAFETY: `status` is valid for writes, and `child` is a child of this process.
            assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
            assert_eq!(status, 0, "the child ended with status {status:#x}");
        }
    });
}

/// Memory for the result, and not for what else a call needs: an error, where the allocator would end the
/// process.
#[cfg(target_os = "linux")]
#[test]
fn too_little_memory_is_an_error() {
    alone("too_little_memory_is_an_error", || {
        // more than glibc reserves for a thread
        let x = numbers(10_000_000);
        let size = x.len() * size_of::<f64>();
        // starts the threads
        sort(&numbers(1_000_000)).unwrap();
        let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
        let used: u64 = pages.split(' ').next().unwrap().parse::<u64>().unwrap() * 4096;
        let limit = used + size as u64 * 3 / 2;
        let limit = libc::rlimit { rlim_cur: limit, rlim_max: limit };
        // SAFETY: the limit is a valid structure, which is only read.
        assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_AS, &limit) }, 0);

        assert!(cumsum(&x).is_ok(), "there is memory for a result");
        fn refused<R>(name: &str, result: Result<R>) {
            let kind = result.err().map(Error::into_kind);
            assert!(matches!(kind, Some(ErrorKind::TooLarge { .. })), "{name}: {kind:?}");
        }
        refused("sort", sort(&x));
        refused("argsort", argsort(&x));
        refused("argsort_descending", argsort_descending(&x));
        refused("partition", partition(&x, 7));
        refused("top_k", top_k(&x, x.len() / 2));
        refused("unique", unique(&x));
        refused("unique_counts", unique_counts(&x));
        refused("unique_inverse", unique_inverse(&x));
        let table = x.view().into_shape_with_order((x.len() / 4, 4)).unwrap();
        refused("softmax_axis", softmax_axis(&table, Axis(0)));
        assert!(softmax_axis(&table, Axis(1)).is_ok());
        assert!(top_k(&x, 3).is_ok());
        assert!(cumsum(&x).is_ok());
    });
}

/// Rows that could not be written, because there was no room for them, are written again at their place.
#[cfg(all(target_os = "linux", feature = "npy"))]
#[test]
fn a_write_that_failed() {
    use linstat::stream::npy::{Blocks, Writer};
    alone("a_write_that_failed", || {
        let limit_files = |bytes: u64| {
            let limit = libc::rlimit { rlim_cur: bytes, rlim_max: libc::RLIM_INFINITY };
            // SAFETY: the limit is a valid structure, which is only read.
            assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_FSIZE, &limit) }, 0);
        };
        // SAFETY: no handler is called. What goes beyond the limit is then an error.
        assert_ne!(unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) }, libc::SIG_ERR);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.npy");
        let x = table(50_000, 3);
        let mut file = Writer::create(&path, x.dim()).unwrap();
        file.write(&x.slice(ndarray::s![..5000, ..])).unwrap();
        limit_files(500_000);
        let kind = file.write(&x.slice(ndarray::s![5000.., ..])).err().map(Error::into_kind);
        assert!(matches!(kind, Some(ErrorKind::File { .. })), "{kind:?}");
        limit_files(libc::RLIM_INFINITY);
        file.write(&x.slice(ndarray::s![5000..5001, ..])).unwrap();
        file.write(&x.slice(ndarray::s![5001.., ..])).unwrap();
        file.finish().unwrap();
        let found = Blocks::<f64>::open(&path, usize::MAX).unwrap().next().unwrap().unwrap();
        assert!(found == x);
    });
}
