#include "devices/holder.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

enum { LOCK_WORDS = 6, LOCK_LINE = 256 };

static bool lock_is_of(char *line, const char *file, int *process);
static void holder_name(struct holder *holder);

bool holder_find(const char *path, struct holder *holder) {
    struct stat found;
    char file[64];
    char line[LOCK_LINE];
    if (stat(path, &found) != 0) {
        return false;
    }
    snprintf(file, sizeof file, "%02x:%02x:%" PRIuMAX, major(found.st_dev), minor(found.st_dev),
             (uintmax_t)found.st_ino);
    FILE *locks = fopen("/proc/locks", "re");
    holder->process = 0;
    while (locks != NULL && holder->process <= 0 && fgets(line, sizeof line, locks) != NULL) {
        if (!lock_is_of(line, file, &holder->process)) {
            holder->process = 0;
        }
    }
    if (locks != NULL) {
        (void)fclose(locks);
    }
    if (holder->process > 0) {
        holder_name(holder);
    }
    return holder->process > 0;
}

/* "1: FLOCK  ADVISORY  WRITE 1234 00:18:5 0 EOF"; one that waits has "->" as its second word. See proc(5). */
static bool lock_is_of(char *line, const char *file, int *process) {
    char *words[LOCK_WORDS] = { NULL };
    char *rest = line;
    unsigned count = 0;
    for (char *word = strtok_r(line, " \t\n", &rest); word != NULL && count < LOCK_WORDS;
         word = strtok_r(NULL, " \t\n", &rest)) {
        words[count++] = word;
    }
    if (count < LOCK_WORDS || strcmp(words[1], "FLOCK") != 0 || strcmp(words[5], file) != 0) {
        return false;
    }
    *process = (int)strtol(words[4], NULL, 10);
    return true;
}

static void holder_name(struct holder *holder) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/comm", holder->process);
    snprintf(holder->name, sizeof holder->name, "a program");
    FILE *comm = fopen(path, "re");
    if (comm == NULL) {
        return;
    }
    char name[HOLDER_NAME_SIZE];
    if (fgets(name, sizeof name, comm) != NULL && name[0] != '\n') {
        name[strcspn(name, "\n")] = '\0';
        snprintf(holder->name, sizeof holder->name, "%s", name);
    }
    (void)fclose(comm);
}
