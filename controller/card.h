/*
 * The hall's sound card as a voice: what voice.program or voice.clips_dir speaks with. It stands beside the buses, to the
 * hall it is the device ANNOUNCE_CARD on a bus of the same name. Hall thread only, but for the reports.
 */
#ifndef CONTROLLER_CARD_H
#define CONTROLLER_CARD_H

#include "controller/announce.h"
#include "devices/speaker.h"

struct card {
    struct speaker *speaker; /* NULL: the config names none, or there was no memory or thread */
    struct speaker_config config; /* by which it was opened */
    struct announce announce;
    struct voice_image shown;
    bool is_sent;
};

/* All zeros is a closed one. Goes over to this config: one that stays the same goes on speaking. */
void card_reopen(struct card *card, const struct config *config,
                 const struct bus_callbacks *callbacks, struct announce_counts *counts);
void card_close(struct card *card);
/* Gives it what it is to say, where that has changed. */
void card_show(struct card *card, const struct snapshot *snapshot, const struct config *config);

#endif
