/* internal.h - the inside of the store, for store.c and records.c. */
#ifndef FTPSCOPE_PLUGIN_STORE_INTERNAL_H
#define FTPSCOPE_PLUGIN_STORE_INTERNAL_H

#include "plugin/store/store.h"

/* What is known of frames by their number, asked for with every packet; epan's arrays would be two calls each. */
struct frames {
    uint32_t *flow; /* of a frame with one packet the number of its flow, 0: not known */
    uint8_t *told;  /* one bit a frame: findings stand there, or results became known */
    size_t room;    /* a multiple of 8 */
};

struct store {
    struct pipeline *pipeline;
    struct sink sink;
    uint32_t frame; /* the one being pushed */
    uint32_t last_line_frame;
    bool tls_data;
    bool session_shown, words_begun; /* of the packet that is being dissected */
    bool ended;
    struct passing passing;
    wmem_array_t *flows; /* struct flow *, by id from 1 */
    struct flow *flow;   /* the connection of the packet pushed last, with flow_known; NULL: none of FTP's */
    bool flow_known;
    bool several; /* packets came with its frame: tunnels */
    struct frames frames;
    wmem_map_t *sessions;        /* number -> struct session */
    wmem_map_t *findings;        /* frame -> struct finding, the first */
    wmem_array_t *results;       /* struct transfer_result *, ascending by the frame where they became known */
    unsigned results_on_packets; /* with `ended`: how many were known before the end */
    bool read_again;
    struct export_list export_list;
};

/* records.c: what the pipeline tells goes into the store. */
extern const struct sink records_sink;
struct flow *store_flow_numbered(struct store *store, uint64_t id);

/* store.c */
void frames_reach(struct frames *frames, uint32_t frame); /* has room for this one */

#endif
