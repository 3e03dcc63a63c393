# What stands in a page's place where the programs are built without pages: cmake -DOUT=… -P without.cmake
file(REMOVE_RECURSE ${OUT})
file(WRITE ${OUT}/index.html "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Tributary</title>\n"
  "<p lang=\"zh-CN\">此程序编译时未包含页面（TRIBUTARY_PAGES=OFF）；命令行照常可用。</p>\n"
  "<p>This program was built without its pages (TRIBUTARY_PAGES=OFF); its commands work as ever.</p>\n</html>\n")
file(WRITE ${OUT}.json "[]\n")
