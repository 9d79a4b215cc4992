#include "devices/echo.h"

enum { EXCHANGES_LEAST = 3 };

void echo_note(struct echo *echo, struct link *link, bool has_echo) {
    echo->others = has_echo == echo->is_told ? 0 : echo->others + 1;
    if (echo->others < EXCHANGES_LEAST) {
        return;
    }
    *echo = (struct echo){ .is_told = has_echo };
    if (has_echo) {
        link_warn(link, "echo: the line gives back what is sent; switch the adapter's receiver off "
                        "while it sends");
    } else {
        link_clear(link);
    }
}
