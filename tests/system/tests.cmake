# A wall clock beside the real one, loaded before hallqd: see wall.c.
if(HALLQ_TESTS AND NOT HALLQ_SANITIZE)
  add_library(wall MODULE ${CMAKE_CURRENT_LIST_DIR}/wall.c)
  target_compile_options(wall PRIVATE -Wno-missing-prototypes -Wno-pedantic)
  target_link_libraries(wall PRIVATE ${CMAKE_DL_LIBS})
  set_target_properties(wall PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endif()
