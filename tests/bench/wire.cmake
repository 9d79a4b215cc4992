if(HALLQ_TESTS)
  add_executable(bench_wire ${CMAKE_CURRENT_LIST_DIR}/wire.c)
  target_link_libraries(bench_wire PRIVATE controller sim)
endif()
