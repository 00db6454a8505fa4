/* data.h - data connections: each packet with its command, its place in the file, and the outcome. */
#ifndef FTPSCOPE_PLUGIN_DATA_H
#define FTPSCOPE_PLUGIN_DATA_H

#include "plugin/store.h"

void data_handoff(void);
void data_claim(conversation_t *conversation, uint32_t frame);

#endif
