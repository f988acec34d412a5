//! Tensors of candle on the processor: their elements copied to an array, and back.
//!
//! `cargo run --example candle`

use candle_core::{Device, Tensor};
use linstat::ndarray::Array2;
use linstat::{Pca, QuantileMethod, quantile};
use std::error::Error;

/// Copies a matrix, from whatever device.
fn to_array(x: &Tensor) -> Result<Array2<f32>, Box<dyn Error>> {
    let (m, n) = x.dims2()?;
    Ok(Array2::from_shape_vec((m, n), x.flatten_all()?.to_vec1::<f32>()?)?)
}

/// Copies an array to a tensor.
fn to_tensor(x: &Array2<f32>, device: &Device) -> candle_core::Result<Tensor> {
    let elements: Vec<f32> = x.iter().copied().collect();
    Tensor::from_vec(elements, x.dim(), device)
}

fn main() -> Result<(), Box<dyn Error>> {
    let device = Device::Cpu;
    let embeddings = Tensor::randn(0f32, 1., (200, 16), &device)?;
    let x = to_array(&embeddings)?;
    println!("quartiles {:.3}", quantile(&x, [0.25, 0.5, 0.75], QuantileMethod::Linear)?);

    let fitted = Pca::new(4).fit(&x)?;
    let reduced = to_tensor(&fitted.transform(&x)?, &device)?;
    assert_eq!(reduced.dims(), [200, 4]);
    // the components are orthogonal: so are the columns of what they give
    let gram = reduced.t()?.matmul(&reduced)?;
    let largest = gram.max_all()?.to_scalar::<f32>()?;
    let off = gram.get(0)?.get(1)?.to_scalar::<f32>()?;
    assert!(off.abs() < 1e-4 * largest);
    println!("reduced to {:?}", reduced.dims());
    Ok(())
}
