//! The parts of a voice's file.

/// Who made what, as the package states it.
pub(crate) const NOTICE: &str = "notice";
/// The network that turns phonemes into a spectrum, as ONNX.
pub(crate) const ACOUSTIC: &str = "acoustic";
/// The acoustic network's phonemes and their ids, as a JSON object.
pub(crate) const PHONEMES: &str = "phonemes";
/// The network that pronounces unknown words, as ONNX.
pub(crate) const UNKNOWN: &str = "unknown";
/// Its letters and phonemes, as JSON.
pub(crate) const LETTERS: &str = "letters";
/// The pronunciations that were checked by people, as a table.
pub(crate) const GOLD: &str = "gold";
/// Pronunciations that were not, as a table.
pub(crate) const SILVER: &str = "silver";
/// The names of parts of speech, one per line.
pub(crate) const TAGS: &str = "tags";
/// Words that have one part of speech, as a table.
pub(crate) const TAGGED: &str = "tagged";
/// Words that the tagger knows, as a table without values.
pub(crate) const FREQUENT: &str = "frequent";
/// The tagger's features and their weights per tag, as a table of `tag:weight` by the tag's number.
pub(crate) const FEATURES: &str = "features";

/// Joins the pronunciations of a word by part of speech: `DEFAULT=…|VERB=…`. An empty one means that it is spelled.
pub(crate) const ALTERNATIVE: char = '|';
/// Stands between a part of speech and its pronunciation.
pub(crate) const IS: char = '=';
