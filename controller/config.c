/*
 * A config is read in one pass over one document: the rules by protocol/rules.h, the rest by section, and at the end
 * what only shows when all is known. Mistakes gather in the document and are printed together.
 */
#include "controller/config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "controller/config_read.h"
#include "controller/config_text.h"
#include "controller/password.h"
#include "devices/profile.h"
#include "protocol/json.h"
#include "protocol/utf8.h"

/* Every key of the top object; the rules' are checked deeper by rules_read. */
static const char *const TOP_KEYS[] = {
    "include",       "hall",          "limits",    "store",           "services",
    "classes",       "windows",       "staff",     "require_sign_in", "cover_after_minutes",
    "when_unserved", "pin",           "calendar",  "pause_reasons",   "appointments",
    "no_show",       "start_after_s", "mistake_s", "recalls",         "near_ahead",
    "ticket",        "rating",        "alerts",    "estimate",        "feeds",
    "profiles_dir",  "buses",         "boards",    "voice",           "mqtt",
    "http",          "socket",        NULL
};

static enum hall_error load(const char *file, bool is_to_run, struct config **config,
                            FILE *mistakes);
static void read_all(struct config_reader *reader);
static char *say_warnings(const struct config_text *text, const struct json_doc *doc);
static bool is_doubtful(const struct json_mistake *mistake);
static void print_mistakes(const struct config_text *text, const struct json_doc *doc,
                           FILE *mistakes);

enum hall_error config_load(const char *file, struct config **config, FILE *mistakes) {
    return load(file, false, config, mistakes);
}

enum hall_error config_load_to_run(const char *file, struct config **config, FILE *mistakes) {
    return load(file, true, config, mistakes);
}

void config_free(struct config *config) {
    if (config == NULL) {
        return;
    }
    for (unsigned i = 0; i < config->profile_count; i++) {
        profile_close(config->profiles[i].profile);
    }
    free(config->warnings);
    free(config);
}

bool config_find_socket(const char *file, char *out, FILE *mistakes) {
    struct config_text *text = calloc(1, sizeof(*text));
    if (text == NULL || config_text_init(text, file, mistakes) != HALL_OK) {
        if (text != NULL) {
            config_text_deinit(text);
        }
        free(text);
        return false;
    }
    struct json_doc *doc = json_open(file, text->bytes, text->length);
    utf8_copy(out, CONFIG_PATH_SIZE, CONFIG_SOCKET);
    bool is_good = json_get(json_top(doc), "socket") == NULL ||
                   json_read_text(doc, json_top(doc), "socket", out, CONFIG_SOCKET_SIZE);
    const struct config_path place = { file, out, CONFIG_SOCKET_SIZE };
    is_good = is_good && config_place(doc, json_top(doc), "socket", &place);
    print_mistakes(text, doc, mistakes);
    json_close(doc);
    config_text_deinit(text);
    free(text);
    return is_good;
}

void config_rules_hash(const struct config *config, char *out) {
    char *bytes = malloc(EVENT_JSON_MAX);
    assert(bytes != NULL);
    int length = rules_write(&config->rules, bytes, EVENT_JSON_MAX);
    assert(length > 0); /* config_check has seen that the rules fit into one event */
    password_digest(bytes, (size_t)length, out);
    free(bytes);
}

static enum hall_error load(const char *file, bool is_to_run, struct config **config,
                            FILE *mistakes) {
    struct config_text *text = calloc(1, sizeof(*text));
    struct config *made = calloc(1, sizeof(*made));
    enum hall_error error = HALL_IO;
    if (text == NULL || made == NULL) {
        fprintf(mistakes, "%s: no memory\n", file);
        goto done;
    }
    error = config_text_init(text, file, mistakes);
    /* A mistake in an include is one of many; without the main file there is nothing to check. */
    if (text->length == 0) {
        goto done;
    }
    (void)snprintf(made->file, sizeof(made->file), "%s", file);
    struct config_reader reader = { .doc = json_open(file, text->bytes, text->length),
                                    .config = made,
                                    .is_to_run = is_to_run,
                                    .mistakes = mistakes };
    reader.top = json_top(reader.doc);
    if (reader.top != NULL && json_is_object(reader.top)) {
        read_all(&reader);
    }
    if (json_mistake_count(reader.doc) + reader.more_mistakes > 0) {
        error = HALL_INVALID;
    }
    print_mistakes(text, reader.doc, mistakes);
    made->warnings = say_warnings(text, reader.doc);
    error = made->warnings == NULL && error == HALL_OK ? HALL_IO : error;
    json_close(reader.doc);
done:
    if (text != NULL) {
        config_text_deinit(text);
    }
    free(text);
    if (error != HALL_OK) {
        config_free(made);
        return error;
    }
    *config = made;
    return HALL_OK;
}

static void read_all(struct config_reader *reader) {
    json_only(reader->doc, reader->top, TOP_KEYS);
    config_read_hall(reader);
    rules_read(reader->doc, reader->top, &reader->config->rules);
    config_read_names(reader);
    config_read_texts(reader);
    config_read_wires(reader);
    config_read_uplink(reader);
    config_check_voice(reader);
    config_check(reader);
    config_check_built(reader);
}

/* The caller's to free; NULL: no memory. */
static char *say_warnings(const struct config_text *text, const struct json_doc *doc) {
    char *lines = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&lines, &size);
    if (out == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < json_warning_count(doc); i++) {
        const struct json_mistake *warning = json_warning_at(doc, i);
        unsigned line = 0;
        const char *file = config_text_place(text, warning->line, &line);
        fprintf(out, "%s:%u: warning: %s%s%s\n", file, line, warning->path,
                warning->path[0] == '\0' ? "" : ": ", warning->what);
    }
    (void)fclose(out);
    return lines;
}

/* When an include could not be taken: a section that lacks, and ids that nobody has, may stand there. */
static bool is_doubtful(const struct json_mistake *mistake) {
    bool is_top = strpbrk(mistake->path, ".[") == NULL;
    return (is_top && strncmp(mistake->what, "missing, ", 9) == 0) ||
           strstr(mistake->what, "expected the id of a ") != NULL;
}

static void print_mistakes(const struct config_text *text, const struct json_doc *doc,
                           FILE *mistakes) {
    for (size_t i = 0; i < json_mistake_count(doc); i++) {
        const struct json_mistake *mistake = json_mistake_at(doc, i);
        unsigned line = 0;
        if (text->is_partial && is_doubtful(mistake)) {
            continue;
        }
        const char *file = config_text_place(text, mistake->line, &line);
        fprintf(mistakes, "%s:%u: %s%s%s\n", file, line, mistake->path,
                mistake->path[0] == '\0' ? "" : ": ", mistake->what);
    }
}
