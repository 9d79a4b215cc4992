if(HALLQ_TESTS)
  add_executable(bench_commit ${CMAKE_CURRENT_LIST_DIR}/commit.c
    ${CMAKE_CURRENT_LIST_DIR}/commit_plain.c ${CMAKE_SOURCE_DIR}/tests/unit/store/story.c)
  target_link_libraries(bench_commit PRIVATE store PkgConfig::SQLITE3)
  add_executable(bench_replay ${CMAKE_CURRENT_LIST_DIR}/commit_replay.c
    ${CMAKE_SOURCE_DIR}/tests/unit/store/story.c)
  target_link_libraries(bench_replay PRIVATE store)
endif()
