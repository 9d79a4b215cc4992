/* Lines of control, obeyed in a hall of one bus on a real pseudo-terminal; what they answer is read as JSON. */
#include "devices/sim/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/sim/sim_tests.h"

struct desk {
    char folder[64];
    struct sim_hall_config config;
    struct sim_hall hall;
    struct sim_record record;
    struct sim_control control;
    FILE *out;
    char *text;
    size_t length;
};

static void add_device(struct sim_bus_config *bus, const char *id, enum role role,
                       uint16_t window) {
    struct sim_device_config *device = &bus->devices[bus->device_count++];
    snprintf(device->id, sizeof(device->id), "%s", id);
    device->role = role;
    device->window = window;
    device->address = (uint8_t)bus->device_count;
}

static void set_up(struct desk *desk) {
    const struct sim_bus_options options = { .seed = 1, .boots = 1, .is_instant = true };
    char why[SIM_WHY_SIZE] = "";
    memset(desk, 0, sizeof(*desk));
    char folder[] = "/tmp/hallq-sim-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    memcpy(desk->folder, folder, sizeof(folder));
    struct sim_bus_config *bus = &desk->config.buses[desk->config.bus_count++];
    *bus = (struct sim_bus_config){
        .id = "floor", .protocol = PROTOCOL_MODBUS_RTU, .baud = 9600, .data_bits = 8, .stop_bits = 1
    };
    snprintf(bus->port, sizeof(bus->port), "%s/floor", folder);
    add_device(bus, "dispenser-1", ROLE_DISPENSER, 0);
    add_device(bus, "terminal-1", ROLE_TERMINAL, 1);
    add_device(bus, "unit-2", ROLE_UNIT, 2);
    ck_assert_msg(sim_hall_open(&desk->hall, &desk->config, &options, why), "%s", why);
    desk->out = open_memstream(&desk->text, &desk->length);
    sim_record_init(&desk->record, desk->out, sim_now_us());
    desk->control.hall = &desk->hall;
    desk->control.record = &desk->record;
    sim_rng_init(&desk->control.rng, 1, 0);
}

static void tear_down(struct desk *desk) {
    sim_hall_close(&desk->hall);
    fclose(desk->out);
    free(desk->text);
    ck_assert_int_eq(rmdir(desk->folder), 0);
}

static const struct {
    const char *line, *answer; /* a part of the JSON line */
} LINES[] = {
    { "press terminal-1 9 107", "\"did\":\"key\",\"device\":\"terminal-1\",\"code\":9,\"arg\":107,"
                                "\"count\":1}" },
    { "press unit-2 261", "\"device\":\"unit-2\",\"code\":261,\"arg\":0,\"count\":1}" },
    { "press terminal-1", "\"error\":\"too few words\"" },
    { "press terminal-1 x", "\"error\":\"expected press DEVICE CODE [ARG], numbers 0..65535\"" },
    { "press terminal-1 65536", "\"error\":\"expected press" },
    { "press terminal-9 1", "\"error\":\"no such device\"" },
    { "show terminal-1", "\"show\":\"terminal-1\",\"role\":\"terminal\"" },
    { "show unit-2", "\"keypad\":{\"state\":\"idle\",\"session\":0" },
    { "reboot terminal-1", "\"did\":\"reboot\",\"of\":\"terminal-1\"" },
    { "dead terminal-1 on", "\"did\":\"dead\",\"of\":\"terminal-1\",\"as\":\"on\"" },
    { "dead terminal-1 maybe", "\"error\":\"expected dead DEVICE on|off\"" },
    { "paper dispenser-1 out", "\"did\":\"paper\",\"of\":\"dispenser-1\",\"as\":\"out\"" },
    { "paper dispenser-1 wet", "\"error\":\"expected paper DEVICE out|low|ok\"" },
    { "faults lost=20 mangled=10 late=3@400", "\"did\":\"faults\"" },
    { "faults off", "\"did\":\"faults\",\"as\":\"off\"" },
    { "faults lots=20", "\"error\":\"expected faults" },
    { "unplug floor", "\"did\":\"unplug\",\"of\":\"floor\"" },
    { "address terminal-1 3", "\"did\":\"address\",\"of\":\"terminal-1\",\"as\":\"3\"" },
    { "address terminal-1 248", "\"error\":\"expected address DEVICE 1..247\"" },
    { "baud floor 19200 8E1", "\"did\":\"baud\",\"of\":\"floor\",\"as\":\"19200\"" },
    { "baud floor 9600", "\"did\":\"baud\"" },
    { "baud floor fast", "\"error\":\"expected baud BUS" },
    { "baud floor 9600 8X1", "\"error\":\"expected baud BUS" },
    { "swap floor on", "\"did\":\"swap\"" },
    { "echo floor perhaps", "\"error\":\"expected swap, echo or hang BUS on|off\"" },
    { "noise floor 20", "\"did\":\"noise\"" },
    { "noise floor 10001", "\"error\":\"expected noise BUS 0..10000\"" },
    { "hang cellar on", "\"error\":\"no such bus\"" },
    { "plug cellar", "\"error\":\"no such bus\"" },
    { "counts", "\"counts\":{\"papers\":0" },
    { "dance", "\"error\":\"no such command\",\"line\":\"dance\"" },
};
enum { LINE_ROWS = sizeof(LINES) / sizeof(LINES[0]), SAID_MAX = 256 };

/* Obeys it; what stood on stderr meanwhile. */
static void obey_aloud(struct desk *desk, const char *line, char *said, size_t size) {
    FILE *file = tmpfile();
    int kept = dup(STDERR_FILENO);
    ck_assert(file != NULL && kept >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
    bool goes_on = sim_control_obey(&desk->control, line);
    dup2(kept, STDERR_FILENO);
    close(kept);
    ck_assert(goes_on);
    rewind(file);
    said[fread(said, 1, size - 1, file)] = '\0';
    fclose(file);
}

START_TEST(each_line_is_answered) {
    struct desk desk;
    char said[SAID_MAX], begin[SAID_MAX];
    bool is_wrong = strstr(LINES[_i].answer, "\"error\"") != NULL;
    set_up(&desk);
    obey_aloud(&desk, LINES[_i].line, said, sizeof(said));
    ck_assert_msg(strstr(desk.text, LINES[_i].answer) != NULL, "%s", desk.text);
    snprintf(begin, sizeof(begin), "hallq-sim: \"%s\": ", LINES[_i].line);
    ck_assert_msg(is_wrong ? strncmp(said, begin, strlen(begin)) == 0 : said[0] == '\0', "%s",
                  said);
    tear_down(&desk);
}
END_TEST

START_TEST(only_quit_ends_it) {
    struct desk desk;
    set_up(&desk);
    ck_assert(sim_control_obey(&desk.control, ""));
    ck_assert(sim_control_obey(&desk.control, "  "));
    ck_assert(!sim_control_obey(&desk.control, "quit"));
    tear_down(&desk);
}
END_TEST

START_TEST(what_a_line_asks_for_is_done) {
    struct desk desk;
    struct sim_device device;
    set_up(&desk);
    sim_control_obey(&desk.control, "dead terminal-1 on");
    sim_control_obey(&desk.control, "paper dispenser-1 low");
    sim_control_obey(&desk.control, "press unit-2 261 7");
    sim_control_obey(&desk.control, "reboot terminal-1");
    sim_hall_look(&desk.hall, sim_hall_find(&desk.hall, "terminal-1"), &device);
    ck_assert(device.is_dead);
    ck_assert_uint_eq(device.boots, 2);
    sim_hall_look(&desk.hall, sim_hall_find(&desk.hall, "dispenser-1"), &device);
    ck_assert_uint_eq(device.status, STATUS_PAPER_LOW);
    sim_hall_look(&desk.hall, sim_hall_find(&desk.hall, "unit-2"), &device);
    ck_assert_uint_eq(device.ring[0], 261);
    ck_assert_uint_eq(device.ring[1], 7);
    tear_down(&desk);
}
END_TEST

START_TEST(a_window_has_its_devices_and_a_unit_its_shifted_keys) {
    static const uint16_t GRADE[] = { 5, 3 };
    struct desk desk;
    struct sim_device device;
    set_up(&desk);
    unsigned unit = sim_hall_find(&desk.hall, "unit-2");
    ck_assert_uint_eq(sim_hall_at_window(&desk.hall, 2, ROLE_KEYPAD), unit);
    ck_assert_uint_eq(sim_hall_at_window(&desk.hall, 2, ROLE_BOARD), unit);
    ck_assert_uint_eq(sim_hall_at_window(&desk.hall, 1, ROLE_TERMINAL),
                      sim_hall_find(&desk.hall, "terminal-1"));
    ck_assert_uint_eq(sim_hall_at_window(&desk.hall, 1, ROLE_KEYPAD), SIM_NO_DEVICE);
    sim_hall_press(&desk.hall, unit, ROLE_KEYPAD, GRADE);
    sim_hall_look(&desk.hall, unit, &device);
    ck_assert_uint_eq(device.ring[0], 5 + UNIT_KEYPAD_CODES);
    ck_assert_uint_eq(device.ring[1], 3);
    tear_down(&desk);
}
END_TEST

TCase *control_cases(void) {
    TCase *cases = tcase_create("control");
    tcase_add_loop_test(cases, each_line_is_answered, 0, LINE_ROWS);
    tcase_add_test(cases, only_quit_ends_it);
    tcase_add_test(cases, what_a_line_asks_for_is_done);
    tcase_add_test(cases, a_window_has_its_devices_and_a_unit_its_shifted_keys);
    return cases;
}
