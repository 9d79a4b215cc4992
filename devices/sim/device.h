/*
 * One simulated device: the register file of its role, written from the reference map alone. It prints, shows and
 * counts keys as a maker's device would, says what a person in front of it would see, and counts writes that come in
 * another order than the map asks for. Pure: time comes in, sights go out by the caller's function. Not locked; its bus
 * guards it.
 */
#ifndef DEVICES_SIM_DEVICE_H
#define DEVICES_SIM_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/limits.h"
#include "protocol/registers.h"
#include "protocol/words.h"

enum {
    SIM_KEYS = 32,            /* of a dispenser */
    SIM_HOLDING_COUNT = 679,  /* the map's highest holding register is 678 */
    SIM_TEXT_MAX = 200,       /* bytes of a job's text */
    SIM_QR_MAX = 128,         /* ASCII bytes of a job's QR content */
    SIM_BOARD_MAX = 128,      /* bytes of a board's text */
    SIM_READ_MAX = 125,       /* registers of one FC03 or FC04, Modbus Application Protocol 6.3 */
    SIM_WRITE_MAX = 123,      /* of one FC16, the same, 6.12 */
    SIM_PRINT_US = 400 * 1000 /* from the job's register to the cut paper */
};

/* Exception codes, Modbus Application Protocol 7. */
enum sim_exception { SIM_WELL, SIM_BAD_FUNCTION, SIM_BAD_ADDRESS, SIM_BAD_VALUE, SIM_IS_BUSY = 6 };

enum sim_sight_kind {
    SIGHT_NONE,
    SIGHT_PAPER,    /* a slip came out: job (0: of a printer, which knows none), text, qr */
    SIGHT_NO_PAPER, /* a job ended badly: job, result */
    SIGHT_LIT,      /* a dispenser's lit keys changed: mask */
    SIGHT_BOARD,    /* a board shows another text or style: revision, style, text */
    SIGHT_TERMINAL, /* a terminal shows another ticket, count or lamp: prefix, number, waiting, lamp */
    SIGHT_ANSWER,   /* a press was answered: count, answer */
    SIGHT_KEYPAD,   /* a keypad shows another state: state, session, stars */
    SIGHT_IDENTIFY, /* seconds */
    SIGHT_BEEP,     /* times */
    SIGHT_REBOOT,   /* boots */
    SIGHT_SPOKEN    /* a voice said a text to its end: volume, text as people hear it */
};

/* What a person in front of the device sees change. */
struct sim_sight {
    enum sim_sight_kind kind;
    unsigned device; /* place on its bus */
    int64_t at_us;
    uint16_t value[4]; /* in the order named beside the kind; a mask low word first */
    size_t text_length, qr_length;
    uint8_t text[SIM_TEXT_MAX]; /* GBK */
    uint8_t qr[SIM_QR_MAX];
};

/* Called while the device's owner holds its lock: must not block and copies what it keeps. */
typedef void (*sim_saw)(void *context, const struct sim_sight *sight);

/* Whose map it has: the reference map, or one of the shipped profiles of other makers (foreign.h). */
enum sim_make { MAKE_REFERENCE, MAKE_RELAYS, MAKE_KEYPAD, MAKE_BOX, MAKE_UNKNOWN };

enum { SIM_FOREIGN_BITS = 16, SIM_FOREIGN_REGISTERS = 30 };

/* The inside of another maker's device. */
struct sim_foreign {
    int64_t closed_us[SIM_FOREIGN_BITS]; /* a contact is closed until then */
    bool coils[SIM_FOREIGN_BITS];
    uint16_t registers[SIM_FOREIGN_REGISTERS];
    uint16_t invitations;
};

struct sim_device_config {
    char id[NAME_SIZE];
    enum role role;
    enum sim_make make;
    uint8_t address;
    uint16_t window;            /* 0 none */
    uint8_t keys[SIM_KEYS + 1]; /* dispenser: key 1..32 -> service index, 0 dark */
    char dispenser[NAME_SIZE];  /* printer: stands beside it */
};

struct sim_device {
    struct sim_device_config config;
    unsigned place;
    sim_saw saw;
    void *context;
    bool is_dead; /* takes and answers nothing; people still press its keys in vain */
    uint32_t serial;
    uint16_t boots, status, key_events, done, result;
    uint16_t ring[RING_ENTRIES * 2];
    uint16_t holding[SIM_HOLDING_COUNT];
    uint16_t last_job; /* last one received; 0 none since power-up */
    bool is_printing;
    int64_t printed_at_us;
    /* Written since the job's or the board's number last was; what a power-up cut in two is not held against anybody. */
    bool has_text, has_qr;
    struct sim_sight page;  /* the job on the printer's roll, taken when its register was written */
    struct sim_sight panel; /* what the board shows; kind none since power-up */
    struct sim_foreign foreign;
    struct {
        uint64_t papers, failures, presses;
        uint64_t order_faults;     /* writes that the map's order forbids */
        uint64_t repeated_jobs;    /* a job number written again: acknowledged, not printed */
        uint64_t reused_revisions; /* another text under the revision that is shown */
    } counts;
};

void sim_device_init(struct sim_device *device, const struct sim_device_config *config,
                     unsigned place, uint16_t boots);
/* SIM_WELL and `count` registers in `out`, or the exception. function: 3 or 4. */
enum sim_exception sim_device_read(struct sim_device *device, uint8_t function, uint16_t first,
                                   uint16_t count, uint16_t *out);
struct sim_write {
    uint16_t first, count;
    const uint16_t *values;
};
enum sim_exception sim_device_write(struct sim_device *device, const struct sim_write *write,
                                    int64_t now_us);
/* Ends a print whose time has come. */
void sim_device_step(struct sim_device *device, int64_t now_us);
/* A person presses a key: the code as on the wire. Returns the key event count after it. */
uint16_t sim_device_press(struct sim_device *device, uint16_t code, uint16_t argument);
/* Power off and on: counts, images and the job in work are gone, `boots` moves. */
void sim_device_reboot(struct sim_device *device, int64_t now_us);

/* Where the holding registers of a part begin; 0 when the device has no such part. */
uint16_t sim_device_base(const struct sim_device *device, enum role part);
/* The byte `at` of a text that stands in registers from `first`: two bytes a register, high byte first. */
uint8_t sim_device_text_byte(const struct sim_device *device, uint16_t first, size_t at);

#endif
