//! Einstein's summation, against its definition.

use super::{Term, each_tensor_layout, near_wide, whole};
use crate::common::assert::*;
use crate::common::random_words;
use linstat::{ErrorKind, einsum, matmul, vecdot};
use ndarray::{Array1, Array2, Array3, ArrayD, ArrayViewD, IxDyn, arr0, array};
use num_complex::Complex64;

for_types! { random_sums => random_sums, [f32, f64, Complex64, i64]; }

const LETTERS: &[u8] = b"abcde";
const SIZES: [usize; 5] = [2, 3, 1, 4, 2];

/// The sum over all letters.
fn naive<T: Term>(terms: &[Vec<usize>], output: &[usize], arrays: &[ArrayD<T>]) -> ArrayD<Complex64> {
    let mut sums = ArrayD::<Complex64>::zeros(output.iter().map(|&letter| SIZES[letter]).collect::<Vec<_>>());
    // a letter that no array has is not summed over
    let used = |letter: usize| terms.iter().any(|term| term.contains(&letter));
    let sizes: Vec<usize> =
        (0..SIZES.len()).map(|letter| if used(letter) { SIZES[letter] } else { 1 }).collect();
    for index in ndarray::indices(IxDyn(&sizes)) {
        let at = |letters: &[usize], shape: &[usize]| -> Vec<usize> {
            letters.iter().zip(shape).map(|(&letter, &n)| if n == 1 { 0 } else { index[letter] }).collect()
        };
        let product: Complex64 =
            terms.iter().zip(arrays).map(|(term, a)| a[&at(term, a.shape())[..]].wide()).product();
        let shape = sums.shape().to_vec();
        sums[&at(output, &shape)[..]] += product;
    }
    sums
}

fn text(letters: &[usize]) -> String {
    letters.iter().map(|&letter| LETTERS[letter] as char).collect()
}

fn random_sums<T: Term>() {
    let mut next = random_words(7);
    let mut below = |n: usize| next() as usize % n;
    for round in 0..400 {
        let count = 1 + below(4);
        let terms: Vec<Vec<usize>> =
            (0..count).map(|_| (0..below(4)).map(|_| below(LETTERS.len())).collect()).collect();
        let mut output: Vec<usize> = Vec::new();
        for _ in 0..below(4) {
            let letter = below(LETTERS.len());
            if terms.iter().any(|term| term.contains(&letter)) && !output.contains(&letter) {
                output.push(letter);
            }
        }
        let arrays: Vec<ArrayD<T>> = terms
            .iter()
            .enumerate()
            .map(|(i, term)| {
                // now and then an axis to be broadcast, if another array has the letter, too
                let shape: Vec<usize> = term
                    .iter()
                    .map(|&letter| {
                        let before = terms[..i].iter().any(|other| other.contains(&letter));
                        let twice = term.iter().filter(|&&other| other == letter).count() > 1;
                        if before && !twice && round % 5 == 0 { 1 } else { SIZES[letter] }
                    })
                    .collect();
                whole(&shape, round + i as u64)
            })
            .collect();
        let inputs: Vec<String> = terms.iter().map(|term| text(term)).collect();
        let subscripts = format!("{}->{}", inputs.join(","), text(&output));
        let expected = naive(&terms, &output, &arrays);
        case(format!("{subscripts} of {:?}", arrays.iter().map(|a| a.shape()).collect::<Vec<_>>()), || {
            let views: Vec<ArrayViewD<'_, T>> = arrays.iter().map(|a| a.view()).collect();
            // whole numbers that are exact in f64 and, up to 2^24, in f32
            let units = if expected.iter().any(|x| x.norm() > 1e6) { 1e7 } else { 0.0 };
            let check = |views: &[ArrayViewD<'_, T>]| {
                let sums = einsum(&subscripts, views).unwrap();
                assert!(sums.is_standard_layout(), "C order is promised");
                near_wide(&sums, &expected, units);
            };
            check(&views);
            for i in 0..count.min(2) {
                each_tensor_layout(&arrays[i], |x| {
                    let mut views = views.clone();
                    views[i] = x.view();
                    check(&views);
                });
            }
        });
    }
}

#[test]
fn operands_of_every_kind() {
    let (v, m) = (array![1, 2], array![[1, 2], [3, 4]]);
    let expected = array![5, 11].into_dyn();
    assert_eq!(einsum("ij,j", (&m, &v)), Ok(expected.clone()));
    assert_eq!(einsum("ij,j", (&m.view(), &v.view())), Ok(expected.clone()));
    assert_eq!(einsum("ij,j", (&*m, &*v)), Ok(expected.clone()));
    assert_eq!(einsum("ij,j", &[m.view().into_dyn(), v.view().into_dyn()]), Ok(expected.clone()));
    assert_eq!(einsum("ij,j", &[m.view().into_dyn(), v.view().into_dyn()][..]), Ok(expected));
    assert_eq!(einsum("ii", &m), Ok(arr0(5).into_dyn()));
    assert_eq!(einsum("ii", (&m,)), Ok(arr0(5).into_dyn()));
    let all = einsum("a,a,a,a,a,a,a,a->a", (&v, &v, &v, &v, &v, &v, &v, &v));
    assert_eq!(all, Ok(array![1, 256].into_dyn()));
}

/// The same kernels, so the same bits.
#[test]
fn pairs_are_products() {
    let a = crate::common::matrix::<f64>(60, 40, 1);
    let b = crate::common::matrix::<f64>(40, 50, 2);
    same(&einsum("ij,jk", (&a, &b)).unwrap(), &matmul(&a, &b).unwrap().into_dyn());
    same(&einsum("ji,kj->ik", (&a.t(), &b.t())).unwrap(), &matmul(&a, &b).unwrap().into_dyn());
    same(&einsum("ij,ij->i", (&a, &a)).unwrap(), &vecdot(&a, &a).unwrap().into_dyn());
    let stack = Array3::from_shape_fn((7, 5, 6), |(k, i, j)| 1.0 / (1 + k + 2 * i + 3 * j) as f64);
    let other = stack.view().permuted_axes((0, 2, 1));
    same(&einsum("bij,bjk->bik", (&stack, &other)).unwrap(), &matmul(&stack, &other).unwrap().into_dyn());
}

#[test]
fn nan_and_infinity_propagate() {
    let a = array![[1.0, f64::NAN], [f64::INFINITY, 2.0]];
    let sums = einsum("ij->i", &a).unwrap();
    assert!(sums[0].is_nan() && sums[1] == f64::INFINITY);
    let products = einsum("ij,jk->ik", (&a, &Array2::zeros((2, 2)))).unwrap();
    assert!(products.iter().all(|x| x.is_nan()));
    let z = Array1::from_elem(3, Complex64::new(f64::INFINITY, 0.0));
    assert_eq!(einsum("i->", &z).unwrap(), arr0(Complex64::new(f64::INFINITY, 0.0)).into_dyn());
}

#[test]
fn malformed_subscripts() {
    let m = Array2::<f64>::zeros((2, 3));
    for wrong in [
        "i->j->k", "i->j,k", "ij-", "ij- >i", "ij..", "i.. .j", "...i...", "i1", "ié", "i>j", "ij->ii",
        "ij->k", "ij,jk", "...->i", "i...->i", "-", ">", "ij->i.", ",", "\u{0}ij",
    ] {
        case(wrong, || {
            error_kind(einsum(wrong, &m), |e| {
                e.op() == "einsum"
                    && matches!(e.kind(), ErrorKind::InvalidArgument { name: "subscripts", .. })
            });
        });
    }
    shape_error(einsum("i", &m), "einsum", "(2, 3): 'i' for an array of dimension 2");
    shape_error(einsum("ijk", &m), "einsum", "(2, 3): 'ijk' for an array of dimension 2");
    shape_error(einsum("ijk...", &m), "einsum", "(2, 3): 'ijk' for an array of dimension 2");
    shape_error(einsum("ii", &m), "einsum", "(2, 3): 'i' has the lengths 2 and 3");
    shape_error(
        einsum("ii->i", &m.slice(ndarray::s![..1, ..])),
        "einsum",
        "(1, 3): 'i' has the lengths 1 and 3",
    );
    let found = "(2, 3) and (3, 2): 'i' has the lengths 2 and 3";
    shape_error(einsum("ij,ij", (&m, &m.t())), "einsum", found);
    let found = "(2, 3) and (3, 2): an axis of '...' has the lengths 2 and 3";
    shape_error(einsum("...,...", (&m, &m.t())), "einsum", found);
    let none: &[ArrayViewD<'_, f64>] = &[];
    error_kind(einsum("", none), |e| matches!(e.kind(), ErrorKind::InvalidArgument { .. }));
    let many = vec![m.view().into_dyn(); 65];
    let subscripts = vec!["ij"; 65].join(",");
    error_kind(einsum(&subscripts, &many[..]), |e| {
        matches!(e.kind(), ErrorKind::InvalidArgument { name: "operands", .. })
    });
    let all = einsum(&subscripts[..subscripts.len() - 3], &many[1..]).unwrap();
    assert_eq!(all, arr0(0.0).into_dyn());
}

#[test]
fn absurd_sizes() {
    let one = Array2::<f64>::ones((1, 1));
    let view = |m: usize, n: usize| one.broadcast((m, n)).unwrap();
    for (subscripts, (m, n)) in
        [("ij->ij", (1 << 30, 1 << 30)), ("ij->i", (1 << 50, 2)), ("ij->", (1 << 30, 1 << 30))]
    {
        case(subscripts, || {
            error_kind(einsum(subscripts, &view(m, n)), |e| matches!(e.kind(), ErrorKind::TooLarge { .. }));
        });
    }
    error_kind(einsum("ij,kl->ijkl", (&view(1 << 30, 2), &view(1 << 30, 2))), |e| {
        matches!(e.kind(), ErrorKind::TooLarge { .. })
    });
}
