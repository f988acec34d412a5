//! Functions of linear algebra, a row each: its arguments, and what computes it in every package. Only the
//! bare routine of a row is elsewhere, in `peers/lapack.rs`.

use crate::case::{Element, Group, Normal, SIZES};
use crate::measure::{Contender, with_state};
use crate::peers;
use crate::python::{Arguments, argument, code};
use crate::shorten::Shorten;
use faer::linalg::kron::kron;
use faer::linalg::solvers::{Solve, SolveLstsq};
use faer::{Col, Mat, Side};
use linstat::testing::{Library, run_as};
use linstat::{CholeskyFactor, Contracted, LuFactor, MatrixNorm, QrShape, TriangularShape};
use nalgebra::{DMatrix, DVector};
use ndarray::{Array1, Array2, Axis};

const DEFINED: &str = "the operation is defined for every case";

/// A function, measured in several sizes.
pub struct Row<T> {
    pub group: Group,
    pub name: &'static str,
    pub sizes: &'static [usize],
    /// Whether one call at n = 1000 takes seconds.
    pub is_slow: bool,
    /// Whether the condition of a random matrix multiplies the error of the result.
    is_sensitive: bool,
    pub input: fn(&mut Normal, usize) -> Input<T>,
    pub rust: for<'a> fn(&'a Input<T>) -> Contenders<'a>,
    /// Contender and code: a statement that makes `f` once, if one is needed, and the expression that is
    /// timed. The code sees the arrays `a`, `b` and `v`, the package as `xp` (for SciPy it is NumPy), its
    /// linear algebra as `la`, and for JAX `sl`, its part of SciPy.
    pub python: &'static [(&'static str, &'static str)],
    /// A Python expression that makes one array or number of the result `r`, as [`Shorten`] does.
    pub shortened: &'static str,
}

impl<T: Element> Row<T> {
    /// Loose: it finds other operations and wrong results, it does not judge accuracy.
    pub fn tolerance(&self) -> f64 {
        match (T::DTYPE, self.is_sensitive) {
            ("float64", _) => 1e-8,
            (_, true) => 5e-2,
            (_, false) => 2e-3,
        }
    }
}

/// The arguments of a row, in the types of every package; those that it does not take are empty.
pub struct Input<T> {
    pub n: usize,
    pub a: Array2<T>,
    pub b: Array2<T>,
    pub v: Array1<T>,
    faer: Own<Mat<T>, Col<T>>,
    nalgebra: Own<DMatrix<T>, DVector<T>>,
}

struct Own<M, V> {
    a: M,
    b: M,
    v: V,
}

impl<T: Element> Input<T> {
    fn new(n: usize, a: Array2<T>, b: Option<Array2<T>>, v: Option<Array1<T>>) -> Self {
        let b = b.unwrap_or_else(|| Array2::zeros((0, 0)));
        let v = v.unwrap_or_else(|| Array1::zeros(0));
        let faer = |x: &Array2<T>| Mat::from_fn(x.nrows(), x.ncols(), |i, j| x[[i, j]]);
        let nalgebra = |x: &Array2<T>| DMatrix::from_fn(x.nrows(), x.ncols(), |i, j| x[[i, j]]);
        Input {
            n,
            faer: Own { a: faer(&a), b: faer(&b), v: Col::from_fn(v.len(), |i| v[i]) },
            nalgebra: Own {
                a: nalgebra(&a),
                b: nalgebra(&b),
                v: DVector::from_iterator(v.len(), v.iter().copied()),
            },
            a,
            b,
            v,
        }
    }

    /// One matrix without structure.
    fn matrix(normal: &mut Normal, rows: usize, columns: usize) -> Self {
        Input::new(rows, normal.matrix(rows, columns), None, None)
    }

    fn two_matrices(normal: &mut Normal, n: usize) -> Self {
        let a = normal.matrix(n, n);
        Input::new(n, a, Some(normal.matrix(n, n)), None)
    }

    fn with_vector(normal: &mut Normal, a: Array2<T>) -> Self {
        let n = a.nrows();
        Input::new(n, a, None, Some(normal.vector(n)))
    }

    pub fn arguments(&self, row: &Row<T>) -> Arguments<'_> {
        Arguments {
            op: code(row.python, row.shortened),
            dtype: T::DTYPE,
            k: 0,
            axis: None,
            arrays: vec![argument("a", &self.a), argument("b", &self.b), argument("v", &self.v)],
        }
    }
}

/// The contenders of this process.
pub struct Contenders<'a>(pub Vec<Box<dyn Contender + 'a>>);

/// linstat on the library that the features chose, and on the embedded one.
fn linstat<'a, R: Shorten + 'a>(run: impl Fn() -> linstat::Result<R> + Copy + 'a) -> Contenders<'a> {
    prepared(|| (), move |()| run())
}

/// The same with what is computed once for many calls.
fn prepared<'a, S: 'a, R: Shorten + 'a>(
    prepare: impl Fn() -> S,
    run: impl Fn(&S) -> linstat::Result<R> + Copy + 'a,
) -> Contenders<'a> {
    let contender = |name| {
        with_state(name, prepare(), move |state: &mut S| run(state).expect(DEFINED), |_, x: R| x.shorten())
    };
    let mut all = vec![contender("linstat")];
    if cfg!(feature = "_lapack") {
        let embedded = run_as(Library::Embedded, || contender("embedded"));
        all.push(peers::linstat::embed(embedded));
    }
    Contenders(all)
}

impl<'a> Contenders<'a> {
    /// Another contender; the part of its name after a slash is a variant.
    fn and<R: Shorten + 'a>(mut self, name: &'static str, mut run: impl FnMut() -> R + 'a) -> Self {
        self.0.push(with_state(name, (), move |()| run(), |(), x: R| x.shorten()));
        self
    }

    /// The same if the condition is true.
    fn and_if<R: Shorten + 'a>(self, so: bool, name: &'static str, run: impl FnMut() -> R + 'a) -> Self {
        if so { self.and(name, run) } else { self }
    }
}

impl<T: Element> Input<T> {
    /// nalgebra's SVD has no blocks, and no limit on its iterations: beyond that it takes minutes, if it
    /// ends.
    fn is_for_nalgebra_svd(&self) -> bool {
        self.n <= 256
    }
}

/// All rows.
pub fn rows<T: Element>() -> Vec<Row<T>> {
    let row = Row {
        group: Group::Factors,
        name: "",
        sizes: &SIZES,
        is_slow: false,
        is_sensitive: false,
        input: |normal, n| Input::matrix(normal, n, n),
        rust: |_| Contenders(Vec::new()),
        python: &[],
        shortened: "r",
    };
    let factors = vec![
        Row {
            name: "cholesky",
            input: |normal, n| Input::new(n, positive_definite(normal, n), None, None),
            rust: |x| {
                linstat(move || linstat::cholesky(&x.a))
                    .and("faer", || x.faer.a.llt(Side::Lower).expect(DEFINED))
                    .and("nalgebra", || x.nalgebra.a.clone().cholesky().expect(DEFINED).unpack())
            },
            python: &[
                ("numpy", "la.cholesky(a)"),
                ("scipy", "la.cholesky(a, lower=True)"),
                ("jax", "la.cholesky(a)"),
            ],
            ..row
        },
        Row { name: "qr", rust: qr, python: QR, shortened: QR_SHORTENED, ..row },
        Row {
            name: "qr, n x n/2",
            input: |normal, n| Input::matrix(normal, n, n / 2),
            rust: qr,
            python: QR,
            shortened: QR_SHORTENED,
            ..row
        },
        Row {
            name: "lu",
            is_sensitive: true,
            rust: |x| {
                linstat(move || LuFactor::new(&x.a))
                    .and("faer", || x.faer.a.partial_piv_lu())
                    .and("nalgebra", || x.nalgebra.a.clone().lu())
            },
            python: &[("scipy", "la.lu_factor(a)"), ("jax", "sl.lu_factor(a)")],
            shortened: "np.log(abs(np.diag(r[0]))).sum()",
            ..row
        },
        Row {
            name: "slogdet",
            is_sensitive: true,
            rust: |x| linstat(move || linstat::slogdet(&x.a)),
            python: &[("numpy", "la.slogdet(a)"), ("jax", "la.slogdet(a)")],
            shortened: "r[1]",
            ..row
        },
    ];
    let row = Row { group: Group::Systems, is_sensitive: true, ..row };
    let systems = vec![
        Row {
            name: "triangular, 1 rhs",
            input: |normal, n| {
                let a = lower(normal, n);
                Input::with_vector(normal, a)
            },
            rust: |x| {
                linstat(move || linstat::solve_triangular(&x.a, &x.v, TriangularShape::lower()))
                    .and("faer", || {
                        let mut y = x.faer.v.clone();
                        x.faer.a.solve_lower_triangular_in_place(&mut y);
                        y
                    })
                    .and("nalgebra", || x.nalgebra.a.solve_lower_triangular(&x.nalgebra.v).expect(DEFINED))
            },
            python: &[
                ("scipy", "la.solve_triangular(a, v, lower=True)"),
                ("jax", "sl.solve_triangular(a, v, lower=True)"),
            ],
            ..row
        },
        Row {
            name: "triangular, n rhs",
            input: |normal, n| {
                let a = lower(normal, n);
                Input::new(n, a, Some(normal.matrix(n, n)), None)
            },
            rust: |x| {
                linstat(move || linstat::solve_triangular(&x.a, &x.b, TriangularShape::lower()))
                    .and("faer", || {
                        let mut y = x.faer.b.clone();
                        x.faer.a.solve_lower_triangular_in_place(&mut y);
                        y
                    })
                    .and("nalgebra", || x.nalgebra.a.solve_lower_triangular(&x.nalgebra.b).expect(DEFINED))
            },
            python: &[
                ("scipy", "la.solve_triangular(a, b, lower=True)"),
                ("jax", "sl.solve_triangular(a, b, lower=True)"),
            ],
            ..row
        },
        Row {
            name: "lu_solve",
            input: |normal, n| {
                let a = normal.matrix(n, n);
                Input::with_vector(normal, a)
            },
            rust: |x| {
                let (faer, nalgebra) = (x.faer.a.partial_piv_lu(), x.nalgebra.a.clone().lu());
                prepared(|| LuFactor::new(&x.a).expect(DEFINED), |lu| lu.solve(&x.v))
                    .and("faer", move || faer.solve(&x.faer.v))
                    .and("nalgebra", move || nalgebra.solve(&x.nalgebra.v).expect(DEFINED))
            },
            python: &[
                ("scipy", "f = la.lu_factor(a); la.lu_solve(f, v)"),
                ("jax", "f = sl.lu_factor(a); sl.lu_solve(f, v)"),
            ],
            ..row
        },
        Row {
            name: "cholesky_solve",
            input: |normal, n| {
                let a = positive_definite(normal, n);
                Input::with_vector(normal, a)
            },
            rust: |x| {
                let faer = x.faer.a.llt(Side::Lower).expect(DEFINED);
                let nalgebra = x.nalgebra.a.clone().cholesky().expect(DEFINED);
                prepared(|| CholeskyFactor::new(&x.a).expect(DEFINED), |factor| factor.solve(&x.v))
                    .and("faer", move || faer.solve(&x.faer.v))
                    .and("nalgebra", move || nalgebra.solve(&x.nalgebra.v))
            },
            python: &[
                ("scipy", "f = la.cho_factor(a); la.cho_solve(f, v)"),
                ("jax", "f = sl.cho_factor(a)[0]; sl.cho_solve((f, False), v)"),
            ],
            ..row
        },
        Row {
            name: "lstsq, n x n",
            is_slow: true,
            input: |normal, n| {
                let a = normal.matrix(n, n);
                Input::with_vector(normal, a)
            },
            rust: lstsq,
            python: LSTSQ,
            ..row
        },
        Row {
            name: "lstsq, n x n/2",
            is_slow: true,
            input: |normal, n| {
                let a = normal.matrix(n, n / 2);
                Input::with_vector(normal, a)
            },
            rust: lstsq,
            python: LSTSQ,
            ..row
        },
        Row {
            name: "pinv, n x n/2",
            is_slow: true,
            input: |normal, n| Input::matrix(normal, n, n / 2),
            rust: |x| {
                let least = T::of(1e-6);
                linstat(move || linstat::pinv(&x.a, None))
                    .and("faer", || x.faer.a.thin_svd().expect(DEFINED).pseudoinverse())
                    .and_if(x.is_for_nalgebra_svd(), "nalgebra", move || {
                        x.nalgebra.a.clone().pseudo_inverse(least).expect(DEFINED)
                    })
            },
            python: &[("numpy", "la.pinv(a)"), ("scipy", "la.pinv(a)"), ("jax", "la.pinv(a)")],
            ..row
        },
        Row {
            name: "matrix_rank",
            is_slow: true,
            // of rank n / 2, so that rounding does not decide
            input: |normal, n| {
                let (left, right) = (normal.matrix(n, n / 2), normal.matrix(n / 2, n));
                Input::new(n, left.dot(&right), None, None)
            },
            rust: |x| {
                let least = T::of(x.n as f64) * T::epsilon();
                linstat(move || linstat::matrix_rank(&x.a, None))
                    .and("faer", move || {
                        let s = x.faer.a.singular_values().expect(DEFINED);
                        s.iter().filter(|&&x| x > least * s[0]).count()
                    })
                    .and_if(x.is_for_nalgebra_svd(), "nalgebra", move || {
                        let s = x.nalgebra.a.singular_values();
                        s.iter().filter(|&&x| x > least * s[0]).count()
                    })
            },
            python: &[("numpy", "la.matrix_rank(a)"), ("jax", "la.matrix_rank(a)")],
            ..row
        },
        Row {
            name: "cond",
            is_slow: true,
            rust: |x| {
                linstat(move || linstat::cond(&x.a, MatrixNorm::Two).map(|x: T| x.f64()))
                    .and("faer", || {
                        let s: Vec<T> = x.faer.a.singular_values().expect(DEFINED);
                        s[0].f64() / s[s.len() - 1].f64()
                    })
                    .and_if(x.is_for_nalgebra_svd(), "nalgebra", || {
                        let s: DVector<T> = x.nalgebra.a.singular_values();
                        s[0].f64() / s[s.len() - 1].f64()
                    })
            },
            python: &[("numpy", "la.cond(a)"), ("jax", "la.cond(a)")],
            ..row
        },
    ];
    let row = Row { group: Group::Products, is_sensitive: false, ..row };
    let products = vec![
        Row {
            name: "matrix_power 5",
            rust: |x| linstat(move || linstat::matrix_power(&x.a, 5)).and("nalgebra", || x.nalgebra.a.pow(5)),
            python: &[("numpy", "la.matrix_power(a, 5)"), ("jax", "la.matrix_power(a, 5)")],
            ..row
        },
        Row {
            name: "multi_dot",
            // two of them: the order of the products matters
            input: |normal, n| {
                let a = normal.matrix(n, n / 2);
                Input::new(n, a, Some(normal.matrix(n / 2, n)), None)
            },
            rust: |x| {
                linstat(move || linstat::multi_dot(&[&x.a, &x.b, &x.a]))
                    .and("faer", || &x.faer.a * (&x.faer.b * &x.faer.a))
                    .and("nalgebra", || &x.nalgebra.a * (&x.nalgebra.b * &x.nalgebra.a))
            },
            python: &[("numpy", "la.multi_dot([a, b, a])"), ("jax", "la.multi_dot([a, b, a])")],
            ..row
        },
        Row {
            name: "tensordot",
            input: Input::two_matrices,
            rust: |x| {
                const FIRST: &[Axis] = &[Axis(0)];
                linstat(move || linstat::tensordot(&x.a, &x.b, Contracted::Axes(FIRST, FIRST)))
                    .and("faer", || x.faer.a.transpose() * &x.faer.b)
                    .and("nalgebra", || x.nalgebra.a.tr_mul(&x.nalgebra.b))
            },
            python: &[
                ("numpy", "xp.tensordot(a, b, axes=([0], [0]))"),
                ("jax", "xp.tensordot(a, b, axes=([0], [0]))"),
            ],
            ..row
        },
        Row {
            name: "einsum ij,kj->ik",
            input: Input::two_matrices,
            rust: |x| {
                linstat(move || linstat::einsum("ij,kj->ik", (&x.a, &x.b)))
                    .and("faer", || &x.faer.a * x.faer.b.transpose())
                    .and("nalgebra", || &x.nalgebra.a * x.nalgebra.b.transpose())
            },
            python: &[
                ("numpy/plain", "xp.einsum('ij,kj->ik', a, b)"),
                ("numpy/optimize", "xp.einsum('ij,kj->ik', a, b, optimize=True)"),
                ("jax", "xp.einsum('ij,kj->ik', a, b)"),
            ],
            ..row
        },
        Row {
            name: "einsum ij,kj,j->i",
            input: |normal, n| {
                let (a, b) = (normal.matrix(n, n), normal.matrix(n, n));
                Input::new(n, a, Some(b), Some(normal.vector(n)))
            },
            rust: |x| linstat(move || linstat::einsum("ij,kj,j->i", (&x.a, &x.b, &x.v))),
            python: &[
                ("numpy/plain", "xp.einsum('ij,kj,j->i', a, b, v)"),
                ("numpy/optimize", "xp.einsum('ij,kj,j->i', a, b, v, optimize=True)"),
                ("jax", "xp.einsum('ij,kj,j->i', a, b, v)"),
            ],
            ..row
        },
        Row {
            name: "vecdot",
            input: Input::two_matrices,
            rust: |x| linstat(move || linstat::vecdot(&x.a, &x.b)),
            python: &[("numpy", "xp.vecdot(a, b)"), ("jax", "xp.vecdot(a, b)")],
            ..row
        },
        Row {
            name: "matvec",
            input: |normal, n| {
                let a = normal.matrix(n, n);
                Input::with_vector(normal, a)
            },
            rust: |x| {
                linstat(move || linstat::matvec(&x.a, &x.v))
                    .and("faer", || &x.faer.a * &x.faer.v)
                    .and("nalgebra", || &x.nalgebra.a * &x.nalgebra.v)
            },
            python: &[("numpy", "xp.matvec(a, v)"), ("jax", "xp.matvec(a, v)")],
            ..row
        },
        Row {
            name: "matvec, n rows",
            input: Input::two_matrices,
            rust: |x| {
                linstat(move || linstat::matvec(&x.a, &x.b))
                    .and("faer", || &x.faer.b * x.faer.a.transpose())
                    .and("nalgebra", || &x.nalgebra.b * x.nalgebra.a.transpose())
            },
            python: &[("numpy", "xp.matvec(a, b)"), ("jax", "xp.matvec(a, b)")],
            ..row
        },
        Row {
            name: "vecmat",
            input: |normal, n| {
                let a = normal.matrix(n, n);
                Input::with_vector(normal, a)
            },
            rust: |x| {
                linstat(move || linstat::vecmat(&x.v, &x.a))
                    .and("faer", || x.faer.a.transpose() * &x.faer.v)
                    .and("nalgebra", || x.nalgebra.a.tr_mul(&x.nalgebra.v))
            },
            python: &[("numpy", "xp.vecmat(v, a)"), ("jax", "xp.vecmat(v, a)")],
            ..row
        },
        Row {
            name: "kron",
            sizes: &[2, 8, 32],
            input: Input::two_matrices,
            rust: |x| {
                linstat(move || linstat::kron(&x.a, &x.b))
                    .and("faer", || {
                        let mut product = Mat::zeros(x.n * x.n, x.n * x.n);
                        kron(product.as_mut(), x.faer.a.as_ref(), x.faer.b.as_ref());
                        product
                    })
                    .and("nalgebra", || x.nalgebra.a.kronecker(&x.nalgebra.b))
            },
            python: &[("numpy", "xp.kron(a, b)"), ("jax", "xp.kron(a, b)")],
            ..row
        },
    ];
    [factors, systems, products].into_iter().flatten().collect()
}

fn qr<T: Element>(x: &Input<T>) -> Contenders<'_> {
    linstat(move || linstat::qr(&x.a, QrShape::Reduced))
        .and("faer", || {
            let qr = x.faer.a.qr();
            (qr.compute_thin_Q(), qr.thin_R().to_owned())
        })
        .and("nalgebra", || x.nalgebra.a.clone().qr().unpack())
}

const QR: &[(&str, &str)] =
    &[("numpy", "la.qr(a)"), ("scipy", "la.qr(a, mode='economic')"), ("jax", "la.qr(a)")];
const QR_SHORTENED: &str = "np.concatenate([abs(r[1]), r[0] @ r[1]])";

fn lstsq<T: Element>(x: &Input<T>) -> Contenders<'_> {
    let least = T::of(1e-6);
    linstat(move || linstat::lstsq(&x.a, &x.v, None).map(|found| found.x))
        .and("faer/svd", || x.faer.a.thin_svd().expect(DEFINED).solve_lstsq(&x.faer.v))
        // only for a full rank
        .and("faer/qr", || x.faer.a.qr().solve_lstsq(&x.faer.v))
        .and_if(x.is_for_nalgebra_svd(), "nalgebra", move || {
            x.nalgebra.a.clone().svd(true, true).solve(&x.nalgebra.v, least).expect(DEFINED)
        })
}

const LSTSQ: &[(&str, &str)] = &[
    ("numpy", "la.lstsq(a, v)[0]"),
    ("scipy/gelsd", "la.lstsq(a, v)[0]"),
    ("scipy/gelsy", "la.lstsq(a, v, lapack_driver='gelsy')[0]"),
    ("jax", "la.lstsq(a, v)[0]"),
];

fn positive_definite<T: Element>(normal: &mut Normal, n: usize) -> Array2<T> {
    let a: Array2<T> = normal.matrix(n, n);
    a.dot(&a.t()) * T::of(1.0 / n as f64) + Array2::<T>::eye(n)
}

/// A lower triangular matrix whose condition does not grow with n.
fn lower<T: Element>(normal: &mut Normal, n: usize) -> Array2<T> {
    let a: Array2<T> = normal.matrix(n, n);
    Array2::from_shape_fn((n, n), |(i, j)| match i {
        _ if i == j => T::of(2.0) + a[[i, i]] * T::of(0.1),
        _ if i > j => a[[i, j]] * T::of(1.0 / n as f64),
        _ => T::of(0.0),
    })
}
