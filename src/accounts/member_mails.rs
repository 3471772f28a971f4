//! Mails to members about their sign-in. They are sent at once and not queued: the queue is stored, and their links are
//! secrets of which the database holds hashes only.

use std::time::Duration;

use rooms::Timestamp;

use super::Accounts;
use crate::ids;
use crate::mail::Mail;
use crate::model::MemberRecord;
use crate::wire::rfc3339;

/// Pauses before a mail is tried again; after the last one the member has to ask again.
const PAUSES: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(30)];

/// The language of a mail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MailLanguage {
    /// English.
    #[default]
    English,
    /// Spanish.
    Spanish,
}

impl MailLanguage {
    /// The language of a page, such as `es-MX`; English where there are no words in it.
    #[must_use]
    pub fn of(locale: &str) -> Self {
        let is_spanish = locale.get(..2).is_some_and(|language| language.eq_ignore_ascii_case("es"));
        if is_spanish { Self::Spanish } else { Self::English }
    }
}

/// What a member is mailed.
#[derive(Debug)]
pub(super) enum MemberMail<'a> {
    /// A link that sets a password.
    Password { link: &'a str, minutes: u64 },
    /// A link that signs in.
    SignIn { link: &'a str, minutes: u64 },
    /// That they were signed in on a browser that was not known.
    NewDevice { device: &'a str, address: &'a str, at: Timestamp },
    /// That they were invited to an org, with the link that sets their password.
    Invite { link: &'a str, org: &'a str, by: &'a str, hours: u64 },
    /// A link that makes an org.
    Registration { link: &'a str, minutes: u64, org: &'a str },
    /// That somebody asked for an org with an address that has an account.
    KnownAddress { link: &'a str },
    /// That two-step sign-in is on.
    TwoStepOn,
    /// That it is off.
    TwoStepOff,
    /// That somebody ended it for them.
    TwoStepReset { by: &'a str },
    /// That there are new recovery codes.
    NewRecoveryCodes,
    /// To an owner: that whoever runs the server works in their org.
    Acting { by: &'a str, org: &'a str, reason: &'a str, minutes: u64 },
}

impl MemberMail<'_> {
    fn subject(&self, language: MailLanguage) -> &'static str {
        match (self, language) {
            (Self::Password { .. }, MailLanguage::English) => "Choose a new password",
            (Self::Password { .. }, MailLanguage::Spanish) => "Elija una contraseña nueva",
            (Self::SignIn { .. }, MailLanguage::English) => "Your link to sign in",
            (Self::SignIn { .. }, MailLanguage::Spanish) => "Su enlace para entrar",
            (Self::NewDevice { .. }, MailLanguage::English) => "A new sign-in to your account",
            (Self::NewDevice { .. }, MailLanguage::Spanish) => "Un acceso nuevo a su cuenta",
            (Self::Invite { .. }, MailLanguage::English) => "You are invited",
            (Self::Invite { .. }, MailLanguage::Spanish) => "Le han invitado",
            (Self::Registration { .. }, MailLanguage::English) => "Confirm your address",
            (Self::Registration { .. }, MailLanguage::Spanish) => "Confirme su dirección",
            (Self::KnownAddress { .. }, MailLanguage::English) => "You have an account already",
            (Self::KnownAddress { .. }, MailLanguage::Spanish) => "Usted ya tiene una cuenta",
            (Self::TwoStepOn, MailLanguage::English) => "Two-step sign-in is on",
            (Self::TwoStepOn, MailLanguage::Spanish) => "El acceso en dos pasos está activado",
            (Self::TwoStepOff | Self::TwoStepReset { .. }, MailLanguage::English) => {
                "Two-step sign-in is off"
            }
            (Self::TwoStepOff | Self::TwoStepReset { .. }, MailLanguage::Spanish) => {
                "El acceso en dos pasos está desactivado"
            }
            (Self::Acting { .. }, MailLanguage::English) => "The platform works in your organisation",
            (Self::Acting { .. }, MailLanguage::Spanish) => "La plataforma trabaja en su organización",
            (Self::NewRecoveryCodes, MailLanguage::English) => "New recovery codes",
            (Self::NewRecoveryCodes, MailLanguage::Spanish) => "Códigos de recuperación nuevos",
        }
    }

    fn text(&self, name: &str, language: MailLanguage) -> String {
        match (self, language) {
            (Self::Password { link, minutes }, MailLanguage::English) => format!(
                "Hello {name},\n\nwith this link you choose a new password. It works once, within {minutes} \
                 minutes:\n\n{link}\n\nIf you did not ask for it, nothing has changed and you need not do anything.\n"
            ),
            (Self::Password { link, minutes }, MailLanguage::Spanish) => format!(
                "Hola, {name}:\n\ncon este enlace elige una contraseña nueva. Funciona una sola vez, durante {minutes} \
                 minutos:\n\n{link}\n\nSi no lo ha pedido, no ha cambiado nada y no tiene que hacer nada.\n"
            ),
            (Self::SignIn { link, minutes }, MailLanguage::English) => format!(
                "Hello {name},\n\nwith this link you sign in. It works once, within {minutes} minutes:\n\n{link}\n\n\
                 Give it to nobody. If you did not ask for it, you can delete this mail.\n"
            ),
            (Self::SignIn { link, minutes }, MailLanguage::Spanish) => format!(
                "Hola, {name}:\n\ncon este enlace entra en su cuenta. Funciona una sola vez, durante {minutes} \
                 minutos:\n\n{link}\n\nNo se lo dé a nadie. Si no lo ha pedido, puede borrar este correo.\n"
            ),
            (Self::NewDevice { device, address, at }, MailLanguage::English) => format!(
                "Hello {name},\n\nyour account was signed in on a browser that was not known before:\n\n{}\nIf it was \
                 not you, choose a new password and end your other sessions in the console.\n",
                device_lines(["Browser", "Address", "Time (UTC)"], device, address, *at)
            ),
            (Self::NewDevice { device, address, at }, MailLanguage::Spanish) => format!(
                "Hola, {name}:\n\nse ha entrado en su cuenta con un navegador que no se conocía:\n\n{}\nSi no ha sido \
                 usted, elija una contraseña nueva y cierre sus otras sesiones en la consola.\n",
                device_lines(["Navegador", "Dirección", "Hora (UTC)"], device, address, *at)
            ),
            (Self::Acting { by, org, reason, minutes }, MailLanguage::English) => format!(
                "Hello {name},\n\n{by}, who runs this server, sets up {org} for you for the next {minutes} minutes. Why:\n\n\
                 {reason}\n\nThey see and change settings, and no conversations. What they do stands in your audit log.\n"
            ),
            (Self::Acting { by, org, reason, minutes }, MailLanguage::Spanish) => format!(
                "Hola, {name}:\n\n{by}, que administra este servidor, configura {org} para usted durante los próximos \
                 {minutes} minutos. Motivo:\n\n{reason}\n\nVe y cambia ajustes, y ninguna conversación. Lo que haga queda \
                 en su registro de auditoría.\n"
            ),
            (Self::Invite { .. } | Self::Registration { .. } | Self::KnownAddress { .. }, language) => {
                self.beginning_text(name, language)
            }
            (
                Self::TwoStepOn | Self::TwoStepOff | Self::TwoStepReset { .. } | Self::NewRecoveryCodes,
                language,
            ) => self.two_step_text(name, language),
        }
    }
}

impl MemberMail<'_> {
    /// The text of the mails with which an account begins.
    fn beginning_text(&self, name: &str, language: MailLanguage) -> String {
        match (self, language) {
            (Self::Invite { link, org, by, hours }, MailLanguage::English) => format!(
                "Hello {name},\n\n{by} has invited you to {org} on Switchboard. With this link you choose your password; \
                 it works once, within {hours} hours:\n\n{link}\n\nIf you do not know what this is about, you can delete \
                 this mail.\n"
            ),
            (Self::Invite { link, org, by, hours }, MailLanguage::Spanish) => format!(
                "Hola, {name}:\n\n{by} le ha invitado a {org} en Switchboard. Con este enlace elige su contraseña; \
                 funciona una sola vez, durante {hours} horas:\n\n{link}\n\nSi no sabe de qué se trata, puede borrar este \
                 correo.\n"
            ),
            (Self::Registration { link, minutes, org }, MailLanguage::English) => format!(
                "Hello {name},\n\nwith this link you confirm your address and make {org}. It works once, within {minutes} \
                 minutes:\n\n{link}\n\nIf you did not ask for it, nothing was made and you need not do anything.\n"
            ),
            (Self::Registration { link, minutes, org }, MailLanguage::Spanish) => format!(
                "Hola, {name}:\n\ncon este enlace confirma su dirección y crea {org}. Funciona una sola vez, durante \
                 {minutes} minutos:\n\n{link}\n\nSi no lo ha pedido, no se ha creado nada y no tiene que hacer nada.\n"
            ),
            (Self::KnownAddress { link }, MailLanguage::English) => format!(
                "Hello {name},\n\nsomebody has asked for a new org with this address, which has an account already. Sign in \
                 here:\n\n{link}\n\nIf it was not you, nothing has changed and you need not do anything.\n"
            ),
            (Self::KnownAddress { link }, MailLanguage::Spanish) => format!(
                "Hola, {name}:\n\nalguien ha pedido una organización nueva con esta dirección, que ya tiene una cuenta. \
                 Entre aquí:\n\n{link}\n\nSi no ha sido usted, no ha cambiado nada y no tiene que hacer nada.\n"
            ),
            _ => String::new(),
        }
    }

    /// The text of the mails about two-step sign-in.
    fn two_step_text(&self, name: &str, language: MailLanguage) -> String {
        let (greeting, end) = match language {
            MailLanguage::English => (
                format!("Hello {name},"),
                "If it was not you, choose a new password, end your other sessions in the console, and tell an owner of \
                 your org.",
            ),
            MailLanguage::Spanish => (
                format!("Hola, {name}:"),
                "Si no ha sido usted, elija una contraseña nueva, cierre sus otras sesiones en la consola y avise a un \
                 propietario de su organización.",
            ),
        };
        let what = match (self, language) {
            (Self::TwoStepOn, MailLanguage::English) => {
                "two-step sign-in is on for your account: from now on a code of your app is asked for as well.".to_owned()
            }
            (Self::TwoStepOn, MailLanguage::Spanish) => {
                "el acceso en dos pasos está activado en su cuenta: desde ahora se pide también un código de su aplicación."
                    .to_owned()
            }
            (Self::TwoStepReset { by }, MailLanguage::English) => {
                format!("{by} has ended two-step sign-in for your account. You can set it up anew in the console.")
            }
            (Self::TwoStepReset { by }, MailLanguage::Spanish) => format!(
                "{by} ha desactivado el acceso en dos pasos de su cuenta. Puede configurarlo de nuevo en la consola."
            ),
            (Self::NewRecoveryCodes, MailLanguage::English) => {
                "new recovery codes were made for your account; the old ones no longer work.".to_owned()
            }
            (Self::NewRecoveryCodes, MailLanguage::Spanish) => {
                "se han creado códigos de recuperación nuevos para su cuenta; los anteriores ya no funcionan.".to_owned()
            }
            (_, MailLanguage::English) => "two-step sign-in is off for your account.".to_owned(),
            (_, MailLanguage::Spanish) => "el acceso en dos pasos está desactivado en su cuenta.".to_owned(),
        };
        format!("{greeting}\n\n{what}\n\n{end}\n")
    }
}

fn device_lines(labels: [&str; 3], device: &str, address: &str, at: Timestamp) -> String {
    let [browser, from, time] = labels;
    format!("{browser}: {device}\n{from}: {address}\n{time}: {}\n", rfc3339(at))
}

impl Accounts {
    /// Whether members can be mailed: a server is set, and the address that links lead to.
    #[must_use]
    pub fn can_mail_members(&self) -> bool {
        self.settings().smtp_url.is_some() && self.settings().public_url.is_some()
    }

    /// Mails a member; who asked for it does not wait.
    pub(super) fn mail_member(&self, member: &MemberRecord, mail: &MemberMail<'_>, language: MailLanguage) {
        self.mail_person(&member.email, &member.name, mail, language);
    }

    /// Mails somebody who may not be a member yet; who asked for it does not wait.
    pub(super) fn mail_person(&self, to: &str, name: &str, mail: &MemberMail<'_>, language: MailLanguage) {
        let mail = Mail {
            id: ids::new_id(),
            to: to.to_owned(),
            reply_to: None,
            subject: mail.subject(language).to_owned(),
            text: mail.text(name, language),
            html: None,
            sender_name: None,
            stop_url: None,
        };
        let mailer = self.parts.mailer.clone();
        self.parts.base.spawn_until_stop(async move {
            let mut pauses = PAUSES.into_iter();
            while let Err(error) = mailer.send(mail.clone()).await {
                let pause = pauses.next().filter(|_| error.may_pass());
                tracing::warn!(cause = error.cause(), "could not mail a member: {error}");
                let Some(pause) = pause else { return };
                tokio::time::sleep(pause).await;
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mail_says_what_it_must_in_each_language() {
        let link = "https://chat.example.com/console/password#token=abc";
        let (device, address) = ("Firefox", "192.0.2.7");
        for language in [MailLanguage::English, MailLanguage::Spanish] {
            for mail in [MemberMail::Password { link, minutes: 30 }, MemberMail::SignIn { link, minutes: 30 }]
            {
                let text = mail.text("Ana", language);
                assert!(text.contains(&format!("\n\n{link}\n\n")) && text.contains("30 min"), "{text}");
                assert!(text.contains("Ana") && !mail.subject(language).is_empty());
            }
            let (org, by) = ("Bright Lamp", "Bea");
            for mail in [
                MemberMail::Invite { link, org, by, hours: 72 },
                MemberMail::Registration { link, minutes: 30, org },
                MemberMail::KnownAddress { link },
            ] {
                let text = mail.text("Ana", language);
                assert!(text.contains("Ana") && text.contains(&format!("\n\n{link}\n\n")), "{text}");
                assert!(!mail.subject(language).is_empty());
            }
            for mail in [
                MemberMail::TwoStepOn,
                MemberMail::TwoStepOff,
                MemberMail::TwoStepReset { by: "Bea" },
                MemberMail::NewRecoveryCodes,
            ] {
                let (subject, text) = (mail.subject(language), mail.text("Ana", language));
                assert!(!subject.is_empty() && text.contains("Ana") && text.len() > 150, "{text}");
            }
            let text = MemberMail::TwoStepReset { by: "Bea" }.text("Ana", language);
            assert!(text.contains("Bea"), "{text}");
            let text = MemberMail::NewDevice { device, address, at: Timestamp(0) }.text("Ana", language);
            assert!(text.contains(device) && text.contains(address) && text.contains("1970-01-01"), "{text}");
        }
        assert_eq!(MailLanguage::of("es-MX"), MailLanguage::Spanish);
        assert_eq!(MailLanguage::of("e"), MailLanguage::English);
    }
}
