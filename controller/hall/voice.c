#include "controller/hall/voice.h"

#include <assert.h>
#include <string.h>

static bool is_to_speak_of(const struct window *window);
static unsigned calls_before(const struct hall *hall, const struct window *window);
static bool voice_lives(const struct hall *hall, const char *voice);

void decide_spoken(struct draft *draft) {
    const struct input *input = draft->input;
    uint16_t place = live_window(draft->hall, input->window);
    const struct window *window = place == NO_PLACE ? NULL : &draft->hall->windows[place];
    if (window == NULL || window->ticket == NO_PLACE || window->visit != input->spoken.visit ||
        input->spoken.calls <= window->announced || input->spoken.calls > window->calls) {
        return;
    }
    /* Another voice's word counts where it spoke; that it could not says nothing of the window's own. */
    bool is_own = strcmp(window_rule(draft->hall, window)->voice, input->spoken.device) == 0;
    if (input->spoken.is_given_up && !is_own) {
        return;
    }
    draft->by = (struct by){ .kind = BY_DEVICE };
    word_copy(draft->by.id, sizeof draft->by.id, input->spoken.device);
    struct event *event = draft_ticket(draft, EVENT_TICKET_ANNOUNCED, window->ticket);
    event_set_window(event, draft->hall, window);
    event->visit = window->visit;
    event->count = input->spoken.calls;
    event->has |= EVENT_HAS(FIELD_VISIT) | EVENT_HAS(FIELD_COUNT);
    if (input->spoken.is_given_up) {
        event_set_reason(event, "given_up");
    }
}

void apply_ticket_announced(struct hall *hall, const struct event *event) {
    uint16_t place = live_window(hall, event->window);
    assert(place != NO_PLACE);
    struct window *window = &hall->windows[place];
    window->announced = (uint16_t)event->count;
    if (window->announced_ms == 0) {
        window->announced_ms = event->time_ms;
    }
}

void voice_take_call(struct hall *hall, struct window *window, int64_t now_ms) {
    window->announced = 0;
    window->announced_ms = 0;
    window->speak_by_ms = 0;
    if (window->is_voiced) {
        int64_t wait_ms = SPEAK_MS + (int64_t)calls_before(hall, window) * SPEAK_EACH_MS;
        window->speak_by_ms = now_ms + (wait_ms < SPEAK_LONGEST_MS ? wait_ms : SPEAK_LONGEST_MS);
    }
}

void voice_take_back(struct window *window, int64_t now_ms) {
    window->announced = window->calls;
    window->announced_ms = now_ms;
}

int64_t voice_heard_ms(const struct window *window) {
    if (window->announced_ms != 0) {
        return window->announced_ms;
    }
    bool is_awaited = window->is_voiced && window->speak_by_ms != 0;
    return is_awaited ? window->speak_by_ms : window->first_called_ms;
}

/* Windows side by side mostly have the same voice: it is looked for once. */
void voice_find_living(struct hall *hall) {
    const char *voice = "";
    bool lives = false;
    for (unsigned i = 0; i < hall->window_count; i++) {
        const char *own = window_rule(hall, &hall->windows[i])->voice;
        if (strcmp(own, voice) != 0) {
            voice = own;
            lives = voice_lives(hall, voice);
        }
        hall->windows[i].is_voiced = own[0] != 0 && lives;
    }
}

/* Of a call, or of its repetition. */
static bool is_to_speak_of(const struct window *window) {
    bool is_called =
        window->state == WINDOW_CALLING || (window->state == WINDOW_SERVING && window->is_assumed);
    return is_called && window->announced < window->calls;
}

static unsigned calls_before(const struct hall *hall, const struct window *window) {
    const char *voice = window_rule(hall, window)->voice;
    unsigned count = 0;
    for (unsigned i = 0; i < hall->window_count; i++) {
        const struct window *other = &hall->windows[i];
        count += other != window && is_to_speak_of(other) &&
                 strcmp(window_rule(hall, other)->voice, voice) == 0;
    }
    return count;
}

/* One not heard of since the start may come at any moment: it lives until it is said to be offline. */
static bool voice_lives(const struct hall *hall, const char *voice) {
    uint16_t place = live_device(hall, voice);
    if (place == NO_PLACE) {
        return false;
    }
    const struct device *device = &hall->devices[place];
    return !device->is_faulted && (device->is_online || device->since_ms == 0);
}
