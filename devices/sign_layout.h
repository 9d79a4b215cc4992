/*
 * How a board's image is laid out on an LED sign of a certain size. Pure: an image and the sign's pixels in, an ONBON
 * area or an Alpha sign's lines out. The same image gives the same layout.
 */
#ifndef DEVICES_SIGN_LAYOUT_H
#define DEVICES_SIGN_LAYOUT_H

#include "devices/bus.h"
#include "protocol/alpha.h"
#include "protocol/onbon.h"

/*
 * One line of 16 pixels, or several on a sign that is high enough. What is wider than the sign loses its blanks if it
 * fits without them, else it runs to the left; several
 * lines on a sign with room for one do so behind each other. A call flashes: it is put up again every half second.
 */
void sign_lay_area(const struct device_config *config, const struct board_image *image,
                   struct onbon_area *area);

/* How an Alpha sign shows an image: so many lines, each a STRING that its TEXT calls. */
struct sign_face {
    enum alpha_mode mode;
    char colour;
    unsigned count; /* lines, at least one */
    char lines[ALPHA_CALLS_MAX][ALPHA_STRING_MAX + 1];
};

/*
 * The image's text where the sign has all its characters, else its plain form, else what alpha_reduce leaves of the
 * text: a citizen is helped by "A012 -> 3", not by question marks. One line for each eight pixels of height; what has
 * more lines than that is put behind each other and runs, as does what is known to be wider than the sign.
 */
unsigned sign_face_room(const struct device_config *config); /* lines, 1..ALPHA_CALLS_MAX */
void sign_lay_face(const struct device_config *config, const struct board_image *image,
                   struct sign_face *face);

#endif
