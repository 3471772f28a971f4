//! What a page's Content-Security-Policy would keep from the widget.
//!
//! Sources are matched as CSP Level 3 says (section 6.7.2, "Matching"), as far as whole origins go: nonces and hashes
//! allow single scripts, which cannot be told from here, and count as allowing none.

use url::Url;

/// What the widget needs of its server, by directive.
const NEEDED: [&str; 3] = ["script-src", "connect-src", "img-src"];

/// The directives of the policies of a page that keep the widget of this server from working, each once. Several
/// policies hold all at once.
#[must_use]
pub(super) fn blocked_by<'a>(
    policies: impl Iterator<Item = &'a str>,
    page: &Url,
    server: &Url,
) -> Vec<&'static str> {
    let policies: Vec<&str> = policies.flat_map(|header| header.split(',')).collect();
    let is_blocked = |directive: &&'static str| {
        policies.iter().any(|policy| {
            let sources = sources_of(policy, directive).or_else(|| sources_of(policy, "default-src"));
            sources.is_some_and(|sources| !allows(sources, page, server, directive))
        })
    };
    NEEDED.into_iter().filter(is_blocked).collect()
}

/// The sources of a directive; the first of its name counts.
fn sources_of<'a>(policy: &'a str, directive: &str) -> Option<&'a str> {
    policy.split(';').find_map(|part| {
        let part = part.trim();
        let (name, sources) = part.split_once(char::is_whitespace).unwrap_or((part, ""));
        name.eq_ignore_ascii_case(directive).then_some(sources)
    })
}

fn allows(sources: &str, page: &Url, server: &Url, directive: &str) -> bool {
    // With it, lists of hosts are ignored for scripts.
    let is_strict = directive == "script-src" && sources.contains("'strict-dynamic'");
    !is_strict && sources.split_whitespace().any(|source| matches(source, page, server))
}

fn matches(source: &str, page: &Url, server: &Url) -> bool {
    let source = source.to_ascii_lowercase();
    if source == "*" || source == format!("{}:", server.scheme()) {
        return true;
    }
    if source == "'self'" {
        return page.origin() == server.origin();
    }
    if source.starts_with('\'') {
        return false;
    }
    let (scheme, rest) =
        source.split_once("://").map_or((None, source.as_str()), |(scheme, rest)| (Some(scheme), rest));
    let authority = rest.split('/').next().unwrap_or_default();
    let (host, port) = authority.rsplit_once(':').unwrap_or((authority, ""));
    let is_scheme = match scheme {
        // `http:` may be upgraded, and without a scheme it is that of the page or a safer one.
        Some("http") | None => true,
        Some(scheme) => scheme == server.scheme(),
    };
    let wanted = server.host_str().unwrap_or_default();
    let is_host = match host.strip_prefix("*.") {
        Some(parent) => wanted.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.')),
        None => host == wanted,
    };
    let server_port = server.port_or_known_default().map(|port| port.to_string());
    let is_port = match port {
        "*" => true,
        "" => server.port().is_none(),
        port => server_port.as_deref() == Some(port),
    };
    is_scheme && is_host && is_port
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocked(policy: &str) -> Vec<&'static str> {
        let page = Url::parse("https://shop.example/").unwrap();
        let server = Url::parse("https://chat.example.com").unwrap();
        blocked_by([policy].into_iter(), &page, &server)
    }

    #[test]
    fn a_policy_that_names_the_server_lets_the_widget_work() {
        for policy in [
            "",
            "frame-ancestors 'none'",
            "default-src *",
            "default-src https:",
            "script-src 'self' https://chat.example.com; connect-src *.example.com; img-src chat.example.com",
            "default-src 'self' http://chat.example.com",
            "default-src 'self' chat.example.com:443",
        ] {
            assert!(blocked(policy).is_empty(), "{policy}: {:?}", blocked(policy));
        }
    }

    #[test]
    fn what_a_policy_keeps_away_is_named() {
        assert_eq!(blocked("default-src 'self'"), ["script-src", "connect-src", "img-src"]);
        assert_eq!(blocked("script-src 'self'"), ["script-src"]);
        assert_eq!(blocked("DEFAULT-SRC *; Connect-Src 'none'"), ["connect-src"]);
        assert_eq!(blocked("script-src https://*.example.org"), ["script-src"]);
        assert_eq!(
            blocked("script-src https://*.chat.example.com"),
            ["script-src"],
            "a parent is not its own child"
        );
        assert_eq!(blocked("script-src 'strict-dynamic' https:"), ["script-src"]);
        assert_eq!(blocked("script-src *, script-src 'self'"), ["script-src"], "both hold");
        assert_eq!(blocked("script-src chat.example.com:8443"), ["script-src"]);
    }

    #[test]
    fn on_pages_of_the_server_itself_self_is_the_server() {
        let server = Url::parse("http://localhost:8080").unwrap();
        assert!(blocked_by(["default-src 'self'"].into_iter(), &server, &server).is_empty());
        assert!(
            blocked_by(["script-src localhost:*; connect-src localhost:8080"].into_iter(), &server, &server)
                .is_empty()
        );
    }
}
