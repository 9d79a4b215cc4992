/* What the walk's two files share: the hall's devices in the order in which an installer meets them. */
#ifndef CONTROLLER_TOOLS_WALK_H
#define CONTROLLER_TOOLS_WALK_H

#include <signal.h>

#include "controller/tools/tool.h"
#include "controller/wiring.h"
#include "devices/listener.h"

enum { WALK_TYPED = 128, WALK_NAME = 192 };

struct walk {
    const struct tool *tool;
    struct config *config;
    struct bench *benches[BUSES_MAX]; /* NULL: none that a walk can hear */
    struct wiring wiring;
    struct listener listeners[DEVICES_MAX];         /* beside wiring.places, as the next */
    const struct device_place *places[DEVICES_MAX]; /* borrowed from the config */
    unsigned wait_s;
    bool is_stopped;
    bool is_deaf; /* nobody types */
    char typed[WALK_TYPED];
    size_t typed_length;
};

/* A key to be asked for; `code` of the reference map. */
struct walk_key {
    enum role part;
    uint16_t code;
    char name[WALK_NAME];
};

/* Set by a signal: the walk ends, and says how far it came. */
extern volatile sig_atomic_t walk_was_stopped;

/* Asks for one key of a device, hears what comes, and keeps it in the wiring. */
void walk_try_key(struct walk *walk, unsigned place, const struct walk_key *key);
/* Says to the installer where to go and what to do there. */
void walk_say(const struct walk *walk, unsigned place, const char *what);
/* A whole line that was typed, without its end, into WALK_TYPED bytes. At most `wait_ms`. */
bool walk_read_typed(struct walk *walk, int wait_ms, char *line);
int64_t walk_now_ms(void);
/* The label of a window; "" of none. */
const char *walk_label(const struct walk *walk, uint16_t window);
/* The wiring report: on stdout, as text or JSON. */
void walk_report(const struct walk *walk);

#endif
