#include "controller/image.h"

#include <stdio.h>
#include <string.h>

#include "controller/template.h"
#include "protocol/alpha.h"

enum { THANKS_MS = 3000 };

static int64_t sooner(int64_t next_ms, int64_t end_ms, int64_t now_ms);
static void terminal_of(const struct window_now *window, struct terminal_image *image);
static void keypad_of(const struct window_now *window, const struct config *config,
                      struct keypad_image *image);
static void board_of_window(const struct snapshot *snapshot, const struct config *config,
                            const struct window_now *window, struct board_image *image);
static void plain_call(const struct window_now *window, const char *ticket,
                       struct board_image *image);
static void plain_window(const struct window_now *window, const char *word,
                         struct board_image *image);
static void plain_label(const struct window_now *window, char label[NAME_SIZE]);
static void add_plain(struct board_image *image, const char *line);
static void board_of_hall(const struct snapshot *snapshot, const struct config *config,
                          const struct device_place *place, struct board_image *image);
static void dispenser_of(const struct snapshot *snapshot, const struct config *config,
                         const struct device_config *device, const struct device_place *place,
                         struct dispenser_image *image);
static bool can_print(const struct snapshot *snapshot, const struct device_config *device,
                      const struct device_place *place);
static void job_of(const struct snapshot *snapshot, const struct config *config,
                   const char *dispenser, struct print_job *job);
static void add_qr(const struct config *config, const struct printing_now *printing,
                   struct print_job *job);
static const struct window_now *find_window(const struct snapshot *snapshot, uint16_t id);
static const struct service_now *find_service(const struct snapshot *snapshot, unsigned index);

void image_of_device(const struct snapshot *snapshot, const struct config *config,
                     const struct device_config *device, const struct device_place *place,
                     struct image *image) {
    /* Images are compared byte by byte, so the gaps between members must be still. */
    memset(image, 0, sizeof *image);
    image->role = device->role;
    const struct window_now *window = find_window(snapshot, place->window);
    bool is_unit = device->role == ROLE_UNIT;
    if (device->role == ROLE_DISPENSER) {
        dispenser_of(snapshot, config, device, place, &image->dispenser);
    }
    if (device->role == ROLE_PRINTER) {
        job_of(snapshot, config, place->dispenser, &image->dispenser.job);
    }
    if (window != NULL && (is_unit || device->role == ROLE_TERMINAL)) {
        terminal_of(window, &image->terminal);
    }
    if (window != NULL && (is_unit || device->role == ROLE_KEYPAD)) {
        keypad_of(window, config, &image->keypad);
    }
    if (window != NULL && (is_unit || device->role == ROLE_BOARD)) {
        board_of_window(snapshot, config, window, &image->board);
    }
    if (device->role == ROLE_BOARD && place->window == 0) {
        board_of_hall(snapshot, config, place, &image->board);
    }
}

int64_t image_next_ms(const struct snapshot *snapshot, const struct config *config) {
    int64_t next_ms = INT64_MAX;
    int64_t flash_ms = (int64_t)config->boards.flash_s * 1000;
    for (unsigned i = 0; i < snapshot->window_count; i++) {
        const struct window_now *window = &snapshot->windows[i];
        next_ms = sooner(next_ms, window->called_ms + flash_ms, snapshot->now_ms);
        next_ms = sooner(next_ms, window->thanks_ms + THANKS_MS, snapshot->now_ms);
        next_ms = sooner(next_ms, window->qr_ends_ms, snapshot->now_ms);
    }
    return next_ms;
}

/* What is over already no longer ends. */
static int64_t sooner(int64_t next_ms, int64_t end_ms, int64_t now_ms) {
    return end_ms > now_ms && end_ms < next_ms ? end_ms : next_ms;
}

static void terminal_of(const struct window_now *window, struct terminal_image *image) {
    static const uint16_t lamps[] = {
        [WINDOW_NONE] = LAMP_CLOSED,     [WINDOW_CLOSED] = LAMP_CLOSED,
        [WINDOW_OPEN] = LAMP_READY,      [WINDOW_CALLING] = LAMP_CALLING,
        [WINDOW_SERVING] = LAMP_SERVING, [WINDOW_PAUSED] = LAMP_PAUSED
    };
    image->ticket = window->ticket;
    image->waiting = window->waiting;
    image->lamp = lamps[window->state];
    /* Rating: the visit is done and the citizen is still asked, so NEXT would hurry them away. */
    if (window->state == WINDOW_OPEN && window->keypad == KEYPAD_INVITE) {
        image->lamp = LAMP_RATING;
    }
}

static void keypad_of(const struct window_now *window, const struct config *config,
                      struct keypad_image *image) {
    image->state = window->keypad;
    bool shows_session = image->state == KEYPAD_INVITE || image->state == KEYPAD_THANKS ||
                         image->state == KEYPAD_REASONS;
    image->session = shows_session ? window->session : 0;
    if (window->staff[0] == 0) {
        return;
    }
    memcpy(image->staff, window->staff, STAFF_SIZE);
    for (unsigned i = 0; i < config->rules.staff_count; i++) {
        if (strcmp(config->rules.staff[i].id, window->staff) == 0) {
            image->stars = config->staff[i].stars;
            memcpy(image->name, config->staff[i].name, STAFF_NAME_SIZE);
        }
    }
}

/*
 * Calling: the call text in red, flashing for flash_s after each call. Serving: the same text, still. Open: the idle
 * text in green. Paused and closed say so in amber and red. Before those three, in green, to a citizen whom no keypad
 * could ask: rate by the QR on the ticket. It needs one, so a public_url. The plain form of each is English.
 */
static void board_of_window(const struct snapshot *snapshot, const struct config *config,
                            const struct window_now *window, struct board_image *image) {
    struct template_values values = { .window = window->label };
    char ticket[TICKET_SIZE];
    char services[BOARD_TEXT_SIZE];
    ticket_no_format(window->ticket, ticket);
    template_services(snapshot, window->own, services, sizeof services);
    values.ticket = ticket;
    values.services = services;
    if (window->qr_ends_ms > snapshot->now_ms && config->http.public_url[0] != 0) {
        image->style = STYLE_GREEN;
        snprintf(image->text, sizeof image->text, "请扫票上二维码评价");
        add_plain(image, "SCAN QR TO RATE");
        return;
    }
    switch (window->state) {
    case WINDOW_CALLING:
    case WINDOW_SERVING:
        image->style = STYLE_RED;
        if (snapshot->now_ms < window->called_ms + (int64_t)config->boards.flash_s * 1000) {
            image->style |= STYLE_FLASH;
        }
        template_fill(config->boards.call, &values, image->text, sizeof image->text);
        plain_call(window, ticket, image);
        return;
    case WINDOW_OPEN:
        image->style = STYLE_GREEN;
        template_fill(config->boards.idle, &values, image->text, sizeof image->text);
        plain_window(window, "OPEN", image);
        return;
    case WINDOW_PAUSED:
        image->style = STYLE_AMBER;
        template_fill("{window}号窗口 暂停服务", &values, image->text, sizeof image->text);
        plain_window(window, "PAUSED", image);
        return;
    case WINDOW_NONE:
    case WINDOW_CLOSED:
        image->style = STYLE_RED;
        template_fill("{window}号窗口 未开放", &values, image->text, sizeof image->text);
        plain_window(window, "CLOSED", image);
        return;
    }
}

/* What digits and Latin letters can say: "A012 -> 3", "3 CLOSED". */
static void plain_call(const struct window_now *window, const char *ticket,
                       struct board_image *image) {
    char label[NAME_SIZE];
    char line[PLAIN_TEXT_SIZE];
    plain_label(window, label);
    snprintf(line, sizeof line, "%s -> %s", ticket, label);
    add_plain(image, line);
}

static void plain_window(const struct window_now *window, const char *word,
                         struct board_image *image) {
    char label[NAME_SIZE];
    char line[PLAIN_TEXT_SIZE];
    plain_label(window, label);
    snprintf(line, sizeof line, "%s %s", label, word);
    add_plain(image, line);
}

/* A label of other characters gives way to the window's number. */
static void plain_label(const struct window_now *window, char label[NAME_SIZE]) {
    bool is_plain = window->label[0] != '\0' && alpha_can_show(window->label);
    if (is_plain) {
        memcpy(label, window->label, NAME_SIZE);
    } else {
        snprintf(label, NAME_SIZE, "%u", window->id);
    }
}

/* One more line, where it has room whole. */
static void add_plain(struct board_image *image, const char *line) {
    size_t used = strlen(image->plain);
    size_t length = strlen(line);
    size_t end = used > 0 ? 1 : 0;
    if (used + end + length >= sizeof image->plain) {
        return;
    }
    memcpy(image->plain + used, "\n", end);
    memcpy(image->plain + used + end, line, length + 1);
}

/* A summary board: the last calls of its zone, newest first, one a line. */
static void board_of_hall(const struct snapshot *snapshot, const struct config *config,
                          const struct device_place *place, struct board_image *image) {
    unsigned lines = 0;
    size_t used = 0;
    image->style = STYLE_RED;
    for (unsigned i = 0; i < snapshot->called_count && lines < place->lines; i++) {
        const struct called_now *called = &snapshot->called[i];
        const struct window_now *window = find_window(snapshot, called->window);
        if (window == NULL || (place->zone[0] != 0 && strcmp(place->zone, window->zone) != 0)) {
            continue;
        }
        char ticket[TICKET_SIZE];
        char line[LINE_SIZE * 2];
        ticket_no_format(called->ticket, ticket);
        struct template_values values = { .ticket = ticket, .window = window->label };
        template_fill(config->boards.call, &values, line, sizeof line);
        size_t length = strlen(line) + (lines > 0 ? 1 : 0);
        if (used + length >= sizeof image->text) {
            break;
        }
        if (lines > 0) {
            image->text[used++] = '\n';
        }
        memcpy(image->text + used, line, strlen(line));
        used += strlen(line);
        plain_call(window, ticket, image);
        lines++;
    }
    if (lines == 0) {
        image->style = STYLE_GREEN;
        snprintf(image->text, sizeof image->text, "%s", config->hall_name);
    }
}

static void dispenser_of(const struct snapshot *snapshot, const struct config *config,
                         const struct device_config *device, const struct device_place *place,
                         struct dispenser_image *image) {
    bool is_lit = snapshot->is_saved && can_print(snapshot, device, place);
    for (unsigned key = 1; key <= DISPENSER_KEYS; key++) {
        const struct service_now *service = find_service(snapshot, place->keys[key]);
        if (service == NULL) {
            continue;
        }
        image->waiting[key - 1] = service->waiting;
        if (service->is_open && !service->needs_precheck && is_lit) {
            image->enabled |= UINT32_C(1) << (key - 1);
        }
    }
    if (place->printer[0] == 0) {
        job_of(snapshot, config, device->id, &image->job);
    }
}

/* One that has a printer is online for the hall while that can print (pair.h); any other takes care of itself. */
static bool can_print(const struct snapshot *snapshot, const struct device_config *device,
                      const struct device_place *place) {
    bool is_online = place->printer[0] == 0;
    for (unsigned i = 0; i < snapshot->device_count && !is_online; i++) {
        const struct device_now *now = &snapshot->devices[i];
        is_online = now->is_online && strcmp(now->id, device->id) == 0;
    }
    return is_online;
}

static void job_of(const struct snapshot *snapshot, const struct config *config,
                   const char *dispenser, struct print_job *job) {
    for (unsigned i = 0; i < snapshot->printing_count; i++) {
        const struct printing_now *printing = &snapshot->printing[i];
        if (strcmp(printing->dispenser, dispenser) == 0) {
            job->job = printing->job;
            job->is_bound = true;
            job->serial = printing->serial;
            job->boots = printing->boots;
            template_ticket(snapshot, config, printing, job->text, sizeof job->text);
            add_qr(config, printing, job);
            return;
        }
    }
}

/* The citizen's page of this ticket; none where phones have no address to reach the hall by. */
static void add_qr(const struct config *config, const struct printing_now *printing,
                   struct print_job *job) {
    const char *url = config->http.public_url;
    size_t length = strlen(url);
    if (length == 0) {
        return;
    }
    _Static_assert(PUBLIC_URL_MAX + sizeof "/t/" + TOKEN_SIZE <= QR_SIZE, "a QR has room for it");
    snprintf(job->qr, sizeof job->qr, "%s%st/%s", url, url[length - 1] == '/' ? "" : "/",
             printing->token);
}

static const struct window_now *find_window(const struct snapshot *snapshot, uint16_t id) {
    for (unsigned i = 0; i < snapshot->window_count; i++) {
        if (snapshot->windows[i].id == id) {
            return &snapshot->windows[i];
        }
    }
    return NULL;
}

static const struct service_now *find_service(const struct snapshot *snapshot, unsigned index) {
    for (unsigned i = 0; i < snapshot->service_count && index != 0; i++) {
        if (snapshot->services[i].index == index) {
            return &snapshot->services[i];
        }
    }
    return NULL;
}
