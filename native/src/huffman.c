/* Optimal length-limited prefix codes by package-merge: Larmore and Hirschberg, "A fast algorithm
 * for optimal length-limited Huffman codes", J. ACM 37(3), 1990. Codes are then assigned in
 * canonical order (ITU-T T.81 annex C). */
#include "huffman.h"

#include <string.h>

enum { LIMIT = 16, ITEMS = 2 * BARYTA_HUFFMAN_MAX };

typedef struct item {
    int64_t weight;
    uint32_t leaves[BARYTA_HUFFMAN_MAX]; /* by leaf: how often it lies in this package */
} item;

typedef struct leaf {
    int64_t weight;
    int symbol; /* -1: the reserved code */
} leaf;

/* Leaves in order of weight; the reserved code comes first, so that it gets a longest code. */
static int sorted_leaves(const int64_t *counts, int count, leaf *leaves) {
    int n = 0;
    leaves[n++] = (leaf){0, -1};
    for (int symbol = 0; symbol < count; symbol++) {
        if (counts[symbol] <= 0) {
            continue;
        }
        int at = n++;
        for (; at > 1 && leaves[at - 1].weight > counts[symbol]; at--) {
            leaves[at] = leaves[at - 1];
        }
        leaves[at] = (leaf){counts[symbol], symbol};
    }
    return n;
}

static void add(item *sum, const item *part, int leaves) {
    sum->weight += part->weight;
    for (int i = 0; i < leaves; i++) {
        sum->leaves[i] += part->leaves[i];
    }
}

/* One level: pairs of the level below become packages, merged with the leaves by weight. */
static int next_level(const leaf *leaves, int n, const item *below, int length, item *level) {
    int made = 0;
    int pair = 0;
    int single = 0;
    while (single < n || pair + 1 < length) {
        item *out = &level[made++];
        memset(out, 0, sizeof *out);
        const int have_pair = pair + 1 < length;
        const int64_t package = have_pair ? below[pair].weight + below[pair + 1].weight : 0;
        if (single < n && (!have_pair || leaves[single].weight <= package)) {
            out->weight = leaves[single].weight;
            out->leaves[single++] = 1;
        } else {
            add(out, &below[pair], n);
            add(out, &below[pair + 1], n);
            pair += 2;
        }
    }
    return made;
}

static void code_lengths(const leaf *leaves, int n, uint32_t *lengths) {
    item levels[2][ITEMS];
    int length = 0;
    for (int bit = 0; bit < LIMIT; bit++) {
        length = next_level(leaves, n, levels[(bit + 1) % 2], length, levels[bit % 2]);
    }
    const item *top = levels[(LIMIT - 1) % 2];
    item sum = {0};
    for (int i = 0; i < 2 * n - 2; i++) {
        add(&sum, &top[i], n);
    }
    memcpy(lengths, sum.leaves, (size_t)n * sizeof *lengths);
}

void baryta_huffman_fit(const int64_t *counts, int count, baryta_huffman *table) {
    leaf leaves[BARYTA_HUFFMAN_MAX];
    uint32_t lengths[BARYTA_HUFFMAN_MAX];
    memset(table, 0, sizeof *table);
    const int n = sorted_leaves(counts, count, leaves);
    if (n < 2) {
        return;
    }
    code_lengths(leaves, n, lengths);
    /* From the heaviest leaf down, lengths never shrink; the reserved leaf ends up with the last
     * code of the longest length, which is all ones. */
    uint32_t code = 0;
    uint32_t previous = lengths[n - 1];
    for (int i = n - 1; i > 0; i--) {
        code <<= lengths[i] - previous;
        previous = lengths[i];
        const int symbol = leaves[i].symbol;
        table->size[symbol] = (uint8_t)lengths[i];
        table->code[symbol] = (uint16_t)code++;
        table->lengths[lengths[i]]++;
        table->order[table->symbols++] = (uint8_t)symbol;
    }
}
