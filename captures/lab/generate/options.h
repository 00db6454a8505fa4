/* options.h - what the command line asks for. */
#ifndef GENERATE_OPTIONS_H
#define GENERATE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum kind { KIND_SESSIONS, KIND_BULK, KIND_MIXED, KIND_IDLE, KINDS };

struct options {
    enum kind kind;
    uint64_t seed, bytes;
    uint32_t sessions, transfers, concurrent, rate, snaplen;
    unsigned failures, ipv6, share; /* percent */
    const char *truth;              /* a file, or NULL */
    bool pcapng;
};

enum options_result { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_WRONG };

/* Says on standard output or standard error what there is to say. */
enum options_result options_read(struct options *options, int argc, char **argv);

#endif
