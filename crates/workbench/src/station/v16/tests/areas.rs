//! One conversation per area.

use super::{check, check_with, setup};

#[test]
fn after_the_boot_every_status_is_told() {
    check("boot", "");
}

#[test]
fn a_local_charge() {
    check_with(setup(1, &[]), "start 1\n +130\n pause 1\n resume 1\n token 1 tag\n unplug 1\n", "");
}
