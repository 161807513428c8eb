/*
 * Writes down what a program does to the files below one folder, and when it asked for them to be durable.
 *
 * Loaded before a program (LD_PRELOAD). Every write, truncation, creation, renaming and removal is
 * appended to one log after it was done, and every sync before it is done: so whatever happened
 * before a sync stands before it in the log, across threads and processes. powercut.py rebuilds from
 * it what a disk would hold after the power went.
 *
 * Not seen: writes through stdio and through shared memory. The databases use neither for what must
 * be durable; a shared mapping that can write is put in the log all the same, so that we know.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST_FILES 65536
#define LOG_DESCRIPTOR 250
#define NEXT(name) ((__typeof__(&name)) next_of(#name))

struct record {
    uint32_t mark;
    uint8_t what, is_durable;
    uint16_t path_length;
    uint64_t inode, offset, length;
};

static struct { uint64_t inode; uint8_t watched, durable, folder; } files[MOST_FILES];
static const char *watched_folder;
static int log_descriptor = -1;

static void *next_of(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) abort();
    return found;
}

__attribute__((constructor)) static void begin(void) {
    const char *log = getenv("POWERCUT_LOG");
    watched_folder = getenv("POWERCUT_FOLDER");
    if (!log || !watched_folder) return;
    int opened = NEXT(open)(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (opened < 0) abort();
    log_descriptor = fcntl(opened, F_DUPFD_CLOEXEC, LOG_DESCRIPTOR);
    NEXT(close)(opened);
}

static void note(char what, int is_durable, uint64_t inode, uint64_t offset, const char *path, size_t path_length,
                 const struct iovec *parts, int count, size_t length) {
    struct iovec all[IOV_MAX];
    struct record head = {0x54554350, (uint8_t) what, (uint8_t) is_durable, (uint16_t) path_length, inode, offset, length};
    int used = 2, before = errno;
    size_t left = length, whole = sizeof head + path_length + (parts ? length : 0);
    all[0] = (struct iovec){&head, sizeof head};
    all[1] = (struct iovec){(void *) path, path_length};
    for (int i = 0; parts && i < count && left && used < IOV_MAX; i++, used++) {
        all[used] = parts[i];
        if (all[used].iov_len > left) all[used].iov_len = left;
        left -= all[used].iov_len;
    }
    if (NEXT(writev)(log_descriptor, all, used) != (ssize_t) whole) abort(); /* a log with holes proves nothing */
    errno = before;
}

/* The whole path, in `whole`; 0 when it lies outside the folder. */
static int is_below(int folder, const char *path, char *whole) {
    char base[PATH_MAX], link[64];
    if (log_descriptor < 0 || !path) return 0;
    if (*path == '/') {
        snprintf(whole, PATH_MAX, "%s", path);
    } else {
        if (folder == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
        else snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        ssize_t length = readlink(link, base, sizeof base - 1);
        if (length < 0) return 0;
        base[length] = 0;
        if (path[0] == '.' && path[1] == '/') path += 2;
        if (strcmp(path, ".") == 0) snprintf(whole, PATH_MAX, "%s", base);
        else if (snprintf(whole, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) return 0;
    }
    size_t length = strlen(watched_folder);
    return strncmp(whole, watched_folder, length) == 0 && (whole[length] == '/' || whole[length] == 0);
}

static int is_watched(int file) { return log_descriptor >= 0 && file >= 0 && file < MOST_FILES && files[file].watched; }

static void forget(int file) {
    if (file >= 0 && file < MOST_FILES) files[file].watched = 0;
}

static int opened(int folder, const char *path, int flags, int was_there, int file) {
    char whole[PATH_MAX];
    struct stat found;
    if (file < 0) return file;
    forget(file);
    if (file >= MOST_FILES || !is_below(folder, path, whole) || fstat(file, &found) != 0) return file;
    if (!S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode)) return file;
    files[file].inode = found.st_ino;
    files[file].folder = S_ISDIR(found.st_mode);
    files[file].durable = (flags & O_DSYNC) != 0; /* O_SYNC holds it too */
    files[file].watched = 1;
    if (!was_there) note('C', 0, found.st_ino, 0, whole, strlen(whole), NULL, 0, 0);
    else if (flags & O_TRUNC) note('T', 0, found.st_ino, 0, NULL, 0, NULL, 0, 0);
    return file;
}

static int is_there(int folder, const char *path, int flags) {
    struct stat found;
    int before = errno, there = !(flags & O_CREAT) || fstatat(folder, path, &found, 0) == 0;
    errno = before;
    return there;
}

#define OPENING(name)                                                                    \
    int name(const char *path, int flags, ...) {                                         \
        mode_t mode = 0;                                                                 \
        if (flags & (O_CREAT | O_TMPFILE)) {                                             \
            va_list more;                                                                \
            va_start(more, flags);                                                       \
            mode = va_arg(more, mode_t);                                                 \
            va_end(more);                                                                \
        }                                                                                \
        int there = is_there(AT_FDCWD, path, flags);                                     \
        return opened(AT_FDCWD, path, flags, there, NEXT(name)(path, flags, mode));      \
    }
#define OPENING_AT(name)                                                                 \
    int name(int folder, const char *path, int flags, ...) {                             \
        mode_t mode = 0;                                                                 \
        if (flags & (O_CREAT | O_TMPFILE)) {                                             \
            va_list more;                                                                \
            va_start(more, flags);                                                       \
            mode = va_arg(more, mode_t);                                                 \
            va_end(more);                                                                \
        }                                                                                \
        int there = is_there(folder, path, flags);                                       \
        return opened(folder, path, flags, there, NEXT(name)(folder, path, flags, mode)); \
    }
OPENING(open)
OPENING(open64)
OPENING_AT(openat)
OPENING_AT(openat64)

int __open_2(const char *path, int flags) {
    return opened(AT_FDCWD, path, flags, 1, NEXT(open)(path, flags));
}
int __open64_2(const char *path, int flags) {
    return opened(AT_FDCWD, path, flags, 1, NEXT(open64)(path, flags));
}

int close(int file) {
    forget(file);
    return NEXT(close)(file);
}

static ssize_t wrote(int file, off_t offset, const struct iovec *parts, int count, ssize_t length) {
    if (length > 0 && is_watched(file)) {
        if (offset < 0) offset = lseek(file, 0, SEEK_CUR) - length;
        note('W', files[file].durable, files[file].inode, (uint64_t) offset, NULL, 0, parts, count, (size_t) length);
    }
    return length;
}

ssize_t write(int file, const void *bytes, size_t length) {
    struct iovec part = {(void *) bytes, length};
    return wrote(file, -1, &part, 1, NEXT(write)(file, bytes, length));
}
ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset) {
    struct iovec part = {(void *) bytes, length};
    return wrote(file, offset, &part, 1, NEXT(pwrite)(file, bytes, length, offset));
}
ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset) {
    struct iovec part = {(void *) bytes, length};
    return wrote(file, offset, &part, 1, NEXT(pwrite64)(file, bytes, length, offset));
}
ssize_t writev(int file, const struct iovec *parts, int count) {
    return wrote(file, -1, parts, count, NEXT(writev)(file, parts, count));
}
ssize_t pwritev(int file, const struct iovec *parts, int count, off_t offset) {
    return wrote(file, offset, parts, count, NEXT(pwritev)(file, parts, count, offset));
}
ssize_t pwritev64(int file, const struct iovec *parts, int count, off64_t offset) {
    return wrote(file, offset, parts, count, NEXT(pwritev64)(file, parts, count, offset));
}

static int truncated(int file, off_t length, int result) {
    if (result == 0 && is_watched(file)) note('T', 0, files[file].inode, (uint64_t) length, NULL, 0, NULL, 0, 0);
    return result;
}
int ftruncate(int file, off_t length) { return truncated(file, length, NEXT(ftruncate)(file, length)); }
int ftruncate64(int file, off64_t length) { return truncated(file, length, NEXT(ftruncate64)(file, length)); }

static int truncated_by_name(const char *path, off_t length, int result) {
    char whole[PATH_MAX];
    struct stat found;
    if (result == 0 && is_below(AT_FDCWD, path, whole) && stat(path, &found) == 0)
        note('T', 0, found.st_ino, (uint64_t) length, NULL, 0, NULL, 0, 0);
    return result;
}
int truncate(const char *path, off_t length) { return truncated_by_name(path, length, NEXT(truncate)(path, length)); }
int truncate64(const char *path, off64_t length) {
    return truncated_by_name(path, length, NEXT(truncate64)(path, length));
}

static int reserved(int file, int mode, off_t offset, off_t length, int result) {
    if (result == 0 && is_watched(file) && !(mode & FALLOC_FL_KEEP_SIZE))
        note('F', 0, files[file].inode, (uint64_t) (offset + length), NULL, 0, NULL, 0, 0);
    return result;
}
int fallocate(int file, int mode, off_t offset, off_t length) {
    return reserved(file, mode, offset, length, NEXT(fallocate)(file, mode, offset, length));
}
int fallocate64(int file, int mode, off64_t offset, off64_t length) {
    return reserved(file, mode, offset, length, NEXT(fallocate64)(file, mode, offset, length));
}
int posix_fallocate(int file, off_t offset, off_t length) {
    return reserved(file, 0, offset, length, NEXT(posix_fallocate)(file, offset, length));
}
int posix_fallocate64(int file, off64_t offset, off64_t length) {
    return reserved(file, 0, offset, length, NEXT(posix_fallocate64)(file, offset, length));
}

static void syncs(int file) {
    if (is_watched(file)) note(files[file].folder ? 'D' : 'S', 0, files[file].inode, 0, NULL, 0, NULL, 0, 0);
}
int fsync(int file) {
    syncs(file);
    return NEXT(fsync)(file);
}
int fdatasync(int file) {
    syncs(file);
    return NEXT(fdatasync)(file);
}

static int two_names(char what, int from_folder, const char *from, int to_folder, const char *to, int result) {
    char both[2 * PATH_MAX], whole[PATH_MAX];
    struct stat found;
    if (result != 0 || !is_below(from_folder, from, both) || !is_below(to_folder, to, whole)) return result;
    if (fstatat(to_folder, to, &found, AT_SYMLINK_NOFOLLOW) != 0) return result;
    size_t first = strlen(both) + 1, second = strlen(whole);
    memcpy(both + first, whole, second);
    note(what, 0, found.st_ino, 0, both, first + second, NULL, 0, 0);
    return result;
}
int rename(const char *from, const char *to) {
    return two_names('R', AT_FDCWD, from, AT_FDCWD, to, NEXT(rename)(from, to));
}
int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    return two_names('R', from_folder, from, to_folder, to, NEXT(renameat)(from_folder, from, to_folder, to));
}
int link(const char *from, const char *to) {
    return two_names('L', AT_FDCWD, from, AT_FDCWD, to, NEXT(link)(from, to));
}

static int one_name(char what, int folder, const char *path, int result) {
    char whole[PATH_MAX];
    if (result == 0 && is_below(folder, path, whole)) note(what, 0, 0, 0, whole, strlen(whole), NULL, 0, 0);
    return result;
}
int unlink(const char *path) { return one_name('U', AT_FDCWD, path, NEXT(unlink)(path)); }
int unlinkat(int folder, const char *path, int flags) {
    return one_name(flags & AT_REMOVEDIR ? 'X' : 'U', folder, path, NEXT(unlinkat)(folder, path, flags));
}
int rmdir(const char *path) { return one_name('X', AT_FDCWD, path, NEXT(rmdir)(path)); }
int mkdir(const char *path, mode_t mode) { return one_name('M', AT_FDCWD, path, NEXT(mkdir)(path, mode)); }

void *mmap(void *where, size_t length, int protection, int flags, int file, off_t offset) {
    if ((flags & MAP_SHARED) && (protection & PROT_WRITE) && is_watched(file))
        note('P', 0, files[file].inode, 0, NULL, 0, NULL, 0, 0);
    return NEXT(mmap)(where, length, protection, flags, file, offset);
}
void *mmap64(void *where, size_t length, int protection, int flags, int file, off64_t offset) {
    if ((flags & MAP_SHARED) && (protection & PROT_WRITE) && is_watched(file))
        note('P', 0, files[file].inode, 0, NULL, 0, NULL, 0, 0);
    return NEXT(mmap64)(where, length, protection, flags, file, offset);
}
