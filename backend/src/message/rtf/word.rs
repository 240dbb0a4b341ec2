//! What control words mean to somebody who only wants the text.

use encoding_rs::{
    BIG5, EUC_KR, Encoding, GBK, MACINTOSH, SHIFT_JIS, WINDOWS_874, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
    WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258,
};

/// What a control word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A character, or something that separates as one.
    Character(char),
    /// The end of a cell, which mostly stands behind that of its paragraph: the two are one break.
    Cell,
    /// A 16-bit character by its number.
    Unicode,
    /// How many characters follow a 16-bit one for readers without Unicode.
    Fallback,
    /// A font.
    Font,
    /// Back to the font and the looks with which the document begins.
    DefaultFont,
    /// The charset of the font that is described.
    FontCharset,
    /// The code page of the font that is described.
    CodePage,
    /// The document's code page.
    AnsiCodePage,
    /// The document's charset is that of the Macintosh.
    Macintosh,
    /// So many octets follow that are no text.
    Binary,
    /// Where fonts are described.
    FontTable,
    /// Nothing within is shown.
    Hidden,
    /// Text that is not shown from here on.
    Invisible,
    /// Text that was deleted under revision.
    Deleted,
    /// What is within is shown in an index or a table of contents.
    Entry,
    /// What is within is shown in another place.
    Aside,
    /// What is within is shown, although programs may skip it.
    Shown,
    /// Something else: looks, mostly.
    Other,
}

/// The meaning of a word.
#[expect(clippy::too_many_lines, reason = "a table, a line or two a word")]
pub(super) fn meaning(word: &[u8]) -> Meaning {
    match word {
        b"par" | b"line" | b"lbr" | b"sect" | b"page" | b"column" | b"row" | b"nestrow" | b"softline" | b"softpage" => {
            Meaning::Character('\n')
        }
        b"cell" | b"nestcell" => Meaning::Cell,
        b"tab" => Meaning::Character('\t'),
        b"emspace" | b"enspace" | b"qmspace" => Meaning::Character(' '),
        b"emdash" => Meaning::Character('\u{2014}'),
        b"endash" => Meaning::Character('\u{2013}'),
        b"bullet" => Meaning::Character('\u{2022}'),
        b"lquote" => Meaning::Character('\u{2018}'),
        b"rquote" => Meaning::Character('\u{2019}'),
        b"ldblquote" => Meaning::Character('\u{201C}'),
        b"rdblquote" => Meaning::Character('\u{201D}'),
        b"zwj" => Meaning::Character('\u{200D}'),
        b"zwnj" => Meaning::Character('\u{200C}'),
        b"u" => Meaning::Unicode,
        b"uc" => Meaning::Fallback,
        b"f" | b"af" => Meaning::Font,
        b"plain" => Meaning::DefaultFont,
        b"fcharset" => Meaning::FontCharset,
        b"cpg" => Meaning::CodePage,
        b"ansicpg" => Meaning::AnsiCodePage,
        b"mac" => Meaning::Macintosh,
        b"bin" => Meaning::Binary,
        b"fonttbl" => Meaning::FontTable,
        b"filetbl"
        | b"colortbl"
        | b"stylesheet"
        | b"info"
        | b"pict"
        | b"fldinst"
        | b"nonshppict"
        | b"sp"
        | b"objdata"
        | b"objclass"
        | b"objname"
        | b"listtable"
        | b"listoverridetable"
        | b"revtbl"
        | b"rsidtbl"
        | b"themedata"
        | b"colorschememapping"
        | b"datastore"
        | b"latentstyles"
        | b"generator"
        | b"xmlnstbl"
        | b"htmltag"
        | b"bkmkstart"
        | b"bkmkend"
        | b"datafield"
        | b"panose"
        | b"falt" => Meaning::Hidden,
        b"v" => Meaning::Invisible,
        b"deleted" => Meaning::Deleted,
        b"xe" | b"tc" | b"tcn" => Meaning::Entry,
        b"header" | b"headerl" | b"headerr" | b"headerf" | b"footer" | b"footerl" | b"footerr" | b"footerf"
        | b"footnote" | b"annotation" | b"shptxt" | b"dptxbxtext" => Meaning::Aside,
        b"shpinst" | b"do" | b"ud" | b"shppict" | b"ftnsep" => Meaning::Shown,
        _ => Meaning::Other,
    }
}

/// The encoding of `\fcharset`.
pub(super) fn of_font_charset(number: i32) -> Option<&'static Encoding> {
    Some(match number {
        0 => WINDOWS_1252,
        77 => MACINTOSH,
        128 => SHIFT_JIS,
        129 | 130 => EUC_KR,
        134 => GBK,
        136 => BIG5,
        161 => WINDOWS_1253,
        162 => WINDOWS_1254,
        163 => WINDOWS_1258,
        177 => WINDOWS_1255,
        178 => WINDOWS_1256,
        186 => WINDOWS_1257,
        204 => WINDOWS_1251,
        222 => WINDOWS_874,
        238 => WINDOWS_1250,
        _ => return None,
    })
}
