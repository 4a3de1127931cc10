//! What there is to attack: prepared by the warden outside, and named to the inmate on its command line.

use std::fs::{self, File};
use std::io::{self, Write};
use std::net::TcpListener;
use std::os::fd::AsRawFd;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::{Path, PathBuf};

/// The targets as the inmate sees them.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) folder: PathBuf,
    pub(crate) port: u16,
    pub(crate) port_v6: u16,
    pub(crate) parent: i64,
    /// A descriptor of a secret file that the host forgot to close.
    pub(crate) inherited: i32,
    /// A descriptor that is handed over on purpose.
    pub(crate) handed: i32,
}

impl Target {
    pub(crate) fn arguments(&self) -> Vec<String> {
        vec![
            self.folder.display().to_string(),
            self.port.to_string(),
            self.port_v6.to_string(),
            self.parent.to_string(),
            self.inherited.to_string(),
            self.handed.to_string(),
        ]
    }

    pub(crate) fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Self {
        let mut next = || arguments.next().expect("an argument for each target");
        Self {
            folder: next().into(),
            port: next().parse().unwrap(),
            port_v6: next().parse().unwrap(),
            parent: next().parse().unwrap(),
            inherited: next().parse().unwrap(),
            handed: next().parse().unwrap(),
        }
    }

    pub(crate) fn secret(&self) -> PathBuf {
        self.folder.join("secret")
    }

    pub(crate) fn written(&self) -> PathBuf {
        self.folder.join("written")
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.join("socket")
    }

    pub(crate) fn abstract_name(&self) -> String {
        format!("seedbed-escape-{}", self.parent)
    }
}

/// The targets as the warden holds them open.
pub(crate) struct Targets {
    pub(crate) target: Target,
    _folder: tempfile::TempDir,
    _tcp: TcpListener,
    _tcp_v6: Option<TcpListener>,
    _unix: UnixListener,
    _abstract: UnixListener,
    _inherited: File,
    _handed: File,
}

impl Targets {
    pub(crate) fn new() -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let tcp = TcpListener::bind("127.0.0.1:0")?;
        // A machine without IPv6 has nothing to connect to, and the attempt must fail all the same.
        let tcp_v6 = TcpListener::bind("[::1]:0").ok();
        let port_v6 = tcp_v6.as_ref().map_or(Ok(9), |tcp| tcp.local_addr().map(|address| address.port()))?;
        let secret = folder.path().join("secret");
        fs::write(&secret, "secret")?;
        let inherited = inheritable(&secret)?;
        let handed_path = folder.path().join("handed");
        fs::File::create(&handed_path)?.write_all(b"prices")?;
        let handed = inheritable(&handed_path)?;
        let target = Target {
            folder: folder.path().to_owned(),
            port: tcp.local_addr()?.port(),
            port_v6,
            parent: std::process::id().into(),
            inherited: inherited.as_raw_fd(),
            handed: handed.as_raw_fd(),
        };
        Ok(Self {
            _unix: UnixListener::bind(target.socket())?,
            _abstract: UnixListener::bind_addr(&SocketAddr::from_abstract_name(target.abstract_name())?)?,
            target,
            _folder: folder,
            _tcp: tcp,
            _tcp_v6: tcp_v6,
            _inherited: inherited,
            _handed: handed,
        })
    }
}

/// Opens a file in the way that careless hosts do: children get it, too.
fn inheritable(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    crate::raw::call(libc::SYS_fcntl, &[file.as_raw_fd().into(), libc::F_SETFD.into(), 0])?;
    Ok(file)
}
