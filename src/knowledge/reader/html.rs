//! Extracts the main content of a web page as Markdown, to keep its headings.
//!
//! The page is walked without recursion, and one that is nested deeper than any browser shows is refused before it is
//! parsed: both the parser's work and the tree grow with its depth.

use dom_query::{Document, NodeRef};

use super::html_writer::Writer;

/// Elements inside each other; browsers show up to 512.
const DEPTH_MAX: usize = 2_000;
/// How far up it is looked for the begin of an element that ends, so that the look stays linear.
const ENDS_LOOKED_AT: usize = 64;
/// Elements that hold no elements.
const RAW: &[&[u8]] = &[b"script", b"style", b"textarea"];
/// Less text than this is a page that is drawn by its scripts.
const TEXT_MIN_CHARS: usize = 20;
/// A form with more text than this is the page itself, and not a search field or a newsletter.
const FORM_MIN_CHARS: usize = 200;
/// What is hidden from screen readers and has fewer words is an icon.
const HIDDEN_MIN_WORDS: usize = 3;
/// Never text.
const NEVER: &[&str] = &[
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "canvas", "nav",
    "footer", "aside", "dialog", "input", "select", "textarea", "datalist", "audio", "video", "head",
];
/// Elements whose end is often left out: they do not nest.
const UNENDED: &[&[u8]] = &[
    b"p",
    b"li",
    b"dt",
    b"dd",
    b"tr",
    b"td",
    b"th",
    b"tbody",
    b"thead",
    b"tfoot",
    b"option",
    b"optgroup",
    b"colgroup",
    b"area",
    b"base",
    b"br",
    b"col",
    b"embed",
    b"hr",
    b"img",
    b"input",
    b"link",
    b"meta",
    b"param",
    b"source",
    b"track",
    b"wbr",
    b"rp",
    b"rt",
];

/// A page as far as it can be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) title: Option<String>,
    pub(super) markdown: String,
}

/// Reads a page.
///
/// # Errors
/// Words for people when it is nested too deeply, or says nothing without its scripts.
pub(super) fn read(html: &str) -> Result<Page, String> {
    if depth(html) > DEPTH_MAX {
        return Err(format!("its elements are nested more than {DEPTH_MAX} deep"));
    }
    let document = Document::from(html);
    let title = document.select_single("title").text().trim().to_owned();
    let root = document.root();
    let is_main = |node: &NodeRef<'_>| {
        node.has_name("main") || node.attr("role").is_some_and(|role| role.eq_ignore_ascii_case("main"))
    };
    let is_article = |node: &NodeRef<'_>| node.has_name("article");
    let is_body = |node: &NodeRef<'_>| node.has_name("body");
    let places: [&dyn Fn(&NodeRef<'_>) -> bool; 3] = [&is_main, &is_article, &is_body];
    let found = places.iter().find_map(|is_place| {
        let parts: Vec<String> = outermost(root, is_place).into_iter().map(markdown).collect();
        let markdown = parts.join("\n\n").trim().to_owned();
        (letters(&markdown) >= TEXT_MIN_CHARS).then_some(markdown)
    });
    let markdown = found.ok_or_else(|| "the page says nothing without its scripts".to_owned())?;
    Ok(Page { title: Some(title).filter(|title| !title.is_empty()), markdown })
}

fn letters(text: &str) -> usize {
    text.chars().filter(|one| one.is_alphanumeric()).count()
}

/// How deep elements are nested, as far as that shows without parsing them.
fn depth(html: &str) -> usize {
    let bytes = html.as_bytes();
    let (mut open, mut deepest, mut at): (Vec<&[u8]>, usize, usize) = (Vec::new(), 0, 0);
    while let Some(next) = bytes[at..].iter().position(|byte| *byte == b'<') {
        at += next + 1;
        let is_end = bytes.get(at) == Some(&b'/');
        let start = at + usize::from(is_end);
        let length =
            bytes[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
        let name = &bytes[start..start + length];
        let is_name = name.first().is_some_and(u8::is_ascii_alphabetic);
        if !is_name || UNENDED.iter().any(|one| one.eq_ignore_ascii_case(name)) {
            continue;
        }
        at = start + length;
        if is_end {
            // A closing tag without an opening one is ignored.
            let above = open.iter().rev().take(ENDS_LOOKED_AT).position(|one| one.eq_ignore_ascii_case(name));
            if let Some(above) = above {
                open.truncate(open.len() - above - 1);
            }
        } else {
            open.push(name);
            deepest = deepest.max(open.len());
            if RAW.iter().any(|raw| raw.eq_ignore_ascii_case(name)) {
                let end = bytes[at..].windows(2).position(|two| two == b"</");
                at += end.unwrap_or(bytes.len() - at);
            }
        }
    }
    deepest
}

/// The elements that are a place, without those inside another.
fn outermost<'a>(root: NodeRef<'a>, is_place: &dyn Fn(&NodeRef<'_>) -> bool) -> Vec<NodeRef<'a>> {
    let mut found = Vec::new();
    walk(root, |step| match step {
        Step::Enter(node) if is_place(&node) => {
            found.push(node);
            Go::Over
        }
        _ => Go::In,
    });
    found
}

fn markdown(root: NodeRef<'_>) -> String {
    let mut writer = Writer::default();
    walk(root, |step| match step {
        Step::Enter(node) if node.id != root.id && is_left_out(&node, root) => Go::Over,
        Step::Enter(node) => {
            writer.enter(&node);
            Go::In
        }
        Step::Leave(node) => {
            writer.leave(&node);
            Go::In
        }
    });
    writer.finish()
}

fn is_left_out(node: &NodeRef<'_>, root: NodeRef<'_>) -> bool {
    let Some(name) = node.node_name() else { return !node.is_text() };
    let name = name.as_ref();
    if NEVER.contains(&name) {
        return true;
    }
    let role = node.attr("role").map(|role| role.to_ascii_lowercase());
    if matches!(
        role.as_deref(),
        Some("navigation" | "banner" | "contentinfo" | "search" | "dialog" | "alertdialog")
    ) {
        return true;
    }
    match name {
        "form" => !is_a_page(node),
        "button" => !is_a_heading(node),
        // The page's own head, and not that of an article or a section.
        "header" => {
            root.has_name("body")
                && node.parent().is_some_and(|parent| parent.has_name("body"))
                && !has_heading(node)
        }
        _ => node.attr("aria-hidden").is_some_and(|value| value.as_ref() == "true") && is_decoration(node),
    }
}

/// Whether a form is wrapped around what the page says, as some servers write every page.
fn is_a_page(form: &NodeRef<'_>) -> bool {
    has_heading(form) || letters(&markdown(*form)) >= FORM_MIN_CHARS
}

fn has_heading(node: &NodeRef<'_>) -> bool {
    let mut has = false;
    walk(*node, |step| match step {
        _ if has => Go::Over,
        Step::Enter(inside) => {
            has |= inside
                .node_name()
                .is_some_and(|name| matches!(name.as_ref(), "h1" | "h2" | "h3" | "main" | "article"));
            Go::In
        }
        Step::Leave(_) => Go::In,
    });
    has
}

/// Whether a button is the question that opens a folded answer.
fn is_a_heading(button: &NodeRef<'_>) -> bool {
    let opens = button.has_attr("aria-expanded") || button.has_attr("aria-controls");
    let stands_in = |node: &NodeRef<'_>| {
        node.node_name().is_some_and(|name| {
            matches!(name.as_ref(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dt" | "summary")
        })
    };
    opens || button.ancestors_it(Some(3)).any(|above| stands_in(&above))
}

fn is_decoration(node: &NodeRef<'_>) -> bool {
    let text = node.text();
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count() < HIDDEN_MIN_WORDS
}

/// A step of a walk.
enum Step<'a> {
    Enter(NodeRef<'a>),
    Leave(NodeRef<'a>),
}

/// Where a walk goes from a node that it enters.
enum Go {
    In,
    Over,
}

/// Walks a tree in the order of its text, without recursion.
fn walk<'a>(root: NodeRef<'a>, mut visit: impl FnMut(Step<'a>) -> Go) {
    let mut node = root;
    loop {
        if matches!(visit(Step::Enter(node)), Go::In) {
            if let Some(child) = node.first_child() {
                node = child;
                continue;
            }
            visit(Step::Leave(node));
        }
        loop {
            if node.id == root.id {
                return;
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            let Some(parent) = node.parent() else { return };
            node = parent;
            visit(Step::Leave(node));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &str) -> String {
        read(&format!("<html><head><title>Help</title></head><body>{body}</body></html>")).unwrap().markdown
    }

    #[test]
    fn the_main_part_is_read_and_what_is_around_it_is_not() {
        let html = "<html><head><title> Shop help </title><style>p{}</style></head><body><nav>Home Cart</nav>\
            <main><h1>Help</h1><h2>Delivery</h2><p>It takes <b>two</b> to four working days.</p>\
            <script>alert('x')</script></main><footer>Imprint</footer></body></html>";

        let page = read(html).unwrap();

        assert_eq!(page.title.as_deref(), Some("Shop help"));
        assert_eq!(page.markdown, "# Help\n\n## Delivery\n\nIt takes two to four working days.");
    }

    #[test]
    fn a_page_without_text_says_so() {
        let scripted = "<html><body><div id=app></div><script>draw()</script></body></html>";
        assert!(read(scripted).unwrap_err().contains("scripts"));
        assert!(read("").unwrap_err().contains("scripts"));
    }

    #[test]
    fn a_page_inside_one_form_is_kept_and_a_search_field_is_not() {
        let kept = text(
            "<form id=all><input type=hidden value=abc><h1>Help</h1><p>Delivery takes two days, always.</p></form>",
        );
        assert!(kept.contains("Delivery takes two days") && !kept.contains("abc"), "{kept}");
        let long = format!("<form>{}</form>", "<div>We repair bicycles of every make.</div>".repeat(10));
        assert!(text(&long).contains("every make"));
        let around = text(
            "<main><form role=search><label>Find things</label><button>Go</button></form><form><label>Your mail</label>\
             <button>Sign up</button></form><p>The shop opens at nine in the morning.</p></main>",
        );
        assert_eq!(around, "The shop opens at nine in the morning.");
    }

    #[test]
    fn folded_answers_are_kept_and_icons_are_not() {
        let kept = text(
            "<main><h3><button aria-expanded=false>How long does it take?</button></h3><div hidden><p>Two to four days.</p>\
             </div><h3><button>Is it free?</button><i aria-hidden=true>expand_more</i></h3><div hidden=until-found>From 50 \
             euros.</div><div role=region aria-hidden=true><p>Returns are free for thirty days.</p></div>\
             <details><summary>Where?</summary>In Mill Street.</details><span aria-hidden=true>★★★</span>\
             <button>Add to cart</button></main>",
        );
        for words in [
            "### How long does it take?",
            "Two to four days",
            "From 50 euros",
            "Returns are free",
            "Mill Street",
        ] {
            assert!(kept.contains(words), "{words}: {kept}");
        }
        for noise in ["★", "expand_more", "Add to cart"] {
            assert!(!kept.contains(noise), "{kept}");
        }
    }

    #[test]
    fn pictures_give_their_words_and_data_nothing() {
        let data = "A1b2".repeat(1_000);
        let kept = text(&format!(
            "<main><p>Delivery takes two days, always.</p><img alt='Our shop' src='data:image/png;base64,{data}'>\
             <a href='data:text/html,{data}'>a picture</a> <a href='/more'>more</a><object data='data:x,{data}'></object></main>"
        ));
        assert!(
            kept.contains("Our shop") && kept.contains("a picture") && kept.contains("[more](/more)"),
            "{kept}"
        );
        assert!(!kept.contains("A1b2") && kept.len() < 200);
    }

    #[test]
    fn words_with_parts_emphasised_stay_whole() {
        assert_eq!(
            text("<main><p><b>D</b>elivery takes t<em>w</em>o days, al<wbr>ways.</p><p>Really.</p></main>"),
            "Delivery takes two days, always.\n\nReally."
        );
    }

    #[test]
    fn tables_lists_and_code_keep_their_words_apart() {
        let kept = text(
            "<main><table><tr><th>Day</th><td>9 to 6</td></tr><tr><th>Sunday</th><td>closed</td></tr></table>\
             <ul><li>red</li><li>green</li></ul><dl><dt>Who?<dd>Ann</dl><pre>a  b\n# c</pre></main>",
        );
        assert!(kept.contains("Day | 9 to 6") && kept.contains("- red\n- green"), "{kept}");
        assert!(kept.contains("Who?\n") && kept.contains("```\na  b\n# c\n```"), "{kept}");
    }

    #[test]
    fn what_is_nested_deeply_is_refused_at_once_and_many_open_paragraphs_are_not() {
        for element in ["div", "b", "a-b", "table><tr><td", "div></span"] {
            let nested = format!("<{element}>").repeat(100_000);
            assert!(read(&nested).unwrap_err().contains("nested"), "{element}");
        }
        let open = "<p>One of many paragraphs.<li>item<br>".repeat(5_000);
        assert!(read(&open).is_ok());
        let deep =
            format!("{}The words at the very bottom.{}", "<div>".repeat(1_500), "</div>".repeat(1_500));
        assert!(read(&deep).unwrap().markdown.contains("very bottom"));
    }
}
