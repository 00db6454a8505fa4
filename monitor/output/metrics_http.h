/*
 * metrics_http.h - the metrics for a Prometheus that asks: a small HTTP server in a thread of its own, /metrics and
 * nothing else.
 */
#ifndef MONITOR_OUTPUT_METRICS_HTTP_H
#define MONITOR_OUTPUT_METRICS_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "monitor/output/metrics.h"

struct metrics_http;

/* Takes the address, with the rights of the moment: "PORT", ":PORT" (both on 127.0.0.1), "ADDR:PORT", "[ADDR]:PORT".
 * Numbers only, and "localhost": nothing is asked of a name server. NULL: *message (g_free) says why. */
struct metrics_http *metrics_http_open(const char *address, char **message);

uint16_t metrics_http_port(const struct metrics_http *http); /* the real one, where 0 was asked for */
char *metrics_http_words(const struct metrics_http *http);   /* where it is, for the user (g_free) */

/* Answers from now on, until it is closed, with what `metrics` (borrowed) counts. Starts the thread: after rights were
 * dropped. False: *message (g_free) says why. */
bool metrics_http_start(struct metrics_http *http, struct metrics *metrics, char **message);

void metrics_http_close(struct metrics_http **http);

#endif
