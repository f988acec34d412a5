//! Replaces `lapack.rs` in a build without LAPACK.

use crate::case::{Case, Element};
use crate::measure::Contender;
use crate::table::Input;

pub fn ndarray_linalg<'a, T: Element>(_: &'a Case<T>) -> Option<Box<dyn Contender + 'a>> {
    None
}

pub fn raw<'a, T: Element>(_: &'a Case<T>) -> Option<Box<dyn Contender + 'a>> {
    None
}

pub fn routine<'a, T: Element>(_: &str, _: &'a Input<T>) -> Option<Box<dyn Contender + 'a>> {
    None
}
