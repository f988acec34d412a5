//! Tables in `.npy` files: both orders, both types, any cut, and every kind of damage.

use crate::common::assert::*;
use crate::common::*;
use linstat::stream::npy::{Blocks, Writer};
use linstat::stream::{Covariance, Moments, TallQr};
use linstat::{ErrorKind, Real, Result};
use ndarray::{Array1, Array2, Axis, ShapeBuilder, concatenate, s};
use ndarray_npy::{ReadNpyExt, WritableElement, WriteNpyExt};
use std::fs::{self, File};
use std::path::Path;
use std::sync::{Arc, Mutex};
use tempfile::tempdir;

for_real! {
    read => read;
    written => written;
    parts => parts;
    read_into => read_into;
    types => types;
}

fn all<T: Element + Real>(blocks: Blocks<T>) -> Array2<T> {
    let columns = blocks.columns();
    blocks.map(|block| block.unwrap()).fold(Array2::zeros((0, columns)), |all, block| {
        concatenate(Axis(0), &[all.view(), block.view()]).unwrap()
    })
}

fn write<T: Element + Real + WritableElement>(path: &Path, x: &Array2<T>) {
    x.write_npy(File::create(path).unwrap()).unwrap();
}

fn read<T: Element + Real + WritableElement>() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("x.npy");
    for shape in [(0, 3), (3, 0), (1, 1), (5, 1), (1, 5), (1000, 7), (37, 20_000)] {
        for fortran in [false, true] {
            let mut x = Array2::<T>::zeros(shape.set_f(fortran));
            x.assign(&matrix(shape.0, shape.1, 1));
            write(&path, &x);
            for rows in [1, 3, 64, 999, 1000, usize::MAX] {
                let blocks = Blocks::<T>::open(&path, rows).unwrap();
                assert_eq!((blocks.n_rows(), blocks.columns()), (shape.0 as u64, shape.1));
                let most = blocks.size_hint().1.unwrap();
                assert_eq!(most, shape.0.div_ceil(rows));
                let found = all(blocks);
                assert_eq!(found, x, "{shape:?} in blocks of {rows}");
            }
        }
    }
    // NaN, infinities and the ends of the range keep their bits
    let mut x: Array2<T> = matrix(4, 2, 2);
    x[[0, 0]] = T::nan();
    x[[1, 0]] = -T::infinity();
    x[[2, 1]] = T::max_value();
    x[[3, 1]] = T::of(-0.0);
    write(&path, &x);
    identical(&all(Blocks::<T>::open(&path, 3).unwrap()), &x);
    // one axis is a column
    let line: Array1<T> = vector(50, 3);
    line.write_npy(File::create(&path).unwrap()).unwrap();
    assert_eq!(all(Blocks::<T>::open(&path, 7).unwrap()).column(0), line);
}

fn written<T: Element + Real + ndarray_npy::ReadableElement>() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("x.npy");
    let x: Array2<T> = matrix(5000, 3, 4);
    let mut writer = Writer::create(&path, x.dim()).unwrap();
    writer.write(&x.slice(s![..3000, ..])).unwrap();
    let mut rest = Array2::zeros((2000, 3).f());
    rest.assign(&x.slice(s![3000.., ..]));
    error_kind(writer.write(&Array2::zeros((1, 2))), |e| {
        e.to_string().contains("found (1, 2) and (2000, 3)")
    });
    error_kind(writer.write(&Array2::zeros((2001, 3))), |e| {
        e.to_string().starts_with("Writer::write: expected")
    });
    writer.write(&rest).unwrap();
    writer.finish().unwrap();
    assert_eq!(Array2::<T>::read_npy(File::open(&path).unwrap()).unwrap(), x);
    let writer = Writer::<T>::create(&path, (2, 3)).unwrap();
    error_kind(writer.finish(), |e| e.to_string().contains("found (0, 3) and (2, 3)"));
    // what is not complete cannot be read as if it were
    file_error(Blocks::<T>::open(&path, 10), "it is cut: expected");
    file_error(Writer::<T>::create(folder.path().join("no/folder/x.npy"), (1, 1)).map(drop), "");
}

/// Parts of a file, as several programs read them, and progress.
fn parts<T: Element + Real + WritableElement>() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("x.npy");
    let x: Array2<T> = matrix(2000, 2, 5);
    write(&path, &x);
    let mut whole = Moments::new(2);
    whole.update(&x).unwrap();
    let mut merged = Moments::new(2);
    for (start, end) in [(0, 0), (0, 700), (700, 701), (701, 2000), (2000, 2000)] {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = seen.clone();
        let blocks = Blocks::<T>::open(&path, 300).unwrap().in_rows(start..end).unwrap();
        let blocks = blocks.on_progress(move |done, all| log.lock().unwrap().push((done, all)));
        let mut part = Moments::new(2).starting_at(start);
        blocks.for_each(|block| part.update(&block.unwrap()).unwrap());
        merged.merge(&part).unwrap();
        let seen = seen.lock().unwrap();
        assert!(seen.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(seen.last().copied().unwrap_or((0, 0)), (end - start, end - start));
    }
    assert_eq!(merged, whole);
    #[allow(clippy::reversed_empty_ranges)]
    for range in [0..2001, 5..4, 2001..2001] {
        error_kind(Blocks::<T>::open(&path, 300).unwrap().in_rows(range), |e| {
            e.to_string().contains("`range`")
        });
    }
    error_kind(Blocks::<T>::open(&path, 0), |e| e.to_string().contains("`rows`: expected at least 1"));
}

/// The rows of a file, added by the threads that read them: the bits of the rows in memory.
fn read_into<T: Element + Real + WritableElement>() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("x.npy");
    for (shape, fortran) in
        [((0, 3), false), ((1, 3), true), ((700, 1), false), ((40_000, 3), false), ((40_000, 3), true)]
    {
        let mut x = Array2::<T>::zeros(shape.set_f(fortran));
        x.assign(&matrix(shape.0, shape.1, 7));
        write(&path, &x);
        let open = || Blocks::<T>::open(&path, 10).unwrap();
        let (mut moments, mut covariance) = (Moments::new(shape.1), Covariance::new(shape.1));
        let mut qr = TallQr::new(shape.1 - 1).with_targets(1);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = seen.clone();
        open()
            .on_progress(move |done, all| log.lock().unwrap().push((done, all)))
            .read_into(&mut moments)
            .unwrap();
        let seen = seen.lock().unwrap();
        assert!(seen.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(seen.last().map_or(0, |last| last.0), shape.0 as u64);
        // after rows that end anywhere
        let start = shape.0 / 3;
        covariance.update(&x.slice(s![..start, ..])).unwrap();
        open().in_rows(start as u64..shape.0 as u64).unwrap().read_into(&mut covariance).unwrap();
        open().read_into(&mut qr).unwrap();

        let (mut all, mut products) = (Moments::new(shape.1), Covariance::new(shape.1));
        all.update(&x).unwrap();
        products.update(&x).unwrap();
        let mut triangle = TallQr::new(shape.1 - 1).with_targets(1);
        triangle.update_with(&x.slice(s![.., ..-1]), &x.slice(s![.., -1..])).unwrap();
        assert_eq!((moments, covariance, qr), (all, products, triangle), "{shape:?}");
    }
    let old = Moments::<T>::new(2);
    let mut moments = old.clone();
    error_kind(Blocks::<T>::open(&path, 10).unwrap().read_into(&mut moments), |e| {
        matches!(e.kind(), ErrorKind::Shape { .. })
    });
    assert_eq!(moments, old);
    // cut after it was opened
    let mut moments = Moments::<T>::new(3);
    moments.update(&matrix(5, 3, 8)).unwrap();
    let old = moments.clone();
    let blocks = Blocks::<T>::open(&path, 10).unwrap();
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(file.metadata().unwrap().len() - 1).unwrap();
    file_error(blocks.read_into(&mut moments), "");
    assert_eq!(moments, old);
}

#[track_caller]
fn file_error<R: std::fmt::Debug>(result: Result<R>, reason: &str) {
    error_kind(
        result,
        |e| matches!(e.kind(), ErrorKind::File { reason: found, .. } if found.contains(reason)),
    );
}

fn bytes(header: &str, data: usize) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16 + 1).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.push(b'\n');
    bytes.resize(bytes.len() + data, 0);
    bytes
}

fn types<T: Element + Real>() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("x.npy");
    let size = size_of::<T>();
    let open = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        Blocks::<T>::open(&path, 10)
    };
    let header = |descr: &str, shape: &str| {
        format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}")
    };
    let good = format!("<f{size}");
    let other = format!("<f{}", 12 - size);
    for descr in [other.as_str(), "<i4", "|u1", "<c16", "<U3", "x", "", "<f8<f8"] {
        file_error(
            open(&bytes(&header(descr, "(1, 2)"), 100)),
            &format!("expected elements '{good}', found"),
        );
    }
    for shape in ["()", "(1, 2, 3)"] {
        file_error(open(&bytes(&header(&good, shape), 100)), "expected a table with two axes");
    }
    file_error(open(&bytes(&header(&good, "(4611686018427387904, 4611686018427387904)"), 100)), "absurd");
    file_error(open(&bytes(&header(&good, "(1000000000000, 100)"), 100)), "it is cut: expected");
    for shape in ["(-1, 2)", "(1.5, 2)", "'no'", "(99999999999999999999999, 1)"] {
        file_error(open(&bytes(&header(&good, shape), 100)), "its header is damaged");
    }
    for text in ["", "{", "{}", "1", "no", "{'descr': '<f8'}", &"(".repeat(9000), &"[{(".repeat(30)] {
        file_error(open(&bytes(text, 100)), "its header is damaged");
    }
    file_error(open(&bytes(&" ".repeat(20_000), 100)), "more than 10000");
    file_error(open(b""), "too short");
    file_error(open(b"no file of this kind"), "does not begin like");
    let whole = bytes(&header(&good, "(3, 2)"), 6 * size);
    for cut in 0..whole.len() {
        file_error(open(&whole[..cut]), "");
    }
    assert_eq!(open(&whole).unwrap().map(|block| block.unwrap().len()).sum::<usize>(), 6);
    // a version of this format that does not exist
    let mut future = whole.clone();
    future[6] = 9;
    file_error(open(&future), "");
    // the other order of bytes
    let mut big = bytes(&header(&format!(">f{size}"), "(1, 1)"), size);
    let place = big.len() - size;
    match size {
        4 => big[place..].copy_from_slice(&1.5f32.to_be_bytes()),
        _ => big[place..].copy_from_slice(&1.5f64.to_be_bytes()),
    }
    assert_eq!(open(&big).unwrap().next().unwrap().unwrap()[[0, 0]], T::of(1.5));
    file_error(Blocks::<T>::open(folder.path(), 10), "");
    file_error(Blocks::<T>::open(folder.path().join("missing.npy"), 10), "No such file");
    // a file that is cut while it is read: an error, and then the end
    fs::write(&path, &whole).unwrap();
    let mut blocks = Blocks::<T>::open(&path, 1).unwrap();
    blocks.next().unwrap().unwrap();
    fs::write(&path, &whole[..whole.len() - 4 * size]).unwrap();
    file_error(blocks.next().unwrap(), "");
    assert!(blocks.next().is_none());
}
