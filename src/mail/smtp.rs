//! The SMTP transport, configured by URL, with the same certificate roots as other outgoing connections.

use std::time::Duration;

use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use url::Url;

use super::MailError;
use crate::outbound::system_certificates;

/// A server that takes longer for one step is down.
const STEP_TIMEOUT: Duration = Duration::from_secs(20);

/// A transport to the server at `url`. No error repeats it, as it holds a password.
pub(super) fn transport(url: &str) -> Result<AsyncSmtpTransport<Tokio1Executor>, MailError> {
    let builder =
        AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_error| MailError::BadServer)?;
    let address = Url::parse(url).map_err(|_error| MailError::BadServer)?;
    let wants = address.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
    let tls = match (address.scheme(), wants.as_deref()) {
        ("smtps", _) => Tls::Wrapper(parameters(&address)?),
        (_, Some("required")) => Tls::Required(parameters(&address)?),
        (_, Some(_)) => Tls::Opportunistic(parameters(&address)?),
        (_, None) => Tls::None,
    };
    Ok(builder.tls(tls).timeout(Some(STEP_TIMEOUT)).build())
}

/// Mozilla's certificates and the system's: a company's mail server often has one of its own authority.
fn parameters(address: &Url) -> Result<TlsParameters, MailError> {
    let host = address.host_str().ok_or(MailError::BadServer)?;
    let mut builder =
        TlsParameters::builder(host.to_owned()).certificate_store(CertificateStore::WebpkiRoots);
    for certificate in system_certificates() {
        let certificate = Certificate::from_der(certificate).map_err(MailError::NoTls)?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(MailError::NoTls)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    use tokio::net::TcpListener;

    use super::super::{Mail, Mailer};
    use super::*;
    use crate::config::Settings;

    /// A mail server that takes one client and refuses one verb.
    async fn refusing(verb: &'static str, answer: &'static str) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (from, mut to) = listener.accept().await.unwrap().0.into_split();
            let mut lines = BufReader::new(from).lines();
            to.write_all(b"220 mail.example.com\r\n").await.unwrap();
            while let Ok(Some(line)) = lines.next_line().await {
                let said = match line.split(' ').next() {
                    Some(said) if said == verb => answer,
                    Some("EHLO") => "250-mail.example.com\r\n250 AUTH PLAIN\r\n",
                    _ => "250 fine\r\n",
                };
                to.write_all(said.as_bytes()).await.unwrap();
            }
        });
        port
    }

    async fn refused(verb: &'static str, answer: &'static str) -> MailError {
        refused_to("ann@example.com", verb, answer).await
    }

    async fn refused_to(to: &str, verb: &'static str, answer: &'static str) -> MailError {
        let port = refusing(verb, answer).await;
        let url = format!("smtp://user:canary@127.0.0.1:{port}");
        let mailer = Mailer::new(&Settings { smtp_url: Some(url.into()), ..Settings::defaults() }).unwrap();
        let mail = Mail {
            id: crate::ids::new_id(),
            to: to.to_owned(),
            reply_to: None,
            subject: "Hello".to_owned(),
            text: "there".to_owned(),
            html: None,
            sender_name: None,
            stop_url: None,
        };
        tokio::time::timeout(STEP_TIMEOUT, mailer.send(mail)).await.expect("an answer").unwrap_err()
    }

    #[tokio::test]
    async fn a_password_that_is_refused_loses_no_mail_and_an_address_that_is_refused_does() {
        for answer in ["535 5.7.8 who are you\r\n", "534 5.7.9 not like this\r\n", "454 4.7.0 later\r\n"] {
            let error = refused("AUTH", answer).await;
            assert!(error.may_pass(), "{answer}: {error:?}");
            assert!(!format!("{error:?}").contains("canary"));
        }
        assert!(refused("MAIL", "530 5.7.0 sign in first\r\n").await.may_pass());
        assert!(!refused("RCPT", "550 5.1.1 nobody here\r\n").await.may_pass());
        assert!(refused("RCPT", "450 4.2.1 later\r\n").await.may_pass());
    }

    #[tokio::test]
    async fn a_server_without_utf8_is_named_and_the_mail_is_not_tried_for_ever() {
        for to in ["jürgen@example.com", "用户@example.com", "Ann <ánn@example.com>"] {
            let error = refused_to(to, "NOTHING", "").await;

            assert!(matches!(error, MailError::NeedsUtf8), "{to}: {error:?}");
            assert!(!error.may_pass());
        }
        let by_domain = refused_to("ann@bücher.example", "RCPT", "550 5.1.1 nobody here\r\n").await;
        assert!(matches!(by_domain, MailError::NotTaken(_)), "it was offered: {by_domain:?}");
    }

    #[test]
    fn every_way_to_a_server_is_understood() {
        crate::outbound::install_crypto_provider();
        for url in [
            "smtp://localhost",
            "smtp://localhost:2525?tls=opportunistic",
            "smtp://ann%40example.com:p%40ss%2Fword@mail.example.com?tls=required",
            "smtps://user:password@127.0.0.1:465",
        ] {
            assert!(transport(url).is_ok(), "{url}");
        }
        for url in ["", "mail.example.com", "https://mail.example.com", "smtp://mail.example.com?tls=please"]
        {
            assert!(matches!(transport(url), Err(MailError::BadServer)), "{url}");
        }
    }
}
