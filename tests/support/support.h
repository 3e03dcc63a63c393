// What every test includes: cmocka with the headers that it needs, and the project's errors.
#ifndef TRIBUTARY_TESTS_SUPPORT_H
#define TRIBUTARY_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "support/rehearsal.h"

// Fails with the error's name instead of a number.
#define assert_ok(expression) assert_string_equal(err_name(rehearsal_saw(expression)), "OK")
#define assert_err(expected, expression) assert_string_equal(err_name(rehearsal_saw(expression)), err_name(ERR_##expected))

#endif
