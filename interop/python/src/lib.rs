//! A Python module in Rust: its functions take NumPy's arrays without a copy, of every memory layout, and
//! compute with linstat. Errors of linstat are `ValueError`s with its message.
//!
//! `cargo build --release -p linstat-python`, then `python python/demo.py`.

use numpy::{IntoPyArray, PyArray1, PyArray2, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

fn refused(error: linstat::Error) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// The first k principal components of the rows, applied to them.
#[pyfunction]
fn pca<'py>(py: Python<'py>, x: PyReadonlyArray2<'py, f64>, k: usize) -> PyResult<Bound<'py, PyArray2<f64>>> {
    // the view of this version of ndarray: `numpy` and linstat must agree in it
    let reduced = linstat::pca(&x.as_array(), k).map_err(refused)?;
    Ok(reduced.into_pyarray(py))
}

/// The solution of `a x = b`.
#[pyfunction]
fn solve<'py>(
    py: Python<'py>,
    a: PyReadonlyArray2<'py, f64>,
    b: PyReadonlyArray1<'py, f64>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let x = linstat::solve(&a.as_array(), &b.as_array()).map_err(refused)?;
    Ok(x.into_pyarray(py))
}

#[pymodule]
fn linstat_python(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(pca, module)?)?;
    module.add_function(wrap_pyfunction!(solve, module)?)
}
