/* Small readers that the sections share, in the words of a person who looks for a mistake. */
#include "controller/config_read.h"

#include <stdlib.h>
#include <string.h>

#include "controller/config_text.h"

static void say_found(const struct json *node, char *out, size_t size);

const struct json *config_section(struct config_reader *reader, const struct json *object,
                                  const char *key, bool is_required) {
    const struct json *node = json_get(object, key);
    if (node == NULL && is_required) {
        json_complain(reader->doc, object, key, "missing, expected an object");
    }
    if (node != NULL && !json_is_object(node)) {
        config_expect(reader, object, key, "an object");
        return NULL;
    }
    return node;
}

const struct json *config_list(struct config_reader *reader, const struct json *object,
                               const char *key, bool is_required) {
    const struct json *node = json_get(object, key);
    if (node == NULL && is_required) {
        json_complain(reader->doc, object, key, "missing, expected an array");
    }
    if (node != NULL && !json_is_array(node)) {
        config_expect(reader, object, key, "an array");
        return NULL;
    }
    return node;
}

bool config_require(struct config_reader *reader, const struct json *object, const char *key,
                    const char *expected) {
    if (json_get(object, key) != NULL) {
        return true;
    }
    json_complain(reader->doc, object, key, "missing, expected %s", expected);
    return false;
}

void config_expect(struct config_reader *reader, const struct json *object, const char *key,
                   const char *expected) {
    char found[80];
    say_found(key == NULL ? object : json_get(object, key), found, sizeof(found));
    json_complain(reader->doc, object, key, "found %s, expected %s", found, expected);
}

void config_read_label(struct config_reader *reader, const struct json *object, const char *key,
                       struct label *label) {
    static const char *const KEYS[] = { "zh", "en", NULL };
    const struct json *node = config_section(reader, object, key, false);
    if (node != NULL) {
        json_only(reader->doc, node, KEYS);
        (void)json_read_text(reader->doc, node, "zh", label->zh, sizeof(label->zh));
        (void)json_read_text(reader->doc, node, "en", label->en, sizeof(label->en));
    }
}

bool config_place(struct json_doc *doc, const struct json *object, const char *key,
                  const struct config_path *path) {
    char folder[CONFIG_PATH_SIZE];
    char whole[2 * CONFIG_PATH_SIZE];
    if (path->path[0] == '\0' || path->path[0] == '/') {
        return true;
    }
    config_folder(path->file, folder);
    int length = snprintf(whole, sizeof(whole), "%s%s", folder, path->path);
    if (length < 0 || (size_t)length >= path->size) {
        json_complain(doc, object, key, "the path from %s is longer than %u bytes", folder,
                      (unsigned)path->size - 1);
        return false;
    }
    memcpy(path->path, whole, (size_t)length + 1);
    return true;
}

bool config_read_path(struct config_reader *reader, const struct json *object, const char *key,
                      char *path, size_t size) {
    const struct config_path place = { reader->config->file, path, size };
    return json_read_text(reader->doc, object, key, path, size) &&
           config_place(reader->doc, object, key, &place);
}

bool config_read_clock(struct config_reader *reader, const struct json *object, const char *key,
                       uint16_t *minutes) {
    const char *text = json_text(json_get(object, key));
    if (json_get(object, key) == NULL) {
        return false;
    }
    if (!config_parse_clock(text, minutes)) {
        config_expect(reader, object, key, "a time of day \"HH:MM\", 00:00..23:59");
        return false;
    }
    return true;
}

bool config_parse_clock(const char *text, uint16_t *minutes) {
    if (text == NULL || strlen(text) != 5 || text[2] != ':' || strspn(text, "0123456789") != 2 ||
        strspn(text + 3, "0123456789") != 2) {
        return false;
    }
    unsigned hour = (unsigned)(text[0] - '0') * 10 + (unsigned)(text[1] - '0');
    unsigned minute = (unsigned)(text[3] - '0') * 10 + (unsigned)(text[4] - '0');
    if (hour > 23 || minute > 59) {
        return false;
    }
    *minutes = (uint16_t)(hour * 60 + minute);
    return true;
}

unsigned config_parse_number(const char *text, unsigned high) {
    size_t length = strlen(text);
    if (length == 0 || length > 5 || text[0] == '0' || strspn(text, "0123456789") != length) {
        return 0;
    }
    unsigned long value = strtoul(text, NULL, 10);
    return value <= high ? (unsigned)value : 0;
}

void config_check_template(struct config_reader *reader, const struct json *node,
                           const char *const *known) {
    char list[160] = "";
    size_t used = 0;
    for (const char *const *word = known; *word != NULL; word++) {
        used += (size_t)snprintf(list + used, sizeof(list) - used, "%s{%s}",
                                 word == known ? "" : " ", *word);
    }
    const char *text = json_text(node);
    for (const char *open = text == NULL ? NULL : strchr(text, '{'); open != NULL;
         open = strchr(open + 1, '{')) {
        size_t length = strcspn(open + 1, "}");
        bool is_known = false;
        for (const char *const *word = known; *word != NULL && open[1 + length] == '}'; word++) {
            is_known =
                is_known || (strlen(*word) == length && strncmp(*word, open + 1, length) == 0);
        }
        if (!is_known) {
            int shown = length > 24 ? 24 : (int)length;
            json_complain(reader->doc, node, NULL, "found {%.*s%s, expected one of %s", shown,
                          open + 1, open[1 + length] == '}' ? "}" : "", list);
        }
    }
}

bool config_is_address(const char *text) {
    const char *colon = strrchr(text, ':');
    if (colon == NULL || colon == text) {
        return false;
    }
    size_t host = (size_t)(colon - text);
    bool is_bracketed = text[0] == '[' && colon[-1] == ']' && host > 2;
    if (!is_bracketed && (memchr(text, ':', host) != NULL || memchr(text, '[', host) != NULL)) {
        return false;
    }
    size_t digits = strspn(colon + 1, "0123456789");
    if (digits == 0 || digits > 5 || colon[1 + digits] != '\0') {
        return false;
    }
    long port = strtol(colon + 1, NULL, 10);
    return port >= 1 && port <= 65535 && strcspn(text, " \t/") == strlen(text);
}

static void say_found(const struct json *node, char *out, size_t size) {
    if (node == NULL) {
        (void)snprintf(out, size, "nothing");
    } else if (json_is_string(node)) {
        (void)snprintf(out, size, "\"%.60s\"", json_text(node));
    } else if (json_is_number(node)) {
        (void)snprintf(out, size, "%g", json_number(node));
    } else if (json_is_object(node)) {
        (void)snprintf(out, size, "an object");
    } else if (json_is_array(node)) {
        (void)snprintf(out, size, "an array");
    } else if (json_is_null(node)) {
        (void)snprintf(out, size, "null");
    } else {
        (void)snprintf(out, size, "true or false");
    }
}
