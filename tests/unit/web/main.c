/* unit_web: the HTTP server with real sockets on loopback. */
#include <stdlib.h>

#include "tests/unit/web/suites.h"

int main(void) {
    Suite *suite = suite_create("web");
    suite_add_tcase(suite, tables_case());
    suite_add_tcase(suite, roles_case());
    suite_add_tcase(suite, routes_case());
    suite_add_tcase(suite, requests_case());
    suite_add_tcase(suite, login_case());
    suite_add_tcase(suite, stream_case());
    suite_add_tcase(suite, load_case());
    suite_add_tcase(suite, tls_case());
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
