if(HALLQ_TESTS)
  add_executable(bench_core ${CMAKE_CURRENT_LIST_DIR}/core.c)
  target_link_libraries(bench_core PRIVATE hall)
endif()
