/* Certificate and key files. */
#ifndef WEB_PEM_H
#define WEB_PEM_H

#include "protocol/words.h"

/* The file's text, the caller's to free; at most 64 KiB of it. HALL_IO: `fault` (WHAT_SIZE) names the file. */
enum hall_error pem_read(const char *path, char **text, char *fault);

#endif
