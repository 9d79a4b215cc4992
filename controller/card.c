#include "controller/card.h"

#include <string.h>
#include <syslog.h>

static bool is_same_speaker(const struct speaker_config *a, const struct speaker_config *b);
static bool is_same_image(const struct voice_image *a, const struct voice_image *b);

void card_reopen(struct card *card, const struct config *config,
                 const struct bus_callbacks *callbacks, struct announce_counts *counts) {
    const struct voice_config *voice = &config->voice;
    if (card->speaker != NULL && voice->has_card && is_same_speaker(&card->config, &voice->card)) {
        return;
    }
    card_close(card);
    if (!voice->has_card) {
        return;
    }
    card->config = voice->card;
    announce_begin(&card->announce, counts);
    card->speaker = speaker_open(&card->config, callbacks);
    if (card->speaker == NULL) {
        callbacks->log(callbacks->context, LOG_CRIT,
                       ANNOUNCE_CARD ": no memory or thread, nothing is announced by it");
    }
}

void card_close(struct card *card) {
    speaker_close(card->speaker);
    memset(card, 0, sizeof *card);
}

void card_show(struct card *card, const struct snapshot *snapshot, const struct config *config) {
    const struct announce_voice voice = { .id = ANNOUNCE_CARD, .zone = "" };
    struct voice_image image = { 0 };
    if (card->speaker == NULL) {
        return;
    }
    announce_follow(&card->announce, &voice, snapshot, config);
    announce_show(&card->announce, snapshot, config, &image);
    if (!card->is_sent || !is_same_image(&image, &card->shown)) {
        speaker_show(card->speaker, &image);
    }
    card->shown = image;
    card->is_sent = true;
}

static bool is_same_speaker(const struct speaker_config *a, const struct speaker_config *b) {
    bool is_same =
        a->argument_count == b->argument_count && strcmp(a->clips_dir, b->clips_dir) == 0;
    for (unsigned i = 0; i < a->argument_count && is_same; i++) {
        is_same = strcmp(a->arguments[i], b->arguments[i]) == 0;
    }
    return is_same;
}

static bool is_same_image(const struct voice_image *a, const struct voice_image *b) {
    bool is_same = a->volume == b->volume;
    for (unsigned i = 0; i < VOICE_LINES && is_same; i++) {
        is_same = a->lines[i].number == b->lines[i].number &&
                  a->lines[i].times == b->lines[i].times &&
                  strcmp(a->lines[i].text, b->lines[i].text) == 0;
    }
    return is_same;
}
