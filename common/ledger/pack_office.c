// Roles that devices hold by the charter. A pack names them; who holds one is no affair of the pack's.
#include "ledger/pack_check.h"

void pack_check_offices(struct pack_check *check, const Tributary__Pack *from, struct pack *to)
{
	size_t count = from->n_roles;
	struct pack_office *offices = pack_check_list(check, NULL, "roles", count, PACK_OFFICES_MAX, sizeof *offices);
	struct pack_word *words = pack_check_list(check, NULL, "roles", count, PACK_OFFICES_MAX, 3 * sizeof *words);
	for (size_t i = 0; !check->err && i < count; i++) {
		const Tributary__PackOffice *office = from->roles[i];
		struct pack_place at = { .up = NULL, .list = "roles", .name = office->name, .index = i };
		pack_check_name(check, &at, office->name);
		offices[i] = (struct pack_office){
			.name = office->name,
			.title = pack_check_title(check, &at, office->title_zh, office->title_en, true),
			.strict = office->strict,
			.number = (uint8_t)(i + 1),
		};
		words[3 * i] = (struct pack_word){ .text = office->name, .owner = i };
		words[3 * i + 1] = (struct pack_word){ .text = office->title_zh, .owner = i };
		words[3 * i + 2] = (struct pack_word){ .text = office->title_en, .owner = i };
	}
	pack_check_words(check, NULL, words, 3 * count);
	to->office_count = count;
	to->offices = offices;
}
