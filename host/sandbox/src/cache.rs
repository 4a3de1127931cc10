use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::compile::Code;
use crate::identity::{ComponentHash, EngineFingerprint};

/// Where compiled code and the key that vouches for it are kept.
#[derive(Debug, Clone)]
pub struct CacheConfig {
    /// Folder of compiled code; created with mode 0700, and refused when others can write it.
    pub folder: PathBuf,
    /// File of the secret key, outside `folder`; created with mode 0600, and refused when others can read or write it.
    pub key: PathBuf,
}

/// Who compiled the code that a cache keeps. The one never gets the other's: what a worker compiled may be a broken worker's, and then
/// only workers may run it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// This process.
    Here,
    /// A worker process.
    Worker,
}

/// Compiled code by component and engine, each file with a MAC: deserialising trusts its input, so nothing is deserialised that this
/// host's key does not vouch for.
///
/// A file is `MAC (32 bytes) || serialised code`. The MAC is BLAKE3 keyed over component hash, engine fingerprint, origin and code.
pub(crate) struct Cache {
    folder: PathBuf,
    key: [u8; 32],
    engine: EngineFingerprint,
    origin: Origin,
}

/// Why the cache cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CacheError {
    #[error("{path}: {source}; let [sandbox] cache name another folder", path = path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("{path} can be {what} by group or others; make it yours alone (chmod go= {path})", path = path.display())]
    Exposed { path: PathBuf, what: &'static str },
    #[error("{path} holds no 32-byte key; delete it, and a new one is made", path = path.display())]
    Key { path: PathBuf },
}

impl Cache {
    const MAC: usize = 32;

    pub(crate) fn open(config: &CacheConfig, engine: EngineFingerprint, origin: Origin) -> Result<Self, CacheError> {
        let CacheConfig { folder, key } = config;
        private_folder(folder)?;
        if let Some(parent) = key.parent() {
            private_folder(parent)?;
        }
        Ok(Self { folder: folder.clone(), key: read_or_make_key(key)?, engine, origin })
    }

    /// The code of `component`, if it is there and vouched for. A file that fails its MAC is reported and ignored.
    pub(crate) fn get(&self, component: ComponentHash) -> Option<Code> {
        let path = self.path(component);
        let mut bytes = Vec::new();
        File::open(&path).and_then(|mut file| file.read_to_end(&mut bytes)).ok()?;
        let mac: [u8; Self::MAC] = bytes.get(..Self::MAC)?.try_into().ok()?;
        let code = bytes.split_off(Self::MAC);
        if self.mac(component, &code) == mac {
            return Some(Code::received(code));
        }
        tracing::warn!("{} fails its authentication code and is compiled anew", path.display());
        None
    }

    /// Keeps the code of `component`. A cache that cannot be written costs time, never a result, so a failure is only logged.
    pub(crate) fn put(&self, component: ComponentHash, code: &Code) {
        let path = self.path(component);
        if let Err(error) = self.write(&path, component, code.as_bytes()) {
            tracing::warn!("compiled code was not kept: {}: {error}", path.display());
        }
    }

    fn write(&self, path: &Path, component: ComponentHash, code: &[u8]) -> io::Result<()> {
        // One name a write: two threads may keep the code of one component at once.
        static WRITES: AtomicU64 = AtomicU64::new(0);
        let write = WRITES.fetch_add(1, Ordering::Relaxed);
        let temporary = path.with_extension(format!("{}.{write}.tmp", std::process::id()));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
        file.write_all(self.mac(component, code).as_bytes())?;
        file.write_all(code)?;
        drop(file);
        fs::rename(&temporary, path).inspect_err(|_| drop(fs::remove_file(&temporary)))
    }

    /// Compared in constant time by [`blake3::Hash`].
    fn mac(&self, component: ComponentHash, code: &[u8]) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(component.as_bytes()).update(self.engine.as_bytes()).update(&[self.origin as u8]).update(code);
        hasher.finalize()
    }

    fn path(&self, component: ComponentHash) -> PathBuf {
        let name = blake3::Hasher::new_derive_key("seedbed compiled code file 2")
            .update(component.as_bytes())
            .update(self.engine.as_bytes())
            .update(&[self.origin as u8])
            .finalize();
        self.folder.join(format!("{}.cwasm", name.to_hex()))
    }
}

fn private_folder(folder: &Path) -> Result<(), CacheError> {
    let io = |source| CacheError::Io { path: folder.to_owned(), source };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(io)?;
    match fs::metadata(folder).map_err(io)?.mode() & 0o022 {
        0 => Ok(()),
        _ => Err(CacheError::Exposed { path: folder.to_owned(), what: "written" }),
    }
}

fn read_or_make_key(path: &Path) -> Result<[u8; 32], CacheError> {
    let io = |source| CacheError::Io { path: path.to_owned(), source };
    let mut key = [0; 32];
    // Written aside and linked into place: whoever reads the key reads all of it, and of two that make one, both use the first.
    if !path.exists() {
        File::open("/dev/urandom").and_then(|mut random| random.read_exact(&mut key)).map_err(io)?;
        let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
        OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&temporary)
            .and_then(|mut file| file.write_all(&key))
            .map_err(io)?;
        let linked = fs::hard_link(&temporary, path);
        fs::remove_file(&temporary).map_err(io)?;
        match linked {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(io(error)),
            _ => {}
        }
    }
    let file = File::open(path).map_err(io)?;
    let metadata = file.metadata().map_err(io)?;
    if metadata.mode() & 0o077 != 0 {
        return Err(CacheError::Exposed { path: path.to_owned(), what: "read" });
    }
    if metadata.len() != 32 {
        return Err(CacheError::Key { path: path.to_owned() });
    }
    (&file).read_exact(&mut key).map_err(io)?;
    Ok(key)
}
