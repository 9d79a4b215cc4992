/* TLS by certificate and key files; the client is python3's ssl, so the two ends share no code. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/web/fixture.h"
#include "tests/unit/web/suites.h"

static const char CLIENT[] =
    "import http.client, json, ssl, sys\n"
    "context = ssl.create_default_context(cafile=sys.argv[2])\n"
    "link = http.client.HTTPSConnection('localhost', int(sys.argv[1]), context=context)\n"
    "link.request('POST', '/api/v1/session', json.dumps(dict(user='mona',"
    " password='mona-secret')))\n"
    "answer = link.getresponse(); answer.read()\n"
    "cookie = answer.getheader('Set-Cookie')\n"
    "print('log in', answer.status, 'Secure' in cookie)\n"
    "link.request('POST', '/api/v1/commands/service.stop', '{\"service\":\"social\"}',"
    " {'Cookie': cookie.split(';')[0], 'Origin': 'https://localhost:' + sys.argv[1]})\n"
    "answer = link.getresponse(); answer.read()\n"
    "print('command', answer.status)\n"
    "link.request('GET', '/api/v1/stream', headers={'Cookie': cookie.split(';')[0]})\n"
    "answer = link.getresponse()\n"
    "while answer.readline() != b'event: snapshot\\n': pass\n"
    "print('stream', answer.status)\n";

static char folder[48]; /* of this process alone */

static void make_certificate(struct web_settings *settings) {
    snprintf(folder, sizeof folder, "/tmp/hallq-tls-%d", (int)getpid());
    ck_assert_int_eq(mkdir(folder, S_IRWXU), 0);
    snprintf(settings->cert_file, sizeof settings->cert_file, "%s/cert.pem", folder);
    snprintf(settings->key_file, sizeof settings->key_file, "%s/key.pem", folder);
    pid_t child = fork();
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        dup2(nowhere, STDERR_FILENO);
        execlp("openssl", "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
               "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
               "-addext", "subjectAltName=DNS:localhost", "-keyout", settings->key_file, "-out",
               settings->cert_file, (char *)NULL);
        _exit(127);
    }
    int status = -1;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}

static void remove_certificate(void) {
    char path[64];
    snprintf(path, sizeof path, "%s/cert.pem", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/key.pem", folder);
    unlink(path);
    rmdir(folder);
}

/* The client's output while the server's loop turns. */
static void run_client(const char *cert, char *out, size_t size) {
    int ends[2];
    char port[8];
    ck_assert_int_eq(pipe(ends), 0);
    snprintf(port, sizeof port, "%u", web_port(fx.web, 0));
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execlp("python3", "python3", "-c", CLIENT, port, cert, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    size_t used = 0;
    int status = -1;
    for (unsigned turn = 0; turn < 4000 && waitpid(child, &status, WNOHANG) == 0; turn++) {
        fixture_turn(5);
    }
    ssize_t got = read(ends[0], out, size - 1);
    used = got > 0 ? (size_t)got : 0;
    out[used] = '\0';
    close(ends[0]);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "client: %s", out);
}

START_TEST(test_tls) {
    struct web_settings settings;
    char fault[WHAT_SIZE] = "", out[256];
    fixture_open(); /* for the hall; its own server is replaced */
    web_close(fx.web);
    fixture_settings(&settings);
    settings.tls = true;
    make_certificate(&settings);
    ck_assert_msg(web_open(&settings, fixture_owner(), &fx.web, fault) == HALL_OK, "%s", fault);
    run_client(settings.cert_file, out, sizeof out);
    ck_assert_str_eq(out, "log in 200 True\ncommand 200\nstream 200\n");
    /* Somebody who speaks plainly gets nothing, and the server goes on. */
    ck_assert_int_eq(ask(0, "GET", "/healthz", "", ""), 0);
    fixture_close();
    remove_certificate();
}
END_TEST

START_TEST(test_bad_certificates) {
    struct web_settings settings;
    struct web *web;
    char fault[WHAT_SIZE];
    fixture_settings(&settings);
    settings.tls = true;
    strcpy(settings.cert_file, "/nonexistent/cert.pem");
    strcpy(settings.key_file, "/nonexistent/key.pem");
    ck_assert_int_eq(web_open(&settings, fixture_owner(), &web, fault), HALL_IO);
    ck_assert_ptr_nonnull(strstr(fault, "can't read the certificate or key /nonexistent/cert.pem"));
    strcpy(settings.cert_file, "/etc/passwd");
    strcpy(settings.key_file, "/etc/passwd");
    ck_assert_int_eq(web_open(&settings, fixture_owner(), &web, fault), HALL_IO);
    ck_assert_ptr_nonnull(strstr(fault, "is the certificate and its key valid?"));
}
END_TEST

TCase *tls_case(void) {
    TCase *tests = tcase_create("tls");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, test_tls);
    tcase_add_test(tests, test_bad_certificates);
    return tests;
}
