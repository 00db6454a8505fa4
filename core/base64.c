/* base64.c - checks the tokens of RFC 2228. */
#include "core/internal.h"

static bool is_base64(uint8_t c)
{
    return ascii_is_digit(c) || ascii_is_letter(c) || c == '+' || c == '/';
}

bool fsc_base64_valid(struct fsc_span text)
{
    size_t digits = text.n;

    if (text.n == 0 || text.n % 4 != 0)
        return false;
    while (text.n - digits < 2 && text.p[digits - 1] == '=')
        digits--;
    for (size_t i = 0; i < digits; i++)
        if (!is_base64(text.p[i]))
            return false;
    return true;
}
