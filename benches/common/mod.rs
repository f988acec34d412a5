//! What several benchmarks share.

use std::time::{Duration, Instant};

/// The median times of `contenders`, which take turns in `rounds` rounds of about 20 ms each.
pub fn medians(rounds: usize, contenders: &[&dyn Fn()]) -> Vec<Duration> {
    let once = |f: &dyn Fn(), calls: u32| {
        let start = Instant::now();
        (0..calls).for_each(|_| f());
        start.elapsed() / calls
    };
    let calls: Vec<u32> = contenders
        .iter()
        .map(|f| {
            let first = once(f, 1).min(once(f, 1));
            (Duration::from_millis(20).as_nanos() / first.as_nanos().max(1)).clamp(1, 1000) as u32
        })
        .collect();
    let mut times = vec![Vec::new(); contenders.len()];
    for round in 0..rounds {
        for i in 0..contenders.len() {
            let i = (i + round) % contenders.len();
            std::thread::sleep(Duration::from_millis(5)); // the threads of the contender before go to sleep
            once(contenders[i], calls[i].div_ceil(8)); // the threads of this one wake up
            times[i].push(once(contenders[i], calls[i]));
        }
    }
    times
        .iter_mut()
        .map(|times| {
            times.sort();
            times[times.len() / 2]
        })
        .collect()
}
