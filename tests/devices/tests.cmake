# The bus driver against scripted slaves on pseudo-terminals. libmodbus is linked for the control: what it believes, ours must not.
if(HALLQ_TESTS)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.c)
  list(FILTER sources EXCLUDE REGEX "overhead.c$")
  hallq_test(bus_tests SOURCES ${sources} LIBRARIES devices PkgConfig::MODBUS)
  add_executable(bus_overhead ${CMAKE_CURRENT_LIST_DIR}/overhead.c ${CMAKE_CURRENT_LIST_DIR}/slave.c ${CMAKE_CURRENT_LIST_DIR}/script.c ${CMAKE_CURRENT_LIST_DIR}/plain.c ${CMAKE_CURRENT_LIST_DIR}/rig.c)
  target_compile_options(bus_overhead PRIVATE -Wno-missing-prototypes)
  target_link_libraries(bus_overhead PRIVATE devices)
endif()
