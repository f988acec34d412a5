//! The pictures, as SVG. The viewer draws their text, so no font is needed.

use crate::data::{CLASSES, Digits, SIDE};
use linstat::FittedPca;
use ndarray::{Array2, ArrayRef1, ArrayRef2};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Ten colours that people with any colour vision can tell apart, from M. A. Petroff, "Accessible Color
/// Sequences for Data Visualization", arXiv:2107.02270.
const PALETTE: [RGBColor; CLASSES] = [
    RGBColor(0x3f, 0x90, 0xda),
    RGBColor(0xff, 0xa9, 0x0e),
    RGBColor(0xbd, 0x1f, 0x01),
    RGBColor(0x94, 0xa4, 0xa2),
    RGBColor(0x83, 0x2d, 0xb6),
    RGBColor(0xa9, 0x6b, 0x59),
    RGBColor(0xe7, 0x63, 0x00),
    RGBColor(0xb9, 0xac, 0x70),
    RGBColor(0x71, 0x75, 0x81),
    RGBColor(0x92, 0xda, 0xdd),
];
const INK: RGBColor = RGBColor(0x33, 0x33, 0x33);
const FAINT: RGBColor = RGBColor(0xe4, 0xe4, 0xe4);
const BLUE: RGBColor = RGBColor(0x21, 0x66, 0xac);
const RED: RGBColor = RGBColor(0xb2, 0x18, 0x2b);
const ORANGE: RGBColor = RGBColor(0xe6, 0x61, 0x01);

/// Draws one picture into its own file.
fn save(path: PathBuf, size: (u32, u32), draw: impl FnOnce(&Area<'_>) -> Result<()>) -> Result<PathBuf> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        area.fill(&WHITE)?;
        draw(&area)?;
        area.present()?;
    }
    fs::write(&path, svg).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    Ok(path)
}

/// Text of a size and colour, vertically centred at its anchor.
fn style(size: i32, color: RGBColor, at: HPos) -> TextStyle<'static> {
    let mut style = TextStyle::from(("sans-serif", size).into_font());
    style.color = color.to_backend_color();
    style.pos = Pos::new(at, VPos::Center);
    style
}

fn text(area: &Area<'_>, text: impl Into<String>, at: (i32, i32), style: TextStyle<'static>) -> Result<()> {
    Ok(area.draw(&Text::new(text.into(), at, style))?)
}

fn cell(area: &Area<'_>, (x, y): (i32, i32), (w, h): (i32, i32), color: RGBColor) -> Result<()> {
    Ok(area.draw(&Rectangle::new([(x, y), (x + w, y + h)], color.filled()))?)
}

/// The colour at `t` between two colours, from 0 to 1.
fn mix(from: RGBColor, to: RGBColor, t: f64) -> RGBColor {
    let t = t.clamp(0.0, 1.0);
    let channel = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * t).round() as u8;
    RGBColor(channel(from.0, to.0), channel(from.1, to.1), channel(from.2, to.2))
}

/// The marker of a digit: circles up to 4 and triangles from 5, so that similar colours differ in shape.
fn marker<'a, C>(at: C, digit: usize, size: i32, opacity: f64) -> DynElement<'static, SVGBackend<'a>, C>
where
    C: Clone + 'static,
{
    let fill = PALETTE[digit].mix(opacity).filled();
    if digit < CLASSES / 2 {
        Circle::new(at, size, fill).into_dyn()
    } else {
        TriangleMarker::new(at, size + 1, fill).into_dyn()
    }
}

/// The range of the values with a margin at both ends.
fn range(values: impl Iterator<Item = f64>) -> std::ops::Range<f64> {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| (l.min(x), h.max(x)));
    // also if all values are equal, or none is a number
    let air = if high > low { 0.05 * (high - low) } else { 0.5 };
    let (low, high) = if low <= high { (low, high) } else { (0.0, 0.0) };
    low - air..high + air
}

/// The images in the plane of the first two components.
pub fn scatter(
    dir: &Path,
    scores: &ArrayRef2<f64>,
    digits: &Digits,
    pca: &FittedPca<f64>,
) -> Result<PathBuf> {
    save(dir.join("scatter.svg"), (960, 720), |area| {
        let (plot, side) = area.split_horizontally(850);
        let (x, y) = (range(scores.column(0).iter().copied()), range(scores.column(1).iter().copied()));
        let title = style(24, INK, HPos::Left);
        let mut chart = ChartBuilder::on(&plot)
            .caption("Handwritten digits: the first two principal components", title)
            .margin(14)
            .x_label_area_size(54)
            .y_label_area_size(64)
            .build_cartesian_2d(x, y)?;
        let share = pca.explained_variance_ratio();
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(FAINT)
            .axis_style(INK)
            .label_style(("sans-serif", 15, &INK))
            .axis_desc_style(("sans-serif", 17, &INK))
            .x_label_formatter(&|x| format!("{x:.1}"))
            .y_label_formatter(&|y| format!("{y:.1}"))
            .x_desc(format!("component 1 ({:.1} % of the variance)", 100.0 * share[0]))
            .y_desc(format!("component 2 ({:.1} % of the variance)", 100.0 * share[1]))
            .draw()?;
        let points =
            || scores.rows().into_iter().zip(&digits.labels).map(|(row, &label)| ((row[0], row[1]), label));
        // in the order of the split, so that no digit hides the others
        chart.draw_series(points().map(|(at, label)| marker(at, label, 4, 0.8)))?;
        let counts = digits.counts();
        for digit in 0..CLASSES {
            if counts[digit] == 0 {
                continue;
            }
            let n = counts[digit] as f64;
            let (sx, sy) =
                points().filter(|p| p.1 == digit).fold((0.0, 0.0), |(x, y), (at, _)| (x + at.0, y + at.1));
            let center = (sx / n, sy / n);
            chart.draw_series([
                Circle::new(center, 14, WHITE.mix(0.9).filled()),
                Circle::new(center, 14, PALETTE[digit].stroke_width(3)),
            ])?;
            let label = style(21, INK, HPos::Center);
            chart.draw_series([Text::new(digit.to_string(), center, label)])?;
        }
        text(&side, "digit", (8, 66), style(17, INK, HPos::Left))?;
        for digit in 0..CLASSES {
            let y = 94 + 26 * digit as i32;
            side.draw(&marker((18, y), digit, 7, 1.0))?;
            text(&side, digit.to_string(), (34, y), style(17, INK, HPos::Left))?;
        }
        text(&side, "ringed:", (8, 376), style(14, INK, HPos::Left))?;
        text(&side, "mean of", (8, 394), style(14, INK, HPos::Left))?;
        text(&side, "the digit", (8, 412), style(14, INK, HPos::Left))
    })
}

/// The variance that each component explains, and the cumulative sum; `marks` are numbers of components to
/// point out.
pub fn explained_variance(dir: &Path, pca: &FittedPca<f64>, marks: &[usize]) -> Result<PathBuf> {
    save(dir.join("explained_variance.svg"), (960, 600), |area| {
        let share: Vec<f64> = pca.explained_variance_ratio().iter().map(|r| 100.0 * r).collect();
        let cumulative: Vec<f64> = share
            .iter()
            .scan(0.0, |sum, s| {
                *sum += s;
                Some(*sum)
            })
            .collect();
        let count = share.len();
        let title = style(24, INK, HPos::Left);
        let mut chart = ChartBuilder::on(area)
            .caption("Variance explained by the principal components", title)
            .margin(14)
            .margin_right(24)
            .x_label_area_size(54)
            .y_label_area_size(64)
            .build_cartesian_2d(0.0..count as f64 + 1.0, 0.0..105.0)?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(FAINT)
            .axis_style(INK)
            .label_style(("sans-serif", 15, &INK))
            .axis_desc_style(("sans-serif", 17, &INK))
            .x_labels(14)
            .y_labels(11)
            .x_label_formatter(&|x| format!("{x:.0}"))
            .y_label_formatter(&|y| format!("{y:.0}"))
            .x_desc("component")
            .y_desc("share of the variance / %")
            .draw()?;
        let bars = share.iter().enumerate().map(|(i, &s)| {
            let x = i as f64 + 1.0;
            Rectangle::new([(x - 0.4, 0.0), (x + 0.4, s)], ORANGE.filled())
        });
        chart
            .draw_series(bars)?
            .label("individual")
            .legend(|(x, y)| Rectangle::new([(x + 4, y - 7), (x + 18, y + 7)], ORANGE.filled()));
        let line: Vec<(f64, f64)> =
            cumulative.iter().enumerate().map(|(i, &c)| (i as f64 + 1.0, c)).collect();
        chart
            .draw_series(LineSeries::new(line.iter().copied(), BLUE.stroke_width(2)))?
            .label("cumulative")
            .legend(|(x, y)| PathElement::new([(x, y), (x + 22, y)], BLUE.stroke_width(3)));
        chart.draw_series(line.iter().map(|&at| Circle::new(at, 3, BLUE.filled())))?;
        for &mark in marks.iter().filter(|&&mark| (1..=count).contains(&mark)) {
            let (x, y) = line[mark - 1];
            chart.draw_series(DashedLineSeries::new([(x, 0.0), (x, y)], 5, 4, INK.stroke_width(1)))?;
            chart.draw_series([Circle::new((x, y), 6, BLUE.stroke_width(2))])?;
            let label = style(16, INK, HPos::Left);
            chart.draw_series([Text::new(
                format!("{mark} components: {y:.1} %"),
                (x + 0.8, y - 7.0),
                label,
            )])?;
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::MiddleRight)
            .margin(24)
            .legend_area_size(28)
            .label_font(("sans-serif", 17, &INK))
            .background_style(WHITE)
            .border_style(FAINT)
            .draw()?;
        Ok(())
    })
}

/// The confusion matrix: true digits by row, predictions by column.
pub fn confusion(dir: &Path, counts: &Array2<usize>) -> Result<PathBuf> {
    const CELL: i32 = 56;
    const LEFT: i32 = 96;
    const TOP: i32 = 84;
    let extent = CELL * CLASSES as i32;
    save(dir.join("confusion.svg"), ((LEFT + extent + 34) as u32, (TOP + extent + 116) as u32), |area| {
        let (correct, all) = (counts.diag().sum(), counts.sum());
        text(area, "Confusion matrix of the test images (pixels)", (LEFT, 28), style(23, INK, HPos::Left))?;
        let note =
            format!("{correct} of {all} correct: accuracy {:.2} %", 100.0 * correct as f64 / all as f64);
        text(area, note, (LEFT, 58), style(17, INK, HPos::Left))?;
        let rows = counts.rows().into_iter().map(|row| row.sum().max(1)).collect::<Vec<_>>();
        for ((truth, predicted), &n) in counts.indexed_iter() {
            let at = (LEFT + CELL * predicted as i32, TOP + CELL * truth as i32);
            let share = n as f64 / rows[truth] as f64;
            let (color, ink) = match (n, truth == predicted) {
                (0, _) => (WHITE, RGBColor(0xbb, 0xbb, 0xbb)),
                (_, true) => (mix(WHITE, BLUE, 0.15 + 0.85 * share), if share > 0.5 { WHITE } else { INK }),
                // errors are few: full colour from a fifth of the row
                (_, false) => (mix(WHITE, ORANGE, 0.25 + 0.75 * 5.0 * share), INK),
            };
            cell(area, at, (CELL, CELL), color)?;
            area.draw(&Rectangle::new([at, (at.0 + CELL, at.1 + CELL)], FAINT.stroke_width(1)))?;
            text(area, n.to_string(), (at.0 + CELL / 2, at.1 + CELL / 2), style(19, ink, HPos::Center))?;
        }
        for digit in 0..CLASSES {
            let middle = CELL * digit as i32 + CELL / 2;
            text(area, digit.to_string(), (LEFT - 18, TOP + middle), style(18, INK, HPos::Center))?;
            text(area, digit.to_string(), (LEFT + middle, TOP + extent + 20), style(18, INK, HPos::Center))?;
        }
        text(area, "predicted digit", (LEFT + extent / 2, TOP + extent + 50), style(18, INK, HPos::Center))?;
        let vertical = ("sans-serif", 18).into_font().transform(FontTransform::Rotate270).color(&INK);
        let vertical = vertical.pos(Pos::new(HPos::Center, VPos::Center));
        text(area, "true digit", (38, TOP + extent / 2), vertical)?;
        let y = TOP + extent + 82;
        for (x, color, label) in
            [(LEFT, BLUE, "correct"), (LEFT + 150, ORANGE, "wrong (full colour from 20 % of the row)")]
        {
            for step in 0..20 {
                let shade = mix(WHITE, color, 0.15 + 0.85 * f64::from(step) / 19.0);
                cell(area, (x + 2 * step, y), (2, 16), shade)?;
            }
            text(area, label, (x + 48, y + 8), style(15, INK, HPos::Left))?;
        }
        Ok(())
    })
}

/// The mean image and the first eight components as images.
pub fn components(dir: &Path, pca: &FittedPca<f64>) -> Result<PathBuf> {
    const PIXEL: i32 = 24;
    const IMAGE: i32 = PIXEL * SIDE as i32;
    const GAP: i32 = 36;
    let shown = pca.components().nrows().min(8);
    save(dir.join("components.svg"), ((3 * (IMAGE + GAP) + GAP) as u32, 888), |area| {
        text(area, "Mean digit and first principal components", (GAP, 32), style(24, INK, HPos::Left))?;
        let panel = |index: i32,
                     title: String,
                     image: &ArrayRef1<f64>,
                     color: &dyn Fn(f64) -> RGBColor|
         -> Result<()> {
            let (x, y) = (GAP + (index % 3) * (IMAGE + GAP), 96 + (index / 3) * (IMAGE + 54));
            text(area, title, (x, y - 16), style(17, INK, HPos::Left))?;
            for (i, &value) in image.iter().enumerate() {
                let (row, column) = ((i / SIDE) as i32, (i % SIDE) as i32);
                cell(area, (x + PIXEL * column, y + PIXEL * row), (PIXEL, PIXEL), color(value))?;
            }
            Ok(area.draw(&Rectangle::new([(x, y), (x + IMAGE, y + IMAGE)], INK.stroke_width(1)))?)
        };
        let gray = |value| mix(WHITE, INK, value);
        panel(0, "mean".into(), pca.mean(), &gray)?;
        // one scale for all components, symmetric about 0
        let all = pca.components().slice(ndarray::s![..shown, ..]);
        let largest = all.iter().fold(0.0, |max: f64, x| max.max(x.abs()));
        let signed = |value: f64| mix(WHITE, if value < 0.0 { RED } else { BLUE }, value.abs() / largest);
        for (k, component) in all.rows().into_iter().enumerate() {
            let share = 100.0 * pca.explained_variance_ratio()[k];
            panel(k as i32 + 1, format!("component {} ({share:.1} %)", k + 1), &component, &signed)?;
        }
        let y = 832;
        let bar = |x: i32, labels: [String; 2], color: &dyn Fn(f64) -> RGBColor| -> Result<()> {
            for step in 0..100 {
                cell(area, (x + 2 * step, y), (2, 14), color(f64::from(step) / 99.0))?;
            }
            area.draw(&Rectangle::new([(x, y), (x + 200, y + 14)], INK.stroke_width(1)))?;
            let [low, high] = labels;
            text(area, low, (x, y + 30), style(15, INK, HPos::Left))?;
            text(area, high, (x + 200, y + 30), style(15, INK, HPos::Right))
        };
        bar(GAP, ["0 (paper)".into(), "1 (ink)".into()], &gray)?;
        let ends = [format!("{:.2}", -largest), format!("{largest:.2}")];
        let x = GAP + IMAGE + GAP;
        bar(x, ends, &|t| signed((2.0 * t - 1.0) * largest))?;
        text(area, "0", (x + 100, y + 30), style(15, INK, HPos::Center))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_mixed_from_end_to_end_and_never_beyond() {
        assert_eq!(mix(WHITE, BLUE, 0.0), WHITE);
        assert_eq!(mix(WHITE, BLUE, 1.0), BLUE);
        assert_eq!(mix(WHITE, BLUE, 7.0), BLUE);
        assert_eq!(mix(BLACK, WHITE, 0.5), RGBColor(128, 128, 128));
    }

    #[test]
    fn a_directory_that_is_not_there_is_named() {
        let error =
            confusion(Path::new("no/such/dir"), &Array2::eye(CLASSES)).expect_err("missing").to_string();
        assert!(error.contains("no/such/dir"), "{error}");
    }
}
