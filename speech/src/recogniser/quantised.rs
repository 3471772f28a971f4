//! Matrices of weights in eight bits, a quarter of their size as `f32` and multiplied two to three times as fast.
//!
//! A weight is an integer times the scale of its row; an input is a byte less a zero point, times the scale of its row, which
//! are found anew for each row. Whisper understands as well so: the word error rates are those of `f32`.

use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_simd::SimdOp as _;
use rten_tensor::NdTensorView;
use rten_vecmath::{ExtendInit as _, MinMax, Quantize};

/// The largest weight, as an integer.
const LIMIT: f32 = 127.0;
/// The largest one where the processor adds up pairs of products in 16 bits (x86-64 without VNNI): 2 · 255 · 63 fits.
const NARROW_LIMIT: f32 = 63.0;
const BYTE_MAX: f32 = 255.0;
/// Rows that are multiplied at once; their sums stay in the cache of a core.
const BLOCK_ROWS: usize = 256;

/// What bytes are multiplied with.
pub(super) type ByteMultiplier = GemmExecutor<u8, i8, i32>;

/// Rows of weights as integers, and what each row is scaled with.
#[derive(Debug)]
pub(super) struct ByteRows {
    values: Vec<i8>,
    scales: Vec<f32>,
    columns: usize,
}

impl ByteRows {
    pub(super) fn new(values: &[f32], columns: usize) -> Self {
        let limit = if ByteMultiplier::default().may_saturate() { NARROW_LIMIT } else { LIMIT };
        let mut rows = Self { values: Vec::with_capacity(values.len()), scales: Vec::new(), columns };
        for row in values.chunks_exact(columns) {
            let largest = row.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
            let scale = if largest > 0.0 { largest / limit } else { 1.0 };
            #[expect(clippy::cast_possible_truncation, reason = "at most the limit")]
            rows.values.extend(row.iter().map(|value| (value / scale).round() as i8));
            rows.scales.push(scale);
        }
        rows
    }

    /// A row as it was, nearly.
    pub(super) fn row(&self, index: usize) -> impl Iterator<Item = f32> {
        let values = &self.values[index * self.columns..(index + 1) * self.columns];
        values.iter().map(move |value| f32::from(*value) * self.scales[index])
    }
}

/// A matrix of `outputs` rows by `inputs` columns, in the order in which it is multiplied.
pub(super) struct ByteMatrix {
    packed: PackedBMatrix<i8>,
    scales: Vec<f32>,
    /// The sum of each row's integers, which a zero point is multiplied with.
    sums: Vec<i32>,
}

impl std::fmt::Debug for ByteMatrix {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "ByteMatrix({} x {})", self.packed.cols(), self.packed.rows())
    }
}

impl ByteMatrix {
    pub(super) fn new(rows: &ByteRows) -> Self {
        let shape = [rows.scales.len(), rows.columns];
        let matrix = NdTensorView::from_data(shape, rows.values.as_slice());
        let sums =
            rows.values.chunks_exact(rows.columns).map(|row| row.iter().map(|one| i32::from(*one)).sum());
        Self {
            packed: ByteMultiplier::default().prepack_b(matrix.transposed()),
            scales: rows.scales.clone(),
            sums: sums.collect(),
        }
    }

    pub(super) fn inputs(&self) -> usize {
        self.packed.rows()
    }

    pub(super) fn outputs(&self) -> usize {
        self.packed.cols()
    }

    /// Replaces each row of `out` by the products with a row of `input`, or adds them to it, with a bias in both cases.
    pub(super) fn multiply(
        &self,
        multiplier: &ByteMultiplier,
        input: &[f32],
        bias: Option<&[f32]>,
        out: &mut [f32],
        adds: bool,
    ) {
        let blocks = input.chunks(BLOCK_ROWS * self.inputs());
        for (input, out) in blocks.zip(out.chunks_mut(BLOCK_ROWS * self.outputs())) {
            let bytes = Bytes::new(input, self.inputs());
            let mut sums = vec![0; out.len()];
            let left = NdTensorView::from_data([bytes.scales.len(), self.inputs()], bytes.values.as_slice());
            // `rten-gemm` 0.27 takes zero points, but misplaces those of different rows when there are many.
            let right = GemmInputB::Packed(&self.packed);
            multiplier
                .gemm(&mut sums, GemmInputA::Unpacked(left), right, GemmOptions::default())
                .expect("sizes are checked when a model is loaded");
            let rows = out.chunks_exact_mut(self.outputs()).zip(sums.chunks_exact(self.outputs()));
            for ((out, sums), place) in rows.zip(bytes.zeros.iter().zip(&bytes.scales)) {
                self.finish(sums, place, bias, out, adds);
            }
        }
    }

    /// Turns the sums of a row into numbers, given the zero point and the scale of its inputs.
    fn finish(
        &self,
        sums: &[i32],
        (zero, scale): (&u8, &f32),
        bias: Option<&[f32]>,
        out: &mut [f32],
        adds: bool,
    ) {
        let zero = i32::from(*zero);
        let columns = self.sums.iter().zip(&self.scales);
        for (out, (sum, (column_sum, column_scale))) in out.iter_mut().zip(sums.iter().zip(columns)) {
            #[expect(clippy::cast_precision_loss, reason = "the inputs had eight bits")]
            let product = (sum - zero * column_sum) as f32 * (scale * column_scale);
            *out = if adds { *out + product } else { product };
        }
        if let Some(bias) = bias {
            for (out, bias) in out.iter_mut().zip(bias) {
                *out += bias;
            }
        }
    }
}

/// Rows of inputs in bytes.
struct Bytes {
    values: Vec<u8>,
    zeros: Vec<u8>,
    scales: Vec<f32>,
}

impl Bytes {
    fn new(input: &[f32], columns: usize) -> Self {
        let mut bytes =
            Self { values: Vec::with_capacity(input.len()), zeros: Vec::new(), scales: Vec::new() };
        for row in input.chunks_exact(columns) {
            let (low, high) = MinMax::new(row).dispatch();
            // Zero must be a byte exactly.
            let (low, high) = (low.min(0.0), high.max(0.0));
            let scale = if high > low { (high - low) / BYTE_MAX } else { 1.0 };
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in 0..=255")]
            let zero = (-low / scale).round() as u8;
            bytes
                .values
                .extend_init(|free| Quantize::new(row, &mut free[..columns], scale.recip(), zero).dispatch());
            bytes.zeros.push(zero);
            bytes.scales.push(scale);
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from(u16::try_from(state >> 16).unwrap_or(0)) / 32_768.0 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn products_are_nearly_those_of_the_numbers() {
        let (inputs, outputs, rows) = (96, 40, 300);
        let (weights, input) = (numbers(outputs * inputs, 1), numbers(rows * inputs, 2));
        let bias = numbers(outputs, 3);
        let matrix = ByteMatrix::new(&ByteRows::new(&weights, inputs));
        let mut out = vec![1.0; rows * outputs];

        matrix.multiply(&ByteMultiplier::default(), &input, Some(&bias), &mut out, true);

        for (row, out) in input.chunks_exact(inputs).zip(out.chunks_exact(outputs)) {
            for (index, (weights, out)) in weights.chunks_exact(inputs).zip(out).enumerate() {
                let exact: f32 = row.iter().zip(weights).map(|(one, other)| one * other).sum();
                assert!((exact + bias[index] + 1.0 - out).abs() < 0.2, "{exact} {out}");
            }
        }
    }

    #[test]
    fn nothing_stays_nothing_and_rows_come_back() {
        let rows = ByteRows::new(&[0.0, 0.0, 1.0, -0.5], 2);
        let mut out = [9.0; 2];

        ByteMatrix::new(&rows).multiply(&ByteMultiplier::default(), &[0.0, 0.0], None, &mut out, false);

        assert_eq!(out, [0.0; 2]);
        assert_eq!(rows.row(0).collect::<Vec<_>>(), [0.0, 0.0]);
        assert!(rows.row(1).zip([1.0, -0.5]).all(|(found, value)| (found - value).abs() < 0.01));
    }
}
