if(HALLQ_TESTS)
  hallq_test(hall_power LIBRARIES store PkgConfig::SQLITE3 SOURCES
    ${CMAKE_CURRENT_LIST_DIR}/power_cuts.c ${CMAKE_CURRENT_LIST_DIR}/power_disk.c
    ${CMAKE_CURRENT_LIST_DIR}/power_vfs.c ${CMAKE_SOURCE_DIR}/tests/unit/store/story.c)
endif()
