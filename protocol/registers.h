/*
 * The reference register map "hallq-1". Addresses as on the wire, from 0. FC04 reads input registers, FC03/FC16
 * holding registers. Text is GBK, two bytes a register, high byte first, odd byte padded with 0.
 */
#ifndef PROTOCOL_REGISTERS_H
#define PROTOCOL_REGISTERS_H

enum input_register {
    INPUT_KIND = 0,
    INPUT_MAP = 1,
    INPUT_FIRMWARE = 2,
    INPUT_SERIAL = 3 /* 2, high word first */,
    INPUT_BOOTS = 5,
    INPUT_STATUS = 6,
    INPUT_KEY_EVENTS = 7,
    INPUT_DONE = 8,
    INPUT_RESULT = 9,
    INPUT_RING = 10,
    INPUT_COUNT = 26,
    RING_ENTRIES = 8
};
enum status_bit {
    STATUS_PAPER_LOW = 1,
    STATUS_PAPER_OUT = 2,
    STATUS_JAM = 4,
    STATUS_COVER = 8,
    STATUS_KEY_STUCK = 16,
    STATUS_OTHER = 0x8000
};
enum print_result { RESULT_WELL, RESULT_PAPER_OUT, RESULT_FAULT, RESULT_NOT_UNDERSTOOD };
enum holding_register {
    HOLD_IDENTIFY = 240,
    HOLD_BEEP = 241,
    HOLD_ADDRESS = 242,
    TERMINAL_BASE = 256,
    TERMINAL_COUNT = 6,
    TERMINAL_PREFIX = 0,
    TERMINAL_NUMBER = 1,
    TERMINAL_WAITING = 2,
    TERMINAL_LAMP = 3,
    TERMINAL_ANSWER = 4,
    TERMINAL_ANSWERED = 5,
    KEYPAD_BASE = 256,
    KEYPAD_COUNT = 15,
    KEYPAD_STATE = 0,
    KEYPAD_SESSION = 1,
    KEYPAD_STARS = 2,
    KEYPAD_STAFF = 3,
    KEYPAD_NAME = 7,
    DISPENSER_ENABLED = 256,
    DISPENSER_WAITING = 258,
    DISPENSER_IMAGE_COUNT = 34,
    DISPENSER_JOB = 512,
    DISPENSER_TEXT = 513,
    DISPENSER_TEXT_COUNT = 101,
    DISPENSER_QR = 614,
    DISPENSER_QR_COUNT = 65,
    BOARD_BASE = 256,
    BOARD_REVISION = 0,
    BOARD_STYLE = 1,
    BOARD_LENGTH = 2,
    BOARD_TEXT = 3,
    BOARD_COUNT = 67,
    UNIT_TERMINAL = 256,
    UNIT_KEYPAD = 320,
    UNIT_BOARD = 384,
    UNIT_KEYPAD_CODES = 256
};

#endif
