//! The data file: reads, validates and splits it.

use flate2::read::MultiGzDecoder;
use linstat::random::Generator;
use ndarray::{Array1, Array2, Axis};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Pixels in a row or a column of an image.
pub const SIDE: usize = 8;
/// Pixels of an image.
pub const PIXELS: usize = SIDE * SIDE;
/// Number of classes: the digits.
pub const CLASSES: usize = 10;
/// The largest grey value in the file.
const WHITE: i64 = 16;

/// Images, one per row with pixels from 0 to 1, and their digits.
#[derive(Debug, Clone, PartialEq)]
pub struct Digits {
    pub images: Array2<f64>,
    pub labels: Vec<usize>,
}

/// An error in a data file, with its place.
#[derive(Debug, thiserror::Error)]
#[error("{}{}: {reason}", file.display(), line.map(|line| format!(", line {line}")).unwrap_or_default())]
pub struct DataError {
    file: PathBuf,
    line: Option<u64>,
    reason: String,
}

impl Digits {
    /// Reads a CSV file, compressed by gzip if its name ends in `.gz`.
    pub fn read(path: &Path) -> Result<Self, DataError> {
        let fail = |reason| DataError { file: path.to_owned(), line: None, reason };
        let file = File::open(path).map_err(|error| fail(format!("cannot open: {error}")))?;
        if path.extension().is_some_and(|extension| extension == "gz") {
            Self::parse(path, MultiGzDecoder::new(file))
        } else {
            Self::parse(path, file)
        }
    }

    /// Reads lines of 64 pixels, 0 to 16, and a digit; `path` is used in messages only.
    pub fn parse(path: &Path, input: impl Read) -> Result<Self, DataError> {
        let fail = |line, reason| DataError { file: path.to_owned(), line, reason };
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).quoting(false).from_reader(input);
        let (mut pixels, mut labels) = (Vec::new(), Vec::new());
        let mut record = csv::StringRecord::new();
        loop {
            let start = reader.position().line();
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    let reason = match error.kind() {
                        csv::ErrorKind::Utf8 { .. } => "is not text".to_owned(),
                        csv::ErrorKind::Io(error) => format!("cannot read on, the file is damaged: {error}"),
                        _ => error.to_string(),
                    };
                    return Err(fail(Some(start), reason));
                }
            }
            // the line of the record itself: the reader skips empty lines before it
            let line = record.position().map_or(start, csv::Position::line);
            if record.len() != PIXELS + 1 {
                let reason = format!("expected {PIXELS} pixels and a digit, found {} columns", record.len());
                return Err(fail(Some(line), reason));
            }
            for (column, field) in record.iter().enumerate() {
                let (what, max) =
                    if column < PIXELS { ("pixel", WHITE) } else { ("digit", CLASSES as i64 - 1) };
                let value = match field.trim().parse::<i64>() {
                    Ok(value) if (0..=max).contains(&value) => value,
                    _ => {
                        let column = column + 1;
                        let reason =
                            format!("column {column}: expected a {what} from 0 to {max}, found {field:?}");
                        return Err(fail(Some(line), reason));
                    }
                };
                if column < PIXELS {
                    pixels.push(value as f64 / WHITE as f64);
                } else {
                    labels.push(value as usize);
                }
            }
        }
        if labels.len() < CLASSES {
            let reason = format!("expected at least {CLASSES} images, found {}", labels.len());
            return Err(fail(None, reason));
        }
        let images = Array2::from_shape_vec((labels.len(), PIXELS), pixels)
            .map_err(|error| fail(None, error.to_string()))?;
        Ok(Digits { images, labels })
    }

    /// Splits the images in random order: four fifths to train, the rest to test.
    pub fn split(&self, rng: &mut Generator) -> linstat::Result<(Digits, Digits)> {
        let order = rng.permutation(self.labels.len())?.to_vec();
        let (train, test) = order.split_at(order.len() * 4 / 5);
        Ok((self.select(train), self.select(test)))
    }

    fn select(&self, rows: &[usize]) -> Digits {
        Digits {
            images: self.images.select(Axis(0), rows),
            labels: rows.iter().map(|&row| self.labels[row]).collect(),
        }
    }

    /// A row per image, with 1 in the column of its digit and 0 elsewhere.
    pub fn one_hot(&self) -> Array2<f64> {
        Array2::from_shape_fn((self.labels.len(), CLASSES), |(i, k)| f64::from(self.labels[i] == k))
    }

    /// The number of images of each digit.
    pub fn counts(&self) -> Array1<usize> {
        let mut counts = Array1::zeros(CLASSES);
        self.labels.iter().for_each(|&label| counts[label] += 1);
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use linstat::random::default_rng;
    use std::io::Write;

    /// Lines of images of one grey value, with the digits 0 to 9 in turn.
    fn lines(n: usize) -> Vec<String> {
        (0..n).map(|i| format!("{}{}", format!("{},", i % 17).repeat(PIXELS), i % CLASSES)).collect()
    }

    fn message(lines: &[String]) -> String {
        parse(lines).expect_err("a damaged file").to_string()
    }

    fn parse(lines: &[String]) -> Result<Digits, DataError> {
        Digits::parse(Path::new("some.csv"), lines.join("\n").as_bytes())
    }

    #[test]
    fn pixels_are_scaled_and_labels_kept() {
        let digits = parse(&lines(17)).expect("a good file");
        assert_eq!(digits.images.dim(), (17, PIXELS));
        assert_eq!((digits.images[[8, 0]], digits.images[[16, 63]]), (0.5, 1.0));
        assert_eq!(digits.labels[..11], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);
        assert_eq!(digits.one_hot().row(3).to_vec(), [0., 0., 0., 1., 0., 0., 0., 0., 0., 0.]);
        assert_eq!(digits.counts().to_vec(), [2, 2, 2, 2, 2, 2, 2, 1, 1, 1]);
    }

    #[test]
    fn errors_name_the_file_the_line_and_the_column() {
        let with = |line: usize, from: &str, to: &str| {
            let mut lines = lines(20);
            assert!(lines[line].contains(from), "{:?}", lines[line]);
            lines[line] = lines[line].replacen(from, to, 1);
            message(&lines)
        };
        let pixel = "some.csv, line 3: column 1: expected a pixel from 0 to 16, found";
        assert_eq!(with(2, "2", "x"), format!("{pixel} \"x\""));
        assert_eq!(with(2, "2", "17"), format!("{pixel} \"17\""));
        assert_eq!(with(2, "2", "-1"), format!("{pixel} \"-1\""));
        assert_eq!(with(2, "2", "2.5"), format!("{pixel} \"2.5\""));
        assert_eq!(with(2, "2", "nan"), format!("{pixel} \"nan\""));
        assert_eq!(with(2, "2", ""), format!("{pixel} \"\""));
        assert_eq!(with(2, "2", "99999999999999999999"), format!("{pixel} \"99999999999999999999\""));
        let digit = "some.csv, line 16: column 65: expected a digit from 0 to 9, found \"10\"";
        assert_eq!(with(15, "15,5", "15,10"), digit);
        assert_eq!(
            with(15, "15,", ""),
            "some.csv, line 16: expected 64 pixels and a digit, found 64 columns"
        );
        assert_eq!(
            with(15, "15,", "1,2,"),
            "some.csv, line 16: expected 64 pixels and a digit, found 66 columns"
        );
        assert_eq!(message(&lines(9)), "some.csv: expected at least 10 images, found 9");
        assert_eq!(message(&[]), "some.csv: expected at least 10 images, found 0");
        let mut text = lines(20).join("\n").into_bytes();
        text[0] = 0xff;
        let error = Digits::parse(Path::new("some.csv"), &text[..]).expect_err("not text");
        assert_eq!(error.to_string(), "some.csv, line 1: is not text");
    }

    #[test]
    fn truncated_and_damaged_gzip_is_refused() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(lines(200).join("\n").as_bytes()).expect("into memory");
        let good = encoder.finish().expect("into memory");
        let parse = |bytes: &[u8]| Digits::parse(Path::new("some.csv.gz"), MultiGzDecoder::new(bytes));
        assert_eq!(parse(&good).expect("a good file").labels.len(), 200);
        for cut in [5, good.len() / 2, good.len() - 1] {
            let error = parse(&good[..cut]).expect_err("truncated").to_string();
            assert!(error.starts_with("some.csv.gz, line "), "{error}");
        }
        let mut flipped = good.clone();
        *flipped.last_mut().expect("not empty") ^= 1;
        assert!(parse(&flipped).is_err(), "the length at the end is wrong");
        flipped = good.clone();
        flipped[0] = 0;
        let error = parse(&flipped).expect_err("not gzip").to_string();
        assert!(
            error.contains("line 1: cannot read on, the file is damaged: invalid gzip header"),
            "{error}"
        );
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Digits::read(Path::new("no/such/file.csv.gz")).expect_err("missing").to_string();
        assert!(error.starts_with("no/such/file.csv.gz: cannot open: "), "{error}");
    }

    #[test]
    fn the_split_takes_every_image_once_and_depends_on_the_seed() {
        let mut digits = parse(&lines(20)).expect("a good file");
        digits.images = Array2::from_shape_fn((20, PIXELS), |(i, _)| i as f64);
        let split = |seed: u64| digits.split(&mut default_rng(seed)).expect("room for twenty numbers");
        let (train, test) = split(42);
        assert_eq!((train.labels.len(), test.labels.len()), (16, 4));
        let mut rows: Vec<f64> =
            train.images.column(0).iter().chain(test.images.column(0)).copied().collect();
        assert_ne!(rows, (0..20).map(f64::from).collect::<Vec<_>>());
        for (image, label) in train.images.rows().into_iter().zip(&train.labels) {
            assert_eq!(image[0] as usize % CLASSES, *label);
        }
        rows.sort_by(f64::total_cmp);
        assert_eq!(rows, (0..20).map(f64::from).collect::<Vec<_>>());
        assert_eq!(split(42), (train.clone(), test));
        assert_ne!(split(43).0, train);
    }
}
