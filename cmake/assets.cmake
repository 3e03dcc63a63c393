# Static files of a page, compiled into a program as a table (web/asset.h).
#
#	tributary_assets(TARGET program DIRECTORY dir SYMBOL name [DEPENDS file…])
#
# makes `const struct asset_table NAME` of every file below DIRECTORY, as it is when the program is built: what makes
# the files is named in DEPENDS. Called with -P it is the script that writes the C file.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(TRIBUTARY_ASSETS_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
  find_program(GZIP gzip REQUIRED)

  function(tributary_assets)
    cmake_parse_arguments(ASSETS "" "TARGET;DIRECTORY;SYMBOL" "DEPENDS" ${ARGN})
    set(output ${CMAKE_CURRENT_BINARY_DIR}/${ASSETS_SYMBOL}.c)
    set(there "")
    if(NOT ASSETS_DEPENDS) # what is made while building is not looked for before
      file(GLOB_RECURSE there CONFIGURE_DEPENDS ${ASSETS_DIRECTORY}/*)
    endif()
    add_custom_command(OUTPUT ${output}
      COMMAND ${CMAKE_COMMAND} -DDIRECTORY=${ASSETS_DIRECTORY} -DOUTPUT=${output} -DSYMBOL=${ASSETS_SYMBOL} -DGZIP=${GZIP}
              -P ${TRIBUTARY_ASSETS_SCRIPT}
      DEPENDS ${TRIBUTARY_ASSETS_SCRIPT} ${there} ${ASSETS_DEPENDS}
      COMMENT "Static files of ${ASSETS_TARGET}" VERBATIM)
    target_sources(${ASSETS_TARGET} PRIVATE ${output})
  endfunction()
  return()
endif()

set(types
  html "text/html" css "text/css" js "text/javascript"
  json "application/json" svg "image/svg+xml" png "image/png" ico "image/x-icon" txt "text/plain"
  webmanifest "application/manifest+json")

file(GLOB_RECURSE files RELATIVE ${DIRECTORY} ${DIRECTORY}/*)
list(SORT files)
set(arrays "")
set(rows "")
set(count 0)
foreach(file ${files})
  string(REGEX REPLACE ".*\\." "" ending ${file})
  list(FIND types ${ending} at)
  if(at LESS 0)
    message(FATAL_ERROR "${DIRECTORY}/${file}: no type is known for .${ending}")
  endif()
  math(EXPR at "${at} + 1")
  list(GET types ${at} type)
  string(REGEX REPLACE "^(text/.*)$" "\\1; charset=utf-8" type ${type})
  file(SHA256 ${DIRECTORY}/${file} digest)
  string(SUBSTRING ${digest} 0 32 digest)
  execute_process(COMMAND ${GZIP} -9 -n -c ${DIRECTORY}/${file} OUTPUT_FILE ${OUTPUT}.gz RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "${DIRECTORY}/${file}: gzip failed")
  endif()
  file(READ ${OUTPUT}.gz hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes "${bytes}")
  set(lasting false)
  if(file MATCHES "-[A-Za-z0-9]+\\.[a-z]+$" AND file MATCHES "-........+\\.[a-z]+$")
    set(lasting true)
  endif()
  string(APPEND arrays "static const unsigned char bytes${count}[] = {\n${bytes}\n};\n")
  string(APPEND rows "\t{ \"/${file}\", \"${type}\", \"\\\"${digest}\\\"\", ${lasting}, bytes${count}, ${size} },\n")
  math(EXPR count "${count} + 1")
endforeach()
file(REMOVE ${OUTPUT}.gz)
if(count EQUAL 0)
  message(FATAL_ERROR "${DIRECTORY}: there are no files")
endif()
file(WRITE ${OUTPUT} "#include \"web/asset.h\"\n\nextern const struct asset_table ${SYMBOL};\n${arrays}static const struct asset assets[] = {\n${rows}};\nconst struct asset_table ${SYMBOL} = { assets, ${count} };\n")
