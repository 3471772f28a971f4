//! The routes: router and OpenAPI document are built from the same table.

use axum::extract::DefaultBodyLimit;
use axum::http::header::{self, HeaderValue};
use axum::routing::{any, get};
use axum::{Json, Router, middleware};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::api::Api;
use super::middleware::{answer, no_such_method, no_such_path};
use super::{
    acting, assistant_log, assistant_test, attachments, audit, auth, bulk, calls, canned_files,
    canned_replies, channels, commands, conversations, document, drafts, follows, health, install_check,
    knowledge, knowledge_pairs, mail_stop, member_pictures, members, notifications, orgs, own_voice,
    platform, providers, push, ratings, registration, replies, saved_views, search, security, sessions,
    settings, sign_in_links, submissions, suggestions, tickets, tokens, tools, two_step, usage, usage_sums,
    visitor_conversations, visitor_data, visitor_history, visitor_merges, visitors, webhooks, widget,
};

/// REST, its document and health. It has no fallback of its own outside `/api/v1`.
pub fn router(api: Api) -> Router {
    let (routes, document) = described().split_for_parts();
    let document = Json(document::finish(document));
    let cached = [(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    let common = middleware::from_fn_with_state(api.clone(), answer);
    // Nesting leaves the bare slash to the outside.
    let bare = Router::new().route("/api/v1/", any(no_such_path)).layer(common.clone());
    let inner = routes
        .route("/openapi.json", get(move || async move { (cached, document) }))
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .layer(common)
        .with_state(api.clone());
    Router::new()
        .nest(document::PREFIX, inner)
        .merge(bare)
        .merge(document::page())
        .merge(mail_stop::router(api.clone()))
        .merge(health::router(api))
}

/// The OpenAPI document.
#[cfg(test)]
pub(super) fn document() -> serde_json::Value {
    document::finish(described().split_for_parts().1)
}

fn described() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(document::base())
        .merge(live())
        .merge(files())
        .merge(voice())
        .merge(management())
        .merge(of_assistant())
        .merge(knowledge())
        .merge(outgoing())
        .merge(desk())
        .merge(protection())
        .merge(platform())
}

/// Routes of conversations.
fn live() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(widget::open_session))
        .routes(routes!(widget::begin, visitor_conversations::list))
        .routes(routes!(visitor_conversations::transcript_of_visitor, visitor_conversations::mail_transcript))
        .routes(routes!(
            visitor_conversations::transcript_of_agent,
            visitor_conversations::mail_transcript_of_agent
        ))
        .routes(routes!(mail_stop::stop))
        .routes(routes!(mail_stop::resume))
        .routes(routes!(widget::active))
        .routes(routes!(widget::message))
        .routes(routes!(widget::end))
        .routes(routes!(widget::handoff))
        .routes(routes!(widget::retry))
        .routes(routes!(widget::update_profile))
        .routes(routes!(member_pictures::get_for_visitors))
        .routes(routes!(widget::submit))
        .routes(routes!(visitors::get, visitor_data::erase))
        .routes(routes!(visitor_data::export))
        .routes(routes!(visitor_history::get))
        .routes(routes!(visitors::block))
        .routes(routes!(visitors::unblock))
        .routes(routes!(visitor_merges::merge))
        .routes(routes!(visitor_merges::unmerge))
        .routes(routes!(ratings::rate_message))
        .routes(routes!(ratings::rate_conversation))
        .routes(routes!(ratings::figures))
        .routes(routes!(conversations::list, conversations::begin))
        .routes(routes!(conversations::reopen))
        .routes(routes!(bulk::act))
        .routes(routes!(conversations::get, conversations::change))
        .routes(routes!(conversations::entries))
        .routes(routes!(conversations::queue))
        .routes(routes!(commands::message))
        .routes(routes!(commands::takeover))
        .routes(routes!(commands::release))
        .routes(routes!(commands::assign))
        .routes(routes!(commands::end))
        .routes(routes!(commands::handoff))
        .routes(routes!(commands::snooze))
        .routes(routes!(replies::mode))
        .routes(routes!(replies::hold))
        .routes(routes!(replies::send))
        .routes(routes!(replies::edit))
        .routes(routes!(replies::stop))
        .routes(routes!(suggestions::suggest))
        .routes(routes!(suggestions::rewrite))
        .routes(routes!(tickets::list))
        .routes(routes!(tickets::get))
        .routes(routes!(tickets::resolve))
}

/// Routes of files.
fn files() -> OpenApiRouter<Api> {
    // The handlers count a file's bytes by the setting for files.
    let uploads = OpenApiRouter::new()
        .routes(routes!(attachments::upload_of_visitor))
        .routes(routes!(attachments::upload_of_agent))
        .routes(routes!(canned_files::add))
        .layer(DefaultBodyLimit::disable());
    OpenApiRouter::new().routes(routes!(attachments::get)).merge(uploads)
}

/// Routes of calls.
fn voice() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(calls::start))
        .routes(routes!(calls::rejoin))
        .routes(routes!(calls::list))
        .routes(routes!(calls::get))
        .routes(routes!(own_voice::get))
        .routes(routes!(calls::join))
        .routes(routes!(calls::end))
        .routes(routes!(calls::recording, calls::remove_recording))
}

/// Routes of settings, providers and usage.
fn of_assistant() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(assistant_log::list))
        .routes(routes!(assistant_test::ask))
        .routes(routes!(assistant_test::handoff))
        .routes(routes!(assistant_test::handoff_words))
        .routes(routes!(settings::of_org, settings::change_org))
        .routes(routes!(settings::of_channel, settings::change_channel))
        .routes(routes!(settings::of_platform, settings::change_platform))
        .routes(routes!(settings::history))
        .routes(routes!(settings::restore))
        .routes(routes!(providers::list, providers::add))
        .routes(routes!(providers::change, providers::remove))
        .routes(routes!(providers::attempt))
        .routes(routes!(usage::standing))
        .routes(routes!(usage::days))
        .routes(routes!(usage::events))
        .routes(routes!(usage_sums::sums))
        .routes(routes!(usage_sums::export))
        .routes(routes!(usage::prices))
        .routes(routes!(usage::set_price))
}

/// Routes of the audit log, of security events and block lists.
fn protection() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(audit::list))
        .routes(routes!(audit::export))
        .routes(routes!(audit::list_of_platform))
        .routes(routes!(audit::export_of_platform))
        .routes(routes!(security::events))
        .routes(routes!(security::events_of_platform))
        .routes(routes!(security::addresses))
        .routes(routes!(security::addresses_of_platform))
        .routes(routes!(security::blocks, security::block))
        .routes(routes!(security::blocks_of_platform, security::block_on_platform))
        .routes(routes!(security::unblock))
        .routes(routes!(security::unblock_on_platform))
}

/// Routes of the server as whoever runs it sees it.
fn platform() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(platform::health))
        .routes(routes!(platform::nodes))
        .routes(routes!(platform::limits))
        .routes(routes!(platform::try_mail))
}

/// Routes of tools and webhooks.
fn outgoing() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(tools::list))
        .routes(routes!(tools::runs))
        .routes(routes!(tools::change))
        .routes(routes!(tools::attempt))
        .routes(routes!(tools::add))
        .routes(routes!(tools::change_platform, tools::remove))
        .routes(routes!(webhooks::list, webhooks::add))
        .routes(routes!(webhooks::deliveries))
        .routes(routes!(webhooks::replay))
        .routes(routes!(webhooks::change, webhooks::remove))
        .routes(routes!(webhooks::attempt))
        .routes(routes!(webhooks::rotate_secret))
        .routes(routes!(webhooks::end_old_secret))
        .routes(routes!(submissions::list))
        .routes(routes!(submissions::change))
}

/// Routes of what agents keep.
fn desk() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(canned_replies::list, canned_replies::make))
        .routes(routes!(canned_replies::export))
        .routes(routes!(canned_replies::import))
        .routes(routes!(canned_replies::change, canned_replies::delete))
        .routes(routes!(canned_replies::count_use))
        .routes(routes!(canned_files::get, canned_files::delete))
        .routes(routes!(notifications::list))
        .routes(routes!(notifications::mark_read))
        .routes(routes!(follows::get, follows::follow, follows::unfollow))
        .routes(routes!(notifications::choices, notifications::choose))
        .routes(routes!(push::list, push::subscribe))
        .routes(routes!(push::unsubscribe))
        .routes(routes!(drafts::list))
        .routes(routes!(drafts::set))
        .routes(routes!(saved_views::list, saved_views::make))
        .routes(routes!(saved_views::change, saved_views::delete))
        .routes(routes!(search::find))
}

/// Routes of accounts.
fn management() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(auth::login))
        .routes(routes!(sign_in_links::request))
        .routes(routes!(sign_in_links::sign_in))
        .routes(routes!(two_step::second_step))
        .routes(routes!(auth::verify))
        .routes(routes!(registration::request))
        .routes(routes!(registration::confirm))
        .routes(routes!(two_step::get, two_step::begin))
        .routes(routes!(two_step::confirm))
        .routes(routes!(two_step::renew_codes))
        .routes(routes!(two_step::end))
        .routes(routes!(two_step::reset))
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::end_others))
        .routes(routes!(sessions::end))
        .routes(routes!(auth::logout))
        .routes(routes!(auth::me))
        .routes(routes!(auth::socket_ticket))
        .routes(routes!(auth::password, auth::change_password))
        .routes(routes!(auth::setup_needed, auth::set_up))
        .routes(routes!(auth::demo))
        .routes(routes!(members::list, members::invite))
        .routes(routes!(members::change, members::remove))
        .routes(routes!(members::password_link))
        .routes(routes!(member_pictures::get, member_pictures::set, member_pictures::delete))
        .routes(routes!(channels::list, channels::make))
        .routes(routes!(channels::get, channels::change))
        .routes(routes!(channels::rotate_key))
        .routes(routes!(install_check::look))
        .routes(routes!(channels::rotate_identity_secret))
        .routes(routes!(channels::old_identity_secret, channels::end_old_identity_secret))
        .routes(routes!(tokens::list, tokens::make))
        .routes(routes!(tokens::delete))
        .routes(routes!(orgs::list, orgs::make))
        .routes(routes!(orgs::delete))
        .routes(routes!(orgs::suspend))
        .routes(routes!(orgs::resume))
        .routes(routes!(orgs::keep))
        .routes(routes!(acting::begin, acting::end))
        .routes(routes!(orgs::export))
}

/// Routes of knowledge.
fn knowledge() -> OpenApiRouter<Api> {
    // The handler counts a file's bytes by the setting for files.
    let files = OpenApiRouter::new().routes(routes!(knowledge::upload)).layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .routes(routes!(knowledge::list, knowledge::make))
        .routes(routes!(knowledge::get, knowledge::change, knowledge::delete))
        .routes(routes!(knowledge::refresh))
        .routes(routes!(knowledge::search))
        .routes(routes!(knowledge_pairs::list, knowledge_pairs::make))
        .routes(routes!(knowledge_pairs::change, knowledge_pairs::delete))
        .routes(routes!(knowledge_pairs::unanswered))
        .routes(routes!(knowledge_pairs::answer))
        .routes(routes!(knowledge_pairs::dismiss))
        .merge(files)
}
