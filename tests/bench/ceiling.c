// Physical limits: LMDB alone, libsodium alone, sockets alone, CURVE alone.
#include "ceiling.h"

#include <arpa/inet.h>
#include <lmdb.h>
#include <netinet/tcp.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

#include "base/bytes.h"
#include "stage.h"

enum { KEY_BYTES = 34, VALUE_BYTES = 200, BLOCK_BYTES = 64 * 1024 };

static void fine(bool yes, const char *what)
{
	stage_check(yes ? ERR_OK : ERR_IO, what);
}

// ---- LMDB: values of 200 bytes under keys of 34, as records have ----

struct puts {
	unsigned count, batch;
	bool random;
};

static double lmdb_puts(const char *dir, const struct puts *puts)
{
	char path[512];
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;
	uint8_t key[KEY_BYTES] = { 0 }, value[VALUE_BYTES];
	snprintf(path, sizeof path, "%s/lmdb", dir);
	fine(mkdir(path, 0700) == 0, path);
	memset(value, 0x5a, sizeof value);
	fine(!mdb_env_create(&env) && !mdb_env_set_mapsize(env, (size_t)1 << 30) && !mdb_env_open(env, path, 0, 0600), "LMDB");
	fine(!mdb_txn_begin(env, NULL, 0, &txn) && !mdb_dbi_open(txn, NULL, 0, &dbi) && !mdb_txn_commit(txn), "LMDB");
	double start = stage_seconds();
	for (unsigned done = 0; done < puts->count;) {
		fine(!mdb_txn_begin(env, NULL, 0, &txn), "LMDB");
		for (unsigned i = 0; i < puts->batch; i++, done++) {
			MDB_val name = { .mv_size = sizeof key, .mv_data = key }, content = { .mv_size = sizeof value, .mv_data = value };
			bytes_put_u64(key, puts->random ? done * UINT64_C(0x9e3779b97f4a7c15) : done);
			fine(!mdb_put(txn, dbi, &name, &content, puts->random ? 0 : MDB_APPEND), "LMDB");
		}
		fine(!mdb_txn_commit(txn), "LMDB");
	}
	double seconds = stage_seconds() - start;
	mdb_env_close(env);
	stage_remove(path);
	return puts->count / seconds;
}

static void measure_lmdb(struct report *report, const char *dir, unsigned scale)
{
	static const struct {
		enum report_limit key;
		struct puts puts;
	} runs[] = {
		{ REPORT_APPEND_1, { .count = 2000, .batch = 1 } },
		{ REPORT_APPEND_100, { .count = 50000, .batch = 100 } },
		{ REPORT_APPEND_1000, { .count = 200000, .batch = 1000 } },
		{ REPORT_APPEND_20000, { .count = 200000, .batch = 20000 } },
		{ REPORT_RANDOM_100, { .count = 20000, .batch = 100, .random = true } },
		{ REPORT_RANDOM_1000, { .count = 40000, .batch = 1000, .random = true } },
		{ REPORT_RANDOM_20000, { .count = 40000, .batch = 20000, .random = true } },
	};
	for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
		struct puts puts = runs[i].puts;
		puts.count = puts.count / scale < puts.batch ? puts.batch : puts.count / scale;
		report_limit(report, runs[i].key, lmdb_puts(dir, &puts));
	}
}

// ---- LMDB: cells of eight bytes, 40 to a branch ----

enum { CELL_BRANCHES_PER_COMMIT = 100, CELL_ALL = 40, CELL_CHANGED = 10, CELL_KEY_BYTES = 28 };

static void put_cells(MDB_txn *txn, MDB_dbi dbi, unsigned branch, unsigned count, uint64_t number)
{
	uint8_t key[CELL_KEY_BYTES] = { 0 }, value[8];
	bytes_put_u32(key, branch);
	bytes_put_u64(value, number);
	for (unsigned i = 0; i < count; i++) {
		MDB_val name = { .mv_size = sizeof key, .mv_data = key }, content = { .mv_size = sizeof value, .mv_data = value };
		key[CELL_KEY_BYTES - 1] = (uint8_t)i;
		fine(!mdb_put(txn, dbi, &name, &content, 0), "LMDB");
	}
}

double ceiling_cells(const char *dir, unsigned branches, unsigned changes)
{
	char path[512];
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;
	snprintf(path, sizeof path, "%s/lmdb", dir);
	fine(mkdir(path, 0700) == 0, path);
	fine(!mdb_env_create(&env) && !mdb_env_set_mapsize(env, (size_t)1 << 30) && !mdb_env_open(env, path, 0, 0600), "LMDB");
	fine(!mdb_txn_begin(env, NULL, 0, &txn) && !mdb_dbi_open(txn, NULL, 0, &dbi), "LMDB");
	for (unsigned branch = 0; branch < branches; branch++)
		put_cells(txn, dbi, branch, CELL_ALL, 1);
	fine(!mdb_txn_commit(txn), "LMDB");
	double start = stage_seconds();
	for (unsigned done = 0; done < changes;) {
		fine(!mdb_txn_begin(env, NULL, 0, &txn), "LMDB");
		for (unsigned i = 0; i < CELL_BRANCHES_PER_COMMIT && done < changes; i++, done++)
			put_cells(txn, dbi, (unsigned)((uint64_t)done * 7919 % branches), CELL_CHANGED, 2 + done);
		fine(!mdb_txn_commit(txn), "LMDB");
	}
	double seconds = (stage_seconds() - start) / (changes * (double)CELL_CHANGED);
	mdb_env_close(env);
	stage_remove(path);
	return seconds;
}

// ---- libsodium ----

static void measure_hash(struct report *report, unsigned scale)
{
	static uint8_t block[BLOCK_BYTES];
	uint8_t hash[32];
	unsigned rounds = 2000 / scale;
	double start = stage_seconds();
	for (unsigned i = 0; i < rounds; i++) {
		block[0] = (uint8_t)i;
		crypto_generichash(hash, sizeof hash, block, sizeof block, NULL, 0);
	}
	report_limit(report, REPORT_BLAKE2B, rounds * (double)BLOCK_BYTES / 1e6 / (stage_seconds() - start));
}

static void measure_signatures(struct report *report, unsigned scale)
{
	uint8_t public[32], secret[64], signature[64], message[100] = { 0 };
	unsigned rounds = 4000 / scale;
	crypto_sign_keypair(public, secret);
	double start = stage_seconds();
	for (unsigned i = 0; i < rounds; i++)
		crypto_sign_detached(signature, NULL, message, sizeof message, secret);
	report_limit(report, REPORT_SIGN, rounds / (stage_seconds() - start));
	start = stage_seconds();
	for (unsigned i = 0; i < rounds; i++)
		fine(crypto_sign_verify_detached(signature, message, sizeof message, public) == 0, "a signature");
	report_limit(report, REPORT_VERIFY, rounds / (stage_seconds() - start));
}

// ---- Loopback ----

static bool read_all(int fd, uint8_t *to, size_t size)
{
	for (ssize_t got; size > 0; to += got, size -= (size_t)got)
		if ((got = read(fd, to, size)) <= 0)
			return false;
	return true;
}

static bool write_all(int fd, const uint8_t *from, size_t size)
{
	for (ssize_t put; size > 0; from += put, size -= (size_t)put)
		if ((put = write(fd, from, size)) <= 0)
			return false;
	return true;
}

static uint8_t block[BLOCK_BYTES];

// The other end: answers each small message, then takes in blocks and says so.
static void echo(int fd, unsigned trips, unsigned blocks)
{
	for (unsigned i = 0; i < trips; i++)
		fine(read_all(fd, block, 64) && write_all(fd, block, 64), "loopback");
	for (unsigned i = 0; i < blocks; i++)
		fine(read_all(fd, block, sizeof block), "loopback");
	fine(write_all(fd, block, 1), "loopback");
}

static void measure_loopback(struct report *report, unsigned scale)
{
	const unsigned trips = 4000 / scale, blocks = 4000 / scale;
	const int on = 1;
	union {
		struct sockaddr any;
		struct sockaddr_in in;
	} address = { .in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) } };
	socklen_t size = sizeof address.in;
	int door = socket(AF_INET, SOCK_STREAM, 0);
	fine(door >= 0 && !bind(door, &address.any, size) && !listen(door, 1) && !getsockname(door, &address.any, &size), "loopback");
	fflush(NULL);
	pid_t other = fork();
	if (other == 0) {
		int fd = accept(door, NULL, NULL);
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		echo(fd, trips, blocks);
		_exit(0);
	}
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	fine(other > 0 && fd >= 0 && !connect(fd, &address.any, size), "loopback");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	double start = stage_seconds();
	for (unsigned i = 0; i < trips; i++)
		fine(write_all(fd, block, 64) && read_all(fd, block, 64), "loopback");
	report_limit(report, REPORT_LOOPBACK_RTT, (stage_seconds() - start) * 1e6 / trips);
	start = stage_seconds();
	for (unsigned i = 0; i < blocks; i++)
		fine(write_all(fd, block, sizeof block), "loopback");
	fine(read_all(fd, block, 1), "loopback");
	report_limit(report, REPORT_LOOPBACK, blocks * (double)BLOCK_BYTES / 1e6 / (stage_seconds() - start));
	waitpid(other, NULL, 0);
	close(fd);
	close(door);
}

// ---- CURVE ----

static void measure_curve(struct report *report, unsigned scale)
{
	const unsigned rounds = 40 / scale ? 40 / scale : 1;
	const int yes = 1, none = 0;
	char server_public[41], server_secret[41], public[41], secret[41], address[128], word[8];
	size_t size = sizeof address;
	void *context = zmq_ctx_new(), *server = zmq_socket(context, ZMQ_REP);
	zmq_curve_keypair(server_public, server_secret);
	zmq_curve_keypair(public, secret);
	zmq_setsockopt(server, ZMQ_CURVE_SERVER, &yes, sizeof yes);
	zmq_setsockopt(server, ZMQ_CURVE_SECRETKEY, server_secret, 41);
	zmq_setsockopt(server, ZMQ_LINGER, &none, sizeof none);
	fine(!zmq_bind(server, "tcp://127.0.0.1:*") && !zmq_getsockopt(server, ZMQ_LAST_ENDPOINT, address, &size), "CURVE");
	double start = stage_seconds();
	for (unsigned i = 0; i < rounds; i++) {
		void *client = zmq_socket(context, ZMQ_REQ);
		zmq_setsockopt(client, ZMQ_CURVE_SERVERKEY, server_public, 41);
		zmq_setsockopt(client, ZMQ_CURVE_PUBLICKEY, public, 41);
		zmq_setsockopt(client, ZMQ_CURVE_SECRETKEY, secret, 41);
		zmq_setsockopt(client, ZMQ_LINGER, &none, sizeof none);
		fine(!zmq_connect(client, address) && zmq_send(client, "hello", 5, 0) == 5, "CURVE");
		fine(zmq_recv(server, word, sizeof word, 0) == 5 && zmq_send(server, "hello", 5, 0) == 5, "CURVE");
		fine(zmq_recv(client, word, sizeof word, 0) == 5, "CURVE");
		zmq_close(client);
	}
	report_limit(report, REPORT_CURVE, (stage_seconds() - start) * 1e3 / rounds);
	zmq_close(server);
	zmq_ctx_term(context);
}

void ceiling_measure(struct report *report, const char *dir, unsigned scale)
{
	measure_lmdb(report, dir, scale);
	measure_hash(report, scale);
	measure_signatures(report, scale);
	measure_loopback(report, scale);
	measure_curve(report, scale);
}
