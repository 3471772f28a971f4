//! Products of matrices, and what stands between them. Matrices are rows of `f32`, one after the other.

use rten_gemm::{BiasVector, GemmExecutor, GemmInputA, GemmInputB, GemmOptions};
use rten_simd::{SimdOp as _, SimdUnaryOp as _};
use rten_tensor::{Matrix, NdTensorView};
use rten_vecmath::{Gelu, Normalize, NormalizeOptions, Softmax, Sum, SumSquareSub};

use super::quantised::ByteMultiplier;

/// Keeps a division by a spread of nothing finite; it is PyTorch's.
const NORM_EPSILON: f32 = 1e-5;

/// How a product is combined with what it is written to.
#[derive(Default, Clone, Copy)]
pub(super) struct Product<'a> {
    /// Added to every row.
    pub(super) bias: Option<&'a [f32]>,
    /// What the product is multiplied with; `None` is one.
    pub(super) scale: Option<f32>,
}

/// `rows` rows of `columns` numbers, the first of them at the begin of `values` and each `stride` after the one before.
/// They may overlap.
///
/// # Panics
/// When `values` is too short.
pub(super) fn matrix(values: &[f32], rows: usize, columns: usize, stride: usize) -> Matrix<'_, f32> {
    NdTensorView::from_slice_with_strides([rows, columns], values, [stride, 1])
        .expect("callers give as many numbers as rows and columns")
}

/// Multiplies matrices with what the processor has; it is made per run, since it must stay on its thread.
pub(super) struct Multiplier {
    floats: GemmExecutor<f32>,
    pub(super) bytes: ByteMultiplier,
}

impl Multiplier {
    pub(super) fn new() -> Self {
        Self { floats: GemmExecutor::default(), bytes: ByteMultiplier::default() }
    }

    /// Writes `left` times `right` to `out`.
    ///
    /// # Panics
    /// When the sizes do not fit.
    pub(super) fn multiply(
        &self,
        out: &mut [f32],
        left: Matrix<'_, f32>,
        right: Matrix<'_, f32>,
        product: Product<'_>,
    ) {
        let options = GemmOptions {
            alpha: product.scale.unwrap_or(1.0),
            bias: product.bias.map(BiasVector::Row),
            ..GemmOptions::default()
        };
        self.floats
            .gemm(out, GemmInputA::Unpacked(left), GemmInputB::Unpacked(right), options)
            .expect("sizes are checked when a model is loaded");
    }
}

/// Normalises each row to a mean of zero and a spread of one, then applies `gain` and `shift`.
pub(super) fn normalise_rows(rows: &mut [f32], gain: &[f32], shift: &[f32]) {
    #[expect(clippy::cast_precision_loss, reason = "rows have at most 1,280 columns")]
    let width = gain.len() as f32;
    for row in rows.chunks_exact_mut(gain.len()) {
        let mean = Sum::new(row).dispatch() / width;
        let variance = SumSquareSub::new(row, mean).dispatch() / width;
        let options = NormalizeOptions {
            pre_scale_bias: mean,
            scale: (variance + NORM_EPSILON).sqrt().recip(),
            element_scale: Some(gain),
            element_bias: Some(shift),
            ..NormalizeOptions::default()
        };
        Normalize::new_mut(row, options).dispatch();
    }
}

/// Turns each row of `columns` numbers into shares of one.
pub(super) fn softmax_rows(rows: &mut [f32], columns: usize) {
    for row in rows.chunks_exact_mut(columns) {
        Softmax::new_mut(row).dispatch();
    }
}

/// The Gaussian error linear unit, by the error function.
pub(super) fn gelu(values: &mut [f32]) {
    Gelu {}.map_mut(values);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_scale_and_take_a_bias() {
        let (left, right) = ([1.0, 2.0, 3.0, 4.0], [1.0, 0.0, 1.0, 1.0]);
        let mut out = [10.0; 4];
        let product = Product { bias: Some(&[1.0, 2.0]), scale: Some(2.0) };

        Multiplier::new().multiply(&mut out, matrix(&left, 2, 2, 2), matrix(&right, 2, 2, 2), product);

        assert_eq!(out, [7.0, 6.0, 15.0, 10.0]);
    }

    #[test]
    fn a_row_is_normalised_by_itself() {
        let mut rows = [1.0, 3.0, -5.0, -5.0];

        normalise_rows(&mut rows, &[2.0, 2.0], &[0.5, 0.5]);

        for (value, expected) in rows.iter().zip([-1.5, 2.5, 0.5, 0.5]) {
            assert!((value - expected).abs() < 1e-4, "{rows:?}");
        }
    }
}
