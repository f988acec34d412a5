//! What the ranks say to each other: agreements, and messages of any length.
//!
//! Every function here is called by all ranks in the same order, whatever happened before on one of them: an
//! error is a value that travels, never a reason to leave. That is why no rank waits for another one that
//! has gone.

use crate::error::{Cause, Error, Result, shortened};
use mpi::collective::SystemOperation;
use mpi::topology::SimpleCommunicator;
use mpi::traits::{Communicator, CommunicatorCollectives, Destination, Root, Source};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Most bytes that are sent at a time: MPI counts them in 32-bit integers. Tests send many pieces.
const PIECE: usize = if cfg!(test) { 7 } else { 1 << 30 };

/// Most bytes that are received. Tests have little memory.
const ROOM: u64 = if cfg!(test) { 1 << 12 } else { 1 << 62 };

/// The ranks of a communicator, in a copy of it, which no message of the program can enter.
pub(crate) struct Ranks {
    world: SimpleCommunicator,
    rank: usize,
    size: usize,
}

/// Arguments that have to be equal on all ranks: names and values.
pub(crate) type Arguments = Vec<(&'static str, String)>;

impl Ranks {
    /// Takes part in a function of all ranks: `arguments` are its name and what has to be equal everywhere.
    ///
    /// This is the one start of all functions. So ranks that call different ones return an error, too.
    pub(crate) fn begin<E: Into<Cause>>(
        world: &SimpleCommunicator,
        arguments: impl FnOnce() -> Result<Arguments, E>,
    ) -> Result<Self> {
        let ranks = Self::of(world);
        let own = ranks.agree(ranks.local(arguments))?;
        let bytes = ranks.broadcast(ranks.encoded(&own))?;
        let of_root: Result<Vec<(String, String)>> = ranks.decoded(&bytes);
        ranks.agree(of_root.and_then(|of_root| ranks.compare(&own, &of_root)))?;
        Ok(ranks)
    }

    pub(crate) fn of(world: &SimpleCommunicator) -> Self {
        let world = world.duplicate();
        let (rank, size) = (world.rank() as usize, world.size() as usize);
        Ranks { world, rank, size }
    }

    pub(crate) fn rank(&self) -> usize {
        self.rank
    }

    pub(crate) fn size(&self) -> usize {
        self.size
    }

    fn compare(&self, own: &Arguments, of_root: &[(String, String)]) -> Result<()> {
        let mut both = own.iter().zip(of_root);
        match both.find(|((name, found), (of_root, expected))| name != of_root || found != expected) {
            None => Ok(()),
            Some(((what, found), (_, expected))) => Err(Error::Disagreement {
                rank: self.rank,
                what: what.to_string(),
                expected: shortened(expected.clone()),
                found: shortened(found.clone()),
            }),
        }
    }

    /// Runs work of this rank alone, which may fail or panic.
    pub(crate) fn local<T, E: Into<Cause>>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T> {
        match catch_unwind(AssertUnwindSafe(work)) {
            Ok(done) => done.map_err(|error| {
                let cause = error.into();
                match cause.downcast::<Error>() {
                    Ok(error) => *error,
                    Err(cause) => Error::failed(self.rank, &*cause),
                }
            }),
            Err(panic) => {
                let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
                let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
                Err(Error::Panicked { rank: self.rank, message: shortened(text) })
            }
        }
    }

    /// Returns the results if all ranks have one, and otherwise the error of the lowest rank, on all of them.
    pub(crate) fn agree<T>(&self, result: Result<T>) -> Result<T> {
        let own = if result.is_ok() { u64::MAX } else { self.rank as u64 };
        let mut lowest = u64::MAX;
        self.world.all_reduce_into(&own, &mut lowest, SystemOperation::min());
        if lowest == u64::MAX {
            return result;
        }
        // an error is short: there is memory for it
        let own = result.err().filter(|_| own == lowest);
        let mut bytes =
            own.as_ref().map_or_else(Vec::new, |error| postcard::to_stdvec(error).unwrap_or_default());
        let root = self.world.process_at_rank(lowest as i32);
        let mut length = bytes.len() as u64;
        root.broadcast_into(&mut length);
        bytes.resize(length as usize, 0);
        bytes.chunks_mut(PIECE).for_each(|piece| root.broadcast_into(piece));
        Err(self.decoded(&bytes).unwrap_or_else(|error| error))
    }

    /// Returns the sum of the numbers of all lower ranks.
    pub(crate) fn sum_below(&self, own: u64) -> u64 {
        let mut sum = 0;
        self.world.exclusive_scan_into(&own, &mut sum, SystemOperation::sum());
        if self.rank == 0 { 0 } else { sum }
    }

    /// Returns what rank 0 has, on all ranks; or its error.
    pub(crate) fn of_root<T: Serialize + DeserializeOwned>(&self, value: Result<Option<T>>) -> Result<T> {
        let bytes = value.and_then(|value| value.map_or(Ok(Vec::new()), |value| self.encoded(&value)));
        let bytes = self.broadcast(bytes)?;
        // rank 0 reads it, too, so that it has the same in everything: also the layout of arrays
        self.agree(self.decoded(&bytes))
    }

    /// Returns the bytes of rank 0, or an error that any rank has.
    fn broadcast(&self, bytes: Result<Vec<u8>>) -> Result<Vec<u8>> {
        let own = self.agree(bytes)?;
        let root = self.world.process_at_rank(0);
        let mut length = own.len() as u64;
        root.broadcast_into(&mut length);
        let room = if self.rank == 0 { Ok(own) } else { self.room(length) };
        let mut bytes = self.agree(room)?;
        bytes.chunks_mut(PIECE).for_each(|piece| root.broadcast_into(piece));
        Ok(bytes)
    }

    /// Merges what the ranks have in a binary tree over their numbers, for rank 0; the others get `None`.
    ///
    /// Errors travel as the values do; the one of the lowest rank arrives.
    pub(crate) fn reduce<S: Serialize + DeserializeOwned, E: Into<Cause>>(
        &self,
        own: S,
        merge: impl Fn(&mut S, &S) -> Result<(), E>,
    ) -> Option<Result<S>> {
        let mut all = Ok(own);
        let mut step = 1;
        while step < self.size {
            if self.rank & step != 0 {
                self.send(self.rank - step, &all);
                return None;
            }
            if self.rank + step < self.size {
                let other = self.receive(self.rank + step).and_then(|other| other);
                all = match (all, other) {
                    (Ok(mut all), Ok(other)) => self.local(|| merge(&mut all, &other)).map(|()| all),
                    (Err(a), Err(b)) => Err(if b.rank() < a.rank() { b } else { a }),
                    (Err(error), _) | (_, Err(error)) => Err(error),
                };
            }
            step *= 2;
        }
        Some(all)
    }

    /// Sends a message to a rank that is going to [`receive`](Self::receive) it.
    fn send<T: Serialize>(&self, to: usize, message: &Result<T>) {
        let bytes = self.encoded(message).or_else(|error| self.encoded(&Err::<(), _>(error)));
        let bytes = bytes.unwrap_or_default();
        let other = self.world.process_at_rank(to as i32);
        other.send(&(bytes.len() as u64));
        if other.receive::<bool>().0 {
            bytes.chunks(PIECE).for_each(|piece| other.send(piece));
        }
    }

    /// Receives a message, if there is memory for it.
    fn receive<T: DeserializeOwned>(&self, from: usize) -> Result<T> {
        let other = self.world.process_at_rank(from as i32);
        let room = self.room(other.receive::<u64>().0);
        other.send(&room.is_ok());
        let mut bytes = room?;
        for piece in bytes.chunks_mut(PIECE) {
            other.receive_into(piece);
        }
        self.decoded(&bytes)
    }

    /// Returns zeros to receive this number of bytes.
    fn room(&self, length: u64) -> Result<Vec<u8>> {
        let mut bytes = Buffer::default();
        let reserved = |length| bytes.0.try_reserve_exact(length).is_ok();
        let fits = length <= ROOM && usize::try_from(length).is_ok_and(reserved);
        if !fits {
            return Err(Error::TooLarge { rank: self.rank, bytes: length });
        }
        bytes.0.resize(length as usize, 0);
        Ok(bytes.0)
    }

    fn encoded<T: Serialize>(&self, value: &T) -> Result<Vec<u8>> {
        self.local(|| {
            let mut bytes = Buffer::default();
            match postcard::to_io(value, &mut bytes) {
                Ok(_) => Ok(bytes.0),
                Err(postcard::Error::SerializeBufferFull) => {
                    Err(Error::TooLarge { rank: self.rank, bytes: bytes.0.len() as u64 })
                }
                Err(error) => Err(self.unreadable(error)),
            }
        })
    }

    fn decoded<T: DeserializeOwned>(&self, bytes: &[u8]) -> Result<T> {
        self.local(|| match postcard::take_from_bytes(bytes) {
            Ok((value, [])) => Ok(value),
            Ok((_, rest)) => Err(self.unreadable(format!("{} bytes are left", rest.len()))),
            Err(error) => Err(self.unreadable(error)),
        })
    }

    fn unreadable(&self, reason: impl std::fmt::Display) -> Error {
        Error::Message { rank: self.rank, reason: shortened(reason.to_string()) }
    }
}

/// Bytes that are written as long as there is memory for more.
#[derive(Default)]
struct Buffer(Vec<u8>);

impl std::io::Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.try_reserve(bytes.len()).map_err(|_| std::io::ErrorKind::OutOfMemory)?;
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, Session};
    use serde::{Deserialize, Deserializer, Serializer};

    /// Numbers that cannot be sent, or not be read, if they say so.
    #[derive(Debug, Clone, PartialEq)]
    struct Numbers(Vec<u64>);

    const NOT_SENT: u64 = 1 << 40;
    const NOT_READ: u64 = 1 << 41;
    const PANICS: u64 = 1 << 42;

    impl Serialize for Numbers {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            assert!(!self.0.contains(&PANICS), "numbers panic, as they should");
            match self.0.contains(&NOT_SENT) {
                true => Err(serde::ser::Error::custom("numbers that are not sent")),
                false => self.0.serialize(to),
            }
        }
    }

    impl<'de> Deserialize<'de> for Numbers {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            let numbers = Vec::deserialize(from)?;
            match numbers.contains(&NOT_READ) {
                true => Err(serde::de::Error::custom("numbers that are not read")),
                false => Ok(Numbers(numbers)),
            }
        }
    }

    fn joined(ranks: &Ranks, own: Vec<u64>) -> Result<Numbers> {
        let merge = |all: &mut Numbers, other: &Numbers| {
            all.0.extend(&other.0);
            Ok::<(), Cause>(())
        };
        ranks.of_root(ranks.reduce(Numbers(own), merge).transpose())
    }

    /// One test, since MPI starts once. As a program of `mpirun`, it has more than one rank.
    #[test]
    fn messages_of_any_length_and_what_can_go_wrong_with_them() {
        let session = Session::start().unwrap();
        let ranks = Ranks::of(&session.world());
        let (rank, size) = (ranks.rank as u64, ranks.size as u64);
        let last = size - 1;
        assert_eq!(ranks.sum_below(rank + 1), (1..=rank).sum::<u64>());

        // many pieces, in the order of the ranks
        let all: Vec<u64> = (0..size).flat_map(|rank| (0..20).map(move |i| rank * 1000 + i)).collect();
        assert_eq!(joined(&ranks, (0..20).map(|i| rank * 1000 + i).collect()), Ok(Numbers(all)));
        assert_eq!(joined(&ranks, vec![]), Ok(Numbers(vec![])));
        let text = "a text of many pieces".repeat(20);
        let sent = (rank == 0).then(|| text.clone());
        assert_eq!(ranks.of_root(Ok(sent)), Ok(text.clone()));

        // an error of many pieces
        let failed = |rank: u64| {
            let (function, message) = ("function".to_string(), text.clone());
            Error::Failed { rank: rank as usize, function, kind: Kind::Shape, message }
        };
        let own = if rank == last { Err(failed(rank)) } else { Ok(()) };
        assert_eq!(ranks.agree(own), Err(failed(last)));

        // too long for the rank that receives it: the one below the last one, up the tree
        if size > 1 {
            let receiver = last - (1 << last.trailing_zeros());
            let own = if rank == last { vec![0; 1 << 12] } else { vec![] };
            let bytes = (1 << 12) + 3;
            assert_eq!(joined(&ranks, own), Err(Error::TooLarge { rank: receiver as usize, bytes }));
            let own = (rank == 0).then(|| vec![0u8; 1 << 12]);
            assert_eq!(ranks.of_root(Ok(own)), Err(Error::TooLarge { rank: 1, bytes: bytes - 1 }));
        }

        // numbers of which the sender or the receiver complains
        if size > 1 {
            let own = |number| if rank == last { vec![number] } else { vec![] };
            let rank_of = |result: Result<Numbers>| match result {
                Err(Error::Message { rank, .. }) => rank as u64,
                other => panic!("{other:?}"),
            };
            assert_eq!(rank_of(joined(&ranks, own(NOT_SENT))), last);
            assert_eq!(rank_of(joined(&ranks, own(NOT_READ))), last - (1 << last.trailing_zeros()));
            let message = "numbers panic, as they should".to_string();
            assert_eq!(joined(&ranks, own(PANICS)), Err(Error::Panicked { rank: last as usize, message }));
        }

        // both sides of a merge fail: the lower rank is named
        let result = ranks.reduce(Numbers(vec![]), |_, _| Err::<(), _>(Cause::from("they do not fit")));
        let result = ranks.of_root(result.transpose());
        match size {
            1 => assert_eq!(result, Ok(Numbers(vec![]))),
            _ => assert_eq!(result.unwrap_err().to_string(), "rank 0: they do not fit"),
        }
    }
}
