// Cadences and checks of a pack's YAML, for io/pack_yaml.
#ifndef TRIBUTARY_IO_PACK_YAML_DUTY_H
#define TRIBUTARY_IO_PACK_YAML_DUTY_H

#include "io/pack_names.h"

void pack_yaml_duty(struct pack_names *names, Tributary__Pack *to); // ascending by number; refusals stick

#endif
