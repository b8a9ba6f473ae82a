//! AP-03, AP-04: tickets are listed: filtered, sorted, paged. The clock stands still at 2026-06-02T16:00:00Z unless turned.

use crate::acts::{act, update};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{
    Client, Reply, Story,
    story::{OUTAGES, TICKETS},
};

#[tokio::test]
async fn ap_03_a_clec_lists_its_own_and_the_desk_all() {
    let story = begun().await;
    let alphas = story.report("alpha", "moderate").await;
    let betas = story.report("beta", "moderate").await;
    assert_eq!(listed(&story, "alpha", "").await, set([&alphas]));
    assert_eq!(listed(&story, "beta", "").await, set([&betas]));
    assert_eq!(listed(&story, "gamma", "").await, nothing());
    assert_eq!(listed(&story, "desk", "").await, set([&alphas, &betas]));
}

#[tokio::test]
async fn ap_03_the_desk_lists_one_clecs_and_a_clec_no_others() {
    let story = begun().await;
    story.report("alpha", "moderate").await;
    let betas = story.report("beta", "moderate").await;
    assert_eq!(listed(&story, "desk", "clec=beta").await, set([&betas]));
    let refused = page(&story, "alpha", "clec=beta").await.expect(400);
    assert_eq!(refused.faults()["clec"], "AP-03");
}

#[tokio::test]
async fn ap_04_the_pages_lead_to_the_end_and_show_each_ticket_once() {
    let story = begun().await;
    // All opened at one instant, so that the instant alone tells no place.
    let mut reported = BTreeSet::new();
    for _ in 0..45 {
        reported.insert(story.report("alpha", "moderate").await);
    }
    let pages = pages(&story, "alpha", "").await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [20, 20, 5]);
    assert_eq!(pages.concat().into_iter().collect::<BTreeSet<_>>(), reported);
}

#[tokio::test]
async fn ap_04_a_pages_limit_and_its_counts() {
    let story = begun().await;
    for _ in 0..5 {
        story.report("alpha", "moderate").await;
    }
    let first = page(&story, "alpha", "limit=2").await.expect(200);
    assert_eq!(first.header("x-result-count"), Some("2"));
    assert!(first.header("link").is_some());
    let all = page(&story, "alpha", "limit=6").await.expect(200);
    assert_eq!(all.header("x-result-count"), Some("5"));
    assert_eq!(all.header("x-total-count"), Some("5"));
    assert_eq!(all.header("link"), None);
}

#[tokio::test]
async fn ap_04_the_total_counts_what_the_filter_leaves_also_where_the_page_is_short() {
    let story = begun().await;
    for severity in ["moderate", "critical", "moderate", "critical", "critical"] {
        story.report("alpha", severity).await;
    }
    let filtered = page(&story, "alpha", "severity=critical").await.expect(200);
    assert_eq!(filtered.header("x-total-count"), Some("3"));
    let shifted = page(&story, "alpha", "severity=critical&offset=1").await.expect(200);
    assert_eq!(shifted.header("x-result-count"), Some("2"));
    assert_eq!(shifted.header("x-total-count"), Some("3"));
}

#[tokio::test]
async fn ap_04_an_offset_leaves_out_as_many() {
    let story = begun().await;
    let reported = reported_in_order(&story, 4).await;
    let shown = numbers(&page(&story, "alpha", "sort=creationDate&offset=1&limit=2").await.expect(200));
    assert_eq!(shown, reported[1..3]);
}

#[tokio::test]
async fn ap_04_the_latest_is_first_unless_asked_otherwise() {
    let story = begun().await;
    let reported = reported_in_order(&story, 3).await;
    let reversed: Vec<String> = reported.iter().rev().cloned().collect();
    assert_eq!(numbers(&page(&story, "alpha", "").await.expect(200)), reversed);
    assert_eq!(numbers(&page(&story, "alpha", "sort=-creationDate").await.expect(200)), reversed);
    assert_eq!(numbers(&page(&story, "alpha", "sort=creationDate").await.expect(200)), reported);
}

#[tokio::test]
async fn ap_04_sorted_pages_go_on_in_order() {
    let story = begun().await;
    let reported = reported_in_order(&story, 7).await;
    assert_eq!(pages(&story, "alpha", "sort=creationDate&limit=3").await.concat(), reported);
    let reversed: Vec<String> = reported.into_iter().rev().collect();
    assert_eq!(pages(&story, "alpha", "limit=3").await.concat(), reversed);
}

#[tokio::test]
async fn ap_04_fields_shows_these_alone() {
    let story = begun().await;
    story.report("alpha", "moderate").await;
    let list = page(&story, "alpha", "fields=status,severity").await.expect(200).body;
    let names: Vec<&String> = list[0].as_object().unwrap().keys().collect();
    assert_eq!(names.into_iter().collect::<BTreeSet<_>>(), set(["href", "id", "severity", "status"]).iter().collect());
    assert_eq!(list[0]["status"], "acknowledged");
}

#[tokio::test]
async fn ap_04_ranges_of_the_creation_date() {
    let story = begun().await;
    // At 16:00, 16:10, 16:20 and 16:30.
    let reported = reported_in_order(&story, 4).await;
    for (query, shown) in [
        ("creationDate.gte=2026-06-02T16:10:00Z", 1..4),
        ("creationDate.gt=2026-06-02T16:10:00Z", 2..4),
        ("creationDate.lte=2026-06-02T16:20:00Z", 0..3),
        ("creationDate.lt=2026-06-02T16:20:00Z", 0..2),
        ("creationDate.gte=2026-06-02T16:10:00Z&creationDate.lt=2026-06-02T16:30:00Z", 1..3),
        ("creationDate=2026-06-02T16:20:00Z", 2..3),
        ("creationDate.gt=2026-06-02T16:30:00Z", 4..4),
        // With another offset: 10:20 MDT.
        ("creationDate.gte=2026-06-02T10:20:00-06:00", 2..4),
    ] {
        let found = numbers(&page(&story, "alpha", &format!("sort=creationDate&{query}")).await.expect(200));
        assert_eq!(found, reported[shown], "{query}");
    }
}

#[tokio::test]
async fn ap_04_filters_of_status_and_severity() {
    let story = begun().await;
    let grave = story.report("alpha", "critical").await;
    let worked = story.report("alpha", "moderate").await;
    update(&story, &worked, json!({ "status": "inProgress" })).await;
    let closed = story.report("alpha", "moderate").await;
    act(&story, &closed, "close", json!({ "disposition": "noTroubleFound" })).await;
    assert_eq!(listed(&story, "alpha", "status=inProgress").await, set([&worked]));
    assert_eq!(listed(&story, "alpha", "status=inProgress,closed").await, set([&worked, &closed]));
    assert_eq!(listed(&story, "alpha", "severity=critical").await, set([&grave]));
    assert_eq!(listed(&story, "alpha", "severity=1").await, set([&grave]));
    assert_eq!(listed(&story, "alpha", "severity=3&status=closed").await, set([&closed]));
    assert_eq!(listed(&story, "alpha", "disposition=noTroubleFound").await, set([&closed]));
}

#[tokio::test]
async fn ap_04_filters_of_what_was_reported() {
    let story = begun().await;
    let report = |system: &str, id: &str| json!({ "description": "no orders", "severity": 3, "ticketType": "systems", "systemAffected": system, "externalId": id });
    let ima = story.as_("alpha").post(TICKETS, report("IMA", "A-1")).await.expect(201).text("id");
    let lsms = story.as_("alpha").post(TICKETS, report("LSMS", "A-2")).await.expect(201).text("id");
    assert_eq!(listed(&story, "alpha", "systemAffected=IMA").await, set([&ima]));
    assert_eq!(listed(&story, "alpha", "systemAffected=IMA,LSMS").await, set([&ima, &lsms]));
    assert_eq!(listed(&story, "alpha", "externalId=A-2").await, set([&lsms]));
    assert_eq!(listed(&story, "alpha", "ticketType=process").await, nothing());
}

#[tokio::test]
async fn ap_04_filter_of_events() {
    let story = begun().await;
    let target = story.report("alpha", "moderate").await;
    let event = story.report("alpha", "moderate").await;
    update(&story, &event, json!({ "event": true })).await;
    assert_eq!(listed(&story, "desk", "event=true").await, set([&event]));
    assert_eq!(listed(&story, "desk", "event=false").await, set([&target]));
}

#[tokio::test]
async fn tt_08_a_linked_ticket_is_listed_as_its_primary_stands() {
    let story = begun().await;
    let primary = story.report("alpha", "moderate").await;
    let linked = story.report("beta", "moderate").await;
    act(&story, &linked, "link", json!({ "primary": primary })).await;
    act(&story, &primary, "close", json!({ "disposition": "noTroubleFound" })).await;
    assert_eq!(listed(&story, "beta", "status=closed").await, set([&linked]));
    assert_eq!(listed(&story, "beta", "status=acknowledged").await, nothing());
}

/// Of thirty tickets that ended and two that are open, the two are read: the keys tell open from ended.
#[tokio::test]
async fn ap_10_a_list_of_what_is_open_reads_nothing_that_ended() {
    let story = begun().await;
    let open = story.report("alpha", "moderate").await;
    for _ in 0..30 {
        let ended = story.report("alpha", "moderate").await;
        act(&story, &ended, "close", json!({ "disposition": "noTroubleFound" })).await;
    }
    story.turn("PT1M").await;
    let worked = story.report("alpha", "moderate").await;
    update(&story, &worked, json!({ "status": "inProgress" })).await;
    for client in ["alpha", "desk"] {
        let _before = story.wire.calls();
        let shown = page(&story, client, "status=acknowledged,inProgress").await.expect(200);
        assert_eq!(numbers(&shown), [worked.clone(), open.clone()], "{client}");
        assert_eq!(shown.header("x-total-count"), Some("2"));
        assert_eq!(keys_read(&story), 2, "{client}");
    }
    assert_eq!(listed(&story, "alpha", "status=closed").await.len(), 30);
    assert_eq!(listed(&story, "desk", "status=closed,inProgress").await.len(), 31);
}

/// A linked ticket of a closed group is found among the closed at once. The night lists it there; a reopening of the group lists it
/// among the open, at once too.
#[tokio::test]
async fn tt_08_the_lists_have_a_linked_ticket_where_its_group_is_before_the_night_and_after() {
    let story = begun().await;
    let primary = story.report("alpha", "moderate").await;
    let linked = story.report("beta", "moderate").await;
    act(&story, &linked, "link", json!({ "primary": primary })).await;
    act(&story, &primary, "close", json!({ "disposition": "noTroubleFound" })).await;
    for read in [1, 0] {
        for client in ["beta", "desk"] {
            assert!(listed(&story, client, "status=closed").await.contains(&linked), "{client}");
            let _before = story.wire.calls();
            assert_eq!(listed(&story, client, "status=acknowledged").await, nothing(), "{client}");
            // The ticket, and its primary.
            let of_primary = 2 * read;
            assert_eq!(keys_read(&story), read + of_primary, "{client}");
        }
        story.turn("P1D").await;
    }
    act(&story, &primary, "reopen", json!({ "reason": "it is there again" })).await;
    for client in ["beta", "desk"] {
        assert!(listed(&story, client, "status=inProgress,acknowledged").await.contains(&linked), "{client}");
        assert_eq!(listed(&story, client, "status=closed").await, nothing(), "{client}");
    }
}

/// A search finds what its caller reads. Of what others have it tells nothing: not by what it finds, not by its count, and not by how much it
/// reads, which is the caller's own alone.
#[tokio::test]
async fn tt_32_a_search_finds_what_its_caller_reads_and_learns_nothing_of_anothers() {
    let story = begun().await;
    let report =
        |text: &str| json!({ "description": text, "severity": 3, "ticketType": "systems", "systemAffected": "IMA" });
    let alphas = story.as_("alpha").post(TICKETS, report("Zebra codes are rejected")).await.expect(201).text("id");
    let search = async |client: &str, words: &str| {
        let _before = story.wire.calls();
        let found = page(&story, client, &format!("q={words}")).await.expect(200);
        (numbers(&found).len(), found.header("x-total-count").map(str::to_owned), keys_read(&story))
    };
    let before = [search("alpha", "zebra").await, search("gamma", "zebra").await];
    assert_eq!(before, [(1, Some("1".to_owned()), 1), (0, Some("0".to_owned()), 0)]);
    for at in 0..5 {
        story.as_("beta").post(TICKETS, report(&format!("A zebra, {at}"))).await.expect(201);
    }
    assert_eq!([search("alpha", "zebra").await, search("gamma", "zebra").await], before);
    assert_eq!(search("desk", "zebra").await, (6, Some("6".to_owned()), 6));
    // The beginnings of words, all of them, in any fields and any spelling.
    for (words, finds) in [("REJECT%20zeb", 1), ("zebra%20ima", 1), ("zebra%20lsms", 0), ("ebra", 0)] {
        assert_eq!(search("alpha", words).await.0, finds, "{words}");
    }
    assert_eq!(search("alpha", &alphas).await.0, 1, "by its number");
    // What the desk keeps for itself, the desk alone finds.
    let note = json!({ "note": [{ "text": "giraffe", "visibility": "internal" }] });
    update(&story, &alphas, note).await;
    assert_eq!((search("alpha", "giraffe").await.0, search("desk", "giraffe").await.0), (0, 1));
    update(&story, &alphas, json!({ "note": [{ "text": "okapi", "visibility": "public" }] })).await;
    assert_eq!((search("alpha", "okapi").await.0, search("beta", "okapi").await.0), (1, 0));
    for words in ["of", "", "a%20b"] {
        assert_eq!(page(&story, "alpha", &format!("q={words}")).await.expect(400).faults()["q"], "TT-32", "{words}");
    }
}

/// How many keys were read of the table since the wire was last asked.
fn keys_read(story: &Story) -> usize {
    let keys = |body: &[u8]| {
        let body: Value = serde_json::from_slice(body).unwrap();
        let tables = body["RequestItems"].as_object().unwrap().values();
        tables.map(|of_table| of_table["Keys"].as_array().unwrap().len()).sum::<usize>()
    };
    let calls = story.wire.calls();
    calls.iter().filter(|call| call.operation == "BatchGetItem").map(|call| keys(&call.body)).sum()
}

#[tokio::test]
async fn ap_04_filtered_pages_lead_to_every_match() {
    let story = begun().await;
    let mut grave = BTreeSet::new();
    for at in 0..30 {
        let severity = if at % 3 == 0 { "critical" } else { "moderate" };
        let number = story.report("alpha", severity).await;
        if severity == "critical" {
            grave.insert(number);
        }
    }
    let shown = pages(&story, "alpha", "severity=critical&limit=4").await.concat();
    assert_eq!(shown.len(), 10, "each once");
    assert_eq!(shown.into_iter().collect::<BTreeSet<_>>(), grave);
}

/// Orders at risk, positions and the register of CLECs have no bound: they are paged like any other list.
#[tokio::test]
async fn ap_04_what_stands_under_a_record_is_paged_too() {
    let story = begun().await;
    let number = story.report("alpha", "moderate").await;
    let orders = ["PON 1/2", "PON#3_4", "PON-5&6"];
    for order in orders {
        act(&story, &number, "order", json!({ "order": order, "dueDate": "2026-06-10" })).await;
    }
    let outage = json!({ "interface": "IMA", "description": "Upgrade", "impact": { "other": "none" },
        "start": "2026-06-10T04:00:00Z", "stop": "2026-06-10T08:00:00Z" });
    let outage = story.as_("desk").post(OUTAGES, outage).await.expect(201).text("id");
    let positions = format!("{OUTAGES}/{outage}/position");
    for clec in ["alpha", "beta", "gamma"] {
        story.as_(clec).post(&positions, json!({ "position": "agree" })).await.expect(200);
        story.subscribe(clec, "email", &format!("noc@{clec}.example"), &["event"]).await;
    }
    let clecs = ["alpha", "beta", "gamma"];
    for (path, name, shown) in [
        (Client::ticket(&number, "order"), "order", orders),
        (positions.clone(), "clec", clecs),
        ("/cmp/v1/clec".to_owned(), "id", clecs),
    ] {
        let (mut found, mut pages, mut next) = (Vec::new(), 0, Some(format!("{path}?limit=2")));
        while let Some(path) = next {
            let page = story.as_("desk").get(&path).await.expect(200);
            found.extend(page.body.as_array().unwrap().iter().map(|of| of[name].as_str().unwrap().to_owned()));
            pages += 1;
            next = page.header("link").map(|link| link[1..].split_once('>').unwrap().0.to_owned());
        }
        assert_eq!((found.as_slice(), pages), (shown.map(str::to_owned).as_slice(), 2), "{path}");
        let whole = story.as_("desk").get(&path).await.expect(200);
        assert_eq!(whole.header("x-total-count"), Some("3"), "{path}");
    }
    let own = story.as_("beta").get(&positions).await.expect(200);
    assert_eq!((own.body.as_array().unwrap().len(), own.header("x-total-count")), (1, Some("1")));
}

#[tokio::test]
async fn ap_04_what_is_no_parameter_is_refused_by_name() {
    let story = begun().await;
    for (query, name) in [
        ("colour=red", "colour"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("status=open", "status"),
        ("sort=severity", "sort"),
    ] {
        let refused = page(&story, "alpha", query).await.expect(400);
        assert!(refused.faults().contains_key(name), "{query}: {}", refused.body);
    }
}

async fn begun() -> Story {
    Story::at("2026-06-02T16:00:00Z").await
}

/// As many of alpha's, ten minutes apart.
async fn reported_in_order(story: &Story, count: usize) -> Vec<String> {
    let mut reported = Vec::new();
    for at in 0..count {
        if at > 0 {
            story.turn("PT10M").await;
        }
        reported.push(story.report("alpha", "moderate").await);
    }
    reported
}

async fn page(story: &Story, client: &str, query: &str) -> Reply {
    story.as_(client).get(&format!("{TICKETS}?{query}")).await
}

fn numbers(reply: &Reply) -> Vec<String> {
    reply.body.as_array().unwrap().iter().map(|ticket: &Value| ticket["id"].as_str().unwrap().to_owned()).collect()
}

/// The numbers that a query leads to, page by page, as the Link header says.
async fn pages(story: &Story, client: &str, query: &str) -> Vec<Vec<String>> {
    let mut next = Some(format!("{TICKETS}?{query}"));
    let mut pages = Vec::new();
    while let Some(path) = next {
        assert!(pages.len() < 100, "the pages have no end");
        let reply = story.as_(client).get(&path).await.expect(200);
        pages.push(numbers(&reply));
        next = reply.header("link").map(|link| {
            let (path, rest) = link.strip_prefix('<').and_then(|link| link.split_once('>')).unwrap();
            assert_eq!(rest, "; rel=\"next\"");
            path.to_owned()
        });
    }
    pages
}

async fn listed(story: &Story, client: &str, query: &str) -> BTreeSet<String> {
    pages(story, client, query).await.concat().into_iter().collect()
}

fn set<T: AsRef<str>, const N: usize>(texts: [T; N]) -> BTreeSet<String> {
    texts.into_iter().map(|text| text.as_ref().to_owned()).collect()
}

fn nothing() -> BTreeSet<String> {
    BTreeSet::new()
}
