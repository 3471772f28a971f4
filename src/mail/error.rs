//! Why a mail was not sent.

/// Answers that ask for a sign-in, or refuse one (RFC 4954).
const SIGN_IN_CODES: [u16; 4] = [530, 534, 535, 538];

/// Why a mail was not sent. No message holds an address or a password.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say what the fields are")]
pub enum MailError {
    #[error("{field} is not an email address")]
    BadAddress { field: &'static str },
    #[error("the email could not be built")]
    NotMade(#[source] lettre::error::Error),
    #[error("the setting smtp_url is not an address such as smtps://user:password@host:465")]
    BadServer,
    #[error("could not prepare TLS for the mail server")]
    NoTls(#[source] lettre::transport::smtp::Error),
    #[error("the mail server rejected the email")]
    NotTaken(#[source] lettre::transport::smtp::Error),
    #[error("the mail server does not support addresses outside ASCII (it lacks SMTPUTF8, RFC 6531)")]
    NeedsUtf8,
    #[error("could not write into the outbox")]
    NotWritten(#[source] std::io::Error),
}

impl MailError {
    /// What lies under it, for logs. Of a server's reply only the code is told: its words may repeat addresses and links.
    #[must_use]
    pub fn cause(&self) -> String {
        match self {
            Self::NoTls(error) | Self::NotTaken(error) => match error.status() {
                Some(code) => format!("the server replied {}", u16::from(code)),
                None => std::error::Error::source(error).map(ToString::to_string).unwrap_or_default(),
            },
            Self::NotWritten(error) => error.to_string(),
            Self::NotMade(_) | Self::BadAddress { .. } | Self::BadServer | Self::NeedsUtf8 => String::new(),
        }
    }

    /// Whether the same mail may be sent later.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::BadAddress { .. }
            | Self::NotMade(_)
            | Self::BadServer
            | Self::NoTls(_)
            | Self::NeedsUtf8 => false,
            Self::NotTaken(error) => !error.is_permanent() || is_about_sign_in(error),
            Self::NotWritten(_) => true,
        }
    }
}

/// Whether a server refused the settings' user and password, which says nothing of the mail: it is right again once
/// they are.
fn is_about_sign_in(error: &lettre::transport::smtp::Error) -> bool {
    error.status().is_some_and(|code| SIGN_IN_CODES.contains(&u16::from(code)))
}
