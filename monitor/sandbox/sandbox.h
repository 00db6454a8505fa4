/* sandbox.h - what is done before the first packet is looked at: give up rights, then restrict what is left. */
#ifndef MONITOR_SANDBOX_SANDBOX_H
#define MONITOR_SANDBOX_SANDBOX_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "monitor/sandbox/held.h"
#include "monitor/sandbox/rights.h"

enum sandbox_mode {
    SANDBOX_ON,     /* Landlock and seccomp as far as the kernel has them; what is refused fails with an error */
    SANDBOX_STRICT, /* both must be there; a system call that is refused ends the program */
    SANDBOX_OFF,    /* neither; rights are given up all the same */
};

/* The word of --sandbox (NULL: on). False when it is none. */
bool sandbox_mode_parse(const char *word, enum sandbox_mode *mode);

struct sandbox_output {
    const char *path; /* a folder, whose files may be made, written, renamed and removed; or a file */
    /* What follows where it cannot be written, for a warning; NULL: then there is no use in starting. */
    const char *otherwise;
};

struct sandbox_options {
    enum sandbox_mode mode;
    const struct rights_user *user;
    uint64_t kept;             /* capabilities, 1 << CAP_...; 0 for a monitor */
    const char *const *inputs; /* files and folders that are still to be read; ends with NULL; NULL: none */
    const struct sandbox_output *outputs;
    size_t output_count;
};

/* What is active, as the kernel says. */
struct sandbox_state {
    enum sandbox_mode mode;
    char *user;
    struct held_rights held;
    uint64_t kept;
    int landlock_abi;          /* 0: files are not restricted */
    bool seccomp;              /* false: system calls are not restricted */
    char *no_files, *no_calls; /* why not, where it was wanted */
    GPtrArray *warnings;       /* sentences (char *) about outputs that cannot be written */
    int self;                  /* keeps /proc/self readable; -1: none */
};

/*
 * Call it when devices and sockets are open and the helper of --on-finding was started, before any other thread, and
 * before files are made: they belong to the user then. Behind it, other than the inputs, only these can be read:
 * devices in sysfs, /proc/self, time zones, terminal descriptions, /dev/tty, /dev/null. Sockets are not made or
 * connected any more, no TCP port is bound, no program started.
 * False with *message (g_free): the program must end, since it may have rights left. *state is filled in any case
 * (sandbox_state_clear).
 */
bool sandbox_enter(const struct sandbox_options *options, struct sandbox_state *state, char **message);

/*
 * The same for commands that read files: as root it becomes the default user where he can read all inputs and write in
 * all outputs, else it stays root with nothing but the capabilities for files (CAP_DAC_READ_SEARCH, with outputs
 * CAP_DAC_OVERRIDE too). `user` and `kept` of the options are not looked at. Inputs that are not there are no error.
 */
bool sandbox_enter_reader(const struct sandbox_options *options, struct sandbox_state *state, char **message);

/* "running as user nobody, no capabilities; files: Landlock (ABI 7); system calls: seccomp" (g_free) */
char *sandbox_words(const struct sandbox_state *state);

void sandbox_state_clear(struct sandbox_state *state);

#endif
