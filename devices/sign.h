/*
 * An LED sign as its bus knows it, whatever its protocol: what of it was told to the hall. Of the sign drivers; the
 * bus's thread alone. A sign has no serial number, no count of power-ups and no firmware that it would tell: all are 0.
 */
#ifndef DEVICES_SIGN_H
#define DEVICES_SIGN_H

#include "devices/driver.h"

struct sign {
    const struct device_config *config; /* borrowed from the bus, as the next */
    struct link *link;
    bool is_online;
    bool has_image;
    struct board_image image;
    uint16_t identify_count;
    uint32_t epoch;
    uint64_t images; /* that it was brought to show */
    /* Why it is offline, what is wrong with it, not able to identify; "" when nothing is. */
    char lost[WHAT_SIZE], fault[WHAT_SIZE], unable[WHAT_SIZE];
};

void sign_init(struct sign *sign, struct link *link, unsigned place);
/* Takes the newest image; true when text or style are others. A wish to blink is answered: not able. */
bool sign_take(struct sign *sign, const struct image *image, int64_t now_us);
void sign_come(struct sign *sign, int64_t now_us);
/* Told even if it never came; then once. */
void sign_lose(struct sign *sign, const char *what, int64_t now_us);
/* `what` is wrong with it; "": nothing any more. Told when it changes. */
void sign_judge(struct sign *sign, const char *what, int64_t now_us);
/* Under link_lock: whether it is online and faulted, and why. `well` is said when there is nothing else to say. */
void sign_fill(const struct sign *sign, const char *well, struct device_stats *stats);

#endif
