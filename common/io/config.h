// DIR/tributary.ini, read with libinih. Unknown sections and keys are named and refused, so that a
// typing error does not pass for a setting.
//
//	[server]
//	sync = tcp://*:7420               where devices and servers below are answered
//	porch = tcp://*:7421              where joiners are
//	public_sync = tcp://host:7420     the same as others reach them, for invitations
//	public_porch = tcp://host:7421
//	page = 127.0.0.1:7480             where the page is served; empty: none
//	public_page = https://board.example.cn  the same as people reach it, through a proxy that ends TLS
//	[client]
//	sync_interval = 300               seconds between a server's sessions with its parent when not live
#ifndef TRIBUTARY_IO_CONFIG_H
#define TRIBUTARY_IO_CONFIG_H

#include <stdbool.h>

#include "base/err.h"

#define CONFIG_ADDRESS_BYTES 128
#define CONFIG_FILE_BYTES    (64 * 1024)
#define CONFIG_INTERVAL_MAX  (24 * 60 * 60)

struct config {
	char sync[CONFIG_ADDRESS_BYTES];          // where to listen for devices and servers below
	char porch[CONFIG_ADDRESS_BYTES];         // where to listen for joiners
	char public_sync[CONFIG_ADDRESS_BYTES];   // as others reach it; default: sync
	char public_porch[CONFIG_ADDRESS_BYTES];
	char page[CONFIG_ADDRESS_BYTES];          // where browsers are answered; "": nowhere
	char public_page[CONFIG_ADDRESS_BYTES];   // "https://board.example.cn"; "": as it is bound
	int sync_interval;                        // seconds between a server's sessions with its parent when not live
};

void config_default(struct config *config);
// ERR_NOT_FOUND: no file. ERR_MALFORMED: *line is where (1-based). ERR_TOO_LARGE, ERR_IO. On any of
// them *config stays as it is. What the file does not name keeps its default.
enum err config_load(const char *path, struct config *config, int *line);
// ERR_MALFORMED: what would not load again; nothing is written.
enum err config_save(const char *path, const struct config *config);

// "tcp://*:7420" is where to listen and nowhere to go to.
bool config_reachable(const char *address);

#endif
