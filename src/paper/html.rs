//! The report as one page of HTML: a typed view in, bytes out. It needs no network and no script, and
//! nothing that a book says can become markup in it.

mod access;
mod controls;
mod due;
mod failed;
mod history;
mod ledger;
mod markup;
mod open;
mod people;
mod picture;
mod plots;
mod records;
mod recovery;
mod sheet;
mod summary;
mod svg;
mod table;
mod verified;
mod view;

pub use controls::evidence_markdown;
pub use sheet::report_page;
pub use view::AnchorRow;
pub use view::LedgerState;
pub use view::ReportPage;
pub use view::ToDo;
pub use view::ToDoKind;

#[cfg(test)]
mod tests;
