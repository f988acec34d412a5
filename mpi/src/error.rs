//! The error that all ranks return.

use serde::{Deserialize, Serialize};

/// The result of every function of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a [`Table`](crate::Table) or a [`State`](crate::State) may fail with: [`linstat::Error`], or any
/// other.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why the ranks could not do their common work. Every rank returns the same value; if several ranks fail at
/// the same step, it is that of the lowest one.
///
/// # Examples
/// ```
/// use linstat_mpi::{Error, Kind};
/// let error = Error::Failed {
///     rank: 3,
///     function: "Blocks::open".into(),
///     kind: Kind::File,
///     message: "table.npy: it does not begin like an .npy file".into(),
/// };
/// assert_eq!(error.rank(), Some(3));
/// assert_eq!(
///     error.to_string(),
///     "rank 3: Blocks::open: table.npy: it does not begin like an .npy file"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A call failed on this rank.
    #[error("rank {rank}: {function}{colon}{message}", colon = if function.is_empty() { "" } else { ": " })]
    Failed {
        /// The lowest rank on which a call failed.
        rank: usize,
        /// The function of linstat that was called, as [`linstat::Error::op`]; empty if it was none.
        function: String,
        /// What went wrong.
        kind: Kind,
        /// The message of the error, with its data.
        message: String,
    },
    /// The ranks do not agree on an argument.
    #[error("rank {rank}: `{what}` is {found}, expected {expected} as on rank 0")]
    Disagreement {
        /// The lowest rank that disagrees with rank 0.
        rank: usize,
        /// The argument: `"function"`, `"columns"`, `"ddof"` and the like.
        what: String,
        /// Its value on rank 0.
        expected: String,
        /// Its value on this rank.
        found: String,
    },
    /// The code of a table or a state panicked on this rank.
    #[error("rank {rank} panicked: {message}")]
    Panicked {
        /// The lowest rank that panicked.
        rank: usize,
        /// What it said.
        message: String,
    },
    /// There is no memory for a message on this rank.
    #[error("rank {rank}: there is no memory for a message of {bytes} bytes")]
    TooLarge {
        /// The lowest rank that has no memory.
        rank: usize,
        /// The length of the message, as far as it is known.
        bytes: u64,
    },
    /// A message could not be written, or not be read, as if the ranks ran different programs.
    #[error("rank {rank}: a message cannot be written or read: {reason}")]
    Message {
        /// The lowest rank that could not do it.
        rank: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// MPI could not be started.
    #[error("MPI cannot be started: {reason}")]
    Start {
        /// Why not.
        reason: String,
    },
}

/// What went wrong on a rank: the variants of [`linstat::ErrorKind`] without their data, which are in the
/// message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Kind {
    /// [`linstat::ErrorKind::Shape`].
    Shape,
    /// [`linstat::ErrorKind::NoConvergence`].
    NoConvergence,
    /// [`linstat::ErrorKind::NonFinite`].
    NonFinite,
    /// [`linstat::ErrorKind::Empty`]: no rank has rows.
    Empty,
    /// [`linstat::ErrorKind::TooLarge`].
    TooLarge,
    /// [`linstat::ErrorKind::File`].
    File,
    /// [`linstat::ErrorKind::InvalidArgument`].
    InvalidArgument,
    /// Any other error of linstat, or of something else.
    Other,
}

/// Most characters of a text in an error.
const LONGEST: usize = 1000;

/// Returns the text without its middle, if it is long.
pub(crate) fn shortened(text: String) -> String {
    if text.len() <= LONGEST {
        return text;
    }
    let (start, end) = (text.floor_char_boundary_at(LONGEST / 2), text.len() - LONGEST / 2);
    format!("{} ... {}", &text[..start], &text[text.floor_char_boundary_at(end)..])
}

/// Where a text can be cut.
trait Boundary {
    fn floor_char_boundary_at(&self, at: usize) -> usize;
}

impl Boundary for str {
    fn floor_char_boundary_at(&self, at: usize) -> usize {
        (0..=at).rev().find(|&at| self.is_char_boundary(at)).unwrap_or(0)
    }
}

impl Error {
    /// The rank that failed, panicked or disagreed; `None` if MPI could not be started.
    pub fn rank(&self) -> Option<usize> {
        match *self {
            Error::Failed { rank, .. }
            | Error::Disagreement { rank, .. }
            | Error::Panicked { rank, .. }
            | Error::TooLarge { rank, .. }
            | Error::Message { rank, .. } => Some(rank),
            Error::Start { .. } => None,
        }
    }

    /// The error of a call on this rank.
    pub(crate) fn failed(rank: usize, cause: &(dyn std::error::Error + 'static)) -> Self {
        use linstat::ErrorKind as K;
        let Some(error) = cause.downcast_ref::<linstat::Error>() else {
            let (function, message) = (String::new(), shortened(cause.to_string()));
            return Error::Failed { rank, function, kind: Kind::Other, message };
        };
        let kind = match error.kind() {
            K::Shape { .. } => Kind::Shape,
            K::NoConvergence => Kind::NoConvergence,
            K::NonFinite { .. } => Kind::NonFinite,
            K::Empty { .. } => Kind::Empty,
            K::TooLarge { .. } => Kind::TooLarge,
            K::File { .. } => Kind::File,
            K::InvalidArgument { .. } => Kind::InvalidArgument,
            _ => Kind::Other,
        };
        let message = shortened(error.kind().to_string());
        Error::Failed { rank, function: error.op().into(), kind, message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_lose_their_middle_at_a_boundary() {
        assert_eq!(shortened("é".repeat(500)), "é".repeat(500));
        let long = format!("a{}z", "é".repeat(5000));
        let short = shortened(long);
        assert!(short.len() <= LONGEST + 6 && short.starts_with("aé") && short.ends_with("éz"), "{short}");
        assert!(short.contains(" ... "));
    }

    #[test]
    fn an_error_keeps_function_kind_and_text() {
        let cause = linstat::solve(&ndarray::array![[1., 2.]], &ndarray::array![1.]).unwrap_err();
        let error = Error::failed(2, &cause);
        let Error::Failed { rank: 2, function, kind: Kind::Shape, .. } = &error else { panic!("{error:?}") };
        assert_eq!((function.as_str(), error.to_string()), ("solve", format!("rank 2: {cause}")));
        let error = Error::failed(0, &std::fmt::Error);
        assert_eq!(error.to_string(), format!("rank 0: {}", std::fmt::Error));
    }
}
