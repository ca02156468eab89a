//! `glasskey`: hands the arguments and the streams to the library, returns its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    glasskey::cli::main(std::env::args_os())
}
