#include "devices/speaker.h"

#include <assert.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <syslog.h>
#include <unistd.h>

#include "devices/child.h"
#include "devices/clips.h"
#include "devices/line.h"
#include "devices/voice.h"
#include "protocol/speech.h"

enum {
    AGAIN_US = 5000000, /* between looks for a program that is not there */
    WAIT_MS = 60000,
    ALL_ARGUMENTS = SPEAKER_ARGUMENTS + CLIPS_MAX + 1
};

struct speaker {
    struct speaker_config config;
    struct bus_callbacks callbacks;
    pthread_t thread;
    int stop_fd, wake_fd;

    pthread_mutex_t mutex; /* guards what follows, up to the blank line */
    bool has_mail;
    struct voice_image mail;
    struct bus_stats stats;

    struct voice voice; /* the thread's own, as all below */
    struct clips clips;
    int64_t look_us; /* when the program is looked for again */
};

static void speaker_init(struct speaker *speaker, const struct speaker_config *config,
                         const struct bus_callbacks *callbacks);
static bool speaker_start(struct speaker *speaker);
static void speaker_free(struct speaker *speaker);
static void *speaker_run(void *context);
static void speaker_take_mail(struct speaker *speaker);
static bool speaker_wait(struct speaker *speaker);
static void speaker_look(struct speaker *speaker);
static bool speaker_say(struct speaker *speaker, const struct voice_line *line);
static enum child_end speaker_play(struct speaker *speaker, const char *spelled, char *what);
static void speaker_count(struct speaker *speaker, bool has_run, enum child_end end);

struct speaker *speaker_open(const struct speaker_config *config,
                             const struct bus_callbacks *callbacks) {
    assert(config->argument_count <= SPEAKER_ARGUMENTS);
    assert(config->argument_count > 0 || config->clips_dir[0] != '\0');
    struct speaker *speaker = calloc(1, sizeof *speaker);
    if (speaker == NULL) {
        return NULL;
    }
    speaker_init(speaker, config, callbacks);
    if (speaker->stop_fd < 0 || speaker->wake_fd < 0 || !speaker_start(speaker)) {
        speaker_free(speaker);
        return NULL;
    }
    return speaker;
}

void speaker_show(struct speaker *speaker, const struct voice_image *image) {
    pthread_mutex_lock(&speaker->mutex);
    speaker->mail = *image;
    speaker->has_mail = true;
    pthread_mutex_unlock(&speaker->mutex);
    uint64_t one = 1;
    ssize_t written = write(speaker->wake_fd, &one, sizeof one);
    (void)written; /* A full counter wakes as well. */
}

void speaker_read_stats(struct speaker *speaker, struct bus_stats *stats) {
    pthread_mutex_lock(&speaker->mutex);
    *stats = speaker->stats;
    pthread_mutex_unlock(&speaker->mutex);
}

void speaker_close(struct speaker *speaker) {
    if (speaker == NULL) {
        return;
    }
    uint64_t one = 1;
    ssize_t written = write(speaker->stop_fd, &one, sizeof one);
    assert(written == sizeof one);
    pthread_join(speaker->thread, NULL);
    speaker_free(speaker);
}

static void speaker_init(struct speaker *speaker, const struct speaker_config *config,
                         const struct bus_callbacks *callbacks) {
    speaker->config = *config;
    speaker->callbacks = *callbacks;
    if (config->argument_count == 0) {
        speaker->config.argument_count = 2;
        snprintf(speaker->config.arguments[0], SPEAKER_ARGUMENT_SIZE, "aplay");
        snprintf(speaker->config.arguments[1], SPEAKER_ARGUMENT_SIZE, "-q");
    }
    if (config->limit_ms == 0) {
        speaker->config.limit_ms = SPEAKER_LIMIT_MS;
    }
    speaker->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    speaker->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_mutex_init(&speaker->mutex, NULL);
    speaker->stats.is_up = true;
    speaker->stats.device_count = 1;
    speaker->stats.since_us = (uint64_t)line_now_us();
    voice_init(&speaker->voice, speaker->config.bus, speaker->config.id, &speaker->callbacks);
}

/* The thread takes no signals: they belong to the program's loop, and SIGPIPE to nobody. */
static bool speaker_start(struct speaker *speaker) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&speaker->thread, NULL, speaker_run, speaker);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error == 0;
}

static void speaker_free(struct speaker *speaker) {
    if (speaker->stop_fd >= 0) {
        close(speaker->stop_fd);
    }
    if (speaker->wake_fd >= 0) {
        close(speaker->wake_fd);
    }
    pthread_mutex_destroy(&speaker->mutex);
    free(speaker);
}

static void *speaker_run(void *context) {
    struct speaker *speaker = context;
    bool goes_on = true;
    while (goes_on) {
        speaker_take_mail(speaker);
        if (!speaker->voice.is_online && line_now_us() >= speaker->look_us) {
            speaker_look(speaker);
        }
        const struct voice_line *line =
            speaker->voice.is_online ? voice_next(&speaker->voice) : NULL;
        goes_on = line != NULL ? speaker_say(speaker, line) : speaker_wait(speaker);
    }
    return NULL;
}

static void speaker_take_mail(struct speaker *speaker) {
    uint64_t ignored;
    ssize_t got = read(speaker->wake_fd, &ignored, sizeof ignored);
    (void)got;
    pthread_mutex_lock(&speaker->mutex);
    bool has_mail = speaker->has_mail;
    struct voice_image image = speaker->mail;
    speaker->has_mail = false;
    pthread_mutex_unlock(&speaker->mutex);
    if (has_mail) {
        voice_show(&speaker->voice, &image);
    }
}

/* False: the owner stops. */
static bool speaker_wait(struct speaker *speaker) {
    struct pollfd polls[2] = { { .fd = speaker->stop_fd, .events = POLLIN },
                               { .fd = speaker->wake_fd, .events = POLLIN } };
    int64_t look_ms = (speaker->look_us - line_now_us()) / 1000 + 1;
    int wait_ms = WAIT_MS;
    if (!speaker->voice.is_online) {
        wait_ms = look_ms < 0 ? 0 : (int)look_ms;
    }
    poll(polls, 2, wait_ms);
    return polls[0].revents == 0;
}

/* Online is a speaker whose program and clips are there. Whether they can be heard nobody knows. */
static void speaker_look(struct speaker *speaker) {
    char what[WHAT_SIZE];
    const struct speaker_config *config = &speaker->config;
    speaker->look_us = line_now_us() + AGAIN_US;
    bool is_there = child_exists(config->arguments[0], what, sizeof what);
    if (is_there && config->clips_dir[0] != '\0' && access(config->clips_dir, R_OK | X_OK) != 0) {
        snprintf(what, sizeof what, "no folder of clips %.100s", config->clips_dir);
        is_there = false;
    }
    if (is_there) {
        voice_come_online(&speaker->voice);
    } else {
        voice_lose(&speaker->voice, what);
    }
    speaker_count(speaker, false, CHILD_WELL);
}

/* Says the line once. False: the owner stops. */
static bool speaker_say(struct speaker *speaker, const struct voice_line *line) {
    char spelled[SPEECH_SPELLED_SIZE];
    char what[WHAT_SIZE] = "";
    speech_spell(line->text, spelled, sizeof spelled);
    enum child_end end = speaker_play(speaker, spelled, what);
    if (end == CHILD_STOPPED) {
        return false;
    }
    if (end == CHILD_WELL) {
        voice_said(&speaker->voice);
    } else {
        voice_give_up(&speaker->voice, what);
    }
    speaker_count(speaker, true, end);
    return true;
}

static enum child_end speaker_play(struct speaker *speaker, const char *spelled, char *what) {
    struct speaker_config *config = &speaker->config;
    char setting[sizeof "HALLQ_VOLUME=65535"];
    char *arguments[ALL_ARGUMENTS];
    unsigned count = 0;
    while (count < config->argument_count) {
        arguments[count] = config->arguments[count];
        count++;
    }
    bool has_clips = config->clips_dir[0] != '\0';
    if (has_clips && !clips_find(config->clips_dir, spelled, &speaker->clips, what, WHAT_SIZE)) {
        return CHILD_BAD;
    }
    if (has_clips && speaker->clips.count == 0) {
        return CHILD_WELL; /* A text of signs alone: a player without a file would wait for one. */
    }
    for (unsigned i = 0; has_clips && i < speaker->clips.count; i++) {
        arguments[count++] = speaker->clips.paths[i];
    }
    arguments[count] = NULL;
    snprintf(setting, sizeof setting, "HALLQ_VOLUME=%u", (unsigned)speaker->voice.image.volume);
    struct child_order order = { .arguments = arguments,
                                 .input = has_clips ? "" : spelled,
                                 .setting = setting,
                                 .limit_ms = config->limit_ms,
                                 .stop_fd = speaker->stop_fd };
    return child_run(&order, what, WHAT_SIZE);
}

static void speaker_count(struct speaker *speaker, bool has_run, enum child_end end) {
    pthread_mutex_lock(&speaker->mutex);
    struct device_stats *stats = &speaker->stats.devices[0];
    stats->is_online = speaker->voice.is_online;
    stats->is_faulted = speaker->voice.fault[0] != '\0';
    stats->images = speaker->voice.lines;
    memcpy(stats->what, voice_what(&speaker->voice), sizeof stats->what);
    if (has_run) {
        stats->requests++;
        stats->timeouts += end == CHILD_OVER_TIME ? 1 : 0;
    }
    if (has_run && end == CHILD_WELL) {
        stats->answers++;
        stats->last_answer_us = line_now_us();
    }
    pthread_mutex_unlock(&speaker->mutex);
}
