/* Announcements: which call was spoken, and from when its citizen is waited for. */
#include <string.h>

#include "tests/hall/model.h"

enum { SPEAK_MS = 20000, EACH_MS = 10000, LONGEST_MS = 180000 };

static int voice_of(const char *id) {
    return strncmp(id, "voice-", 6) == 0 ? id[6] - '1' : -1;
}

static bool lives(const struct model *model, const struct model_window *window) {
    const struct window_rule *rule = model_rule(model, window->id);
    int voice = rule == NULL ? -1 : voice_of(rule->voice);
    return voice >= 0 && model->voices[voice].is_known && !model->voices[voice].is_offline &&
           !model->voices[voice].is_faulted;
}

/* Two windows of which the same voice speaks. */
static bool is_same(const struct model *model, const struct model_window *a,
                    const struct model_window *b) {
    return strcmp(model_rule(model, a->id)->voice, model_rule(model, b->id)->voice) == 0;
}

void model_voice_called(struct model *model, struct model_window *window, int64_t now_ms) {
    int64_t wait_ms = SPEAK_MS;
    for (unsigned i = 0; i < model->window_count; i++) {
        const struct model_window *other = &model->windows[i];
        bool is_called =
            other->state == WINDOW_CALLING || (other->state == WINDOW_SERVING && other->is_assumed);
        if (other != window && is_called && other->announced < other->calls &&
            is_same(model, other, window)) {
            wait_ms += EACH_MS;
        }
    }
    window->announced = 0;
    window->announced_ms = 0;
    window->spoken_by_ms =
        lives(model, window) ? now_ms + (wait_ms < LONGEST_MS ? wait_ms : LONGEST_MS) : 0;
}

int64_t model_heard_ms(const struct model *model, const struct model_window *window) {
    if (window->announced_ms != 0) {
        return window->announced_ms;
    }
    bool is_awaited = lives(model, window) && window->spoken_by_ms != 0;
    return is_awaited ? window->spoken_by_ms : window->first_called_ms;
}

static void on_announced(struct model *model, const struct event *event) {
    struct model_window *window = model_window_at(model, event->window);
    if (window == NULL || window->ticket < 0 || window->visit != event->visit ||
        !ticket_no_equal(model->tickets[window->ticket].no, event->ticket)) {
        model_fault(model, "window %u speaks of who is not there", event->window);
        return;
    }
    if (event->count <= window->announced || event->count > window->calls) {
        model_fault(model, "call %u of %u is spoken at window %u, after %u", event->count,
                    window->calls, window->id, window->announced);
    }
    window->announced = event->count;
    window->announced_ms = window->announced_ms == 0 ? event->time_ms : window->announced_ms;
}

void model_voice_event(struct model *model, const struct event *event) {
    int place = voice_of(event->device);
    struct model_voice *voice = place < 0 ? NULL : &model->voices[place];
    if (event->type == EVENT_TICKET_ANNOUNCED) {
        on_announced(model, event);
    } else if (event->type == EVENT_HALL_STARTED) { /* each may come at any moment */
        for (unsigned i = 0; i < MODEL_VOICES; i++) {
            model->voices[i].is_offline = model->voices[i].is_faulted = false;
        }
    } else if (voice != NULL) {
        voice->is_known = true;
        voice->is_offline = event->type == EVENT_DEVICE_OFFLINE ||
                            (voice->is_offline && event->type != EVENT_DEVICE_ONLINE);
        voice->is_faulted = event->type == EVENT_DEVICE_FAULTED ||
                            (voice->is_faulted && event->type != EVENT_DEVICE_RECOVERED);
    }
}
