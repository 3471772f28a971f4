//! What a widget is told of its channel: its look, its forms, its limits, and whether people are there.

use rooms::{Timestamp, User};
use serde::Serialize;
use utoipa::ToSchema;

use super::enums::{FormFieldType, WidgetPosition, WidgetTheme};
use super::views::some_text;
use crate::accounts::Look;
use crate::handover::Availability;
use crate::hub::{ATTACHMENTS_MAX, CONSENT_ATTRIBUTE};
use crate::model::ChannelRecord;
use crate::org_settings::{Effective, Form, FormField, FormFieldKind};
use crate::wire::rfc3339;

/// The assistant's name and picture as shown in the widget.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Assistant)]
struct AssistantView {
    name: String,
    /// URL of the assistant's picture.
    picture: Option<String>,
}

/// What the welcome card shows besides the greeting.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WidgetWelcome)]
struct WelcomeView {
    /// URL of a picture.
    picture: Option<String>,
    /// URL of a short video, to be played without sound.
    video: Option<String>,
    /// Suggested first questions.
    questions: Vec<String>,
}

/// Files that visitors may send.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WidgetFiles)]
struct FilesView {
    /// Their content types.
    #[schema(value_type = Vec<String>)]
    types: Vec<&'static str>,
    /// Maximum size of a picture in bytes.
    max_bytes: usize,
    /// Maximum size of another file in bytes.
    document_max_bytes: usize,
    /// Maximum number of files in one message.
    max_files: usize,
}

/// What visitors are asked before they write.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WidgetForm)]
struct FormView {
    #[schema(required = true)]
    title: Option<String>,
    fields: Vec<FormFieldView>,
}

/// A field of a form.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WidgetFormField)]
struct FormFieldView {
    /// The attribute that the answer becomes.
    name: String,
    /// What is asked for; answers to `name`, `email` and `phone` become the visitor's own.
    #[serde(rename = "type")]
    #[schema(value_type = FormFieldType)]
    kind: &'static str,
    label: String,
    required: bool,
    /// What may be chosen, for a `choice`.
    options: Vec<String>,
    /// What a `consent` is about.
    #[schema(required = true)]
    link: Option<String>,
}

/// The form before a chat, and in it what visitors agree to; a form that asks nothing else is made for it.
fn prechat_form(settings: &Effective) -> Option<FormView> {
    let own = settings.prechat_form.as_ref().map(FormView::from);
    let Some(label) = some_text(&settings.consent_text) else { return own };
    let mut form = own.unwrap_or(FormView { title: None, fields: Vec::new() });
    form.fields.retain(|field| field.name != CONSENT_ATTRIBUTE);
    form.fields.push(FormFieldView {
        name: CONSENT_ATTRIBUTE.to_owned(),
        kind: FormFieldKind::Consent.as_str(),
        label,
        required: true,
        options: Vec::new(),
        link: some_text(&settings.consent_link),
    });
    Some(form)
}

impl From<&Form> for FormView {
    fn from(form: &Form) -> Self {
        Self { title: form.title.clone(), fields: form.fields.iter().map(FormFieldView::from).collect() }
    }
}

impl From<&FormField> for FormFieldView {
    fn from(field: &FormField) -> Self {
        Self {
            name: field.name.clone(),
            kind: field.kind.as_str(),
            label: field.label.clone(),
            required: field.required,
            options: field.options.clone(),
            link: field.link.clone(),
        }
    }
}

/// An agent; their picture is at `/widget/members/{id}/picture`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WidgetPerson)]
struct PersonView {
    id: String,
    name: String,
}

impl From<&User> for PersonView {
    fn from(agent: &User) -> Self {
        Self { id: agent.id.to_string(), name: agent.name.to_string() }
    }
}

/// Whether people are there to answer now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WidgetAvailability)]
struct AvailabilityView {
    /// Agents who are online or busy.
    online: usize,
    /// At most three of them; none where the channel does not show them.
    people: Vec<PersonView>,
    /// Whether it is within the channel's hours.
    is_open: bool,
    /// When the hours begin again; null within them.
    reopens_at: Option<String>,
    /// Median wait of recent requests for a person; null if too few were measured.
    usual_wait_seconds: Option<i64>,
}

impl From<Availability> for AvailabilityView {
    fn from(there: Availability) -> Self {
        Self {
            online: there.online_count,
            people: there.people.iter().map(PersonView::from).collect(),
            is_open: there.is_open,
            reopens_at: there.reopens_at.map(|at: Timestamp| rfc3339(at)),
            usual_wait_seconds: there.usual_wait_ms.map(|ms| ms / 1_000),
        }
    }
}

/// Channel configuration for the widget.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WidgetChannel)]
pub(super) struct WidgetChannelView {
    id: String,
    name: String,
    color: String,
    greeting: Option<String>,
    /// The language; null for the browser's.
    locale: Option<String>,
    #[schema(value_type = WidgetPosition)]
    position: String,
    #[schema(value_type = WidgetTheme)]
    theme: String,
    /// Words beside the launcher.
    launcher_label: Option<String>,
    /// The assistant that answers first; null if people do.
    assistant: Option<AssistantView>,
    welcome: WelcomeView,
    /// Suggested first questions, as in `welcome`.
    welcome_questions: Vec<String>,
    /// What is said out of hours; null for the widget's own words.
    offline_text: Option<String>,
    /// Whether visitors choose between the assistant and a person before they write.
    first_choice: bool,
    /// What visitors are asked before they write.
    prechat_form: Option<FormView>,
    /// Whether a form is offered out of hours.
    offline_form: bool,
    /// Whether conversations that have ended may be rated.
    ratings: bool,
    /// Whether queries and fragments of page addresses are wanted.
    keep_page_query: bool,
    /// Whether this server can send mail to visitors.
    mail: bool,
    handoff_enabled: bool,
    /// Whether calls can be had.
    voice_enabled: bool,
    /// Maximum length of a visitor message in Unicode code points.
    visitor_message_max_chars: usize,
    files: FilesView,
    availability: AvailabilityView,
}

/// What the server adds to what is set.
pub(super) struct ChannelFacts {
    pub(super) visitor_message_max_chars: usize,
    pub(super) voice_enabled: bool,
    /// Content types of files that may be sent.
    pub(super) file_types: Vec<&'static str>,
    /// Maximum size of a picture, in bytes.
    pub(super) file_max_bytes: usize,
    /// Maximum size of what is no picture, in bytes.
    pub(super) document_max_bytes: usize,
    pub(super) has_mail: bool,
    pub(super) availability: Availability,
}

impl WidgetChannelView {
    pub(super) fn new(channel: &ChannelRecord, settings: &Effective, facts: ChannelFacts) -> Self {
        let look = Look::of(channel, settings);
        Self {
            id: channel.id.to_string(),
            name: channel.name.clone(),
            color: look.color.to_owned(),
            greeting: some_text(look.greeting),
            locale: look.language.map(str::to_owned),
            position: settings.widget_position.clone(),
            theme: settings.widget_theme.clone(),
            launcher_label: some_text(&settings.launcher_label),
            assistant: channel.has_assistant.then(|| AssistantView {
                name: settings.assistant_name.clone(),
                picture: some_text(&settings.assistant_picture),
            }),
            welcome: WelcomeView {
                picture: some_text(&settings.widget_picture),
                video: some_text(&settings.widget_video),
                questions: settings.welcome_questions.clone(),
            },
            welcome_questions: settings.welcome_questions.clone(),
            offline_text: some_text(&settings.offline_text),
            first_choice: settings.first_choice && channel.has_assistant && channel.handoff_enabled,
            prechat_form: prechat_form(settings),
            offline_form: settings.offline_form,
            ratings: settings.ask_rating,
            keep_page_query: settings.keep_page_query,
            mail: facts.has_mail,
            handoff_enabled: channel.handoff_enabled,
            voice_enabled: facts.voice_enabled,
            visitor_message_max_chars: facts.visitor_message_max_chars,
            files: FilesView {
                types: facts.file_types,
                max_bytes: facts.file_max_bytes,
                document_max_bytes: facts.document_max_bytes,
                max_files: ATTACHMENTS_MAX,
            },
            availability: facts.availability.into(),
        }
    }
}
