// Over libavahi-client, which asks the machine's own daemon. Everything that comes from there was said by strangers: an
// address and a key that may be a device's, which the CURVE handshake and the charter judge.
#include "io/vicinity.h"

#include <avahi-client/client.h>
#include <avahi-client/lookup.h>
#include <avahi-client/publish.h>
#include <avahi-common/error.h>
#include <avahi-common/malloc.h>
#include <avahi-common/simple-watch.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/machine.h"

#define SERVICE "_tributary._tcp"
#define KEY     "key"

enum { RESOLVERS_MOST = 64, NAME_DIGITS = 16 };

// ---- Looking ----

struct looking {
	AvahiSimplePoll *poll;
	AvahiClient *client;
	struct vicinity_found *list;
	size_t most, count, resolvers;
	bool lost;
};

static void on_client(AvahiClient *client, AvahiClientState state, void *context)
{
	struct looking *looking = context;
	(void)client;
	if (state == AVAHI_CLIENT_FAILURE)
		looking->lost = true;
}

static bool read_key(AvahiStringList *texts, struct hash *curve)
{
	char *name = NULL, *value = NULL;
	size_t size = 0, digits = 0;
	AvahiStringList *item = avahi_string_list_find(texts, KEY);
	bool read = item && avahi_string_list_get_pair(item, &name, &value, &size) == 0 && value && size == 2 * LIMIT_HASH_BYTES &&
	            sodium_hex2bin(curve->bytes, sizeof curve->bytes, value, size, NULL, &digits, NULL) == 0 &&
	            digits == sizeof curve->bytes;
	avahi_free(name);
	avahi_free(value);
	return read;
}

static void add(struct looking *looking, const struct hash *curve, const AvahiAddress *address, uint16_t port)
{
	char host[AVAHI_ADDRESS_STR_MAX];
	for (size_t i = 0; i < looking->count; i++)
		if (hash_equal(&looking->list[i].curve, curve))
			return; // over another interface
	if (looking->count == looking->most)
		return;
	struct vicinity_found *found = &looking->list[looking->count++];
	found->curve = *curve;
	avahi_address_snprint(host, sizeof host, address);
	snprintf(found->address, sizeof found->address, "tcp://%s:%u", host, (unsigned)port);
}

static void on_resolved(AvahiServiceResolver *resolver, AvahiIfIndex interface, AvahiProtocol protocol, AvahiResolverEvent event,
                        const char *name, const char *type, const char *domain, const char *host, const AvahiAddress *address,
                        uint16_t port, AvahiStringList *texts, AvahiLookupResultFlags flags, void *context)
{
	struct looking *looking = context;
	struct hash curve;
	(void)interface, (void)protocol, (void)name, (void)type, (void)domain, (void)host, (void)flags;
	if (event == AVAHI_RESOLVER_FOUND && address->proto == AVAHI_PROTO_INET && read_key(texts, &curve))
		add(looking, &curve, address, port);
	avahi_service_resolver_free(resolver);
}

static void on_browsed(AvahiServiceBrowser *browser, AvahiIfIndex interface, AvahiProtocol protocol, AvahiBrowserEvent event,
                       const char *name, const char *type, const char *domain, AvahiLookupResultFlags flags, void *context)
{
	struct looking *looking = context;
	(void)browser, (void)flags;
	if (event == AVAHI_BROWSER_NEW && looking->resolvers < RESOLVERS_MOST &&
	    avahi_service_resolver_new(looking->client, interface, protocol, name, type, domain, AVAHI_PROTO_INET, 0, on_resolved, looking))
		looking->resolvers++;
}

static void listen_for(struct looking *looking, unsigned milliseconds)
{
	uint64_t end = machine_monotonic_ns() + (uint64_t)milliseconds * 1000000, now;
	while (!looking->lost && (now = machine_monotonic_ns()) < end)
		if (avahi_simple_poll_iterate(looking->poll, (int)((end - now) / 1000000) + 1) != 0)
			return;
}

enum err vicinity_look(unsigned milliseconds, struct vicinity_found *list, size_t most, size_t *count)
{
	int error;
	struct looking looking = { .poll = avahi_simple_poll_new(), .list = list, .most = most };
	*count = 0;
	if (!looking.poll)
		return ERR_NOMEM;
	looking.client = avahi_client_new(avahi_simple_poll_get(looking.poll), 0, on_client, &looking, &error);
	AvahiServiceBrowser *browser = looking.client ? avahi_service_browser_new(looking.client, AVAHI_IF_UNSPEC, AVAHI_PROTO_INET,
	                                                                          SERVICE, NULL, 0, on_browsed, &looking)
	                                              : NULL;
	if (browser)
		listen_for(&looking, milliseconds);
	if (looking.client)
		avahi_client_free(looking.client); // and what it browses with it
	avahi_simple_poll_free(looking.poll);
	*count = looking.count;
	return browser ? ERR_OK : ERR_UNREACHABLE;
}

// ---- Being found ----

struct vicinity {
	AvahiSimplePoll *poll;
	AvahiClient *client;
	AvahiEntryGroup *group;
	char name[NAME_DIGITS + 1], text[sizeof KEY "=" + 2 * LIMIT_HASH_BYTES];
	uint16_t port;
};

static void on_group(AvahiEntryGroup *group, AvahiEntryGroupState state, void *context)
{
	(void)group, (void)state, (void)context;
}

static void publish(struct vicinity *vicinity, AvahiClient *client)
{
	if (!vicinity->group)
		vicinity->group = avahi_entry_group_new(client, on_group, vicinity);
	if (!vicinity->group || !avahi_entry_group_is_empty(vicinity->group))
		return;
	if (avahi_entry_group_add_service(vicinity->group, AVAHI_IF_UNSPEC, AVAHI_PROTO_INET, 0, vicinity->name, SERVICE, NULL, NULL,
	                                  vicinity->port, vicinity->text, NULL) == 0)
		avahi_entry_group_commit(vicinity->group);
}

// The daemon may come and go while we are here.
static void on_state(AvahiClient *client, AvahiClientState state, void *context)
{
	struct vicinity *vicinity = context;
	if (state == AVAHI_CLIENT_S_RUNNING)
		publish(vicinity, client);
	else if ((state == AVAHI_CLIENT_S_COLLISION || state == AVAHI_CLIENT_S_REGISTERING) && vicinity->group)
		avahi_entry_group_reset(vicinity->group);
}

enum err vicinity_announce(const struct hash *curve, unsigned port, struct vicinity **vicinity)
{
	char hex[2 * LIMIT_HASH_BYTES + 1];
	int error;
	struct vicinity *made = calloc(1, sizeof *made);
	*vicinity = NULL;
	if (!made)
		return ERR_NOMEM;
	sodium_bin2hex(hex, sizeof hex, curve->bytes, sizeof curve->bytes);
	memcpy(made->name, hex, NAME_DIGITS);
	snprintf(made->text, sizeof made->text, KEY "=%s", hex);
	made->port = (uint16_t)port;
	made->poll = avahi_simple_poll_new();
	if (made->poll)
		made->client = avahi_client_new(avahi_simple_poll_get(made->poll), AVAHI_CLIENT_NO_FAIL, on_state, made, &error);
	if (!made->client) {
		vicinity_free(made);
		return ERR_UNREACHABLE;
	}
	*vicinity = made;
	return ERR_OK;
}

void vicinity_turn(struct vicinity *vicinity)
{
	if (vicinity)
		avahi_simple_poll_iterate(vicinity->poll, 0);
}

void vicinity_free(struct vicinity *vicinity)
{
	if (!vicinity)
		return;
	if (vicinity->client)
		avahi_client_free(vicinity->client);
	if (vicinity->poll)
		avahi_simple_poll_free(vicinity->poll);
	free(vicinity);
}
