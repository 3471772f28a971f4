//! Intent classification.

/// What the writer of a message wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// Money back, or another article.
    Refund,
    /// News of an order.
    Order,
    /// An appointment.
    Booking,
    /// What something costs.
    Pricing,
    /// Whether something is there.
    Stock,
    /// Help with something that does not work.
    Technical,
    /// To complain.
    Complaint,
    /// To say thanks.
    Thanks,
    /// To say hello.
    Greeting,
    /// To know something else.
    Question,
}

impl Intent {
    /// Its name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::Order => "order",
            Self::Booking => "booking",
            Self::Pricing => "pricing",
            Self::Stock => "stock",
            Self::Technical => "technical",
            Self::Complaint => "complaint",
            Self::Thanks => "thanks",
            Self::Greeting => "greeting",
            Self::Question => "question",
        }
    }
}
