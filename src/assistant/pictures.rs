//! Pictures for vision models: those of the messages being answered, newest first.

use super::prompt::Material;
use super::service::Assistant;
use crate::handover::Scene;

/// Each counts as hundreds of tokens, and more are rarely about one question.
const PICTURES_MAX: usize = 4;
/// Together, before they are written as text for the provider, which makes them a third longer.
const BYTES_MAX: u64 = 4 * 1_024 * 1_024;

impl Assistant {
    /// Adds the pictures of the messages that are being answered. One that is left out, for its size or because it
    /// moves, is still named in its message.
    pub(super) async fn add_pictures(&self, material: &mut Material, scene: &Scene) {
        let (mut count, mut bytes_left) = (0, BYTES_MAX);
        for entry in scene.asked.iter().rev() {
            let Some(turn) = material.turns.iter_mut().find(|turn| turn.seq == entry.seq) else { continue };
            let files = entry.body.content().map_or(&[][..], |content| &content.attachments);
            // A document has no pixels, and is only named.
            for file in files.iter().filter(|file| file.pixels.is_some()) {
                if count == PICTURES_MAX || file.bytes > bytes_left {
                    continue;
                }
                match self.parts.attachments.picture_for_model(scene.org.id, file.id).await {
                    Ok(Some(picture)) => {
                        count += 1;
                        bytes_left -= file.bytes;
                        turn.pictures.push(picture);
                    }
                    Ok(None) => {}
                    Err(error) => tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        attachment.id = %file.id,
                        "file {} is not sent to the model",
                        file.id
                    ),
                }
            }
        }
    }
}
