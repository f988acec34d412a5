//! Handwritten digits: reads the data, finds principal components, trains a softmax classifier on the pixels
//! and on the components, and draws the results. `twin.py` trains the same classifier on the pixels in NumPy,
//! with the same random samples.
//!
//! `cargo run --release --example digits -- [FILE] [--out DIR]`
//!
//! The data: E. Alpaydin and C. Kaynak (1998), "Optical Recognition of Handwritten Digits", UCI Machine
//! Learning Repository, <https://doi.org/10.24432/C50P49>, licensed under CC BY 4.0; see
//! `examples/data/README.md`.

mod classifier;
mod data;
mod pictures;

use classifier::{Classifier, STEPS};
use comfy_table::{CellAlignment, Table, presets};
use data::{CLASSES, Digits, PIXELS};
use indicatif::{ProgressBar, ProgressStyle};
use linstat::random::{Generator, default_rng};
use linstat::{Pca, accuracy_score, backend, confusion_matrix};
use ndarray::{Array2, aview1};
use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

const USAGE: &str = "usage: digits [FILE] [--out DIR]

FILE   lines of 64 pixels (0 to 16) and a digit, as CSV or CSV in gzip (.gz);
       the data of the example if it is left out
DIR    where the pictures go; out/digits if it is left out";

const CREDIT: &str = "Data: E. Alpaydin and C. Kaynak (1998), \"Optical Recognition of Handwritten Digits\",
UCI Machine Learning Repository, https://doi.org/10.24432/C50P49, CC BY 4.0";

const SEED: u64 = 42;
/// The test accuracy of a correct run with the pixels and with all but the smallest components.
const REQUIRED: f64 = 0.95;

/// The error that ends the process, printed as its message instead of its fields.
struct Failure(Box<dyn Error>);

impl std::fmt::Debug for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl<E: Into<Box<dyn Error>>> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure(error.into())
    }
}

/// The command-line arguments.
#[derive(Debug, PartialEq)]
enum Command {
    Help,
    Run { file: PathBuf, out: PathBuf },
}

fn command(mut arguments: impl Iterator<Item = std::ffi::OsString>) -> Result<Command, String> {
    let (mut file, mut out) = (None, None);
    while let Some(argument) = arguments.next() {
        let target = match argument.to_str() {
            Some("-h" | "--help") => return Ok(Command::Help),
            Some("--out") => {
                let dir = arguments.next().ok_or_else(|| format!("--out needs a directory\n{USAGE}"))?;
                out = Some(PathBuf::from(dir));
                continue;
            }
            Some(option) if option.starts_with('-') => {
                return Err(format!("unknown option {option}\n{USAGE}"));
            }
            _ => &mut file,
        };
        if target.replace(PathBuf::from(&argument)).is_some() {
            return Err(format!("more than one file: {}\n{USAGE}", argument.display()));
        }
    }
    Ok(Command::Run {
        file: file.unwrap_or_else(|| {
            PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/digits.csv.gz"))
        }),
        out: out.unwrap_or_else(|| PathBuf::from("out/digits")),
    })
}

/// The time of each step, in order.
#[derive(Default)]
struct Times(Vec<(String, Duration)>);

impl Times {
    fn measure<R>(&mut self, step: impl Into<String>, work: impl FnOnce() -> R) -> R {
        let start = Instant::now();
        let result = work();
        self.0.push((step.into(), start.elapsed()));
        result
    }
}

/// A representation of the images for the classifier.
struct Features {
    name: String,
    required: Option<f64>,
    train: Array2<f64>,
    test: Array2<f64>,
}

/// The result of a training.
struct Outcome {
    name: String,
    inputs: usize,
    required: Option<f64>,
    loss: f64,
    train_accuracy: f64,
    test_accuracy: f64,
    /// A row for each true digit of the test images, a column for each predicted one.
    confusion: Array2<usize>,
}

fn main() -> Result<(), Failure> {
    let (file, out) = match command(std::env::args_os().skip(1))? {
        Command::Help => {
            println!("{USAGE}");
            return Ok(());
        }
        Command::Run { file, out } => (file, out),
    };
    println!("{CREDIT}\n");
    let mut times = Times::default();
    let digits = times.measure("read", || Digits::read(&file))?;
    let mut rng = default_rng(SEED);
    let (train, test) = times.measure("split", || digits.split(&mut rng))?;

    let mut sets = vec![Features {
        name: "pixels".into(),
        required: Some(REQUIRED),
        train: train.images.clone(),
        test: test.images.clone(),
    }];
    for (k, required) in [(20, None), (40, Some(REQUIRED))] {
        let name = format!("{k} components");
        // fitted on the training images only
        let (train, test) = times
            .measure(format!("PCA, {name}"), || -> linstat::Result<_> {
                let pca = Pca::new(k).fit(&train.images)?;
                Ok((pca.transform(&train.images)?, pca.transform(&test.images)?))
            })
            .map_err(|error| format!("{}: {error}", file.display()))?;
        sets.push(Features { name, required, train, test });
    }

    let outcomes = sets
        .iter()
        .map(|features| learn(features, &train, &test, &mut rng, &mut times))
        .collect::<Result<Vec<_>, _>>()?;
    let written = times.measure("pictures", || draw(&out, &train, &outcomes[0].confusion))?;
    report(&digits, &train, &test, &outcomes, &times);
    println!("\nPictures:");
    for path in written {
        println!("  {}", path.display());
    }
    verdict(&outcomes)
}

/// Trains with a progress bar, then classifies all images.
fn learn(
    features: &Features,
    train: &Digits,
    test: &Digits,
    rng: &mut Generator,
    times: &mut Times,
) -> Result<Outcome, Box<dyn Error>> {
    let bar = ProgressBar::new(STEPS as u64);
    bar.set_style(
        ProgressStyle::with_template("{prefix:>13} [{bar:40}] {pos:>3}/{len} {msg}")?.progress_chars("=> "),
    );
    bar.set_prefix(features.name.clone());
    let mut last = f64::NAN;
    let model = times.measure(format!("training, {}", features.name), || {
        Classifier::train(&features.train, train, rng, |loss| {
            last = loss;
            bar.inc(1);
            bar.set_message(format!("loss {loss:.4}"));
        })
    })?;
    bar.finish();
    let (on_train, on_test) = times
        .measure(format!("evaluation, {}", features.name), || -> linstat::Result<_> {
            Ok((model.predict(&features.train)?, model.predict(&features.test)?))
        })?;
    let (on_train, on_test) = (aview1(&on_train), aview1(&on_test));
    let (train, test) = (aview1(&train.labels), aview1(&test.labels));
    let digits: Vec<usize> = (0..CLASSES).collect();
    Ok(Outcome {
        name: features.name.clone(),
        inputs: features.train.ncols(),
        required: features.required,
        loss: last,
        train_accuracy: accuracy_score(&train, &on_train)?,
        test_accuracy: accuracy_score(&test, &on_test)?,
        confusion: confusion_matrix(&test, &on_test, Some(&digits))?,
    })
}

/// Draws all pictures from the training images, except for the confusion matrix.
fn draw(out: &PathBuf, train: &Digits, confusion: &Array2<usize>) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    fs::create_dir_all(out).map_err(|error| format!("cannot create {}: {error}", out.display()))?;
    let (pca, scores) = Pca::new(PIXELS.min(train.labels.len())).fit_transform(&train.images)?;
    Ok(vec![
        pictures::scatter(out, &scores, train, &pca)?,
        pictures::explained_variance(out, &pca, &[20, 40])?,
        pictures::confusion(out, confusion)?,
        pictures::components(out, &pca)?,
    ])
}

/// Adds the frame, and aligns numbers to the right.
fn framed(mut table: Table, numbers: std::ops::Range<usize>) -> Table {
    table.load_preset(presets::UTF8_FULL_CONDENSED);
    for column in numbers {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn report(digits: &Digits, train: &Digits, test: &Digits, outcomes: &[Outcome], times: &Times) {
    let info = backend::info();
    let mut run = Table::new();
    run.set_header(["run", ""]);
    run.add_row(["backend".to_owned(), info.to_string()]);
    if let linstat::backend::Info { blas: Some(library), .. } = &info {
        run.add_row(["library".to_owned(), library.display().to_string()]);
    }
    run.add_row(["threads".to_owned(), info.threads.to_string()]);
    let (all, train, test) = (digits.labels.len(), train.labels.len(), test.labels.len());
    run.add_row(["images".to_owned(), format!("{all}: {train} to train, {test} to test, seed {SEED}")]);
    println!("{}", framed(run, 0..0));

    let mut steps = Table::new();
    steps.set_header(["step", "time / ms"]);
    for (step, time) in &times.0 {
        steps.add_row([step.clone(), format!("{:.1}", 1e3 * time.as_secs_f64())]);
    }
    println!("{}", framed(steps, 1..2));

    let mut results = Table::new();
    results.set_header(["features", "inputs", "last loss", "train accuracy", "test accuracy", "required"]);
    for o in outcomes {
        results.add_row([
            o.name.clone(),
            o.inputs.to_string(),
            format!("{:.4}", o.loss),
            format!("{:.4}", o.train_accuracy),
            format!("{:.4}", o.test_accuracy),
            o.required.map_or("-".into(), |required| format!("{required:.2}")),
        ]);
    }
    println!("{}", framed(results, 1..6));
}

/// Returns an error if an accuracy is below that of a correct run.
fn verdict(outcomes: &[Outcome]) -> Result<(), Failure> {
    for o in outcomes {
        let reached = o.test_accuracy;
        // written so that a NaN fails
        if let Some(required) = o.required
            && (reached < required || reached.is_nan())
        {
            let name = &o.name;
            return Err(format!(
                "test accuracy with {name}: expected at least {required}, found {reached:.4}"
            )
            .into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(arguments: &[&str]) -> Result<Command, String> {
        command(arguments.iter().map(Into::into))
    }

    #[test]
    fn the_command_line_names_a_file_and_a_directory() {
        assert_eq!(of(&["--help"]), Ok(Command::Help));
        let run = Command::Run { file: "some.csv".into(), out: "there".into() };
        assert_eq!(of(&["--out", "there", "some.csv"]), Ok(run));
        assert!(matches!(of(&[]), Ok(Command::Run { file, .. }) if file.ends_with("digits.csv.gz")));
        assert!(of(&["--out"]).is_err());
        assert!(of(&["--ouch"]).is_err());
        assert!(of(&["one", "two"]).is_err());
    }

    #[test]
    fn too_low_an_accuracy_fails_the_run_where_one_is_required() {
        let outcome = |required, test_accuracy| Outcome {
            name: "pixels".into(),
            inputs: 64,
            required,
            loss: 0.1,
            train_accuracy: 1.0,
            test_accuracy,
            confusion: Array2::zeros((10, 10)),
        };
        assert!(verdict(&[outcome(Some(0.95), 0.95), outcome(None, 0.0)]).is_ok());
        let error = verdict(&[outcome(Some(0.95), 0.94)]).expect_err("94 %");
        assert_eq!(format!("{error:?}"), "test accuracy with pixels: expected at least 0.95, found 0.9400");
        assert!(verdict(&[outcome(Some(0.95), f64::NAN)]).is_err());
    }

    #[test]
    fn the_data_of_the_example_are_whole() {
        let Ok(Command::Run { file, .. }) = of(&[]) else { panic!("no file") };
        let digits = Digits::read(&file).expect("the data of the example");
        assert_eq!(digits.images.dim(), (1797, PIXELS));
        let (train, test) = digits.split(&mut default_rng(SEED)).expect("room for the order");
        assert_eq!((train.labels.len(), test.labels.len()), (1437, 360));
    }
}
