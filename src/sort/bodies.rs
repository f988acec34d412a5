//! Bodies of sorting, compiled once for each element type.

use super::{Side, complex, isin, narrow, order, search, select, unique, unique_axis};
use crate::loops::lanes::{Along, Elements};
use crate::sealed::compiled;
use crate::{ErrorKind, Result};
use std::borrow::Cow;

compiled! {
    /// Bodies of sorting. Private: it seals [`Entry`](crate::Entry).
    entries Sort {
        fn sort_lanes(x: Along<'_, Self>) -> Result<Vec<Self>, ErrorKind>
            = order::sort_lanes, complex: complex::sort_lanes;
        fn order_lanes(x: Along<'_, Self>, direction: order::Direction) -> Result<Vec<usize>, ErrorKind>
            = order::order_lanes, narrow: narrow::order_lanes;
        fn partition_lanes(x: Along<'_, Self>, kth: &[usize]) -> Result<Vec<Self>, ErrorKind>
            = select::partition_lanes, complex: complex::partition_lanes;
        fn argpartition_lanes(x: Along<'_, Self>, kth: &[usize]) -> Result<Vec<usize>, ErrorKind>
            = select::argpartition_lanes, narrow: narrow::argpartition_lanes;
        fn top_lanes(x: Along<'_, Self>, k: usize) -> Result<(Vec<Self>, Vec<usize>), ErrorKind>
            = select::top_lanes, narrow: narrow::top_lanes;
        fn places(sorted: &[Self], values: Elements<'_, Self>, side: Side) -> Result<Vec<usize>, ErrorKind>
            = search::places, narrow: narrow::places, complex: complex::places;
        fn members(x: Elements<'_, Self>, test: Elements<'_, Self>) -> Result<Vec<bool>, ErrorKind>
            = isin::members, narrow: narrow::members, complex: complex::members;
        fn row_order(rows: &[Self], n: usize) -> Result<Vec<usize>, ErrorKind>
            = unique_axis::row_order, narrow: narrow::row_order;
        fn row_runs(rows: &[Self], order: &[usize]) -> Result<unique_axis::Runs, ErrorKind>
            = unique_axis::row_runs, narrow: narrow::row_runs;
        fn sorted_values(values: Cow<'_, [Self]>) -> Result<Vec<Self>, ErrorKind>
            = unique::sorted_values, complex: complex::sorted_values;
        fn distinct_values(values: &mut Vec<Self>) -> () = unique::distinct_values;
        fn value_order(values: &[Self]) -> Result<Vec<usize>, ErrorKind> = unique::value_order, narrow: narrow::value_order;
    }
}
