#include "devices/adapter.h"

#include <libserialport.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void adapter_read(struct adapter *adapter, const struct sp_port *port);
static void adapter_find_socket(struct adapter *adapter);

unsigned adapter_list(struct adapter *adapters, unsigned most) {
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

bool adapter_resolve(const char *port, char *path, size_t size, char *what, size_t what_size) {
    if (strncmp(port, "usb:", 4) != 0) {
        snprintf(path, size, "%s", port);
        return true;
    }
    struct adapter adapters[ADAPTERS_MAX];
    unsigned count = adapter_list(adapters, ADAPTERS_MAX);
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(adapters[i].serial, port + 4) == 0 ||
            strcmp(adapters[i].socket, port + 4) == 0) {
            snprintf(path, size, "%s", adapters[i].path);
            return true;
        }
    }
    snprintf(what, what_size, "%.60s: no such adapter is plugged in", port);
    return false;
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
