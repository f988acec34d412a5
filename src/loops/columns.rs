//! One result for each column, from rows in the order of memory.
#![allow(clippy::needless_range_loop)] // one index for several arrays, which compilers turn into vectors

/// Rows that are read side by side, with the results of some columns in registers: as many as the hardware
/// prefetches.
const DEPTH: usize = 8;
/// Columns at a time.
const COLUMNS: usize = 16;

dispatched! {
    /// Replaces each result by what `next` makes of it and of the elements of its column, from top to bottom;
    /// the first column is `start`. All functions that `next` calls must be inlined.
    pub(crate) fn fold_rows<T: Copy, R: Copy, F: Fn(R, T) -> R>(
        rows: &[&[T]],
        start: usize,
        results: &mut [R],
        next: F,
    ) {
        let (packs, last) = results.as_chunks_mut::<COLUMNS>();
        let whole = start + packs.len() * COLUMNS;
        for rows in rows.chunks(DEPTH) {
            for (pack, results) in packs.iter_mut().enumerate() {
                let mut some = *results;
                for row in rows {
                    let Some(x) = row[start + pack * COLUMNS..].first_chunk::<COLUMNS>() else { break };
                    for j in 0..COLUMNS {
                        some[j] = next(some[j], x[j]);
                    }
                }
                *results = some;
            }
            for row in rows {
                for (result, &x) in last.iter_mut().zip(&row[whole..]) {
                    *result = next(*result, x);
                }
            }
        }
    }
}
