# Warnings are errors, with gcc 12 and clang 14 alike. Sanitizers come by preset.
add_compile_options(
  -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef
  -Wpointer-arith -Wcast-align -Wwrite-strings -Wvla -Wformat=2 -Wswitch-enum
  -fno-common -fstack-protector-strong)
add_compile_definitions(_POSIX_C_SOURCE=200809L)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_definitions(_FORTIFY_SOURCE=2)
endif()
# Assertions guard against our own bugs and stay on in release.
string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_RELEASE "${CMAKE_C_FLAGS_RELEASE}")
string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_RELWITHDEBINFO "${CMAKE_C_FLAGS_RELWITHDEBINFO}")
if(TRIBUTARY_FUZZ) # coverage for libFuzzer; its own main comes with the targets (tests/fuzz)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(TRIBUTARY_SANITIZE)
  add_compile_options(-fsanitize=${TRIBUTARY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${TRIBUTARY_SANITIZE})
endif()
if(TRIBUTARY_COVERAGE) # tests/coverage says what of it is reached
  add_compile_options(--coverage)
  add_compile_definitions(TRIBUTARY_COVERAGE)
  add_link_options(--coverage)
endif()
# In builds that are not optimised, tests can make fail whatever can fail below them (tests/support/rehearsal.h).
if(CMAKE_BUILD_TYPE STREQUAL "Debug" AND CMAKE_OBJCOPY AND NOT TRIBUTARY_SANITIZE MATCHES "thread")
  set(TRIBUTARY_REHEARSED ON)
  add_compile_options(-fno-omit-frame-pointer)
endif()
