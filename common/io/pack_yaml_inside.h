// The parts of the compiler of packs that stand in files of their own. For io/pack_yaml*.c.
#ifndef TRIBUTARY_IO_PACK_YAML_INSIDE_H
#define TRIBUTARY_IO_PACK_YAML_INSIDE_H

#include "io/pack_names.h"

void pack_yaml_put_forms(struct pack_names *names, Tributary__Pack *to);
void pack_yaml_put_reports(struct pack_names *names, Tributary__Pack *to);
void pack_yaml_layout_put(struct pack_names *names, Tributary__Pack *to);

#endif
