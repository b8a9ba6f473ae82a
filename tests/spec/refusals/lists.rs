//! Parameters of lists.

use super::{NOW, get, refuses};
use tests::{
    Client, Story,
    story::{SUBSCRIPTIONS, TICKETS},
};

#[tokio::test]
async fn ap_04_bad_list_parameters_are_refused_by_name() {
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    let rows = [
        ("limit=0", "limit", "AP-04"),
        ("limit=101", "limit", "AP-04"),
        ("limit=-1", "limit", "AP-04"),
        ("limit=ten", "limit", "AP-04"),
        ("limit=", "limit", "AP-04"),
        ("event=", "event", "NT-02"),
        ("status=", "status", "TT-24"),
        ("limit=18446744073709551616", "limit", "AP-04"),
        ("offset=-1", "offset", "AP-04"),
        ("offset=1001", "offset", "AP-04"),
        ("offset=x", "offset", "AP-04"),
        ("sort=name", "sort", "AP-04"),
        ("sort=-severity", "sort", "AP-04"),
        ("after=x", "after", "AP-04"),
        ("after=20260304T180000.000Z_1234-5678", "after", "AP-04"),
        ("status=open", "status", "TT-24"),
        ("status=closed,open", "status", "TT-24"),
        ("severity=urgent", "severity", "TT-03"),
        ("severity=5", "severity", "TT-03"),
        ("creationDate=today", "creationDate", "POL-03"),
        ("creationDate.gte=2026-03-04", "creationDate.gte", "POL-03"),
        ("creationDate.lt=x", "creationDate.lt", "POL-03"),
        ("colour=red", "colour", "AP-04"),
        ("creationDate.ne=2026-03-04T18:00:00Z", "creationDate.ne", "AP-04"),
        ("clec=Alpha%20Telecom", "clec", "AP-03"),
        ("clec=CLEC%23beta", "clec", "AP-03"),
    ];
    let of_lists = rows.iter().flat_map(|(query, field, rule)| {
        ["alpha", "desk"].map(|who| get(who, &format!("{TICKETS}?{query}")).faults(&[(*field, *rule)]))
    });
    refuses(&story, of_lists).await;
    let path = Client::ticket(&number, "");
    let others = [
        get("alpha", &format!("{TICKETS}?limit=0&offset=x&status=open&severity=9&colour=red")).faults(&[
            ("limit", "AP-04"),
            ("offset", "AP-04"),
            ("status", "TT-24"),
            ("severity", "TT-03"),
            ("colour", "AP-04"),
        ]),
        get("alpha", &format!("{path}?colour=red")).faults(&[("colour", "AP-04")]),
        get("alpha", &format!("{path}/timeline?when=now")).faults(&[("when", "AP-04")]),
        get("alpha", &format!("{path}/forecast?until=tomorrow")).faults(&[("until", "TT-20")]),
        get("alpha", &format!("{path}/forecast?colour=red")).faults(&[("colour", "AP-04")]),
        get("alpha", &format!("{SUBSCRIPTIONS}?colour=red")).faults(&[("colour", "AP-04")]),
        get("desk", &format!("{SUBSCRIPTIONS}?clec=Alpha")).faults(&[("clec", "AP-03")]),
    ];
    refuses(&story, others).await;
}

#[tokio::test]
async fn ap_04_instants_at_the_end_of_time_are_answered() {
    // Each is either refused or answered: nothing may break.
    let story = Story::at(NOW).await;
    let number = story.report("alpha", "moderate").await;
    let ends = [
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999Z",
        "%2B262142-12-31T23:59:59.999999999Z",
        "-262143-01-01T00:00:00Z",
    ];
    for end in ends {
        let names = ["creationDate", "creationDate.gt", "creationDate.gte", "creationDate.lt", "creationDate.lte"];
        let paths = names.map(|name| format!("{TICKETS}?{name}={end}"));
        for path in paths.into_iter().chain([format!("{}?until={end}", Client::ticket(&number, "forecast"))]) {
            let (story, path) = (&story, &path);
            let status = story.as_("alpha").get(path).await.status.as_u16();
            assert!(matches!(status, 200 | 400), "{path}: {status}");
        }
    }
}
