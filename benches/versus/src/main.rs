//! Measures linstat side by side with other packages, on the same numbers and with the same number of
//! threads. See README.md.
#![deny(unsafe_code, unsafe_op_in_unsafe_fn)]

mod array;
mod case;
mod digest;
mod measure;
mod memory;
mod peers;
mod python;
mod random;
mod report;
#[cfg(feature = "_lapack")]
mod routines;
#[cfg(not(feature = "_lapack"))]
#[path = "no_routines.rs"]
mod routines;
mod shorten;
mod stack;
mod stream;
mod table;

use array::ArrayCase;
use case::{Case, Element, Group, Normal, Number};
use clap::{Parser, ValueEnum};
use digest::Digest;
use linstat::backend;
use linstat::testing;
use measure::{Contender, Effort};
use ndarray::Dimension;
use python::{Arguments, Python};
use report::{Report, Row};
use std::cell::RefCell;
use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::rc::Rc;
use std::time::Duration;

/// linstat side by side with NumPy, SciPy, scikit-learn, JAX, ndarray, ndarray-linalg, faer, nalgebra and
/// bare LAPACK.
#[derive(Debug, Parser)]
struct Options {
    /// Three short rounds, without n = 1000 where that takes seconds
    #[arg(long)]
    quick: bool,
    /// Only this group; may be given several times
    #[arg(long, value_name = "GROUP")]
    only: Vec<Group>,
    /// Threads for everyone [default: all]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Also writes the table here, times in microseconds
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let options = Options::parse();
    let threads = match options.threads {
        Some(n) => n,
        None => std::thread::available_parallelism()?.get(),
    };
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
    if backend::threads() != threads
        && let Err(error) = backend::set_threads(threads)
    {
        eprintln!("{error}"); // a library without threads is measured as it is
    }
    let in_force = backend::threads();
    peers::faer::set_threads(threads);

    let mut facts = vec![
        format!("cpu: {}", cpu()),
        format!("os: {} {}", os(), env::consts::ARCH),
        format!("threads: {threads} (in force in linstat's library: {in_force})"),
        format!("linstat: {} on {}", locked("linstat"), backend::info()),
        format!("embedded: {}", testing::run_as(testing::Library::Embedded, backend::info)),
        format!("rust: {}", rustc()),
    ];
    let mut rust_peers = vec!["ndarray", "faer", "nalgebra"];
    if cfg!(feature = "_lapack") {
        rust_peers.extend(["ndarray-linalg", "lapack-sys", "cblas-sys"]);
    } else {
        facts.push("left out: ndarray-linalg and raw LAPACK, this build has no LAPACK feature".into());
        facts.push("left out: the embedded column, the embedded library is the active one".into());
    }
    facts.extend(rust_peers.into_iter().map(|name| format!("{name}: {}", locked(name))));
    let python = match Python::start(threads) {
        Ok((python, offer)) => {
            facts.extend(offer.versions.iter().map(|(name, version)| format!("{name}: {version}")));
            facts.extend(offer.absent.iter().map(|(name, reason)| format!("left out: {name}, {reason}")));
            Some(Rc::new(RefCell::new(python)))
        }
        Err(reason) => {
            facts.push(format!("left out: numpy, scipy, sklearn, jax; {reason}"));
            None
        }
    };

    let mut bench =
        Bench { report: Report::new(&facts, options.csv.as_deref())?, python, quick: options.quick, threads };
    for &group in Group::value_variants() {
        if options.only.is_empty() || options.only.contains(&group) {
            if group == Group::Random {
                bench.run_random()?;
            } else if group == Group::Stream {
                bench.run_stream::<f64>()?;
                bench.run_stream::<f32>()?;
            } else if group == Group::Stacks {
                bench.run_stacks::<f64>()?;
                bench.run_stacks::<f32>()?;
            } else if group.is_of_arrays() {
                bench.run_real::<f64>(group)?;
                bench.run_real::<f32>(group)?;
            } else {
                bench.run::<f64>(group)?;
                bench.run::<f32>(group)?;
            }
            bench.run_rows::<f64>(group)?;
            bench.run_rows::<f32>(group)?;
            if group == Group::Sort {
                bench.run_numbers::<i64, _>(group)?;
                bench.run_numbers::<i32, _>(group)?;
            }
        }
    }
    Ok(if bench.report.finish() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Bench {
    report: Report,
    python: Option<Rc<RefCell<Python>>>,
    quick: bool,
    threads: usize,
}

impl Bench {
    fn run<T: Element>(&mut self, group: Group) -> Result<(), Box<dyn Error>> {
        for recipe in case::recipes::<T>(group, self.quick) {
            let case = recipe();
            let mut contenders = self.contenders(&case)?;
            let agrees = |name: &str, result: &_, reference: &_| case.op.agrees::<T>(name, result, reference);
            let cells = measure::race(&mut contenders, &agrees, self.effort(case.n));
            drop(contenders);
            self.report.add(Row {
                group: case.group,
                case: case.name,
                dtype: T::DTYPE,
                n: case.n,
                aims: None,
                cells,
            })?;
        }
        Ok(())
    }

    /// The rows of the table in this group.
    fn run_rows<T: Element>(&mut self, group: Group) -> Result<(), Box<dyn Error>> {
        for row in table::rows::<T>().into_iter().filter(|row| row.group == group) {
            for &n in row.sizes.iter().filter(|&&n| !(self.quick && row.is_slow && n == 1000)) {
                let input = (row.input)(&mut Normal::new(), n);
                let mut contenders = (row.rust)(&input).0;
                contenders.extend(peers::lapack::routine(row.name, &input));
                contenders.extend(self.python_contenders(&input.arguments(&row))?);
                let tolerance = row.tolerance();
                let agrees = |_: &str, result: &Digest, reference: &_| result.check(reference, tolerance);
                let cells = measure::race(&mut contenders, &agrees, self.effort(n));
                let case = format!("{} {n}", row.name);
                self.report.add(Row { group, case, dtype: T::DTYPE, n, aims: None, cells })?;
            }
        }
        Ok(())
    }

    fn run_real<T: Element>(&mut self, group: Group) -> Result<(), Box<dyn Error>> {
        for recipe in array::recipes::<T>(group) {
            match recipe {
                array::Recipe::Vector(make) => {
                    let case = make();
                    let ours = array::of_real(&case).or_else(|| array::of_number(&case));
                    self.run_array(group, &case, ours)?;
                }
                array::Recipe::Matrix(make) => {
                    let case = make();
                    let ours = array::of_real(&case).or_else(|| array::of_number(&case));
                    self.run_array(group, &case, ours.or_else(|| array::of_matrix(&case)))?;
                }
            }
        }
        Ok(())
    }

    fn run_numbers<T: Number + linstat::Summed<K>, K>(&mut self, group: Group) -> Result<(), Box<dyn Error>> {
        for recipe in array::recipes::<T>(group) {
            match recipe {
                array::Recipe::Vector(make) => {
                    let case = make();
                    self.run_array(group, &case, array::of_number(&case))?;
                }
                array::Recipe::Matrix(make) => {
                    let case = make();
                    self.run_array(group, &case, array::of_number(&case))?;
                }
            }
        }
        Ok(())
    }

    fn run_random(&mut self) -> Result<(), Box<dyn Error>> {
        for case in random::cases() {
            let mut contenders = vec![case.ours()];
            contenders.extend(self.python_contenders(&case.arguments())?);
            // the same bits
            let agrees = |_: &str, result: &Digest, reference: &_| result.check(reference, 0.0);
            // these threads do not spin
            let effort = Effort { pause: Duration::ZERO, ..self.effort(case.n) };
            let cells = measure::race(&mut contenders, &agrees, effort);
            self.report.add(Row {
                group: Group::Random,
                case: format!("{} {}", case.name, case.n),
                dtype: case.dtype,
                n: case.n,
                aims: Some(case.aims()),
                cells,
            })?;
        }
        Ok(())
    }

    fn run_stacks<T: Element>(&mut self) -> Result<(), Box<dyn Error>> {
        for row in stack::rows::<T>() {
            for ((count, order), aim) in stack::SIZES.into_iter().zip(row.aims) {
                let input = (row.input)(count, order);
                let n = input.a.len();
                let mut contenders = (row.rust)(&input);
                contenders.extend(self.python_contenders(&row.arguments(&input))?);
                let agrees = |_: &str, result: &Digest, reference: &_| row.agrees(result, reference);
                let cells = measure::race(&mut contenders, &agrees, self.effort(n));
                drop(contenders);
                self.report.add(Row {
                    group: Group::Stacks,
                    case: format!("{} {count} of {order}", row.name),
                    dtype: T::DTYPE,
                    n,
                    aims: Some((aim, 1.0)),
                    cells,
                })?;
            }
        }
        Ok(())
    }

    fn run_stream<T: Element>(&mut self) -> Result<(), Box<dyn Error>> {
        let input = stream::Input::<T>::new();
        for row in stream::rows::<T>() {
            let mut contenders = vec![row.contender(&input)];
            contenders.extend(self.python_contenders(&row.arguments(&input))?);
            let agrees = |_: &str, result: &Digest, reference: &_| row.agrees(result, reference);
            let n = input.x.len();
            let cells = measure::race(&mut contenders, &agrees, self.effort(n));
            drop(contenders);
            let case = format!("{} {}x{}", row.name, stream::SHAPE.0, stream::SHAPE.1);
            let aims = Some((row.aim, 1.0));
            self.report.add(Row { group: Group::Stream, case, dtype: T::DTYPE, n, aims, cells })?;
        }
        Ok(())
    }

    fn run_array<T: Number, D: Dimension>(
        &mut self,
        group: Group,
        case: &ArrayCase<T, D>,
        ours: Option<Box<dyn Contender + '_>>,
    ) -> Result<(), Box<dyn Error>> {
        let mut contenders: Vec<_> = ours.into_iter().collect();
        contenders.extend(self.python_contenders(&case.arguments())?);
        let agrees = |_: &str, result: &_, reference: &_| case.op.agrees(T::DTYPE, result, reference);
        // the threads of these peers do not spin
        let effort = Effort { pause: Duration::from_millis(1), ..self.effort(case.x.len()) };
        let cells = measure::race(&mut contenders, &agrees, effort);
        drop(contenders);
        let aims = Some(case.op.aims(case.x.len(), case.axis));
        self.report.add(Row {
            group,
            case: case.name.clone(),
            dtype: T::DTYPE,
            n: case.x.len(),
            aims,
            cells,
        })?;
        Ok(())
    }

    fn contenders<'a, T: Element>(&self, case: &'a Case<T>) -> Result<Vec<Box<dyn Contender + 'a>>, String> {
        let mut contenders = vec![peers::linstat::active(case)];
        contenders.extend(peers::linstat::embedded(case));
        contenders.extend(peers::lapack::raw(case));
        contenders.extend(peers::lapack::ndarray_linalg(case));
        contenders.extend(peers::ndarray::contender(case));
        contenders.extend(peers::faer::contender(case));
        contenders.extend(peers::nalgebra::contender(case));
        contenders.extend(self.python_contenders(&case.arguments())?);
        Ok(contenders)
    }

    fn python_contenders(&self, arguments: &Arguments) -> Result<Vec<Box<dyn Contender>>, String> {
        self.python.as_ref().map_or(Ok(Vec::new()), |python| python::contenders(python, arguments))
    }

    fn effort(&self, n: usize) -> Effort {
        // small arguments do not wake threads
        let shared = self.threads > 1 && n >= 64;
        let pause = if shared { 30 } else { 0 };
        Effort {
            rounds: if self.quick { 3 } else { 5 },
            sample: if self.quick { 2e-3 } else { 5e-3 },
            budget: if self.quick { 1.0 } else { 2.0 },
            least: if self.quick { 1 } else { 3 },
            pause: Duration::from_millis(pause),
            warm: if shared { 0.05 } else { 0.0 },
        }
    }
}

fn cpu() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = |line: &str| Some(line.strip_prefix("model name")?.split_once(": ")?.1.to_owned());
    info.lines().find_map(model).unwrap_or_else(|| "unknown".into())
}

fn os() -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = |line: &str| Some(line.strip_prefix("PRETTY_NAME=")?.trim_matches('"').to_owned());
    release.lines().find_map(name).unwrap_or_else(|| env::consts::OS.into())
}

fn rustc() -> String {
    let output = Command::new("rustc").arg("--version").output();
    output.map_or_else(|_| "unknown".into(), |output| String::from_utf8_lossy(&output.stdout).trim().into())
}

/// The version of a package in the lock file.
fn locked(name: &str) -> String {
    let lock =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock")).unwrap_or_default();
    let start = format!("name = \"{name}\"\nversion = \"");
    let version = lock.split_once(&start).and_then(|(_, rest)| rest.split_once('"'));
    version.map_or_else(|| "unknown".into(), |(version, _)| version.into())
}
