/*
 * Serial adapters by name: which there are, and which one a config's "usb:SERIAL" or "usb:1-1.3" means today. The only
 * file that includes libserialport, which names adapters but opens no line here: it refuses pseudo-terminals and links.
 */
#ifndef DEVICES_ADAPTER_H
#define DEVICES_ADAPTER_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/limits.h"

enum { ADAPTER_PATH_SIZE = 64, ADAPTERS_MAX = 32 };
/* One line. An adapter with several is that many of these, alike in serial number and socket. */
struct adapter {
    char path[ADAPTER_PATH_SIZE]; /* "/dev/ttyUSB0" */
    char serial[NAME_SIZE * 2];   /* of the USB adapter, "" if it has none */
    char socket[NAME_SIZE];       /* where it is plugged in, "1-1.3", "" if not USB */
    char what[WHAT_SIZE];         /* its description */
};

/*
 * The one of them with this serial number or in this socket. NULL with `what`: none (it names those that are plugged in),
 * two with this serial number, or one with several lines, of which neither number nor socket names one. Pure.
 */
const struct adapter *adapter_choose(const struct adapter *adapters, unsigned count,
                                     const char *name, char *what, size_t what_size);
/*
 * The path that `port` means. "usb:..." is looked up, which may take some milliseconds; anything else is itself. False
 * with `what`.
 */
bool adapter_resolve(const char *port, char *path, size_t size, char *what, size_t what_size);

#endif
