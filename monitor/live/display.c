/* display.c - ties the screen to a live run. */
#include "monitor/live/display.h"

#include "monitor/live/save.h"
#include "monitor/tui/screen.h"

struct display {
    const struct live_settings *settings;
    struct model *model;
    struct screen *screen;
    struct save_source save;
    bool stuck; /* the screen could not be stopped */
};

static struct screen *restored; /* for signal handlers, which are given nothing */

struct display *display_open(const struct live_settings *settings, struct keeper *keeper, const char *user,
                             char **message)
{
    struct display *d = g_new0(struct display, 1);

    d->settings = settings;
    d->model = model_new(settings->max_memory / 4, settings->words.show_secrets);
    if (d->model == NULL) {
        *message = g_strdup("the screen cannot be prepared: no file descriptor is free");
        g_free(d);
        return NULL;
    }
    d->save = (struct save_source){.model = d->model,
                                   .keeper = keeper,
                                   .user = user,
                                   .show_secrets = settings->words.show_secrets,
                                   .utc = settings->words.utc};
    const struct screen_options options = {.follow = true,
                                           .utc = settings->words.utc,
                                           .color = settings->color,
                                           .save = save_live,
                                           .save_state = &d->save};
    d->screen = screen_open(d->model, &options, message);
    if (d->screen == NULL)
        display_close(&d);
    else
        restored = d->screen;
    return d;
}

void display_start(struct display *d, struct tee *tee)
{
    struct sink sink = model_sink(d->model);

    tee_add(tee, &sink);
    screen_start(d->screen);
}

struct model *display_model(const struct display *d)
{
    return d->model;
}

int display_done(const struct display *d)
{
    return screen_done(d->screen);
}

bool display_is_lost(const struct display *d)
{
    return screen_is_lost(d->screen);
}

void display_suspend(struct display *d)
{
    screen_suspend(d->screen);
}

void display_resume(struct display *d)
{
    screen_resume(d->screen);
}

void display_resized(struct display *d)
{
    screen_resized(d->screen);
}

void display_restore(void)
{
    if (restored != NULL)
        screen_emergency_restore(restored);
}

bool display_stop(struct display *d)
{
    restored = NULL;
    if (d->screen == NULL)
        return !d->stuck;
    d->stuck = !screen_stop(&d->screen);
    d->screen = NULL;
    return !d->stuck;
}

void display_close(struct display **display)
{
    struct display *d = *display;

    if (d == NULL)
        return;
    *display = NULL;
    if (!display_stop(d))
        return;
    model_free(&d->model);
    g_free(d);
}
