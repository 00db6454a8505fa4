/* display.h - the screen of a live run: the model that it shows, and saving from it. */
#ifndef MONITOR_LIVE_DISPLAY_H
#define MONITOR_LIVE_DISPLAY_H

#include "monitor/live/keeper.h"
#include "monitor/live/settings.h"
#include "monitor/model/model.h"
#include "monitor/output/tee.h"

struct display;

/* Opens the terminal. `settings`, `keeper` and `user`, whom the program will become, are borrowed. NULL: *message
 * (g_free) says why. */
struct display *display_open(const struct live_settings *settings, struct keeper *keeper, const char *user,
                             char **message);

void display_start(struct display *display, struct tee *tee); /* its thread: after rights were dropped */

struct model *display_model(const struct display *display);
int display_done(const struct display *display); /* readable when the user has enough, or the terminal is lost */
bool display_is_lost(const struct display *display);

void display_suspend(struct display *display);
void display_resume(struct display *display);
void display_resized(struct display *display);

/* For a signal handler: gives the terminal of the display that is open back. */
void display_restore(void);

/* Gives the terminal back; the model stays, and may still be told of things. False: the screen is still saving, and
 * uses model and keeper: they must stay, and the program must leave by _exit. */
bool display_stop(struct display *display);

/* Stops it too, if need be. When no record will come any more. */
void display_close(struct display **display);

#endif
