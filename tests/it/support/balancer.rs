//! A small TCP balancer: each connection goes to the next server that takes it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::{TcpListener, TcpStream};

/// Listens on a port of its own for as long as the test runs.
pub struct Balancer {
    pub port: u16,
}

impl Balancer {
    pub async fn start(servers: Vec<u16>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let (servers, turn) = (Arc::new(servers), Arc::new(AtomicUsize::new(0)));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, servers.clone(), turn.clone()));
            }
        });
        Self { port }
    }
}

/// Passes bytes on in both directions until one side ends. Where nobody listens the client is closed at once.
async fn pass(mut client: TcpStream, servers: Arc<Vec<u16>>, turn: Arc<AtomicUsize>) {
    for _ in 0..servers.len() {
        let next = servers[turn.fetch_add(1, Ordering::Relaxed) % servers.len()];
        if let Ok(mut server) = TcpStream::connect(("127.0.0.1", next)).await {
            // A killed server resets the connection, and so does this.
            let _ended = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            return;
        }
    }
}
