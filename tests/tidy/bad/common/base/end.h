// Something stands behind the guard.
#ifndef TRIBUTARY_BASE_END_H
#define TRIBUTARY_BASE_END_H
#endif
int end_of_it(void); // fault: guard
