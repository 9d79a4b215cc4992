/* Certificate and key files; see pem.h. */
#include "web/pem.h"

#include <stdio.h>
#include <stdlib.h>

enum { PEM_MAX = 65536 };

enum hall_error pem_read(const char *path, char **text, char *fault) {
    FILE *file = fopen(path, "re");
    char *bytes = calloc(1, PEM_MAX + 1);
    size_t length = file != NULL && bytes != NULL ? fread(bytes, 1, PEM_MAX, file) : 0;
    if (file != NULL) {
        (void)fclose(file);
    }
    if (length == 0) {
        free(bytes);
        snprintf(fault, WHAT_SIZE, "can't read the certificate or key %.80s", path);
        return HALL_IO;
    }
    *text = bytes;
    return HALL_OK;
}
