/*
 * main.c - writes a synthetic capture of FTP to standard output: see `generate --help`.
 *
 * Every conversation is an actor with the time of its next packet. A heap gives the earliest one its turn; nothing is
 * kept but the state of those that go on, so a capture may be of any size.
 */
#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "captures/lab/generate/background.h"
#include "captures/lab/generate/schedule.h"
#include "captures/lab/generate/session.h"

enum { OUTPUT_BUFFER = 1 << 20, WRONG = 2, BROKEN = 1 };

#define BEGIN_NS (UINT64_C(1764059400) * 1000000000) /* 2025-11-25 08:30:00 UTC */

/* Actors below run.options->concurrent are sessions by their slot, the others are flows. */
struct stage {
    struct run run;
    struct schedule schedule;
    struct session *sessions;
    uint64_t begun, promised; /* sessions; those promised have begun, or have their turn in the schedule */
    GArray *flows;            /* struct flow */
    GArray *idle;             /* uint32_t: flows that are over and may be used again */
    uint32_t flows_begun;
    uint64_t ftp_packets, other_packets; /* those planned, with the flows */
};

/* ---- sessions ---- */

/* How far apart the first sessions of the slots begin. */
static uint32_t spacing_us(const struct options *options)
{
    return options->kind == KIND_IDLE ? 500 : options->kind == KIND_BULK ? 3000 : 2000;
}

static void open_slots(struct stage *stage)
{
    const struct options *options = stage->run.options;

    stage->sessions = g_new0(struct session, options->concurrent);
    stage->promised = options->concurrent;
    for (uint32_t slot = 0; slot < options->concurrent; slot++)
        schedule_add(&stage->schedule, (uint64_t)slot * spacing_us(options) * 1000, slot);
}

static bool session_turn(struct stage *stage, uint32_t slot, uint64_t at_ns, uint64_t *delay_ns)
{
    struct session *session = &stage->sessions[slot];

    if (session->number == 0)
        session_begin(session, &stage->run, ++stage->begun, slot);
    stage->ftp_packets++;
    if (session_send(session, at_ns, delay_ns))
        return true;
    if (stage->promised >= stage->run.options->sessions)
        return false;
    stage->promised++;
    *delay_ns = dice_between(&session->dice, 1000000, 50000000);
    session->number = 0; /* the slot is free for the next one */
    return true;
}

/* ---- other traffic ---- */

static void begin_flow(struct stage *stage, uint64_t at_ns)
{
    uint32_t i = stage->flows->len;

    if (stage->idle->len > 0) {
        i = g_array_index(stage->idle, uint32_t, stage->idle->len - 1);
        g_array_set_size(stage->idle, stage->idle->len - 1);
    } else {
        g_array_set_size(stage->flows, i + 1);
    }
    const struct options *options = stage->run.options;
    struct flow *flow = &g_array_index(stage->flows, struct flow, i);
    stage->other_packets += flow_begin(flow, options->seed, stage->flows_begun++, options->ipv6);
    schedule_add(&stage->schedule, at_ns + dice_below(&flow->dice, 20000000), options->concurrent + i);
}

/* As many flows begin as the share of FTP asks for. */
static void keep_share(struct stage *stage, uint64_t at_ns)
{
    const struct options *options = stage->run.options;

    if (options->kind != KIND_MIXED)
        return;
    while (stage->other_packets * options->share < stage->ftp_packets * (100 - options->share))
        begin_flow(stage, at_ns);
}

static bool flow_turn(struct stage *stage, uint32_t i, uint64_t at_ns, uint64_t *delay_ns)
{
    if (flow_send(&g_array_index(stage->flows, struct flow, i), stage->run.wire, at_ns, delay_ns))
        return true;
    g_array_append_val(stage->idle, i);
    return false;
}

/* ---- the run ---- */

static bool turn(struct stage *stage, const struct turn *turn, uint64_t *delay_ns)
{
    uint32_t concurrent = stage->run.options->concurrent;

    if (turn->actor < concurrent)
        return session_turn(stage, turn->actor, turn->at_ns, delay_ns);
    return flow_turn(stage, turn->actor - concurrent, turn->at_ns, delay_ns);
}

static void play(struct stage *stage)
{
    open_slots(stage);
    while (stage->schedule.count > 0 && !ferror(stage->run.wire->capture->out)) {
        struct turn next = schedule_next(&stage->schedule);
        uint64_t delay_ns = 0;
        if (turn(stage, &next, &delay_ns))
            schedule_postpone(&stage->schedule, next.at_ns + delay_ns);
        else
            schedule_drop(&stage->schedule);
        if (next.actor < stage->run.options->concurrent)
            keep_share(stage, next.at_ns);
    }
}

static void run(const struct options *options, FILE *out, FILE *truth)
{
    struct capture_config config = {options->pcapng, options->snaplen, BEGIN_NS, options->rate};
    struct capture capture;
    struct wire wire = {.capture = &capture};
    struct stage stage = {.run = {.options = options, .wire = &wire, .truth = truth}};

    content_begin(options->seed);
    capture_begin(&capture, out, &config);
    stage.flows = g_array_new(FALSE, FALSE, sizeof(struct flow));
    stage.idle = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    play(&stage);
    g_array_free(stage.flows, TRUE);
    g_array_free(stage.idle, TRUE);
    g_free(stage.sessions);
    schedule_free(&stage.schedule);
}

static bool close_well(FILE *file, const char *name)
{
    bool failed = ferror(file) != 0;

    if (fclose(file) == 0 && !failed)
        return true;
    fprintf(stderr, "generate: %s: %s\n", name, g_strerror(errno));
    return false;
}

int main(int argc, char **argv)
{
    static char buffer[OUTPUT_BUFFER];
    struct options options;
    FILE *truth = NULL;
    enum options_result result = options_read(&options, argc, argv);

    if (result != OPTIONS_RUN)
        return result == OPTIONS_HELP ? 0 : WRONG;
    if (isatty(STDOUT_FILENO)) {
        fputs("generate: a capture is nothing for a terminal; send standard output to a file or a pipe\n", stderr);
        return WRONG;
    }
    if (options.truth != NULL && (truth = fopen(options.truth, "w")) == NULL) {
        fprintf(stderr, "generate: %s: %s\n", options.truth, g_strerror(errno));
        return WRONG;
    }
    setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
    run(&options, stdout, truth);
    bool ok = truth == NULL || close_well(truth, options.truth);
    return close_well(stdout, "standard output") && ok ? 0 : BROKEN;
}
