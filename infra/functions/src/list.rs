//! The list.
//!
//! A noun of the contract is one function for what writes it and one for what reads it. It is cut further only where policy,
//! memory or time-out differ (`infra/decisions/0020-functions-told-once.md`).

use crate::function::{
    Failed, Function,
    On::{
        Attachments, AttachmentsBucket, Bus, Index, ProvidersTopic, Sites, SitesBucket, Subscriptions, Table,
        Telephones, Topics,
    },
    Retries, Schedule,
    Trigger::{self, Api, Otherwise, Pages, Stream},
};
use platform::keys::{BY_CLEC, BY_TIME, DUE};

/// What a function is unless its row says otherwise: fifteen seconds are more than a caller waits.
const USUAL: Function = Function {
    name: "",
    triggers: &[],
    calls: &[],
    timeout: 15,
    memory: 256,
    alone: false,
    environment: &[],
    draws_ids: false,
    failed: None,
};

/// Every function that is deployed, in the order of the template.
pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "ticket-intake",
        triggers: &[Api(ticket_intake::routes)],
        calls: &[(Table, "BatchGetItem PutItem Query")],
        draws_ids: true,
        ..USUAL
    },
    Function {
        name: "ticket-query",
        triggers: &[Api(ticket_query::routes)],
        calls: &[(Table, "BatchGetItem Query"), (Index(BY_CLEC), "Query"), (Index(BY_TIME), "Query")],
        ..USUAL
    },
    Function {
        name: "ticket-status",
        triggers: &[Api(ticket_status::routes)],
        calls: &[(Table, "BatchGetItem GetItem PutItem DeleteItem ConditionCheckItem Query")],
        draws_ids: true,
        ..USUAL
    },
    Function {
        name: "ticket-link",
        triggers: &[Api(ticket_link::routes)],
        calls: &[(Table, "BatchGetItem Query PutItem DeleteItem")],
        ..USUAL
    },
    Function {
        name: "ticket-case",
        triggers: &[Api(ticket_case::routes)],
        calls: &[(Table, "BatchGetItem Query PutItem")],
        ..USUAL
    },
    Function {
        name: "process-ticket",
        triggers: &[Api(process_ticket::routes)],
        calls: &[(Table, "BatchGetItem PutItem Query")],
        draws_ids: true,
        ..USUAL
    },
    Function {
        name: "subscription",
        triggers: &[Api(subscription::routes)],
        calls: &[
            (Table, "BatchGetItem GetItem Query PutItem UpdateItem DeleteItem"),
            (Topics, "CreateTopic Subscribe ConfirmSubscription"),
            (Telephones, "Publish"),
            (Subscriptions, "SetSubscriptionAttributes Unsubscribe"),
        ],
        environment: HANDED_OVER,
        draws_ids: true,
        ..USUAL
    },
    Function {
        name: "party",
        triggers: &[Api(party::routes)],
        calls: &[
            (Table, "BatchGetItem GetItem Query PutItem UpdateItem DeleteItem ConditionCheckItem"),
            (Topics, "CreateTopic Subscribe"),
            (Subscriptions, "SetSubscriptionAttributes Unsubscribe"),
        ],
        environment: HANDED_OVER,
        draws_ids: true,
        ..USUAL
    },
    Function {
        name: "notice",
        triggers: &[Api(notice::routes)],
        calls: &[(Table, "BatchGetItem GetItem PutItem"), (Index(BY_TIME), "Query")],
        ..USUAL
    },
    Function {
        name: "queue",
        triggers: &[Api(queue::routes)],
        calls: &[
            (Table, "BatchGetItem GetItem Query"),
            (Index(DUE), "Query"),
            (Index(BY_CLEC), "Query"),
            (Index(BY_TIME), "Query"),
            (Sites, "GetObject"),
            (SitesBucket, "ListBucket"), // Without it, S3 does not tell that there is no such file.
        ],
        environment: &[("SITES_BUCKET", "SitesBucket")],
        ..USUAL
    },
    Function {
        name: "planned-outage",
        triggers: &[Api(planned_outage::routes)],
        calls: &[(Table, "BatchGetItem PutItem Query"), (Index(BY_TIME), "Query")],
        draws_ids: true,
        ..USUAL
    },
    Function {
        name: "release",
        triggers: &[Api(release::routes)],
        calls: &[(Table, "BatchGetItem PutItem Query"), (Index(BY_TIME), "Query")],
        draws_ids: true,
        ..USUAL
    },
    Function {
        name: "meeting",
        triggers: &[Api(meeting::routes)],
        calls: &[(Table, "BatchGetItem PutItem"), (Index(BY_TIME), "Query")],
        draws_ids: true,
        ..USUAL
    },
    Function {
        name: "monthly-meeting",
        triggers: &[Api(monthly_meeting::routes)],
        calls: &[(Table, "BatchGetItem GetItem Query PutItem"), (Index(BY_TIME), "Query")],
        ..USUAL
    },
    Function {
        name: "account-team",
        triggers: &[Api(account_team::routes)],
        calls: &[
            (Table, "BatchGetItem GetItem Query PutItem UpdateItem DeleteItem"),
            (Index(BY_TIME), "Query"),
            (Index(BY_CLEC), "Query"),
            (ProvidersTopic, "CreateTopic Subscribe"),
            (Subscriptions, "SetSubscriptionAttributes Unsubscribe"),
        ],
        environment: HANDED_OVER,
        draws_ids: true,
        ..USUAL
    },
    Function {
        name: "account-request",
        triggers: &[Api(account_request::routes)],
        calls: &[(Table, "BatchGetItem GetItem PutItem"), (Index(BY_TIME), "Query"), (Index(BY_CLEC), "Query")],
        draws_ids: true,
        ..USUAL
    },
    Function {
        name: "post-mortem",
        triggers: &[Api(post_mortem::routes)],
        calls: &[(Table, "BatchGetItem GetItem PutItem Query"), (Index(BY_TIME), "Query"), (Index(BY_CLEC), "Query")],
        draws_ids: true,
        ..USUAL
    },
    Function {
        name: "product-offering",
        triggers: &[Api(product_offering::routes)],
        calls: &[(Table, "BatchGetItem Query PutItem"), (Index(BY_TIME), "Query"), (Index(BY_CLEC), "Query")],
        draws_ids: true,
        ..USUAL
    },
    Function {
        name: "service-level",
        triggers: &[Api(service_level::routes)],
        calls: &[(Table, "BatchGetItem PutItem"), (Index(BY_TIME), "Query"), (Index(BY_CLEC), "Query")],
        draws_ids: true,
        ..USUAL
    },
    Function {
        name: "service-problem",
        triggers: &[Api(service_problem::routes)],
        calls: &[(Table, "BatchGetItem GetItem PutItem"), (Index(BY_TIME), "Query"), (Index(BY_CLEC), "Query")],
        draws_ids: true,
        ..USUAL
    },
    Function {
        name: "measurement",
        triggers: &[Api(measurement::routes)],
        calls: &[(Table, "BatchGetItem Query PutItem"), (Index(BY_TIME), "Query"), (Index(BY_CLEC), "Query")],
        timeout: 30,
        memory: 1769, // A whole processor: ten thousand lines are read while their caller waits.
        ..USUAL
    },
    Function {
        name: "hub",
        triggers: &[Api(hub::routes)],
        calls: &[(Table, "BatchGetItem GetItem Query PutItem DeleteItem")],
        draws_ids: true,
        ..USUAL
    },
    Function {
        name: "change-request-submission",
        triggers: &[Api(change_request_submission::routes)],
        calls: &[(Table, "BatchGetItem GetItem Query PutItem")],
        draws_ids: true,
        ..USUAL
    },
    Function {
        name: "change-request-progress",
        triggers: &[Api(change_request_progress::routes)],
        calls: &[(Table, "BatchGetItem GetItem PutItem Query")],
        ..USUAL
    },
    Function {
        name: "change-request-query",
        triggers: &[Api(change_request_query::routes)],
        calls: &[(Table, "BatchGetItem GetItem Query"), (Index(BY_TIME), "Query"), (Index(BY_CLEC), "Query")],
        ..USUAL
    },
    Function {
        name: "attachment",
        triggers: &[Api(attachment::routes)],
        calls: &[
            (Table, "BatchGetItem GetItem PutItem Query"),
            (Attachments, "PutObject GetObject"),
            (AttachmentsBucket, "ListBucket"),
        ],
        environment: &[("ATTACHMENTS_BUCKET", "AttachmentsBucket")],
        ..USUAL
    },
    Function {
        name: "change-request-archive",
        triggers: &[Api(change_request_archive::routes)],
        calls: &[(Table, "BatchGetItem GetItem PutItem")],
        timeout: 30,
        ..USUAL
    },
    Function {
        name: "interval-check",
        triggers: &[Trigger::Schedule(Schedule { id: "EveryMinute", ..EACH_MINUTE })],
        calls: &[
            (Table, "BatchGetItem Query PutItem UpdateItem"),
            (Index(DUE), "Query"),
            (Topics, "CreateTopic Publish"),
        ],
        timeout: 60, // A notice's lease (90 s) outlives it, with the clocks' difference on top.
        // A whole processor: 10,000 notices that are due at once need half a minute of it (infra/benchmarks/README.md).
        memory: 1769,
        alone: true, // Two runs would race for every notice.
        failed: Some(MADE_GOOD_BY_THE_NEXT),
        ..USUAL
    },
    Function {
        name: "deadline-check",
        triggers: &[Trigger::Schedule(Schedule { id: "DeadlineEveryMinute", ..EACH_MINUTE })],
        calls: &[(Table, "BatchGetItem GetItem PutItem"), (Index(DUE), "Query"), (Index(BY_TIME), "Query")],
        timeout: 60,
        alone: true, // Two runs would race for every deadline.
        failed: Some(MADE_GOOD_BY_THE_NEXT),
        ..USUAL
    },
    Function {
        name: "threshold-check",
        triggers: &[Trigger::Schedule(Schedule { id: "ThresholdEveryMinute", ..EACH_MINUTE })],
        calls: &[
            (Table, "BatchGetItem GetItem Query PutItem"),
            (Index(DUE), "Query"),
            (Index(BY_TIME), "Query"),
            (Index(BY_CLEC), "Query"),
        ],
        timeout: 60,
        memory: 512,
        alone: true, // Two runs would race for every purchase.
        failed: Some(MADE_GOOD_BY_THE_NEXT),
        draws_ids: true,
        ..USUAL
    },
    Function {
        name: "offering-analysis",
        triggers: &[Trigger::Schedule(Schedule { id: "OfferingEveryMinute", ..EACH_MINUTE })],
        calls: &[(Table, "BatchGetItem Query PutItem"), (Index(DUE), "Query"), (Index(BY_TIME), "Query")],
        timeout: 900, // An offering is looked at whole, with all that was purchased of it.
        memory: 1024,
        alone: true, // Two runs would race for every offering.
        failed: Some(Failed { retries: Retries { within: 1_800, times: 0 }, ..MADE_GOOD_BY_THE_NEXT }), // A run may last for many of its schedule.
        ..USUAL
    },
    Function {
        name: "nightly-check",
        triggers: &[Trigger::Schedule(Schedule {
            id: "EveryNight",
            expression: "cron(0 9 * * ? *)", // At night in every zone of the continent.
            purpose: "",
            retries: Retries { within: 3600, times: 10 },
        })],
        calls: &[
            (Table, "BatchGetItem Query PutItem UpdateItem DeleteItem ConditionCheckItem"),
            (Index(DUE), "Query"),
            (Index(BY_TIME), "Query"),
            (Index(BY_CLEC), "Query"),
            (Topics, "CreateTopic ListSubscriptionsByTopic Subscribe"),
            (Subscriptions, "SetSubscriptionAttributes Unsubscribe"),
        ],
        environment: HANDED_OVER,
        timeout: 900, // SNS lists some thirty parties a second.
        // Safe to run again.
        failed: Some(Failed { retries: Retries { within: 21600, times: 2 }, queue: "ScheduleDeadLetters" }),
        draws_ids: true,
        ..USUAL
    },
    Function {
        name: "notice-publisher",
        triggers: &[Stream("StreamDeadLetters")],
        calls: &[(Table, "BatchGetItem Query PutItem UpdateItem"), (Topics, "CreateTopic Publish"), (Bus, "PutEvents")],
        timeout: 60, // A notice's lease (90 s) outlives it, with the clocks' difference on top.
        ..USUAL
    },
    Function {
        name: "hub-delivery",
        triggers: &[
            Trigger::Bus { rule: "TicketEvents", types: hub_delivery::EVENT_TYPES, with: None },
            Trigger::Schedule(Schedule {
                id: "HubEveryMinute",
                purpose: ", for what is to be tried again",
                ..EACH_MINUTE
            }),
        ],
        calls: &[(Table, "BatchGetItem GetItem Query PutItem DeleteItem"), (Index(DUE), "Query")],
        timeout: 60, // A delivery's lease (90 s) outlives it, with the clocks' difference on top.
        // What was sent is not sent again when an event is handled again.
        failed: Some(Failed { retries: Retries { within: 3600, times: 2 }, queue: "HubDeadLetters" }),
        ..USUAL
    },
    Function {
        name: "service-problem-follower",
        triggers: &[Trigger::Bus {
            rule: "TicketsEnded",
            types: service_problem_follower::EVENT_TYPES,
            with: Some(("facts.fact", service_problem_follower::FACTS)),
        }],
        calls: &[(Table, "BatchGetItem GetItem Query PutItem"), (Index(BY_TIME), "Query")],
        timeout: 60,
        // An event that is handled again changes nothing.
        failed: Some(Failed { retries: Retries { within: 21600, times: 2 }, queue: "FollowerDeadLetters" }),
        ..USUAL
    },
    Function {
        name: "site-publisher",
        triggers: &[
            Trigger::Bus {
                rule: "PublicNotices",
                types: site_publisher::OF_NOTICES,
                with: Some(("notice", site_publisher::NOTICES)),
            },
            Trigger::Bus {
                rule: "PublicGroups",
                types: site_publisher::OF_TICKETS,
                with: Some(("facts.fact", site_publisher::FACTS)),
            },
            Trigger::Bus { rule: "PublicCmp", types: site_publisher::OF_CMP, with: None },
            Trigger::Schedule(Schedule {
                id: "SiteEveryNight",
                expression: "cron(30 9 * * ? *)", // At night in every zone of the continent: the day that ended is told.
                purpose: ", for what follows from the date",
                retries: Retries { within: 3600, times: 10 },
            }),
        ],
        calls: &[
            (Table, "BatchGetItem GetItem Query"),
            (Index(BY_TIME), "Query"),
            (Attachments, "GetObject"), // The documents of change requests that are posted.
            (Sites, "PutObject GetObject"),
            (AttachmentsBucket, "ListBucket"), // Without it, S3 does not tell that there is no such file.
            (SitesBucket, "ListBucket"),
        ],
        environment: &[("SITES_BUCKET", "SitesBucket"), ("ATTACHMENTS_BUCKET", "AttachmentsBucket")],
        timeout: 900, // All files are made anew by one call.
        memory: 512,
        alone: true, // Two runs would write the same lists.
        // Whatever was published before, it is published again.
        failed: Some(Failed { retries: Retries { within: 21600, times: 2 }, queue: "SiteDeadLetters" }),
        ..USUAL
    },
    Function {
        name: "undelivered",
        triggers: &[Trigger::Queue("UndeliveredNotices")],
        calls: &[(Table, "GetItem Query PutItem")],
        timeout: 30,
        ..USUAL
    },
    Function {
        name: "web",
        triggers: &[Pages(&web::FOLDERS)],
        memory: 512, // It renders pages: a larger share of a processor.
        environment: OF_PAGES,
        ..USUAL
    },
    Function { name: "api-description", triggers: &[Otherwise(api_description::routes)], ..USUAL },
];

/// Who subscribes endpoints names the queue to which what cannot be delivered to them is handed over.
const HANDED_OVER: &[(&str, &str)] = &[("UNDELIVERED_QUEUE", "UndeliveredNotices.Arn")];

/// Pages know where the API and the issuer are, and what their sessions are sealed with.
const OF_PAGES: &[(&str, &str)] = &[
    ("API_ADDRESS", "Api.ApiEndpoint"),
    ("PAGES_ADDRESS", "!If [OwnPagesAddress, !Ref PagesAddress, !GetAtt Api.ApiEndpoint]"),
    (
        "SITES_ADDRESS",
        "!Sub ['https://${Host}', { Host: !If [OwnSiteDomain, !Ref SiteDomain, !GetAtt SitesDistribution.DomainName] }]",
    ),
    (
        "ISSUER",
        "!If [MakeUserPool, !Sub 'https://cognito-idp.${AWS::Region}.${AWS::URLSuffix}/${UserPool}', !Ref JwtIssuer]",
    ),
    ("CLIENT", "!If [MakeUserPool, !Ref PagesClient, !Ref PagesClientId]"),
    ("API_TOKEN", "!If [MakeUserPool, id, access]"),
    (
        "SESSION_SECRET",
        "!Sub '{{resolve:secretsmanager:${SessionSecret}:SecretString:current::${SessionSecretVersion}}}'",
    ),
    (
        "SESSION_SECRET_FORMER",
        "!Sub '{{resolve:secretsmanager:${SessionSecret}:SecretString:former::${SessionSecretVersion}}}'",
    ),
];

/// A schedule that fires each minute: what it could not start within a minute, the next one starts.
const EACH_MINUTE: Schedule =
    Schedule { id: "", expression: "rate(1 minute)", purpose: "", retries: Retries { within: 60, times: 1 } };

/// A check that failed is made good by the next one, and is kept to be looked at. While a long one is still running, the next
/// one waits for it.
const MADE_GOOD_BY_THE_NEXT: Failed =
    Failed { retries: Retries { within: 120, times: 0 }, queue: "ScheduleDeadLetters" };
