include(${CMAKE_CURRENT_LIST_DIR}/commit.cmake OPTIONAL)
include(${CMAKE_CURRENT_LIST_DIR}/core.cmake OPTIONAL)
include(${CMAKE_CURRENT_LIST_DIR}/estimate.cmake OPTIONAL)
include(${CMAKE_CURRENT_LIST_DIR}/wire.cmake OPTIONAL)
