#include "devices/alpha_driver.h"

#include <string.h>

#include "devices/sign.h"
#include "devices/sign_layout.h"

enum {
    WRITE_MOST_US = 1000000,
    PAUSE_US = 100000,     /* between two frames to one sign */
    CLEARED_US = 1000000,  /* a sign gives its memory out anew */
    REPEAT_US = 1000000,   /* after a change: once more */
    REFRESH_US = 30000000, /* the STRINGs, without a change */
    LOOK_US = 1000000,
    FILE_SIZE = 0x40
};
enum due { DUE_NOTHING, DUE_MEMORY, DUE_STRING, DUE_TEXT };

static const char TEXT_LABEL = 'A';
static const char FIRST_STRING = '1';
static const char WELL[] = "write only: what it shows is not known";

struct panel {
    struct sign sign;
    struct sign_face face;
    bool is_mapped, is_text_due;
    bool is_new;          /* the image was not sent yet, */
    bool is_text_new;     /* the TEXT not a second time */
    unsigned strings_due; /* bit i: line i */
    int64_t ready_us;     /* the next frame to it, no sooner */
    int64_t repeat_us;
};

struct alpha {
    struct link *link;
    unsigned next; /* whose turn it is */
    struct panel panels[BUS_DEVICES_MAX];
};

static void alpha_init(void *state, struct link *link);
static bool alpha_rise(void *state);
static void alpha_fall(void *state, bool is_end, int64_t now_us);
static void alpha_show(void *state, unsigned device, const struct image *image, int64_t now_us);
static enum hall_error alpha_step(void *state);
static struct panel *alpha_pick(struct alpha *alpha, int64_t now_us, int64_t *until_us);
static enum hall_error alpha_send(struct alpha *alpha, struct panel *panel, int64_t now_us);
static void alpha_count(struct alpha *alpha, const struct panel *panel);
static void panel_take(struct panel *panel, const struct sign_face *face, int64_t now_us);
static void panel_age(struct panel *panel, int64_t now_us);
static enum due panel_due(const struct panel *panel);
static size_t panel_write(const struct panel *panel, enum due due, uint8_t *frame);
static size_t panel_write_memory(const struct panel *panel, uint8_t *frame);
static void panel_sent(struct panel *panel, enum due due, int64_t now_us);
static unsigned line_first(unsigned lines);
static unsigned lines_all(const struct panel *panel);

const struct driver ALPHA_DRIVER = { .size = sizeof(struct alpha),
                                     .init = alpha_init,
                                     .rise = alpha_rise,
                                     .fall = alpha_fall,
                                     .show = alpha_show,
                                     .step = alpha_step };

static void alpha_init(void *state, struct link *link) {
    struct alpha *alpha = state;
    alpha->link = link;
    for (unsigned i = 0; i < link->config->device_count; i++) {
        sign_init(&alpha->panels[i].sign, link, i);
    }
}

static bool alpha_rise(void *state) {
    struct alpha *alpha = state;
    for (unsigned i = 0; i < alpha->link->config->device_count; i++) {
        struct panel *panel = &alpha->panels[i];
        panel->is_mapped = false;
        panel->ready_us = 0;
    }
    return true;
}

static void alpha_fall(void *state, bool is_end, int64_t now_us) {
    struct alpha *alpha = state;
    unsigned count = alpha->link->config->device_count;
    for (unsigned i = 0; i < count && !is_end; i++) {
        if (alpha->panels[i].sign.is_online) {
            sign_lose(&alpha->panels[i].sign, "the line is lost", now_us);
        }
    }
    struct bus_stats *stats = link_lock(alpha->link);
    for (unsigned i = 0; i < count; i++) {
        sign_fill(&alpha->panels[i].sign, WELL, &stats->devices[i]);
    }
    link_unlock(alpha->link);
}

static void alpha_show(void *state, unsigned device, const struct image *image, int64_t now_us) {
    struct alpha *alpha = state;
    struct panel *panel = &alpha->panels[device];
    if (sign_take(&panel->sign, image, now_us)) {
        struct sign_face face;
        sign_lay_face(panel->sign.config, &panel->sign.image, &face);
        panel_take(panel, &face, now_us);
    }
}

/* Whatever a sign or an echoing adapter says is taken off the line, and a line that hung up is noticed at once. */
static enum hall_error alpha_step(void *state) {
    struct alpha *alpha = state;
    struct line *line = alpha->link->line;
    int64_t now_us = line_now_us();
    if (now_us < line->quiet_us) {
        return link_wait(alpha->link, line->quiet_us) ? HALL_OK : HALL_BUSY;
    }
    if (line_wait_silence(line, 0) == HALL_GONE) {
        return HALL_GONE;
    }
    int64_t until_us = now_us + LOOK_US;
    struct panel *panel = alpha_pick(alpha, now_us, &until_us);
    if (panel == NULL) {
        return link_listen(alpha->link, until_us) ? HALL_OK : HALL_BUSY;
    }
    return alpha_send(alpha, panel, now_us);
}

/* NULL: nothing is to be sent before `until_us`. */
static struct panel *alpha_pick(struct alpha *alpha, int64_t now_us, int64_t *until_us) {
    unsigned count = alpha->link->config->device_count;
    for (unsigned i = 0; i < count; i++) {
        struct panel *panel = &alpha->panels[(alpha->next + i) % count];
        panel_age(panel, now_us);
        bool is_due = panel_due(panel) != DUE_NOTHING;
        int64_t due_us = is_due ? panel->ready_us : panel->repeat_us;
        if (is_due && due_us <= now_us) {
            alpha->next = (alpha->next + i + 1) % count;
            return panel;
        }
        *until_us = due_us > now_us && due_us < *until_us ? due_us : *until_us;
    }
    return NULL;
}

static enum hall_error alpha_send(struct alpha *alpha, struct panel *panel, int64_t now_us) {
    struct line *line = alpha->link->line;
    uint8_t frame[ALPHA_FRAME_MAX];
    enum due due = panel_due(panel);
    size_t length = panel_write(panel, due, frame);
    enum hall_error error = line_write_until(line, frame, length, now_us + WRITE_MOST_US);
    if (error == HALL_TIMEOUT) {
        line_lose(line, "the line takes no more bytes");
        error = HALL_GONE;
    }
    if (error != HALL_OK) {
        return error;
    }
    panel_sent(panel, due, line->quiet_us);
    sign_come(&panel->sign, now_us);
    alpha_count(alpha, panel);
    return HALL_OK;
}

static void alpha_count(struct alpha *alpha, const struct panel *panel) {
    const struct line *line = alpha->link->line;
    struct bus_stats *bus = link_lock(alpha->link);
    struct device_stats *stats = &bus->devices[panel - alpha->panels];
    bus->busy_us += (uint64_t)(line->quiet_us > line_now_us() ? line->quiet_us - line_now_us() : 0);
    bus->stray_bytes = line->stray_bytes;
    stats->requests++;
    sign_fill(&panel->sign, WELL, stats);
    link_unlock(alpha->link);
}

static void panel_take(struct panel *panel, const struct sign_face *face, int64_t now_us) {
    const struct sign_face *old = &panel->face;
    for (unsigned i = 0; i < face->count; i++) {
        if (i >= old->count || strcmp(face->lines[i], old->lines[i]) != 0) {
            panel->strings_due |= 1u << i;
        }
    }
    bool is_text =
        face->mode != old->mode || face->colour != old->colour || face->count != old->count;
    panel->is_text_due = panel->is_text_due || is_text;
    panel->is_text_new = panel->is_text_new || is_text;
    panel->is_new = true;
    panel->face = *face;
    panel->strings_due &= lines_all(panel);
    panel->repeat_us = now_us + REPEAT_US;
}

static void panel_age(struct panel *panel, int64_t now_us) {
    if (panel->face.count == 0 || !panel->is_mapped || panel->repeat_us > now_us) {
        return;
    }
    panel->strings_due = lines_all(panel);
    panel->is_text_due = panel->is_text_due || panel->is_text_new;
    panel->is_text_new = false;
    panel->repeat_us = now_us + REFRESH_US;
}

/* The lines before the TEXT: when it begins to flash, the new number is there. */
static enum due panel_due(const struct panel *panel) {
    if (!panel->is_mapped) {
        return DUE_MEMORY;
    }
    if (panel->strings_due != 0) {
        return DUE_STRING;
    }
    return panel->is_text_due ? DUE_TEXT : DUE_NOTHING;
}

static size_t panel_write(const struct panel *panel, enum due due, uint8_t *frame) {
    uint8_t address = panel->sign.config->address;
    if (due == DUE_MEMORY) {
        return panel_write_memory(panel, frame);
    }
    if (due == DUE_STRING) {
        unsigned i = line_first(panel->strings_due);
        return alpha_write_string(address, (char)(FIRST_STRING + (char)i), panel->face.lines[i],
                                  frame);
    }
    struct alpha_text text = { .label = TEXT_LABEL,
                               .mode = panel->face.mode,
                               .colour = panel->face.colour };
    for (unsigned i = 0; i < panel->face.count; i++) {
        text.calls[i] = (char)(FIRST_STRING + (char)i);
    }
    return alpha_write_text(address, &text, frame);
}

static size_t panel_write_memory(const struct panel *panel, uint8_t *frame) {
    struct alpha_file files[1 + ALPHA_CALLS_MAX] = { { TEXT_LABEL, false, FILE_SIZE } };
    unsigned room = sign_face_room(panel->sign.config);
    for (unsigned i = 0; i < room; i++) {
        files[1 + i] =
            (struct alpha_file){ (char)(FIRST_STRING + (char)i), true, ALPHA_STRING_MAX };
    }
    return alpha_write_memory(panel->sign.config->address, files, 1 + room, frame);
}

/* `quiet_us`: when the last of the frame has left. */
static void panel_sent(struct panel *panel, enum due due, int64_t quiet_us) {
    panel->ready_us = quiet_us + PAUSE_US;
    if (due == DUE_MEMORY) {
        panel->is_mapped = true;
        panel->ready_us = quiet_us + CLEARED_US;
        panel->strings_due = lines_all(panel);
        panel->is_text_due = panel->is_text_new = panel->face.count > 0;
        panel->repeat_us = panel->ready_us + REPEAT_US;
        return;
    }
    if (due == DUE_STRING) {
        panel->strings_due &= panel->strings_due - 1; /* the lowest one was sent */
    } else {
        panel->is_text_due = false;
    }
    if (panel->is_new && panel_due(panel) == DUE_NOTHING) {
        panel->is_new = false;
        panel->sign.images++;
    }
}

static unsigned line_first(unsigned lines) {
    unsigned first = 0;
    while ((lines >> first & 1u) == 0) {
        first++;
    }
    return first;
}

static unsigned lines_all(const struct panel *panel) {
    return (1u << panel->face.count) - 1;
}
