// The ZAP handler. A request is
//	route ‖ nothing ‖ version ‖ request id ‖ domain ‖ address ‖ identity ‖ mechanism ‖ credentials
// and its answer
//	route ‖ nothing ‖ version ‖ request id ‖ status ‖ text ‖ user id ‖ metadata
// each part a frame; the route is ours, so that answers may come in any order. Requests come from libzmq's own thread, never from the network; yet nothing in
// them is taken on trust.
#include "io/zap.h"

#include <assert.h>
#include <zmq.h>

#include "io/machine.h"

#define FRAME_BYTES 256 // longest part that can matter

enum { PEER, NOTHING, VERSION, REQUEST, DOMAIN, ADDRESS, ROUTE, MECHANISM, CREDENTIALS, FRAMES };

struct request {
	uint8_t bytes[FRAMES][FRAME_BYTES];
	struct span frame[FRAMES];
	bool whole; // as many frames as there should be, none too long
};

struct verdict {
	const char *status, *text;
};

static const struct verdict welcome = { .status = "200", .text = "OK" };
static const struct verdict asked = { .status = NULL };
static const struct verdict later = { .status = "300", .text = "too many newcomers" };
static const struct verdict stranger = { .status = "400", .text = "not known here" };

enum err zap_open(struct zap *zap, void *zmq, const struct zap_judge *judge)
{
	*zap = (struct zap){ .socket = zmq_socket(zmq, ZMQ_ROUTER), .judge = *judge,
	                     .porch_tokens_ms = ZAP_PORCH_BURST * 1000 / ZAP_PORCH_PER_SECOND,
	                     .porch_at_ms = machine_monotonic_ns() / 1000000 };
	if (!zap->socket)
		return ERR_NOMEM;
	int linger = 0;
	if (zmq_setsockopt(zap->socket, ZMQ_LINGER, &linger, sizeof linger) == 0 &&
	    zmq_bind(zap->socket, "inproc://zeromq.zap.01") == 0)
		return ERR_OK;
	zap_close(zap);
	return ERR_IO;
}

void zap_close(struct zap *zap)
{
	if (zap->socket)
		zmq_close(zap->socket);
	zap->socket = NULL;
}

// A token bucket, kept as time: a newcomer costs 1 s / rate.
static bool porch_has_room(struct zap *zap)
{
	const uint64_t full = ZAP_PORCH_BURST * 1000 / ZAP_PORCH_PER_SECOND, cost = 1000 / ZAP_PORCH_PER_SECOND;
	uint64_t now = machine_monotonic_ns() / 1000000, saved = zap->porch_tokens_ms + (now - zap->porch_at_ms);
	zap->porch_at_ms = now;
	zap->porch_tokens_ms = saved < full ? saved : full;
	if (zap->porch_tokens_ms < cost)
		return false;
	zap->porch_tokens_ms -= cost;
	return true;
}

// True when somebody was asked, who will say.
static bool asks(struct zap *zap, const struct request *request, const struct hash *curve)
{
	struct span route = request->frame[PEER], id = request->frame[REQUEST];
	struct zap_asked *place = &zap->asked[(zap->tickets + 1) % ZAP_ASKED_MAX];
	if (place->ticket || route.size > ZAP_ID_MAX || id.size > ZAP_ID_MAX || !zap->judge.ask(zap->judge.context, curve, zap->tickets + 1))
		return false;
	*place = (struct zap_asked){ .ticket = ++zap->tickets, .curve = *curve, .route_size = route.size, .request_size = id.size };
	memcpy(place->route, route.data, route.size);
	memcpy(place->request, id.data, id.size);
	return true;
}

static struct verdict at_sync(struct zap *zap, const struct request *request, const struct hash *curve)
{
	if (zap->judge.ask)
		return asks(zap, request, curve) ? asked : later;
	return zap->judge.admit && zap->judge.admit(zap->judge.context, curve) ? welcome : stranger;
}

static struct verdict judge(struct zap *zap, const struct request *request)
{
	struct hash curve;
	if (!request->whole || !span_equal(request->frame[VERSION], span_string("1.0")) ||
	    !span_equal(request->frame[MECHANISM], span_string("CURVE")) ||
	    hash_read(request->frame[CREDENTIALS], &curve))
		return stranger;
	if (span_equal(request->frame[DOMAIN], span_string(ZAP_DOMAIN_PORCH)))
		return porch_has_room(zap) ? welcome : later;
	if (span_equal(request->frame[DOMAIN], span_string(ZAP_DOMAIN_SYNC)))
		return at_sync(zap, request, &curve);
	return stranger;
}

// False when nothing waits. A request has many frames but only the first FRAMES are looked at.
static bool receive(struct zap *zap, struct request *request)
{
	int more = 1;
	size_t more_size = sizeof more;
	request->whole = true;
	for (size_t i = 0; more; i++) {
		uint8_t spare[FRAME_BYTES];
		uint8_t *to = i < FRAMES ? request->bytes[i] : spare;
		int size = zmq_recv(zap->socket, to, FRAME_BYTES, ZMQ_DONTWAIT);
		if (size < 0 && i == 0)
			return false;
		if (size < 0 || size > FRAME_BYTES || i >= FRAMES)
			request->whole = false;
		else
			request->frame[i] = span_of(to, (size_t)size);
		if (size < 0 || zmq_getsockopt(zap->socket, ZMQ_RCVMORE, &more, &more_size))
			more = 0;
		if (!more && i + 1 != FRAMES)
			request->whole = false;
	}
	return true;
}

static void reply(struct zap *zap, struct span route, struct span request, struct verdict verdict, const struct hash *curve)
{
	char user[HASH_TEXT_BYTES] = "";
	bool in = verdict.status == welcome.status;
	if (in)
		hash_format(curve, user);
	*(in ? &zap->admitted : verdict.status == later.status ? &zap->deferred : &zap->refused) += 1;
	const struct span frames[] = { route, span_of(NULL, 0), span_string("1.0"), request, span_string(verdict.status),
	                               span_string(verdict.text), span_string(user), span_of(NULL, 0) };
	size_t count = sizeof frames / sizeof frames[0];
	for (size_t i = 0; i < count; i++)
		zmq_send(zap->socket, frames[i].data, frames[i].size, ZMQ_DONTWAIT | (i + 1 < count ? ZMQ_SNDMORE : 0));
}

void zap_answer(struct zap *zap, size_t max)
{
	struct request request = { .whole = false };
	for (size_t i = 0; i < max && receive(zap, &request); i++) {
		struct verdict verdict = judge(zap, &request);
		struct hash curve = { .bytes = { 0 } };
		if (verdict.status == welcome.status) {
			enum err err = hash_read(request.frame[CREDENTIALS], &curve);
			assert(!err); // judged a moment ago
		}
		if (verdict.status)
			reply(zap, request.frame[PEER], request.frame[REQUEST], verdict, &curve);
		request = (struct request){ .whole = false };
	}
}

void zap_tell(struct zap *zap, uint64_t ticket, bool known)
{
	struct zap_asked *asked_one = &zap->asked[ticket % ZAP_ASKED_MAX];
	if (ticket == 0 || asked_one->ticket != ticket)
		return;
	asked_one->ticket = 0;
	reply(zap, span_of(asked_one->route, asked_one->route_size), span_of(asked_one->request, asked_one->request_size),
	      known ? welcome : stranger, &asked_one->curve);
}
