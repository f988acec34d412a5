//! NumPy's products of arrays with any number of axes.

use super::{Term, each_tensor_layout, near};
use crate::common::assert::case;
use crate::common::each_library;
use crate::common::golden::{Golden, PRODUCT, cases};
use linstat::{
    Contracted, diagonal, einsum, inner, kron, matmul, matrix_power, matvec, multi_dot, tensordot,
};
use linstat::{cross, trace_offset, vdot, vecdot, vecmat};
use ndarray::{ArrayD, ArrayViewD, Axis, IxDyn, arr0};

for_types! { tensors => tensors, [f32, f64, Complex32, Complex64, i8, i64, u32]; }

fn call<T: Term>(golden: &Golden, arrays: &[ArrayViewD<'_, T>]) -> linstat::Result<ArrayD<T>> {
    let a = &arrays[0];
    let b = arrays.get(1).unwrap_or(a);
    let list = |name: &str| -> Vec<Axis> {
        let list = golden[name].as_array().unwrap();
        list.iter().map(|axis| Axis(axis.as_u64().unwrap() as usize)).collect()
    };
    let n = || golden["n"].as_i64().unwrap();
    match golden["function"].as_str().unwrap() {
        "matmul" => matmul(a, b),
        "vecdot" => vecdot(a, b),
        "inner" => inner(a, b),
        "matvec" => matvec(a, b),
        "vecmat" => vecmat(a, b),
        "vdot" => vdot(a, b).map(|x| arr0(x).into_dyn()),
        "tensordot" => match golden["count"].as_u64() {
            Some(count) => tensordot(a, b, Contracted::Count(count as usize)),
            None => tensordot(a, b, Contracted::Axes(&list("left"), &list("right"))),
        },
        "kron" => kron(a, b),
        "cross" => cross(a, b),
        "multi_dot" => multi_dot(&arrays.iter().map(|x| &**x).collect::<Vec<_>>()),
        "matrix_power" => matrix_power(a, n()),
        "diagonal" => diagonal(a, n() as isize),
        "trace_offset" => trace_offset(a, n() as isize),
        "einsum" => einsum(golden["subscripts"].as_str().unwrap(), arrays),
        function => panic!("no function {function}"),
    }
}

fn tensors<T: Term>() {
    let cases = cases(PRODUCT, &format!("tensors {}", T::NAME));
    assert!(cases.len() > 130, "{}", cases.len());
    // the terms are sums of at most 2^12 sixteenths to the power of the number of factors: most are exact
    let check = |golden: &Golden, arrays: &[ArrayViewD<'_, T>]| {
        let function = golden["function"].as_str().unwrap();
        let actual = call(golden, arrays).unwrap();
        assert!(actual.is_standard_layout(), "C order is promised");
        near(&actual, &golden.output(function), 4096.0);
    };
    each_library(|| {
        for golden in &cases {
            case(golden.name(), || {
                let names = ["a", "b", "c", "d"].into_iter().filter(|name| !golden["in"][name].is_null());
                let arrays: Vec<ArrayD<T>> = names.map(|name| golden.input::<T, IxDyn>(name)).collect();
                let views: Vec<_> = arrays.iter().map(|x| x.view()).collect();
                check(golden, &views);
                for i in 0..arrays.len() {
                    each_tensor_layout(&arrays[i], |x| {
                        let mut views = views.clone();
                        views[i] = x.view();
                        check(golden, &views);
                    });
                }
            });
        }
    });
}
