//! What is shown of each kind of record: the columns of its list, what comes first on its page, and what is read beside it. A kind that is
//! not here is shown too, with all that the API tells, in the API's order.

use crate::layout::Site::{self, Console, Portal};
use serde_json::Value;

/// How a kind of record is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    /// The operation that reads one of them.
    pub(crate) read: &'static str,
    /// The operation that lists them.
    pub(crate) list: &'static str,
    /// What one of them is called.
    pub(crate) one: &'static str,
    /// What several are called.
    pub(crate) many: &'static str,
    /// The columns of the list.
    pub(crate) columns: &'static [&'static str],
    /// What names one, beside its number.
    pub(crate) heading: &'static [&'static str],
    /// The facts that come first on its page.
    pub(crate) first: &'static [&'static str],
    /// What is shown on the same page.
    pub(crate) parts: &'static [Part],
    /// What the page leads to.
    pub(crate) more: &'static [Part],
    /// The operations by which one is made, and who may.
    pub(crate) makes: &'static [(&'static str, &'static [Site])],
    /// The views of the list that one asks for: what each is called, its query, and on which sites.
    pub(crate) views: &'static [(&'static str, &'static str, &'static [Site])],
    /// What can be done to one, by whom, where the API does not tell what is possible.
    pub(crate) acts: &'static [(&'static str, &'static [Site])],
    /// The statuses in which nothing more is done to one, where the API does not tell what is possible.
    pub(crate) over: &'static [&'static str],
    /// What takes one out of these again.
    pub(crate) revives: &'static [&'static str],
    /// What the form of an operation begins with: the first of these parts of the record that is there.
    pub(crate) fills: &'static [(&'static str, &'static [&'static str])],
    /// What is begun from the page of one, with it filled in.
    pub(crate) leads: &'static [Lead],
    /// What can be done with a row of the list, where one has no page of its own.
    pub(crate) on_rows: &'static [&'static str],
}

/// What is read beside a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    /// The operation that reads it.
    pub(crate) operation: &'static str,
    /// Its query, with `{id}` for the record's.
    pub(crate) query: &'static str,
    /// What it is called.
    pub(crate) title: &'static str,
    /// On which sites.
    pub(crate) sites: &'static [Site],
}

/// An operation that makes another record, begun from one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lead {
    /// The operation of the API that makes it.
    pub(crate) operation: &'static str,
    /// The field of its form that names the record.
    pub(crate) field: &'static str,
    /// What it is called.
    pub(crate) title: &'static str,
    /// From which records.
    pub(crate) from: fn(&Value) -> bool,
}

/// A ticket that is closed and has no post-mortem yet.
fn is_closed(ticket: &Value) -> bool {
    ticket["status"] == "closed" && ticket["postMortem"].is_null() && !ticket["clec"].is_null()
}

/// One for which the API offers a post-mortem: it lasted long.
fn is_offered(ticket: &Value) -> bool {
    ticket["postMortemOffered"] == true
}

fn is_a_clecs(ticket: &Value) -> bool {
    !ticket["clec"].is_null()
}

const BOTH: &[Site] = &[Portal, Console];

const fn part(operation: &'static str, title: &'static str) -> Part {
    Part { operation, query: "", title, sites: BOTH }
}

/// The columns of a list of documents.
pub(crate) const DOCUMENTS: &[&str] = &["place", "name", "mediaType", "size", "by", "at"];

const NONE: Kind = Kind {
    read: "",
    list: "",
    one: "",
    many: "",
    columns: &[],
    heading: &[],
    first: &[],
    parts: &[],
    more: &[],
    makes: &[],
    views: &[],
    acts: &[],
    over: &[],
    revives: &[],
    fills: &[],
    leads: &[],
    on_rows: &[],
};

/// The kinds that are shown in a way of their own.
pub(crate) const KINDS: &[Kind] = &[
    Kind {
        read: "read",
        list: "listTroubleTicket",
        one: "Ticket",
        many: "Tickets",
        columns: &[
            "id",
            "severity",
            "status",
            "ticketType",
            "clec",
            "systemAffected",
            "description",
            "nextUpdateDue",
            "creationDate",
        ],
        heading: &["severity", "status"],
        first: &[
            "description",
            "clec",
            "systemAffected",
            "case",
            "agreement",
            "disputed",
            "inHand",
            "nextUpdateDue",
            "closable",
            "creationDate",
            "expectedResolutionDate",
            "resolution",
            "disposition",
        ],
        parts: &[
            part("timeline", "Clocks and history"),
            part("listTicketNotice", "Notices"),
            part("listTicketAttachment", "Documents"),
        ],
        more: &[
            part("forecast", "Notices to come"),
            part("listWorkaround", "Workarounds"),
            part("orders", "Orders at risk"),
            Part { operation: "recipients", query: "", title: "Who gets the next notice", sites: &[Console] },
            Part { operation: "listSimilar", query: "", title: "Possible duplicates", sites: &[Console] },
        ],
        makes: &[("report", BOTH)],
        leads: &[
            Lead {
                operation: "askPostMortem",
                field: "ticket",
                title: "Ask for a post-mortem, which is offered: the event lasted long",
                from: is_offered,
            },
            Lead {
                operation: "askPostMortem",
                field: "ticket",
                title: "Ask for a post-mortem",
                from: |ticket| is_closed(ticket) && !is_offered(ticket),
            },
            Lead {
                operation: "bringAccountRequest",
                field: "ticket",
                title: "Bring it to the account team",
                from: is_a_clecs,
            },
        ],
        ..NONE
    },
    Kind { list: "listTicketAttachment", one: "Document", many: "Documents", columns: DOCUMENTS, ..NONE },
    Kind {
        read: "readChangeRequest",
        list: "listChangeRequest",
        one: "Change request",
        many: "Change requests",
        columns: &["id", "number", "title", "kind", "originator", "phase", "interfaces", "receivedAt"],
        heading: &["title", "phase"],
        first: &["number", "description", "businessReasons", "step", "deadlines", "responses", "attachments"],
        parts: &[part("readChangeRequestHistory", "History"), part("listResponsePosition", "Positions")],
        makes: &[("submitChangeRequest", BOTH)],
        views: &[
            ("Posted", "", BOTH),
            ("Our own, and drafts", "of=own", &[Portal]),
            ("Not yet posted", "of=unposted", &[Console]),
        ],
        ..NONE
    },
    Kind {
        read: "readPlannedOutage",
        list: "listPlannedOutage",
        one: "Planned outage",
        many: "Planned outages",
        columns: &["id", "interface", "status", "start", "stop", "maintenanceImpact", "description"],
        heading: &["interface", "status"],
        first: &["description", "start", "stop", "impact", "workaround", "noticeDueAt", "announcedAt"],
        parts: &[part("listPosition", "Positions")],
        makes: &[("schedule", &[Console])],
        over: &["ended", "cancelled"],
        ..NONE
    },
    Kind {
        read: "readRelease",
        list: "listRelease",
        one: "Release",
        many: "Releases",
        columns: &["id", "name", "productionDate", "reviewCallAt", "status"],
        heading: &["name"],
        first: &["productionDate", "reviewCallAt", "issues"],
        makes: &[("recordRelease", &[Console])],
        acts: &[("noteIssue", BOTH), ("changeRelease", &[Console]), ("recordMinutes", &[Console])],
        ..NONE
    },
    Kind {
        read: "readMeeting",
        list: "listMeeting",
        one: "Meeting",
        many: "Meetings",
        columns: &["id", "kind", "date", "status", "byRule", "package"],
        heading: &["kind", "date", "status"],
        makes: &[("conveneMeeting", &[Console])],
        acts: &[
            ("addAgendaItem", BOTH),
            ("recordAttendance", &[Console]),
            ("addActionItem", &[Console]),
            ("issueMeetingMinutes", &[Console]),
            ("moveMeeting", &[Console]),
            ("cancelMeeting", &[Console]),
        ],
        over: &["cancelled"],
        revives: &["moveMeeting"],
        ..NONE
    },
    Kind {
        read: "readMonthlyMeeting",
        list: "listMonthlyMeeting",
        one: "Package of the meeting",
        many: "Packages of meetings",
        acts: &[("distributeMonthlyMeeting", &[Console])],
        more: &[
            part("readMonthlyMeetingPage", "As a page to print"),
            part("readMonthlyMeetingDocument", "As a document of a word processor"),
        ],
        ..NONE
    },
    Kind {
        list: "listSubscription",
        one: "Subscription",
        many: "Subscriptions",
        columns: &["id", "channel", "endpoint", "status", "notices", "filter", "undelivered", "lastDelivery"],
        makes: &[("subscribe", BOTH)],
        on_rows: &["confirm", "unsubscribe"],
        ..NONE
    },
    Kind {
        read: "readContact",
        list: "listContact",
        one: "Contact",
        many: "Contacts",
        columns: &["id", "name", "role", "phone", "email", "verification", "verifyBy"],
        heading: &["name"],
        makes: &[("createContact", BOTH)],
        acts: &[("updateContact", BOTH), ("verifyContact", BOTH), ("deleteContact", BOTH)],
        ..NONE
    },
    Kind {
        read: "readClec",
        list: "listClec",
        one: "CLEC",
        many: "CLECs",
        columns: &["id", "name", "mandatoryContact"],
        heading: &["name"],
        acts: &[("registerClec", &[Console])],
        parts: &[
            Part { operation: "readAccountTeam", query: "", title: "Account team", sites: &[Console] },
            Part { operation: "listTroubleTicket", query: "clec={id}&limit=20", title: "Tickets", sites: &[Console] },
            Part { operation: "listContact", query: "clec={id}", title: "Contacts", sites: &[Console] },
            Part { operation: "listSubscription", query: "clec={id}", title: "Subscriptions", sites: &[Console] },
        ],
        more: &[Part { operation: "readAccountTeam", query: "", title: "Its account team", sites: &[Console] }],
        ..NONE
    },
    Kind {
        read: "readTeamMember",
        list: "listTeamMember",
        one: "Team member",
        many: "Team members",
        columns: &["id", "name", "position", "status", "telephone", "pager", "email", "answersFor"],
        heading: &["name", "position", "status"],
        first: &[
            "telephone",
            "pager",
            "voicemail",
            "email",
            "emailConfirmed",
            "hours",
            "zone",
            "director",
            "answersFor",
            "absences",
        ],
        makes: &[("registerTeamMember", &[Console])],
        ..NONE
    },
    Kind {
        read: "readAccountTeam",
        list: "listAccountTeam",
        one: "Account team",
        many: "Account teams",
        columns: &["id", "serviceManager", "salesExecutive"],
        first: &["service", "sales", "contact", "reassignments"],
        more: &[part("listResponsibility", "What belongs to sales, and what to service")],
        ..NONE
    },
    Kind {
        list: "listResponsibility",
        one: "Responsibility",
        many: "What belongs to sales, and what to service",
        columns: &["about", "position", "topic"],
        ..NONE
    },
    Kind {
        read: "readAccountRequest",
        list: "listAccountRequest",
        one: "Account request",
        many: "Account requests",
        columns: &["id", "kind", "topic", "status", "clec", "text", "receivedAt", "expectedBy"],
        heading: &["kind", "status"],
        first: &[
            "text",
            "clec",
            "about",
            "ticket",
            "goesTo",
            "guideline",
            "wantedAt",
            "appointment",
            "promise",
            "answer",
            "escalations",
            "statements",
        ],
        makes: &[("bringAccountRequest", BOTH)],
        views: &[("Open", "open=true", BOTH), ("Over", "open=false", BOTH), ("All", "", BOTH)],
        ..NONE
    },
    Kind {
        read: "readPostMortem",
        list: "listPostMortem",
        one: "Post-mortem",
        many: "Post-mortems",
        columns: &["id", "ticket", "status", "clec", "reason", "requestedAt", "dueAt", "issuedAt"],
        heading: &["ticket", "status"],
        first: &["reason", "clec", "dueAt", "conductedBy", "analysis", "actions", "proposal"],
        fills: &[("draftPostMortem", &["analysis", "proposal"])],
        makes: &[("askPostMortem", BOTH)],
        views: &[("Open", "open=true", BOTH), ("Over", "open=false", BOTH), ("All", "", BOTH)],
        ..NONE
    },
    Kind {
        read: "readServiceProblem",
        list: "listServiceProblem",
        one: "Degradation report",
        many: "Degradation reports",
        columns: &["id", "name", "status", "clec", "priority", "description", "timeRaised", "dueAt", "jeopardy"],
        heading: &["name", "status"],
        first: &[
            "description",
            "clec",
            "affectedService",
            "metric",
            "priority",
            "dueAt",
            "jeopardy",
            "timeToClear",
            "crossing",
            "reason",
            "resolution",
            "assignment",
            "tasks",
            "associatedTroubleTicket",
            "partyRequests",
            "escalations",
            "comment",
        ],
        makes: &[("createServiceProblem", BOTH)],
        views: &[
            ("Open", "open=true", BOTH),
            ("Missed", "open=true&missed=true", BOTH),
            ("Over", "open=false", BOTH),
            ("All", "", BOTH),
        ],
        ..NONE
    },
    Kind {
        read: "readOtherParty",
        list: "listOtherParty",
        one: "Other party",
        many: "Other parties",
        columns: &["id", "name", "components", "channel", "respondWithin", "status"],
        heading: &["name", "status"],
        first: &["components", "channel", "contact", "address", "respondWithin"],
        makes: &[("registerOtherParty", &[Console])],
        views: &[("Valid", "status=valid", BOTH), ("All", "", BOTH)],
        ..NONE
    },
    Kind {
        read: "readProductOffering",
        list: "listProductOffering",
        one: "Product offering",
        many: "Product offerings",
        columns: &["id", "name", "family", "metrics", "status"],
        heading: &["name", "status"],
        first: &["family", "description", "metrics", "degrading"],
        parts: &[
            Part {
                operation: "listServiceLevelObjective",
                query: "offering={id}&limit=100",
                title: "Thresholds",
                sites: BOTH,
            },
            Part {
                operation: "listPurchasedOffering",
                query: "offering={id}&limit=100",
                title: "Purchased",
                sites: BOTH,
            },
        ],
        more: &[
            Part { operation: "readProductOfferingHistory", query: "", title: "History", sites: &[Console] },
            Part { operation: "readPerformance", query: "offering={id}", title: "Performance", sites: BOTH },
        ],
        makes: &[("recordProductOffering", &[Console])],
        views: &[("Valid", "status=valid", BOTH), ("All", "", BOTH)],
        ..NONE
    },
    Kind {
        read: "readPurchasedOffering",
        list: "listPurchasedOffering",
        one: "Purchased offering",
        many: "Purchased offerings",
        columns: &["id", "name", "clec", "offering", "area", "since", "status"],
        heading: &["name", "status"],
        first: &["clec", "offering", "area", "since", "until", "specification", "crossings"],
        parts: &[
            Part {
                operation: "listServiceProblem",
                query: "purchasedOffering={id}&limit=100",
                title: "Degradation reports",
                sites: BOTH,
            },
            part("readConformance", "Measured against the thresholds, over the last 31 days"),
        ],
        more: &[Part {
            operation: "listMeasurement",
            query: "purchasedOffering={id}",
            title: "Measurements by the day",
            sites: BOTH,
        }],
        makes: &[("recordPurchasedOffering", &[Console])],
        views: &[("Valid", "status=valid", BOTH), ("All", "", BOTH)],
        ..NONE
    },
    Kind {
        list: "readConformance",
        one: "Threshold",
        many: "Measured against the thresholds",
        columns: &["name", "metric", "agreedWith", "windowsByStanding", "windows"],
        ..NONE
    },
    Kind {
        list: "readPerformance",
        one: "Group",
        many: "Performance of groups",
        columns: &["metric", "group", "n", "instances", "trend", "windows"],
        ..NONE
    },
    Kind {
        list: "listMeasurement",
        one: "Measurement",
        many: "Measurements",
        columns: &["at", "until", "n", "average", "minimum", "maximum", "source", "correctedFrom"],
        ..NONE
    },
    Kind {
        read: "readServiceLevelObjective",
        list: "listServiceLevelObjective",
        one: "Threshold",
        many: "Thresholds",
        columns: &[
            "id",
            "name",
            "conformanceComparator",
            "conformanceTarget",
            "unit",
            "window",
            "agreedWith",
            "status",
        ],
        heading: &["name", "status"],
        first: &["conformanceComparator", "conformanceTarget", "unit", "statistic", "window", "agreedWith", "validFor"],
        makes: &[("recordServiceLevelObjective", &[Console])],
        ..NONE
    },
    Kind {
        read: "readServiceLevelSpecification",
        list: "listServiceLevelSpecification",
        one: "Type of SLA",
        many: "Types of SLAs",
        columns: &["id", "name", "relatedServiceLevelObjective", "agreedWith", "status"],
        heading: &["name", "status"],
        first: &["description", "relatedServiceLevelObjective", "timeToClear", "agreedWith", "validFor"],
        makes: &[("recordServiceLevelSpecification", &[Console])],
        ..NONE
    },
    Kind {
        list: "listUnreachedNotice",
        one: "Notice that reached nobody",
        many: "Notices that reached nobody",
        columns: &["noticeId", "about", "heading", "notice", "dueAt", "sentAt", "untold"],
        ..NONE
    },
    Kind {
        read: "retrieveListener",
        list: "listListener",
        one: "Listener",
        many: "Listeners",
        makes: &[("registerListener", BOTH)],
        acts: &[("unregisterListener", BOTH)],
        ..NONE
    },
];

/// How the records that an operation lists are shown.
pub(crate) fn listed_by(operation: &str) -> Kind {
    KINDS.iter().find(|kind| kind.list == operation && !operation.is_empty()).copied().unwrap_or(NONE)
}

/// How the record that an operation reads is shown.
pub(crate) fn read_by(operation: &str) -> Kind {
    KINDS.iter().find(|kind| kind.read == operation && !operation.is_empty()).copied().unwrap_or(NONE)
}
