/* background.h - what is not FTP: web, TLS, mail, name service. */
#ifndef GENERATE_BACKGROUND_H
#define GENERATE_BACKGROUND_H

#include <stdbool.h>
#include <stdint.h>

#include "captures/lab/generate/acts.h"

enum service { SERVICE_NAMES, SERVICE_WEB, SERVICE_TLS, SERVICE_MAIL, SERVICES };

struct flow {
    struct dice dice;
    struct link link;
    struct acts acts;
    uint64_t left; /* bytes of the present answer that are not sent yet */
    uint32_t number;
    uint32_t trip_us;
    uint16_t exchanges; /* still to come */
    uint8_t service, said;
    bool closing;
};

/* The flow of this number begins; its first packet is due at once. Returns about how many packets it will have. */
uint32_t flow_begin(struct flow *flow, uint64_t seed, uint32_t number, unsigned ipv6_percent);

/* As session_send. */
bool flow_send(struct flow *flow, struct wire *wire, uint64_t at_ns, uint64_t *delay_ns);

#endif
