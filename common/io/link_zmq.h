// The network side over libzmq, in this process: DEALER to the parent, ROUTER for those below, ROUTER for
// the porch, each over CURVE with ZAP and behind a gate (io/gate).
//
// What these very versions of libzmq need (DESIGN 12): a ZAP handler and a non-empty domain with
// ZMQ_ZAP_ENFORCE_DOMAIN, or CURVE fails open; every message checked for its User-Id; routing ids are
// never identity; ZMQ_MAXMSGSIZE on every socket; ROUTER_MANDATORY; heartbeats; handshake interval;
// linger 0; multipart messages other than ours are dropped and counted.
#ifndef TRIBUTARY_IO_LINK_ZMQ_H
#define TRIBUTARY_IO_LINK_ZMQ_H

#include "io/link.h"
#include "io/zap.h"

enum err link_zmq_open(const struct link_options *options, struct link **link);

// The same for a child process, whose newcomers are judged elsewhere and whose links are numbered from `first`.
enum err link_zmq_open_judged(const struct link_options *options, const struct zap_judge *judge, uint64_t first,
                              struct link **link);
// The judge's answer (io/zap).
void link_zmq_tell(struct link *link, uint64_t ticket, bool known);

#endif
