//! Summaries of blocks of rows in one fixed tree: a state that does not depend on how its rows arrived.
//!
//! Rows are numbered. Those from a multiple of the block size to the next one are a block, which is
//! summarised when all its rows are there; until then they are kept. Two neighbouring summaries are merged as
//! soon as both exist if together they begin at a multiple of their size: blocks 0 and 1, 2 and 3, then 0 to
//! 3. So the summaries are a function of the set of rows alone, to the bit.

use super::rows::Rows;
use crate::{ErrorKind, Result, kernels, memory, threads};
use ndarray::{ArrayView2, ArrayViewMut2};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The summary of some rows.
pub(crate) trait Summary: Clone + Send + Sync {
    /// Returns the number of rows of a block with this number of columns.
    fn block(columns: usize) -> usize;

    /// Summarises rows, at least one, each without gaps. Those that come next may be fetched meanwhile.
    fn of(rows: ArrayView2<'_, f64>, next: Option<ArrayView2<'_, f64>>) -> Result<Self, ErrorKind>;

    /// Summarises the rows of both, those of `next` after those of `self`.
    fn merged(&self, next: &Self) -> Result<Self, ErrorKind>;

    /// Returns the number of columns.
    #[cfg(feature = "serde")]
    fn columns(&self) -> usize;

    /// Returns the number of rows.
    fn rows(&self) -> u64;
}

/// Number of rows of a block, at most as many as are summed in one go. A block of 100 columns fits into the
/// second cache of most processors.
pub(super) const BLOCK: usize = 496;

/// Number of blocks that a thread summarises and merges at a time.
const GROUP: u64 = 16;

/// All summaries of a state.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "super::saved::Tree<N>", into = "super::saved::Tree<N>"))]
#[cfg_attr(
    feature = "serde",
    serde(bound(
        serialize = "N: Summary + serde::Serialize",
        deserialize = "N: Summary + serde::Deserialize<'de>"
    ))
)]
pub(crate) struct Tree<N> {
    pub(super) columns: usize,
    /// The number of the row that comes next.
    pub(super) next: u64,
    /// Summaries of aligned powers of two of blocks, by their first block.
    pub(super) nodes: BTreeMap<u64, Node<N>>,
    /// Rows of blocks that are not complete, by their first row.
    pub(super) parts: BTreeMap<u64, Part>,
    /// What was merged although its rows have numbers that are taken.
    pub(super) others: Option<Arc<N>>,
}

/// The summary of 2^`level` blocks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node<N> {
    pub(super) level: u32,
    pub(super) summary: Arc<N>,
}

/// Neighbouring rows, one after the other.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Part {
    pub(super) rows: usize,
    #[cfg_attr(feature = "serde", serde(with = "super::bits"))]
    pub(super) data: Vec<f64>,
}

impl<N> Node<N> {
    /// Returns the number of blocks.
    fn blocks(&self) -> u64 {
        1 << self.level
    }
}

impl<N: Summary> Tree<N> {
    pub(crate) fn new(columns: usize) -> Self {
        Tree { columns, next: 0, nodes: BTreeMap::new(), parts: BTreeMap::new(), others: None }
    }

    /// Sets the number of the row that comes next.
    pub(crate) fn starting_at(self, row: u64) -> Self {
        Tree { next: row.max(self.next), ..self }
    }

    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    /// Returns the number of rows.
    pub(crate) fn rows(&self) -> u64 {
        let parts: u64 = self.parts.values().map(|part| part.rows as u64).sum();
        let nodes: u64 = self.nodes.values().map(|node| node.summary.rows()).sum();
        parts + nodes + self.others.as_ref().map_or(0, |others| others.rows())
    }

    fn block(&self) -> u64 {
        N::block(self.columns) as u64
    }

    /// Adds rows after all others. An error leaves the state as it was.
    pub(crate) fn update(&mut self, rows: &dyn Rows) -> Result<(), ErrorKind> {
        if rows.columns() != self.columns {
            let found: [&[usize]; 2] = [&[rows.len(), rows.columns()], &[self.columns]];
            return Err(ErrorKind::shape("a block (n, p) for the p columns of the state", &found));
        }
        rows.check()?;
        let (block, start) = (self.block(), self.next);
        let Some(end) = start.checked_add(rows.len() as u64) else {
            let reason =
                format!("expected rows with numbers below 2^64, found {} from {start} on", rows.len());
            return Err(ErrorKind::invalid("block", reason));
        };
        self.check_count(rows.len() as u64)?;
        if end == start {
            return Ok(());
        }
        if end / block == start / block {
            // a copy of the state for each of few rows would be expensive
            return self.append(start, rows);
        }
        let mut new = self.clone();
        let whole = start.next_multiple_of(block)..end / block * block;
        let at = |row: u64| (row - start) as usize;
        new.insert_part(start, Part::of(rows, 0..at(whole.start))?)?;
        let summaries = Self::summaries(rows, start, whole.start / block..whole.end / block)?;
        for (first, node) in summaries {
            new.insert_node(first, node)?;
        }
        new.insert_part(whole.end, Part::of(rows, at(whole.end)..rows.len())?)?;
        new.next = end;
        *self = new;
        Ok(())
    }

    /// Fails if the state would have too many rows to be counted, which were merged again and again.
    fn check_count(&self, more: u64) -> Result<(), ErrorKind> {
        match self.rows().checked_add(more) {
            Some(_) => Ok(()),
            None => {
                let reason = format!("expected less than 2^64 rows in all, found {} and {more}", self.rows());
                Err(ErrorKind::invalid("rows", reason))
            }
        }
    }

    /// Returns how many rows to add next if they are read as they are summarised: about this many, but
    /// enough for all threads, and so many that they end where a thread's part ends.
    #[cfg(feature = "npy")]
    pub(super) fn stretch(&self, rows: u64) -> u64 {
        let part = self.block().saturating_mul(GROUP);
        let enough = rows.max(part.saturating_mul(4 * threads::count() as u64));
        let end = self.next.saturating_add(enough);
        (end / part * part).saturating_sub(self.next).max(1)
    }

    /// Adds rows that do not complete a block.
    fn append(&mut self, start: u64, rows: &dyn Rows) -> Result<(), ErrorKind> {
        let last = self.parts.range_mut(..start).next_back();
        match last.filter(|(first, part)| {
            **first + part.rows as u64 == start && !start.is_multiple_of(N::block(self.columns) as u64)
        }) {
            Some((_, part)) => part.append(rows, 0..rows.len())?,
            None => _ = self.parts.insert(start, Part::of(rows, 0..rows.len())?),
        }
        self.next = start + rows.len() as u64;
        Ok(())
    }

    /// Summarises whole blocks of rows that begin at row `start`.
    fn summaries(
        rows: &dyn Rows,
        start: u64,
        blocks: std::ops::Range<u64>,
    ) -> Result<BTreeMap<u64, Node<N>>, ErrorKind> {
        let columns = rows.columns();
        let block = N::block(columns);
        let groups = blocks.start / GROUP..blocks.end.div_ceil(GROUP);
        let choice = kernels::choice();
        // one for each thread: memory that the system has to clear again takes longer than its use
        let rooms = Mutex::new(Vec::<Vec<f64>>::new());
        let rooms = || rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let group = |group: u64| {
            kernels::alone(choice, || {
                let mut tree = Tree::<N>::new(columns);
                let mut room = rooms().pop().unwrap_or_default();
                let last = (group * GROUP + GROUP).min(blocks.end);
                for number in (group * GROUP).max(blocks.start)..last {
                    let first = (number * block as u64 - start) as usize;
                    let range = first..first + block;
                    let node = match rows.in_memory(range.clone()) {
                        Some(these) => {
                            let next = range.end..range.end + if number + 1 < last { block } else { 0 };
                            Node::of(these, rows.in_memory(next))?
                        }
                        None => {
                            if room.is_empty() {
                                room = memory::filled(block * columns, 0.0)?;
                            }
                            rows.put(range, table_mut(&mut room, block, columns))?;
                            Node::of(table(&room, block, columns), None)?
                        }
                    };
                    tree.insert_node(number, node)?;
                }
                rooms().push(room);
                Ok(tree.nodes)
            })
        };
        let count = groups.end.saturating_sub(groups.start) as usize;
        let groups = threads::map(count, 1, &|i| group(groups.start + i as u64));
        let mut all = BTreeMap::new();
        for nodes in groups {
            all.extend(nodes?);
        }
        Ok(all)
    }

    /// Adds rows of one block, joined with those beside them.
    fn insert_part(&mut self, mut first: u64, mut part: Part) -> Result<(), ErrorKind> {
        if part.rows == 0 {
            return Ok(());
        }
        let block = self.block();
        let number = first / block;
        let before = self.parts.range(number * block..first).next_back();
        if let Some((&start, before)) = before.filter(|(start, before)| **start + before.rows as u64 == first)
        {
            let mut joined = before.clone();
            joined.join(&part)?;
            (first, part) = (start, joined);
        }
        let end = first + part.rows as u64;
        if !end.is_multiple_of(block)
            && let Some(after) = self.parts.remove(&end)
        {
            part.join(&after)?;
        }
        if part.rows as u64 == block {
            self.parts.remove(&first);
            let rows = table(&part.data, part.rows, self.columns);
            let node = kernels::alone(kernels::choice(), || Node::of(rows, None))?;
            return self.insert_node(number, node);
        }
        self.parts.insert(first, part);
        Ok(())
    }

    /// Adds a summary, merged with its neighbour as long as there is one of the same size.
    fn insert_node(&mut self, mut first: u64, mut node: Node<N>) -> Result<(), ErrorKind> {
        loop {
            let neighbour = first ^ node.blocks();
            let level = node.level;
            let same = |other: &&Node<N>| other.level == level;
            let Some(other) = self.nodes.get(&neighbour).filter(same).cloned() else {
                self.nodes.insert(first, node);
                return Ok(());
            };
            let (left, right) = if first < neighbour { (&node, &other) } else { (&other, &node) };
            let summary = kernels::alone(kernels::choice(), || left.summary.merged(&right.summary))?;
            self.nodes.remove(&neighbour);
            (first, node) = (first.min(neighbour), Node { level: level + 1, summary: Arc::new(summary) });
        }
    }

    /// Returns the ranges of rows that are there.
    pub(super) fn ranges(&self) -> Vec<(u64, u64)> {
        let block = self.block();
        let nodes = self.nodes.iter().map(|(&first, node)| (first * block, (first + node.blocks()) * block));
        let parts = self.parts.iter().map(|(&first, part)| (first, first + part.rows as u64));
        let mut ranges: Vec<_> = nodes.chain(parts).collect();
        ranges.sort_unstable();
        ranges
    }

    /// Adds the rows of another state. An error leaves this one as it was.
    pub(crate) fn merge(&mut self, other: &Self) -> Result<(), ErrorKind> {
        if self.columns != other.columns {
            let found: [&[usize]; 2] = [&[self.columns], &[other.columns]];
            return Err(ErrorKind::shape("states of the same number of columns", &found));
        }
        self.check_count(other.rows())?;
        let mut ranges = self.ranges();
        ranges.extend(other.ranges());
        ranges.sort_unstable();
        let mut new = self.clone();
        if ranges.windows(2).any(|pair| pair[0].1 > pair[1].0) {
            new.add_other(other.total()?)?;
        } else {
            for (&first, part) in &other.parts {
                new.insert_part(first, part.clone())?;
            }
            for (&first, node) in &other.nodes {
                new.insert_node(first, node.clone())?;
            }
            new.add_other(other.others.clone())?;
            new.next = self.next.max(other.next);
        }
        *self = new;
        Ok(())
    }

    fn add_other(&mut self, other: Option<Arc<N>>) -> Result<(), ErrorKind> {
        self.others = joined(self.others.take(), other)?;
        Ok(())
    }

    /// Returns the summary of all rows; `None` if there are none.
    pub(crate) fn total(&self) -> Result<Option<Arc<N>>, ErrorKind> {
        kernels::alone(kernels::choice(), || {
            let mut all = BTreeMap::new();
            for (&first, part) in &self.parts {
                all.insert(first, Node::of(table(&part.data, part.rows, self.columns), None)?.summary);
            }
            let block = self.block();
            all.extend(self.nodes.iter().map(|(first, node)| (first * block, node.summary.clone())));
            // the largest one comes last, as in the tree of more blocks
            let mut total = None;
            for (_, summary) in all.into_iter().rev() {
                total = joined(Some(summary), total)?;
            }
            joined(total, self.others.clone())
        })
    }
}

/// Merges two summaries, if there are two.
fn joined<N: Summary>(first: Option<Arc<N>>, next: Option<Arc<N>>) -> Result<Option<Arc<N>>, ErrorKind> {
    Ok(match (first, next) {
        (Some(first), Some(next)) => Some(Arc::new(first.merged(&next)?)),
        (first, next) => first.or(next),
    })
}

impl<N: Summary> Node<N> {
    fn of(rows: ArrayView2<'_, f64>, next: Option<ArrayView2<'_, f64>>) -> Result<Self, ErrorKind> {
        Ok(Node { level: 0, summary: Arc::new(N::of(rows, next)?) })
    }
}

/// Returns rows that are stored one after the other.
fn table(data: &[f64], rows: usize, columns: usize) -> ArrayView2<'_, f64> {
    ArrayView2::from_shape((rows, columns), data).unwrap_or_else(|_| unreachable!("as many elements as rows"))
}

fn table_mut(data: &mut [f64], rows: usize, columns: usize) -> ArrayViewMut2<'_, f64> {
    ArrayViewMut2::from_shape((rows, columns), data)
        .unwrap_or_else(|_| unreachable!("as many elements as rows"))
}

impl Part {
    fn of(rows: &dyn Rows, range: std::ops::Range<usize>) -> Result<Self, ErrorKind> {
        let mut part = Part::default();
        part.append(rows, range)?;
        Ok(part)
    }

    fn append(&mut self, rows: &dyn Rows, range: std::ops::Range<usize>) -> Result<(), ErrorKind> {
        let (more, old) = (range.len(), self.data.len());
        self.reserve(more * rows.columns())?;
        self.data.resize(old + more * rows.columns(), 0.0);
        let put = rows.put(range, table_mut(&mut self.data[old..], more, rows.columns()));
        match put {
            Ok(()) => self.rows += more,
            Err(_) => self.data.truncate(old),
        }
        put
    }

    fn join(&mut self, next: &Part) -> Result<(), ErrorKind> {
        self.reserve(next.data.len())?;
        self.data.extend_from_slice(&next.data);
        self.rows += next.rows;
        Ok(())
    }

    fn reserve(&mut self, more: usize) -> Result<(), ErrorKind> {
        self.data.try_reserve(more).map_err(|_| ErrorKind::TooLarge { dim: more })
    }
}
