//! Files of a message as they are stored with its entry.

use rooms::Attachment;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct StoredAttachment {
    id: String,
    name: String,
    content_type: String,
    bytes: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
}

impl From<&Attachment> for StoredAttachment {
    fn from(file: &Attachment) -> Self {
        Self {
            id: file.id.to_string(),
            name: file.name.to_string(),
            content_type: file.content_type.to_string(),
            bytes: file.bytes,
            width: file.pixels.map(|(width, _)| width),
            height: file.pixels.map(|(_, height)| height),
        }
    }
}

impl StoredAttachment {
    fn into_attachment(self) -> Option<Attachment> {
        Some(Attachment {
            id: self.id.parse().ok()?,
            name: self.name.into(),
            content_type: self.content_type.into(),
            bytes: self.bytes,
            pixels: self.width.zip(self.height),
        })
    }
}

/// How files are stored; nothing where there are none.
pub(super) fn stored_attachments(files: &[Attachment]) -> Option<String> {
    let stored: Vec<StoredAttachment> = files.iter().map(StoredAttachment::from).collect();
    (!stored.is_empty()).then(|| serde_json::to_string(&stored).expect("plain data"))
}

/// Files as they were stored; `None` where what is stored is not ours.
pub(super) fn parse_attachments(stored: Option<&str>) -> Option<Vec<Attachment>> {
    let Some(json) = stored else { return Some(Vec::new()) };
    let stored: Vec<StoredAttachment> = serde_json::from_str(json).ok()?;
    stored.into_iter().map(StoredAttachment::into_attachment).collect()
}

#[cfg(test)]
mod tests {
    use rooms::AttachmentId;

    use super::*;

    #[test]
    fn files_are_stored_under_these_names() {
        let picture = Attachment {
            id: AttachmentId(1),
            name: "cat.png".into(),
            content_type: "image/png".into(),
            bytes: 12,
            pixels: Some((3, 4)),
        };
        let text = Attachment {
            name: "a.txt".into(),
            content_type: "text/plain".into(),
            pixels: None,
            ..picture.clone()
        };
        let stored = concat!(
            r#"[{"id":"00000000-0000-0000-0000-000000000001","name":"cat.png","content_type":"image/png","#,
            r#""bytes":12,"width":3,"height":4},"#,
            r#"{"id":"00000000-0000-0000-0000-000000000001","name":"a.txt","content_type":"text/plain","bytes":12}]"#
        );

        assert_eq!(stored_attachments(&[picture.clone(), text.clone()]).as_deref(), Some(stored));
        assert_eq!(parse_attachments(Some(stored)), Some(vec![picture, text]));
        assert_eq!((stored_attachments(&[]), parse_attachments(None)), (None, Some(Vec::new())));
        assert_eq!(parse_attachments(Some(r#"[{"id":"x"}]"#)), None);
    }
}
