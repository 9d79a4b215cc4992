/*
 * hallqd: the service. Exit 0 after a clean stop, 1 an address or the socket can't be had, 2 bad config or usage,
 * 3 the store, 4 another one runs on it.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "controller/config.h"
#include "controller/loop.h"

enum { EXIT_OUTSIDE = 1, EXIT_CONFIG = 2, EXIT_STORE = 3, EXIT_RUNNING = 4 };

static int exit_code(enum hall_error error);
static void print_usage(FILE *out);

int main(int argc, char **argv) {
    static const struct option options[] = { { "config", required_argument, NULL, 'c' },
                                             { "help", no_argument, NULL, 'h' },
                                             { "version", no_argument, NULL, 'v' },
                                             { NULL, 0, NULL, 0 } };
    const char *file = "/etc/hallq/hallq.jsonc";
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): no thread has been started yet */
    for (int option; (option = getopt_long(argc, argv, "c:hv", options, NULL)) != -1;) {
        if (option == 'c') {
            file = optarg;
        } else if (option == 'v') {
            printf("hallqd %s\n", HALLQ_VERSION);
            return 0;
        } else {
            print_usage(option == 'h' ? stdout : stderr);
            return option == 'h' ? 0 : EXIT_CONFIG;
        }
    }
    if (optind != argc) {
        fprintf(stderr, "hallqd: \"%s\" is not expected\n", argv[optind]);
        print_usage(stderr);
        return EXIT_CONFIG;
    }
    struct config *config;
    if (config_load_to_run(file, &config, stderr) != HALL_OK) {
        return EXIT_CONFIG;
    }
    struct loop *loop;
    char fault[WHAT_SIZE] = "";
    enum hall_error error = loop_open(config, &loop, fault);
    if (error != HALL_OK) {
        fprintf(stderr, "hallqd: %s\n", fault);
        return exit_code(error);
    }
    loop_run(loop);
    loop_close(loop);
    return 0;
}

/* systemd starts it again after 1 and 3 only. */
static int exit_code(enum hall_error error) {
    if (error == HALL_BUSY) {
        return EXIT_RUNNING;
    }
    if (error == HALL_INVALID) {
        return EXIT_CONFIG;
    }
    return error == HALL_BROKEN ? EXIT_STORE : EXIT_OUTSIDE;
}

static void print_usage(FILE *out) {
    fputs("usage: hallqd [-c FILE]\n"
          "  Runs the hall that FILE describes (default /etc/hallq/hallq.jsonc).\n"
          "  -c, --config FILE  the config; `hallq check FILE` tells its mistakes\n"
          "  -v, --version      print the version\n"
          "  -h, --help         print this\n"
          "HALLQ_DEBUG=1 in the environment: what only developers need is logged too.\n"
          "SIGTERM stops it cleanly, SIGHUP reads the config again.\n"
          "Exit: 0 stopped cleanly, 1 an address or the socket can't be had, 2 bad config,\n"
          "3 the store can't be opened, 4 another one runs on it.\n",
          out);
}
