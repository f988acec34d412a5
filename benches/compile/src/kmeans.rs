//! k-means: clusters of points, by Lloyd's iteration.
use linstat::ndarray::{Array1, Array2, Axis};
use linstat::random::{Choice, default_rng};
use linstat::{argmin_axis, mean_axis, sum, sum_axis};

fn distances(x: &Array2<f64>, centers: &Array2<f64>) -> linstat::Result<Array2<f64>> {
    let mut d = Array2::zeros((x.nrows(), centers.nrows()));
    for (j, center) in centers.rows().into_iter().enumerate() {
        let difference = x - &center;
        d.column_mut(j).assign(&sum_axis(&(&difference * &difference), Axis(1))?);
    }
    Ok(d)
}

fn main() -> linstat::Result<()> {
    let (n, k) = (900, 3);
    let mut rng = default_rng(1);
    let mut x = rng.normal(0., 1., (n, 2))?;
    for (i, mut row) in x.rows_mut().into_iter().enumerate() {
        row += 6. * (i % k) as f64;
    }
    let first = rng.choice(n, &Choice::new().without_replacement(), k)?;
    let mut centers = x.select(Axis(0), &first.to_vec());
    let mut labels = Array1::zeros(n);
    for step in 0..50 {
        let found = argmin_axis(&distances(&x, &centers)?, Axis(1))?;
        let changed = found.iter().zip(&labels).filter(|(a, b)| a != b).count();
        labels = found;
        for (j, mut center) in centers.rows_mut().into_iter().enumerate() {
            let members: Vec<usize> = (0..n).filter(|&i| labels[i] == j).collect();
            if !members.is_empty() {
                center.assign(&mean_axis(&x.select(Axis(0), &members), Axis(0))?);
            }
        }
        if changed == 0 {
            println!("after {step} steps");
            break;
        }
    }
    let nearest = distances(&x, &centers)?;
    println!(
        "{centers:.3}\ninertia {:.3}",
        sum(&nearest.map_axis(Axis(1), |d| d.iter().copied().fold(f64::INFINITY, f64::min)))?
    );
    Ok(())
}
