//! Jumps of the Mersenne Twister, by powers of its step as polynomials over the field of two elements
//! (H. Haramoto, M. Matsumoto, T. Nishimura, F. Panneton, P. L'Ecuyer, "Efficient jump ahead for F2-linear
//! random number generators", 2008).

use super::mt19937::{M, MATRIX, N, twisted};

/// The degree of the characteristic polynomial of the step.
const DEGREE: usize = 19_937;
/// The words of a polynomial, its constant term in the lowest bit of the first one.
const WORDS: usize = DEGREE.div_ceil(64);
/// The steps that NumPy makes along the ring of words in a jump: the degree of t^(2^128).
const TURNED: usize = 19_933;

/// Returns the exponents of the terms of the characteristic polynomial below the leading one.
///
/// It is 1 + U · (c₀ + c₁V + … + c₃₁V³¹) with U = t^624 + t^397 and V = t^623 + t^396, where the c are 1 and
/// the bits of the last row of the matrix (M. Matsumoto, T. Nishimura, "Mersenne Twister", 1998, appendix).
fn characteristic() -> Vec<usize> {
    let mut terms = vec![false; DEGREE + 1];
    terms[0] = true;
    for k in (0..32).filter(|&k| k == 31 || MATRIX >> (30 - k) & 1 == 1) {
        // the binomial coefficients that are odd
        for j in (0..=k).filter(|j| j & !k == 0) {
            for of_u in [N, M] {
                terms[of_u + (M - 1) * k + (N - M) * j] ^= true;
            }
        }
    }
    (0..DEGREE).filter(|&exponent| terms[exponent]).collect()
}

/// The words of a polynomial that are replaced at a time by lower ones: the distance between the degree and
/// the next exponent allows nine.
const ABREAST: usize = 8;
const _: () = assert!(WORDS.is_multiple_of(ABREAST));

/// Adds the polynomial of these terms, multiplied by t^`shift` and by another polynomial.
fn add<const W: usize>(sum: &mut [u64], terms: &[usize], factor: [u64; W], shift: usize) {
    if factor == [0; W] {
        return;
    }
    for term in terms {
        let (word, bit) = ((shift + term) / 64, (shift + term) % 64);
        let sum = &mut sum[word..=word + W];
        for i in 0..W {
            sum[i] ^= factor[i] << bit;
        }
        for i in 0..W {
            sum[i + 1] ^= factor[i] >> 1 >> (63 - bit);
        }
    }
}

/// Takes the remainder of the division by the characteristic polynomial of one with `WORDS` words, or twice
/// as many: replaces t^`DEGREE` by the terms.
fn reduce(polynomial: &mut [u64], terms: &[usize]) {
    for word in (WORDS..polynomial.len()).step_by(ABREAST).rev() {
        let factor: [u64; ABREAST] = std::array::from_fn(|i| std::mem::take(&mut polynomial[word + i]));
        add(polynomial, terms, factor, 64 * word - DEGREE);
    }
    let top = &mut polynomial[WORDS - 1];
    let factor = *top >> (DEGREE % 64);
    *top &= (1 << (DEGREE % 64)) - 1;
    add(polynomial, terms, [factor], 0);
}

/// Puts a zero before each bit.
fn spread(half: u64) -> u64 {
    let mut bits = half & 0xffff_ffff;
    for (shift, mask) in [
        (16, 0x0000_ffff_0000_ffff),
        (8, 0x00ff_00ff_00ff_00ff),
        (4, 0x0f0f_0f0f_0f0f_0f0f),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ] {
        bits = (bits | bits << shift) & mask;
    }
    bits
}

/// Returns t^(`factor` · 2^`doublings`) modulo the characteristic polynomial, whose terms are given.
fn power(factor: u128, doublings: u32, terms: &[usize]) -> Vec<u64> {
    let mut power = vec![0; WORDS];
    power[0] = 1;
    let bits = (0..u128::BITS - factor.leading_zeros()).rev().map(|i| factor >> i & 1 == 1);
    for multiply in bits.chain((0..doublings).map(|_| false)) {
        // squaring a sum squares its terms
        let mut square: Vec<u64> =
            power.iter().flat_map(|&word| [spread(word), spread(word >> 32)]).collect();
        reduce(&mut square, terms);
        power.copy_from_slice(&square[..WORDS]);
        if multiply {
            let mut carry = 0;
            for word in &mut power {
                (*word, carry) = (*word << 1 | carry, *word >> 63);
            }
            reduce(&mut power, terms);
        }
    }
    power
}

/// Returns the sum of the rings after the steps that are the exponents of a polynomial.
fn walked(ring: impl Iterator<Item = u32>, polynomial: &[u64]) -> [u32; N] {
    let steps = 64 * polynomial.len();
    let mut words = Vec::with_capacity(N + steps);
    words.extend(ring);
    for i in 0..steps {
        words.push(words[i + M] ^ twisted(words[i], words[i + 1]));
    }
    let mut sum = [0; N];
    for i in (0..steps).filter(|i| polynomial[i / 64] >> (i % 64) & 1 == 1) {
        sum.iter_mut().zip(&words[i..]).for_each(|(sum, word)| *sum ^= word);
    }
    sum
}

/// Makes jumps of 2^128 steps as NumPy does: the words from `pos` on, and then those before it, are a ring,
/// of which the first one is the next to be replaced. Returns the words and their `pos`.
pub(super) fn jumped(key: &[u32; N], pos: usize, jumps: u128) -> ([u32; N], usize) {
    let start = if pos < N { pos } else { 0 };
    let terms = characteristic();
    let mut steps = power(jumps, 128, &terms);
    // The low bits of the first word do not affect the words to come, so that they are kept or lost with the
    // constant term of the polynomial. It is 1 for one jump, and so for several, of which NumPy makes one
    // after the other.
    if steps[0] & 1 == 0 {
        add(&mut steps, &terms, [1], 0);
        steps[DEGREE / 64] ^= 1 << (DEGREE % 64);
    }
    let mut key = walked(key[start..].iter().chain(&key[..start]).copied(), &steps);
    let pos = (start + TURNED % N * (jumps % N as u128) as usize) % N;
    key.rotate_right(pos);
    (key, pos)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Mt19937;

    /// The words after as many steps, one by one.
    #[test]
    fn powers_are_steps() {
        let terms = characteristic();
        assert_eq!((terms.len(), terms[0], terms[terms.len() - 1]), (134, 0, 19_314));
        let mut words = Mt19937::legacy(5).state().key;
        for i in 0..(3 << 16) + 1 {
            words.push(words[i + M] ^ twisted(words[i], words[i + 1]));
        }
        // after one step, all bits are those of the recurrence
        let words = &words[1..];
        for (factor, doublings) in
            [(0, 5), (1, 0), (1, 14), (1, 15), (1, 17), (3, 16), (77_777, 1), (19_937, 0)]
        {
            let steps = (factor << doublings) as usize;
            let found = walked(words[..N].iter().copied(), &power(factor, doublings, &terms));
            assert_eq!(found, words[steps..steps + N], "{factor} · 2^{doublings}");
        }
    }
}
