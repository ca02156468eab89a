//! The same key, but for the PIN protocols it lists: one alone, so that our client has to speak it.

use ctaphid_dispatch::app::App;
use ctaphid_dispatch::app::Command;
use ctaphid_dispatch::app::Error;
use heapless_bytes::BytesView;
use trussed_core::InterruptFlag;

const GET_INFO: u8 = 0x04;
/// getInfo's member 0x06, `pinUvAuthProtocols`: two, then one.
const BOTH: [u8; 4] = [0x06, 0x82, 0x02, 0x01];

pub(crate) struct ProtocolOne<A>(pub(crate) A);

impl<'i, A: App<'i>> App<'i> for ProtocolOne<A> {
    fn interrupt(&self) -> Option<&'i InterruptFlag> {
        self.0.interrupt()
    }

    fn commands(&self) -> &'static [Command] {
        self.0.commands()
    }

    fn call(
        &mut self,
        command: Command,
        request: &[u8],
        response: &mut BytesView,
    ) -> Result<(), Error> {
        self.0.call(command, request, response)?;
        if command == Command::Cbor && request == [GET_INFO] {
            let bytes: Vec<u8> = response.to_vec();
            let at = bytes.windows(4).position(|found| found == BOTH).unwrap();
            let only_one = [&bytes[..at], &[0x06, 0x81, 0x01], &bytes[at + 4..]].concat();
            response.clear();
            response.extend_from_slice(&only_one).unwrap();
        }
        Ok(())
    }
}
