//! Client operations on items: insert, retrieve, truncate, delete.

use serde_json::{Value, json};

use super::items::words;
use super::refusal::Refusal;
use super::session::Session;

impl Session {
    pub(super) fn create_item(&mut self, event: &Value) -> Result<(), Refusal> {
        let at = match event["previous_item_id"].as_str() {
            None => usize::MAX,
            Some("root") => 0,
            Some(id) => {
                let before = self.items.position(id).ok_or_else(|| {
                    let message = format!("The previous item with id '{id}' does not exist.");
                    Refusal::invalid("previous_item_id", message)
                })?;
                before + 1
            }
        };
        let new_id = self.dice.id("item_");
        let item = self.items.admit(&event["item"], new_id)?;
        match (item.wire["type"].as_str(), item.wire["role"].as_str()) {
            (Some("function_call_output"), _) => {
                self.reply_words = format!("The answer is: {}", words(&item.wire))
            }
            (_, Some("user")) => self.reply_words = format!("You said: {}", words(&item.wire)),
            _ => {}
        }
        self.add_item(at, item);
        Ok(())
    }

    pub(super) fn retrieve_item(&mut self, id: &str) -> Result<(), Refusal> {
        let item = self.items.get(id).ok_or_else(|| {
            let message = format!("Error retrieving item: the item with id '{id}' does not exist.");
            Refusal::new("item_retrieve_invalid_item_id", message).with_param("item_id")
        })?;
        let item = item.whole();
        self.emit(json!({ "type": "conversation.item.retrieved", "item": item }));
        Ok(())
    }

    pub(super) fn truncate_item(&mut self, event: &Value) -> Result<(), Refusal> {
        let id = event["item_id"].as_str().unwrap_or_default();
        let audio_end_ms = event["audio_end_ms"].as_u64().unwrap_or_default();
        self.items.truncate(id, audio_end_ms)?;
        self.log.change(|log| log.truncated.push((id.to_owned(), audio_end_ms)));
        self.log.change_item(id, |item| item.truncated_ms = Some(audio_end_ms));
        self.emit(json!({
            "type": "conversation.item.truncated",
            "item_id": id,
            "content_index": 0,
            "audio_end_ms": audio_end_ms,
        }));
        Ok(())
    }

    pub(super) fn delete_item(&mut self, id: &str) -> Result<(), Refusal> {
        if !self.items.remove(id) {
            let message = format!("Error deleting item: the item with id '{id}' does not exist.");
            return Err(Refusal::new("item_delete_invalid_item_id", message).with_param("item_id"));
        }
        self.log.change_item(id, |item| item.is_deleted = true);
        self.emit(json!({ "type": "conversation.item.deleted", "item_id": id }));
        Ok(())
    }
}
