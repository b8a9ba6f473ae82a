//! The whole desk in one process: the functions' own routers and handlers, the same store code against an embedded
//! engine, the stream and the schedule played in order, and a mailbox in place of the messaging service.
//!
//! | module | what it stands for in the cloud |
//! |---|---|
//! | [`aws`] | DynamoDB, SNS, EventBridge, S3, at the SDK's own seam |
//! | [`clock`] | time, which can be turned |
//! | [`stand_ins`] | what a function reaches, with clients of its own |
//! | [`world`] | the stream and the bus that wake functions |
//! | `schedules` | EventBridge Scheduler, by the list of functions |
//! | [`gateway`] | API Gateway: routes, the authorizer |
//! | [`identity`] | the identity provider: tokens |
//! | `home` | nothing: the page that leads to the others, and turns the clock |
//! | [`ids`] | Secrets Manager: the secret that ids are drawn with |
//! | [`local`] | `/local`, which nothing in the cloud has |

pub mod aws;
pub mod clock;
pub mod gateway;
mod home;
pub mod identity;
pub mod ids;
pub mod local;
mod schedules;
pub mod stand_ins;
pub mod world;

pub use world::World;
