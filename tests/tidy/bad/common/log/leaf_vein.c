int leaf_vein_length(void); // fault: opening

int leaf_vein_length(void)
{
	return 1;
}
