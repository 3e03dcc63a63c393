#include "records.h"

#include <stdio.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

enum { HOUSEHOLDS = 3000 };

static const char *const surnames[] = {
	"曹", "潘", "董", "袁", "邓", "许", "傅", "沈", "曾", "彭", "吕", "蒋", "蔡", "余", "杜", "叶", "程", "卢", "丁", "姚",
	"钟", "姜", "谭", "廖", "范", "汪", "陆", "金", "石", "戴",
};

static const char *const given[] = {
	"国强", "淑珍", "德福", "玉兰", "长江", "凤英", "兴旺", "桂花", "保国", "翠萍", "来喜", "素芬", "有才", "玉梅", "顺利",
	"改花", "根生", "秀莲", "爱民", "月英", "福来", "彩霞", "三娃", "巧珍", "喜顺", "存梅", "海龙", "爱花", "拴住", "美丽",
};

static const char *const places[] = {
	"东风二社", "西沟三社", "北滩新村", "南梁移民点", "前进小区", "河畔一社", "大坡四社", "柳树湾", "旧庙滩", "红石崖",
	"沙井子", "十里铺", "新建五社", "团结小区", "水磨沟", "杨家圪堵", "白泥井", "三岔口", "官井滩", "四十里梁",
};

static const char *const found[] = {
	"老伴常年卧床", "孙子今年考学", "房屋漏雨待修", "今年收成不好", "与邻居地界不清", "低保已批复", "新农合未缴", "羊棚刚建成",
	"想学养殖技术", "反映饮水困难", "儿子在外打工", "腿脚不便", "玉米被冰雹打了", "想换手扶拖拉机", "合作社分红未到账", "孩子上幼儿园远",
};

static const char *const earned[] = {
	"卖羊", "卖玉米", "打工", "土地流转", "卖奶", "养鸡", "开小卖部", "跑运输",
};

static const char *const done[] = {
	"已联系乡卫生院", "已记入帮扶台账", "答应三日内回复", "送去米面油", "约村主任下周来看", "讲清了补贴政策", "帮助填写申请表",
	"转民政办核实", "留下联系电话", "回来向书记汇报",
};

// A number that looks like chance and is none (splitmix64).
static uint64_t mix(uint64_t number)
{
	number += UINT64_C(0x9e3779b97f4a7c15);
	number = (number ^ number >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	number = (number ^ number >> 27) * UINT64_C(0x94d049bb133111eb);
	return number ^ number >> 31;
}

static struct value number_value(int64_t number)
{
	return (struct value){ .form = VALUE_IS_NUMBER, .number = number };
}

static struct value text_value(const char *text)
{
	return (struct value){ .form = VALUE_IS_TEXT, .bytes = span_string(text) };
}

// The next choice out of `chance`.
static unsigned choose(uint64_t *chance, size_t among)
{
	unsigned chosen = (unsigned)(*chance % among);
	*chance /= among;
	return chosen;
}

void records_make(struct records_visit *visit, uint64_t number)
{
	uint64_t chance = mix(number), house = chance % HOUSEHOLDS, home = mix(house + 1000000), more = mix(chance);
	snprintf(visit->phone, sizeof visit->phone, "1%u%08u", 30u + choose(&home, 60), choose(&home, 100000000));
	snprintf(visit->household, sizeof visit->household, "%s%s", surnames[choose(&home, COUNT(surnames))],
	         given[choose(&home, COUNT(given))]);
	const char *place = places[choose(&home, COUNT(places))];
	unsigned people = 1 + choose(&home, 7);
	snprintf(visit->note, sizeof visit->note, "家中%u口人，%s，%s收入%u元，%s。", people, found[choose(&more, COUNT(found))],
	         earned[choose(&more, COUNT(earned))], 800 + 100 * choose(&more, 300), done[choose(&more, COUNT(done))]);
	const struct value values[RECORDS_FIELDS] = {
		number_value(20454 + (int64_t)(number / 60)), // from 2026-01-01 on
		number_value(1 + choose(&more, 5)),
		text_value(visit->household),
		text_value(place),
		text_value(given[choose(&more, 12)]),
		text_value(visit->phone),
		number_value((int64_t)choose(&more, 40) * 5000),
		text_value(visit->note),
	};
	for (size_t i = 0; i < RECORDS_FIELDS; i++)
		visit->write[i] = (struct pen_write){ .field = (uint8_t)(i + 1), .value = values[i] };
}
