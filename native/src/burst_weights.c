/* The weights of the resampling and of the tiles' window. */
#include "burst.h"

#include <math.h>

enum { TAPS = BURST_TAPS };

/* sin(pi (n + 1/2) / 8) */
const float burst_window[8] = {0.19509032f, 0.55557023f, 0.83146961f, 0.98078528f,
                               0.98078528f, 0.83146961f, 0.55557023f, 0.19509032f};

/* Lanczos weights for positions i / BURST_PHASES beyond tap BURST_BEFORE; they sum to one. */
void burst_make_kernel(float kernel[BURST_PHASES + 1][BURST_TAPS]) {
    const float pi = 3.14159265f;
    for (int phase = 0; phase <= BURST_PHASES; phase++) {
        float *weight = kernel[phase], sum = 0.0f;
        for (int i = 0; i < TAPS; i++) {
            const float x = (float)(i - BURST_BEFORE) - (float)phase / BURST_PHASES;
            const float t = pi * x;
            weight[i] = fabsf(x) < 1e-4f ? 1.0f : 3.0f * sinf(t) * sinf(t / 3.0f) / (t * t);
            sum += weight[i];
        }
        for (int i = 0; i < TAPS; i++) {
            weight[i] /= sum;
        }
    }
}
