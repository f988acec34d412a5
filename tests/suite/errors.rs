//! Every public function that can return an error names itself in it; those of `random` are in
//! `random/errors.rs`.

use crate::common::assert::{case, fail};
use crate::functions::{Arguments, Call, activations, of_real, of_scalar, of_sketch};
use linstat::*;
use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, Axis, Ix2, arr0, array};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn named<R>(name: &str, result: Result<R>) {
    case(name, || match result {
        Ok(_) => fail("accepted"),
        Err(error) => names(&error, name),
    });
}

#[track_caller]
fn names(error: &Error, name: &str) {
    assert_eq!(error.op(), name, "{error}");
    assert!(error.to_string().starts_with(&format!("{name}: ")), "{error}");
}

/// Calls `f` with arguments that do not fit, with NaN, without elements, and of absurd size; every function
/// that may fail must refuse one of them.
fn each_wrong(f: impl Fn(&str, &Arguments<'_, f64>)) {
    let wide = Array2::zeros((2, 3));
    let nan = array![[f64::NAN, 1.0], [1.0, 2.0]];
    let (zero, empty) = (array![[0.0]], Array2::zeros((0, 2)));
    // one element, repeated more often than memory could hold
    let one = arr0(1.0);
    let endless = one.broadcast((1 << 20, 1 << 40)).unwrap();
    let of = |n: usize| Array1::ones(n);
    let given = |name: &str, a: &ArrayRef2<f64>, b: &ArrayRef2<f64>, v: &ArrayRef1<f64>, ord, axis, k| {
        f(name, &Arguments { a, b, v, ord, axis: Axis(axis), k });
    };
    given("shapes", &wide, &array![[1.0]], &of(5), 2.0, 2, usize::MAX);
    given("NaN", &nan, &nan, &of(2), f64::NAN, 0, 0);
    given("singular", &zero, &zero, &of(1), -1.0, 1, 1);
    given("no elements", &empty, &empty, &of(0), f64::NEG_INFINITY, 0, 0);
    given("absurd", &endless, &endless, &endless.row(0), 1.5, 0, 7);
}

/// The calls of the list that may fail.
fn calls() -> Vec<Call<f64>> {
    let mut all = [of_scalar(), of_real(), of_sketch()].concat();
    all.retain(|call| call.may_fail);
    all
}

#[test]
fn functions_name_themselves() {
    let calls = calls();
    let refused: RefCell<BTreeSet<&str>> = RefCell::default();
    each_wrong(|name, arguments| {
        for call in &calls {
            case(format!("{name}, {}", call.text), || {
                if let Err(error) = (call.run)(arguments) {
                    names(&error, call.name);
                    refused.borrow_mut().insert(call.name);
                }
            });
        }
    });
    let refused = refused.into_inner();
    for call in &calls {
        assert!(refused.contains(call.name), "{} accepts all arguments", call.name);
    }
    named("set_threads", backend::set_threads(0));
    named("with_threads", backend::with_threads(0, || ()));
}

/// The name of the function that a line of a source file declares, by itself or in the list of activations.
fn declared(line: &str) -> Option<&str> {
    if let Some(function) = line.strip_prefix("pub fn ") {
        return function.split(['<', '(']).next();
    }
    let (name, rest) = line.strip_prefix("    ")?.split_once("(x")?;
    let is_row = rest.contains(") = ") && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_row.then_some(name)
}

/// A function that is missing in the list would not be tested by the files that use it.
#[test]
fn the_list_is_complete() {
    let mut listed: BTreeSet<String> = activations::<f64, Ix2>()
        .iter()
        .flat_map(|(name, ..)| [name.to_string(), format!("{name}_inplace")])
        .collect();
    for call in [of_scalar::<f64>(), of_real()].concat() {
        listed.extend(call.text.split('(').next().map(String::from));
    }
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src");
    let mut found = 0;
    for place in [
        "activation",
        "decomposition",
        "linalg",
        #[cfg(feature = "metrics")]
        "metrics",
        "nn.rs",
        "numeric",
        "product",
        "product/einsum",
        "reduce",
        "reduce.rs",
        "sort",
        "stats",
    ] {
        let place = sources.join(place);
        let files = if place.is_dir() {
            fs::read_dir(place).unwrap().map(|file| file.unwrap().path()).collect()
        } else {
            vec![place]
        };
        for file in files.into_iter().filter(|file| file.is_file()) {
            let text = fs::read_to_string(file).unwrap();
            for name in text.lines().filter_map(declared) {
                assert!(listed.contains(name), "{name} is not in functions.rs");
                found += 1;
            }
        }
    }
    assert!(found > 100, "only {found} functions found");
}

#[test]
fn messages_tell_where_and_what() {
    let a = array![[1.0, 2.0, 3.0], [4.0, 5.0, f64::NAN], [7.0, 8.0, f64::INFINITY]];
    let expected = "svdvals: a[1, 2] is NaN, expected finite elements";
    assert_eq!(svdvals(&a).unwrap_err().to_string(), expected);
    let expected = "eigvals: a[2, 1] is NaN, expected finite elements";
    assert_eq!(eigvals(&a.t()).unwrap_err().to_string(), expected);
    let expected = "solve: a[0, 1] is inf, expected finite elements";
    let reversed = a.slice(ndarray::s![1..;-1, 1..]);
    assert_eq!(solve(&reversed, &array![1.0, 2.0]).unwrap_err().to_string(), expected);
}

/// The whole message of a function that refuses its arguments.
#[track_caller]
fn says<R: std::fmt::Debug>(result: Result<R>, expected: &str) {
    assert_eq!(result.unwrap_err().to_string(), expected);
}

#[test]
fn messages_name_what_was_found() {
    let (x, one) = (array![1.0, 2.0], [Spacing::Uniform(1.0); 3]);
    says(
        histogram_weighted(&x, &x, Bins::Sturges),
        "histogram_weighted: invalid argument `bins`: expected a number, a range or edges, found Sturges: a rule \
         takes no weights",
    );
    says(
        histogram(&x, Bins::Edges(&[1e300, 0.5])),
        "histogram: invalid argument `bins`: expected ascending edges, found 1e300 before 0.5",
    );
    says(
        histogram(&x, Bins::Range { count: 1, start: 1e300, end: f64::INFINITY }),
        "histogram: invalid argument `range`: expected a finite range, found 1e300 to inf",
    );
    says(
        histogram(&x, Bins::Range { count: 9, start: 1e300, end: 1e300 }),
        "histogram: invalid argument `bins`: 9 bins are too many for the range from 1e300 to 1e300",
    );
    says(
        interp(&x, &array![1e300, 0.5], &x, Outside::Nearest),
        "interp: invalid argument `xp`: expected ascending numbers, found 1e300 before 0.5",
    );
    says(
        quantile_weighted(&x, &array![1.0, -1e300], 0.5),
        "quantile_weighted: invalid argument `weights`: expected finite weights that are not negative, found -1e300",
    );
    says(
        gradient(&x, &one, EdgeOrder::First),
        "gradient: invalid argument `spacing`: expected none, one distance or 1, found 3",
    );
    says(
        gradient(&x, &[Spacing::Uniform(0.0)], EdgeOrder::First),
        "gradient: invalid argument `spacing`: expected a distance that is not 0, found 0",
    );
    says(
        gradient_axis(
            &array![1.0, 2.0, 3.0],
            Spacing::Coordinates(&[0.0, 1.0, 1.0]),
            EdgeOrder::First,
            Axis(0),
        ),
        "gradient_axis: invalid argument `spacing`: expected distances that are not 0, found 1.0 at 1 and at 2",
    );
    says(lexsort(&[]), "lexsort: invalid argument `keys`: expected at least one key, found none");
}

#[cfg(feature = "metrics")]
#[test]
fn messages_name_labels() {
    let p = array![[0.5, 0.5], [0.5, 1.5]];
    let message = "invalid argument `y_true`: expected labels from 0 to 1, found";
    says(log_loss(&array![0, 7], &p), &format!("log_loss: {message} 7 at 1"));
    says(log_loss(&array![-3, 7], &array![0.5, 0.5]), &format!("log_loss: {message} -3 at 0"));
    says(cross_entropy(&array![0, i64::MIN], &p), &format!("cross_entropy: {message} {} at 1", i64::MIN));
    says(
        log_loss(&array![0, 1], &p),
        "log_loss: invalid argument `p`: expected probabilities between 0 and 1, found 1.5 at [1, 1]",
    );
    says(
        log_loss(&array![0, 1], &array![0.5, -1e-300]),
        "log_loss: invalid argument `p`: expected probabilities between 0 and 1, found -1e-300 at [1]",
    );
    let message = "confusion_matrix: invalid argument `labels`: expected each label once, found";
    let y = array![-5, 4];
    says(confusion_matrix(&y, &y, Some(&[-5, 4, 4])), &format!("{message} 4 at 1 and at 2"));
    says(
        confusion_matrix(&y, &y, Some(&[1 << 30, 4, 1 << 30])),
        &format!("{message} 1073741824 at 0 and at 2"),
    );
}
