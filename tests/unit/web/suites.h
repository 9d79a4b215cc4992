/* The parts of unit_web. */
#ifndef TESTS_UNIT_WEB_SUITES_H
#define TESTS_UNIT_WEB_SUITES_H

#include <check.h>

TCase *tables_case(void);
TCase *roles_case(void);
TCase *routes_case(void);
TCase *requests_case(void);
TCase *login_case(void);
TCase *stream_case(void);
TCase *load_case(void);
TCase *tls_case(void);

#endif
