//! The main part of a web page as Markdown, so that its headings are known.

use dom_query::Document;

/// Where the main part stands, the surest sign first.
const MAIN: [&str; 4] = ["main", "[role=main]", "article", "body"];
/// What is around it, or not text at all.
const NOISE: &str = "script, style, noscript, template, svg, iframe, form, nav, header nav, footer, aside, dialog, \
    [role=navigation], [role=banner], [role=contentinfo], [aria-hidden=true], [hidden]";
/// Less text than this is a page that is drawn by its scripts.
const TEXT_MIN_CHARS: usize = 20;

/// A page as far as it can be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) title: Option<String>,
    pub(super) markdown: String,
}

/// Reads a page; `None` where it says nothing without its scripts.
pub(super) fn read(html: &str) -> Option<Page> {
    let document = Document::from(html);
    let title = document.select("head title").text().trim().to_owned();
    document.select(NOISE).remove();
    MAIN.iter().find_map(|place| {
        let found = document.select(place);
        let parts: Vec<String> = found.nodes().iter().map(|node| node.md(None).to_string()).collect();
        let markdown = parts.join("\n\n").trim().to_owned();
        let is_text = markdown.chars().filter(|one| one.is_alphanumeric()).count() >= TEXT_MIN_CHARS;
        let title = Some(title.clone()).filter(|title| !title.is_empty());
        is_text.then_some(Page { title, markdown })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_part_is_read_and_what_is_around_it_is_not() {
        let html = "<html><head><title> Shop help </title><style>p{}</style></head><body><nav>Home Cart</nav>\
            <main><h1>Help</h1><h2>Delivery</h2><p>It takes <b>two</b> to four working days.</p>\
            <script>alert('x')</script></main><footer>Imprint</footer></body></html>";

        let page = read(html).unwrap();

        assert_eq!(page.title.as_deref(), Some("Shop help"));
        assert!(
            page.markdown.contains("## Delivery") && page.markdown.contains("working days"),
            "{}",
            page.markdown
        );
        for noise in ["Cart", "Imprint", "alert", "p{}"] {
            assert!(!page.markdown.contains(noise), "{}", page.markdown);
        }
    }

    #[test]
    fn a_page_without_text_is_none() {
        assert_eq!(read("<html><body><div id=app></div><script>draw()</script></body></html>"), None);
        assert_eq!(read(""), None);
    }
}
