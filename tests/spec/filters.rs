//! What a subscription is limited to (SB-01), in the domain's words and in the messaging service's: held against an
//! evaluator of SNS's rules that is written here, and against the local SNS. And the guidelines of 12.5 (TT-03).

use super::chart::{mt, opened, trouble};
use contract::{
    Impact, NoticeCategory, Party, Policy, Severity, TeamMemberNumber, search::Search, severity::guidelines,
};
use domain::{
    subscription::{Attributes, Channel, Filter, attributes},
    ticket::opening::Opening,
};
use platform::{run::Run, topics::Message};
use proptest::{prelude::*, sample::select};
use record::{
    Notice,
    notice::{Content, NoticeBody, Recipient},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::Story;

fn filter(limits: Value) -> Filter {
    serde_json::from_value(limits).unwrap()
}

/// What a trouble is told with: the type of its notice, its severity, the system, the products and the areas.
#[derive(Debug, Clone)]
struct Told {
    notice_type: NoticeCategory,
    severity: Severity,
    system: Option<String>,
    products: Vec<String>,
    area: Option<String>,
}

impl Told {
    /// Its initial notice, taken for sending to alpha.
    fn taken(&self, own: bool) -> (Notice, Content, Recipient) {
        let policy = Policy::defaults();
        let impact = Impact {
            geographic_area: self.area.clone(),
            products_affected: self.products.clone(),
            ..Impact::default()
        };
        let mut opening = Opening { event: self.notice_type == NoticeCategory::Event, ..trouble(self.severity) };
        opening.report.system_affected.clone_from(&self.system);
        opening.report.impact = Some(impact.clone());
        let now = mt("Wed 2026-03-04 09:00 MST");
        let (mut ticket, notice) = opened(opening, now, &policy);
        ticket.problem.event_impact = Some(impact);
        let recipient = Recipient::new(Party::Clec("alpha".parse().unwrap()), own, Vec::new());
        let content = Content::Status(Box::new(ticket.status_content(&notice, (&[], 1), &[], &policy, now).unwrap()));
        let notice = Notice { notice_type: self.notice_type, ..notice };
        let notice = notice.fixed(Some(content.clone()), vec![recipient.clone()]).taken(now, now);
        (notice, content, recipient)
    }

    fn attributes(&self, own: bool) -> Attributes {
        let (notice, content, recipient) = self.taken(own);
        attributes(&notice, &content, &recipient)
    }
}

fn told() -> Told {
    Told {
        notice_type: NoticeCategory::Event,
        severity: Severity::Serious,
        system: Some("IMA".to_owned()),
        products: vec!["UNE-P".to_owned(), "Resale".to_owned()],
        area: Some("CO, UT".to_owned()),
    }
}

/// Each limit, and whether an event notice of severity 2 on IMA, for UNE-P and Resale in CO and UT, is wanted.
#[rustfmt::skip]
fn limits() -> Vec<(Value, bool)> {
    vec![
        (json!({ "notices": ["event"] }),                                          true),
        (json!({ "notices": ["target"] }),                                         false),
        (json!({ "notices": ["event", "target"] }),                                true),
        (json!({ "notices": ["event"], "severity": ["serious"] }),                 true),
        (json!({ "notices": ["event"], "severity": ["critical", "serious"] }),     true),
        (json!({ "notices": ["event"], "severity": ["critical"] }),                false),
        (json!({ "notices": ["event"], "systemAffected": ["IMA"] }),               true),
        (json!({ "notices": ["event"], "systemAffected": [" ima "] }),             true),
        (json!({ "notices": ["event"], "systemAffected": ["EDI", "IMA"] }),        true),
        (json!({ "notices": ["event"], "systemAffected": ["EDI"] }),               false),
        (json!({ "notices": ["event"], "systemAffected": ["IM"] }),                false),
        (json!({ "notices": ["event"], "product": ["resale"] }),                   true),
        (json!({ "notices": ["event"], "product": ["ISDN"] }),                     false),
        (json!({ "notices": ["event"], "area": ["ut"] }),                          true),
        (json!({ "notices": ["event"], "area": ["WY"] }),                          false),
        (json!({ "notices": ["event"], "systemAffected": ["IMA"], "area": ["CO"] }), true),
        (json!({ "notices": ["event"], "systemAffected": ["IMA"], "area": ["WY"] }), false),
        (json!({ "notices": ["target"], "systemAffected": ["IMA"] }),              false),
        (json!({ "notices": ["event"], "severity": ["serious"], "systemAffected": ["IMA"], "product": ["UNE-P"], "area": ["CO"] }),  true),
        (json!({ "notices": ["event"], "severity": ["serious"], "systemAffected": ["IMA"], "product": ["UNE-P"], "area": ["WY"] }),  false),
        (json!({ "notices": ["event"], "severity": ["minimal"], "systemAffected": ["IMA"], "product": ["UNE-P"], "area": ["CO"] }),  false),
    ]
}

#[test]
fn sb_01_a_subscription_is_limited_by_severity_system_product_area_and_notice_kind() {
    let attributes = told().attributes(false);
    for (limits, wanted) in limits() {
        assert_eq!(filter(limits.clone()).matches(&attributes), wanted, "{limits}");
    }
}

/// A bulletin may be about several systems, with commas between them: a limit to one of them is met. A ticket's is one.
#[test]
fn sb_01_a_limit_to_one_of_a_bulletins_systems_is_met() {
    let (notice, content, recipient) = told().taken(false);
    let bulletin = |systems: &str| {
        let bulletin = NoticeBody { system_affected: Some(systems.to_owned()), ..bulletin() };
        attributes(&notice, &Content::Bulletin(Box::new(bulletin)), &recipient)
    };
    for (systems, limit, wanted) in [
        ("IMA, EDI", "IMA", true),
        ("IMA, EDI", "edi", true),
        ("IMA,EDI", " EDI ", true),
        ("IMA", "IMA", true),
        ("IMA, EDI", "CEMR", false),
        ("IMA, EDI", "IM", false),
        ("IMA, EDI", "IMA, EDI", false),
    ] {
        let limited = filter(json!({ "notices": ["event"], "systemAffected": [limit] }));
        assert_eq!(limited.matches(&bulletin(systems)), wanted, "{systems}: {limit}");
    }
    let of_ticket = Told { system: Some("IMA, EDI".to_owned()), ..told() }.attributes(false);
    for (limit, wanted) in [("IMA, EDI", true), ("IMA", false)] {
        let limited = filter(json!({ "notices": ["event"], "systemAffected": [limit] }));
        assert_eq!(limited.matches(&of_ticket), wanted, "a ticket's: {limit}");
    }
    assert!(matches!(content, Content::Status(_)));
}

fn bulletin() -> NoticeBody {
    NoticeBody::new("A change", mt("Wed 2026-03-04 09:00 MST"), "the desk")
}

/// What is not known is better told than lost.
#[test]
fn sb_01_a_limit_keeps_back_nothing_that_is_not_known() {
    let limited =
        filter(json!({ "notices": ["event"], "systemAffected": ["EDI"], "product": ["ISDN"], "area": ["WY"] }));
    let unknown = Told { system: None, products: Vec::new(), area: None, ..told() };
    assert!(limited.matches(&unknown.attributes(false)));
    assert!(!limited.matches(&Told { area: Some("CO".to_owned()), ..unknown }.attributes(false)));
}

/// What concerns a CLEC's own group reaches it, whatever its subscriptions are limited to.
#[test]
fn nt_02_no_limit_keeps_back_what_is_the_clecs_own() {
    for (limits, _) in limits() {
        assert!(filter(limits.clone()).matches(&told().attributes(true)), "{limits}");
    }
}

/// Each limit alone and all five at once, with a value of each.
#[test]
fn sb_01_any_of_the_limits_go_together() {
    let one_of_each =
        json!({ "severity": ["serious"], "systemAffected": ["IMA"], "product": ["UNE-P"], "area": ["CO"] });
    let keys: Vec<&String> = one_of_each.as_object().unwrap().keys().collect();
    let mut refused = Vec::new();
    for chosen in 0..16_u8 {
        for notices in [json!(["event"]), json!(["target"]), json!(["event", "target"])] {
            let mut limits = json!({ "notices": notices });
            for (at, key) in keys.iter().enumerate() {
                if chosen >> at & 1 == 1 {
                    limits[*key] = one_of_each[*key].clone();
                }
            }
            if let Some(fault) = filter(limits.clone()).field_error() {
                refused.push(format!("{limits}: {}", fault.detail));
            }
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[test]
fn sb_01_a_subscription_to_no_kind_of_notice_is_refused() {
    let fault = filter(json!({ "severity": ["critical"] })).field_error().unwrap();
    assert_eq!((fault.field.as_str(), fault.rule), ("notices", "SB-01"));
}

#[test]
fn sb_01_more_values_than_sns_takes_are_refused_by_name() {
    let names = |count: usize| (0..count).map(|n| format!("system {n}")).collect::<Vec<_>>();
    let limited = |systems, products| {
        filter(json!({ "notices": ["event"], "systemAffected": names(systems), "product": names(products) }))
    };
    assert_eq!(limited(3, 3).field_error(), None);
    let fault = limited(20, 20).field_error().unwrap();
    assert_eq!((fault.field.as_str(), fault.rule), ("filter", "SB-01"));
    assert_eq!(fault.detail, "has more than 150 combinations of its values, each list counted with one more");
}

/// A system that is named like a mark of the filters' own passes the filters for itself alone.
#[test]
fn sb_01_no_name_passes_for_a_mark() {
    let edi = filter(json!({ "notices": ["event"], "systemAffected": ["EDI"] }));
    for name in ["own", "Own", "OWN", "unknown", "Unknown", "UNKNOWN"] {
        let attributes = Told { system: Some(name.to_owned()), ..told() }.attributes(false);
        assert!(!edi.matches(&attributes), "'{name}' is told to who wants EDI alone");
        assert!(filter(json!({ "notices": ["event"], "systemAffected": [name] })).matches(&attributes), "{name}");
    }
}

/// SNS's rule for a filter policy on attributes that are arrays of strings: of each key of the policy the message has a
/// value that is one of the policy's, letter by letter.
fn sns_accepts(policy: &Value, attributes: &Attributes) -> bool {
    policy.as_object().unwrap().iter().all(|(key, accepted)| {
        let values = attributes.get(key.as_str()).map(Vec::as_slice).unwrap_or_default();
        accepted.as_array().unwrap().iter().any(|accepted| values.iter().any(|value| accepted == value))
    })
}

fn any_name() -> impl Strategy<Value = String> {
    select(vec!["IMA", "ima ", "EDI", "GUI", "Résumé", "RÉSUMÉ", "own", "Unknown", "10"]).prop_map(str::to_owned)
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let names = || prop::collection::btree_set(any_name(), 0..4);
    let notices = || prop::collection::btree_set(select(NoticeCategory::ALL.to_vec()), 0..=6);
    let severity = prop::collection::btree_set(select(Severity::ALL.to_vec()), 0..=4);
    let member = prop::collection::btree_set(any_member(), 0..3);
    (notices(), notices(), severity, names(), names(), names(), member).prop_map(
        |(notices, always, severity, system_affected, product, area, member)| Filter {
            notices,
            always,
            severity,
            system_affected,
            product,
            area,
            member,
        },
    )
}

fn any_member() -> impl Strategy<Value = TeamMemberNumber> {
    (0..3_u32).prop_map(|of| TeamMemberNumber::of_public("member", &of.to_string(), 0))
}

fn any_told() -> impl Strategy<Value = Told> {
    let areas = prop::collection::vec(any_name(), 0..3).prop_map(|areas| (!areas.is_empty()).then(|| areas.join(",")));
    let notice_type = select(NoticeCategory::ALL.to_vec());
    (
        notice_type,
        select(Severity::ALL.to_vec()),
        prop::option::of(any_name()),
        prop::collection::vec(any_name(), 0..3),
        areas,
    )
        .prop_map(|(notice_type, severity, system, products, area)| Told {
            notice_type,
            severity,
            system,
            products,
            area,
        })
}

/// What must reach a mandatory contact does so whatever its address is limited to, and what it is limited to stays so.
#[test]
fn po_07_what_must_reach_an_endpoint_is_kept_back_by_no_limit() {
    let always = [NoticeCategory::Target, NoticeCategory::Outage, NoticeCategory::Release];
    for (limits, wanted) in limits() {
        let limited = Filter { always: always.into(), ..filter(limits.clone()) };
        for notice_type in NoticeCategory::ALL {
            let attributes = Told { notice_type, ..told() }.attributes(false);
            let alone = filter(limits.clone()).matches(&attributes);
            assert_eq!(
                limited.matches(&attributes),
                always.contains(&notice_type) || alone,
                "{limits} {notice_type:?}"
            );
        }
        assert_eq!(limited.matches(&told().attributes(false)), wanted, "{limits}");
    }
    let alone = Filter { always: always.into(), ..Filter::default() };
    let reached =
        |notice_type: &NoticeCategory| alone.matches(&Told { notice_type: *notice_type, ..told() }.attributes(false));
    assert_eq!(NoticeCategory::ALL.into_iter().filter(reached).collect::<Vec<_>>(), always);
    assert!(alone.matches(&told().attributes(true)), "an event of its own group");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, max_shrink_iters: 5_000, ..ProptestConfig::default() })]

    #[test]
    fn sb_01_the_filter_and_its_policy_say_the_same(filter in any_filter(), told in any_told(), own in any::<bool>()) {
        let attributes = told.attributes(own);
        prop_assert_eq!(filter.matches(&attributes), sns_accepts(&filter.policy(), &attributes), "{}", filter.policy());
    }

    #[test]
    fn nt_02_own_passes_every_filter(filter in any_filter(), told in any_told()) {
        prop_assert!(filter.matches(&told.attributes(true)), "{}", filter.policy());
    }

    #[test]
    fn sb_01_a_policy_has_at_most_5_keys_and_150_combinations(filter in any_filter()) {
        let policy = filter.policy();
        let policy = policy.as_object().unwrap();
        let mut values = policy.values().map(|values| values.as_array().unwrap());
        let combinations: usize = values.clone().map(Vec::len).product();
        prop_assert!(values.all(|values| !values.is_empty()));
        let fits = policy.len() <= 5 && combinations <= 150 && !(filter.notices.is_empty() && filter.always.is_empty());
        prop_assert_eq!(filter.field_error().is_none(), fits, "{} combinations", combinations);
    }

    /// However often it is written, it is one of the values that SNS counts.
    #[test]
    fn sb_01_a_name_is_one_value_however_it_is_written(filter in any_filter()) {
        for (key, values) in filter.policy().as_object().unwrap() {
            let values = values.as_array().unwrap();
            let distinct: BTreeSet<String> = values.iter().map(Value::to_string).collect();
            prop_assert_eq!(distinct.len(), values.len(), "{}: {:?}", key, values);
        }
    }
}

/// Each filter is an endpoint's, on alpha's topic; each notice is published to it.
#[tokio::test]
async fn sb_01_sns_delivers_what_the_filter_wants() {
    let story = Story::at("2026-03-04T16:00:00Z").await;
    let topics = &story.world.desk.topics;
    let alpha = Party::Clec("alpha".parse().unwrap());
    let filters: Vec<(String, Filter)> = limits()
        .into_iter()
        .enumerate()
        .map(|(at, (limits, _))| (format!("{at}@alpha.example"), filter(limits)))
        .collect();
    let filters: Vec<(String, Filter)> = filters
        .into_iter()
        .flat_map(|(endpoint, filter)| {
            let always = [NoticeCategory::Target, NoticeCategory::Outage].into();
            let mandatory = (format!("m{endpoint}"), Filter { always, ..filter.clone() });
            [(endpoint, filter), mandatory]
        })
        .collect();
    for (endpoint, filter) in filters.iter().filter(|(_, filter)| filter.field_error().is_none()) {
        topics.subscribe(&alpha, Channel::Email, endpoint, filter).await.unwrap();
        let token = story.deliveries().await.pop().unwrap().token.unwrap();
        topics.confirm(&alpha, &token).await.unwrap();
    }
    let published = [
        (told(), false),
        (told(), true),
        (Told { notice_type: NoticeCategory::Target, ..told() }, false),
        (Told { notice_type: NoticeCategory::Outage, ..told() }, false),
        (Told { severity: Severity::Critical, system: Some("edi".to_owned()), ..told() }, false),
        (Told { system: None, products: vec!["ISDN".to_owned()], area: None, ..told() }, false),
    ];
    for (told, own) in published {
        let (notice, _, recipient) = told.taken(own);
        let message = Message::of(&notice, &recipient, &Policy::defaults()).unwrap().unwrap();
        topics.publish(&alpha, &[message], &Policy::defaults(), &mut Run::begun()).await.pop().unwrap().unwrap();
        let mut delivered: Vec<String> = story.deliveries().await.into_iter().map(|delivery| delivery.to).collect();
        let wanted = filters
            .iter()
            .filter(|(_, filter)| filter.field_error().is_none() && filter.matches(&told.attributes(own)));
        let mut wanted: Vec<String> = wanted.map(|(endpoint, _)| endpoint.clone()).collect();
        delivered.sort();
        wanted.sort();
        assert!(!wanted.is_empty(), "{told:?} tells nobody");
        assert_eq!(delivered, wanted, "{told:?}, own: {own}");
    }
}

// The guidelines of 12.5, shown wherever a severity is chosen.

#[test]
fn tt_03_the_guidelines_are_the_sources() {
    #[rustfmt::skip]
    let table = [
        // level, title, bullets, examples, the first bullet, the last, the first example
        (1, "Critical Impact", 12, 4, "Critical.",                "No viable or productive work around available.", "Major network backbone outage without redundancy."),
        (2, "Serious Impact",  13, 3, "Serious",                  "Major access down, but a partial backup exists", "A single company, large number of orders impacted"),
        (3, "Moderate Impact", 8,  1, "Low to medium visibility", "Automated workaround in place and known. Workaround must be acceptable to CLECs", "Hardware errors, no impact yet"),
        (4, "Minimal Impact",  6,  2, "Low or no visibility",     "Preventative maintenance request", "Misleading, unclear system messages causing confusion for users"),
    ];
    assert_eq!(guidelines().len(), table.len());
    for (guideline, (level, title, bullets, examples, first, last, example)) in guidelines().iter().zip(table) {
        assert_eq!((guideline.level, guideline.title.as_str()), (level, title));
        assert_eq!((guideline.bullets.len(), guideline.examples.len()), (bullets, examples), "severity {level}");
        assert_eq!(guideline.bullets.first().map(String::as_str), Some(first));
        assert_eq!(guideline.bullets.last().map(String::as_str), Some(last));
        assert_eq!(guideline.examples.first().map(String::as_str), Some(example));
    }
}

#[test]
fn tt_03_a_bullet_is_the_sources_word_for_word() {
    let bullet = |level: usize, at: usize| guidelines()[level - 1].bullets[at].as_str();
    assert_eq!(bullet(1, 2), "A large number of orders or CLECs are affected.");
    assert_eq!(bullet(1, 5), "Production or cycle stopped – priority batch commitment missed.");
    assert_eq!(bullet(2, 9), "Component continues to fail. Intermittently down for short periods, but repetitive");
    assert_eq!(bullet(2, 11), "Problems may have a possible bypass; the bypass must be acceptable to CLECs");
    assert_eq!(bullet(3, 6), "Problem may be bypassed; redundancy in place. Bypass must be acceptable to CLECs");
    assert_eq!(bullet(4, 3), "Problem can be bypassed; bypass must be acceptable to CLECs");
    assert_eq!(
        guidelines()[0].examples[3],
        "A Software Defect in an edit which prevents any orders from being submitted."
    );
    assert_eq!(guidelines()[3].examples[1], "Device or software regularly has to be reset, but continues to work");
}

/// The four levels, by the source's word and by its number.
#[test]
fn tt_03_severity_levels() {
    for (level, word) in [(1, "critical"), (2, "serious"), (3, "moderate"), (4, "minimal")] {
        let severity = Severity::ALL[level - 1];
        assert_eq!((usize::from(severity.level()), severity.as_str()), (level, word));
        assert_eq!(word.parse(), Ok(severity));
        assert_eq!(level.to_string().parse(), Ok(severity));
        for written in [json!(word), json!(level), json!(word.to_uppercase())] {
            assert_eq!(serde_json::from_value::<Severity>(written).unwrap(), severity);
        }
        assert_eq!(json!(severity), json!(word));
    }
    for none in ["", "0", "5", "sev1", "1.0", "critica"] {
        assert!(none.parse::<Severity>().is_err(), "{none}");
    }
}

/// One name, in all the ways in which it is typed.
#[test]
fn sb_09_names_are_held_against_each_other_in_one_normal_form() {
    for (one, other) in [
        ("UNE-P", "une\u{2011}p"),
        ("UNE-P", "UNE\u{2212}P"),
        ("UNE-P", "\u{ff35}\u{ff2e}\u{ff25}\u{ff0d}\u{ff30}"),
        ("IMA GUI", " IMA  GUI"),
        ("IMA GUI", "ima\u{a0}gui"),
        ("IMA GUI", "IMA\u{2003}\u{200b}GUI"),
        ("Montr\u{e9}al", "MONTRE\u{301}AL"),
        ("Stra\u{df}e", "STRASSE"),
        ("of\u{fb01}ce", "OFFICE"),
    ] {
        let of = |name: &str| Told { system: Some(name.to_owned()), ..told() }.attributes(false);
        for (told, wanted) in [(one, other), (other, one)] {
            let wanted = filter(json!({ "notices": ["event"], "systemAffected": [wanted] }));
            assert!(wanted.matches(&of(told)), "{told:?} {wanted:?}");
            assert!(accepts(&wanted.policy(), &json!(of(told))), "{told:?} {wanted:?}");
        }
    }
    let wanted = filter(json!({ "notices": ["event"], "systemAffected": ["IMA"] }));
    assert!(!wanted.matches(&Told { system: Some("EDI".to_owned()), ..told() }.attributes(false)));
}

/// The messaging service has filters from before names had a normal form: it is told both spellings until the next night.
#[test]
fn sb_09_a_filter_of_before_still_gets_what_it_got() {
    let odd = Told { system: Some("IMA  Gui".to_owned()), ..told() }.attributes(false);
    assert!(accepts(&json!({ "systemAffected": ["ima  gui", "OWN"] }), &json!(odd)), "{odd:?}");
    assert!(accepts(&json!({ "systemAffected": ["ima gui", "OWN"] }), &json!(odd)), "{odd:?}");
    assert_eq!(odd["systemAffected"][..2], ["ima gui", "ima  gui"]);
    let of = |name: &str| filter(json!({ "notices": ["event"], "systemAffected": [name] }));
    assert!(of("IMA  Gui").was_spelled_otherwise() && !of(" IMA ").was_spelled_otherwise());
}

/// SNS's rule for a policy of lists: of each key, one value that is accepted.
fn accepts(policy: &Value, attributes: &Value) -> bool {
    let values = |of: &Value| of.as_array().cloned().unwrap_or_default();
    let keys = policy.as_object().unwrap();
    keys.iter().all(|(key, accepted)| values(&attributes[key]).iter().any(|value| values(accepted).contains(value)))
}

#[tokio::test]
async fn sb_09_who_limits_a_subscription_to_a_name_that_the_policy_does_not_list_is_told_so() {
    let mut policy = tests::story::policy();
    policy.names.products = vec!["UNE-P".to_owned(), "Resale".to_owned()];
    let story = Story::under(policy, "2026-03-04T18:00:00Z").await;
    let asked = |system: &str, product: &str, area: &str| {
        json!({
            "channel": "email", "endpoint": format!("{product}@alpha.example"), "notices": ["event"],
            "filter": { "systemAffected": [system], "product": [product], "area": [area] },
        })
    };
    let alpha = story.as_("alpha");
    let reply = alpha.post(tests::story::SUBSCRIPTIONS, asked("IMMA", "UNEP", "CO")).await.expect(201);
    assert_eq!(
        reply.body["unlisted"],
        json!([
            { "field": "filter.systemAffected", "name": "IMMA", "listed": ["IMA"] },
            { "field": "filter.product", "name": "UNEP", "listed": ["UNE-P", "Resale"] },
        ])
    );
    let reply = alpha.post(tests::story::SUBSCRIPTIONS, asked("ima", "une-p", "CO")).await.expect(201);
    assert_eq!(reply.body["unlisted"], Value::Null);
}

#[test]
fn ap_04_a_search_finds_the_beginnings_of_words_in_any_spelling() {
    let text = "Orders are REJECTED by IMA\u{2011}EDI; edit 4711 of the pre-order";
    for (search, finds) in [
        ("rejected", true),
        ("reject ord", true),
        ("ima edi", true),
        ("ＩＭＡ", true),
        ("4711", true),
        ("jected", false),
        ("rejected lsms", false),
    ] {
        assert_eq!(search.parse::<Search>().unwrap().finds([text]), finds, "{search}");
    }
    assert!("ima rejected".parse::<Search>().unwrap().finds(["IMA", "Rejected"]), "in several texts together");
    assert_eq!("of, -".parse::<Search>(), Err("has one to eight words of three letters or digits at the least"));
}
