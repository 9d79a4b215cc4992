#include "controller/template.h"

#include <stdio.h>
#include <string.h>

static const char *next_piece(const char **at, const struct template_values *values,
                              size_t *length);
static const char *value_of(const struct template_values *values, const char *name, size_t length);
static void service_part(const struct service_now *service, char *out, size_t size);
static const char *words_of_stop(const char *reason);
static const char *zone_of(const struct config *config, unsigned service);
static size_t cut_at_character(const char *text, size_t length);

bool template_fill(const char *text, const struct template_values *values, char *out, size_t size) {
    size_t used = 0;
    for (const char *at = text; *at != 0;) {
        size_t length;
        const char *piece = next_piece(&at, values, &length);
        if (piece == NULL) {
            out[0] = 0;
            return false;
        }
        length = used + length < size ? length : size - 1 - used;
        memcpy(out + used, piece, length);
        used += length;
    }
    out[cut_at_character(out, used)] = 0;
    return true;
}

/* A placeholder's value (NULL: unknown), or one byte of the text itself; `at` moves behind it. */
static const char *next_piece(const char **at, const struct template_values *values,
                              size_t *length) {
    const char *start = *at;
    const char *end = *start == '{' ? strchr(start, '}') : NULL;
    *length = 1;
    if (end == NULL) {
        *at = start + 1;
        return start;
    }
    const char *value = value_of(values, start + 1, (size_t)(end - start) - 1);
    *at = end + 1;
    *length = value == NULL ? 0 : strlen(value);
    return value;
}

void template_services(const struct snapshot *snapshot, uint64_t services, char *out, size_t size) {
    bool is_general = services == SERVICES_ALL;
    size_t used = is_general ? sizeof "综合窗口" - 1 : 0;
    snprintf(out, size, "%s", is_general ? "综合窗口" : "");
    for (unsigned i = 0; i < snapshot->service_count; i++) {
        const struct service_now *service = &snapshot->services[i];
        char part[WHAT_SIZE * 2];
        service_part(service, part, sizeof part);
        size_t length = strlen(part) + (used > 0 ? 1 : 0);
        bool is_listed = !is_general || service->is_stopped;
        if (is_listed && (services >> service->index & 1) != 0 && used + length < size) {
            snprintf(out + used, size - used, "%s%s", used > 0 ? " " : "", part);
            used += length;
        }
    }
}

/* "税务", stopped "税务(已停止取号：网络故障)": who is sent to another hall at once need not ask. */
static void service_part(const struct service_now *service, char *out, size_t size) {
    const char *name = service->name.zh[0] != 0 ? service->name.zh : service->id;
    const char *why = words_of_stop(service->stop_reason);
    if (service->is_stopped) {
        snprintf(out, size, "%s(已停止取号%s%s)", name, why[0] != 0 ? "：" : "", why);
    } else {
        snprintf(out, size, "%s", name);
    }
}

/* What a person gave as the reason stands as it was written; the rule's own word has its meaning here. */
static const char *words_of_stop(const char *reason) {
    return strcmp(reason, "unserved") == 0 ? "暂无窗口办理" : reason;
}

void template_ticket(const struct snapshot *snapshot, const struct config *config,
                     const struct printing_now *printing, char *out, size_t size) {
    char ticket[TICKET_SIZE];
    char ahead[8];
    char low[16];
    char high[16];
    char code[8];
    char time[TIME_SIZE];
    ticket_no_format(printing->ticket, ticket);
    time_format(printing->issued_ms, snapshot->utc_offset_min, time);
    time[16] = 0; /* "2026-11-23T09:31": the minute is enough on paper */
    time[10] = ' ';
    snprintf(ahead, sizeof ahead, "%u", printing->ahead);
    snprintf(low, sizeof low, "%u", printing->estimate_s[0] / 60);
    snprintf(high, sizeof high, "%u", (printing->estimate_s[1] + 59) / 60);
    snprintf(code, sizeof code, "%04u", printing->code % 10000U);
    const char *name = config->services[printing->service].zh;
    struct template_values values = {
        .hall = config->hall_name,
        .ticket = ticket,
        .service = name[0] != 0 ? name : config->rules.services[printing->service].id,
        .ahead = ahead,
        .low = printing->has_estimate ? low : NULL,
        .high = printing->has_estimate ? high : NULL,
        .zone = zone_of(config, printing->service),
        .code = code,
        .time = time,
    };
    size_t used = 0;
    out[0] = 0;
    for (unsigned i = 0; i < config->ticket_line_count; i++) {
        char line[LINE_SIZE * 2];
        bool is_known = template_fill(config->ticket_lines[i], &values, line, sizeof line);
        size_t length = strlen(line) + (used > 0 ? 1 : 0);
        if (is_known && used + length < size) {
            snprintf(out + used, size - used, "%s%s", used > 0 ? "\n" : "", line);
            used += length;
        }
    }
}

void template_slip(const struct config *config, unsigned service, const struct slip_why *why,
                   const char *time, char *out) {
    const char *zh = config->services[service].zh;
    const char *name = zh[0] != 0 ? zh : config->rules.services[service].id;
    const char *words = words_of_stop(why->words);
    /*
     * The hall's name is 128 bytes at most, as the service's; the rest is short: all of it fits. A device that holds
     * less cuts the end, so what the manager said stands before what is always the same.
     */
    snprintf(out, JOB_TEXT_SIZE,
             "%s\n\x1d"
             "未取到号\n%s%s%s%s%s%s\n%s\n%.10s %.5s",
             config->hall_name, name, name[0] != 0 ? "\n" : "", words[0] != 0 ? "原因：" : "",
             words, words[0] != 0 ? "\n" : "", reason_zh(why->reason), reason_en(why->reason), time,
             time + 11);
}

static const char *value_of(const struct template_values *values, const char *name, size_t length) {
    const struct {
        const char *name;
        const char *value;
    } known[] = {
        { "hall", values->hall },         { "ticket", values->ticket },
        { "service", values->service },   { "ahead", values->ahead },
        { "low", values->low },           { "high", values->high },
        { "zone", values->zone },         { "code", values->code },
        { "time", values->time },         { "window", values->window },
        { "services", values->services },
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strlen(known[i].name) == length && strncmp(known[i].name, name, length) == 0) {
            return known[i].value;
        }
    }
    return NULL;
}

/* Where to wait: the zone of the first window that serves it itself; "" in a hall without zones. */
static const char *zone_of(const struct config *config, unsigned service) {
    for (unsigned i = 0; i < config->rules.window_count; i++) {
        if ((config->rules.windows[i].own >> service & 1) != 0) {
            return config->windows[i].zone;
        }
    }
    return "";
}

/* The longest prefix that ends at a whole UTF-8 character. */
static size_t cut_at_character(const char *text, size_t length) {
    size_t start = length;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0U) == 0x80U) {
        start--;
    }
    if (start == 0 || ((unsigned char)text[start - 1] & 0x80U) == 0) {
        return length;
    }
    unsigned char lead = (unsigned char)text[start - 1];
    size_t needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    return length - (start - 1) == needed ? length : start - 1;
}
