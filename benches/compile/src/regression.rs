//! A linear regression: coefficients, standard errors, R².
use linstat::ndarray::{Array1, Array2, Axis, concatenate};
use linstat::random::default_rng;
use linstat::{inv, matmul, mean, mean_axis, solve, std_axis, sum, var};

fn main() -> linstat::Result<()> {
    let (n, p) = (500, 4);
    let mut rng = default_rng(42);
    let x: Array2<f64> = rng.normal(2., 3., (n, p))?;
    let noise = rng.normal(0., 0.5, n)?;
    let truth = Array1::linspace(-1., 2., p);
    let y: Array1<f64> = matmul(&x, &truth)? + 0.75 + noise;

    println!("columns: mean {:.3}, deviation {:.3}", mean_axis(&x, Axis(0))?, std_axis(&x, 1, Axis(0))?);
    println!("y: mean {:.3}, variance {:.3}", mean(&y)?, var(&y, 1)?);

    let ones = Array2::ones((n, 1));
    let design = concatenate(Axis(1), &[ones.view(), x.view()]).unwrap_or_default();
    let gram = matmul(&design.t(), &design)?;
    let coefficients = solve(&gram, &matmul(&design.t(), &y)?)?;
    let fitted = matmul(&design, &coefficients)?;
    let residuals = &y - &fitted;
    let rss: f64 = sum(&(&residuals * &residuals))?;
    let sigma2 = rss / (n - p - 1) as f64;
    let inverse = inv(&gram)?;
    for (i, (c, v)) in coefficients.iter().zip(inverse.diag()).enumerate() {
        let error = (sigma2 * v).sqrt();
        println!("b{i}  {c:8.4}  +- {error:.4}  t {:8.2}", c / error);
    }
    let tss = var(&y, 0)? * n as f64;
    println!("R² {:.5}, residual deviation {:.4}", 1. - rss / tss, sigma2.sqrt());
    Ok(())
}
