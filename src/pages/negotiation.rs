//! Chooses cache headers and encoding for a file.

/// What sort of file this is to a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Its name holds a hash of its content.
    Hashed,
    /// The loader that sites embed under a fixed name.
    Loader,
    /// A page.
    Page,
    /// Anything else.
    Other,
}

/// The kind of a file by its path.
pub(super) fn kind_of(path: &str) -> Kind {
    if path.starts_with("assets/") {
        Kind::Hashed
    } else if path == "widget.js" {
        Kind::Loader
    } else if path.ends_with(".html") {
        Kind::Page
    } else {
        Kind::Other
    }
}

impl Kind {
    pub(super) fn cache_control(self) -> &'static str {
        match self {
            Self::Hashed => "public, max-age=31536000, immutable",
            Self::Loader => "public, max-age=300, stale-while-revalidate=86400",
            Self::Page => "no-cache",
            Self::Other => "public, max-age=3600",
        }
    }
}

/// A compression that the pages' build made files in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
}

impl Encoding {
    /// The encodings that `Accept-Encoding` allows, the smaller first.
    pub(super) fn accepted(header: &str) -> impl Iterator<Item = Self> + '_ {
        [Self::Brotli, Self::Gzip].into_iter().filter(move |encoding| {
            header.split(',').any(|one| {
                let mut parts = one.split(';').map(str::trim);
                let is_named = parts.next() == Some(encoding.name());
                let is_refused = parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
                is_named && !is_refused
            })
        })
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gz",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smaller_encoding_that_is_accepted_comes_first() {
        let accepted = |header| Encoding::accepted(header).collect::<Vec<_>>();

        assert_eq!(accepted("gzip, deflate, br"), [Encoding::Brotli, Encoding::Gzip]);
        assert_eq!(accepted("gzip;q=0.5, br;q=0"), [Encoding::Gzip]);
        assert!(accepted("identity").is_empty());
    }
}
