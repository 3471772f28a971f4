//! The network: an embedding of each piece, three convolutions over neighbours, and a small dense end.

use ndarray::{Array1, Array2, Axis, Slice};

use super::EncoderError;
use super::shape::{BLOCKS, DIMENSIONS};

const BRANCH_WIDTH: usize = 256;
const FEATURES: usize = DIMENSIONS + 3 * BRANCH_WIDTH;
/// Keeps divisions by a length of nothing finite; it is the model's own.
const EPSILON: f32 = 1e-12;

/// The branches: how many neighbours each looks at, and how many of them stand to the left.
pub(super) const BRANCHES: [(usize, usize); 3] = [(2, 0), (3, 1), (5, 2)];

/// One convolution over neighbours, in two steps.
#[derive(Debug)]
struct Branch {
    width: usize,
    left: usize,
    first: (Array2<f32>, Array1<f32>),
    second: (Array2<f32>, Array1<f32>),
}

/// The weights and how they are put together.
#[derive(Debug)]
pub(super) struct Graph {
    table: Vec<u8>,
    scale: Array1<f32>,
    low: Array1<f32>,
    projection: (Array2<f32>, Array1<f32>),
    projection_norm: (Array1<f32>, Array1<f32>),
    branches: Vec<Branch>,
    norm: (Array1<f32>, Array1<f32>),
    output: (Array2<f32>, Array1<f32>),
    dense: [Array2<f32>; 4],
    skips: [Array2<f32>; 2],
}

/// Where the weights come from, by name.
pub(super) trait Weights {
    /// A list of numbers; its length must be `count`.
    fn floats(&mut self, name: &str, count: usize) -> Result<Vec<f32>, EncoderError>;
    /// The table of embeddings.
    fn table(&mut self) -> Result<Vec<u8>, EncoderError>;
}

impl Graph {
    pub(super) fn load(weights: &mut impl Weights) -> Result<Self, EncoderError> {
        let mut projections = Vec::new();
        let (mut biases, mut gains, mut shifts) = (Vec::new(), Vec::new(), Vec::new());
        let mut branches = Vec::new();
        for (width, left) in BRANCHES {
            projections.push(matrix(weights, &format!("proj{width}"), DIMENSIONS, BRANCH_WIDTH)?);
            biases.extend(weights.floats(&format!("proj_b{width}"), BRANCH_WIDTH)?);
            gains.extend(weights.floats(&format!("ln_g{width}"), BRANCH_WIDTH)?);
            shifts.extend(weights.floats(&format!("ln_b{width}"), BRANCH_WIDTH)?);
            let mut step = |number: u8| -> Result<_, EncoderError> {
                let inputs = width * BRANCH_WIDTH;
                let of = matrix(weights, &format!("w{number}_{width}"), inputs, BRANCH_WIDTH)?;
                Ok((of, vector(weights, &format!("b{number}_{width}"), BRANCH_WIDTH)?))
            };
            branches.push(Branch { width, left, first: step(1)?, second: step(2)? });
        }
        let views: Vec<_> = projections.iter().map(|one| one.view()).collect();
        let projection = ndarray::concatenate(Axis(1), &views)
            .map_err(|_| EncoderError::Damaged("its projections do not fit one another"))?;
        Ok(Self {
            scale: vector(weights, "scale", BLOCKS)?,
            low: vector(weights, "lo", BLOCKS)?,
            projection: (projection, biases.into()),
            projection_norm: (gains.into(), shifts.into()),
            branches,
            norm: (vector(weights, "ln_g", FEATURES)?, vector(weights, "ln_b", FEATURES)?),
            output: (matrix(weights, "cnn_W", FEATURES, DIMENSIONS)?, vector(weights, "cnn_b", DIMENSIONS)?),
            dense: [
                matrix(weights, "d0", DIMENSIONS, 320)?,
                matrix(weights, "d1", 320, 320)?,
                matrix(weights, "d2", 320, DIMENSIONS)?,
                matrix(weights, "d3", DIMENSIONS, DIMENSIONS)?,
            ],
            skips: [matrix(weights, "p1", DIMENSIONS, 320)?, matrix(weights, "p3", 320, DIMENSIONS)?],
            table: weights.table()?,
        })
    }

    /// The vector of a text's pieces, of length one.
    pub(super) fn run(&self, ids: &[u32]) -> Vec<f32> {
        let embedded = self.embed(ids);
        let mut projected = embedded.dot(&self.projection.0) + &self.projection.1;
        normalize_rows(&mut projected, &self.projection_norm);
        let mut features = Array2::zeros((ids.len(), FEATURES));
        put_columns(&mut features, 0, &embedded);
        for (index, branch) in self.branches.iter().enumerate() {
            let begin = index * BRANCH_WIDTH;
            let input = projected.slice_axis(Axis(1), Slice::from(begin..begin + BRANCH_WIDTH)).to_owned();
            let hidden = convolve(&input, branch, &branch.first);
            let out = convolve(&hidden, branch, &branch.second);
            put_columns(&mut features, DIMENSIONS + begin, &out);
        }
        normalize_rows(&mut features, &self.norm);
        #[expect(clippy::cast_precision_loss, reason = "a text has far fewer than 2^24 pieces")]
        let count = ids.len() as f32;
        let sum = features.sum_axis(Axis(0)).insert_axis(Axis(0));
        let mean = (sum.dot(&self.output.0) + &self.output.1 * count) / count.sqrt();
        self.finish(&mean)
    }

    fn finish(&self, mean: &Array2<f32>) -> Vec<f32> {
        let relu = |of: Array2<f32>| of.mapv_into(|value| value.max(0.0));
        let [d0, d1, d2, d3] = &self.dense;
        let [p1, p3] = &self.skips;
        let first = relu(mean.dot(d0));
        let second = relu(mean.dot(p1) + first.dot(d1));
        let third = relu(second.dot(d2));
        let last = (second.dot(p3) + third.dot(d3)).mapv_into(f32::tanh);
        let length = last.iter().map(|value| value * value).sum::<f32>().max(EPSILON).sqrt();
        last.iter().map(|value| value / length).collect()
    }

    fn embed(&self, ids: &[u32]) -> Array2<f32> {
        let mut embedded = Array2::zeros((ids.len(), DIMENSIONS));
        for (mut row, id) in embedded.outer_iter_mut().zip(ids) {
            let id = *id as usize;
            let (scale, low) = (self.scale[id % BLOCKS], self.low[id % BLOCKS]);
            let quantised = &self.table[id * DIMENSIONS..(id + 1) * DIMENSIONS];
            for (value, byte) in row.iter_mut().zip(quantised) {
                *value = f32::from(*byte) * scale + low;
            }
        }
        embedded
    }
}

/// One step of a branch: each row with its neighbours through a matrix, cut at zero, added to the row.
fn convolve(
    input: &Array2<f32>,
    branch: &Branch,
    (weights, bias): &(Array2<f32>, Array1<f32>),
) -> Array2<f32> {
    let rows = input.nrows();
    let mut windows = Array2::zeros((rows, branch.width * BRANCH_WIDTH));
    for (row, mut window) in windows.outer_iter_mut().enumerate() {
        for place in 0..branch.width {
            // Neighbours before the begin and after the end are zero.
            let Some(from) = (row + place).checked_sub(branch.left).filter(|from| *from < rows) else {
                continue;
            };
            let begin = place * BRANCH_WIDTH;
            window.slice_axis_mut(Axis(0), Slice::from(begin..begin + BRANCH_WIDTH)).assign(&input.row(from));
        }
    }
    let mut out = windows.dot(weights) + bias;
    out.mapv_inplace(|value| value.max(0.0));
    out + input
}

fn put_columns(into: &mut Array2<f32>, begin: usize, columns: &Array2<f32>) {
    into.slice_axis_mut(Axis(1), Slice::from(begin..begin + columns.ncols())).assign(columns);
}

fn normalize_rows(rows: &mut Array2<f32>, (gain, shift): &(Array1<f32>, Array1<f32>)) {
    for mut row in rows.outer_iter_mut() {
        #[expect(clippy::cast_precision_loss, reason = "rows have at most 1,280 columns")]
        let width = row.len() as f32;
        let mean = row.sum() / width;
        row -= mean;
        let variance = row.iter().map(|value| value * value).sum::<f32>() / width;
        row *= (variance + EPSILON).sqrt().recip();
        row *= gain;
        row += shift;
    }
}

fn vector(weights: &mut impl Weights, name: &str, count: usize) -> Result<Array1<f32>, EncoderError> {
    Ok(weights.floats(name, count)?.into())
}

fn matrix(
    weights: &mut impl Weights,
    name: &str,
    rows: usize,
    columns: usize,
) -> Result<Array2<f32>, EncoderError> {
    let values = weights.floats(name, rows * columns)?;
    Array2::from_shape_vec((rows, columns), values)
        .map_err(|_| EncoderError::Damaged("a matrix has another size"))
}
