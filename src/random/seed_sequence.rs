//! Seeds: entropy of any length becomes well mixed words.

#[cfg(feature = "serde")]
use crate::Error;
use crate::memory::check_memory;
use crate::{ErrorKind, Named, Result};

/// The default number of words of the pool.
const POOL: usize = 4;

const INIT_A: u32 = 0x43b0_d7e5;
const MULT_A: u32 = 0x931e_8875;
const INIT_B: u32 = 0x8b51_f9dd;
const MULT_B: u32 = 0x58f3_8ded;
const MIX_L: u32 = 0xca01_f9dd;
const MIX_R: u32 = 0x4973_f715;

/// The seeds of a [`SeedSequence`] and of [`default_rng`](super::default_rng): a `u64` (any non-negative
/// integer literal), a list of them, a larger integer given by its 32-bit words ([`Words`]), or a
/// [`SeedSequence`] itself.
///
/// Sealed: the streams are NumPy's for these only.
pub trait Seed: sealed::Sealed {
    /// Converts to a seed sequence.
    fn into_seed_sequence(self) -> SeedSequence;
}

mod sealed {
    pub trait Sealed {}
}

/// An integer of any size, given by its 32-bit words, the lowest first. `Words(&[1, 2])` is 2 · 2^32 + 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words<'a>(pub &'a [u32]);

macro_rules! seed {
    ($($(#[$generic:meta])? [$($n:tt)*] $t:ty, $seed:ident => $words:expr;)*) => {$(
        impl<$($n)*> sealed::Sealed for $t {}
        impl<$($n)*> Seed for $t {
            fn into_seed_sequence(self) -> SeedSequence {
                let $seed = self;
                SeedSequence::of($words, Vec::new(), POOL, 0)
            }
        }
    )*};
}

seed! {
    [] u64, seed => words_of(seed);
    [] &[u64], seed => seed.iter().flat_map(|&item| words_of(item)).collect();
    [] Vec<u64>, seed => seed.iter().flat_map(|&item| words_of(item)).collect();
    [const N: usize] [u64; N], seed => seed.iter().flat_map(|&item| words_of(item)).collect();
    [] Words<'_>, seed => {
        let len = seed.0.iter().rposition(|&word| word != 0).map_or(1, |last| last + 1);
        let mut words = seed.0.to_vec();
        words.resize(len, 0);
        words
    };
}

impl sealed::Sealed for SeedSequence {}
impl Seed for SeedSequence {
    fn into_seed_sequence(self) -> SeedSequence {
        self
    }
}

/// Returns the 32-bit words of an integer, the lowest first, without leading zeros; 0 has one word.
fn words_of(x: u64) -> Vec<u32> {
    if x >> 32 == 0 { vec![x as u32] } else { vec![x as u32, (x >> 32) as u32] }
}

/// Entropy, mixed so that similar seeds give unrelated streams, as `numpy.random.SeedSequence`.
///
/// It seeds bit generators and spawns children, whose streams are independent of each other and of its own.
/// The words are NumPy's, bit for bit.
///
/// # Examples
/// ```
/// use linstat::random::SeedSequence;
/// let mut seed = SeedSequence::new(42);
/// assert_eq!(seed.generate_state(2)?, [3444837047, 2669555309]);
/// let children = seed.spawn(2)?;
/// assert_eq!(children[1].spawn_key(), [1]);
/// // a list is the concatenation of the words of its items
/// assert_eq!(SeedSequence::new([42]).generate_state(2)?, [3444837047, 2669555309]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Parts", into = "Parts"))]
pub struct SeedSequence {
    /// The words of the entropy, the lowest first.
    entropy: Vec<u32>,
    spawn_key: Vec<u32>,
    pool: Vec<u32>,
    spawned: u32,
}

/// The parts that determine a seed sequence: the pool follows from them.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Parts {
    entropy: Vec<u32>,
    spawn_key: Vec<u32>,
    pool_size: usize,
    n_children_spawned: u32,
}

#[cfg(feature = "serde")]
impl From<SeedSequence> for Parts {
    fn from(seed: SeedSequence) -> Parts {
        Parts {
            pool_size: seed.pool.len(),
            entropy: seed.entropy,
            spawn_key: seed.spawn_key,
            n_children_spawned: seed.spawned,
        }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Parts> for SeedSequence {
    type Error = Error;
    fn try_from(parts: Parts) -> Result<SeedSequence> {
        let seed = SeedSequence::of(parts.entropy, parts.spawn_key, POOL, parts.n_children_spawned);
        seed.with_pool_size(parts.pool_size)
    }
}

impl SeedSequence {
    /// Creates a seed sequence, as `numpy.random.SeedSequence(seed)`.
    pub fn new(seed: impl Seed) -> Self {
        seed.into_seed_sequence()
    }

    /// Creates a seed sequence from 128 random bits of the operating system, as
    /// `numpy.random.SeedSequence()`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if the system has no source of random bits.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::SeedSequence;
    /// assert_ne!(SeedSequence::from_os()?, SeedSequence::from_os()?);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn from_os() -> Result<Self> {
        Self::of_os().named("SeedSequence::from_os")
    }

    pub(super) fn of_os() -> Result<Self, ErrorKind> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|reason| ErrorKind::invalid("entropy", reason.to_string()))?;
        let (words, _) = bytes.as_chunks::<4>();
        let words = words.iter().map(|&word| u32::from_le_bytes(word)).collect();
        Ok(SeedSequence::of(words, Vec::new(), POOL, 0))
    }

    /// Sets the spawn key, as `numpy.random.SeedSequence(entropy, spawn_key=spawn_key)`.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::SeedSequence;
    /// let mut parent = SeedSequence::new(42);
    /// assert_eq!(parent.spawn(2)?[1], SeedSequence::new(42).with_spawn_key(&[1]));
    /// # Ok::<(), linstat::Error>(())
    /// ```
    #[must_use]
    pub fn with_spawn_key(self, spawn_key: &[u64]) -> Self {
        let key = spawn_key.iter().flat_map(|&item| words_of(item)).collect();
        SeedSequence::of(self.entropy, key, self.pool.len(), self.spawned)
    }

    /// Sets the number of words of the pool, as `numpy.random.SeedSequence(entropy, pool_size=pool_size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `pool_size` is below 4 or above 65536 (NumPy has no upper limit).
    ///
    /// # Examples
    /// ```
    /// use linstat::random::SeedSequence;
    /// assert!(SeedSequence::new(42).with_pool_size(8).is_ok());
    /// assert!(SeedSequence::new(42).with_pool_size(3).is_err());
    /// ```
    pub fn with_pool_size(self, pool_size: usize) -> Result<Self> {
        // mixing takes quadratic time
        if !(POOL..=1 << 16).contains(&pool_size) {
            let reason = format!("expected 4 to 65536, found {pool_size}");
            return Err(ErrorKind::invalid("pool_size", reason)).named("SeedSequence::with_pool_size");
        }
        Ok(SeedSequence::of(self.entropy, self.spawn_key, pool_size, self.spawned))
    }

    fn of(entropy: Vec<u32>, spawn_key: Vec<u32>, pool_size: usize, spawned: u32) -> Self {
        let mut all = entropy.clone();
        if !spawn_key.is_empty() && all.len() < pool_size {
            all.resize(pool_size, 0);
        }
        all.extend(&spawn_key);
        SeedSequence { pool: mixed(&all, pool_size), entropy, spawn_key, spawned }
    }

    /// Returns the 32-bit words of the entropy, the lowest first.
    pub fn entropy(&self) -> &[u32] {
        &self.entropy
    }

    /// Returns the 32-bit words of the spawn key: the place of this sequence among the descendants of the
    /// first one.
    pub fn spawn_key(&self) -> &[u32] {
        &self.spawn_key
    }

    /// Returns the mixed words.
    pub fn pool(&self) -> &[u32] {
        &self.pool
    }

    /// Returns the number of children spawned so far.
    pub fn n_children_spawned(&self) -> u32 {
        self.spawned
    }

    /// Returns the first `n` 32-bit words for seeding, as `seed_sequence.generate_state(n)`. Always the same
    /// ones.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the result does not fit into memory.
    pub fn generate_state(&self, n: usize) -> Result<Vec<u32>> {
        check_memory::<u32>(n).named("SeedSequence::generate_state")?;
        Ok(self.words().take(n).collect())
    }

    /// Returns the first `n` 64-bit words, as `seed_sequence.generate_state(n, numpy.uint64)`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the result does not fit into memory.
    pub fn generate_state_u64(&self, n: usize) -> Result<Vec<u64>> {
        check_memory::<u64>(n).named("SeedSequence::generate_state_u64")?;
        let mut words = self.words();
        let mut next = || u64::from(words.next().unwrap_or_default());
        Ok((0..n).map(|_| next() | next() << 32).collect())
    }

    /// Returns the endless words for seeding.
    pub(super) fn words(&self) -> impl Iterator<Item = u32> {
        let mut hash = INIT_B;
        self.pool.iter().cycle().map(move |&word| {
            let mut word = word ^ hash;
            hash = hash.wrapping_mul(MULT_B);
            word = word.wrapping_mul(hash);
            word ^ word >> 16
        })
    }

    /// Returns the first 64-bit words for seeding.
    pub(super) fn wide_words<const N: usize>(&self) -> [u64; N] {
        let mut words = self.words();
        let mut next = || u64::from(words.next().unwrap_or_default());
        std::array::from_fn(|_| next() | next() << 32)
    }

    /// Returns children with independent streams, as `seed_sequence.spawn(n)`. A later call returns different
    /// ones.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the children do not fit into memory, or if all calls together spawn more
    /// than 2^32 - 1.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::SeedSequence;
    /// let mut seed = SeedSequence::new(7);
    /// let (first, later) = (seed.spawn(2)?, seed.spawn(1)?);
    /// assert_eq!((first[0].spawn_key(), later[0].spawn_key()), (&[0][..], &[2][..]));
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn spawn(&mut self, n: usize) -> Result<Vec<SeedSequence>> {
        self.children(n).named("SeedSequence::spawn")
    }

    pub(super) fn children(&mut self, n: usize) -> Result<Vec<SeedSequence>, ErrorKind> {
        let words = self.entropy.len() + self.spawn_key.len() + 1 + self.pool.len();
        check_memory::<u8>(n.saturating_mul(size_of::<Self>() + size_of::<u32>() * words))?;
        let first = self.spawned;
        // two children with the same key would have the same stream
        let next = u32::try_from(n).ok().and_then(|n| first.checked_add(n));
        self.spawned = next.ok_or(ErrorKind::TooLarge { dim: n })?;
        let child = |index| {
            let mut key = self.spawn_key.clone();
            key.push(index);
            SeedSequence::of(self.entropy.clone(), key, self.pool.len(), 0)
        };
        Ok((first..self.spawned).map(child).collect())
    }
}

/// Returns the pool: each of its words depends on every word of the entropy.
fn mixed(entropy: &[u32], pool_size: usize) -> Vec<u32> {
    let mut constant = INIT_A;
    let mut hash = |value: u32| {
        let mut value = value ^ constant;
        constant = constant.wrapping_mul(MULT_A);
        value = value.wrapping_mul(constant);
        value ^ value >> 16
    };
    let mix = |x: u32, y: u32| {
        let mixed = MIX_L.wrapping_mul(x).wrapping_sub(MIX_R.wrapping_mul(y));
        mixed ^ mixed >> 16
    };
    let mut pool: Vec<u32> = (0..pool_size).map(|i| hash(entropy.get(i).copied().unwrap_or(0))).collect();
    for from in 0..pool_size {
        for to in (0..pool_size).filter(|&to| to != from) {
            pool[to] = mix(pool[to], hash(pool[from]));
        }
    }
    for &word in entropy.get(pool_size..).unwrap_or_default() {
        for to in &mut pool {
            *to = mix(*to, hash(word));
        }
    }
    pool
}
