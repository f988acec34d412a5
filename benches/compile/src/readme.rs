//! A first program: one function of each kind.
use linstat::ndarray::array;
use linstat::{Pca, linear_layer, softmax, solve};

fn main() -> linstat::Result<()> {
    let x = array![[1., 2.], [3., 4.], [5., 7.]];
    let logits = linear_layer(&x, &array![[1., 0.], [0., 1.]], &array![0., -1.])?;
    println!("{}", softmax(&logits));
    println!("{}", solve(&array![[3., 1.], [1., 2.]], &array![9., 8.])?);
    println!("{}", Pca::new(1).fit(&x)?.explained_variance_ratio());
    println!("{}", linstat::backend::info());
    println!("{}", solve(&array![[1., 2., 3.]], &array![1.]).unwrap_err());
    Ok(())
}
