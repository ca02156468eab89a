//! Stamps.

use super::*;
