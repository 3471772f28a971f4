//! What accounts decide, over a real database without a socket.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;
use tempfile::TempDir;

use super::{
    Accounts, ChannelFields, Entry, IssuerFields, MemberFields, MemberPatch, NewToken, SignInFrom,
    TokenOwner, WidgetRequest,
};
use crate::app::{Models, Services};
use crate::auth::{Principal, PrincipalKind};
use crate::base::Base;
use crate::clock::{Clock as _, ManualClock, SystemClock};
use crate::config::Settings;
use crate::crypto::MasterKeys;
use crate::db::Db;
use crate::limits::Source;
use crate::llm::EnvironmentKeys;
use crate::model::{MemberRecord, OrgRecord, Patch, Role, VisitorChange};
use crate::refusal::ServiceError;
use crate::wire::{ErrorCode, PageViewData};

const PASSWORD: &str = "correct horse battery";
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const SECRET: &str = "a shared secret of the site";

fn from_here() -> SignInFrom<'static> {
    SignInFrom { address: HERE, device: None, browser: None, locale: "" }
}

struct Desk {
    accounts: Accounts,
    clock: Arc<ManualClock>,
    data: TempDir,
}

impl Desk {
    async fn open(settings: Settings) -> Self {
        let data = tempfile::tempdir().unwrap();
        let settings = Arc::new(settings);
        let db = Db::open(None, data.path(), 2).await.unwrap();
        let now_ms = SystemClock.now_ms();
        let clock = ManualClock::at(now_ms);
        let keys = MasterKeys::load(None, data.path()).unwrap();
        let base = Base::new(db, clock.clone(), settings);
        let accounts =
            Services::new(base, keys, EnvironmentKeys::default(), Models::default()).unwrap().accounts;
        Self { accounts, clock, data }
    }

    async fn org(&self) -> OrgRecord {
        self.accounts.directory().create_org("Shop").await.unwrap()
    }

    async fn member(&self, org: &OrgRecord, email: &str, role: Role) -> MemberRecord {
        let fields = MemberFields {
            email: email.to_owned(),
            name: None,
            role,
            platform_admin: false,
            password: Some(PASSWORD.into()),
        };
        self.accounts.directory().create_member(org.id, fields).await.unwrap()
    }

    async fn by_token(&self, member: &MemberRecord) -> Principal {
        let owner = TokenOwner::Agent(member.id);
        let (_, token) = self.accounts.directory().create_token(owner, NewToken::default()).await.unwrap();
        self.accounts.authenticate(token.expose(), Entry::Rest, None).await.unwrap()
    }
}

fn code<T>(outcome: Result<T, ServiceError>) -> Option<ErrorCode> {
    outcome.err().map(|error| error.code())
}

#[tokio::test]
async fn a_ticket_opens_one_socket_while_its_session_lives() {
    let desk = Desk::open(Settings::defaults()).await;
    let org = desk.org().await;
    desk.member(&org, "ana@example.com", Role::Agent).await;
    let accounts = &desk.accounts;
    let signed_in =
        accounts.sessions().sign_in("ana@example.com", PASSWORD.into(), from_here()).await.unwrap();
    let session = accounts.authenticate_session(signed_in.token.expose()).await.unwrap();

    let ticket = accounts.sessions().socket_ticket(&session).await.unwrap();
    assert_eq!(
        code(accounts.authenticate(ticket.expose(), Entry::Rest, None).await),
        Some(ErrorCode::Unauthenticated)
    );
    let socket = accounts.authenticate(ticket.expose(), Entry::Socket, None).await.unwrap();
    assert_eq!((socket.credential, socket.expires_at), (session.credential.clone(), session.expires_at));
    assert!(accounts.authenticate(ticket.expose(), Entry::Socket, None).await.is_err(), "one use");

    let late = accounts.sessions().socket_ticket(&session).await.unwrap();
    desk.clock.advance(61_000);
    assert!(accounts.authenticate(late.expose(), Entry::Socket, None).await.is_err(), "60 s");
    let ended = accounts.sessions().socket_ticket(&session).await.unwrap();
    accounts.sessions().sign_out(&session).await.unwrap();
    assert!(accounts.authenticate(ended.expose(), Entry::Socket, None).await.is_err(), "signed out");
    let token = signed_in.token.expose();
    assert!(accounts.authenticate(token, Entry::Socket, None).await.is_err(), "cookies open no sockets");
}

#[tokio::test]
async fn a_session_ends_by_itself_and_an_inactive_member_is_nobody() {
    let desk = Desk::open(Settings::defaults()).await;
    let org = desk.org().await;
    let owner = desk.member(&org, "owner@example.com", Role::Owner).await;
    let ana = desk.member(&org, "ana@example.com", Role::Agent).await;
    let accounts = &desk.accounts;
    let signed_in =
        accounts.sessions().sign_in("ana@example.com", PASSWORD.into(), from_here()).await.unwrap();
    desk.clock.advance(24 * 3_600_000);
    assert!(accounts.authenticate_session(signed_in.token.expose()).await.is_err());
    let (_, token) =
        accounts.directory().create_token(TokenOwner::Agent(ana.id), NewToken::default()).await.unwrap();

    let by = desk.by_token(&owner).await;
    accounts.members().remove(&by, &ana.id.to_string()).await.unwrap();

    assert!(accounts.authenticate(token.expose(), Entry::Socket, None).await.is_err());
    let refused = accounts.sessions().sign_in("ana@example.com", PASSWORD.into(), from_here()).await;
    assert_eq!(code(refused), Some(ErrorCode::Unauthenticated));
}

#[tokio::test]
async fn an_org_keeps_its_last_owner() {
    let desk = Desk::open(Settings::defaults()).await;
    let org = desk.org().await;
    let first = desk.member(&org, "first@example.com", Role::Owner).await;
    let second = desk.member(&org, "second@example.com", Role::Owner).await;
    let (by_first, by_second) = (desk.by_token(&first).await, desk.by_token(&second).await);
    let demote = || MemberPatch { role: Some(Role::Agent), ..MemberPatch::default() };

    // Both decide at once, each with the rights they had.
    let (first_id, second_id) = (first.id.to_string(), second.id.to_string());
    let outcomes = [
        desk.accounts.members().change(&by_first, &second_id, demote()).await,
        desk.accounts.members().change(&by_second, &first_id, demote()).await,
    ];

    assert_eq!(outcomes.map(code), [None, Some(ErrorCode::Conflict)]);
}

#[tokio::test]
async fn two_hundred_guesses_from_fifty_addresses_leave_the_owner_their_own_browser() {
    let desk = Desk::open(Settings::defaults()).await;
    let org = desk.org().await;
    desk.member(&org, "ana@example.com", Role::Owner).await;
    let sessions = desk.accounts.sessions();
    let signed_in = sessions.sign_in("ana@example.com", PASSWORD.into(), from_here()).await.unwrap();

    let mut codes = Vec::new();
    for number in 0..200_u8 {
        let address = IpAddr::V4(Ipv4Addr::new(192, 0, 2, number % 50));
        let stranger = SignInFrom { address, ..from_here() };
        codes.push(code(sessions.sign_in("ana@example.com", "guess".into(), stranger).await));
    }

    assert_eq!(codes.last(), Some(&Some(ErrorCode::RateLimited)), "guesses are stopped: {codes:?}");
    let known = SignInFrom { device: Some(&signed_in.device), ..from_here() };
    assert!(sessions.sign_in("ana@example.com", PASSWORD.into(), known).await.is_ok());
}

#[tokio::test]
async fn strangers_who_guess_do_not_lock_out_a_device_that_is_known() {
    let settings =
        Settings { login_attempts_per_minute: 3, account_attempts_per_minute: 5, ..Settings::defaults() };
    let desk = Desk::open(settings).await;
    let org = desk.org().await;
    desk.member(&org, "ana@example.com", Role::Owner).await;
    let stranger = |last| SignInFrom { address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)), ..from_here() };
    let home = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1));
    let own = SignInFrom { address: home, ..from_here() };
    let signed_in = desk.accounts.sessions().sign_in("ana@example.com", PASSWORD.into(), own).await.unwrap();
    let device = signed_in.device.clone();

    let mut refusals = Vec::new();
    for last in 0..8 {
        let refused =
            desk.accounts.sessions().sign_in("Ana@example.com", "wrong".into(), stranger(last)).await;
        refusals.push(code(refused));
    }

    let refused_count = refusals.iter().filter(|code| **code == Some(ErrorCode::RateLimited)).count();
    assert_eq!(refused_count, 4, "one of the five was the owner's own: {refusals:?}");
    let unknown = desk.accounts.sessions().sign_in("ana@example.com", PASSWORD.into(), own).await;
    assert_eq!(code(unknown), Some(ErrorCode::RateLimited), "the account's count is used up for the unknown");
    let known = SignInFrom { device: Some(&device), ..own };
    for _ in 0..3 {
        assert!(desk.accounts.sessions().sign_in("ana@example.com", PASSWORD.into(), known).await.is_ok());
    }
    let too_many = desk.accounts.sessions().sign_in("ana@example.com", PASSWORD.into(), known).await;
    assert_eq!(code(too_many), Some(ErrorCode::RateLimited), "a known device has its own count");
    let foreign = SignInFrom { device: Some(&device), ..stranger(77) };
    let other = desk.accounts.sessions().sign_in("bob@example.com", "wrong".into(), foreign).await;
    assert_eq!(code(other), Some(ErrorCode::Unauthenticated), "a mark is of one account");
}

#[tokio::test]
async fn attempts_from_one_address_for_one_account_are_counted() {
    let desk = Desk::open(Settings { login_attempts_per_minute: 3, ..Settings::defaults() }).await;
    let from = SignInFrom { device: Some("nonsense"), ..from_here() };
    for _ in 0..3 {
        let refused = desk.accounts.sessions().sign_in("ana@example.com", "wrong".into(), from).await;
        assert_eq!(code(refused), Some(ErrorCode::Unauthenticated));
    }

    let refused = desk.accounts.sessions().sign_in("ana@example.com", "wrong".into(), from).await;

    assert_eq!(code(refused), Some(ErrorCode::RateLimited));
}

#[tokio::test]
async fn a_sites_own_token_is_a_visitor_of_its_channel_known_by_sub() {
    let desk = Desk::open(Settings::defaults()).await;
    let org = desk.org().await;
    let owner = desk.member(&org, "owner@example.com", Role::Owner).await;
    let by = desk.by_token(&owner).await;
    let fields = |name: &str| ChannelFields {
        name: Some(name.to_owned()),
        issuer: Patch::Set(IssuerFields {
            issuer: "https://shop.example".to_owned(),
            audience: "chat".to_owned(),
            jwks_url: None,
            shared_secret: Some(SECRET.to_owned()),
        }),
        ..ChannelFields::default()
    };
    let made = desk.accounts.channels().create(&by, fields("Site")).await.unwrap();
    let token = |sub: &str, secret: &str| {
        let exp = SystemClock.now_ms() / 1_000 + 600;
        let claims =
            json!({ "iss": "https://shop.example", "aud": "chat", "sub": sub, "exp": exp, "name": "Ana" });
        encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
    };

    let first = desk.accounts.authenticate(&token("7", SECRET), Entry::Socket, None).await.unwrap();
    let again = desk.accounts.authenticate(&token("7", SECRET), Entry::Rest, None).await.unwrap();
    let other = desk.accounts.authenticate(&token("8", SECRET), Entry::Rest, None).await.unwrap();

    assert_eq!(first.kind, PrincipalKind::Visitor { channel: made.channel.id });
    assert_eq!((&*first.user.name, first.user.id), ("Ana", again.user.id));
    assert_ne!(first.user.id, other.user.id);
    let forged =
        desk.accounts.authenticate(&token("7", "another secret entirely"), Entry::Socket, None).await;
    assert_eq!(code(forged), Some(ErrorCode::Unauthenticated));
    assert!(first.expires_at.is_some_and(|at| at > desk.accounts.now()), "a socket ends with its token");

    let other = desk.accounts.channels().create(&by, fields("Other")).await.unwrap();
    let unsure = desk.accounts.authenticate(&token("7", SECRET), Entry::Socket, None).await;
    assert_eq!(code(unsure), Some(ErrorCode::Unauthenticated), "two channels name this issuer");
    let key = Some(made.channel.key.as_str());
    let meant = desk.accounts.authenticate(&token("7", SECRET), Entry::Socket, key).await.unwrap();
    assert_eq!(meant.user.id, first.user.id);
    let key = Some(other.channel.key.as_str());
    let elsewhere = desk.accounts.authenticate(&token("7", SECRET), Entry::Socket, key).await.unwrap();
    assert_eq!(elsewhere.kind, PrincipalKind::Visitor { channel: other.channel.id });
}

#[tokio::test]
async fn a_channel_without_origins_serves_only_pages_of_this_server_unless_that_is_loopback() {
    for (public_url, allowed) in [
        (None, false),
        (Some("https://chat.example.com"), false),
        (Some("http://localhost:8080"), true),
        (Some("http://127.0.0.1:8080"), true),
        (Some("http://[::1]:8080"), true),
    ] {
        let public_url = public_url.map(|url| url.parse().unwrap());
        let desk = Desk::open(Settings { public_url, ..Settings::defaults() }).await;
        let org = desk.org().await;
        let made = desk.accounts.directory().create_channel(org.id, "Site", &[]).await.unwrap();
        let request = || WidgetRequest {
            channel_key: made.channel.key.clone(),
            visitor_token: None,
            identity: None,
            page: None,
            locale: None,
            browser: None,
            address: HERE,
        };

        let host = Some("hub.example:8080");
        let page = desk.accounts.widget_sessions().open(request(), Some("https://any.example"), host).await;
        assert_eq!(page.is_ok(), allowed, "{:?}", desk.accounts.settings().public_url);
        let own =
            desk.accounts.widget_sessions().open(request(), Some("http://hub.example:8080"), host).await;
        assert!(own.is_ok(), "a page of this server");
        assert!(
            desk.accounts.widget_sessions().open(request(), None, host).await.is_ok(),
            "a server has no origin"
        );
    }
}

#[tokio::test]
async fn the_demo_is_made_once_and_only_where_it_is_asked_for() {
    let base = "http://localhost:8080";
    let plain = Desk::open(Settings::defaults()).await;
    assert!(plain.accounts.ensure_demo(base).await.unwrap().is_none());
    assert_eq!(code(plain.accounts.demo_channel_key().await), Some(ErrorCode::NotFound));
    let desk = Desk::open(Settings { demo: true, ..Settings::defaults() }).await;

    let demo = desk.accounts.ensure_demo(base).await.unwrap().unwrap();

    assert!(desk.accounts.ensure_demo(base).await.unwrap().is_none());
    assert!(desk.accounts.demo_channel_key().await.unwrap().starts_with("swk_"));
    let signed_in =
        desk.accounts.sessions().sign_in(demo.email, demo.password.into(), from_here()).await.unwrap();
    assert!(signed_in.member.platform_admin);
    assert_eq!(desk.accounts.first_setup().link(base).await.unwrap(), None);
}

#[tokio::test]
async fn what_is_remembered_of_a_visitor_never_outlives_what_is_stored() {
    let desk = Desk::open(Settings { visitor_token_ttl_d: 1, ..Settings::defaults() }).await;
    let org = desk.org().await;
    let owner = desk.member(&org, "owner@example.com", Role::Owner).await;
    let by = desk.by_token(&owner).await;
    let origins = ["https://one.example".to_owned()];
    let channel = desk.accounts.directory().create_channel(org.id, "Site", &origins).await.unwrap().channel;
    let request = WidgetRequest {
        channel_key: channel.key.clone(),
        visitor_token: None,
        identity: None,
        page: None,
        locale: None,
        browser: None,
        address: HERE,
    };
    let session = desk.accounts.widget_sessions().open(request, None, None).await.unwrap();
    let hello = async |origin: &'static str| {
        let mut principal = desk.accounts.authenticate(&session.token, Entry::Socket, None).await?;
        desk.accounts.check_origin(&mut principal, Entry::Socket, Some(origin), None).await?;
        Ok::<_, ServiceError>(principal)
    };
    let first = hello("https://one.example").await.unwrap();
    let again = hello("https://one.example").await.unwrap();
    assert_eq!(format!("{again:?}"), format!("{first:?}"), "from memory as from storage");

    let name = VisitorChange { name: Some("Ana".to_owned()), ..VisitorChange::default() };
    let now = desk.accounts.now();
    desk.accounts.db().visitors().change(org.id, session.visitor.id, &name, now).await.unwrap();
    assert_eq!(&*hello("https://one.example").await.unwrap().user.name, "Ana");

    let id = channel.id.to_string();
    let fields = ChannelFields {
        origins: Some(vec!["https://two.example".to_owned()]),
        visitor_message_max_chars: Patch::Set(77),
        ..ChannelFields::default()
    };
    desk.accounts.channels().change(&by, &id, fields).await.unwrap();
    assert_eq!(code(hello("https://one.example").await), Some(ErrorCode::Forbidden));
    assert_eq!(hello("https://two.example").await.unwrap().message_max_chars, Some(77));
    let rotated = desk.accounts.channels().rotate_key(&by, &id).await.unwrap();
    assert_eq!(desk.accounts.channels().get(&by, &id).await.unwrap().key, rotated.key);

    desk.clock.advance(24 * 3_600_000 - 1);
    hello("https://two.example").await.unwrap();
    desk.clock.advance(1);
    assert_eq!(code(hello("https://two.example").await), Some(ErrorCode::Unauthenticated));
}

#[tokio::test]
async fn what_another_process_takes_from_agents_is_gone_at_once() {
    let desk = Desk::open(Settings::defaults()).await;
    let org = desk.org().await;
    let shell = Db::open(None, desk.data.path(), 1).await.unwrap();
    let ana = desk.member(&org, "ana@example.com", Role::Agent).await;
    let (_, token) =
        desk.accounts.directory().create_token(TokenOwner::Agent(ana.id), NewToken::default()).await.unwrap();
    let from = from_here();
    let signed_in = desk.accounts.sessions().sign_in(&ana.email, PASSWORD.into(), from).await.unwrap();
    let session = desk.accounts.authenticate_session(signed_in.token.expose()).await.unwrap();
    let by_token = desk.accounts.authenticate(token.expose(), Entry::Socket, None).await.unwrap();
    assert_eq!((session.user, &session.kind), (by_token.user.clone(), &by_token.kind));
    let ticket = desk.accounts.authenticate_session(signed_in.token.expose()).await.unwrap();
    let ticket = desk.accounts.sessions().socket_ticket(&ticket).await.unwrap();

    let id = |credential: &str| credential.split_once(':').unwrap().1.to_owned();
    let now = desk.accounts.now();
    let token_id = id(&by_token.credential).parse().unwrap();
    assert!(shell.credentials().remove_api_token(org.id, token_id, now).await.unwrap());
    shell.credentials().end_session(org.id, id(&session.credential).parse().unwrap(), now).await.unwrap();

    let refused = Some(ErrorCode::Unauthenticated);
    assert_eq!(code(desk.accounts.authenticate(token.expose(), Entry::Socket, None).await), refused);
    assert_eq!(code(desk.accounts.authenticate(ticket.expose(), Entry::Socket, None).await), refused);
    assert_eq!(code(desk.accounts.authenticate_session(signed_in.token.expose()).await), refused);
}

#[tokio::test]
async fn the_newest_fifty_pages_of_a_visitor_are_kept() {
    let desk = Desk::open(Settings { page_views_per_minute: 1_000, ..Settings::defaults() }).await;
    let org = desk.org().await;
    let boss = desk.member(&org, "boss@example.com", Role::Owner).await;
    let made = desk.accounts.directory().create_channel(org.id, "Web", &[]).await.unwrap();
    let request = WidgetRequest {
        channel_key: made.channel.key.clone(),
        visitor_token: None,
        identity: None,
        page: None,
        locale: None,
        browser: None,
        address: HERE,
    };
    let session = desk.accounts.widget_sessions().open(request, None, None).await.unwrap();
    let visitor = desk.accounts.authenticate(&session.token, Entry::Rest, None).await.unwrap();
    let view = async |n: usize| {
        let view = PageViewData { url: format!("https://a.example/{n}"), title: None, referrer: None };
        desk.accounts.hub().view_page(&visitor, Source::Address(HERE), view).await.unwrap();
    };

    for n in 0..53 {
        view(n).await;
        desk.clock.advance(1_000);
    }
    view(53).await;
    desk.clock.advance(999);
    view(54).await;

    let by = desk.by_token(&boss).await;
    let (_, visits) = desk.accounts.hub().visitor(&by, &visitor.user.id.to_string()).await.unwrap();
    let urls: Vec<_> = visits.iter().filter_map(|visit| visit.page.url.as_deref()).collect();
    assert_eq!(urls.len(), 50);
    assert_eq!(urls[..2], ["https://a.example/54", "https://a.example/52"], "53 was left within a second");
    assert_eq!(urls[49], "https://a.example/4");
}

#[tokio::test]
async fn a_session_is_noted_as_used_now_and_then() {
    let desk = Desk::open(Settings::defaults()).await;
    let org = desk.org().await;
    desk.member(&org, "ana@example.com", Role::Agent).await;
    let sessions = desk.accounts.sessions();
    let signed_in = sessions.sign_in("ana@example.com", PASSWORD.into(), from_here()).await.unwrap();
    let token = signed_in.token.expose();
    let principal = desk.accounts.authenticate_session(token).await.unwrap();
    let began_at = sessions.list(&principal).await.unwrap()[0].seen_at;

    desk.clock.advance(599_000);
    desk.accounts.authenticate_session(token).await.unwrap();
    assert_eq!(sessions.list(&principal).await.unwrap()[0].seen_at, began_at);
    desk.clock.advance(1_000);
    desk.accounts.authenticate_session(token).await.unwrap();
    // Nobody waits for the note: the next look at the list may come before it.
    while sessions.list(&principal).await.unwrap()[0].seen_at == began_at {
        tokio::task::yield_now().await;
    }
    assert_eq!(sessions.list(&principal).await.unwrap()[0].seen_at.0, began_at.0 + 600_000);
}
