/*
 * A print job is the one thing that is done once, not shown: it is written under its number until the device's `done`
 * says that number, and never again after the device rebooted, because paper may have come out.
 */
#include <stdio.h>
#include <syslog.h>

#include "devices/device.h"
#include "protocol/limits.h"
#include "protocol/registers.h"

/* A device prints a job equal to the last one once, so asking again can only help one that lost it. */
enum {
    JOB_AGAIN_US = 10000000,
    TELL_AGAIN_US = 5000000,
    PRINT_MOST_US = 20000000 /* of a paper that the device says nothing more of */
};

static void job_bind(struct job *job, const struct print_job *wanted);
static void job_give_up(struct device *device);
static void paper_is_over(struct device *device, int64_t now_us);
static bool job_is_done(const struct device *device);
static void job_end(struct device *device, enum report_kind how, int64_t now_us);
static void job_tell_end(struct device *device, int64_t now_us);
static void job_finish(struct device *device, uint16_t number, uint16_t result, int64_t now_us);
static void job_leave_unsure(struct device *device, int64_t now_us);
static void job_log_unsure(const struct device *device);
static const char *result_text(uint16_t result);

void device_want_job(struct device *device, const struct print_job *wanted) {
    struct job *job = &device->job;
    if (wanted->job != job->number) {
        device_end_failure(device, PART_JOB);
    }
    if (wanted->job == 0) {
        job_give_up(device);
        return;
    }
    if (wanted->job == job->number) {
        job_bind(job, wanted);
        return;
    }
    /* The hall has given up the old job. Its paper may still come, and `done` will tell. */
    if (device->writer.is_active && device->writer.part == PART_JOB) {
        writer_cancel(&device->writer);
    }
    bool is_open = job->state == JOB_WANTED || job->state == JOB_SENT;
    bool may_come = job->is_unsure || (is_open && job->was_sent && !job->is_slip);
    uint16_t unsure = may_come ? job->number : job->unsure;
    *job = (struct job){
        .state = JOB_WANTED, .number = wanted->job, .is_slip = wanted->is_slip, .unsure = unsure
    };
    job_bind(job, wanted);
}

/*
 * After a start nobody here knows whether the job was sent before, so it waits until the hall has heard which life of
 * the device this is: after a reboot the hall asks for this job no more.
 */
bool device_may_print(const struct device *device, int64_t now_us) {
    const struct job *job = &device->job;
    /* The device has room for one text: another paper's must not be written over it. */
    bool is_printing = device->sent_job != 0 && device->sent_job != job->number &&
                       now_us - device->sent_us < PRINT_MOST_US;
    bool is_same = job->serial == device->serial && job->boots == device->boots;
    return !is_printing && job->state == JOB_WANTED &&
           job->number == device->image.dispenser.job.job && (!job->is_bound || is_same);
}

void device_check_job(struct device *device, int64_t now_us) {
    struct job *job = &device->job;
    if (device->config->role != ROLE_DISPENSER) {
        return;
    }
    if (device->done == device->sent_job) {
        paper_is_over(device, now_us);
    }
    if (job->unsure != 0 && device->done == job->unsure) {
        job_finish(device, job->unsure, device->result, now_us);
        job->unsure = 0;
    }
    bool is_open = job->state == JOB_WANTED || job->state == JOB_SENT;
    if (is_open && job_is_done(device)) {
        job->is_unsure = false;
        if (device->writer.is_active && device->writer.part == PART_JOB) {
            writer_cancel(&device->writer);
        }
        job->result = device->result;
        job_end(device, device->result == RESULT_WELL ? REPORT_PRINTED : REPORT_NOT_PRINTED,
                now_us);
    } else if (job->state == JOB_SENT && now_us - job->sent_us > JOB_AGAIN_US) {
        job->state = JOB_WANTED;
    } else if (job->state == JOB_OVER && device->image.dispenser.job.job == job->number &&
               now_us - job->told_us > TELL_AGAIN_US) {
        job_tell_end(device, now_us);
    }
}

void device_job_sent(struct device *device, int64_t now_us) {
    device->job.was_sent = true;
    device->job.sent_us = device->sent_us = now_us;
    device->sent_job = device->job.number;
}

/* `done` is looked at first: a job that the device remembers as done is no riddle. */
void device_job_rebooted(struct device *device, int64_t now_us) {
    struct job *job = &device->job;
    device_check_job(device, now_us);
    paper_is_over(device, now_us);
    bool is_open = job->state == JOB_WANTED || job->state == JOB_SENT;
    if (is_open && job->was_sent) {
        job->is_unsure = false;
        job_end(device, REPORT_UNSURE, now_us);
    }
}

void device_job_lost(struct device *device, int64_t now_us) {
    struct job *job = &device->job;
    bool is_open = job->state == JOB_WANTED || job->state == JOB_SENT;
    if (is_open && job->was_sent) {
        job->state = JOB_WANTED;
        job_leave_unsure(device, now_us);
    }
}

/* Nobody asks for it any more: what was not sent yet stays unsent. Asked for again, it begins anew. */
static void job_give_up(struct device *device) {
    const struct writer *writer = &device->writer;
    if (writer->is_active && writer->part == PART_JOB && !device->job.was_sent) {
        writer_cancel(&device->writer);
    }
}

static void job_bind(struct job *job, const struct print_job *wanted) {
    job->is_bound = wanted->is_bound;
    job->serial = wanted->serial;
    job->boots = wanted->boots;
}

/* Told of slips alone: a ticket's end is told by its own job, which may outlive this. */
static void paper_is_over(struct device *device, int64_t now_us) {
    if (device->sent_job > TICKET_JOB_MAX) {
        struct device_report report = { .kind = REPORT_SLIP_OVER, .job = device->sent_job };
        device_report(device, &report, now_us);
    }
    device->sent_job = 0;
}

/* What another device has done under this number was another paper. */
static bool job_is_done(const struct device *device) {
    const struct job *job = &device->job;
    return device->done == job->number && (!job->is_bound || job->serial == device->serial);
}

/* A slip's end is told where its paper ends (paper_is_over). */
static void job_end(struct device *device, enum report_kind how, int64_t now_us) {
    struct job *job = &device->job;
    job->state = JOB_OVER;
    job->end = how;
    device_end_failure(device, PART_JOB);
    job_tell_end(device, now_us);
    if (how == REPORT_UNSURE && !job->is_slip) {
        job_log_unsure(device);
    }
}

/* Said again while the hall still asks for the job: what it was told may have been lost on the way. */
static void job_tell_end(struct device *device, int64_t now_us) {
    struct job *job = &device->job;
    job->told_us = now_us;
    if (job->is_slip) {
        return;
    }
    if (job->end == REPORT_UNSURE) {
        struct device_report report = { .kind = REPORT_UNSURE,
                                        .job = job->number,
                                        .rebooted = true };
        device_report(device, &report, now_us);
    } else {
        job_finish(device, job->number, job->result, now_us);
    }
}

static void job_finish(struct device *device, uint16_t number, uint16_t result, int64_t now_us) {
    struct device_report report = { .kind = REPORT_PRINTED, .job = number };
    if (result != RESULT_WELL) {
        report.kind = REPORT_NOT_PRINTED;
        snprintf(report.what, sizeof report.what, "%s", result_text(result));
    }
    device_report(device, &report, now_us);
}

static void job_leave_unsure(struct device *device, int64_t now_us) {
    struct job *job = &device->job;
    struct device_report report = { .kind = REPORT_UNSURE, .job = job->number };
    if (job->is_slip) {
        return;
    }
    job->is_unsure = true;
    device_report(device, &report, now_us);
    job_log_unsure(device);
}

static void job_log_unsure(const struct device *device) {
    device_log(device, LOG_WARNING, "job %u: unsure whether it was printed", device->job.number);
}

static const char *result_text(uint16_t result) {
    switch ((enum print_result)result) {
    case RESULT_WELL:
        break;
    case RESULT_PAPER_OUT:
        return "paper out";
    case RESULT_FAULT:
        return "printer fault";
    case RESULT_NOT_UNDERSTOOD:
        return "job not understood";
    }
    return "unknown result";
}
