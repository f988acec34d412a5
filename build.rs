//! Checks the backend features, finds the system library they ask for, and tells the crate what it was built with.

use std::env;

/// A backend that calls BLAS and LAPACK: its feature, and the pkg-config packages to link, in link order; each entry is
/// a list of alternatives, and an empty name says that the entry can be done without.
struct System {
    feature: &'static str,
    packages: &'static [&'static [&'static str]],
    install: &'static str,
}

const SYSTEMS: &[System] = &[
    System {
        feature: "openblas-system",
        packages: &[&["openblas"]],
        install: "    Debian, Ubuntu   apt install libopenblas-dev pkg-config
    Fedora           dnf install openblas-devel pkgconf
    Arch             pacman -S openblas pkgconf
    macOS            brew install openblas pkgconf; export PKG_CONFIG_PATH=\"$(brew --prefix openblas)/lib/pkgconfig\"
    Windows          vcpkg install openblas pkgconf; set PKG_CONFIG_PATH to its lib\\pkgconfig",
    },
    System {
        feature: "netlib-system",
        // Debian's CBLAS is inside its BLAS; elsewhere it is a library of its own.
        packages: &[&["lapack", "lapack-netlib", "flexiblas"], &["cblas", ""], &["blas", "blas-netlib", ""]],
        install: "    Debian, Ubuntu   apt install liblapack-dev libblas-dev pkg-config
    Fedora           dnf install lapack-devel blas-devel pkgconf
    Arch             pacman -S lapack blas cblas pkgconf
    macOS            brew install lapack pkgconf; export PKG_CONFIG_PATH=\"$(brew --prefix lapack)/lib/pkgconfig\"
    Windows          vcpkg install lapack-reference pkgconf; set PKG_CONFIG_PATH to its lib\\pkgconfig",
    },
    // No link line at all: whatever the final binary links.
    System { feature: "custom", packages: &[], install: "" },
];

fn enabled(feature: &str) -> bool {
    env::var_os(format!("CARGO_FEATURE_{}", feature.to_uppercase().replace('-', "_"))).is_some()
}

/// Prints a build error; cargo shows its lines and stops.
fn error(message: &str) {
    for line in message.lines() {
        println!("cargo::error={line}");
    }
}

/// Links the first of `names` that pkg-config knows.
fn link(names: &[&str]) -> Result<(), String> {
    let mut reasons = Vec::new();
    for name in names {
        if name.is_empty() {
            return Ok(());
        }
        match pkg_config::Config::new().probe(name) {
            Ok(_) => return Ok(()),
            Err(reason) => reasons.push(reason.to_string()),
        }
    }
    Err(reasons.swap_remove(0))
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let chosen: Vec<&System> = SYSTEMS.iter().filter(|system| enabled(system.feature)).collect();
    let embedded = enabled("embedded");
    if embedded {
        println!("cargo::rustc-cfg=backend=\"embedded\"");
    }
    match chosen[..] {
        [] if embedded => {}
        [] => error(
            "linstat: no backend is chosen. In the Cargo.toml of the final program, write one of\n\
             \x20   linstat = \"0.1\"                                                                  # pure Rust, needs nothing\n\
             \x20   linstat = { version = \"0.1\", default-features = false, features = [\"openblas-system\"] }  # or netlib-system, custom",
        ),
        [system] => {
            println!("cargo::rustc-cfg=backend=\"lapack\"");
            // docs.rs and `cargo check` on a bare machine document the crate without linking it
            if env::var_os("DOCS_RS").is_some() {
                return;
            }
            for names in system.packages {
                if let Err(reason) = link(names) {
                    error(&format!(
                        "linstat: the feature `{}` needs a library that pkg-config does not find ({}).\n\
                         Install it:\n{}\n\
                         or write features = [\"embedded\"], which needs nothing.\n{reason}",
                        system.feature, names[0], system.install,
                    ));
                    return;
                }
            }
        }
        [first, second, ..] => error(&format!(
            "linstat: two BLAS/LAPACK backends are chosen, `{}` and `{}`: only one can be linked.\n\
             Keep one of them in features = [\"{}\"] or features = [\"{}\"]; \
             `cargo tree -e features -i linstat` shows who asks for which.\n\
             Libraries should enable none and leave the choice to the final program.",
            first.feature, second.feature, first.feature, second.feature,
        )),
    }
}
