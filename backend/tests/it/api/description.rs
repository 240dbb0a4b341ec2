//! The description of the API.

/// A change of the API shows here, to be looked at: `INSTA_UPDATE=always` takes it.
#[test]
fn the_api_is_described_as_it_was() {
    insta::assert_snapshot!(octothorpe::api::document().unwrap());
}
