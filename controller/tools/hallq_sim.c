/*
 * hallq-sim: the simulated hall on the config's ports. Its record of what people saw and did goes to stdout, everything
 * else to stderr.
 */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "controller/config.h"
#include "controller/tools/hallq_sim.h"
#include "devices/profile.h"
#include "devices/sim/control.h"
#include "devices/sim/foreign.h"
#include "devices/sim/people.h"
#include "devices/sim/tally.h"

enum {
    EXIT_CONFIG = 2,
    STEP_MS = 10, /* how often people look and act */
    PEOPLE_MAX = 100000,
    SPEAK_MAX_MS = 10000,
    SERIAL_BOOTS = 60000,
    CONTROL_SIZE = 512
};

struct options {
    const char *file;
    uint32_t seed, speed, per_hour, citizens, hearing, for_s, start_min, answer_us, pin, speak_ms;
    bool is_people_off, is_people_given, is_help, is_control, is_instant, is_strict;
    const char *faults;
};

struct program {
    struct options options;
    struct sim_hall_config config;
    struct sim_hall hall;
    struct sim_record record;
    struct sim_control control;
    struct sim_people *people; /* NULL: off */
    char typed[CONTROL_SIZE];
    size_t typed_length;
};

static volatile sig_atomic_t was_stopped;

enum option_letter {
    OPTION_SPEED = 1000,
    OPTION_SEED,
    OPTION_PEOPLE,
    OPTION_CITIZENS,
    OPTION_HEARING,
    OPTION_FOR,
    OPTION_START,
    OPTION_PIN,
    OPTION_FAULTS,
    OPTION_ANSWER,
    OPTION_SPEAK,
    OPTION_INSTANT,
    OPTION_STRICT,
    OPTION_CONTROL
};

static void stop(int number);
static bool read_options(int argc, char **argv, struct options *options);
static bool check_faults(const struct options *options);
static bool take_option(struct options *options, int letter);
static bool read_number(const char *name, const char *text, uint32_t bound, uint32_t *value);
static bool read_speed(struct options *options);
static bool read_people(struct options *options);
static bool read_start(const char *text, uint32_t *minutes);
static bool read_config(struct program *program);
static void copy_bus(const struct bus_place *place, struct sim_hall_config *out);
static void copy_device(const struct bus_place *place, unsigned i, struct sim_device_config *out);
static void copy_windows(const struct config *config, struct sim_hall_config *out);
static uint16_t free_staff(const struct sim_hall_config *hall, const struct config *config,
                           const struct window_rule *rule);
static bool works_somewhere(const struct sim_hall_config *hall, uint16_t number);
static bool open_hall(struct program *program);
static bool open_people(struct program *program);
static uint16_t press_part(void *context, unsigned device, enum role part, const uint16_t key[2]);
static void write_start(struct program *program);
static void run(struct program *program);
static void look_round(struct program *program);
static bool obey_typed(struct program *program);
static void write_summary(struct program *program);

static const struct option LONG_OPTIONS[] = {
    { "config", required_argument, NULL, 'c' },
    { "help", no_argument, NULL, 'h' },
    { "speed", required_argument, NULL, OPTION_SPEED },
    { "seed", required_argument, NULL, OPTION_SEED },
    { "people", required_argument, NULL, OPTION_PEOPLE },
    { "citizens", required_argument, NULL, OPTION_CITIZENS },
    { "hearing", required_argument, NULL, OPTION_HEARING },
    { "for", required_argument, NULL, OPTION_FOR },
    { "start", required_argument, NULL, OPTION_START },
    { "pin", required_argument, NULL, OPTION_PIN },
    { "faults", required_argument, NULL, OPTION_FAULTS },
    { "answer-us", required_argument, NULL, OPTION_ANSWER },
    { "speak-ms", required_argument, NULL, OPTION_SPEAK },
    { "instant", no_argument, NULL, OPTION_INSTANT },
    { "strict", no_argument, NULL, OPTION_STRICT },
    { "control", no_argument, NULL, OPTION_CONTROL },
    { NULL, 0, NULL, 0 },
};

int main(int argc, char **argv) {
    static struct program program;
    struct sigaction action = { .sa_handler = stop };
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    if (!read_options(argc, argv, &program.options)) {
        fprintf(stderr, "hallq-sim: hallq-sim --help says what can be given\n");
        return EXIT_CONFIG;
    }
    if (program.options.is_help) {
        hallq_sim_print_help(stdout);
        return EXIT_SUCCESS;
    }
    if (!read_config(&program))
        return EXIT_CONFIG;
    if (!open_hall(&program))
        return EXIT_FAILURE;
    if (!open_people(&program)) {
        fprintf(stderr, "hallq-sim: no memory\n");
        sim_hall_close(&program.hall);
        return EXIT_FAILURE;
    }
    write_start(&program);
    run(&program);
    write_summary(&program);
    sim_hall_close(&program.hall);
    sim_people_close(program.people);
    return EXIT_SUCCESS;
}

static void stop(int number) {
    (void)number;
    was_stopped = 1;
}

static bool read_options(int argc, char **argv, struct options *options) {
    *options = (struct options){ .seed = 1,
                                 .speed = 1,
                                 .start_min = 9 * 60,
                                 .answer_us = ANSWER_US,
                                 .speak_ms = SPEAK_MS,
                                 .faults = "off" };
    int letter;
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): no thread has been started yet. */
    while ((letter = getopt_long(argc, argv, "c:h", LONG_OPTIONS, NULL)) != -1) {
        if (letter == 'h')
            options->is_help = true;
        else if (!take_option(options, letter))
            return false;
    }
    if (options->is_help)
        return true;
    if (options->file == NULL)
        fprintf(stderr, "hallq-sim: -c FILE is missing\n");
    if (optind < argc)
        fprintf(stderr, "hallq-sim: \"%s\" is not understood\n", argv[optind]);
    return options->file != NULL && optind == argc && check_faults(options);
}

/* Before anything is opened: a mistyped list is the command line's mistake. */
static bool check_faults(const struct options *options) {
    struct sim_rng rng;
    struct sim_faults faults = { 0 };
    sim_rng_init(&rng, options->seed, 0);
    bool is_good = sim_faults_parse(options->faults, &rng, &faults);
    if (!is_good)
        fprintf(stderr, "hallq-sim: --faults: \"%s\" is not understood\n", options->faults);
    return is_good;
}

static bool take_option(struct options *options, int letter) {
    switch (letter) {
    case 'c':
        options->file = optarg;
        return true;
    case OPTION_SPEED:
        return read_speed(options);
    case OPTION_SEED:
        return read_number("--seed", optarg, UINT32_MAX, &options->seed);
    case OPTION_PEOPLE:
        return read_people(options);
    case OPTION_CITIZENS:
        return read_number("--citizens", optarg, PEOPLE_MAX, &options->citizens);
    case OPTION_HEARING:
        return read_number("--hearing", optarg, 100, &options->hearing);
    case OPTION_FOR:
        return read_number("--for", optarg, 30 * 24 * 3600, &options->for_s);
    case OPTION_START:
        return read_start(optarg, &options->start_min);
    case OPTION_FAULTS:
        options->faults = optarg;
        return true;
    case OPTION_PIN:
        return read_number("--pin", optarg, PIN_MAX, &options->pin);
    case OPTION_ANSWER:
        return read_number("--answer-us", optarg, 1000000, &options->answer_us);
    case OPTION_SPEAK:
        return read_number("--speak-ms", optarg, SPEAK_MAX_MS, &options->speak_ms);
    case OPTION_INSTANT:
        return options->is_instant = true;
    case OPTION_STRICT:
        return options->is_strict = true;
    case OPTION_CONTROL:
        return options->is_control = true;
    default:
        return false;
    }
}

static bool read_number(const char *name, const char *text, uint32_t bound, uint32_t *value) {
    char *end = NULL;
    errno = 0;
    unsigned long read = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || read > bound) {
        fprintf(stderr, "hallq-sim: %s: found \"%s\", expected a whole number up to %u\n", name,
                text, (unsigned)bound);
        return false;
    }
    *value = (uint32_t)read;
    return true;
}

static bool read_speed(struct options *options) {
    if (!read_number("--speed", optarg, SPEED_MAX, &options->speed))
        return false;
    if (options->speed == 0)
        fprintf(stderr, "hallq-sim: --speed: found 0, expected 1..%d\n", SPEED_MAX);
    return options->speed > 0;
}

static bool read_people(struct options *options) {
    options->is_people_given = true;
    options->is_people_off = strcmp(optarg, "off") == 0;
    return options->is_people_off ||
           read_number("--people", optarg, PEOPLE_MAX, &options->per_hour);
}

static bool read_start(const char *text, uint32_t *minutes) {
    static const char DIGITS[] = "0123456789";
    bool is_form = strlen(text) == 5 && strspn(text, DIGITS) == 2 && text[2] == ':' &&
                   strspn(text + 3, DIGITS) == 2;
    uint32_t hour = is_form ? (uint32_t)((text[0] - '0') * 10 + text[1] - '0') : 24;
    uint32_t minute = is_form ? (uint32_t)((text[3] - '0') * 10 + text[4] - '0') : 60;
    if (hour > 23 || minute > 59) {
        fprintf(stderr, "hallq-sim: --start: found \"%s\", expected HH:MM\n", text);
        return false;
    }
    *minutes = hour * 60 + minute;
    return true;
}

static bool read_config(struct program *program) {
    struct config *config = NULL;
    if (config_load(program->options.file, &config, stderr) != HALL_OK)
        return false;
    for (unsigned i = 0; i < config->bus_count; i++)
        copy_bus(&config->buses[i], &program->config);
    copy_windows(config, &program->config);
    program->config.pin = (uint16_t)program->options.pin;
    for (unsigned reason = 1; reason < PAUSE_REASONS_MAX; reason++)
        if (program->config.pause_reason == 0 && (config->rules.pause_reasons >> reason & 1) != 0)
            program->config.pause_reason = (uint16_t)reason;
    config_free(config);
    if (program->config.bus_count == 0)
        fprintf(stderr, "hallq-sim: %s: no bus on a path that can be simulated\n",
                program->options.file);
    return program->config.bus_count > 0;
}

static void copy_bus(const struct bus_place *place, struct sim_hall_config *out) {
    const struct bus_config *bus = &place->bus;
    bool is_usb = strncmp(bus->line.port, "usb:", strlen("usb:")) == 0;
    if (!sim_bus_knows(bus->protocol) || is_usb) {
        fprintf(stderr,
                "hallq-sim: bus %s is left out: its protocol can't be simulated, or its "
                "port is neither a path nor tcp:\n",
                bus->id);
        return;
    }
    struct sim_bus_config *into = &out->buses[out->bus_count++];
    into->protocol = bus->protocol;
    snprintf(into->id, sizeof(into->id), "%s", bus->id);
    snprintf(into->port, sizeof(into->port), "%s", bus->line.port);
    into->baud = bus->line.baud;
    into->data_bits = bus->line.data_bits;
    into->stop_bits = bus->line.stop_bits;
    into->has_parity = bus->line.parity != 'N';
    into->is_parity_odd = bus->line.parity == 'O';
    into->device_count = bus->device_count;
    for (unsigned i = 0; i < bus->device_count; i++)
        copy_device(place, i, &into->devices[i]);
}

static void copy_device(const struct bus_place *place, unsigned i, struct sim_device_config *out) {
    const struct device_config *device = &place->bus.devices[i];
    snprintf(out->id, sizeof(out->id), "%s", device->id);
    out->role = device->role;
    /* A caller's profile says which bytes are which key; the simulated ones have the usual. */
    out->make = profile_is_unasked(device->profile) ? MAKE_REFERENCE
                                                    : sim_make_named(profile_name(device->profile));
    if (out->make == MAKE_UNKNOWN)
        fprintf(stderr, "hallq-sim: %s: no device of profile %s is simulated, it stays silent\n",
                device->id, profile_name(device->profile));
    out->address = device->address;
    out->window = place->devices[i].window;
    memcpy(out->keys, place->devices[i].keys, sizeof(out->keys));
    memcpy(out->dispenser, place->devices[i].dispenser, sizeof(out->dispenser));
}

static void copy_windows(const struct config *config, struct sim_hall_config *out) {
    uint64_t known = 0;
    for (unsigned index = 1; index < SERVICES_MAX; index++)
        if (config->rules.services[index].id[0] != '\0')
            known |= UINT64_C(1) << index;
    for (unsigned i = 0; i < config->rules.window_count; i++) {
        struct sim_window_config *window = &out->windows[i];
        window->id = config->rules.windows[i].id;
        window->services = (config->rules.windows[i].own | config->rules.windows[i].helps) & known;
        snprintf(window->label, sizeof(window->label), "%s", config->windows[i].label);
    }
    out->window_count = config->rules.window_count;
    /* Planned staff first, so that a window that takes anyone does not take the A of another. */
    for (int is_planned = 1; is_planned >= 0; is_planned--)
        for (unsigned i = 0; i < out->window_count; i++)
            if ((config->rules.windows[i].staff_count > 0) == (is_planned == 1))
                out->windows[i].staff = free_staff(out, config, &config->rules.windows[i]);
}

/* The first of these who works nowhere yet, 0 if all do. */
static uint16_t free_staff(const struct sim_hall_config *hall, const struct config *config,
                           const struct window_rule *rule) {
    for (unsigned i = 0; i < rule->staff_count; i++)
        if (!works_somewhere(hall, rule->staff[i]))
            return rule->staff[i];
    for (unsigned i = 0; rule->staff_count == 0 && i < config->rules.staff_count; i++)
        if (!works_somewhere(hall, config->rules.staff[i].number))
            return config->rules.staff[i].number;
    return 0;
}

static bool works_somewhere(const struct sim_hall_config *hall, uint16_t number) {
    for (unsigned i = 0; i < hall->window_count; i++)
        if (hall->windows[i].staff == number)
            return true;
    return false;
}

static bool open_hall(struct program *program) {
    const struct options *options = &program->options;
    char why[SIM_WHY_SIZE];
    /* Every start is a power-up: a controller that goes on must see another number than before. */
    struct sim_bus_options bus = { .seed = options->seed,
                                   .boots = (uint16_t)(time(NULL) % SERIAL_BOOTS + 1),
                                   .answer_us = options->answer_us,
                                   .character_us = options->speak_ms * 1000 / options->speed,
                                   .is_instant = options->is_instant,
                                   .is_strict = options->is_strict };
    sim_rng_init(&program->control.rng, options->seed, 0);
    (void)sim_faults_parse(options->faults, &program->control.rng, &bus.faults); /* checked */
    if (!sim_hall_open(&program->hall, &program->config, &bus, why)) {
        fprintf(stderr, "hallq-sim: %s\n", why);
        return false;
    }
    program->control.hall = &program->hall;
    program->control.record = &program->record;
    sim_record_init(&program->record, stdout, sim_now_us());
    return true;
}

static bool open_people(struct program *program) {
    const struct options *options = &program->options;
    struct sim_people_options people = { .seed = options->seed,
                                         .speed = options->speed,
                                         .per_hour = options->per_hour,
                                         .citizens_most = options->citizens,
                                         .hearing_percent = options->hearing,
                                         .start_min = options->start_min,
                                         .began_us = program->record.began_us };
    struct sim_world world = { .context = &program->hall,
                               .press = press_part,
                               .record = &program->record };
    if (!options->is_people_given)
        people.per_hour = PER_WINDOW * program->config.window_count;
    if (options->is_people_off)
        return true;
    program->people = sim_people_open(&program->config, &people, &world);
    return program->people != NULL;
}

static uint16_t press_part(void *context, unsigned device, enum role part, const uint16_t key[2]) {
    const struct sim_hall *hall = context;
    return sim_hall_press(hall, device, part, key);
}

static void write_start(struct program *program) {
    struct json_writer *writer = sim_record_begin(&program->record, program->record.began_us);
    json_write_text(writer, "did", "start");
    json_write_int(writer, "monotonic_us", program->record.began_us);
    json_write_int(writer, "seed", (int64_t)program->options.seed);
    json_begin_array(writer, "ports");
    for (unsigned i = 0; i < program->config.bus_count; i++)
        json_write_text(writer, NULL, program->config.buses[i].port);
    json_end_array(writer);
    sim_record_end(&program->record);
}

static void run(struct program *program) {
    int64_t end_us = program->record.began_us + (int64_t)program->options.for_s * 1000000;
    struct pollfd fds[2] = { { .fd = program->hall.wake_fd, .events = POLLIN },
                             { .fd = program->options.is_control ? STDIN_FILENO : -1,
                               .events = POLLIN } };
    while (was_stopped == 0 && (program->options.for_s == 0 || sim_now_us() < end_us)) {
        if (poll(fds, 2, STEP_MS) > 0 && fds[0].revents != 0) {
            uint64_t raised;
            (void)!read(program->hall.wake_fd, &raised, sizeof(raised));
        }
        look_round(program);
        if (fds[1].revents != 0 && !obey_typed(program))
            break;
        fds[1].revents = 0;
    }
    look_round(program);
}

static void look_round(struct program *program) {
    struct sim_sight sight;
    while (sim_hall_take_sight(&program->hall, &sight)) {
        sim_record_sight(&program->record, &program->hall, &sight);
        if (program->people != NULL)
            sim_people_saw(program->people, &sight);
    }
    if (program->people != NULL && !program->control.is_at_rest)
        sim_people_step(program->people, sim_now_us());
}

/* Obeys the whole lines that were typed. False: quit, or the line's end will never come. */
static bool obey_typed(struct program *program) {
    ssize_t length = read(STDIN_FILENO, program->typed + program->typed_length,
                          sizeof(program->typed) - program->typed_length);
    if (length <= 0)
        return length < 0 && errno == EINTR;
    program->typed_length += (size_t)length;
    char *end;
    while ((end = memchr(program->typed, '\n', program->typed_length)) != NULL) {
        *end = '\0';
        if (!sim_control_obey(&program->control, program->typed))
            return false;
        size_t used = (size_t)(end - program->typed) + 1;
        program->typed_length -= used;
        memmove(program->typed, end + 1, program->typed_length);
    }
    if (program->typed_length == sizeof(program->typed))
        program->typed_length = 0; /* no command is so long */
    return true;
}

static void write_summary(struct program *program) {
    struct json_writer *writer = sim_record_begin(&program->record, sim_now_us());
    json_begin_object(writer, "summary");
    if (program->people != NULL)
        sim_people_tally(program->people, writer);
    sim_tally_write(writer, &program->hall);
    json_end_object(writer);
    sim_record_end(&program->record);
}
