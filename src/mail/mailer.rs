//! Builds and sends an email.

use std::path::PathBuf;
use std::sync::Arc;

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use secrecy::ExposeSecret as _;

use super::address::mailbox;
use super::error::MailError;
use super::plain_text::one_line;
use super::{outbox, smtp};
use crate::config::Settings;

/// RFC 5322 allows lines of 998 bytes; a subject that long says nothing.
const SUBJECT_MAX_CHARS: usize = 200;

/// A mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// What it is known by, the same for every try: a reader who gets it twice can tell.
    pub id: String,
    /// To whom: an address, with or without a name.
    pub to: String,
    /// Who gets an answer to it, instead of the sender.
    pub reply_to: Option<String>,
    /// Its subject; line breaks become spaces.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// The same as HTML, for those who want it.
    pub html: Option<String>,
    /// In whose name it is sent; without one in that of the settings.
    pub sender_name: Option<String>,
    /// Where who gets it can say that they want no more: by one POST, where it is `https`.
    pub stop_url: Option<String>,
}

/// Sends mails. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Mailer {
    from: Mailbox,
    way: Way,
}

#[derive(Debug, Clone)]
enum Way {
    Smtp(Arc<AsyncSmtpTransport<Tokio1Executor>>),
    Outbox(PathBuf),
}

impl Mailer {
    /// A mailer as the settings say.
    ///
    /// # Errors
    /// When `mail_from` or `smtp_url` cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, MailError> {
        let from = mailbox("mail_from", &settings.mail_from)?;
        let way = match &settings.smtp_url {
            Some(url) => {
                crate::outbound::install_crypto_provider();
                Way::Smtp(Arc::new(smtp::transport(url.expose_secret())?))
            }
            None => Way::Outbox(settings.data_dir.join("outbox")),
        };
        Ok(Self { from, way })
    }

    /// Sends a mail, or writes it into the outbox.
    ///
    /// # Errors
    /// When it was not sent.
    pub async fn send(&self, mail: Mail) -> Result<(), MailError> {
        let id = mail.id.clone();
        let message = self.message(mail)?;
        match &self.way {
            Way::Smtp(transport) => {
                let needs_utf8 = message.envelope().to().iter().any(|to| !to.user().is_ascii());
                transport.send(message).await.map(drop).map_err(|error| match error.is_client() {
                    true if needs_utf8 => MailError::NeedsUtf8,
                    _ => MailError::NotTaken(error),
                })
            }
            Way::Outbox(directory) => {
                let file = outbox::write(directory, &id, &message.formatted())
                    .await
                    .map_err(MailError::NotWritten)?;
                tracing::info!("smtp_url is not set; wrote an email to {}", file.display());
                Ok(())
            }
        }
    }

    /// The server's own address, in the name of whom it sends for.
    fn sender(&self, name: Option<&str>) -> Mailbox {
        match name.map(header_line).filter(|name| !name.is_empty()) {
            Some(name) => Mailbox::new(Some(name), self.from.email.clone()),
            None => self.from.clone(),
        }
    }

    fn message(&self, mut mail: Mail) -> Result<Message, MailError> {
        let mut builder = Message::builder()
            .from(self.sender(mail.sender_name.as_deref()))
            .to(mailbox("the recipient", &mail.to)?)
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            .subject(header_line(&mail.subject));
        if let Some(reply_to) = &mail.reply_to {
            let reply_to = mailbox("reply_to", reply_to)?;
            // Such a header would need SMTPUTF8 at every server on the way (RFC 6531 section 3.1).
            if reply_to.email.user().is_ascii() {
                builder = builder.reply_to(reply_to);
            } else {
                let note = format!(
                    "Write to {}: answering this mail does not, as not every server takes that address.",
                    reply_to.email
                );
                mail.text = format!("{}\n\n{note}\n", mail.text.trim_end());
                mail.html = None;
            }
        }
        let mut made = match mail.html {
            Some(html) => builder.multipart(MultiPart::alternative_plain_html(mail.text, html)),
            None => builder.singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(mail.text)),
        }
        .map_err(MailError::NotMade)?;
        if let Some(url) = &mail.stop_url {
            put(&mut made, "List-Unsubscribe", format!("<{url}>"));
            if url.starts_with("https://") {
                put(&mut made, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned());
            }
        }
        // So that nobody's absence is answered to a visitor, or to this server (RFC 3834).
        put(&mut made, "Auto-Submitted", "auto-generated".to_owned());
        Ok(made)
    }
}

fn put(made: &mut Message, name: &'static str, value: String) {
    made.headers_mut().insert_raw(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
}

fn header_line(text: &str) -> String {
    one_line(text).chars().take(SUBJECT_MAX_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(to: &str, subject: &str) -> Mail {
        Mail {
            id: crate::ids::new_id(),
            to: to.to_owned(),
            reply_to: None,
            subject: subject.to_owned(),
            text: "Hello\n.\nthere".to_owned(),
            html: None,
            sender_name: None,
            stop_url: None,
        }
    }

    fn mailer(directory: &std::path::Path) -> Mailer {
        Mailer::new(&Settings { data_dir: directory.to_owned(), ..Settings::defaults() }).unwrap()
    }

    fn written(directory: &std::path::Path) -> Vec<String> {
        let Ok(files) = std::fs::read_dir(directory.join("outbox")) else { return Vec::new() };
        files.flatten().map(|file| std::fs::read_to_string(file.path()).unwrap()).collect()
    }

    #[tokio::test]
    async fn without_a_server_a_mail_is_a_file() {
        let data = tempfile::tempdir().unwrap();

        mailer(data.path()).send(mail("ann@example.com", "A person is asked for")).await.unwrap();

        let files = written(data.path());
        assert_eq!(files.len(), 1);
        assert!(files[0].contains("To: ann@example.com\r\n") && files[0].contains("there"), "{}", files[0]);
        assert!(files[0].contains("Auto-Submitted: auto-generated\r\n"), "{}", files[0]);
        let name = std::fs::read_dir(data.path().join("outbox")).unwrap().next().unwrap().unwrap();
        assert!(name.file_name().to_string_lossy().ends_with(".eml"));
    }

    #[tokio::test]
    async fn a_mail_that_is_sent_again_is_the_same_mail() {
        let data = tempfile::tempdir().unwrap();
        let mail = mail("ann@example.com", "A person is asked for");

        mailer(data.path()).send(mail.clone()).await.unwrap();
        mailer(data.path()).send(mail.clone()).await.unwrap();

        let files = written(data.path());
        assert_eq!(files.len(), 1);
        assert!(files[0].contains(&format!("Message-ID: <{}@", mail.id)), "{}", files[0]);
    }

    #[tokio::test]
    async fn a_visitor_sees_the_name_of_the_business_and_the_address_of_the_server() {
        let data = tempfile::tempdir().unwrap();
        for (name, from) in [
            (Some("Acme shop"), "From: \"Acme shop\" <switchboard@localhost>\r\n"),
            (Some("Eve <eve@evil.example>\r\nBcc: all@example.com"), "<switchboard@localhost>\r\n"),
            (Some(" \n"), "From: Switchboard <switchboard@localhost>\r\n"),
            (None, "From: Switchboard <switchboard@localhost>\r\n"),
        ] {
            let mail = Mail { sender_name: name.map(str::to_owned), ..mail("ann@example.com", "Hi") };
            mailer(data.path()).send(mail).await.unwrap();
            let file = written(data.path()).pop().unwrap();
            std::fs::remove_dir_all(data.path().join("outbox")).unwrap();

            assert!(file.contains(from) && !file.contains("\r\nBcc:"), "{file}");
        }
    }

    #[tokio::test]
    async fn a_mail_can_be_stopped_by_one_click_where_that_is_safe() {
        let data = tempfile::tempdir().unwrap();
        for (url, is_one_click) in
            [("https://chat.example/mail/stop/x", true), ("http://chat.example/stop", false)]
        {
            let mail = Mail { stop_url: Some(url.to_owned()), ..mail("ann@example.com", "Hi") };
            mailer(data.path()).send(mail).await.unwrap();
            let file = written(data.path()).pop().unwrap();
            std::fs::remove_dir_all(data.path().join("outbox")).unwrap();

            assert!(file.contains(&format!("List-Unsubscribe: <{url}>\r\n")), "{file}");
            let post = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";
            assert_eq!(file.contains(post), is_one_click, "{file}");
        }
    }

    #[tokio::test]
    async fn a_header_cannot_be_smuggled_in() {
        let data = tempfile::tempdir().unwrap();
        let mailer = mailer(data.path());

        for break_ in ["\r\n", "\n", "\r", "\r\n\r\n", "\u{85}", "\u{0}"] {
            let subject = format!("Hello{break_}Bcc: eve@example.com");
            mailer.send(mail("ann@example.com", &subject)).await.unwrap();
            let address = format!("ann@example.com{break_}Bcc: eve@example.com");
            assert!(matches!(mailer.send(mail(&address, "Hi")).await, Err(MailError::BadAddress { .. })));
            let reply = Mail { reply_to: Some(address), ..mail("ann@example.com", "Hi") };
            assert!(matches!(mailer.send(reply).await, Err(MailError::BadAddress { .. })));
        }

        let files = written(data.path());
        assert_eq!(files.len(), 6);
        for file in files {
            let (headers, _) = file.split_once("\r\n\r\n").unwrap();
            assert!(headers.lines().all(|line| !line.to_lowercase().starts_with("bcc:")), "{headers}");
        }
    }

    #[tokio::test]
    async fn an_address_outside_ascii_loses_no_mail() {
        let data = tempfile::tempdir().unwrap();
        let mailer = mailer(data.path());
        let asked_by = async |reply_to: &str| {
            let mail = Mail { reply_to: Some(reply_to.to_owned()), ..mail("ann@bücher.example", "Hi") };
            mailer.send(mail).await.unwrap();
            let file = written(data.path()).pop().unwrap();
            std::fs::remove_dir_all(data.path().join("outbox")).unwrap();
            file
        };

        let by_domain = asked_by("visitor@bücher.example").await;
        assert!(by_domain.contains("To: ann@xn--bcher-kva.example\r\n"), "{by_domain}");
        assert!(by_domain.contains("Reply-To: visitor@xn--bcher-kva.example\r\n"), "{by_domain}");
        for reply_to in ["jürgen@example.com", "用户@例え.jp", "josé@xn--bcher-kva.example"] {
            let by_hand = asked_by(reply_to).await;
            assert!(by_hand.is_ascii(), "what servers without SMTPUTF8 take: {by_hand}");
            assert!(!by_hand.contains("Reply-To"), "{by_hand}");
        }
    }

    #[test]
    fn a_server_that_is_none_is_refused_without_its_password() {
        let settings = Settings { smtp_url: Some("ftp://user:canary@host".into()), ..Settings::defaults() };

        let error = Mailer::new(&settings).unwrap_err();

        assert!(matches!(error, MailError::BadServer));
        assert!(!format!("{error:?} {error}").contains("canary"));
    }
}
