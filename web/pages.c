/*
 * The pages and their files; see pages.h. They hold no data, so anyone may load them: what a page shows comes from the
 * API, which asks who it is.
 */
#include "web/pages.h"

#include <string.h>

#include "web/files.h"
#include "web/reply.h"

struct page {
    const char *path; /* ending in '/': everything below it */
    const char *file;
    bool is_public;
};

static const struct page PAGES[] = {
    { "/", "/", false },
    { "/login", "/", false },
    { "/terminal", "/terminal", false }, /* which window is chosen on the page */
    { "/terminal/", "/terminal", false },
    { "/display", "/display", true },
    { "/t/", "/t", true },
};

static bool page_is_at(const struct page *page, const char *path);
static const struct web_file *file_find(const char *path);
static const struct web_file *file_of_page(const char *path, bool is_public_listener);
static bool file_is_page(const struct web_file *file);
static bool file_is_public(const char *path);
static bool etag_matches(const struct http_request *request, const char *etag);
static void file_send(struct http_request *request, const struct web_file *file);

bool pages_answer(struct http_request *request, bool is_public_listener) {
    const struct web_file *file = file_of_page(request->path, is_public_listener);
    if (file == NULL) {
        bool is_shown = !is_public_listener || file_is_public(request->path);
        file = is_shown ? file_find(request->path) : NULL;
        file = file != NULL && file_is_page(file) ? NULL : file; /* pages go by PAGES alone */
    }
    if (file != NULL) {
        file_send(request, file);
    }
    return file != NULL;
}

static bool page_is_at(const struct page *page, const char *path) {
    size_t length = strlen(page->path);
    return length > 1 && page->path[length - 1] == '/'
               ? strncmp(path, page->path, length) == 0 && path[length] != '\0'
               : strcmp(path, page->path) == 0;
}

static const struct web_file *file_of_page(const char *path, bool is_public_listener) {
    for (size_t i = 0; i < sizeof PAGES / sizeof PAGES[0]; i++) {
        if (page_is_at(&PAGES[i], path) && (PAGES[i].is_public || !is_public_listener)) {
            return file_find(PAGES[i].file);
        }
    }
    return NULL;
}

static const struct web_file *file_find(const char *path) {
    for (size_t i = 0; i < WEB_FILE_COUNT; i++) {
        if (strcmp(WEB_FILES[i].path, path) == 0) {
            return &WEB_FILES[i];
        }
    }
    return NULL;
}

static bool file_is_page(const struct web_file *file) {
    return strncmp(file->type, "text/html", 9) == 0;
}

/* "/display.js" and "/display.css" belong to "/display". The icon is everybody's. */
static bool file_is_public(const char *path) {
    bool is_public = strcmp(path, "/icon.svg") == 0;
    for (size_t i = 0; i < sizeof PAGES / sizeof PAGES[0]; i++) {
        size_t length = strlen(PAGES[i].file);
        bool is_part = strncmp(path, PAGES[i].file, length) == 0 && path[length] == '.';
        is_public = is_public || (is_part && PAGES[i].is_public);
    }
    return is_public;
}

/* If-None-Match is "*" or a list; an entry may be weak (W/"..."). RFC 9110, 13.1.2. */
static bool etag_matches(const struct http_request *request, const char *etag) {
    const char *list = http_header(request, "If-None-Match");
    return list != NULL && (strcmp(list, "*") == 0 || strstr(list, etag) != NULL);
}

static void file_send(struct http_request *request, const struct web_file *file) {
    bool is_known = etag_matches(request, file->etag);
    struct http_reply reply = { .status = is_known ? STATUS_NOT_MODIFIED : STATUS_OK,
                                .type = file->type,
                                .bytes = is_known ? (const unsigned char *)"" : file->gzip,
                                .length = is_known ? 0 : file->size,
                                .is_static = true,
                                .headers = { { "ETag", file->etag },
                                             { "Cache-Control", "no-cache" },
                                             { "Vary", "Accept-Encoding" },
                                             { is_known ? NULL : "Content-Encoding", "gzip" } } };
    http_answer(request, &reply);
}
