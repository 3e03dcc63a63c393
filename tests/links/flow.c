#include "flow.h"

enum { TCP = 6, SYN = 2, RST = 4, IP_HEADER = 20, TCP_HEADER = 20 };

static uint32_t get_u32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint16_t get_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static struct flow *find(struct flow_table *table, uint32_t address, uint16_t port, uint64_t now_ns)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->flows[i].address == address && table->flows[i].port == port)
			return &table->flows[i];
	struct flow *flow = &table->flows[table->count < FLOW_MOST ? table->count++ : table->next++ % FLOW_MOST];
	*flow = (struct flow){ .address = address, .port = port, .began_ns = now_ns };
	return flow;
}

static void count(struct flow_table *table, struct flow *flow, enum flow_way way, uint32_t seq, uint32_t payload)
{
	uint32_t end = seq + payload, ahead = end - flow->end[way];
	bool first = !flow->known[way];
	bool newer = first || (int32_t)ahead > 0;
	if (way == FLOW_UP) {
		table->counts.connections += !flow->spoken;
		flow->spoken = true;
	}
	uint32_t fresh = !newer ? 0 : first || ahead > payload ? payload : ahead;
	table->counts.fresh[way] += fresh;
	table->counts.again[way] += payload - fresh;
	if (newer)
		flow->end[way] = end;
	flow->known[way] = true;
}

bool flow_see(struct flow_table *table, enum flow_way way, const uint8_t *packet, size_t size, uint64_t now_ns,
              uint64_t forgotten_ns)
{
	if (size < IP_HEADER + TCP_HEADER || packet[0] >> 4 != 4 || packet[9] != TCP)
		return true;
	size_t ip = (size_t)(packet[0] & 15) * 4;
	if (size < ip + TCP_HEADER)
		return true;
	const uint8_t *tcp = packet + ip;
	size_t headers = ip + (size_t)(tcp[12] >> 4) * 4;
	bool begins = (tcp[13] & SYN) != 0, up = way == FLOW_UP;
	struct flow *flow = find(table, get_u32(packet + (up ? 12 : 16)), get_u16(tcp + (up ? 0 : 2)), now_ns);
	if (begins) // the number of a SYN is one less than that of the first byte
		flow->known[way] = true, flow->end[way] = get_u32(tcp + 4) + 1;
	else if (!(tcp[13] & RST) && headers < size)
		count(table, flow, way, get_u32(tcp + 4), (uint32_t)(size - headers));
	return flow->began_ns >= forgotten_ns;
}
