//! The library and its threads.

use crate::common::assert::*;
use crate::common::each_library;
use linstat::backend::{Library, info, run_in, set_threads, threads};
use linstat::{Error, matmul};
use ndarray::Array2;

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

/// In one test, since the number is that of the process.
#[test]
fn threads_can_be_set() {
    let before = threads();
    assert_eq!(set_threads(1), Ok(1));
    assert_eq!(threads(), 1);
    let a = Array2::<f64>::eye(200);
    assert_eq!(matmul(&a, &a).unwrap(), a);
    // a library without threads stays at 1
    let two = set_threads(2).unwrap();
    assert!(two == 1 || two == 2);
    assert_eq!(threads(), two);
    for n in [0, 1025, usize::MAX] {
        error_kind(set_threads(n), |e| {
            matches!(e, Error::InvalidArgument { op: "set_threads", name: "n", .. })
        });
    }
    assert_eq!(threads(), two);
    set_threads(before).unwrap();
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
