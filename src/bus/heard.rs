//! What a node hears.

use super::news::News;
use crate::model::NodeId;

/// What a node hears.
#[derive(Debug)]
pub enum Heard {
    /// What another node tells.
    News {
        /// Which node.
        from: NodeId,
        /// What, in order.
        news: Vec<News>,
    },
    /// Something that a node told was lost, or it has just come.
    Missed {
        /// Which node.
        from: NodeId,
    },
    /// A node has not been heard of for so long that it counts as gone.
    Gone {
        /// Which node.
        node: NodeId,
    },
    /// The bus is away: from here on nothing is heard.
    Lost,
    /// The bus is back, and anything may have been missed.
    Back,
}
