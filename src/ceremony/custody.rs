//! Custody: a bag is opened, a key is sealed anew, a closed bag is moved, an incident is reviewed.

mod moving;
mod opening;
mod review;
mod seal;

pub use moving::Place;
pub use moving::move_bag;
pub use opening::Opening;
pub use opening::open_bag;
pub use opening::opening_begun;
pub use review::review_incident;
pub use seal::seal_bag;
