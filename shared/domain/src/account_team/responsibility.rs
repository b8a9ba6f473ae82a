//! What belongs to sales, and what to service (Account Team, "Description"): the table by which a request finds its person (AT-06).

use strum::{IntoStaticStr, VariantArray};

/// The two teams that an account team consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Discipline {
    /// The Sales Team.
    Sales,
    /// The Service Team.
    Service,
}

contract::word!(Discipline);

impl Discipline {
    /// The position of who is responsible for a CLEC.
    #[must_use]
    pub fn responsible(self) -> Position {
        match self {
            Self::Sales => Position::SalesExecutive,
            Self::Service => Position::ServiceManager,
        }
    }

    /// The position that an escalation goes to behind that one (AT-05).
    #[must_use]
    pub fn director(self) -> Position {
        match self {
            Self::Sales => Position::SalesDirector,
            Self::Service => Position::ServiceDirector,
        }
    }
}

/// The positions of an account team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Position {
    /// Main point of contact for sales functions.
    SalesExecutive,
    /// Director of a group of Sales Executives.
    SalesDirector,
    /// Manager who supports service impacting issues.
    ServiceManager,
    /// Director of a group of Service Managers.
    ServiceDirector,
}

contract::word!(Position);

impl Position {
    /// Of which team it is.
    #[must_use]
    pub fn discipline(self) -> Discipline {
        match self {
            Self::SalesExecutive | Self::SalesDirector => Discipline::Sales,
            Self::ServiceManager | Self::ServiceDirector => Discipline::Service,
        }
    }

    /// Whether it directs others.
    #[must_use]
    pub fn is_director(self) -> bool {
        self.discipline().director() == self
    }

    /// What the source calls it.
    #[must_use]
    pub fn wording(self) -> &'static str {
        match self {
            Self::SalesExecutive => "Sales Executive",
            Self::SalesDirector => "Sales Director",
            Self::ServiceManager => "Service Manager",
            Self::ServiceDirector => "Service Director",
        }
    }
}

/// What a CLEC turns to its account team with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "camelCase")]
#[allow(missing_docs, reason = "the table tells what each is")]
pub enum Topic {
    AccountQuestion,
    Billing,
    ProductInformation,
    SalesProposal,
    NetworkInterconnection,
    Pricing,
    Agreement,
    SpecialRequest,
    NewSystem,
    Ordering,
    AgreementQuestion,
    OrderEscalation,
    MajorOutage,
    Repair,
    PostMortem,
    Grooming,
    Testing,
    ChangeManagement,
    Provisioning,
}

contract::word!(Topic);

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Responsibility {
    /// What is brought.
    pub topic: Topic,
    /// To whom it belongs.
    pub discipline: Discipline,
    /// What that is, in the words of the source.
    pub about: &'static str,
}

const fn sales(topic: Topic, about: &'static str) -> Responsibility {
    Responsibility { topic, discipline: Discipline::Sales, about }
}

const fn service(topic: Topic, about: &'static str) -> Responsibility {
    Responsibility { topic, discipline: Discipline::Service, about }
}

/// The responsibilities, in the order of the source: what the list of both teams names, which is about sales, then what the list of the
/// Service Team names. What both lists name belongs to service, which handles it; it can be brought to sales all the same.
#[rustfmt::skip]
pub const RESPONSIBILITIES: [Responsibility; 19] = [
    sales  (Topic::AccountQuestion,        "telecommunications questions pertaining to the account, access to information and documentation"),
    sales  (Topic::Billing,                "billing related issues that may arise"),
    sales  (Topic::ProductInformation,     "product and sales information: notifications, meetings, documents, product training"),
    sales  (Topic::SalesProposal,          "sales proposals for the products available"),
    sales  (Topic::NetworkInterconnection, "planning and developing the network interconnection"),
    sales  (Topic::Pricing,                "pricing inquiries, from tariff rates to wide-ranging systems"),
    sales  (Topic::Agreement,              "establishing interconnection agreements, product contracts and amendments, and their progress"),
    sales  (Topic::SpecialRequest,         "Bona Fide Requests and Special Requests: special assembly of products"),
    sales  (Topic::NewSystem,              "project management for the installation of new systems, such as OC48 and OC12"),
    service(Topic::Ordering,               "order acceptance, delayed orders, cancelled orders, acceptance testing, delivery"),
    service(Topic::AgreementQuestion,      "questions on a signed interconnection agreement; whether an amendment exists"),
    service(Topic::OrderEscalation,        "escalations, delayed order escalations and expedites"),
    service(Topic::MajorOutage,            "information on major outages"),
    service(Topic::Repair,                 "maintenance and repair, and escalations of them"),
    service(Topic::PostMortem,             "post-mortems (root cause analysis) of an unusual repair event"),
    service(Topic::Grooming,               "project management for a grooming request: moving trunks to a new switch, DS1 to new DS3 hubs"),
    service(Topic::Testing,                "testing, and performance reporting"),
    service(Topic::ChangeManagement,       "assistance with the Change Management Process"),
    service(Topic::Provisioning,           "provisioning"),
];

/// The table is in the order of [`Topic`].
const _: () = {
    let mut at = 0;
    while at < RESPONSIBILITIES.len() {
        assert!(RESPONSIBILITIES[at].topic as usize == at, "the rows are in the order of the topics");
        at += 1;
    }
};

impl Topic {
    /// To whom it belongs.
    #[must_use]
    pub fn discipline(self) -> Discipline {
        RESPONSIBILITIES[self as usize].discipline
    }
}
