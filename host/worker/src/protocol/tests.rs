use std::time::Duration;

use proptest::prelude::*;
use seedbed_genome::{Exit, ExitGenome, Mechanism};
use seedbed_market::sample;
use seedbed_outcome::{Failure, Usage};
use seedbed_sandbox::{ComponentHash, Limits, Reads, Said, SizeLimits, WasiPolicy};

use super::{
    Answer, Ask, ComponentKey, DecodeError, MAGIC, Order, Reply, Request, Role, SentBars, SentExit, Setup, VERSION,
    Value, Welcome, decode, decode_greeting, encode, encode_greeting,
};

fn encoded(message: &impl serde::Serialize) -> Vec<u8> {
    let mut payload = Vec::new();
    encode(message, &mut payload).unwrap();
    payload
}

fn setup() -> Setup {
    Setup { role: Role::Run, memory: 64 << 20, strict_nan: false, size: SizeLimits::default(), board: 16 << 20 }
}

/// Otherwise a signal under process isolation would differ in its last bits from the same one without.
#[test]
fn every_bit_of_a_number_survives() {
    let odd =
        [f64::NAN, -0.0, f64::MIN_POSITIVE / 3.0, f64::from_bits(0xfff8_dead_beef_0001), f64::MAX, -f64::INFINITY];
    let answer = |convictions: Vec<f64>| {
        Reply::Answers(vec![Answer {
            outcome: Ok(Value::Convictions(convictions.into())),
            usage: Usage { fuel_call: u64::MAX, ..Usage::default() },
            said: Vec::<Said>::new(),
        }])
    };
    let payload = encoded(&answer(odd.to_vec()));
    let Reply::Answers(answers) = decode(&payload).unwrap() else { panic!() };
    let Ok(Value::Convictions(read)) = &answers[0].outcome else { panic!() };
    assert_eq!(read.iter().map(|value| value.to_bits()).collect::<Vec<_>>(), odd.map(f64::to_bits));
    assert_eq!(answers[0].usage.fuel_call, u64::MAX);

    let parameters = Ask::DataNeeded { parameters: odd.to_vec() };
    let request = Request { component: key(), limits: Limits::default(), ask: parameters };
    let payload = encoded(&Order::Calls(vec![request]));
    let Order::Calls(requests) = decode(&payload).unwrap() else { panic!() };
    let Ask::DataNeeded { parameters } = &requests[0].ask else { panic!() };
    assert_eq!(parameters.iter().map(|value| value.to_bits()).collect::<Vec<_>>(), odd.map(f64::to_bits));
}

fn key() -> ComponentKey {
    ComponentKey { hash: ComponentHash::of(b"x"), wasi: WasiPolicy::Inert }
}

/// Bars are known by their hash on both ends, so they must be the same bars there.
#[test]
fn bars_arrive_as_they_were() {
    let payload = encoded(&Order::Bars(SentBars::of(sample())));
    let Order::Bars(sent) = decode(&payload).unwrap() else { panic!() };
    assert_eq!(&sent.bars().unwrap(), sample());
    let upside_down = SentBars { low: sample().high().into(), high: sample().low().into(), ..SentBars::of(sample()) };
    let payload = encoded(&Order::Bars(upside_down));
    let Order::Bars(sent) = decode(&payload).unwrap() else { panic!() };
    assert!(sent.bars().is_err(), "bars are checked where they arrive");
}

/// A component is told mechanisms and values in slot order, and must be told the same by a worker.
#[test]
fn exits_arrive_as_they_were() {
    let mut genome = ExitGenome::default();
    for mechanism in Mechanism::ALL {
        genome.insert(Exit::new(*mechanism).with_value(0, 0.123));
    }
    let sent: Vec<SentExit> = decode(&encoded(&SentExit::of(&genome))).unwrap();
    let read = SentExit::genome(&sent).unwrap();
    let told = |genome: &ExitGenome| -> Vec<(Mechanism, Vec<f64>)> {
        genome.exits().map(|exit| (exit.mechanism(), exit.values().to_vec())).collect()
    };
    assert_eq!(told(&read), told(&genome));
    assert!(!told(&read).is_empty());
    assert_eq!(SentExit::genome(&[SentExit { mechanism: "prayer".into(), values: vec![] }]), None);
}

/// After an update of one machine of several, the others must be told what is wrong.
#[test]
fn another_version_is_named_and_nothing_else_of_it_is_read() {
    let mut hello = encode_greeting(&setup()).unwrap();
    assert_eq!(decode_greeting::<Setup>(&hello), Ok(setup()));
    hello[MAGIC.len()] ^= 0xff;
    hello.truncate(MAGIC.len() + 2);
    let error = decode_greeting::<Setup>(&hello).unwrap_err();
    assert_eq!(error, DecodeError::Version { found: VERSION ^ 0xff });
    assert_eq!(
        error.to_string(),
        format!("speaks version {} of the worker protocol, this end speaks {VERSION}", VERSION ^ 0xff)
    );
    assert_eq!(decode_greeting::<Setup>(b"GET / HTTP/1.1"), Err(DecodeError::Magic));
    assert_eq!(decode_greeting::<Setup>(&MAGIC), Err(DecodeError::Magic));
}

#[test]
fn what_goes_on_after_its_end_is_no_message() {
    let mut payload = encoded(&Reply::Linked(Ok(())));
    payload.push(0);
    assert_eq!(decode::<Reply<'_>>(&payload), Err(DecodeError::Trailing(1)));
}

/// A text from a worker passes the same door as one from a guest: a broken worker must not write into a terminal.
#[test]
fn texts_are_cleaned_where_they_arrive() {
    let raw: Result<(), &str> = Err("\u{1b}[2Jclean");
    // As `Reply::Linked`, whose text cannot be made unclean here.
    let mut payload = vec![0];
    payload.extend(encoded(&raw));
    let Reply::Linked(Err(text)) = decode(&payload).unwrap() else { panic!() };
    assert_eq!(text.as_str(), "clean");
}

fn all_decoders(bytes: &[u8]) {
    let _ = decode::<Order<'_>>(bytes);
    let _ = decode::<Reply<'_>>(bytes);
    let _ = decode_greeting::<Setup>(bytes);
    let _ = decode_greeting::<Result<Welcome, seedbed_outcome::GuestText>>(bytes);
}

proptest! {
    /// A broken worker can send anything; the host must go on.
    #[test]
    fn no_bytes_make_a_decoder_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        all_decoders(&bytes);
        let mut greeting = MAGIC.to_vec();
        greeting.extend(VERSION.to_le_bytes());
        greeting.extend(&bytes);
        all_decoders(&greeting);
    }

    #[test]
    fn nor_do_messages_with_flipped_bytes(at in any::<prop::sample::Index>(), with in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let request = Request {
            component: key(),
            limits: Limits { timeout: Some(Duration::from_millis(5)), ..Limits::default() },
            ask: Ask::Signals { bars: sample().hash(), reads: Reads { close: true, ..Reads::default() }, parameters: vec![1.0; 9] },
        };
        let answer = Answer { outcome: Err(Failure::bad_output("bad")), usage: Usage::default(), said: Vec::new() };
        for mut payload in [encoded(&Order::Calls(vec![request])), encoded(&Reply::Answers(vec![answer.clone(), answer.clone()]))] {
            let place = at.index(payload.len());
            payload[place] = with;
            all_decoders(&payload);
            payload.truncate(cut.index(payload.len()));
            all_decoders(&payload);
        }
    }
}
