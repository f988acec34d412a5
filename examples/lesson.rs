//! From NumPy to Rust: each operation with a small input, in NumPy and in linstat, and the result.
//!
//! `cargo run --release --example lesson`
//!
//! Every result is checked; a mismatch is reported and the exit code is 1. The expected values were computed
//! with NumPy 2.4.6 (PCA also with scikit-learn 1.9.1, which agreed), sigmoid and softmax by their formulas
//! in NumPy. Eigenvectors and singular vectors are unique up to their signs only: both sides are turned so
//! that the entry of largest absolute value is positive, and the definition (`A v = v w`, `U S Vt = A`) is
//! checked as well.

use linstat::ndarray::{Array, Array1, Array2, ArrayRef2, Axis, Dimension, array, s};
use linstat::random::{Choice, default_rng};
use linstat::{
    Bins, MatrixNorm, Pca, QuantileMethod, SvdShape, Variables, all, any, argmax_axis, argsort_descending,
    corrcoef, cov, cumsum, det, dot, eig, eigh, eigvals, eigvalsh, gelu, histogram, inv, linear_layer,
    log_softmax, logsumexp_axis, matmul, matrix_norm, max, mean, mean_axis, median, median_axis, norm,
    normalize, outer, pca, percentile, quantile, relu, sigmoid, silu, slogdet, softmax, softmax_axis,
    softplus, solve, sort, standardize, std, std_axis, sum_axis, svd, svdvals, tanh, top_k, trace,
    unique_counts, var, vector_norm, vector_norm_axis,
};
use num_complex::Complex64;
use std::f64::consts::{LN_2, SQRT_2};
use std::process::ExitCode;

/// The tolerance for results of a few roundings of numbers near 1.
const ROUNDING: f64 = 1e-14;
/// The tolerance for results that are exact in binary floating point.
const EXACT: f64 = 0.0;

/// A heading, and the function that prints its section.
type Section = (&'static str, fn(&mut Lesson) -> linstat::Result<()>);

/// The sections; each takes the lesson, prints and checks. Add new ones here.
const SECTIONS: &[Section] = &[
    ("Products", products),
    ("Linear systems", systems),
    ("Eigenvalues", eigenvalues),
    ("Singular value decomposition", singular_values),
    ("Norms", norms),
    ("Principal component analysis", components),
    ("Activation functions", activations),
    ("Statistics", statistics),
    ("Order statistics and correlation", distributions),
    ("Aggregation and sorting", aggregation),
    ("Random numbers", random_numbers),
];

fn main() -> ExitCode {
    println!("From NumPy to Rust, on {}", linstat::backend::info());
    let mut lesson = Lesson::default();
    for (title, section) in SECTIONS {
        println!("\n=== {title} {}", "=".repeat(95 - title.len()));
        if let Err(error) = section(&mut lesson) {
            lesson.mismatches.push(format!("section \"{title}\" ended early: {error}"));
        }
    }
    println!();
    if lesson.mismatches.is_empty() {
        println!("All {} results are NumPy's.", lesson.checks);
        return ExitCode::SUCCESS;
    }
    for mismatch in &lesson.mismatches {
        eprintln!("MISMATCH {mismatch}");
    }
    eprintln!("{} of {} results are not NumPy's.", lesson.mismatches.len(), lesson.checks);
    ExitCode::FAILURE
}

/// Counts the checks.
#[derive(Default)]
struct Lesson {
    checks: usize,
    mismatches: Vec<String>,
}

impl Lesson {
    /// Prints an operation and compares its result with NumPy's.
    fn show(&mut self, numpy: &str, call: &str, got: &dyn Value, expected: &dyn Value, tol: f64) {
        self.note(numpy, call);
        println!("    {}", got.text().replace('\n', "\n    "));
        self.checks += 1;
        if let Err(reason) = check(&format!("{numpy} -> {call}"), got, expected, tol) {
            println!("    ^ MISMATCH");
            self.mismatches.push(reason);
        }
    }

    /// Prints a step without a result.
    fn note(&self, numpy: &str, call: &str) {
        println!("{numpy:<44} -> {call}");
    }

    /// Prints an input.
    fn given(&self, name: &str, value: &dyn Value) {
        let text = value.text().replace('\n', &format!("\n{}", " ".repeat(name.len() + 3)));
        println!("{name} = {text}");
    }
}

/// Whether `got` has the shape of `expected` and no number is off by more than `tol`. A NaN never passes.
fn check(name: &str, got: &dyn Value, expected: &dyn Value, tol: f64) -> Result<(), String> {
    if got.extent() != expected.extent() {
        return Err(format!("{name}: expected shape {:?}, found {:?}", expected.extent(), got.extent()));
    }
    // infinities are compared with `==`, since their difference is NaN
    let agree = |(g, e): (&f64, &f64)| g == e || (g - e).abs() <= tol;
    match got.numbers().iter().zip(&expected.numbers()).position(|pair| !agree(pair)) {
        None => Ok(()),
        Some(i) => Err(format!(
            "{name}: expected {}, found {} (to {tol:e}, first at number {i})",
            expected.text(),
            got.text()
        )),
    }
}

/// Results that can be printed and compared: numbers, truth values and arrays of real or complex numbers.
trait Value {
    fn extent(&self) -> Vec<usize>;
    /// All numbers in C order; a complex one counts as two.
    fn numbers(&self) -> Vec<f64>;
    fn text(&self) -> String;
}

impl<V: Value> Value for &V {
    fn extent(&self) -> Vec<usize> {
        (*self).extent()
    }
    fn numbers(&self) -> Vec<f64> {
        (*self).numbers()
    }
    fn text(&self) -> String {
        (*self).text()
    }
}

impl Value for f64 {
    fn extent(&self) -> Vec<usize> {
        Vec::new()
    }
    fn numbers(&self) -> Vec<f64> {
        vec![*self]
    }
    fn text(&self) -> String {
        self.to_string()
    }
}

impl Value for bool {
    fn extent(&self) -> Vec<usize> {
        Vec::new()
    }
    fn numbers(&self) -> Vec<f64> {
        vec![f64::from(*self)]
    }
    fn text(&self) -> String {
        self.to_string()
    }
}

/// The shapes of the two factors of an SVD.
impl Value for [(usize, usize); 2] {
    fn extent(&self) -> Vec<usize> {
        vec![2, 2]
    }
    fn numbers(&self) -> Vec<f64> {
        self.iter().flat_map(|&(m, n)| [m as f64, n as f64]).collect()
    }
    fn text(&self) -> String {
        format!("{:?} and {:?}", self[0], self[1])
    }
}

impl<D: Dimension> Value for Array<f64, D> {
    fn extent(&self) -> Vec<usize> {
        self.shape().to_vec()
    }
    fn numbers(&self) -> Vec<f64> {
        self.iter().copied().collect()
    }
    fn text(&self) -> String {
        aligned(self.mapv(short))
    }
}

impl<D: Dimension> Value for Array<Complex64, D> {
    fn extent(&self) -> Vec<usize> {
        self.shape().to_vec()
    }
    fn numbers(&self) -> Vec<f64> {
        self.iter().flat_map(|z| [z.re, z.im]).collect()
    }
    fn text(&self) -> String {
        let sign = |im: f64| if im < 0.0 { '-' } else { '+' };
        aligned(self.map(|z| format!("{}{}{}j", short(z.re), sign(z.im), short(z.im.abs()))))
    }
}

/// A number with up to six digits after the point; if it rounds to 0, without a sign.
fn short(x: f64) -> String {
    let text = format!("{x:.6}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// All elements padded to the same width.
fn aligned<D: Dimension>(texts: Array<String, D>) -> String {
    let width = texts.iter().map(String::len).max().unwrap_or(0);
    format!("{texts:>width$}")
}

/// Runs a linstat call, prints its source, and checks its result:
/// `show!(lesson, "numpy", call, expected, tolerance)`.
macro_rules! show {
    ($lesson:ident, $numpy:expr, $call:expr, $expected:expr, $tol:expr) => {
        $lesson.show($numpy, stringify!($call), &$call, &$expected, $tol)
    };
}

/// Each column with the sign that makes its entry of largest absolute value positive.
fn turned(vectors: &ArrayRef2<f64>) -> Array2<f64> {
    let mut turned = vectors.to_owned();
    for mut column in turned.columns_mut() {
        // the first one, if several are largest up to rounding
        let largest = column.iter().fold(0.0, |max: f64, x| max.max(x.abs()));
        if column.iter().find(|x| x.abs() >= largest * (1.0 - 1e-9)).is_some_and(|&x| x < 0.0) {
            column.mapv_inplace(|x| -x);
        }
    }
    turned
}

fn products(lesson: &mut Lesson) -> linstat::Result<()> {
    let a = array![[1., 2., 3.], [4., 5., 6.]];
    let b = array![[7., 8.], [9., 10.], [11., 12.]];
    let (x, y) = (array![1., 0., -1.], array![1., -1.]);
    lesson.given("a", &a);
    lesson.given("b", &b);
    lesson.given("x", &x);
    lesson.given("y", &y);
    show!(lesson, "a @ b", matmul(&a, &b)?, array![[58., 64.], [139., 154.]], EXACT);
    show!(lesson, "a @ x", matmul(&a, &x)?, array![-2., -2.], EXACT);
    show!(lesson, "y @ a", matmul(&y, &a)?, array![-3., -3., -3.], EXACT);
    show!(lesson, "x @ x", matmul(&x, &x)?, 2., EXACT);
    let (u, v) = (array![1., 2., 3.], array![4., 5., 6.]);
    lesson.given("u", &u);
    lesson.given("v", &v);
    show!(lesson, "np.dot(u, v)", dot(&u, &v)?, 32., EXACT);
    let expected = array![[4., 5., 6.], [8., 10., 12.], [12., 15., 18.]];
    show!(lesson, "np.outer(u, v)", outer(&u, &v)?, expected, EXACT);
    let (w, bias) = (array![[0.5, -1.], [0.25, 0.], [-0.5, 2.]], array![0.1, -0.2]);
    lesson.given("w", &w);
    lesson.given("bias", &bias);
    show!(lesson, "a @ w + bias", linear_layer(&a, &w, &bias)?, array![[-0.4, 4.8], [0.35, 7.8]], ROUNDING);
    Ok(())
}

fn systems(lesson: &mut Lesson) -> linstat::Result<()> {
    let m = array![[4., -2., 1.], [-2., 4., -2.], [1., -2., 4.]];
    lesson.given("m", &m);
    show!(lesson, "np.trace(m)", trace(&m), 12., EXACT);
    show!(lesson, "np.linalg.det(m)", det(&m)?, 36., 1e-13);
    show!(lesson, "np.linalg.slogdet(m).sign", slogdet(&m)?.sign, 1., EXACT);
    show!(lesson, "np.linalg.slogdet(m).logabsdet", slogdet(&m)?.logabsdet, 3.58351893845611, ROUNDING);
    let odd = array![[1., 2.], [3., 4.]];
    lesson.given("odd", &odd);
    show!(lesson, "np.linalg.slogdet(odd).sign", slogdet(&odd)?.sign, -1., EXACT);
    show!(lesson, "np.linalg.slogdet(odd).logabsdet", slogdet(&odd)?.logabsdet, LN_2, ROUNDING);
    let expected = array![[1. / 3., 1. / 6., 0.], [1. / 6., 5. / 12., 1. / 6.], [0., 1. / 6., 1. / 3.]];
    show!(lesson, "np.linalg.inv(m)", inv(&m)?, expected, ROUNDING);
    let (one, two) = (array![11., -16., 17.], array![[11., 1.], [-16., 0.], [17., 0.]]);
    lesson.given("one", &one);
    lesson.given("two", &two);
    show!(lesson, "np.linalg.solve(m, one)", solve(&m, &one)?, array![1., -2., 3.], ROUNDING);
    let expected = array![[1., 1. / 3.], [-2., 1. / 6.], [3., 0.]];
    show!(lesson, "np.linalg.solve(m, two)", solve(&m, &two)?, expected, ROUNDING);
    Ok(())
}

fn eigenvalues(lesson: &mut Lesson) -> linstat::Result<()> {
    let a = array![[4., 1.], [2., 3.]];
    lesson.given("a", &a);
    let real = eig(&a)?;
    lesson.note("real = np.linalg.eig(a)", "let real = eig(&a)?;");
    show!(lesson, "eig(a): w.dtype == float", real.is_real(), true, EXACT);
    // if it is not real, that has just been noted
    lesson.note("w, v = real", "let (w, v) = real.into_real() ...");
    let Some((w, v)) = real.into_real() else { return Ok(()) };
    show!(lesson, "eig(a): w[w.argsort()]", w, array![2., 5.], ROUNDING);
    let root = 0.7071067811865475;
    let expected = array![[-0.4472135954999579, root], [0.8944271909999159, root]];
    show!(lesson, "eig(a): v[:, w.argsort()], up to signs", turned(&v), expected, ROUNDING);
    show!(lesson, "eig(a): a @ v == v * w", matmul(&a, &v)?, &v * &w, ROUNDING);

    let c = array![[1., -2., 0.], [2., 1., 0.], [0., 0., 3.]];
    lesson.given("c", &c);
    let pair = eig(&c)?;
    lesson.note("w, v = np.linalg.eig(c)", "let pair = eig(&c)?;");
    show!(lesson, "eig(c): w.dtype == float", pair.is_real(), false, EXACT);
    let expected = array![Complex64::new(1., 2.), Complex64::new(1., -2.), Complex64::new(3., 0.)];
    show!(lesson, "eig(c): w", pair.eigenvalues, expected, ROUNDING);
    let (w, v) = (&pair.eigenvalues, &pair.eigenvectors);
    let z = c.mapv(|x| Complex64::new(x, 0.));
    lesson.note("z = c.astype(complex)", "let z = c.mapv(|x| Complex64::new(x, 0.));");
    show!(lesson, "eig(c): z @ v == v * w", matmul(&z, v)?, v * w, ROUNDING);
    show!(
        lesson,
        "eig(c): np.linalg.norm(v, axis=0)",
        vector_norm_axis(v, 2., Axis(0))?,
        array![1., 1., 1.],
        ROUNDING
    );
    show!(lesson, "np.linalg.eigvals(c)", eigvals(&c)?, expected, ROUNDING);

    let s = array![[2., 1., 0.], [1., 2., 1.], [0., 1., 2.]];
    lesson.given("s", &s);
    let e = eigh(&s)?;
    lesson.note("w, v = np.linalg.eigh(s)", "let e = eigh(&s)?;");
    let expected = array![2. - SQRT_2, 2., 2. + SQRT_2];
    show!(lesson, "eigh(s): w", e.eigenvalues, expected, ROUNDING);
    let (w, v) = (&e.eigenvalues, &e.eigenvectors);
    let vectors = array![[-0.5, root, 0.5], [root, 0., root], [-0.5, -root, 0.5]];
    show!(lesson, "eigh(s): v, up to signs", turned(v), vectors, ROUNDING);
    show!(lesson, "eigh(s): s @ v == v * w", matmul(&s, v)?, v * w, ROUNDING);
    show!(lesson, "eigh(s): v.T @ v == np.eye(3)", matmul(&v.t(), v)?, Array2::<f64>::eye(3), ROUNDING);
    show!(lesson, "np.linalg.eigvalsh(s)", eigvalsh(&s)?, expected, ROUNDING);
    Ok(())
}

fn singular_values(lesson: &mut Lesson) -> linstat::Result<()> {
    let t = array![[1., 2.], [3., 4.], [5., 6.]];
    lesson.given("t", &t);
    let f = svd(&t, SvdShape::Reduced)?;
    lesson.note("u, s, vt = np.linalg.svd(t, False)", "let f = svd(&t, SvdShape::Reduced)?;");
    let expected = array![9.525518091565107, 0.5143005806586443];
    show!(lesson, "svd(t): s", f.s, expected, ROUNDING);
    let u = array![
        [0.22984769640007147, 0.8834610176985255],
        [0.5247448187602937, 0.24078249213254635],
        [0.8196419411205159, -0.4018960334334318]
    ];
    show!(lesson, "svd(t): u, up to signs", turned(&f.u), u, ROUNDING);
    let v = array![[0.6196294838293404, 0.7848944532670524], [0.7848944532670524, -0.6196294838293404]];
    show!(lesson, "svd(t): vt.T, up to signs", turned(&f.vt.t()), v, ROUNDING);
    show!(lesson, "svd(t): u * s @ vt == t", matmul(&(&f.u * &f.s), &f.vt)?, t, ROUNDING);

    let full = svd(&t, SvdShape::Full)?;
    lesson.note("u, s, vt = np.linalg.svd(t)", "let full = svd(&t, SvdShape::Full)?;");
    show!(lesson, "svd(t): u.shape, vt.shape", [full.u.dim(), full.vt.dim()], [(3, 3), (2, 2)], EXACT);
    show!(lesson, "svd(t): s", full.s, expected, ROUNDING);
    show!(
        lesson,
        "svd(t): u.T @ u == np.eye(3)",
        matmul(&full.u.t(), &full.u)?,
        Array2::<f64>::eye(3),
        ROUNDING
    );
    let u = full.u.slice(s![.., ..2]);
    show!(lesson, "svd(t): u[:, :2] * s @ vt == t", matmul(&(&u * &full.s), &full.vt)?, t, ROUNDING);
    show!(lesson, "np.linalg.svdvals(t)", svdvals(&t)?, expected, ROUNDING);
    Ok(())
}

fn norms(lesson: &mut Lesson) -> linstat::Result<()> {
    let (t, v) = (array![[1., 2.], [3., 4.], [5., 6.]], array![3., -4., 12.]);
    lesson.given("t", &t);
    lesson.given("v", &v);
    show!(lesson, "np.linalg.norm(v)", norm(&v), 13., EXACT);
    show!(lesson, "np.linalg.norm(t)", norm(&t), 9.539392014169456, ROUNDING);
    show!(lesson, "np.linalg.vector_norm(v, ord=0)", vector_norm(&v, 0.)?, 3., EXACT);
    show!(lesson, "np.linalg.vector_norm(v, ord=1)", vector_norm(&v, 1.)?, 19., EXACT);
    show!(lesson, "np.linalg.vector_norm(v, ord=2)", vector_norm(&v, 2.)?, 13., EXACT);
    show!(lesson, "np.linalg.vector_norm(v, ord=3)", vector_norm(&v, 3.)?, 12.207054953820636, ROUNDING);
    show!(lesson, "np.linalg.vector_norm(v, ord=np.inf)", vector_norm(&v, f64::INFINITY)?, 12., EXACT);
    show!(lesson, "np.linalg.vector_norm(v, ord=-np.inf)", vector_norm(&v, f64::NEG_INFINITY)?, 3., EXACT);
    let sparse = array![3., 0., -4.];
    lesson.given("sparse", &sparse);
    show!(lesson, "np.linalg.vector_norm(sparse, ord=0)", vector_norm(&sparse, 0.)?, 2., EXACT);
    let g = array![[3., 4.], [5., 12.]];
    lesson.given("g", &g);
    let (rows, columns) = (Axis(1), Axis(0));
    show!(
        lesson,
        "np.linalg.vector_norm(g, axis=1)",
        vector_norm_axis(&g, 2., rows)?,
        array![5., 13.],
        EXACT
    );
    show!(
        lesson,
        "np.linalg.vector_norm(g, ord=1, axis=0)",
        vector_norm_axis(&g, 1., columns)?,
        array![8., 16.],
        EXACT
    );

    let m = array![[1., -2., 3.], [4., 5., -6.]];
    lesson.given("m", &m);
    show!(lesson, "np.linalg.matrix_norm(m)", matrix_norm(&m, MatrixNorm::Fro)?, 9.539392014169456, ROUNDING);
    show!(
        lesson,
        "np.linalg.matrix_norm(m, ord='nuc')",
        matrix_norm(&m, MatrixNorm::Nuc)?,
        11.653785350898488,
        ROUNDING
    );
    show!(lesson, "np.linalg.matrix_norm(m, ord=1)", matrix_norm(&m, MatrixNorm::One)?, 9., EXACT);
    show!(lesson, "np.linalg.matrix_norm(m, ord=-1)", matrix_norm(&m, MatrixNorm::NegOne)?, 5., EXACT);
    show!(
        lesson,
        "np.linalg.matrix_norm(m, ord=2)",
        matrix_norm(&m, MatrixNorm::Two)?,
        9.225027715260929,
        ROUNDING
    );
    show!(
        lesson,
        "np.linalg.matrix_norm(m, ord=-2)",
        matrix_norm(&m, MatrixNorm::NegTwo)?,
        2.4287576356375586,
        ROUNDING
    );
    show!(lesson, "np.linalg.matrix_norm(m, ord=np.inf)", matrix_norm(&m, MatrixNorm::Inf)?, 15., EXACT);
    show!(lesson, "np.linalg.matrix_norm(m, ord=-np.inf)", matrix_norm(&m, MatrixNorm::NegInf)?, 6., EXACT);

    let leg = array![3., 4.];
    lesson.given("leg", &leg);
    show!(lesson, "leg / np.linalg.norm(leg)", normalize(&leg)?, array![0.6, 0.8], ROUNDING);
    let expected = array![
        [0.10482848367219183, 0.20965696734438366],
        [0.3144854510165755, 0.4193139346887673],
        [0.5241424183609592, 0.628970902033151]
    ];
    show!(lesson, "t / np.linalg.norm(t)", normalize(&t)?, expected, ROUNDING);
    Ok(())
}

fn components(lesson: &mut Lesson) -> linstat::Result<()> {
    let x = array![[2., 0., 1.], [0., 1., 3.], [4., 1., 2.], [3., 5., 1.], [1., 3., 4.]];
    lesson.given("x", &x);
    let scores = array![
        [-1.546573797872108, 1.5667306118289483],
        [-1.8592965039018956, -1.4015323089359342],
        [-0.04653434172589309, 1.9393698672000588],
        [3.3219161714233416, 0.05704956923683461],
        [0.13048847207655526, -2.1616177393299068]
    ];
    show!(lesson, "PCA(2).fit_transform(x)", pca(&x, 2)?, scores, ROUNDING);
    let fitted = Pca::new(2).fit(&x)?;
    lesson.note("fitted = PCA(2).fit(x)", "let fitted = Pca::new(2).fit(&x)?;");
    show!(lesson, "fitted.mean_", fitted.mean(), array![2., 2., 2.2], ROUNDING);
    let directions = array![
        [0.40329372835571137, 0.893039248187948, -0.19958724875315603],
        [0.6923237310388842, -0.44040095472619983, -0.5716072519804576]
    ];
    show!(lesson, "fitted.components_", fitted.components(), directions, ROUNDING);
    let expected = array![4.111349381645279, 3.585517955494384];
    show!(lesson, "fitted.singular_values_", fitted.singular_values(), expected, ROUNDING);
    let expected = array![4.225798434488754, 3.2139847522931566];
    show!(lesson, "fitted.explained_variance_", fitted.explained_variance(), expected, ROUNDING);
    let expected = array![0.5153412724986287, 0.39194936003575104];
    show!(
        lesson,
        "fitted.explained_variance_ratio_",
        fitted.explained_variance_ratio().clone(),
        expected,
        ROUNDING
    );
    let new = array![[5., 2., 0.]];
    lesson.given("new", &new);
    let expected = array![[1.6489731323240773, 3.3345071474736594]];
    show!(lesson, "fitted.transform(new)", fitted.transform(&new)?, expected, ROUNDING);
    let expected = array![
        [2.4609612695931564, -0.07114075896711869, 1.6131218296898076],
        [0.279843303528597, 0.9568114149319715, 3.3722179055028363],
        [3.323904774153116, 1.1043426653680581, 1.1007297808736798],
        [3.3792047286866564, 4.941476835512667, 1.504377943258862],
        [0.5560859240384748, 3.0685098431544215, 3.409552540674815]
    ];
    let z = fitted.transform(&x)?;
    lesson.note("z = fitted.transform(x)", "let z = fitted.transform(&x)?;");
    show!(lesson, "fitted.inverse_transform(z)", fitted.inverse_transform(&z)?, expected, ROUNDING);
    let expected = array![
        [-0.7523436489132433, 0.873921498247202],
        [-0.9044702025094461, -0.7817739731512158],
        [-0.02263701641784138, 1.081779475809459],
        [1.6159736685253336, 0.031822219241386236],
        [0.0634771993151973, -1.2057492201468312]
    ];
    let white = Pca::new(2).whiten().fit(&x)?;
    lesson.note("white = PCA(2, whiten=True).fit(x)", "let white = Pca::new(2).whiten().fit(&x)?;");
    show!(lesson, "white.transform(x)", white.transform(&x)?, expected, ROUNDING);
    let whole = Pca::new(3).fit(&x)?;
    lesson.note("whole = PCA(3).fit(x)", "let whole = Pca::new(3).fit(&x)?;");
    show!(
        lesson,
        "whole.inverse_transform(whole.transform(x))",
        whole.inverse_transform(&whole.transform(&x)?)?,
        x,
        ROUNDING
    );
    Ok(())
}

fn activations(lesson: &mut Lesson) -> linstat::Result<()> {
    let z = array![-2., -0.5, 0., 0.5, 2.];
    lesson.given("z", &z);
    show!(lesson, "np.maximum(z, 0)", relu(&z), array![0., 0., 0., 0.5, 2.], EXACT);
    let expected =
        array![0.11920292202211755, 0.3775406687981454, 0.5, 0.6224593312018546, 0.8807970779778823];
    show!(lesson, "1 / (1 + np.exp(-z))", sigmoid(&z), expected, ROUNDING);
    let expected =
        array![-0.9640275800758169, -0.46211715726000974, 0., 0.46211715726000974, 0.9640275800758169];
    show!(lesson, "np.tanh(z)", tanh(&z), expected, ROUNDING);
    let l = array![[1., 2., 3.], [1., 1., 1.]];
    lesson.given("l", &l);
    let third = 1. / 3.;
    let row: Array1<f64> = array![0.09003057317038046, 0.24472847105479764, 0.6652409557748218];
    let expected = array![[row[0], row[1], row[2]], [third, third, third]];
    show!(lesson, "softmax(l, axis=-1)", softmax(&l), expected, ROUNDING);
    let expected =
        array![[0.5, 0.7310585786300049, 0.8807970779778823], [0.5, 0.2689414213699951, 0.11920292202211755]];
    show!(lesson, "softmax(l, axis=0)", softmax_axis(&l, Axis(0))?, expected, ROUNDING);
    let large = array![1000., 1001., 1002.];
    lesson.given("large", &large);
    show!(lesson, "softmax(large)", softmax(&large), row, ROUNDING);
    let expected =
        array![-0.2384058440442351, -0.1887703343990727, 0., 0.3112296656009273, 1.7615941559557646];
    show!(lesson, "z / (1 + np.exp(-z))", silu(&z), expected, ROUNDING);
    let expected =
        array![0.1269280110429725, 0.4740769841801067, LN_2, 0.9740769841801067, 2.1269280110429727];
    show!(lesson, "np.logaddexp(z, 0)", softplus(&z), expected, ROUNDING);
    let expected =
        array![-0.04550026389635839, -0.15426876936299344, 0., 0.34573123063700656, 1.9544997361036416];
    show!(lesson, "z * scipy.stats.norm.cdf(z)", gelu(&z), expected, ROUNDING);
    let third = -1.0986122886681098;
    let expected =
        array![[-2.4076059644443806, -1.4076059644443804, -0.4076059644443804], [third, third, third]];
    show!(lesson, "scipy.special.log_softmax(l, axis=-1)", log_softmax(&l), expected, ROUNDING);
    let expected = array![3.40760596444438, 2.09861228866811];
    show!(lesson, "scipy.special.logsumexp(l, axis=1)", logsumexp_axis(&l, Axis(1))?, expected, ROUNDING);
    Ok(())
}

fn statistics(lesson: &mut Lesson) -> linstat::Result<()> {
    let scores = array![[85., 90., 78., 92.], [73., 88., 95., 81.], [91., 76., 84., 87.]];
    lesson.given("scores", &scores);
    show!(lesson, "np.mean(scores)", mean(&scores)?, 85., EXACT);
    let expected = array![83., 84.66666666666667, 85.66666666666667, 86.66666666666667];
    show!(lesson, "np.mean(scores, axis=0)", mean_axis(&scores, Axis(0))?, expected, 1e-13);
    show!(lesson, "np.mean(scores, axis=1)", mean_axis(&scores, Axis(1))?, array![86.25, 84.25, 84.5], EXACT);
    show!(lesson, "np.std(scores)", std(&scores, 0)?, 6.544717972023954, ROUNDING);
    show!(lesson, "np.std(scores, ddof=1)", std(&scores, 1)?, 6.8357349807663494, ROUNDING);
    let expected = array![7.483314773547883, 6.182412330330469, 7.039570693980959, 4.496912521077347];
    show!(lesson, "np.std(scores, axis=0)", std_axis(&scores, 0, Axis(0))?, expected, ROUNDING);
    let expected = array![5.402545696243577, 8.166241485530538, 5.5];
    show!(lesson, "np.std(scores, axis=1)", std_axis(&scores, 0, Axis(1))?, expected, ROUNDING);
    let expected = array![9.16515138991168, 7.571877794400365, 8.621678104251709, 5.507570547286102];
    show!(lesson, "np.std(scores, axis=0, ddof=1)", std_axis(&scores, 1, Axis(0))?, expected, ROUNDING);
    show!(lesson, "np.var(scores)", var(&scores, 0)?, 42.833333333333336, 1e-13);
    Ok(())
}

fn distributions(lesson: &mut Lesson) -> linstat::Result<()> {
    let scores = array![[85., 90., 78., 92.], [73., 88., 95., 81.], [91., 76., 84., 87.]];
    lesson.given("scores", &scores);
    let linear = QuantileMethod::Linear;
    show!(lesson, "np.median(scores)", median(&scores)?, 86., EXACT);
    show!(
        lesson,
        "np.median(scores, axis=0)",
        median_axis(&scores, Axis(0))?,
        array![85., 88., 84., 87.],
        EXACT
    );
    show!(lesson, "np.quantile(scores, 0.9)", quantile(&scores, 0.9, linear)?, 91.9, ROUNDING);
    let quartiles = [25., 50., 75.];
    let expected = array![80.25, 86., 90.25];
    show!(
        lesson,
        "np.percentile(scores, [25, 50, 75])",
        percentile(&scores, &quartiles, linear)?,
        expected,
        EXACT
    );
    let (a, b, c) = (-26.416666666666664, -7.166666666666666, -39.5);
    let expected = array![[38.916666666666664, a, b], [a, 88.91666666666666, c], [b, c, 40.33333333333333]];
    show!(lesson, "np.cov(scores)", cov(&scores, Variables::Rows, 1)?, expected, 1e-13);
    let (a, b, c) = (-0.44907472459100606, -0.18089115432234676, -0.6595890711666483);
    let expected = array![[1., a, b], [a, 1., c], [b, c, 1.]];
    show!(lesson, "np.corrcoef(scores)", corrcoef(&scores, Variables::Rows)?, expected, ROUNDING);
    let expected = array![
        [0.2672612419124244, 0.8626621856275066, -1.089081564763871, 1.185998906657761],
        [-1.3363062095621219, 0.5391638660171914, 1.3258384266690586, -1.2601238383238733],
        [1.0690449676496976, -1.4018260516447003, -0.23675686190518985, 0.07412493166610908],
    ];
    show!(lesson, "(scores - scores.mean(0)) / scores.std(0)", standardize(&scores)?, expected, 1e-13);
    let bins = histogram(&scores, Bins::Count(4))?;
    show!(
        lesson,
        "np.histogram(scores, bins=4)[0]",
        bins.counts.mapv(|n| n as f64),
        array![3., 1., 4., 4.],
        EXACT
    );
    show!(lesson, "np.histogram(scores, bins=4)[1]", bins.edges, array![73., 78.5, 84., 89.5, 95.], EXACT);
    Ok(())
}

fn aggregation(lesson: &mut Lesson) -> linstat::Result<()> {
    let scores = array![[85., 90., 78., 92.], [73., 88., 95., 81.], [91., 76., 84., 87.]];
    lesson.given("scores", &scores);
    let numbers = |x: Array1<usize>| x.mapv(|x| x as f64);
    show!(
        lesson,
        "np.sum(scores, axis=0)",
        sum_axis(&scores, Axis(0))?,
        array![249., 254., 257., 260.],
        EXACT
    );
    show!(lesson, "np.cumsum(scores[0])", cumsum(&scores.row(0))?, array![85., 175., 253., 345.], EXACT);
    show!(lesson, "np.max(scores)", max(&scores)?, 95., EXACT);
    show!(
        lesson,
        "np.argmax(scores, axis=1)",
        numbers(argmax_axis(&scores, Axis(1))?),
        array![3., 2., 0.],
        EXACT
    );
    show!(lesson, "np.any(scores > 94)", any(&scores.mapv(|x| x > 94.)), true, EXACT);
    show!(lesson, "np.all(scores > 80)", all(&scores.mapv(|x| x > 80.)), false, EXACT);
    let expected = array![[78., 85., 90., 92.], [73., 81., 88., 95.], [76., 84., 87., 91.]];
    show!(lesson, "np.sort(scores)", sort(&scores)?, expected, EXACT);
    let p = array![0.3, 0.9, 0.1, 0.7];
    lesson.given("p", &p);
    show!(lesson, "np.argsort(p)[::-1]", numbers(argsort_descending(&p)?), array![1., 3., 0., 2.], EXACT);
    show!(lesson, "np.sort(p)[::-1][:2]", top_k(&p, 2)?.values, array![0.9, 0.7], EXACT);
    let labels = array!["cat", "dog", "cat", "bird"];
    let found = unique_counts(&labels)?;
    lesson.note("np.unique(labels, return_counts=True)", "unique_counts(&labels)?");
    println!("    {} {}", found.values, found.counts);
    show!(lesson, "np.unique(...)[1]", numbers(found.counts), array![1., 2., 1.], EXACT);
    Ok(())
}

fn random_numbers(lesson: &mut Lesson) -> linstat::Result<()> {
    let mut rng = default_rng(42);
    lesson.note("rng = np.random.default_rng(42)", "let mut rng = default_rng(42);");
    let whole = |x: Array1<i64>| x.mapv(|x| x as f64);
    let indices = |x: Array1<usize>| x.mapv(|x| x as f64);
    let expected = array![0.7739560485559633, 0.4388784397520523, 0.8585979199113825];
    show!(lesson, "rng.random(3)", rng.random(3)?, expected, EXACT);
    let expected = array![[0.6973680290593639, 0.09417734788764953], [0.9756223516367559, 0.761139701990353]];
    show!(lesson, "rng.random((2, 2))", rng.random((2, 2))?, expected, EXACT);
    let expected = array![4.367514815312836, 4.966397684991422, 3.2939121448528397];
    show!(lesson, "rng.normal(5.0, 2.0, 3)", rng.normal(5.0, 2.0, 3)?, expected, EXACT);
    let expected = array![0.45531418919563293, 0.5972486138343811];
    show!(
        lesson,
        "rng.standard_normal(2, dtype=np.float32)",
        rng.standard_normal_f32(2)?.mapv(f64::from),
        expected,
        EXACT
    );
    let expected = array![0.8535299776972036, 0.2877302401613291];
    show!(lesson, "rng.uniform(-1.0, 1.0, 2)", rng.uniform(-1.0, 1.0, 2)?, expected, EXACT);
    let expected = array![4., 8., 5., 4., 4., 2.];
    show!(lesson, "rng.integers(0, 10, 6)", whole(rng.integers(0..10, 6)?), expected, EXACT);
    let expected = array![1., 4., 6., 1.];
    show!(lesson, "rng.integers(1, 6, 4, endpoint=True)", whole(rng.integers(1..=6, 4)?), expected, EXACT);
    let expected = array![4., 3., 4., 2.];
    show!(lesson, "rng.binomial(10, 0.3, 4)", whole(rng.binomial(10, 0.3, 4)?), expected, EXACT);
    show!(lesson, "rng.poisson(3.0, 4)", whole(rng.poisson(3.0, 4)?), array![5., 4., 2., 2.], EXACT);
    let expected = array![3., 0., 5., 4., 2., 1.];
    show!(lesson, "rng.permutation(6)", indices(rng.permutation(6)?), expected, EXACT);
    let expected = array![6., 7., 0., 3.];
    show!(lesson, "rng.choice(10, 4)", indices(rng.choice(10, &Choice::new(), 4)?), expected, EXACT);
    let distinct = Choice::new().without_replacement();
    lesson.note("", "let distinct = Choice::new().without_replacement();");
    let expected = array![5., 3., 6., 8.];
    show!(
        lesson,
        "rng.choice(10, 4, replace=False)",
        indices(rng.choice(10, &distinct, 4)?),
        expected,
        EXACT
    );
    let weighted = Choice::new().weights(&array![0.2, 0.5, 0.3]);
    lesson.note("p = [0.2, 0.5, 0.3]", "let weighted = Choice::new().weights(&array![0.2, 0.5, 0.3]);");
    let expected = array![1., 0., 0., 0., 2.];
    show!(lesson, "rng.choice(3, 5, p=p)", indices(rng.choice(3, &weighted, 5)?), expected, EXACT);
    let mut x = array![0., 1., 2., 3., 4.];
    lesson.given("x", &x);
    rng.shuffle(&mut x, Axis(0))?;
    lesson.note("rng.shuffle(x)", "rng.shuffle(&mut x, Axis(0))?;");
    show!(lesson, "x", x, array![4., 2., 1., 3., 0.], EXACT);
    let mut tasks = default_rng(42).spawn(2)?;
    lesson.note("tasks = np.random.default_rng(42).spawn(2)", "let mut tasks = default_rng(42).spawn(2)?;");
    let expected = array![0.9167441575549085, 0.9109866676343232];
    show!(lesson, "tasks[0].random(2)", tasks[0].random(2)?, expected, EXACT);
    let expected = array![0.4674907799518424, 0.04644889644868733];
    show!(lesson, "tasks[1].random(2)", tasks[1].random(2)?, expected, EXACT);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_refuses_nan_and_other_shapes_and_takes_equal_infinities() {
        assert!(check("x", &1.0, &(1.0 + 1e-15), 1e-14).is_ok());
        assert!(check("x", &1.0, &1.1, 1e-14).is_err());
        assert!(check("x", &f64::NAN, &1.0, 1e300).is_err());
        assert!(check("x", &f64::NAN, &f64::NAN, 1e300).is_err());
        assert!(check("x", &1.0, &1.0, f64::NAN).is_ok());
        assert!(check("x", &1.0, &1.1, f64::NAN).is_err());
        assert!(check("x", &f64::INFINITY, &f64::INFINITY, 0.0).is_ok());
        assert!(check("x", &f64::INFINITY, &f64::NEG_INFINITY, 0.0).is_err());
        assert!(check("x", &array![1., 2.], &array![1.], 1.0).is_err());
        assert!(check("x", &array![[1.], [2.]], &array![[1., 2.]], 1.0).is_err());
    }
}
