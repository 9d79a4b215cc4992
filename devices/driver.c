#include "devices/driver.h"

#include "devices/alpha_driver.h"
#include "devices/ff68_driver.h"
#include "devices/modbus.h"
#include "devices/onbon_driver.h"
#include "devices/printer_driver.h"
#include "devices/voice_driver.h"

struct row {
    const char *word;
    const struct driver *driver;
};

/* At enum bus_protocol. */
static const struct row ROWS[] = {
    [PROTOCOL_NONE] = { "none", NULL },
    [PROTOCOL_MODBUS_RTU] = { "modbus-rtu", &MODBUS_DRIVER },
    [PROTOCOL_MODBUS_TCP] = { "modbus-tcp", &MODBUS_DRIVER },
    [PROTOCOL_FF68] = { "ff68", &FF68_DRIVER },
    [PROTOCOL_ONBON] = { "onbon", &ONBON_DRIVER },
    [PROTOCOL_ALPHA] = { "alpha", &ALPHA_DRIVER },
    [PROTOCOL_SYN6288] = { "syn6288", &VOICE_DRIVER },
    [PROTOCOL_XFS5152] = { "xfs5152", &VOICE_DRIVER },
    [PROTOCOL_ESCPOS] = { "escpos", &PRINTER_DRIVER },
};

const struct driver *driver_of(enum bus_protocol protocol) {
    return ROWS[protocol].driver;
}

const char *driver_word(enum bus_protocol protocol) {
    return ROWS[protocol].word;
}
