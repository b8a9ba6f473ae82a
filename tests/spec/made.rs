//! What is made of the list of functions (OP-01), and of their routers (AP-01).
//!
//! `UPDATE_TABLES=1 cargo test -p tests --test spec made` writes it anew.

use functions::{description, operations, template};
use tests::made;

#[test]
fn op_01_the_functions_part_of_the_template_is_the_lists() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/template.yaml");
    made("infra/template.yaml", &template::made(&std::fs::read_to_string(path).unwrap()));
}

#[test]
fn ap_01_the_document_that_is_deployed_is_the_codes() {
    let document = description::of_api().to_pretty_json().unwrap() + "\n";
    made("functions/api-description/openapi.json", &document);
}

#[test]
fn ap_01_the_methods_that_a_refusal_tells_are_the_routers() {
    made("shared/http/src/methods.txt", &description::methods());
}

#[test]
fn wb_07_what_forms_ask_for_is_what_the_api_takes() {
    made("functions/web/src/operations.json", &operations::of_pages());
}
