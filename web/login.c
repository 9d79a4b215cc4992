/* Log-in and log-out; see login.h. */
#include "web/login.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"
#include "web/reply.h"

enum { LOG_NOTICE = 5 };

struct login {
    struct login *next;
    struct logins *logins;        /* NULL: the server was closed meanwhile */
    struct http_request *request; /* NULL: who asked has gone */
    char user[COMMAND_ID_SIZE];
    char password[LOGIN_PASSWORD_SIZE];
    char address[HTTP_ADDRESS_SIZE];
    bool is_known, is_right;
    struct web_user found;
};

struct logins {
    struct web *web;
    struct login *waiting; /* in order; the first is on the worker */
    unsigned count;
};

static bool login_read(const struct http_request *request, struct login *login);
static void login_name_address(struct login *login, const struct http_request *request);
static int64_t login_wait_ms(const struct login *login, struct web *web);
static void login_refuse_too_many(struct http_request *request, int64_t wait_ms);
static void logins_go_on(struct logins *logins);
static void login_start(struct login *login);
static void login_gone(void *context);
static void login_hash(void *job);
static void login_hashed(void *job);
static void login_finish(struct login *login);
static void login_refuse(struct login *login);
static void login_accept(struct login *login);
static void login_free(struct login *login);
static int login_write_user(const struct web_user *user, char *out, size_t size);

struct logins *logins_open(struct web *web) {
    struct logins *made = calloc(1, sizeof *made);
    if (made != NULL) {
        made->web = web;
    }
    return made;
}

void logins_close(struct logins *logins) {
    struct login *running = logins->waiting;
    while (running != NULL && running->next != NULL) {
        struct login *one = running->next;
        running->next = one->next;
        login_free(one);
    }
    if (running != NULL) {
        running->logins = NULL; /* login_hashed frees it, if the worker still comes to its end */
    }
    free(logins);
}

void login_begin(struct web *web, struct http_request *request, const struct visitor *visitor) {
    (void)visitor;
    struct logins *logins = web->logins;
    struct login *login = calloc(1, sizeof *login);
    if (login == NULL || !login_read(request, login)) {
        free(login);
        reply_error(request, STATUS_BAD_REQUEST, "malformed",
                    "Expected {\"user\":\"...\",\"password\":\"...\"}.");
        return;
    }
    login_name_address(login, request);
    int64_t wait_ms = login_wait_ms(login, web);
    if (wait_ms > 0 || logins->count >= LOGINS_MAX) {
        login_free(login);
        login_refuse_too_many(request, wait_ms > 0 ? wait_ms : 1000);
        return;
    }
    login->logins = logins;
    login->request = request;
    request->gone = login_gone;
    request->context = login;
    struct login **end = &logins->waiting;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = login;
    logins->count++;
    if (logins->waiting == login) {
        login_start(login);
    }
}

void login_show(struct web *web, struct http_request *request, const struct visitor *visitor) {
    (void)web;
    char text[512];
    int length = login_write_user(&visitor->user, text, sizeof text);
    assert(length > 0);
    reply_json(request, text, (size_t)length);
}

void login_end(struct web *web, struct http_request *request, const struct visitor *visitor) {
    session_end(&web->sessions, visitor->session);
    char cookie[160];
    snprintf(cookie, sizeof cookie,
             VISITOR_COOKIE "=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict%s",
             web->settings.tls ? "; Secure" : "");
    struct http_reply reply = { .status = STATUS_NO_CONTENT,
                                .bytes = "",
                                .headers = { { "Set-Cookie", cookie },
                                             { "Cache-Control", "no-store" } } };
    http_answer(request, &reply);
}

static bool login_read(const struct http_request *request, struct login *login) {
    static const char *const KNOWN[] = { "user", "password", NULL };
    if (request->body == NULL) {
        return false;
    }
    struct json_doc *doc = json_open("log-in", request->body, request->body_length);
    const struct json *top = json_top(doc);
    json_only(doc, top, KNOWN);
    bool is_read = json_is_object(top) &&
                   json_read_text(doc, top, "user", login->user, sizeof login->user) &&
                   json_read_text(doc, top, "password", login->password, sizeof login->password) &&
                   json_mistake_count(doc) == 0 && login->user[0] != '\0';
    json_close(doc);
    return is_read;
}

/*
 * Behind a reverse proxy on this machine everybody comes from loopback, and one guesser would slow all. Such a proxy
 * adds whom it serves as the last of X-Forwarded-For; from elsewhere that header is not believed.
 */
static void login_name_address(struct login *login, const struct http_request *request) {
    const char *forwarded = http_header(request, "X-Forwarded-For");
    const char *address = request->address;
    if (forwarded != NULL && http_is_from_loopback(request)) {
        const char *comma = strrchr(forwarded, ',');
        address = comma != NULL ? comma + 1 : forwarded;
        address += strspn(address, " \t");
    }
    snprintf(login->address, sizeof login->address, "%s", address);
}

static int64_t login_wait_ms(const struct login *login, struct web *web) {
    int64_t now_ms = web_now_ms(web);
    int64_t by_account = attempts_wait_ms(&web->attempts, ATTEMPT_ACCOUNT, login->user, now_ms);
    int64_t by_address = attempts_wait_ms(&web->attempts, ATTEMPT_ADDRESS, login->address, now_ms);
    return by_account > by_address ? by_account : by_address;
}

static void login_refuse_too_many(struct http_request *request, int64_t wait_ms) {
    reply_error_after(request, STATUS_TOO_MANY, "too_many",
                      "Too many log-in attempts; wait a little.", wait_ms);
}

/* Asked again at each one's turn: those that came while one was being hashed are slowed by its failure. */
static void logins_go_on(struct logins *logins) {
    while (logins->waiting != NULL) {
        struct login *login = logins->waiting;
        int64_t wait_ms = login_wait_ms(login, logins->web);
        if (wait_ms == 0) {
            login_start(login);
            return;
        }
        logins->waiting = login->next;
        logins->count--;
        if (login->request != NULL) {
            login->request->gone = NULL;
            login_refuse_too_many(login->request, wait_ms);
        }
        login_free(login);
    }
}

static void login_start(struct login *login) {
    struct web *web = login->logins->web;
    login->is_known = web->owner.user(web->owner.context, login->user, &login->found);
    web->owner.defer(web->owner.context, login_hash, login_hashed, login);
}

static void login_gone(void *context) {
    struct login *login = context;
    login->request = NULL;
}

/* On the worker's thread. An unknown user costs as much as a known one. */
static void login_hash(void *job) {
    struct login *login = job;
    login->is_right =
        secret_password_is(login->is_known ? login->found.hash : NULL, login->password);
}

static void login_hashed(void *job) {
    struct login *login = job;
    struct logins *logins = login->logins;
    if (logins == NULL) {
        login_free(login);
        return;
    }
    assert(logins->waiting == login);
    logins->waiting = login->next;
    logins->count--;
    login_finish(login);
    logins_go_on(logins);
}

static void login_finish(struct login *login) {
    struct web *web = login->logins->web;
    int64_t now_ms = web_now_ms(web);
    if (login->is_right && role_of_name(login->found.role) != WEB_NOBODY) {
        attempts_succeeded(&web->attempts, ATTEMPT_ACCOUNT, login->user);
        if (login->request != NULL) {
            login_accept(login);
        }
    } else {
        attempts_failed(&web->attempts, ATTEMPT_ACCOUNT, login->user, now_ms);
        attempts_failed(&web->attempts, ATTEMPT_ADDRESS, login->address, now_ms);
        web_log(web, LOG_NOTICE, "web: log-in refused address=%s", login->address);
        if (login->request != NULL) {
            login_refuse(login);
        }
    }
    login_free(login);
}

static void login_refuse(struct login *login) {
    struct http_request *request = login->request;
    request->gone = NULL;
    reply_error(request, STATUS_UNAUTHORIZED, "wrong_password", "User or password is wrong.");
}

static void login_accept(struct login *login) {
    struct web *web = login->logins->web;
    struct http_request *request = login->request;
    char token[SECRET_TOKEN_SIZE], cookie[192], text[512];
    const char *old = http_cookie(request, VISITOR_COOKIE);
    const struct session *before =
        old == NULL ? NULL : session_find(&web->sessions, old, web_now_ms(web));
    if (before != NULL) {
        session_end(&web->sessions, before->id);
    }
    (void)session_begin(&web->sessions, login->found.name, login->found.hash, web_now_ms(web),
                        token);
    snprintf(cookie, sizeof cookie, VISITOR_COOKIE "=%s; Path=/; HttpOnly; SameSite=Strict%s",
             token, web->settings.tls ? "; Secure" : "");
    int length = login_write_user(&login->found, text, sizeof text);
    assert(length > 0);
    struct http_reply reply = { .status = STATUS_OK,
                                .type = "application/json",
                                .bytes = text,
                                .length = (size_t)length,
                                .headers = { { "Set-Cookie", cookie },
                                             { "Cache-Control", "no-store" } } };
    request->gone = NULL;
    http_answer(request, &reply);
    secret_wipe(token, sizeof token);
    secret_wipe(cookie, sizeof cookie);
}

static void login_free(struct login *login) {
    secret_wipe(login, sizeof *login);
    free(login);
}

static int login_write_user(const struct web_user *user, char *out, size_t size) {
    struct json_writer writer;
    json_writer_init(&writer, out, size);
    json_begin_object(&writer, NULL);
    json_write_text(&writer, "user", user->name);
    json_write_text(&writer, "role", user->role);
    json_write_text(&writer, "staff", user->staff[0] != '\0' ? user->staff : NULL);
    json_end_object(&writer);
    return json_writer_end(&writer);
}
