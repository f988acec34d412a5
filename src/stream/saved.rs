//! How states are saved: numbers as their bits, so that every format keeps them, NaN and infinities included.

use super::tree::{self, Node, Part, Summary};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A tree as it is saved, whose parts need not fit.
#[derive(Serialize, Deserialize)]
pub(super) struct Tree<N> {
    columns: usize,
    next: u64,
    /// First block, level, summary.
    nodes: Vec<(u64, u32, N)>,
    parts: Vec<(u64, Part)>,
    others: Option<N>,
}

impl<N: Summary> From<tree::Tree<N>> for Tree<N> {
    fn from(tree: tree::Tree<N>) -> Self {
        let own = |summary: Arc<N>| Arc::unwrap_or_clone(summary);
        Tree {
            columns: tree.columns,
            next: tree.next,
            nodes: tree
                .nodes
                .into_iter()
                .map(|(first, node)| (first, node.level, own(node.summary)))
                .collect(),
            parts: tree.parts.into_iter().collect(),
            others: tree.others.map(own),
        }
    }
}

impl<N: Summary> TryFrom<Tree<N>> for tree::Tree<N> {
    type Error = &'static str;
    fn try_from(Tree { columns, next, nodes, parts, others }: Tree<N>) -> Result<Self, &'static str> {
        const BROKEN: &str = "the parts of a state do not fit";
        let block = N::block(columns) as u64;
        let mut ranges = Vec::new();
        let mut levels = Vec::new();
        for (first, level, summary) in &nodes {
            let blocks = 1u64.checked_shl(*level).filter(|blocks| first % blocks == 0).ok_or(BROKEN)?;
            let last = first.checked_add(blocks).and_then(|last| last.checked_mul(block)).ok_or(BROKEN)?;
            if summary.rows() != blocks * block || summary.columns() != columns {
                return Err(BROKEN);
            }
            ranges.push((first * block, last));
            levels.push((*first, *level));
        }
        for (first, part) in &parts {
            let last = first.checked_add(part.rows as u64).ok_or(BROKEN)?;
            let is_part = part.rows > 0 && (part.rows as u64) < block && (last - 1) / block == first / block;
            if !is_part || part.rows.checked_mul(columns) != Some(part.data.len()) {
                return Err(BROKEN);
            }
            ranges.push((*first, last));
        }
        ranges.sort_unstable();
        // neighbours of one size, or in one block, are merged
        let places: BTreeSet<_> = levels.iter().collect();
        let merges = |&(first, level): &(u64, u32)| places.contains(&(first ^ (1 << level), level));
        let ends: BTreeSet<_> = parts.iter().map(|(first, part)| first + part.rows as u64).collect();
        let meets = parts.iter().any(|(first, _)| first % block != 0 && ends.contains(first));
        let overlap = ranges.windows(2).any(|pair| pair[0].1 > pair[1].0);
        let beyond = ranges.last().is_some_and(|last| last.1 > next);
        let rows: u64 = ranges.iter().map(|range| range.1 - range.0).sum();
        let unfit = others.as_ref().is_some_and(|others| {
            let too_many = rows.checked_add(others.rows()).is_none();
            others.columns() != columns || others.rows() == 0 || too_many
        });
        if overlap || beyond || unfit || meets || levels.iter().any(merges) {
            return Err(BROKEN);
        }
        let node = |(first, level, summary)| (first, Node { level, summary: Arc::new(summary) });
        Ok(tree::Tree {
            columns,
            next,
            nodes: nodes.into_iter().map(node).collect(),
            parts: parts.into_iter().collect(),
            others: others.map(Arc::new),
        })
    }
}

/// Numbers of twice the precision as the bits of both parts.
pub(super) mod pairs {
    use crate::loops::twofold::Twofold;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(in crate::stream) fn serialize<S: Serializer>(
        x: &[Twofold],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(x.iter().map(|x| [x.hi.to_bits(), x.lo.to_bits()]))
    }

    pub(in crate::stream) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Twofold>, D::Error> {
        let bits = Vec::<[u64; 2]>::deserialize(deserializer)?;
        let pair = |[hi, lo]: [u64; 2]| Twofold { hi: f64::from_bits(hi), lo: f64::from_bits(lo) };
        Ok(bits.into_iter().map(pair).collect())
    }
}
