//! A minimal HTTP client: one request per connection.

use std::net::Ipv4Addr;

use anyhow::{Context, ensure};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// Connects to a server of this machine from an address of the loopback network.
pub(crate) async fn connect_from(address: Ipv4Addr, port: u16) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    if !address.is_unspecified() {
        socket.bind((address, 0).into())?;
    }
    socket.connect((Ipv4Addr::LOCALHOST, port).into()).await
}

/// Asks a server of this machine, and gives the JSON that it answers.
pub(crate) async fn request(
    port: u16,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &str,
) -> anyhow::Result<Value> {
    request_from(Ipv4Addr::UNSPECIFIED, port, method, path, token, body).await
}

/// The same, from an address of the loopback network.
pub(crate) async fn request_from(
    address: Ipv4Addr,
    port: u16,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &str,
) -> anyhow::Result<Value> {
    let authorization = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         {authorization}content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = connect_from(address, port).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (head, body) = answer.split_once("\r\n\r\n").context("no answer")?;
    ensure!(head.starts_with("HTTP/1.1 20"), "{path}: {answer}");
    let json = &body[body.find('{').context("no JSON")?..=body.rfind('}').context("no JSON")?];
    Ok(serde_json::from_str(json)?)
}
