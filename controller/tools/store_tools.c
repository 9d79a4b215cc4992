/* rebuild, verify, backup, restore: what looks after the store. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "controller/store/store.h"
#include "controller/tools/tool.h"

enum { BACKUP_WAIT_S = 600 };

static int open_store(const struct tool *tool, bool is_reader, struct store **store);
static int say_store(const char *path, enum hall_error error, const char *fault);
static void say_restored(const struct tool *tool, const struct store_restored *restored);
static int backup_live(int fd, const char *file);
static int backup_direct(const struct tool *tool, const char *file);
static bool make_absolute(const char *file, char *out);

int tool_rebuild(const struct tool *tool) {
    struct store *store = NULL;
    char fault[WHAT_SIZE] = "";
    int code = open_store(tool, false, &store);
    if (code != TOOL_DONE) {
        return code;
    }
    enum hall_error error = store_rebuild(store, tool->verify, fault);
    uint64_t rows = store_last_seq(store);
    store_close(store);
    if (error != HALL_OK) {
        return say_store(tool->verify ? "rebuild --verify" : "rebuild", error, fault);
    }
    printf("%s %" PRIu64 " events: records and carry-over %s\n",
           tool->verify ? "compared with" : "made anew from", rows,
           tool->verify ? "agree" : "are written");
    return TOOL_DONE;
}

int tool_verify(const struct tool *tool) {
    struct store *store = NULL;
    char fault[WHAT_SIZE] = "";
    uint64_t rows = 0;
    uint64_t bad_seq = 0;
    int code = open_store(tool, true, &store);
    if (code != TOOL_DONE) {
        return code;
    }
    enum hall_error error = store_verify(store, &rows, &bad_seq, fault);
    char hash[HASH_SIZE] = "";
    store_last_hash(store, hash);
    store_close(store);
    if (error != HALL_OK) {
        fprintf(stderr, "hallq: event %" PRIu64 ": %s\n", bad_seq, fault);
        return TOOL_STORE;
    }
    printf("%" PRIu64 " events, no hole, the chain holds; hash of the last: %s\n", rows,
           hash[0] == '\0' ? "none" : hash);
    return TOOL_DONE;
}

int tool_backup(const struct tool *tool) {
    char file[PATH_MAX];
    int code = TOOL_DONE;
    if (!make_absolute(tool->words[0], file)) {
        fprintf(stderr, "hallq: %s: the path is too long\n", tool->words[0]);
        return TOOL_USAGE;
    }
    int fd = tool_connect(tool, &code);
    if (fd >= 0) {
        code = backup_live(fd, file);
        (void)close(fd);
    } else if (code == TOOL_ABSENT) {
        code = backup_direct(tool, file);
    }
    if (code == TOOL_DONE) {
        printf("%s\n", file);
    }
    return code;
}

int tool_restore(const struct tool *tool) {
    char fault[WHAT_SIZE] = "";
    struct store_restored restored;
    struct config *config = tool_config(tool);
    if (config == NULL) {
        return TOOL_USAGE;
    }
    struct store_source source = { .file = tool->words[0],
                                   .next = tool->next,
                                   .now_ms = (int64_t)time(NULL) * 1000 };
    enum hall_error error = store_restore(config->store_path, &source, &restored, fault);
    int code = TOOL_DONE;
    if (error == HALL_INVALID) {
        fprintf(stderr, "hallq: restore: %s\n", fault);
        code = TOOL_USAGE;
    } else if (error != HALL_OK) {
        code = say_store("restore", error, fault);
    } else {
        printf("%s restored from %s, a new era begins\n", config->store_path, tool->words[0]);
        say_restored(tool, &restored);
    }
    config_free(config);
    return code;
}

static void say_restored(const struct tool *tool, const struct store_restored *restored) {
    if (restored->kept[0] != '\0') {
        printf("the store before is kept as %s\n", restored->kept);
    }
    if (tool->next == NULL && restored->is_day_over) {
        fprintf(stderr,
                "hallq: warning: the backup's day is over and numbers begin anew; where paper has "
                "numbers of today already,\n       restore again with --next and higher ones\n");
    } else if (tool->next == NULL && restored->numbers[0] != '\0') {
        fprintf(stderr,
                "hallq: warning: today's next tickets are %s; where paper has these numbers "
                "already,\n       restore again with --next and higher ones\n",
                restored->numbers);
    }
}

/* Never makes one: a mistyped path would leave an empty store that hallqd then can't write. */
static int open_store(const struct tool *tool, bool is_reader, struct store **store) {
    char fault[WHAT_SIZE] = "";
    struct config *config = tool_config(tool);
    if (config == NULL) {
        return TOOL_USAGE;
    }
    int code = TOOL_DONE;
    if (access(config->store_path, F_OK) != 0) {
        fprintf(stderr, "hallq: %s: %s; hallqd makes it at its first start\n", config->store_path,
                strerrordesc_np(errno));
        code = TOOL_STORE;
    } else {
        enum hall_error error = is_reader ? store_open_reader(config->store_path, store, fault)
                                          : store_open(config->store_path, store, fault);
        code = error == HALL_OK ? TOOL_DONE : say_store(config->store_path, error, fault);
    }
    config_free(config);
    return code;
}

static int say_store(const char *path, enum hall_error error, const char *fault) {
    if (error == HALL_BUSY) {
        fprintf(stderr, "hallq: hallqd runs on this store; stop it first\n");
        return TOOL_RUNNING;
    }
    fprintf(stderr, "hallq: %s: %s\n", path, fault[0] == '\0' ? "can't be used" : fault);
    return TOOL_STORE;
}

static int backup_live(int fd, const char *file) {
    char request[PATH_MAX * 6 + 64]; /* each byte may be escaped */
    struct json_writer writer;
    struct tool_answer answer = { 0 };
    json_writer_init(&writer, request, sizeof(request) - 1);
    json_begin_object(&writer, NULL);
    json_write_text(&writer, "do", "backup");
    json_write_text(&writer, "file", file);
    json_end_object(&writer);
    int length = json_writer_end(&writer);
    if (length < 0) {
        return TOOL_USAGE;
    }
    memcpy(request + length, "\n", 2);
    int code = tool_ask_well(fd, request, BACKUP_WAIT_S, &answer);
    tool_answer_deinit(&answer);
    return code;
}

static int backup_direct(const struct tool *tool, const char *file) {
    struct store *store = NULL;
    char fault[WHAT_SIZE] = "";
    int code = open_store(tool, false, &store);
    if (code != TOOL_DONE) {
        return code;
    }
    enum hall_error error = store_backup(store, file, NULL, fault);
    store_close(store);
    if (error == HALL_INVALID) {
        fprintf(stderr, "hallq: backup: %s\n", fault);
        return TOOL_REFUSED;
    }
    return error == HALL_OK ? TOOL_DONE : say_store(file, error, fault);
}

/* hallqd's working directory is another than ours. */
static bool make_absolute(const char *file, char *out) {
    char here[PATH_MAX];
    if (file[0] != '/' && getcwd(here, sizeof(here)) == NULL) {
        return false;
    }
    int length = file[0] == '/' ? snprintf(out, PATH_MAX, "%s", file)
                                : snprintf(out, PATH_MAX, "%s/%s", here, file);
    return length > 0 && length < PATH_MAX;
}
