/* Simulated devices of other makers, by the bytes on the wire. */
#include "devices/sim/foreign.h"

#include <string.h>

#include "protocol/image.h"
#include "protocol/key.h"
#include "tests/unit/sim/sim_tests.h"

static struct sim_frame answered(struct watched *watched, const char *bytes, size_t length,
                                 int64_t now_us) {
    struct sim_frame request = { .length = 0 }, answer = { .length = 0 };
    memcpy(request.bytes, bytes, length);
    sim_frame_seal(&request, length);
    ck_assert_uint_eq(sim_frame_expect(&request), request.length);
    sim_frame_answer(&watched->device, &request, now_us, &answer);
    ck_assert(sim_frame_is_good(&answer));
    return answer;
}

static void begin(struct watched *watched, enum role role, const char *profile) {
    watch(watched, role);
    watched->device.config.make = sim_make_named(profile);
}

START_TEST(relays_hold_contacts_and_burn_lamps) {
    static struct watched relays;
    struct sim_sight sight;
    begin(&relays, ROLE_TERMINAL, "relay-8");
    sim_foreign_press(&relays.device, KEY_NEXT, 1000);
    sim_foreign_press(&relays.device, KEY_NO_SHOW, 1000);
    sim_foreign_press(&relays.device, KEY_SIGN_IN, 1000); /* it has no such key */
    struct sim_frame answer = answered(&relays, "\x0B\x02\x00\x00\x00\x08", 6, 2000);
    ck_assert_uint_eq(answer.length, 6);
    ck_assert_uint_eq(answer.bytes[3], 0x03);
    answer = answered(&relays, "\x0B\x02\x00\x00\x00\x08", 6, 1000000);
    ck_assert_uint_eq(answer.bytes[3], 0x02); /* held for a long press */
    answer = answered(&relays, "\x0B\x02\x00\x00\x00\x08", 6, 4000000);
    ck_assert_uint_eq(answer.bytes[3], 0x00);
    answered(&relays, "\x0B\x0F\x00\x00\x00\x06\x01\x02", 8, 5000);
    ck_assert_uint_eq(seen(&relays, SIGHT_TERMINAL, &sight), 1);
    ck_assert_uint_eq(sight.value[3], LAMP_CALLING);
    answered(&relays, "\x0B\x05\x00\x07\xFF\x00", 6, 6000);
    answer = answered(&relays, "\x0B\x01\x00\x00\x00\x08", 6, 7000);
    ck_assert_uint_eq(answer.bytes[3], 0x82);
    answer = answered(&relays, "\x0B\x05\x00\x07\x00\x01", 6, 6000);
    ck_assert_uint_eq(answer.bytes[1], 0x85);
    answer = answered(&relays, "\x0B\x03\x00\x00\x00\x01", 6, 6000);
    ck_assert_uint_eq(answer.bytes[1], 0x83);
    answer = answered(&relays, "\x0B\x02\x00\x01\x00\x08", 6, 6000);
    ck_assert_uint_eq(answer.bytes[1], 0x82);
}
END_TEST

START_TEST(a_keypad_keeps_one_key_until_it_is_cleared) {
    static struct watched keypad;
    struct sim_sight sight;
    begin(&keypad, ROLE_KEYPAD, "keypad-clear");
    sim_foreign_press(&keypad.device, 5, 0);
    sim_foreign_press(&keypad.device, 1, 0);
    struct sim_frame answer = answered(&keypad, "\x0B\x03\x00\x00\x00\x01", 6, 0);
    ck_assert_uint_eq(answer.bytes[4], 1);
    answered(&keypad, "\x0B\x06\x00\x00\x00\x00", 6, 0);
    sim_foreign_press(&keypad.device, KEY_REASON + 2, 0);
    answer = answered(&keypad, "\x0B\x03\x00\x00\x00\x02", 6, 0);
    ck_assert_uint_eq(answer.bytes[4], 0x12);
    answered(&keypad, "\x0B\x10\x00\x10\x00\x02\x04\x00\x01\x00\x05", 11, 0);
    ck_assert_uint_eq(seen(&keypad, SIGHT_KEYPAD, &sight), 1);
    ck_assert_uint_eq(sight.value[0], KEYPAD_INVITE);
    ck_assert_uint_eq(sight.value[1], 1);
    ck_assert_uint_eq(sight.value[2], 5);
    answered(&keypad, "\x0B\x06\x00\x10\x00\x09", 6, 0);
    seen(&keypad, SIGHT_KEYPAD, &sight);
    ck_assert_uint_eq(sight.value[0], KEYPAD_CLOSED);
    ck_assert_uint_eq(sight.value[1], 0);
    answer = answered(&keypad, "\x0B\x03\x00\x03\x00\x02", 6, 0);
    ck_assert_uint_eq(answer.bytes[2], SIM_BAD_ADDRESS);
    answer = answered(&keypad, "\x0B\x04\x00\x00\x00\x01", 6, 0);
    ck_assert_uint_eq(answer.bytes[2], SIM_BAD_FUNCTION);
}
END_TEST

START_TEST(a_box_lights_its_buttons) {
    static struct watched box;
    struct sim_sight sight;
    begin(&box, ROLE_DISPENSER, "button-box");
    answered(&box, "\x0B\x0F\x00\x00\x00\x10\x02\x05\x80", 9, 0);
    ck_assert_uint_eq(seen(&box, SIGHT_LIT, &sight), 1);
    ck_assert_uint_eq(sight.value[0], 0x8005);
    sim_foreign_press(&box.device, KEY_TICKET + 16, 0);
    struct sim_frame answer = answered(&box, "\x0B\x02\x00\x00\x00\x10", 6, 1000);
    ck_assert_uint_eq(answer.bytes[4], 0x80);
    ck_assert_int_eq(sim_make_named("vx-2"), MAKE_UNKNOWN);
    ck_assert_int_eq(sim_make_named("hallq-1"), MAKE_REFERENCE);
}
END_TEST

TCase *foreign_cases(void) {
    TCase *cases = tcase_create("foreign");
    tcase_add_test(cases, relays_hold_contacts_and_burn_lamps);
    tcase_add_test(cases, a_keypad_keeps_one_key_until_it_is_cleared);
    tcase_add_test(cases, a_box_lights_its_buttons);
    return cases;
}
