# Debian packages by name; scripts/install-packages installs them.
find_package(PkgConfig REQUIRED)
foreach(module libsodium libzmq libprotobuf-c libzstd libcyaml yaml-0.1 jansson inih libutf8proc lmdb libxxhash libmicrohttpd avahi-client libjpeg libpng)
  pkg_check_modules(${module} REQUIRED IMPORTED_TARGET ${module})
endforeach()
find_library(CSV_LIBRARY csv REQUIRED)
find_library(XLSX_LIBRARY xlsxwriter REQUIRED) # workbooks: Debian's libxlsxwriter-dev
find_program(PROTOC_C protoc-c REQUIRED)
