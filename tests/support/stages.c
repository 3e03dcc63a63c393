// Two trees that many scenes begin with.
#include "support/stages.h"

#include "support/support.h"

struct stages_county stages_county(void)
{
	struct stages_county stage = { .play = cluster_new() };
	stage.county = cluster_found(stage.play, "county");
	stage.north = cluster_server(stage.county, "north");
	stage.south = cluster_server(stage.county, "south");
	assert_ok(cluster_sync(stage.north));
	assert_ok(cluster_sync(stage.south));
	stage.one = cluster_branch(stage.north, "one");
	stage.two = cluster_branch(stage.north, "two");
	stage.three = cluster_branch(stage.south, "three");
	cluster_everybody_syncs(stage.play, 3);
	return stage;
}

struct stages_branch stages_branch(const char *pack)
{
	struct stages_branch stage = { .play = cluster_new_with(pack) };
	stage.county = cluster_found(stage.play, "county");
	stage.north = cluster_server(stage.county, "north");
	assert_ok(cluster_sync(stage.north));
	stage.desk = cluster_branch(stage.north, "desk");
	stage.tablet = cluster_device(stage.desk, "tablet");
	cluster_everybody_syncs(stage.play, 2);
	return stage;
}
