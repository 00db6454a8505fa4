/* rates.c - how much moved in each of the last seconds, and how fast that is. */
#include "monitor/model/internal.h"

#include <string.h>

static const int64_t second_ns = 1000000000;

void spark_move(uint64_t *spark, int64_t *second, int64_t now_ns)
{
    int64_t now = now_ns / second_ns;

    if (now <= *second)
        return;
    size_t steps = now - *second < MODEL_SPARKS ? (size_t)(now - *second) : MODEL_SPARKS;
    memmove(spark, spark + steps, (MODEL_SPARKS - steps) * sizeof(*spark));
    memset(spark + MODEL_SPARKS - steps, 0, steps * sizeof(*spark));
    *second = now;
}

static void add_at(uint64_t *spark, int64_t newest, int64_t second, uint64_t bytes)
{
    if (second > newest - MODEL_SPARKS)
        spark[MODEL_SPARKS - 1 - (newest - MIN(second, newest))] += bytes;
}

/* What is older than the samples is not shown; what rounding leaves comes in the last second. */
void spark_add(uint64_t *spark, int64_t second, int64_t from_ns, int64_t to_ns, uint64_t bytes)
{
    int64_t last = to_ns / second_ns;
    int64_t begin = MAX(from_ns / second_ns, last - MODEL_SPARKS);
    uint64_t left = bytes;

    if (from_ns >= to_ns || begin >= last) {
        add_at(spark, second, last, bytes);
        return;
    }
    double per_ns = (double)bytes / (double)(to_ns - from_ns);
    left -= MIN(left, (uint64_t)(per_ns * (double)MAX(0, begin * second_ns - from_ns)));
    for (int64_t s = begin; s < last; s++) {
        uint64_t part = (uint64_t)(per_ns * (double)((s + 1) * second_ns - MAX(from_ns, s * second_ns)));
        part = MIN(part, left);
        add_at(spark, second, s, part);
        left -= part;
    }
    add_at(spark, second, last, left);
}

uint64_t spark_rate_bps(const uint64_t *spark, int64_t second, int64_t since_ns, int64_t now_ns)
{
    int64_t from_ns = MAX((second - RATE_SECONDS + 1) * second_ns, since_ns);
    double elapsed_ns = (double)MAX(now_ns - from_ns, second_ns / 1000), bytes = 0;

    for (int i = MODEL_SPARKS - RATE_SECONDS; i < MODEL_SPARKS; i++)
        bytes += (double)spark[i];
    double rate = bytes * 8e9 / elapsed_ns;
    return rate < 1e18 ? (uint64_t)rate : (uint64_t)1e18;
}

/* ---- all of the capture ---- */

void totals_rates(struct model *model)
{
    struct model_totals *totals = &model->totals;
    /* In its first second one burst would look like a rate. */
    int64_t since_ns = MIN(model->first_ns, model->clock_ns - second_ns);

    model->rates_ns = model->clock_ns;
    totals->rate_down_bps = spark_rate_bps(totals->spark_down, model->spark_second, since_ns, model->clock_ns);
    totals->rate_up_bps = spark_rate_bps(totals->spark_up, model->spark_second, since_ns, model->clock_ns);
}

void clock_advance(struct model *model, int64_t time_ns)
{
    struct model_totals *totals = &model->totals;
    int64_t second = model->spark_second;

    if (model->first_ns == 0)
        model->first_ns = time_ns;
    if (time_ns <= model->clock_ns)
        return;
    model->clock_ns = time_ns;
    spark_move(totals->spark_down, &second, time_ns);
    spark_move(totals->spark_up, &model->spark_second, time_ns);
    if (totals->rate_down_bps + totals->rate_up_bps > 0 && time_ns - model->rates_ns > second_ns / 10)
        totals_rates(model);
}

void totals_moved(struct model *model, bool upload, int64_t from_ns, int64_t to_ns, uint64_t bytes)
{
    struct model_totals *totals = &model->totals;

    spark_add(upload ? totals->spark_up : totals->spark_down, model->spark_second, from_ns, to_ns, bytes);
    totals_rates(model);
}
