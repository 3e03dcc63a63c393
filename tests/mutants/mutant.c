// The simulator with deliberate bugs in it: sim_mutants MUTANT OPTIONS OF sim
// Without an argument it lists them: name, what goes wrong, in which plays it shows soonest.
#include "mutant.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name, *text, *where;
} mutants[] = {
#include "mutants.inc"
};

enum { MUTANTS = sizeof mutants / sizeof mutants[0] };

static int chosen; // 0: none, else its place in the table and one

bool mutant_is(int number)
{
	return chosen == number;
}

bool mutant_choose(const char *name)
{
	for (int i = 0; i < MUTANTS; i++)
		if (strcmp(mutants[i].name, name) == 0)
			chosen = i + 1;
	return chosen > 0;
}

int main(int count, char **words)
{
	for (int i = 0; count < 2 && i < MUTANTS; i++)
		printf("%s\t%s\t%s\n", mutants[i].name, mutants[i].where, mutants[i].text);
	if (count < 2)
		return 0;
	if (strcmp(words[1], "none") != 0 && !mutant_choose(words[1])) {
		fprintf(stderr, "sim_mutants: there is no mutant %s\n", words[1]);
		return 2;
	}
	return sim_main(count - 1, words + 1);
}
