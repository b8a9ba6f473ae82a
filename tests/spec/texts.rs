//! What a notice says (NT-03) on each channel (SB-03), and by which templates (POL-04).

use super::chart::{act, closed, moved, mt, opened, trouble, updated};
use chrono::{DateTime, Utc};
use contract::{Impact, NoticeCategory, Party, Person, Policy, Severity, TicketNumber};
use domain::ticket::{Disposition, Ticket, opening::Opening, update::Update};
use domain::trouble::{NewNote, Proposal};
use proptest::{prelude::*, sample::select};
use record::{
    Notice,
    notice::{Content, NoticeBody, Recipient, Status, Texts, gsm7_length},
};
use serde_json::{Value, json};
use tests::laid_out;

/// The GSM 7-bit default alphabet, row by row as 3GPP TS 23.038 lists it, without the escape.
const GSM7: [&str; 8] = [
    "@£$¥èéùìòÇ\nØø\rÅå",
    "Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ",
    " !\"#¤%&'()*+,-./",
    "0123456789:;<=>?",
    "¡ABCDEFGHIJKLMNO",
    "PQRSTUVWXYZÄÖÑÜ§",
    "¿abcdefghijklmno",
    "pqrstuvwxyzäöñüà",
];
/// Its extension table: each takes an escape and a character.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// The septets of a text, or the first character that the alphabet lacks.
fn septets(text: &str) -> Result<usize, char> {
    text.chars()
        .map(
            |c| {
                if GSM7.iter().any(|row| row.contains(c)) { Ok(1) } else { EXTENSION.contains(c).then_some(2).ok_or(c) }
            },
        )
        .sum()
}

fn sent_at() -> DateTime<Utc> {
    mt("Wed 2026-03-04 09:30 MST")
}

fn alphas() -> Recipient {
    Recipient::new(Party::Clec("alpha".parse().unwrap()), false, Vec::new())
}

/// The notice's texts for alpha.
fn texts(notice: &Notice, ticket: &Ticket, related: &[TicketNumber], policy: &Policy) -> Texts {
    told(notice, ticket, related, &alphas(), policy)
}

fn told(notice: &Notice, ticket: &Ticket, related: &[TicketNumber], recipient: &Recipient, policy: &Policy) -> Texts {
    let content = ticket.status_content(notice, (related, related.len() + 1), &[], policy, sent_at()).unwrap();
    let fixed = notice.clone().fixed(Some(Content::Status(Box::new(content))), vec![recipient.clone()]);
    fixed.taken(sent_at(), sent_at()).texts(recipient, policy).unwrap().unwrap()
}

/// A ticket with nothing but what must be known, and its initial notice.
fn barely_known() -> (Ticket, Notice) {
    let mut opening = trouble(Severity::Moderate);
    opening.report.system_affected = None;
    opened(opening, mt("Wed 2026-03-04 09:00 MST"), &Policy::defaults())
}

fn impact() -> Impact {
    Impact {
        geographic_area: Some("CO, UT".to_owned()),
        products_affected: vec!["UNE-P".to_owned(), "Resale".to_owned()],
        business_implications: Some("orders are late".to_owned()),
        system_implications: Some("pre-order is down".to_owned()),
        other: Some("since the release".to_owned()),
    }
}

/// A ticket of which everything is known, and the notice of the update that tells the last of it.
fn all_known() -> (Ticket, Notice) {
    let policy = Policy::defaults();
    let mut opening = trouble(Severity::Serious);
    opening.report.impact = Some(impact());
    let (ticket, _) = opened(opening, mt("Wed 2026-03-04 08:00 MST"), &policy);
    let workaround = Proposal {
        description: "use the GUI".to_owned(),
        call_center_reference: Some("CC-4711".to_owned()),
        ..Proposal::default()
    };
    let provided = ticket.provide_workaround(workaround, &act(mt("Wed 2026-03-04 08:30 MST")), &policy);
    let update = Update {
        status: Some(Status::Pending),
        estimated_resolution: Some(Some(mt("Wed 2026-03-04 16:00 MST"))),
        resolution: Some(Some("a table is rebuilt".to_owned())),
        provider_contact: Some(Some("Pat, +1 800 555 0199".to_owned())),
        escalation: Some(Some("duty manager".to_owned())),
        ..Update::default()
    };
    updated(provided.unwrap().tickets.remove(0).record, update, mt("Wed 2026-03-04 09:00 MST"), &policy)
}

fn assert_lines(text: &str, lines: &[&str]) {
    let missing: Vec<&&str> = lines.iter().filter(|line| !text.lines().any(|told| told == **line)).collect();
    assert!(missing.is_empty(), "missing: {missing:#?}\nin\n{text}");
}

/// All of a notice's texts, as they are delivered (SB-03).
fn shown(texts: &Texts) -> String {
    let https: Value = serde_json::from_str(&texts.https).unwrap();
    let Texts { subject, email, sms, .. } = texts;
    format!("{subject}\n\n--- e-mail\n{email}\n--- SMS\n{sms}\n--- HTTPS\n{}", laid_out(&https))
}

/// In the requirement's order; all dates and times are in the policy's time zone (POL-03), and the whole notice as JSON (SB-03).
#[test]
fn nt_03_each_channel_tells_all_that_is_known() {
    let (ticket, notice) = all_known();
    let related = TicketNumber::of_public("beta", "related", 0);
    insta::assert_snapshot!(shown(&texts(&notice, &ticket, &[related], &Policy::defaults())));
}

#[test]
fn nt_03_what_is_unknown_says_so() {
    let (ticket, notice) = barely_known();
    insta::assert_snapshot!(shown(&texts(&notice, &ticket, &[], &Policy::defaults())));
}

/// Notice type and sequence: Initial, Update n, Closure; no change says so.
#[test]
fn nt_03_type_and_sequence() {
    let policy = Policy::defaults();
    let (ticket, initial) = opened(trouble(Severity::Critical), mt("Wed 2026-03-04 08:00 MST"), &policy);
    let (ticket, first) = moved(ticket, Status::InProgress, mt("Wed 2026-03-04 08:10 MST"), &policy);
    let no_change = ticket.update_due(mt("Wed 2026-03-04 09:05 MST"), &policy).unwrap();
    let (ticket, second) = (no_change.record, no_change.notices.into_iter().next().unwrap());
    let (resolved, third) = moved(ticket.clone(), Status::Resolved, mt("Wed 2026-03-04 09:10 MST"), &policy);
    let disposition = Disposition::Resolved { resolution: Some("mended".to_owned()) };
    let (done, closure) = closed(resolved.clone(), disposition, mt("Wed 2026-03-04 09:20 MST"), &policy);
    let number = ticket.number;
    let table = [
        (&initial, &ticket, 1, "Initial", "open (in progress)"),
        (&first, &ticket, 2, "Update 1", "open (in progress)"),
        (&second, &ticket, 3, "Update 2", "open (in progress), no change"),
        (&third, &resolved, 4, "Update 3", "resolved, agreement awaited"),
        (&closure, &done, 5, "Closure", "closed"),
    ];
    for (notice, ticket, sequence, label, status) in table {
        let texts = texts(notice, ticket, &[], &policy);
        let lines = [
            format!("Notice: {label} (notice {sequence})"),
            format!(
                "Series: target notice {sequence} of this ticket (a number that you miss was lost, or kept back by your filter)"
            ),
            format!("Status: {status}"),
        ];
        assert_lines(&texts.email, &lines.each_ref().map(String::as_str));
        assert_eq!(texts.subject, format!("Ticket {number} severity 1 {label} (notice {sequence}): {status}"), "SB-03");
        // TT-09: an SMS has no other place for the disposition.
        let status = if label == "Closure" { "closed (Resolved)" } else { status };
        assert!(
            texts
                .sms
                .starts_with(&format!("Provider {number} Sev1 {label} (notice {sequence}): {status}. IMA. orders")),
            "{}",
            texts.sms
        );
        let json: Value = serde_json::from_str(&texts.https).unwrap();
        assert_eq!((&json["label"], &json["sequence"]), (&json!(label), &json!(sequence)));
        assert_eq!(json["noticeId"], json!(format!("{number}#{sequence}")), "NT-12");
    }
}

/// Each disposition with what goes with it (12.3), in the source's order; before the closing there is none.
#[test]
fn tt_09_the_closure_tells_the_disposition() {
    let policy = Policy::defaults();
    let patch_date = "2026-03-20".parse().unwrap();
    let dispositions = [
        Disposition::NoTroubleFound,
        Disposition::ResolvedInPatch { patch_date },
        Disposition::SubmitChangeRequest,
        Disposition::Resolved { resolution: Some("the edit was mended".to_owned()) },
    ];
    let closures = dispositions.map(|disposition| {
        let (ticket, _) = opened(trouble(Severity::Moderate), mt("Wed 2026-03-04 08:00 MST"), &policy);
        let (ticket, closure) = closed(ticket, disposition, mt("Wed 2026-03-04 09:00 MST"), &policy);
        shown(&texts(&closure, &ticket, &[], &policy))
    });
    insta::assert_snapshot!(closures.join("\n\n=== "));
}

/// What is unknown is there, as null: every field of the whole notice.
#[test]
fn sb_03_https_has_every_field_when_little_is_known() {
    let fields = |value: &Value| {
        let mut fields: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
        fields.sort();
        fields
    };
    let json = |(ticket, notice): (Ticket, Notice)| -> Value {
        serde_json::from_str(&texts(&notice, &ticket, &[], &Policy::defaults()).https).unwrap()
    };
    let (whole, barely) = (json(all_known()), json(barely_known()));
    assert_eq!(fields(&barely), fields(&whole));
    for unknown in
        ["systemAffected", "impact", "estimatedResolution", "resolution", "workaround", "callCenterReference"]
    {
        assert_eq!(barely[unknown], json!(null), "{unknown}");
    }
    // Of an impact, what is unknown of it.
    let mut opening = trouble(Severity::Moderate);
    opening.report.impact = Some(Impact { other: Some("since the release".to_owned()), ..Impact::default() });
    let in_part = json(opened(opening, mt("Wed 2026-03-04 09:00 MST"), &Policy::defaults()));
    assert_eq!(fields(&in_part["impact"]), fields(&whole["impact"]), "{}", in_part["impact"]);
}

/// Alpha reports what is its own; beta's ticket is linked. Nothing of whose they are is in what the others read.
#[test]
fn nt_03_related_numbers_are_shown_without_telling_whose_they_are() {
    let policy = Policy::defaults();
    let alphas_own =
        ["ALPHA-REPORT", "ALPHA-CONTACT", "ALPHA-NAME", "ALPHA-ID", "ALPHA-REFERENCE", "ALPHA-IMPACT", "ALPHA-NOTE"];
    let [description, contact, name, id, reference, implications, note] = alphas_own.map(str::to_owned);
    let mut opening = trouble(Severity::Serious);
    opening.report.description = description;
    opening.report.contact = Some(Person { name: Some(contact), ..Person::default() });
    opening.report.name = Some(name);
    opening.report.external_id = Some(id);
    opening.report.impact = Some(Impact { business_implications: Some(implications), ..Impact::default() });
    let opening = Opening {
        event: true,
        notes: vec![NewNote { text: note, visibility: contract::Visibility::Public }],
        call_center_reference: Some(reference),
        ..opening
    };
    let (ticket, notice) = opened(opening, mt("Wed 2026-03-04 09:00 MST"), &policy);
    let betas = TicketNumber::of_public("beta", "related", 0);
    let gammas = TicketNumber::of_public("gamma", "related", 0);
    let recipient = Recipient::new(Party::Clec("beta".parse().unwrap()), true, vec![betas]);

    let texts = told(&notice, &ticket, &[betas, gammas], &recipient, &policy);
    assert_lines(&texts.email, &[&format!("Ticket numbers: {}, {betas}, {gammas}", ticket.number)]);
    // To the recipient it is the ticket of its own number.
    insta::assert_snapshot!(shown(&texts));
    let json: Value = serde_json::from_str(&texts.https).unwrap();
    assert_eq!(json["ticketNumbers"], json!([ticket.number, betas, gammas]));
    assert_eq!(json["yourTickets"], json!([betas]));
    for text in [&texts.subject, &texts.email, &texts.sms, &texts.https] {
        for clec in ["alpha", "beta", "gamma"] {
            assert!(!text.to_lowercase().contains(&format!("{clec} ")), "names {clec}:\n{text}");
            assert!(!text.to_lowercase().contains(&format!("\"{clec}\"")), "names {clec}:\n{text}");
        }
        let told: Vec<&str> = alphas_own.into_iter().filter(|own| text.contains(own)).collect();
        assert!(told.is_empty(), "tells alpha's own words {told:?} (TT-27):\n{text}");
    }
}

/// Until there are the desk's own words, an event notice tells the system affected and the severity alone.
#[test]
fn tt_27_an_event_notice_prints_the_desks_own_description() {
    let policy = Policy::defaults();
    let event = |opening: Opening| Opening { event: true, ..opening };
    let mut unknown_system = trouble(Severity::Minimal);
    unknown_system.report.system_affected = None;
    let described =
        Opening { event_description: Some("IMA rejects all orders".to_owned()), ..trouble(Severity::Critical) };
    let table = [
        (trouble(Severity::Serious), "Description: Trouble with IMA, severity 2"),
        (unknown_system, "Description: Trouble with a system that is not yet known, severity 4"),
        (described, "Description: IMA rejects all orders"),
    ];
    for (opening, line) in table {
        let (ticket, notice) = opened(event(opening), mt("Wed 2026-03-04 09:00 MST"), &policy);
        assert_lines(&texts(&notice, &ticket, &[], &policy).email, &[line]);
    }
}

fn any_description() -> impl Strategy<Value = String> {
    let extension: Vec<char> = EXTENSION.chars().collect();
    let c = prop_oneof![2 => any::<char>(), 2 => select(extension), 4 => prop::char::range(' ', '~'), 1 => select(vec!['\n', '\r', '\t', '\u{1b}', '\u{85}', '\u{2028}', '😀', 'é', '漢'])];
    prop::collection::vec(c, 0..300).prop_map(|characters| characters.into_iter().collect())
}

fn policy_with(change: impl FnOnce(&mut Value)) -> Policy {
    let mut document = serde_json::to_value(Policy::defaults()).unwrap();
    change(&mut document);
    record::notice::load_policy(&document.to_string()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, max_shrink_iters: 5_000, ..ProptestConfig::default() })]

    #[test]
    fn sb_03_an_sms_has_160_gsm7_characters_and_ends_with_where_to_read_more(
        description in any_description(),
        system in prop::option::of(any_description()),
        path in "[a-z~|]{0,25}",
    ) {
        let read_more = format!("https://wshd.example/{path}");
        let policy = policy_with(|document| document["provider"]["readMore"] = json!(read_more));
        let mut opening = trouble(Severity::Critical);
        opening.report.description = description;
        opening.report.system_affected = system;
        let (ticket, notice) = opened(opening, mt("Wed 2026-03-04 09:00 MST"), &policy);
        let sms = texts(&notice, &ticket, &[], &policy).sms;
        let septets = septets(&sms);
        prop_assert!(septets.is_ok_and(|septets| septets <= 160), "{:?} septets: {}", septets, sms);
        let expected_ending = format!(" {}", read_more);
        prop_assert!(sms.ends_with(&expected_ending), "{}", sms);
        let beginning = format!("Provider {} Sev1 Initial (notice 1): open (acknowledged). ", ticket.number);
        prop_assert!(sms.starts_with(&beginning), "{}", sms);
        prop_assert_eq!(Ok(gsm7_length(&sms)), septets);
    }

    #[test]
    fn sb_03_an_e_mail_subject_is_one_line_of_at_most_100_ascii_characters(description in any_description()) {
        let policy = policy_with(|document| {
            document["versions"][0]["templates"]["emailSubject"] = json!("{{ number }} {{ level }} {{ status }} {{ description }}");
        });
        let mut opening = trouble(Severity::Critical);
        opening.report.description = description;
        let (ticket, notice) = opened(opening, mt("Wed 2026-03-04 09:00 MST"), &policy);
        let subject = texts(&notice, &ticket, &[], &policy).subject;
        let beginning = format!("{} 1 open (acknowledged)", ticket.number);
        prop_assert!(subject.starts_with(&beginning), "{}", subject);
        prop_assert!(subject.len() <= 100, "{} characters: {}", subject.len(), subject);
        prop_assert!(subject.bytes().all(|b| (b' '..=b'~').contains(&b)), "{:?}", subject);
    }
}

/// Descriptions as they are, and as a telephone of the seven-bit alphabet can show them.
#[test]
fn sb_03_an_sms_is_written_in_the_nearest_letters_and_cut_at_its_end() {
    let sms = |description: &str| {
        let mut opening = trouble(Severity::Critical);
        opening.report.description = description.to_owned();
        let (ticket, notice) = opened(opening, mt("Wed 2026-03-04 09:00 MST"), &Policy::defaults());
        let sms = texts(&notice, &ticket, &[], &Policy::defaults()).sms;
        let told = sms
            .strip_prefix(&format!("Provider {} Sev1 Initial (notice 1): open (acknowledged). IMA. ", ticket.number))
            .unwrap();
        told.strip_suffix(" https://provider.example/events").unwrap().to_owned()
    };
    // What the texts before and behind it leave for the description; the dots of one that is cut take three.
    let left = 160
        - "Provider 47YT-3NC2 Sev1 Initial (notice 1): open (acknowledged). IMA. ".len()
        - " https://provider.example/events".len();
    let table = [
        ("orders are rejected".to_owned(), "orders are rejected".to_owned()),
        ("  two\nlines\t".to_owned(), "two lines".to_owned()),
        ("5 € \u{201c}per\u{201d} [order] – café ñ".to_owned(), "5 € \"per\" [order] - café ñ".to_owned()),
        ("x".repeat(left), "x".repeat(left)),
        ("x".repeat(left + 1), "x".repeat(left - 3) + "..."),
        ("€".repeat(left / 2), "€".repeat(left / 2)),
        ("€".repeat(left), "€".repeat((left - 3) / 2) + "..."),
    ];
    for (description, shown) in table {
        assert_eq!(sms(&description), shown, "{description}");
    }
}

/// By the templates of the version under which the notice began, whenever it is sent.
#[test]
fn pol_04_a_notice_is_worded_by_the_templates_of_its_version() {
    let policy = policy_with(|document| {
        let email = document["versions"][0]["templates"]["email"].as_str().unwrap().to_owned();
        let templates =
            json!({ "emailSubject": "later {{ number }}", "email": format!("later\n{email}"), "sms": "later" });
        let later = json!({ "from": "2026-03-05", "templates": templates });
        document["versions"].as_array_mut().unwrap().push(later);
    });
    let (ticket, before) = opened(trouble(Severity::Critical), mt("Wed 2026-03-04 23:59 MST"), &policy);
    let (ticket, after) = moved(ticket, Status::InProgress, mt("Thu 2026-03-05 00:00 MST"), &policy);
    // Both are sent after the change.
    let (before, after) = (texts(&before, &ticket, &[], &policy), texts(&after, &ticket, &[], &policy));
    assert_eq!(before.subject, format!("Ticket {} severity 1 Initial (notice 1): open (in progress)", ticket.number));
    assert!(before.email.starts_with("Provider: trouble ticket notification\n"), "{}", before.email);
    assert_eq!(after.subject, format!("later {}", ticket.number));
    assert!(after.email.starts_with("later\nProvider: trouble ticket notification\n"), "{}", after.email);
    assert_eq!(after.sms, "later https://provider.example/events");
}

/// A CLEC's own lines stand behind a `>`, also those that were kept before such letters were refused.
#[test]
fn nt_19_what_people_wrote_is_set_off_line_by_line() {
    let policy = Policy::defaults();
    let mut opening = trouble(Severity::Minimal);
    opening.report.description =
        "no orders\nSeverity: 1 (critical)\r\nBcc: all@clec.example\u{2028}Status: closed\u{202e}x".to_owned();
    let (ticket, notice) = opened(opening, mt("Wed 2026-03-04 09:00 MST"), &policy);
    let texts = texts(&notice, &ticket, &[], &policy);
    assert_lines(
        &texts.email,
        &["Description: no orders", "> Severity: 1 (critical)", "> Bcc: all@clec.example", "> Status: closedx"],
    );
    let of_desk = texts.email.lines().filter(|line| line.starts_with("Severity:") || line.starts_with("Status:"));
    assert_eq!(of_desk.collect::<Vec<_>>(), ["Status: open (acknowledged)", "Severity: 4 (minimal)"]);
    assert!(!texts.sms.contains('>') && !texts.subject.contains('>'), "{}", texts.sms);
    // In a digest no line of a notice is set off once more.
    let digest = record::notice::digest(&[(&notice, &texts)], &policy).unwrap();
    assert!(digest.email.contains(&texts.email), "{}", digest.email);
}

/// What a digest is about has the names by which people call that, each once; what has none, its heading.
#[test]
fn nt_12_a_digest_names_what_it_is_about_as_people_call_it() {
    let policy = Policy::defaults();
    let at = mt("Wed 2026-03-04 09:00 MST");
    let about = "CR-1D5X-K1QR".parse().unwrap();
    let told = |of: Option<&str>, heading: &str, revision| {
        let body = NoticeBody { of: of.map(str::to_owned), ..NoticeBody::new(heading, at, "Ann") };
        Notice::to_one_party((&about, revision), Party::Provider, NoticeCategory::ChangeRequest, body)
    };
    let number = Some("SCR030426-01");
    let notices = [told(number, "Posted", 1), told(None, "Contacts to be verified", 2), told(number, "Presented", 3)];
    let desk = Recipient::new(Party::Provider, false, Vec::new());
    let texts = notices.each_ref().map(|notice| notice.texts(&desk, &policy).unwrap().unwrap());
    let digest = record::notice::digest(&notices.iter().zip(&texts).collect::<Vec<_>>(), &policy).unwrap();
    assert_eq!(digest.subject, "3 notices: SCR030426-01, Contacts to be verified");
}

/// What must be in a line is never cut for what need not.
#[test]
fn nt_19_a_long_name_gives_way_to_number_severity_status_and_dates() {
    let long = "The Provider of Wholesale Telecommunications for the Western Region, Systems and Interfaces, Incorporated of Colorado";
    let policy = policy_with(|policy| policy["provider"]["name"] = long.into());
    let mut opening = trouble(Severity::Serious);
    opening.report.system_affected = Some("Interconnect Mediated Access ".repeat(3));
    let (ticket, notice) = opened(opening, mt("Wed 2026-03-04 09:00 MST"), &policy);
    let texts = texts(&notice, &ticket, &[], &policy);
    for line in [&texts.subject, &texts.sms] {
        for must in [ticket.number.to_string(), "open (acknowledged)".to_owned(), "Initial".to_owned()] {
            assert!(line.contains(&must), "{must} in {line}");
        }
    }
    assert!(texts.sms.starts_with("The Provider of Wholesale") && texts.sms.contains("... "), "{}", texts.sms);
    assert!(texts.sms.contains("Sev2") && texts.sms.ends_with(&policy.provider.read_more), "{}", texts.sms);
    assert_eq!(septets(&texts.sms).map(|length| length <= 160), Ok(true));
    let cut = platform::start::cut_lines(&policy).unwrap();
    assert!(
        cut.iter().any(|line| line.starts_with("version from 2000-01-01: SMS cuts provider.name: The Provider")),
        "{cut:?}"
    );
    assert_eq!(platform::start::cut_lines(&Policy::defaults()).unwrap(), Vec::<String>::new());
}

#[test]
fn nt_19_a_long_interface_gives_way_to_the_dates_of_its_outage() {
    let interface = "Interconnect Mediated Access, Electronic Data Interchange and Graphical User Interface";
    let policy = policy_with(|policy| policy["names"] = json!({ "systems": [interface] }));
    let cut = platform::start::cut_lines(&policy).unwrap();
    assert_eq!(cut.len(), 2, "{cut:?}");
    for (line, (kind, at_most)) in cut.iter().zip([("subject", 100), ("SMS", 160)]) {
        let line = line.strip_prefix(&format!("version from 2000-01-01: {kind} cuts heading: ")).unwrap();
        assert!(line.len() <= at_most && line.contains("..."), "{line}");
        assert!(line.ends_with(": 1969-12-31 17:00 MST to 1969-12-31 17:00 MST"), "{line}");
    }
}
