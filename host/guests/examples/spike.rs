fn main() {
    let a: Vec<_> = std::env::args().collect();
    let b = seedbed_guests::build(&seedbed_guests::GuestBuild { package: std::path::Path::new(&a[1]), target_dir: std::path::Path::new("/tmp/guest-target"), toolchain: seedbed_guests::Toolchain::Folder, target: seedbed_guests::Target::Bare }).unwrap();
    std::fs::write(&a[2], &b.component).unwrap();
    println!("{} bytes {} inputs", b.component.len(), b.inputs.len());
}
