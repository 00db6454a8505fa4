/* events.c - the conversation of a session: blocks of events, the oldest of which may go. */
#include "monitor/model/internal.h"

#include <string.h>

static struct model_event *event_slot(const struct row *row, size_t i)
{
    return &row->blocks[row->block_first + i / EVENTS_PER_BLOCK]->events[i % EVENTS_PER_BLOCK];
}

const struct model_event *model_event_at(const struct model *model, const struct model_session *session, size_t i)
{
    (void)model;
    g_assert(i < session->event_count);
    return event_slot((const struct row *)session, i);
}

/* ---- adding ---- */

/* Room for one more pointer; those that were dropped leave room in front. */
static void make_room(struct model *model, struct row *row)
{
    if (row->block_first + row->block_count < row->block_room)
        return;
    if (row->block_first > row->block_room / 2) {
        memmove(row->blocks, row->blocks + row->block_first, row->block_count * sizeof(*row->blocks));
        row->block_first = 0;
        return;
    }
    size_t more = MAX(row->block_room, 2);
    row->blocks = g_renew(struct event_block *, row->blocks, row->block_room + more);
    row->block_room += more;
    row_charge(model, row, more * sizeof(*row->blocks));
}

static void block_add(struct model *model, struct row *row)
{
    struct event_block *block = g_malloc(sizeof(*block));

    block->row = row;
    block->count = 0;
    block->newer = NULL;
    block->older = model->newest_block;
    *(model->newest_block != NULL ? &model->newest_block->newer : &model->oldest_block) = block;
    model->newest_block = block;
    make_room(model, row);
    row->blocks[row->block_first + row->block_count++] = block;
    row_charge(model, row, sizeof(*block) + ALLOCATION_OVERHEAD);
}

int64_t event_add(struct model *model, struct row *row, const struct model_event *event)
{
    size_t count = row->shown.event_count, at = count, steps = 0;

    if (count == row->block_count * EVENTS_PER_BLOCK)
        block_add(model, row);
    row->blocks[row->block_first + row->block_count - 1]->count++;
    row->shown.event_count++;
    while (at > 0 && steps < EVENT_STEPS_MAX && event_slot(row, at - 1)->time_ns > event->time_ns) {
        *event_slot(row, at) = *event_slot(row, at - 1);
        at--;
        steps++;
    }
    struct model_event *slot = event_slot(row, at);
    *slot = *event;
    if (at > 0)
        slot->time_ns = MAX(slot->time_ns, event_slot(row, at - 1)->time_ns);
    if (event->text != NULL)
        row_charge(model, row, event->text_len + 1 + ALLOCATION_OVERHEAD);
    return slot->time_ns;
}

/* ---- dropping ---- */

static void drop_transfer(struct model *model, struct row *row, const struct model_transfer *shown)
{
    /* Ours, shown as constant to the reader. */
    struct transfer *transfer = (struct transfer *)(uintptr_t)shown;

    transfer->shown.removed_soon = true;
    if (row->last_ended == transfer)
        row->last_ended = NULL;
    row_discharge(model, row, transfer_size(transfer));
    g_ptr_array_add(model->gone_transfers, transfer);
}

static void drop_event(struct model *model, struct row *row, struct model_event *event)
{
    if (event->text != NULL) {
        row_discharge(model, row, event->text_len + 1 + ALLOCATION_OVERHEAD);
        g_free((char *)(uintptr_t)event->text);
    }
    if (event->kind == MODEL_EVENT_DATA_ENDED)
        drop_transfer(model, row, event->transfer);
    else if (event->kind == MODEL_EVENT_FINDING)
        finding_drop(model, row, (struct finding *)(uintptr_t)event->finding);
}

void events_drop_block(struct model *model, struct row *row)
{
    struct event_block *block = row->blocks[row->block_first];

    for (size_t i = 0; i < block->count; i++)
        drop_event(model, row, &block->events[i]);
    *(block->older != NULL ? &block->older->newer : &model->oldest_block) = block->newer;
    *(block->newer != NULL ? &block->newer->older : &model->newest_block) = block->older;
    row->block_first++;
    row->block_count--;
    row->shown.event_count -= block->count;
    row_discharge(model, row, sizeof(*block) + ALLOCATION_OVERHEAD);
    g_free(block);
}
