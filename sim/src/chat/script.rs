//! Matches requests to scripted replies.

use super::record::Recorded;
use super::reply::Reply;
use std::fmt;
use std::sync::Mutex;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// Chat completions and messages, on whichever path.
    Chat,
    /// Embeddings.
    Embeddings,
    /// The search of a vector store.
    StoreSearch,
}

/// Says whether a reply is for a request.
pub(super) type Matcher = Box<dyn Fn(&Recorded) -> bool + Send + Sync>;

struct Rule {
    endpoint: Endpoint,
    matcher: Matcher,
    reply: Reply,
    is_kept: bool,
}

/// The replies that wait for requests, in order, and the one for when none is left.
pub(super) struct Script {
    rules: Mutex<Vec<Rule>>,
    fallback: Mutex<Reply>,
}

impl Script {
    pub(super) fn new() -> Self {
        let fallback = Mutex::new(Reply::text("This is the scripted answer."));
        Self { rules: Mutex::default(), fallback }
    }

    pub(super) fn set_default(&self, reply: Reply) {
        *self.fallback.lock().expect("nothing panics while it holds the script") = reply;
    }

    pub(super) fn add(&self, endpoint: Endpoint, matcher: Matcher, reply: Reply, is_kept: bool) {
        let mut rules = self.rules.lock().expect("nothing panics while it holds the script");
        rules.push(Rule { endpoint, matcher, reply, is_kept });
    }

    /// How many replies are still waiting for their request.
    pub(super) fn waiting_count(&self) -> usize {
        let rules = self.rules.lock().expect("nothing panics while it holds the script");
        rules.iter().filter(|rule| !rule.is_kept).count()
    }

    /// The first reply that fits, which is used up unless it was to be kept.
    pub(super) fn scripted(&self, endpoint: Endpoint, request: &Recorded) -> Option<Reply> {
        let mut rules = self.rules.lock().expect("a matcher must not panic");
        let at = rules.iter().position(|rule| rule.endpoint == endpoint && (rule.matcher)(request))?;
        if rules[at].is_kept { Some(rules[at].reply.clone()) } else { Some(rules.remove(at).reply) }
    }

    pub(super) fn chat(&self, request: &Recorded) -> Reply {
        self.scripted(Endpoint::Chat, request).unwrap_or_else(|| {
            self.fallback.lock().expect("nothing panics while it holds the script").clone()
        })
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Script({} waiting)", self.waiting_count())
    }
}
