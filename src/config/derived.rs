//! Values derived from the settings.

use super::Settings;

impl Settings {
    /// The path of `public_url` below which browsers find this server, such as `/support`; empty at the root.
    #[must_use]
    pub fn base_path(&self) -> &str {
        self.public_url.as_ref().map_or("", |url| url.path().trim_end_matches('/'))
    }

    /// This server's address for links: `public_url`, otherwise where it listens. Never what a request says of it: a
    /// link with a foreign host would carry its secret there.
    #[must_use]
    pub fn link_base(&self) -> String {
        if let Some(url) = &self.public_url {
            return url.as_str().trim_end_matches('/').to_owned();
        }
        let listen = self.listen;
        if listen.ip().is_unspecified() {
            return format!("http://localhost:{}", listen.port());
        }
        format!("http://{listen}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_the_public_address_has_no_slash_at_its_end() {
        for (url, path) in [
            (None, ""),
            (Some("https://chat.example.com"), ""),
            (Some("https://chat.example.com/"), ""),
            (Some("https://example.com/support"), "/support"),
            (Some("https://example.com/a/b/"), "/a/b"),
        ] {
            let public_url = url.map(|url| url.parse().unwrap());
            assert_eq!(Settings { public_url, ..Settings::defaults() }.base_path(), path);
        }
    }
}
