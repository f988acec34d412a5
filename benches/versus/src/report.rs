//! The table on the screen, the CSV file, and the summary.

use crate::case::Group;
use crate::measure::{Cell, Timing};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// The time columns of the table, in order.
const COLUMNS: [&str; 12] = [
    "linstat",
    "embedded",
    "raw",
    "nd-linalg",
    "ndarray",
    "faer",
    "nalgebra",
    "numpy",
    "numpy-svd",
    "scipy",
    "sklearn",
    "jax",
];
/// The columns of linstat and of the lower limit `raw`; all others are peers.
const OURS: [&str; 3] = ["linstat", "embedded", "raw"];

fn columns(group: Group) -> Vec<&'static str> {
    let pca = ["linstat", "embedded", "numpy", "numpy-svd", "sklearn"];
    let arrays = ["linstat", "numpy", "scipy", "jax"];
    let shown = |name: &&str| match group {
        _ if group.is_of_arrays() => arrays.contains(name),
        Group::Pca => pca.contains(name),
        Group::Stream => ["linstat", "numpy"].contains(name),
        Group::Stacks => ["linstat", "nalgebra", "numpy", "jax"].contains(name),
        Group::Random => ["linstat", "numpy"].contains(name),
        _ => !["numpy-svd", "sklearn"].contains(name),
    };
    COLUMNS.into_iter().filter(shown).collect()
}

/// A row of the table.
#[derive(Debug)]
pub struct Row {
    pub group: Group,
    pub case: String,
    pub dtype: &'static str,
    pub n: usize,
    /// The aims: how many times faster than NumPy, and than the best of all peers; if `None`, they depend on
    /// the size.
    pub aims: Option<(f64, f64)>,
    pub cells: Vec<Cell>,
}

impl Row {
    /// The time of the best variant in a column, and its name.
    fn best(&self, column: &str) -> Option<(Timing, &str)> {
        let variants = self.cells.iter().filter_map(|cell| {
            let (name, variant) = cell.name.split_once('/').unwrap_or((&cell.name, ""));
            let timing = *cell.outcome.as_ref().ok()?;
            (name == column).then_some((timing, variant))
        });
        variants.min_by(|(x, _), (y, _)| x.median.total_cmp(&y.median))
    }

    fn time(&self, column: &str) -> Option<f64> {
        self.best(column).map(|(timing, _)| timing.median)
    }

    /// The time of the embedded library, which is the active one if there is no other.
    fn embedded(&self) -> Option<f64> {
        let apart = self.cells.iter().any(|cell| cell.name == "embedded");
        self.time(if apart { "embedded" } else { "linstat" })
    }

    fn failure(&self, column: &str) -> Option<&str> {
        let cell = self.cells.iter().find(|cell| cell.name.split('/').next() == Some(column))?;
        cell.outcome.as_ref().err().map(String::as_str)
    }

    fn best_peer(&self) -> Option<(&'static str, f64)> {
        let peers = COLUMNS.into_iter().filter(|column| !OURS.contains(column));
        let times = peers.filter_map(|peer| Some((peer, self.time(peer)?)));
        times.min_by(|(_, x), (_, y)| x.total_cmp(y))
    }

    /// The ratio `x / y`.
    fn ratio(&self, x: Option<f64>, y: Option<f64>) -> Option<f64> {
        Some(x? / y?)
    }

    fn ratios(&self) -> [Option<f64>; 4] {
        let time = |column| self.time(column);
        [
            self.ratio(self.best_peer().map(|(_, time)| time), time("linstat")),
            self.ratio(time("numpy"), time("linstat")),
            self.ratio(time("numpy"), self.embedded()),
            self.ratio(time("linstat"), time("raw")),
        ]
    }

    fn label(&self) -> String {
        format!("{} {} {}", self.group.name(), self.case, self.dtype)
    }

    /// The aims that this row misses.
    fn shortfalls(&self) -> Vec<String> {
        let [best, numpy, numpy_embedded, raw] = self.ratios();
        let mut targets: Vec<(&str, Option<f64>, f64)> = Vec::new();
        if self.group == Group::Pca && self.case.starts_with("1000x1536") {
            let sklearn = self.time("sklearn");
            targets.push(("numpy/linstat", numpy, 3.0));
            targets.push(("numpy/embedded", numpy_embedded, 3.0));
            targets.push(("sklearn/linstat", self.ratio(sklearn, self.time("linstat")), 1.5));
            targets.push(("sklearn/embedded", self.ratio(sklearn, self.embedded()), 1.5));
        } else if let Some((of_numpy, of_best)) = self.aims {
            targets.extend([("numpy/linstat", numpy, of_numpy), ("best/linstat", best, of_best)]);
        } else if self.n <= 8 {
            targets.extend([("numpy/linstat", numpy, 5.0), ("numpy/embedded", numpy_embedded, 5.0)]);
        } else {
            targets.extend([("numpy/linstat", numpy, 1.0), ("numpy/embedded", numpy_embedded, 0.8)]);
        }
        let mut missed: Vec<String> = targets
            .into_iter()
            .filter_map(|(name, ratio, least)| Some((name, ratio?, least)))
            .filter(|(_, ratio, least)| ratio < least)
            .map(|(name, ratio, least)| format!("{name} {ratio:.2} < {least}"))
            .collect();
        if let Some(raw) = raw.filter(|&raw| self.n >= 256 && raw > 1.05) {
            missed.push(format!("linstat/raw {raw:.2} > 1.05"));
        }
        missed
    }
}

/// Receives the rows as they are measured.
pub struct Report {
    rows: Vec<Row>,
    csv: Option<BufWriter<File>>,
}

impl Report {
    /// Prints the facts about this run, and writes them to the CSV file as comments.
    pub fn new(facts: &[String], csv: Option<&Path>) -> io::Result<Self> {
        let mut csv = csv.map(File::create).transpose()?.map(BufWriter::new);
        for fact in facts {
            println!("{fact}");
        }
        if let Some(csv) = &mut csv {
            facts.iter().try_for_each(|fact| writeln!(csv, "# {fact}"))?;
            writeln!(csv, "# times in microseconds, medians; noise: median absolute deviation / median")?;
            write!(csv, "group,case,dtype,n")?;
            COLUMNS.iter().try_for_each(|column| write!(csv, ",{column}"))?;
            write!(csv, ",linstat_noise,numpy_noise,best_peer,best_over_linstat,numpy_over_linstat")?;
            writeln!(csv, ",numpy_over_embedded,linstat_over_raw,note")?;
            csv.flush()?;
        }
        Ok(Report { rows: Vec::new(), csv })
    }

    pub fn add(&mut self, row: Row) -> io::Result<()> {
        if self.rows.last().map(|last| last.group) != Some(row.group) {
            print!("\n{:<12} {:<22} {:<7}", "group", "case", "dtype");
            columns(row.group).iter().for_each(|column| print!(" {column:>9}"));
            println!(
                " {:>9} {:>8} {:>8} {:>8} {:>8}  note",
                "best", "best/lin", "np/lin", "np/emb", "lin/raw"
            );
        }
        print!("{:<12} {:<22} {:<7}", row.group.name(), row.case, row.dtype);
        let mut notes = Vec::new();
        for column in columns(row.group) {
            let cell = match (row.best(column), row.failure(column)) {
                (Some((timing, variant)), _) => {
                    if !variant.is_empty() {
                        notes.push(format!("{column}: {variant}"));
                    }
                    human(timing.median)
                }
                (None, Some(_)) => "wrong".into(),
                (None, None) => "-".into(),
            };
            print!(" {cell:>9}");
        }
        let best = row.best_peer().map_or("-", |(name, _)| name);
        print!(" {best:>9}");
        for ratio in row.ratios() {
            print!(" {:>8}", ratio.map_or("-".into(), |ratio| format!("{ratio:.2}")));
        }
        println!("  {}", notes.join("; "));
        for cell in &row.cells {
            if let Err(failure) = &cell.outcome {
                println!("    WRONG: {} in {}: {failure}", cell.name, row.label());
                notes.push(format!("{} wrong", cell.name));
            }
        }
        self.write_csv(&row, best, &notes.join("; "))?;
        self.rows.push(row);
        io::stdout().flush()
    }

    fn write_csv(&mut self, row: &Row, best: &str, note: &str) -> io::Result<()> {
        let Some(csv) = &mut self.csv else { return Ok(()) };
        write!(csv, "{},\"{}\",{},{}", row.group.name(), row.case, row.dtype, row.n)?;
        for column in COLUMNS {
            match (row.time(column), row.failure(column)) {
                (Some(seconds), _) => write!(csv, ",{:.4}", seconds * 1e6)?,
                (None, Some(_)) => write!(csv, ",wrong")?,
                (None, None) => write!(csv, ",")?,
            }
        }
        let number = |x: Option<f64>| x.map_or(String::new(), |x| format!("{x:.3}"));
        for column in ["linstat", "numpy"] {
            write!(csv, ",{}", number(row.best(column).map(|(timing, _)| timing.noise)))?;
        }
        write!(csv, ",{best}")?;
        row.ratios().into_iter().try_for_each(|ratio| write!(csv, ",{}", number(ratio)))?;
        writeln!(csv, ",\"{note}\"")?;
        csv.flush()
    }

    /// Prints the worst ratios of every group, and the rows that miss an aim. Returns whether all results
    /// were right.
    pub fn finish(self) -> bool {
        println!("\nworst of each group            numpy/linstat         numpy/embedded    linstat/raw");
        println!("                               n <= 8     n > 8      n <= 8     n > 8     n >= 256");
        let mut groups: Vec<Group> = self.rows.iter().map(|row| row.group).collect();
        groups.dedup();
        for group in groups {
            let worst = |sizes: fn(usize) -> bool, index: usize, pick: fn(f64, f64) -> f64| {
                let rows = self.rows.iter().filter(|row| row.group == group && sizes(row.n));
                let ratio = rows.filter_map(|row| row.ratios()[index]).reduce(pick);
                ratio.map_or("-".into(), |ratio| format!("{ratio:.2}"))
            };
            println!(
                "{:<26} {:>10} {:>9}  {:>10} {:>9}   {:>10}",
                group.name(),
                worst(|n| n <= 8, 1, f64::min),
                worst(|n| n > 8, 1, f64::min),
                worst(|n| n <= 8, 2, f64::min),
                worst(|n| n > 8, 2, f64::min),
                worst(|n| n >= 256, 3, f64::max),
            );
        }
        let missed: Vec<(&Row, Vec<String>)> = self
            .rows
            .iter()
            .map(|row| (row, row.shortfalls()))
            .filter(|(_, missed)| !missed.is_empty())
            .collect();
        println!("\n{} of {} rows miss a target", missed.len(), self.rows.len());
        for (row, missed) in missed {
            let noise = |column| row.best(column).map_or(0.0, |(timing, _)| timing.noise * 100.0);
            println!(
                "  {:<42} {}  (noise: linstat {:.1} %, numpy {:.1} %)",
                row.label(),
                missed.join(", "),
                noise("linstat"),
                noise("numpy"),
            );
        }
        let wrong = self.rows.iter().flat_map(|row| &row.cells).filter(|cell| cell.outcome.is_err()).count();
        if wrong > 0 {
            println!("\n{wrong} WRONG results, see above");
        }
        wrong == 0
    }
}

/// A time with its unit, in nine characters.
fn human(seconds: f64) -> String {
    match seconds {
        s if s < 1e-6 => format!("{:.1} ns", s * 1e9),
        s if s < 1e-3 => format!("{:.2} us", s * 1e6),
        s if s < 1.0 => format!("{:.2} ms", s * 1e3),
        s => format!("{s:.2} s"),
    }
}
