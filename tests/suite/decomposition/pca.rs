//! Principal components: against scikit-learn and a full decomposition, in every library.

use crate::common::assert::*;
use crate::common::golden::{self, each_golden};
use crate::common::layouts::each_layout;
use crate::common::*;
use linstat::testing::{Library, run_in};
use linstat::{Error, ErrorKind, FittedPca, Pca, Real, pca, svdvals};
use ndarray::{Array1, Array2, ArrayRef2, Axis, Ix1, Ix2, array, s};

for_real! {
    sizes_and_layouts => sizes_and_layouts;
    golden_fits => golden;
    graded_spectra => graded;
    equal_on_every_library => equal;
    extremes => extremes;
    near_the_largest => near_the_largest;
    errors => errors;
}

/// The documented accuracy of singular values: relative, and for those near zero, relative to the largest.
fn promised<T: Element>() -> f64 {
    if T::eps() < 1e-10 { 1e-10 } else { 1e-4 }
}

fn centred<T: Real>(x: &ArrayRef2<T>) -> Array2<f64> {
    let x = x.mapv(|x| x.f64());
    &x - &x.mean_axis(Axis(0)).unwrap()
}

/// Compares the kept singular values with those of a full decomposition in f64. Centring in T changes them by
/// EPSILON of the size of the data, and by at most n * EPSILON of the largest.
fn check_values<T: Element + Real>(fitted: &FittedPca<T>, x: &ArrayRef2<T>) {
    let full = svdvals(&centred(x)).unwrap();
    let size = x.iter().fold(0.0, |max: f64, x| max.max(x.f64().abs())) * (x.len() as f64).sqrt();
    let floor = 4.0 * T::eps() * (x.nrows().max(x.ncols()) as f64) * full[0].max(size);
    for (i, (&s, &expected)) in fitted.singular_values().iter().zip(&full).enumerate() {
        case(format!("singular value {i}"), || {
            close_number(s.f64(), expected, promised::<T>() * expected + floor)
        });
    }
}

fn check<T: Element + Real>(x: &ArrayRef2<T>, k: usize) {
    let ((n, p), freedom) = (x.dim(), T::of((x.nrows() - 1) as f64));
    let (fitted, scores) = Pca::new(k).fit_transform(x).unwrap();
    assert_eq!((fitted.components().dim(), fitted.mean().len(), scores.dim()), ((k, p), p, (n, k)));
    assert_eq!(
        [fitted.singular_values(), fitted.explained_variance(), fitted.explained_variance_ratio()]
            .map(|x| x.len()),
        [k; 3]
    );
    orthonormal_columns("components", &fitted.components().t());
    ordered("singular values", fitted.singular_values().as_slice().unwrap(), |x, y| x >= y);
    check_values(&fitted, x);

    let variance = fitted.singular_values().mapv(|s| s * s / freedom);
    close_relative(fitted.explained_variance(), &variance, 8.0 * T::eps());
    let total = centred(x).mapv(|x| x * x).sum() / freedom.f64();
    let ratio = fitted.explained_variance().mapv(|v| T::of(v.f64() / total));
    close(fitted.explained_variance_ratio(), &ratio, 16.0 * T::eps() * (n.max(p) as f64).sqrt());
    close(fitted.mean(), &x.mapv(|x| x.f64()).mean_axis(Axis(0)).unwrap().mapv(T::of), 8.0 * T::eps());

    let size = fitted.singular_values()[0].f64();
    let tolerance = 30.0 * T::eps() * (n.max(p) as f64) * size;
    close(&scores, &fitted.transform(x).unwrap(), tolerance);
    close(&scores, &pca(x, k).unwrap(), tolerance);
    close(&scores, &Pca::new(k).fit(x).unwrap().transform(x).unwrap(), tolerance);
    if k == n.min(p) {
        close(&fitted.inverse_transform(&scores).unwrap(), &x.to_owned(), tolerance);
    }
    for component in fitted.components().rows() {
        let largest = component.iter().fold(T::zero(), |max, &x| if x.abs() > max.abs() { x } else { max });
        assert!(largest > T::zero(), "{component} points down");
    }
}

fn sizes_and_layouts<T: Element + Real>() {
    each_library(|| {
        for (n, p) in
            [(2, 1), (2, 2), (3, 2), (2, 3), (5, 5), (17, 4), (4, 17), (40, 33), (33, 40), (300, 6), (6, 300)]
        {
            let x = matrix::<T>(n, p, 1);
            for k in [1, 2, n.min(p) - 1, n.min(p)] {
                if (1..=n.min(p)).contains(&k) {
                    case(format!("{} {n} x {p}, k = {k}", T::NAME), || check(&x, k));
                }
            }
        }
        for (n, p) in [(4, 3), (3, 4), (18, 5)] {
            each_layout(&matrix::<T>(n, p, 2), |x| check(x, 2));
        }
        // equal rows have no variance
        each_layout(&Array2::<T>::ones((4, 3)), |x| {
            let fitted = Pca::new(2).fit(x).unwrap();
            same(fitted.singular_values(), &Array1::zeros(2));
            same(fitted.explained_variance_ratio(), &Array1::zeros(2));
            assert!(fitted.transform(x).unwrap().iter().all(|z| z.abs() <= T::of(1e-6)));
        });
    });
}

fn golden<T: Element + Real>() {
    each_golden::<T>(golden::PCA, |golden| {
        let (k, rank) = (golden.number("k") as usize, golden.number("rank") as usize);
        let x = golden.input::<T, Ix2>("x");
        let fitted = Pca::new(k).fit(&x).unwrap();
        let vector = |name: &str| golden.output::<T, Ix1>(name);
        let matrix = |name: &str| golden.output::<T, Ix2>(name);
        let size = x.iter().fold(0.0, |max: f64, x| max.max(x.f64().abs()));
        let s = vector("singular_values");
        // the loss by centring and by a backward stable method, relative to the largest singular value
        let lost = 8.0
            * T::eps()
            * (x.nrows().max(x.ncols()) as f64)
            * (1.0 + size * (x.len() as f64).sqrt() / s[0].f64());
        close(fitted.mean(), &vector("mean"), 4.0 * T::eps() * size);
        close(fitted.singular_values(), &s, lost * s[0].f64() + promised::<T>() * s[rank - 1].f64());
        let relative = 2.0 * lost * (s[0] / s[rank - 1]).f64();
        let largest = vector("explained_variance")[0].f64();
        close(fitted.explained_variance(), &vector("explained_variance"), 4.0 * relative * largest);
        close(fitted.explained_variance_ratio(), &vector("explained_variance_ratio"), 4.0 * relative);

        // Davis and Kahan: a vector turns by the error over the gap to the next value. The Gram matrix
        // squares both.
        let kept = || {
            (0..rank).map(|i| s[i].f64()).chain((rank < k || k == x.nrows().min(x.ncols())).then_some(0.0))
        };
        let squares: Vec<f64> = kept().map(|s| s * s).collect();
        let gap =
            squares.windows(2).map(|w| w[0] - w[1]).fold(f64::INFINITY, f64::min).min(squares[rank - 1]);
        let turn = 4.0 * lost * squares[0] / gap;
        case("components", || {
            close(&fitted.components().slice(s![..rank, ..]), &matrix("components").slice(s![.., ..]), turn)
        });
        let z = fitted.transform(&x).unwrap();
        close(&z.slice(s![.., ..rank]), &matrix("transform").slice(s![.., ..]), turn * s[0].f64());
        let few = x.slice(s![..2, ..]);
        let back = fitted.inverse_transform(&fitted.transform(&few).unwrap()).unwrap();
        close(&back, &matrix("inverse_transform"), turn * s[0].f64() + lost * size);

        let white = Pca::new(k).whiten().fit(&x).unwrap();
        let few = x.slice(s![..x.nrows().min(4), ..]);
        let z = white.transform(&few).unwrap();
        let n = (x.nrows() as f64).sqrt();
        let expected = matrix("whitened");
        close(
            &z.slice(s![.., ..rank]),
            &expected.slice(s![.., ..]),
            4.0 * n * turn * (s[0] / s[rank - 1]).f64(),
        );
        let back = white.inverse_transform(&z).unwrap();
        close(
            &back.slice(s![..2.min(back.nrows()), ..]),
            &matrix("inverse_transform").slice(s![.., ..]),
            turn * s[0].f64() * 4.0 + lost * size,
        );
    });
}

/// From well conditioned to spectra of 1 to 1e-8, where the Gram matrix loses the last values.
fn graded<T: Element + Real>() {
    each_library(|| {
        for (n, p) in [(60, 12), (12, 60), (200, 9), (30, 30)] {
            for decades in [0, 1, 2, 3, 4, 6, 8] {
                let rank = n.min(p) - 1;
                let spectrum: Vec<f64> = (0..rank)
                    .map(|i| 10f64.powf(-f64::from(decades) * i as f64 / (rank - 1) as f64))
                    .collect();
                // centring changes this spectrum a little, so results are compared with `full`
                let x = with_spectrum::<f64>(n, p, &spectrum, 7).mapv(T::of);
                let full = svdvals(&centred(&x)).unwrap();
                for k in [1, 2, rank / 2, rank] {
                    case(format!("{} {n} x {p}, {decades} decades, k = {k}", T::NAME), || {
                        let fitted = Pca::new(k).fit(&x).unwrap();
                        let floor = 4.0 * T::eps() * n.max(p) as f64 * full[0];
                        for (i, &s) in fitted.singular_values().iter().enumerate() {
                            close_number(s.f64(), full[i], promised::<T>() * full[i] + floor);
                        }
                        // where the Gram matrix of the samples is used, its squared condition affects the
                        // components, too
                        let components = fitted.components().mapv(|x| x.f64());
                        close(&components.dot(&components.t()), &Array2::eye(k), promised::<T>());
                        // a score is a projection, so the columns of scores are orthogonal with lengths s
                        let (white, z) = Pca::new(k).whiten().fit_transform(&x).unwrap();
                        if full[k - 1] > 1e3 * floor {
                            let variance = z.mapv(|z| z.f64() * z.f64()).sum_axis(Axis(0)) / (n - 1) as f64;
                            let error = 1e-3f64.min(promised::<T>() * 100.0 + 10.0 * floor / full[k - 1]);
                            close(&variance, &Array1::ones(k), error);
                        }
                        let back = white.inverse_transform(&z).unwrap();
                        let lost = full.get(k).copied().unwrap_or(0.0);
                        let difference = back.mapv(|x| x.f64()) - x.mapv(|x| x.f64());
                        let size = difference.mapv(|d| d * d).sum().sqrt();
                        assert!(
                            size <= lost * (n.min(p) as f64).sqrt() + 30.0 * floor,
                            "{size:e} against {lost:e}"
                        );
                    });
                }
            }
        }
    });
}

fn equal<T: Element + Real>() {
    for (n, p) in [(30, 5), (5, 30), (12, 12), (100, 20)] {
        let x = matrix::<T>(n, p, 3) * Array1::from_shape_fn(p, |j| T::of(1.5f64.powi(-(j as i32))));
        let k = n.min(p) / 2;
        let fits: Vec<_> =
            Library::ALL.iter().map(|&library| run_in(library, || Pca::new(k).fit(&x).unwrap())).collect();
        let full = svdvals(&centred(&x)).unwrap();
        let gap = (0..k).map(|i| full[i].powi(2) - full[i + 1].powi(2)).fold(f64::INFINITY, f64::min);
        let turn = 30.0 * T::eps() * n.max(p) as f64 * full[0].powi(2) / gap;
        for (fit, library) in fits.iter().zip(Library::ALL) {
            case(format!("{n} x {p}, {library:?} and {:?}", Library::ALL[0]), || {
                close(fit.components(), fits[0].components(), turn);
                close_relative(fit.singular_values(), fits[0].singular_values(), 2.0 * promised::<T>());
                same(fit.mean(), fits[0].mean());
            });
        }
    }
    // ties of the sign convention: all entries of these components have the largest absolute value
    let x = array![
        [1.0, 1.0, 1.0, 1.0],
        [-1.0, -1.0, -1.0, -1.0],
        [1.0, -1.0, 0.5, -0.5],
        [-1.0, 1.0, -0.5, 0.5]
    ]
    .mapv(T::of);
    each_library(|| {
        let first = Pca::new(1).fit(&x).unwrap().components().row(0).to_owned();
        close(&first, &Array1::from_elem(4, T::of(0.5)), 64.0 * T::eps());
    });
}

/// Data whose squares overflow or underflow.
fn extremes<T: Element + Real>() {
    let x = matrix::<T>(9, 4, 1);
    each_library(|| {
        let plain = Pca::new(3).fit(&x).unwrap();
        let exponents: &[i32] =
            if T::eps() < 1e-10 { &[600, -600, 900, -900] } else { &[80, -80, 110, -110] };
        for &exponent in exponents {
            case(format!("2^{exponent}"), || {
                // two steps: the factor itself is representable, its square is not
                let factor = T::of(2f64.powi(exponent));
                let scaled = Pca::new(3).fit(&x.mapv(|x| x * factor)).unwrap();
                close(scaled.components(), plain.components(), 64.0 * T::eps());
                close_relative(
                    scaled.singular_values(),
                    &plain.singular_values().mapv(|s| s * factor),
                    64.0 * T::eps(),
                );
                close(scaled.explained_variance_ratio(), plain.explained_variance_ratio(), 64.0 * T::eps());
                if exponent > 0 {
                    // variances that overflow; tiny deviations are not scaled
                    let white = |x: &Array2<T>| Pca::new(3).whiten().fit_transform(x).unwrap();
                    let ((_, plain), (fitted, scores)) = (white(&x), white(&x.mapv(|x| x * factor)));
                    close(&scores, &plain, 128.0 * T::eps());
                    let back = fitted.transform(&x.mapv(|x| x * factor)).unwrap();
                    close(&back, &plain, 128.0 * T::eps());
                }
            });
        }
    });
}

/// Differences from the mean that overflow.
fn near_the_largest<T: Element + Real>() {
    let max = T::max_value();
    let mut x = Array2::from_elem((8, 2), max);
    (x[[3, 0]], x[[7, 0]]) = (-max, -max);
    x.column_mut(1).assign(&Array1::from_shape_fn(8, |i| T::of((i % 2) as f64)));
    each_library(|| {
        let (fitted, scores) = Pca::new(1).fit_transform(&x).unwrap();
        close(fitted.components(), &array![[T::one(), T::zero()]], 64.0 * T::eps());
        close(fitted.explained_variance_ratio(), &array![T::one()], 64.0 * T::eps());
        for scores in [scores, fitted.transform(&x).unwrap()] {
            close_number((scores[[0, 0]] / max).f64(), 0.5, 64.0 * T::eps());
            assert_eq!((scores[[3, 0]], scores[[7, 0]]), (-T::infinity(), -T::infinity()));
        }
        let back = fitted.inverse_transform(&array![[-max], [max / T::of(4.0)]]).unwrap();
        close_number((back[[0, 0]] / max).f64(), -0.5, 64.0 * T::eps());
        close_number((back[[1, 0]] / max).f64(), 0.75, 64.0 * T::eps());
    });
}

fn errors<T: Element + Real>() {
    each_library(|| {
        let x = matrix::<T>(5, 3, 1);
        let is_k = |op: &'static str| move |e: &Error| matches!(e.kind(), ErrorKind::InvalidArgument { name: "k", .. } if e.op() == op);
        for k in [0, 4, usize::MAX] {
            error_kind(pca(&x, k), is_k("pca"));
            error_kind(Pca::new(k).fit(&x), is_k("Pca::fit"));
            error_kind(Pca::new(k).fit_transform(&x), is_k("Pca::fit_transform"));
            error_kind(pca(&x.t(), k), is_k("pca"));
        }
        for n in [0, 1] {
            shape_error(pca(&Array2::<T>::zeros((n, 3)), 1), "pca", &format!("({n}, 3)"));
        }
        error_kind(pca(&Array2::<T>::zeros((3, 0)), 1), is_k("pca"));
        for bad in [T::nan(), T::infinity(), T::neg_infinity()] {
            for at in [[0, 0], [4, 2], [2, 1]] {
                let mut x = x.clone();
                x[at] = bad;
                error_kind(pca(&x, 1), |e| {
                    e.op() == "pca" && matches!(e.kind(), ErrorKind::NonFinite { .. })
                });
                error_kind(Pca::new(3).fit(&x), |e| {
                    e.op() == "Pca::fit" && matches!(e.kind(), ErrorKind::NonFinite { .. })
                });
            }
        }
        let fitted = Pca::new(2).fit(&x).unwrap();
        shape_error(fitted.transform(&matrix(5, 4, 1)), "FittedPca::transform", "(5, 4) and (2, 3)");
        shape_error(
            fitted.inverse_transform(&matrix(5, 3, 1)),
            "FittedPca::inverse_transform",
            "(5, 3) and (2, 3)",
        );
        assert_eq!(fitted.transform(&Array2::zeros((0, 3))).unwrap().dim(), (0, 2));
        assert_eq!(fitted.inverse_transform(&Array2::zeros((0, 2))).unwrap().dim(), (0, 3));
    });
}

#[test]
fn huge() {
    must_end(|| {
        each_library(|| {
            let one = Array2::<f64>::ones((1, 1));
            for shape in [(1 << 40, 1), (1 << 31, 1 << 31), (2, 1 << 40)] {
                let x = one.broadcast(shape).unwrap();
                case(format!("{shape:?}"), || {
                    error_kind(pca(&x, 1), |e| {
                        matches!((e.op(), e.kind()), ("pca", ErrorKind::TooLarge { .. }))
                    })
                });
            }
        });
    });
}
