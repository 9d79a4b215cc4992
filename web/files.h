/* The pages' files, embedded at build by web/ui/embed.mjs from the bundler's output: already gzipped. */
#ifndef WEB_FILES_H
#define WEB_FILES_H

#include <stddef.h>

struct web_file {
    const char *path;          /* "/app.js", "/" for the page itself */
    const char *type;          /* "text/javascript; charset=utf-8" */
    const char *etag;          /* quoted */
    const unsigned char *gzip; /* always gzip-encoded */
    size_t size;
};
extern const struct web_file WEB_FILES[];
extern const size_t WEB_FILE_COUNT;

#endif
