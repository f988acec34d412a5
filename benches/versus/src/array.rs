//! Statistics, reductions, sorting and activations: functions of an array and perhaps an axis. Only linstat
//! and the Python peers have them.

use crate::case::{Element, Group, Normal, Number};
use crate::digest::{self, Digest};
use crate::measure::{Contender, local};
use crate::memory::vector;
use crate::python::Arguments;
use linstat::{Bins, QuantileMethod, Variables};
use ndarray::{Array, ArrayRef, Axis, Dimension, Ix1, Ix2, RemoveAxis};
use serde::Serialize;

/// An operation; `peers.py` uses the same names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ArrayOp {
    /// A copy, the limit set by memory.
    Copy,
    Sum,
    Prod,
    Mean,
    Var,
    Std,
    Median,
    Quantile,
    /// `quantile` of five `q`.
    Quantiles,
    Nanmean,
    Nanmedian,
    Skewness,
    Kurtosis,
    Min,
    Max,
    Argmin,
    Argmax,
    All,
    CountNonzero,
    Cumsum,
    Cov,
    Corrcoef,
    Histogram,
    Sort,
    Argsort,
    Partition,
    Unique,
    Relu,
    LeakyRelu,
    Sigmoid,
    Tanh,
    Silu,
    Softplus,
    Gelu,
    GeluTanh,
    Softmax,
    LogSoftmax,
    Logsumexp,
}

const QS: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

impl ArrayOp {
    fn of(group: Group) -> &'static [ArrayOp] {
        use ArrayOp::*;
        match group {
            Group::Copy => &[Copy],
            Group::Reduce => &[Sum, Prod, Min, Max, Argmin, Argmax, All, CountNonzero, Cumsum],
            Group::Stats => &[Mean, Var, Std, Nanmean, Skewness, Kurtosis, Cov, Corrcoef, Histogram],
            Group::Order => &[Median, Quantile, Quantiles, Nanmedian],
            Group::Sort => &[Sort, Argsort, Partition, Unique],
            Group::Activation => &[
                Relu, LeakyRelu, Sigmoid, Tanh, Silu, Softplus, Gelu, GeluTanh, Softmax, LogSoftmax,
                Logsumexp,
            ],
            _ => &[],
        }
    }

    fn name(self) -> String {
        let name = serde_json::to_value(self).expect("a plain enum");
        name.as_str().unwrap_or_default().into()
    }

    /// Whether it always runs without an axis: elementwise, or over all elements.
    fn is_whole(self) -> bool {
        use ArrayOp::*;
        matches!(
            self,
            Copy | Cov
                | Corrcoef
                | Histogram
                | Unique
                | Relu
                | LeakyRelu
                | Sigmoid
                | Tanh
                | Silu
                | Softplus
                | Gelu
                | GeluTanh
        )
    }

    /// Whether it always runs along an axis, which is the only one for vectors.
    fn needs_axis(self) -> bool {
        use ArrayOp::*;
        matches!(self, Sort | Argsort | Partition | Softmax | LogSoftmax | Logsumexp | Cumsum)
    }

    /// Whether it needs the columns of a matrix.
    fn needs_matrix(self) -> bool {
        matches!(self, ArrayOp::Cov | ArrayOp::Corrcoef)
    }

    /// The aims: how many times faster than NumPy, and than the best of all peers.
    pub fn aims(self, n: usize, axis: Option<usize>) -> (f64, f64) {
        use ArrayOp::*;
        match self {
            Copy => (0.0, 0.0),
            _ if n <= 10 => (5.0, 1.0),
            Mean | Std | Var | Median | Quantile | Softmax | Sigmoid | Tanh => (3.0, 1.0),
            Argmax if axis == Some(0) => (3.0, 1.0),
            Argsort => (1.5, 1.0),
            _ => (1.0, 1.0),
        }
    }

    /// Whether the result agrees with the reference. The tolerance is loose: it finds other operations and
    /// wrong results, it does not judge accuracy.
    pub fn agrees(self, dtype: &str, result: &Digest, reference: &Digest) -> Result<(), String> {
        let tolerance = match (self, dtype) {
            // NumPy's f32 sums of many numbers of both signs
            (
                ArrayOp::Sum | ArrayOp::Cumsum | ArrayOp::Mean | ArrayOp::Nanmean | ArrayOp::Skewness,
                "float32",
            ) => 5e-2,
            (_, "float32") => 1e-3,
            _ => 1e-8,
        };
        // products of a thousand numbers underflow; two numbers have no skewness, only its rounding errors
        let nothing = self == ArrayOp::Skewness && reference.is_within(1e-15) && result.is_within(1e-6);
        if nothing || self == ArrayOp::Prod && result.is_out_of_range() {
            Ok(())
        } else {
            result.check(reference, tolerance)
        }
    }
}

/// An operation with its arguments.
#[derive(Debug)]
pub struct ArrayCase<T, D: Dimension> {
    pub name: String,
    pub op: ArrayOp,
    pub axis: Option<usize>,
    pub x: Array<T, D>,
}

impl<T: Number, D: Dimension> ArrayCase<T, D> {
    pub fn arguments(&self) -> Arguments<'_> {
        let bytes = Box::new(|| self.x.iter().flat_map(|&x| Number::bytes(x)).collect());
        Arguments {
            op: serde_json::to_value(self.op).expect("a plain enum"),
            dtype: T::DTYPE,
            k: 0,
            axis: self.axis,
            arrays: vec![("x", self.x.shape().to_vec(), bytes)],
        }
    }
}

/// A case whose arrays are filled later, so that only one is in memory.
pub enum Recipe<T> {
    Vector(Box<dyn FnOnce() -> ArrayCase<T, Ix1>>),
    Matrix(Box<dyn FnOnce() -> ArrayCase<T, Ix2>>),
}

/// The cases of a group.
pub fn recipes<T: Number>(group: Group) -> Vec<Recipe<T>> {
    let mut recipes = Vec::new();
    for &op in ArrayOp::of(group) {
        let of_length = |n: usize| {
            let axis = op.needs_axis().then_some(0);
            let make = move || {
                let mut normal = Normal::new();
                let x = Array::from(vector(n, || T::random(&mut normal)));
                ArrayCase { name: format!("{} {n}", op.name()), op, axis, x }
            };
            Recipe::Vector(Box::new(make) as Box<_>)
        };
        let matrix = |shape: (usize, usize), axis: Option<usize>| {
            let make = move || {
                let mut normal = Normal::new();
                let x = vector(shape.0 * shape.1, || T::random(&mut normal));
                let x = Array::from_shape_vec(shape, x).expect("the number of elements");
                let along = axis.map_or(String::new(), |axis| format!(" axis {axis}"));
                ArrayCase { name: format!("{} {}x{}{along}", op.name(), shape.0, shape.1), op, axis, x }
            };
            Recipe::Matrix(Box::new(make) as Box<_>)
        };
        if !op.needs_matrix() {
            recipes.extend([10, 10_000, 1_000_000].map(of_length));
        }
        for shape in [(2, 3), (10_000, 100), (1024, 4096)] {
            if op.needs_matrix() && shape == (1024, 4096) {
                continue;
            }
            if op.is_whole() {
                recipes.push(matrix(shape, None));
            } else {
                recipes.extend([0, 1].map(|axis| matrix(shape, Some(axis))));
            }
        }
    }
    recipes
}

const DEFINED: &str = "the operation is defined for every case";

/// Operations on floats only.
pub fn of_real<'a, T: Element, D: RemoveAxis>(case: &'a ArrayCase<T, D>) -> Option<Box<dyn Contender + 'a>> {
    use ArrayOp::*;
    let (x, axis) = (&case.x, case.axis.map(Axis));
    /// A function and its `_axis` twin.
    macro_rules! reduction {
        ($all:expr, $axis:expr) => {
            Some(match axis {
                None => local("linstat", move || ($all)(x).expect(DEFINED), |y: T| digest::number(y.f64())),
                Some(axis) => {
                    local("linstat", move || ($axis)(x, axis).expect(DEFINED), |y| of(&y, |y: T| y.f64()))
                }
            })
        };
    }
    macro_rules! elementwise {
        ($call:expr) => {
            Some(local("linstat", move || ($call)(x), |y| of(&y, |y: T| y.f64())))
        };
    }
    macro_rules! along {
        ($axis:path) => {{
            let axis = axis?;
            Some(local("linstat", move || $axis(x, axis).expect(DEFINED), |y| of(&y, |y: T| y.f64())))
        }};
    }
    let linear = QuantileMethod::Linear;
    match case.op {
        Copy => elementwise!(|x: &'a Array<T, D>| x.to_owned()),
        Mean => reduction!(linstat::mean, linstat::mean_axis),
        Var => reduction!(|x| linstat::var(x, 0), |x, axis| linstat::var_axis(x, 0, axis)),
        Std => reduction!(|x| linstat::std(x, 0), |x, axis| linstat::std_axis(x, 0, axis)),
        Nanmean => reduction!(linstat::nanmean, linstat::nanmean_axis),
        Skewness => reduction!(linstat::skewness, linstat::skewness_axis),
        Kurtosis => reduction!(linstat::kurtosis, linstat::kurtosis_axis),
        Median => reduction!(linstat::median, linstat::median_axis),
        Nanmedian => reduction!(linstat::nanmedian, linstat::nanmedian_axis),
        Quantile => reduction!(|x| linstat::quantile(x, 0.3, linear), |x, axis| linstat::quantile_axis(
            x, 0.3, linear, axis
        )),
        Quantiles => Some(match axis {
            None => local(
                "linstat",
                move || linstat::quantile(x, &QS, linear).expect(DEFINED),
                |y| of(&y, |y: T| y.f64()),
            ),
            Some(axis) => local(
                "linstat",
                move || linstat::quantile_axis(x, &QS, linear, axis).expect(DEFINED),
                |y| of(&y, |y: T| y.f64()),
            ),
        }),
        Histogram => Some(local(
            "linstat",
            move || linstat::histogram(x, Bins::Count(50)).expect(DEFINED),
            |h| of(&h.counts, |count| count as f64),
        )),
        Relu => elementwise!(linstat::relu),
        LeakyRelu => elementwise!(|x: &'a Array<T, D>| linstat::leaky_relu(x, T::of(0.01))),
        Sigmoid => elementwise!(linstat::sigmoid),
        Tanh => elementwise!(linstat::tanh),
        Silu => elementwise!(linstat::silu),
        Softplus => elementwise!(linstat::softplus),
        Gelu => elementwise!(linstat::gelu),
        GeluTanh => elementwise!(linstat::gelu_tanh),
        Softmax => along!(linstat::softmax_axis),
        LogSoftmax => along!(linstat::log_softmax_axis),
        Logsumexp => along!(linstat::logsumexp_axis),
        _ => None,
    }
}

/// Operations on the columns of a matrix.
pub fn of_matrix<'a, T: Element>(case: &'a ArrayCase<T, Ix2>) -> Option<Box<dyn Contender + 'a>> {
    let x = &case.x;
    match case.op {
        ArrayOp::Cov => Some(local(
            "linstat",
            move || linstat::cov(x, Variables::Columns, 1).expect(DEFINED),
            |y| of(&y, |y: T| y.f64()),
        )),
        ArrayOp::Corrcoef => Some(local(
            "linstat",
            move || linstat::corrcoef(x, Variables::Columns).expect(DEFINED),
            |y| of(&y, |y: T| y.f64()),
        )),
        _ => None,
    }
}

/// Operations on all number types.
pub fn of_number<'a, T: Number + linstat::Summed<K>, K, D: RemoveAxis>(
    case: &'a ArrayCase<T, D>,
) -> Option<Box<dyn Contender + 'a>> {
    use ArrayOp::*;
    let (x, axis) = (&case.x, case.axis.map(Axis));
    macro_rules! reduction {
        ($all:path, $axis:path, $wide:expr) => {
            Some(match axis {
                None => {
                    local("linstat", move || $all(x).expect(DEFINED), move |y| digest::number(($wide)(y)))
                }
                Some(axis) => {
                    local("linstat", move || $axis(x, axis).expect(DEFINED), move |y| of(&y, $wide))
                }
            })
        };
    }
    let sum = |y: T::Sum| linstat::Element::as_f64(y);
    let element = |y: T| y.as_f64();
    let index = |y: usize| y as f64;
    match case.op {
        Sum => reduction!(linstat::sum, linstat::sum_axis, sum),
        Prod => reduction!(linstat::prod, linstat::prod_axis, sum),
        Min => reduction!(linstat::min, linstat::min_axis, element),
        Max => reduction!(linstat::max, linstat::max_axis, element),
        Argmin => reduction!(linstat::argmin, linstat::argmin_axis, index),
        Argmax => reduction!(linstat::argmax, linstat::argmax_axis, index),
        All => Some(match axis {
            None => local("linstat", move || linstat::all(x), |y| digest::number(f64::from(u8::from(y)))),
            Some(axis) => local(
                "linstat",
                move || linstat::all_axis(x, axis).expect(DEFINED),
                |y| of(&y, |y| f64::from(u8::from(y))),
            ),
        }),
        CountNonzero => Some(match axis {
            None => local("linstat", move || linstat::count_nonzero(x), |y| digest::number(y as f64)),
            Some(axis) => local(
                "linstat",
                move || linstat::count_nonzero_axis(x, axis).expect(DEFINED),
                |y| of(&y, |y| y as f64),
            ),
        }),
        Cumsum => {
            let axis = axis?;
            Some(local(
                "linstat",
                move || linstat::cumsum_axis(x, axis).expect(DEFINED),
                move |y| of(&y, sum),
            ))
        }
        Sort => {
            let axis = axis?;
            Some(local(
                "linstat",
                move || linstat::sort_axis(x, axis).expect(DEFINED),
                move |y| of(&y, element),
            ))
        }
        Argsort => {
            let axis = axis?;
            Some(local(
                "linstat",
                move || linstat::argsort_axis(x, axis).expect(DEFINED),
                move |order| {
                    let mut sorted = x.clone();
                    for ((mut out, x), order) in
                        sorted.lanes_mut(axis).into_iter().zip(x.lanes(axis)).zip(order.lanes(axis))
                    {
                        out.iter_mut().zip(order).for_each(|(out, &i)| *out = x[i]);
                    }
                    of(&sorted, element)
                },
            ))
        }
        Partition => {
            let axis = axis?;
            let kth = x.len_of(axis) / 2;
            Some(local(
                "linstat",
                move || linstat::partition_axis(x, kth, axis).expect(DEFINED),
                move |y| of(&y.index_axis(axis, kth), element),
            ))
        }
        Unique => {
            Some(local("linstat", move || linstat::unique(x).expect(DEFINED), move |y| of(&y, element)))
        }
        _ => None,
    }
}

fn of<R: Copy, D: Dimension>(y: &ArrayRef<R, D>, wide: impl Fn(R) -> f64) -> Digest {
    digest::numbers(y.shape().to_vec(), y.iter().map(|&y| wide(y)))
}
