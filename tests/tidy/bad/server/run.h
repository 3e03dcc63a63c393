// A server's header.
#ifndef TRIBUTARY_SERVER_RUN_H
#define TRIBUTARY_SERVER_RUN_H

#include "client/put.h" // fault: include

#endif
