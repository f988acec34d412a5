//! Norms: against NumPy and their definitions, in every layout.

use crate::common::Element;
use crate::common::assert::*;
use crate::common::golden::{self, ARRAYS, ELEMENTWISE, PRODUCT, RECTANGLE, each_golden};
use crate::common::layouts::each_layout;
use crate::common::*;
use linstat::ErrorKind;
use linstat::*;
use ndarray::{Array1, Array2, Array3, ArrayD, ArrayRef1, ArrayRef2, Axis, Ix0, Ix1, Ix2, Ix3, IxDyn, array};
use serde_json::Value;

for_scalar! {
    vectors => vectors;
    matrices => matrices;
    axes => axes;
    extremes => extremes;
    norms_of_nothing => nothing;
    repeated_elements => repeated;
}
for_types! { golden_norms_over_axes => golden_axes, [f32, f64, Complex32, Complex64]; }
for_types! { golden_matrix_norms => golden_matrix, [f32, f64, Complex64]; }
for_real! { golden_vector_norms => golden_vector; }

/// In the order of the golden data.
const ORDS: [f64; 10] = [0.0, 1.0, 2.0, 3.0, 0.5, 1.5, -1.0, -2.0, f64::INFINITY, f64::NEG_INFINITY];
const MATRIX_ORDS: [MatrixNorm; 8] = [
    MatrixNorm::Fro,
    MatrixNorm::Nuc,
    MatrixNorm::One,
    MatrixNorm::NegOne,
    MatrixNorm::Two,
    MatrixNorm::NegTwo,
    MatrixNorm::Inf,
    MatrixNorm::NegInf,
];

/// The norm by its definition, in f64.
fn expected<T: Element>(v: &ArrayRef1<T>, ord: f64) -> f64 {
    let sizes = wide(v).mapv(|x| x.norm());
    match ord {
        0.0 => sizes.iter().filter(|x| **x != 0.0).count() as f64,
        f64::INFINITY => sizes.iter().fold(0.0, |max: f64, x| max.max(*x)),
        f64::NEG_INFINITY => sizes.iter().fold(f64::INFINITY, |min: f64, x| min.min(*x)),
        // in short sums, whose errors do not accumulate
        p => sizes
            .to_vec()
            .chunks(64)
            .map(|x| x.iter().map(|x| x.powf(p)).sum::<f64>())
            .sum::<f64>()
            .powf(p.recip()),
    }
}

/// A sum of positive terms loses at most n * EPSILON; the root divides that by ord, the powers multiply it
/// again.
fn tolerance<T: Element>(n: usize, ord: f64) -> f64 {
    let root = if ord == 0.0 || ord.is_infinite() { 1.0 } else { ord.abs().recip().max(ord.abs()) };
    T::eps() * (n as f64 + 8.0) * root
}

fn vectors<T: Element>() {
    each_vector::<T>(|v| {
        for ord in ORDS {
            let result = vector_norm(v, ord);
            if v.is_empty() && ord == f64::NEG_INFINITY {
                error_kind(result, |e| {
                    matches!((e.op(), e.kind()), ("vector_norm", ErrorKind::Empty { .. }))
                });
                continue;
            }
            let expected =
                if v.is_empty() { if ord < 0.0 { f64::INFINITY } else { 0.0 } } else { expected(v, ord) };
            case(format!("ord {ord}"), || {
                close_number(result.unwrap().f64(), expected, tolerance::<T>(v.len(), ord) * expected);
            });
        }
        close_number(norm(v).f64(), expected(v, 2.0), T::eps() * 8.0 * expected(v, 2.0));
        match normalize(v) {
            Ok(unit) => {
                let size = norm(v);
                close(&unit, &v.mapv(|x| x / T::from_real(size)), 4.0 * T::eps());
                close_number(norm(&unit).f64(), 1.0, 4.0 * T::eps());
            }
            Err(e) => assert!(
                v.is_empty()
                    && matches!((e.op(), e.kind()), ("normalize", ErrorKind::InvalidArgument { .. }))
            ),
        }
    });
}

fn matrices<T: Element>() {
    each_rectangle::<T>(check_matrix);
    each_library(|| each_layout(&Array2::<T>::ones((4, 5)), check_matrix));
}

fn check_matrix<T: Element>(a: &ArrayRef2<T>) {
    let sizes = wide(a).mapv(|x| x.norm());
    for ord in MATRIX_ORDS {
        let result = matrix_norm(a, ord);
        if a.is_empty() {
            continue; // see `norms_of_nothing`
        }
        let least = |x: Array1<f64>| x.iter().fold(f64::INFINITY, |min: f64, x| min.min(*x));
        let most = |x: Array1<f64>| x.iter().fold(0.0, |max: f64, x| max.max(*x));
        let singular = || svdvals(a).unwrap().mapv(|s| s.f64());
        let expected = match ord {
            MatrixNorm::Fro => sizes.mapv(|x| x * x).sum().sqrt(),
            MatrixNorm::Nuc => singular().sum(),
            MatrixNorm::One => most(sizes.sum_axis(Axis(0))),
            MatrixNorm::NegOne => least(sizes.sum_axis(Axis(0))),
            MatrixNorm::Two => most(singular()),
            MatrixNorm::NegTwo => least(singular()),
            MatrixNorm::Inf => most(sizes.sum_axis(Axis(1))),
            MatrixNorm::NegInf => least(sizes.sum_axis(Axis(1))),
        };
        let scale = expected.max(if ord == MatrixNorm::NegTwo { one_norm(a) } else { 0.0 });
        case(format!("{ord:?}"), || {
            close_number(result.unwrap().f64(), expected, T::eps() * (a.len() as f64 + 8.0) * scale);
        });
    }
}

fn axes<T: Element>() {
    each_library(|| {
        each_layout(&matrix::<T>(5, 7, 1), |a| {
            for (axis, ord) in [0, 1].into_iter().flat_map(|axis| ORDS.map(|ord| (axis, ord))) {
                let norms = vector_norm_axis(a, ord, Axis(axis)).unwrap();
                let expected = a.map_axis(Axis(axis), |lane| expected(&lane, ord));
                case(format!("axis {axis}, ord {ord}"), || {
                    close_relative(&norms.mapv(|x| x.f64()), &expected, tolerance::<T>(7, ord));
                });
            }
        });
        let cube = Array3::<T>::ones((2, 3, 4));
        close_relative(
            &vector_norm_axis(&cube, 1.0, Axis(1)).unwrap(),
            &Array2::from_elem((2, 4), <T::Real as Real>::of(3.0)),
            T::eps(),
        );
        // an axis of length 0, and others
        let none = Array2::<T>::zeros((0, 3));
        same(&vector_norm_axis(&none, 2.0, Axis(0)).unwrap(), &Array1::zeros(3));
        same(&vector_norm_axis(&none, f64::INFINITY, Axis(1)).unwrap(), &Array1::zeros(0));
        same(&vector_norm_axis(&none, f64::INFINITY, Axis(0)).unwrap(), &Array1::zeros(3));
        same(&vector_norm_axis(&none, f64::NEG_INFINITY, Axis(1)).unwrap(), &Array1::zeros(0));
        error_kind(vector_norm_axis(&none, f64::NEG_INFINITY, Axis(0)), |e| {
            matches!(e.kind(), ErrorKind::Empty { .. })
        });
        error_kind(vector_norm_axis(&none, 2.0, Axis(2)), |e| {
            matches!(
                (e.op(), e.kind()),
                ("vector_norm_axis", ErrorKind::InvalidArgument { name: "axis", .. })
            )
        });
        error_kind(vector_norm(&Array1::<T>::ones(2), f64::NAN), |e| {
            matches!((e.op(), e.kind()), ("vector_norm", ErrorKind::InvalidArgument { name: "ord", .. }))
        });
    });
}

/// NumPy's norms over any axes, of all layouts; whether NumPy refuses, we do.
fn golden_axes<T: Element>() {
    let kind = if T::COMPLEX { "norms c64" } else { "norms f64" };
    golden::each_case(ARRAYS, kind, |golden| {
        let a = golden.input::<T, IxDyn>("a");
        let axes = golden["axes"].as_array().unwrap();
        let axes: Vec<Axis> = axes.iter().map(|axis| Axis(axis.as_u64().unwrap() as usize)).collect();
        let check = |name: &str, expected: &Value, norms: Result<ArrayD<T::Real>>, tolerance: f64| {
            case(name, || {
                if expected.is_null() {
                    error_kind(norms, |e| matches!(e.kind(), ErrorKind::Empty { .. }));
                    return;
                }
                let expected = golden::array::<f64, IxDyn>(expected);
                let norms = norms.unwrap().mapv(|x| x.f64());
                let most =
                    expected.iter().fold(0.0, |max: f64, x| if x.is_finite() { max.max(*x) } else { max });
                close(&norms, &expected, tolerance * most);
            });
        };
        let each_order = |f: &dyn Fn(&ArrayD<T>)| {
            f(&a);
            // Fortran order, and reversed
            f(&a.t().as_standard_layout().into_owned().reversed_axes());
            let mut reversed = a.clone();
            (0..a.ndim()).for_each(|axis| reversed.invert_axis(Axis(axis)));
            let mut reversed = reversed.as_standard_layout().into_owned();
            (0..a.ndim()).for_each(|axis| reversed.invert_axis(Axis(axis)));
            f(&reversed);
        };
        each_library(|| {
            each_order(&|a| {
                for (ord, expected) in ORDS.iter().zip(golden["out"]["vector"].as_array().unwrap()) {
                    let norms = vector_norm_axes(a, *ord, &axes);
                    let tolerance = tolerance::<T>(a.len(), *ord);
                    check(&format!("ord {ord}"), expected, norms, tolerance);
                    if axes.len() == a.ndim() {
                        let all = vector_norm(a, *ord).map(|x| ndarray::arr0(x).into_dyn());
                        check(&format!("all, ord {ord}"), expected, all, tolerance);
                    }
                }
                for ord in MATRIX_ORDS.into_iter().filter(|_| axes.len() == 2) {
                    let norms = matrix_norm_axes(a, ord, [axes[0], axes[1]]);
                    check(
                        &format!("{ord:?}"),
                        &golden["out"]["matrix"][format!("{ord:?}")],
                        norms,
                        300.0 * T::eps(),
                    );
                }
            });
        });
    });
}

#[test]
fn axes_that_do_not_exist() {
    let a = Array3::<f64>::ones((2, 3, 4));
    for axes in [[Axis(0), Axis(3)], [Axis(1), Axis(1)]] {
        error_kind(vector_norm_axes(&a, 2.0, &axes), |e| {
            matches!(
                (e.op(), e.kind()),
                ("vector_norm_axes", ErrorKind::InvalidArgument { name: "axis", .. })
            )
        });
        error_kind(matrix_norm_axes(&a, MatrixNorm::Fro, axes), |e| {
            matches!(
                (e.op(), e.kind()),
                ("matrix_norm_axes", ErrorKind::InvalidArgument { name: "axis", .. })
            )
        });
    }
    let flat = ArrayD::<f64>::ones(vec![3]);
    assert!(matrix_norm_axes(&flat, MatrixNorm::Fro, [Axis(0), Axis(0)]).is_err());
    error_kind(vector_norm_axes(&a, f64::NAN, &[Axis(0), Axis(1)]), |e| {
        matches!(e.kind(), ErrorKind::InvalidArgument { name: "ord", .. })
    });
    let empty = Array3::<f64>::zeros((0, 3, 2));
    error_kind(
        vector_norm_axes(&empty, f64::NEG_INFINITY, &[Axis(0), Axis(1)]),
        |e| matches!(e.kind(), ErrorKind::Empty { found } if found == "(0, 3, 2)"),
    );
}

/// As one vector, whatever the layout; a view that repeats elements is read once.
#[test]
fn norms_over_repeated_elements() {
    let one = Array2::<f64>::from_elem((1, 1), 3.0);
    let view = one.broadcast((1 << 20, 1 << 20)).unwrap();
    let all =
        |ord: f64| vector_norm_axes(&view, ord, &[Axis(0), Axis(1)]).unwrap().into_iter().next().unwrap();
    assert_eq!(all(2.0), 3.0 * 1048576.0);
    assert_eq!(all(1.0), 3.0 * 1048576.0 * 1048576.0);
    assert_eq!(vector_norm(&view, 0.0), Ok(1048576.0 * 1048576.0));
    assert_eq!(vector_norm(&view, f64::INFINITY), Ok(3.0));
    error_kind(vector_norm_axes(&view, 2.0, &[]), |e| matches!(e.kind(), ErrorKind::TooLarge { .. }));
}

/// Values whose squares overflow or underflow, and the denormals.
fn extremes<T: Element>() {
    let limits = if T::eps() < 1e-10 {
        [1e200, 1e-200, 1e308, 1e-310, 5e-324]
    } else {
        [1e30, 1e-30, 1e38, 1e-40, 1e-45]
    };
    for x in limits {
        case(format!("{} {x:e}", T::NAME), || {
            for n in [1, 2, 50] {
                let v = Array1::from_elem(n, T::new(x, 0.0));
                // a denormal has few digits, and so has its product with the root of n
                let x = v[0].re().f64();
                let quantum = <T::Real as num_traits::Float>::min_positive_value().f64() * T::eps();
                let root = (n as f64).sqrt();
                let largest = <T::Real as num_traits::Float>::max_value().f64();
                let expected = if x > largest / root { f64::INFINITY } else { x * root };
                let tolerance = 8.0 * T::eps() * expected + quantum;
                if expected.is_finite() {
                    close_number(norm(&v).f64(), expected, tolerance);
                    close_number(vector_norm(&v, 2.0).unwrap().f64(), expected, tolerance);
                    close_number(
                        vector_norm_axis(&v, 2.0, Axis(0)).unwrap().into_scalar().f64(),
                        expected,
                        tolerance,
                    );
                } else {
                    close_number(norm(&v).f64(), expected, 0.0);
                }
                let unit = Array1::from_elem(n, T::new(root.recip(), 0.0));
                close(&normalize(&v).unwrap(), &unit, 8.0 * T::eps());
            }
        });
    }
}

/// Infinities and NaN, for every order.
#[test]
fn nan_and_infinity() {
    for position in 0..3 {
        for ord in ORDS.into_iter().filter(|&ord| ord != 0.0) {
            let mut v = array![1.0, -2.0, 0.5];
            v[position] = f64::NAN;
            case(format!("NaN at {position}, ord {ord}"), || {
                assert!(vector_norm(&v, ord).unwrap().is_nan());
                assert!(vector_norm_axis(&v, ord, Axis(0)).unwrap().into_scalar().is_nan());
                assert!(norm(&v).is_nan());
                error_kind(normalize(&v), |e| matches!(e.kind(), ErrorKind::InvalidArgument { .. }));
            });
            v[position] = f64::NEG_INFINITY;
            // NumPy: inf for positive orders; for negative ones the infinity adds nothing
            let finite = array![1.0, -2.0, 0.5]
                .into_iter()
                .enumerate()
                .filter(|(i, _)| *i != position)
                .map(|(_, x)| x);
            let expected =
                if ord > 0.0 { f64::INFINITY } else { expected(&finite.collect::<Array1<f64>>(), ord) };
            case(format!("infinity at {position}, ord {ord}"), || {
                close_number(vector_norm(&v, ord).unwrap(), expected, 1e-15);
            });
        }
        let mut m = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]];
        m[[position, 2 - position]] = f64::NAN;
        for ord in [MatrixNorm::Fro, MatrixNorm::One, MatrixNorm::NegOne, MatrixNorm::Inf, MatrixNorm::NegInf]
        {
            each_layout(&m, |m| assert!(matrix_norm(m, ord).unwrap().is_nan(), "{ord:?} of {m}"));
        }
    }
    assert_eq!(norm(&array![f64::INFINITY, 1.0]), f64::INFINITY);
    assert_eq!(norm(&array![1e200, f64::NEG_INFINITY, 1e-300]), f64::INFINITY);
    // a zero has an infinite negative power
    assert_eq!(vector_norm(&array![0.0, 1.0], -1.0), Ok(0.0));
    assert_eq!(vector_norm(&array![0.0, 0.0], 3.0), Ok(0.0));
}

fn golden_matrix<T: Element>() {
    each_golden::<T>(RECTANGLE, |golden| {
        let a = golden.input::<T, Ix2>("a");
        let fro = golden.scalar::<f64>("norms/Fro");
        for ord in MATRIX_ORDS {
            let expected = golden.scalar::<T>(&format!("norms/{ord:?}")).re().f64();
            // singular values are exact relative to the largest, sums relative to their length
            let tolerance = T::eps() * (a.nrows() + a.ncols()) as f64 * 4.0 * expected.max(fro);
            case(format!("{ord:?}"), || {
                close_number(matrix_norm(&a, ord).unwrap().f64(), expected, tolerance)
            });
        }
    });
}

fn golden_vector<T: Element + Real>() {
    fn check<T: Element + Real, D: ndarray::RemoveAxis>(golden: &crate::common::golden::Golden) {
        let x = golden.input::<T, D>("x");
        close_number(norm(&x), golden.scalar("norm"), 8.0 * T::eps() * norm(&x).f64());
        for (i, ord) in ORDS.into_iter().enumerate() {
            for axis in 0..x.ndim() {
                let expected = golden.output::<T, D::Smaller>(&format!("vector_norm_axis/{i}/{axis}"));
                let norms = vector_norm_axis(&x, ord, Axis(axis)).unwrap();
                close_relative(&norms, &expected, 2.0 * tolerance::<T>(x.len_of(Axis(axis)), ord));
            }
        }
    }
    each_golden::<T>(ELEMENTWISE, |golden| match golden.dimensions("x") {
        1 => check::<T, Ix1>(golden),
        2 => check::<T, Ix2>(golden),
        _ => check::<T, Ix3>(golden),
    });
}

/// Norms of empty arrays: as in NumPy 0, not -0; where NumPy raises, an error.
fn nothing<T: Element>() {
    let check = |result: Result<T::Real>, value: &Value| match value {
        Value::Null => error_kind(result, |e| matches!(e.kind(), ErrorKind::Empty { .. })),
        value => {
            let (found, value) = (result.unwrap().f64(), golden::array::<f64, Ix0>(value).into_scalar());
            assert_eq!(found.to_bits(), value.to_bits(), "{found} and {value}");
        }
    };
    let cases = golden::cases(PRODUCT, "norms");
    assert_eq!(cases.len(), 4);
    for golden in &cases {
        let (name, value) = (golden.name(), &golden["out"]);
        let x = golden.input::<f64, IxDyn>("a").mapv(|x| T::new(x, 0.0));
        case(name, || check(Ok(norm(&x)), &value["norm"]));
        for (ord, expected) in ORDS.iter().zip(value["vector"].as_array().unwrap()) {
            if let Ok(v) = x.view().into_dimensionality::<Ix1>() {
                case(format!("{name}, {ord}"), || {
                    check(vector_norm(&v, *ord), expected);
                    check(vector_norm_axis(&v, *ord, Axis(0)).map(|x| x.into_scalar()), expected);
                });
            }
        }
        if let Ok(m) = x.view().into_dimensionality::<Ix2>() {
            for ord in MATRIX_ORDS {
                case(format!("{name}, {ord:?}"), || {
                    each_library(|| check(matrix_norm(&m, ord), &value["matrix"][format!("{ord:?}")]));
                });
            }
        }
    }
}

/// Elements that share memory are read once; the norm counts each repetition.
fn repeated<T: Element>() {
    let base = matrix::<T>(3, 4, 1);
    let cube = base.view().insert_axis(Axis(1));
    let cube = cube.broadcast((3, 5, 4)).unwrap();
    close_number(norm(&cube), norm(&cube.to_owned()), T::eps() * 8.0 * norm(&cube).f64());
    let v = Array1::from_elem(1, T::new(-3.0, 0.0));
    let many = 1usize << 60;
    let long = v.broadcast(many).unwrap();
    let count = many as f64;
    close_number(norm(&long).f64(), 3.0 * count.sqrt(), T::eps() * 4.0 * 3.0 * count.sqrt());
    for (ord, expected) in [
        (0.0, count),
        (1.0, 3.0 * count),
        (2.0, 3.0 * count.sqrt()),
        (3.0, 3.0 * count.cbrt()),
        (-1.0, 3.0 / count),
        (f64::INFINITY, 3.0),
        (f64::NEG_INFINITY, 3.0),
    ] {
        case(format!("ord {ord}"), || {
            close_number(vector_norm(&long, ord).unwrap().f64(), expected, T::eps() * 16.0 * expected);
            let columns = v.broadcast((many, 1)).unwrap();
            let norms = vector_norm_axis(&columns, ord, Axis(0)).unwrap();
            close_number(norms[0].f64(), expected, T::eps() * 16.0 * expected);
        });
    }
    // as many lanes as the result can hold, each of them longer than memory
    let lanes = matrix::<T>(1, 3, 1);
    let lanes = lanes.view().insert_axis(Axis(2));
    let lanes = lanes.broadcast((1000, 3, 1 << 50)).unwrap();
    let norms = vector_norm_axis(&lanes, f64::INFINITY, Axis(2)).unwrap();
    assert_eq!(norms.dim(), (1000, 3));
    norms.indexed_iter().for_each(|((_, j), &norm)| assert_eq!(norm, lanes[[0, j, 0]].modulus()));
    let tall = v.broadcast((many, 1)).unwrap();
    for (ord, expected) in [
        (MatrixNorm::Fro, 3.0 * count.sqrt()),
        (MatrixNorm::One, 3.0 * count),
        (MatrixNorm::NegOne, 3.0 * count),
        (MatrixNorm::Inf, 3.0),
        (MatrixNorm::NegInf, 3.0),
    ] {
        case(format!("{ord:?}"), || {
            close_number(matrix_norm(&tall, ord).unwrap().f64(), expected, T::eps() * 4.0 * expected);
        });
    }
    for ord in [MatrixNorm::Nuc, MatrixNorm::Two, MatrixNorm::NegTwo] {
        error_kind(matrix_norm(&tall, ord), |e| {
            matches!((e.op(), e.kind()), ("matrix_norm", ErrorKind::TooLarge { .. }))
        });
    }
    error_kind(normalize(&tall), |e| matches!((e.op(), e.kind()), ("normalize", ErrorKind::TooLarge { .. })));
    error_kind(vector_norm_axis(&tall, 2.0, Axis(1)), |e| {
        matches!((e.op(), e.kind()), ("vector_norm_axis", ErrorKind::TooLarge { .. }))
    });
}

/// Literals without a suffix, as one types them first.
#[test]
fn literals_need_no_types() -> Result<()> {
    let n = norm(&array![3., 4.]);
    assert_eq!(n + 1., 6.);
    let n = vector_norm(&array![3., -4.], 1.)?;
    assert_eq!(n * 2., 14.);
    let n = vector_norm_axis(&array![[3., 4.], [5., 12.]], 2., Axis(1))?;
    assert_eq!(n, array![5., 13.]);
    let n = matrix_norm(&array![[1., -2.], [3., 4.]], MatrixNorm::One)?;
    assert_eq!(n, 6.);
    let u = normalize(&array![3., 4.])?;
    assert_eq!(u, array![0.6, 0.8]);
    Ok(())
}
