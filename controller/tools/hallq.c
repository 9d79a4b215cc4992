/* hallq: one program, a row of the table a subcommand. Exit codes are the same for all: tool.h. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/password.h"
#include "controller/tools/tool.h"

enum option_bit {
    OPTION_CONFIG = 1 << 0,
    OPTION_SOCKET = 1 << 1,
    OPTION_JSON = 1 << 2,
    OPTION_VERIFY = 1 << 3,
    OPTION_NEXT = 1 << 4,
    OPTION_BAUD = 1 << 5,
    OPTION_TO = 1 << 6,
    OPTION_ROLE = 1 << 7,
    OPTION_STAFF = 1 << 8,
    OPTION_AFTER = 1 << 9,
    OPTION_TOKEN = 1 << 10,
    OPTION_WINDOWS = 1 << 11,
    OPTION_FORMAT = 1 << 12,
    OPTION_PROGRESS = 1 << 13,
    OPTION_QUICK = 1 << 14,
    OPTION_WAIT = 1 << 15,
    OPTION_LINES = 1 << 16
};
enum { OPTIONS_LIVE = OPTION_CONFIG | OPTION_SOCKET };

struct tool_row {
    const char *word;
    int (*run)(const struct tool *tool);
    int least, most; /* words behind it */
    unsigned options;
    const char *usage;
    const char *help;
};

static const struct tool_row ROWS[] = {
    { "check", tool_check, 0, 1, OPTION_CONFIG, "check [FILE]",
      "Reads the config and its profiles and prints every mistake, one a line. Certificates,\n"
      "keys and passwords that it names must be readable: run it as who runs hallqd. What is\n"
      "asked for and not built yet is a warning.\n"
      "Exit 0: it is good, 2: it is not.\n" },
    { "status", tool_status, 0, 0, OPTIONS_LIVE | OPTION_JSON | OPTION_LINES,
      "status [--lines] [--json]",
      "Prints what stands now: services, windows, devices, alerts, the uplink.\n"
      "  --lines      the wires instead: how much each is used and what is wrong with it, how "
      "fast\n"
      "               and how well each device answers, since hallqd opened its line\n"
      "  --json       one JSON object (the same as /api/v1/hall, of --lines as "
      "/api/v1/devices)\n" },
    { "watch", tool_watch, 0, 0, OPTIONS_LIVE | OPTION_AFTER, "watch [--after SEQ]",
      "Prints each event as it happens, one JSON object a line, until interrupted.\n"
      "  --after SEQ  begin with the event behind SEQ; 0 is the journal's beginning\n" },
    { "send", tool_send, 2, 2, OPTIONS_LIVE, "send NAME JSON|-",
      "Sends a command and prints its answer: hallq send window.next '{\"window\":3}'\n"
      "  -            reads the JSON from standard input: what nobody else should see, as a PIN\n"
      "Exit 0: done, 1: refused.\n" },
    { "reload", tool_reload, 0, 0, OPTIONS_LIVE, "reload",
      "Makes hallqd read its config again: taken whole, or refused with every mistake.\n"
      "Exit 0: taken, 2: refused; the old one stays in force.\n" },
    { "time", tool_time, 1, 1, OPTIONS_LIVE, "time RFC3339",
      "Says what time it is: hallq time 2026-11-23T09:31:02+08:00\n"
      "For a box whose clock is neither kept by a battery nor set by a time server. Hall time\n"
      "goes on from there at once, waits and turns stay as they are; the system's clock is not\n"
      "touched. Holds until a time server sets that clock or hallqd ends. A clock that is\n"
      "trusted is moved as well: hallq status says whether it is.\n"
      "Exit 0: done, 1: refused.\n" },
    { "rebuild", tool_rebuild, 0, 0, OPTION_CONFIG | OPTION_VERIFY, "rebuild [--verify]",
      "Makes the tables of reports and the carry-over anew from the journal.\n"
      "hallqd must not run (exit 4).\n"
      "  --verify     compare only, change nothing; exit 3 when they differ\n" },
    { "verify", tool_verify, 0, 0, OPTION_CONFIG, "verify",
      "Walks the journal: holes, and the chain of hashes. Exit 3 at the first bad row.\n" },
    { "backup", tool_backup, 1, 1, OPTIONS_LIVE, "backup FILE",
      "Copies the store, consistent as of now. While hallqd runs, it writes the copy itself,\n"
      "so FILE must be where it may write, as beside its store.\n" },
    { "restore", tool_restore, 1, 1, OPTION_CONFIG | OPTION_NEXT, "restore FILE [--next A=120,B=7]",
      "Verifies the copy, puts it in the store's place and begins a new era.\n"
      "hallqd must not run (exit 4).\n"
      "  --next       the first numbers to give out today, above those on paper already\n" },
    { "estimates", tool_estimates, 0, 0, OPTION_CONFIG, "estimates",
      "Prints for each day and service of the last four weeks how long tickets waited, what\n"
      "was promised on them, how far the two lie apart (minutes) and how many were called\n"
      "within the promised range. hallqd may run.\n" },
    { "advise", tool_advise, 0, 0, OPTION_CONFIG | OPTION_WINDOWS,
      "advise [--windows N|SERVICE=N,...]",
      "Prints for today and the next open days how many windows each service needs from\n"
      "which half hour on, by the arrivals of the last four weeks and what is booked. Days\n"
      "changed by command count as changed. hallqd may run.\n"
      "  --windows    so many will open: prints the longest wait to expect from which half hour\n"
      "               on. N serve everything, SERVICE=N that alone. As if people came evenly\n"
      "               within the half hour: who comes in a crowd waits longer\n" },
    { "scan", tool_scan, 1, 1,
      OPTION_CONFIG | OPTION_BAUD | OPTION_TO | OPTION_FORMAT | OPTION_PROGRESS | OPTION_JSON,
      "scan PORT [--baud RATE,...] [--to ADDRESS] [--progress] [--json]",
      "Asks each address of a line by Modbus RTU and prints a table of who answers: kind,\n"
      "firmware, serial number. What speaks another protocol is not found. PORT is a path,\n"
      "usb:SERIAL, usb:1-1.3, tcp:HOST:PORT, or the id of a bus of the config. hallqd must\n"
      "not use it (exit 4). Where the config has the line, the table names its devices, and who\n"
      "of them was not found. Progress is drawn where stderr is a terminal. Through a serial\n"
      "server (tcp:) each address takes 40 ms more.\n"
      "  --baud       rates to try, in order (default 115200,19200,9600)\n"
      "  --format     data bits, parity, stop bits (default the config's of this port, else 8N1)\n"
      "  --to         the last address to ask (default 247)\n"
      "  --progress   says progress line by line where stderr is no terminal\n"
      "  --json       one JSON object a line, as they are found\n"
      "Asked is the identity of the reference register map (FC04 at 0). A device of another\n"
      "maker's map is found only where it answers that, if only to refuse it.\n"
      "Exit 0: somebody answered, 1: nobody did.\n" },
    { "device", tool_device, 3, 130, OPTION_CONFIG | OPTION_BAUD | OPTION_FORMAT | OPTION_JSON,
      "device PORT ADDRESS read [input|holding|coil|discrete NUMBER [COUNT]] |\n"
      "             write REGISTER VALUE... | write coil NUMBER 0|1... |\n"
      "             identify [SECONDS] | address NEW |\n"
      "             print [TEXT [QR]] | text TEXT [red|green|amber] [flash] [scroll] |\n"
      "             conform [press]",
      "One device on the bench, by the reference register map; of a device of another maker's\n"
      "map only read with a NUMBER and write tell anything. hallqd must not use the line\n"
      "(exit 4). PORT is a path, usb:SERIAL, usb:1-1.3, tcp:HOST:PORT, or the id of a bus\n"
      "of the config.\n"
      "  read         all that it says of itself, in words; or so many input registers, holding\n"
      "               registers, coils or discrete inputs from NUMBER on, as numbers\n"
      "  write        values into registers in one request (FC16), and reads them back; or into\n"
      "               coils, one by FC05, several by FC15\n"
      "  identify     makes it blink (10 s; 0 stops it)\n"
      "  address      gives it another address; refused where a device answers there\n"
      "  print        a dispenser prints a test page, or TEXT (200 bytes of GBK at most)\n"
      "  text         a board or a unit shows TEXT (128 bytes of GBK at most)\n"
      "  conform      checks it against the map, step by step: each with what was found and what\n"
      "               was expected; exit 1 when it has a fault. It prints one paper and ends "
      "dark.\n"
      "               press: somebody stands by, presses keys and counts papers as asked\n"
      "  --baud       the line's rate (default the config's of this port, else 9600)\n"
      "  --format     data bits, parity, stop bits (default the same, else 8N1)\n"
      "  --json       read and conform print JSON\n" },
    { "walk", tool_walk, 0, 0, OPTION_CONFIG | OPTION_QUICK | OPTION_WAIT | OPTION_JSON,
      "walk [--quick] [--wait SECONDS] [--json]",
      "Through the hall with an installer: lights each window's board, asks for each key of each\n"
      "device in turn, hears which device was pressed, and prints the wiring report for the\n"
      "hand-over. Devices in each other's place are found. hallqd must not run (exit 4).\n"
      "Enter skips a device, q and Enter ends the walk. Devices of another protocol, or whose\n"
      "profile has not the reference register map, are named at the end and not walked: try\n"
      "them once hallqd runs.\n"
      "  --quick      one key a device\n"
      "  --wait       so long for each press (default 120)\n"
      "  --json       the report as one JSON object\n"
      "Exit 0: pass, 1: fail.\n" },
    { "user", tool_user, 1, 2,
      OPTIONS_LIVE | OPTION_ROLE | OPTION_STAFF | OPTION_TOKEN | OPTION_JSON,
      "user add NAME --role ROLE [--staff NUMBER] | passwd NAME | remove NAME [--token] |\n"
      "             token NAME --role ROLE [--staff NUMBER] | list [--json]",
      "Page users and API tokens. Passwords are asked for, or read as one line from stdin;\n"
      "a token is drawn, printed once and kept as a hash only.\n"
      "  --role       viewer, staff, guide, manager or admin\n"
      "  --staff      the staff number, with the role staff alone\n"
      "  --token      remove the token of that name, not the user\n" },
};
enum { ROW_COUNT = sizeof(ROWS) / sizeof(ROWS[0]) };

static int parse(int argc, char **argv, struct tool *tool, unsigned *given);
static unsigned take_option(int letter, struct tool *tool);
static int run_row(const struct tool_row *row, const struct tool *tool, unsigned given);
static const struct tool_row *find_row(const char *word);
static void print_help(FILE *out);
static void print_row_help(const struct tool_row *row, FILE *out);
static void print_commands(FILE *out);

enum { WANTS_HELP = 1u << 30 };

int main(int argc, char **argv) {
    struct tool tool = { .config_file = "/etc/hallq/hallq.jsonc" };
    unsigned given = 0;
    if (argc < 2) {
        print_help(stderr);
        return TOOL_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("hallq %s\n", HALLQ_VERSION);
        return TOOL_DONE;
    }
    if (parse(argc, argv, &tool, &given) != TOOL_DONE) {
        return TOOL_USAGE;
    }
    const struct tool_row *row = tool.count > 0 ? find_row(tool.words[0]) : NULL;
    if ((given & WANTS_HELP) != 0) {
        if (row == NULL) {
            print_help(stdout);
        } else {
            print_row_help(row, stdout);
        }
        return TOOL_DONE;
    }
    if (row == NULL) {
        fprintf(stderr, "hallq: %s is no command; hallq --help lists them\n",
                tool.count > 0 ? tool.words[0] : "nothing");
        return TOOL_USAGE;
    }
    if (!password_init()) {
        fprintf(stderr, "hallq: the system gives no randomness\n");
        return TOOL_USAGE;
    }
    tool.count--;
    tool.words++;
    return run_row(row, &tool, given);
}

int tool_check(const struct tool *tool) {
    const char *file = tool->count > 0 ? tool->words[0] : tool->config_file;
    struct config *config = NULL;
    unsigned devices = 0;
    if (config_load_to_run(file, &config, stderr) != HALL_OK) {
        return TOOL_USAGE;
    }
    fputs(config->warnings, stderr);
    for (unsigned i = 0; i < config->bus_count; i++) {
        devices += config->buses[i].bus.device_count;
    }
    printf("%s: good: %u services, %u windows, %u staff, %u devices on %u %s\n", file,
           (unsigned)config->rules.service_count, (unsigned)config->rules.window_count,
           (unsigned)config->rules.staff_count, devices, config->bus_count,
           config->bus_count == 1 ? "bus" : "buses");
    config_free(config);
    return TOOL_DONE;
}

static int parse(int argc, char **argv, struct tool *tool, unsigned *given) {
    static const struct option OPTIONS[] = { { "config", required_argument, NULL, 'c' },
                                             { "socket", required_argument, NULL, 's' },
                                             { "json", no_argument, NULL, 'j' },
                                             { "verify", no_argument, NULL, 'v' },
                                             { "next", required_argument, NULL, 'n' },
                                             { "baud", required_argument, NULL, 'b' },
                                             { "to", required_argument, NULL, 't' },
                                             { "role", required_argument, NULL, 'r' },
                                             { "staff", required_argument, NULL, 'f' },
                                             { "after", required_argument, NULL, 'a' },
                                             { "token", no_argument, NULL, 'k' },
                                             { "windows", required_argument, NULL, 'o' },
                                             { "format", required_argument, NULL, 'm' },
                                             { "progress", no_argument, NULL, 'p' },
                                             { "quick", no_argument, NULL, 'q' },
                                             { "wait", required_argument, NULL, 'w' },
                                             { "lines", no_argument, NULL, 'l' },
                                             { "help", no_argument, NULL, 'h' },
                                             { NULL, 0, NULL, 0 } };
    for (;;) {
        /* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread. */
        int letter = getopt_long(argc, argv, "c:h", OPTIONS, NULL);
        if (letter == -1) {
            break;
        }
        if (letter == '?') {
            return TOOL_USAGE;
        }
        *given |= take_option(letter, tool);
    }
    tool->count = argc - optind;
    tool->words = argv + optind;
    return TOOL_DONE;
}

static unsigned take_option(int letter, struct tool *tool) {
    switch (letter) {
    case 'c':
        tool->config_file = optarg;
        tool->is_config_given = true;
        return OPTION_CONFIG;
    case 's':
        tool->socket = optarg;
        return OPTION_SOCKET;
    case 'j':
        tool->json = true;
        return OPTION_JSON;
    case 'v':
        tool->verify = true;
        return OPTION_VERIFY;
    case 'n':
        tool->next = optarg;
        return OPTION_NEXT;
    case 'l':
        tool->lines = true;
        return OPTION_LINES;
    case 'b':
        tool->baud = optarg;
        return OPTION_BAUD;
    case 't':
        tool->to = optarg;
        return OPTION_TO;
    case 'r':
        tool->role = optarg;
        return OPTION_ROLE;
    case 'f':
        tool->staff = optarg;
        return OPTION_STAFF;
    case 'a':
        tool->after = optarg;
        return OPTION_AFTER;
    case 'm':
        tool->format = optarg;
        return OPTION_FORMAT;
    case 'p':
        tool->progress = true;
        return OPTION_PROGRESS;
    case 'q':
        tool->quick = true;
        return OPTION_QUICK;
    case 'w':
        tool->wait = optarg;
        return OPTION_WAIT;
    case 'k':
        tool->token = true;
        return OPTION_TOKEN;
    case 'o':
        tool->windows = optarg;
        return OPTION_WINDOWS;
    default:
        return WANTS_HELP;
    }
}

static int run_row(const struct tool_row *row, const struct tool *tool, unsigned given) {
    if ((given & ~row->options) != 0 || tool->count < row->least || tool->count > row->most) {
        fprintf(stderr, "usage: hallq %s\n", row->usage);
        return TOOL_USAGE;
    }
    if (row->run == tool_scan || row->run == tool_device || row->run == tool_walk) {
        /* A serial server that hangs up in mid-question is said in words. */
        (void)signal(SIGPIPE, SIG_IGN);
    }
    return row->run(tool);
}

static const struct tool_row *find_row(const char *word) {
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (strcmp(ROWS[i].word, word) == 0) {
            return &ROWS[i];
        }
    }
    return NULL;
}

static void print_help(FILE *out) {
    fprintf(out, "hallq %s: looks after a hall. Commands:\n", HALLQ_VERSION);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        fprintf(out, "  hallq %s\n", ROWS[i].usage);
    }
    fprintf(out, "hallq COMMAND --help says more of one. Common options:\n"
                 "  -c FILE        the config (default /etc/hallq/hallq.jsonc)\n"
                 "  --socket PATH  of the running hallqd (default: what the config says)\n"
                 "Exit: 0 done, 1 refused or not found, 2 usage or config, 3 store,\n"
                 "      4 hallqd runs and must not, 5 no hallqd.\n");
}

/* What `send` takes; their values stand in the schemas and in asyncapi.yaml. */
static void print_commands(FILE *out) {
    enum { COLUMNS = 4 };
    fprintf(out, "Commands:\n");
    for (unsigned i = 1; i < COMMAND_TYPES; i++) {
        bool ends = i % COLUMNS == 0 || i + 1 == COMMAND_TYPES;
        fprintf(out, ends ? "  %s\n" : "  %-19s", command_name((enum command_type)i));
    }
}

static void print_row_help(const struct tool_row *row, FILE *out) {
    fprintf(out, "usage: hallq %s\n%s", row->usage, row->help);
    if (row->run == tool_send) {
        print_commands(out);
    }
    if ((row->options & OPTION_CONFIG) != 0) {
        fprintf(out, "  -c FILE      the config (default /etc/hallq/hallq.jsonc)\n");
    }
    if ((row->options & OPTION_SOCKET) != 0) {
        fprintf(out, "  --socket PATH  of the running hallqd (default: what the config says)\n");
    }
}
