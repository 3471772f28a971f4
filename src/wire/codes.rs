//! Every code a client can receive. Codes are never reused.

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal, $retry:literal;)*) => {
        /// Why a request was refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode { $($(#[$doc])* $name,)* }

        impl ErrorCode {
            /// Every code, in the order of PROTOCOL.md.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code as clients see it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The HTTP status that fits, as a plain number: the wire knows no HTTP library.
            #[must_use]
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// Whether the same request may succeed later.
            #[must_use]
            pub fn retry(self) -> bool {
                match self { $(Self::$name => $retry,)* }
            }
        }
    };
}

error_codes! {
    /// The request is malformed.
    BadRequest = "bad_request", 400, false;
    /// No valid token.
    Unauthenticated = "unauthenticated", 401, false;
    /// The password or link was right; a code of two-step sign-in is needed as well.
    SecondStepRequired = "second_step_required", 401, false;
    /// The caller may not do this.
    Forbidden = "forbidden", 403, false;
    /// The org demands two-step sign-in, and the caller has not set it up.
    TwoStepRequired = "two_step_required", 403, false;
    /// The act is sensitive, and the sign-in too long ago for it.
    FreshSignInRequired = "fresh_sign_in_required", 403, false;
    /// It does not exist, or belongs to somebody else.
    NotFound = "not_found", 404, false;
    /// It is larger than allowed.
    TooLarge = "too_large", 413, false;
    /// Too many in too short a time.
    RateLimited = "rate_limited", 429, true;
    /// A budget of the org is used up.
    UsageLimitExceeded = "usage_limit_exceeded", 403, false;
    /// Another agent holds the conversation.
    AlreadyTaken = "already_taken", 409, false;
    /// The caller does not hold the conversation.
    NotHolder = "not_holder", 409, false;
    /// The conversation is closed, for good.
    ConversationClosed = "conversation_closed", 409, false;
    /// The channel does not offer people.
    HandoffDisabled = "handoff_disabled", 409, false;
    /// What the caller saw is no longer so.
    Conflict = "conflict", 409, false;
    /// Storage or broker cannot be reached; nothing was stored.
    Unavailable = "unavailable", 503, true;
    /// An AI provider failed.
    ProviderError = "provider_error", 502, true;
    /// The server is going down.
    Draining = "draining", 503, true;
    /// A fault of the server.
    Internal = "internal", 500, true;
}

macro_rules! close_codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $error:ident;)*) => {
        /// Why a WebSocket was closed: 4000 to 4499 say reconnect, all others do not.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum CloseCode { $($(#[$doc])* $name,)* }

        impl CloseCode {
            /// Every code, ascending.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The number in the close frame.
            #[must_use]
            pub fn number(self) -> u16 {
                match self { $(Self::$name => $number,)* }
            }

            /// The error code that says the same where there are no close codes.
            #[must_use]
            pub fn error(self) -> ErrorCode {
                match self { $(Self::$name => ErrorCode::$error,)* }
            }

            /// Whether the client should come back by itself.
            #[must_use]
            pub fn says_reconnect(self) -> bool {
                (4000..4500).contains(&self.number())
            }
        }
    };
}

close_codes! {
    /// Not WebSocket as RFC 6455 has it.
    ProtocolError = 1002, BadRequest;
    /// A text frame that is not UTF-8.
    InvalidUtf8 = 1007, BadRequest;
    /// The server is going down.
    Draining = 4000, Draining;
    /// The outbound queue was full.
    SlowReader = 4001, Unavailable;
    /// Nothing was heard for too long.
    HeartbeatMissed = 4002, Unavailable;
    /// The hub can no longer say what the client has seen.
    PositionLost = 4003, Unavailable;
    /// A fault of the server.
    InternalError = 4004, Internal;
    /// Far too many events.
    TooManyEvents = 4029, RateLimited;
    /// A frame that is not of the protocol.
    BadFrame = 4500, BadRequest;
    /// No hello in time, or no valid token.
    Unauthenticated = 4501, Unauthenticated;
    /// Not allowed, or no longer.
    Forbidden = 4503, Forbidden;
    /// A newer connection of the same client took its place.
    Replaced = 4509, Conflict;
    /// A frame over the limit.
    FrameTooLarge = 4513, TooLarge;
}
