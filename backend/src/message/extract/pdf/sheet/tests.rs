//! What a page shows, however it is put together.

use crate::message::extract::pdf::tests::{HELVETICA, code, page, pdf, stream};

/// A page of this content, with forms or annotations among its objects, which are numbered from 4.
fn page_with(content: &str, more: &str, objects: &[Vec<u8>]) -> Vec<u8> {
    let head =
        format!("<</Type/Page/Contents 2 0 R/Resources<</Font<</F1 3 0 R>>/XObject<</A 4 0 R/B 5 0 R>>>>{more}>>");
    let content = stream("", content.as_bytes());
    let own = [head.as_bytes(), &content, HELVETICA];
    pdf(&own.into_iter().chain(objects.iter().map(Vec::as_slice)).collect::<Vec<_>>())
}

fn form(content: &str) -> Vec<u8> {
    stream("/Subtype/Form/BBox[0 0 100 20]/Resources<</Font<</F1 3 0 R>>>>", content.as_bytes())
}

fn field(place: &str, more: &str) -> Vec<u8> {
    format!("<</Subtype/Widget/FT/Tx/Rect[{place}]{more}>>").into_bytes()
}

#[test]
fn columns_may_be_as_narrow_as_a_hair() {
    // 95814 is 33.36 wide at this size, 123-45-6789 is 68.
    let row = "BT /F1 12 Tf 72 700 Td (95814) Tj 34.86 0 Td (123-45-6789) Tj 69.5 0 Td (2026) Tj ET";
    assert_eq!(code(&page(row)).as_deref(), Some("ssn"));
    let labelled = "BT /F1 12 Tf 72 700 Td (95814) Tj 34.86 0 Td (SSN 123456789) Tj 89.5 0 Td (2026) Tj ET";
    assert_eq!(code(&page(labelled)).as_deref(), Some("ssn-labelled"));
    // What stands closer is one number.
    let longer = "BT /F1 12 Tf 72 700 Td (95814) Tj 33.6 0 Td (123-45-6789) Tj ET";
    assert_eq!(code(&page(longer)), None);
    // Columns of figures alone make no number, nor do the letters of a line that is spread.
    let cells = "BT /F1 12 Tf 72 700 Td (123) Tj 22 0 Td (45) Tj 15 0 Td (6789) Tj ET";
    assert_eq!(code(&page(cells)), None);
    let spread =
        "BT /F1 12 Tf [(1) -90 (2) -90 (3) -90 (-) -90 (4) -90 (5) -90 (-) -90 (6) -90 (7) -90 (8) -90 (9)] TJ ET";
    assert_eq!(code(&page(spread)).as_deref(), Some("ssn"));
}

#[test]
fn forms_are_drawn_at_their_place_in_the_page() {
    let label = "BT /F1 12 Tf 72 650 Td (SSN) Tj ET ";
    let number = form("BT /F1 12 Tf 4 6 Td (123456789) Tj ET");
    let beside = format!("{label} BT 72 600 Td (Name) Tj ET q 1 0 0 1 110 645 cm /A Do Q");
    assert_eq!(code(&page_with(&beside, "", std::slice::from_ref(&number))).as_deref(), Some("ssn-labelled"));
    let elsewhere = format!(
        "{label} BT 72 600 Td (Name of the person who shows this, in block letters) Tj ET q 1 0 0 1 110 500 cm /A Do Q"
    );
    assert_eq!(code(&page_with(&elsewhere, "", &[number])), None);
    // A form within a form, and one that draws itself.
    let outer =
        stream("/Subtype/Form/Matrix[1 0 0 1 100 0]/Resources<</XObject<</B 5 0 R/A 4 0 R>>>>", b"Q /A Do q /B Do Q");
    let inner = form("BT /F1 12 Tf 0 0 Td (45-6789) Tj ET");
    let both = page_with("BT /F1 12 Tf 76 650 Td (123-) Tj ET q 1 0 0 1 0 650 cm /A Do Q", "", &[outer, inner]);
    assert_eq!(code(&both).as_deref(), Some("ssn"));
}

#[test]
fn a_label_on_the_page_and_a_number_in_a_field_stand_together() {
    let label = "BT /F1 12 Tf 72 650 Td (SSN) Tj 0 -40 Td (Signature of the applicant, and the date of it) Tj ET";
    let place = "110 644 250 664";
    let shown = field(place, "/V(x)/AP<</N 5 0 R>>");
    let look = form("BT /F1 12 Tf 4 6 Td (123456789) Tj ET");
    assert_eq!(code(&page_with(label, "/Annots[4 0 R]", &[shown, look])).as_deref(), Some("ssn-labelled"));
    let typed = field(place, "/V(123456789)");
    assert_eq!(code(&page_with(label, "/Annots[4 0 R]", &[typed])).as_deref(), Some("ssn-labelled"));
    let of_parent = field(place, "/Parent 5 0 R");
    let parent = b"<</T(a)/V(123456789)/Kids[4 0 R]>>".to_vec();
    assert_eq!(code(&page_with(label, "/Annots[4 0 R]", &[of_parent, parent])).as_deref(), Some("ssn-labelled"));
    // Nor does the label that is drawn last belong to whatever field comes first.
    let last = "BT /F1 12 Tf 72 650 Td (SSN) Tj ET";
    let years = [field("400 400 500 420", "/V(2026 2)"), field("400 300 500 320", "/V(2025)")];
    assert_eq!(code(&page_with(last, "/Annots[4 0 R 5 0 R]", &years)), None);
    let far = field("110 500 250 520", "/V(123456789)");
    assert_eq!(code(&page_with(label, "/Annots[4 0 R]", &[far])), None);
}

#[test]
fn neighbouring_fields_below_a_label_are_one_number() {
    let label = "BT /F1 9 Tf 72 650 Td (Enter your number in the box.) Tj 240 0 Td (Social security number) Tj 0 -80 Td (Date of this) Tj ET";
    for (first, second, third) in [
        ("312 625 352 645", "366 625 406 645", "420 625 480 645"),
        ("312 625 352 645", "410 625 450 645", "510 625 580 645"),
    ] {
        let field = |place: &str, text: &str| field(place, &format!("/V({text})/T(f1)"));
        let fields = [field(first, "123"), field(third, "6789"), field(second, "45")];
        let all = page_with(label, "/Annots[4 0 R 5 0 R 6 0 R]", &fields);
        assert_eq!(code(&all).as_deref(), Some("ssn-labelled"), "{first}");
    }
    // Each below a label of its own.
    let table = "BT /F1 9 Tf 72 650 Td (Social security) Tj 80 0 Td (Medicare, of the employer and the employee) Tj -80 -14 Td (914) Tj 80 0 Td (914943) Tj ET";
    assert_eq!(code(&page(table)), None);
}

#[test]
fn what_is_drawn_later_stands_where_it_is_put() {
    let form = "BT /F1 12 Tf 72 620 Td (SSN:) Tj 0 -20 Td (Name:) Tj 0 -20 Td (Date of birth:) Tj ET \
                BT 120 600 Td (Jane Doe) Tj ET BT 160 580 Td (1/2/2015) Tj ET BT 120 620 Td (123456789) Tj ET";
    assert_eq!(code(&page(form)).as_deref(), Some("ssn-labelled"));
    let turned = "q 0 1 -1 0 0 0 cm BT /F1 12 Tf 72 620 Td (SSN:) Tj 0 -20 Td (Name:) Tj ET \
                  BT 120 600 Td (Jane Doe 7) Tj ET BT 120 620 Td (123456789) Tj ET Q";
    assert_eq!(code(&page(turned)).as_deref(), Some("ssn-labelled"));
    // Lines of two columns are not joined.
    let columns = "BT /F1 12 Tf 72 700 Td (Form 123-45-) Tj 0 -14 Td (x) Tj 228 14 Td (6789) Tj ET";
    assert_eq!(code(&page(columns)), None);
}

#[test]
fn a_raised_mark_is_no_part_of_the_number() {
    for content in [
        "BT /F1 10 Tf (123-45-6789) Tj /F1 8 Tf 5 Ts (1) Tj /F1 10 Tf 0 Ts ( of 2) Tj ET",
        "BT /F1 10 Tf (see ) Tj /F1 8 Tf 5 Ts (1) Tj /F1 10 Tf 0 Ts (123-45-6789) Tj ET",
        // "Number " is 42.8 wide at this size, the mark 3.6.
        "BT /F1 11 Tf 72 700 Td (Number ) Tj ET BT 114.8 704.3 Td /F1 6.4 Tf (1) Tj ET BT 118.5 700 Td /F1 11 Tf (123-45-6789) Tj ET",
        "BT /F1 11 Tf 72 700 Td (123-45-6789) Tj ET BT 134.4 703 Td /F1 7 Tf (2) Tj ET",
        "BT /F1 11 Tf 72 700 Td (SSN) Tj ET BT 94.7 703 Td /F1 7 Tf (2) Tj ET BT 101 700 Td /F1 11 Tf (123456789) Tj ET",
    ] {
        assert!(code(&page(content)).is_some(), "{content}");
    }
    // On the line it is one.
    let longer = "BT /F1 10 Tf (123-45-6789) Tj /F1 8 Tf (1) Tj ET";
    assert_eq!(code(&page(longer)), None);
}

#[test]
fn many_pieces_cost_no_more_than_so_many() {
    // Were each looked for among all others, this would take minutes.
    let line = "6 0 Td (1) Tj ".repeat(30_000);
    let content = format!("BT /F1 1 Tf {line} 1 0 0 1 0 -2 Tm {line} ET BT /F1 1 Tf 0 -4 Td (SSN 123456789) Tj ET");
    assert_eq!(code(&page(&content)).as_deref(), Some("ssn-labelled"));
}
