#include "controller/announce.h"

#include <stdio.h>
#include <string.h>

#include "controller/template.h"
#include "protocol/gbk.h"
#include "protocol/speech.h"

enum { DAY_MIN = 24 * 60 };

static size_t spelled_bytes(const char *text);
static bool speaks_for(const struct announce_voice *voice, const struct window_now *window,
                       const struct config *config);
static bool is_called(const struct window_now *window);
static const struct window_now *window_of(const struct snapshot *snapshot,
                                          const struct announce_line *line);
static void drop_gone(struct announce *announce, const struct announce_voice *voice,
                      const struct snapshot *snapshot, const struct config *config);
static const struct window_now *first_wanted(struct announce *announce,
                                             const struct announce_voice *voice,
                                             const struct snapshot *snapshot,
                                             const struct config *config);
static struct announce_line *line_of(struct announce *announce, const struct window_now *window);
static void take_recall(struct announce *announce, struct announce_line *line,
                        const struct window_now *window);
static void add_line(struct announce *announce, struct announce_line *line,
                     const struct window_now *window);
static void drop_stale(struct announce *announce, const struct announce_voice *voice,
                       const struct snapshot *snapshot);
static bool is_online(const struct snapshot *snapshot, const char *id);
static const struct announce_line *oldest(const struct announce *announce, uint32_t after);
static unsigned count_waiting(const struct announce *announce);
static uint16_t volume_now(const struct snapshot *snapshot, const struct config *config);
static void write_text(const struct announce_line *line, bool is_short,
                       const struct template_values *values, const struct config *config,
                       char *out);

void announce_begin(struct announce *announce, struct announce_counts *counts) {
    memset(announce, 0, sizeof *announce);
    announce->counts = counts;
}

void announce_follow(struct announce *announce, const struct announce_voice *voice,
                     const struct snapshot *snapshot, const struct config *config) {
    drop_gone(announce, voice, snapshot, config);
    const struct window_now *window;
    while ((window = first_wanted(announce, voice, snapshot, config)) != NULL) {
        add_line(announce, line_of(announce, window), window);
    }
    drop_stale(announce, voice, snapshot);
}

void announce_show(const struct announce *announce, const struct snapshot *snapshot,
                   const struct config *config, struct voice_image *image) {
    bool is_short = count_waiting(announce) > ANNOUNCE_FULL_LINES;
    const struct announce_line *line = oldest(announce, 0);
    image->volume = volume_now(snapshot, config);
    for (unsigned i = 0; i < VOICE_LINES && line != NULL; i++) {
        const struct window_now *window = window_of(snapshot, line);
        struct voice_line *shown = &image->lines[i];
        char ticket[TICKET_SIZE];
        ticket_no_format(window->ticket, ticket);
        struct template_values values = { .ticket = ticket, .window = window->label };
        shown->number = line->number;
        shown->times = is_short ? 1 : config->voice.times;
        write_text(line, is_short, &values, config, shown->text);
        line = oldest(announce, line->order);
    }
}

const struct announce_line *announce_end(struct announce *announce, uint16_t number,
                                         bool is_given_up) {
    for (unsigned i = 0; i < announce->line_count; i++) {
        struct announce_line *line = &announce->lines[i];
        if (line->number != number || number == 0) {
            continue;
        }
        announce->counts->spoken += !line->is_over && !is_given_up;
        announce->counts->given_up += !line->is_over && is_given_up;
        line->is_over = true;
        line->is_waiting = false;
        return line;
    }
    return NULL;
}

void announce_longest(const struct config *config, char *out) {
    const struct announce_line line = { .is_repeat = true };
    struct template_values values = { .ticket = "AA999", .window = "" };
    size_t longest = 0;
    write_text(&line, false, &values, config, out);
    for (unsigned i = 0; i < config->rules.window_count; i++) {
        char text[VOICE_TEXT_SIZE];
        values.window = config->windows[i].label;
        write_text(&line, false, &values, config, text);
        size_t spelled = spelled_bytes(text);
        if (spelled > longest) {
            longest = spelled;
            snprintf(out, VOICE_TEXT_SIZE, "%s", text);
        }
    }
}

/* As a chip takes it: a digit may become two characters, and a Chinese one has two bytes for UTF-8's three. */
static size_t spelled_bytes(const char *text) {
    char spelled[SPEECH_SPELLED_SIZE];
    uint8_t coded[SPEECH_SPELLED_SIZE];
    (void)speech_spell(text, spelled, sizeof spelled);
    return gbk_encode(spelled, coded, sizeof coded);
}

static bool speaks_for(const struct announce_voice *voice, const struct window_now *window,
                       const struct config *config) {
    if (strcmp(voice->id, ANNOUNCE_CARD) == 0) {
        const struct window_rule *rule = rules_window(&config->rules, window->id);
        return rule != NULL && strcmp(rule->voice, ANNOUNCE_CARD) == 0;
    }
    return voice->zone[0] == 0 || strcmp(voice->zone, window->zone) == 0;
}

/* An assumed start says only that time has passed: who is called may still come. */
static bool is_called(const struct window_now *window) {
    return window->ticket.prefix[0] != 0 &&
           (window->state == WINDOW_CALLING ||
            (window->state == WINDOW_SERVING && window->is_assumed));
}

/* The window while the line's ticket is called there; else NULL. */
static const struct window_now *window_of(const struct snapshot *snapshot,
                                          const struct announce_line *line) {
    for (unsigned i = 0; i < snapshot->window_count; i++) {
        const struct window_now *window = &snapshot->windows[i];
        if (window->id == line->window) {
            return is_called(window) && window->visit == line->visit ? window : NULL;
        }
    }
    return NULL;
}

static void drop_gone(struct announce *announce, const struct announce_voice *voice,
                      const struct snapshot *snapshot, const struct config *config) {
    for (unsigned i = 0; i < announce->line_count; i++) {
        struct announce_line *line = &announce->lines[i];
        const struct window_now *window = window_of(snapshot, line);
        if (window == NULL || !speaks_for(voice, window, config)) {
            line->is_waiting = false;
        }
    }
}

/* Whoever was called first of those who have no line yet; several after a start. NULL: all have theirs. */
static const struct window_now *first_wanted(struct announce *announce,
                                             const struct announce_voice *voice,
                                             const struct snapshot *snapshot,
                                             const struct config *config) {
    const struct window_now *first = NULL;
    int64_t first_ms = INT64_MAX;
    for (unsigned i = 0; i < snapshot->window_count; i++) {
        const struct window_now *window = &snapshot->windows[i];
        if (!is_called(window) || !speaks_for(voice, window, config)) {
            continue;
        }
        struct announce_line *line = line_of(announce, window);
        take_recall(announce, line, window);
        int64_t called_ms = line->calls > 0 ? window->called_ms : window->first_called_ms;
        if (!line->is_waiting && window->calls > line->calls && called_ms < first_ms) {
            first = window;
            first_ms = called_ms;
        }
    }
    return first;
}

/* The window's place; of a new call what was announced already is over. */
static struct announce_line *line_of(struct announce *announce, const struct window_now *window) {
    struct announce_line *line = announce->lines;
    while (line < announce->lines + announce->line_count && line->window != window->id) {
        line++;
    }
    if (line == announce->lines + announce->line_count) {
        if (announce->line_count == WINDOWS_MAX) { /* of windows that a reload has taken away */
            announce->line_count = 0;
            memset(announce->lines, 0, sizeof announce->lines);
            line = announce->lines;
        }
        announce->line_count++;
        *line = (struct announce_line){ .window = window->id };
    }
    if (line->visit != window->visit) {
        *line = (struct announce_line){ .window = window->id,
                                        .visit = window->visit,
                                        .calls = window->announced };
    }
    return line;
}

/* One that waits tells of all recalls so far; the one at the head is being said, and can't. */
static void take_recall(struct announce *announce, struct announce_line *line,
                        const struct window_now *window) {
    if (!line->is_waiting || line == oldest(announce, 0)) {
        return;
    }
    line->calls = window->calls;
    line->called_ms = line->is_repeat ? window->called_ms : line->called_ms;
}

static void add_line(struct announce *announce, struct announce_line *line,
                     const struct window_now *window) {
    line->is_repeat = line->calls > 0;
    line->calls = window->calls;
    line->called_ms = window->called_ms;
    line->is_waiting = true;
    line->is_over = false;
    line->order = ++announce->last_order;
    struct announce_counts *counts = announce->counts;
    counts->last_number =
        counts->last_number == UINT16_MAX ? 1 : (uint16_t)(counts->last_number + 1);
    line->number = counts->last_number;
}

/*
 * What stands at the head is being said, and does not grow old, if a living voice has been shown it: not by a dead voice, nor
 * by one that has come only now.
 */
static void drop_stale(struct announce *announce, const struct announce_voice *voice,
                       const struct snapshot *snapshot) {
    bool is_there = is_online(snapshot, voice->id);
    const struct announce_line *said = is_there ? oldest(announce, 0) : NULL;
    if (said != NULL && said->order > announce->shown_order) {
        said = NULL;
    }
    announce->shown_order = is_there ? announce->last_order : 0;
    for (unsigned i = 0; i < announce->line_count; i++) {
        struct announce_line *line = &announce->lines[i];
        bool is_stale = snapshot->now_ms > line->called_ms + ANNOUNCE_STALE_MS;
        if (line->is_waiting && line->is_repeat && is_stale && line != said) {
            line->is_waiting = false;
            announce->counts->dropped++;
        }
    }
}

static bool is_online(const struct snapshot *snapshot, const char *id) {
    for (unsigned i = 0; i < snapshot->device_count; i++) {
        if (strcmp(snapshot->devices[i].id, id) == 0) {
            return snapshot->devices[i].is_online;
        }
    }
    return false;
}

/* The line that waits longest of those behind the order `after`; NULL: none. */
static const struct announce_line *oldest(const struct announce *announce, uint32_t after) {
    const struct announce_line *found = NULL;
    for (unsigned i = 0; i < announce->line_count; i++) {
        const struct announce_line *line = &announce->lines[i];
        if (line->is_waiting && line->order > after &&
            (found == NULL || line->order < found->order)) {
            found = line;
        }
    }
    return found;
}

static unsigned count_waiting(const struct announce *announce) {
    unsigned count = 0;
    for (unsigned i = 0; i < announce->line_count; i++) {
        count += announce->lines[i].is_waiting;
    }
    return count;
}

/* Before the first time of the day the last one of the day before holds. */
static uint16_t volume_now(const struct snapshot *snapshot, const struct config *config) {
    const struct voice_config *voice = &config->voice;
    int64_t local_min = snapshot->now_ms / 60000 + snapshot->utc_offset_min;
    int64_t of_day = local_min % DAY_MIN;
    uint16_t loudness = voice->volumes[voice->volume_count - 1].loudness;
    for (unsigned i = 0; i < voice->volume_count && voice->volumes[i].from_min <= of_day; i++) {
        loudness = voice->volumes[i].loudness;
    }
    return loudness;
}

static void write_text(const struct announce_line *line, bool is_short,
                       const struct template_values *values, const struct config *config,
                       char *out) {
    char text[VOICE_TEXT_SIZE - sizeof ANNOUNCE_AGAIN];
    const char *form = is_short ? "{ticket}号，{window}号窗口" : config->voice.text;
    template_fill(form, values, text, sizeof text);
    bool says_again = line->is_repeat && !is_short;
    snprintf(out, VOICE_TEXT_SIZE, "%s%s", says_again ? ANNOUNCE_AGAIN : "", text);
}
