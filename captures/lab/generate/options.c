/* options.c - the command line: each kind has its own defaults. */
#include "captures/lab/generate/options.h"

#include <errno.h>
#include <getopt.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

static const struct options defaults[KINDS] = {
    [KIND_SESSIONS] = {.sessions = 10000, .transfers = 4, .bytes = 24000, .concurrent = 500},
    [KIND_BULK] = {.sessions = 4, .transfers = 2, .bytes = 128 << 20, .concurrent = 4},
    [KIND_MIXED] = {.sessions = 100, .transfers = 4, .bytes = 24000, .concurrent = 20},
    [KIND_IDLE] = {.sessions = 100000, .transfers = 1, .bytes = 4000, .concurrent = UINT32_MAX},
};

static const char *const kinds[KINDS] = {"sessions", "bulk", "mixed", "idle"};

static const char usage[] =
    "usage: generate [OPTION...] > FILE\n"
    "Writes a synthetic capture of FTP to standard output. The same options give the same bytes.\n"
    "\n"
    "  --kind KIND      sessions (many small transfers; the default), bulk (few big ones), mixed (FTP as a few\n"
    "                   per cent of web, mail and name service), idle (all sessions at a time, mostly silent)\n"
    "  --sessions N     control connections (10000, 4, 100, 100000 by kind)\n"
    "  --transfers-per-session N  (4, 2, 4, 1); listings count\n"
    "  --bytes N        bytes of a file (24000, 128M, 24000, 4000): exactly with bulk, else on average\n"
    "  --concurrent N   sessions at a time (500, 4, 20, all)\n"
    "  --share PERCENT  of the packets that are FTP, with mixed (3)\n"
    "  --failures PERCENT  of the transfers that fail (2)\n"
    "  --ipv6 PERCENT   of the sessions over IPv6 (10)\n"
    "  --rate N         packets per second, evenly spaced (each at its own time)\n"
    "  --seed N         another number is another capture (1)\n"
    "  --format FORMAT  pcap or pcapng, both with nanoseconds (pcap)\n"
    "  --snaplen N      bytes kept of a packet (262144)\n"
    "  --truth FILE     NDJSON: every transfer, as it ends\n"
    "N may end in k, M or G (thousands, millions, ... of 1024 each).\n";

/* ---- values ---- */

static bool read_number(const char *text, uint64_t low, uint64_t high, uint64_t *value)
{
    char *end;

    if (!g_ascii_isdigit(text[0]))
        return false;
    errno = 0;
    *value = g_ascii_strtoull(text, &end, 10);
    if (errno == ERANGE)
        return false;
    const char *unit = *end != '\0' ? strchr("kMG", *end) : NULL;
    unsigned shift = unit == NULL ? 0 : *unit == 'k' ? 10 : *unit == 'M' ? 20 : 30;
    if (unit != NULL)
        end++;
    if (*end != '\0' || *value > UINT64_MAX >> shift)
        return false;
    *value <<= shift;
    return *value >= low && *value <= high;
}

static bool read_number32(const char *text, uint32_t low, uint32_t high, uint32_t *value)
{
    uint64_t wide = 0;

    if (!read_number(text, low, high, &wide))
        return false;
    *value = (uint32_t)wide;
    return true;
}

static bool read_kind(const char *text, enum kind *kind)
{
    for (unsigned i = 0; i < KINDS; i++)
        if (strcmp(text, kinds[i]) == 0) {
            *kind = (enum kind)i;
            return true;
        }
    return false;
}

static bool read_format(const char *text, bool *pcapng)
{
    *pcapng = strcmp(text, "pcapng") == 0;
    return *pcapng || strcmp(text, "pcap") == 0;
}

/* ---- the options ---- */

enum { SESSIONS_MAX = 1 << 30, CONCURRENT_MAX = 4 << 20, TRANSFERS_MAX = 10000, SNAPLEN = 262144 };

static const struct option names[] = {
    {"kind", required_argument, NULL, 'k'},
    {"sessions", required_argument, NULL, 'n'},
    {"bytes", required_argument, NULL, 'b'},
    {"transfers-per-session", required_argument, NULL, 't'},
    {"concurrent", required_argument, NULL, 'c'},
    {"share", required_argument, NULL, 'm'},
    {"failures", required_argument, NULL, 'f'},
    {"ipv6", required_argument, NULL, '6'},
    {"rate", required_argument, NULL, 'r'},
    {"seed", required_argument, NULL, 's'},
    {"format", required_argument, NULL, 'o'},
    {"snaplen", required_argument, NULL, 'l'},
    {"truth", required_argument, NULL, 'w'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static bool read_option(struct options *options, int letter, const char *value)
{
    switch (letter) {
    case 'k':
        return read_kind(value, &options->kind);
    case 'n':
        return read_number32(value, 1, SESSIONS_MAX, &options->sessions);
    case 'b':
        return read_number(value, 0, UINT64_MAX >> 8, &options->bytes);
    case 't':
        return read_number32(value, 0, TRANSFERS_MAX, &options->transfers);
    case 'c':
        return read_number32(value, 1, CONCURRENT_MAX, &options->concurrent);
    case 'm':
        return read_number32(value, 1, 100, &options->share);
    case 'f':
        return read_number32(value, 0, 100, &options->failures);
    case '6':
        return read_number32(value, 0, 100, &options->ipv6);
    case 'r':
        return read_number32(value, 1, UINT32_MAX, &options->rate);
    case 's':
        return read_number(value, 0, UINT64_MAX, &options->seed);
    case 'o':
        return read_format(value, &options->pcapng);
    case 'l':
        return read_number32(value, 1, SNAPLEN, &options->snaplen);
    case 'w':
        options->truth = value;
        return true;
    default:
        return false;
    }
}

/* What was not given is as the kind has it. */
static void complete(struct options *options)
{
    const struct options *rest = &defaults[options->kind];

    if (options->sessions == 0)
        options->sessions = rest->sessions;
    if (options->transfers == UINT32_MAX)
        options->transfers = rest->transfers;
    if (options->bytes == UINT64_MAX)
        options->bytes = rest->bytes;
    if (options->concurrent == 0)
        options->concurrent = rest->concurrent;
    options->concurrent = MIN(MIN(options->concurrent, options->sessions), CONCURRENT_MAX);
}

enum options_result options_read(struct options *options, int argc, char **argv)
{
    int letter, index = 0;

    *options = (struct options){.seed = 1, .failures = 2, .ipv6 = 10, .share = 3, .snaplen = SNAPLEN};
    options->transfers = UINT32_MAX;
    options->bytes = UINT64_MAX;
    while ((letter = getopt_long(argc, argv, "h", names, &index)) != -1) {
        if (letter == 'h') {
            fputs(usage, stdout);
            return OPTIONS_HELP;
        }
        if (!read_option(options, letter, optarg)) {
            if (letter != '?')
                fprintf(stderr, "generate: --%s does not take \"%s\"\n", names[index].name, optarg);
            fputs("generate --help tells the options\n", stderr);
            return OPTIONS_WRONG;
        }
    }
    if (optind < argc) {
        fprintf(stderr, "generate: \"%s\" is no option; the capture goes to standard output\n", argv[optind]);
        return OPTIONS_WRONG;
    }
    complete(options);
    return OPTIONS_RUN;
}
