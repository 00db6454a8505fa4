/* save_dialog.h - which sessions, in which format, to which file. */
#ifndef MONITOR_TUI_SAVE_DIALOG_H
#define MONITOR_TUI_SAVE_DIALOG_H

#include "monitor/tui/prompt.h"
#include "monitor/tui/screen.h"

struct ui;

struct save_dialog {
    bool open, asks;   /* asks: whether an existing file goes */
    bool named;        /* the user has typed a name: the format does not change it any more */
    bool due, replace; /* save_dialog_due is to be called */
    int field;         /* 0 sessions, 1 format, 2 file */
    enum save_scope scope;
    enum save_format format;
    struct prompt name;
    char *message;
};

void save_dialog_open(struct ui *ui);
void save_dialog_close(struct ui *ui);
void save_dialog_draw(struct ui *ui);
void save_dialog_key(struct ui *ui, struct key key);
void save_dialog_due(struct ui *ui); /* saves; may take a while */

#endif
