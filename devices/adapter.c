#include "devices/adapter.h"

#include <libserialport.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned adapter_list(struct adapter *adapters, unsigned most);
static bool adapter_is(const struct adapter *adapter, const char *name);
static void adapter_say_plugged(const struct adapter *adapters, unsigned count, const char *name,
                                char *what, size_t size);
static void adapter_read(struct adapter *adapter, const struct sp_port *port);
static void adapter_find_socket(struct adapter *adapter);

bool adapter_resolve(const char *port, char *path, size_t size, char *what, size_t what_size) {
    if (strncmp(port, "usb:", 4) != 0) {
        snprintf(path, size, "%s", port);
        return true;
    }
    struct adapter adapters[ADAPTERS_MAX];
    unsigned count = adapter_list(adapters, ADAPTERS_MAX);
    const struct adapter *chosen = adapter_choose(adapters, count, port + 4, what, what_size);
    if (chosen == NULL) {
        return false;
    }
    snprintf(path, size, "%s", chosen->path);
    return true;
}

const struct adapter *adapter_choose(const struct adapter *adapters, unsigned count,
                                     const char *name, char *what, size_t what_size) {
    const struct adapter *chosen = NULL;
    for (unsigned i = 0; i < count; i++) {
        if (!adapter_is(&adapters[i], name)) {
            continue;
        }
        if (chosen != NULL && strcmp(chosen->socket, adapters[i].socket) == 0) {
            snprintf(what, what_size,
                     "usb:%.24s has more than one line: name one by its path below "
                     "/dev/serial/by-path",
                     name);
            return NULL;
        }
        if (chosen != NULL) {
            snprintf(what, what_size,
                     "two adapters have the serial number %.24s: name one by its socket, usb:%.24s "
                     "or usb:%.24s",
                     name, chosen->socket, adapters[i].socket);
            return NULL;
        }
        chosen = &adapters[i];
    }
    if (chosen == NULL) {
        adapter_say_plugged(adapters, count, name, what, what_size);
    }
    return chosen;
}

/* Fills at most `most` and returns how many there are of those. */
static unsigned adapter_list(struct adapter *adapters, unsigned most) {
    struct sp_port **ports = NULL;
    if (sp_list_ports(&ports) != SP_OK) {
        return 0;
    }
    unsigned count = 0;
    for (unsigned i = 0; ports[i] != NULL && count < most; i++) {
        adapter_read(&adapters[count++], ports[i]);
    }
    sp_free_port_list(ports);
    return count;
}

static bool adapter_is(const struct adapter *adapter, const char *name) {
    return name[0] != '\0' &&
           (strcmp(adapter->socket, name) == 0 || strcmp(adapter->serial, name) == 0);
}

/* "usb:FT9: no such adapter is plugged in; there are FTA1 (1-1.3), 1-1.4" */
static void adapter_say_plugged(const struct adapter *adapters, unsigned count, const char *name,
                                char *what, size_t size) {
    size_t used = (size_t)snprintf(what, size, "usb:%.32s: no such adapter is plugged in", name);
    const char *before = "; there are ";
    for (unsigned i = 0; i < count; i++) {
        const struct adapter *one = &adapters[i];
        char text[3 * NAME_SIZE + 8];
        bool has_serial = one->serial[0] != '\0';
        if (one->socket[0] == '\0') {
            continue; /* no USB adapter */
        }
        snprintf(text, sizeof text, "%s%s%s%s%s", before, has_serial ? one->serial : one->socket,
                 has_serial ? " (" : "", has_serial ? one->socket : "", has_serial ? ")" : "");
        if (used + strlen(text) + sizeof ", ..." > size) {
            snprintf(what + used, size - used, ", ...");
            return;
        }
        used += (size_t)snprintf(what + used, size - used, "%s", text);
        before = ", ";
    }
    if (before[0] == ';') {
        snprintf(what + used, size - used, ", nor any other");
    }
}

static void adapter_read(struct adapter *adapter, const struct sp_port *port) {
    const char *serial = NULL;
    const char *what = sp_get_port_description(port);
    if (sp_get_port_transport(port) == SP_TRANSPORT_USB) {
        serial = sp_get_port_usb_serial(port);
    }
    *adapter = (struct adapter){ .path = "" };
    snprintf(adapter->path, sizeof adapter->path, "%s", sp_get_port_name(port));
    snprintf(adapter->serial, sizeof adapter->serial, "%s", serial == NULL ? "" : serial);
    snprintf(adapter->what, sizeof adapter->what, "%s", what == NULL ? "" : what);
    adapter_find_socket(adapter);
}

/*
 * libserialport gives bus and device numbers, which change at each plugging in; the socket is a folder's name in sysfs:
 * /sys/devices/.../usb1/1-1/1-1.3/1-1.3:1.0/ttyUSB0 is plugged into 1-1.3.
 */
static void adapter_find_socket(struct adapter *adapter) {
    char link[2 * ADAPTER_PATH_SIZE];
    const char *name = strrchr(adapter->path, '/');
    snprintf(link, sizeof link, "/sys/class/tty/%s/device", name == NULL ? "" : name + 1);
    char *path = realpath(link, NULL);
    char *rest = path;
    for (char *part = path == NULL ? NULL : strsep(&rest, "/"); part != NULL;
         part = strsep(&rest, "/")) {
        char *colon = strchr(part, ':');
        if (colon != NULL && strchr(part, '-') != NULL && strchr(part, '-') < colon) {
            snprintf(adapter->socket, sizeof adapter->socket, "%.*s", (int)(colon - part), part);
        }
    }
    free(path);
}
