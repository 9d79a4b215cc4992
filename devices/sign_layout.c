#include "devices/sign_layout.h"

#include <stdio.h>
#include <string.h>

#include "protocol/utf8.h"

enum {
    AREA_WIDTH = 128, /* of a card whose size is not said: the common strip over a window */
    AREA_LINE = 16,   /* pixels of the cards' ordinary font, high and, for Chinese, wide */
    FACE_LINE = 8,
    FACE_LETTER = 6, /* five pixels and the gap */
    AREA_BLANKS = 2, /* between what were two lines */
    FACE_BLANKS = 3,
    SPEED = 4,
    STAY_HALVES = 5,
    FLASH_HALVES = 1,
    JOINED_SIZE = 3 * BOARD_TEXT_SIZE, /* each line's end may become three blanks */
    TIMEOUT_S = 2                      /* as in the vendor's example; the run mode has none */
};

static unsigned lines_of(const char *text);
static unsigned widest_of(const char *text);
static void tighten(char *text, unsigned width);
static void join_lines(char *text, size_t blanks);
static void face_text(const struct board_image *image, char *out, size_t size);
static void face_split(const char *text, struct sign_face *face);
static bool face_is_wide(const struct sign_face *face, unsigned width);

void sign_lay_area(const struct device_config *config, const struct board_image *image,
                   struct onbon_area *area) {
    char text[JOINED_SIZE];
    *area = (struct onbon_area){ .width = config->width == 0 ? AREA_WIDTH : config->width,
                                 .height = config->height == 0 ? AREA_LINE : config->height,
                                 .timeout_s = TIMEOUT_S,
                                 .effect = ONBON_STILL,
                                 .speed = SPEED,
                                 .stay_halves = STAY_HALVES };
    unsigned room = area->height < 2 * AREA_LINE ? 1 : area->height / AREA_LINE;
    snprintf(text, sizeof text, "%s", image->text);
    if (room == 1) {
        join_lines(text, AREA_BLANKS);
    }
    tighten(text, area->width);
    unsigned lines = lines_of(text);
    unsigned wide = widest_of(text);
    /* On a sign of several lines the card breaks a single long one by itself. */
    bool fits = room == 1 || lines > 1 ? wide <= area->width : wide <= room * area->width;
    area->is_single = room == 1 || (lines == 1 && wide <= area->width);
    area->wraps = !area->is_single && lines == 1;
    if (!fits || (image->style & STYLE_SCROLL) != 0) {
        area->effect = ONBON_LEFT;
    } else if ((image->style & STYLE_FLASH) != 0) {
        area->effect = ONBON_QUICK;
        area->stay_halves = FLASH_HALVES;
    }
    area->length = onbon_write_text(text, image->style, area->text, sizeof area->text);
}

unsigned sign_face_room(const struct device_config *config) {
    unsigned room = config->height < 2 * FACE_LINE ? 1 : config->height / FACE_LINE;
    return room > ALPHA_CALLS_MAX ? ALPHA_CALLS_MAX : room;
}

void sign_lay_face(const struct device_config *config, const struct board_image *image,
                   struct sign_face *face) {
    static const char COLOURS[] = { [STYLE_RED] = '1', [STYLE_GREEN] = '2', [STYLE_AMBER] = '3' };
    unsigned colour = image->style & 3u;
    char text[JOINED_SIZE];
    memset(face, 0, sizeof *face);
    face_text(image, text, sizeof text);
    bool is_joined = lines_of(text) > sign_face_room(config);
    if (is_joined) {
        join_lines(text, FACE_BLANKS);
    }
    face_split(text, face);
    face->colour = COLOURS[colour <= STYLE_AMBER ? colour : STYLE_AMBER];
    face->mode = ALPHA_HOLD;
    if (is_joined || face_is_wide(face, config->width) || (image->style & STYLE_SCROLL) != 0) {
        face->mode = ALPHA_ROTATE;
    } else if ((image->style & STYLE_FLASH) != 0) {
        face->mode = ALPHA_FLASH;
    }
}

static unsigned lines_of(const char *text) {
    unsigned lines = 1;
    while ((text = strchr(text, '\n')) != NULL) {
        lines++;
        text++;
    }
    return lines;
}

/* Pixels of the widest line in the cards' font: 8 an ASCII character, 16 another. */
static unsigned widest_of(const char *text) {
    unsigned widest = 0;
    unsigned wide = 0;
    for (size_t left = strlen(text); left > 0;) {
        uint32_t character;
        size_t taken = utf8_take(text, left, &character);
        unsigned one = character < 0x80 ? AREA_LINE / 2 : AREA_LINE;
        wide = character == '\n' ? 0 : wide + one;
        widest = wide > widest ? wide : widest;
        text += taken;
        left -= taken;
    }
    return widest;
}

/* Leaves out the blanks beside Chinese characters, where a text (of JOINED_SIZE) that is too wide fits so. */
static void tighten(char *text, unsigned width) {
    char tight[JOINED_SIZE];
    size_t used = 0;
    if (widest_of(text) <= width) {
        return;
    }
    for (size_t i = 0; text[i] != '\0'; i++) {
        bool is_beside = (i > 0 && (text[i - 1] & 0x80) != 0) || (text[i + 1] & 0x80) != 0;
        if (text[i] != ' ' || !is_beside) {
            tight[used++] = text[i];
        }
    }
    tight[used] = '\0';
    if (widest_of(tight) <= width) {
        snprintf(text, JOINED_SIZE, "%s", tight);
    }
}

/* So many blanks for each end of a line; `text` has room for them. */
static void join_lines(char *text, size_t blanks) {
    for (char *at = strchr(text, '\n'); at != NULL; at = strchr(at + blanks, '\n')) {
        memmove(at + blanks, at + 1, strlen(at));
        memset(at, ' ', blanks);
    }
}

static void face_text(const struct board_image *image, char *out, size_t size) {
    const char *from = image->text;
    if (!alpha_can_show(from) && image->plain[0] != '\0') {
        from = image->plain;
    }
    if (alpha_can_show(from)) {
        snprintf(out, size, "%s", from);
    } else {
        alpha_reduce(from, out, size);
    }
}

/* There are not more lines than places. */
static void face_split(const char *text, struct sign_face *face) {
    for (;;) {
        size_t length = strcspn(text, "\n");
        snprintf(face->lines[face->count++], sizeof face->lines[0], "%.*s", (int)length, text);
        if (text[length] == '\0') {
            return;
        }
        text += length + 1;
    }
}

static bool face_is_wide(const struct sign_face *face, unsigned width) {
    for (unsigned i = 0; i < face->count; i++) {
        if (width > 0 && strlen(face->lines[i]) * FACE_LETTER > width) {
            return true;
        }
    }
    return false;
}
