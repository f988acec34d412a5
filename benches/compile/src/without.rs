//! The first program without linstat: the same arrays, created and printed.
use linstat::ndarray::array;

fn main() -> Result<(), std::fmt::Error> {
    let x = array![[1., 2.], [3., 4.], [5., 7.]];
    println!("{} {} {}", x, array![[1., 0.], [0., 1.]], array![0., -1.]);
    println!("{} {}", array![[3., 1.], [1., 2.]], array![9., 8.]);
    println!("{}", x);
    println!("{}", "faer");
    println!("{} {}", array![[1., 2., 3.]], array![1.]);
    Ok(())
}
