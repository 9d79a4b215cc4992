/* The config's texts with {placeholders}: tickets' lines and boards. Pure. An unknown value makes its text empty. */
#ifndef CONTROLLER_TEMPLATE_H
#define CONTROLLER_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "controller/config.h"
#include "protocol/snapshot.h"

/* NULL = unknown now. */
struct template_values {
    const char *hall, *ticket, *service, *ahead, *low, *high, *zone, *code, *time, *window,
        *services;
};

/* Fills `out`; false when a placeholder's value is unknown (out is then ""). Too long is cut at a whole character. */
bool template_fill(const char *text, const struct template_values *values, char *out, size_t size);
/*
 * "社会保障 税务(已停止取号：网络故障)": the names of a set of services, the stopped ones with what was given as the reason.
 * SERVICES_ALL is "综合窗口" and the stopped ones. Those that do not fit are left out.
 */
void template_services(const struct snapshot *snapshot, uint64_t services, char *out, size_t size);
/* The paper of one ticket: the config's lines, LF between them; a line with an unknown value is left out. */
void template_ticket(const struct snapshot *snapshot, const struct config *config,
                     const struct printing_now *printing, char *out, size_t size);
/* Why a dispenser's key gave no ticket; words: of whoever stopped the service or closed the hall, "" none. */
struct slip_why {
    enum reason reason;
    const char *words;
};
/* The slip that says so. `service`: 0 when none is known, as of a wrong code. `time`: RFC 3339 (TIME_SIZE); `out`: JOB_TEXT_SIZE. */
void template_slip(const struct config *config, unsigned service, const struct slip_why *why,
                   const char *time, char *out);

#endif
