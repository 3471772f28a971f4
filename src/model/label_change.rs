//! Changes of the labels of a conversation.

use std::sync::Arc;

use rooms::Head;

/// Maximum labels of a conversation.
pub const LABELS_MAX: usize = 50;

/// What happens to the labels of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum LabelChange {
    /// They stay.
    #[default]
    Keep,
    /// It has these, and no others.
    Set(Vec<Arc<str>>),
    /// Some go and some come; the others stay, whatever they are by then.
    Edit {
        /// Those that come; one that is there already stays.
        add: Vec<Arc<str>>,
        /// Those that go; one that is not there is passed over.
        remove: Vec<Arc<str>>,
    },
}

impl LabelChange {
    /// The labels after it; `None` where there would be more than a conversation has.
    #[must_use]
    pub fn apply(&self, labels: &[Arc<str>]) -> Option<Vec<Arc<str>>> {
        let after = match self {
            Self::Keep => labels.to_vec(),
            Self::Set(labels) => labels.clone(),
            Self::Edit { add, remove } => {
                let mut after: Vec<Arc<str>> =
                    labels.iter().filter(|label| !remove.contains(label)).cloned().collect();
                for label in add {
                    if !after.contains(label) {
                        after.push(label.clone());
                    }
                }
                after
            }
        };
        let is_grown = after.len() > labels.len();
        (!is_grown || after.len() <= LABELS_MAX).then_some(after)
    }
}

/// What became of a change of labels and priority.
#[derive(Debug)]
pub enum TagOutcome {
    /// It is stored; the conversation stands so.
    Stored(Box<Head>),
    /// It would have had too many labels; nothing has changed.
    TooManyLabels,
    /// There is no such conversation.
    NotFound,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(names: &[&str]) -> Vec<Arc<str>> {
        names.iter().map(|name| Arc::from(*name)).collect()
    }

    fn edit(add: &[&str], remove: &[&str]) -> LabelChange {
        LabelChange::Edit { add: labels(add), remove: labels(remove) }
    }

    #[test]
    fn an_edit_leaves_the_labels_that_it_does_not_name() {
        let before = labels(&["a", "b"]);

        assert_eq!(edit(&["c", "a"], &["b", "x"]).apply(&before), Some(labels(&["a", "c"])));
        assert_eq!(edit(&["a"], &[]).apply(&before), Some(before.clone()));
        assert_eq!(LabelChange::Keep.apply(&before), Some(before.clone()));
        assert_eq!(LabelChange::Set(labels(&["z"])).apply(&before), Some(labels(&["z"])));
    }

    #[test]
    fn an_edit_never_grows_beyond_the_most() {
        let full: Vec<Arc<str>> = (0..LABELS_MAX).map(|number| number.to_string().into()).collect();

        assert_eq!(edit(&["one more"], &[]).apply(&full), None);
        assert_eq!(edit(&["0"], &[]).apply(&full), Some(full.clone()), "it is there already");
        assert_eq!(edit(&["one more"], &["0"]).apply(&full).map(|after| after.len()), Some(LABELS_MAX));
    }
}
