//! Checks the backend features, finds the system libraries that they require, and sets the `cfg` of the
//! backend.

use pkg_config::Library;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A backend that calls BLAS and LAPACK: its feature, the libraries to link, in link order, and how to
/// install them.
struct System {
    feature: &'static str,
    needs: &'static [Need],
    install: &'static str,
}

/// A library to link: the first of these pkg-config packages that is installed, each with its minimum version
/// (vendor-notes.md gives the reasons). If several libraries share a package name, the version is not
/// checked.
struct Need {
    packages: &'static [(&'static str, &'static str)],
    without: Without,
}

/// What to do if pkg-config finds none of the packages.
enum Without {
    Refuse,
    /// Look for a library of this name, which a system may install without a package file.
    Find(&'static str),
    /// Nothing: another library has its functions, too.
    Omit,
}

/// Why a library cannot be linked.
enum Unfit {
    Missing(String),
    Old { package: String, found: String, at_least: String },
    LongIntegers { package: String, because: String },
}

const LAPACK: Need = Need {
    packages: &[("lapack", ""), ("lapack-netlib", ""), ("flexiblas", "3.2.1")],
    without: Without::Refuse,
};

const SYSTEMS: &[System] = &[
    System {
        feature: "openblas-system",
        needs: &[Need { packages: &[("openblas", "0.3.20")], without: Without::Refuse }],
        install: "    Debian, Ubuntu   apt install libopenblas-dev pkg-config
    Fedora           dnf install flexiblas-devel pkgconf, and the feature netlib-system: openblas-devel has no package file
    Arch             pacman -S openblas pkgconf
    macOS            brew install openblas pkgconf; export PKG_CONFIG_PATH=\"$(brew --prefix openblas)/lib/pkgconfig\"
    Windows          MSYS2: pacman -S mingw-w64-ucrt-x86_64-openblas mingw-w64-ucrt-x86_64-pkgconf; build for x86_64-pc-windows-gnu",
    },
    System {
        feature: "netlib-system",
        needs: &[
            LAPACK,
            // Debian's CBLAS is inside its BLAS, and FlexiBLAS is all of them.
            Need { packages: &[("cblas", "")], without: Without::Omit },
            Need { packages: &[("blas", ""), ("blas-netlib", "")], without: Without::Omit },
        ],
        install: "    Debian, Ubuntu   apt install liblapack-dev libblas-dev pkg-config
    Fedora           dnf install lapack-devel blas-devel pkgconf
    Arch             pacman -S lapack blas cblas pkgconf
    macOS            brew install lapack pkgconf; export PKG_CONFIG_PATH=\"$(brew --prefix lapack)/lib/pkgconfig\"
    Windows          MSYS2: pacman -S mingw-w64-ucrt-x86_64-lapack mingw-w64-ucrt-x86_64-pkgconf; build for x86_64-pc-windows-gnu",
    },
    System {
        feature: "blis-system",
        // BLIS first: LAPACK must use its BLAS, too. Debian installs it without a package file.
        needs: &[Need { packages: &[("blis", "0.9")], without: Without::Find("blis") }, LAPACK],
        install: "    Debian, Ubuntu   apt install libblis-dev liblapack-dev pkg-config
    Fedora           dnf install blis-devel lapack-devel pkgconf (one thread)
    Arch             pacman -S lapack pkgconf; BLIS from its sources: ./configure --enable-cblas auto && make install
    macOS            brew install lapack pkgconf; BLIS from its sources: ./configure --enable-cblas auto && make install
    Windows          BLIS is not packaged there: take openblas-system or mkl-system",
    },
    System {
        feature: "mkl-system",
        needs: &[Need { packages: &[("mkl-sdl", "2022")], without: Without::Refuse }],
        install: "    any system       pip install mkl-devel; set PKG_CONFIG_PATH to lib/pkgconfig of that Python environment
    Debian, Ubuntu   apt install intel-oneapi-mkl-devel pkg-config (Intel's package source); source /opt/intel/oneapi/setvars.sh
    Fedora           dnf install intel-oneapi-mkl-devel pkgconf (Intel's package source); source /opt/intel/oneapi/setvars.sh
    Arch             pacman -S intel-oneapi-mkl pkgconf; source /opt/intel/oneapi/setvars.sh
    macOS            not there for Apple's processors: take accelerate or openblas-system
    Windows          the oneAPI installer and pkgconf; run setvars.bat",
    },
    System { feature: "openblas-static", needs: &[], install: "" }, // openblas-src links it
    System { feature: "accelerate", needs: &[], install: "" },
    // No link line: the final binary links the library.
    System { feature: "custom", needs: &[], install: "" },
];

const CHOICES: &str = "    linstat = \"0.1\"                    # embedded: pure Rust, needs nothing
    linstat = { version = \"0.1\", default-features = false, features = [\"openblas-system\"] }
                                       # or openblas-static, netlib-system, blis-system, mkl-system, accelerate, custom";

fn enabled(feature: &str) -> bool {
    env::var_os(format!("CARGO_FEATURE_{}", feature.to_uppercase().replace('-', "_"))).is_some()
}

fn target(what: &str) -> String {
    env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default()
}

/// Prints a build error; cargo shows its lines and stops the build.
fn error(message: &str) {
    for line in message.lines() {
        println!("cargo::error={line}");
    }
}

/// Links the first package of `need` that fits.
fn link(need: &Need) -> Result<(), Unfit> {
    let mut first: Option<Unfit> = None;
    for &(package, at_least) in need.packages {
        match (probe(package, at_least), &first) {
            (Ok(()), _) => return Ok(()),
            // the defect of a library that is installed is more informative than the absence of another one
            (Err(unfit), None) => first = Some(unfit),
            (Err(unfit), Some(Unfit::Missing(_))) if !matches!(unfit, Unfit::Missing(_)) => {
                first = Some(unfit)
            }
            (Err(_), _) => {}
        }
    }
    match (first, &need.without) {
        (Some(Unfit::Missing(_)), Without::Omit) | (None, _) => Ok(()),
        (Some(Unfit::Missing(reason)), Without::Find(name)) => match find(name) {
            Some(directory) => {
                println!("cargo::rustc-link-search=native={}", directory.display());
                println!("cargo::rustc-link-lib={name}");
                Ok(())
            }
            None => Err(Unfit::Missing(reason)),
        },
        (Some(reason), _) => Err(reason),
    }
}

/// Links `package` if pkg-config finds it and linstat can use it.
fn probe(package: &str, at_least: &str) -> Result<(), Unfit> {
    if package.starts_with("mkl") {
        return probe_mkl(package, at_least);
    }
    // first without link lines, which are needed only if it can be used
    let found = pkg_config::Config::new().cargo_metadata(false).probe(package).map_err(missing)?;
    check_version(package, &found.version, at_least)?;
    if let Some(because) = long_integers(package, &found) {
        return Err(Unfit::LongIntegers { package: package.into(), because });
    }
    pkg_config::Config::new().probe(package).map(drop).map_err(missing)
}

fn missing(reason: pkg_config::Error) -> Unfit {
    Unfit::Missing(reason.to_string())
}

/// oneMKL's single library, which loads its other parts and chooses their threads at run time. If the parts
/// are linked one by one, linkers drop those that only other parts need (as rust-lld does, the default on
/// Linux since Rust 1.90).
///
/// Its package may name a whole file, including the version, which the pkg-config crate does not link.
fn probe_mkl(package: &str, at_least: &str) -> Result<(), Unfit> {
    for variable in ["PKG_CONFIG", "PKG_CONFIG_PATH", "PKG_CONFIG_LIBDIR"] {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    check_version(package, &pkg_config(&["--modversion", package])?, at_least)?;
    for word in pkg_config(&["--libs", package])?.split_whitespace() {
        let path = Path::new(word);
        if let Some(directory) = word.strip_prefix("-L") {
            println!("cargo::rustc-link-search=native={directory}");
        } else if let Some(name) = word.strip_prefix("-l") {
            println!("cargo::rustc-link-lib={name}");
        } else if let (true, Some(name)) = (path.is_file(), path.file_name()) {
            println!("cargo::rustc-link-lib=dylib:+verbatim={}", name.to_string_lossy());
        }
    }
    Ok(())
}

/// Returns the output of pkg-config.
fn pkg_config(arguments: &[&str]) -> Result<String, Unfit> {
    let program = env::var_os("PKG_CONFIG").unwrap_or_else(|| "pkg-config".into());
    match Command::new(&program).args(arguments).output() {
        Ok(output) if output.status.success() => Ok(String::from_utf8_lossy(&output.stdout).trim().into()),
        Ok(output) => Err(Unfit::Missing(String::from_utf8_lossy(&output.stderr).into())),
        Err(reason) => Err(Unfit::Missing(format!("{}: {reason}", program.display()))),
    }
}

fn check_version(package: &str, found: &str, at_least: &str) -> Result<(), Unfit> {
    if numbers(found) < numbers(at_least) {
        return Err(Unfit::Old { package: package.into(), found: found.into(), at_least: at_least.into() });
    }
    Ok(())
}

/// Returns the numbers of a version, for comparison.
fn numbers(version: &str) -> Vec<u32> {
    version.split(['.', '-']).map_while(|number| number.parse().ok()).collect()
}

/// Returns, if the integers of a library have 64 bits, how this was detected.
fn long_integers(package: &str, found: &Library) -> Option<String> {
    let long = |name: &&String| name.trim_end_matches('_').ends_with("64") || name.contains("ilp64");
    if let Some(name) = found.libs.iter().find(long) {
        return Some(format!("it links {name}"));
    }
    // the definition in OpenBLAS's header, since its package file had none before 0.3.22
    let header =
        |directory: &PathBuf| fs::read_to_string(directory.join("openblas_config.h")).unwrap_or_default();
    let says = |text: String| text.lines().any(|line| line.trim() == "#define OPENBLAS_USE64BITINT");
    if found.include_paths.iter().map(header).any(says) {
        return Some("its openblas_config.h defines OPENBLAS_USE64BITINT".into());
    }
    let defines = ["OPENBLAS_USE64BITINT", "FLEXIBLAS_INTEGER8", "LAPACK_ILP64"];
    if let Some(define) = defines.iter().find(|&&define| found.defines.contains_key(define)) {
        return Some(format!("it is compiled with {define}"));
    }
    let config = pkg_config::get_variable(package, "openblas_config").unwrap_or_default();
    let value = config.split_whitespace().find_map(|word| word.strip_prefix("USE_64BITINT="))?;
    (!["", "0", "OFF"].contains(&value)).then(|| format!("its openblas_config says USE_64BITINT={value}"))
}

/// Returns the directory of a shared library in the linker's search path.
fn find(name: &str) -> Option<PathBuf> {
    println!("cargo::rerun-if-env-changed=LIBRARY_PATH");
    let multiarch = format!("/usr/lib/{}-linux-gnu", target("ARCH"));
    let named = env::var_os("LIBRARY_PATH").unwrap_or_default();
    let system =
        [&multiarch, "/usr/lib64", "/usr/lib", "/usr/local/lib", "/opt/homebrew/lib"].map(PathBuf::from);
    let there = |directory: &PathBuf| {
        let file = |suffix: &str| directory.join(format!("lib{name}.{suffix}"));
        ["so", "dylib"].iter().any(|suffix| Path::exists(&file(suffix)))
    };
    env::split_paths(&named).chain(system).find(there)
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let chosen: Vec<&System> = SYSTEMS.iter().filter(|system| enabled(system.feature)).collect();
    let (embedded, documenting) = (enabled("embedded"), env::var_os("DOCS_RS").is_some());
    if embedded {
        println!("cargo::rustc-cfg=backend=\"embedded\"");
    }
    match chosen[..] {
        // docs.rs documents libraries that leave the choice to programs, with linstat among their
        // dependencies
        [] if embedded || documenting => {}
        [] => error(&format!(
            "linstat: no backend is chosen. In the Cargo.toml of the final program, on every system, write one of\n{CHOICES}"
        )),
        [system] => {
            println!("cargo::rustc-cfg=backend=\"lapack\"");
            // docs.rs documents the crate without linking it
            if !documenting {
                link_system(system);
            }
        }
        [first, second, ..] => error(&format!(
            "linstat: two BLAS/LAPACK backends are chosen, `{}` and `{}`: only one can be linked.\n\
             On every system, keep one of them in features = [\"{}\"] or features = [\"{}\"]; \
             `cargo tree -e features -i linstat` shows who asks for which.\n\
             Libraries should enable none and leave the choice to the final program.",
            first.feature, second.feature, first.feature, second.feature,
        )),
    }
}

fn link_system(system: &System) {
    let feature = system.feature;
    if feature == "accelerate" {
        match target("VENDOR").as_str() {
            "apple" => println!("cargo::rustc-link-lib=framework=Accelerate"),
            _ => error(&format!(
                "linstat: the feature `accelerate` is for macOS only, where nothing needs to be installed for it.\n\
                 On Debian, Ubuntu, Fedora, Arch and Windows, in the Cargo.toml of the final program, write one of\n{CHOICES}"
            )),
        }
        return;
    }
    for need in system.needs {
        let Err(unfit) = link(need) else { continue };
        let install = system.install;
        let name = need.packages[0].0;
        error(&match unfit {
            Unfit::Missing(reason) => format!(
                "linstat: the feature `{feature}` needs a library that pkg-config does not find ({name}).\n\
                 Install it:\n{install}\n\
                 or write features = [\"embedded\"], which needs nothing.\n{reason}"
            ),
            Unfit::Old { package, found, at_least } => format!(
                "linstat: the feature `{feature}` needs {package} {at_least} or newer, and pkg-config finds {found}.\n\
                 Install a newer one:\n{install}\n\
                 or write features = [\"embedded\"], which needs nothing. PKG_CONFIG_PATH decides which one is found."
            ),
            Unfit::LongIntegers { package, because } => format!(
                "linstat: the library that pkg-config finds for the feature `{feature}` ({package}) has 64-bit integers \
                 (ILP64): {because}. linstat calls libraries with 32-bit integers (LP64).\n\
                 Install that build, and see that PKG_CONFIG_PATH does not lead to the other:\n{install}\n\
                 or write features = [\"embedded\"], which needs nothing."
            ),
        });
        return;
    }
}
