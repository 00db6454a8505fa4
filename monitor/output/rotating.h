/*
 * rotating.h - packets into pcapng files, one after the other, by a thread of its own: a slow or full disk never holds
 * up the capture. Every file is a capture of its own, with its section and its interfaces; the packets carry the
 * numbers of their frames (frame.packet_id in Wireshark).
 *
 * A file is called NAME.part while it is written, and holds whole blocks at any time. When the disk is full, that is
 * told once, packets are counted as dropped, and it is tried again every ten seconds.
 */
#ifndef MONITOR_OUTPUT_ROTATING_H
#define MONITOR_OUTPUT_ROTATING_H

#include <glib.h>

#include "monitor/input/capture_file.h"
#include "monitor/output/notices.h"
#include "monitor/output/target.h"

struct rotating_options {
    const char *path;                 /* "-": standard output, without rotation; its last part: see rotating_names.h */
    uint64_t file_bytes;              /* -C: the next file begins before this one would be larger; 0: no limit */
    uint64_t seconds;                 /* -G: the next file begins after so many seconds; 0: never */
    unsigned files;                   /* -W: how many; 0: no limit */
    bool stops;                       /* ends after `files` files, as tcpdump does with -G; else the oldest one goes */
    size_t queue_bytes;               /* that may wait for the disk; 0: 32 MiB */
    int64_t retry_ms;                 /* after trouble; 0: 10 s */
    const struct target_owner *owner; /* borrowed, may be NULL */
    int64_t now_ns;                   /* since 1970: when the first file begins */
    bool has_input;                   /* this file is read meanwhile: no file takes its name */
    dev_t input_device;
    ino_t input_inode;
};

struct rotating;

/* Opens the folder, or the pipe or device that is there, with the rights of the moment. `notices` is borrowed and
 * outlives it. NULL: *message (g_free) says why. */
struct rotating *rotating_open(const struct rotating_options *options, struct notices *notices, char **message);

/* When rights were dropped: makes the first file, and starts the thread; until then packets wait. False: *message
 * (g_free) says why. */
bool rotating_start(struct rotating *rotating, char **message);

/* `comments` (char *, UTF-8) may be NULL. */
void rotating_frame(struct rotating *rotating, const struct capture_frame *frame, const GPtrArray *comments);

/* To be called about once a second, whether packets come or not: files are rotated by this clock. */
void rotating_tick(struct rotating *rotating, int64_t now_ns);

struct rotating_totals {
    uint64_t packets, files; /* written; files with the one that is open */
    uint64_t kept;           /* of these files: the oldest of a ring go */
    uint64_t dropped;        /* packets: the disk was too slow, or full, or the reader of a pipe has gone */
    const char *reason;      /* why, for people: static, of the latest trouble; NULL: the disk was too slow */
    int failed;              /* see rotating_failed */
    bool unnamed;            /* a file keeps the name NAME.part */
};
struct rotating_totals rotating_totals(struct rotating *rotating);

int rotating_failed(struct rotating *rotating);   /* as writer_failed: the pipe has no reader any more */
bool rotating_stopped(struct rotating *rotating); /* `stops`: the last file is complete */

/* Writes what waits (see writer_close), and gives the last file its name. Fills *totals, if wanted. Frees. */
void rotating_close(struct rotating **rotating, int64_t patience_ms, struct rotating_totals *totals);

#endif
