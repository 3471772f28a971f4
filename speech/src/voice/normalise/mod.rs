//! Writes a sentence out: numbers, amounts, times, addresses and abbreviations become the words that one says.
//!
//! What comes out is words, letters that are named (`P.M.`) and punctuation, which is all that a pronunciation needs.

mod abbreviations;
mod chunk;
mod codes;
mod dates;
mod money;
mod numbers;
mod phones;
mod sentence;
mod symbols;
mod times;
mod units;
mod web;

#[cfg(test)]
mod tests;

pub(super) use sentence::normalise;
