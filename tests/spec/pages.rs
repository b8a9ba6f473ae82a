//! What pages are made with: another page than the monthly meeting's package brings its own template and model.

use contract::Failed;
use pages::html::{Template, page};
use serde_json::json;

const LIST: Template = Template {
    name: "list.txt",
    source: r#"{% extends "layout.html" %}{% block title %}{{ heading }}{% endblock %}{% block body %}<h1>{{ heading }}</h1>{% include "section.html" %}{% endblock %}"#,
};

#[test]
fn cr_17_another_page_extends_the_layout_and_includes_a_table_and_all_of_its_values_are_escaped() {
    let cell = |text: &str| json!([{ "label": null, "text": text, "href": null }]);
    let model = json!({
        "heading": "Open <now>",
        "section": {
            "id": "now", "heading": "Events", "about": "What is open",
            "columns": [{ "name": "Ticket", "percent": 40 }, { "name": "System", "percent": 60 }],
            "rows": [[cell("X8FR-JS8J"), cell("<script>\"IMA\" & EDI")], [cell("3C77-WC5E"), []]],
        },
    });
    let page = page(LIST, &model).unwrap();
    let (head, body) = page.split_once("<body>\n").unwrap();
    insta::assert_snapshot!(head);
    assert_eq!(
        body,
        r#"<h1>Open &lt;now&gt;</h1><section aria-labelledby="now">
  <h2 id="now">Events</h2>
  <p class="about">What is open</p>
  <table role="table" aria-labelledby="now">
    <colgroup><col style="width: 40%"><col style="width: 60%"></colgroup>
    <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Ticket</th><th role="columnheader" scope="col">System</th></tr></thead>
    <tbody role="rowgroup">
      <tr role="row">
        <th role="rowheader" scope="row"><p>X8FR-JS8J</p></th>
        <td role="cell" data-column="System"><p>&lt;script&gt;&quot;IMA&quot; &amp; EDI</p></td>
      </tr>
      <tr role="row">
        <th role="rowheader" scope="row"><p>3C77-WC5E</p></th>
        <td role="cell" data-column="System" class="empty"></td>
      </tr>
    </tbody>
  </table>
</section>
</body>
</html>"#
    );
}

#[test]
fn cr_17_a_template_that_names_what_its_model_does_not_have_makes_no_page() {
    let Err(Failed::Broken(cause)) = page(LIST, &json!({ "heading": "Open" })) else {
        panic!("a page without its section")
    };
    assert_eq!(cause.to_string(), r#"could not render include: error in "section.html" (in list.txt:1)"#);
}
