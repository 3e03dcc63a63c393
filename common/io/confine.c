#include "io/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

// In the C library, but hidden behind more than POSIX by its headers.
long syscall(long number, ...);

void confine_memory(uint64_t bytes)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	(void)bytes; // sanitizers keep books larger than any cap
#else
	struct rlimit cap = { .rlim_cur = bytes, .rlim_max = bytes };
	if (bytes)
		setrlimit(RLIMIT_DATA, &cap);
#endif
}

static void allow_reading(int rules, const char *path)
{
	struct landlock_path_beneath_attr beneath = {
		.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
		.parent_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
	};
	if (beneath.parent_fd < 0)
		return;
	syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
	close(beneath.parent_fd);
}

void confine_files(void)
{
	// What getaddrinfo() reads: the machine's settings, its libraries, its resolver.
	static const char *const readable[] = { "/etc", "/lib", "/lib64", "/usr", "/run" };
	struct rlimit none = { .rlim_cur = 0 };
	struct landlock_ruleset_attr handled = { .handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1 };
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); // nor may another process of this user look into its memory
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return;
	int rules = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
	if (rules < 0)
		return;
	for (size_t i = 0; i < sizeof readable / sizeof readable[0]; i++)
		allow_reading(rules, readable[i]);
	syscall(SYS_landlock_restrict_self, rules, 0);
	close(rules);
}

bool confine_has_files(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

// ---- Calls of the machine ----

#if defined(__x86_64__)
#define CALLS_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define CALLS_ARCH AUDIT_ARCH_AARCH64
#endif

#ifdef CALLS_ARCH
enum { CALLS_FOREIGN = 0x40000000 }; // the same calls under other numbers (x32)

// What a door has no use for, whatever it was made to do. SYS_connect is the last: some dial.
static const unsigned refused_calls[] = {
	SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_open_by_handle_at, SYS_bpf,
	SYS_perf_event_open, SYS_userfaultfd, SYS_add_key, SYS_request_key, SYS_keyctl, SYS_mount, SYS_umount2, SYS_pivot_root,
	SYS_chroot, SYS_setns, SYS_unshare, SYS_init_module, SYS_finit_module, SYS_kexec_load, SYS_connect,
};
enum { REFUSED_CALLS = sizeof refused_calls / sizeof refused_calls[0], FILTER_HEAD = 5, FILTER_TAIL = 2 };

void confine_calls(bool dials)
{
	const struct sock_filter refuse = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	const struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	const unsigned count = dials ? REFUSED_CALLS - 1 : REFUSED_CALLS;
	struct sock_filter program[FILTER_HEAD + REFUSED_CALLS + FILTER_TAIL] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CALLS_ARCH, 1, 0),
		refuse,
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, CALLS_FOREIGN, (uint8_t)(count + 1), 0),
	};
	for (unsigned i = 0; i < count; i++) // to the last one, over those between
		program[FILTER_HEAD + i] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, refused_calls[i], (uint8_t)(count - i), 0);
	program[FILTER_HEAD + count] = allow;
	program[FILTER_HEAD + count + 1] = refuse;
	struct sock_fprog filter = { .len = (unsigned short)(FILTER_HEAD + count + FILTER_TAIL), .filter = program };
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter);
}

bool confine_has_calls(void)
{
	const uint32_t action = SECCOMP_RET_ERRNO;
	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}
#else
void confine_calls(bool dials)
{
	(void)dials; // no list for this machine
}

bool confine_has_calls(void)
{
	return false;
}
#endif

void confine_descriptors(int first)
{
	struct rlimit files;
	if (syscall(SYS_close_range, (unsigned)first, ~0U, 0) == 0)
		return;
	int count = getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < 1 << 20 ? (int)files.rlim_cur : 1 << 20;
	for (int fd = first; fd < count; fd++)
		close(fd);
}

void confine_to_parent(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
}

void confine_raise_files(void)
{
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
}
