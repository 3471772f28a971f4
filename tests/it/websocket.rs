//! RFC 6455 on `/ws`, byte by byte: what a library would not send.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Database, Options, Site, within};

const MASK: [u8; 4] = [0x11, 0x22, 0x33, 0x44];

/// A masked frame with a payload under 126 bytes.
fn frame(first_byte: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    let mut bytes = vec![first_byte, 0x80 | length];
    bytes.extend(MASK);
    bytes.extend(payload.iter().enumerate().map(|(at, byte)| byte ^ MASK[at % 4]));
    bytes
}

struct Raw {
    stream: TcpStream,
}

impl Raw {
    async fn open(port: u16) -> Self {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let request = format!(
            "GET /ws HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: keep-alive, Upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(stream.read_u8().await.unwrap());
        }
        let answer = String::from_utf8(answer).unwrap().to_lowercase();
        assert!(answer.starts_with("http/1.1 101"), "{answer}");
        // The example of RFC 6455 section 1.3.
        assert!(answer.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="), "{answer}");
        Self { stream }
    }

    async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    /// The next frame: its first byte and payload; `None` at the end of the stream.
    async fn receive(&mut self) -> Option<(u8, Vec<u8>)> {
        within("a frame", async {
            let first = self.stream.read_u8().await.ok()?;
            let length = self.stream.read_u8().await.ok()?;
            assert_eq!(length & 0x80, 0, "a server never masks");
            let length = match length {
                126 => usize::from(self.stream.read_u16().await.ok()?),
                127 => usize::try_from(self.stream.read_u64().await.ok()?).unwrap(),
                short => usize::from(short),
            };
            let mut payload = vec![0; length];
            self.stream.read_exact(&mut payload).await.ok()?;
            Some((first, payload))
        })
        .await
    }

    /// Reads to the close frame and gives its code; then the stream must end.
    async fn close_code(&mut self) -> u16 {
        loop {
            let (first, payload) = self.receive().await.expect("a close frame before the end");
            if first == 0x88 {
                assert_eq!(self.receive().await, None, "nothing follows a close");
                return u16::from_be_bytes([payload[0], payload[1]]);
            }
        }
    }
}

async fn site() -> (Site, String) {
    let site = Site::start(Database::sqlite(), Options::default()).await;
    let token = site.visitor().await.token;
    let hello = serde_json::json!({"event": "hello", "id": 1, "data": {"token": token}}).to_string();
    (site, hello)
}

#[tokio::test]
async fn a_fragmented_text_with_a_ping_in_its_middle_is_one_event() {
    let (site, hello) = site().await;
    let mut raw = Raw::open(site.server.port).await;
    let bytes = hello.as_bytes();
    raw.send(&frame(0x01, &bytes[..20])).await;
    raw.send(&frame(0x89, b"are you there")).await;
    raw.send(&frame(0x00, &bytes[20..40])).await;
    raw.send(&frame(0x80, &bytes[40..])).await;

    assert_eq!(raw.receive().await, Some((0x8a, b"are you there".to_vec())), "a pong with the same payload");
    let (first, ack) = raw.receive().await.unwrap();
    assert_eq!(first, 0x81);
    assert!(String::from_utf8(ack).unwrap().starts_with("{\"ack\":1,\"data\":"));
}

#[tokio::test]
async fn a_close_is_answered_with_its_code_and_the_stream_ends() {
    let (site, hello) = site().await;
    let mut raw = Raw::open(site.server.port).await;
    raw.send(&frame(0x81, hello.as_bytes())).await;
    raw.receive().await.unwrap();
    raw.send(&frame(0x88, &[0x03, 0xe8, b'b', b'y', b'e'])).await;

    assert_eq!(raw.close_code().await, 1000);
}

#[tokio::test]
async fn breaches_of_the_protocol_are_closed() {
    let (site, hello) = site().await;
    let unmasked = {
        let mut bytes = vec![0x81, 2];
        bytes.extend(b"{}");
        bytes
    };
    for (what, bytes, code) in [
        ("a reserved bit", frame(0xc1, b"{}"), 1002),
        ("a reserved opcode", frame(0x83, b"{}"), 1002),
        ("a fragmented ping", frame(0x09, b"x"), 1002),
        ("a continuation of nothing", frame(0x80, b"x"), 1002),
        ("an unmasked frame", unmasked, 1002),
        ("half a character at the end", frame(0x81, &[b'"', 0xe2, 0x82]), 1007),
        ("an overlong form", frame(0x81, &[0xc0, 0xaf]), 1007),
        ("a binary frame", frame(0x82, b"{}"), 4500),
    ] {
        let mut raw = Raw::open(site.server.port).await;
        raw.send(&frame(0x81, hello.as_bytes())).await;
        raw.receive().await.unwrap();
        raw.send(&bytes).await;
        let mut closed = None;
        while let Some((first, payload)) = raw.receive().await {
            if first == 0x88 {
                closed = Some(u16::from_be_bytes([payload[0], payload[1]]));
                // The other side finishes the close; a breach may end the stream before that.
                let _ended = raw.stream.write_all(&frame(0x88, &payload[..2])).await;
            }
        }

        assert_eq!(closed, Some(code), "{what}");
    }
}

#[tokio::test]
async fn what_is_no_upgrade_is_refused() {
    let (site, _) = site().await;
    let plain = site.get(None, "/ws").await;
    assert_eq!(plain.status, 426, "{plain:?}");
    let request = crate::support::rest::http()
        .get(site.server.url("/ws"))
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "12")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    let old = crate::support::rest::send(request).await;
    assert_eq!((old.status, old.headers["sec-websocket-version"].to_str().unwrap()), (426, "13"));
}
