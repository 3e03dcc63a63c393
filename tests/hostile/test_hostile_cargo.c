// What a neighbour or a carrier may try: asking for what is not his, calling a device a server, altered, cut, repeated, mixed
// and foreign cargo, and floods.
#include "support/stick.h"
#include "support/support.h"
#include "sync/cargo.h"
#include "sync/message.h"

#define LINK 4711

struct scene {
	struct cluster *play;
	struct actor *county, *township, *branch, *other;
	struct stick *stick;
};

static struct scene begin(void)
{
	struct scene scene = { .play = cluster_new(), .stick = stick_new() };
	scene.county = cluster_found(scene.play, "伊旗");
	scene.township = cluster_server(scene.county, "阿镇");
	assert_ok(cluster_sync(scene.township));
	scene.branch = cluster_branch(scene.township, "东村支部");
	scene.other = cluster_branch(scene.township, "西村支部");
	for (unsigned turn = 0; turn < 2; turn++) {
		assert_ok(cluster_sync(scene.branch));
		assert_ok(cluster_sync(scene.other));
		assert_ok(cluster_sync(scene.township));
	}
	cluster_put(scene.branch, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", NULL);
	assert_ok(stick_up(scene.stick, scene.branch, 0));
	return scene;
}

static void end(struct scene *scene)
{
	stick_free(scene->stick);
	cluster_free(scene->play);
}

// ---- Saying things that no honest node would say ----

static void haul(struct actor *to, struct actor *from, struct span part)
{
	struct buf bytes = BUF_EMPTY;
	Tributary__Haul message = TRIBUTARY__HAUL__INIT;
	message.version = MESSAGE_VERSION;
	message.part = pb_bytes(part);
	message_write(MESSAGE_HAUL, &message.base, &bytes);
	assert_ok(bytes.err);
	assert_ok(cluster_inject(to, from, NODE_DOOR_SYNC, LINK, buf_span(&bytes)));
	buf_free(&bytes);
}

static void beside(struct actor *to, struct actor *from, uint32_t version, struct span frame)
{
	struct buf bytes = BUF_EMPTY;
	ProtobufCBinaryData list[] = { pb_bytes(frame) };
	Tributary__Beside message = TRIBUTARY__BESIDE__INIT;
	message.version = version;
	message.frames = list;
	message.n_frames = frame.size > 0;
	message_write(MESSAGE_BESIDE, &message.base, &bytes);
	assert_ok(cluster_inject(to, from, NODE_DOOR_SYNC, LINK, buf_span(&bytes)));
	buf_free(&bytes);
}

static struct span part_of(const struct scene *scene)
{
	assert_int_equal(scene->stick->count, 1);
	return buf_span(&scene->stick->part[0]);
}

static uint64_t held(struct actor *actor)
{
	struct txn txn;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	uint64_t bytes = cargo_bytes(&txn);
	txn_abort(&txn);
	return bytes;
}

static enum err refusal(struct actor *actor)
{
	return node_meeting(actor->node).refusal;
}

// ---- Scenes ----

static void a_device_of_another_unit_is_told_nothing(void **state)
{
	(void)state;
	struct scene scene = begin();
	scene.branch->sent_bye = ERR_OK;
	beside(scene.branch, scene.other, MESSAGE_VERSION, span_of(NULL, 0));
	assert_int_equal(scene.branch->sent_bye, ERR_UNAUTHORISED);
	assert_int_equal(node_sessions(scene.branch->node), 0);
	assert_int_equal(node_meeting(scene.branch->node).sent, 0);

	// Nor in the middle of a session in which he may hand in cargo.
	haul(scene.branch, scene.other, span_of(NULL, 0));
	assert_int_equal(node_sessions(scene.branch->node), 1);
	scene.branch->sent_bye = ERR_OK;
	beside(scene.branch, scene.other, 0, span_of(NULL, 0));
	assert_int_equal(scene.branch->sent_bye, ERR_UNAUTHORISED);
	assert_int_equal(node_sessions(scene.branch->node), 0);
	end(&scene);
}

static void a_device_gives_no_receipts_whatever_it_is_called(void **state)
{
	(void)state;
	struct scene scene = begin();
	struct buf bytes = BUF_EMPTY;
	Tributary__Hello hello = TRIBUTARY__HELLO__INIT;
	Tributary__Push push = TRIBUTARY__PUSH__INIT;
	hello.version = MESSAGE_VERSION;
	hello.incarnation = pb_bytes(id_span(&scene.other->self.incarnation));
	message_write(MESSAGE_HELLO, &hello.base, &bytes);
	scene.branch->sent_bye = ERR_OK;
	assert_ok(cluster_inject(scene.branch, scene.other, NODE_DOOR_SYNC, LINK, buf_span(&bytes)));
	assert_int_equal(scene.branch->sent_bye, ERR_UNAUTHORISED);
	assert_int_equal(node_sessions(scene.branch->node), 0);

	haul(scene.branch, scene.other, span_of(NULL, 0));
	buf_clear(&bytes);
	message_write(MESSAGE_PUSH, &push.base, &bytes);
	scene.branch->sent_bye = ERR_OK;
	assert_ok(cluster_inject(scene.branch, scene.other, NODE_DOOR_SYNC, LINK, buf_span(&bytes)));
	assert_int_equal(scene.branch->sent_bye, ERR_UNAUTHORISED);
	buf_free(&bytes);
	end(&scene);
}

static void altered_and_cut_cargo_is_kept_by_nobody(void **state)
{
	(void)state;
	struct scene scene = begin();
	struct span whole = part_of(&scene);
	struct buf altered = BUF_EMPTY;
	buf_bytes(&altered, whole.data, whole.size);
	assert_ok(altered.err);
	for (size_t i = 0; i < whole.size; i++) {
		altered.data[i] ^= (uint8_t)(1u << i % 8);
		haul(scene.other, scene.branch, buf_span(&altered));
		altered.data[i] = whole.data[i];
	}
	assert_int_equal(held(scene.other), 0);
	for (size_t size = 1; size < whole.size; size++)
		haul(scene.township, scene.other, span_of(whole.data, size));
	assert_int_equal(held(scene.township), 0);
	assert_int_equal(cluster_figure(scene.township, scene.branch, "meetings_held", "2026-03"), 0);
	buf_u8(&altered, 0); // something behind its end
	haul(scene.township, scene.other, buf_span(&altered));
	assert_int_equal(refusal(scene.township), ERR_MALFORMED);
	assert_int_equal(cluster_figure(scene.township, scene.branch, "meetings_held", "2026-03"), 0);
	haul(scene.township, scene.other, whole);
	assert_int_equal(cluster_figure(scene.township, scene.branch, "meetings_held", "2026-03"), 1);
	buf_free(&altered);
	end(&scene);
}

static void repeated_and_mixed_cargo_counts_once(void **state)
{
	(void)state;
	char once[HASH_TEXT_BYTES], often[HASH_TEXT_BYTES];
	struct scene scene = begin();
	struct span part = part_of(&scene);
	haul(scene.other, scene.branch, part);
	uint64_t bytes = held(scene.other);
	assert_true(bytes > 0);
	haul(scene.other, scene.branch, part); // the same again
	assert_int_equal(held(scene.other), bytes);
	haul(scene.county, scene.branch, part); // and by another way
	haul(scene.township, scene.branch, part);
	cluster_state(scene.township, once);
	assert_ok(cluster_sync(scene.other));
	assert_ok(cluster_sync(scene.township));
	assert_int_equal(cluster_figure(scene.township, scene.branch, "meetings_held", "2026-03"), 1);
	cluster_state(scene.township, often);
	assert_string_equal(once, often);
	assert_int_equal(cluster_count(scene.township, STORE_QUARANTINE), 0);

	// What he has handed on he does not take once more.
	bytes = held(scene.other);
	haul(scene.other, scene.branch, part);
	assert_int_equal(held(scene.other), bytes);
	end(&scene);
}

static void nobody_carries_for_strangers_or_to_devices(void **state)
{
	(void)state;
	struct scene scene = begin();
	struct identity known = scene.branch->self.identity;
	uint8_t seed[IDENTITY_SEED_BYTES] = { 99 };
	identity_derive(seed, &scene.branch->self.identity); // a holder whom nobody has enrolled
	stick_wipe(scene.stick);
	assert_ok(stick_up(scene.stick, scene.branch, 0));
	scene.branch->self.identity = known;
	haul(scene.other, scene.branch, part_of(&scene));
	assert_int_equal(refusal(scene.other), ERR_UNAUTHORISED);
	haul(scene.township, scene.other, part_of(&scene));
	assert_int_equal(cluster_figure(scene.township, scene.branch, "meetings_held", "2026-03"), 0);
	assert_int_equal(held(scene.other), 0);

	struct hash parent = scene.branch->self.parent_key;
	scene.branch->self.parent_key = scene.other->self.identity.sign_public; // upwards to what is no server
	stick_wipe(scene.stick);
	assert_ok(stick_up(scene.stick, scene.branch, 0));
	haul(scene.county, scene.branch, part_of(&scene));
	assert_int_equal(refusal(scene.county), ERR_UNAUTHORISED);

	scene.branch->self.parent_key = (struct hash){ { 1, 2, 3 } }; // to a server that the top has never heard of
	stick_wipe(scene.stick);
	assert_ok(stick_up(scene.stick, scene.branch, 0));
	haul(scene.county, scene.branch, part_of(&scene));
	assert_int_equal(refusal(scene.county), ERR_NOT_FOUND);
	assert_int_equal(held(scene.county), 0);
	scene.branch->self.parent_key = parent;
	end(&scene);
}

// So many meetings, each with a topic that does not compress.
static void write_much(struct actor *branch, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		char topic[50000] = "minutes=";
		uint32_t noise = 4711 + i;
		for (size_t at = 8; at < sizeof topic - 1; at++) {
			noise = noise * 1664525 + 1013904223;
			topic[at] = (char)('!' + (noise >> 24) % 90);
		}
		cluster_put(branch, "meeting", NULL, "date=2026-03-05", "type=group", topic, NULL);
	}
}

static void a_flood_ends_at_the_share_of_one_holder(void **state)
{
	(void)state;
	struct scene scene = begin();
	write_much(scene.branch, 20);
	enum err last = ERR_OK;
	for (unsigned i = 0; i < 120 && last != ERR_BUDGET; i++) { // each bundle is another
		stick_wipe(scene.stick);
		assert_ok(stick_up(scene.stick, scene.branch, 0));
		haul(scene.other, scene.branch, part_of(&scene));
		last = refusal(scene.other);
	}
	assert_int_equal(last, ERR_BUDGET);
	assert_true(held(scene.other) <= CARGO_OF_ONE_MOST);

	// Others still have their share, and the honest branch is told that its cargo is not there.
	cluster_put(scene.township, "circular", NULL, "title=防火", NULL);
	assert_err(OK, cluster_sync(scene.other));
	end(&scene);
}

static void a_part_larger_than_a_message_holds_is_refused(void **state)
{
	(void)state;
	struct scene scene = begin();
	struct buf large = BUF_EMPTY;
	struct span part = part_of(&scene);
	buf_bytes(&large, part.data, part.size);
	buf_extend(&large, CARGO_PART_MOST);
	assert_ok(large.err);
	haul(scene.other, scene.branch, buf_span(&large));
	assert_int_equal(refusal(scene.other), ERR_TOO_LARGE);
	assert_int_equal(held(scene.other), 0);
	buf_free(&large);
	end(&scene);
}

int main(void)
{
	const struct CMUnitTest scenes[] = {
		cmocka_unit_test(a_device_of_another_unit_is_told_nothing),
		cmocka_unit_test(a_device_gives_no_receipts_whatever_it_is_called),
		cmocka_unit_test(altered_and_cut_cargo_is_kept_by_nobody),
		cmocka_unit_test(repeated_and_mixed_cargo_counts_once),
		cmocka_unit_test(nobody_carries_for_strangers_or_to_devices),
		cmocka_unit_test(a_flood_ends_at_the_share_of_one_holder),
		cmocka_unit_test(a_part_larger_than_a_message_holds_is_refused),
	};
	return cmocka_run_group_tests(scenes, NULL, NULL);
}
