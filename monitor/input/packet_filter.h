/* packet_filter.h - BPF filter expressions on frames of any link type (libpcap compiles and runs them). */
#ifndef MONITOR_INPUT_PACKET_FILTER_H
#define MONITOR_INPUT_PACKET_FILTER_H

#include "core/ftpscope.h"

struct packet_filter;

/* NULL when no link type knows what the expression means; *message (g_free) then says why. */
struct packet_filter *packet_filter_new(const char *expression, char **message);

/* False also where the expression has no meaning for the link type. */
bool packet_filter_matches(struct packet_filter *filter, int linktype, struct fsc_span captured, size_t wire_len);

/* What could not be filtered, as a sentence (g_free); NULL: nothing. */
char *packet_filter_complaint(const struct packet_filter *filter);

void packet_filter_free(struct packet_filter **filter);

/* The name of a LINKTYPE_ number, for people; NULL: it has none. */
const char *linktype_name(int linktype);

/* The LINKTYPE_ number of one of libpcap's own numbers (DLT_). */
int linktype_of(int dlt);

#endif
