# Fetches the packages of package-lock.json: cmake -DNPM=… -DSOURCE=… -DTARGET=… -DFLAGS=… -P install.cmake
# What goes wrong is mostly the way to the registry, so that is what is explained.
file(MAKE_DIRECTORY ${TARGET})
configure_file(${SOURCE}/package.json ${TARGET}/package.json COPYONLY)
configure_file(${SOURCE}/package-lock.json ${TARGET}/package-lock.json COPYONLY)
separate_arguments(FLAGS)
foreach(pause 0 10 30) # a registry may stumble
  execute_process(COMMAND ${CMAKE_COMMAND} -E sleep ${pause})
  execute_process(COMMAND ${NPM} ci --no-audit --no-fund --prefer-offline --loglevel=error ${FLAGS}
    WORKING_DIRECTORY ${TARGET} RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT failed)
    break()
  endif()
endforeach()
if(failed)
  execute_process(COMMAND ${NPM} config get registry WORKING_DIRECTORY ${TARGET}
    OUTPUT_VARIABLE registry OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  message(FATAL_ERROR "${said}\n"
    "The pages need the npm packages named in web/package-lock.json, and npm could not get them from ${registry}.\n"
    "One of these helps:\n"
    "  - another registry that can be reached from here: npm config set registry https://registry.npmmirror.com\n"
    "  - a proxy: npm config set proxy http://HOST:PORT and npm config set https-proxy http://HOST:PORT\n"
    "  - no network here: on a machine that has one, run npm ci in a copy of web/, and bring its cache (npm config get cache) along\n"
    "  - the programs without their pages: cmake -DTRIBUTARY_PAGES=OFF\n"
    "The lock file holds a hash of each package: wherever they come from, they are the same.")
endif()
file(WRITE ${TARGET}/installed "")
