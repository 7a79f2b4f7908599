/* The evidence of many frames, summed as they come, against the plain twin of all at once: the same
 * verdict but within 1e-3 of the limit. */
#include "burst_evidence.h"
#include "check.h"
#include "plain.h"
#include "scene.h"

enum { MOST = 40, CASES = 4000 };

int main(void) {
    int number[2] = {0, 0};
    for (int n = 0; n < CASES; n++) {
        const int count = 1 + n % MOST;
        const double lift = 0.2 * scene_random(n, 0, 1);
        const float alike = n % 3 == 0 ? 1.0f : (float)(1.0 + 2.0 * scene_random(n, 0, 5));
        plain_word words[MOST];
        burst_evidence sums = {0};
        for (int i = 0; i < count; i++) {
            const double sigma = 0.01 + 0.1 * scene_random(n, i, 2);
            const double here = lift + 3.0 * sigma * (scene_random(n, i, 3) - 0.5);
            const double there = lift + 3.0 * sigma * (scene_random(n, i, 4) - 0.5);
            words[i] = (plain_word){here, there, sigma * sigma};
            burst_weigh(&sums, i, (float)here, (float)there, 0.5f, (float)(sigma * sigma));
        }
        const double wanted = plain_evidence(words, count, (double)alike);
        const int found = burst_evident(&sums, alike);
        number[found]++;
        CHECK(fabs(wanted - 1.0) < 1e-3 || found == (wanted > 1.0));
        CHECK(sums.who == (UINT64_C(1) << count) - 1);
        CHECK(fabs((double)(sums.light / sums.weight) - 0.5) < 1e-5);
    }
    CHECK(number[0] > CASES / 8 && number[1] > CASES / 8);
    return 0;
}
