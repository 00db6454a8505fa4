#include "pipeline/greeting.h"

#include <string.h>

enum { SOFTWARE_MAX = 100 };

struct fsc_span text_cut(struct fsc_span text, size_t max)
{
    if (text.n <= max)
        return text;
    while (max > 0 && (text.p[max] & 0xc0) == 0x80)
        max--;
    return (struct fsc_span){text.p, max};
}

/* "(vsFTPd 3.0.3)", "ProFTPD Server (Debian)", "Welcome to Pure-FTPd": the first parenthesis that holds a name, else
 * the line. */
struct fsc_span greeting_software(struct fsc_span text)
{
    const uint8_t *open = memchr(text.p, '(', text.n);
    const uint8_t *close = open != NULL ? memchr(open, ')', text.n - (size_t)(open - text.p)) : NULL;
    size_t start = 0, end = text.n;

    if (close != NULL && close - open > 4 && open == text.p) {
        start = 1;
        end = (size_t)(close - text.p);
    }
    while (start < end && (text.p[start] == ' ' || text.p[start] == '-'))
        start++;
    while (end > start && (text.p[end - 1] == ' ' || text.p[end - 1] == '-' || text.p[end - 1] == '.'))
        end--;
    return text_cut((struct fsc_span){text.p + start, end - start}, SOFTWARE_MAX);
}
