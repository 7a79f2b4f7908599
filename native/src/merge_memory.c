/* The memory of one burst's merge. */
#include "burst.h"

#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

/* Large arrays are mapped by themselves, on large pages if there are any: the pages are zero until
 * they are written, by whichever thread comes first. The heap would keep what one merge gave back
 * and clear it for the next, page by page, before any thread has work. Before the array stands what
 * it lies in. */
enum { LINE = 64, PAGE = 1 << 21 };

#if defined(MADV_HUGEPAGE) && !defined(__SANITIZE_ADDRESS__) /* which watches the heap's bounds */
#define MAPPED(bytes) ((bytes) >= PAGE / 2)
#else
#define MAPPED(bytes) 0
#endif

typedef struct place {
    void *memory; /* to be freed */
    size_t bytes, whole; /* of the array, of the memory */
} place;

static place place_of(void *array) {
    place p;
    memcpy(&p, (unsigned char *)array - sizeof p, sizeof p);
    return p;
}

/* Zeroed; NULL if there is none. */
static unsigned char *take(size_t whole, int mapped) {
#if defined(MADV_HUGEPAGE)
    if (mapped) {
        void *memory =
            mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return memory != MAP_FAILED ? memory : NULL;
    }
#endif
    (void)mapped;
    return calloc(1, whole);
}

void *burst_allocate(size_t count, size_t size) {
    if (size > 0 && count > (SIZE_MAX - 2 * (size_t)PAGE - LINE) / size) {
        return NULL;
    }
    const size_t wanted = count * size, align = MAPPED(wanted) ? PAGE : LINE;
    const size_t bytes = (wanted + align - 1) / align * align, whole = bytes + align + LINE;
    unsigned char *memory = take(whole, MAPPED(wanted));
    if (memory == NULL) {
        return NULL;
    }
    const size_t past = ((uintptr_t)memory + LINE) % align;
    unsigned char *array = memory + LINE + (past > 0 ? align - past : 0);
#if defined(MADV_HUGEPAGE)
    if (MAPPED(wanted)) {
        (void)madvise(array, bytes, MADV_HUGEPAGE);
    }
#endif
    const place p = {memory, bytes, whole};
    memcpy(array - sizeof p, &p, sizeof p);
    return array;
}

void burst_release(void *array) {
    if (array == NULL) {
        return;
    }
    const place p = place_of(array);
#if defined(MADV_HUGEPAGE)
    if (MAPPED(p.bytes)) {
        (void)munmap(p.memory, p.whole);
        return;
    }
#endif
    free(p.memory);
}

/* Gives the memory of a large array back until it is written again. */
static void forget(void *array) {
#if defined(MADV_DONTNEED)
    const size_t bytes = array == NULL ? 0 : place_of(array).bytes;
    if (bytes >= PAGE) {
        (void)madvise(array, bytes, MADV_DONTNEED);
    }
#else
    (void)array;
#endif
}

static int pyramid_make(burst_pyramid *pyramid, int32_t width, int32_t height) {
    for (int level = 0; level < BURST_LEVELS && width >= 16 && height >= 16; level++) {
        pyramid->data[level] = burst_allocate((size_t)width * (size_t)height + 16, 1);
        if (pyramid->data[level] == NULL) {
            return 0;
        }
        pyramid->width[level] = width;
        pyramid->height[level] = height;
        pyramid->levels = level + 1;
        width /= 2;
        height /= 2;
    }
    return 1;
}

static void pyramid_free(burst_pyramid *pyramid) {
    for (int level = 0; level < BURST_LEVELS; level++) {
        burst_release(pyramid->data[level]);
    }
}

void burst_forget_frame(baryta_merge *merge) {
    for (int level = 0; level < BURST_LEVELS; level++) {
        forget(merge->other.data[level]);
        forget(merge->warped.data[level]);
        forget(merge->soft_other.data[level]);
    }
    forget(merge->patches);
    for (int32_t i = 0; i < merge->options.threads; i++) {
        forget(merge->strip[i].band.finished);
    }
}

int burst_allocate_all(baryta_merge *merge) {
    const burst_grid *g = &merge->grid;
    const size_t blocks = (size_t)g->blocks_w * (size_t)g->blocks_h;
    const size_t tiles = ((size_t)g->width / 2 + BURST_TILE - 1) / BURST_TILE *
                         (((size_t)g->height / 2 + BURST_TILE - 1) / BURST_TILE);
    merge->reference = burst_allocate((size_t)g->width * (size_t)g->height, sizeof(uint16_t));
    merge->sum = burst_allocate((size_t)g->columns * (size_t)g->blocks_h * BURST_RUNS, 2);
    merge->agreed = burst_allocate((size_t)g->columns * (size_t)g->tiles_h * BURST_BINS, 2);
    merge->mean = burst_allocate(blocks, sizeof(v4));
    merge->signal = burst_allocate(blocks, sizeof(v4));
    merge->present = burst_allocate(
        (size_t)(g->tiles_h + 1) * (size_t)g->columns + 2 * (size_t)BURST_CHUNK, sizeof(float));
    merge->belief = burst_allocate(
        (size_t)(g->tiles_h + 1) * 4 * (size_t)g->columns + 2 * (size_t)BURST_CHUNK, sizeof(float));
    merge->light = burst_allocate(tiles, sizeof(float));
    merge->level = burst_allocate(tiles, sizeof(float));
    merge->medians[0] = burst_allocate(tiles, sizeof(float));
    merge->medians[1] = burst_allocate(tiles, sizeof(float));
    merge->trust = burst_allocate(tiles, sizeof(float));
    merge->own_light = burst_allocate(tiles, sizeof(float));
    merge->rim = burst_allocate(blocks, 1);
    merge->at_rim = burst_allocate(blocks, 1);
    merge->flow.x = burst_allocate(blocks, sizeof(float));
    merge->flow.y = burst_allocate(blocks, sizeof(float));
    merge->tile_flow = burst_allocate(blocks + 4096, sizeof(float));
    float **rows[4] = {&merge->sway.x, &merge->sway.y, &merge->sway_left.x, &merge->sway_left.y};
    for (int i = 0; i < 4; i++) {
        *rows[i] = burst_allocate((size_t)g->blocks_h, sizeof(float));
        if (*rows[i] == NULL) {
            return 0;
        }
    }
    merge->row_sums = burst_allocate(BURST_ROW_SUMS * (size_t)g->height, sizeof(double));
    merge->rows_low = burst_allocate((size_t)g->blocks_h, sizeof(int32_t));
    merge->rows_high = burst_allocate((size_t)g->blocks_h, sizeof(int32_t));
    merge->suspect = burst_allocate(BURST_MAX_SUSPECTS, sizeof(burst_suspect));
    merge->marks = burst_allocate(blocks, sizeof(uint64_t));
    merge->moves = burst_allocate(blocks, sizeof(uint16_t));
    merge->displaced = burst_allocate(blocks, 1);
    if (merge->reference == NULL || merge->sum == NULL || merge->agreed == NULL ||
        merge->mean == NULL || merge->signal == NULL || merge->flow.x == NULL ||
        merge->flow.y == NULL || merge->present == NULL || merge->belief == NULL ||
        merge->light == NULL || merge->level == NULL || merge->medians[0] == NULL ||
        merge->medians[1] == NULL || merge->trust == NULL || merge->rim == NULL ||
        merge->own_light == NULL || merge->at_rim == NULL || merge->tile_flow == NULL ||
        merge->row_sums == NULL || merge->rows_low == NULL || merge->rows_high == NULL ||
        merge->suspect == NULL || merge->marks == NULL || merge->moves == NULL ||
        merge->displaced == NULL) {
        return 0;
    }
    return burst_strips_make(merge) && pyramid_make(&merge->grey, g->width / 2, g->height / 2) &&
           pyramid_make(&merge->other, g->width / 2, g->height / 2) &&
           pyramid_make(&merge->warped, g->width / 2, g->height / 2) &&
           pyramid_make(&merge->soft_grey, g->width / 2, g->height / 2) &&
           pyramid_make(&merge->soft_other, g->width / 2, g->height / 2);
}

void burst_free_all(baryta_merge *merge) {
    burst_strips_free(merge);
    pyramid_free(&merge->grey);
    pyramid_free(&merge->other);
    pyramid_free(&merge->warped);
    pyramid_free(&merge->soft_grey);
    pyramid_free(&merge->soft_other);
    burst_release(merge->reference);
    burst_release(merge->sum);
    burst_release(merge->agreed);
    burst_release(merge->mean);
    burst_release(merge->signal);
    burst_release(merge->present);
    burst_release(merge->belief);
    burst_release(merge->light);
    burst_release(merge->level);
    burst_release(merge->medians[0]);
    burst_release(merge->medians[1]);
    burst_release(merge->trust);
    burst_release(merge->own_light);
    burst_release(merge->rim);
    burst_release(merge->at_rim);
    burst_release(merge->flow.x);
    burst_release(merge->flow.y);
    burst_release(merge->tile_flow);
    burst_release(merge->sway.x);
    burst_release(merge->sway.y);
    burst_release(merge->sway_left.x);
    burst_release(merge->sway_left.y);
    burst_release(merge->patches);
    burst_release(merge->row_sums);
    burst_release(merge->rows_low);
    burst_release(merge->rows_high);
    burst_release(merge->suspect);
    burst_release(merge->marks);
    burst_release(merge->moves);
    burst_release(merge->displaced);
}
