// What a room above the ground offers.
#ifndef TRIBUTARY_LOG_LEAF_H
#define TRIBUTARY_LOG_LEAF_H

int leaf_count(void);
int leaf_draw(void);

#endif
