/* save_packets.h - packets of sessions that a screen shows, out of the files that it shows them from. */
#ifndef MONITOR_SAVE_PACKETS_H
#define MONITOR_SAVE_PACKETS_H

#include "monitor/run_capture.h"
#include "monitor/tui/screen.h"

/* Reads `input` twice, with `filter` instead of its own, which is in use. As screen_options.save; whether an existing
 * file may go was asked before. With input->stop it ends early, and nothing is saved. */
enum save_result save_packets(const struct run_input *input, const struct pipeline_config *config,
                              struct packet_filter *filter, const struct save_request *request, char **message);

/* Whether `path` is one of the files: writing it would lose them. */
bool save_is_input(const struct run_input *input, const char *path);

#endif
