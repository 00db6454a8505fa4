/* select.h - which sessions of a capture are wanted: known only at their end, so the capture is read twice. */
#ifndef MONITOR_SELECT_H
#define MONITOR_SELECT_H

#include <glib.h>

#include "pipeline/record.h"

struct select_options {
    char *session, *user, *host, *path, *code;
    gboolean failed;
    GHashTable *numbers; /* sessions (GUINT_TO_POINTER) as keys; borrowed */
};

bool select_is_active(const struct select_options *options);
bool select_valid(const struct select_options *options, const char **complaint);

/* What --failed looks for. That a password crossed in clear text is worth a finding, but fails nothing. */
bool select_data_fails(const struct record_data *record);
bool select_finding_fails(const struct record_finding *record);

struct selection;
struct selection *selection_new(const struct select_options *options);
void selection_free(struct selection **selection);
bool selection_has(const struct selection *selection, uint32_t session); /* after the first pass */
uint64_t selection_count(const struct selection *selection);             /* wanted sessions, after the first pass */
struct sink selection_collector(struct selection *selection);            /* first pass: looks */
struct sink selection_filter(struct selection *selection, const struct sink *target); /* second pass: hands on */

#endif
