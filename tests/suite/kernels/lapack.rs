//! Limits of LAPACK libraries: matrices beyond 32-bit integers, and memory that is not available.

#[cfg(target_os = "linux")]
use crate::backend::loaded;
use crate::common::assert::*;
use crate::common::{Element, matrix, must_end};
use linstat::backend::info;
use linstat::testing::{Library, run_in};
use linstat::{
    ErrorKind, MatrixNorm, SvdShape, det, eig, eigh, eigvals, eigvalsh, inv, linear_layer, matmul,
    matrix_norm, solve, svd, svdvals,
};
use ndarray::Array2;
use num_complex::Complex32;

/// Dimensions beyond LAPACK's 32-bit integers are refused before the matrix is copied: these would take 8 GB
/// and more.
#[test]
fn what_lapack_cannot_address_is_refused_first() {
    must_end(|| {
        each_lapack(|| {
            refuse_too_large::<f64>();
            refuse_too_large::<Complex32>();
        });
    });
}

fn refuse_too_large<T: Element>() {
    let one = Array2::<T>::ones((1, 1));
    let square = |n: usize| one.broadcast((n, n)).unwrap();
    for n in [32_767, 46_341, 1 << 20] {
        error_kind(eigh(&square(n)), |e| matches!((e.op(), e.kind()), ("eigh", ErrorKind::TooLarge { .. })));
    }
    for n in [26_755, 32_767, 46_341, 1 << 20] {
        for shape in [SvdShape::Reduced, SvdShape::Full] {
            error_kind(svd(&square(n), shape), |e| {
                matches!((e.op(), e.kind()), ("svd", ErrorKind::TooLarge { .. }))
            });
        }
    }
    let long = one.broadcast((46_341, 1)).unwrap();
    error_kind(svd(&long, SvdShape::Full), |e| {
        matches!(e.kind(), ErrorKind::TooLarge { dim: 2_147_488_281, .. })
    });
    for n in [46_341, 1 << 20] {
        error_kind(eig(&square(n)), |e| matches!((e.op(), e.kind()), ("eig", ErrorKind::TooLarge { .. })));
        error_kind(eigvals(&square(n)), |e| {
            matches!((e.op(), e.kind()), ("eigvals", ErrorKind::TooLarge { .. }))
        });
        error_kind(eigvalsh(&square(n)), |e| {
            matches!((e.op(), e.kind()), ("eigvalsh", ErrorKind::TooLarge { .. }))
        });
        error_kind(svdvals(&square(n)), |e| {
            matches!((e.op(), e.kind()), ("svdvals", ErrorKind::TooLarge { .. }))
        });
    }
    // within 32-bit integers, but larger than any memory
    for n in [1 << 26, 1 << 30] {
        error_kind(inv(&square(n)), |e| matches!((e.op(), e.kind()), ("inv", ErrorKind::TooLarge { .. })));
        error_kind(det(&square(n)), |e| matches!((e.op(), e.kind()), ("det", ErrorKind::TooLarge { .. })));
    }
}

fn each_lapack(f: impl Fn()) {
    let lapack = Library::ALL.iter().filter(|library| format!("{library:?}") == "Lapack");
    lapack.for_each(|&library| run_in(library, &f));
}

/// With limited memory, a process gets errors until the limit suffices; it neither aborts nor hangs. Each
/// function runs in its own process, once before and once after the library has allocated its buffers.
#[test]
#[cfg(target_os = "linux")]
fn memory_that_is_not_there_is_an_error() {
    const VARIABLE: &str = "LINSTAT_SUITE_LIMITED_CALL";
    const NAME: &str = "kernels::lapack::memory_that_is_not_there_is_an_error";
    // these end the process themselves if they get no memory for their own buffers
    if ["BLIS", "oneMKL"].contains(&info().name.as_str()) {
        return;
    }
    if let Ok(index) = std::env::var(VARIABLE) {
        let index: usize = index.parse().unwrap();
        return each_lapack(|| limited(LIMITED[index / 2], index % 2 == 1));
    }
    // libgomp does so if it cannot start its threads at the first call; later calls get errors
    let openmp = loaded().iter().any(|path| path.contains("/libgomp"));
    each_lapack(|| {
        for index in (0..2 * LIMITED.len()).filter(|index| !openmp || index % 2 == 1) {
            run_limited(NAME, VARIABLE, index);
        }
    });
}

#[cfg(target_os = "linux")]
fn run_limited(name: &str, variable: &str, index: usize) {
    use std::io::Read;
    let mut child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture", "--test-threads=1", "--include-ignored"])
        .env(variable, index.to_string())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let begin = std::time::Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if begin.elapsed().as_secs() > 100 {
            child.kill().unwrap();
            fail(format!("{} does not end", LIMITED[index / 2].0));
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    let passed = status.success() && said.contains("1 passed");
    assert!(passed, "{}, warm {}: {status}\n{said}", LIMITED[index / 2].0, index % 2);
}

#[cfg(target_os = "linux")]
type Limited = (&'static str, fn(&Array2<f64>) -> linstat::Result<()>);

#[cfg(target_os = "linux")]
const LIMITED: &[Limited] = &[
    ("solve", |a| solve(a, a).map(drop)),
    ("inv", |a| inv(a).map(drop)),
    ("det", |a| det(a).map(drop)),
    ("svd", |a| svd(a, SvdShape::Reduced).map(drop)),
    ("eigh", |a| eigh(a).map(drop)),
    ("eig", |a| eig(a).map(drop)),
    ("matrix_norm", |a| matrix_norm(a, MatrixNorm::Two).map(drop)),
    ("matmul", |a| matmul(a, a).map(drop)),
    ("linear_layer", |a| linear_layer(a, a, &a.row(0)).map(drop)),
];

/// Raises the limit until the call succeeds.
#[cfg(target_os = "linux")]
fn limited((name, call): Limited, warm: bool) {
    let a = matrix::<f64>(500, 500, 1);
    if warm {
        let a = matrix::<f64>(310, 310, 1);
        call(&a).unwrap();
    }
    for megabytes in 0..2000 {
        let unlimited = limit(used() + (megabytes << 20));
        let result = call(&a);
        limit(unlimited);
        match result {
            Ok(()) => {
                // The heap of this thread may have free room that is already counted, enough for some
                // functions, but not for OpenBLAS's first buffers.
                let buffers = info().name == "OpenBLAS" && !warm;
                assert!(!buffers || megabytes > 0, "{name}: no limit");
                return;
            }
            Err(e) if matches!(e.kind(), ErrorKind::TooLarge { .. }) => assert_eq!(e.op(), name),
            Err(other) => fail(format!("{name}: {other}")),
        }
    }
    fail(format!("{name}: 2 GB are not enough"));
}

/// The size of this process's address space, in bytes.
#[cfg(target_os = "linux")]
fn used() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').next().unwrap().parse::<u64>().unwrap() * 4096
}

/// Limits the address space, and returns the limit before.
#[cfg(target_os = "linux")]
fn limit(bytes: u64) -> u64 {
    let mut before = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: reads and writes a limit of this process.
    unsafe {
        assert_eq!(libc::getrlimit(libc::RLIMIT_AS, &mut before), 0);
        let now = libc::rlimit { rlim_cur: bytes.min(before.rlim_max), ..before };
        assert_eq!(libc::setrlimit(libc::RLIMIT_AS, &now), 0);
    }
    before.rlim_cur
}
