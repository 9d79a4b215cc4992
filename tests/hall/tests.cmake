include(${CMAKE_CURRENT_LIST_DIR}/power.cmake OPTIONAL)
include(${CMAKE_CURRENT_LIST_DIR}/days.cmake OPTIONAL)
