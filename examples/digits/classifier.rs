//! Softmax regression by full-batch gradient descent with momentum.

use crate::data::{CLASSES, Digits};
use linstat::random::Generator;
use linstat::{linear_layer, log_loss, matmul, softmax};
use ndarray::{Array1, Array2, ArrayRef2, Axis, aview1};

/// The number of steps of the descent.
pub const STEPS: usize = 300;
/// The share of the previous step that is added to the next one.
const MOMENTUM: f64 = 0.9;
/// The length of a step relative to the gradient.
const RATE: f64 = 1.0;
/// The standard deviation of the weights before the first step.
const SPREAD: f64 = 0.01;

/// A fitted classifier.
#[derive(Debug, Clone)]
pub struct Classifier {
    weights: Array2<f64>,
    bias: Array1<f64>,
}

impl Classifier {
    /// Descends from small random weights (the loss is convex: every start leads to the same minimum), and
    /// reports the loss before each step.
    pub fn train(
        features: &ArrayRef2<f64>,
        digits: &Digits,
        rng: &mut Generator,
        mut progress: impl FnMut(f64),
    ) -> Result<Self, Box<dyn std::error::Error>> {
        let target = digits.one_hot();
        let n = digits.labels.len() as f64;
        let weights = rng.normal(0.0, SPREAD, (features.ncols(), CLASSES))?;
        let mut model = Classifier { weights, bias: Array1::zeros(CLASSES) };
        let mut weight_step = Array2::zeros(model.weights.dim());
        let mut bias_step = Array1::zeros(CLASSES);
        for step in 0..STEPS {
            let mut probability = model.probabilities(features)?;
            let loss = log_loss(&aview1(&digits.labels), &probability)?;
            if !loss.is_finite() {
                return Err(format!("the training diverged at step {step}: the loss is {loss}").into());
            }
            progress(loss);
            // The gradient of the cross entropy with respect to the inputs of the softmax is p - target.
            probability -= &target;
            let weight_gradient = matmul(&features.t(), &probability)?;
            let bias_gradient = probability.sum_axis(Axis(0));
            weight_step = weight_step * MOMENTUM - weight_gradient * (RATE / n);
            bias_step = bias_step * MOMENTUM - bias_gradient * (RATE / n);
            model.weights += &weight_step;
            model.bias += &bias_step;
        }
        Ok(model)
    }

    /// The probability of each digit, a row per image.
    fn probabilities(&self, features: &ArrayRef2<f64>) -> linstat::Result<Array2<f64>> {
        Ok(softmax(&linear_layer(features, &self.weights, &self.bias)?))
    }

    /// The most probable digit of each image.
    pub fn predict(&self, features: &ArrayRef2<f64>) -> linstat::Result<Vec<usize>> {
        let scores = linear_layer(features, &self.weights, &self.bias)?;
        let largest = |row: ndarray::ArrayView1<'_, f64>| {
            (1..row.len()).fold(0, |best, k| if row[k] > row[best] { k } else { best })
        };
        Ok(scores.rows().into_iter().map(largest).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use linstat::random::default_rng;
    use ndarray::array;

    #[test]
    fn two_separable_classes_are_learned_and_the_loss_falls() {
        let features = array![[0., 1.], [1., 0.], [0.1, 0.9], [0.8, 0.1]];
        let digits = Digits { images: features.clone(), labels: vec![3, 7, 3, 7] };
        let mut losses = Vec::new();
        let model = Classifier::train(&features, &digits, &mut default_rng(1), |loss| losses.push(loss))
            .expect("good data");
        assert_eq!(losses.len(), STEPS);
        // ten classes of nearly equal probability
        assert!((losses[0] - 10_f64.ln()).abs() < 0.05, "{}", losses[0]);
        assert!(losses[STEPS - 1] < 0.05, "{}", losses[STEPS - 1]);
        assert_eq!(model.predict(&features).expect("good shapes"), [3, 7, 3, 7]);
    }

    #[test]
    fn a_training_that_diverges_is_an_error() {
        let features = array![[f64::NAN, 1.], [1., 0.]];
        let digits = Digits { images: features.clone(), labels: vec![3, 7] };
        let error =
            Classifier::train(&features, &digits, &mut default_rng(1), |_| {}).expect_err("NaN").to_string();
        assert!(error.contains("diverged at step 0"), "{error}");
    }
}
