/* internal.h - the inside of the store, for store.c and records.c. */
#ifndef FTPSCOPE_PLUGIN_INTERNAL_H
#define FTPSCOPE_PLUGIN_INTERNAL_H

#include "plugin/store.h"

struct store {
    struct pipeline *pipeline;
    struct sink sink;
    uint32_t frame; /* the one being pushed */
    uint32_t last_line_frame;
    bool tls_data;
    bool session_shown; /* of the packet that is being dissected */
    bool ended;
    wmem_array_t *flows; /* struct flow *, by id from 1 */
    struct flow *flow;   /* the connection of the packet pushed last, with flow_known; NULL: none of FTP's */
    bool flow_known;
    bool several;                /* packets came with its frame: tunnels */
    wmem_array_t *frame_flows;   /* uint32_t: of each frame with one packet the number of its flow, 0: not known */
    wmem_map_t *sessions;        /* number -> struct session */
    wmem_map_t *findings;        /* frame -> struct finding, the first */
    wmem_array_t *marked;        /* uint8_t: one bit a frame, set where there are findings; asked for every packet */
    wmem_array_t *results;       /* struct transfer_result *, ascending by the frame where they became known */
    unsigned results_on_packets; /* with `ended`: how many were known before the end */
    bool read_again;
    struct export_list export_list;
};

/* records.c: what the pipeline tells goes into the store. */
extern const struct sink records_sink;
struct flow *store_flow_numbered(struct store *store, uint64_t id);

#endif
