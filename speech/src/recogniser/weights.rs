//! Collects the matrices of a recogniser's file, as `f32`.

use std::collections::HashMap;

use crate::LoadError;

/// Matrices by name, each given out once. They stay in half precision until then, so that loading takes little memory.
#[derive(Debug, Default)]
pub(super) struct Weights {
    parts: HashMap<String, Vec<u8>>,
}

impl Weights {
    /// Adds a matrix of half precision.
    pub(super) fn add(&mut self, name: String, bytes: Vec<u8>) {
        self.parts.insert(name, bytes);
    }

    /// The numbers of a matrix; there must be `count` of them.
    pub(super) fn take(&mut self, name: &str, count: usize) -> Result<Vec<f32>, LoadError> {
        let bytes = self.parts.remove(name).ok_or(LoadError::Damaged("a matrix is missing"))?;
        let (halves, rest) = bytes.as_chunks::<2>();
        if halves.len() != count || !rest.is_empty() {
            return Err(LoadError::Damaged("a matrix has another size"));
        }
        Ok(halves.iter().map(|half| from_half(u16::from_le_bytes(*half))).collect())
    }
}

/// A number of half precision (IEEE 754-2008 binary16) as `f32`, exactly.
fn from_half(half: u16) -> f32 {
    let sign = u32::from(half & 0x8000) << 16;
    let exponent = u32::from(half >> 10 & 0x1f);
    let fraction = u32::from(half & 0x3ff);
    match (exponent, fraction) {
        // Subnormal numbers are multiples of 2^-24.
        (0, _) => {
            #[expect(clippy::cast_precision_loss, reason = "ten bits")]
            let value = fraction as f32 / 16_777_216.0;
            f32::from_bits(value.to_bits() | sign)
        }
        (31, _) => f32::from_bits(sign | 0x7f80_0000 | fraction << 13),
        _ => f32::from_bits(sign | (exponent + 112) << 23 | fraction << 13),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_read_exactly() {
        for (half, value) in [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65_504.0),
            (0x0001, 5.960_464_5e-8),
            (0x03ff, 6.097_555e-5),
            (0x3555, 0.333_251_95),
            (0xfc00, f32::NEG_INFINITY),
        ] {
            assert_eq!(from_half(half), value, "{half:04x}");
        }
        assert!(from_half(0x7e00).is_nan());
    }

    #[test]
    fn a_matrix_of_another_size_is_refused() {
        let mut weights = Weights::default();
        weights.add("a".to_owned(), vec![0, 0x3c, 0, 0xc0]);
        weights.add("b".to_owned(), vec![0; 3]);

        assert!(weights.take("b", 1).is_err(), "half a number");
        assert!(weights.take("c", 0).is_err());
        assert_eq!(weights.take("a", 2).unwrap(), [1.0, -2.0]);
        assert!(weights.take("a", 2).is_err(), "it was given out");
    }
}
