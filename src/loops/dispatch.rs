//! Dispatch by instruction set: a loop is compiled for the baseline of the target and for each level of one
//! list, and runs at the highest level that the processor has.
//!
//! Existing crates do not fit: `multiversion` detects the processor itself and cannot be asked for a lower
//! level, so only the highest one would ever be tested; `pulp` can, but needs a type with a trait
//! implementation for every loop.

use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// The level for which loops are compiled. Each includes those below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Level {
    /// What every processor of the target has: SSE2 on x86-64, NEON on aarch64.
    Baseline = 1,
    /// AVX2 and the extensions that came with it, on x86-64.
    Avx2,
    /// AVX-512 as on servers, on x86-64.
    Avx512,
}

/// The list of levels above the baseline, highest first, with their instructions. All of them have fused
/// multiply-add. `levels!(macro! { .. })` calls the macro for each level, which comes before the other
/// arguments.
#[cfg(target_arch = "x86_64")]
macro_rules! levels {
    ($then:ident! { $($rest:tt)* }) => {
        $then! {
            [Avx512 avx512 "avx512f" "avx512bw" "avx512cd" "avx512dq" "avx512vl"
                "avx2" "bmi1" "bmi2" "fma" "lzcnt" "popcnt"]
            $($rest)*
        }
        $then! { [Avx2 avx2 "avx2" "bmi1" "bmi2" "fma" "lzcnt" "popcnt"] $($rest)* }
    };
}
#[cfg(not(target_arch = "x86_64"))]
macro_rules! levels {
    ($($nothing:tt)*) => {};
}

/// Whether the baseline has fused multiply-add and, on x86-64, AVX2: the vectors of [`wide`](super::wide)
/// take both for granted, and some processors have the first alone.
pub(super) const BASELINE_FUSES: bool =
    cfg!(any(all(target_feature = "fma", target_feature = "avx2"), target_feature = "neon"));

/// Functions that run at the [`level`]. Their bodies may use the constant `FMA`: whether multiply-add is
/// fused.
///
/// Functions called in a body must be inlined into it, or they are compiled for the baseline. So are closures
/// that adapters of iterators call, which the compiler does not always inline: loops are safer. Arguments are
/// plain names, and constant parameters come last, after a semicolon:
/// `fn f<T: Real; const N: usize>(x: [T; N]) -> T { .. }`.
macro_rules! dispatched {
    ($(
        $(#[$attribute:meta])*
        $visibility:vis fn $name:ident<
            $($T:ident $(: $bound:path)?),* $(; $(const $N:ident: $of:ty),+)?
        >($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)? $body:block
    )*) => {$(
        $(#[$attribute])*
        $visibility fn $name<$($T $(: $bound)?,)* $($(const $N: $of),+)?>(
            $($argument: $type),*
        ) $(-> $result)? {
            #[inline(always)]
            fn body<const FMA: bool, $($T $(: $bound)?,)* $($(const $N: $of),+)?>(
                $($argument: $type),*
            ) $(-> $result)? $body
            #[cfg(target_arch = "x86_64")]
            let level = $crate::loops::dispatch::level();
            levels!(at_level! {
                level
                [$($T $(: $bound)?,)* $($(const $N: $of),+)?]
                [$($T,)* $($($N),+)?]
                [$($argument: $type),*]
                [$($argument),*]
                [$(-> $result)?]
            });
            body::<{ $crate::loops::dispatch::BASELINE_FUSES }, $($T,)* $($($N),+)?>($($argument),*)
        }
    )*};
}

/// The function for a level above the baseline, and its call if the processor has that level.
macro_rules! at_level {
    ([$Level:ident $at:ident $($feature:tt)*] $level:ident
        [$($generics:tt)*] [$($names:tt)*] [$($arguments:tt)*] [$($values:tt)*] [$($result:tt)*]
    ) => {
        $(#[target_feature(enable = $feature)])*
        fn $at<$($generics)*>($($arguments)*) $($result)* {
            body::<true, $($names)*>($($values)*)
        }
        if $level == $crate::loops::dispatch::Level::$Level {
            #[allow(unsafe_code)]
            // SAFETY: the processor has the instructions of its level, as checked when the level was
            // detected.
            return unsafe { $at::<$($names)*>($($values)*) };
        }
    };
}

impl Level {
    /// All levels, lowest first.
    pub const ALL: [Self; 3] = [Level::Baseline, Level::Avx2, Level::Avx512];

    /// The highest level whose instructions the processor has.
    pub fn highest() -> Self {
        #[allow(unused_macros)] // if the list is empty
        macro_rules! detected {
            ([$Level:ident $at:ident $($feature:tt)*]) => {
                if $(is_x86_feature_detected!($feature))&&* {
                    return Level::$Level;
                }
            };
        }
        levels!(detected! {});
        Level::Baseline
    }

    /// Its name in the environment variable [`ASKED`].
    pub fn name(self) -> &'static str {
        match self {
            Level::Baseline => "baseline",
            Level::Avx2 => "avx2",
            Level::Avx512 => "avx512",
        }
    }
}

/// 0 until it is detected, then the level.
static LEVEL: AtomicU8 = AtomicU8::new(0);

/// The level at which loops run: the highest one, detected once.
#[inline(always)]
pub fn level() -> Level {
    const BASELINE: u8 = Level::Baseline as u8;
    const AVX2: u8 = Level::Avx2 as u8;
    const AVX512: u8 = Level::Avx512 as u8;
    // a search in `Level::ALL` compiles to more instructions, in every loop
    match LEVEL.load(Relaxed) {
        BASELINE => Level::Baseline,
        AVX2 => Level::Avx2,
        AVX512 => Level::Avx512,
        _ => detect(),
    }
}

#[cold]
fn detect() -> Level {
    let level = Level::highest();
    #[cfg(debug_assertions)]
    let level = asked().map_or(level, |asked| level.min(asked));
    LEVEL.store(level as u8, Relaxed);
    level
}

/// The environment variable by which tests request a level, by its name.
pub const ASKED: &str = "LINSTAT_LEVEL";

/// The requested level, if the variable names one. Only builds with debug assertions, such as tests, read the
/// variable; a release build does not contain its name. It is read where the level is detected, so that it
/// holds for every test of every binary, whichever runs first.
#[cfg(debug_assertions)]
fn asked() -> Option<Level> {
    let asked = std::env::var(ASKED).ok()?;
    Level::ALL.into_iter().find(|level| level.name() == asked)
}
