//! Bodies of sorting, compiled once for each element type.

use super::{Side, narrow, order, search, select, unique};
use crate::loops::lanes::{Along, Elements};
use crate::sealed::compiled;
use crate::{ErrorKind, Result};
use std::borrow::Cow;

compiled! {
    /// Bodies of sorting. Private: it seals [`Element`].
    Sort {
        fn sort_lanes(x: Along<'_, Self>) -> Result<Vec<Self>, ErrorKind> = order::sort_lanes;
        fn order_lanes(x: Along<'_, Self>, direction: order::Direction) -> Result<Vec<usize>, ErrorKind>
            = order::order_lanes, narrow: narrow::order_lanes;
        fn partition_lanes(x: Along<'_, Self>, kth: usize) -> Result<Vec<Self>, ErrorKind> = select::partition_lanes;
        fn top_lanes(x: Along<'_, Self>, k: usize) -> Result<(Vec<Self>, Vec<usize>), ErrorKind>
            = select::top_lanes, narrow: narrow::top_lanes;
        fn places(sorted: &[Self], values: Elements<'_, Self>, side: Side) -> Result<Vec<usize>, ErrorKind>
            = search::places, narrow: narrow::places;
        fn sorted_values(values: Cow<'_, [Self]>) -> Result<Vec<Self>, ErrorKind> = unique::sorted_values;
        fn distinct_values(values: &mut Vec<Self>) -> () = unique::distinct_values;
        fn value_order(values: &[Self]) -> Result<Vec<usize>, ErrorKind> = unique::value_order, narrow: narrow::value_order;
    }
}
