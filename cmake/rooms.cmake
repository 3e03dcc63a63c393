# A room is a folder: every .c file in it belongs to it, and it may link only rooms below it.
# tests/tidy checks the includes and the symbols of what is built here.
function(tributary_room name)
  cmake_parse_arguments(ROOM "" "" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.c)
  add_library(tributary_${name} STATIC ${sources})
  target_include_directories(tributary_${name} PUBLIC ${PROJECT_SOURCE_DIR}/common)
  target_link_libraries(tributary_${name} PUBLIC ${ROOM_LINK})
endfunction()
