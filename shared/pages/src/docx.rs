//! A document for a word processor (Office Open XML).

use crate::document::{Cell, Column, Document, Line, Section};
use contract::Failed;
use docx_rs::{
    AlignmentType, BreakType, Docx, Footer, Header, LineSpacing, NumPages, PageMargin, PageNum, PageOrientationType,
    Paragraph, Run, RunFonts, Shading, ShdType, Style, StyleType, Table, TableCell, TableCellMargins, TableLayoutType,
    TableRow, WidthType,
};
use std::io::Cursor;

/// The media type, as it is registered.
pub const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/// Letter, on its side, in twentieths of a point; and its margins.
const PAGE: (u32, u32) = (15_840, 12_240);
const MARGIN: u32 = 1_000;
/// What is left between them.
const WIDTH: usize = (PAGE.0 - 2 * MARGIN) as usize;
const FAINT: &str = "55606B";
/// How the library writes the first row of a table.
const FIRST_ROW: &str = "</w:tblGrid><w:tr><w:trPr>";
/// The same as a header, which is read as one, and stands on each page. The library has no word for that.
const HEADER_ROW: &str = "</w:tblGrid><w:tr><w:trPr><w:tblHeader />";

/// The document's bytes.
///
/// # Errors
/// When the library cannot write it.
pub fn document(document: &Document) -> Result<Vec<u8>, Failed> {
    let mut built = document.sections.iter().fold(begun(document), part).build();
    let marked = String::from_utf8(built.document).map_err(|error| Failed::Broken(Box::new(error)))?;
    built.document = marked.replace(FIRST_ROW, HEADER_ROW).into_bytes();
    let mut bytes = Cursor::new(Vec::new());
    built.pack(&mut bytes).map_err(|error| Failed::Broken(Box::new(error)))?;
    Ok(bytes.into_inner())
}

/// The page, its styles, and what stands before the parts.
fn begun(document: &Document) -> Docx {
    let margin = i32::try_from(MARGIN).unwrap_or_default();
    let margins = PageMargin::new().top(margin + 200).bottom(margin).left(margin).right(margin).header(500).footer(500);
    let heading = |id: &str, name: &str, size, level| {
        let spacing = LineSpacing::new().before(320).after(80);
        Style::new(id, StyleType::Paragraph).name(name).size(size).bold().outline_lvl(level).line_spacing(spacing)
    };
    let faint = |text: &str| run(text).color(FAINT).size(17);
    let header = plain().add_run(faint(&format!("{} - {}, {}", document.provider, document.title, document.subtitle)));
    let marking = document.marking.iter().map(|marking| plain().add_run(run(marking).bold()));
    let header = marking.chain([header]).fold(Header::new(), Header::add_paragraph);
    let footer = plain()
        .align(AlignmentType::Right)
        .add_run(faint(&format!("As of {} - page ", document.as_of)))
        .add_page_num(PageNum::new())
        .add_run(faint(" of "))
        .add_num_pages(NumPages::new());
    let docx = Docx::new()
        .page_size(PAGE.0, PAGE.1)
        .page_orient(PageOrientationType::Landscape)
        .page_margin(margins)
        .default_fonts(RunFonts::new().ascii("Calibri").hi_ansi("Calibri").cs("Calibri"))
        .default_size(19)
        .add_style(heading("Title", "Title", 36, 9))
        .add_style(heading("Heading1", "heading 1", 26, 0))
        .header(header)
        .footer(Footer::new().add_paragraph(footer))
        .add_paragraph(Paragraph::new().style("Title").add_run(run(&document.title)))
        .add_paragraph(plain().add_run(run(&document.subtitle).size(24)))
        .add_paragraph(plain().add_run(run(&format!("As of {}", document.as_of)).color(FAINT)));
    document.notes.iter().fold(docx, |docx, note| docx.add_paragraph(plain().add_run(run(note).bold())))
}

fn part(docx: Docx, section: &Section) -> Docx {
    let about = run(&section.about).color(FAINT);
    let docx = docx
        .add_paragraph(Paragraph::new().style("Heading1").keep_next(true).add_run(run(&section.heading)))
        .add_paragraph(plain().keep_next(true).line_spacing(LineSpacing::new().after(100)).add_run(about));
    if section.rows.is_empty() {
        return docx.add_paragraph(plain().add_run(run("None.")));
    }
    docx.add_table(table(section))
}

fn table(section: &Section) -> Table {
    let widths: Vec<usize> = section.columns.iter().map(|column| WIDTH * column.percent / 100).collect();
    let named = |column: &Column| {
        let name = plain().keep_next(true).add_run(run(&column.name).bold());
        TableCell::new().shading(Shading::new().shd_type(ShdType::Clear).fill("EEF2F6")).add_paragraph(name)
    };
    let sized = |cells: Vec<TableCell>| {
        cells.into_iter().zip(&widths).map(|(cell, width)| cell.width(*width, WidthType::Dxa)).collect()
    };
    let header = TableRow::new(sized(section.columns.iter().map(named).collect())).cant_split();
    let rows =
        section.rows.iter().map(|row| TableRow::new(sized(row.iter().enumerate().map(cell).collect())).cant_split());
    Table::new(std::iter::once(header).chain(rows).collect())
        .set_grid(widths.clone())
        .width(widths.iter().sum(), WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .margins(TableCellMargins::new().margin(60, 90, 60, 90))
}

/// A cell has a paragraph at least, or it is none to a word processor. The first one of a row names it.
fn cell((at, lines): (usize, &Cell)) -> TableCell {
    if lines.is_empty() {
        return TableCell::new().add_paragraph(plain());
    }
    lines.iter().fold(TableCell::new(), |cell, line| cell.add_paragraph(paragraph(line, at == 0)))
}

/// A document has no address that a path could be read from, as a page has: where there is more is written out, but for what
/// the name tells.
fn paragraph(line: &Line, is_name: bool) -> Paragraph {
    let label = line.label.as_ref().map(|label| run(&format!("{label}: ")).color(FAINT));
    let text = if is_name { run(&line.text).bold() } else { run(&line.text) };
    let path = line.href.as_deref().filter(|_| !is_name).map(|href| run(&format!(" {href}")).color(FAINT).size(15));
    let runs = label.into_iter().chain([text]).chain(path);
    runs.fold(plain(), Paragraph::add_run)
}

/// A paragraph of the text. The library does not mark a style as the default one.
fn plain() -> Paragraph {
    Paragraph::new().style("Normal")
}

/// A text with its line breaks, without the characters that XML has no place for.
fn run(text: &str) -> Run {
    let is_written = |c: &char| !matches!(c, '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    let text: String = text.chars().filter(is_written).collect();
    let mut lines = text.split('\n');
    let first = Run::new().add_text(lines.next().unwrap_or_default());
    lines.fold(first, |run, line| run.add_break(BreakType::TextWrapping).add_text(line))
}
