//! The picture of an SVG, rasterised by resvg with the embedded font and no other.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, Options, Tree, fontdb};
use thiserror::Error;

use super::font::{FAMILY, Weight};

/// Why there is no picture.
///
/// ```
/// use betadrift::report::{PngError, png};
/// assert!(matches!(png("no picture", 1.0), Err(PngError::Svg(_))));
/// let empty = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4\" height=\"3\"/>";
/// assert_eq!(
///     png(empty, 0.0).unwrap_err().to_string(),
///     "scale (0) must give a picture of at least one and at most 268 million pixels, such as 2"
/// );
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PngError {
    /// The document is no SVG.
    #[error("the figure is not an SVG document")]
    Svg(#[from] usvg::Error),
    /// The scale gives no picture, or one of more than 2²⁸ pixels.
    #[error("scale ({0}) must give a picture of at least one and at most 268 million pixels, such as 2")]
    Scale(f64),
    /// The pixels could not be compressed.
    #[error("the picture could not be written as PNG: {0}")]
    Encoding(String),
}

/// A figure's SVG as PNG, `scale` times its size: the same SVG gives the same bytes.
///
/// ```
/// use betadrift::report::png;
/// let png = png("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4\" height=\"3\"/>", 2.0)?;
/// assert!(png.starts_with(b"\x89PNG"));
/// assert_eq!((&png[16..20], &png[20..24]), (&[0, 0, 0, 8][..], &[0, 0, 0, 6][..])); // width and height
/// # Ok::<(), betadrift::report::PngError>(())
/// ```
///
/// # Errors
/// [`PngError`] if the text is no SVG or the scale gives no picture.
pub fn png(svg: &str, scale: f64) -> Result<Vec<u8>, PngError> {
    static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
        let mut fonts = fontdb::Database::new();
        Weight::ALL.iter().for_each(|weight| fonts.load_font_data(weight.file().to_vec()));
        fonts.set_sans_serif_family(FAMILY);
        Arc::new(fonts)
    });
    let options = Options { fontdb: FONTS.clone(), font_family: FAMILY.to_owned(), ..Options::default() };
    let tree = Tree::from_str(svg, &options)?;
    let side = |length: f32| (f64::from(length) * scale).round();
    let (width, height) = (side(tree.size().width()), side(tree.size().height()));
    let sound = width >= 1.0 && height >= 1.0 && width * height <= f64::from(1 << 28);
    let pixels = sound.then(|| Pixmap::new(width as u32, height as u32)).flatten();
    let mut pixels = pixels.ok_or(PngError::Scale(scale))?;
    resvg::render(&tree, Transform::from_scale(scale as f32, scale as f32), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| PngError::Encoding(error.to_string()))
}
