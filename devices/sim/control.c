/* Control lines. */
#include "devices/sim/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices/sim/tally.h"

enum {
    WORDS_MAX = 4,
    LINE_MAX_SIZE = 256,
    PLACES = SIM_BUS_DEVICES,
    ADDRESS_MAX = 247,
    BAUD_LEAST = 300,
    BAUD_MOST = 921600
};

const char SIM_CONTROL_HELP[] =
    "  press DEVICE CODE [ARG]         a key, its code as on the wire (a unit's keypad: + 256; on "
    "a\n"
    "                                  bus without registers: the reference map's for that key);\n"
    "                                  ARG of a grade: the session, which `show` tells\n"
    "  show DEVICE                     what its registers mean\n"
    "  reboot DEVICE                   power off and on\n"
    "  dead DEVICE on|off              takes and answers nothing\n"
    "  paper DEVICE out|low|ok         of a dispenser or a printer\n"
    "  unplug BUS, plug BUS            the line's adapter, or the server's plug\n"
    "  people off|on                   everybody stands still and only looks on\n"
    "  address DEVICE N                it has this address from now on, as another may\n"
    "  baud BUS RATE [8N1]             the devices are set so; the line stays as the config has "
    "it\n"
    "  swap BUS on|off                 wires A and B\n"
    "  echo BUS on|off                 the line gives back what comes\n"
    "  noise BUS N                     bytes a second that nobody sent\n"
    "  hang BUS on|off                 a server is stuck with its client; the next is served\n"
    "  faults lost=20 mangled=10 late=3@400 | drawn | off\n"
    "  counts                          the buses' counters\n"
    "  quit\n";

struct words {
    unsigned count;
    char *at[WORDS_MAX];
};

/* Answers are NULL when all is well, else what is wrong. */
typedef const char *(*deed)(struct sim_control *control, const struct words *words);

static void complain(struct sim_control *control, const char *line, const char *wrong);
static void split(char *line, struct words *words);
static const char *do_faults(struct sim_control *control, const char *text);
static const char *obey_words(struct sim_control *control, const struct words *words);
static const char *do_press(struct sim_control *control, const struct words *words);
static bool read_u16(const char *text, uint16_t *value);
static const char *do_show(struct sim_control *control, const struct words *words);
static const char *do_reboot(struct sim_control *control, const struct words *words);
static void write_done(struct sim_control *control, const struct words *words);
static const char *do_dead(struct sim_control *control, const struct words *words);
static const char *do_paper(struct sim_control *control, const struct words *words);
static const char *do_plug(struct sim_control *control, const struct words *words);
static const char *do_people(struct sim_control *control, const struct words *words);
static const char *do_address(struct sim_control *control, const struct words *words);
static const char *do_baud(struct sim_control *control, const struct words *words);
static const char *do_hazard(struct sim_control *control, const struct words *words);
static const char *do_counts(struct sim_control *control, const struct words *words);

static const struct {
    const char *word;
    unsigned least; /* words, with the command's own */
    deed act;
} COMMANDS[] = {
    { "press", 3, do_press },     { "show", 2, do_show },     { "reboot", 2, do_reboot },
    { "dead", 3, do_dead },       { "paper", 3, do_paper },   { "unplug", 2, do_plug },
    { "plug", 2, do_plug },       { "people", 2, do_people }, { "counts", 1, do_counts },
    { "address", 3, do_address }, { "baud", 3, do_baud },     { "swap", 3, do_hazard },
    { "echo", 3, do_hazard },     { "noise", 3, do_hazard },  { "hang", 3, do_hazard },
};

bool sim_control_obey(struct sim_control *control, const char *line) {
    char copy[LINE_MAX_SIZE];
    struct words words;
    snprintf(copy, sizeof(copy), "%s", line);
    split(copy, &words);
    if (words.count == 0)
        return true;
    if (strcmp(words.at[0], "quit") == 0)
        return false;
    const char *wrong = strcmp(words.at[0], "faults") == 0
                            ? do_faults(control, strstr(line, "faults") + strlen("faults"))
                            : obey_words(control, &words);
    if (wrong != NULL)
        complain(control, line, wrong);
    return true;
}

/* On stderr too: the record has thousands of lines of what people see. */
static void complain(struct sim_control *control, const char *line, const char *wrong) {
    struct json_writer *writer = sim_record_begin(control->record, sim_now_us());
    json_write_text(writer, "error", wrong);
    json_write_text(writer, "line", line);
    sim_record_end(control->record);
    fprintf(stderr, "hallq-sim: \"%s\": %s\n", line, wrong);
}

static void split(char *line, struct words *words) {
    char *rest = NULL;
    words->count = 0;
    for (char *word = strtok_r(line, " \t\r", &rest); word != NULL && words->count < WORDS_MAX;
         word = strtok_r(NULL, " \t\r", &rest))
        words->at[words->count++] = word;
}

static const char *do_faults(struct sim_control *control, const char *text) {
    struct sim_faults faults;
    text += strspn(text, " \t\r");
    if (!sim_faults_parse(text, &control->rng, &faults))
        return "expected faults CLASS=PERCENT ..., late=PERCENT@MS, drawn or off";
    for (unsigned i = 0; i < control->hall->config->bus_count; i++)
        sim_bus_set_faults(control->hall->buses[i], &faults);
    struct json_writer *writer = sim_record_begin(control->record, sim_now_us());
    json_write_text(writer, "did", "faults");
    json_write_text(writer, "as", text);
    sim_record_end(control->record);
    return NULL;
}

static const char *obey_words(struct sim_control *control, const struct words *words) {
    for (size_t i = 0; i < sizeof(COMMANDS) / sizeof(COMMANDS[0]); i++)
        if (strcmp(words->at[0], COMMANDS[i].word) == 0)
            return words->count >= COMMANDS[i].least ? COMMANDS[i].act(control, words)
                                                     : "too few words";
    return "no such command";
}

static const char *do_press(struct sim_control *control, const struct words *words) {
    unsigned device = sim_hall_find(control->hall, words->at[1]);
    uint16_t key[2] = { 0, 0 };
    if (device == SIM_NO_DEVICE)
        return "no such device";
    if (words->count < 3 || !read_u16(words->at[2], &key[0]) ||
        (words->count > 3 && !read_u16(words->at[3], &key[1])))
        return "expected press DEVICE CODE [ARG], numbers 0..65535";
    struct sim_bus *bus = sim_hall_bus(control->hall, device);
    /* The moment before the press: an answer can't seem to come before its key. */
    int64_t now_us = sim_now_us();
    uint16_t count = sim_bus_press(bus, device % PLACES, key[0], key[1]);
    struct json_writer *writer = sim_record_begin(control->record, now_us);
    json_write_text(writer, "did", "key");
    json_write_text(writer, "device", words->at[1]);
    json_write_int(writer, "code", key[0]);
    json_write_int(writer, "arg", key[1]);
    json_write_int(writer, "count", count);
    sim_record_end(control->record);
    return NULL;
}

static bool read_u16(const char *text, uint16_t *value) {
    char *end = NULL;
    unsigned long read = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || read > UINT16_MAX)
        return false;
    *value = (uint16_t)read;
    return true;
}

static const char *do_show(struct sim_control *control, const struct words *words) {
    unsigned device = sim_hall_find(control->hall, words->at[1]);
    if (device == SIM_NO_DEVICE)
        return "no such device";
    struct sim_device copy;
    sim_hall_look(control->hall, device, &copy);
    sim_record_device(control->record, &copy, sim_now_us());
    return NULL;
}

static const char *do_reboot(struct sim_control *control, const struct words *words) {
    unsigned device = sim_hall_find(control->hall, words->at[1]);
    if (device == SIM_NO_DEVICE)
        return "no such device";
    sim_bus_reboot(sim_hall_bus(control->hall, device), device % PLACES);
    write_done(control, words);
    return NULL;
}

static void write_done(struct sim_control *control, const struct words *words) {
    struct json_writer *writer = sim_record_begin(control->record, sim_now_us());
    json_write_text(writer, "did", words->at[0]);
    if (words->count > 1)
        json_write_text(writer, "of", words->at[1]);
    if (words->count > 2)
        json_write_text(writer, "as", words->at[2]);
    sim_record_end(control->record);
}

static const char *do_dead(struct sim_control *control, const struct words *words) {
    unsigned device = sim_hall_find(control->hall, words->at[1]);
    if (device == SIM_NO_DEVICE)
        return "no such device";
    bool is_dead = words->count == 3 && strcmp(words->at[2], "on") == 0;
    if (words->count != 3 || (!is_dead && strcmp(words->at[2], "off") != 0))
        return "expected dead DEVICE on|off";
    sim_bus_set_dead(sim_hall_bus(control->hall, device), device % PLACES, is_dead);
    write_done(control, words);
    return NULL;
}

static const char *do_paper(struct sim_control *control, const struct words *words) {
    static const struct {
        const char *word;
        uint16_t status;
    } PAPERS[] = { { "ok", 0 }, { "low", STATUS_PAPER_LOW }, { "out", STATUS_PAPER_OUT } };
    unsigned device = sim_hall_find(control->hall, words->at[1]);
    if (device == SIM_NO_DEVICE)
        return "no such device";
    for (size_t i = 0; i < sizeof(PAPERS) / sizeof(PAPERS[0]) && words->count == 3; i++)
        if (strcmp(words->at[2], PAPERS[i].word) == 0) {
            struct sim_bus *bus = sim_hall_bus(control->hall, device);
            sim_bus_set_status(bus, device % PLACES, PAPERS[i].status);
            write_done(control, words);
            return NULL;
        }
    return "expected paper DEVICE out|low|ok";
}

static const char *do_plug(struct sim_control *control, const struct words *words) {
    struct sim_bus *bus = sim_hall_find_bus(control->hall, words->at[1]);
    if (bus == NULL)
        return "no such bus";
    sim_bus_set_plugged(bus, strcmp(words->at[0], "plug") == 0);
    write_done(control, words);
    return NULL;
}

static const char *do_people(struct sim_control *control, const struct words *words) {
    bool is_off = strcmp(words->at[1], "off") == 0;
    if (!is_off && strcmp(words->at[1], "on") != 0)
        return "expected people on|off";
    control->is_at_rest = is_off;
    write_done(control, words);
    return NULL;
}

static const char *do_address(struct sim_control *control, const struct words *words) {
    unsigned device = sim_hall_find(control->hall, words->at[1]);
    uint16_t address = 0;
    if (device == SIM_NO_DEVICE)
        return "no such device";
    if (!read_u16(words->at[2], &address) || address < 1 || address > ADDRESS_MAX)
        return "expected address DEVICE 1..247";
    sim_bus_set_address(sim_hall_bus(control->hall, device), device % PLACES, (uint8_t)address);
    write_done(control, words);
    return NULL;
}

static const char *do_baud(struct sim_control *control, const struct words *words) {
    struct sim_bus *bus = sim_hall_find_bus(control->hall, words->at[1]);
    char *end = NULL;
    if (bus == NULL)
        return "no such bus";
    struct sim_hazards hazards;
    sim_bus_read_hazards(bus, &hazards);
    struct sim_uart devices = hazards.line;
    unsigned long baud = strtoul(words->at[2], &end, 10);
    if (*end != '\0' || baud < BAUD_LEAST || baud > BAUD_MOST ||
        (words->count > 3 && !sim_uart_parse(words->at[3], &devices)))
        return "expected baud BUS 300..921600 [8N1]";
    devices.baud = (uint32_t)baud;
    hazards.devices = devices;
    hazards.is_foreign = !sim_uart_equal(&hazards.line, &devices);
    sim_bus_set_hazards(bus, &hazards);
    write_done(control, words);
    return NULL;
}

static const char *do_hazard(struct sim_control *control, const struct words *words) {
    struct sim_bus *bus = sim_hall_find_bus(control->hall, words->at[1]);
    struct sim_hazards hazards;
    uint16_t noise = 0;
    if (bus == NULL)
        return "no such bus";
    sim_bus_read_hazards(bus, &hazards);
    bool is_on = strcmp(words->at[2], "on") == 0;
    if (words->at[0][0] == 'n') {
        if (!read_u16(words->at[2], &noise) || noise > SIM_NOISE_MAX)
            return "expected noise BUS 0..10000";
        hazards.noise_a_s = noise;
    } else if (!is_on && strcmp(words->at[2], "off") != 0)
        return "expected swap, echo or hang BUS on|off";
    else if (words->at[0][0] == 's')
        hazards.is_swapped = is_on;
    else if (words->at[0][0] == 'e')
        hazards.has_echo = is_on;
    else
        hazards.is_hanging = is_on;
    sim_bus_set_hazards(bus, &hazards);
    write_done(control, words);
    return NULL;
}

static const char *do_counts(struct sim_control *control, const struct words *words) {
    (void)words;
    struct json_writer *writer = sim_record_begin(control->record, sim_now_us());
    json_begin_object(writer, "counts");
    sim_tally_write(writer, control->hall);
    json_end_object(writer);
    sim_record_end(control->record);
    return NULL;
}
