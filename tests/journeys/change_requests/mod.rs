//! CR-01 to CR-18: change requests, as their originator alpha, other CLECs and the provider see them.

mod flow;

mod accepted;
mod deadlines;
mod deferred;
mod denied;
mod developed;
mod escalated;
mod full;
mod meetings;
mod notices;
mod objected;
mod repeated;
mod revised;
mod roles;
mod tickets;
mod unforeseen;
mod visible;
mod waits;
mod withdrawn;
