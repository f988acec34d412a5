//! The Python contenders: `peers.py`, one process for the whole run, which does its own timing.

use crate::case::Number;
use crate::digest::Digest;
use crate::measure::Contender;
use ndarray::{ArrayRef, Dimension};
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::rc::Rc;

/// The running process.
pub struct Python {
    child: Child,
    answers: BufReader<ChildStdout>,
    /// The directory for the files of arguments.
    directory: PathBuf,
}

/// The Python packages.
#[derive(Debug, Default)]
pub struct Offer {
    /// Name and version.
    pub versions: Vec<(String, String)>,
    /// Name and reason.
    pub absent: Vec<(String, String)>,
}

impl Python {
    pub fn start(threads: usize) -> Result<(Self, Offer), String> {
        let home = Path::new(env!("CARGO_MANIFEST_DIR"));
        let venv = home.join("../../.venv/bin/python");
        let interpreter = match env::var_os("VERSUS_PYTHON") {
            Some(path) => path.into(),
            None if venv.exists() => venv,
            None => PathBuf::from("python3"),
        };
        let n = threads.to_string();
        let mut command = Command::new(&interpreter);
        for variable in ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NPROC"] {
            command.env(variable, &n);
        }
        command.env("XLA_FLAGS", format!("--xla_cpu_multi_thread_eigen={}", threads > 1));
        command.env("JAX_PLATFORMS", "cpu");
        command.arg(home.join("peers.py")).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("{}: {error}", interpreter.display()))?;
        let answers = BufReader::new(child.stdout.take().expect("piped"));
        let directory = env::temp_dir().join(format!("versus-{}", std::process::id()));
        fs::create_dir_all(&directory).map_err(|error| format!("{}: {error}", directory.display()))?;
        let mut python = Python { child, answers, directory };
        let hello = python.ask(json!({ "do": "hello" }))?;
        let pairs = |key: &str| -> Vec<(String, String)> {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let entries = hello[key].as_object().into_iter().flatten();
            entries.map(|(name, value)| (name.clone(), text(value))).collect()
        };
        let mut offer = Offer { versions: pairs("versions"), absent: pairs("absent") };
        if offer.absent.iter().any(|(name, _)| name == "numpy") {
            return Err(format!("{} has no numpy", interpreter.display()));
        }
        offer.versions.insert(0, ("python".into(), hello["python"].as_str().unwrap_or_default().into()));
        Ok((python, offer))
    }

    fn ask(&mut self, request: Value) -> Result<Value, String> {
        let lost = |error: &dyn std::fmt::Display| format!("the Python process is gone: {error}");
        let stdin = self.child.stdin.as_mut().expect("piped");
        writeln!(stdin, "{request}").and_then(|()| stdin.flush()).map_err(|error| lost(&error))?;
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(|error| lost(&error))?;
        let answer: Value = serde_json::from_str(&line).map_err(|error| lost(&error))?;
        match answer["error"].as_str() {
            Some(error) => Err(error.into()),
            None => Ok(answer),
        }
    }

    fn load(&mut self, arguments: &Arguments) -> Result<Vec<String>, String> {
        let mut arrays = Map::new();
        for (name, shape, bytes) in arguments.arrays.iter().filter(|(_, shape, _)| !shape.contains(&0)) {
            let path = self.directory.join(name);
            fs::write(&path, bytes()).map_err(|error| format!("{}: {error}", path.display()))?;
            arrays.insert((*name).into(), json!({ "path": path, "shape": shape }));
        }
        let Arguments { op, dtype, k, axis, .. } = arguments;
        let request =
            json!({ "do": "load", "op": op, "dtype": dtype, "k": k, "axis": axis, "arrays": arrays });
        let answer = self.ask(request)?;
        let names = answer["peers"].as_array().into_iter().flatten();
        Ok(names.filter_map(|name| name.as_str().map(str::to_owned)).collect())
    }
}

/// The name, shape and bytes of an argument; an empty one is left out.
pub type Argument<'a> = (&'static str, Vec<usize>, Box<dyn Fn() -> Vec<u8> + 'a>);

pub fn argument<'a, T: Number, D: Dimension>(name: &'static str, x: &'a ArrayRef<T, D>) -> Argument<'a> {
    let bytes = Box::new(|| x.iter().flat_map(|&x| x.bytes()).collect());
    (name, x.shape().to_vec(), bytes)
}

/// The operation that is given as code: pairs of contender and code, and how the results are shortened.
pub fn code(contenders: &[(&str, &str)], shortened: &str) -> Value {
    let contenders: Map<_, _> = contenders.iter().map(|&(name, code)| (name.into(), code.into())).collect();
    json!({ "contenders": contenders, "shortened": shortened })
}

/// The input of `peers.py`.
pub struct Arguments<'a> {
    /// The name of the operation, or its [`code`].
    pub op: Value,
    pub dtype: &'static str,
    pub k: usize,
    pub axis: Option<usize>,
    pub arrays: Vec<Argument<'a>>,
}

impl Drop for Python {
    fn drop(&mut self) {
        // the process ends when its input ends
        drop(self.child.stdin.take());
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// All Python contenders for a case.
pub fn contenders(
    python: &Rc<RefCell<Python>>,
    arguments: &Arguments,
) -> Result<Vec<Box<dyn Contender>>, String> {
    let names = python.borrow_mut().load(arguments)?;
    let contender = |name| Box::new(Peer { name, python: python.clone() }) as Box<dyn Contender>;
    Ok(names.into_iter().map(contender).collect())
}

struct Peer {
    name: String,
    python: Rc<RefCell<Python>>,
}

impl Contender for Peer {
    fn name(&self) -> &str {
        &self.name
    }

    fn digest(&mut self) -> Result<Digest, String> {
        let answer = self.python.borrow_mut().ask(json!({ "do": "digest", "peer": self.name }))?;
        serde_json::from_value(answer).map_err(|error| error.to_string())
    }

    fn pauses(&self) -> u32 {
        10
    }

    fn time(&mut self, calls: u64) -> Result<f64, String> {
        let request = json!({ "do": "time", "peer": self.name, "calls": calls });
        let answer = self.python.borrow_mut().ask(request)?;
        answer["seconds"].as_f64().ok_or_else(|| "no time in the answer".into())
    }
}
