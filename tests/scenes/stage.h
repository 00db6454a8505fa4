/*
 * stage.h - TCP connections played on a stage: who sends what becomes frames (raw IPv4 and IPv6, with checksums), kept
 * in the order of capture.
 *
 * A connection has two sides: 0 began it, 1 was called. Sequence and acknowledgement numbers follow by themselves: each
 * segment acknowledges everything the other side has sent so far, captured or not.
 */
#ifndef TESTS_STAGE_H
#define TESTS_STAGE_H

#include <glib.h>

#include "core/ftpscope.h"

enum { STAGE_LINKTYPE = 101, STAGE_MSS = 1460 };
enum { STAGE_FIN = 1, STAGE_SYN = 2, STAGE_RST = 4, STAGE_PSH = 8, STAGE_ACK = 16 };

struct stage_segment {
    uint8_t flags, ttl;
    uint32_t seq;
    GByteArray *payload;
    char *what; /* its word in labels */
};

struct stage_conn {
    char *name;
    struct fsc_endpoint end[2];
    uint32_t next[2];   /* sequence number of the next byte */
    uint8_t ttl[2];     /* hop limit as captured */
    GPtrArray *sent[2]; /* struct stage_segment */
};

struct stage_frame {
    int64_t time_ns;
    GByteArray *bytes;
    char *label; /* "c.RETR", "d.SYN#2": what a person would call it */
};

enum stage_fate {
    STAGE_CAPTURED,
    STAGE_LOST, /* it arrives, but this capture has no packet of it */
    STAGE_LATE, /* captured behind the frame that follows it */
};

struct stage {
    GPtrArray *conns;   /* struct stage_conn */
    GPtrArray *frames;  /* struct stage_frame: frame number - 1 */
    GHashTable *labels; /* how often each was given */
    struct stage_frame *late;
    int64_t time_ns, step_ns;
    uint16_t ip_id;
    bool off; /* nothing is captured now */
};

struct stage *stage_new(void);
void stage_free(struct stage *stage);

struct stage_conn *stage_conn_add(struct stage *stage, const char *name, const struct fsc_endpoint *from,
                                  const struct fsc_endpoint *to);
struct stage_conn *stage_conn_find(const struct stage *stage, const char *name, size_t len);

/* One segment; `what` names it in its label. */
void stage_send(struct stage *stage, struct stage_conn *conn, int side, unsigned flags, struct fsc_span payload,
                const char *what, enum stage_fate fate);
/* The segment before the last `back` ones of this side once more. */
bool stage_send_again(struct stage *stage, struct stage_conn *conn, int side, size_t back, enum stage_fate fate);
void stage_copy_last(struct stage *stage); /* the last frame captured a second time, a router further on */
/* An ICMP error about the last segment of side 0. */
bool stage_icmp(struct stage *stage, const struct stage_conn *conn, unsigned type, unsigned code,
                const struct fsc_addr *from);
void stage_tick(struct stage *stage); /* a frame that has nothing to do with FTP: time passes in the capture */
const char *stage_label(const struct stage *stage, uint64_t frame);

#endif
