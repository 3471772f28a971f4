//! `switchboard webhook create`, `set`, `delete`, `rotate` and `test`.

use clap::{ArgMatches, Command};
use serde_json::json;

use super::arguments::{
    all_given, changing, flag, given, is_on, needed, optional, positional, repeated, stored, switch, text,
};
use super::as_shell::in_org;
use super::channel_changes::{overlap, overlap_of};
use super::equipment::shown_webhook;
use super::input::secret_of;
use super::output::{Answer, Failure};
use super::terminal::Terminal;
use crate::audit::Act;
use crate::notify::WebhookFields;
use crate::refusal::ServiceError;
use crate::wire::rfc3339;

const KIND: &str =
    "Kind of event it is sent, such as message.created, in place of those of before; repeatable";
const SECRET: &str = "Read what deliveries are signed with from the first line of standard input";

pub(super) fn create_command() -> Command {
    let about = "Add a webhook; a secret that is made is printed, and cannot be shown again";
    stored(Command::new("create").about(about))
        .arg(positional("url", "URL that deliveries are sent to"))
        .arg(needed("org", "ID", "Org of the webhook"))
        .arg(repeated(
            "kind",
            "KIND",
            "Kind of event it is sent, such as message.created; every one by default",
        ))
        .arg(flag("secret-stdin", SECRET))
}

pub(super) fn set_command() -> Command {
    let command = of_webhook("set", "Change a webhook; a running server follows within a second")
        .arg(optional("url", "URL", "URL that deliveries are sent to"))
        .arg(repeated("kind", "KIND", KIND))
        .arg(flag("every-kind", "Send it every kind of event").conflicts_with("kind"))
        .arg(switch("active", "Whether it is sent anything"))
        .arg(flag("secret-stdin", SECRET));
    changing(command, ["url", "kind", "every-kind", "active", "secret-stdin"])
}

pub(super) fn delete_command() -> Command {
    of_webhook("delete", "Delete a webhook with everything that waits for it")
}

pub(super) fn rotate_command() -> Command {
    let about = "Give a webhook a new secret and print it; it cannot be shown again";
    of_webhook("rotate", about).arg(overlap())
}

pub(super) fn test_command() -> Command {
    of_webhook("test", "Send a webhook an event of the kind webhook.test, which a running server delivers")
}

fn of_webhook(name: &'static str, about: &'static str) -> Command {
    stored(Command::new(name).about(about)).arg(positional("id", "Id of the webhook")).arg(needed(
        "org",
        "ID",
        "Org of the webhook",
    ))
}

fn no_webhook(error: ServiceError) -> Failure {
    Failure::naming("webhook with this id in this org")(error)
}

pub(super) async fn create(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let fields = WebhookFields {
        url: given(args, "url"),
        kinds: all_given(args, "kind"),
        active: Some(true),
        secret: secret_of(args, "secret-stdin", terminal)?,
    };
    in_org(args, terminal, async |shell| {
        let (webhook, made) = shell.services.notifier.add_webhook(&shell.principal, fields).await?;
        let answer = shown_webhook(&webhook);
        Ok(match made {
            Some(secret) => answer.with_secret("Its secret", &secret),
            None => answer,
        })
    })
    .await
}

pub(super) async fn set(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let kinds = all_given(args, "kind");
    let fields = WebhookFields {
        url: given(args, "url"),
        kinds: kinds.or_else(|| args.get_flag("every-kind").then(Vec::new)),
        active: is_on(args, "active"),
        secret: secret_of(args, "secret-stdin", terminal)?,
    };
    in_org(args, terminal, async |shell| {
        let notifier = &shell.services.notifier;
        let changed = notifier.change_webhook(&shell.principal, text(args, "id"), fields).await;
        Ok(shown_webhook(&changed.map_err(no_webhook)?))
    })
    .await
}

pub(super) async fn delete(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let id = text(args, "id");
    in_org(args, terminal, async |shell| {
        let removed = shell.services.notifier.remove_webhook(&shell.principal, id).await;
        removed.map_err(no_webhook)?;
        Ok(Answer::new(json!({ "webhook_id": id, "deleted": true }), format!("Deleted the webhook {id}.")))
    })
    .await
}

pub(super) async fn rotate(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let overlap = overlap_of(args)?;
    in_org(args, terminal, async |shell| {
        let notifier = &shell.services.notifier;
        let rotated = notifier.rotate_webhook_secret(&shell.principal, text(args, "id"), overlap).await;
        let (webhook, secret, until) = rotated.map_err(no_webhook)?;
        let until = until.map(rfc3339);
        let mut answer = shown_webhook(&webhook).with_secret("Its new secret", &secret);
        answer.json["old_signs_until"] = json!(until);
        let old = match until {
            Some(until) => format!("The old one signs beside it until {until}."),
            None => "The old one signs no more.".to_owned(),
        };
        answer.words.push_str(&format!("\n{old}"));
        Ok(answer)
    })
    .await
}

pub(super) async fn test(args: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<Answer, Failure> {
    let id = text(args, "id");
    in_org(args, terminal, async |shell| {
        let delivery =
            shell.services.notifier.test_webhook(&shell.principal, id).await.map_err(no_webhook)?;
        shell.record(Act::WebhookTested, id).await?;
        let json =
            json!({ "webhook_id": id, "delivery_id": delivery.id.to_string(), "status": delivery.status });
        Ok(Answer::new(json, format!("A running server delivers it; the delivery is {}.", delivery.id)))
    })
    .await
}
