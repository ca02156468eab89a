//! The claims of glasskey, proven from outside: the program itself where the claim is about the
//! command line, the library where a claim holds for every byte or every write.

mod at_tenant;
mod audit;
mod audit_all;
mod canary;
mod check;
mod docs;
mod faults;
mod health;
#[expect(
    dead_code,
    unused_imports,
    reason = "the commands that sign in come one after the other"
)]
#[path = "../serve/https/mod.rs"]
mod https;
mod https_port;
mod outside;
#[expect(dead_code, reason = "nobody here types back what a screen shows")]
#[path = "../serve/person.rs"]
mod person;
mod personalities;
mod power;
mod real_book;
mod rehearse;
mod second_opinion;
mod sign_in;
mod signing;
mod smoke;
mod ssh_keygen;
mod support;
mod swapped;
mod table;
mod tamper;
mod tamper_cli;
mod verification;
