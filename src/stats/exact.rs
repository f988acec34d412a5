//! Sums without any rounding error.

use crate::loops::twofold::Twofold;
use crate::number::PowerOfTwo;

/// A sum as one long binary number, in digits of 32 bits from the smallest f64 on. Signs and carries are kept
/// in the other bits.
pub(crate) struct LongSum {
    digits: [i64; 68],
    /// The number of additions until the carries must be propagated.
    room: u32,
    /// The sum of the elements that are not finite.
    special: f64,
}

impl LongSum {
    /// Each addition adds less than 2^53 to a digit.
    const ROOM: u32 = 1 << 9;

    pub(crate) fn new() -> Self {
        LongSum { digits: [0; 68], room: Self::ROOM, special: 0.0 }
    }

    pub(crate) fn add(&mut self, x: f64) {
        let bits = x.to_bits();
        let exponent = bits >> 52 & 0x7ff;
        if exponent == 0x7ff {
            self.special += x;
            return;
        }
        let fraction = bits & ((1 << 52) - 1);
        let (fraction, shift) =
            if exponent == 0 { (fraction, 0) } else { (fraction | 1 << 52, exponent - 1) };
        let (digit, shift) = ((shift / 32) as usize, shift % 32);
        let (low, high) = ((fraction << shift & 0xffff_ffff) as i64, (fraction >> (32 - shift)) as i64);
        let sign = if x < 0.0 { -1 } else { 1 };
        self.digits[digit] += sign * low;
        self.digits[digit + 1] += sign * high;
        self.room -= 1;
        if self.room == 0 {
            self.carry();
        }
    }

    /// Propagates carries, so that all digits but the last are between 0 and 2^32.
    fn carry(&mut self) {
        let mut carry = 0;
        for digit in &mut self.digits {
            let sum = *digit + carry;
            carry = sum >> 32;
            *digit = sum & 0xffff_ffff;
        }
        // the sign of the entire sum
        self.digits[67] += carry << 32;
        self.room = Self::ROOM;
    }

    /// Returns the sum divided by a power of two, and that power.
    pub(crate) fn finish(mut self) -> (Twofold, PowerOfTwo) {
        let one = PowerOfTwo::of(0);
        if self.special != 0.0 || self.special.is_nan() {
            return (Twofold::from(self.special), one);
        }
        self.carry();
        let negative = self.digits[67] < 0;
        if negative {
            self.digits.iter_mut().for_each(|digit| *digit = -*digit);
            self.carry();
        }
        let Some(top) = self.digits.iter().rposition(|&digit| digit != 0) else {
            return (Twofold::ZERO, one);
        };
        // 128 bits, less one for what lies below them
        let digit = |i: usize| top.checked_sub(i).map_or(0, |i| self.digits[i] as u128);
        let bits = digit(0) << 96 | digit(1) << 64 | digit(2) << 32 | digit(3);
        let below = self.digits[..top.saturating_sub(3)].iter().any(|&digit| digit != 0);
        let bits = (bits >> 1 | bits & 1 | u128::from(below)) as i128;
        let hi = bits as f64;
        let lo = (bits - hi as i128) as f64;
        let sum = if negative { Twofold { hi: -hi, lo: -lo } } else { Twofold { hi, lo } };
        (sum, PowerOfTwo::of(32 * (top as i32 - 3) - 1074 + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(x: &[f64]) -> f64 {
        let mut sum = LongSum::new();
        x.iter().for_each(|&x| sum.add(x));
        let (sum, power) = sum.finish();
        // at most half a digit, itself rounded
        assert!(sum.lo.abs() <= sum.hi.abs() * (f64::EPSILON / 2.0) || !sum.hi.is_finite());
        power.times(sum.hi)
    }

    #[test]
    fn long_sums_have_no_rounding_errors() {
        let (max, tiny) = (f64::MAX, 5e-324);
        assert_eq!(sum(&[]), 0.0);
        assert_eq!(sum(&[1e100, 1.0, -1e100]), 1.0);
        assert_eq!(sum(&[max, tiny, -max]), tiny);
        assert_eq!(sum(&[-max, -tiny, max]), -tiny);
        assert_eq!(sum(&[max, max, -max]), max);
        assert_eq!(sum(&[tiny; 5]), 25e-324);
        assert_eq!(sum(&[-1.0, 2f64.powi(-54)]), -1.0);
        assert_eq!(sum(&[1.0, 2f64.powi(-53), 2f64.powi(-1000)]), 1.0 + f64::EPSILON);
        for x in [max, -max, 1.0, -0.1, 2.3e-308, tiny, -tiny] {
            assert_eq!(sum(&[x]), x);
        }
        // carries over many digits, in both directions
        let ones = vec![-1.0 - f64::EPSILON; 5000];
        assert_eq!(sum(&ones), -5000.0 * (1.0 + f64::EPSILON));
        let halves: Vec<f64> = (0..1000).map(|i| 2f64.powi(-i)).collect();
        assert_eq!(sum(&halves), 2.0);
        let less: Vec<f64> = halves.iter().map(|x| -x).chain([2.0]).collect();
        assert_eq!(sum(&less), 2f64.powi(-999));
        assert!(sum(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan() && sum(&[1.0, f64::NAN]).is_nan());
        assert_eq!(sum(&[1.0, f64::INFINITY]), f64::INFINITY);
    }

    #[test]
    fn twofold_arithmetic() {
        let third = Twofold::from(1.0).over(3.0);
        assert_eq!(third.hi, 1.0 / 3.0);
        let one = third.times(Twofold::from(3.0));
        assert!(one.hi == 1.0 && one.lo.abs() < 1e-31);
        let product = Twofold::product(0.1, 0.3);
        assert!((product.lo - 0.1_f64.mul_add(0.3, -product.hi)).abs() < 1e-33);
        let sum = one.plus(Twofold { hi: -1.0, lo: 1e-20 });
        assert!((sum.hi - 1e-20).abs() < 1e-31);
    }
}
