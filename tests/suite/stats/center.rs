//! Data centred with means that have more digits than the type holds.

use crate::common::assert::*;
use crate::common::each_library;
use linstat::{Pca, StandardScaler, Variables, corrcoef, cov, mean, standardize};
use ndarray::{Array1, Array2, array};

/// Means that are not representable in the type.
#[test]
fn centring_takes_all_digits_of_the_mean() {
    each_library(|| {
        let far = array![[1e16], [1e16 + 2.0]];
        same(&standardize(&far).unwrap(), &array![[-1.0], [1.0]]);
        let scaler = StandardScaler::fit(&far).unwrap();
        same(&scaler.inverse_transform(&scaler.transform(&far).unwrap()).unwrap(), &far);
        same(&standardize(&array![[16777216_f32], [16777218.0]]).unwrap(), &array![[-1_f32], [1.0]]);
        let stamps = Array2::from_shape_fn((50, 1), |(i, _)| 1.7e9_f32 + 128.0 * (i * i) as f32);
        assert!(mean(&standardize(&stamps).unwrap()).unwrap().abs() < 1e-7);

        let far = array![[1e16, 0.0], [1e16 + 2.0, 0.0]];
        let (fitted, scores) = Pca::new(1).fit_transform(&far).unwrap();
        close(fitted.explained_variance(), &array![2.0], 8.0 * f64::EPSILON);
        close(&fitted.transform(&far).unwrap(), &scores, 8.0 * f64::EPSILON);
        close(&fitted.inverse_transform(&scores).unwrap(), &far, 0.0);
        let constant = Pca::new(2).fit(&Array2::from_elem((7, 3), 14.3)).unwrap();
        same(constant.explained_variance_ratio(), &Array1::zeros(2));
        // the rounding error of the first mean is a hundred times the second column
        let beside = Array2::from_shape_fn((30, 2), |(i, j)| [6715266981.5, 1e-8 * (i * i % 11) as f64][j]);
        let fitted = Pca::new(1).fit(&beside).unwrap();
        close(fitted.components(), &array![[0.0, 1.0]], 8.0 * f64::EPSILON);

        let c = cov(&far, Variables::Columns, 0).unwrap();
        same(&c, &array![[1.0, 0.0], [0.0, 0.0]]);
        let far = array![[1e16, 1e16 + 2.0, 1e16 + 6.0], [5.0, 4.0, 2.0]];
        let r = corrcoef(&far, Variables::Rows).unwrap();
        close_number(r[[0, 1]], -1.0, 4.0 * f64::EPSILON);
    });
}
