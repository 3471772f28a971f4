//! Tests of the gateway against servers on loopback: what is reached, and above all what is not.

use super::*;
use crate::config::Settings;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{SinkExt as _, StreamExt as _};
use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, TcpListener as StdListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;
use url::Url;

/// Stands for what must not be reached. Connections wait in its backlog, where they are counted.
struct Victim(StdListener);

impl Victim {
    fn at(address: &str) -> Self {
        let listener = StdListener::bind(address).unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn port(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }

    fn was_called(&self) -> bool {
        !matches!(self.0.accept(), Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }
}

/// Gives one answer after the other, and the last for ever.
#[derive(Debug)]
struct Scripted(Mutex<VecDeque<Vec<IpAddr>>>);

impl Scripted {
    fn answers(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |answer: &&[&str]| answer.iter().map(|address| address.parse().unwrap()).collect();
        Arc::new(Self(Mutex::new(answers.iter().map(parse).collect())))
    }
}

impl Lookup for Scripted {
    fn lookup(&self, _host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let mut answers = self.0.lock().unwrap();
        let answer = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        Box::pin(async move { answer.ok_or_else(|| io::Error::other("no such name")) })
    }
}

/// Organisations may reach 127.0.0.2, where the tests' own servers stand, and nothing else that is private.
fn settings() -> Settings {
    Settings { allow_private_ranges: vec!["127.0.0.2/32".parse().unwrap()], ..Settings::defaults() }
}

fn gateway(answers: &[&[&str]]) -> Gateway {
    Gateway::with_lookup(&settings(), Scripted::answers(answers))
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

async fn get(gateway: &Gateway, target: &str, trust: Trust) -> Result<OutboundResponse, OutboundError> {
    gateway.request(OutboundRequest::get(url(target), trust)).await
}

/// Serves each connection one raw answer, then closes it. Gives the port and what was asked.
async fn server(answer: impl Into<Bytes>) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.2:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (answer, asked) = (answer.into(), Arc::new(Mutex::new(Vec::new())));
    let heard = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4_096];
            let read_count = stream.read(&mut request).await.unwrap();
            heard.lock().unwrap().push(String::from_utf8_lossy(&request[..read_count]).into_owned());
            // The client closes first when it has what it needs.
            let _hung_up = stream.write_all(&answer).await;
        }
    });
    (port, asked)
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len())
}

const PRIVATE_SPELLINGS: [&str; 32] = [
    "127.0.0.1",
    "127.1",
    "127.0.0.1.",
    "2130706433",
    "0x7f000001",
    "0x7F.0.0.1",
    "0177.0.0.1",
    "017700000001",
    "%31%32%37.0.0.1",
    "①②⑦.0.0.1",
    "0",
    "0.0.0.0",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::1]",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "2852039166",
    "[fe80::1]",
    "[fd00:ec2::254]",
    "224.0.0.1",
    "[ff02::1]",
];

#[tokio::test]
async fn an_org_reaches_no_private_address_in_any_spelling() {
    let victim = Victim::at("127.0.0.1:0");
    let gateway = gateway(&[]);
    for host in PRIVATE_SPELLINGS {
        let target = format!("http://{host}:{}/hook?token=canary", victim.port());

        let error = get(&gateway, &target, Trust::Org).await.unwrap_err();

        assert_eq!(error.code(), "target_address_refused", "{host}: {error}");
        assert!(!format!("{error:?}").contains("canary"));
        let socket = url(&target.replace("http", "ws"));
        let error = gateway.connect_ws(&socket, HeaderMap::new(), Trust::Org).await.unwrap_err();
        assert_eq!(error.code(), "target_address_refused", "{host}: {error}");
        assert!(gateway.check_url(&url(&target), Trust::Org).is_err());
    }
    assert!(!victim.was_called());
}

#[tokio::test]
async fn an_org_reaches_no_private_address_behind_a_name() {
    let victim = Victim::at("127.0.0.1:0");
    let hidden = ["127.0.0.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "0.0.0.0"];
    for address in hidden {
        let gateway = gateway(&[&[address, "169.254.169.254"]]);
        let target = format!("http://hooks.example.com:{}/", victim.port());

        let error = get(&gateway, &target, Trust::Org).await.unwrap_err();

        assert_eq!(error, OutboundError::AddressRefused { host: "hooks.example.com".to_owned() });
        let socket = url(&target.replace("http", "ws"));
        let refused = gateway.connect_ws(&socket, HeaderMap::new(), Trust::Org).await.unwrap_err();
        assert_eq!(refused, error);
    }
    assert!(!victim.was_called());
}

#[tokio::test]
async fn a_name_that_changes_its_address_is_checked_at_every_connection() {
    let (port, asked) = server(answer("200 OK", "", "first")).await;
    let victim = Victim::at(&format!("127.0.0.1:{port}"));
    let gateway = gateway(&[&["127.0.0.2"], &["127.0.0.1"]]);
    let target = format!("http://rebind.example.com:{port}/");

    assert_eq!(get(&gateway, &target, Trust::Org).await.unwrap().body, "first");
    let error = get(&gateway, &target, Trust::Org).await.unwrap_err();

    assert_eq!(error.code(), "target_address_refused");
    assert!(!victim.was_called());
    assert_eq!(asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn of_mixed_addresses_only_the_permitted_are_used() {
    let (port, _asked) = server(answer("200 OK", "", "right")).await;
    let victim = Victim::at(&format!("127.0.0.1:{port}"));
    let gateway = gateway(&[&["127.0.0.1", "127.0.0.2"]]);

    let answer = get(&gateway, &format!("http://mixed.example.com:{port}/"), Trust::Org).await.unwrap();

    assert_eq!(answer.body, "right");
    assert!(!victim.was_called());
}

#[tokio::test]
async fn a_redirect_is_handed_back_and_not_followed() {
    let victim = Victim::at("127.0.0.1:0");
    let location = format!("location: http://127.0.0.1:{}/\r\n", victim.port());
    let (port, _asked) = server(answer("302 Found", &location, "")).await;
    let gateway = gateway(&[&["127.0.0.2"]]);
    let target = format!("http://redirect.example.com:{port}/");

    let answer = get(&gateway, &target, Trust::Org).await.unwrap();
    let as_json = gateway.get_json::<serde_json::Value>(OutboundRequest::get(url(&target), Trust::Org)).await;
    let socket = url(&target.replace("http", "ws"));
    let as_socket = gateway.connect_ws(&socket, HeaderMap::new(), Trust::Org).await;

    assert_eq!(answer.status, StatusCode::FOUND);
    assert_eq!(as_json.unwrap_err().code(), "target_bad_status");
    assert_eq!(as_socket.unwrap_err().code(), "target_bad_status");
    assert!(!victim.was_called());
}

#[tokio::test]
async fn the_platform_reaches_private_addresses() {
    let (port, asked) = server(answer("200 OK", "", "local")).await;
    let gateway = Gateway::with_lookup(&Settings::defaults(), Scripted::answers(&[&["127.0.0.2"]]));

    let literal = get(&gateway, &format!("http://127.0.0.2:{port}/"), Trust::Platform).await.unwrap();
    let by_name = get(&gateway, &format!("http://ollama:{port}/"), Trust::Platform).await.unwrap();
    let of_org = get(&gateway, &format!("http://ollama:{port}/"), Trust::Org).await;

    assert_eq!((literal.body.as_ref(), by_name.body.as_ref()), (&b"local"[..], &b"local"[..]));
    assert_eq!(of_org.unwrap_err().code(), "target_address_refused");
    assert_eq!(asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn headers_that_steer_the_connection_are_left_out() {
    let (port, asked) = server(answer("200 OK", "", "")).await;
    let mut request = OutboundRequest::get(url(&format!("http://127.0.0.2:{port}/")), Trust::Org);
    request.headers.insert(header::HOST, HeaderValue::from_static("metadata.internal"));
    request.headers.insert("x-signature", HeaderValue::from_static("sha256=abc"));

    gateway(&[]).request(request).await.unwrap();

    let asked = asked.lock().unwrap()[0].to_lowercase();
    assert!(asked.contains("x-signature: sha256=abc") && !asked.contains("metadata.internal"), "{asked}");
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_cut_off() {
    let announced = answer("200 OK", "", &"x".repeat(2_000));
    let endless = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", "x".repeat(100_000));
    for raw in [announced, endless] {
        let (port, _asked) = server(raw).await;
        let mut request = OutboundRequest::get(url(&format!("http://127.0.0.2:{port}/")), Trust::Org);
        request.max_bytes = Some(1_000);

        let error = gateway(&[]).request(request).await.unwrap_err();

        assert_eq!(error.code(), "target_answer_too_large");
    }
}

#[tokio::test]
async fn a_target_that_never_answers_times_out() {
    let silent = Victim::at("127.0.0.2:0");
    let mut request = OutboundRequest::get(url(&format!("http://127.0.0.2:{}/", silent.port())), Trust::Org);
    request.timeout = Some(Duration::from_millis(30));

    let error = gateway(&[]).request(request).await.unwrap_err();

    assert_eq!(error.code(), "target_timed_out");
    assert!(error.may_pass());
}

#[tokio::test]
async fn errors_show_neither_path_nor_query() {
    let closed = Victim::at("127.0.0.2:0").port();
    let target = format!("http://127.0.0.2:{closed}/services/canary?key=canary#canary");

    let error = get(&gateway(&[]), &target, Trust::Org).await.unwrap_err();

    assert_eq!(error.code(), "target_unreachable");
    assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
    assert!(error.to_string().contains("refused"), "{error}");
}

#[tokio::test]
async fn urls_with_credentials_or_other_schemes_are_refused() {
    let gateway = gateway(&[]);
    for target in ["http://user:canary@8.8.8.8/", "ftp://8.8.8.8/", "file:///etc/passwd", "data:text/plain,x"]
    {
        let error = get(&gateway, target, Trust::Platform).await.unwrap_err();

        assert_eq!(error.code(), "target_bad_url", "{target}");
        assert!(!error.to_string().contains("canary"));
    }
    let http = url("http://8.8.8.8/");
    let error = gateway.connect_ws(&http, HeaderMap::new(), Trust::Platform).await.unwrap_err();
    assert_eq!(error.code(), "target_bad_url");
}

#[tokio::test]
async fn json_is_read_and_anything_else_is_a_bad_answer() {
    let (port, _asked) = server(answer("200 OK", "cache-control: max-age=60\r\n", r#"{"a":1}"#)).await;
    let request = OutboundRequest::get(url(&format!("http://127.0.0.2:{port}/")), Trust::Org);
    let (json, headers) = gateway(&[]).get_json::<serde_json::Value>(request).await.unwrap();
    assert_eq!(json["a"], 1);
    assert_eq!(headers[header::CACHE_CONTROL], "max-age=60");

    let (port, _asked) = server(answer("200 OK", "", "<html>")).await;
    let request = OutboundRequest::get(url(&format!("http://127.0.0.2:{port}/")), Trust::Org);
    let error = gateway(&[]).get_json::<serde_json::Value>(request).await.unwrap_err();
    assert_eq!(error.code(), "target_bad_answer");
}

#[tokio::test]
async fn a_websocket_opens_with_headers_and_carries_messages() {
    let listener = TcpListener::bind("127.0.0.2:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
        let message = socket.next().await.unwrap().unwrap();
        socket.send(message).await.unwrap();
    });
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, HeaderValue::from_static("Bearer key"));

    let target = url(&format!("ws://voice.example.com:{port}/v1/realtime"));
    let mut socket = gateway(&[&["127.0.0.2"]]).connect_ws(&target, headers, Trust::Org).await.unwrap();

    socket.send(Message::text("hello")).await.unwrap();
    assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("hello"));
}

#[tokio::test]
async fn a_client_for_libraries_resolves_through_the_same_filter() {
    let victim = Victim::at("127.0.0.1:0");
    let gateway = gateway(&[&["127.0.0.1"]]);

    let sent =
        gateway.client(Trust::Org).get(format!("http://api.example.com:{}/", victim.port())).send().await;

    assert!(sent.is_err());
    assert!(!victim.was_called());
}
