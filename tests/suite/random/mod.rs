//! Random numbers: NumPy's, bit for bit.

mod golden;
