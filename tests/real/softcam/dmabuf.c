/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A dma-buf provider in user space: /dev/udmabuf and /dev/dma_heap/linux,cma answered with memfds.
 *
 * Buffers are memory that can be mapped and passed on, which is all that libcamera and picamera2
 * ask of them here. What a real heap has and this has not: contiguous memory, its limits, caches.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <linux/dma-heap.h>
#include <linux/udmabuf.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const providers[] = {"/dev/dma_heap/linux,cma", "/dev/udmabuf"};
static const char provider_name[] = "softcam-provider";
static const char buffer_name[] = "softcam-buffer";

static bool is_provider(const char *path) {
    for (size_t k = 0; k < sizeof providers / sizeof *providers; k++)
        if (path && !strcmp(path, providers[k]))
            return true;
    return false;
}

/* How many buffers this process holds: memfds of our name, however often each is open. */
static long held(void) {
    DIR *folder = opendir("/proc/self/fd");
    ino_t seen[512];
    long count = 0;
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        char link[256] = "";
        struct stat about;
        if (readlinkat(dirfd(folder), entry->d_name, link, sizeof link - 1) < 0 ||
            !strstr(link, buffer_name) || fstat(atoi(entry->d_name), &about))
            continue;
        bool known = count == sizeof seen / sizeof *seen;
        for (long k = 0; k < count; k++)
            known |= seen[k] == about.st_ino;
        if (!known)
            seen[count++] = about.st_ino;
    }
    if (folder)
        closedir(folder);
    return count;
}

/* Whether the folder of the software camera orders that there be no memory, or not for so many. */
static bool out_of_memory(void) {
    const char *folder = getenv("SOFTCAM");
    char path[4096], line[256];
    if (!folder || snprintf(path, sizeof path, "%s/faults", folder) >= (int)sizeof path)
        return false;
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    bool found = false;
    while (!found && fgets(line, sizeof line, file)) {
        const char *order = strstr(line, "allocation");
        long most = 0;
        found = order && (sscanf(order, "allocation %ld", &most) != 1 || held() >= most);
    }
    fclose(file);
    return found;
}

static int allocate(size_t size) {
    if (out_of_memory()) {
        errno = ENOMEM;
        return -1;
    }
    int fd = memfd_create(buffer_name, MFD_CLOEXEC);
    if (fd >= 0 && ftruncate(fd, (off_t)size)) {
        close(fd);
        errno = ENOMEM;
        return -1;
    }
    return fd;
}

static int open_any(const char *name, const char *path, int flags, mode_t mode) {
    if (is_provider(path))
        return memfd_create(provider_name, MFD_CLOEXEC);
    int (*real)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, name);
    return real(path, flags, mode);
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...) {                                                   \
        mode_t mode = 0;                                                                           \
        if (flags & (O_CREAT | __O_TMPFILE)) {                                                     \
            va_list rest;                                                                          \
            va_start(rest, flags);                                                                 \
            mode = va_arg(rest, mode_t);                                                           \
            va_end(rest);                                                                          \
        }                                                                                          \
        return open_any(#name, path, flags, mode);                                                 \
    }
OPEN(open)
OPEN(open64)

int ioctl(int fd, unsigned long request, ...) {
    va_list rest;
    va_start(rest, request);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    switch (request) {
    case DMA_HEAP_IOCTL_ALLOC: {
        struct dma_heap_allocation_data *data = argument;
        int made = allocate(data->len);
        if (made < 0)
            return -1;
        data->fd = (unsigned)made;
        return 0;
    }
    case UDMABUF_CREATE:
        return out_of_memory()
                   ? (errno = ENOMEM, -1)
                   : fcntl(((struct udmabuf_create *)argument)->memfd, F_DUPFD_CLOEXEC, 0);
    case DMA_BUF_IOCTL_SYNC:
    case DMA_BUF_SET_NAME_A:
    case DMA_BUF_SET_NAME_B:
        return 0;
    default: {
        static int (*real)(int, unsigned long, ...);
        if (!real)
            real = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
        return real(fd, request, argument);
    }
    }
}
