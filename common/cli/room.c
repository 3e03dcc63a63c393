#include "cli/room.h"

#include "cli/filing.h"
#include "io/machine.h"
#include "sync/file_budget.h"
#include "sync/piece.h"

// ---- The disk ----

static bool nearly_full(uint64_t space, uint64_t for_files)
{
	return for_files < space - for_files; // less for files than is kept for what is small
}

json_t *room_disk(const struct command *command, bool print)
{
	uint64_t space, for_files;
	char mib[24];
	bool known = machine_room(command->home.dir, &space, &for_files);
	bool low = known && nearly_full(space, for_files);
	snprintf(mib, sizeof mib, "%llu", (unsigned long long)(space / (1024 * 1024)));
	if (print && low)
		phrase_line(stdout, for_files == 0 ? PHRASE_DISK_NO_FILES : PHRASE_DISK_LOW, PHRASE_WITH(mib));
	return json_pack("{s:b,s:I,s:I,s:b}", "known", known, "free", (json_int_t)space, "for_files", (json_int_t)for_files, "low", low);
}

bool room_fits(const struct command *command, uint64_t bytes)
{
	uint64_t space, for_files;
	return !machine_room(command->home.dir, &space, &for_files) || bytes <= for_files;
}

// ---- Files ----

struct sum {
	uint64_t files, here, received;       // files: all; whole here; all pieces of which have a receipt
	uint64_t bytes, bytes_here, bytes_received;
};

static uint64_t share(uint64_t size, uint32_t part, uint32_t count)
{
	return count == 0 || part >= count ? size : size / count * part;
}

static void add(struct sum *sum, const struct piece_file *file)
{
	sum->files++;
	sum->here += file->whole;
	sum->received += file->received >= file->count;
	sum->bytes += file->size;
	sum->bytes_here += share(file->size, file->here, file->count);
	sum->bytes_received += share(file->size, file->received, file->count);
}

static void tell(const struct sum *sum)
{
	char files[24], all[24], bytes[32], of[24];
	snprintf(all, sizeof all, "%llu", (unsigned long long)sum->files);
	snprintf(of, sizeof of, "%.1f", (double)sum->bytes / (1024 * 1024));
	if (sum->received < sum->files) {
		snprintf(files, sizeof files, "%llu", (unsigned long long)sum->received);
		snprintf(bytes, sizeof bytes, "%.1f", (double)sum->bytes_received / (1024 * 1024));
		phrase_line(stdout, PHRASE_FILES_RECEIVED, PHRASE_WITH(files, all, bytes, of));
	}
	if (sum->here < sum->files) {
		snprintf(files, sizeof files, "%llu", (unsigned long long)sum->here);
		snprintf(bytes, sizeof bytes, "%.1f", (double)sum->bytes_here / (1024 * 1024));
		phrase_line(stdout, PHRASE_FILES_HERE, PHRASE_WITH(files, all, bytes, of));
	}
}

// Why files wait, where they do; on the device alone, for servers send what they are asked for.
static void tell_link(struct command *command)
{
	struct file_budget budget;
	if (file_budget_get(&command->txn, machine_now_ms(), &budget) == ERR_OK && (budget.paused || budget.link != FILE_BUDGET_ANY))
		filing_link_tell(&budget);
}

json_t *room_files(struct command *command, const struct id *unit, bool print)
{
	struct sum sum = { .files = 0 };
	struct hash name = { { 0 } };
	struct piece_file file;
	while (piece_next(&command->txn, unit, &name) == ERR_OK)
		if (piece_look(&command->txn, unit, &name, &file) == ERR_OK)
			add(&sum, &file);
	if (print)
		tell(&sum);
	if (print && sum.received < sum.files)
		tell_link(command);
	struct file_budget budget;
	file_budget_get(&command->txn, machine_now_ms(), &budget);
	return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:o}", "files", (json_int_t)sum.files, "here", (json_int_t)sum.here, "received",
	                 (json_int_t)sum.received, "bytes", (json_int_t)sum.bytes, "bytes_here", (json_int_t)sum.bytes_here, "bytes_received",
	                 (json_int_t)sum.bytes_received, "link", filing_link_json(&budget));
}
