#include "controller/unsaved.h"

#include <string.h>

static unsigned find(const struct unsaved *unsaved, const char *kind, const char *subject);
static bool is_saved(const struct snapshot *snapshot, const struct alert_now *alert);

void unsaved_keep_help(struct unsaved *unsaved, uint16_t window, int64_t now_ms) {
    for (unsigned i = 0; i < unsaved->help_count; i++) {
        if (unsaved->helps[i].window == window) {
            return;
        }
    }
    if (unsaved->help_count < WINDOWS_MAX) {
        unsaved->helps[unsaved->help_count++] =
            (struct unsaved_help){ .window = window, .pressed_ms = now_ms };
    }
}

void unsaved_settle(struct unsaved *unsaved, bool is_saved) {
    unsigned kept = 0;
    for (unsigned i = 0; i < unsaved->help_count; i++) {
        struct unsaved_help *help = &unsaved->helps[i];
        if (!help->is_offered || !is_saved) {
            help->is_offered = false;
            unsaved->helps[kept++] = *help;
        }
    }
    unsaved->help_count = kept;
}

/* A snapshot that could not be made anew still has those of last time. */
void unsaved_begin(struct unsaved *unsaved, struct snapshot *snapshot) {
    uint16_t kept = 0;
    for (unsigned i = 0; i < snapshot->alert_count; i++) {
        if (!snapshot->alerts[i].is_unsaved) {
            snapshot->alerts[kept++] = snapshot->alerts[i];
        }
    }
    snapshot->alert_count = kept;
    memset(unsaved->is_told, 0, sizeof unsaved->is_told);
}

void unsaved_tell(struct unsaved *unsaved, const struct snapshot *snapshot,
                  const struct alert_now *alert) {
    if (is_saved(snapshot, alert)) {
        return;
    }
    unsigned place = find(unsaved, alert->kind, alert->subject);
    if (place == unsaved->count) {
        if (place == UNSAVED_MAX) {
            return;
        }
        unsaved->count++;
        unsaved->alerts[place] = *alert;
        unsaved->alerts[place].id = ++unsaved->last_id;
        unsaved->alerts[place].is_unsaved = true;
    }
    memcpy(unsaved->alerts[place].text, alert->text, sizeof alert->text);
    unsaved->is_told[place] = true;
}

void unsaved_withdraw(struct unsaved *unsaved, const char *kind, const char *subject) {
    unsigned place = find(unsaved, kind, subject);
    if (place < unsaved->count) {
        unsaved->is_told[place] = false;
    }
}

void unsaved_end(struct unsaved *unsaved, bool keeps_untold, struct snapshot *snapshot) {
    unsigned kept = 0;
    for (unsigned i = 0; i < unsaved->count; i++) {
        if (keeps_untold || unsaved->is_told[i]) {
            unsaved->alerts[kept++] = unsaved->alerts[i];
        }
    }
    unsaved->count = kept;
    unsigned most = ALERTS_NOW_MAX - unsaved->count;
    if (snapshot->alert_count > most) {
        memmove(snapshot->alerts, &snapshot->alerts[snapshot->alert_count - most],
                most * sizeof snapshot->alerts[0]);
        snapshot->alert_count = (uint16_t)most;
    }
    for (unsigned i = 0; i < unsaved->count; i++) {
        snapshot->alerts[snapshot->alert_count++] = unsaved->alerts[i];
    }
}

/* `count` when it is not among them. */
static unsigned find(const struct unsaved *unsaved, const char *kind, const char *subject) {
    unsigned place = 0;
    while (place < unsaved->count && (strcmp(unsaved->alerts[place].kind, kind) != 0 ||
                                      strcmp(unsaved->alerts[place].subject, subject) != 0)) {
        place++;
    }
    return place;
}

static bool is_saved(const struct snapshot *snapshot, const struct alert_now *alert) {
    for (unsigned i = 0; i < snapshot->alert_count; i++) {
        if (strcmp(snapshot->alerts[i].kind, alert->kind) == 0 &&
            strcmp(snapshot->alerts[i].subject, alert->subject) == 0) {
            return true;
        }
    }
    return false;
}
