//! Damaged and hostile files.
#![no_main]

use libfuzzer_sys::fuzz_target;
use linstat::stream::{Moments, npy::Blocks};
use linstat_fuzz::ended;
use std::io::Write;

fuzz_target!(|input: (bool, u8, &[u8])| {
    let (header, rows, bytes) = input;
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    if header {
        // what comes before the dictionary, so that files are not refused at the first byte
        file.write_all(b"\x93NUMPY\x01\x00").expect("space on the disk");
    }
    file.write_all(bytes).expect("space on the disk");
    file.flush().expect("space on the disk");
    if let Ok(blocks) = Blocks::<f64>::open(file.path(), usize::from(rows)) {
        blocks.take(100).for_each(ended);
    }
    if let Ok(blocks) = Blocks::<f32>::open(file.path(), usize::from(rows)) {
        ended(blocks.read_into(&mut Moments::new(2)));
    }
});
