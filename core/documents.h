/* documents.h - inside the core: a bit for each list, for the tables. */
#ifndef FTPSCOPE_DOCUMENTS_H
#define FTPSCOPE_DOCUMENTS_H

#include "core/ftpscope.h"

enum {
    IN_NONE = 0,
    IN_EFT = 1 << FSC_DOC_EFT,
    IN_WIKIPEDIA = 1 << FSC_DOC_WIKIPEDIA,
    IN_ANNOTATED = 1 << FSC_DOC_ANNOTATED,
    IN_RFC959 = 1 << FSC_DOC_RFC959,
    IN_CUTEFTP = 1 << FSC_DOC_CUTEFTP,
    IN_ALL = (1 << FSC_DOC_COUNT) - 1,
};

#endif
