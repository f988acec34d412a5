//! The subscripts of [`einsum`](super::einsum).

use crate::{ErrorKind, Result};
use std::collections::BTreeMap;

/// The name of an axis: a letter, or the place of an axis of an ellipsis, counted from the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Label {
    Letter(u8),
    Ellipsis(usize),
}

/// What the subscripts say about arrays of given shapes.
#[derive(Debug)]
pub(super) struct Plan {
    /// A label for each axis of each operand.
    pub(super) operands: Vec<Vec<Label>>,
    /// The labels of the result, no two of them equal.
    pub(super) output: Vec<Label>,
    /// The length of each label: that of its axes, except those of length 1, which are broadcast.
    pub(super) sizes: BTreeMap<Label, usize>,
}

/// The subscripts of one array.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Term {
    letters: Vec<u8>,
    /// The number of letters before the ellipsis, if there is one.
    ellipsis: Option<usize>,
}

impl Term {
    /// Returns the labels of an array whose ellipsis stands for this number of axes.
    fn labels(&self, hidden: usize) -> Vec<Label> {
        let letters = |letters: &[u8]| letters.iter().map(|&letter| Label::Letter(letter)).collect();
        let Some(at) = self.ellipsis else { return letters(&self.letters) };
        let (before, after) = self.letters.split_at(at);
        let mut labels: Vec<Label> = letters(before);
        labels.extend((0..hidden).rev().map(Label::Ellipsis));
        labels.extend(after.iter().map(|&letter| Label::Letter(letter)));
        labels
    }
}

#[cold]
fn invalid<T>(reason: String) -> Result<T, ErrorKind> {
    Err(ErrorKind::invalid("subscripts", reason))
}

/// Reads the subscripts of the arrays, and of the result if they are given.
fn read(subscripts: &str) -> Result<(Vec<Term>, Option<Term>), ErrorKind> {
    let (mut terms, mut output) = (vec![Term::default()], None);
    let mut rest = subscripts.chars();
    while let Some(next) = rest.next() {
        let term = match (&mut output, terms.last_mut()) {
            (Some(term), _) | (None, Some(term)) => term,
            (None, None) => unreachable!("there is a term for each comma, and one more"),
        };
        match next {
            ' ' => {}
            'a'..='z' | 'A'..='Z' => term.letters.push(next as u8),
            '.' if term.ellipsis.is_some() => return invalid("an array has two ellipses".into()),
            '.' => {
                if (rest.next(), rest.next()) != (Some('.'), Some('.')) {
                    return invalid("a '.' is not part of an ellipsis '...'".into());
                }
                term.ellipsis = Some(term.letters.len());
            }
            ',' if output.is_none() => terms.push(Term::default()),
            '-' if output.is_none() && rest.next() == Some('>') => output = Some(Term::default()),
            '-' => return invalid("a '-' is not part of the only arrow '->'".into()),
            ',' => return invalid("a ',' after the arrow".into()),
            _ => return invalid(format!("{next:?} is not a letter from a to z or A to Z")),
        }
    }
    Ok((terms, output))
}

/// Returns the labels of all axes.
pub(super) fn plan(subscripts: &str, shapes: &[&[usize]]) -> Result<Plan, ErrorKind> {
    let (terms, output) = read(subscripts)?;
    if terms.len() != shapes.len() {
        return invalid(format!("they are for {} arrays, found {}", terms.len(), shapes.len()));
    }
    let mut hidden = 0;
    let mut operands = Vec::with_capacity(terms.len());
    for (term, shape) in terms.iter().zip(shapes) {
        match shape.len().checked_sub(term.letters.len()) {
            Some(more) if more == 0 || term.ellipsis.is_some() => {
                operands.push(term.labels(more));
                hidden = hidden.max(more);
            }
            _ => {
                let letters = String::from_utf8_lossy(&term.letters);
                let detail = format!("'{letters}' for an array of dimension {}", shape.len());
                return Err(mismatch("an axis for each letter of the subscripts", shapes, &detail));
            }
        }
    }
    let sizes = sizes(&operands, shapes)?;
    let output = match output {
        Some(term) => explicit(&term, hidden, &sizes)?,
        None => implicit(&operands, hidden),
    };
    Ok(Plan { operands, output, sizes })
}

/// The error for shapes, with what does not fit.
fn mismatch(expected: &'static str, shapes: &[&[usize]], detail: &str) -> ErrorKind {
    let mut kind = ErrorKind::shape(expected, shapes);
    if let ErrorKind::Shape { found, .. } = &mut kind {
        found.push_str(": ");
        found.push_str(detail);
    }
    kind
}

fn sizes(operands: &[Vec<Label>], shapes: &[&[usize]]) -> Result<BTreeMap<Label, usize>, ErrorKind> {
    let unequal = |label: &Label, one: usize, other: usize| {
        let axis = match label {
            Label::Letter(letter) => format!("'{}'", *letter as char),
            Label::Ellipsis(_) => "an axis of '...'".to_owned(),
        };
        let detail = format!("{axis} has the lengths {one} and {other}");
        mismatch("axes of equal length, or of length 1, for the same letter", shapes, &detail)
    };
    let mut sizes = BTreeMap::new();
    for (labels, shape) in operands.iter().zip(shapes) {
        for (i, (label, &n)) in labels.iter().zip(*shape).enumerate() {
            // a diagonal is not broadcast
            let earlier = labels[..i].iter().zip(*shape).find(|&(other, &m)| other == label && m != n);
            if let Some((_, &m)) = earlier {
                return Err(unequal(label, m, n));
            }
            let size = sizes.entry(*label).or_insert(1);
            match (*size, n) {
                (_, 1) => {}
                (1, n) => *size = n,
                (size, n) if size == n => {}
                (size, n) => return Err(unequal(label, size, n)),
            }
        }
    }
    Ok(sizes)
}

fn explicit(term: &Term, hidden: usize, sizes: &BTreeMap<Label, usize>) -> Result<Vec<Label>, ErrorKind> {
    if term.ellipsis.is_none() && hidden > 0 {
        return invalid("the result has no ellipsis '...', but arrays have".into());
    }
    let labels = term.labels(hidden);
    for (i, label) in labels.iter().enumerate() {
        let Label::Letter(letter) = label else { continue };
        let letter = *letter as char;
        if !sizes.contains_key(label) {
            return invalid(format!("the result has '{letter}', but no array has"));
        }
        if labels[..i].contains(label) {
            return invalid(format!("the result has '{letter}' twice"));
        }
    }
    Ok(labels)
}

/// The axes of the ellipsis, then the letters that occur once, in alphabetical order.
fn implicit(operands: &[Vec<Label>], hidden: usize) -> Vec<Label> {
    let mut counts = BTreeMap::new();
    for label in operands.iter().flatten() {
        *counts.entry(*label).or_insert(0) += 1;
    }
    let once = |(label, &count): (&Label, &i32)| match label {
        Label::Letter(_) if count == 1 => Some(*label),
        _ => None,
    };
    (0..hidden).rev().map(Label::Ellipsis).chain(counts.iter().filter_map(once)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(letters: &str, ellipsis: Option<usize>) -> Term {
        Term { letters: letters.bytes().collect(), ellipsis }
    }

    #[test]
    fn terms_are_read() {
        assert_eq!(read(""), Ok((vec![term("", None)], None)));
        assert_eq!(
            read("ij, jk -> ik"),
            Ok((vec![term("ij", None), term("jk", None)], Some(term("ik", None))))
        );
        assert_eq!(
            read("a...b,...->"),
            Ok((vec![term("ab", Some(1)), term("", Some(0))], Some(term("", None))))
        );
        for wrong in
            ["i->j->k", "i->j,k", "i-", "i- >j", "..", "i.. .", "......", "i1", "é", "i>j", "->->", "-"]
        {
            assert!(matches!(read(wrong), Err(ErrorKind::InvalidArgument { .. })), "{wrong}");
        }
    }

    #[test]
    fn the_implicit_result_is_in_alphabetical_order() {
        let plan = plan("ca...B,B...a", &[&[2, 3, 4, 5], &[5, 6, 1, 3]]).unwrap();
        assert_eq!(plan.output, [Label::Ellipsis(1), Label::Ellipsis(0), Label::Letter(b'c')]);
        assert_eq!(plan.sizes[&Label::Ellipsis(0)], 4);
        assert_eq!(plan.sizes[&Label::Ellipsis(1)], 6);
    }
}
