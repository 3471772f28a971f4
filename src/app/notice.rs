//! The start-up notice on the terminal. Secrets are shown here once and nowhere else.

use std::net::SocketAddr;

use crate::config::Settings;

/// The address at which browsers reach the server, without a slash at the end.
pub(super) fn base_url(settings: &Settings, address: SocketAddr) -> String {
    match &settings.public_url {
        Some(url) => url.as_str().trim_end_matches('/').to_owned(),
        None => {
            let host =
                if address.ip().is_unspecified() { "localhost".to_owned() } else { address.ip().to_string() };
            let host = if host.contains(':') { format!("[{host}]") } else { host };
            format!("http://{host}:{}", address.port())
        }
    }
}

/// Prints lines on the terminal, apart from the log.
#[expect(clippy::print_stdout, reason = "this is what the person at the terminal must read")]
pub(super) fn say(lines: &[String]) {
    println!();
    for line in lines {
        println!("  {line}");
    }
    println!();
}
