#include "monitor/output/notices.h"

#include <glib.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { NOTICES_MAX = 64 };

struct notices {
    pthread_mutex_t mutex;
    GQueue messages;
    uint64_t left_out;
    int event;
};

struct notices *notices_new(void)
{
    struct notices *notices = g_new0(struct notices, 1);

    pthread_mutex_init(&notices->mutex, NULL);
    g_queue_init(&notices->messages);
    notices->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return notices;
}

void notices_free(struct notices **notices)
{
    if (*notices == NULL)
        return;
    g_queue_clear_full(&(*notices)->messages, g_free);
    pthread_mutex_destroy(&(*notices)->mutex);
    close((*notices)->event);
    g_free(*notices);
    *notices = NULL;
}

int notices_descriptor(const struct notices *notices)
{
    return notices->event;
}

void notices_add(struct notices *notices, char *message)
{
    const uint64_t one = 1;

    pthread_mutex_lock(&notices->mutex);
    if (message != NULL && notices->messages.length < NOTICES_MAX) {
        g_queue_push_tail(&notices->messages, message);
    } else if (message != NULL) {
        notices->left_out++;
        g_free(message);
    }
    (void)!write(notices->event, &one, sizeof(one)); /* full: it is readable already */
    pthread_mutex_unlock(&notices->mutex);
}

char *notices_take(struct notices *notices)
{
    uint64_t wakes;

    pthread_mutex_lock(&notices->mutex);
    char *message = g_queue_pop_head(&notices->messages);
    if (message == NULL && notices->left_out > 0) {
        message = g_strdup_printf("%" G_GUINT64_FORMAT " more messages of the outputs came too fast to be shown",
                                  notices->left_out);
        notices->left_out = 0;
    }
    if (message == NULL)
        (void)!read(notices->event, &wakes, sizeof(wakes));
    pthread_mutex_unlock(&notices->mutex);
    return message;
}
