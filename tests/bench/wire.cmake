if(HALLQ_TESTS)
  file(GLOB wire_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/wire*.c)
  add_executable(bench_wire ${wire_sources}
    ${CMAKE_CURRENT_SOURCE_DIR}/unit/devices/virtual.c ${CMAKE_CURRENT_SOURCE_DIR}/unit/devices/presses.c)
  target_link_libraries(bench_wire PRIVATE controller sim PkgConfig::MODBUS m)
endif()
