//! Whitening: three linear maps that turn correlated columns into uncorrelated ones of variance 1.
//!
//! `cargo run --release --example whitening`
//!
//! - PCA: the data in the basis of their principal components, each divided by its deviation;
//! - ZCA: the same, turned back: of all white data, those that are nearest to the scaled originals;
//! - Cholesky: the solution of a triangular system, the cheapest.
//!
//! Prints how far the covariance of each result is from the identity, and how strongly each column still
//! correlates with its original; draws `out/whitening.svg`. Fails if a covariance is not the identity.

use comfy_table::{CellAlignment, Table, presets};
use linstat::ndarray::{Array2, ArrayView1, Axis, array, stack};
use linstat::random::{Factor, default_rng};
use linstat::{
    Pca, TriangularShape, Variables, cholesky, corrcoef, cov, matmul, mean_axis, norm, solve_triangular,
};
use plotters::prelude::*;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let covariance = array![[4.0, 1.8], [1.8, 1.0]];
    let x = default_rng(5).multivariate_normal(&array![3., -1.], &covariance, Factor::Cholesky, 1500)?;

    let (pca, by_pca) = Pca::new(2).whiten().fit_transform(&x)?;
    let by_zca = matmul(&by_pca, pca.components())?;
    let factor = cholesky(&cov(&x, Variables::Columns, 1)?)?;
    let centred = &x - &mean_axis(&x, Axis(0))?;
    // the covariance of the solutions L⁻¹ x is L⁻¹ (L Lᵀ) L⁻ᵀ
    let by_cholesky = solve_triangular(&factor, &centred.t(), TriangularShape::lower())?.reversed_axes();

    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN);
    table.set_header(["whitening", "covariance - identity", "correlation with column 0", "with column 1"]);
    let results = [("PCA", &by_pca), ("ZCA", &by_zca), ("Cholesky", &by_cholesky)];
    for (name, white) in results {
        let error = norm(&(cov(white, Variables::Columns, 1)? - Array2::<f64>::eye(2)));
        assert!(error < 1e-12, "{name}: the covariance differs from the identity by {error}");
        let r = |j: usize| correlation(x.column(j), white.column(j));
        table.add_row([
            name.to_owned(),
            format!("{error:.1e}"),
            format!("{:.3}", r(0)?),
            format!("{:.3}", r(1)?),
        ]);
    }
    table.column_iter_mut().skip(1).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    println!("{table}\n");
    draw(&[("before", &centred), ("PCA", &by_pca), ("ZCA", &by_zca), ("Cholesky", &by_cholesky)])?;
    println!("out/whitening.svg");
    Ok(())
}

fn correlation(x: ArrayView1<'_, f64>, y: ArrayView1<'_, f64>) -> Result<f64, Box<dyn Error>> {
    Ok(corrcoef(&stack![Axis(0), x, y], Variables::Rows)?[[0, 1]])
}

/// Draws the points of each table into a panel, in the colours of the quadrants that they were in at first.
fn draw(panels: &[(&str, &Array2<f64>); 4]) -> Result<(), Box<dyn Error>> {
    const COLORS: [RGBColor; 4] = [
        RGBColor(0x3f, 0x90, 0xda),
        RGBColor(0xff, 0xa9, 0x0e),
        RGBColor(0xbd, 0x1f, 0x01),
        RGBColor(0x83, 0x2d, 0xb6),
    ];
    std::fs::create_dir_all("out")?;
    let area = SVGBackend::new("out/whitening.svg", (900, 900)).into_drawing_area();
    area.fill(&WHITE)?;
    let before = panels[0].1;
    for (part, (title, points)) in area.split_evenly((2, 2)).iter().zip(panels) {
        let mut chart = ChartBuilder::on(part)
            .caption(title, ("sans-serif", 22))
            .margin(12)
            .x_label_area_size(50)
            .y_label_area_size(56)
            .build_cartesian_2d(-7.0..7.0, -7.0..7.0)?;
        chart
            .configure_mesh()
            .label_style(("sans-serif", 15))
            .axis_desc_style(("sans-serif", 16))
            .x_labels(7)
            .y_labels(7)
            .x_desc("column 0 (mean 0)")
            .y_desc("column 1 (mean 0)")
            .draw()?;
        chart.draw_series(points.rows().into_iter().zip(before.rows()).map(|(point, before)| {
            let quadrant = 2 * usize::from(before[0] < 0.0) + usize::from(before[1] < 0.0);
            Circle::new((point[0], point[1]), 2, COLORS[quadrant].filled())
        }))?;
    }
    area.present()?;
    Ok(())
}
