//! A figure as SVG, drawn by plotters.
//!
//! Plotters counts in whole pixels, so it draws on a grid ten times as fine, scaled back by one group. Words are set here and
//! not by plotters, which cannot measure them without a system font: each stands where the layout measured it to fit.

use std::fmt::Write;
use std::ops::Range;

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged};
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, DashedPathElement, PathElement, Polygon, Rectangle};
use plotters::style::{RGBAColor, ShapeStyle};

use super::axis::Axis;
use super::base64;
use super::chart::{Figure, Mark, Sign, Stroke, runs};
use super::color::{Color, INK, PAPER};
use super::font::{FAMILY, Weight};
use super::layout::{Anchor, Frame, Page, PlacedSign, Rect, TICK_LENGTH, Text, layout, words_height};

/// Steps of plotters' grid in a pixel.
const FINE: f64 = 10.0;
/// No figure becomes lower than this when its words are taken from it.
const LEAST_HEIGHT: u32 = 120;

type Canvas<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Plot<'a, 'f> = DrawingArea<SVGBackend<'a>, Cartesian2d<Ruler<'f>, Ruler<'f>>>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// The figure as an SVG document with the font embedded: the same figure gives the same bytes.
///
/// ```
/// use betadrift::report::{Figure, svg};
/// let (title, note) = ("A < B".to_owned(), "Two rates.".to_owned());
/// let figure = Figure { name: "bare", title, subtitle: String::new(), note, size: (480, 320), rows: vec![] };
/// assert!(svg(&figure).contains("<title>A &lt; B</title>\n<desc>Two rates.</desc>"));
/// ```
pub fn svg(figure: &Figure) -> String {
    let page = layout(figure);
    let (width, height) = figure.size;
    let described = format!("{} {}", figure.subtitle, figure.note);
    let mut out = String::new();
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{}</title>\n<desc>{}</desc>\n<style>\n",
        escaped(&figure.title),
        escaped(if figure.subtitle.is_empty() { &figure.note } else { &described }),
    );
    let _ = write!(out, "{}</style>\n{}", font_faces(), contents(&page, figure.size, Some(PAPER)));
    out.push_str("</svg>\n");
    out
}

/// The panels alone, to stand in a page that has the figure's words, the colour of its paper and the font
/// ([`font_faces`]). It is known to a screen reader by the title.
pub(super) fn panels(figure: &Figure) -> String {
    let (width, height) = figure.size;
    let words = words_height(figure).floor().max(0.0) as u32;
    let bare = Figure {
        title: String::new(),
        subtitle: String::new(),
        note: String::new(),
        size: (width, height.saturating_sub(words).max(LEAST_HEIGHT)),
        rows: figure.rows.clone(),
        ..*figure
    };
    let (width, height) = bare.size;
    let title = escaped(&figure.title).replace('"', "&quot;");
    format!(
        "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{title}\">\n{}</svg>\n",
        contents(&layout(&bare), bare.size, None)
    )
}

/// The font of figures as CSS.
pub(super) fn font_faces() -> String {
    let face = |weight: Weight| {
        format!(
            "@font-face{{font-family:{FAMILY};font-weight:{};src:url(data:font/woff2;base64,{})format(\"woff2\")}}\n",
            weight.css(),
            base64::encode(weight.web_file()),
        )
    };
    Weight::ALL.map(face).concat()
}

/// Everything inside the `<svg>` element but its style.
fn contents(page: &Page<'_>, size: (u32, u32), paper: Option<Color>) -> String {
    let mut out = format!(
        "<g transform=\"scale({})\" stroke-linejoin=\"round\">\n{}</g>\n<g font-family=\"{FAMILY}, sans-serif\">\n",
        1.0 / FINE,
        drawing(page, size, paper),
    );
    for text in &page.texts {
        write_text(&mut out, text);
    }
    out.push_str("</g>\n");
    out
}

/// What plotters draws, without the `<svg>` element around it.
fn drawing(page: &Page<'_>, (width, height): (u32, u32), paper: Option<Color>) -> String {
    let mut drawn = String::new();
    {
        let size = (width * FINE as u32, height * FINE as u32);
        let canvas = SVGBackend::with_string(&mut drawn, size).into_drawing_area();
        page_onto(&canvas, page, paper).expect("valid by construction: writing to a string does not fail");
    }
    let start = drawn.find(">\n").map_or(0, |at| at + 2);
    let end = drawn.rfind("</svg>").unwrap_or(drawn.len());
    drawn[start..end].replace(" opacity=\"1\"", "")
}

fn page_onto(canvas: &Canvas<'_>, page: &Page<'_>, paper: Option<Color>) -> Drawn {
    if let Some(paper) = paper {
        canvas.fill(&rgba(paper, 1.0))?;
    }
    for frame in &page.frames {
        let (x, y) = (fine(frame.rect.left)..fine(frame.rect.right), fine(frame.rect.bottom)..fine(frame.rect.top));
        let plot = canvas.apply_coord_spec(Cartesian2d::new(Ruler(&frame.panel.x), Ruler(&frame.panel.y), (x, y)));
        for mark in &frame.panel.marks {
            draw_mark(&plot, mark)?;
        }
        draw_axes(canvas, frame)?;
        for sign in &frame.signs {
            draw_sign(canvas, sign)?;
        }
    }
    canvas.present()
}

fn draw_mark(plot: &Plot<'_, '_>, mark: &Mark) -> Drawn {
    match mark {
        Mark::Line { points, stroke } => {
            for run in runs(points.iter().copied()) {
                match run[..] {
                    [alone] => {
                        plot.draw(&Circle::new(alone, pen((1.5 * stroke.width).max(2.0)), filled(stroke.color, 1.0)))?
                    }
                    _ if stroke.dashed => plot.draw(&dashed(run, *stroke))?,
                    _ => plot.draw(&PathElement::new(run, drawn(*stroke)))?,
                }
            }
            Ok(())
        }
        Mark::Area { outline, fill, opacity } => plot.draw(&Polygon::new(outline.clone(), filled(*fill, *opacity))),
        Mark::Dots { at, radius, fill, opacity } => {
            at.iter().try_for_each(|&at| plot.draw(&Circle::new(at, pen(*radius), filled(*fill, *opacity))))
        }
        Mark::Tiles(tiles) => tiles.iter().try_for_each(|tile| {
            plot.draw(&Rectangle::new([(tile.x.0, tile.y.1), (tile.x.1, tile.y.0)], filled(tile.fill, 1.0)))
        }),
    }
}

/// The two axes, with ticks outwards; a tick without words is shorter.
fn draw_axes(canvas: &Canvas<'_>, frame: &Frame<'_>) -> Drawn {
    let Rect { left, top, right, bottom } = frame.rect;
    let line = |from: (f64, f64), to: (f64, f64)| {
        canvas.draw(&PathElement::new([from, to].map(|(x, y)| (fine(x), fine(y))), drawn(Stroke::solid(INK, 0.8))))
    };
    let length = |words: bool| if words { TICK_LENGTH } else { TICK_LENGTH * 0.5 };
    if frame.panel.x.line {
        line((left, bottom), (right, bottom))?;
        for tick in &frame.panel.x.ticks {
            let x = frame.rect.x(&frame.panel.x, tick.at);
            line((x, bottom), (x, bottom + length(tick.text.is_some())))?;
        }
    }
    if frame.panel.y.line {
        line((left, top), (left, bottom))?;
        for tick in &frame.panel.y.ticks {
            let y = frame.rect.y(&frame.panel.y, tick.at);
            line((left - length(tick.text.is_some()), y), (left, y))?;
        }
    }
    Ok(())
}

fn draw_sign(canvas: &Canvas<'_>, sign: &PlacedSign) -> Drawn {
    let grid = |(x, y): (f64, f64)| (fine(x), fine(y));
    if sign.leader.len() > 1 {
        let solid = sign.sign == Sign::Line && !sign.faint;
        let stroke = if solid { Stroke::solid(sign.color, 1.4) } else { Stroke::solid(sign.color.tint(0.55), 0.6) };
        canvas.draw(&PathElement::new(sign.leader.iter().copied().map(grid).collect::<Vec<_>>(), drawn(stroke)))?;
    }
    let (x, y) = sign.center;
    match sign.sign {
        Sign::Nothing | Sign::Line => Ok(()),
        Sign::Dot => canvas.draw(&Circle::new(grid((x, y)), pen(3.0), filled(sign.color, 1.0))),
        Sign::Square => {
            canvas.draw(&Rectangle::new([grid((x - 4.5, y - 4.5)), grid((x + 4.5, y + 4.5))], filled(sign.color, 1.0)))
        }
    }
}

fn dashed(points: Vec<(f64, f64)>, stroke: Stroke) -> DashedPathElement<std::vec::IntoIter<(f64, f64)>, u32> {
    DashedPathElement::new(points, pen(5.0), pen(3.0), drawn(stroke))
}

fn write_text(out: &mut String, text: &Text) {
    let anchor = match text.anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    let weight = text.set.weight.css();
    let _ = writeln!(
        out,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\" font-size=\"{}\" font-weight=\"{weight}\" fill=\"{}\">{}</text>",
        text.x,
        text.baseline,
        text.set.size,
        hex(text.color),
        escaped(&text.content),
    );
}

/// Text as XML has it; what no XML may hold is drawn as a box.
fn escaped(text: &str) -> String {
    let allowed = |c: char| !matches!(c, '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}');
    let text: String = text.chars().map(|c| if allowed(c) { c } else { '□' }).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn hex(Color(red, green, blue): Color) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn rgba(Color(red, green, blue): Color, opacity: f64) -> RGBAColor {
    RGBAColor(red, green, blue, opacity)
}

fn filled(color: Color, opacity: f64) -> ShapeStyle {
    ShapeStyle { color: rgba(color, opacity), filled: true, stroke_width: 0 }
}

fn drawn(stroke: Stroke) -> ShapeStyle {
    ShapeStyle { color: rgba(stroke.color, 1.0), filled: false, stroke_width: pen(stroke.width) }
}

fn pen(width: f64) -> u32 {
    (width * FINE).round() as u32
}

fn fine(pixels: f64) -> i32 {
    (pixels * FINE).round() as i32
}

/// An axis as a coordinate of plotters. Its ticks are the layout's, so it names no key points.
#[derive(Clone, Copy)]
struct Ruler<'a>(&'a Axis);

impl Ranged for Ruler<'_> {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        (f64::from(from) + self.0.position(*value) * f64::from(to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<f64> {
        Vec::new()
    }

    fn range(&self) -> Range<f64> {
        self.0.range.0..self.0.range.1
    }
}
