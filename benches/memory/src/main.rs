//! Measures the peak memory of linstat's functions on Linux, one process for each function and layout, and
//! prints a table. Ends with an error if one takes more than is documented.
//!
//! `cargo run --release -p memory [-- NAME]`, with a backend's feature if wanted; `NAME` is a part of names.

mod cases;

use cases::{CASES, Case, Layout, Measured};
use std::error::Error;
use std::process::{Command, ExitCode};

/// Memory beyond the documented one that is not counted: of threads, allocators, and buffers of libraries.
const SPARE: f64 = 12.0;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, name, layout] = &arguments[..]
        && flag == "--case"
    {
        let case = CASES.iter().find(|case| case.name == name).ok_or("no such case")?;
        let layout = *Layout::ALL.iter().find(|known| known.name() == layout).ok_or("no such layout")?;
        let Measured { inputs, result, peak } = measured(case, layout)?;
        println!("{inputs} {result} {peak}");
        return Ok(ExitCode::SUCCESS);
    }
    let wanted = arguments.first().map_or("", String::as_str);
    println!("{}; MB beyond the inputs\n", linstat::backend::info());
    println!("| function | inputs | result | at most | C order | Fortran order | every second row |");
    println!("|---|---|---|---|---|---|---|");
    let mut exceeded = 0;
    for case in CASES.iter().filter(|case| case.name.contains(wanted)) {
        let mut cells = Vec::new();
        let (mut sizes, mut limit) = ((0.0, 0.0), 0.0);
        for layout in Layout::ALL {
            let Measured { inputs, result, peak } = in_a_process(case, layout)?;
            sizes = (inputs, result);
            limit = result + (1.0 + case.workspace) * inputs;
            let over = peak > limit + SPARE;
            exceeded += usize::from(over);
            cells.push(if over { format!("**{peak:.0}**") } else { format!("{peak:.0}") });
        }
        println!("| {} | {:.0} | {:.0} | {limit:.0} | {} |", case.name, sizes.0, sizes.1, cells.join(" | "));
    }
    if exceeded > 0 {
        eprintln!("{exceeded} exceed what is documented by more than {SPARE} MB");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

fn in_a_process(case: &Case, layout: Layout) -> Result<Measured, Box<dyn Error>> {
    let output =
        Command::new(std::env::current_exe()?).args(["--case", case.name, layout.name()]).output()?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{} {}: {reason}", case.name, layout.name()).into());
    }
    let numbers: Result<Vec<f64>, _> =
        String::from_utf8(output.stdout)?.split_whitespace().map(str::parse).collect();
    match numbers?[..] {
        [inputs, result, peak] => Ok(Measured { inputs, result, peak }),
        _ => Err(format!("{} {}: three numbers expected", case.name, layout.name()).into()),
    }
}

/// Runs a case, and returns the megabytes of its inputs and of its result, and how many more than before were
/// resident at once.
fn measured(case: &Case, layout: Layout) -> Result<Measured, Box<dyn Error>> {
    // threads and buffers of the library, which stay
    (case.run)(&cases::Inputs::new(64, layout)?)?;
    let inputs = cases::Inputs::new(case.order, layout)?;
    // from now on, the peak is that of the call
    std::fs::write("/proc/self/clear_refs", "5")?;
    let before = resident("VmRSS:")?;
    let result = (case.run)(&inputs)?;
    let peak = resident("VmHWM:")?;
    Ok(Measured { inputs: case.inputs as f64 * inputs.megabytes(), result, peak: peak - before })
}

/// Returns a number of megabytes from the status of this process.
fn resident(name: &str) -> Result<f64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line =
        status.lines().find(|line| line.starts_with(name)).ok_or("no such line in /proc/self/status")?;
    let kilobytes: f64 = line.split_whitespace().nth(1).ok_or("no number")?.parse()?;
    Ok(kilobytes / 1024.0)
}
