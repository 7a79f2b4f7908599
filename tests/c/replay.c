/* A fuzz target without a fuzzer: the files named on the command line, then inputs by chance. */
#include "fuzz_input.h"

enum { INPUTS = 200, LONGEST = 400 };

static void replay_file(const char *path) {
    static uint8_t data[1 << 20];
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL);
    const size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    LLVMFuzzerTestOneInput(data, size);
}

int main(int count, char **paths) {
    for (int i = 1; i < count; i++) {
        replay_file(paths[i]);
    }
    uint8_t data[LONGEST];
    uint32_t state = 1;
    for (int i = 0; i < INPUTS; i++) {
        for (int k = 0; k < LONGEST; k++) {
            state = state * 1664525u + 1013904223u;
            data[k] = (uint8_t)(state >> 24);
        }
        LLVMFuzzerTestOneInput(data, (size_t)(state >> 8) % (LONGEST + 1));
    }
    return 0;
}
