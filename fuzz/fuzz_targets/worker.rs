//! What comes in on the line between host and worker: frames, with a message of any kind in each.

#![no_main]

use std::fmt::Debug;
use std::io::{Cursor, ErrorKind};

use libfuzzer_sys::fuzz_target;
use seedbed_fuzz::{assert_printable, limit_memory};
use seedbed_outcome::GuestText;
use seedbed_sandbox::rules;
use seedbed_worker::frame::{self, FrameError};
use seedbed_worker::protocol::{
    Answer, Ask, DecodeError, MOST_GREETING, Order, Reply, SentBars, SentExit, Setup, Value, Welcome, decode,
    decode_greeting, encode, encode_greeting,
};
use serde::Serialize;

// Some mebibytes more than an input has: those that serde sets aside on the word of a length.
fuzz_target!(init: limit_memory(16), |wire: &[u8]| {
    assert_understood(wire);
    let (mut line, mut payload) = (Cursor::new(wire), Vec::new());
    loop {
        let rest = &wire[line.position() as usize..];
        match frame::read(&mut line, MOST_GREETING, &mut payload) {
            Ok(true) => {
                let mut framed = Vec::new();
                frame::write(&mut framed, &payload).expect("it came in a frame");
                assert!(rest.starts_with(&framed));
                assert_understood(&payload);
            }
            Ok(false) => break assert!(rest.is_empty()),
            Err(FrameError::TooLong { length, most }) => break assert!(length > most && most == MOST_GREETING),
            Err(FrameError::Io(error)) => break assert_eq!(error.kind(), ErrorKind::UnexpectedEof),
        }
    }
});

/// Whatever the bytes are taken for, they are refused in words that can be shown, or are the same message once they are said again.
fn assert_understood(payload: &[u8]) {
    if let Some(hello) = read(decode_greeting::<Setup>(payload)) {
        let said = encode_greeting(&hello).expect("encodes");
        assert_same(&hello, &decode_greeting::<Setup>(&said).expect("was said"));
    }
    if let Some(welcome) = read(decode_greeting::<Result<Welcome, GuestText>>(payload)) {
        let said = encode_greeting(&welcome).expect("encodes");
        assert_same(&welcome, &decode_greeting::<Result<Welcome, GuestText>>(&said).expect("was said"));
    }
    if let Some(order) = read(decode::<Order<'_>>(payload)) {
        assert_same(&order, &decode::<Order<'_>>(&encoded(&order)).expect("was said"));
        follow(order);
    }
    if let Some(reply) = read(decode::<Reply<'_>>(payload)) {
        assert_same(&reply, &decode::<Reply<'_>>(&encoded(&reply)).expect("was said"));
        believe(reply);
    }
}

fn read<T>(decoded: Result<T, DecodeError>) -> Option<T> {
    decoded.inspect_err(|error| assert_printable(&error.to_string())).ok()
}

/// By their bytes, which keep every bit of a number, and as text; to `==` no NaN is another. The bytes that they came in may be others, since a
/// number can be written longer than it need be.
fn assert_same<M: Serialize + Debug, H: Serialize + Debug>(message: &M, heard: &H) {
    assert_eq!(encoded(heard), encoded(message), "{message:?}");
    assert_eq!(format!("{heard:?}"), format!("{message:?}"));
}

fn encoded(message: &impl Serialize) -> Vec<u8> {
    let mut payload = Vec::new();
    encode(message, &mut payload).expect("encodes");
    payload
}

/// What a worker makes of an order before it calls a component.
fn follow(order: Order<'_>) {
    match order {
        Order::Bars(sent) => match sent.bars() {
            Ok(bars) => {
                let again = SentBars::of(&bars).bars().expect("they are a price series");
                assert_eq!((again.hash(), &again), (bars.hash(), &bars));
            }
            Err(error) => assert_printable(&error.to_string()),
        },
        Order::Calls(requests) => {
            for request in requests {
                if let Ask::Accept { exits, .. } = request.ask {
                    let told = SentExit::genome(&exits).map(|genome| SentExit::of(&genome).len());
                    assert!(told.is_none_or(|told| told <= exits.len()));
                }
            }
        }
        _ => {}
    }
}

/// What the host makes of a reply before it believes it.
fn believe(reply: Reply<'_>) {
    match reply {
        Reply::Answers(answers) => answers.into_iter().for_each(judge),
        Reply::Linked(Err(text)) | Reply::Refused(text) | Reply::Failed(text) => assert_printable(text.as_str()),
        Reply::Linked(Ok(())) | Reply::Compiled(_) => {}
    }
}

fn judge(answer: Answer) {
    let judged = answer.outcome.and_then(|value| match value {
        Value::Description(description) => rules::description(description).map(drop),
        Value::Exits(exits) => rules::exits(exits).map(drop),
        Value::DataNeed(need) => rules::data_need(need).map(drop),
        // What it points to is read and checked where the board is.
        Value::Accepted | Value::Posted { .. } => Ok(()),
        Value::Convictions(convictions) => {
            let bars = convictions.len();
            let judged = rules::convictions(convictions.into_owned(), bars)?;
            assert!(judged.iter().all(|conviction| conviction.is_nan() || conviction.abs() <= 1.0));
            Ok(())
        }
    });
    if let Err(failure) = judged {
        assert_printable(&failure.to_string());
    }
}
