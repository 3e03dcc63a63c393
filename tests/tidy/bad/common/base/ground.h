// A header whose guard is another's.
#ifndef TRIBUTARY_GROUND_H // fault: guard
#define TRIBUTARY_BASE_GROUND_H // fault: guard

int ground_level(void);
int leaf_of_another(void);

#endif
