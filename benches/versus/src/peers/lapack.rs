//! Contenders that call the same BLAS and LAPACK as linstat: ndarray-linalg, and the bare routines.

use crate::case::{Case, Element, Op};
use crate::digest;
use crate::measure::{Contender, local, with_state};
use crate::shorten::Shorten;
use crate::table::Input;
use nalgebra::DMatrix;
use ndarray::ArrayRef2;
use ndarray_linalg::{
    Determinant, Eig, EigVals, EigValsh, Eigh, Inverse, JobSvd, Norm, OperationNorm, SVDDC, Solve, UPLO,
};
use num_complex::Complex;

const DEFINED: &str = "the operation is defined for every case";

pub fn ndarray_linalg<'a, T: Element>(case: &'a Case<T>) -> Option<Box<dyn Contender + 'a>> {
    let name = "nd-linalg";
    let Case { a, v, .. } = case;
    let number = |x: T| digest::number(x.f64());
    Some(match case.op {
        Op::Det => local(name, || a.det().expect(DEFINED), number),
        Op::Inv => local(name, || a.inv().expect(DEFINED), |x| digest::array(&x)),
        Op::SolveVector => {
            local(name, || a.solve(v).expect(DEFINED), |x| digest::vector(x.iter().map(|x| x.f64())))
        }
        Op::Eig => local(
            name,
            || a.eig().expect(DEFINED),
            |(w, v)| {
                let first: Vec<_> = v.column(0).iter().map(wide).collect();
                digest::eig(a, &w.iter().map(wide).collect::<Vec<_>>(), &first)
            },
        ),
        Op::Eigvals => local(
            name,
            || a.eigvals().expect(DEFINED),
            |w| digest::eigvals(&w.iter().map(wide).collect::<Vec<_>>()),
        ),
        Op::Eigh => local(
            name,
            || a.eigh(UPLO::Lower).expect(DEFINED),
            |(w, v)| {
                let last: Vec<f64> = v.column(case.n - 1).iter().map(|x| x.f64()).collect();
                digest::eigh(a, &w.iter().map(|x| x.f64()).collect::<Vec<_>>(), &last)
            },
        ),
        Op::Eigvalsh => local(
            name,
            || a.eigvalsh(UPLO::Lower).expect(DEFINED),
            |w| digest::vector(w.iter().map(|x| x.f64())),
        ),
        Op::Svd => local(
            name,
            || a.svddc(JobSvd::Some).expect(DEFINED),
            |(u, s, vt)| {
                let (u, vt) = (u.expect("asked for"), vt.expect("asked for"));
                let u: Vec<f64> = u.column(0).iter().map(|x| x.f64()).collect();
                let v: Vec<f64> = vt.row(0).iter().map(|x| x.f64()).collect();
                digest::svd(a, &u, &s.iter().map(|x| x.f64()).collect::<Vec<_>>(), &v)
            },
        ),
        Op::Svdvals => local(
            name,
            || a.svddc(JobSvd::None).expect(DEFINED).1,
            |s| digest::vector(s.iter().map(|x| x.f64())),
        ),
        Op::Vec1 => local(name, || v.norm_l1(), number),
        Op::Vec2 => local(name, || v.norm_l2(), number),
        Op::VecInf => local(name, || v.norm_max(), number),
        Op::Fro => local(name, || a.norm_l2(), number),
        Op::Mat1 => local(name, || a.opnorm_one().expect(DEFINED), number),
        Op::MatInf => local(name, || a.opnorm_inf().expect(DEFINED), number),
        Op::Nuc => local(name, || a.svddc(JobSvd::None).expect(DEFINED).1.sum(), number),
        Op::Mat2 => local(name, || a.svddc(JobSvd::None).expect(DEFINED).1[0], number),
        Op::Matmul | Op::Matvec | Op::LinearLayer | Op::SolveMatrix | Op::Vec3 | Op::Pca => return None,
    })
}

fn wide<T: Element>(z: &Complex<T>) -> Complex<f64> {
    Complex::new(z.re.f64(), z.im.f64())
}

fn column_major<T: Element>(x: &ArrayRef2<T>) -> Vec<T> {
    x.t().iter().copied().collect()
}

/// All buffers of a bare routine, allocated before the timing starts.
struct Buffers<T> {
    n: usize,
    nrhs: usize,
    /// The arguments in the routine's layout: column-major, where that makes a difference.
    a: Vec<T>,
    b: Vec<T>,
    /// Copies that the routine overwrites.
    a_out: Vec<T>,
    b_out: Vec<T>,
    u: Vec<T>,
    vt: Vec<T>,
    w: Vec<T>,
    w_im: Vec<T>,
    pivots: Vec<i32>,
    work: Vec<T>,
    iwork: Vec<i32>,
}

/// The least that a program has to do: copy what is overwritten, then call.
pub fn raw<'a, T: Element>(case: &'a Case<T>) -> Option<Box<dyn Contender + 'a>> {
    let name = "raw";
    let (a, n) = (&case.a, case.n);
    let row_major = |x: &ArrayRef2<T>| x.iter().copied().collect::<Vec<T>>();
    let a_as_wanted = match case.op {
        Op::SolveVector | Op::SolveMatrix | Op::Eig | Op::Eigvals | Op::Svd => column_major(a),
        _ => row_major(a),
    };
    let b = match case.op {
        Op::SolveMatrix => column_major(&case.b),
        Op::Matmul | Op::LinearLayer => row_major(&case.b),
        _ => case.v.to_vec(),
    };
    let order = if a.is_empty() { 0 } else { n };
    let mut x = Buffers {
        n,
        nrhs: if case.op == Op::SolveMatrix { n } else { 1 },
        a_out: a_as_wanted.clone(),
        b_out: vec![T::zero(); b.len()],
        a: a_as_wanted,
        b,
        u: vec![T::zero(); order * order],
        vt: vec![T::zero(); order * order],
        w: vec![T::zero(); n],
        w_im: vec![T::zero(); n],
        pivots: vec![0; n],
        work: Vec::new(),
        iwork: Vec::new(),
    };
    let number = |_: &Buffers<T>, x: T| digest::number(x.f64());
    let rows = move |x: &[T]| digest::matrix(n, n, |i, j| x[i * n + j].f64());
    Some(match case.op {
        Op::Matmul => {
            let run = |x: &mut Buffers<T>| T::gemm(x.n, &x.a, &x.b, T::zero(), &mut x.b_out);
            with_state(name, x, run, move |x, ()| rows(&x.b_out))
        }
        Op::Matvec => {
            let run = |x: &mut Buffers<T>| T::gemv(x.n, &x.a, &x.b, &mut x.b_out);
            with_state(name, x, run, move |x, ()| digest::vector(floats(&x.b_out)))
        }
        Op::LinearLayer => {
            let run = move |x: &mut Buffers<T>| {
                x.b_out.chunks_exact_mut(n).for_each(|row| row.copy_from_slice(&x.w));
                T::gemm(x.n, &x.a, &x.b, T::one(), &mut x.b_out);
            };
            x.w = case.v.to_vec();
            with_state(name, x, run, move |x, ()| rows(&x.b_out))
        }
        Op::Det => {
            let run = move |x: &mut Buffers<T>| {
                x.a_out.copy_from_slice(&x.a);
                T::getrf(x.n, &mut x.a_out, &mut x.pivots);
                let swaps = x.pivots.iter().enumerate().filter(|(i, p)| **p != *i as i32 + 1).count();
                let sign = if swaps % 2 == 1 { -T::one() } else { T::one() };
                x.a_out.iter().step_by(n + 1).fold(sign, |product, &pivot| product * pivot)
            };
            with_state(name, x, run, number)
        }
        Op::Inv => {
            T::getri(n, &mut x.a_out, &x.pivots, &mut x.work);
            let run = |x: &mut Buffers<T>| {
                x.a_out.copy_from_slice(&x.a);
                T::getrf(x.n, &mut x.a_out, &mut x.pivots);
                T::getri(x.n, &mut x.a_out, &x.pivots, &mut x.work);
            };
            with_state(name, x, run, move |x, ()| rows(&x.a_out))
        }
        Op::SolveVector | Op::SolveMatrix => {
            let run = |x: &mut Buffers<T>| {
                x.a_out.copy_from_slice(&x.a);
                x.b_out.copy_from_slice(&x.b);
                T::gesv(x.n, x.nrhs, &mut x.a_out, &mut x.pivots, &mut x.b_out);
            };
            with_state(name, x, run, move |x, ()| match x.nrhs == n && case.op == Op::SolveMatrix {
                true => digest::matrix(n, n, |i, j| x.b_out[j * n + i].f64()),
                false => digest::vector(floats(&x.b_out)),
            })
        }
        Op::Eig | Op::Eigvals => {
            let job = if case.op == Op::Eig { b'V' } else { b'N' };
            T::geev(job, n, &mut x.a_out, &mut x.w, &mut x.w_im, &mut x.vt, &mut x.work);
            let run = move |x: &mut Buffers<T>| {
                x.a_out.copy_from_slice(&x.a);
                T::geev(job, x.n, &mut x.a_out, &mut x.w, &mut x.w_im, &mut x.vt, &mut x.work);
            };
            with_state(name, x, run, move |x, ()| {
                let w: Vec<_> =
                    x.w.iter().zip(&x.w_im).map(|(re, im)| Complex::new(re.f64(), im.f64())).collect();
                if job == b'N' {
                    return digest::eigvals(&w);
                }
                let im = |i: usize| if w[0].im == 0.0 { 0.0 } else { x.vt[n + i].f64() };
                digest::eig(a, &w, &(0..n).map(|i| Complex::new(x.vt[i].f64(), im(i))).collect::<Vec<_>>())
            })
        }
        Op::Eigh | Op::Eigvalsh => {
            let job = if case.op == Op::Eigh { b'V' } else { b'N' };
            T::syevd(job, n, &mut x.a_out, &mut x.w, &mut x.work, &mut x.iwork);
            let run = move |x: &mut Buffers<T>| {
                x.a_out.copy_from_slice(&x.a);
                T::syevd(job, x.n, &mut x.a_out, &mut x.w, &mut x.work, &mut x.iwork);
            };
            with_state(name, x, run, move |x, ()| match job {
                b'V' => digest::eigh(a, &floats(&x.w), &floats(&x.a_out[(n - 1) * n..])),
                _ => digest::vector(floats(&x.w)),
            })
        }
        Op::Svd | Op::Svdvals | Op::Nuc | Op::Mat2 => {
            let job = if case.op == Op::Svd { b'S' } else { b'N' };
            x.iwork = vec![0; 8 * n];
            T::gesdd(job, n, &mut x.a_out, &mut x.w, &mut x.u, &mut x.vt, &mut x.work, &mut x.iwork);
            let run = move |x: &mut Buffers<T>| {
                x.a_out.copy_from_slice(&x.a);
                T::gesdd(job, x.n, &mut x.a_out, &mut x.w, &mut x.u, &mut x.vt, &mut x.work, &mut x.iwork);
            };
            with_state(name, x, run, move |x, ()| match case.op {
                Op::Svd => {
                    let v: Vec<f64> = (0..n).map(|j| x.vt[j * n].f64()).collect();
                    digest::svd(a, &floats(&x.u[..n]), &floats(&x.w), &v)
                }
                Op::Svdvals => digest::vector(floats(&x.w)),
                Op::Nuc => digest::number(floats(&x.w).iter().sum()),
                _ => digest::number(x.w[0].f64()),
            })
        }
        Op::Vec1 => with_state(name, x, |x| T::asum(&x.b), number),
        Op::Vec2 => with_state(name, x, |x| T::nrm2(&x.b), number),
        Op::VecInf => with_state(name, x, |x| linstat::Scalar::modulus(x.b[T::iamax(&x.b)]), number),
        Op::Fro => with_state(name, x, |x| T::nrm2(&x.a), number),
        // of the transposed matrix: LAPACK reads a row-major matrix as its transpose
        Op::Mat1 => {
            x.work = vec![T::zero(); n];
            with_state(name, x, |x| T::lange(b'I', x.n, &x.a, &mut x.work), number)
        }
        Op::MatInf => with_state(name, x, |x| T::lange(b'O', x.n, &x.a, &mut x.work), number),
        Op::Vec3 | Op::Pca => return None,
    })
}

/// The same for a row of the table.
pub fn routine<'a, T: Element>(row: &str, x: &Input<T>) -> Option<Box<dyn Contender + 'a>> {
    let name = "raw";
    let (m, n) = x.a.dim();
    let (a, mut out) = (column_major(&x.a), column_major(&x.a));
    let (b, nrhs) = if x.b.is_empty() { (x.v.to_vec(), 1) } else { (column_major(&x.b), x.b.ncols()) };
    let solution = move |x: &[T]| {
        let at = |i: usize, j: usize| x[j * m + i].f64();
        if nrhs == 1 { digest::vector((0..n).map(|i| at(i, 0))) } else { digest::matrix(n, nrhs, at) }
    };
    let (mut pivots, mut work, mut iwork) = (vec![0; n], Vec::new(), Vec::new());
    Some(match row {
        "cholesky" => {
            let run = move |out: &mut Vec<T>| {
                out.copy_from_slice(&a);
                T::potrf(n, out);
            };
            // the other triangle keeps the matrix
            let at = move |l: &[T], i: usize, j: usize| if i < j { 0.0 } else { l[j * n + i].f64() };
            with_state(name, out, run, move |l, ()| digest::matrix(n, n, |i, j| at(l, i, j)))
        }
        "qr" | "qr, n x n/2" => {
            let (mut tau, mut work_q) = (vec![T::zero(); n], Vec::new());
            T::geqrf(m, n, &mut out, &mut tau, &mut work);
            T::orgqr(m, n, &mut out, &tau, &mut work_q);
            let run = move |(q, r): &mut (Vec<T>, Vec<T>)| {
                q.copy_from_slice(&a);
                T::geqrf(m, n, q, &mut tau, &mut work);
                for j in 0..n {
                    r[j * n..][..=j].copy_from_slice(&q[j * m..][..=j]);
                }
                T::orgqr(m, n, q, &tau, &mut work_q);
            };
            with_state(name, (out, vec![T::zero(); n * n]), run, move |(q, r), ()| {
                (DMatrix::from_column_slice(m, n, q), DMatrix::from_column_slice(n, n, r)).shorten()
            })
        }
        "lu" => {
            let run = move |out: &mut Vec<T>| {
                out.copy_from_slice(&a);
                T::getrf(n, out, &mut pivots);
            };
            with_state(name, out, run, move |lu, ()| {
                digest::number(lu.iter().step_by(n + 1).map(|u| u.f64().abs().ln()).sum())
            })
        }
        "lu_solve" => {
            T::getrf(n, &mut out, &mut pivots);
            let run = move |x: &mut Vec<T>| {
                x.copy_from_slice(&b);
                T::getrs(n, nrhs, &out, &pivots, x);
            };
            with_state(name, vec![T::zero(); n * nrhs], run, move |x, ()| solution(x))
        }
        "triangular, 1 rhs" | "triangular, n rhs" => {
            let run = move |x: &mut Vec<T>| {
                x.copy_from_slice(&b);
                T::trtrs(n, nrhs, &a, x);
            };
            with_state(name, vec![T::zero(); n * nrhs], run, move |x, ()| solution(x))
        }
        "lstsq, n x n" | "lstsq, n x n/2" => {
            let mut s = vec![T::zero(); n];
            let mut x = b.clone();
            T::gelsd(m, n, nrhs, &mut out, &mut x, &mut s, &mut work, &mut iwork);
            let run = move |x: &mut Vec<T>| {
                out.copy_from_slice(&a);
                x.copy_from_slice(&b);
                T::gelsd(m, n, nrhs, &mut out, x, &mut s, &mut work, &mut iwork);
            };
            with_state(name, x, run, move |x, ()| solution(x))
        }
        "matrix_rank" | "cond" => {
            iwork = vec![0; 8 * n];
            let (mut none, mut s) = ((vec![T::zero(); n * n], vec![T::zero(); n * n]), vec![T::zero(); n]);
            T::gesdd(b'N', n, &mut out, &mut s, &mut none.0, &mut none.1, &mut work, &mut iwork);
            let run = move |s: &mut Vec<T>| {
                out.copy_from_slice(&a);
                T::gesdd(b'N', n, &mut out, s, &mut none.0, &mut none.1, &mut work, &mut iwork);
            };
            let is_rank = row == "matrix_rank";
            with_state(name, s, run, move |s, ()| {
                let s = floats(s);
                let least = s[0] * n as f64 * T::epsilon().f64();
                let rank = s.iter().filter(|&&x| x > least).count() as f64;
                digest::number(if is_rank { rank } else { s[0] / s[n - 1] })
            })
        }
        _ => return None,
    })
}

fn floats<T: Element>(x: &[T]) -> Vec<f64> {
    x.iter().map(|x| x.f64()).collect()
}
