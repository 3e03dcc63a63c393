#include "support/crowd.h"

#include <stdio.h>

#include "base/bytes.h"
#include "base/date.h"
#include "base/pb.h"
#include "org/statement.h"

struct place {
	struct identity identity;
	struct id unit;
	char name[32];
	struct signature proof;
	Tributary__UnitCreated created;
	Tributary__DeviceEnrolled enrolled;
	Tributary__Statement statement[2];
};

void crowd_identity(uint32_t number, struct identity *identity)
{
	uint8_t seed[IDENTITY_SEED_BYTES] = { 'c', 'r', 'o', 'w', 'd' };
	bytes_put_u32(seed + 8, number);
	identity_derive(seed, identity);
}

static void state(struct place *place, struct pen *pen, const struct self *server, uint32_t number)
{
	crowd_identity(number, &place->identity);
	place->unit = pen_new_id(pen);
	struct statement_device device = { .device = place->identity.sign_public, .curve = place->identity.curve_public,
	                                   .box = place->identity.box_public, .unit = place->unit, .label = "电脑" };
	place->proof = statement_device_sign(&place->identity, &device, &server->identity.sign_public);
	snprintf(place->name, sizeof place->name, "支部%u", (unsigned)number);
	tributary__unit_created__init(&place->created);
	place->created.unit = pb_bytes(id_span(&place->unit));
	place->created.parent = pb_bytes(id_span(&server->unit));
	place->created.kind = (char *)(uintptr_t)"branch";
	place->created.name = place->name;
	tributary__device_enrolled__init(&place->enrolled);
	place->enrolled.device = pb_bytes(hash_span(&place->identity.sign_public));
	place->enrolled.unit = place->created.unit;
	place->enrolled.curve_key = pb_bytes(hash_span(&place->identity.curve_public));
	place->enrolled.box_key = pb_bytes(hash_span(&place->identity.box_public));
	place->enrolled.label = (char *)(uintptr_t)device.label;
	place->enrolled.proof = pb_bytes(span_of(place->proof.bytes, sizeof place->proof.bytes));
	for (size_t i = 0; i < 2; i++) {
		tributary__statement__init(&place->statement[i]);
		place->statement[i].effective = date_of_ms(pen->now_ms, 0);
	}
	place->statement[0].what_case = TRIBUTARY__STATEMENT__WHAT_UNIT_CREATED;
	place->statement[0].unit_created = &place->created;
	place->statement[1].what_case = TRIBUTARY__STATEMENT__WHAT_DEVICE_ENROLLED;
	place->statement[1].device_enrolled = &place->enrolled;
}

enum err crowd_enrol(struct pen *pen, const struct self *server, uint32_t from, uint32_t count)
{
	static struct place places[CROWD_AT_ONCE];
	Tributary__Statement *list[2 * CROWD_AT_ONCE];
	Tributary__Statements statements = TRIBUTARY__STATEMENTS__INIT;
	if (count > CROWD_AT_ONCE)
		return ERR_TOO_LARGE;
	for (uint32_t i = 0; i < count; i++) {
		state(&places[i], pen, server, from + i);
		list[2 * i] = &places[i].statement[0];
		list[2 * i + 1] = &places[i].statement[1];
	}
	statements.n_statements = 2 * count;
	statements.statements = list;
	return pen_statements(pen, &statements);
}
