/* transfer.h - facts about one transfer and the verdict on it. Include ftpscope.h. */
#ifndef FTPSCOPE_TRANSFER_H
#define FTPSCOPE_TRANSFER_H

enum fsc_status {
    FSC_STATUS_UNKNOWN,
    FSC_STATUS_FAILED,
    FSC_STATUS_ABORTED,
    FSC_STATUS_TRUNCATED,
    FSC_STATUS_COMPLETE
};
const char *fsc_status_name(enum fsc_status status);

enum fsc_closer { FSC_CLOSER_NONE, FSC_CLOSER_CLIENT, FSC_CLOSER_SERVER, FSC_CLOSER_BOTH };
const char *fsc_closer_name(enum fsc_closer closer);

struct fsc_transfer_facts {
    struct fsc_transfer_setup setup;
    uint16_t final_code;     /* 0: none seen */
    bool preliminary;        /* a 1yz was seen */
    bool abor;               /* the client sent ABOR before the data ended */
    bool control_missing;    /* control bytes or packets that would decide it are missing, or control is opaque */
    bool reply_doubtful;     /* packets are missing, and the final reply may be that of another command */
    bool lossy;              /* packets are missing from the control or the data connection */
    bool untied;             /* packets are missing, and no data connection could be tied to it */
    bool control_ended;      /* the control connection ended without a final reply */
    bool gave_up;            /* the client went on or closed, or the server reported: nobody waits any more */
    bool data_captured;      /* packets of the data connection are in the capture */
    bool data_elsewhere;     /* no data connection at all is in this capture: it was filtered */
    bool connected;          /* the TCP handshake (or payload) was seen */
    bool data_from_start;    /* the SYN or the first byte was seen: counts are whole at the front */
    bool data_ended;         /* FIN of the sender seen, or TLS ended before the receiver's */
    bool reset_early;        /* RST before the sender's FIN */
    bool receiver_fin_first; /* the receiver closed before the sender */
    bool tls;                /* the data connection begins with TLS */
    bool shared;             /* the data connection carried other transfers too (MODE B, E) */
    uint64_t bytes, missing_bytes;
};

/* The verdict, by the order of design.md: unknown (not captured), failed, aborted, truncated, complete, unknown. */
enum fsc_status fsc_transfer_status(const struct fsc_transfer_facts *facts);

/* True when `expected_bytes` decides `truncated`: MODE S, STRU F, TYPE I or L, no TLS, a size the server named. Takes
 * REST into account: servers announce the whole size or what is left of it. */
bool fsc_transfer_short(const struct fsc_transfer_facts *facts);

#endif
