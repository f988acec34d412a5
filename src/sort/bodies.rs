//! The bodies of sorting, compiled once for each type of element.

use super::{Side, order, search, select, unique};
use crate::Result;
use crate::loops::lanes::{Along, Elements};
use crate::number::compiled;
use std::borrow::Cow;

compiled! {
    /// The bodies of sorting. Private: it seals [`Element`].
    Sort {
        fn sort_lanes(op: &'static str, x: Along<'_, Self>) -> Result<Vec<Self>> = order::sort_lanes;
        fn order_lanes(op: &'static str, x: Along<'_, Self>, descending: bool) -> Result<Vec<usize>> = order::order_lanes;
        fn partition_lanes(op: &'static str, x: Along<'_, Self>, kth: usize) -> Result<Vec<Self>> = select::partition_lanes;
        fn top_lanes(op: &'static str, x: Along<'_, Self>, k: usize) -> Result<(Vec<Self>, Vec<usize>)>
            = select::top_lanes;
        fn places(sorted: &[Self], values: Elements<'_, Self>, side: Side) -> Result<Vec<usize>> = search::places;
        fn sorted_values(values: Cow<'_, [Self]>) -> Vec<Self> = unique::sorted_values;
        fn distinct_values(values: &mut Vec<Self>) -> () = unique::distinct_values;
        fn value_order(values: &[Self]) -> Vec<usize> = unique::value_order;
    }
}
