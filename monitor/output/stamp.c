#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L /* localtime_r */
#endif

#include "monitor/output/stamp.h"

#include <string.h>
#include <time.h>

static const int64_t ns_per_second = 1000000000;
static const int64_t seconds_per_day = 86400;

static void put_digits(char *out, size_t count, uint64_t value)
{
    while (count > 0) {
        out[--count] = (char)('0' + value % 10);
        value /= 10;
    }
}

/* Days since 1970 to the Gregorian calendar. The year is counted from March, so that the leap day is its last, in
 * cycles of 400 years; int64_t nanoseconds reach from 1677 to 2262, so nothing here is negative once the days count
 * from year 0. */
static void date_write(int64_t day, char *out)
{
    uint64_t days = (uint64_t)(day + 719468); /* since 0000-03-01 */
    uint64_t cycle = days / 146097, in_cycle = days % 146097;
    uint64_t year = (in_cycle - in_cycle / 1460 + in_cycle / 36524 - in_cycle / 146096) / 365;
    uint64_t in_year = in_cycle - (365 * year + year / 4 - year / 100);
    uint64_t march_month = (5 * in_year + 2) / 153; /* 0 is March */
    uint64_t month = march_month < 10 ? march_month + 3 : march_month - 9;

    put_digits(out, 4, year + cycle * 400 + (month <= 2));
    out[4] = '-';
    put_digits(out + 5, 2, month);
    out[7] = '-';
    put_digits(out + 8, 2, in_year - (153 * march_month + 2) / 5 + 1);
}

void stamp_write(struct stamp *stamp, int64_t time_ns, char *out)
{
    int64_t ns = time_ns % ns_per_second, second = time_ns / ns_per_second;
    int64_t day;

    if (ns < 0) {
        ns += ns_per_second;
        second--;
    }
    day = second / seconds_per_day;
    second %= seconds_per_day;
    if (second < 0) {
        second += seconds_per_day;
        day--;
    }
    if (!stamp->known || stamp->day != day) {
        date_write(day, stamp->date);
        stamp->day = day;
        stamp->known = true;
    }
    memcpy(out, stamp->date, 10);
    memcpy(out + 10, "T00:00:00.000000000Z", 20);
    put_digits(out + 11, 2, (uint64_t)(second / 3600));
    put_digits(out + 14, 2, (uint64_t)(second / 60 % 60));
    put_digits(out + 17, 2, (uint64_t)(second % 60));
    put_digits(out + 20, 9, (uint64_t)ns);
}

int64_t stamp_zone(int64_t time_ns, char zone[STAMP_ZONE])
{
    time_t seconds = (time_t)(time_ns / ns_per_second);
    struct tm local;

    zone[0] = '\0';
    if (time_ns < 0 || localtime_r(&seconds, &local) == NULL || strftime(zone, STAMP_ZONE, "%z", &local) != 5)
        return 0;
    int64_t shift = ((zone[1] - '0') * 10 + (zone[2] - '0')) * 3600 + ((zone[3] - '0') * 10 + (zone[4] - '0')) * 60;
    return (zone[0] == '-' ? -shift : shift) * ns_per_second;
}
