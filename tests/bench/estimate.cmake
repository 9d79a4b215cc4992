if(HALLQ_TESTS)
  add_executable(bench_estimate ${CMAKE_CURRENT_LIST_DIR}/estimate.c ${CMAKE_CURRENT_LIST_DIR}/estimate_days.c)
  target_link_libraries(bench_estimate PRIVATE hall sim)
endif()
