/* CHECK: the enclosing int function returns 1, and says where, when the condition fails. */
#ifndef BARYTA_TESTS_CHECK_H
#define BARYTA_TESTS_CHECK_H

#include <stdio.h>

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition);                \
            return 1;                                                                              \
        }                                                                                          \
    } while (0)

#endif
