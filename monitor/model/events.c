/* events.c - the conversation of a session: blocks of events, the oldest of which may go. */
#include "monitor/model/internal.h"

#include <string.h>

static struct model_event **event_slot(const struct row *row, size_t i)
{
    return &row->blocks[row->block_first + i / EVENTS_PER_BLOCK]->events[i % EVENTS_PER_BLOCK];
}

const struct model_event *model_event_at(const struct model *model, const struct model_session *session, size_t i)
{
    (void)model;
    g_assert(i < session->event_count);
    return *event_slot((const struct row *)session, i);
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
    row->newest_block = block;
    row_charge(model, row, sizeof(*block) + ALLOCATION_OVERHEAD);
}

static size_t event_size(const struct model_event *event)
{
    return sizeof(*event) + (event->text != NULL ? event->text_len + 1 : 0);
}

static struct model_event *event_copy(const struct model_event *event)
{
    struct model_event *copy = g_malloc(event_size(event));
    char *text = (char *)(copy + 1);

    *copy = *event;
    if (event->text == NULL)
        return copy;
    copy->text = text;
    memcpy(text, event->text, event->text_len);
    text[event->text_len] = '\0';
    return copy;
}

/* From the end back to where it belongs, which is seldom another place. */
static void sort_in(struct row *row, struct model_event *event)
{
    size_t at = row->shown.event_count - 1, steps = 0;

    while (at > 0 && steps < EVENT_STEPS_MAX && (*event_slot(row, at - 1))->time_ns > event->time_ns) {
        *event_slot(row, at) = *event_slot(row, at - 1);
        at--;
        steps++;
    }
    *event_slot(row, at) = event;
    if (at > 0)
        event->time_ns = MAX(event->time_ns, (*event_slot(row, at - 1))->time_ns);
}

int64_t event_add(struct model *model, struct row *row, const struct model_event *event)
{
    struct model_event *copy = event_copy(event);

    if (row->block_count == 0 || row->newest_block->count == EVENTS_PER_BLOCK)
        block_add(model, row);
    row->newest_block->events[row->newest_block->count++] = copy;
    row->shown.event_count++;
    if (copy->time_ns >= row->newest_ns)
        row->newest_ns = copy->time_ns;
    else
        sort_in(row, copy);
    row_charge(model, row, event_size(copy) + ALLOCATION_OVERHEAD);
    return copy->time_ns;
}

/* ---- dropping ---- */

static void drop_transfer(struct model *model, struct row *row, const struct model_transfer *shown)
{
    /* Ours, shown as constant to the reader. */
    struct transfer *transfer = (struct transfer *)(uintptr_t)shown;

    transfer->removed = true;
    if (row->last_ended == transfer)
        row->last_ended = NULL;
    row_discharge(model, row, transfer_size(transfer));
    g_ptr_array_add(model->gone_transfers, transfer);
}

static void drop_event(struct model *model, struct row *row, struct model_event *event)
{
    if (event->kind == MODEL_EVENT_DATA_ENDED)
        drop_transfer(model, row, event->transfer);
    else if (event->kind == MODEL_EVENT_FINDING)
        finding_drop(model, row, (struct finding *)(uintptr_t)event->finding);
    row_discharge(model, row, event_size(event) + ALLOCATION_OVERHEAD);
    g_free(event);
}

void events_drop_block(struct model *model, struct row *row)
{
    struct event_block *block = row->blocks[row->block_first];

    for (size_t i = 0; i < block->count; i++)
        drop_event(model, row, block->events[i]);
    *(block->older != NULL ? &block->older->newer : &model->oldest_block) = block->newer;
    *(block->newer != NULL ? &block->newer->older : &model->newest_block) = block->older;
    row->block_first++;
    row->block_count--;
    row->shown.event_count -= block->count;
    row_discharge(model, row, sizeof(*block) + ALLOCATION_OVERHEAD);
    g_free(block);
}
