//! A crowd against a small server in this process: what comes is counted, what does not is a fault.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use tokio_tungstenite::tungstenite::{Message, WebSocket, accept};

use super::talk::{Says, Talk, Window};
use crate::dialect::Dialect;
use crate::generator::{Crowd, Order, Schedule, Seat};
use crate::report::Reading;
use crate::target::Shape;

const ROOMS: usize = 8;
const SHAPE: Shape = Shape { rooms: ROOMS, agents: 0, orgs: 1 };

/// Serves rooms of one, each connection on a thread; what `says` makes of a message goes back to its writer.
fn serve(says: fn(count: u32, frame: &str) -> Vec<String>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || serve_one(accept(stream.unwrap()).unwrap(), says));
        }
    });
    port
}

fn serve_one(mut socket: WebSocket<TcpStream>, says: fn(u32, &str) -> Vec<String>) {
    let mut count = 0;
    while let Ok(message) = socket.read() {
        let Message::Text(text) = message else { continue };
        let asked: serde_json::Value = serde_json::from_str(&text).unwrap();
        if asked["event"] == "message" {
            let (room, content) = (&asked["room"], &asked["content"]);
            let delivery = format!(r#"{{"event":"message","room":{room},"content":{content}}}"#);
            for frame in says(count, &delivery) {
                socket.send(Message::text(frame)).unwrap();
            }
            count += 1;
        }
        socket.send(Message::text(format!(r#"{{"ack":{},"data":{{}}}}"#, asked["id"]))).unwrap();
    }
}

/// A crowd in its rooms, that says some hundred messages; what came of them.
fn talk(port: u16) -> (Talk, Reading) {
    let dialect = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialects/plain.toml");
    let seat = |room: usize| Seat {
        room: u32::try_from(room).unwrap(),
        room_id: format!("room-{room}").into(),
        token: "".into(),
        is_visitor: true,
    };
    let dialect = Rc::new(Dialect::read(&dialect).unwrap());
    let mut crowd = Crowd::new(dialect, port, (0..ROOMS).map(seat).collect()).unwrap();
    let mut talk = Talk::new(&crowd, SHAPE, Says::Messages, 128);
    crowd.open(0..ROOMS, 3, true);
    assert!(talk.run_while(&mut crowd, Duration::from_secs(20), |_, crowd| crowd.is_settled()).unwrap());
    assert_eq!(talk.joined, ROOMS);

    let (from_us, until_us) = (talk.now_us(), talk.now_us() + 100_000);
    talk.measure(Window { from_us, until_us });
    let from = super::rooms::seconds(from_us);
    let mut schedule = Schedule::new(7, Order::Even, 2_000.0, u32::try_from(ROOMS).unwrap(), from);
    talk.run_until(&mut crowd, until_us, Some(&mut schedule)).unwrap();
    talk.drain(&mut crowd, Duration::from_secs(20)).unwrap();
    talk.settle();
    let mut reading = Reading::default();
    talk.report(&mut reading);
    (talk, reading)
}

#[test]
fn a_server_that_delivers_everything_has_no_faults() {
    let (talk, reading) = talk(serve(|_, frame| vec![frame.to_owned()]));

    assert_eq!(reading.faults.len(), 0, "{:?}", reading.warnings);
    assert_eq!(talk.received, talk.expected);
    assert!((190..=200).contains(&talk.expected), "{}", talk.expected);
    assert!(reading.get("p99_ms").is_some() && reading.get("ack_p99_ms").is_some());
}

#[test]
fn what_is_lost_repeated_or_goes_to_another_room_is_a_fault() {
    let says = |count: u32, frame: &str| match count {
        3 => vec![],
        5 => vec![frame.to_owned(), frame.to_owned()],
        7 => vec![frame.to_owned(), frame.replace("~0.", "~1.").replace("~2.", "~3.")],
        _ => vec![frame.to_owned()],
    };

    let (_, reading) = talk(serve(says));

    assert_eq!(reading.faults.get("lost"), Some(&8), "one in each room: {:?}", reading.faults);
    assert_eq!(reading.faults.get("reordered"), Some(&(8 + 6)), "a repeat without a place of its own");
    assert_eq!(reading.faults.get("leaked"), Some(&2));
}
