# SPDX-License-Identifier: MIT

# Where the program and what belongs to it go on Linux, and the Debian package of it.
include(GNUInstallDirs)

install(TARGETS hosier RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(FILES "${CMAKE_SOURCE_DIR}/resources/linux/hosier.desktop" DESTINATION "${CMAKE_INSTALL_DATADIR}/applications")
install(FILES "${CMAKE_SOURCE_DIR}/resources/linux/hosier.metainfo.xml" DESTINATION "${CMAKE_INSTALL_DATADIR}/metainfo")
foreach(size IN ITEMS 16 22 24 32 48 64 128 256)
    install(FILES "${CMAKE_SOURCE_DIR}/resources/icons/png/hosier-${size}.png"
        DESTINATION "${CMAKE_INSTALL_DATADIR}/icons/hicolor/${size}x${size}/apps" RENAME hosier.png)
endforeach()
install(FILES "${CMAKE_SOURCE_DIR}/resources/icons/hosier.svg"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps")
install(FILES "${CMAKE_CURRENT_LIST_DIR}/hosier.service" DESTINATION lib/systemd/system)
install(FILES "${CMAKE_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/hosier" RENAME copyright)

# Debian wants both compressed, and the same bytes each time.
foreach(file IN ITEMS installer/linux/hosier.1 CHANGELOG.md)
    get_filename_component(name "${file}" NAME)
    add_custom_command(OUTPUT "${CMAKE_BINARY_DIR}/package/${name}.gz"
        COMMAND "${CMAKE_COMMAND}" -E make_directory "${CMAKE_BINARY_DIR}/package"
        COMMAND gzip -9nc "${CMAKE_SOURCE_DIR}/${file}" > "${CMAKE_BINARY_DIR}/package/${name}.gz"
        DEPENDS "${CMAKE_SOURCE_DIR}/${file}"
        VERBATIM)
endforeach()
add_custom_target(hosier_documents ALL DEPENDS
    "${CMAKE_BINARY_DIR}/package/hosier.1.gz" "${CMAKE_BINARY_DIR}/package/CHANGELOG.md.gz")
install(FILES "${CMAKE_BINARY_DIR}/package/hosier.1.gz" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
install(FILES "${CMAKE_BINARY_DIR}/package/CHANGELOG.md.gz" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/hosier"
    RENAME changelog.gz)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME hosier)
set(CPACK_PACKAGE_VENDOR "The Hosier developers")
set(CPACK_PACKAGE_CONTACT "The Hosier developers <hosier@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "SOCKS proxy manager for the desktop")
set(CPACK_PACKAGE_DESCRIPTION "Hosier listens for SOCKS and HTTP clients on one port, sends each program by way of the
server that its rules name, and shows every connection live. It also runs without an
interface, as a server.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The service's user.
set(CPACK_DEBIAN_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "qt6-translations-l10n, qt6-wayland")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    "${CMAKE_CURRENT_LIST_DIR}/postinst" "${CMAKE_CURRENT_LIST_DIR}/prerm" "${CMAKE_CURRENT_LIST_DIR}/postrm")
include(CPack)
