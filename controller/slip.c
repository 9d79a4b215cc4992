#include "controller/slip.h"

#include <stdio.h>

enum { SLIP_MS = 10000 };

void slip_begin(struct slip *slip) {
    *slip = (struct slip){ .job = TICKET_JOB_MAX };
}

void slip_put(struct slip *slip, const char *text, int64_t now_ms) {
    do {
        slip->job = slip->job == UINT16_MAX ? TICKET_JOB_MAX + 1 : (uint16_t)(slip->job + 1);
    } while (slip->job == slip->done_job);
    slip->until_ms = now_ms + SLIP_MS;
    snprintf(slip->text, sizeof slip->text, "%s", text);
}

/* Numbers go on from a slip of before a restart: its dispenser would take the same number for the same paper. */
void slip_note_done(struct slip *slip, uint16_t done_job) {
    slip->done_job = done_job;
    if (done_job > TICKET_JOB_MAX && slip->until_ms == 0) {
        slip->job = done_job;
    }
}

void slip_end(struct slip *slip, uint16_t job) {
    if (job == slip->job) {
        slip->until_ms = 0;
    }
}

void slip_show(struct slip *slip, int64_t now_ms, struct print_job *job) {
    if (now_ms >= slip->until_ms) {
        slip->until_ms = 0;
    }
    if (slip->until_ms == 0 || job->job != 0) {
        return;
    }
    job->job = slip->job;
    job->is_slip = true;
    snprintf(job->text, sizeof job->text, "%s", slip->text);
}
