// fault: guard (there is none)
int open_door(void);
