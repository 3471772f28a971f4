//! Builds and sends an email.

use std::path::PathBuf;
use std::sync::Arc;

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use secrecy::ExposeSecret as _;

use super::error::MailError;
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

    fn message(&self, mut mail: Mail) -> Result<Message, MailError> {
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(mailbox("the recipient", &mail.to)?)
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            .subject(one_line(&mail.subject));
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
        // So that nobody's absence is answered to a visitor, or to this server (RFC 3834).
        let name = HeaderName::new_from_ascii_str("Auto-Submitted");
        made.headers_mut().insert_raw(HeaderValue::new(name, "auto-generated".to_owned()));
        Ok(made)
    }
}

/// Whether mail can be sent to an address.
#[must_use]
pub fn is_address(text: &str) -> bool {
    mailbox("", text).is_ok()
}

fn mailbox(field: &'static str, text: &str) -> Result<Mailbox, MailError> {
    let bad = || MailError::BadAddress { field };
    if text.chars().any(char::is_control) {
        return Err(bad());
    }
    let given: Mailbox = text.trim().parse().map_err(|_| bad())?;
    if given.email.domain().is_ascii() {
        return Ok(given);
    }
    // Every server knows the ASCII form of a domain (RFC 5891); only the part before the @ has none.
    let domain = url::Host::parse(given.email.domain()).map_err(|_| bad())?.to_string();
    let email = Address::new(given.email.user(), domain).map_err(|_| bad())?;
    Ok(Mailbox::new(given.name, email))
}

fn one_line(text: &str) -> String {
    let line: String = text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SUBJECT_MAX_CHARS).collect()
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
    fn what_is_no_address_is_none() {
        for text in ["ann@example.com", "Ann <ann@example.com>", "ann+tag@sub.example.com"] {
            assert!(is_address(text), "{text}");
        }
        for text in [
            "",
            "ann",
            "ann@",
            "@example.com",
            "a@b@c",
            "ann@example.com\nBcc: x@y.z",
            "ann@example.com, eve@example.com",
        ] {
            assert!(!is_address(text), "{text}");
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
