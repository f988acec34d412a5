//! Recommendations: the ratings that 200 people would give to 60 films, predicted from two fifths of them by
//! a truncated singular value decomposition.
//!
//! `cargo run --release --example recommend`
//!
//! The baseline is the mean of all ratings, plus what each person and each film differ from it on average.
//! The decomposition describes the rest by three features. Prints the errors of both for ratings that were
//! held out, and the best films that a person has not rated. Fails if the decomposition is not clearly
//! better.

use comfy_table::{CellAlignment, Table, presets};
use linstat::ndarray::{Array1, Array2, Axis};
use linstat::random::{Generator, default_rng};
use linstat::{
    TruncatedSvd, average, average_axis, clip, matmul, mean_absolute_error, root_mean_squared_error, top_k,
};
use std::error::Error;

const PEOPLE: usize = 200;
const FILMS: usize = 60;
const FEATURES: usize = 3;
const ROUNDS: usize = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let mut rng = default_rng(1);
    let ratings = ratings(&mut rng)?;
    // two fifths are known, a tenth is held out, the rest is as if nobody had given it
    let order = rng.permutation(ratings.len())?.to_vec();
    let (train, rest) = order.split_at(ratings.len() * 2 / 5);
    let held = &rest[..ratings.len() / 10];
    let mut known = Array1::<f64>::zeros(ratings.len());
    train.iter().for_each(|&at| known[at] = 1.0);
    let known = known.into_shape_with_order(ratings.dim())?;

    // weights of 0 leave out what is not known
    let overall = average(&ratings, &known)?;
    let people = average_axis(&(&ratings - overall), &known, Axis(1))?.insert_axis(Axis(1));
    let films = average_axis(&(&ratings - overall - &people), &known, Axis(0))?;
    let baseline = &people + &films + overall;

    let difference = (&ratings - &baseline) * &known;
    let mut features = Array2::<f64>::zeros(ratings.dim());
    for _ in 0..ROUNDS {
        // what is not known is filled with what the features say so far, so that zeros do not pull them down
        let filled = &difference + &(&features * &known.mapv(|known| 1.0 - known));
        let (svd, scores) = TruncatedSvd::new(FEATURES).fit_transform(&filled)?;
        features = svd.inverse_transform(&scores)?;
    }
    let predicted = clip(&(&baseline + &features), 1.0, 5.0)?;

    let truth = ratings.flatten().select(Axis(0), held);
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN);
    table.set_header(["prediction", "root mean squared error / stars", "mean absolute error / stars"]);
    let mut errors = Vec::new();
    for (name, values) in [("means", &baseline), ("means and features", &predicted)] {
        let values = values.flatten().select(Axis(0), held);
        let error = root_mean_squared_error(&truth, &values)?;
        let absolute = mean_absolute_error(&truth, &values)?;
        table.add_row([name.to_owned(), format!("{error:.3}"), format!("{absolute:.3}")]);
        errors.push(error);
    }
    table.column_iter_mut().skip(1).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    println!("{} ratings held out, {} known\n\n{table}\n", held.len(), train.len());

    // films that the person has rated are moved behind all others
    let best = top_k(&(&predicted.row(0) - &(&known.row(0) * 10.0)), 3)?;
    for (film, stars) in best.indices.iter().zip(&best.values) {
        println!("person 0 might like film {film}: {stars:.1} stars");
    }
    assert!(errors[1] < 0.7 * errors[0], "errors of {:.3}, and of {:.3} with features", errors[0], errors[1]);
    Ok(())
}

/// Whole numbers of stars from 1 to 5: people have tastes, films have features that suit them or do not, some
/// people are generous, some films are good, and the rest is chance.
fn ratings(rng: &mut Generator) -> linstat::Result<Array2<f64>> {
    let tastes = rng.standard_normal((PEOPLE, FEATURES))?;
    let suited = matmul(&tastes, &rng.standard_normal((FEATURES, FILMS))?)? * 0.55;
    let generous = rng.normal(0.0, 0.4, (PEOPLE, 1))?;
    let good = rng.normal(0.0, 0.5, (1, FILMS))?;
    let chance = rng.normal(0.0, 0.3, (PEOPLE, FILMS))?;
    Ok((suited + generous + good + chance + 3.2).mapv(|stars| stars.round().clamp(1.0, 5.0)))
}
