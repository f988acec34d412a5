//! Triangular systems, by substitution, column by column.

use super::Dense;
use super::lu::Divisor;
use crate::Scalar;
use crate::kernels::{Diagonal, Operation, Triangle};

/// Solves `op(a) · x = b` in place, for a diagonal without zeros. Of `a`, only the triangle is read, and not
/// a diagonal that is `Unit`.
pub(super) fn solve<T: Scalar>(
    a: &[T],
    triangle: Triangle,
    operation: Operation,
    diagonal: Diagonal,
    b: &mut Dense<T>,
) {
    let n = b.rows();
    let column = |k: usize| &a[k * n..(k + 1) * n];
    let others = |k: usize| if triangle == Triangle::Lower { k + 1..n } else { 0..k };
    // a lower triangle is solved from its first unknown on, an upper one from its last; transposed, from the
    // other end
    let forward = (triangle == Triangle::Lower) == (operation == Operation::None);
    for x in b.as_mut_slice().chunks_exact_mut(n) {
        for step in 0..n {
            let k = if forward { step } else { n - 1 - step };
            let (column, others) = (column(k), others(k));
            let conjugate = |a: T| if operation == Operation::Adjoint { a.conj() } else { a };
            if operation != Operation::None {
                let dot: T = column[others.clone()]
                    .iter()
                    .zip(&x[others.clone()])
                    .map(|(&a, &x)| conjugate(a) * x)
                    .sum();
                x[k] -= dot;
            }
            if diagonal == Diagonal::Stored {
                x[k] = Divisor::new(conjugate(column[k])).divide(x[k]);
            }
            if operation == Operation::None {
                let factor = x[k];
                x[others.clone()].iter_mut().zip(&column[others]).for_each(|(x, &a)| *x -= a * factor);
            }
        }
    }
}
