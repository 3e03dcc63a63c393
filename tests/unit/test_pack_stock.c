// Packs that several stores of one process hold.
#include "ledger/pack_stock.h"

#include "log/hash.h"
#include "support/pack_shelf.h"
#include "support/support.h"

struct desk {
	struct pack_shelf ledger, crew;
	struct pack_stock stock;
};

static struct hash digest_of(const struct pack_shelf *shelf)
{
	return hash_bytes(HASH_BLAKE2B_256, buf_span(&shelf->encoded));
}

static struct pack_stock_item *take(struct desk *desk, const struct pack_shelf *shelf)
{
	struct pack_stock_item *item;
	struct hash digest = digest_of(shelf);
	assert_ok(pack_stock_take(&desk->stock, buf_span(&shelf->encoded), &digest, &item));
	return item;
}

static struct desk a_desk(void)
{
	struct desk desk = { .stock = { .items = NULL } };
	assert_int_equal(pack_shelf_read(&desk.ledger, "../../packs/party-branch.yaml"), 0);
	assert_int_equal(pack_shelf_read(&desk.crew, "../../packs/survey-crew.yaml"), 0);
	return desk;
}

static void close_desk(struct desk *desk)
{
	assert_null(desk->stock.items);
	pack_shelf_close(&desk->ledger);
	pack_shelf_close(&desk->crew);
}

static void who_asks_for_the_same_is_given_the_same(void **state)
{
	(void)state;
	struct desk desk = a_desk();
	struct pack_stock_item *one = take(&desk, &desk.ledger), *other = take(&desk, &desk.crew), *again = take(&desk, &desk.ledger);
	assert_ptr_equal(one, again);
	assert_ptr_not_equal(one->pack, other->pack);
	pack_stock_give_back(&desk.stock, one);
	assert_ptr_equal(take(&desk, &desk.ledger), again); // somebody holds it still
	pack_stock_give_back(&desk.stock, again);
	pack_stock_give_back(&desk.stock, again);
	pack_stock_give_back(&desk.stock, other);
	pack_stock_give_back(&desk.stock, NULL);
	close_desk(&desk);
}

static void what_cannot_be_read_is_not_kept(void **state)
{
	(void)state;
	struct desk desk = a_desk();
	struct pack_stock_item *item;
	struct hash digest = digest_of(&desk.ledger);
	struct span half = span_of(desk.ledger.encoded.data, desk.ledger.encoded.size / 2);
	assert_true(pack_stock_take(&desk.stock, half, &digest, &item) != ERR_OK);
	assert_null(item);
	close_desk(&desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_asks_for_the_same_is_given_the_same),
		cmocka_unit_test(what_cannot_be_read_is_not_kept),
	};
	return cmocka_run_group_tests_name("packs in common", tests, NULL, NULL);
}
