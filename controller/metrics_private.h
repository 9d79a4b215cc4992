/* What metrics.c and metrics_lines.c share: the text that is being written, which counts on when it has no more room. */
#ifndef CONTROLLER_METRICS_PRIVATE_H
#define CONTROLLER_METRICS_PRIVATE_H

#include <stddef.h>

struct loop;

struct metrics_text {
    char *out;
    size_t size, used;
};

void metrics_put(struct metrics_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The lines' and devices' families, each with all its buses and devices together. */
void metrics_put_lines(struct metrics_text *text, struct loop *loop);

#endif
