/* What people who may not see single ratings learn from a journal row. Pure. */
#ifndef WEB_FILTER_H
#define WEB_FILTER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Does this row change nothing that staff and the public see? So it is with what follows a grade: reasons, cases, notes
 * and their alerts. That a rating was asked for, given or missed is seen at the window.
 */
bool filter_is_hidden(const char *bytes, size_t length);

#endif
