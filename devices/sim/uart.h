/*
 * What a receiver hears of characters that were sent at another rate or in another form than its own: the levels on the
 * wire, bit by bit, sampled as a UART does, in the middle of each of its own bits from a falling edge on. Pure.
 */
#ifndef DEVICES_SIM_UART_H
#define DEVICES_SIM_UART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim_uart {
    uint32_t baud;
    uint8_t data_bits, stop_bits;
    char parity; /* 'N', 'E', 'O' */
};

/*
 * The characters heard of `length` bytes sent without a pause. One whose stop bit or parity is wrong is heard all the
 * same, as cheap devices do, but as 0 where parity is checked, as Linux does. Returns how many, at most `size`.
 */
size_t sim_uart_hear(const struct sim_uart *sent, const struct sim_uart *heard,
                     const uint8_t *bytes, size_t length, uint8_t *out, size_t size);
/* Reads "8N1" into all but the rate. False and untouched when it is none. */
bool sim_uart_parse(const char *text, struct sim_uart *uart);
bool sim_uart_equal(const struct sim_uart *a, const struct sim_uart *b);

#endif
