//! The claims of glasskey, proven from outside: the program itself where the claim is about the
//! command line, the library where a claim holds for every byte or every write.

mod at_tenant;
mod at_the_safe;
mod audit;
mod audit_all;
mod canary;
mod check;
mod check_live;
mod custody;
mod custody_stopped;
mod cuts;
mod day;
mod departure;
mod docs;
mod docs_links;
mod docs_packages;
mod docs_pictures;
mod docs_quick_start;
mod faults;
mod given_up;
mod hands_on;
mod health;
#[path = "../serve/https/mod.rs"]
mod https;
mod https_port;
mod in_hand;
mod init;
mod made_anew;
mod others_here;
mod outside;
mod page_audit;
mod page_held;
#[expect(dead_code, reason = "nobody here types back what a screen shows")]
#[path = "../serve/person.rs"]
mod person;
mod personalities;
mod plugging;
mod portal;
mod power;
mod print;
mod real_book;
mod refusing;
mod registration;
mod rehearse;
mod replacement;
mod report;
mod report_bundle;
mod report_html;
mod scanned;
mod second_opinion;
mod set_up;
mod sign_in;
mod sign_in_watch;
mod signing;
mod sk_signers;
#[path = "../serve/skipped.rs"]
mod skipped;
mod smoke;
mod ssh_keygen;
mod support;
mod swapped;
mod table;
mod tamper;
mod tamper_cli;
#[path = "../serve/told.rs"]
mod told;
mod verification;
mod verification_due;
mod verification_played;
mod verification_sign_in;
mod withdrawn;
mod words;
mod words_cli;
mod year;
