//! Embeddings that are the same each time: words are hashed into places, so texts that share words stand close.

use serde_json::{Value, json};

/// Enough places for a page of words to stay apart.
const DIMENSIONS: u64 = 256;
/// As many inputs as OpenAI takes.
const INPUTS_MAX: usize = 2_048;
/// FNV-1a, which is short and the same everywhere.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;

pub(super) fn answer(body: &Value, deployment: Option<&str>) -> Result<Value, (u16, String)> {
    let refuse = |message: &str| Err((400, message.to_owned()));
    let Some(model) = deployment.or(body["model"].as_str()).filter(|model| !model.is_empty()) else {
        return refuse("you must provide a model parameter");
    };
    if body.get("encoding_format").is_some_and(|format| format != "float") {
        return refuse("this server writes embeddings as floats only");
    }
    let texts: Option<Vec<&str>> = match &body["input"] {
        Value::String(text) => Some(vec![text]),
        Value::Array(texts) => texts.iter().map(Value::as_str).collect(),
        _ => None,
    };
    let Some(texts) = texts.filter(|texts| (1..=INPUTS_MAX).contains(&texts.len())) else {
        return refuse("Invalid 'input'.");
    };
    if texts.iter().any(|text| text.is_empty()) {
        return refuse("Invalid 'input': input cannot be an empty string.");
    }
    let dimensions = body["dimensions"].as_u64().unwrap_or(DIMENSIONS).clamp(1, 4_096);
    let data: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| json!({ "object": "embedding", "index": index, "embedding": vector(text, dimensions) }))
        .collect();
    let tokens: usize = texts.iter().map(|text| text.split_whitespace().count()).sum();
    let usage = json!({ "prompt_tokens": tokens, "total_tokens": tokens });
    Ok(json!({ "object": "list", "data": data, "model": model, "usage": usage }))
}

fn vector(text: &str, dimensions: u64) -> Vec<f32> {
    let mut vector = vec![0.0_f32; usize::try_from(dimensions).expect("a few thousand at most")];
    for word in words(text) {
        let hash =
            word.bytes().fold(FNV_OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME));
        let place = usize::try_from(hash % dimensions).expect("smaller than the length");
        vector[place] += 1.0;
    }
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|value| *value /= length);
    } else {
        vector[0] = 1.0;
    }
    vector
}

pub(super) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|one: char| !one.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}
