//! Saved exchanges: JSON Lines of requests and responses, written and played back.

mod line;
mod recorder;
mod replay;

pub use line::Exchange;
pub use line::ExchangeFault;
pub use recorder::Recorder;
pub use replay::Replay;
