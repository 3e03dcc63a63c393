# A room is a folder: every .c file in it belongs to it, and it may link only rooms below it.
# tests/tidy checks the includes and the symbols of what is built here.
set(tributary_pure_rooms base log ledger org sync)
function(tributary_room name)
  cmake_parse_arguments(ROOM "" "" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.c)
  add_library(tributary_${name} STATIC ${sources})
  target_include_directories(tributary_${name} PUBLIC ${PROJECT_SOURCE_DIR}/common)
  target_link_libraries(tributary_${name} PUBLIC ${ROOM_LINK})
  if(TRIBUTARY_REHEARSED AND name IN_LIST tributary_pure_rooms) # their text can be told from everything else's
    add_custom_command(TARGET tributary_${name} POST_BUILD
      COMMAND ${CMAKE_OBJCOPY} --rename-section .text=tributary_pure $<TARGET_FILE:tributary_${name}>)
  endif()
endfunction()
