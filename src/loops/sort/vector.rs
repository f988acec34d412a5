//! The two routines, written once for all vectors: a sorting network for what fits into registers, and a
//! split by a pivot for what does not.

/// Registers of the largest network.
pub(super) const ROWS: usize = 16;

/// A register of keys.
///
/// # Safety
/// For all methods: the processor has the instruction set of the vector. For those with a pointer: it is
/// valid for all keys that are loaded or stored, [`LANES`](Vector::LANES) of them or `count`, which is no
/// more.
pub(super) trait Vector: Copy {
    type Key: Ord + Copy;
    /// Keys in a register, a power of two.
    const LANES: usize;

    unsafe fn splat(key: Self::Key) -> Self;
    unsafe fn load(from: *const Self::Key) -> Self;
    unsafe fn store(self, to: *mut Self::Key);
    /// Loads `count` keys; the greatest key fills the vector elements from `count` on.
    unsafe fn load_some(from: *const Self::Key, count: usize) -> Self;
    unsafe fn store_some(self, to: *mut Self::Key, count: usize);
    unsafe fn min(self, other: Self) -> Self;
    unsafe fn max(self, other: Self) -> Self;
    /// The vector elements in reverse order within groups of `C`.
    unsafe fn reverse<const C: usize>(self) -> Self;
    /// Compares and exchanges the vector elements `i` and `i ^ X`.
    unsafe fn exchange<const X: usize>(self) -> Self;
    /// Loads keys as they are for [`split`](Vector::split) and [`store_unchanged`](Vector::store_unchanged),
    /// where a vector changes them to compare them.
    #[inline(always)]
    unsafe fn load_unchanged(from: *const Self::Key) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self::load(from) }
    }
    #[inline(always)]
    unsafe fn store_unchanged(self, to: *mut Self::Key) {
        // SAFETY: the caller's promise.
        unsafe { self.store(to) }
    }
    /// The keys below the pivot, how many these are, and the others, both in order from the first vector
    /// element on: unchanged ones, but for the pivot.
    unsafe fn split(self, pivot: Self) -> (Self, usize, Self);
}

/// Compares and exchanges registers, pair by pair; pairs with a register that does not exist are skipped.
macro_rules! compare {
    ($v:ident: $($i:literal $j:literal),*) => {{
        $(if $j < $v.len() {
            ($v[$i], $v[$j]) = ($v[$i].min($v[$j]), $v[$i].max($v[$j]));
        })*
    }};
}

/// Sorts the `n` keys at `from` into `to`, which may be the same.
///
/// # Safety
/// As for [`Vector`]; `n <= ROWS * V::LANES`, and the pointers are valid for `n` keys.
#[inline(always)]
pub(super) unsafe fn sort_few<V: Vector>(from: *const V::Key, n: usize, to: *mut V::Key) {
    // SAFETY: as many rows as hold n keys; the rest is the caller's promise.
    unsafe {
        match n.div_ceil(V::LANES) {
            0 => {}
            1 => sort_rows::<V, 1>(from, n, to),
            2 => sort_rows::<V, 2>(from, n, to),
            3 => sort_rows::<V, 3>(from, n, to),
            4 => sort_rows::<V, 4>(from, n, to),
            5 => sort_rows::<V, 5>(from, n, to),
            6 => sort_rows::<V, 6>(from, n, to),
            7 => sort_rows::<V, 7>(from, n, to),
            8 => sort_rows::<V, 8>(from, n, to),
            9..=10 => sort_rows::<V, 10>(from, n, to),
            11..=12 => sort_rows::<V, 12>(from, n, to),
            13..=14 => sort_rows::<V, 14>(from, n, to),
            _ => sort_rows::<V, ROWS>(from, n, to),
        }
    }
}

/// [`sort_few`] in `R` registers: sorts their columns, then merges these until one is left that is as wide as
/// a register. The networks are for a power of two: the missing registers would hold the greatest key
/// throughout, so comparisons with them are left out.
///
/// # Safety
/// As for [`sort_few`]; `n <= R * V::LANES`.
#[inline(always)]
unsafe fn sort_rows<V: Vector, const R: usize>(from: *const V::Key, n: usize, to: *mut V::Key) {
    // SAFETY: row r holds the keys from r * LANES on, as long as there are any.
    unsafe {
        let mut v = [V::load_some(from, 0); R];
        for (r, v) in v.iter_mut().enumerate() {
            let start = r * V::LANES;
            if start + V::LANES <= n {
                *v = V::load(from.add(start));
            } else if start < n {
                *v = V::load_some(from.add(start), n - start);
            }
        }
        match R {
            0..=4 => compare!(v: 0 2, 1 3, 0 1, 2 3, 1 2),
            5..=8 => {
                compare!(v: 0 2, 1 3, 4 6, 5 7, 0 4, 1 5, 2 6, 3 7, 0 1, 2 3, 4 5, 6 7, 2 4, 3 5, 1 4, 3 6,
                1 2, 3 4, 5 6)
            }
            // Green's network
            _ => {
                compare!(v: 0 1, 2 3, 4 5, 6 7, 8 9, 10 11, 12 13, 14 15, 0 2, 4 6, 8 10, 12 14, 1 3, 5 7, 9 11,
                13 15, 0 4, 8 12, 1 5, 9 13, 2 6, 10 14, 3 7, 11 15, 0 8, 1 9, 2 10, 3 11, 4 12, 5 13, 6 14, 7 15,
                5 10, 6 9, 3 12, 13 14, 4 8, 7 11, 1 2, 1 4, 7 13, 2 8, 11 14, 2 4, 5 6, 9 10, 11 13, 3 8, 7 12,
                6 8, 10 12, 3 5, 7 9, 3 4, 5 6, 7 8, 9 10, 11 12, 6 7, 8 9)
            }
        }
        merge::<V, R, 2>(&mut v);
        merge::<V, R, 4>(&mut v);
        merge::<V, R, 8>(&mut v);
        merge::<V, R, 16>(&mut v);
        for (r, v) in v.into_iter().enumerate() {
            let start = r * V::LANES;
            if start + V::LANES <= n {
                v.store(to.add(start));
            } else if start < n {
                v.store_some(to.add(start), n - start);
            }
        }
    }
}

/// Merges columns of `C / 2` vector elements, each sorted row by row, into columns of `C`: a bitonic merge,
/// whose lower and upper halves lie in opposite vector elements, hence the reversal at each step.
///
/// # Safety
/// As for [`Vector`].
#[inline(always)]
unsafe fn merge<V: Vector, const R: usize, const C: usize>(v: &mut [V; R]) {
    if C > V::LANES {
        return;
    }
    // SAFETY: the caller's promise.
    unsafe {
        let mut block = R.next_power_of_two();
        while block > 1 {
            for start in (0..R).step_by(block) {
                for r in 0..block / 2 {
                    let (i, j) = (start + r, start + block - 1 - r);
                    if j < R {
                        let other = v[j].reverse::<C>();
                        (v[i], v[j]) = (v[i].min(other), v[i].max(other));
                    }
                }
            }
            block /= 2;
        }
        for v in v {
            *v = match C {
                2 => v.exchange::<1>(),
                4 => v.exchange::<3>().exchange::<1>(),
                8 => v.exchange::<7>().exchange::<2>().exchange::<1>(),
                _ => v.exchange::<15>().exchange::<4>().exchange::<2>().exchange::<1>(),
            };
        }
    }
}

/// Writes those of the `n` keys at `from` that are less than `pivot` to `below` and the others to `others`,
/// both in order. Returns how many are less.
///
/// # Safety
/// As for [`Vector`]; all pointers are valid for `n` keys. `below` or `others`, not both, may be `from`;
/// otherwise they do not overlap.
#[inline(always)]
pub(super) unsafe fn split<V: Vector>(
    from: *const V::Key,
    n: usize,
    below: *mut V::Key,
    others: *mut V::Key,
    pivot: V::Key,
) -> usize {
    /// Registers that are loaded before any is written.
    const AT_ONCE: usize = 4;
    let (mut i, mut less) = (0, 0);
    // SAFETY: less <= i and i - less <= i. Whole registers are written: the written range ends at or before
    // the end of the last register that was loaded, hence within n keys, and not on keys that have still to
    // be loaded.
    unsafe {
        let pivots = V::splat(pivot);
        while i + AT_ONCE * V::LANES <= n {
            let mut v = [pivots; AT_ONCE];
            for (k, v) in v.iter_mut().enumerate() {
                *v = V::load_unchanged(from.add(i + k * V::LANES));
            }
            for v in v {
                let (low, count, high) = v.split(pivots);
                low.store_unchanged(below.add(less));
                high.store_unchanged(others.add(i - less));
                less += count;
                i += V::LANES;
            }
        }
        while i + V::LANES <= n {
            let (low, count, high) = V::load_unchanged(from.add(i)).split(pivots);
            low.store_unchanged(below.add(less));
            high.store_unchanged(others.add(i - less));
            less += count;
            i += V::LANES;
        }
        less + super::split_portably(from.add(i), n - i, below.add(less), others.add(i - less), pivot)
    }
}
