use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use seedbed_settings::ByteSize;
use tempfile::TempDir;

use super::{FileLimits, discover};
use crate::PluginError;

struct Directory(TempDir);

impl Directory {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("has a folder")).expect("made");
        fs::write(path, text).expect("written");
    }

    fn plugin(&self, folder: &str, name: &str, component: &str) {
        self.write(
            &format!("{folder}/plugin.toml"),
            &format!("manifest = 1\nname = \"{name}\"\ncomponent = \"{component}\"\n"),
        );
    }

    fn fifo(&self, name: &str) {
        let status = Command::new("mkfifo").arg(self.path().join(name)).status().expect("mkfifo runs");
        assert!(status.success());
    }

    /// One line a candidate, with this directory's own path left out.
    fn scan(&self) -> Vec<String> {
        self.scan_at("")
    }

    fn scan_at(&self, below: &str) -> Vec<String> {
        let limits = FileLimits { component: ByteSize::bytes(64), ..FileLimits::default() };
        let found = discover(&self.path().join(below), &limits).expect("has candidates");
        let lines = found.iter().map(|found| match &found.source {
            Ok(source) => format!("{}: {}", found.label, source.name),
            Err(error) => format!("{}! {error}", found.label),
        });
        lines.map(|line| line.replace(&format!("{}/", self.path().display()), "")).collect()
    }

    fn refusal(&self, below: &str) -> String {
        let error = discover(&self.path().join(below), &FileLimits { entries: 3, ..FileLimits::default() });
        error.expect_err("gives no plugin").to_string().replace(&self.path().display().to_string(), "DIR")
    }
}

#[test]
fn folders_and_bare_files_are_found_in_the_order_of_their_names() {
    let directory = Directory::new();
    directory.plugin("b", "beta", "out/x.wasm");
    directory.write("b/out/x.wasm", "component of b");
    directory.write("c.wasm", "component of c");
    directory.write("a.wasm", "component of a");
    directory.write("README.md", "no plugin");
    directory.write("src/deep.wasm", "no plugin: folders are not searched");
    assert_eq!(directory.scan(), ["a.wasm: a", "b: beta", "c.wasm: c"]);
    assert_eq!(directory.scan_at("b"), ["b: beta"]);
    assert_eq!(directory.scan_at("b/plugin.toml"), ["b: beta"]);
    assert_eq!(directory.scan_at("c.wasm"), ["c.wasm: c"]);
    assert_eq!(directory.scan_at("README.md"), ["README.md: README"], "what it holds is the sandbox's to judge");

    let found = discover(directory.path(), &FileLimits::default()).expect("has candidates");
    let read: Vec<_> =
        found.iter().map(|found| found.source.as_ref().expect("is a plugin").read().expect("is read")).collect();
    assert_eq!(read, [b"component of a", b"component of b", b"component of c"]);
    let folder = found[1].source.as_ref().expect("is a plugin").plugin_folder();
    assert_eq!(folder, Some(directory.path().join("b").as_path()));
}

/// An operator with one bad plugin still gets the verdict on the others, and a scan that ends.
#[test]
fn no_bad_plugin_stops_the_scan() {
    let directory = Directory::new();
    directory.write("z-good.wasm", "component");
    directory.write("empty.wasm", "");
    directory.write("huge.wasm", &"x".repeat(65));
    directory.write("code.cwasm", "machine code");
    directory.fifo("fifo.wasm");
    directory.fifo("not-a-candidate");
    let _socket = UnixListener::bind(directory.path().join("socket.wasm")).expect("bound");
    fs::create_dir(directory.path().join("folder.wasm")).expect("made");
    symlink("loop.wasm", directory.path().join("loop.wasm")).expect("linked");
    symlink("loop", directory.path().join("loop")).expect("linked");
    symlink("nowhere", directory.path().join("dangling.wasm")).expect("linked");
    symlink("/dev/zero", directory.path().join("device.wasm")).expect("linked");
    directory.write("m-broken/plugin.toml", "manifest = 1\nname = \n");
    directory.write("m-binary/plugin.toml", "");
    fs::write(directory.path().join("m-binary/plugin.toml"), b"\xff\xfe").expect("written");
    directory.write("m-large/plugin.toml", &"#".repeat(65_537));
    directory.plugin("m-missing", "missing", "x.wasm");
    directory.plugin("m-outside", "outside", "../z-good.wasm");
    directory.plugin("m-linked", "linked", "x.wasm");
    symlink("../z-good.wasm", directory.path().join("m-linked/x.wasm")).expect("linked");
    directory.plugin("m-fifo", "fifo", "x.wasm");
    directory.fifo("m-fifo/x.wasm");
    fs::create_dir(directory.path().join("m-waits")).expect("made");
    directory.fifo("m-waits/plugin.toml");
    fs::create_dir(directory.path().join("m-spies")).expect("made");
    symlink("/etc/passwd", directory.path().join("m-spies/plugin.toml")).expect("linked");

    let outside = "leaves its folder: a relative path without \"..\" and without symlinks is needed";
    assert_eq!(
        directory.scan(),
        [
            "code.cwasm! code.cwasm: compiled code is never taken from a directory; give the component (.wasm) it was compiled from",
            "dangling.wasm! dangling.wasm: No such file or directory (os error 2)",
            "device.wasm! device.wasm: a device, not a regular file",
            "empty.wasm! empty.wasm: empty file",
            "fifo.wasm! fifo.wasm: a FIFO, not a regular file",
            "folder.wasm! folder.wasm: a directory, not a regular file",
            "huge.wasm! huge.wasm: 65 bytes, at most 64B allowed",
            "loop.wasm! loop.wasm: Too many levels of symbolic links (os error 40)",
            "m-binary! m-binary/plugin.toml: not UTF-8",
            "m-broken! m-broken/plugin.toml:2:8: not TOML: string values must be quoted, expected literal string",
            "m-fifo! m-fifo/x.wasm: a FIFO, not a regular file",
            "m-large! m-large/plugin.toml: 65537 bytes, at most 64KiB allowed",
            &format!("m-linked! m-linked/x.wasm: {outside}"),
            "m-missing! m-missing/x.wasm: no component there yet; build it with `seedbed build m-missing`",
            "m-outside! m-outside/plugin.toml:3:13: component = \"../z-good.wasm\": leaves the plugin's folder; allowed: a relative path without \"..\"",
            "m-spies! m-spies/plugin.toml: leaves its folder: a relative path without \"..\" and without symlinks is needed",
            "m-waits! m-waits/plugin.toml: a FIFO, not a regular file",
            "socket.wasm! socket.wasm: a socket, not a regular file",
            "z-good.wasm: z-good",
        ]
    );
}

#[test]
fn symlinks_of_the_operator_are_followed() {
    let (directory, elsewhere) = (Directory::new(), Directory::new());
    elsewhere.write("real.wasm", "component");
    elsewhere.plugin("real", "gamma", "x.wasm");
    elsewhere.write("real/x.wasm", "component");
    symlink(elsewhere.path().join("real.wasm"), directory.path().join("alpha.wasm")).expect("linked");
    symlink(elsewhere.path().join("real"), directory.path().join("beta")).expect("linked");
    assert_eq!(directory.scan(), ["alpha.wasm: alpha", "beta: gamma"]);
}

#[test]
fn of_two_plugins_with_one_name_the_first_keeps_it() {
    let directory = Directory::new();
    directory.plugin("a", "twin", "x.wasm");
    directory.write("a/x.wasm", "component");
    directory.plugin("b", "twin", "x.wasm");
    directory.write("b/x.wasm", "component");
    directory.write("twin.wasm", "component");
    assert_eq!(
        directory.scan(),
        [
            "a: twin",
            "b! b/x.wasm: the name \"twin\" is taken by a/x.wasm; rename one of the two",
            "twin.wasm! twin.wasm: the name \"twin\" is taken by a/x.wasm; rename one of the two",
        ]
    );
}

#[test]
fn a_path_without_plugins_says_what_to_do() {
    let directory = Directory::new();
    fs::create_dir(directory.path().join("empty")).expect("made");
    for name in ["1", "2", "3", "4"] {
        directory.write(&format!("full/{name}"), "");
    }
    assert_eq!(
        directory.refusal("absent"),
        "DIR/absent: no such file or directory; name a directory of plugins or one component file"
    );
    assert_eq!(
        directory.refusal("empty"),
        "DIR/empty: no plugin found; a plugin is a folder with a plugin.toml or a file ending in .wasm (start one with `seedbed new NAME`)"
    );
    assert_eq!(directory.refusal("full"), "DIR/full: more than 3 entries; name a directory that holds only plugins");
}

/// File names are input too: one may carry an escape sequence or a line break.
#[test]
fn file_names_print_safely() {
    let directory = Directory::new();
    directory.write("\u{1b}[2Jevil\nname.wasm", "component");
    directory.write("\u{1b}[2Jevil\nempty.wasm", "");
    assert_eq!(directory.scan(), ["evil empty.wasm! evil empty.wasm: empty file", "evil name.wasm: evil name"]);
}

/// Root may read everything: then the same file is a plugin like any other.
#[test]
fn a_file_without_permission_is_refused_by_name() {
    let directory = Directory::new();
    directory.write("closed.wasm", "component");
    let path = directory.path().join("closed.wasm");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("set");
    let expected = if fs::File::open(&path).is_ok() {
        "closed.wasm: closed"
    } else {
        "closed.wasm! closed.wasm: Permission denied (os error 13)"
    };
    assert_eq!(directory.scan(), [expected]);
}

/// What discovery found may be exchanged before it is read.
#[test]
fn a_component_that_changes_after_discovery_is_checked_again() {
    let directory = Directory::new();
    directory.write("a.wasm", "component");
    let found = discover(directory.path(), &FileLimits::default()).expect("has candidates");
    let source = found[0].source.as_ref().expect("is a plugin");
    let path = directory.path().join("a.wasm");
    fs::remove_file(&path).expect("removed");
    directory.fifo("a.wasm");
    let error = source.read().expect_err("a FIFO now");
    assert!(
        matches!(error, PluginError::Component { .. }) && error.to_string().ends_with("a FIFO, not a regular file")
    );
}
