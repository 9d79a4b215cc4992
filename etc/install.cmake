# What `cmake --install` puts where. The config itself is never installed: the example goes to the documents, so that an
# upgrade cannot touch what a hall has written.
include(GNUInstallDirs)

install(TARGETS hallqd hallq hallq-sim RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# The unit names the program by its path, which hangs on the prefix of the installation.
install(CODE "
  file(READ \"${CMAKE_SOURCE_DIR}/etc/systemd/hallqd.service\" unit)
  string(REPLACE /usr/bin/hallqd \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/hallqd\" unit \"\${unit}\")
  string(REPLACE /usr/share/doc \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/doc\" unit \"\${unit}\")
  set(place \"\${CMAKE_INSTALL_PREFIX}/lib/systemd/system/hallqd.service\")
  message(STATUS \"Installing: \$ENV{DESTDIR}\${place}\")
  file(WRITE \"\$ENV{DESTDIR}\${place}\" \"\${unit}\")
")
install(FILES etc/systemd/hallq.sysusers DESTINATION lib/sysusers.d RENAME hallq.conf)
install(DIRECTORY etc/udev/ DESTINATION lib/udev/rules.d FILES_MATCHING PATTERN "*.rules")

# Where config_profile.c looks after profiles_dir and the config's own folder.
install(DIRECTORY etc/profiles DESTINATION ${CMAKE_INSTALL_DATADIR}/hallq FILES_MATCHING PATTERN "*.jsonc")
install(DIRECTORY protocol/schemas DESTINATION ${CMAKE_INSTALL_DATADIR}/hallq FILES_MATCHING PATTERN "*.json")
install(FILES etc/hallq.jsonc README.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/hallq OPTIONAL)
install(FILES web/now.png DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/hallq/web OPTIONAL) # the README's picture
install(DIRECTORY etc/mosquitto DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/hallq)
