// What the programs say of roads: neighbours, carriers, other servers, and what is still here alone. A part of cli/catalogue.h.
#ifndef TRIBUTARY_CLI_CATALOGUE_ROAD_H
#define TRIBUTARY_CLI_CATALOGUE_ROAD_H

#define CATALOGUE_ROAD(X) \
	X(VERB_NEIGHBOURS, "附近的设备：谁在这个局域网里，见过谁，交给了谁什么", "devices beside this one: who is on this network, who was met, and what was handed to whom") \
	X(VERB_SERVE, "让附近的设备连到本机，直到停止", "lets devices beside this one call it, until it is stopped") \
	X(VERB_CARGO, "替别人带着的包：谁的、带给谁、从什么时候起", "bundles carried for others: whose, for whom, since when") \
	X(OPTION_SYNC_WITH, "与这个地址的设备或服务器同步，如 192.168.1.7:7310/电脑", "with the device or server at this address, as 192.168.1.7:7310/NAME") \
	X(OPTION_SERVE_LISTEN, "监听的地址，默认 tcp://0.0.0.0:7310", "where to listen; tcp://0.0.0.0:7310 unless told") \
	X(OPTION_NEIGHBOURS_WAIT, "找多久（秒），默认 2", "how long to look (seconds); 2 unless told") \
	X(HEAD_ADDRESS, "地址", "Address") \
	X(HEAD_MET_LAST, "上次见面", "Met") \
	X(HEAD_HANDED, "在它那里待确认的条目", "With it, unacknowledged") \
	X(HEAD_CARGO_FROM, "由谁交来", "Brought by") \
	X(HEAD_CARGO_CAME, "交来时间", "Since") \
	X(HEAD_CARGO_ONLY, "只交给", "Only by") \
	X(NEIGHBOUR_OWN, "本组织的设备", "of this unit") \
	X(NEIGHBOUR_COURIER, "可代为携带", "may carry") \
	X(NEIGHBOUR_SERVER, "服务器", "server") \
	X(NEIGHBOUR_HERE, "就在附近", "here now") \
	X(NEIGHBOUR_AWAY, "见过", "met before") \
	X(NEIGHBOURS_NO_AVAHI, "本机没有 Avahi 服务，找不到附近的设备；可以直接输入地址：sync --with", "there is no Avahi daemon on this machine, so nobody is found; an address can be typed in: sync --with") \
	X(SERVE_READY, "附近的设备可以连到 %1；在那边运行 tributary sync --with 本机地址:%2/%3", "devices beside this one may call %1; there: tributary sync --with THIS-MACHINE:%2/%3") \
	X(MET_OWN, "与本组织的“%1”同步：发出 %2 条，收到 %3 条。上级还没有收到。", "synced with %1 of this unit: %2 entries sent, %3 received. The server above has not received them yet.") \
	X(MET_COURIER, "交给“%1”代为携带 %2 包（已密封，对方看不到），替别人收下 %3 包，收到给本机的 %4 包。", "%1 carries %2 sealed bundles more for this unit; %3 were taken along for others, %4 were for this device.") \
	X(MET_REFUSED, "有 %1 处没有被接受：%2", "%1 were not accepted: %2") \
	X(ROAD_LINE, "“%1”联系不上；已把内容密封后交给上一级的“%2”转交，等回执。", "%1 cannot be reached; what it lacks was handed, sealed, to %2 above it, and waits for the receipt.") \
	X(ROAD_NEIGHBOUR, "“%1”联系不上；改由附近的“%2”。", "%1 cannot be reached; %2 beside this device was the road instead.") \
	X(ROAD_ALONE, "还有 %1 条只在本机。", "%1 entries are on this machine alone.") \
	X(ROAD_NONE_ALONE, "没有只在本机的内容；其中 %1 条还没有上级的回执。", "nothing is on this machine alone; %1 entries wait for a receipt of the server above.") \
	X(REMEDY_ROADS, "内容都在本机；可稍后再同步，与附近的设备同步（sync --with），或用 U 盘（bundle out）", "everything is safe here; sync later, with a device beside this one (sync --with), or by stick (bundle out)") \
	X(REMEDY_ADDRESS, "地址写成 主机:端口/设备，设备是它的名称或密钥的开头", "an address is HOST:PORT/DEVICE, the device being its name or the beginning of its key") \
	X(CANNOT_MEET, "没有同步", "no sync with") \
	X(CARRIED_DROPPED, "替别人带的 %1 包已交出，带回 %2 包。", "%1 bundles of others were handed on, %2 are taken back.") \
	X(HANDED, "%1 条已交给“%2”（%3），还没有回执。", "%1 entries were handed to %2 (%3) and are not acknowledged yet.") \
	X(HANDED_ON, "%1 条已交给“%2”（%3），它说已转交“%4”；还没有回执。", "%1 entries were handed to %2 (%3), which says it handed them on to %4; they are not acknowledged yet.") \
	X(HANDED_OWN, "%1 条在本组织的“%2”上也有（%3），上级还没有收到。", "%1 entries are on %2 of this unit too (%3); the server above has not received them.") \
	X(CARGO_HELD, "替别人带着 %1 包（%2 字节），最早的从 %3 起。", "%1 bundles of others are carried here (%2 bytes), since %3.")

#endif
