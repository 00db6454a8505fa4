/* test_writer.c - who puts never waits, and records arrive whole: through pipes, files, a full disk, a reader who goes.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* F_SETPIPE_SZ */
#endif

#include "monitor/output/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 300, LONG_MS = 20000 };

struct play {
    struct notices *notices;
    struct writer *writer;
    int pipe[2], error;
    char *folder, *log;
};

static int set_up(void **state)
{
    struct play *play = g_new0(struct play, 1);

    play->notices = notices_new();
    play->pipe[0] = play->pipe[1] = -1;
    play->folder = g_dir_make_tmp("writer-XXXXXX", NULL);
    play->log = g_build_filename(play->folder, "log", NULL);
    *state = play;
    return play->folder == NULL;
}

static int tear_down(void **state)
{
    struct play *play = *state;
    char *old = g_strconcat(play->log, ".1", NULL);

    for (int i = 0; i < 2; i++)
        if (play->pipe[i] >= 0)
            close(play->pipe[i]);
    g_unlink(play->log);
    g_unlink(old);
    g_rmdir(play->folder);
    notices_free(&play->notices);
    g_free(play->folder);
    g_free(play->log);
    g_free(old);
    g_free(play);
    return 0;
}

static void write_to_pipe(struct play *play, size_t queue_bytes)
{
    assert_int_equal(pipe2(play->pipe, O_CLOEXEC), 0);
    play->writer = writer_new(play->pipe[1], "standard output", queue_bytes, play->notices);
    writer_start(play->writer);
}

static void write_to_log(struct play *play, const char *path)
{
    char *message = NULL;

    play->writer = writer_open(path, NULL, 1 << 16, play->notices, &message);
    assert_null(message);
    assert_non_null(play->writer);
    writer_start(play->writer);
}

static bool put(struct play *play, const char *line)
{
    return writer_put(play->writer, line, strlen(line));
}

static uint64_t end(struct play *play, int64_t patience_ms)
{
    return writer_close(&play->writer, patience_ms, &play->error);
}

/* The next message of the thread, waited for. */
static char *heard(struct play *play)
{
    struct pollfd event = {.fd = notices_descriptor(play->notices), .events = POLLIN};
    char *message = NULL;

    while (message == NULL) {
        assert_int_equal(poll(&event, 1, LONG_MS), 1);
        message = notices_take(play->notices);
    }
    return message;
}

static void expect_heard(struct play *play, const char *want)
{
    char *message = heard(play);

    if (strstr(message, want) == NULL)
        assert_string_equal(message, want);
    g_free(message);
}

/* What is in the file when it ends with `last`. */
static char *content_up_to(const char *path, const char *last)
{
    char *content = NULL;

    for (int i = 0; i < LONG_MS / 10; i++) {
        g_free(content);
        content = NULL;
        if (g_file_get_contents(path, &content, NULL, NULL) && g_str_has_suffix(content, last))
            return content;
        g_usleep(10000);
    }
    fail_msg("%s never ends with %s", path, last);
    return content;
}

static void a_record_arrives_at_once(void **state)
{
    struct play *play = *state;
    char got[16];

    write_to_pipe(play, 0);
    for (int i = 0; i < 3; i++) { /* each before the next is put */
        assert_true(put(play, "record\n"));
        assert_int_equal(read(play->pipe[0], got, sizeof(got)), 7);
    }
    assert_int_equal(end(play, PATIENCE_MS), 0);
    assert_int_equal(fcntl(play->pipe[1], F_GETFL) & O_NONBLOCK, 0); /* a shell may share it */
}

/* Reads until the other end is closed: numbered records, each whole, in order. */
static uint64_t count_whole_records(int descriptor, size_t length)
{
    FILE *in = fdopen(dup(descriptor), "r");
    char *line = NULL;
    size_t cap = 0;
    uint64_t records = 0;
    int64_t last = -1;

    for (ssize_t n; (n = getline(&line, &cap, in)) > 0; records++) {
        int64_t number = g_ascii_strtoll(line, NULL, 10);
        assert_int_equal(n, length);
        assert_int_equal(line[n - 1], '\n');
        assert_true(number > last);
        last = number;
    }
    free(line);
    fclose(in);
    return records;
}

static void stop_writing(struct play *play)
{
    close(play->pipe[1]);
    play->pipe[1] = -1;
}

static gpointer read_all(gpointer data)
{
    const struct play *play = data;
    return GSIZE_TO_POINTER((gsize)count_whole_records(play->pipe[0], 200));
}

/* Nobody reads at first: the queue fills, the rest is dropped and counted; then all that was taken comes. */
static void a_slow_reader(void **state)
{
    struct play *play = *state;
    char record[201];
    uint64_t accepted = 0;
    enum { RECORDS = 50000 };

    write_to_pipe(play, 1 << 20);
    gint64 before = g_get_monotonic_time();
    for (int i = 0; i < RECORDS; i++) {
        (void)g_snprintf(record, sizeof(record), "%09d %0*d\n", i, 189, 0);
        accepted += put(play, record);
    }
    assert_true(g_get_monotonic_time() - before < INT64_C(5) * G_USEC_PER_SEC);
    assert_int_equal(accepted + writer_dropped(play->writer), RECORDS);
    assert_true(writer_dropped(play->writer) > RECORDS / 2);
    GThread *reader = g_thread_new("reader", read_all, play);
    assert_int_equal(end(play, LONG_MS), 0);
    stop_writing(play);
    assert_int_equal(GPOINTER_TO_SIZE(g_thread_join(reader)), accepted);
}

static void a_stuck_reader_does_not_hang_the_end(void **state)
{
    struct play *play = *state;
    char record[200];
    uint64_t accepted = 0, lost;

    memset(record, 'x', sizeof(record));
    record[199] = '\n';
    write_to_pipe(play, 1 << 20);
    for (int i = 0; i < 3000; i++)
        accepted += writer_put(play->writer, record, sizeof(record));
    gint64 before = g_get_monotonic_time();
    lost = end(play, PATIENCE_MS);
    gint64 took = g_get_monotonic_time() - before;
    assert_true(took > INT64_C(900) * PATIENCE_MS && took < INT64_C(10) * G_USEC_PER_SEC);
    assert_int_equal(accepted, 3000);
    assert_true(lost >= 3000 - 70000 / 200 && lost <= 3000 - 60000 / 200); /* a pipe holds 64 KiB */
    assert_int_equal(play->error, 0);
}

static void a_reader_who_goes(void **state)
{
    struct play *play = *state;
    struct pollfd event = {.fd = notices_descriptor(play->notices), .events = POLLIN};

    write_to_pipe(play, 0);
    close(play->pipe[0]);
    play->pipe[0] = -1;
    assert_int_equal(writer_failed(play->writer), 0);
    put(play, "record\n");
    assert_int_equal(poll(&event, 1, LONG_MS), 1);
    assert_null(notices_take(play->notices)); /* woken, no words */
    assert_int_equal(writer_failed(play->writer), EPIPE);
    assert_false(put(play, "record\n"));
    assert_int_equal(writer_dropped(play->writer), 2);
    end(play, PATIENCE_MS);
}

static void a_log_is_opened_again(void **state)
{
    struct play *play = *state;
    char *old = g_strconcat(play->log, ".1", NULL);
    struct stat status;

    assert_true(g_file_set_contents(play->log, "before\n", -1, NULL));
    assert_int_equal(g_unlink(play->log), 0);
    write_to_log(play, play->log);
    assert_int_equal(g_stat(play->log, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0640);
    put(play, "one\n");
    g_free(content_up_to(play->log, "one\n"));
    assert_int_equal(g_rename(play->log, old), 0);
    put(play, "two\n");
    g_free(content_up_to(old, "one\ntwo\n"));
    writer_reopen(play->writer);
    put(play, "three\n");
    char *content = content_up_to(play->log, "three\n");
    assert_string_equal(content, "three\n");
    g_free(content);
    assert_int_equal(end(play, PATIENCE_MS), 0);
    write_to_log(play, play->log); /* appends */
    put(play, "four\n");
    assert_int_equal(end(play, PATIENCE_MS), 0);
    g_free(content_up_to(play->log, "three\nfour\n"));
    g_free(old);
}

static void a_log_that_cannot_be_opened_again_goes_on(void **state)
{
    struct play *play = *state;
    char *old = g_strconcat(play->log, ".1", NULL);

    write_to_log(play, play->log);
    assert_int_equal(g_rename(play->log, old), 0);
    assert_int_equal(symlink("elsewhere", play->log), 0);
    writer_reopen(play->writer);
    expect_heard(play, "it is a symbolic link; name the file itself; the old file is written on");
    put(play, "on\n");
    g_free(content_up_to(old, "on\n"));
    assert_int_equal(end(play, PATIENCE_MS), 0);
    g_free(old);
}

static void links_and_folders_are_refused(void **state)
{
    struct play *play = *state;
    char *message = NULL;

    assert_int_equal(symlink("elsewhere", play->log), 0);
    assert_null(writer_open(play->log, NULL, 0, play->notices, &message));
    assert_non_null(strstr(message, "log: cannot be opened: it is a symbolic link"));
    g_free(message);
    assert_null(writer_open("/nowhere/at/all/log", NULL, 0, play->notices, &message));
    assert_string_equal(message, "/nowhere/at/all/log: No such file or directory");
    g_free(message);
    assert_null(writer_open("/tmp/", NULL, 0, play->notices, &message));
    assert_string_equal(message, "/tmp/: is a folder, a file name is wanted");
    g_free(message);
}

/* The limit for files stands for a disk that is full and gets room again. */
static void a_disk_gets_room_again(void **state)
{
    struct play *play = *state;
    struct rlimit before, small;
    GString *want = g_string_new(NULL);
    char line[32];

    getrlimit(RLIMIT_FSIZE, &before);
    small = (struct rlimit){1000, before.rlim_max};
    write_to_log(play, play->log);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (int i = 0; i < 200; i++) {
        (void)g_snprintf(line, sizeof(line), "record %d\n", i);
        g_string_append(want, line);
        assert_true(put(play, line));
    }
    expect_heard(play, "log: cannot be written: File too large; tried again every second");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    expect_heard(play, "log: is written again; records that are missing: 0");
    char *content = content_up_to(play->log, "record 199\n");
    assert_string_equal(content, want->str);
    assert_int_equal(end(play, PATIENCE_MS), 0);
    g_free(content);
    g_string_free(want, TRUE);
}

/* There is room for the first of three records, and some of the second. Returns the limit to go back to. */
static struct rlimit put_on_a_small_disk(struct play *play)
{
    struct rlimit before, small;

    getrlimit(RLIMIT_FSIZE, &before);
    small = (struct rlimit){10, before.rlim_max};
    write_to_log(play, play->log);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    put(play, "first\nsecond\nthird\n");
    expect_heard(play, "log: cannot be written: File too large; tried again every second");
    return before;
}

/* What found room of the record that did not fit is cut off, and all of it is in the new file. */
static void a_full_disk_and_a_new_file(void **state)
{
    struct play *play = *state;
    char *old = g_strconcat(play->log, ".1", NULL), *content = NULL;
    struct rlimit before = put_on_a_small_disk(play);

    g_free(content_up_to(play->log, "first\n"));
    assert_int_equal(g_rename(play->log, old), 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    writer_reopen(play->writer);
    expect_heard(play, "log: is written again; records that are missing: 0");
    content = content_up_to(play->log, "third\n");
    assert_string_equal(content, "second\nthird\n");
    g_free(content);
    g_free(content_up_to(old, "first\n"));
    assert_int_equal(end(play, PATIENCE_MS), 0);
    g_free(old);
}

/* Told once although something finds room at each attempt; the file is whole records at the end. */
static void a_full_disk_until_the_end(void **state)
{
    struct play *play = *state;
    struct rlimit before = put_on_a_small_disk(play);

    g_usleep(1100000);
    uint64_t lost = end(play, PATIENCE_MS);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(lost, 2);
    assert_int_equal(play->error, EFBIG);
    assert_null(notices_take(play->notices));
    char *content = content_up_to(play->log, "first\n");
    assert_string_equal(content, "first\n");
    g_free(content);
}

/* A named pipe is told, by its name: whoever gave it may not know why the run is over. */
static void a_reader_of_a_named_pipe_who_goes(void **state)
{
    struct play *play = *state;

    assert_int_equal(mkfifo(play->log, 0600), 0);
    int reader = open(play->log, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    write_to_log(play, play->log);
    close(reader);
    put(play, "record\n");
    expect_heard(play, "log: its reader has gone");
    assert_int_equal(writer_failed(play->writer), EPIPE);
    end(play, PATIENCE_MS);
    assert_int_equal(play->error, EPIPE);
}

/* Told once, tried again. */
static void a_full_disk(void **state)
{
    struct play *play = *state;
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

    play->writer = writer_new(full, "standard output", 100, play->notices);
    writer_start(play->writer);
    assert_true(put(play, "first\n"));
    expect_heard(play, "standard output: cannot be written: No space left on device; tried again every second");
    assert_int_equal(writer_failed(play->writer), 0);
    int accepted = 0;
    for (int i = 0; i < 100; i++)
        accepted += put(play, "record\n");
    assert_int_equal(accepted, 14);
    assert_int_equal(writer_dropped(play->writer), 86);
    g_usleep(1100000); /* tried again: no further word */
    assert_null(notices_take(play->notices));
    end(play, PATIENCE_MS);
    close(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_record_arrives_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_slow_reader, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_stuck_reader_does_not_hang_the_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reader_who_goes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_log_is_opened_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_log_that_cannot_be_opened_again_goes_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(links_and_folders_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_disk_gets_room_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_disk_and_a_new_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_disk_until_the_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reader_of_a_named_pipe_who_goes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_disk, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
