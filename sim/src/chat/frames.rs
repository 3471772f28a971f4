//! Converts a reply into the steps of a response body, including scripted faults.

use super::fault::{Cut, Fault, Malformed};
use super::reply::Reply;
use bytes::Bytes;
use std::collections::VecDeque;

/// A part of a streamed answer, in the provider's own format.
pub(super) enum Frame {
    /// Frames around the pieces.
    Fixed(String),
    /// A piece of text or of a tool call: waits for the gate and the delay, and is counted.
    Piece(String),
    /// The end marker.
    End(String),
}

/// What a response body does next.
#[derive(Debug)]
pub(super) enum Step {
    Send(Bytes),
    Piece(Bytes),
    Silence,
    Cut(Cut),
}

/// How the two formats write an error inside a stream.
pub(super) type ErrorFrame = fn(code: &str, message: &str) -> String;

pub(super) fn steps(reply: &Reply, frames: Vec<Frame>, error_frame: ErrorFrame) -> VecDeque<Step> {
    let mut steps = VecDeque::new();
    let mut piece_count = 0;
    let breaks_after = match reply.fault {
        Some(
            Fault::SilentAfter(pieces)
            | Fault::CutAfter(pieces, _)
            | Fault::MalformedAfter(pieces, _)
            | Fault::ErrorAfter(pieces, ..),
        ) => Some(pieces),
        _ => None,
    };
    for frame in frames {
        let is_due = match frame {
            Frame::Fixed(_) => piece_count > 0,
            Frame::Piece(_) | Frame::End(_) => true,
        };
        if is_due && breaks_after == Some(piece_count) {
            break;
        }
        match frame {
            Frame::Fixed(text) => steps.push_back(Step::Send(text.into())),
            Frame::Piece(text) => {
                steps.push_back(Step::Piece(text.into()));
                piece_count += 1;
            }
            Frame::End(_) if reply.fault == Some(Fault::NoEndMarker) => {}
            Frame::End(text) => steps.push_back(Step::Send(text.into())),
        }
    }
    steps.extend(break_steps(reply.fault.as_ref(), error_frame));
    steps
}

fn break_steps(fault: Option<&Fault>, error_frame: ErrorFrame) -> Vec<Step> {
    match fault {
        Some(Fault::SilentAfter(_)) => vec![Step::Silence],
        Some(Fault::CutAfter(_, cut)) => vec![Step::Cut(*cut)],
        Some(Fault::MalformedAfter(_, malformed)) => vec![Step::Send(malformed_bytes(*malformed))],
        Some(Fault::ErrorAfter(_, code, message)) => vec![Step::Send(error_frame(code, message).into())],
        _ => Vec::new(),
    }
}

fn malformed_bytes(malformed: Malformed) -> Bytes {
    match malformed {
        Malformed::BadJson => Bytes::from_static(b"data: {\"choices\": [oops\n\n"),
        Malformed::BadUtf8 => Bytes::from_static(b"data: {\"choices\": \"\xff\xfe\"}\n\n"),
        Malformed::HugeLine(bytes) => {
            let mut line = b"data: ".to_vec();
            line.resize(bytes, b'x');
            line.extend_from_slice(b"\n\n");
            line.into()
        }
    }
}
