//! Draws of the bit generator PCG-XSL-RR-128/64 in blocks.

use super::dispatch::{Level, level};

pub const MULTIPLIER: u128 = 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645;
/// The number of draws that are made at a time.
pub const BLOCK: usize = 128;
/// The number of states that are computed side by side: each step of the recurrence depends on the one
/// before, but four steps by four do not depend on each other.
const ABREAST: usize = 4;
const STRIDE: (u128, u128) = stride(ABREAST);

/// What so many steps multiply the state by, and the increment before they add it.
const fn stride(steps: usize) -> (u128, u128) {
    let (mut factor, mut sum, mut step) = (1u128, 0u128, 0);
    while step < steps {
        sum = sum.wrapping_mul(MULTIPLIER).wrapping_add(1);
        factor = factor.wrapping_mul(MULTIPLIER);
        step += 1;
    }
    (factor, sum)
}

/// The states after the next [`ABREAST`] steps.
struct Abreast {
    states: [u128; ABREAST],
    term: u128,
}

impl Abreast {
    #[inline(always)]
    fn after(mut state: u128, inc: u128) -> Self {
        let states = std::array::from_fn(|_| {
            state = state.wrapping_mul(MULTIPLIER).wrapping_add(inc);
            state
        });
        Abreast { states, term: inc.wrapping_mul(STRIDE.1) }
    }

    /// Returns one of the states, which takes [`ABREAST`] steps.
    #[inline(always)]
    fn next(&mut self, index: usize) -> u128 {
        let state = self.states[index];
        self.states[index] = state.wrapping_mul(STRIDE.0).wrapping_add(self.term);
        state
    }
}

dispatched! {
    /// Makes a sample of each of the next [`BLOCK`] draws by `fast`, which also says whether the draw is
    /// enough. If one is not, returns false, and the draws have not been made.
    pub fn fill_block<T: Copy, F: Fn(u64) -> (T, bool)>(state: &mut u128, inc: u128, out: &mut [T; BLOCK], fast: &F) -> bool {
        const WHOLE: (u128, u128) = stride(BLOCK);
        let mut next = Abreast::after(*state, inc);
        let mut enough = true;
        // only AVX-512 rotates vectors
        if level() == Level::Avx512 {
            let (mut high, mut low) = ([0; BLOCK], [0; BLOCK]);
            let halves = high.as_chunks_mut::<ABREAST>().0.iter_mut().zip(low.as_chunks_mut::<ABREAST>().0);
            for (high, low) in halves {
                for index in 0..ABREAST {
                    let one = next.next(index);
                    (high[index], low[index]) = ((one >> 64) as u64, one as u64);
                }
            }
            // a loop of its own: compilers vectorise little of both together
            let draws = &mut low;
            draws.iter_mut().zip(&high).for_each(|(low, &high)| *low = mixed(high, *low));
            for (out, &draw) in out.iter_mut().zip(&*draws) {
                let (sample, accepted) = fast(draw);
                *out = sample;
                enough &= accepted;
            }
        } else {
            for chunk in out.as_chunks_mut::<ABREAST>().0 {
                for (index, out) in chunk.iter_mut().enumerate() {
                    let (sample, accepted) = fast(output(next.next(index)));
                    *out = sample;
                    enough &= accepted;
                }
            }
        }
        if enough {
            *state = state.wrapping_mul(WHOLE.0).wrapping_add(inc.wrapping_mul(WHOLE.1));
        }
        enough
    }
}

#[inline(always)]
pub fn output(state: u128) -> u64 {
    mixed((state >> 64) as u64, state as u64)
}

/// The output of a state whose halves are these.
#[inline(always)]
fn mixed(high: u64, low: u64) -> u64 {
    (high ^ low).rotate_right((high >> 58) as u32)
}
