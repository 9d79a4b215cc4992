if(HALLQ_TESTS)
  file(GLOB hall_days_sources CONFIGURE_DEPENDS
    ${CMAKE_CURRENT_LIST_DIR}/days*.c ${CMAKE_CURRENT_LIST_DIR}/model*.c)
  add_executable(hall_days ${hall_days_sources})
  target_link_libraries(hall_days PRIVATE hall)
  add_test(NAME hall_days COMMAND hall_days)
endif()
