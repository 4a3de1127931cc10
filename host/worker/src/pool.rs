use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use seedbed_jail::Layers;
use seedbed_market::Bars;
use seedbed_outcome::{Call, Failure, Function, GuestText, Usage};
use seedbed_sandbox::{
    Clock, Code, CompileBound, Gate, Intake, Limits, LoadError, Observer, Origin, Reads, Said, WasiPolicy,
};

use crate::lost::{Bound, Lost};
use crate::nursery::Nursery;
use crate::process::{Patience, Process};
use crate::program::Program;
use crate::protocol::{Answer, Ask, ComponentKey, Order, Reply, Request, Role, Setup, Value};
use crate::{CompileLimits, EngineFingerprint, SandboxConfig};

/// Worker processes of one host, at most one for each call at once, and what stands before them.
#[derive(Debug)]
pub(crate) struct Pool {
    nursery: Nursery,
    setup: Setup,
    compile: CompileLimits,
    engine: EngineFingerprint,
    layers: Layers,
    intake: Intake,
    gate: Gate,
    observer: Option<Arc<dyn Observer>>,
    /// Workers that nobody uses; the last one in is the first one out, since its caches are warm.
    idle: Mutex<Vec<Process>>,
}

/// A component that workers run.
#[derive(Debug)]
pub(crate) struct Remote {
    pub(crate) key: ComponentKey,
    code: Code,
}

impl Pool {
    /// On top of a deadline, until a worker counts as hung.
    const GRACE: Duration = Duration::from_secs(2);
    /// Bytes of an answer besides its convictions: a description with all its texts takes a tenth of it.
    const ANSWER: u64 = 1 << 20;
    /// Bytes of compiled code.
    const CODE: u64 = 256 << 20;

    /// Starts the first worker.
    pub(crate) fn start(config: &SandboxConfig, program: Program, compile: CompileLimits) -> Result<Self, Lost> {
        let SandboxConfig { memory, strict_nan, size, .. } = *config;
        let setup = Setup { role: Role::Run, memory, strict_nan, size, board: 0 };
        let nursery = Nursery::open(program).map_err(Lost::Start)?;
        let first = Process::start(&nursery, &setup)?;
        let engine = first.welcome().engine;
        Ok(Self {
            nursery,
            setup,
            compile,
            engine,
            layers: first.welcome().layers.clone(),
            intake: Intake::new(size, memory, config.cache.as_ref(), engine, Origin::Worker),
            gate: Gate::new(config.concurrency.min(Self::MOST)),
            observer: config.observer.clone(),
            idle: Mutex::new(vec![first]),
        })
    }

    /// Workers at once.
    const MOST: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1023);

    pub(crate) fn engine(&self) -> EngineFingerprint {
        self.engine
    }

    pub(crate) fn layers(&self) -> &Layers {
        &self.layers
    }

    /// Makes a component ready: checked here, compiled in a worker of its own or taken from the cache, linked in one that will run it.
    pub(crate) fn load(&self, bytes: &[u8], wasi: WasiPolicy) -> Result<Remote, LoadError> {
        let hash = self.intake.check(bytes, wasi)?;
        let start = Instant::now();
        let code = match self.intake.cached(hash) {
            Some(code) => code,
            None => {
                let code = self.compile(bytes)?;
                self.intake.keep(hash, &code);
                code
            }
        };
        let took = start.elapsed();
        let remote = Remote { key: ComponentKey { hash, wasi }, code };
        self.link(&remote)?;
        if let Some(observer) = &self.observer {
            observer.compiled(took);
        }
        Ok(remote)
    }

    fn compile(&self, bytes: &[u8]) -> Result<Code, LoadError> {
        let CompileLimits { processor, memory, clock } = self.compile;
        let setup = Setup { role: Role::Compile { processor: processor.as_secs().max(1), memory }, ..self.setup };
        let mut compiled = None;
        let made = Process::start(&self.nursery, &setup).and_then(|mut worker| {
            worker.order(&Order::Compile(bytes.into()))?;
            worker.exchange(1, Patience { time: clock, bytes: Self::CODE }, |_, reply| {
                compiled = Some(match reply {
                    Reply::Compiled(code) => Ok(Code::received(code.into_owned())),
                    Reply::Refused(why) => Err(LoadError::Invalid(why)),
                    _ => return Err(Lost::BesidesThePoint("something else than compiled code")),
                });
                Ok(())
            })
        });
        match (made, compiled) {
            (Ok(()), Some(compiled)) => compiled,
            (Ok(()), None) => Err(LoadError::WorkerLost(GuestText::new("no answer"))),
            (Err(lost), _) => Err(match lost.bound() {
                Some(Bound::Processor) => LoadError::TooCostly(CompileBound::Processor(processor.as_secs().max(1))),
                Some(Bound::Clock) => LoadError::TooCostly(CompileBound::Clock(clock)),
                Some(Bound::Memory) => LoadError::TooCostly(CompileBound::Memory(memory)),
                None => LoadError::WorkerLost(GuestText::new(&lost.to_string())),
            }),
        }
    }

    /// Tries the component in one worker, so that what no worker can link is turned away as what it is.
    fn link(&self, remote: &Remote) -> Result<(), LoadError> {
        let mut refused = None;
        let linked = self.twice(|worker| {
            refused = worker.link(remote)?;
            Ok(())
        });
        match (linked, refused) {
            (Err(lost), _) => Err(LoadError::WorkerLost(GuestText::new(&lost.to_string()))),
            (Ok(()), Some(why)) => Err(LoadError::Invalid(why)),
            (Ok(()), None) => Ok(()),
        }
    }

    /// Makes a call, alone once more where it runs past its deadline.
    pub(crate) fn call(&self, remote: &Remote, limits: &Limits, bars: Option<&Bars>, ask: &Ask) -> Call<Value> {
        let clock = clock(limits, bars);
        self.gate.call(clock, |deadline| self.attempt(remote, limits, bars, ask, deadline))
    }

    fn attempt(
        &self,
        remote: &Remote,
        limits: &Limits,
        bars: Option<&Bars>,
        ask: &Ask,
        deadline: Duration,
    ) -> Call<Value> {
        let requests = [Request::within(remote.key, limits, ask, deadline)];
        let answers = self.ask(remote, bars, &requests, deadline);
        self.told(answers, |_| ask.function()).pop().unwrap_or_else(|| lost("it answered nothing"))
    }

    /// Makes a call without bars and, where that has an answer, one on `bars`: one way there and back for both.
    pub(crate) fn pair(
        &self,
        remote: &Remote,
        limits: &Limits,
        bars: &Bars,
        (one, other): (&Ask, &Ask),
    ) -> (Call<Value>, Option<Call<Value>>) {
        let (start, clocks) = (Instant::now(), (clock(limits, None), clock(limits, Some(bars))));
        let requests = [
            Request::within(remote.key, limits, one, clocks.0.deadline),
            Request::within(remote.key, limits, other, clocks.1.deadline),
        ];
        let answers = {
            let _place = self.gate.enter();
            self.ask(remote, Some(bars), &requests, clocks.0.deadline.saturating_add(clocks.1.deadline))
        };
        let mut calls =
            self.told(answers, |number| if number == 0 { one.function() } else { other.function() }).into_iter();
        let first = calls.next().unwrap_or_else(|| lost("it answered nothing"));
        let first = self.gate.again(clocks.0, start, first, |left| self.attempt(remote, limits, None, one, left));
        let second = first.outcome.is_ok().then(|| match calls.next() {
            Some(second) => {
                let attempt = |left| self.attempt(remote, limits, Some(bars), other, left);
                self.gate.again(clocks.1, start, second, attempt)
            }
            None => self.call(remote, limits, Some(bars), other),
        });
        (first, second)
    }

    fn ask(
        &self,
        remote: &Remote,
        bars: Option<&Bars>,
        requests: &[Request],
        time: Duration,
    ) -> Result<Vec<Answer>, Lost> {
        let order = Order::Calls(requests.into());
        let fits = |answers: &[Answer]| answered(requests, answers);
        self.twice(|worker| worker.calls(remote, bars.as_slice(), &order, time, fits))
    }

    /// Makes calls of `signals` on one instance.
    pub(crate) fn turn(
        &self,
        remote: &Remote,
        limits: &Limits,
        reads: Reads,
        calls: &[(&Bars, &[f64])],
    ) -> Vec<Call<Value>> {
        let bars: Vec<_> = calls.iter().map(|(bars, _)| *bars).collect();
        let time = bars
            .iter()
            .map(|bars| limits.effective_deadline(bars.len()))
            .fold(Duration::ZERO, Duration::saturating_add);
        let calls: Vec<_> = calls.iter().map(|(bars, parameters)| (bars.hash(), parameters.to_vec())).collect();
        let most = calls.len();
        let order = Order::Turn { component: remote.key, limits: *limits, reads, calls };
        let fits = |answers: &[Answer]| {
            let answer = |answer: &Answer| matches!(answer.outcome, Ok(Value::Convictions(_)) | Err(_));
            is_whole(most, answers) && answers.iter().all(answer)
        };
        let _place = self.gate.enter();
        self.told(self.twice(|worker| worker.calls(remote, &bars, &order, time, fits)), |_| Function::Signals)
    }

    /// Tells log and observer what a worker answered.
    fn told(&self, answers: Result<Vec<Answer>, Lost>, function: impl Fn(usize) -> Function) -> Vec<Call<Value>> {
        let told = |(number, Answer { outcome, usage, said }): (usize, Answer)| {
            said.iter().take(Said::LOGGED).for_each(Said::log);
            if let Some(observer) = &self.observer {
                observer.called(function(number), &usage);
            }
            Call { outcome, usage }
        };
        match answers {
            Ok(answers) => answers.into_iter().enumerate().map(told).collect(),
            Err(why) => vec![lost(&why.to_string())],
        }
    }

    /// Does something with a worker, and where that worker is lost, once more with a new one.
    fn twice<T>(&self, mut run: impl FnMut(&mut Process) -> Result<T, Lost>) -> Result<T, Lost> {
        // The lock is let go before anything is done.
        let idle = self.idle().pop();
        let first = idle.map_or_else(|| self.worker(), Ok).and_then(|worker| self.once(worker, &mut run));
        first.or_else(|lost| {
            tracing::warn!("a worker process was lost: {lost}; what it was doing is tried once more in a new one");
            self.once(self.worker()?, &mut run)
        })
    }

    fn once<T>(&self, mut worker: Process, run: &mut impl FnMut(&mut Process) -> Result<T, Lost>) -> Result<T, Lost> {
        let done = run(&mut worker)?;
        self.idle().push(worker);
        Ok(done)
    }

    fn worker(&self) -> Result<Process, Lost> {
        let worker = Process::start(&self.nursery, &self.setup)?;
        if worker.welcome().engine == self.engine { Ok(worker) } else { Err(Lost::OtherEngine) }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Process>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lost(how: &str) -> Call<Value> {
    Call { outcome: Err(Failure::WorkerLost { how: GuestText::new(how) }), usage: Usage::default() }
}

impl Process {
    /// Links a component, unless it is held already; the answer is why it cannot be.
    fn link(&mut self, remote: &Remote) -> Result<Option<GuestText>, Lost> {
        self.holds.turn();
        let mut refused = None;
        if self.send_component(remote)? {
            self.send_surplus()?;
            let patience = Patience { time: Pool::GRACE, bytes: Pool::ANSWER };
            self.exchange(1, patience, |_, reply| {
                refused = linked(reply)?.err();
                Ok(())
            })?;
        }
        Ok(refused)
    }

    /// Makes calls of one component on some bars, for so long; the answers are those that `fits` finds fitting.
    fn calls(
        &mut self,
        remote: &Remote,
        bars: &[&Bars],
        calls: &Order<'_>,
        time: Duration,
        fits: impl Fn(&[Answer]) -> bool,
    ) -> Result<Vec<Answer>, Lost> {
        self.holds.turn();
        let new = self.send_component(remote)?;
        let mut at = 0;
        for bars in bars {
            if self.holds.bars(bars.hash(), bars.len()) {
                at = self.send_bars(bars, at)?;
            }
        }
        self.send_surplus()?;
        self.order(calls)?;
        let convictions = bars.iter().map(|bars| bars.len()).sum::<usize>().saturating_mul(size_of::<f64>()) as u64;
        let most = Pool::ANSWER.saturating_add(convictions);
        let patience = Patience { time: time.saturating_add(Pool::GRACE), bytes: most };
        let mut answers = Vec::new();
        self.exchange(if new { 2 } else { 1 }, patience, |number, reply| match reply {
            reply if new && number == 0 => {
                linked(reply)?.map_err(|_| Lost::BesidesThePoint("that it cannot link what another worker linked"))
            }
            Reply::Answers(said) => {
                answers = said;
                Ok(())
            }
            _ => Err(Lost::BesidesThePoint("something else than calls")),
        })?;
        self.fetch(&mut answers, most)?;
        if fits(&answers) { Ok(answers) } else { Err(Lost::BesidesThePoint("other calls than it was asked")) }
    }

    fn send_component(&mut self, remote: &Remote) -> Result<bool, Lost> {
        let new = self.holds.component(remote.key);
        if new {
            self.order(&Order::Component { key: remote.key, code: remote.code.as_bytes().into() })?;
        }
        Ok(new)
    }

    fn send_surplus(&mut self) -> Result<(), Lost> {
        match self.holds.surplus() {
            Some(forget) => self.order(&forget),
            None => Ok(()),
        }
    }
}

/// An answer to each question up to the first failure, and to no other.
fn answered(requests: &[Request], answers: &[Answer]) -> bool {
    let fits = |(request, answer): (&Request, &Answer)| match &answer.outcome {
        Ok(value) => request.ask.is_answered_by(value),
        Err(_) => true,
    };
    requests.iter().zip(answers).all(fits) && is_whole(requests.len(), answers)
}

/// Whether so many questions were answered, or all up to the one that failed.
fn is_whole(questions: usize, answers: &[Answer]) -> bool {
    let failed = answers.iter().position(|answer| answer.outcome.is_err());
    failed.map_or(answers.len() == questions, |failed| answers.len() == failed + 1 && failed < questions)
}

fn clock(limits: &Limits, bars: Option<&Bars>) -> Clock {
    Clock { deadline: limits.effective_deadline(bars.map_or(0, Bars::len)), timeout: limits.timeout }
}

fn linked(reply: Reply<'_>) -> Result<Result<(), GuestText>, Lost> {
    match reply {
        Reply::Linked(linked) => Ok(linked),
        _ => Err(Lost::BesidesThePoint("something else than whether it could link a component")),
    }
}
