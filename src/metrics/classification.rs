//! Scores of predicted classes and of their probabilities.

use crate::error::index_of;
use crate::loops::lanes::check_extent;
use crate::memory::{defaults, filled, room};
use crate::{Error, ErrorKind, Named, Real, Result, log_softmax_axis};
use ndarray::{Array2, ArrayRef, ArrayRef1, ArrayRef2, ArrayView2, ArrayViewD, Axis, Dimension, Ix2, aview1};
use ndarray_stats::DeviationExt;
use std::fmt::Debug;

mod sealed {
    pub trait Sealed {}
}

/// A label of a class: an integer or `bool`. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a label of a class",
    note = "labels are integers of 8 to 64 bits and bool; predicted scores become labels by `argmax_axis`"
)]
pub trait Label: sealed::Sealed + Copy + Eq + Debug + Send + Sync + 'static {
    /// A number in the order of the labels.
    #[doc(hidden)]
    fn key(self) -> u64;

    /// The label as the number of a class.
    #[doc(hidden)]
    fn class(self) -> Option<usize>;
}

macro_rules! labels {
    ($($t:ty),*; $($signed:ty),*) => {
        $(
            impl sealed::Sealed for $t {}
            impl Label for $t {
                fn key(self) -> u64 {
                    self as u64
                }
                fn class(self) -> Option<usize> {
                    usize::try_from(self as u64).ok()
                }
            }
        )*
        $(
            impl sealed::Sealed for $signed {}
            impl Label for $signed {
                fn key(self) -> u64 {
                    (self as i64 as u64) ^ (1 << 63)
                }
                fn class(self) -> Option<usize> {
                    usize::try_from(self).ok()
                }
            }
        )*
    };
}

labels!(bool, u8, u16, u32, u64, usize; i8, i16, i32, i64, isize);

/// Returns the share of the predictions that are right, as `sklearn.metrics.accuracy_score(y_true, y_pred)`.
///
/// Both arrays have shape `(n,)` and any stride.
///
/// # Errors
/// [`ErrorKind::Shape`] if the lengths differ, [`ErrorKind::Empty`] if there are no labels,
/// [`ErrorKind::TooLarge`] for a broadcast view with more elements than memory can hold.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::accuracy_score(&array![0, 2, 1, 3], &array![0, 1, 2, 3])?, 0.5);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn accuracy_score<L: Label>(y_true: &ArrayRef1<L>, y_pred: &ArrayRef1<L>) -> Result<f64> {
    let equal = || -> Result<f64, ErrorKind> {
        check_labels(y_true, y_pred)?;
        // it refuses only what has been refused
        let count = y_true.count_eq(y_pred).map_err(|_| ErrorKind::empty(y_true.shape()))?;
        Ok(count as f64 / y_true.len() as f64)
    };
    equal().named("accuracy_score")
}

fn check_labels<L: Label>(y_true: &ArrayRef1<L>, y_pred: &ArrayRef1<L>) -> Result<(), ErrorKind> {
    if y_true.len() != y_pred.len() {
        return Err(ErrorKind::shape("y_true (n,) and y_pred (n,)", &[y_true.shape(), y_pred.shape()]));
    }
    if y_true.is_empty() {
        return Err(ErrorKind::empty(y_true.shape()));
    }
    check_extent(y_true)?;
    check_extent(y_pred)
}

/// Returns how many samples of each class were predicted as each class, as
/// `sklearn.metrics.confusion_matrix(y_true, y_pred, labels=labels)`.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `y_true` | `(n,)` | the true labels |
/// | `y_pred` | `(n,)` | the predicted labels |
/// | `labels` | k labels | the classes; all that occur, in ascending order, if it is `None` |
/// | result | `(k, k)` | a row for each true class, a column for each predicted one |
///
/// Samples with a label that is not among the `labels` are not counted.
///
/// # Errors
/// [`ErrorKind::Shape`] if the lengths differ, [`ErrorKind::Empty`] if there are no samples,
/// [`ErrorKind::InvalidArgument`] if `labels` is empty, holds a label twice, or none of `y_true`, and
/// [`ErrorKind::TooLarge`] if the result or a copy of the labels does not fit into memory.
///
/// # Examples
/// ```
/// use linstat::confusion_matrix;
/// use ndarray::array;
/// let (truth, predicted) = (array![2, 0, 2, 2, 0, 1], array![0, 0, 2, 2, 0, 2]);
/// let counts = confusion_matrix(&truth, &predicted, None)?;
/// assert_eq!(counts, array![[2, 0, 0], [0, 0, 1], [1, 0, 2]]);
/// assert_eq!(confusion_matrix(&truth, &predicted, Some(&[2, 0]))?, array![[2, 1], [0, 2]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn confusion_matrix<L: Label>(
    y_true: &ArrayRef1<L>,
    y_pred: &ArrayRef1<L>,
    labels: Option<&[L]>,
) -> Result<Array2<usize>> {
    let counted = || -> Result<Array2<usize>, ErrorKind> {
        check_labels(y_true, y_pred)?;
        let chosen = labels.map(|labels| keys(labels.iter().copied())).transpose()?;
        let name = |at: usize| labels.map_or_else(String::new, |labels| format!("{:?}", labels[at]));
        counts(&keys(y_true.iter().copied())?, &keys(y_pred.iter().copied())?, chosen, &name)
    };
    counted().named("confusion_matrix")
}

fn keys<L: Label>(labels: impl ExactSizeIterator<Item = L>) -> Result<Vec<u64>, ErrorKind> {
    let mut keys = room(labels.len())?;
    labels.for_each(|label| keys.push(label.key()));
    Ok(keys)
}

/// The classes that labels stand for, found by their keys.
enum Classes {
    /// The class of each key from the first one on; `usize::MAX` stands for none.
    Table { first: u64, classes: Vec<usize> },
    /// The keys in ascending order, each with its class.
    Sorted(Vec<(u64, usize)>),
}

impl Classes {
    /// The keys are not empty. `samples` is the number of labels that will be looked up.
    fn new(keys: &[u64], samples: usize) -> Result<Self, ErrorKind> {
        let (first, last) = extremes(keys.iter());
        let span = last - first;
        // a table is made in a pass over it
        let most = samples.saturating_add(keys.len()).saturating_add(4096);
        if let Some(len) = usize::try_from(span).ok().filter(|&span| span < most) {
            let mut classes = filled(len + 1, usize::MAX)?;
            keys.iter().enumerate().for_each(|(class, key)| classes[(key - first) as usize] = class);
            return Ok(Classes::Table { first, classes });
        }
        let mut sorted = room(keys.len())?;
        sorted.extend(keys.iter().enumerate().map(|(class, &key)| (key, class)));
        sorted.sort_unstable();
        Ok(Classes::Sorted(sorted))
    }

    fn of(&self, key: u64) -> Option<usize> {
        match self {
            Classes::Table { first, classes } => {
                let at = usize::try_from(key.checked_sub(*first)?).ok()?;
                classes.get(at).copied().filter(|&class| class != usize::MAX)
            }
            Classes::Sorted(sorted) => {
                let at = sorted.binary_search_by_key(&key, |&(key, _)| key).ok()?;
                Some(sorted[at].1)
            }
        }
    }
}

fn extremes<'a>(keys: impl Iterator<Item = &'a u64>) -> (u64, u64) {
    keys.fold((u64::MAX, 0), |(first, last), &key| (first.min(key), last.max(key)))
}

/// Returns all keys that occur, in ascending order.
fn occurring(truth: &[u64], predicted: &[u64]) -> Result<Vec<u64>, ErrorKind> {
    let both = || truth.iter().chain(predicted);
    let (first, last) = extremes(both());
    let samples = truth.len() + predicted.len();
    if let Some(span) = usize::try_from(last - first).ok().filter(|&span| span < samples + 4096) {
        let mut occurs = filled(span + 1, false)?;
        both().for_each(|key| occurs[(key - first) as usize] = true);
        return Ok((first..=last).zip(occurs).filter(|&(_, occurs)| occurs).map(|(key, _)| key).collect());
    }
    let mut all = room(samples)?;
    all.extend(both());
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// `name` prints the label at a place of `labels`.
fn counts(
    truth: &[u64],
    predicted: &[u64],
    labels: Option<Vec<u64>>,
    name: &dyn Fn(usize) -> String,
) -> Result<Array2<usize>, ErrorKind> {
    let chosen = labels.is_some();
    let labels = labels.map_or_else(|| occurring(truth, predicted), Ok)?;
    if labels.is_empty() {
        return Err(ErrorKind::invalid("labels", "expected at least one label, found none"));
    }
    let classes = Classes::new(&labels, truth.len() + predicted.len())?;
    // a label that stands twice has its last place
    let again = |(i, &key)| classes.of(key).filter(|&last| last != i).map(|last| (i, last));
    if let Some((first, last)) = labels.iter().enumerate().find_map(again) {
        let found = format!("found {} at {first} and at {last}", name(first));
        return Err(ErrorKind::invalid("labels", format!("expected each label once, {found}")));
    }
    let k = labels.len();
    let mut counts = defaults::<usize>(k.saturating_mul(k))?;
    let mut found = false;
    for (&truth, &predicted) in truth.iter().zip(predicted) {
        let Some(row) = classes.of(truth) else { continue };
        found = true;
        if let Some(column) = classes.of(predicted) {
            counts[row * k + column] += 1;
        }
    }
    if chosen && !found {
        return Err(ErrorKind::invalid("labels", "expected a label of y_true, found none"));
    }
    Array2::from_shape_vec((k, k), counts).map_err(|_| ErrorKind::TooLarge { dim: k })
}

/// Returns the mean of `-ln p` of the true classes, as `sklearn.metrics.log_loss(y_true, p)`.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `y_true` | `(n,)` | the true classes: numbers of columns of `p`, from 0 |
/// | `p` | `(n, k)` | probabilities of each class, k at least 2 |
/// | or `p` | `(n,)` | of two classes, the probabilities of class 1 (or `true`) |
///
/// The labels are scikit-learn's with `labels=range(k)`. As there, probabilities are moved into EPSILON to
/// 1 - EPSILON (of `T`), so that no loss is infinite. That rows sum to 1 is not checked. A NaN among the
/// probabilities of true classes gives NaN. For logits see [`cross_entropy`].
///
/// # Errors
/// [`ErrorKind::Shape`] if `p` has other shapes, [`ErrorKind::Empty`] if there are no samples,
/// [`ErrorKind::InvalidArgument`] for a label without a column and for a probability below 0 or above 1,
/// [`ErrorKind::TooLarge`] for an array with more elements than memory can hold.
///
/// # Examples
/// ```
/// use ndarray::array;
/// let p = array![[0.5_f64, 0.5], [0.25, 0.75]];
/// let loss = linstat::log_loss(&array![0, 1], &p)?;
/// assert!((loss + (0.5 * 0.75_f64).ln() / 2.).abs() < 1e-15);
/// assert_eq!(linstat::log_loss(&array![false, true], &array![0.5, 0.75])?, loss);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn log_loss<T: Real, L: Label, D: Dimension>(y_true: &ArrayRef1<L>, p: &ArrayRef<T, D>) -> Result<T> {
    let loss = |classes: Vec<usize>| T::log_loss(&classes, p.view().into_dyn(), &name_in(y_true));
    classes(y_true).and_then(loss).named("log_loss")
}

/// Returns the mean of `-ln softmax(logits)` of the true classes, the cross entropy of labels and logits, as
/// `torch.nn.functional.cross_entropy(logits, y_true)`.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `y_true` | `(n,)` | the true classes: numbers of columns, from 0 |
/// | `logits` | `(n, k)` | what would be the argument of a softmax over each row |
///
/// By [`log_softmax`](crate::log_softmax), whose accuracy each loss has: none is lost to a probability that
/// rounds to 0 or 1, as in [`log_loss`] of a softmax. NaN and infinities as there.
///
/// # Errors
/// [`ErrorKind::Shape`] if the numbers of rows and of labels differ, [`ErrorKind::Empty`] if there are no
/// samples, [`ErrorKind::InvalidArgument`] for a label without a column, [`ErrorKind::TooLarge`] if a copy of
/// the logits does not fit into memory.
///
/// # Examples
/// ```
/// use ndarray::array;
/// let logits = array![[0., 0.], [1000., 0.]];
/// assert_eq!(linstat::cross_entropy(&array![0, 0], &logits)?, std::f64::consts::LN_2 / 2.);
/// assert_eq!(linstat::cross_entropy(&array![1], &array![[1000., 0.]])?, 1000.);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "softmax_cross_entropy")]
pub fn cross_entropy<T: Real, L: Label>(y_true: &ArrayRef1<L>, logits: &ArrayRef2<T>) -> Result<T> {
    let loss = |classes: Vec<usize>| T::cross_entropy(&classes, logits.view(), &name_in(y_true));
    classes(y_true).and_then(loss).named("cross_entropy")
}

/// Returns the labels as numbers of columns. A negative one is beyond all columns.
fn classes<L: Label>(labels: &ArrayRef1<L>) -> Result<Vec<usize>, ErrorKind> {
    if labels.is_empty() {
        return Err(ErrorKind::empty(labels.shape()));
    }
    let mut classes = room(labels.len())?;
    classes.extend(labels.iter().map(|label| label.class().unwrap_or(usize::MAX)));
    Ok(classes)
}

/// Returns what prints the label at a place.
fn name_in<L: Label>(labels: &ArrayRef1<L>) -> impl Fn(usize) -> String {
    |at| format!("{:?}", labels[at])
}

fn check_classes(classes: &[usize], k: usize, name: &dyn Fn(usize) -> String) -> Result<(), ErrorKind> {
    match classes.iter().position(|&class| class >= k) {
        None => Ok(()),
        Some(at) => {
            let reason = format!("expected labels from 0 to {}, found {} at {at}", k - 1, name(at));
            Err(ErrorKind::invalid("y_true", reason))
        }
    }
}

/// Returns the mean of losses.
fn mean<T: Real>(losses: &[f64]) -> Result<T, ErrorKind> {
    crate::mean(&aview1(losses)).map(T::of).map_err(Error::into_kind)
}

pub(super) fn log_loss_of<T: Real>(
    classes: &[usize],
    p: ArrayViewD<'_, T>,
    name: &dyn Fn(usize) -> String,
) -> Result<T, ErrorKind> {
    let n = classes.len();
    let k = match *p.shape() {
        [rows] if rows == n => 2,
        [rows, columns] if rows == n && columns > 1 => columns,
        _ => return Err(ErrorKind::shape("y_true (n,) and p (n, k) or (n,)", &[&[n], p.shape()])),
    };
    check_extent(&p)?;
    check_classes(classes, k, name)?;
    if let Some((at, bad)) = p.iter().enumerate().find(|&(_, &p)| p < T::zero() || p > T::one()) {
        let at = index_of(p.shape(), at);
        let reason = format!("expected probabilities between 0 and 1, found {bad:?} at {at:?}");
        return Err(ErrorKind::invalid("p", reason));
    }
    let (least, most) = (T::epsilon(), T::one() - T::epsilon());
    let loss = |p: T| {
        // a NaN stays
        let p = if p < least {
            least
        } else if p > most {
            most
        } else {
            p
        };
        -p.f64().ln()
    };
    let mut losses = room(n)?;
    match p.view().into_dimensionality::<Ix2>() {
        Ok(p) => losses.extend(classes.iter().enumerate().map(|(i, &class)| loss(p[[i, class]]))),
        Err(_) => losses.extend(
            p.iter().zip(classes).map(|(&p, &class)| loss(if class == 1 { p } else { T::one() - p })),
        ),
    }
    mean(&losses)
}

pub(super) fn cross_entropy_of<T: Real>(
    classes: &[usize],
    logits: ArrayView2<'_, T>,
    name: &dyn Fn(usize) -> String,
) -> Result<T, ErrorKind> {
    let (n, k) = logits.dim();
    if n != classes.len() || k == 0 {
        return Err(ErrorKind::shape("y_true (n,) and logits (n, k)", &[&[classes.len()], logits.shape()]));
    }
    check_classes(classes, k, name)?;
    let logs = log_softmax_axis(&logits, Axis(1)).map_err(Error::into_kind)?;
    let mut losses = room(n)?;
    // not -0 for a certain one
    losses.extend(classes.iter().enumerate().map(|(i, &class)| 0.0 - logs[[i, class]].f64()));
    mean(&losses)
}
