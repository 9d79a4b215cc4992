/*
 * What people hear. A voice of a zone speaks for the windows of that zone, one without a zone for all; the sound card, where
 * a program or clips are named, for the windows that no such voice speaks for.
 */
#include "controller/config_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/announce.h"
#include "protocol/gbk.h"
#include "protocol/speech.h"
#include "protocol/utf8.h"

static const char *const CALL_WORDS[] = { "ticket", "window", NULL };

static void read_text(struct config_reader *reader, const struct json *voice);
static void read_volumes(struct config_reader *reader, const struct json *voice);
static void add_volume(struct config_reader *reader, const struct json *node);
static int compare_volumes(const void *a, const void *b);
static void read_card(struct config_reader *reader, const struct json *voice);
static void read_program(struct config_reader *reader, const struct json *voice);
static void check_zones(struct config_reader *reader);
static void check_windows(struct config_reader *reader);
static bool has_zone(const struct config *config, const char *zone);
static const char *voice_of_window(const struct config *config, unsigned place);
static const char *voice_of_zone(const struct config *config, const char *zone);
static void check_card_name(struct config_reader *reader);
static void check_spoken(struct config_reader *reader);
static void check_characters(struct config_reader *reader, const struct json *voice);

void config_read_voice(struct config_reader *reader) {
    static const char *const KEYS[] = { "text",      "times",   "volume", "program",
                                        "clips_dir", "english", NULL };
    struct voice_config *config = &reader->config->voice;
    const struct json *voice = config_section(reader, reader->top, "voice", false);
    utf8_copy(config->text, LINE_SIZE, "请{ticket}号到{window}号窗口");
    config->times = 2;
    if (voice != NULL) {
        json_only(reader->doc, voice, KEYS);
        read_text(reader, voice);
        (void)json_read_u16(reader->doc, voice, "times", 1, 5, &config->times);
        (void)json_read_bool(reader->doc, voice, "english", &reader->config->speaks_english);
        read_card(reader, voice);
    }
    read_volumes(reader, voice);
}

/* Nobody would know who is meant by a call without a number. */
static void read_text(struct config_reader *reader, const struct json *voice) {
    char *text = reader->config->voice.text;
    if (!json_read_text(reader->doc, voice, "text", text, LINE_SIZE)) {
        return;
    }
    config_check_template(reader, json_get(voice, "text"), CALL_WORDS);
    if (strstr(text, "{ticket}") == NULL) {
        json_complain(reader->doc, voice, "text", "found no {ticket}, expected whom it calls");
    }
}

static void read_volumes(struct config_reader *reader, const struct json *voice) {
    struct voice_config *config = &reader->config->voice;
    const struct json *volume = config_section(reader, voice, "volume", false);
    for (const struct json *node = json_first(volume); node != NULL; node = json_next(node)) {
        add_volume(reader, node);
    }
    if (config->volume_count == 0) {
        config->volumes[0] = (struct volume){ 8 * 60, 10 };
        config->volumes[1] = (struct volume){ 20 * 60, 6 };
        config->volume_count = 2;
    }
    qsort(config->volumes, config->volume_count, sizeof config->volumes[0], compare_volumes);
}

static void add_volume(struct config_reader *reader, const struct json *node) {
    struct voice_config *config = &reader->config->voice;
    struct volume volume = { 0 };
    bool is_time = config_parse_clock(json_key(node), &volume.from_min);
    if (!is_time) {
        json_complain(reader->doc, node, NULL,
                      "found the key \"%.24s\", expected a time of day \"HH:MM\"", json_key(node));
    }
    const struct json *table = json_get(json_get(reader->top, "voice"), "volume");
    bool is_loudness = json_read_u16(reader->doc, table, json_key(node), 0, 10, &volume.loudness);
    if (config->volume_count == VOLUMES_MAX) {
        json_complain(reader->doc, node, NULL, "found one more time, expected at most %d",
                      VOLUMES_MAX);
    } else if (is_time && is_loudness) {
        config->volumes[config->volume_count++] = volume;
    }
}

static int compare_volumes(const void *a, const void *b) {
    const struct volume *one = a;
    const struct volume *other = b;
    return (int)one->from_min - (int)other->from_min;
}

static void read_card(struct config_reader *reader, const struct json *voice) {
    struct voice_config *config = &reader->config->voice;
    struct speaker_config *card = &config->card;
    memcpy(card->bus, ANNOUNCE_CARD, sizeof ANNOUNCE_CARD);
    memcpy(card->id, ANNOUNCE_CARD, sizeof ANNOUNCE_CARD);
    read_program(reader, voice);
    const char *clips = json_text(json_get(voice, "clips_dir"));
    if (clips == NULL || clips[0] != '\0') {
        (void)config_read_path(reader, voice, "clips_dir", card->clips_dir, SPEAKER_PATH_SIZE);
    }
    config->has_card = card->argument_count > 0 || card->clips_dir[0] != '\0';
}

static void read_program(struct config_reader *reader, const struct json *voice) {
    struct speaker_config *card = &reader->config->voice.card;
    const struct json *list = config_list(reader, voice, "program", false);
    for (const struct json *node = json_first(list); node != NULL; node = json_next(node)) {
        const char *text = json_text(node);
        if (card->argument_count == SPEAKER_ARGUMENTS) {
            json_complain(reader->doc, node, NULL, "found one more word, expected at most %d",
                          SPEAKER_ARGUMENTS);
            return;
        }
        bool is_named = text != NULL && (text[0] != '\0' || card->argument_count > 0);
        if (!is_named || strlen(text) >= SPEAKER_ARGUMENT_SIZE) {
            config_expect(reader, node, NULL,
                          "a text of at most 255 bytes, the program's name first");
            continue;
        }
        utf8_copy(card->arguments[card->argument_count++], SPEAKER_ARGUMENT_SIZE, text);
    }
}

void config_check_voice(struct config_reader *reader) {
    struct config *config = reader->config;
    for (unsigned i = 0; i < config->rules.window_count; i++) {
        utf8_copy(config->rules.windows[i].voice, NAME_SIZE, voice_of_window(config, i));
    }
    check_zones(reader);
    check_windows(reader);
    check_card_name(reader);
    check_spoken(reader);
}

/* A voice in a zone without windows would never say a word. */
static void check_zones(struct config_reader *reader) {
    struct device_cursor at = { NULL, NULL };
    while (config_next_device(reader, &at)) {
        const char *role = json_text(json_get(at.device, "role"));
        const char *zone = json_text(json_get(at.device, "zone"));
        bool is_voice = role != NULL && role_of_word(role) == ROLE_VOICE;
        if (is_voice && zone != NULL && zone[0] != '\0' && !has_zone(reader->config, zone)) {
            json_warn(reader->doc, at.device, "zone",
                      "no window is in \"%.32s\": this voice has nobody to call", zone);
        }
    }
}

/* Where others are called aloud, whoever waits for this window waits for a voice. */
static void check_windows(struct config_reader *reader) {
    const struct rules *rules = &reader->config->rules;
    bool has_voice = false;
    for (unsigned i = 0; i < rules->window_count; i++) {
        has_voice = has_voice || rules->windows[i].voice[0] != '\0';
    }
    const struct json *node = json_first(json_get(reader->top, "windows"));
    for (; has_voice && node != NULL; node = json_next(node)) {
        double id = json_number(json_get(node, "id"));
        const struct window_rule *window =
            id >= 1 && id <= WINDOW_ID_MAX ? rules_window(rules, (uint16_t)id) : NULL;
        if (window != NULL && window->voice[0] == '\0') {
            json_warn(reader->doc, node, "zone",
                      "no voice is of this window's zone or of all zones: nobody is called to it");
        }
    }
}

static bool has_zone(const struct config *config, const char *zone) {
    for (unsigned i = 0; i < config->rules.window_count; i++) {
        if (strcmp(config->windows[i].zone, zone) == 0) {
            return true;
        }
    }
    return false;
}

/* The one that the window's clocks wait for: its own zone's before one of all zones, else the sound card's. */
static const char *voice_of_window(const struct config *config, unsigned place) {
    const char *own = voice_of_zone(config, config->windows[place].zone);
    const char *for_all = voice_of_zone(config, "");
    const char *card = config->voice.has_card ? ANNOUNCE_CARD : "";
    const char *chip = own != NULL ? own : for_all;
    return chip != NULL ? chip : card;
}

/* The first of this very zone; NULL: none. */
static const char *voice_of_zone(const struct config *config, const char *zone) {
    for (unsigned i = 0; i < config->bus_count * BUS_DEVICES_MAX; i++) {
        const struct bus_place *bus = &config->buses[i / BUS_DEVICES_MAX];
        unsigned place = i % BUS_DEVICES_MAX;
        if (place < bus->bus.device_count && bus->bus.devices[place].role == ROLE_VOICE &&
            strcmp(bus->devices[place].zone, zone) == 0) {
            return bus->bus.devices[place].id;
        }
    }
    return NULL;
}

static void check_card_name(struct config_reader *reader) {
    struct device_cursor at = { NULL, NULL };
    while (reader->config->voice.has_card && config_next_device(reader, &at)) {
        const char *id = json_text(json_get(at.device, "id"));
        if (id != NULL && strcmp(id, ANNOUNCE_CARD) == 0) {
            json_complain(reader->doc, at.device, "id",
                          "found \"%s\", which is the name of the box's own sound card", id);
        }
    }
}

/* The longest call that there can be must be whole in a chip's frame, and each character one that it has. */
static void check_spoken(struct config_reader *reader) {
    char text[VOICE_TEXT_SIZE];
    char spelled[SPEECH_SPELLED_SIZE];
    uint8_t coded[SPEECH_SPELLED_SIZE];
    struct speech_frame frame;
    const struct json *voice = json_get(reader->top, "voice");
    announce_longest(reader->config, text);
    (void)speech_spell(text, spelled, sizeof spelled);
    speech_frame_say(CHIP_SYN6288, 10, spelled, &frame);
    if (frame.is_cut) {
        json_complain(reader->doc, voice, "text",
                      "found %zu bytes as the chips take it with the longest ticket and window "
                      "behind \"" ANNOUNCE_AGAIN "\", expected at most %zu",
                      gbk_encode(spelled, coded, sizeof coded),
                      SPEECH_TEXT_MAX - (sizeof "[v10]" - 1));
    }
    check_characters(reader, voice);
}

static void check_characters(struct config_reader *reader, const struct json *voice) {
    const char *text = reader->config->voice.text;
    size_t step;
    for (const char *at = text; *at != '\0'; at += step) {
        uint32_t character;
        char one[UTF8_MAX + 1] = "";
        uint8_t coded[2];
        step = utf8_take(at, strlen(at), &character);
        memcpy(one, at, step);
        if (character != '?' && gbk_encode(one, coded, sizeof coded) == 1 && coded[0] == '?') {
            json_complain(reader->doc, voice, "text",
                          "found \"%s\", expected characters that GBK has", one);
        }
    }
}
