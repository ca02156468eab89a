mod demand_model;
mod demands;
mod examples;
mod reach_model;
mod reading;
mod support;

use super::*;
