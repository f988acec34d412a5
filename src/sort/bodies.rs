//! The bodies of sorting, compiled once for each type of element.

use super::{Side, TopK, order, search, select, unique};
use crate::Result;
use crate::element::compiled;
use crate::lanes::Elements;
use ndarray::{ArrayD, ArrayViewD, Axis, IxDyn};
use std::borrow::Cow;

compiled! {
    /// The bodies of sorting. Private: it seals [`Element`].
    Sort {
        fn sort_lanes(op: &'static str, x: ArrayViewD<'_, Self>, axis: Axis) -> Result<ArrayD<Self>> = order::sort_lanes;
        fn order_lanes(op: &'static str, x: ArrayViewD<'_, Self>, axis: Axis, descending: bool) -> Result<ArrayD<usize>>
            = order::order_lanes;
        fn partition_lanes(op: &'static str, x: ArrayViewD<'_, Self>, kth: usize, axis: Axis) -> Result<ArrayD<Self>>
            = select::partition_lanes;
        fn top_lanes(op: &'static str, x: ArrayViewD<'_, Self>, k: usize, axis: Axis) -> Result<TopK<Self, IxDyn>>
            = select::top_lanes;
        fn places(sorted: &[Self], values: Elements<'_, Self>, side: Side) -> Result<Vec<usize>> = search::places;
        fn sorted_values(values: Cow<'_, [Self]>) -> Vec<Self> = unique::sorted_values;
        fn distinct_values(values: &mut Vec<Self>) -> () = unique::distinct_values;
        fn value_order(values: &[Self]) -> Vec<usize> = unique::value_order;
    }
}
