/* Finds and opens the profiles that devices name. */
#include "controller/config_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/config_text.h"
#include "controller/password.h"
#include "devices/profile.h"

static const struct profile *find_profile(struct config_reader *reader, const struct json *device,
                                          const char *name);
static const struct profile *open_profile(struct config_reader *reader, const struct json *device,
                                          const char *path, const char *name);

const struct profile *config_profile(struct config_reader *reader, const struct json *device,
                                     const char *name) {
    struct config *config = reader->config;
    if (strcmp(name, profile_name(profile_reference())) == 0) {
        return profile_reference();
    }
    for (unsigned i = 0; i < config->profile_count; i++) {
        if (strcmp(config->profiles[i].name, name) == 0) {
            return config->profiles[i].profile;
        }
    }
    if (config->profile_count == PROFILES_MAX) {
        json_complain(reader->doc, device, "profile", "more than %d profiles", PROFILES_MAX);
        return NULL;
    }
    return find_profile(reader, device, name);
}

/* profiles_dir, then profiles/ beside the config, then where an installation puts the shipped ones. */
static const struct profile *find_profile(struct config_reader *reader, const struct json *device,
                                          const char *name) {
    static const char *const SHARES[] = { "/usr/local/share/hallq/profiles",
                                          "/usr/share/hallq/profiles" };
    char folders[4][CONFIG_PATH_SIZE + 64];
    char folder[CONFIG_PATH_SIZE];
    config_folder(reader->config->file, folder);
    (void)snprintf(folders[0], sizeof(folders[0]), "%s", reader->profiles_dir);
    (void)snprintf(folders[1], sizeof(folders[1]), "%sprofiles", folder);
    (void)snprintf(folders[2], sizeof(folders[2]), "%s", SHARES[0]);
    (void)snprintf(folders[3], sizeof(folders[3]), "%s", SHARES[1]);
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        size_t length = strlen(folders[i]);
        (void)snprintf(folders[i] + length, sizeof(folders[i]) - length, "/%s.jsonc", name);
        FILE *file = fopen(folders[i], "rbe");
        if (file != NULL) {
            (void)fclose(file);
            return open_profile(reader, device, folders[i], name);
        }
        folders[i][length] = '\0';
    }
    json_complain(reader->doc, device, "profile",
                  "found \"%s\", expected hallq-1 or a profile in %s, %s, %s or %s", name,
                  folders[0], folders[1], folders[2], folders[3]);
    return NULL;
}

static const struct profile *open_profile(struct config_reader *reader, const struct json *device,
                                          const char *path, const char *name) {
    char fault[WHAT_SIZE];
    size_t length = 0;
    char *bytes = config_read_file(path, &length, fault);
    if (bytes == NULL) {
        fprintf(reader->mistakes, "%s: %s\n", path, fault);
        reader->more_mistakes++;
        return NULL;
    }
    struct json_doc *doc = json_open(path, bytes, length);
    struct profile *profile = json_top(doc) == NULL ? NULL : profile_read(doc);
    if (profile != NULL && strcmp(profile_name(profile), name) != 0) {
        json_complain(doc, json_top(doc), "name",
                      "found \"%s\", expected \"%s\" as the file is named", profile_name(profile),
                      name);
        profile_close(profile);
        profile = NULL;
    }
    for (size_t i = 0; i < json_mistake_count(doc); i++) {
        const struct json_mistake *mistake = json_mistake_at(doc, i);
        fprintf(reader->mistakes, "%s:%u: %s%s%s\n", path, mistake->line, mistake->path,
                mistake->path[0] == '\0' ? "" : ": ", mistake->what);
        reader->more_mistakes++;
    }
    /* What such a device will not do, at the first that has the profile. */
    for (size_t i = 0; profile != NULL && i < json_warning_count(doc); i++) {
        const struct json_mistake *warning = json_warning_at(doc, i);
        json_warn(reader->doc, device, "profile", "%s.jsonc:%u: %s", name, warning->line,
                  warning->what);
    }
    json_close(doc);
    /* A broken one is remembered too, so that its mistakes are told once. */
    struct config_profile *kept = &reader->config->profiles[reader->config->profile_count++];
    (void)snprintf(kept->name, sizeof(kept->name), "%s", name);
    password_digest(bytes, length, kept->hash);
    free(bytes);
    kept->profile = profile;
    return profile;
}
