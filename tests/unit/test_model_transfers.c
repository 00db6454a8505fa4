/* test_model_transfers.c - transfers and findings: how they begin, how fast they are, what explains them. */
#include "tests/unit/model_play.h"

static const struct model_transfer *transfer(struct play *p, size_t i)
{
    assert_true(i < model_transfer_count(p->model));
    return model_transfer_at(p->model, i);
}

static uint64_t sum_of(const uint64_t *spark)
{
    uint64_t sum = 0;

    for (int i = 0; i < MODEL_SPARKS; i++)
        sum += spark[i];
    return sum;
}

static void begin_download(struct play *p, struct play_conn *c, struct play_conn *data)
{
    play_begin(p);
    play_login(p, c, 40000);
    play_ask(p, c, "TYPE I", "200 Ok");
    play_ask(p, c, "PASV", "227 Entering Passive Mode (10,0,0,2,200,1)");
    play_connect(p, data, 40001, 200 * 256 + 1);
    play_say(p, c, PLAY_CLIENT, "RETR /pub/a.bin");
}

static void a_transfer_is_known_from_its_command_on(void **state)
{
    struct play_conn c, data;
    struct play p;

    (void)state;
    begin_download(&p, &c, &data);
    const struct model_transfer *t = transfer(&p, 0);
    assert_true(t->open);
    assert_false(t->upload);
    assert_string_equal(t->path, "/pub/a.bin");
    assert_string_equal(t->filename, "/pub/a.bin");
    assert_int_equal(t->verb, FSC_VERB_RETR);
    assert_int_equal(t->type, 'I');
    assert_int_equal(t->command_ns, p.now_ns);
    assert_ptr_equal(play_session(&p, 1)->current, t);
    assert_ptr_equal(t->of, play_session(&p, 1));
    assert_int_equal(model_totals(p.model)->transfers_open, 1);
    play_say(&p, &c, PLAY_SERVER, "150 Opening BINARY mode data connection for a.bin (4000 bytes).");
    play_bytes(&p, &data, PLAY_SERVER, 1000);
    pipeline_progress(p.pipeline, &p.sink);
    assert_int_equal(t->bytes, 1000);
    assert_int_equal(t->expected_bytes, 4000);
    assert_int_equal(t->expected_from, FSC_SIZE_150);
    assert_true(t->has_endpoints);
    assert_int_equal(t->to.port, 200 * 256 + 1);
    assert_int_equal(play_session(&p, 1)->bytes_down, 1000);
    play_bytes(&p, &data, PLAY_SERVER, 3000);
    play_close(&p, &data, PLAY_SERVER);
    play_say(&p, &c, PLAY_SERVER, "226 Done");
    assert_false(t->open);
    assert_int_equal(t->status, FSC_STATUS_COMPLETE);
    assert_int_equal(t->completion_code, 226);
    assert_int_equal(t->bytes, 4000);
    assert_int_equal(play_session(&p, 1)->bytes_down, 4000);
    assert_int_equal(model_totals(p.model)->bytes_down, 4000);
    assert_null(play_session(&p, 1)->current);
    assert_int_equal(model_transfer_count(p.model), 1);
    assert_int_equal(model_totals(p.model)->transfers_open, 0);
    play_end(&p);
}

/* Two segments of 10000 bytes, 10 ms from the first to the last. */
static void the_rate_of_a_short_transfer_is_that_of_all_of_it(void **state)
{
    struct play_conn c, data;
    struct play p;

    (void)state;
    begin_download(&p, &c, &data);
    play_say(&p, &c, PLAY_SERVER, "150 Opening");
    play_bytes(&p, &data, PLAY_SERVER, 10000);
    play_wait(&p, 9 * PLAY_MS);
    play_bytes(&p, &data, PLAY_SERVER, 10000);
    play_close(&p, &data, PLAY_SERVER);
    play_say(&p, &c, PLAY_SERVER, "226 Done");
    assert_int_equal(transfer(&p, 0)->rate_bps, 20000 * 8 * 100);
    assert_int_equal(sum_of(transfer(&p, 0)->spark), 20000);
    assert_int_equal(sum_of(model_totals(p.model)->spark_down), 20000);
    assert_int_equal(sum_of(model_totals(p.model)->spark_up), 0);
    play_end(&p);
}

static void send_for(struct play *p, struct play_conn *data, int seconds, size_t per_second)
{
    for (int i = 0; i < 10 * seconds; i++) {
        play_wait(p, 99 * PLAY_MS);
        play_bytes(p, data, PLAY_SERVER, per_second / 10);
        if (i % 3 == 2)
            pipeline_progress(p->pipeline, &p->sink);
    }
    pipeline_progress(p->pipeline, &p->sink);
}

/* Near enough for a screen: samples are cut at whole seconds. */
static void expect_about(uint64_t is, uint64_t wanted)
{
    if (is < wanted - wanted / 10 || is > wanted + wanted / 10)
        fail_msg("%llu is not about %llu", (unsigned long long)is, (unsigned long long)wanted);
}

static void rate_and_samples_of_one_that_goes_on(void **state)
{
    struct model_capture later = {.live = true};
    struct play_conn c, data;
    struct play p;

    (void)state;
    begin_download(&p, &c, &data);
    play_say(&p, &c, PLAY_SERVER, "150 Opening");
    send_for(&p, &data, 40, 10000);
    const struct model_transfer *t = transfer(&p, 0);
    expect_about(t->rate_bps, 80000);
    for (int i = 0; i < MODEL_SPARKS - 1; i++)
        expect_about(t->spark[i], 10000);
    expect_about(model_totals(p.model)->rate_down_bps, 80000);
    expect_about(model_totals(p.model)->spark_down[MODEL_SPARKS - 2], 10000);
    send_for(&p, &data, 10, 30000);
    expect_about(t->rate_bps, 240000);
    later.now_ns = p.now_ns + 10 * PLAY_S; /* nothing comes any more */
    model_capture(p.model, &later);
    assert_int_equal(model_totals(p.model)->rate_down_bps, 0);
    pipeline_progress(p.pipeline, &p.sink);
    assert_int_equal(t->rate_bps, 0);
    assert_int_equal(t->spark[MODEL_SPARKS - 1], 0);
    expect_about(t->spark[MODEL_SPARKS - 13], 30000);
    play_end(&p);
}

/* As when a file is read: nobody asks for progress. */
static void samples_of_a_transfer_told_at_its_end(void **state)
{
    struct play_conn c, data;
    struct play p;

    (void)state;
    begin_download(&p, &c, &data);
    play_say(&p, &c, PLAY_SERVER, "150 Opening");
    for (int i = 0; i < 11; i++) {
        play_bytes(&p, &data, PLAY_SERVER, 1000);
        play_wait(&p, PLAY_S - PLAY_MS);
    }
    play_close(&p, &data, PLAY_SERVER);
    play_say(&p, &c, PLAY_SERVER, "226 Done");
    const struct model_transfer *t = transfer(&p, 0);
    assert_int_equal(sum_of(t->spark), 11000);
    for (int i = MODEL_SPARKS - 10; i < MODEL_SPARKS - 1; i++)
        expect_about(t->spark[i], 1100);
    expect_about(t->rate_bps, 8800);
    play_end(&p);
}

static void what_explains_a_failure(void **state)
{
    struct play_conn c, data = {40001, 200 * 256 + 1, {1, 1}};
    struct play p;

    (void)state;
    play_begin(&p);
    play_login(&p, &c, 40000);
    play_ask(&p, &c, "PASV", "227 Entering Passive Mode (10,0,0,2,200,1)");
    play_segment(&p, &data, PLAY_CLIENT, PLAY_SYN, NULL, 0);
    play_segment(&p, &data, PLAY_SERVER, PLAY_RST, NULL, 0);
    play_ask(&p, &c, "RETR a.bin", "425 Can't open data connection.");
    play_wait(&p, 2 * PLAY_S);
    play_ask(&p, &c, "QUIT", "221 Bye");
    play_close(&p, &c, PLAY_SERVER);
    play_finish(&p);
    const struct model_transfer *t = transfer(&p, 0);
    assert_int_equal(t->status, FSC_STATUS_FAILED);
    assert_non_null(t->finding);
    assert_int_equal(t->finding->id, FSC_FINDING_PASSIVE_REFUSED);
    assert_int_equal(t->finding->role, FSC_ROLE_CAUSE);
    assert_int_equal(t->finding->transfer_id, t->id);
    assert_int_equal(t->finding->winsock, 10061);
    assert_true(t->finding->evidence_count > 0);
    assert_int_equal(play_session(&p, 1)->transfers_failed, 1);
    assert_int_equal(play_session(&p, 1)->finding->severity, FSC_SEVERITY_ERROR);
    assert_int_equal(play_session(&p, 1)->findings, model_finding_count(p.model));
    assert_int_equal(model_totals(p.model)->by_finding[FSC_FINDING_PASSIVE_REFUSED], 1);
    for (size_t i = 1; i < model_finding_count(p.model); i++)
        assert_true(model_finding_at(p.model, i - 1)->time_ns <= model_finding_at(p.model, i)->time_ns);
    play_end(&p);
}

static void behind_tls_connections_are_transfers(void **state)
{
    static const uint8_t record[] = {22, 3, 1, 0, 100};
    struct play_conn c, data;
    struct play p;
    uint8_t bytes[105] = {0};

    (void)state;
    memcpy(bytes, record, sizeof record);
    play_begin(&p);
    play_connect(&p, &c, 40000, 21);
    play_say(&p, &c, PLAY_SERVER, "220 Hello");
    play_ask(&p, &c, "AUTH TLS", "234 Go on");
    play_segment(&p, &c, PLAY_CLIENT, 0, bytes, sizeof bytes);
    play_segment(&p, &c, PLAY_SERVER, 0, bytes, sizeof bytes);
    play_connect(&p, &data, 40001, 50001);
    play_segment(&p, &data, PLAY_CLIENT, 0, bytes, sizeof bytes);
    play_segment(&p, &data, PLAY_SERVER, 0, bytes, sizeof bytes);
    pipeline_progress(p.pipeline, &p.sink);
    assert_int_equal(model_transfer_count(p.model), 1);
    assert_true(transfer(&p, 0)->inferred);
    assert_true(transfer(&p, 0)->open);
    assert_ptr_equal(play_session(&p, 1)->current, transfer(&p, 0));
    assert_int_equal(play_session(&p, 1)->state, MODEL_OPAQUE);
    play_close(&p, &data, PLAY_SERVER);
    play_close(&p, &c, PLAY_SERVER);
    play_finish(&p);
    assert_int_equal(model_transfer_count(p.model), 1);
    assert_false(transfer(&p, 0)->open);
    assert_int_equal(model_totals(p.model)->by_status[FSC_STATUS_UNKNOWN], 1);
    play_end(&p);
}

static void transfers_stand_in_order_of_their_commands(void **state)
{
    struct play_conn one, other, data;
    struct play p;

    (void)state;
    play_begin(&p);
    play_login(&p, &one, 40000);
    play_login(&p, &other, 40010);
    play_ask(&p, &one, "PASV", "227 Entering Passive Mode (10,0,0,2,200,1)");
    play_connect(&p, &data, 40001, 200 * 256 + 1);
    play_ask(&p, &one, "RETR slow.bin", "150 Opening");
    play_download(&p, &other, 40011, 51202, 10);
    play_bytes(&p, &data, PLAY_SERVER, 100);
    play_close(&p, &data, PLAY_SERVER);
    play_say(&p, &one, PLAY_SERVER, "226 Done");
    assert_string_equal(transfer(&p, 0)->filename, "slow.bin");
    assert_string_equal(transfer(&p, 1)->filename, "a.bin");
    assert_int_equal(transfer(&p, 1)->session, 2);
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_transfer_is_known_from_its_command_on),
        cmocka_unit_test(the_rate_of_a_short_transfer_is_that_of_all_of_it),
        cmocka_unit_test(rate_and_samples_of_one_that_goes_on),
        cmocka_unit_test(samples_of_a_transfer_told_at_its_end),
        cmocka_unit_test(what_explains_a_failure),
        cmocka_unit_test(behind_tls_connections_are_transfers),
        cmocka_unit_test(transfers_stand_in_order_of_their_commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
