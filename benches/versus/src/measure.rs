//! The contenders and their timing.

use crate::digest::Digest;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64;
use std::hint::black_box;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// One implementation of one case.
pub trait Contender {
    /// The column of the table; the part after a slash names a variant, and the best variant is shown.
    fn name(&self) -> &str;
    /// Computes once and shortens the result.
    fn digest(&mut self) -> Result<Digest, String>;
    /// Seconds for this many calls.
    fn time(&mut self, calls: u64) -> Result<f64, String>;
    /// Until its idle threads sleep, in multiples of the usual pause.
    fn pauses(&self) -> u32 {
        1
    }
}

/// A contender in this process. `run` is timed, including the drop of its result; `state` is kept between
/// calls.
struct Local<S, R, F, D> {
    name: &'static str,
    state: S,
    run: F,
    digest: D,
    result: PhantomData<fn() -> R>,
}

impl<S, R, F: FnMut(&mut S) -> R, D: Fn(&S, R) -> Digest> Contender for Local<S, R, F, D> {
    fn name(&self) -> &str {
        self.name
    }

    fn digest(&mut self) -> Result<Digest, String> {
        // a panic must not end the whole run
        let computed = catch_unwind(AssertUnwindSafe(|| {
            let result = (self.run)(&mut self.state);
            (self.digest)(&self.state, result)
        }));
        computed.map_err(|_| "it panicked".into())
    }

    fn time(&mut self, calls: u64) -> Result<f64, String> {
        // warms the caches, which the contender before has filled with its own data
        if calls > 1 {
            black_box((self.run)(&mut self.state));
        }
        let start = Instant::now();
        for _ in 0..calls {
            // hides from the compiler that the captured values do not change
            let run = black_box(&mut self.run);
            black_box(run(black_box(&mut self.state)));
        }
        Ok(start.elapsed().as_secs_f64())
    }
}

pub fn with_state<'a, S: 'a, R: 'a>(
    name: &'static str,
    state: S,
    run: impl FnMut(&mut S) -> R + 'a,
    digest: impl Fn(&S, R) -> Digest + 'a,
) -> Box<dyn Contender + 'a> {
    Box::new(Local { name, state, run, digest, result: PhantomData })
}

pub fn local<'a, R: 'a>(
    name: &'static str,
    mut run: impl FnMut() -> R + 'a,
    digest: impl Fn(R) -> Digest + 'a,
) -> Box<dyn Contender + 'a> {
    with_state(name, (), move |()| run(), move |(), result| digest(result))
}

/// How long to measure.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    pub rounds: usize,
    /// The least duration of a sample, in seconds.
    pub sample: f64,
    /// A contender takes no more samples once it has used this many seconds and has `least` samples.
    pub budget: f64,
    pub least: usize,
    /// The pause between contenders, in which the threads of the last one go to sleep. Those of OpenBLAS
    /// 0.3.21 spin for 2^26 cycles, which is 27 ms; those of the newer ones in wheels spin longer.
    pub pause: Duration,
    /// Seconds for which it runs before each sample: until the system has spread its threads over the
    /// processors. A virtual machine may keep those that were idle on one of them for 50 ms (Linux 6.18 with
    /// `sched_vcpu_pack`: two busy threads took turns for so long). A call that takes longer needs no others.
    pub warm: f64,
}

/// The result of a contender.
#[derive(Debug)]
pub struct Cell {
    pub name: String,
    pub outcome: Result<Timing, String>,
}

/// Seconds per call.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    pub median: f64,
    /// The median absolute deviation, relative to the median.
    pub noise: f64,
}

/// Whether the result of the named contender agrees with that of the first one.
pub type Agrees<'a> = &'a dyn Fn(&str, &Digest, &Digest) -> Result<(), String>;

/// Compares all results with that of the first contender, then times them in turn.
pub fn race(contenders: &mut [Box<dyn Contender + '_>], agrees: Agrees, effort: Effort) -> Vec<Cell> {
    struct Runner<'a, 'b> {
        contender: &'a mut Box<dyn Contender + 'b>,
        calls: u64,
        /// Calls that are not counted, before each sample.
        warm: u64,
        samples: Vec<f64>,
        failure: Option<String>,
    }

    let mut reference = None;
    let mut runners: Vec<Runner> = Vec::new();
    for contender in contenders {
        let checked = contender.digest().and_then(|digest| {
            let reference = reference.get_or_insert_with(|| digest.clone());
            agrees(contender.name(), &digest, reference)
        });
        let calls = checked.and_then(|()| calibrate(contender.as_mut(), effort.sample));
        let (calls, seconds, failure) = match calls {
            Ok((calls, seconds)) => (calls, seconds, None),
            Err(failure) => (0, f64::INFINITY, Some(failure)),
        };
        let warm = if seconds < effort.warm { (effort.warm / seconds).ceil() as u64 } else { 0 };
        runners.push(Runner { contender, calls, warm, samples: Vec::new(), failure });
        let pauses = runners.last().map_or(1, |runner| runner.contender.pauses());
        sleep(effort.pause * pauses);
    }
    let mut order: Vec<usize> = (0..runners.len()).collect();
    let mut random = Pcg64::seed_from_u64(9);
    for _ in 0..effort.rounds {
        // so that a contender does not always follow the same one, whose threads may still spin
        order.shuffle(&mut random);
        for &next in &order {
            let runner = &mut runners[next];
            if runner.failure.is_some() {
                continue;
            }
            let used = runner.samples.iter().sum::<f64>() * runner.calls as f64;
            if used > effort.budget && runner.samples.len() >= effort.least {
                continue;
            }
            let warmed = if runner.warm > 0 { runner.contender.time(runner.warm) } else { Ok(0.0) };
            match warmed.and_then(|_| runner.contender.time(runner.calls)) {
                Ok(seconds) => runner.samples.push(seconds / runner.calls as f64),
                Err(failure) => runner.failure = Some(failure),
            }
            sleep(effort.pause * runner.contender.pauses());
        }
    }
    let cell = |runner: Runner| Cell {
        name: runner.contender.name().into(),
        outcome: runner.failure.map_or_else(|| Ok(timing(&runner.samples)), Err),
    };
    runners.into_iter().map(cell).collect()
}

/// The number of calls in a sample, and the seconds that each takes.
fn calibrate(contender: &mut dyn Contender, sample: f64) -> Result<(u64, f64), String> {
    let mut calls = 1;
    loop {
        let seconds = contender.time(calls)?;
        if seconds >= sample {
            return Ok((calls, seconds / calls as f64));
        }
        let factor = (1.2 * sample / seconds.max(1e-9)).clamp(1.2, 100.0);
        calls = (calls as f64 * factor).ceil() as u64;
    }
}

fn timing(samples: &[f64]) -> Timing {
    let middle = median(samples.to_vec());
    Timing { median: middle, noise: median(samples.iter().map(|x| (x - middle).abs()).collect()) / middle }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let half = numbers.len() / 2;
    if numbers.len() % 2 == 1 { numbers[half] } else { (numbers[half - 1] + numbers[half]) / 2.0 }
}
