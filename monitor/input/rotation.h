/* rotation.h - which files are one recording that was cut into pieces, by their names. */
#ifndef MONITOR_INPUT_ROTATION_H
#define MONITOR_INPUT_ROTATION_H

#include <glib.h>
#include <stdbool.h>

struct rotation {
    GPtrArray *paths; /* char *, borrowed */
    bool counted;     /* the names count the pieces: no silence between them is a pause of the recording */
};

/*
 * Groups `paths` (char *, borrowed) into recordings, in order of their first file; most have one. Pieces are those of
 * tcpdump -C ("trace.pcap", "trace.pcap1"; "trace", "trace1"), of tcpdump -G and whoever else puts a date or a Unix
 * time into the name, of dumpcap and Wireshark ("trace_00001_20261121150000.pcapng"), and of logrotate
 * ("trace.pcap.1.gz"); each also compressed. The caller frees the array, which frees its elements (struct rotation *).
 */
GPtrArray *rotation_groups(const GPtrArray *paths);

/* Each path for itself, as rotation_groups gives them. */
GPtrArray *rotation_none(const GPtrArray *paths);

/* All of them as one; none when there is no path. */
GPtrArray *rotation_all(const GPtrArray *paths);

/* All of them are pieces of one recording, and their names count them. */
bool rotation_is_counted(char *const *paths, size_t count);

/* The name without what compression and rotation put behind it has the ending of a capture. */
bool rotation_has_capture_ending(const char *path);

#endif
