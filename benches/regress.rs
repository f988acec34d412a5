//! linstat's speed over time: run `cargo bench` before and after a change. Comparisons with other packages
//! are in `benches/versus`.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use linstat::ndarray::Array2;
use linstat::{SvdShape, det, eig, eigh, inv, linear_layer, matmul, norm, pca, solve, svd};
use std::hint::black_box;

/// A well-conditioned dense matrix.
fn matrix(n: usize, p: usize) -> Array2<f64> {
    let mut state = 42u64;
    Array2::from_shape_simple_fn((n, p), || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as f64 / (1u64 << 31) as f64 - 0.5
    })
}

fn linear_algebra(c: &mut Criterion) {
    for n in [2, 8, 64, 256] {
        let a = matrix(n, n);
        let symmetric = &a + &a.t();
        let bias = a.row(0).to_owned();
        let mut bench = |name: &str, f: &dyn Fn()| {
            c.bench_with_input(BenchmarkId::new(name, n), &n, |b, _| b.iter(f));
        };
        bench("matmul", &|| drop(black_box(matmul(&a, &a))));
        bench("linear_layer", &|| drop(black_box(linear_layer(&a, &a, &bias))));
        bench("det", &|| drop(black_box(det(&a))));
        bench("inv", &|| drop(black_box(inv(&a))));
        bench("solve", &|| drop(black_box(solve(&a, &bias))));
        bench("eig", &|| drop(black_box(eig(&a))));
        bench("eigh", &|| drop(black_box(eigh(&symmetric))));
        bench("svd", &|| drop(black_box(svd(&a, SvdShape::Reduced))));
        bench("norm", &|| {
            black_box(norm(&a));
        });
    }
    let x = matrix(2000, 100);
    c.bench_function("pca 2000 x 100 to 10", |b| b.iter(|| pca(black_box(&x), 10)));
}

criterion_group!(benches, linear_algebra);
criterion_main!(benches);
