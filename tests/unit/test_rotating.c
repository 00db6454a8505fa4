/* test_rotating.c - packets in files: their names, when the next one begins, which ones stay, and what is there when
 * the disk is full or the program is killed. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* setenv, fork */
#endif

#include "monitor/output/rotating.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "monitor/input/pcapng.h"
#include "monitor/output/rotating_names.h"

#define START (INT64_C(1795230855) * SECOND) /* 2026-11-21T03:14:15Z */
#define SECOND INT64_C(1000000000)
#define MINUTE (60 * SECOND)

enum { PATIENCE_MS = 5000, PACKET_BYTES = 500, LONG_MS = 20000 };

static char ethernet_name[] = "eth0";
static const struct capture_interface ethernet = {1, 65535, ethernet_name}, raw = {101, 0, NULL};

struct play {
    struct notices *notices;
    struct rotating *rotating;
    char *folder, *path;
    uint64_t frame;
};

static int set_up(void **state)
{
    struct play *play = g_new0(struct play, 1);

    play->notices = notices_new();
    play->folder = g_dir_make_tmp("rotating-XXXXXX", NULL);
    play->path = g_build_filename(play->folder, "out.pcapng", NULL);
    *state = play;
    return play->folder == NULL;
}

static void in_folder(const struct play *play, void (*each)(void *data, const char *name), void *data)
{
    GDir *folder = g_dir_open(play->folder, 0, NULL);

    for (const char *name; (name = g_dir_read_name(folder)) != NULL;)
        each(data, name);
    g_dir_close(folder);
}

static void remove_one(void *data, const char *name)
{
    const struct play *play = data;
    char *path = g_build_filename(play->folder, name, NULL);

    g_unlink(path);
    g_free(path);
}

static int tear_down(void **state)
{
    struct play *play = *state;

    in_folder(play, remove_one, play);
    g_rmdir(play->folder);
    notices_free(&play->notices);
    g_free(play->folder);
    g_free(play->path);
    g_free(play);
    return 0;
}

static void begin(struct play *play, struct rotating_options options)
{
    char *message = NULL;

    options.path = options.path != NULL ? options.path : play->path;
    options.now_ns = START;
    play->rotating = rotating_open(&options, play->notices, &message);
    assert_non_null(play->rotating);
    assert_true(rotating_start(play->rotating, &message));
    assert_null(message);
}

static void put_on(struct play *play, const struct capture_interface *interface)
{
    uint8_t bytes[PACKET_BYTES] = {0};
    struct capture_frame frame = {.captured = {bytes, sizeof(bytes)},
                                  .wire_len = 1500,
                                  .number = ++play->frame,
                                  .time_ns = START + (int64_t)play->frame,
                                  .interface = interface};
    rotating_frame(play->rotating, &frame, NULL);
}

static void put(struct play *play, int count)
{
    while (count-- > 0)
        put_on(play, &ethernet);
}

static struct rotating_totals end(struct play *play)
{
    struct rotating_totals totals;

    rotating_close(&play->rotating, PATIENCE_MS, &totals);
    assert_null(play->rotating);
    return totals;
}

static void add_name(void *data, const char *name)
{
    g_ptr_array_add(data, g_strdup(name));
}

static gint by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "a b c": what is in the folder. */
static void expect_files(struct play *play, const char *want)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    in_folder(play, add_name, names);
    g_ptr_array_sort(names, by_text);
    g_ptr_array_add(names, NULL);
    char *all = g_strjoinv(" ", (char **)names->pdata);
    assert_string_equal(all, want);
    g_free(all);
    g_ptr_array_free(names, TRUE);
}

static uint64_t number_of(const struct capture_frame *frame)
{
    struct fsc_span options = frame->options, value;
    unsigned code;

    while (pcapng_option_next(&options, frame->options_big_endian, &code, &value))
        if (code == PCAPNG_PACKET_ID && value.n == 8)
            return pcapng_u64(value.p, false);
    return 0;
}

/* A capture of its own, whole, with the frames `first` to `last`. */
static void expect_frames(struct play *play, const char *name, uint64_t first, uint64_t last)
{
    char *path = g_build_filename(play->folder, name, NULL), *message = NULL;
    struct capture_file *file = capture_file_open(path, &message);
    struct capture_frame frame;

    assert_null(message);
    for (uint64_t number = first; number <= last; number++) {
        assert_int_equal(capture_file_next(file, &frame, &message), CAPTURE_FRAME);
        assert_int_equal(number_of(&frame), number);
        assert_int_equal(frame.time_ns, START + (int64_t)number);
        assert_int_equal(frame.captured.n, PACKET_BYTES);
    }
    assert_int_equal(capture_file_next(file, &frame, &message), CAPTURE_END);
    capture_file_close(&file);
    g_free(path);
}

static void wait_for_packets(struct play *play, uint64_t count)
{
    for (int i = 0; i < LONG_MS / 10 && rotating_totals(play->rotating).packets < count; i++)
        g_usleep(10000);
    assert_int_equal(rotating_totals(play->rotating).packets, count);
}

static void one_file_is_there_when_it_is_complete(void **state)
{
    struct play *play = *state;
    struct stat status;

    begin(play, (struct rotating_options){0});
    put(play, 3);
    wait_for_packets(play, 3);
    expect_files(play, "out.pcapng.part");
    expect_frames(play, "out.pcapng.part", 1, 3); /* readable meanwhile */
    struct rotating_totals totals = end(play);
    assert_int_equal(totals.packets, 3);
    assert_int_equal(totals.files, 1);
    assert_int_equal(totals.dropped, 0);
    expect_files(play, "out.pcapng");
    expect_frames(play, "out.pcapng", 1, 3);
    assert_int_equal(g_stat(play->path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0640);
}

static void a_file_without_packets(void **state)
{
    struct play *play = *state;

    begin(play, (struct rotating_options){0});
    end(play);
    expect_files(play, "out.pcapng");
    expect_frames(play, "out.pcapng", 1, 0);
}

/* Each file begins anew, with all interfaces, and is never larger than asked. */
static void by_size(void **state)
{
    struct play *play = *state;
    struct stat status;

    begin(play, (struct rotating_options){.file_bytes = 3000});
    put_on(play, &raw);
    put(play, 11);
    assert_int_equal(end(play).files, 3);
    expect_files(play, "out.pcapng out.pcapng1 out.pcapng2");
    expect_frames(play, "out.pcapng", 1, 5);
    expect_frames(play, "out.pcapng1", 6, 10);
    expect_frames(play, "out.pcapng2", 11, 12);
    assert_int_equal(g_stat(play->path, &status), 0);
    assert_true(status.st_size >= 2500 && status.st_size <= 3000);
}

static void a_packet_larger_than_a_file(void **state)
{
    struct play *play = *state;

    begin(play, (struct rotating_options){.file_bytes = 100});
    put(play, 3);
    end(play);
    expect_files(play, "out.pcapng out.pcapng1 out.pcapng2");
    expect_frames(play, "out.pcapng2", 3, 3);
}

static void a_ring_by_size(void **state)
{
    struct play *play = *state;

    begin(play, (struct rotating_options){.file_bytes = 1500, .files = 11});
    put(play, 30);
    struct rotating_totals totals = end(play);
    assert_int_equal(totals.files, 15);
    assert_int_equal(totals.kept, 11);
    expect_files(play, "out.pcapng00 out.pcapng01 out.pcapng02 out.pcapng03 out.pcapng04 out.pcapng05 out.pcapng06 "
                       "out.pcapng07 out.pcapng08 out.pcapng09 out.pcapng10");
    expect_frames(play, "out.pcapng03", 29, 30); /* begun again */
    expect_frames(play, "out.pcapng04", 9, 10);
}

/* The clock alone, no packet, makes it happen; a time without packets leaves no file. */
static void by_time(void **state)
{
    struct play *play = *state;
    char *path = g_build_filename(play->folder, "%H%M%S.pcapng", NULL);

    begin(play, (struct rotating_options){.path = path, .seconds = 60});
    put(play, 2);
    rotating_tick(play->rotating, START + 59 * SECOND);
    put(play, 1);
    wait_for_packets(play, 3);
    expect_files(play, "031415.pcapng.part");
    rotating_tick(play->rotating, START + 60 * SECOND);
    for (int i = 0; i < LONG_MS / 10 && rotating_totals(play->rotating).files < 2; i++)
        g_usleep(10000);
    expect_files(play, "031415.pcapng 031515.pcapng.part");
    expect_frames(play, "031415.pcapng", 1, 3);
    for (int i = 0; i < 3; i++) {
        rotating_tick(play->rotating, START + (121 + i) * SECOND);
        g_usleep(20000);
    }
    put(play, 1);
    rotating_tick(play->rotating, START + 185 * SECOND); /* due at 180 */
    g_usleep(20000);
    put(play, 1);
    end(play);
    expect_files(play, "031415.pcapng 031616.pcapng 031720.pcapng");
    expect_frames(play, "031616.pcapng", 4, 4);
    expect_frames(play, "031720.pcapng", 5, 5);
    g_free(path);
}

static void tick_until_files(struct play *play, int64_t now_ns, uint64_t files)
{
    rotating_tick(play->rotating, now_ns);
    for (int i = 0; i < LONG_MS / 10 && rotating_totals(play->rotating).files < files; i++)
        g_usleep(10000);
}

static void a_ring_by_time(void **state)
{
    struct play *play = *state;
    char *path = g_build_filename(play->folder, "%M.pcapng", NULL);

    begin(play, (struct rotating_options){.path = path, .seconds = 60, .files = 3});
    for (int i = 1; i <= 6; i++) {
        put(play, 1);
        tick_until_files(play, START + i * MINUTE, (uint64_t)i + 1);
    }
    put(play, 1);
    end(play);
    expect_files(play, "18.pcapng 19.pcapng 20.pcapng");
    expect_frames(play, "20.pcapng", 7, 7);
    g_free(path);
}

/* The oldest goes for a packet, not for a file that stays without one. */
static void a_ring_on_a_wire_that_falls_silent(void **state)
{
    struct play *play = *state;

    begin(play, (struct rotating_options){.file_bytes = 1500, .seconds = 60, .files = 3});
    put(play, 6);
    wait_for_packets(play, 6);
    expect_files(play, "out.pcapng0 out.pcapng1 out.pcapng2.part");
    tick_until_files(play, START + MINUTE, 4);
    expect_files(play, "out.pcapng0 out.pcapng0.part out.pcapng1 out.pcapng2");
    struct rotating_totals totals = end(play);
    assert_int_equal(totals.files, 3);
    assert_int_equal(totals.kept, 3);
    expect_files(play, "out.pcapng0 out.pcapng1 out.pcapng2");
    expect_frames(play, "out.pcapng0", 1, 2);
}

/* As the manual of tcpdump says. */
static void a_number_of_files_by_time(void **state)
{
    struct play *play = *state;

    begin(play, (struct rotating_options){.seconds = 60, .files = 2, .stops = true});
    put(play, 1);
    tick_until_files(play, START + 60 * SECOND, 2);
    assert_false(rotating_stopped(play->rotating));
    put(play, 1);
    rotating_tick(play->rotating, START + 120 * SECOND);
    for (int i = 0; i < LONG_MS / 10 && !rotating_stopped(play->rotating); i++)
        g_usleep(10000);
    assert_true(rotating_stopped(play->rotating));
    put(play, 1);
    assert_int_equal(end(play).dropped, 0);
    expect_files(play, "out.pcapng out.pcapng1");
    expect_frames(play, "out.pcapng1", 2, 2);
}

static void expect_name(struct rotating_names *names, int64_t seconds, const char *want)
{
    char *name = rotating_names_next(names, START + seconds * SECOND);

    assert_string_equal(name, want);
    g_free(name);
}

static void names(void **state)
{
    struct rotating_names coarse = {.base = "%Y%m%d-%H.cap", .by_time = true}, literal = {.base = "100%.cap"};
    struct rotating_names ring = {.base = "r", .ring = 10};
    (void)state;
    expect_name(&coarse, 0, "20261121-03.cap");
    expect_name(&coarse, 60, "20261121-03.cap1"); /* never over one of its own */
    expect_name(&coarse, 120, "20261121-03.cap2");
    expect_name(&coarse, 3600, "20261121-04.cap");
    rotating_names_free(&coarse);
    expect_name(&literal, 0, "100%.cap");
    expect_name(&literal, 0, "100%.cap1");
    rotating_names_free(&literal);
    for (int i = 0; i < 10; i++) {
        char want[] = {'r', (char)('0' + i), '\0'};
        expect_name(&ring, i, want);
    }
    expect_name(&ring, 10, "r0");
    rotating_names_free(&ring);
}

/* It begins with the path as the user gave it. */
static void assert_words(const struct play *play, const char *message, const char *want)
{
    char *all = g_build_filename(play->folder, want, NULL);

    assert_string_equal(message, all);
    g_free(all);
}

static void expect_message(struct play *play, const char *want)
{
    char *message = NULL;

    for (int i = 0; i < LONG_MS / 10 && (message = notices_take(play->notices)) == NULL; i++)
        g_usleep(10000);
    assert_non_null(message);
    assert_words(play, message, want);
    g_free(message);
}

/* The limit for files stands for a full disk: what is there stays a capture, the rest is counted, told once. */
static void a_full_disk(void **state)
{
    struct play *play = *state;
    struct rlimit before, small;

    getrlimit(RLIMIT_FSIZE, &before);
    small = (struct rlimit){1000, before.rlim_max};
    begin(play, (struct rotating_options){0});
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    put(play, 4);
    expect_message(play, "out.pcapng: cannot be written: File too large; tried again every 10 seconds");
    put(play, 6);
    struct rotating_totals totals = end(play);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(totals.packets, 1);
    assert_int_equal(totals.dropped, 9);
    assert_null(notices_take(play->notices));
    expect_files(play, "out.pcapng");
    expect_frames(play, "out.pcapng", 1, 1);
}

static void a_disk_gets_room_again(void **state)
{
    struct play *play = *state;
    struct rlimit before, small;

    getrlimit(RLIMIT_FSIZE, &before);
    small = (struct rlimit){1000, before.rlim_max};
    begin(play, (struct rotating_options){.retry_ms = 1});
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    put(play, 2);
    expect_message(play, "out.pcapng: cannot be written: File too large; tried again every 10 seconds");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    put(play, 2);
    expect_message(play, "out.pcapng: is written again; packets that are missing: 1");
    end(play);
    char *message = NULL;
    struct capture_file *file = capture_file_open(play->path, &message);
    struct capture_frame frame;
    static const uint64_t numbers[] = {1, 3, 4};
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        assert_int_equal(capture_file_next(file, &frame, &message), CAPTURE_FRAME);
        assert_int_equal(number_of(&frame), numbers[i]);
    }
    assert_int_equal(capture_file_next(file, &frame, &message), CAPTURE_END);
    capture_file_close(&file);
}

/* Killed in the middle: what is there can be read, and the next run gives it its name before it makes its own. */
static void a_crash(void **state)
{
    struct play *play = *state;
    int status;

    pid_t child = fork();
    if (child == 0) {
        begin(play, (struct rotating_options){0});
        put(play, 5);
        wait_for_packets(play, 5);
        raise(SIGKILL);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    expect_files(play, "out.pcapng.part");
    expect_frames(play, "out.pcapng.part", 1, 5);
    begin(play, (struct rotating_options){0});
    expect_files(play, "out.pcapng out.pcapng.part");
    expect_frames(play, "out.pcapng", 1, 5);
    struct rotating_options same = {.path = play->path, .now_ns = START};
    char *message = NULL;
    struct rotating *second = rotating_open(&same, play->notices, &message);
    assert_false(rotating_start(second, &message));
    assert_words(play, message, "out.pcapng.part: another ftpscope is writing it");
    g_free(message);
    rotating_close(&second, 1, NULL);
    put(play, 1);
    end(play);
    expect_frames(play, "out.pcapng", 1, 1);
}

static void a_name_that_is_taken_by_a_folder(void **state)
{
    struct play *play = *state;

    begin(play, (struct rotating_options){0});
    put(play, 1);
    assert_int_equal(g_mkdir(play->path, 0755), 0);
    end(play);
    expect_message(play, "out.pcapng.part: stays where it is: it cannot be renamed to out.pcapng: Is a directory");
    expect_frames(play, "out.pcapng.part", 1, 1);
    g_rmdir(play->path);
}

static void more_than_the_queue_holds(void **state)
{
    struct play *play = *state;
    char *message = NULL;
    struct rotating_options options = {.path = play->path, .queue_bytes = 5000, .now_ns = START};

    play->rotating = rotating_open(&options, play->notices, &message);
    put(play, 20); /* nobody takes them yet */
    assert_int_equal(rotating_totals(play->rotating).dropped, 12);
    assert_true(rotating_start(play->rotating, &message));
    struct rotating_totals totals = end(play);
    assert_int_equal(totals.packets, 8);
    assert_int_equal(totals.dropped, 12);
    expect_frames(play, "out.pcapng", 1, 8);
}

static void refused(void **state)
{
    struct play *play = *state;
    struct rotating_options options = {.path = "-", .file_bytes = 1000000};
    char *message = NULL;

    assert_null(rotating_open(&options, play->notices, &message));
    assert_string_equal(message, "standard output cannot be rotated: name a file");
    g_free(message);
    options.path = "/nowhere/at/all.pcapng";
    assert_null(rotating_open(&options, play->notices, &message));
    assert_string_equal(message, "/nowhere/at/all.pcapng: No such file or directory");
    g_free(message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_file_is_there_when_it_is_complete, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_without_packets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(by_size, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_packet_larger_than_a_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_ring_by_size, set_up, tear_down),
        cmocka_unit_test_setup_teardown(by_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_ring_by_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_ring_on_a_wire_that_falls_silent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_number_of_files_by_time, set_up, tear_down),
        cmocka_unit_test(names),
        cmocka_unit_test_setup_teardown(a_full_disk, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_disk_gets_room_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_crash, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_name_that_is_taken_by_a_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(more_than_the_queue_holds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refused, set_up, tear_down),
    };

    setenv("TZ", "UTC", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
