/* signals.h - signals as events of the main loop. */
#ifndef MONITOR_LIVE_SIGNALS_H
#define MONITOR_LIVE_SIGNALS_H

struct signals;

/* From now on signals wait until the main loop takes them: to be called before other threads start, which inherit that.
 * SIGPIPE is ignored. `take` is told of SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGTSTP, SIGCONT and SIGWINCH. */
struct signals *signals_start(void (*take)(void *state, int signal), void *state);

/* The next SIGINT or SIGTERM ends the program at once, whatever it does; `restore` (async-signal-safe, may be NULL) is
 * called before. */
void signals_last_chance(void (*restore)(void));

/* Stops the program as SIGTSTP would; returns when it goes on. */
void signals_suspend(void);

void signals_stop(struct signals **signals);

#endif
