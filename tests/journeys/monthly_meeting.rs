//! CR-17: what the monthly meetings go through, as data, as a page and as a document. Monday 2026-03-02, the first business day
//! of March: what is received on it is presented on the third Wednesday, 2026-03-18. The next meetings are 2026-04-15 and
//! 2026-05-20. Daylight saving begins on 2026-03-08.

use contract::Policy;
use serde_json::{Value, json};
use std::io::{Cursor, Read};
use tests::{
    Client, Reply, Story,
    story::{CHANGE_REQUESTS, RELEASES, policy},
};

/// 10:00 in Denver.
const NOW: &str = "2026-03-02T17:00:00Z";
const MEETINGS: &str = "/cmp/v1/monthlyMeeting";

/// A client's change request, posted; its number.
async fn posted(story: &Story, client: &str, kind: &str, title: &str) -> String {
    let form = json!({
        "kind": kind, "title": title, "description": "zzdescription", "contact": "zzcontact",
        "businessReasons": format!("reasons of {title}"), "company": "Alpha Telecom",
    });
    let id = story.as_(client).post(CHANGE_REQUESTS, form).await.expect(201).text("id");
    let number = act(story, &id, "acknowledgment", json!({})).await.text("number");
    act(story, &number, "posting", json!({})).await;
    // The next one is received later: a list is in that order.
    story.turn("PT1M").await;
    number
}

async fn act(story: &Story, number: &str, task: &str, body: Value) -> Reply {
    story.as_("desk").post(&format!("{CHANGE_REQUESTS}/{number}/{task}"), body).await.expect(200)
}

async fn clarified(story: &Story, number: &str) {
    act(story, number, "assignment", json!({ "crpm": "Cara", "director": "Dan" })).await;
    act(story, number, "experts", json!({ "experts": ["Sam"] })).await;
    act(story, number, "clarification", json!({ "questions": ["Which days?"], "deliverables": ["A plan"] })).await;
    act(story, number, "minutes", json!({ "text": "On weekdays\nand on Saturdays" })).await;
}

async fn presented(story: &Story, number: &str, meeting: &str) {
    act(story, number, "presentation", json!({ "meeting": meeting, "consensus": "yes" })).await;
}

async fn answered(story: &Story, number: &str, text: &str) {
    act(story, number, "draftResponse", json!({ "answer": "accepted", "text": text })).await;
    act(story, number, "directorAcceptance", json!({})).await;
    act(story, number, "response", json!({})).await;
}

async fn package(story: &Story, client: &str, date: &str) -> Value {
    story.as_(client).get(&format!("{MEETINGS}/{date}")).await.expect(200).body
}

/// The numbers under a head.
async fn under(story: &Story, date: &str, head: &str) -> Vec<String> {
    let package = package(story, "beta", date).await;
    let rows = package[head].as_array().unwrap().iter();
    rows.map(|row| row["number"].as_str().unwrap().to_owned()).collect()
}

async fn page(story: &Story, client: &str, date: &str) -> String {
    let reply = story.as_(client).get(&format!("{MEETINGS}/{date}/package.html")).await.expect(200);
    String::from_utf8(reply.bytes).unwrap()
}

/// What a page shows, without its style.
fn body_of(page: &str) -> &str {
    page.split_once("<body>\n").unwrap().1
}

/// A part of the document, as the word processor reads it.
async fn document(story: &Story, client: &str, date: &str, part: &str) -> String {
    self::part(story.as_(client).get(&format!("{MEETINGS}/{date}/package.docx")).await.expect(200), part)
}

fn part(document: Reply, part: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(document.bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(part).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// Systems meet a week before product and process do.
fn apart() -> Policy {
    let mut policy = policy();
    for version in &mut policy.versions {
        version.change_requests.meetings.systems.nth = 2;
    }
    policy
}

#[tokio::test]
async fn cr_17_the_meetings_of_a_year_are_listed_both_kinds_on_one_day_as_one() {
    let story = Story::at(NOW).await;
    let listed = story.as_("beta").get(MEETINGS).await.expect(200).body;
    let dates: Vec<&str> = listed.as_array().unwrap().iter().map(|of| of["date"].as_str().unwrap()).collect();
    // The third Wednesdays.
    let year = "2026-03-18 2026-04-15 2026-05-20 2026-06-17 2026-07-15 2026-08-19 \
                2026-09-16 2026-10-21 2026-11-18 2026-12-16 2027-01-20 2027-02-17";
    assert_eq!(dates.join(" "), year);
    let first = json!({ "date": "2026-03-18", "kinds": ["productProcess", "systems"], "href": "/cmp/v1/monthlyMeeting/2026-03-18" });
    assert_eq!(listed[0], first);
    let from = story.as_("beta").get(&format!("{MEETINGS}?from=2026-03-19")).await.expect(200).body;
    assert_eq!(from[0]["date"], "2026-04-15");
    for wrong in ["from=tomorrow", "from=2026-3-2", "from=%2B262000-01-01", "kind=cmp", "month=3"] {
        let refused = story.as_("beta").get(&format!("{MEETINGS}?{wrong}")).await.expect(400);
        assert!(refused.faults().contains_key(wrong.split('=').next().unwrap()), "{wrong}");
    }
}

#[tokio::test]
async fn cr_17_kinds_that_meet_on_different_days_have_a_package_each() {
    let story = Story::under(apart(), NOW).await;
    let listed = async |query: &str| -> Vec<String> {
        let listed = story.as_("beta").get(&format!("{MEETINGS}?{query}")).await.expect(200).body;
        let told = |of: &Value| format!("{} {}", of["date"].as_str().unwrap(), of["kinds"]);
        listed.as_array().unwrap().iter().take(3).map(told).collect()
    };
    assert_eq!(
        listed("").await,
        [r#"2026-03-11 ["systems"]"#, r#"2026-03-18 ["productProcess"]"#, r#"2026-04-08 ["systems"]"#]
    );
    assert_eq!(listed("kind=productProcess").await[1], r#"2026-04-15 ["productProcess"]"#);
    let process = posted(&story, "alpha", "productProcess", "Longer hours").await;
    let systems = posted(&story, "alpha", "systems", "One document for EDI").await;
    let of_cmp = posted(&story, "alpha", "cmp", "Shorter meetings").await;
    assert_eq!(under(&story, "2026-03-11", "toPresent").await, [systems]);
    assert_eq!(under(&story, "2026-03-18", "toPresent").await, [process, of_cmp]);
    assert!(package(&story, "beta", "2026-03-11").await["systems"].is_object());
    assert_eq!(package(&story, "beta", "2026-03-18").await["systems"], Value::Null);
}

#[tokio::test]
async fn cr_17_there_is_no_package_on_a_day_without_a_meeting() {
    let story = Story::at(NOW).await;
    for (date, status) in
        [("2026-03-17", 404), ("2026-3-18", 404), ("soon", 404), ("9999-12-15", 404), ("2026-03-18", 200)]
    {
        for form in ["", "/package.html", "/package.docx"] {
            story.as_("beta").get(&format!("{MEETINGS}/{date}{form}")).await.expect(status);
        }
    }
}

#[tokio::test]
async fn cr_17_what_is_not_presented_is_carried_over_to_the_next_meeting_and_no_further() {
    let story = Story::at(NOW).await;
    let number = posted(&story, "alpha", "productProcess", "Longer hours").await;
    let other = json!({ "kind": "systems", "title": "zzunposted", "description": "x", "contact": "y" });
    story.as_("alpha").post(CHANGE_REQUESTS, other).await.expect(201);
    assert_eq!(under(&story, "2026-03-18", "toPresent").await, [number.as_str()], "and nothing that is not posted");
    assert!(under(&story, "2026-04-15", "toPresent").await.is_empty());
    story.turn_to("2026-03-03T17:00:00Z").await;
    let later = posted(&story, "beta", "systems", "Later").await;
    assert_eq!(under(&story, "2026-03-18", "toPresent").await, [number.as_str()], "received too late");
    assert_eq!(under(&story, "2026-04-15", "toPresent").await, [later.as_str()]);
    // The meeting passes without it.
    story.turn_to("2026-03-19T17:00:00Z").await;
    assert_eq!(under(&story, "2026-03-18", "toPresent").await, [number.as_str()], "it was to be there");
    let april = package(&story, "beta", "2026-04-15").await;
    let carried = |at: usize| {
        let row = &april["toPresent"][at];
        [&row["number"], &row["firstMeeting"], &row["carriedOver"]].map(Clone::clone)
    };
    assert_eq!(carried(0), [json!(number), json!("2026-03-18"), json!(true)]);
    assert_eq!(carried(1), [json!(later), json!("2026-04-15"), json!(false)]);
    let page = page(&story, "beta", "2026-04-15").await;
    insta::assert_snapshot!("cr_17_a_page_of_what_is_carried_over", body_of(&page));
    assert!(under(&story, "2026-05-20", "toPresent").await.is_empty());
}

#[tokio::test]
async fn cr_17_a_change_request_goes_from_head_to_head_as_it_is_led() {
    let story = Story::at(NOW).await;
    let number = posted(&story, "alpha", "productProcess", "Longer hours").await;
    let one = [number.as_str()];
    story.turn_to("2026-03-10T16:00:00Z").await;
    clarified(&story, &number).await;
    // At the meeting it is presented: it stays on its agenda, and its response is due from the next one on.
    story.turn_to("2026-03-18T16:00:00Z").await;
    presented(&story, &number, "2026-03-18").await;
    let march = package(&story, "beta", "2026-03-18").await;
    assert_eq!((&march["toPresent"][0]["presentedAt"], &march["responsesDue"]), (&json!("2026-03-18"), &json!([])));
    // Under each head it says what it asks, and why.
    let due = package(&story, "beta", "2026-04-15").await["responsesDue"][0].clone();
    assert_eq!(due["description"], march["toPresent"][0]["description"]);
    assert!(due["description"].is_string() && due["businessReasons"] == "reasons of Longer hours", "{due}");
    assert!(under(&story, "2026-04-15", "toPresent").await.is_empty());
    assert_eq!(under(&story, "2026-04-15", "responsesDue").await, one);
    // The response is issued less than a week before a meeting: it is presented at the one behind it.
    story.turn_to("2026-04-09T16:00:00Z").await;
    answered(&story, &number, "We open at five").await;
    assert!(under(&story, "2026-04-15", "responsesDue").await.is_empty());
    assert!(under(&story, "2026-04-15", "responses").await.is_empty());
    let may = package(&story, "beta", "2026-05-20").await;
    assert_eq!(
        [&may["responses"][0]["response"]["answer"], &may["responses"][0]["response"]["text"]],
        [&json!("accepted"), &json!("We open at five")]
    );
    // Revisions are required: due at the next meeting, with what was wished.
    story.turn_to("2026-05-20T16:00:00Z").await;
    act(&story, &number, "responsePresentation", json!({ "meeting": "2026-05-20" })).await;
    act(&story, &number, "outcome", json!({ "outcome": "revisionsRequired", "reason": "On Saturdays too" })).await;
    assert_eq!(under(&story, "2026-05-20", "responses").await, one);
    let june = package(&story, "beta", "2026-06-17").await;
    assert_eq!(june["responsesDue"][0]["reason"], "On Saturdays too");
    // The revised one is not accepted, and disputed.
    story.turn_to("2026-06-01T16:00:00Z").await;
    answered(&story, &number, "We do not").await;
    story.turn_to("2026-06-17T16:00:00Z").await;
    act(&story, &number, "responsePresentation", json!({ "meeting": "2026-06-17" })).await;
    act(&story, &number, "outcome", json!({ "outcome": "notAccepted", "reason": "We need it" })).await;
    assert_eq!(under(&story, "2026-07-15", "disputes").await, one);
    let escalation = json!({ "reason": "We need it soon", "contact": "zzcontact" });
    story.as_("beta").post(&format!("{CHANGE_REQUESTS}/{number}/escalation"), escalation).await.expect(200);
    assert_eq!(package(&story, "beta", "2026-07-15").await["disputes"][0]["reason"], "We need it soon");
    act(&story, &number, "resolution", json!({ "outcome": "accepted", "detail": "agreed" })).await;
    assert!(under(&story, "2026-07-15", "disputes").await.is_empty());
}

#[tokio::test]
async fn cr_17_implementations_since_the_last_meeting_and_deferrals_that_end_are_told() {
    let story = Story::at(NOW).await;
    let first = posted(&story, "alpha", "productProcess", "Longer hours").await;
    let second = posted(&story, "beta", "productProcess", "Shorter hours").await;
    story.turn_to("2026-03-10T16:00:00Z").await;
    for number in [&first, &second] {
        clarified(&story, number).await;
    }
    story.turn_to("2026-03-18T16:00:00Z").await;
    for number in [&first, &second] {
        presented(&story, number, "2026-03-18").await;
        answered(&story, number, "yes").await;
    }
    story.turn_to("2026-04-15T16:00:00Z").await;
    for (number, outcome) in [(&first, "accepted"), (&second, "notAccepted")] {
        act(&story, number, "responsePresentation", json!({ "meeting": "2026-04-15" })).await;
        act(&story, number, "outcome", json!({ "outcome": outcome, "reason": "so" })).await;
    }
    act(&story, &first, "acceptance", json!({ "action": "implementationPlan", "originatorsWord": "yes" })).await;
    act(&story, &second, "deferral", json!({ "reason": "Not this year" })).await;
    story.turn_to("2026-04-20T16:00:00Z").await;
    act(&story, &first, "announcement", json!({ "date": "2026-06-01" })).await;
    let may = package(&story, "beta", "2026-05-20").await;
    assert_eq!(
        (&may["implementations"][0]["number"], &may["implementations"][0]["implementation"]),
        (&json!(first), &json!("2026-06-01"))
    );
    for other in ["2026-04-15", "2026-06-17"] {
        assert!(under(&story, other, "implementations").await.is_empty(), "{other}");
    }
    story.turn_to("2026-06-01T16:00:00Z").await;
    act(&story, &first, "production", json!({})).await;
    let june = package(&story, "beta", "2026-06-17").await;
    assert_eq!(june["implementations"][0]["inProductionSince"], "2026-06-01T16:00:00Z");
    // 365 days from 2026-04-15: between the meetings of March and April 2027.
    for other in ["2026-06-17", "2027-02-17", "2027-04-21"] {
        assert!(under(&story, other, "disputes").await.is_empty(), "{other}");
    }
    let march = package(&story, "beta", "2027-03-17").await;
    assert_eq!(
        [&march["disputes"][0]["number"], &march["disputes"][0]["deferredUntil"]],
        [&json!(second), &json!("2027-04-15")]
    );
}

#[tokio::test]
async fn tt_07_a_package_tells_each_party_what_it_may_know_of_tickets() {
    let story = Story::at(NOW).await;
    let release = json!({ "name": "IMA 19.0", "productionDate": "2026-03-02" });
    let release = story.as_("desk").post(RELEASES, release).await.expect(201).text("id");
    let (alphas, betas) = (story.report("alpha", "moderate").await, story.report("beta", "minimal").await);
    let issue = json!({ "ticket": alphas, "text": "zzcanary" });
    story.as_("alpha").post(&format!("{RELEASES}/{release}/issue"), issue).await.expect(201);
    let desk = story.as_("desk");
    desk.patch(&Client::ticket(&betas, ""), json!({ "eventDescription": "Slow searches" })).await.expect(200);
    story.turn("PT1H").await;
    desk.patch(&Client::ticket(&betas, ""), json!({ "status": "held", "statusChangeReason": "found" }))
        .await
        .expect(200);
    let date = "2026-03-18";
    // The desk's own list tells all, its package as it is handed out what each CLEC may know.
    let of_gamma = package(&story, "gamma", date).await["systems"].clone();
    assert_eq!(package(&story, "desk", date).await["systems"], of_gamma);
    for client in ["alpha", "beta", "gamma", "desk"] {
        if client != "desk" {
            let list = story.as_(client).get(&format!("{MEETINGS}/list")).await.expect(200).body;
            assert_eq!(package(&story, client, date).await["systems"], list, "{client}");
        }
        let may_know = |text: &str| match text {
            "zzcanary" => client == "alpha",
            "Slow searches" => client == "beta",
            _ => true,
        };
        let (page, document) =
            (page(&story, client, date).await, document(&story, client, date, "word/document.xml").await);
        for text in ["zzcanary", "Slow searches", betas.as_str()] {
            assert_eq!(page.contains(text), may_know(text), "{client}: {text}");
            assert_eq!(document.contains(text), may_know(text), "{client}: {text}");
        }
    }
}

#[tokio::test]
async fn cr_17_the_provider_hands_out_a_package_made_for_clecs_and_marks_its_own_on_each_page() {
    let story = Story::at(NOW).await;
    let release = json!({ "name": "IMA 19.0", "productionDate": "2026-03-02" });
    let release = story.as_("desk").post(RELEASES, release).await.expect(201).text("id");
    let alphas = story.report("alpha", "moderate").await;
    let issue = json!({ "ticket": alphas, "text": "zzcanary" });
    story.as_("alpha").post(&format!("{RELEASES}/{release}/issue"), issue).await.expect(201);
    let mark = "Internal to Provider: not to be handed out to CLECs";
    let rows = [
        ("desk", "", "clecs", false),
        ("desk", "?for=clecs", "clecs", false),
        ("desk", "?for=desk", "desk", true),
        ("alpha", "?for=clecs", "clecs", false),
        ("alpha", "", "alpha", true),
        ("beta", "", "beta", false),
    ];
    for (client, query, made_for, tells) in rows {
        let case = format!("{client} {query}");
        let client = story.as_(client);
        let package = client.get(&format!("{MEETINGS}/2026-03-18{query}")).await.expect(200).body;
        assert_eq!(package["madeFor"], made_for, "{case}");
        assert_eq!(package.to_string().contains("zzcanary"), tells, "{case}");
        let page = client.get(package["html"].as_str().unwrap()).await.expect(200);
        let page = String::from_utf8(page.bytes).unwrap();
        assert_eq!(page.contains("zzcanary"), tells, "{case}");
        assert_eq!(page.contains(mark), made_for == "desk", "{case}");
        let docx = package["docx"].as_str().unwrap();
        let headers = part(client.get(docx).await.expect(200), "word/header1.xml");
        let body = part(client.get(docx).await.expect(200), "word/document.xml");
        assert_eq!(body.contains("zzcanary"), tells, "{case}");
        assert_eq!(headers.contains(mark), made_for == "desk", "{case}");
    }
    let refused = story.as_("beta").get(&format!("{MEETINGS}/2026-03-18?for=desk")).await.expect(403);
    assert_eq!(refused.body["code"], "CR-17");
    let refused = story.as_("desk").get(&format!("{MEETINGS}/2026-03-18?for=alpha")).await.expect(400);
    assert_eq!(refused.faults()["for"], "CR-17");
}

#[tokio::test]
async fn cr_17_the_page_and_the_document_hold_the_same_rows_as_the_data() {
    let story = Story::at(NOW).await;
    let written = r#"<script>alert("1") & 'more'</script>"#;
    let number = posted(&story, "alpha", "productProcess", written).await;
    clarified(&story, &number).await;
    let other = posted(&story, "beta", "systems", "One document for EDI").await;
    let date = "2026-03-18";
    let package = package(&story, "gamma", date).await;
    let (page, document) =
        (page(&story, "gamma", date).await, document(&story, "gamma", date, "word/document.xml").await);
    assert_eq!(under(&story, date, "toPresent").await, [number.as_str(), other.as_str()]);
    let rows = package["toPresent"].as_array().unwrap();
    assert_eq!(page.matches("<tr role=\"row\">").count(), rows.len() + 1, "with the header row");
    assert_eq!(document.matches("<w:tr>").count(), rows.len() + 1);
    // What people wrote is a text: nothing of it is markup, nor is it lost.
    insta::assert_snapshot!("cr_17_the_page", body_of(&page));
    insta::assert_snapshot!("cr_17_the_document", document.replace("<w:p ", "\n<w:p "));
    let ids = [0, 1].map(|at| package["toPresent"][at]["id"].as_str().unwrap());
    let data = format!("{package:#}").replace(ids[0], "CR-FIRST").replace(ids[1], "CR-SECOND");
    insta::assert_snapshot!("cr_17_the_data", data);
    assert!(!page.contains("<script") && !document.contains("<script"));
    // What is a CLEC's own is on none of them.
    for whole in [&page, &document, &package.to_string()] {
        assert!(!whole.contains("zzcontact"));
    }
    let (tables, headers) = (document.matches("<w:tbl>").count(), document.matches("<w:tblHeader />").count());
    assert_eq!((tables, headers), (1, 1), "each table has its header row");
    let header = self::document(&story, "gamma", date, "word/header1.xml").await;
    insta::assert_snapshot!("cr_17_the_documents_header", header);
}

#[tokio::test]
async fn cr_17_a_package_is_downloaded_under_its_name_and_once() {
    let story = Story::at(NOW).await;
    posted(&story, "alpha", "productProcess", "Longer hours").await;
    let beta = story.as_("beta");
    let path = |form: &str| format!("{MEETINGS}/2026-03-18{form}");
    let document = beta.get(&path("/package.docx")).await.expect(200);
    assert_eq!(
        (document.header("content-type"), document.header("content-disposition")),
        (
            Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            Some("attachment; filename=\"monthly-meeting-2026-03-18.docx\"")
        )
    );
    assert!(document.bytes.starts_with(b"PK"));
    // What Lambda answers is JSON: bytes go in it as Base64, and by the content type alone it is told which they are.
    for (form, is_binary) in [("/package.docx", true), ("/package.html", false)] {
        let Reply { headers, bytes, .. } = beta.get(&path(form)).await;
        let mut response = http::Response::new(axum::body::Body::from(bytes.clone()));
        *response.headers_mut() = headers;
        let body = lambda_http::IntoResponse::into_response(response).await.into_body();
        assert_eq!(matches!(body, lambda_http::Body::Binary(_)), is_binary, "{form}");
        assert_eq!(&*body, bytes, "{form}");
    }
    let page = beta.get(&path("/package.html")).await.expect(200);
    assert_eq!(
        (page.header("content-type"), page.header("content-disposition")),
        (Some("text/html; charset=utf-8"), Some("inline"))
    );
    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    // An hour later nothing else is told; then something is.
    story.turn("PT1H").await;
    for form in ["", "/package.html", "/package.docx"] {
        let etag = beta.get(&path(form)).await.expect(200).header("etag").unwrap().to_owned();
        assert!(page.header("etag") == Some(&etag));
        beta.clone().with("If-None-Match", &etag).get(&path(form)).await.expect(304);
        beta.clone().with("If-None-Match", "\"another\"").get(&path(form)).await.expect(200);
    }
    posted(&story, "alpha", "systems", "Another").await;
    let etag = page.header("etag").unwrap();
    beta.clone().with("If-None-Match", etag).get(&path("/package.docx")).await.expect(200);
}

#[tokio::test]
async fn cr_17_what_is_over_is_read_by_no_package_and_stays_on_the_list() {
    let story = Story::at(NOW).await;
    let kept = posted(&story, "alpha", "productProcess", "Longer hours").await;
    let withdrawn = posted(&story, "alpha", "productProcess", "Shorter hours").await;
    let last = posted(&story, "alpha", "productProcess", "Other hours").await;
    story
        .as_("alpha")
        .post(&format!("{CHANGE_REQUESTS}/{withdrawn}/withdrawal"), json!({ "reason": "no more" }))
        .await
        .expect(200);
    assert_eq!(under(&story, "2026-03-18", "toPresent").await, [kept.as_str(), last.as_str()]);
    let mut listed = Vec::new();
    let mut path = format!("{CHANGE_REQUESTS}?limit=1");
    loop {
        let page = story.as_("beta").get(&path).await.expect(200);
        listed.extend(page.body.as_array().unwrap().iter().map(|of| of["number"].as_str().unwrap().to_owned()));
        let Some(next) = page.header("link") else { break };
        path = next[1..].split('>').next().unwrap().to_owned();
    }
    assert_eq!(listed, [last, withdrawn, kept]);
}

/// An item for its agenda made the record of a meeting, with the day of the rule as it was: a later policy has another.
#[tokio::test]
async fn cr_20_a_meeting_of_which_there_is_a_record_follows_the_rule() {
    const RECORDS: &str = tests::story::MEETINGS;
    let story = Story::under(apart(), NOW).await;
    let march = async |story: &Story| -> Value {
        let listed =
            story.as_("beta").get(&format!("{RECORDS}?kind=systems&from=2026-03-01&limit=2")).await.expect(200);
        assert_ne!(listed.body[0]["id"], listed.body[1]["id"]);
        listed.body[0].clone()
    };
    let id = march(&story).await["id"].as_str().unwrap().to_owned();
    let path = |task: &str| format!("{RECORDS}/{id}{task}");
    let brought = story.as_("beta").post(&path("/agendaItem"), json!({ "text": "Sundays" })).await.expect(200);
    assert_eq!(brought.body["date"], "2026-03-11");
    let kept = story.kept().clone();
    drop(story);
    let story = Story::on(kept, "2026-03-03T17:00:00Z").await;
    let read = story.as_("beta").get(&path("")).await.expect(200).body;
    assert_eq!((&read["date"], &read["byRule"]), (&json!("2026-03-18"), &json!("2026-03-18")));
    assert_eq!((&read["status"], &read["agenda"][0]["text"]), (&json!("scheduled"), &json!("Sundays")));
    assert_eq!(march(&story).await, read);
    story.as_("beta").get(read["package"].as_str().unwrap()).await.expect(200);
    // Once it is moved, it is where the provider set it.
    let moved = json!({ "date": "2026-03-11", "reason": "as it was announced" });
    let moved = story.as_("desk").post(&path("/move"), moved).await.expect(200).body;
    assert_eq!((&moved["date"], &moved["moved"][0]["from"]), (&json!("2026-03-11"), &json!("2026-03-18")));
    assert_eq!(march(&story).await, moved);
}
